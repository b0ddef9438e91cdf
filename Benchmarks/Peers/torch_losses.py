"""AMTC3L in PyTorch: one repetition zeroes the gradients and runs selection, loss and all gradients once.

With --compiled, torch.compile makes one graph of selection and loss, and one of the gradients. The program ends with
status 69 where this machine lacks what the compiler needs.
"""

import argparse
import collections
import itertools
import pathlib
import sys

import numpy
import torch

from amtc3l import MathSynth, Mixed, NetworkSemantic, loss
from torch_probe import UNAVAILABLE, serve

Sizes = collections.namedtuple("Sizes", ["batches", "samples", "dimension", "classes"])
SIZES = Sizes(16, 64, 512, 7)


def samplers(classes):
    return {"ms": MathSynth(), "ns": NetworkSemantic(classes), "mm": Mixed()}


def load(folder, sizes):
    """The batches that compare_losses.py wrote: embeddings, labels, predictions, inclusion weights, and the centers."""
    batches, samples, dimension, classes = sizes

    def floats(name, *shape):
        return torch.from_numpy(numpy.fromfile(folder / name, dtype="<f4").reshape(shape).copy())

    def integers(name):
        return torch.from_numpy(numpy.fromfile(folder / name, dtype="<i8").reshape(batches, samples).copy())

    return (
        floats("embeddings", batches, samples, dimension).requires_grad_(),
        integers("labels"),
        integers("predictions"),
        floats("inclusion", batches, samples, dimension).requires_grad_(),
        floats("centers", classes, dimension).requires_grad_(),
    )


def steps(folder, sampler, sizes=SIZES, compiled=False):
    """A function that runs the next batch in rotation; it returns the value and the three gradients."""
    embeddings, labels, predictions, inclusion, centers = load(folder, sizes)
    x = [row.detach().clone().requires_grad_() for row in embeddings]
    a = [row.detach().clone().requires_grad_() for row in inclusion]
    rotation = itertools.cycle(range(sizes.batches))

    def value_of(x, labels, predictions, a, centers):
        with torch.no_grad():
            chosen = sampler.select(x, labels, centers, predictions)
        return loss(x, labels, centers, a, chosen)

    if compiled:
        value_of = torch.compile(value_of, fullgraph=True)

    def step():
        i = next(rotation)
        for leaf in (x[i], a[i], centers):
            leaf.grad = None
        value = value_of(x[i], labels[i], predictions[i], a[i], centers)
        value.backward()
        return value, x[i].grad, centers.grad, a[i].grad

    return step


def numbers(results):
    """Value and gradients in one row."""
    return numpy.concatenate([part.detach().numpy().ravel() for part in results]).astype("<f4")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--sampler", choices=list(samplers(SIZES.classes)), required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--write", type=pathlib.Path, help="writes value and gradients of all batches instead")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    work = steps(arguments.data, samplers(SIZES.classes)[arguments.sampler], compiled=arguments.compiled)
    try:
        results = [numbers(work())]
    except Exception as error:  # whatever the compiler that it calls complains about
        if not arguments.compiled:
            raise
        print(str(error).strip().splitlines()[0], file=sys.stderr)
        sys.exit(UNAVAILABLE)
    if arguments.write:
        results += [numbers(work()) for _ in range(SIZES.batches - 1)]
        numpy.concatenate(results).tofile(arguments.write)
    else:
        for _ in range(2 * SIZES.batches - 1):
            work()
        serve(work)


if __name__ == "__main__":
    main()
