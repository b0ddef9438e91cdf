"""AMTC3L with selection, zeroing and all gradients: ours beside the same formulas in eager PyTorch.

Batch 64, 512 dimensions, 7 classes, 16 batches in rotation. First both sides compute all batches from the same files,
and values and gradients must agree to 1e-5 of the largest entry; only then is anything timed.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy

from alternate import Probe, alternate, summary
from limits import finish
from torch_losses import B, BATCHES, C, D, samplers, steps

parser = argparse.ArgumentParser()
parser.add_argument("--probe", required=True, help="path of our peer-probe")
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--rounds", type=int, default=15)
parser.add_argument("--repetitions", type=int, default=160)
arguments = parser.parse_args()


def write_batches(folder):
    random = numpy.random.default_rng(0)
    labels = random.integers(0, C, (BATCHES, B))
    taken_for = random.integers(0, C, (BATCHES, B))
    predictions = numpy.where(random.random((BATCHES, B)) < 0.7, labels, taken_for)
    random.standard_normal((BATCHES, B, D)).astype("<f4").tofile(folder / "embeddings")
    labels.astype("<i8").tofile(folder / "labels")
    predictions.astype("<i8").tofile(folder / "predictions")
    random.random((BATCHES, B, D)).astype("<f4").tofile(folder / "inclusion")
    (random.standard_normal((C, D)) * (2 / C) ** 0.5).astype("<f4").tofile(folder / "centers")


def largest_difference(folder, sampler):
    """Over all batches: the difference of value and gradients, relative to the largest entry of each."""
    output = folder / "output"
    subprocess.run(
        [arguments.probe, "losses", "--data", folder, "--sampler", sampler, "--write", output], check=True
    )
    sizes = [1, B * D, C * D, B * D]
    ours = numpy.fromfile(output, dtype="<f4").reshape(BATCHES, sum(sizes))
    step = steps(folder, samplers()[sampler])
    worst = 0.0
    for row in ours:
        parts = numpy.split(row, numpy.cumsum(sizes)[:-1])
        for our, their in zip(parts, step()):
            their = their.detach().numpy().ravel()
            worst = max(worst, float(numpy.abs(our - their).max() / numpy.abs(their).max()))
    return worst


rows = []
with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    write_batches(folder)
    peer = str(pathlib.Path(__file__).parent / "torch_losses.py")
    for sampler, name in [("ms", "MathSynthSampler"), ("ns", "NetworkSemanticSampler"), ("mm", "MixedSampler")]:
        difference = largest_difference(folder, sampler)
        if not difference <= 1e-5:
            raise SystemExit(f"{name}: the two sides differ by {difference:.2g}, so there is nothing to time")
        common = ["--data", str(folder), "--sampler", sampler, "--threads", str(arguments.threads)]
        ours = Probe([arguments.probe, "losses"] + common, arguments.threads)
        theirs = Probe([sys.executable, peer] + common, arguments.threads)
        times = alternate(ours, theirs, arguments.rounds, arguments.repetitions)
        ours.close()
        theirs.close()
        metrics = summary(*times, scale=1e6)
        metrics["difference"] = float(f"{difference:.2g}")
        rows.append({"row": f"AMTC3L, {name}", "metrics": metrics})
finish("losses", rows)
