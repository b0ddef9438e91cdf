"""Writes attention.safetensors: outputs and gradients of the attention layers by PyTorch in double precision.

    python make.py          (torch, torchvision, numpy, safetensors)

Weights and inputs come from ../ResNet/formula.py. Maps are stored as [B, h, w, C].
"""

import pathlib
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file
from torchvision.ops import SqueezeExcitation

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here.parent / "ResNet"))
import formula  # noqa: E402
import networks  # noqa: E402

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
tensors, metadata = {}, {}


def given(key, shape, times=1.0):
    return torch.from_numpy(formula.uniform(key, shape) * times)


def fill(module):
    """Weights by the formula; a 1x1 convolution that stands for a linear layer counts as a matrix."""
    with torch.no_grad():
        for name, tensor in list(module.named_parameters()) + list(module.named_buffers()):
            if tensor.is_floating_point():
                matrix = tensor.dim() == 4 and tensor.shape[2:] == (1, 1)
                shape = tuple(tensor.shape[:2] if matrix else tensor.shape)
                tensor.copy_(torch.from_numpy(formula.value(name, shape)).reshape(tensor.shape))
    return module


def put(name, tensor):
    tensors[name] = tensor.detach().clone().contiguous()


class ChannelAttention(nn.Module):
    def __init__(self, channels, reduction):
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // reduction)
        self.fc2 = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        def mix(v):
            return self.fc2(torch.relu(self.fc1(v)))

        gates = mix(x.mean((2, 3))) + mix(F.adaptive_max_pool2d(x, 1).flatten(1))
        return x * torch.sigmoid(gates)[:, :, None, None]


class PixelAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)
        self.bn = nn.BatchNorm2d(1, momentum=0.01)

    def forward(self, x):
        summary = torch.cat([x.max(1, keepdim=True).values, x.mean(1, keepdim=True)], 1)
        return x * torch.sigmoid(self.bn(self.conv(summary)))


class BlockAttention(nn.Module):
    def __init__(self, channels, reduction):
        super().__init__()
        self.channel = ChannelAttention(channels, reduction)
        self.pixel = PixelAttention()

    def forward(self, x):
        return self.pixel(self.channel(x))


class TokenAttention(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(channels, width) for _ in range(3))

    def forward(self, h):
        t = h.flatten(2).transpose(1, 2)
        q, k, v = self.query(t), self.key(t), self.value(t)
        return F.scaled_dot_product_attention(q, k, v).mean(1)

    def pixels(self, h):
        t = h.flatten(2).transpose(1, 2)
        scores = self.query(t) @ self.key(t).transpose(1, 2) / self.query.out_features**0.5
        return scores.softmax(-1).mean(1).reshape(h.shape[0], *h.shape[2:])


class SampleAttention(nn.Module):
    def __init__(self, dimension, spatial):
        super().__init__()
        width = max(16, dimension // 8)
        if spatial:
            self.tokens = TokenAttention(dimension, width)
        self.fc = nn.Linear(width if spatial else dimension, 1)
        self.spatial = spatial

    def forward(self, h, x):
        return torch.sigmoid(self.fc(self.tokens(h) if self.spatial else x))[:, 0]


def layer(case, module, shape):
    module = fill(module)
    x = given("map", shape, 2).permute(0, 3, 1, 2).clone().requires_grad_()
    module.eval()
    put(f"{case}.evaluation", module(x).permute(0, 2, 3, 1) if module(x).dim() == 4 else module(x))
    module.train()
    y = module(x)
    y = y.permute(0, 2, 3, 1) if y.dim() == 4 else y
    (y * given("probe", tuple(y.shape))).sum().backward()
    put(f"{case}.output", y)
    put(f"{case}.input gradient", x.grad.permute(0, 2, 3, 1))
    for name, parameter in module.named_parameters():
        gradient = parameter.grad
        if gradient.dim() == 4 and gradient.shape[2:] == (1, 1):
            gradient = gradient[:, :, 0, 0]
        put(f"{case}.gradient.{name}", gradient)


def model(case, spatial):
    """A network whose sample attention weights its logits."""
    trunk = networks.Trunk(18, "standard", 1 / 16)
    head = networks.Head(trunk.channels, 7)
    attention = SampleAttention(head.dim, spatial)
    whole = nn.Module()
    for name, child in trunk.named_children():
        whole.add_module(name, child)
    whole.add_module("head", head)
    whole.add_module("sampleAttention", attention)
    networks.fill(whole)
    images = networks.pictures("pictures", 6, 64)

    def run():
        h, x, z = head(trunk.features(images))
        a = attention(h, x)
        return a[:, None] * z, x, a, h

    whole.eval()
    with torch.no_grad():
        z, _, a, _ = run()
    put(f"{case}.evaluation.logits", z)
    put(f"{case}.evaluation.weights", a)
    whole.train()
    z, x, a, h = run()
    loss = F.cross_entropy(z, torch.arange(6) % 7)
    loss = loss + (x * given("embedding gradient", tuple(x.shape))).sum() + (a * given("weight gradient", (6,))).sum()
    loss.backward()
    put(f"{case}.logits", z)
    put(f"{case}.weights", a)
    if spatial:
        put(f"{case}.pixels", attention.tokens.pixels(h))
    rows, names = [], []
    for name, parameter in whole.named_parameters():
        array = parameter.grad.numpy()
        rows.append(np.concatenate([[np.linalg.norm(array)], formula.projections(name, array)]))
        names.append(name)
    tensors[f"{case}.gradients"] = torch.from_numpy(np.stack(rows))
    metadata[f"{case}.gradients"] = "\n".join(names)


layer("excitation", SqueezeExcitation(12, 3), (3, 4, 5, 12))
layer("channel", ChannelAttention(12, 4), (3, 4, 5, 12))
layer("pixel", PixelAttention(), (3, 4, 5, 12))
layer("block", BlockAttention(12, 4), (3, 4, 5, 12))
layer("tokens", TokenAttention(12, 5), (3, 4, 5, 12))
layer("one token", TokenAttention(12, 5), (2, 1, 1, 12))
model("scalar", False)
model("spatial", True)
save_file(tensors, here / "attention.safetensors", metadata=metadata)
print(f"attention.safetensors: {len(tensors)} tensors")
