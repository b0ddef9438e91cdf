"""Inference of ResNet-50 and 18 with the classifier head: ours beside PyTorch, torch.compile, ONNX Runtime and
OpenVINO, and beside the network's convolutions alone.

ResNet-50 meets all of them at batch 1 and 16; batch 8 and 32, and ResNet-18, are measured beside PyTorch.

All have the same weights and pictures. First each computes the logits, which must be those of double precision to 1e-3
of the largest; only then is anything timed. The bound is not closer because fifty layers of drawn weights multiply
every rounding: each in single precision is about 1e-4 away, and bfloat16 would be far outside. Each row alternates two
processes, ours and one peer. A peer that this machine cannot run leaves its rows out, with a message.

The convolutions alone are ours, too: the packed convolutions of the compiled plan, each on a map of its size. Their
time over that of the whole is the `share` of the whole that convolutions take. For the check they compute the logits
together with the rest of the network. They also meet the same convolutions by the newer oneDNN that PyTorch contains.
"""

import argparse
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy
import safetensors.torch
import torch

from alternate import Probe, alternate, summary
from expression_network import BLOCKS, calibrated
from limits import finish
from newer_convolutions import version
from peer_inference import RUNTIMES
from torch_probe import UNAVAILABLE

PEER = str(pathlib.Path(__file__).parent / "peer_inference.py")
NEWER_PEER = str(pathlib.Path(__file__).parent / "newer_convolutions.py")
CONVOLUTIONS = "convolutions alone"
NEWER = "convolutions alone beside those of oneDNN 3"
EXPORTED = ["ONNX Runtime", "OpenVINO"]  # read a file
BESIDE_ALL = [(50, 1), (50, 16)]
BESIDE_PYTORCH = [(50, 8), (50, 32), (18, 1), (18, 8), (18, 16), (18, 32)]


def write_work(folder, depth, batch_sizes, exported_sizes, size):
    """The pictures, the network for each runtime, and the logits in double precision."""
    folder.mkdir()
    random = numpy.random.default_rng(0)
    pictures = random.standard_normal((max(batch_sizes), size, size, 3)).astype("<f4")
    pictures.tofile(folder / "pictures")
    batch = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    network = calibrated(depth, batch)
    safetensors.torch.save_file(network.state_dict(), folder / "weights.safetensors")
    for count in exported_sizes:
        torch.onnx.export(
            network,
            (batch[:count].contiguous(),),
            str(folder / f"network-{count}.onnx"),
            input_names=["pictures"],
            output_names=["logits"],
            dynamo=False,
        )
    with torch.inference_mode():
        network.double()(batch.double()).numpy().astype("<f4").tofile(folder / "logits")


def our_difference(command, folder, batch_size):
    output = folder / "output"
    subprocess.run(command + ["--write", str(output)], check=True)
    ours = numpy.fromfile(output, dtype="<f4")
    expected = numpy.fromfile(folder / "logits", dtype="<f4", count=7 * batch_size)
    return float(numpy.abs(ours - expected).max() / numpy.abs(expected).max())


def their_difference(command):
    """None where this machine lacks what the runtime needs, for which it has printed the reason."""
    result = subprocess.run(command + ["--check"], stdout=subprocess.PIPE, text=True)
    if result.returncode == UNAVAILABLE:
        return None
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed with status {result.returncode}")
    return float(result.stdout.split()[-1])


def agreed(name, difference):
    if not difference <= 1e-3:
        raise SystemExit(f"{name}: logits differ from those of double precision by {difference:.2g}: nothing is timed")
    return difference


def compare(peer, depth, batch_size, arguments, folder):
    common = ["--data", str(folder), "--depth", str(depth), "--threads", str(arguments.threads)]
    common += ["--batch-size", str(batch_size), "--size", str(arguments.size)]
    our_command = [arguments.probe, "inference"] + common
    if peer == CONVOLUTIONS:
        their_command = [arguments.probe, "convolutions"] + common
        their = our_difference(their_command, folder, batch_size)
    elif peer == NEWER:
        our_command[1] = "convolutions"
        their_command = [sys.executable, NEWER_PEER] + common
        their = their_difference(their_command)
    else:
        their_command = [sys.executable, PEER, "--runtime", peer] + common
        their = their_difference(their_command)
    row = f"ResNet-{depth}, batch {batch_size}, {peer}"
    if their is None:
        print(f"{row}: does not run on this machine, so there is no such row", file=sys.stderr)
        return None
    difference = max(agreed("ours", our_difference(our_command, folder, batch_size)), agreed(peer, their))
    ours = Probe(our_command, arguments.threads)
    theirs = Probe(their_command, arguments.threads)
    # Small batches are over so soon that they are repeated more often.
    repetitions = max(2, math.ceil(arguments.pictures / max(batch_size, 4)))
    times = alternate(ours, theirs, arguments.rounds, repetitions)
    metrics = summary(*times, scale=1000, peer="theirs")
    if peer == CONVOLUTIONS:
        metrics["share"] = metrics.pop("ratio")
    if peer == NEWER:
        metrics["oneDNN"] = version()
    metrics["imagesPerSecond"] = [float(f"{batch_size / time:.4g}") for time in times[0]]
    metrics["ourPeakMiB"] = round(ours.peak_memory())
    metrics["theirPeakMiB"] = round(theirs.peak_memory())
    metrics["difference"] = float(f"{difference:.2g}")
    ours.close()
    theirs.close()
    return {"row": row, "metrics": metrics}


def faster_of_exported(rows, depth, batch_size):
    """The row of the faster runtime that reads a file, once more under the name of both."""
    names = [f"ResNet-{depth}, batch {batch_size}, {runtime}" for runtime in EXPORTED]
    found = [row for row in rows if row["row"] in names]
    if len(found) < len(EXPORTED):
        return None
    fastest = min(found, key=lambda row: statistics.median(row["metrics"]["theirs"]))
    row = f"ResNet-{depth}, batch {batch_size}, faster of {' and '.join(EXPORTED)}"
    return {"row": row, "metrics": fastest["metrics"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True, help="path of our peer-probe")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pictures", type=int, default=32, help="how many a round of one side sees, more or less")
    parser.add_argument("--depth", type=int, action="append", choices=BLOCKS, help="one of them alone")
    parser.add_argument("--batch-size", type=int, action="append", help="1, 8, 16 or 32; repeat it for several")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument(
        "--runtime", action="append", choices=[*RUNTIMES, CONVOLUTIONS, NEWER], help="one of them; repeat it for several"
    )
    arguments = parser.parse_args()
    peers = arguments.runtime or [*RUNTIMES, CONVOLUTIONS, NEWER]
    works = [(peer, *work) for work in BESIDE_ALL for peer in peers]
    works += [("PyTorch", *work) for work in BESIDE_PYTORCH if "PyTorch" in peers]
    works = [
        (peer, depth, count)
        for peer, depth, count in works
        if depth in (arguments.depth or BLOCKS) and count in (arguments.batch_size or [1, 8, 16, 32])
    ]
    torch.set_num_threads(arguments.threads)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folders = {}
        for depth in {depth for _, depth, _ in works}:
            folders[depth] = pathlib.Path(temporary) / str(depth)
            sizes = {count for _, other, count in works if other == depth}
            exported = {count for peer, other, count in works if other == depth and peer in EXPORTED}
            write_work(folders[depth], depth, sizes, exported, arguments.size)
        for peer, depth, count in works:
            rows.append(compare(peer, depth, count, arguments, folders[depth]))
            if peer == EXPORTED[-1]:
                rows.append(faster_of_exported([row for row in rows if row], depth, count))
    finish("inference", [row for row in rows if row is not None])


if __name__ == "__main__":
    main()
