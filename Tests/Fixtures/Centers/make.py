"""Writes centers.safetensors: values and gradients of the center family by PyTorch's autograd in double precision.

Run with a recent PyTorch and safetensors: python3 make.py
"""

import pathlib

import torch
from safetensors.torch import save_file

from cases import SHAPES, batch

torch.set_default_dtype(torch.float64)


def own(x, y, c):
    return ((x - c[y]) ** 2).sum(1)


def wen(x, y, c, a):
    return own(x, y, c).sum() / 2 / len(x)


def wen_sum(x, y, c, a):
    return own(x, y, c).sum() / 2


def dacl(x, y, c, a):
    return (a * (x - c[y]) ** 2).sum() / 2 / len(x)


def kaiyang_zhou(x, y, c, a):
    return own(x, y, c).mean()


def quaterion(x, y, c, a):
    return 0.5 * torch.nn.functional.mse_loss(torch.nn.functional.normalize(x), c[y])


def dan(x, y, c, a):
    return own(x, y, c).mean() / c.var(dim=0).sum()


def negatives(x, y, c):
    distances = ((x[:, None] - c[None]) ** 2).sum(2)
    return distances.masked_fill(torch.nn.functional.one_hot(y, len(c)).bool(), torch.inf)


def he(x, y, c, a):
    nearest = negatives(x.detach(), y, c.detach()).argmin(1)
    return (0.5 * own(x, y, c) + 5 - 0.5 * own(x, nearest, c)).clamp(min=0).sum()


def he_code(x, y, c, a):
    nearest = negatives(x.detach(), y, c.detach()).argmin(1)
    positive = own(x, y, c).clamp(min=1e-12).sqrt()
    negative = own(x, nearest, c).clamp(min=1e-12).sqrt()
    return (positive - negative + 5).clamp(min=0).mean()


def zhou(x, y, c, a):
    nearest = negatives(x.detach(), y, c.detach()).argmin(1)
    return (own(x, y, c) - own(x, nearest, c) + 1).clamp(min=0).mean()


def lei(x, y, c, a):
    others = [[k for k in range(len(c)) if k != label] for label in y.tolist()]
    far = torch.stack([((row - c[picked]) ** 2).sum(1) for row, picked in zip(x, others)])
    return (own(x, y, c)[:, None] - far + 1).clamp(min=0).mean(1).mean()


losses = {
    "wen": wen,
    "wenSum": wen_sum,
    "dacl": dacl,
    "kaiyangZhou": kaiyang_zhou,
    "quaterion": quaterion,
    "dan": dan,
    "he": he,
    "heCode": he_code,
    "zhou": zhou,
    "lei": lei,
}

if __name__ == "__main__":
    tensors = {}
    for case in SHAPES:
        x, y, c, a = batch(case)
        tensors |= {f"{case}.x": x, f"{case}.y": y, f"{case}.c": c, f"{case}.a": a}
        for name, loss in losses.items():
            leaves = [t.clone().requires_grad_() for t in (x, c, a)]
            value = loss(leaves[0], y, leaves[1], leaves[2])
            value.backward()
            tensors[f"{case}.{name}"] = value.detach().reshape(1)
            tensors[f"{case}.{name}.dx"] = leaves[0].grad
            tensors[f"{case}.{name}.dc"] = leaves[1].grad
            if name == "dacl":
                tensors[f"{case}.{name}.da"] = leaves[2].grad
    assert all(t.isfinite().all() for t in tensors.values())
    save_file(tensors, pathlib.Path(__file__).with_name("centers.safetensors"))
