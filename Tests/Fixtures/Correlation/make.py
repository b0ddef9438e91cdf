"""Writes correlation.safetensors: the three terms of Ad-Corre by PyTorch's autograd in double precision.

Run with any recent PyTorch and safetensors: python3 make.py
The terms are formed pair by pair, as in the publication. Inputs are representable in single precision.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(0)
torch.set_num_threads(1)
tensors, settings = {}, {}


def single(t):
    return t.float().double()


def standardized(x):
    """Rows minus their means, of length 1; rows of zeros where all coordinates are equal."""
    centered = x - x.mean(-1, keepdim=True)
    square = (centered**2).sum(-1, keepdim=True)
    constant = square <= 1e-24 * (x**2).sum(-1, keepdim=True)
    return torch.where(constant, torch.zeros_like(x), centered / torch.where(constant, torch.ones_like(square), square).sqrt())


def case(name, x, y, classes, heads=1, predictions=None, record=None, absent=False, parts=(1.0, 1.0, 1.0)):
    """record: [C, 2] recognised and seen, before this batch."""
    e = x.clone().requires_grad_()
    count = len(y)
    split = e.reshape(count, heads, -1)
    u = standardized(split)  # [B, K, d]

    difficulty = torch.zeros(classes, dtype=torch.float64)
    if predictions is not None:
        known = torch.zeros(classes, 2, dtype=torch.float64) if record is None else record.clone()
        for label, guess in zip(y.tolist(), predictions.tolist()):
            known[label, 0] += label == guess
            known[label, 1] += 1
        difficulty = torch.where(known[:, 1] > 0, 1 - known[:, 0] / known[:, 1].clamp(min=1e-300), 1.0)
    w = (1 - torch.eye(count)) * (1 + difficulty[y][:, None] + difficulty[y][None, :])
    omega = torch.where(y[:, None] == y[None, :], 1.0, -1.0).double()
    phi = torch.einsum("ihd,jhd->hij", u, u)
    feature = (w * (omega - phi).abs()).mean()

    if absent:
        shares = torch.where(y[None, :] == torch.arange(classes)[:, None], 1.0, 1e-7).double()
    else:
        present = torch.tensor(sorted(set(y.tolist())), dtype=torch.int64)
        shares = (y[None, :] == present[:, None]).double()
    means = torch.einsum("ki,ihd->hkd", shares / shares.sum(1, keepdim=True), split)
    m = standardized(means)
    rho = torch.einsum("hkd,hld->hkl", m, m)
    mean = ((1 - torch.eye(len(shares))) * (1 + rho)).mean()

    between = torch.einsum("ihd,igd->ihg", u, u)
    embedding = ((1 - torch.eye(heads)) * (1 + between)).mean()

    value = parts[0] * feature + parts[1] * mean + parts[2] * embedding
    value.backward()
    tensors[name + ".embeddings"] = x
    tensors[name + ".labels"] = y
    if predictions is not None:
        tensors[name + ".predictions"] = predictions
    if record is not None:
        tensors[name + ".record"] = record
    tensors[name + ".value"] = value.detach().reshape(1)
    tensors[name + ".gradient"] = e.grad
    settings[name] = {"classes": classes, "heads": heads, "absent": absent, "parts": list(parts)}


skewed = torch.multinomial(torch.tensor([0.05, 0.05, 0.5, 0.2, 0.1, 0.1, 0.0]), 32, replacement=True)
x = single(torch.randn(32, 16) + torch.randn(7, 16)[skewed])
guesses = torch.where(torch.rand(32) < 0.6, skewed, torch.randint(0, 7, (32,)))
seen = torch.randint(5, 50, (7,)).double()
record = torch.stack([(seen * torch.rand(7)).floor(), seen], 1)
record[6] = 0

case("uniform", x, skewed, 7)
case("heads", x, skewed, 7, heads=4)
case("adaptive", x, skewed, 7, heads=2, predictions=guesses)
case("adaptive.record", x, skewed, 7, heads=4, predictions=guesses, record=record)
case("absent", x, skewed, 7, heads=2, absent=True)
for i, part in enumerate(("feature", "mean", "embedding")):
    case(part, x, skewed, 7, heads=2, predictions=guesses, parts=tuple(float(j == i) for j in range(3)))
case("weighted", x, skewed, 7, heads=2, parts=(0.5, 2.0, 3.0))
case("one", x[:1], skewed[:1], 7, heads=2)
case("oneClass", x[:9], torch.full((9,), 3), 7, heads=2)
case("duplicates", x[:1].repeat(6, 1), torch.tensor([0, 0, 1, 2, 2, 2]), 3, heads=2)
case("odd", single(torch.randn(13, 15)), torch.randint(0, 5, (13,)), 5, heads=3)
case("d1", single(torch.randn(8, 1)), torch.randint(0, 3, (8,)), 3)
case("headsOfOne", single(torch.randn(8, 4)), torch.randint(0, 3, (8,)), 3, heads=4)
case("headsOfTwo", single(torch.randn(8, 6)), torch.randint(0, 3, (8,)), 3, heads=3)
flat = single(torch.randn(8, 6))
flat[2], flat[5] = 0, 0.1
case("constantRows", single(flat), torch.tensor([0, 1, 2, 0, 1, 2, 0, 1]), 3)
case("large", single(torch.randn(11, 12) * 1e4), torch.randint(0, 4, (11,)), 4, heads=2)

if __name__ == "__main__":
    path = pathlib.Path(__file__).with_name("correlation.safetensors")
    save_file({k: v.clone() for k, v in tensors.items()}, path, {"settings": json.dumps(settings)})
