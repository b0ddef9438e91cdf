"""Losses over class centers, Ad-Corre and TAN in eager PyTorch, in the defaults of this package.

Each loss is a function of a batch: embeddings x [B, D], labels y, centers c [C, D], inclusion weights a, predictions,
and attention weights of whole samples. What a loss remembers over steps is an object.
"""

import torch
import torch.nn.functional as F

import amtc3l
from torch_triplets import farthest, hinge, nearest, pair_distances, relations, squared


def amtc3l_mixed(b):
    with torch.no_grad():
        chosen = amtc3l.Mixed().select(b.x, b.y, b.c, b.predictions)
    return amtc3l.loss(b.x, b.y, b.c, b.a, chosen)


def tc3l(b):
    with torch.no_grad():
        chosen = amtc3l.Mixed().select(b.x, b.y, b.c, b.predictions)
    squashed, centers = b.x.sigmoid(), b.c.sigmoid()
    positive = (squashed - centers.index_select(0, b.y)).square()
    negative = (squashed - centers.gather(0, chosen)).square()
    return ((positive - negative).sum(1) + b.x.shape[1]).relu().mean()


def own_and_others(distances, labels):
    """The distance to the own center, and all distances with the own one at infinity."""
    own = distances.gather(1, labels[:, None])
    return own, distances.masked_fill(F.one_hot(labels, distances.shape[1]).bool(), torch.inf)


def triplet_center(b):
    own, others = own_and_others(torch.cdist(b.x, b.c), b.y)
    return (own.squeeze(1) - others.min(1).values + 5).relu().mean()


def triplet_center_published(b):
    own, others = own_and_others(squared(b.x, b.c) / 2, b.y)
    return (own.squeeze(1) - others.min(1).values + 5).relu().sum()


def fixed_margin(b):
    own, others = own_and_others(squared(b.x, b.c), b.y)
    return (own.squeeze(1) - others.min(1).values + 1).relu().mean()


def all_centers(b):
    own, others = own_and_others(squared(b.x, b.c), b.y)
    return (own - others + 1).relu().sum() / (len(b.x) * (len(b.c) - 1))


def center(b):
    return (b.x - b.c.index_select(0, b.y)).square().sum() / (2 * len(b.x))


def center_kaiyang_zhou(b):
    return (b.x - b.c.index_select(0, b.y)).square().sum() / len(b.x)


def center_quaterion(b):
    return F.mse_loss(F.normalize(b.x), b.c.index_select(0, b.y)) / 2


def center_dan(b):
    return (b.x - b.c.index_select(0, b.y)).square().sum() / len(b.x) / b.c.var(dim=0).sum()


def sparse_center(b):
    return (b.a * (b.x - b.c.index_select(0, b.y)).square()).sum() / (2 * len(b.x))


class AdCorre:
    """One embedding for each sample, so without the term between its embeddings; pairs weighted by recognition."""

    def __init__(self, classes):
        self.classes = classes
        self.recognised, self.seen = torch.zeros(classes), torch.zeros(classes)

    @staticmethod
    def standardized(x):
        return F.normalize(x - x.mean(1, keepdim=True))

    def __call__(self, b):
        count = len(b.x)
        self.seen += torch.bincount(b.y, minlength=self.classes)
        self.recognised += torch.bincount(b.y[b.predictions == b.y], minlength=self.classes)
        difficulty = 1 - (self.recognised / self.seen.clamp(min=1)).to(b.x.dtype)
        weights = (1 + difficulty[b.y][:, None] + difficulty[b.y]).fill_diagonal_(0)
        same = b.y[:, None] == b.y
        rows = self.standardized(b.x)
        feature = (weights * (torch.where(same, 1.0, -1.0) - rows @ rows.T).abs()).mean()
        members = F.one_hot(b.y, self.classes).to(b.x.dtype)
        members = members[:, members.any(0)]
        means = self.standardized(members.T @ b.x / members.sum(0)[:, None])
        between = 1 + means @ means.T
        return feature + (between.sum() - between.diagonal().sum()) / len(means) ** 2


class AttentiveTriplets:
    """TAN with a learned metric that starts as the identity; its map gets gradient, too."""

    def __init__(self, dimension, dtype):
        self.map = torch.eye(dimension, dtype=dtype).requires_grad_()

    def __call__(self, b):
        if self.map.grad is not None:
            self.map.grad.zero_()
        directions = F.normalize(b.x)
        with torch.no_grad():
            measured = squared(directions)
            positives, negatives, valid = relations(b.y)
            p, n = farthest(measured, positives), nearest(measured, negatives)
        near, far = pair_distances(directions, directions, p), pair_distances(directions, directions, n)
        base = hinge(near - far + 0.2, valid)

        high = b.weights >= 0.5
        points, labels = b.x[high], b.y[high]
        images = points @ self.map.T
        with torch.no_grad():
            measured = squared(images) + 1e-6 * squared(points)
            positives, negatives, valid = relations(labels)
            p, n = farthest(measured, positives), nearest(measured, negatives)
        near = pair_distances(images, images, p) + 1e-6 * pair_distances(points, points, p)
        far = pair_distances(images, images, n) + 1e-6 * pair_distances(points, points, n)
        metric = hinge(near - far + 1, valid)

        ranked = b.weights.sort(descending=True).values
        cut = int(0.7 * len(ranked))
        rank = (0.15 - (ranked[:cut].mean() - ranked[cut:].mean())).relu()
        return base + 0.1 * metric + rank
