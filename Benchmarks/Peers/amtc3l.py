"""AMTC3L and its negative samplers in PyTorch, eager or compiled, written straight from the formulas.

For embeddings x, own centers u, negative centers v, inclusion weights a and s = sigmoid(x), both centers likewise:

    l_i = sum_j a_ij [(s_ij - u_ij)^2 - (s_ij - v_ij)^2] + m_i,   m_i = sum_j a_ij without gradient
    L   = mean of max(0, l_i)
"""

import torch


def own_center_mask(labels, classes):
    return torch.nn.functional.one_hot(labels, classes).bool()


def synthesised(embeddings, labels, centers):
    """MS: for each coordinate the class whose center is nearest in that coordinate, the own class excepted."""
    gaps = (embeddings[:, None, :] - centers[None, :, :]).abs()
    gaps = gaps.masked_fill(own_center_mask(labels, len(centers))[:, :, None], float("inf"))
    return gaps.argmin(dim=1)


def nearest(embeddings, labels, centers):
    distances = torch.cdist(embeddings, centers).square()
    return distances.masked_fill(own_center_mask(labels, len(centers)), float("inf")).argmin(dim=1)


class MathSynth:
    def select(self, embeddings, labels, centers, predictions):
        return synthesised(embeddings, labels, centers)


class NetworkSemantic:
    """NS: the class that the sample was taken for; for a right sample the class that beats its label most often, in
    this batch or else so far; failing that the nearest center."""

    def __init__(self, classes):
        self.record = torch.zeros(classes, classes)

    def select(self, embeddings, labels, centers, predictions):
        wrong = predictions != labels
        mistakes = torch.zeros_like(self.record)
        mistakes.index_put_((labels, predictions), wrong.to(mistakes.dtype), accumulate=True)
        self.record += mistakes
        of_batch, so_far = mistakes[labels], self.record[labels]
        rival = torch.where(so_far.amax(1) > 0, so_far.argmax(1), nearest(embeddings, labels, centers))
        rival = torch.where(of_batch.amax(1) > 0, of_batch.argmax(1), rival)
        chosen = torch.where(wrong, predictions, rival)
        return chosen[:, None].expand_as(embeddings)


class Mixed:
    """MM: the class that the sample was taken for; for a right sample the MS row."""

    def select(self, embeddings, labels, centers, predictions):
        rows = synthesised(embeddings, labels, centers)
        return torch.where((predictions != labels)[:, None], predictions[:, None], rows)


def loss(embeddings, labels, centers, inclusion, chosen):
    squashed, squashed_centers = torch.sigmoid(embeddings), torch.sigmoid(centers)
    positive = (squashed - squashed_centers[labels]).square()
    negative = (squashed - squashed_centers.gather(0, chosen)).square()
    margin = inclusion.sum(dim=1).detach()
    return torch.relu((inclusion * (positive - negative)).sum(dim=1) + margin).mean()
