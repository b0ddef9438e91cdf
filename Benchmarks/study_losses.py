"""Trains one small network with every loss of `fer losses` on drawn faces and judges each run on the test split.

Usage: study_losses.py --fer FER --runs RUNS [--seeds 3] [--threads 1] [--share 1] [NAME...]

One recipe for all: the losses keep the weights and settings that `fer losses` gives them, nothing is tuned; a share other
than 1 multiplies their weights. The teacher of distillation is the run of cross-entropy with the same seed. A run that has its figures (test.json) is not repeated,
one that was interrupted goes on. Prints one JSON object: for each loss the figures of all seeds.
"""

import argparse
import json
import pathlib
import subprocess
import sys

DATA = ["--layout", "synthetic", "--data", "drawn"]
RECIPE = "--model resnet18 --stem small --width 0.25 --size 32 --epochs 16 --batch-size 64 --lr 0.05 --limit-train 2400"
FIGURES = ("accuracy", "meanClassAccuracy", "macroF1", "compactness")


def figures(arguments, name, weight, seed):
    share = "" if arguments.share == 1 else f"-{arguments.share:g}"
    run = arguments.runs / f"{name}{share}-{seed}"
    result = run / "test.json"
    threads = ["--threads", str(arguments.threads)]
    if not result.exists():
        train = [arguments.fer, "train", "--out", str(run)]
        if (run / "last.safetensors").exists():
            train += ["--resume", *threads]
        else:
            train += [*DATA, *RECIPE.split(), "--validation", "0", "--loss", name, "--seed", str(seed), *threads]
            if share:
                train += ["--lambda", f"{arguments.share * weight:g}"]
            if name == "distillation":
                train += ["--teacher", str(arguments.runs / f"ce-{seed}")]
        subprocess.run(train, check=True, stdout=sys.stderr)
        judged = subprocess.run(
            [arguments.fer, "evaluate", "--run", str(run), *DATA, *threads, "--json"], check=True, capture_output=True
        )
        whole = result.with_suffix(".part")
        whole.write_bytes(judged.stdout)
        whole.rename(result)
    return json.loads(result.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fer", required=True)
    parser.add_argument("--runs", required=True, type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--share", type=float, default=1)
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    listed = subprocess.run([arguments.fer, "losses", "--json"], check=True, capture_output=True, text=True).stdout
    weights = {entry["name"]: entry["lambda"] for entry in map(json.loads, listed.splitlines())}
    unknown = [name for name in arguments.names if name not in weights]
    if unknown:
        parser.error(f"fer losses has no {', '.join(unknown)}")

    rows = {name: [] for name in (arguments.names or weights)}
    for seed in range(arguments.seeds):  # the outer loop, so that an interrupted study has whole seeds
        for name, values in rows.items():
            values.append(figures(arguments, name, weights[name], seed))
            print(f"{name} {seed}: {values[-1]['accuracy']:.4f}", file=sys.stderr, flush=True)
    print(json.dumps({"rows": [
        {"row": name, "metrics": {figure: [value[figure] for value in values] for figure in FIGURES}}
        for name, values in rows.items()
    ]}))


main()
