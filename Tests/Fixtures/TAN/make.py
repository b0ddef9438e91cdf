"""Writes tan.safetensors: values and gradients of the attentive triplet loss by PyTorch's autograd in double precision.

    python make.py          (torch, numpy, safetensors; pytorch-metric-learning checks the base term again if it is there)
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.set_default_dtype(torch.float64)
torch.manual_seed(3)
tensors, cases = {}, {}


def squared(x):
    """Pairwise squared distances, from differences."""
    return ((x[:, None] - x[None]) ** 2).sum(2)


def hardest(distances, labels):
    """Batch-hard triplets; numpy's arg-max and arg-min take the first among equals."""
    d, y = distances.detach().numpy(), np.asarray(labels)
    triplets = []
    for i in range(len(y)):
        same, other = y == y[i], y != y[i]
        same[i] = False
        if same.any() and other.any():
            p = np.where(same, d[i], -np.inf).argmax()
            n = np.where(other, d[i], np.inf).argmin()
            triplets.append((i, int(p), int(n)))
    return triplets


def hinge(distances, triplets, margin, root, factors):
    if not triplets:
        return torch.zeros(())
    d = (distances + 1e-12).sqrt() if root else distances
    terms = [f * (d[a, p] - d[a, n] + margin).clamp(min=0) for (a, p, n), f in zip(triplets, factors)]
    return torch.stack(terms).sum() / len(terms)


def shrunk_inverse(sigma, shrinkage):
    return torch.linalg.inv(sigma + shrinkage * sigma.trace() / len(sigma) * torch.eye(len(sigma)))


def within(x, y):
    residuals = torch.stack([x[i] - x[y == y[i]].mean(0) for i in range(len(y))])
    return residuals.T @ residuals / (len(y) - len(set(y.tolist())))


def case(
    name, x, y, alpha=None, map=None, metric="learned", rank=None, selection=("threshold", 0.5), base="all",
    weight=0.1, margin=1.0, base_margin=0.2, root=False, space="raw", hardness="metric", weighting="none",
    attached=False, scale="free", ridge=1e-6, past=None, rank_weight=1.0, base_weight=1.0,
):
    # Numbers of single precision, so that both precisions start from the same ones.
    x = x.float().double()
    alpha = None if alpha is None else alpha.float().double()
    map = None if map is None else map.float().double()
    past = None if past is None else [(px.float().double(), py) for px, py in past]
    f = x.clone().requires_grad_()
    a = None if alpha is None else alpha.clone().requires_grad_()
    e = F.normalize(f)
    count, dimension = x.shape
    if a is None:
        high = list(range(count))
    elif selection[0] == "threshold":
        high = [i for i in range(count) if a[i] >= selection[1]]
    else:
        order = sorted(range(count), key=lambda i: (-a[i].item(), i))
        high = sorted(order[: int(selection[1] * count)])

    leaf = None
    if metric == "learned":
        leaf = (torch.eye(rank or dimension, dimension) if map is None else map).clone()
        if scale == "frobenius":
            leaf = leaf * (dimension**0.5 / (leaf.T @ leaf).norm()) ** 0.5
        leaf.requires_grad_()
        m = leaf.T @ leaf + ridge * torch.eye(dimension)
    elif metric == "covariance":
        sigma = torch.zeros(dimension, dimension)
        for step, (px, py) in enumerate(past):
            points = px if space == "raw" else F.normalize(px)
            sigma = within(points, py) if step == 0 else 0.9 * sigma + 0.1 * within(points, py)
        m = shrunk_inverse(sigma, 0.1) if past else torch.eye(dimension)
        if scale == "frobenius":
            m = m * dimension**0.5 / m.norm()
    else:
        m = torch.eye(dimension)

    def factors(triplets, places):
        if a is None or weighting == "none":
            return [1.0] * len(triplets)
        w = a if attached else a.detach()
        rows = [torch.stack([w[places[k]] for k in t]) for t in triplets]
        return [r.prod() if weighting == "product" else r.mean() for r in rows]

    places = list(range(count)) if base == "all" else high
    distances = squared(e[places])
    base_triplets = hardest(distances, y[places])
    tri = hinge(distances, base_triplets, base_margin, False, factors(base_triplets, places))
    points = (f if space == "raw" else e)[high]
    difference = points[:, None] - points[None]
    measured = torch.einsum("ijk,kl,ijl->ij", difference, m, difference)
    judged = measured if hardness == "metric" else squared(e[high])
    triplets = hardest(judged, y[high]) if weight > 0 else []
    mahalanobis = hinge(measured, triplets, margin, root, factors(triplets, high))
    penalty = torch.zeros(())
    if a is not None and rank_weight > 0:
        order = sorted(range(count), key=lambda i: (-a[i].item(), i))
        k = int(0.7 * count)
        if 0 < k < count:
            penalty = (0.15 - (a[order[:k]].mean() - a[order[k:]].mean())).clamp(min=0)
    total = tri + weight * mahalanobis + rank_weight * penalty
    if total.requires_grad:
        total.backward()

    def grad(leaf):
        return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad

    def put(key, value):
        tensors[f"{name}.{key}"] = value.detach().clone().contiguous()

    put("embeddings", x)
    put("labels", y)
    put("terms", torch.stack([total, tri, mahalanobis, penalty]).detach())
    put("counts", torch.tensor([len(base_triplets), len(triplets), len(high)]))
    put("gradient", grad(f))
    if a is not None:
        put("weights", alpha)
        put("weightGradient", grad(a))
    if leaf is not None:
        if map is not None:
            put("map", map)
        put("mapGradient", grad(leaf))
    for step, (px, py) in enumerate(past or []):
        put(f"past{step}.embeddings", px)
        put(f"past{step}.labels", py)
    cases[name] = {
        "metric": metric, "rank": rank, "selection": list(selection), "base": base, "weight": weight, "margin": margin,
        "baseMargin": base_margin, "root": root, "space": space, "hardness": hardness, "weighting": weighting,
        "attached": attached, "scale": scale, "ridge": ridge, "past": len(past or []), "rankWeight": rank_weight,
    }
    return tri.item(), e.detach(), y


B, D, C = 32, 16, 7
skewed = torch.tensor([0] * 12 + [1] * 8 + [2] * 5 + [3] * 3 + [4] * 2 + [5] + [6])[torch.randperm(B)]
x = torch.randn(B, D) + 0.8 * torch.randn(C, D)[skewed]
alpha = torch.rand(B)
close = 0.5 + 0.04 * torch.rand(B)
square = torch.eye(D) + 0.15 * torch.randn(D, D)
past = []
for _ in range(3):
    y = torch.randint(0, C, (24,))
    past.append((torch.randn(24, D) @ (torch.eye(D) + 0.3 * torch.randn(D, D)), y))

checked = case("default", x, skewed, alpha)
case("map", x, skewed, alpha, map=square)
case("close weights", x, skewed, close, map=square)
case("low rank", x, skewed, alpha, map=0.5 * torch.randn(5, D), rank=5, ridge=1e-2)
case("no ridge", x, skewed, alpha, map=square, ridge=0.0)
case("no weights", x, skewed, None, map=square)
case("top ratio", x, skewed, alpha, map=square, selection=("topRatio", 0.7))
case("root", x, skewed, alpha, map=square, root=True)
case("normalized", x, skewed, alpha, map=square, space="normalized", margin=0.5)
case("hard by direction", x, skewed, alpha, map=square, hardness="normalized", margin=8.0)
case("base of high weight", x, skewed, alpha, map=square, base="highWeight")
case("product", x, skewed, alpha, map=square, weighting="product")
case("product attached", x, skewed, alpha, map=square, weighting="product", attached=True)
case("mean attached", x, skewed, close, map=square, weighting="mean", attached=True)
case("frobenius", x, skewed, alpha, map=3 * square, scale="frobenius")
case("covariance", x, skewed, alpha, metric="covariance", past=past, margin=10.0)
case("covariance scaled", x, skewed, alpha, metric="covariance", past=past, scale="frobenius", space="normalized")
case("covariance first", x, skewed, alpha, metric="covariance", past=[])
case("euclidean", x, skewed, alpha, metric="euclidean")
case("nobody high", x, skewed, alpha, selection=("threshold", 2.0))
case("one class", x, torch.zeros(B, dtype=torch.int64), alpha)
case("one sample", x[:1], skewed[:1], alpha[:1])
case("two samples", x[:2], torch.tensor([0, 1]), alpha[:2])
twins = torch.cat([x[:8], x[:8], x[:8]])
twin_labels = torch.cat([skewed[:8], skewed[:8], (skewed[:8] + 1) % C])
case("duplicates", twins, twin_labels, alpha[:24], map=square)
case("duplicates by root", twins, twin_labels, alpha[:24], map=square, root=True)
case("odd sizes", x[:13, :7], skewed[:13], alpha[:13], map=square[:7, :7])
case("one dimension", x[:9, :1], torch.arange(9) % 3, alpha[:9] * 0.5 + 0.5, base_margin=0.2)
case("large", 1e4 * (x / x.abs().max()), skewed, alpha, map=square, weight=1e-9)
case("far from the origin", x + 20, skewed, alpha, map=square)
case("without rank", x, skewed, close, rank_weight=0.0)
case("base alone", x, skewed, alpha, weight=0.0)

if __name__ == "__main__":
    try:
        from pytorch_metric_learning import distances, losses, miners, reducers

        value, e, y = checked
        distance = distances.LpDistance(normalize_embeddings=False, power=2)
        loss = losses.TripletMarginLoss(margin=0.2, distance=distance, reducer=reducers.MeanReducer())
        mined = miners.BatchHardMiner(distance=distance)(e, y)
        assert abs(loss(e, y, mined).item() - value) < 1e-12, "pytorch-metric-learning disagrees about the base term"
        print("the base term equals pytorch-metric-learning's batch-hard triplet margin loss")
    except ImportError:
        print("pytorch-metric-learning is not installed; the base term was not checked by it")

    path = pathlib.Path(__file__).with_name("tan.safetensors")
    save_file(tensors, path, metadata={"cases": json.dumps(cases, sort_keys=True)})
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")
