"""Pictures made ready for a training on one processor: ours beside torchvision with one worker.

JPEG files of 100 by 100 pixels become batches of 64 at 224 pixels: decoded, resized to a random scale, cropped,
flipped, erased, normalized. First both sides prepare a batch without chance, and it has to be the same to a level of
255; only then is anything timed. A repetition is all pictures once. Every process of both sides runs on one and the
same processor.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

from alternate import Probe, alternate, summary
from limits import finish
from pictures import write_folder

LEVEL = 1 / 255 / 0.225  # of the mean deviation that levels are divided by
PIPELINES = {"pillow": "torchvision, Pillow", "tensors": "torchvision, tensors"}


def first_batch(command, folder):
    output = folder / "output"
    subprocess.run(command + ["--write", str(output)], check=True)
    return numpy.fromfile(output, dtype="<f4")


def compare(pipeline, arguments, folder):
    our_command = [arguments.probe, "loading", "--data", str(folder)]
    peer = str(pathlib.Path(__file__).parent / "torch_loading.py")
    their_command = [sys.executable, peer, "--pipeline", pipeline, "--data", str(folder)]
    difference = float(numpy.abs(first_batch(our_command, folder) - first_batch(their_command, folder)).max()) / LEVEL
    if not difference <= 1.1:
        raise SystemExit(f"{PIPELINES[pipeline]}: pictures differ by {difference:.2g} levels")
    ours, theirs = Probe(our_command, threads=1), Probe(their_command, threads=1)
    times = alternate(ours, theirs, arguments.rounds, arguments.repetitions)
    ours.close()
    theirs.close()
    metrics = summary(*times, scale=1000 / arguments.pictures, peer="theirs")
    metrics["picturesPerSecond"] = [float(f"{arguments.pictures / time:.4g}") for time in times[0]]
    metrics["theirPicturesPerSecond"] = [float(f"{arguments.pictures / time:.4g}") for time in times[1]]
    metrics["levels"] = float(f"{difference:.2g}")
    return {"row": PIPELINES[pipeline], "metrics": metrics}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True, help="path of our peer-probe")
    parser.add_argument("--threads", type=int, choices=[1], default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repetitions", type=int, default=2)
    parser.add_argument("--pictures", type=int, default=640, help="a multiple of 64")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # inherited by every process that this one starts
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_folder(folder, arguments.pictures, side=100)
        finish("loading", [compare(pipeline, arguments, folder) for pipeline in PIPELINES])


if __name__ == "__main__":
    main()
