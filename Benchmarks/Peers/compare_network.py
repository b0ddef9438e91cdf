"""ResNets at 224 pixels, batch 16: the training step and the inference, ours beside PyTorch channels-last.

Both have the same weights, pictures and labels. First both compute the losses of two training steps, the second of
which depends on the update of every parameter, or the logits; the losses must agree to a hundredth of what the first
step gains, the logits to 1e-3 of the largest, and only then is anything timed. The rate of learning is 1e-5: with
larger ones the second loss of a ResNet-50 with drawn weights depends on the last bit of every gradient. Each row starts
one process of each side, alternates rounds, and reads the peak of resident memory of both. The result is one line of
JSON for the run log.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy
import safetensors.torch
import torch

from alternate import Probe, alternate, summary
from expression_network import calibrated
from limits import finish

PEER = str(pathlib.Path(__file__).parent / "torch_network.py")
BACKENDS = {"onednn": "oneDNN", "openblas": "OpenBLAS alone"}
MODES = {"training": "training step", "inference": "inference"}
BOUNDS = {"training": 1e-2, "inference": 1e-3}
# Inference of ResNet-18 is a part of compare_inference.py.
WORKS = [
    ("onednn", 50, "training"),
    ("onednn", 50, "inference"),
    ("onednn", 18, "training"),
    ("openblas", 50, "training"),
    ("openblas", 50, "inference"),
]


def write_work(folder, depth, batch_size, size):
    """A network with drawn weights, whose running statistics are those of the pictures, and the pictures."""
    folder.mkdir()
    pictures = numpy.random.default_rng(0).standard_normal((batch_size, size, size, 3)).astype("<f4")
    pictures.tofile(folder / "pictures")
    network = calibrated(depth, torch.from_numpy(pictures).permute(0, 3, 1, 2))
    safetensors.torch.save_file(network.state_dict(), folder / "weights.safetensors")


def results(command, folder):
    output = folder / "output"
    subprocess.run(command + ["--write", str(output)], check=True)
    return numpy.fromfile(output, dtype="<f4")


def compare(backend, depth, mode, arguments, folder):
    row = f"ResNet-{depth} {MODES[mode]}, {BACKENDS[backend]}"
    common = ["--mode", mode, "--data", str(folder), "--depth", str(depth), "--threads", str(arguments.threads)]
    common += ["--batch-size", str(arguments.batch_size), "--size", str(arguments.size)]
    our_command = [arguments.probe, "network", "--backend", backend] + common
    their_command = [sys.executable, PEER] + common
    expected = results(their_command, folder)
    scale = abs(expected[0] - expected[1]) if mode == "training" else abs(expected).max()
    difference = float(abs(results(our_command, folder) - expected).max() / scale)
    if not difference <= BOUNDS[mode]:
        raise SystemExit(f"{row}: the two sides differ by {difference:.2g}, so there is nothing to time")
    ours = Probe(our_command, arguments.threads)
    theirs = Probe(their_command, arguments.threads)
    times = alternate(ours, theirs, arguments.rounds, arguments.repetitions)
    metrics = summary(*times, scale=1000)
    metrics["imagesPerSecond"] = [float(f"{arguments.batch_size / time:.4g}") for time in times[0]]
    metrics["ourPeakMiB"] = round(ours.peak_memory())
    metrics["pytorchPeakMiB"] = round(theirs.peak_memory())
    metrics["memoryRatio"] = float(f"{theirs.peak_memory() / ours.peak_memory():.4g}")
    metrics["difference"] = float(f"{difference:.2g}")
    ours.close()
    theirs.close()
    return {"row": row, "metrics": metrics}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True, help="path of our peer-probe")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--size", type=int, default=224)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as temporary:
        folders = {depth: pathlib.Path(temporary) / str(depth) for _, depth, _ in WORKS}
        for depth, folder in folders.items():
            write_work(folder, depth, arguments.batch_size, arguments.size)
        finish("network", [compare(*work, arguments, folders[work[1]]) for work in WORKS])


if __name__ == "__main__":
    main()
