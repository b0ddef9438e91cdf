"""Triplet losses and NT-Xent in eager PyTorch, in the defaults of this package: masks and matrix products.

Each loss is a function of a batch: embeddings x [B, D], labels y, identities, a teacher's references r with labels.
What a loss remembers over steps is an object. Triplets are chosen without gradient.
"""

import math

import numpy
import torch
import torch.nn.functional as F


def squared(x, y=None):
    """All squared distances, from one matrix product."""
    y = x if y is None else y
    return torch.addmm(x.square().sum(1, keepdim=True) + y.square().sum(1), x, y.T, alpha=-2).clamp(min=0)


def pair_distances(x, y, places):
    """The squared distance of each row to the one chosen for it."""
    return (x - y.index_select(0, places)).square().sum(1)


def relations(labels):
    """Which samples are positives and negatives of each anchor, and which anchors have both."""
    same = labels[:, None] == labels
    negatives = ~same
    same.fill_diagonal_(False)
    return same, negatives, same.any(1) & negatives.any(1)


def farthest(distances, mask):
    return distances.masked_fill(~mask, -torch.inf).argmax(-1)


def nearest(distances, mask):
    return distances.masked_fill(~mask, torch.inf).argmin(-1)


def hinge(bracket, valid):
    return (bracket.relu() * valid).sum() / valid.sum()


def face_net(b):
    """The nearest negative beyond the positive is found in sorted rows; else it is the farthest one."""
    points = F.normalize(b.x)
    distances = 2 - 2 * points @ points.T
    positives, negatives, valid = relations(b.y)
    with torch.no_grad():
        ascending, order = distances.masked_fill(~negatives, torch.inf).sort(1)
        place = torch.searchsorted(ascending, distances, right=True)
        last = negatives.sum(1, keepdim=True) - 1
        n = order.gather(1, torch.minimum(place, last))
    return hinge(distances - distances.gather(1, n) + 0.2, positives & valid[:, None])


def lossless(b):
    points, bound = b.x.sigmoid(), b.x.shape[1]
    with torch.no_grad():
        distances = squared(points)
        positives, negatives, valid = relations(b.y)
        p, n = farthest(distances, positives), nearest(distances, negatives)
    near, far = pair_distances(points, points, p), pair_distances(points, points, n)
    terms = -((bound - near).relu() / bound + 1e-8).log() - (far / bound + 1e-8).log()
    return (terms * valid).sum() / valid.sum()


def chi_squared_distances(x, y):
    """Of rows with rows. 0/0 counts as 0: where the size is 0 the difference is, too."""
    size = (x.abs() + y.abs()).clamp(min=torch.finfo(x.dtype).tiny)
    return ((x - y).square() / size).sum(1)


def all_chi_squared_distances(x, rows=4):
    """Without gradient, in place, in blocks of rows that caches hold."""
    magnitudes, smallest, blocks = x.abs(), torch.finfo(x.dtype).tiny, []
    for block, magnitude in zip(x.split(rows), magnitudes.split(rows)):
        size = (magnitude[:, None] + magnitudes).clamp_(min=smallest)
        blocks.append((block[:, None] - x).square_().div_(size).sum(2))
    return torch.cat(blocks)


def chi_squared(b):
    with torch.no_grad():
        distances = all_chi_squared_distances(b.x)
        positives, negatives, valid = relations(b.y)
        own = negatives & (b.identities[:, None] == b.identities)
        negatives = torch.where(own.any(1, keepdim=True), own, negatives)
        p, n = farthest(distances, positives), nearest(distances, negatives)
    near, far = (chi_squared_distances(b.x, b.x.index_select(0, places)) for places in (p, n))
    return hinge(near - far + 1, valid)


def multi_threshold(b, slices=8):
    """All slices at once, as a batch of matrices."""
    points = F.normalize(b.x.view(len(b.x), slices, -1), dim=2).transpose(0, 1)
    distances = 2 - 2 * points @ points.transpose(1, 2)
    positives, negatives, valid = relations(b.y)
    with torch.no_grad():
        p, n = farthest(distances, positives)[..., None], nearest(distances, negatives)[..., None]
    near, far = distances.gather(2, p), distances.gather(2, n)
    dual = distances.gather(1, p.expand(-1, -1, len(b.x))).gather(2, n)
    threshold = torch.linspace(0.1, 1, slices, dtype=b.x.dtype)[:, None, None]
    brackets = (near - far + threshold).relu() + (near - dual + threshold).relu()
    return (brackets * valid[:, None]).sum() / (2 * slices * valid.sum())


class Hierarchical:
    """All triplets, a block for the anchors of each class, with margins from a tree of the classes."""

    def __init__(self, classes):
        self.classes = classes
        self.sums, self.pairs = torch.zeros(classes, classes), torch.zeros(classes, classes)

    def margins(self, levels=16, ceiling=4.0):
        """By the classes of anchor and negative: where the tree merges them, less the spread of the anchor's class."""
        sums, pairs = self.sums.double().numpy().copy(), self.pairs.double().numpy().copy()
        with numpy.errstate(divide="ignore", invalid="ignore"):
            means = sums / pairs
        known = numpy.diag(pairs) > 0
        spreads = numpy.where(known, numpy.diag(means), 0)
        floor = spreads[known].mean() if known.any() else 0.0
        step, level = (ceiling - floor) / levels, 1
        merge = numpy.full((self.classes, self.classes), ceiling)
        groups = [[c] for c in range(self.classes)]
        while len(groups) > 1:
            with numpy.errstate(divide="ignore", invalid="ignore"):
                linkage = numpy.where(pairs > 0, sums / pairs, numpy.inf)
            linkage[numpy.tril_indices(len(groups))] = numpy.inf
            g, h = numpy.unravel_index(linkage.argmin(), linkage.shape)
            if not linkage[g, h] < ceiling:
                break
            level = max(level, math.floor((linkage[g, h] - floor) / step) + 1)
            merge[numpy.ix_(groups[g], groups[h])] = merge[numpy.ix_(groups[h], groups[g])] = floor + level * step
            for table in (sums, pairs):
                table[g] += table[h]
                table[:, g] += table[:, h]
            sums, pairs = (numpy.delete(numpy.delete(table, h, 0), h, 1) for table in (sums, pairs))
            groups[g] += groups.pop(h)
        return torch.from_numpy(merge - spreads[:, None])

    def __call__(self, b):
        points = F.normalize(b.x)
        distances = 2 - 2 * points @ points.T
        with torch.no_grad():
            members = F.one_hot(b.y, self.classes).to(b.x.dtype)
            fixed, counts = distances.detach().clone().fill_diagonal_(0), members.sum(0)
            self.sums = 0.9 * self.sums + members.T @ fixed @ members
            self.pairs = 0.9 * self.pairs + torch.outer(counts, counts) - torch.diag(counts)
            margins = self.margins().to(b.x.dtype) + 0.1
        total, count = 0, 0
        for label in range(self.classes):
            own = b.y == label
            anchors, others = own.nonzero().squeeze(1), (~own).nonzero().squeeze(1)
            near = distances[anchors[:, None], anchors].fill_diagonal_(-torch.inf)
            far = distances[anchors[:, None], others] - margins[label, b.y[others]]
            total = total + (near[:, :, None] - far[:, None, :]).relu().sum()
            count += len(anchors) * (len(anchors) - 1) * len(others)
        return total / (2 * count)


class ClassPairs:
    """Batch-hard without abnormal triplets, with a margin for each pair of classes, which adapts."""

    def __init__(self, classes, dtype):
        self.classes = classes
        self.table = torch.full((classes, classes), 0.2, dtype=dtype)

    @staticmethod
    def limit(distances, mask, sign):
        values = distances[mask]
        return values.mean() + sign * (3 * values.std(correction=0) + 1e-6 * values.max())

    def __call__(self, b):
        points = F.normalize(b.x)
        with torch.no_grad():
            distances = 2 - 2 * points @ points.T
            positives, negatives, valid = relations(b.y)
            p, n = farthest(distances, positives), nearest(distances, negatives)
            valid &= distances.gather(1, p[:, None]).squeeze(1) <= self.limit(distances, positives, 1)
            valid &= distances.gather(1, n[:, None]).squeeze(1) >= self.limit(distances, negatives, -1)
        k, l = b.y, b.y[n]
        near, far = pair_distances(points, points, p), pair_distances(points, points, n)
        brackets = near - far + self.table[k, l]
        value = hinge(brackets, valid)
        with torch.no_grad():
            pair = (torch.minimum(k, l) * self.classes + torch.maximum(k, l))[valid]
            size = self.classes**2
            count = torch.bincount(pair, minlength=size)
            active = torch.bincount(pair, (brackets[valid] > 0).to(b.x.dtype), minlength=size)
            step = torch.where(count > 0, 0.01 * (0.5 - active / count.clamp(min=1)), 0).view(self.classes, -1)
            step = step + step.T - torch.diag(step.diagonal())
            self.table = (self.table + step).clamp(0.05, 1)
        return value


class TupletClusters:
    """A cluster for each class and person that the batch shows together, around the mean of the class."""

    def __init__(self, classes, persons, dtype):
        self.classes, self.persons = classes, persons
        self.reference = torch.ones((), dtype=dtype).requires_grad_()

    def __call__(self, b, gap=0.4, rate=0.01):
        if self.reference.grad is not None:
            with torch.no_grad():
                self.reference.sub_(rate * self.reference.grad).clamp_(min=gap / 2)
            self.reference.grad.zero_()
        points = F.normalize(b.x)
        members = F.one_hot(b.y, self.classes).to(b.x.dtype).T
        people = F.one_hot(b.identities, self.persons).to(b.x.dtype)
        counts = members.sum(1, keepdim=True).clamp(min=1)
        distances = squared(members @ points / counts, points)
        negatives = (1 - members) @ people
        valid = (members @ people > 0) & (negatives > 0)
        near = (members * (distances - self.reference + gap / 2).relu()).sum(1, keepdim=True) / counts
        far = ((1 - members) * (self.reference + gap / 2 - distances).relu()) @ people / negatives.clamp(min=1)
        return ((near + far) * valid).sum() / valid.sum()


def five_tuplet(b):
    points = F.normalize(b.x)
    distances = 2 - 2 * points @ points.T
    with torch.no_grad():
        positives, negatives, valid = relations(b.y)
        person = b.identities[:, None] == b.identities
        pulled, pushed = positives & ~person, negatives & person
        valid &= pulled.any(1) & pushed.any(1)
        choices = (farthest(distances, positives), nearest(distances, negatives))
        choices += (farthest(distances, pulled), nearest(distances, pushed))
    p, n, q, r = distances.gather(1, torch.stack(choices, 1)).unbind(1)
    return hinge(p - n + 0.2, valid) + hinge(q - r + 0.2, valid)


def representative(b):
    """A quarter of the samples as anchors, each with two positives and two negatives out of the four hardest."""
    points = F.normalize(b.x)
    distances = 2 - 2 * points @ points.T
    positives, negatives, valid = relations(b.y)
    with torch.no_grad():
        table = distances.detach().numpy()
        eligible = valid.numpy()
        wanted = math.ceil(0.25 * int(eligible.sum()))
        chosen = [int(numpy.where(eligible, table.sum(1), -numpy.inf).argmax())]
        gaps = numpy.where(eligible, table[chosen[0]], -numpy.inf)
        while len(chosen) < wanted:  # each anchor depends on the ones before
            gaps[chosen[-1]] = -numpy.inf
            chosen.append(int(gaps.argmax()))
            numpy.minimum(gaps, table[chosen[-1]], out=gaps)
        anchors = torch.tensor(chosen)
        rows = distances[anchors]
        found = []
        for pool in (
            rows.masked_fill(~positives[anchors], -torch.inf).topk(4).indices,
            rows.masked_fill(~negatives[anchors], torch.inf).topk(4, largest=False).indices,
        ):
            second = distances[pool[:, :1], pool[:, 1:]].argmax(1, keepdim=True) + 1
            found.append(torch.cat([pool[:, :1], pool.gather(1, second)], 1))
    near, far = (distances[anchors[:, None], places] for places in found)
    return (near[:, :, None] - far[:, None, :] + 0.2).relu().mean()


def distillation(b):
    """Positives of the teacher, negatives of the student; all samples are candidates."""
    points, teachers = F.normalize(b.x), F.normalize(b.r)
    with torch.no_grad():
        taught, own = 2 - 2 * points @ teachers.T, 2 - 2 * points @ points.T
        positives, negatives = b.y[:, None] == b.reference_labels, b.y[:, None] != b.y
        valid = positives.any(1) & negatives.any(1)
        p, n = farthest(taught, positives), nearest(own, negatives)
    near, far = pair_distances(points, teachers, p), pair_distances(points, points, n)
    return hinge(near - far + 0.2, valid)


def nt_xent(b, temperature=0.07):
    """Each pair of a class against all negatives of its anchor, of which one sum serves all pairs of the anchor."""
    points = F.normalize(b.x)
    similarities = points @ points.T / temperature
    positives, negatives, _ = relations(b.y)
    rest = similarities.masked_fill(~negatives, -torch.inf).logsumexp(1, keepdim=True)
    return ((torch.logaddexp(rest, similarities) - similarities) * positives).sum() / positives.sum()
