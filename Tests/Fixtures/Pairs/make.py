"""Writes golden files of distances, pair losses, miners and memories by pytorch-metric-learning in double precision.

Run with any recent PyTorch and pytorch-metric-learning 2.9: python3 make.py
"""

import pathlib

import torch
from pytorch_metric_learning import distances as pml_distances
from pytorch_metric_learning import losses as pml_losses
from pytorch_metric_learning import miners as pml_miners
from pytorch_metric_learning import reducers as pml_reducers
from safetensors.torch import save_file

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
FOLDER = pathlib.Path(__file__).parent


class LpDistance(pml_distances.LpDistance):
    """The same distance from differences: beyond 25 rows torch.cdist expands squares by default."""

    def compute_mat(self, query_emb, ref_emb):
        return torch.cdist(query_emb, ref_emb, p=self.p, compute_mode="donot_use_mm_for_euclid_dist")


class ChiSquared(pml_distances.BaseDistance):
    """By the formula: the peer has none."""

    def compute_mat(self, query_emb, ref_emb):
        x, y = query_emb[:, None], ref_emb[None]
        return ((x - y) ** 2 / (x + y + 1e-10)).sum(2)


DISTANCES = {
    "euclidean.unit": LpDistance(),
    "euclidean": LpDistance(normalize_embeddings=False),
    "squared.unit": LpDistance(power=2),
    "squared": LpDistance(power=2, normalize_embeddings=False),
    "manhattan.unit": LpDistance(p=1),
    "manhattan": LpDistance(p=1, normalize_embeddings=False),
    "manhattan.squared": LpDistance(p=1, power=2, normalize_embeddings=False),
    "cubic.unit": LpDistance(p=3),
    "cubic": LpDistance(p=3, normalize_embeddings=False),
    "cosine": pml_distances.CosineSimilarity(),
    "dot": pml_distances.DotProductSimilarity(normalize_embeddings=False),
    "dot.unit": pml_distances.DotProductSimilarity(),
    "noise.unit": pml_distances.SNRDistance(),
    "noise": pml_distances.SNRDistance(normalize_embeddings=False),
    "chi": ChiSquared(normalize_embeddings=False),
}


def generator(seed):
    return torch.Generator().manual_seed(seed)


def normal(rows, columns, seed, scale=1.0):
    """Normal deviates that single precision holds exactly."""
    return (torch.randn(rows, columns, generator=generator(seed)) * scale).float().double()


def distance_cases():
    near = normal(9, 6, 3)
    near[4] = near[1]
    near[5] = (near[1] + 0.05 * near[2]).float().double()
    twins = torch.cat([near[:4], normal(3, 6, 4)])
    return {
        "plain": (normal(16, 16, 1), normal(11, 16, 2)),
        "one": (normal(1, 5, 5), normal(1, 5, 6)),
        "line": (normal(7, 1, 7), normal(4, 1, 8)),
        "odd": (normal(13, 7, 9), normal(9, 7, 10)),
        "twins": (near, twins),
        "large": (normal(6, 5, 11, 1e4), normal(7, 5, 12, 1e4)),
    }


def write_distances():
    tensors = {}
    for case, (x, y) in distance_cases().items():
        own, cross = normal(len(x), len(x), 20), normal(len(x), len(y), 21)
        tensors |= {f"{case}/x": x, f"{case}/y": y, f"{case}/own": own, f"{case}/cross": cross}
        for name, distance in DISTANCES.items():
            if case == "line" and name.startswith("noise"):
                continue  # one number has no variance
            a, b = (t.abs() if name == "chi" else t for t in (x, y))
            a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
            matrix = distance(a, b)
            (matrix * cross).sum().backward()
            among = a.detach().clone().requires_grad_()
            square = distance(among)
            (square * own).sum().backward()
            tensors |= {
                f"{case}/{name}/matrix": matrix.detach(),
                f"{case}/{name}/dx": a.grad,
                f"{case}/{name}/dy": b.grad,
                f"{case}/{name}/square": square.detach(),
                f"{case}/{name}/dsquare": among.grad,
            }
    save_file({k: v.contiguous() for k, v in tensors.items()}, FOLDER / "distances.safetensors")


EUCLIDEAN = DISTANCES["euclidean.unit"]
RAW = DISTANCES["euclidean"]
COSINE = DISTANCES["cosine"]
LOSSES = {
    "contrastive": pml_losses.ContrastiveLoss(distance=EUCLIDEAN),
    "contrastive.raw.mean": pml_losses.ContrastiveLoss(0.5, 3, distance=RAW, reducer=pml_reducers.MeanReducer()),
    "contrastive.cosine.sum": pml_losses.ContrastiveLoss(
        0.9, 0.3, distance=COSINE, reducer=pml_reducers.SumReducer()
    ),
    "triplet": pml_losses.TripletMarginLoss(distance=EUCLIDEAN),
    "triplet.mean": pml_losses.TripletMarginLoss(0.3, distance=EUCLIDEAN, reducer=pml_reducers.MeanReducer()),
    "triplet.swap": pml_losses.TripletMarginLoss(0.2, swap=True, distance=EUCLIDEAN),
    "triplet.smooth": pml_losses.TripletMarginLoss(smooth_loss=True, distance=EUCLIDEAN),
    "triplet.raw": pml_losses.TripletMarginLoss(distance=RAW),
    "triplet.cosine.sum": pml_losses.TripletMarginLoss(
        swap=True, smooth_loss=True, distance=COSINE, reducer=pml_reducers.SumReducer()
    ),
    "multiSimilarity": pml_losses.MultiSimilarityLoss(),
    "multiSimilarity.euclidean": pml_losses.MultiSimilarityLoss(
        3, 20, 1, distance=EUCLIDEAN, reducer=pml_reducers.AvgNonZeroReducer()
    ),
    "supCon": pml_losses.SupConLoss(),
    "supCon.euclidean.mean": pml_losses.SupConLoss(0.5, distance=EUCLIDEAN, reducer=pml_reducers.MeanReducer()),
    "ntXent": pml_losses.NTXentLoss(),
    "ntXent.euclidean.positive": pml_losses.NTXentLoss(
        0.5, distance=EUCLIDEAN, reducer=pml_reducers.AvgNonZeroReducer()
    ),
    "circle": pml_losses.CircleLoss(),
    "circle.mean": pml_losses.CircleLoss(0.25, 32, reducer=pml_reducers.MeanReducer()),
}
MINERS = {
    "multiSimilarity": pml_miners.MultiSimilarityMiner(),
    "multiSimilarity.euclidean": pml_miners.MultiSimilarityMiner(0.05, distance=EUCLIDEAN),
    "triplet.all": pml_miners.TripletMarginMiner(distance=EUCLIDEAN),
    "triplet.hard": pml_miners.TripletMarginMiner(type_of_triplets="hard", distance=EUCLIDEAN),
    "triplet.semihard": pml_miners.TripletMarginMiner(type_of_triplets="semihard", distance=EUCLIDEAN),
    "triplet.easy": pml_miners.TripletMarginMiner(type_of_triplets="easy", distance=EUCLIDEAN),
    "triplet.cosine": pml_miners.TripletMarginMiner(0.1, "semihard", distance=COSINE),
    "batchHard": pml_miners.BatchHardMiner(distance=EUCLIDEAN),
    "batchHard.cosine": pml_miners.BatchHardMiner(distance=COSINE),
    "pairMargin": pml_miners.PairMarginMiner(distance=EUCLIDEAN),
    "pairMargin.cosine": pml_miners.PairMarginMiner(0.7, 0.1, distance=COSINE),
}
# Which losses take which miner's tuples.
MINED = [
    ("contrastive", "pairMargin"),
    ("contrastive", "triplet.semihard"),
    ("triplet", "triplet.semihard"),
    ("triplet.smooth", "triplet.hard"),
    ("triplet.swap", "triplet.all"),
    ("triplet", "batchHard.cosine"),
    ("triplet", "pairMargin.cosine"),
    ("multiSimilarity", "multiSimilarity"),
    ("supCon", "batchHard"),
    ("ntXent", "triplet.all"),
    ("ntXent", "multiSimilarity.euclidean"),
    ("circle", "pairMargin"),
]


def labels_of(count, weights, seed):
    return torch.multinomial(torch.tensor(weights), count, replacement=True, generator=generator(seed))


def batches():
    """Embeddings with labels, and references with labels or None."""
    skew = [0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02]
    twins = normal(10, 6, 33)
    twins[4], twins[7], twins[9] = twins[1], twins[1], twins[2]
    return {
        "skewed": (normal(32, 16, 30), labels_of(32, skew, 30), None, None),
        "one": (normal(1, 4, 31), torch.tensor([2]), None, None),
        "class": (normal(9, 5, 32), torch.zeros(9, dtype=torch.long), None, None),
        "lonely": (normal(6, 5, 38), torch.arange(6), None, None),
        "twins": (twins, torch.tensor([0, 1, 2, 0, 1, 2, 0, 2, 1, 2]), None, None),
        "odd": (normal(13, 7, 34), labels_of(13, [0.5, 0.3, 0.2], 34), None, None),
        "line": (normal(7, 1, 35), torch.tensor([0, 1, 0, 1, 2, 2, 0]), None, None),
        "large": (normal(8, 5, 36, 1e4), torch.tensor([0, 1, 0, 1, 2, 2, 0, 1]), None, None),
        "references": (normal(9, 6, 37), labels_of(9, skew, 37), normal(14, 6, 39), labels_of(14, skew, 39)),
    }


def differentiate(loss, x, labels, references, reference_labels, tuples=None):
    x = x.clone().requires_grad_()
    y = None if references is None else references.clone().requires_grad_()
    value = loss(x, labels, tuples, y, reference_labels)
    value.backward()
    zero = torch.zeros_like(x)
    result = {"value": value.detach().reshape(1), "dx": zero if x.grad is None else x.grad}
    if y is not None:
        result["dy"] = torch.zeros_like(y) if y.grad is None else y.grad
    return result


def write_losses():
    tensors = {}
    for case, (x, labels, y, others) in batches().items():
        tensors |= {f"{case}/x": x, f"{case}/labels": labels}
        if y is not None:
            tensors |= {f"{case}/y": y, f"{case}/others": others}
        runs = {name: (loss, None) for name, loss in LOSSES.items()}
        for name, miner in MINED:
            if len(x) == 1:
                continue  # the peer's miners stop at an empty matrix
            runs[f"{name}+{miner}"] = (LOSSES[name], MINERS[miner](x, labels, y, others))
        empty = torch.tensor([], dtype=torch.long)
        for name in ["contrastive", "triplet", "multiSimilarity", "supCon", "ntXent", "circle"]:
            runs[f"{name}-none"] = (LOSSES[name], (empty,) * 4)
        for name, (loss, tuples) in runs.items():
            if "swap" in name and y is not None or name == "triplet.cosine.sum" and y is not None:
                continue  # the swap compares positives with negatives
            for part, value in differentiate(loss, x, labels, y, others, tuples).items():
                tensors[f"{case}/{name}/{part}"] = value
    save_file({k: v.contiguous() for k, v in tensors.items()}, FOLDER / "losses.safetensors")


def write_miners():
    tensors = {}
    for case, (x, labels, y, others) in batches().items():
        if len(x) == 1:
            continue
        for name, miner in MINERS.items():
            if case == "skewed" and name in ["triplet.all", "triplet.easy"]:
                continue  # large, and no other than in the small batches
            tuples = miner(x, labels, y, others)
            if len(tuples) == 3:
                tensors[f"{case}/{name}/triplets"] = torch.stack(tuples, 1)
            else:
                tensors[f"{case}/{name}/positives"] = torch.stack(tuples[:2], 1)
                tensors[f"{case}/{name}/negatives"] = torch.stack(tuples[2:], 1)
    save_file({k: v.contiguous().long() for k, v in tensors.items()}, FOLDER / "miners.safetensors")


def write_memory():
    tensors = {}
    wrapped = {"contrastive": LOSSES["contrastive"], "ntXent": LOSSES["ntXent"], "triplet": LOSSES["triplet"]}
    for name, loss in wrapped.items():
        memory = pml_losses.CrossBatchMemory(loss, 8, memory_size=50)
        for step in range(5):
            x, labels = normal(16, 8, 50 + step), labels_of(16, [0.4, 0.3, 0.2, 0.1], 50 + step)
            x = x.clone().requires_grad_()
            value = memory(x, labels)
            value.backward()
            tensors |= {
                f"{step}/x": x.detach(),
                f"{step}/labels": labels,
                f"{step}/{name}/value": value.detach().reshape(1),
                f"{step}/{name}/dx": x.grad,
            }
        tensors["memory"] = memory.embedding_memory.clone()
        tensors["memory.labels"] = memory.label_memory.clone()
    save_file({k: v.contiguous() for k, v in tensors.items()}, FOLDER / "memory.safetensors")


# Batches through a memory: its capacity and their labels. The peer cannot do batches of one: it lets the sample meet its
# own copy, and takes one pair for none. The formulas below stand in there, and are compared with it elsewhere.
MEMORIES = {
    "skewed": (40, [labels_of(32, [0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02], seed).tolist() for seed in (70, 71)]),
    "single": (3, [[2], [2], [0], [1], [2], [1]]),
    "oneClass": (10, [[1] * 6, [1] * 6]),
    "duplicates": (11, [[0, 1, 2, 0, 1, 0], [1, 0, 0, 2, 1, 1], [2, 0, 1, 0, 0, 2]]),
    "lonely": (7, [[0, 1, 2], [3, 4, 5], [6, 7, 8]]),  # no positives
    "odd": (17, [[0, 1, 0, 2, 1, 0, 0, 1, 2, 0, 1], [2, 0, 1], [1] * 4 + [0] * 9, [0]]),
    "full": (5, [[0, 1, 0, 1, 1], [2, 2], [1, 0, 0, 2, 1]]),  # a batch takes all of the memory
    "line": (10, [[0, 1, 0, 1, 2, 2, 0], [1, 1, 0, 2, 0], [2, 0, 1, 0]]),
    "large": (9, [[0, 1, 0, 1, 2, 2], [0, 1, 1, 2, 0]]),
}
DIMENSIONS = {"skewed": 16, "single": 5, "duplicates": 4, "odd": 7, "line": 1}


def remembering(case):
    """The losses of a case: also over rows as they are, where unit rows would hide it."""
    raw = ["contrastive.raw.mean", "triplet.raw"] if case in ("duplicates", "line", "large") else []
    return ["contrastive", "ntXent", "triplet"] + raw


def memory_batches(case):
    capacity, steps = MEMORIES[case]
    dimension = DIMENSIONS.get(case, 5)
    seed = 100 + 10 * list(MEMORIES).index(case)
    batches = []
    for step, labels in enumerate(steps):
        x = normal(len(labels), dimension, seed + step, 1e4 if case == "large" else 1)
        if case == "duplicates":  # within a batch, and what the memory holds, under the same label and another
            x[3] = x[0]
            x[4] = x[0]
            if batches:
                x[1], x[5] = batches[-1][0][1], batches[-1][0][2]
        batches.append((x, torch.tensor(labels)))
    return capacity, batches


def clear(terms):
    """Hinges, each of which is open or closed whatever the rounding."""
    size = terms.detach().abs()
    largest = max([1] + size.tolist())
    assert ((size == 0) | (size > 5e-6 * largest)).all(), "rounding may open or close a hinge"
    return terms.relu()


def mean_of_positive(losses):
    return losses.sum() / max(1, (losses > 0).sum().item())


def formula(name, x, labels, ring, known, own):
    """A loss over a memory in plain PyTorch."""
    positive, negative = labels[:, None] == known[None], labels[:, None] != known[None]
    positive[torch.arange(len(x)), own] = False
    nothing = 0 * x.sum()
    if "raw" not in name:
        x, ring = x / x.norm(dim=1, keepdim=True), ring / ring.norm(dim=1, keepdim=True)
    if name == "ntXent":
        z = x @ ring.T / 0.07
        terms = [
            torch.logaddexp(z[a, negative[a]].logsumexp(0) - z[a, p], 0 * z[a, p]) if negative[a].any() else nothing
            for a, p in positive.nonzero().tolist()
        ]
        return torch.stack(terms).mean() if terms else nothing
    d = (x[:, None] - ring[None]).norm(dim=2)
    if name.startswith("contrastive"):
        near, far = (0.5, 3) if "raw" in name else (0, 1)
        parts = [clear(d[positive] - near), clear(far - d[negative])]
        if "mean" in name:
            return nothing + sum(part.mean() for part in parts if len(part))
        return nothing + sum(mean_of_positive(part) for part in parts)
    terms = (d[:, :, None] - d[:, None] + 0.05)[positive[:, :, None] & negative[:, None]]
    return nothing + mean_of_positive(clear(terms))


def write_memory_edges():
    tensors = {}
    for case in MEMORIES:
        capacity, batches = memory_batches(case)
        dimension = batches[0][0].shape[1]
        tensors[f"{case}/capacity"] = torch.tensor([capacity])
        for name in remembering(case):
            memory = pml_losses.CrossBatchMemory(LOSSES[name], dimension, memory_size=capacity)
            ring, known, count = torch.zeros(capacity, dimension), torch.zeros(capacity, dtype=torch.long), 0
            for step, (rows, labels) in enumerate(batches):
                x = rows.clone().requires_grad_()
                own = torch.arange(count, count + len(x)) % capacity
                ring[own], known[own] = rows, labels
                count += len(x)
                held = min(count, capacity)
                value = formula(name, x, labels, ring[:held], known[:held], own)
                value.backward()
                peer_x = rows.clone().requires_grad_()
                peer = memory(peer_x, labels)
                assert torch.equal(memory.embedding_memory, ring) and torch.equal(memory.label_memory, known)
                if len(x) > 1:
                    peer.backward()
                    where = f"{case} {name} {step}"
                    torch.testing.assert_close(peer, value, rtol=1e-12, atol=1e-13, msg=where)
                    torch.testing.assert_close(peer_x.grad, x.grad, rtol=1e-10, atol=1e-12, msg=where)
                    value, x = peer, peer_x
                tensors |= {
                    f"{case}/{step}/x": rows.float(),
                    f"{case}/{step}/labels": labels,
                    f"{case}/{step}/{name}/value": value.detach().reshape(1),
                    f"{case}/{step}/{name}/dx": x.grad,
                }
        tensors |= {f"{case}/memory": ring[:held].float(), f"{case}/memory.labels": known[:held]}
    assert all(t.isfinite().all() for t in tensors.values())
    save_file({k: v.contiguous() for k, v in tensors.items()}, FOLDER / "memory-edges.safetensors")


if __name__ == "__main__":
    write_distances()
    write_losses()
    write_miners()
    write_memory()
    write_memory_edges()
