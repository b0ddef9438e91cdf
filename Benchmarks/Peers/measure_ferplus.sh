#!/usr/bin/env bash
# Trains and evaluates on FER+ with the recipe of Docs/Benchmarks.md, ours and PyTorch's, and writes the run logs.
# Usage: measure_ferplus.sh FER DATA RUNS [ROW…]     rows: ce ms mm ns pytorch; VENV names the Python environment.
# What has a log already is left alone.
set -euo pipefail

fer=$1 data=$2 runs=$3
shift 3
[ $# -gt 0 ] || set -- ce ms mm ns pytorch
here=$(cd "$(dirname "$0")" && pwd)
python=${VENV:-$HOME/.cache/fermetric-peers}/bin/python
threads=${THREADS:-$(getconf _NPROCESSORS_ONLN)}
record=.build-docs/documents

# measure ROW SEED TITLE OPTIONS…
measure() {
  local name="ferplus-$1-$2" run="$runs/$1-$2" seed=$2 title=$3
  shift 3
  [ ! -e "Docs/Results/$name.json" ] || return 0
  local options=(--layout fer-plus --model resnet18 --stem small --width 0.5 --size 48 --limit-train 10000
    --epochs 10 --batch-size 64 --lr 0.05 --seed "$seed" --threads "$threads" "$@")
  local start=$SECONDS
  "$fer" train --data "$data" "${options[@]}" --out "$run" </dev/null
  local seconds=$((SECONDS - start))
  "$fer" evaluate --run "$run" --data "$data" --split test --weights last --drop-duplicates --json |
    "$record" record --name "$name" --table ferplus --row "$title" --threads "$threads" --seconds "$seconds" \
      --command "fer train --data FERPLUS ${options[*]}"
}

for row in "$@"; do
  case "$row" in
  ce) for seed in 0 1 2; do measure ce $seed 'Cross-entropy' --loss ce; done ;;
  ms) for seed in 0 1 2; do measure ms $seed 'AMTC3L, MathSynth' --loss amtc3l --sampler ms --lambda 0.1; done ;;
  mm) for seed in 0 1 2; do measure mm $seed 'AMTC3L, Mixed' --loss amtc3l --sampler mm --lambda 0.1; done ;;
  ns) measure ns 0 'AMTC3L, NetworkSemantic' --loss amtc3l --sampler ns --lambda 0.1 ;;
  pytorch)
    for seed in 0 1 2; do
      [ ! -e "Docs/Results/ferplus-pytorch-$seed.json" ] || continue
      "$record" record --name "ferplus-pytorch-$seed" --table ferplus --row 'Cross-entropy in PyTorch' \
        --threads "$threads" -- "$python" "$here/train_ferplus.py" --data "$data" --seed $seed --threads "$threads"
    done
    ;;
  *) echo "there is no row '$row'" >&2 && exit 64 ;;
  esac
done
