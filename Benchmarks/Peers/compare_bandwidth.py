"""AMTC3L and the synthesis of negatives on large batches, beside loops in C that bound them.

AMTC3L has 1024 samples of 2048 dimensions and 7 classes, 4 batches in rotation, which no cache holds; it is bounded by
reading embeddings, inclusion weights and centers once and writing the gradients of all three once. MathSynthSampler has
1024 samples of 512 dimensions and up to 10,000 classes; it is bounded by a comparison of every coordinate with every
center, in registers or as fast as the centers come from where they lie.

First values and gradients must agree with PyTorch's to 1e-5 of the largest entry, and chosen classes with numpy's
exactly, on every 64th sample; only then is anything timed. `share` is the loop's time over ours.
"""

import argparse
import pathlib
import subprocess
import tempfile

import numpy

from alternate import Probe, alternate, summary
from compare_losses import SAMPLERS, largest_difference, write_batches
from limits import finish
from torch_losses import Sizes, numbers, samplers, steps

LOSS = Sizes(batches=4, samples=1024, dimension=2048, classes=7)
SELECTIONS = [Sizes(batches=1, samples=1024, dimension=512, classes=classes) for classes in (7, 100, 1000, 10_000)]


def options(sizes, arguments):
    words = ["--samples", sizes.samples, "--dimension", sizes.dimension, "--classes", sizes.classes]
    return [str(word) for word in words + ["--rotation", sizes.batches, "--threads", arguments.threads]]


def output(command, folder):
    path = folder / "output"
    subprocess.run(command + ["--write", str(path)], check=True)
    return numpy.fromfile(path, dtype="<f4")


def measure(row, command, bound, work, unit, repetitions, arguments):
    """A row with the rate at which `work` is done, in thousand millions a second."""
    ours, theirs = Probe(command, arguments.threads), Probe([arguments.probe, *bound], arguments.threads)
    times = alternate(ours, theirs, arguments.rounds, repetitions)
    metrics = summary(*times, scale=1000, peer="bound")
    metrics["share"] = metrics.pop("ratio")
    metrics["rate"] = [float(f"{work / time / 1e9:.4g}") for time in times[0]]
    metrics["unit"] = unit
    metrics["ourPeakMiB"] = round(ours.peak_memory())
    ours.close()
    theirs.close()
    return {"row": row, "metrics": metrics}


def title(name, sizes):
    return f"{name}, B {sizes.samples}, D {sizes.dimension}, C {sizes.classes}"


def loss(sampler, arguments, folder):
    row = title(f"AMTC3L, {SAMPLERS[sampler]}", LOSS)
    command = [arguments.probe, "losses", "--sampler", sampler, "--data", str(folder)] + options(LOSS, arguments)
    step = steps(folder, samplers(LOSS.classes)[sampler], LOSS)
    theirs = numpy.stack([numbers(step()) for _ in range(LOSS.batches)])
    difference = largest_difference(output(command, folder).reshape(theirs.shape), theirs, LOSS)
    if not difference <= 1e-5:
        raise SystemExit(f"{row}: the two sides differ by {difference:.2g}, so there is nothing to time")
    moved = 4 * 2 * (2 * LOSS.samples + LOSS.classes) * LOSS.dimension  # bytes that are read or written
    result = measure(row, command, ["traffic"] + options(LOSS, arguments), moved, "GB/s", arguments.repetitions, arguments)
    result["metrics"]["difference"] = float(f"{difference:.2g}")
    return result


def check_choices(row, ours, folder, sizes):
    def read(name, kind, *shape):
        return numpy.fromfile(folder / name, dtype=kind, count=numpy.prod(shape)).reshape(shape)

    embeddings = read("embeddings", "<f4", sizes.samples, sizes.dimension)
    labels, centers = read("labels", "<i8", sizes.samples), read("centers", "<f4", sizes.classes, sizes.dimension)
    for sample in range(0, sizes.samples, 64):
        gaps = numpy.abs(embeddings[sample] - centers)
        gaps[labels[sample]] = numpy.inf
        if (wrong := int((ours[sample] != gaps.argmin(axis=0)).sum())) > 0:
            raise SystemExit(f"{row}: {wrong} choices for sample {sample} differ, so there is nothing to time")


def selection(sizes, arguments, folder):
    row = title("MathSynthSampler alone", sizes)
    command = [arguments.probe, "selection", "--data", str(folder)] + options(sizes, arguments)
    check_choices(row, output(command, folder).reshape(sizes.samples, sizes.dimension), folder, sizes)
    comparisons = sizes.samples * sizes.dimension * sizes.classes
    # Ten thousand classes take as long in one repetition as seven in a thousand.
    repetitions = min(arguments.repetitions, max(1, 1000 // sizes.classes))
    unit = "G comparisons/s"
    return measure(row, command, ["comparisons"] + options(sizes, arguments), comparisons, unit, repetitions, arguments)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True, help="path of our peer-probe")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--repetitions", type=int, default=40)
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_batches(folder, LOSS)
        rows += [loss(sampler, arguments, folder) for sampler in SAMPLERS]
        for sizes in SELECTIONS:
            write_batches(folder, sizes)
            rows.append(selection(sizes, arguments, folder))
    finish("bandwidth", rows)


if __name__ == "__main__":
    main()
