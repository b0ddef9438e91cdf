"""The study on FER+: trains one of its rows if it has not been trained, judges it, prints one line of JSON.

All rows share a recipe: ResNet-18 of half width with a 3x3 stem at 48 pixels, 10,000 training pictures drawn by class,
Microsoft's majority labels, batches of 64, 10 epochs, a rate of 0.05 divided by 10 after 2/3 and 5/6 of them. The model
of the last epoch is judged without the pictures that training has as well: on the test split, or, to choose between
settings of the loss, on the validation split.

    python3 Benchmarks/Peers/ferplus.py mm-0 --data FERPLUS --runs RUNS --threads 1
    python3 Benchmarks/Peers/ferplus.py mm-hardness-0 --data FERPLUS --runs RUNS --threads 1 --split validation

An interrupted row goes on where it stopped. Docs/Benchmarks.md says how the line becomes a run log.
"""

import argparse
import json
import pathlib
import subprocess

RECIPE = (
    "--layout fer-plus --model resnet18 --stem small --width 0.5 --size 48 --epochs 10 --batch-size 64 --lr 0.05 "
    "--limit-train 10000 --drop-duplicates"
).split()

# Each name with the title of its row and its options; λ is the weight of the metric loss.
METHODS = {
    "ce": ("Cross-entropy", "--loss ce"),
    "ms": ("AMTC3L, MathSynthSampler", "--loss amtc3l --sampler ms --lambda 0.1"),
    "ns": ("AMTC3L, NetworkSemanticSampler", "--loss amtc3l --sampler ns --lambda 0.1"),
    "mm": ("AMTC3L, MixedSampler", "--loss amtc3l --sampler mm --lambda 0.1"),
}

# One change of the row `mm` each, and combinations of those.
SETTINGS = {
    "recommended": ("recommended", "--preset recommended"),
    "lambda": ("λ 0.01", "--lambda 0.01"),
    "attention": ("ten times the attention's rate", "--attention-lr 10"),
    "bias": ("inclusion bias 2", "--inclusion-bias 2"),
    "hard": ("hard inclusion", "--inclusion hard"),
    "log": ("log form, λ 0.3", "--form log --lambda 0.3"),
    "scale": ("scale 4", "--squash-scale 4"),
    "kappa": ("κ 0.01", "--margin-scale 0.01"),
    "positive": ("positive weight 2, λ 0.3", "--positive-weight 2 --lambda 0.3"),
    "strong": ("positive weight 2, λ 1", "--positive-weight 2 --lambda 1"),
    "kappa-positive": ("κ 0.01, positive weight 2, λ 0.3", "--margin-scale 0.01 --positive-weight 2 --lambda 0.3"),
    "scale-positive": (
        "scale 4, positive weight 2, κ 0.1",
        "--squash-scale 4 --positive-weight 2 --margin-scale 0.1",
    ),
    "hardness": ("hardness", "--attention-aim hardness"),
    "hardness-attention": (
        "hardness, ten times the attention's rate",
        "--attention-aim hardness --attention-lr 10",
    ),
    "hardness-positive": (
        "hardness, positive weight 2, λ 0.3",
        "--attention-aim hardness --positive-weight 2 --lambda 0.3",
    ),
    "hardness-positive-kappa": (
        "hardness, positive weight 2, λ 0.3, κ 0.02",
        "--attention-aim hardness --positive-weight 2 --lambda 0.3 --margin-scale 0.02",
    ),
}
for name, (title, options) in SETTINGS.items():
    base = METHODS["mm"][1] if "--lambda" not in options else METHODS["mm"][1].replace(" --lambda 0.1", "")
    METHODS["mm-" + name] = (METHODS["mm"][0] + ", " + title, base + " " + options)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", help="method and seed, such as mm-0; methods: " + ", ".join(METHODS))
    parser.add_argument("--fer", default=".build-tool/release/fer", help="the tool")
    parser.add_argument("--data", required=True, help="the folder of FER+")
    parser.add_argument("--runs", type=pathlib.Path, required=True, help="where runs are kept")
    parser.add_argument("--threads", default="1", help="threads of a run")
    parser.add_argument("--split", default="test", choices=["test", "validation"], help="what the model is judged on")
    arguments = parser.parse_args()
    method, seed = arguments.row.rsplit("-", 1)
    title, options = METHODS[method]
    run = arguments.runs / arguments.row

    command = [arguments.fer, "train", "--data", arguments.data, *RECIPE, *options.split()]
    command += ["--seed", seed, "--threads", arguments.threads, "--out", str(run)]
    if (run / "config.json").exists():
        command.append("--resume")
    subprocess.run(command, check=True)

    command = [arguments.fer, "evaluate", "--run", str(run), "--data", arguments.data, "--weights", "last"]
    command += ["--split", arguments.split, "--drop-duplicates", "--json"]
    judged = json.loads(subprocess.check_output(command))
    epochs = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    result = {key: judged[key] for key in ("accuracy", "meanClassAccuracy", "macroF1", "count", "recall", "confusion")}
    seconds = [epoch.get("seconds") for epoch in epochs]
    if None not in seconds:  # an interrupted epoch has no time
        result["seconds"] = sum(seconds)
    for key in epochs[-1].get("metric", {}):
        result[key] = epochs[-1]["metric"][key]
        result[key + "ByEpoch"] = {str(epoch["epoch"]): epoch["metric"].get(key) for epoch in epochs}
    print(json.dumps({"rows": [{"row": title, "metrics": result}]}, ensure_ascii=False))


if __name__ == "__main__":
    main()
