"""ResNet-50 at 224 pixels, batch 16: the training step and the inference, ours beside PyTorch channels-last.

Each of four rows starts one process of each side, alternates rounds, and reads the peak of resident memory of both.
The result is one line of JSON for the run log.
"""

import argparse
import pathlib
import sys

from alternate import Probe, alternate, summary
from limits import finish

parser = argparse.ArgumentParser()
parser.add_argument("--probe", required=True, help="path of our peer-probe")
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--repetitions", type=int, default=3)
parser.add_argument("--batch-size", type=int, default=16)
parser.add_argument("--size", type=int, default=224)
arguments = parser.parse_args()

peer = str(pathlib.Path(__file__).parent / "torch_network.py")
rows = []
for backend in ["onednn", "openblas"]:
    for mode in ["training", "inference"]:
        common = ["--mode", mode, "--threads", str(arguments.threads)]
        common += ["--batch-size", str(arguments.batch_size), "--size", str(arguments.size)]
        ours = Probe([arguments.probe, "network", "--backend", backend] + common, arguments.threads)
        theirs = Probe([sys.executable, peer] + common, arguments.threads)
        times = alternate(ours, theirs, arguments.rounds, arguments.repetitions)
        metrics = summary(*times, scale=1000)
        metrics["imagesPerSecond"] = [float(f"{arguments.batch_size / time:.4g}") for time in times[0]]
        metrics["ourPeakMiB"] = round(ours.peak_memory())
        metrics["pytorchPeakMiB"] = round(theirs.peak_memory())
        ours.close()
        theirs.close()
        name = {"onednn": "oneDNN", "openblas": "OpenBLAS alone"}[backend]
        title = {"training": "training step", "inference": "inference"}[mode]
        rows.append({"row": f"ResNet-50 {title}, {name}", "metrics": metrics})
finish("network", rows)
