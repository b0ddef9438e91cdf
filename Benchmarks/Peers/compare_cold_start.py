"""A fresh process that recognises one picture: `fer predict` beside a Python that only imports torch and torchvision.

The network is a ResNet-50 at 224 pixels, trained for four steps on drawn faces. The first start of a round is not
counted, so files come from the memory of the operating system on both sides.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy

from alternate import FreshProcess, alternate, summary
from limits import finish
from pictures import smooth_picture


def train(fer, folder, threads):
    run = folder / "run"
    options = "--layout synthetic --model resnet50 --loss ce --size 224 --batch-size 16 --epochs 1 --limit-train 64"
    options = options.split() + ["--validation", "0", "--threads", str(threads), "--out", str(run)]
    subprocess.run([fer, "train"] + options, check=True, stdout=subprocess.DEVNULL)
    return run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fer", required=True, help="path of the tool")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--repetitions", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        picture = folder / "picture.jpg"
        smooth_picture(numpy.random.default_rng(0), side=100).save(picture, quality=90)
        run = train(arguments.fer, folder, arguments.threads)
        ours = FreshProcess([arguments.fer, "predict", "--run", str(run), str(picture)], arguments.threads)
        theirs = FreshProcess([sys.executable, "-c", "import torch, torchvision"], arguments.threads)
        times = alternate(ours, theirs, arguments.rounds, arguments.repetitions)
    metrics = summary(*times, scale=1000)
    metrics["ourPeakMiB"] = round(ours.peak_memory())
    metrics["pytorchPeakMiB"] = round(theirs.peak_memory())
    finish("cold-start", [{"row": "fer predict, one picture", "metrics": metrics}])


if __name__ == "__main__":
    main()
