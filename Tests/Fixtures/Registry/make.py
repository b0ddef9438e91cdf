"""Writes registry.safetensors: each loss that `fer losses` lists, at its defaults, over one batch.

Values and gradients are those of PyTorch's autograd in double precision, by the formulas of the scripts beside this one,
by pytorch-metric-learning and by PyTorch itself. Inputs are numbers of single precision. `NAME.scale` holds the largest terms of value and
gradients, which errors are measured against where a sum is smaller than its terms.

    pip install torch safetensors numpy pytorch-metric-learning
    python3 make.py
"""

import importlib.util
import pathlib
import sys

import torch
from pytorch_metric_learning import losses as pml
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent
B, D, C, MEMBERS = 32, 16, 7, 10


def family(name):
    """The script of another folder, as a module."""
    path = FOLDER.parent / name / "make.py"
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(f"make_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


triplets, centers, pairs = family("Triplets"), family("Centers"), family("Pairs")
tan, correlation = family("TAN"), family("Correlation")
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(17)


def narrow(tensor):
    return tensor.float().double()


y = torch.tensor([0, 0] + [label for label in range(1, 6) for _ in range(2)])
y = torch.cat([y, torch.multinomial(torch.tensor([8.0, 4, 3, 2, 1, 1, 0]), B - len(y), replacement=True)])
inputs = {
    "x": narrow(torch.randn(B, D)),
    "y": y,
    "centers": narrow(torch.randn(C, D)),
    "members": narrow(torch.randn(C * MEMBERS, D)),
    "inclusion": narrow(0.02 + 0.96 * torch.rand(B, D)),
    "predictions": torch.where(torch.rand(B) < 0.7, y, torch.randint(0, C, (B,))),
    "identities": torch.randint(0, 4, (B,)),
    "references": narrow(torch.randn(40, D)),
    "referenceLabels": torch.randint(0, C, (40,)),
    "weights": narrow(0.4 + 0.2 * torch.rand(B)),  # so near to each other that the rank regularisation acts
}
# A generator of their own, so that the numbers above and below stay what they were without them.
inputs["logits"] = narrow(2 * torch.randn(B, C, generator=torch.Generator().manual_seed(18)))
document = {"batch." + key: value for key, value in inputs.items()}


def put(name, value, scale=None, **gradients):
    """Stores a value and its gradients by name, first those by what the loss is over: embeddings or logits."""
    first = next(iter(gradients.values()))
    assert value.isfinite().all() and first.abs().max() > 0, name
    document[f"{name}.value"] = value.detach().reshape(1)
    document[f"{name}.scale"] = torch.tensor(scale or [0, 0], dtype=torch.float64)
    for part, gradient in gradients.items():
        assert gradient.isfinite().all(), f"{name}.{part}"
        document[f"{name}.{part}"] = gradient.clone()


def leaves(*names):
    return [inputs[name].clone().requires_grad_() for name in names]


# Classification


def focal(logits, labels):
    own = logits.log_softmax(1).gather(1, labels[:, None])
    return -((1 - own.exp()) ** 2 * own).mean()


for name, loss in {"ce": torch.nn.functional.cross_entropy, "focal": focal}.items():
    (z,) = leaves("logits")
    value = loss(z, y)
    value.backward()
    put(name, value, logits=z.grad)


# Centers


def mixed_negatives():
    """[B, D]: the class whose center stands in for each coordinate: the prediction, or the nearest of that coordinate."""
    gaps = (inputs["x"][:, None] - inputs["centers"][None]).abs()
    nearest = gaps.masked_fill(torch.nn.functional.one_hot(y, C).bool()[:, :, None], torch.inf).argmin(1)
    guess = inputs["predictions"]
    return torch.where((guess != y)[:, None], guess[:, None], nearest)


def squashed(attends):
    x, c, a = leaves("x", "centers", "inclusion")
    weights = a if attends else torch.ones_like(a)
    negative = c.gather(0, mixed_negatives())
    near, far = (x.sigmoid() - c[y].sigmoid()) ** 2, (x.sigmoid() - negative.sigmoid()) ** 2
    value = ((weights * (near - far)).sum(1) + weights.sum(1).detach()).clamp(min=0).mean()
    value.backward()
    put("amtc3l" if attends else "tc3l", value, embeddings=x.grad, centers=c.grad, **({"inclusion": a.grad} if attends else {}))


squashed(False)
squashed(True)
for name, key in {
    "center": "wen", "center-kaiyang-zhou": "kaiyangZhou", "center-quaterion": "quaterion", "center-dan": "dan",
    "sparse-center": "dacl", "triplet-center": "heCode", "triplet-center-published": "he", "fixed-margin": "zhou",
    "all-centers": "lei",
}.items():
    x, c, a = leaves("x", "centers", "inclusion")
    value = centers.losses[key](x, y, c, a)
    value.backward()
    put(name, value, embeddings=x.grad, centers=c.grad, **({"inclusion": a.grad} if key == "dacl" else {}))


# Triplets


class Draw:
    """The seeded generator of the library: SplitMix64 seeds xoshiro256**; bounded by Lemire's method."""

    MASK = (1 << 64) - 1

    def __init__(self, seed, *streams):
        mixer = seed
        for part in streams:
            mixer, word = self.mix(mixer)
            mixer = word ^ ((part * 0xD6E8FEB86659FD93 + 0x2545F4914F6CDD1D) & self.MASK)
        self.state = []
        for _ in range(4):
            mixer, word = self.mix(mixer)
            self.state.append(word)

    def mix(self, state):
        state = (state + 0x9E3779B97F4A7C15) & self.MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & self.MASK
        return state, z ^ (z >> 31)

    def next(self):
        s = self.state
        product = (s[1] * 5) & self.MASK
        result = ((((product << 7) | (product >> 57)) & self.MASK) * 9) & self.MASK
        shifted = (s[1] << 17) & self.MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = ((s[3] << 45) | (s[3] >> 19)) & self.MASK
        return result

    def below(self, bound):
        product = self.next() * bound
        while product & self.MASK < (1 << 64) % bound:
            product = self.next() * bound
        return product >> 64

    def share(self, count, share):
        """A share of the places 0..<count, in order."""
        places = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            places[last], places[other] = places[other], places[last]
        return sorted(places[: -int(-share * count // 1)])


def distillation(b, x, trace):
    """The student's triplets among a tenth of references and batch, drawn for the first step."""
    points, teachers = trace(triplets.spaced(x, "normalized")), triplets.spaced(b["r"], "normalized")
    own, taught = triplets.between(points, points), triplets.between(points, teachers)
    draw = Draw(0, 0)
    positives, negatives = draw.share(len(teachers), 0.1), draw.share(B, 0.1)
    chosen = []
    for a in range(B):
        near = [j for j in positives if b["referenceLabels"][j] == y[a]]
        far = [j for j in negatives if y[j] != y[a]]
        if near and far:
            chosen.append((a, triplets.farthest(taught[a].tolist(), near)[0], triplets.nearest(own[a].tolist(), far)[0]))
    a, p, n = triplets.indices(chosen)
    return triplets.reduced(triplets.hinge(0.2)(taught[a, p], own[a, n], 0), "mean"), own


def five_tuple(b, x, trace):
    """Both margins at their default: those of the family's script differ."""
    points = trace(triplets.spaced(x, "normalized"))
    d = triplets.between(points, points)
    fixed, who = d.tolist(), b["identities"].tolist()
    by_label, by_identity = [], []
    for a in range(B):
        positives, negatives = triplets.candidates(b, a)
        pulled = [j for j in positives if who[j] != who[a]]
        pushed = [j for j in negatives if who[j] == who[a]]
        if pulled and pushed:
            by_label.append((a, triplets.farthest(fixed[a], positives)[0], triplets.nearest(fixed[a], negatives)[0]))
            by_identity.append((a, triplets.farthest(fixed[a], pulled)[0], triplets.nearest(fixed[a], pushed)[0]))
    (a, p, n), (_, q, r) = triplets.indices(by_label), triplets.indices(by_identity)
    form = triplets.hinge(0.2)
    return triplets.reduced(form(d[a, p], d[a, n], 0) + form(d[a, q], d[a, r], 0), "mean"), d


batch = {key: inputs[key] for key in ("x", "y", "identities", "references", "referenceLabels")}
for name, loss in {
    "facenet": triplets.cases["faceNet"],
    "batch-all": triplets.cases["batchAll"],
    "batch-hard": triplets.cases["batchHard"],
    "soft-margin": triplets.cases["softMargin"],
    "lossless-triplet": triplets.cases["lossless"],
    "chi-squared": triplets.cases["chiSquared.prefer"],
    "multi-threshold": triplets.multi_threshold(8, 0.1, 1.0, True),
    "hierarchical": triplets.cases["hierarchical"],
    "class-pair": triplets.class_pairs(3, False),
    "tuplet-cluster": triplets.cases["tupletCluster"],
    "five-tuplet": five_tuple,
    "representative": triplets.cases["representative"],
    "distillation": distillation,
}.items():
    found = triplets.run(batch, loss)
    gradients = {part: found[part] for part in ("embeddings", "references") if part in found}
    put(name, found["value"], scale=found["terms"].tolist(), **gradients)


# TAN and Ad-Corre

tan.case("tan", inputs["x"], y, inputs["weights"])
put(
    "tan", tan.tensors["tan.terms"][:1], embeddings=tan.tensors["tan.gradient"],
    weights=tan.tensors["tan.weightGradient"], parameters=tan.tensors["tan.mapGradient"].flatten(),
)
correlation.case("ad-corre", inputs["x"], y, C, predictions=inputs["predictions"])
put("ad-corre", correlation.tensors["ad-corre.value"], embeddings=correlation.tensors["ad-corre.gradient"])


# Pairs and proxies

for name, key in {
    "contrastive": "contrastive", "triplet-margin": "triplet", "multi-similarity": "multiSimilarity",
    "supcon": "supCon", "nt-xent": "ntXent", "circle": "circle",
}.items():
    (x,) = leaves("x")
    value = pairs.LOSSES[key](x, y)
    value.backward()
    put(name, value, embeddings=x.grad)

(x,) = leaves("x")
value = pml.CrossBatchMemory(pairs.LOSSES["contrastive"], D, memory_size=1024)(x, y)
value.backward()
put("cross-batch-memory", value, embeddings=x.grad)

for name, kind, parameter, scale, rows in [
    ("arcface", pml.ArcFaceLoss, "W", 64, "centers"),
    ("cosface", pml.CosFaceLoss, "W", 64, "centers"),
    ("normalized-softmax", pml.NormalizedSoftmaxLoss, "W", 20, "centers"),
    ("proxy-nca", pml.ProxyNCALoss, "proxies", 2, "centers"),
    ("proxy-anchor", pml.ProxyAnchorLoss, "proxies", 32, "centers"),
    ("soft-triple", pml.SoftTripleLoss, "fc", 20, "members"),
]:
    (x,) = leaves("x")
    loss = kind(num_classes=C, embedding_size=D)
    proxies = getattr(loss, parameter)
    transposed = parameter != "proxies"
    proxies.data = (inputs[rows].t() if transposed else inputs[rows]).contiguous().clone()
    value = loss(x, y)
    value.backward()
    slopes = proxies.grad.t() if transposed else proxies.grad
    put(name, value, scale=[scale, 0], embeddings=x.grad, centers=slopes)

save_file({key: value.contiguous() for key, value in document.items()}, FOLDER / "registry.safetensors")
