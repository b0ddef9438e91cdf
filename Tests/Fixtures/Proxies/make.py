"""Writes proxies.safetensors: values, gradients and logits of pytorch-metric-learning's proxy losses in double precision.

Run with pytorch-metric-learning 2.9 and safetensors: python3 make.py
"""

import math
import pathlib
import sys

import torch
from pytorch_metric_learning import losses as pml
from safetensors.torch import save_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Centers"))
from cases import SHAPES, batch, narrow  # noqa: E402

torch.set_default_dtype(torch.float64)

MEMBERS = 3
LOSSES = {  # the loss, and the parameter that holds its proxies
    "arcFace": (pml.ArcFaceLoss, "W", {}),
    "arcFaceWide": (pml.ArcFaceLoss, "W", {"margin": 80, "scale": 8}),
    "cosFace": (pml.CosFaceLoss, "W", {}),
    "cosFaceSoft": (pml.CosFaceLoss, "W", {"margin": 0.1, "scale": 4}),
    "normalizedSoftmax": (pml.NormalizedSoftmaxLoss, "W", {}),
    "proxyNCA": (pml.ProxyNCALoss, "proxies", {}),
    "proxyNCASharp": (pml.ProxyNCALoss, "proxies", {"softmax_scale": 8}),
    "proxyAnchor": (pml.ProxyAnchorLoss, "proxies", {}),
    "proxyAnchorSoft": (pml.ProxyAnchorLoss, "proxies", {"margin": 0.3, "alpha": 4}),
    "softTriple": (pml.SoftTripleLoss, "fc", {"centers_per_class": MEMBERS}),
}


def run(kind, x, y, c, classes):
    maker, parameter, options = LOSSES[kind]
    loss = maker(num_classes=classes, embedding_size=x.shape[1], **options)
    weights = getattr(loss, parameter)
    transposed = parameter != "proxies"
    weights.data = (c.t() if transposed else c).contiguous().clone()
    leaf = x.clone().requires_grad_()
    value = loss(leaf, y)
    value.backward()
    gradient = weights.grad.t() if transposed else weights.grad
    logits = loss.get_logits(x).detach()
    return value.detach().reshape(1), leaf.grad, gradient.contiguous(), logits.contiguous()


tensors = {}


def add(case, kind, x, y, c, classes):
    value, dx, dc, logits = run(kind, x, y, c, classes)
    if case == "line":
        # In one dimension directions cannot vary: the gradient is zero. The arc cosine's derivative is infinite at both
        # of its ends, so that automatic differentiation gives no number there.
        dx, dc = torch.zeros_like(dx), torch.zeros_like(dc)
    tensors.update({f"{case}.{kind}": value, f"{case}.{kind}.dx": dx, f"{case}.{kind}.dc": dc})
    tensors[f"{case}.{kind}.logits"] = logits


for case, (_, _, classes) in SHAPES.items():
    x, y, c, _ = batch(case)
    tensors |= {f"{case}.x": x, f"{case}.y": y, f"{case}.c": c}
    tensors[f"{case}.members"] = batch(case, MEMBERS)[2]
    for kind in LOSSES:
        proxies = tensors[f"{case}.members"] if kind == "softTriple" else c
        add(case, kind, x, y, proxies, classes)

# Angles to the own proxy from 1e-3 rad to near pi, on both sides of pi - m: the last of them take ArcFace's second branch.
torch.manual_seed(9)
angles = [1e-3, 1e-2, 0.1, 1, 2, math.pi - 0.5, math.pi - 0.49, math.pi - 0.1, math.pi - 1e-2, math.pi - 1e-3]
proxies = torch.randn(4, 6)
y = torch.arange(len(angles)) % 4
rows = []
for i, angle in enumerate(angles):
    along = proxies[y[i]] / proxies[y[i]].norm()
    across = torch.randn(6)
    across -= (across @ along) * along
    across /= across.norm()
    rows.append((math.cos(angle) * along + math.sin(angle) * across) * (0.5 + i))
x, proxies = narrow(torch.stack(rows)), narrow(proxies)
tensors |= {"angles.x": x, "angles.y": y, "angles.c": proxies}
add("angles", "arcFace", x, y, proxies, 4)
add("angles", "cosFace", x, y, proxies, 4)

assert all(t.isfinite().all() for t in tensors.values())
save_file(tensors, pathlib.Path(__file__).with_name("proxies.safetensors"))
