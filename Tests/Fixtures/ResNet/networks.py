"""The networks in PyTorch: torchvision's blocks, and heads under the names of Docs/Networks.md."""
import torch
import torch.nn as nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

import formula


class Trunk(ResNet):
    """torchvision's ResNet with a stem and a width to choose."""

    def __init__(self, depth, stem="standard", width=1.0, classes=None):
        block, layers = (BasicBlock, [2, 2, 2, 2]) if depth == 18 else (Bottleneck, [3, 4, 6, 3])
        super().__init__(block, layers, num_classes=classes or 1)
        base = int(round(64 * width))
        self.inplanes = base
        if stem == "standard":
            self.conv1 = nn.Conv2d(3, base, 7, 2, 3, bias=False)
        else:
            self.conv1 = nn.Conv2d(3, base, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(base)
        for i in range(4):
            setattr(self, f"layer{i + 1}", self._make_layer(block, base << i, layers[i], stride=2 if i else 1))
        self.channels = (base << 3) * block.expansion
        if classes:
            self.fc = nn.Linear(self.channels, classes)
        else:
            del self.fc

    def features(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


class Head(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        hidden, dim = max(64, channels // 2), max(64, channels // 4)
        self.conv1 = nn.Conv2d(channels, hidden, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(hidden)
        self.conv2 = nn.Conv2d(hidden, dim, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(dim)
        self.fc = nn.Linear(dim, classes)
        self.dim = dim

    def forward(self, f):
        h = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(f)))))
        x = h.mean((2, 3))
        return h, x, self.fc(x)


class PixelGate(nn.Module):
    def __init__(self, dim):
        super().__init__()
        hidden = max(16, dim // 8)
        self.conv1 = nn.Conv2d(dim, hidden, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(hidden)
        self.conv2 = nn.Conv2d(hidden, 2, 1)

    def forward(self, h):
        m = torch.softmax(self.conv2(torch.relu(self.bn1(self.conv1(h)))), 1)[:, 1]
        g = (m[:, None] * h).sum((2, 3)) / (m.sum((1, 2))[:, None] + 1e-6)
        return m, g


class ElementGate(nn.Module):
    def __init__(self, inputs, hidden, dim, bias):
        super().__init__()
        widths = [inputs] + hidden
        for i in range(len(hidden)):
            setattr(self, f"fc{i + 1}", nn.Linear(widths[i], widths[i + 1]))
            setattr(self, f"bn{i + 1}", nn.BatchNorm1d(widths[i + 1]))
        setattr(self, f"fc{len(hidden) + 1}", nn.Linear(widths[-1], 2 * dim))
        self.depth, self.bias = len(hidden), bias

    def forward(self, g):
        for i in range(1, self.depth + 1):
            g = getattr(self, f"bn{i}")(getattr(self, f"fc{i}")(g))
            g = torch.tanh(g) if i == self.depth else torch.relu(g)
        z = getattr(self, f"fc{self.depth + 1}")(g).reshape(g.shape[0], -1, 2)
        return torch.softmax(z + torch.tensor([0.0, self.bias], dtype=z.dtype), -1)[..., 1]


class Attention(nn.Module):
    def __init__(self, dim, kind, pixels, bias):
        super().__init__()
        if kind == "compact":
            self.pixel = PixelGate(dim)
            self.element = ElementGate(dim, [max(16, dim // 4), max(16, dim // 8)], dim, bias)
        else:
            self.element = ElementGate(dim * pixels, [7 * dim, dim, max(16, dim // 8)], dim, bias)

    def forward(self, h):
        if hasattr(self, "pixel"):
            m, g = self.pixel(h)
            return m, self.element(g)
        return None, self.element(h.flatten(1))


class Expression(Trunk):
    def __init__(self, depth, stem, width, classes, attention, pixels=4, bias=0.0):
        super().__init__(depth, stem, width)
        self.head = Head(self.channels, classes)
        if attention:
            self.attention = Attention(self.head.dim, attention, pixels, bias)

    def forward(self, x):
        h, x, z = self.head(self.features(x))
        m, a = self.attention(h) if hasattr(self, "attention") else (None, None)
        return z, x, a, m


def fill(model, calm=False):
    """Sets every parameter and buffer by the formula."""
    with torch.no_grad():
        for name, tensor in list(model.named_parameters()) + list(model.named_buffers()):
            if tensor.is_floating_point():
                tensor.copy_(torch.from_numpy(formula.value(name, tuple(tensor.shape), calm)))
    return model


def pictures(key, batch, side):
    """A batch [B, 3, H, W] whose NHWC form follows the formula."""
    return torch.from_numpy(formula.uniform(key, (batch, side, side, 3)) * 2).permute(0, 3, 1, 2).contiguous()
