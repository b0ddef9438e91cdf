"""Reads the drawn faces that the test suite SyntheticFacesExport writes."""

import pathlib

import numpy


def load(folder, split):
    """Pictures [N, 48, 48, 3] in 0...1 and labels [N] of one split."""
    folder = pathlib.Path(folder)
    labels = numpy.fromfile(folder / f"{split}.labels", numpy.uint8).astype(numpy.int64)
    pixels = numpy.fromfile(folder / f"{split}.rgb", numpy.uint8)
    size = round((pixels.size / len(labels) / 3) ** 0.5)
    return pixels.reshape(len(labels), size, size, 3).astype(numpy.float32) / 255, labels


def scores(predictions, labels):
    """Accuracy, mean class accuracy, and the recall of each class."""
    recalls = [float((predictions[labels == k] == k).mean()) for k in range(7)]
    return float((predictions == labels).mean()), sum(recalls) / 7, recalls
