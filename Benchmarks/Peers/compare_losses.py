"""AMTC3L with selection, zeroing and all gradients: ours beside the same formulas in PyTorch, eager and compiled.

Batch 64, 512 dimensions, 7 classes, 16 batches in rotation. First both sides compute all batches from the same files,
and values and gradients must agree to 1e-5 of the largest entry; only then is anything timed. Where torch.compile
finds no C++ compiler, its rows are left out, with a message.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy

from alternate import Probe, alternate, summary
from limits import finish
from torch_losses import SIZES
from torch_probe import UNAVAILABLE

PEER = str(pathlib.Path(__file__).parent / "torch_losses.py")
SAMPLERS = {"ms": "MathSynthSampler", "ns": "NetworkSemanticSampler", "mm": "MixedSampler"}


def write_batches(folder, sizes=SIZES):
    random = numpy.random.default_rng(0)
    (*shape, dimension), classes = sizes[:3], sizes.classes
    labels = random.integers(0, classes, shape)
    taken_for = random.integers(0, classes, shape)
    predictions = numpy.where(random.random(shape) < 0.7, labels, taken_for)
    random.standard_normal((*shape, dimension)).astype("<f4").tofile(folder / "embeddings")
    labels.astype("<i8").tofile(folder / "labels")
    predictions.astype("<i8").tofile(folder / "predictions")
    random.random((*shape, dimension)).astype("<f4").tofile(folder / "inclusion")
    (random.standard_normal((classes, dimension)) * (2 / classes) ** 0.5).astype("<f4").tofile(folder / "centers")


def parts(results, sizes=SIZES):
    """Value and gradients by embeddings, centers and inclusion weights of each batch, of which `results` has a row."""
    batch = sizes.samples * sizes.dimension
    return numpy.split(results, numpy.cumsum([1, batch, sizes.classes * sizes.dimension]), axis=1)


def results(command, folder):
    """Value and gradients of all batches by one side, or None where this machine lacks what it needs."""
    output = folder / "output"
    status = subprocess.run(command + ["--write", str(output)]).returncode
    if status == UNAVAILABLE:
        return None
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed with status {status}")
    return numpy.fromfile(output, dtype="<f4").reshape(SIZES.batches, -1)


def largest_difference(ours, theirs, sizes=SIZES):
    """Over all batches: the difference of value and gradients, relative to the largest entry of each."""
    pairs = zip(parts(ours, sizes), parts(theirs, sizes))
    return max(float((abs(our - their).max(axis=1) / abs(their).max(axis=1)).max()) for our, their in pairs)


def compare(sampler, compiled, arguments, folder):
    row = f"AMTC3L, {SAMPLERS[sampler]}" + (", torch.compile" if compiled else "")
    common = ["--data", str(folder), "--sampler", sampler, "--threads", str(arguments.threads)]
    our_command = [arguments.probe, "losses"] + common
    their_command = [sys.executable, PEER] + common + (["--compiled"] if compiled else [])
    expected = results(their_command, folder)
    if expected is None:
        print(f"{row}: this machine lacks what the compiler needs, so the row is left out", file=sys.stderr)
        return None
    difference = largest_difference(results(our_command, folder), expected)
    if not difference <= 1e-5:
        raise SystemExit(f"{row}: the two sides differ by {difference:.2g}, so there is nothing to time")
    ours = Probe(our_command, arguments.threads)
    theirs = Probe(their_command, arguments.threads)
    times = alternate(ours, theirs, arguments.rounds, arguments.repetitions)
    ours.close()
    theirs.close()
    metrics = summary(*times, scale=1e6)
    metrics["difference"] = float(f"{difference:.2g}")
    return {"row": row, "metrics": metrics}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True, help="path of our peer-probe")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--repetitions", type=int, default=160)
    parser.add_argument("--sampler", action="append", choices=SAMPLERS, help="one of them; repeat it for several")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_batches(folder)
        pairs = [(sampler, compiled) for compiled in (False, True) for sampler in arguments.sampler or SAMPLERS]
        rows = [compare(sampler, compiled, arguments, folder) for sampler, compiled in pairs]
    finish("losses", [row for row in rows if row is not None])


if __name__ == "__main__":
    main()
