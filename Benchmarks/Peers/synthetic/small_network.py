"""Plain cross-entropy on the drawn faces in PyTorch: a narrow ResNet-18 with a 3x3 stem, without augmentation.

    python small_network.py FOLDER [--width 0.5] [--epochs 8] [--seed 0] [--flip]

Batches of 64, SGD with momentum 0.9, rate 0.05 divided by 10 after 2/3 and 5/6 of the epochs, weight decay 5e-4.
"""

import argparse

import torch
from torch import nn
from torch.nn import functional

from faces import load, scores

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--width", type=float, default=0.5)
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--flip", action="store_true")
parser.add_argument("--threads", type=int, default=1)
arguments = parser.parse_args()


def convolution(inputs, outputs, kernel, stride):
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return nn.Sequential(layer, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = convolution(inputs, outputs, 3, stride)
        self.second = convolution(outputs, outputs, 3, 1)
        changes = stride > 1 or inputs != outputs
        self.shortcut = convolution(inputs, outputs, 1, stride) if changes else nn.Identity()

    def forward(self, x):
        return functional.relu(self.second(functional.relu(self.first(x))) + self.shortcut(x))


def network(width):
    channels = [int(64 * width * 2**stage) for stage in range(4)]
    layers = [convolution(3, channels[0], 3, 1), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    previous = channels[0]
    for stage, count in enumerate(channels):
        layers += [Block(previous, count, 1 if stage == 0 else 2), Block(count, count, 1)]
        previous = count
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(previous, 7))


def tensors(split):
    pictures, labels = load(arguments.folder, split)
    pictures = (torch.from_numpy(pictures).permute(0, 3, 1, 2) - 0.5) / 0.25
    return pictures.contiguous(memory_format=torch.channels_last), torch.from_numpy(labels)


torch.set_num_threads(arguments.threads)
torch.manual_seed(arguments.seed)
(train, train_labels), (test, test_labels) = tensors("train"), tensors("test")
model = network(arguments.width).to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
milestones = [round(arguments.epochs * 2 / 3), round(arguments.epochs * 5 / 6)]
schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones)
for epoch in range(arguments.epochs):
    model.train()
    for batch in torch.randperm(len(train)).split(64):
        pictures = train[batch]
        if arguments.flip:
            chosen = (torch.rand(len(batch)) < 0.5)[:, None, None, None]
            pictures = torch.where(chosen, pictures.flip(3), pictures)
        loss = functional.cross_entropy(model(pictures), train_labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    schedule.step()
    model.eval()
    with torch.inference_mode():
        predictions = torch.cat([model(part).argmax(1) for part in test.split(256)])
    accuracy, mean_class, recalls = scores(predictions.numpy(), test_labels.numpy())
    print(
        f"epoch {epoch + 1}  accuracy {accuracy:.4f}  mean class {mean_class:.4f}  recall",
        " ".join(f"{recall:.2f}" for recall in recalls), flush=True)
