"""Writes losses.json: values and gradients of the losses by PyTorch's autograd in double precision.

Run with any recent PyTorch: python3 make.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, D, C = 16, 24, 7

x = torch.randn(B, D)
c = torch.randn(C, D) * (2 / C) ** 0.5
a = torch.rand(B, D) * 0.9 + 0.05
y = torch.randint(0, C, (B,))
prediction = torch.where(torch.rand(B) < 0.5, y, torch.randint(0, C, (B,)))
history = torch.randint(0, 4, (C, C)) * (1 - torch.eye(C, dtype=torch.int64))


def coordinate_negatives():
    distance = (x[:, None, :] - c[None]).abs()
    distance[torch.arange(B), y] = torch.inf
    return distance.argmin(1)


def nearest():
    distance = ((x[:, None] - c[None]) ** 2).sum(2)
    distance[torch.arange(B), y] = torch.inf
    return distance.argmin(1)[:, None].expand(B, D)


def semantic():
    own = torch.zeros(C, C, dtype=torch.int64)
    for label, guess in zip(y.tolist(), prediction.tolist()):
        if label != guess:
            own[label, guess] += 1
    choice = nearest().clone()
    for i in range(B):
        label = y[i].item()
        if prediction[i] != label:
            choice[i] = prediction[i]
        elif own[label].max() > 0:
            choice[i] = own[label].argmax()
        elif (own + history)[label].max() > 0:
            choice[i] = (own + history)[label].argmax()
    return choice


def mixed():
    wrong = (prediction != y)[:, None]
    return torch.where(wrong, prediction[:, None], coordinate_negatives())


def everything(negatives, form="hinge", weights=True, margin=None, kappa=1.0, attached=False, positive=1.0):
    leaves = [t.clone().requires_grad_() for t in (x, c, a)]
    xs, cs, ws = leaves
    w = ws if weights else torch.ones_like(ws)
    s, u = xs.sigmoid(), cs[y].sigmoid()
    rows = torch.arange(D)

    def sample_losses(v):
        near, far = (w * (s - u) ** 2).sum(1), (w * (s - v) ** 2).sum(1)
        m = torch.full((B,), margin) if margin is not None else kappa * w.sum(1)
        if not attached:
            m = m.detach()
        if form == "log":
            return -(1 - near / m + 1e-8).log() - (far / m + 1e-8).log()
        bracket = positive * near - far + m
        return bracket.clamp(min=0) if form == "hinge" else F.softplus(bracket)

    if isinstance(negatives, str):
        others = torch.stack([torch.tensor([k for k in range(C) if k != l]) for l in y.tolist()])
        losses = torch.stack([sample_losses(cs[others[:, r]].sigmoid()) for r in range(C - 1)]).mean(0)
    else:
        losses = sample_losses(cs[negatives, rows].sigmoid())
    value = losses.mean()
    value.backward()
    zero = torch.zeros_like(a)
    return {
        "value": value.item(),
        "samples": losses.tolist(),
        "embeddings": xs.grad.flatten().tolist(),
        "centers": cs.grad.flatten().tolist(),
        "inclusion": (ws.grad if ws.grad is not None else zero).flatten().tolist(),
    }


cases = {
    "amtc3l.mathSynth": everything(coordinate_negatives()),
    "amtc3l.networkSemantic": everything(semantic()),
    "amtc3l.mixed": everything(mixed()),
    "amtc3l.nearestCenter": everything(nearest()),
    "amtc3l.allCenters": everything("all"),
    "amtc3l.attached": everything(coordinate_negatives(), attached=True),
    "amtc3l.positiveWeight2": everything(coordinate_negatives(), positive=2.0, kappa=0.1),
    "tc3l.lossless": everything(coordinate_negatives(), weights=False, margin=float(D)),
    "tc3l.tenth": everything(nearest(), weights=False, margin=0.1),
    "softplus": everything(mixed(), form="softplus", kappa=0.1),
    "log": everything(coordinate_negatives(), form="log"),
}

logits = torch.randn(B, C) * 3
targets = torch.rand(B, C).softmax(1)
class_weights = torch.rand(C) + 0.5


def cross_entropy(target, **options):
    z = logits.clone().requires_grad_()
    value = F.cross_entropy(z, target, **options)
    value.backward()
    return {"value": value.item(), "logits": z.grad.flatten().tolist()}


entropies = {
    "plain": cross_entropy(y),
    "smoothed": cross_entropy(y, label_smoothing=0.1),
    "weighted": cross_entropy(y, weight=class_weights),
    "weighted.smoothed": cross_entropy(y, weight=class_weights, label_smoothing=0.2),
    "soft": cross_entropy(targets),
    "soft.weighted.smoothed": cross_entropy(targets, weight=class_weights, label_smoothing=0.2),
}

document = {
    "shape": [B, C, D],
    "embeddings": x.flatten().tolist(),
    "centers": c.flatten().tolist(),
    "inclusion": a.flatten().tolist(),
    "labels": y.tolist(),
    "predictions": prediction.tolist(),
    "history": history.flatten().tolist(),
    "losses": cases,
    "logits": logits.flatten().tolist(),
    "targets": targets.flatten().tolist(),
    "classWeights": class_weights.tolist(),
    "crossEntropies": entropies,
}
path = pathlib.Path(__file__).with_name("losses.json")
path.write_text(json.dumps(document))
