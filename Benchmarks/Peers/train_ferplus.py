"""Cross-entropy on FER+ in PyTorch, with the recipe of `fer train` as documented in Docs/Benchmarks.md.

ResNet-18 at a chosen width with a 3x3 stem, the classifier head of two pointwise convolutions, 48 pixels, a stratified
draw of the training pictures, multi-scale crops, flips and erasing, SGD with momentum, the rate divided by 10 after 2/3
and 5/6 of the epochs; the last epoch is evaluated on the test split without pictures that training has too.

The folder is FER+ as Microsoft lays it out: FER2013Train and FER2013Test, each with label.csv and PNG files. Prints one
line of JSON at the end: accuracy, meanClassAccuracy, count, seconds.
"""

import argparse
import csv
import hashlib
import json
import math
import pathlib
import sys
import time

import numpy
import torch
from PIL import Image
from torch import nn

CLASSES = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def majority(votes):
    """Microsoft's rule: single votes don't count; the winner needs more than half of what remains, all ten columns."""
    votes = [vote if vote > 1 else 0 for vote in votes]
    winner = max(range(10), key=lambda column: votes[column])
    return winner if winner < 8 and 2 * votes[winner] > sum(votes) else None


def plurality(votes):
    """The emotion with the most votes, unless `unknown` or `NF` has more."""
    winner = max(range(10), key=lambda column: votes[column])
    return winner if winner < 8 and votes[winner] > 0 else None


def read_split(folder, rule):
    images, labels = [], []
    with open(folder / "label.csv", newline="") as table:
        for row in csv.reader(table):
            if not row or not row[0].endswith(".png"):
                continue
            label = rule([int(vote) for vote in row[2:12]])
            if label is not None:
                images.append(Image.open(folder / row[0]).convert("L").copy())
                labels.append(label)
    return images, numpy.array(labels)


def stratified(labels, count, random):
    """Indices of `count` pictures in the proportions of the classes, by largest remainders."""
    sizes = numpy.bincount(labels, minlength=len(CLASSES))
    exact = sizes * count / len(labels)
    places = numpy.floor(exact).astype(int)
    for label in numpy.argsort(places - exact)[: count - places.sum()]:
        places[label] += 1
    drawn = [random.permutation(numpy.flatnonzero(labels == label))[:n] for label, n in enumerate(places)]
    return numpy.sort(numpy.concatenate(drawn))


class Augmentation:
    """Resizes to a scale drawn for the batch, crops, flips and erases; one resized copy of all pictures per scale."""

    def __init__(self, images, size, random):
        self.size, self.random = size, random
        self.scaled = {}
        for scale in [(side * size + 112) // 224 for side in (224, 240, 256, 288)]:
            self.scaled[scale] = numpy.stack([numpy.asarray(resize(image, scale)) for image in images])

    def batch(self, indices):
        scale = int(self.random.choice(list(self.scaled)))
        result = numpy.empty((len(indices), 3, self.size, self.size), dtype=numpy.float32)
        for place, index in enumerate(indices):
            left, top = self.random.integers(0, scale - self.size + 1, 2)
            crop = self.scaled[scale][index, top : top + self.size, left : left + self.size]
            if self.random.random() < 0.5:
                crop = crop[:, ::-1]
            result[place] = normalize(crop)
            if self.random.random() < 0.5:
                self.erase(result[place])
        return torch.from_numpy(result)

    def erase(self, picture):
        for _ in range(10):
            area = self.random.uniform(0.02, 0.25) * self.size**2
            ratio = math.exp(self.random.uniform(math.log(0.3), math.log(3.3)))
            height, width = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 0 < height < self.size and 0 < width < self.size:
                top = self.random.integers(0, self.size - height + 1)
                left = self.random.integers(0, self.size - width + 1)
                picture[:, top : top + height, left : left + width] = 0
                return


def resize(image, short_side):
    return image.resize((short_side, short_side), Image.Resampling.BILINEAR)  # FER+ pictures are square


def normalize(grey):
    levels = grey.astype(numpy.float32) / 255
    return numpy.stack([(levels - mean) / deviation for mean, deviation in zip(MEAN, DEVIATION)])


class Block(nn.Module):
    """The basic block of ResNet-18."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        x = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(x)) + shortcut)


class Network(nn.Module):
    """ResNet-18 with a small stem, and the classifier head: two pointwise convolutions, pooling, one linear layer."""

    def __init__(self, width):
        super().__init__()
        widths = [round(channels * width) for channels in (64, 128, 256, 512)]
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        )
        inputs, blocks = widths[0], []
        for stage, outputs in enumerate(widths):
            blocks += [Block(inputs, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1)]
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        hidden, dimension = max(64, inputs // 2), max(64, inputs // 4)
        self.head = nn.Sequential(
            nn.Conv2d(inputs, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU(),
            nn.Conv2d(hidden, dimension, 1, bias=False),
            nn.BatchNorm2d(dimension),
        )
        self.scores = nn.Linear(dimension, len(CLASSES))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.scores(self.head(self.blocks(self.stem(x))).mean(dim=(2, 3)))


def rate(epoch, epochs, initial):
    """Divided by 10 after 2/3 and after 5/6 of the epochs."""
    return initial * 0.1 ** sum(epoch >= int(share * epochs + 0.5) for share in (2 / 3, 5 / 6))


def evaluate(model, images, labels, size):
    """The confusion matrix on centre crops."""
    side = (256 * size + 112) // 224
    start = round((side - size) / 2)
    confusion = numpy.zeros((len(CLASSES), len(CLASSES)), dtype=int)
    model.eval()
    with torch.inference_mode():
        for begin in range(0, len(images), 256):
            crops = [numpy.asarray(resize(image, side)) for image in images[begin : begin + 256]]
            crops = [normalize(crop[start : start + size, start : start + size]) for crop in crops]
            scores = model(torch.from_numpy(numpy.stack(crops)).to(memory_format=torch.channels_last))
            numpy.add.at(confusion, (labels[begin : begin + 256], scores.argmax(1).numpy()), 1)
    return confusion


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--width", type=float, default=0.5)
    parser.add_argument("--size", type=int, default=48)
    parser.add_argument("--limit-train", type=int, default=10000)
    parser.add_argument("--labels", choices=["majority", "plurality"], default="majority")
    arguments = parser.parse_args()
    start = time.perf_counter()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    random = numpy.random.default_rng(arguments.seed)
    rule = majority if arguments.labels == "majority" else plurality

    all_images, all_labels = read_split(arguments.data / "FER2013Train", rule)
    hashes = {hashlib.sha256(image.tobytes()).digest() for image in all_images}
    test_images, test_labels = read_split(arguments.data / "FER2013Test", rule)
    kept = [i for i, image in enumerate(test_images) if hashlib.sha256(image.tobytes()).digest() not in hashes]
    test_images, test_labels = [test_images[i] for i in kept], test_labels[kept]
    chosen = stratified(all_labels, min(arguments.limit_train, len(all_labels)), random)
    labels = torch.from_numpy(all_labels[chosen])
    augmentation = Augmentation([all_images[i] for i in chosen], arguments.size, random)
    print(f"{len(all_images)} training pictures, {len(chosen)} drawn, {len(kept)} to test", file=sys.stderr)

    model = Network(arguments.width).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=arguments.lr, momentum=0.9, weight_decay=5e-4)
    for epoch in range(arguments.epochs):
        for group in optimizer.param_groups:
            group["lr"] = rate(epoch, arguments.epochs, arguments.lr)
        model.train()
        order, total = random.permutation(len(chosen)), 0.0
        for begin in range(0, len(order), arguments.batch_size):
            indices = order[begin : begin + arguments.batch_size]
            images = augmentation.batch(indices).to(memory_format=torch.channels_last)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images), labels[torch.from_numpy(indices)])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(indices)
        seconds = time.perf_counter() - start
        print(f"epoch {epoch + 1}: loss {total / len(order):.4f}, {seconds:.0f} s", file=sys.stderr)

    confusion = evaluate(model, test_images, test_labels, arguments.size)
    recalls = confusion.diagonal() / confusion.sum(axis=1).clip(1)
    result = {
        "accuracy": round(confusion.trace() / confusion.sum(), 6),
        "meanClassAccuracy": round(recalls[confusion.sum(axis=1) > 0].mean(), 6),
        "count": int(confusion.sum()),
        "seed": arguments.seed,
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
