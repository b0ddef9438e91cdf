"""Our recognition network in PyTorch, under our names: torchvision's ResNet-50 and the classifier head."""

import collections

import torch
import torchvision
from torch import nn


class ExpressionNetwork(torchvision.models.ResNet):
    """A ResNet-50 whose head is two pointwise convolutions, pooling and one linear layer."""

    def __init__(self, classes=7):
        super().__init__(torchvision.models.resnet.Bottleneck, [3, 4, 6, 3])
        del self.avgpool, self.fc
        layers = [
            ("conv1", nn.Conv2d(2048, 1024, 1, bias=False)),
            ("bn1", nn.BatchNorm2d(1024)),
            ("relu", nn.ReLU(inplace=True)),
            ("conv2", nn.Conv2d(1024, 512, 1, bias=False)),
            ("bn2", nn.BatchNorm2d(512)),
            ("pool", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()),
            ("fc", nn.Linear(512, classes)),
        ]
        self.head = nn.Sequential(collections.OrderedDict(layers))

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.head(self.layer4(self.layer3(self.layer2(self.layer1(x)))))


def calibrated(pictures):
    """A network with drawn weights whose running statistics are those of the pictures, ready for inference.

    With the statistics that a new network has, activations would grow from block to block.
    """
    torch.manual_seed(0)
    network = ExpressionNetwork()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1
    with torch.no_grad():
        network.train()(pictures)
    return network.eval()
