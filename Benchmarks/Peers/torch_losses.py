"""AMTC3L in eager PyTorch: one repetition zeroes the gradients and runs selection, loss and all gradients once."""

import argparse
import itertools
import pathlib

import numpy
import torch

from amtc3l import MathSynth, Mixed, NetworkSemantic, loss
from torch_probe import serve

BATCHES, B, D, C = 16, 64, 512, 7


def samplers():
    return {"ms": MathSynth(), "ns": NetworkSemantic(C), "mm": Mixed()}


def load(folder):
    """The batches that compare_losses.py wrote: embeddings, labels, predictions, inclusion weights, and the centers."""

    def floats(name, *shape):
        return torch.from_numpy(numpy.fromfile(folder / name, dtype="<f4").reshape(shape).copy())

    def integers(name):
        return torch.from_numpy(numpy.fromfile(folder / name, dtype="<i8").reshape(BATCHES, B).copy())

    return (
        floats("embeddings", BATCHES, B, D).requires_grad_(),
        integers("labels"),
        integers("predictions"),
        floats("inclusion", BATCHES, B, D).requires_grad_(),
        floats("centers", C, D).requires_grad_(),
    )


def steps(folder, sampler):
    """A function that runs the next batch in rotation; it returns the value and the three gradients."""
    embeddings, labels, predictions, inclusion, centers = load(folder)
    x = [row.detach().clone().requires_grad_() for row in embeddings]
    a = [row.detach().clone().requires_grad_() for row in inclusion]
    rotation = itertools.cycle(range(BATCHES))

    def step():
        i = next(rotation)
        for leaf in (x[i], a[i], centers):
            if leaf.grad is not None:
                leaf.grad.zero_()
        with torch.no_grad():
            chosen = sampler.select(x[i], labels[i], centers, predictions[i])
        value = loss(x[i], labels[i], centers, a[i], chosen)
        value.backward()
        return value, x[i].grad, centers.grad, a[i].grad

    return step


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--sampler", choices=list(samplers()), required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    work = steps(arguments.data, samplers()[arguments.sampler])
    for _ in range(2 * BATCHES):
        work()
    serve(work)
