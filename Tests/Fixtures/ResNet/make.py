"""Writes networks.safetensors and torchvision-narrow.safetensors from PyTorch in double precision.

    python make.py          (torch, torchvision, numpy, safetensors)
"""
import os

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

import formula
import networks

torch.set_num_threads(2)
torch.set_default_dtype(torch.float64)
here = os.path.dirname(os.path.abspath(__file__))
tensors, metadata = {}, {}


def statistics(case, model):
    """The gradient of each parameter, and each buffer, as norm and eight signed sums."""
    for kind, items in (
        ("gradients", [(n, p.grad) for n, p in model.named_parameters()]),
        ("buffers", [(n, b) for n, b in model.named_buffers() if b.is_floating_point()]),
    ):
        rows = []
        for name, tensor in items:
            array = tensor.detach().numpy()
            rows.append(np.concatenate([[np.linalg.norm(array)], formula.projections(name, array)]))
        tensors[f"{case}.{kind}"] = torch.from_numpy(np.stack(rows))
        metadata[f"{case}.{kind}"] = "\n".join(name for name, _ in items)


def network(case, depth, stem, width, classes, batch, side, calm=False):
    model = networks.fill(networks.Trunk(depth, stem, width, classes), calm)
    images = networks.pictures("pictures", batch, side)
    labels = torch.arange(batch) % classes
    model.eval()
    with torch.no_grad():
        tensors[f"{case}.evaluation"] = model(images)
    model.train()
    logits = model(images)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    tensors[f"{case}.logits"] = logits.detach()
    tensors[f"{case}.loss"] = loss.detach()
    statistics(case, model)


def expression(case, attention, bias=0.0):
    model = networks.fill(networks.Expression(18, "standard", 1 / 16, 7, attention, bias=bias))
    images = networks.pictures("pictures", 6, 64)
    model.eval()
    with torch.no_grad():
        z, x, a, m = model(images)
    tensors[f"{case}.evaluation.logits"], tensors[f"{case}.evaluation.embeddings"] = z, x
    model.train()
    z, x, a, m = model(images)
    loss = F.cross_entropy(z, torch.arange(6) % 7)
    loss = loss + (x * torch.from_numpy(formula.uniform("embedding gradient", tuple(x.shape)))).sum()
    loss = loss + (a * torch.from_numpy(formula.uniform("inclusion gradient", tuple(a.shape)))).sum()
    loss.backward()
    tensors[f"{case}.logits"], tensors[f"{case}.embeddings"] = z.detach(), x.detach()
    tensors[f"{case}.inclusion"] = a.detach()
    if m is not None:
        tensors[f"{case}.pixelMap"] = m.detach()
    statistics(case, model)


def descent():
    """Twenty steps of SGD: rate 0.01, momentum 0.9, weight decay 5e-4 on everything."""
    model = networks.fill(networks.Trunk(18, "standard", 1.0, 7), calm=True).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    losses = []
    for step in range(20):
        logits = model(networks.pictures(f"pictures/{step}", 8, 64))
        loss = F.cross_entropy(logits, (torch.arange(8) + step) % 7)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    tensors["descent.losses"] = torch.tensor(losses)


def exchange():
    """A narrow ResNet-18 with PyTorch's random weights, as a user would save it."""
    torch.manual_seed(7)
    model = networks.Trunk(18, "standard", 1 / 16, 10).float()
    model.train()
    with torch.no_grad():
        model(networks.pictures("pictures", 4, 64).float())
    model.eval()
    state = {f"module.{name}": tensor.contiguous() for name, tensor in model.state_dict().items()}
    with torch.no_grad():
        tensors["exchange.logits"] = model.double()(networks.pictures("pictures", 4, 64))
    save_file(state, os.path.join(here, "torchvision-narrow.safetensors"), metadata={"format": "pt"})


network("resnet18-narrow", 18, "standard", 1 / 16, 7, 4, 64)
network("resnet18-small", 18, "small", 1 / 16, 7, 4, 32)
network("resnet50-narrow", 50, "standard", 1 / 16, 7, 4, 64)
for depth in (18, 50):
    network(f"resnet{depth}", depth, "standard", 1.0, 20, 8, 64)
    network(f"resnet{depth}-calm", depth, "standard", 1.0, 20, 8, 64, calm=True)
expression("expression-compact", "compact")
expression("expression-dacl", "dacl", bias=0.5)
descent()
exchange()
save_file({k: v.contiguous() for k, v in tensors.items()}, os.path.join(here, "networks.safetensors"), metadata=metadata)
