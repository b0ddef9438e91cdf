"""Every loss in eager PyTorch: one repetition zeroes the gradients and runs value and gradients once.

Where pytorch-metric-learning has the loss, its class is what is measured; otherwise the formula in tensor operations.
The exception is NT-Xent, whose class there needs 9 GiB and tens of seconds for one step of this size.
"""

import argparse
import itertools
import pathlib
from types import SimpleNamespace

import numpy
import torch
import torch.nn.functional as F
from pytorch_metric_learning import distances, losses, miners, reducers

import torch_centers as centers
import torch_triplets as triplets
from torch_probe import serve

BATCHES, B, D, C = 4, 256, 512, 7
MEMBERS, PERSONS = 10, 32

CENTERS = {
    "tc3l": centers.tc3l,
    "amtc3l": centers.amtc3l_mixed,
    "triplet-center": centers.triplet_center,
    "triplet-center-published": centers.triplet_center_published,
    "fixed-margin": centers.fixed_margin,
    "all-centers": centers.all_centers,
    "center": centers.center,
    "center-kaiyang-zhou": centers.center_kaiyang_zhou,
    "center-quaterion": centers.center_quaterion,
    "center-dan": centers.center_dan,
    "sparse-center": centers.sparse_center,
}
STATELESS = {
    "facenet": triplets.face_net,
    "lossless-triplet": triplets.lossless,
    "chi-squared": triplets.chi_squared,
    "multi-threshold": triplets.multi_threshold,
    "five-tuplet": triplets.five_tuplet,
    "representative": triplets.representative,
    "distillation": triplets.distillation,
    "nt-xent": triplets.nt_xent,
}
REMEMBERING = {  # made anew for each run
    "hierarchical": lambda dtype: triplets.Hierarchical(C),
    "class-pair": lambda dtype: triplets.ClassPairs(C, dtype),
    "tuplet-cluster": lambda dtype: triplets.TupletClusters(C, PERSONS, dtype),
    "tan": lambda dtype: centers.AttentiveTriplets(D, dtype),
    "ad-corre": lambda dtype: centers.AdCorre(C),
}
PAIRS = {
    "contrastive": losses.ContrastiveLoss,
    "cross-batch-memory": lambda: losses.CrossBatchMemory(losses.ContrastiveLoss(), D, memory_size=1024),
    "triplet-margin": losses.TripletMarginLoss,
    "batch-all": lambda: losses.TripletMarginLoss(0.2, distance=euclidean()),
    "multi-similarity": losses.MultiSimilarityLoss,
    "supcon": losses.SupConLoss,
    "circle": losses.CircleLoss,
}
PROXIES = {  # the class, and the parameter that holds its proxies
    "arcface": (losses.ArcFaceLoss, "W"),
    "cosface": (losses.CosFaceLoss, "W"),
    "normalized-softmax": (losses.NormalizedSoftmaxLoss, "W"),
    "proxy-nca": (losses.ProxyNCALoss, "proxies"),
    "proxy-anchor": (losses.ProxyAnchorLoss, "proxies"),
    "soft-triple": (losses.SoftTripleLoss, "fc"),
}


def euclidean():
    return distances.LpDistance(normalize_embeddings=False)


# Losses that read inclusion weights, and give them gradient.
WEIGHTED = {"amtc3l", "sparse-center"}
# Triplet losses over the hardest triplets, which a miner finds.
MINED = {"batch-hard": {"margin": 0.2}, "soft-margin": {"margin": 0, "smooth_loss": True}}

# Losses over logits, [B, C].
CLASSIFICATION = {"ce": lambda b: F.cross_entropy(b.logits, b.y), "focal": lambda b: focal(b.logits, b.y)}

NAMES = [*CLASSIFICATION, *CENTERS, *STATELESS, *MINED, *REMEMBERING, *PAIRS, *PROXIES]


def focal(logits, labels, gamma=2):
    own = logits.log_softmax(1).gather(1, labels[:, None]).squeeze(1)
    return (-((1 - own.exp()) ** gamma) * own).mean()


def mined(name):
    miner = miners.BatchHardMiner(distance=euclidean())
    loss = losses.TripletMarginLoss(**MINED[name], distance=euclidean(), reducer=reducers.MeanReducer())
    return lambda b: loss(b.x, b.y, miner(b.x, b.y))


def pair_loss(name):
    loss = PAIRS[name]()
    return lambda b: loss(b.x, b.y)


def load(folder, dtype=torch.float32, samples=B):
    """The first samples of each batch that compare_family.py wrote, and the centers and proxies, which all share."""

    def floats(name, *shape):
        return torch.from_numpy(numpy.fromfile(folder / name, dtype="<f4").reshape(shape).copy()).to(dtype)

    def integers(name):
        return torch.from_numpy(numpy.fromfile(folder / name, dtype="<i8").reshape(BATCHES, B).copy())

    parts = {
        "x": floats("embeddings", BATCHES, B, D),
        "y": integers("labels"),
        "predictions": integers("predictions"),
        "a": floats("inclusion", BATCHES, B, D),
        "identities": integers("identities"),
        "r": floats("references", BATCHES, B, D),
        "reference_labels": integers("reference-labels"),
        "weights": floats("weights", BATCHES, B),
        "logits": floats("logits", BATCHES, B, C),
    }
    batches = []
    for i in range(BATCHES):
        batches.append(SimpleNamespace(**{key: part[i, :samples].clone() for key, part in parts.items()}))
        batches[i].x.requires_grad_()
        batches[i].logits.requires_grad_()
    return batches, floats("centers", C, D), floats("members", C * MEMBERS, D)


def prepare(folder, name, dtype, samples):
    """Batches, the loss as a function of one, the leaf of centers or proxies if it has some, and whether that is
    transposed."""
    batches, c, members = load(folder, dtype, samples)
    if name in CLASSIFICATION:
        return batches, CLASSIFICATION[name], None, False
    if name in CENTERS:
        c.requires_grad_()
        for batch in batches:
            batch.c = c
            batch.a.requires_grad_(name in WEIGHTED)
        return batches, CENTERS[name], c, False
    if name in PROXIES:
        kind, parameter = PROXIES[name]
        module = kind(num_classes=C, embedding_size=D).to(dtype)
        proxies = members if name == "soft-triple" else c
        leaf = getattr(module, parameter)
        leaf.data = (proxies if parameter == "proxies" else proxies.T).contiguous()
        return batches, lambda b: module(b.x, b.y), leaf, parameter != "proxies"
    if name in PAIRS:
        return batches, pair_loss(name), None, False
    if name in MINED:
        return batches, mined(name), None, False
    return batches, REMEMBERING[name](dtype) if name in REMEMBERING else STATELESS[name], None, False


def steps(folder, name, dtype=torch.float32, samples=B):
    """A function that runs the next batch in rotation; it returns the value and the gradients, by embeddings or logits,
    inclusion weights and centers, as far as the loss reads them."""
    batches, loss, leaf, transposed = prepare(folder, name, dtype, samples)
    rotation = itertools.cycle(batches)

    def step():
        batch = next(rotation)
        weights = [batch.a] if batch.a.requires_grad else []
        rows = batch.logits if name in CLASSIFICATION else batch.x
        for variable in (rows, *weights, leaf):
            if variable is not None:
                variable.grad = None
        value = loss(batch)
        value.backward()
        gradients = [variable.grad for variable in (rows, *weights)]
        if leaf is not None:
            gradients.append(leaf.grad.T if transposed else leaf.grad)
        return value, *gradients

    return step


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--loss", choices=NAMES, required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    work = steps(arguments.data, arguments.loss)
    for _ in range(2 * BATCHES):
        work()
    serve(work)
