"""Every loss with the gradients by embeddings, inclusion weights and centers, or by logits: ours beside eager PyTorch.

Batch 256, 512 dimensions, 7 classes, 4 batches in rotation, single precision. First both sides compute the first batch
from the same files, and value and gradients must agree to 1e-4 of the largest entry of each; only then is anything
timed. For that check PyTorch computes in double precision, so that all that differs is our rounding. It is 1e-4 and not
1e-5 because a rounded distance can turn a hinge on or off, or exchange two candidates that are equally near. Among the
two million triplets of a batch some are always that near to the hinge, and among the negatives of its ten thousand pairs
some are always as near as another: losses over all of them are compared on the first 64 samples, and timed on all.

A loss that is mostly matrix products is measured beside these alone, too: `bound` is their time, and `share` that time over
ours, round by round.
"""

import argparse
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch

from alternate import Probe, alternate, summary
from limits import finish
from torch_family import B, BATCHES, C, D, MEMBERS, NAMES, PERSONS, steps
from torch_products import PRODUCTS

MANY_TRIPLETS = {"batch-all", "triplet-margin", "facenet", "hierarchical"}


def write_batches(folder):
    """Embeddings lie about a direction of their class, as in the middle of a training: hinges are on and off."""
    random = numpy.random.default_rng(0)
    shape = (BATCHES, B)
    labels, reference_labels = random.integers(0, C, shape), random.integers(0, C, shape)
    taken_for = random.integers(0, C, shape)
    directions = 0.4 * random.standard_normal((C, D))

    def write(name, numbers, kind="<f4"):
        numbers.astype(kind).tofile(folder / name)

    write("embeddings", random.standard_normal((*shape, D)) + directions[labels])
    write("references", random.standard_normal((*shape, D)) + directions[reference_labels])
    write("inclusion", random.random((*shape, D)))
    write("weights", random.random(shape))
    write("logits", random.standard_normal((*shape, C)))
    write("centers", random.standard_normal((C, D)) * (2 / C) ** 0.5)
    write("members", random.standard_normal((C * MEMBERS, D)))
    write("labels", labels, "<i8")
    write("reference-labels", reference_labels, "<i8")
    write("predictions", numpy.where(random.random(shape) < 0.7, labels, taken_for), "<i8")
    write("identities", random.integers(0, PERSONS, shape), "<i8")


def largest_difference(probe, folder, name, threads):
    """On the first batch: the difference of value and gradients, relative to the largest entry of each."""
    output = folder / "output"
    samples = 64 if name in MANY_TRIPLETS else B
    options = ["--threads", str(threads), "--samples", str(samples), "--write", output]
    subprocess.run([probe, "family", "--loss", name, "--data", folder] + options, check=True)
    theirs = [part.detach().numpy().ravel() for part in steps(folder, name, torch.float64, samples)()]
    ours = numpy.fromfile(output, dtype="<f4")
    if len(ours) != sum(map(len, theirs)):
        raise SystemExit(f"{name}: our {len(ours)} numbers are not PyTorch's {sum(map(len, theirs))}")
    parts = numpy.split(ours, numpy.cumsum([len(part) for part in theirs])[:-1])
    return max(float(numpy.abs(our - their).max() / numpy.abs(their).max()) for our, their in zip(parts, theirs))


def repetitions(probe, seconds):
    """As many as fill a round."""
    return max(2, math.ceil(seconds / min(probe.measure(3))))


def compare(name, arguments, folder):
    difference = largest_difference(arguments.probe, folder, name, arguments.threads)
    if not difference <= 1e-4:
        raise SystemExit(f"{name}: the two sides differ by {difference:.2g}, so there is nothing to time")
    common = ["--loss", name, "--data", str(folder), "--threads", str(arguments.threads)]

    def beside(peer):
        """Our times and those of a program in this folder, in turns."""
        ours = Probe([arguments.probe, "family"] + common, arguments.threads)
        theirs = Probe([sys.executable, str(pathlib.Path(__file__).parent / peer)] + common, arguments.threads)
        counts = tuple(repetitions(probe, arguments.seconds) for probe in (ours, theirs))
        times = alternate(ours, theirs, arguments.rounds, counts)
        ours.close()
        theirs.close()
        return times

    metrics = summary(*beside("torch_family.py"), scale=1e6)
    metrics["difference"] = float(f"{difference:.2g}")
    if name in PRODUCTS:
        products = summary(*beside("torch_products.py"), scale=1e6, peer="bound")
        metrics |= {"bound": products["bound"], "share": products["ratio"]}
    return {"row": name, "metrics": metrics}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True, help="path of our peer-probe")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="how long a round of one side takes")
    parser.add_argument("--loss", action="append", choices=NAMES, help="one of the losses; repeat it for several")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_batches(folder)
        suite = "family" if arguments.threads == 1 else "family-threads"
        finish(suite, [compare(name, arguments, folder) for name in arguments.loss or NAMES])


if __name__ == "__main__":
    main()
