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

# measure ROW SEED TITLE
measure() {
  local name="ferplus-$1-$2"
  [ ! -e "Docs/Results/$name.json" ] || return 0
  "$record" record --name "$name" --table ferplus --row "$3" --threads "$threads" \
    --command "python3 Benchmarks/Peers/ferplus.py $1-$2 --data FERPLUS --runs RUNS --threads $threads" -- \
    python3 "$here/ferplus.py" "$1-$2" --fer "$fer" --data "$data" --runs "$runs" --threads "$threads"
}

for row in "$@"; do
  case "$row" in
  ce) for seed in 0 1 2; do measure ce $seed 'Cross-entropy'; done ;;
  ms) for seed in 0 1 2; do measure ms $seed 'AMTC3L, MathSynthSampler'; done ;;
  mm) for seed in 0 1 2; do measure mm $seed 'AMTC3L, MixedSampler'; done ;;
  ns) measure ns 0 'AMTC3L, NetworkSemanticSampler' ;;
  pytorch)
    for seed in 0 1 2; do
      [ ! -e "Docs/Results/ferplus-pytorch-$seed.json" ] || continue
      "$record" record --name "ferplus-pytorch-$seed" --table ferplus --row 'Cross-entropy in PyTorch' \
        --command "python Benchmarks/Peers/train_ferplus.py --data FERPLUS --seed $seed --threads $threads" \
        --threads "$threads" -- "$python" "$here/train_ferplus.py" --data "$data" --seed $seed --threads "$threads"
    done
    ;;
  *) echo "there is no row '$row'" >&2 && exit 64 ;;
  esac
done
