"""Writes triplets-*.safetensors: values and gradients of the triplet losses by PyTorch's autograd in double precision.

The formulas are written out here; where pytorch-metric-learning has the same loss, its value is compared on the way.
Inputs are numbers of single precision, so that both scalar types start from the same ones.

    pip install torch safetensors numpy pytorch-metric-learning
    python3 make.py
"""

import math
import pathlib

import torch
from pytorch_metric_learning import distances, losses, miners, reducers
from safetensors.torch import save_file

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
CLASSES = 7


# Batches


def batch(count, dimension, labels=None, scale=1.0, persons=4, teachers=0):
    def numbers(rows):
        return (torch.randn(rows, dimension) * scale).float().double()

    x = numbers(count)
    y = torch.tensor(labels) if labels is not None else torch.randint(0, 3, (count,))
    teachers = teachers or count
    return {
        "x": x,
        "y": y,
        "identities": torch.randint(0, persons, (count,)),
        "references": numbers(teachers),
        "referenceLabels": torch.randint(0, max(3, int(y.max()) + 1), (teachers,)),
    }


skewed = torch.multinomial(torch.tensor([0.39, 0.21, 0.16, 0.11, 0.06, 0.05, 0.02]), 32, replacement=True).tolist()
duplicates = batch(12, 4)
for key in ("x", "identities"):
    duplicates[key][6:] = duplicates[key][:6]
duplicates["y"] = torch.tensor([0, 0, 1, 1, 2, 2, 0, 1, 1, 0, 2, 2])
batches = {
    "skewed": batch(32, 16, skewed, persons=6, teachers=40),
    "single": batch(1, 4, [2]),
    "oneClass": batch(6, 3, [1] * 6),
    "duplicates": duplicates,
    "empty": batch(5, 3, [0, 1, 2, 3, 4]),
    "odd": batch(13, 7, teachers=9),
    "line": batch(9, 1),
    "large": batch(10, 6, scale=1e4),
}


# Distances


def spaced(x, space):
    if space == "normalized":
        return x / x.norm(dim=1, keepdim=True)
    return x.sigmoid() if space == "squashed" else x


def between(u, v, measure="squared"):
    difference = u[:, None, :] - v[None]
    if measure == "chiSquared":
        size = u.abs()[:, None, :] + v.abs()[None]
        return (difference**2 / torch.where(size > 0, size, 1)).sum(2)
    square = (difference**2).sum(2)
    if measure == "squared":
        return square
    return torch.where(square > 0, torch.where(square > 0, square, 1).sqrt(), 0)


# Triplets, by index, from distances without gradient


def candidates(b, a, policy="ignore"):
    y, who = b["y"].tolist(), b["identities"].tolist()
    positives = [j for j in range(len(y)) if y[j] == y[a] and j != a]
    negatives = [j for j in range(len(y)) if y[j] != y[a]]
    own = [j for j in negatives if who[j] == who[a]]
    if policy == "exclude":
        negatives = [j for j in negatives if who[j] != who[a]]
    elif policy == "require" or (policy == "prefer" and own):
        negatives = own
    return positives, negatives


def nearest(row, places, count=1):
    return sorted(places, key=lambda j: (row[j], j))[:count]


def farthest(row, places, count=1):
    return sorted(places, key=lambda j: (-row[j], j))[:count]


def every(b, d, policy="ignore"):
    for a in range(len(b["y"])):
        positives, negatives = candidates(b, a, policy)
        yield from ((a, p, n) for p in positives for n in negatives)


def hardest(b, d, count=1, pairing="ranked", policy="ignore"):
    for a in range(len(b["y"])):
        positives, negatives = candidates(b, a, policy)
        positives, negatives = farthest(d[a], positives, count), nearest(d[a], negatives, count)
        if pairing == "ranked":
            yield from ((a, p, n) for p, n in zip(positives, negatives))
        else:
            yield from ((a, p, n) for p in positives for n in negatives)


def semihard(b, d, fallback="farthest"):
    for a in range(len(b["y"])):
        positives, negatives = candidates(b, a)
        for p in positives if negatives else []:
            outside = [n for n in negatives if d[a][n] > d[a][p]]
            if outside:
                yield a, p, nearest(d[a], outside)[0]
            elif fallback != "skip":
                yield a, p, (farthest if fallback == "farthest" else nearest)(d[a], negatives)[0]


# Forms and reductions


def hinge(margin):
    return lambda near, far, extra: (near - far + margin + extra).clamp(min=0)


def softplus(margin):
    def form(near, far, extra):
        bracket = near - far + margin + extra
        return torch.logaddexp(torch.zeros_like(bracket), bracket)

    return form


def lossless(bound, beta=None):
    beta = beta or bound

    def form(near, far, extra):
        return -((beta - near).clamp(min=0) / beta + 1e-8).log() - ((beta - bound + far) / beta + 1e-8).log()

    return form


def reduced(terms, reduction):
    if len(terms) == 0:
        return terms.sum()
    if reduction == "meanOfPositive":
        return terms.sum() / max(1, int((terms > 0).sum()))
    return terms.mean() if reduction == "mean" else terms.sum()


def indices(triplets):
    triplets = list(triplets)
    return [torch.tensor([t[k] for t in triplets], dtype=torch.long) for k in range(3)]


def triplet_loss(choose, form, space="normalized", measure="squared", reduction="mean", **options):
    def loss(b, x, trace):
        points = trace(spaced(x, space))
        d = between(points, points, measure)
        a, p, n = indices(choose(b, d.tolist(), **options))
        return reduced(form(d[a, p], d[a, n], 0), reduction), d

    return loss


def lossless_loss(choose, space="squashed", beta=None):
    def loss(b, x, trace):
        dimension = x.shape[1]
        return triplet_loss(choose, lossless(dimension, beta and dimension * beta), space)(b, x, trace)

    return loss


def multi_threshold(slices, low, high, dual):
    def loss(b, x, trace):
        count, dimension = min(slices, x.shape[1]), x.shape[1]
        total, largest = 0, torch.zeros(1)
        for s in range(count):
            part = x[:, s * dimension // count : (s + 1) * dimension // count]
            threshold = (low + high) / 2 if count == 1 else low + s * (high - low) / (count - 1)
            points = trace(spaced(part, "normalized"))
            d = between(points, points)
            a, p, n = indices(hardest(b, d.tolist()))
            terms = hinge(threshold)(d[a, p], d[a, n], 0)
            if dual:
                terms = torch.cat([terms, hinge(threshold)(d[a, p], d[p, n], 0)])
            total = total + reduced(terms, "mean") / count
            largest = d
        return total, largest

    return loss


def hierarchical(b, x, trace):
    points = trace(spaced(x, "normalized"))
    d = between(points, points)
    fixed, y = d.tolist(), b["y"].tolist()
    sums = [[0.0] * CLASSES for _ in range(CLASSES)]
    pairs = [[0] * CLASSES for _ in range(CLASSES)]
    for i in range(len(y)):
        for j in range(len(y)):
            if i != j:
                sums[y[i]][y[j]] += fixed[i][j]
                pairs[y[i]][y[j]] += 1
    known = [c for c in range(CLASSES) if pairs[c][c]]
    spread = [sums[c][c] / pairs[c][c] if pairs[c][c] else 0 for c in range(CLASSES)]
    floor = sum(spread[c] for c in known) / len(known) if known else 0
    merge = [[4.0] * CLASSES for _ in range(CLASSES)]
    groups = [[c] for c in range(CLASSES)]
    for level in range(1, 17):
        threshold = floor + level * (4 - floor) / 16
        while True:
            best = None
            for g in range(len(groups)):
                for h in range(g + 1, len(groups)):
                    total = sum(sums[c][e] for c in groups[g] for e in groups[h])
                    count = sum(pairs[c][e] for c in groups[g] for e in groups[h])
                    distance = total / count if count else math.inf
                    if distance < (best[0] if best else threshold):
                        best = (distance, g, h)
            if not best:
                break
            _, g, h = best
            for c in groups[g]:
                for e in groups[h]:
                    merge[c][e] = merge[e][c] = threshold
            groups[g] += groups.pop(h)
    a, p, n = indices(every(b, fixed))
    extra = torch.tensor([merge[y[i]][y[k]] - spread[y[i]] for i, k in zip(a.tolist(), n.tolist())])
    return reduced(hinge(0.1)(d[a, p], d[a, n], extra), "mean") / 2, d


def class_pairs(deviations, replaces):
    def loss(b, x, trace):
        points = trace(spaced(x, "normalized"))
        d = between(points, points)
        fixed, y = d.detach(), b["y"]
        upper = torch.triu(torch.ones_like(fixed), 1).bool()
        same, other = fixed[upper & (y[:, None] == y[None])], fixed[upper & (y[:, None] != y[None])]

        def limit(values, sign):
            if not len(values):
                return 0
            return (values.mean() + sign * (deviations * values.std(correction=0) + 1e-6 * values.max())).item()

        most, least = limit(same, 1), limit(other, -1)
        fixed = fixed.tolist()
        triplets = []
        for i in range(len(y)):
            positives, negatives = candidates(b, i)
            if replaces:
                positives = [j for j in positives if fixed[i][j] <= most]
                negatives = [j for j in negatives if fixed[i][j] >= least]
            if not positives or not negatives:
                continue
            p, n = farthest(fixed[i], positives)[0], nearest(fixed[i], negatives)[0]
            if fixed[i][p] <= most and fixed[i][n] >= least:
                triplets.append((i, p, n))
        a, p, n = indices(triplets)
        return reduced(hinge(0.2)(d[a, p], d[a, n], 0), "mean"), d

    return loss


def clusters(policy, reference=1.0, gap=0.4, reach=None):
    def loss(b, x, trace):
        points = trace(spaced(x, "normalized"))
        y, who = b["y"].tolist(), b["identities"].tolist()
        terms, largest = [], torch.zeros(1)
        for label in sorted(set(y)):
            members = [i for i in range(len(y)) if y[i] == label]
            mean = points[members].mean(0)
            d = ((points - mean) ** 2).sum(1)
            persons = [None] if policy == "ignore" else sorted({who[i] for i in members})
            for person in persons:
                negatives = [j for j in range(len(y)) if y[j] != label]
                own = [j for j in negatives if who[j] == person]
                if policy == "exclude":
                    negatives = [j for j in negatives if who[j] != person]
                elif policy == "require" or (policy == "prefer" and own):
                    negatives = own
                if not negatives:
                    continue
                near = (d[members] - reference + gap / 2).clamp(min=0)
                if reach is not None:
                    near = torch.where(d[members] <= reach, near, 0)
                far = (reference + gap / 2 - d[negatives]).clamp(min=0)
                terms.append(near.mean() + far.mean())
                largest = d
        return (torch.stack(terms).mean() if terms else 0 * points.sum()), largest

    return loss


def five_tuple(sense, weight=1.0):
    def loss(b, x, trace):
        points = trace(spaced(x, "normalized"))
        d = between(points, points)
        fixed, who = d.tolist(), b["identities"].tolist()
        by_label, by_identity = [], []
        for a in range(len(who)):
            positives, negatives = candidates(b, a)
            if sense == "invariant":
                pulled = [j for j in positives if who[j] != who[a]]
                pushed = [j for j in negatives if who[j] == who[a]]
            else:
                pulled = [j for j in range(len(who)) if who[j] == who[a] and j != a]
                pushed = [j for j in range(len(who)) if who[j] != who[a]]
            if positives and negatives and pulled and pushed:
                by_label.append((a, farthest(fixed[a], positives)[0], nearest(fixed[a], negatives)[0]))
                by_identity.append((a, farthest(fixed[a], pulled)[0], nearest(fixed[a], pushed)[0]))
        a, p, n = indices(by_label)
        _, q, r = indices(by_identity)
        return reduced(hinge(0.2)(d[a, p], d[a, n], 0) + weight * hinge(0.3)(d[a, q], d[a, r], 0), "mean"), d

    return loss


def diverse(d, count, places, first):
    chosen = [first]
    while len(chosen) < min(count, len(places)):
        free = [j for j in places if j not in chosen]
        gap = {j: min(d[c][j] for c in chosen) for j in free}
        chosen.append(max(free, key=lambda j: (gap[j], -places.index(j))))
    return chosen


def representative(share, count, pool):
    def loss(b, x, trace):
        points = trace(spaced(x, "normalized"))
        d = between(points, points)
        fixed = d.tolist()
        eligible = [a for a in range(len(fixed)) if all(candidates(b, a))]
        triplets = []
        if eligible:
            first = max(eligible, key=lambda a: (sum(fixed[a]), -a))
            for a in diverse(fixed, math.ceil(share * len(eligible)), eligible, first):
                positives, negatives = candidates(b, a)
                positives = farthest(fixed[a], positives, count * pool)
                negatives = nearest(fixed[a], negatives, count * pool)
                positives = diverse(fixed, count, positives, positives[0])
                negatives = diverse(fixed, count, negatives, negatives[0])
                triplets += [(a, p, n) for p in positives for n in negatives]
        a, p, n = indices(triplets)
        return reduced(hinge(0.2)(d[a, p], d[a, n], 0), "mean"), d

    return loss


def distillation(b, x, trace):
    points = trace(spaced(x, "normalized"))
    teachers = spaced(b["r"], "normalized")
    d, t = between(points, points), between(points, teachers)
    y, taught = b["y"].tolist(), b["referenceLabels"].tolist()
    triplets = []
    for a in range(len(y)):
        positives = [j for j in range(len(taught)) if taught[j] == y[a]]
        negatives = [j for j in range(len(y)) if y[j] != y[a]]
        if positives and negatives:
            triplets.append((a, farthest(t[a].tolist(), positives)[0], nearest(d[a].tolist(), negatives)[0]))
    a, p, n = indices(triplets)
    return reduced(hinge(0.2)(t[a, p], d[a, n], 0), "mean"), d


cases = {
    "faceNet": triplet_loss(semihard, hinge(0.2)),
    "faceNet.nearest": triplet_loss(semihard, hinge(0.2), fallback="nearest"),
    "faceNet.skip": triplet_loss(semihard, hinge(0.2), fallback="skip"),
    "batchAll": triplet_loss(every, hinge(0.2), "raw", "root", "meanOfPositive"),
    "batchAll.mean": triplet_loss(every, hinge(0.2)),
    "batchAll.sum": triplet_loss(every, hinge(0.2), "raw", "squared", "sum"),
    "batchAll.softplus": triplet_loss(every, softplus(0.1)),
    "batchHard": triplet_loss(hardest, hinge(0.2), "raw", "root"),
    "batchHard.three": triplet_loss(hardest, hinge(0.2), "raw", "root", count=3),
    "batchHard.twoEach": triplet_loss(hardest, hinge(0.2), count=2, pairing="every"),
    "softMargin": triplet_loss(hardest, softplus(0), "raw", "root"),
    "lossless": lossless_loss(hardest),
    "lossless.all": lossless_loss(every, beta=1.5),
    "chiSquared.prefer": triplet_loss(hardest, hinge(1), "raw", "chiSquared", policy="prefer"),
    "chiSquared.require": triplet_loss(hardest, hinge(1), "raw", "chiSquared", policy="require"),
    "chiSquared.exclude": triplet_loss(every, hinge(1), "raw", "chiSquared", policy="exclude"),
    "multiThreshold": multi_threshold(4, 0.1, 1.0, True),
    "multiThreshold.single": multi_threshold(3, 0.2, 0.8, False),
    "hierarchical": hierarchical,
    "classPair.discard": class_pairs(1.5, False),
    "classPair.replace": class_pairs(1.5, True),
    "tupletCluster": clusters("require"),
    "tupletCluster.prefer": clusters("prefer", 0.8, 0.6),
    "tupletCluster.ignore": clusters("ignore", 1.0, 0.4, reach=1.1),
    "fiveTuplet": five_tuple("invariant"),
    "fiveTuplet.aware": five_tuple("aware", 0.5),
    "representative": representative(0.25, 2, 2),
    "distillation": distillation,
}


def run(b, loss):
    x = b["x"].clone().requires_grad_()
    b = dict(b, r=b["references"].clone().requires_grad_())
    traced = []

    def trace(points):
        points.retain_grad()
        traced.append(points)
        return points

    value, d = loss(b, x, trace)
    value.backward()
    # The largest terms of value and gradient: what errors are measured against.
    lengths = b["x"].norm(dim=1, keepdim=True).clamp(max=1)
    slopes = [(t.grad / lengths).abs().max() for t in traced if t.grad is not None]
    result = {
        "value": value.detach().reshape(1),
        "embeddings": x.grad,
        "terms": torch.stack([d.detach().abs().max(), torch.stack(slopes).max()]),
    }
    if b["r"].grad is not None:
        result["references"] = b["r"].grad
    return result


def check(b, name, ours, peer):
    """Compares a value with pytorch-metric-learning's."""
    theirs = peer(b["x"], b["y"])
    assert abs(theirs - ours) <= 1e-9 * max(1, abs(ours)), f"{name}: {ours} differs from the peer's {theirs}"


def peer_all(x, y):
    loss = losses.TripletMarginLoss(0.2, distance=distances.LpDistance(normalize_embeddings=False))
    return loss(x, y).item()


def peer_all_mean(x, y):
    loss = losses.TripletMarginLoss(0.2, distance=distances.LpDistance(power=2), reducer=reducers.MeanReducer())
    return loss(x, y).item()


def peer_hard(x, y):
    distance = distances.LpDistance(normalize_embeddings=False)
    found = miners.BatchHardMiner(distance=distance)(x, y)
    return losses.TripletMarginLoss(0.2, distance=distance, reducer=reducers.MeanReducer())(x, y, found).item()


peers = {"batchAll": peer_all, "batchAll.mean": peer_all_mean, "batchHard": peer_hard}

if __name__ == "__main__":
    for name, b in batches.items():
        document = {"batch." + key: value for key, value in b.items()}
        for case, loss in cases.items():
            found = run(b, loss)
            assert all(value.isfinite().all() for value in found.values()), f"{name} {case} is not finite"
            document |= {f"{case}.{key}": value for key, value in found.items()}
            if case in peers and name in ("skewed", "odd"):
                check(b, f"{name} {case}", found["value"].item(), peers[case])
        document = {key: value.contiguous() for key, value in document.items()}
        save_file(document, pathlib.Path(__file__).with_name(f"{name}.safetensors"))
