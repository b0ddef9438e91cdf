"""Inference of ResNet-50 with the classifier head, batch 1 and 16: ours beside PyTorch, torch.compile, ONNX Runtime and
OpenVINO.

All have the same weights and pictures. First each computes the logits, which must be those of double precision to 1e-3
of the largest; only then is anything timed. The bound is not closer because fifty layers of drawn weights multiply
every rounding: each in single precision is about 1e-4 away, and bfloat16 would be far outside. Each row alternates two
processes, ours and one peer. A peer that this machine cannot run leaves its rows out, with a message.
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
from peer_inference import RUNTIMES
from torch_probe import UNAVAILABLE

PEER = str(pathlib.Path(__file__).parent / "peer_inference.py")


def write_work(folder, batch_sizes, size):
    """The pictures, the network for each runtime, and the logits in double precision."""
    random = numpy.random.default_rng(0)
    pictures = random.standard_normal((max(batch_sizes), size, size, 3)).astype("<f4")
    pictures.tofile(folder / "pictures")
    batch = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    network = calibrated(batch)
    safetensors.torch.save_file(network.state_dict(), folder / "weights.safetensors")
    for count in batch_sizes:
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


def compare(runtime, batch_size, arguments, folder):
    common = ["--data", str(folder), "--threads", str(arguments.threads)]
    common += ["--batch-size", str(batch_size), "--size", str(arguments.size)]
    our_command = [arguments.probe, "inference"] + common
    their_command = [sys.executable, PEER, "--runtime", runtime] + common
    their = their_difference(their_command)
    if their is None:
        print(f"{runtime} does not run on this machine, so batch {batch_size} has no such row", file=sys.stderr)
        return None
    difference = max(agreed("ours", our_difference(our_command, folder, batch_size)), agreed(runtime, their))
    ours = Probe(our_command, arguments.threads)
    theirs = Probe(their_command, arguments.threads)
    # Batch 1 is over so soon that it is repeated more often.
    times = alternate(ours, theirs, arguments.rounds, arguments.repetitions * (4 if batch_size < 4 else 1))
    metrics = summary(*times, scale=1000, peer="theirs")
    metrics["imagesPerSecond"] = [float(f"{batch_size / time:.4g}") for time in times[0]]
    metrics["ourPeakMiB"] = round(ours.peak_memory())
    metrics["theirPeakMiB"] = round(theirs.peak_memory())
    metrics["difference"] = float(f"{difference:.2g}")
    ours.close()
    theirs.close()
    return {"row": f"{runtime}, batch {batch_size}", "metrics": metrics}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True, help="path of our peer-probe")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repetitions", type=int, default=4, help="four times as many at batches under 4")
    parser.add_argument("--batch-size", type=int, action="append", help="1 and 16 unless given; repeat it for several")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--runtime", action="append", choices=RUNTIMES, help="one of them; repeat it for several")
    arguments = parser.parse_args()
    batch_sizes = arguments.batch_size or [1, 16]
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_work(folder, batch_sizes, arguments.size)
        pairs = [(runtime, count) for count in batch_sizes for runtime in arguments.runtime or RUNTIMES]
        rows = [compare(runtime, count, arguments, folder) for runtime, count in pairs]
    finish("inference", [row for row in rows if row is not None])


if __name__ == "__main__":
    main()
