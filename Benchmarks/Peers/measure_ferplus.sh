#!/usr/bin/env bash
# Trains and judges on FER+ with the recipe of Docs/Benchmarks.md, ours and PyTorch's, and writes the run logs.
# Usage: measure_ferplus.sh FER DATA RUNS [ROW…]     VENV names the Python environment.
# Rows: those of ferplus.py, such as mm-0, and pytorch-0; mm-hardness-0@validation is judged on the validation split.
# Without rows, those of Docs/FERPlus.md. What has a log already is left alone, and what is interrupted goes on.
set -euo pipefail

fer=$1 data=$2 runs=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
python=${VENV:-$HOME/.cache/fermetric-peers}/bin/python
threads=${THREADS:-1}
record=.build-docs/documents

if [ $# -eq 0 ]; then
  set -- {ce,ms,mm,mm-recommended}-{0,1,2} ns-0 pytorch-0 {ce,mm,mm-recommended}-{0,1,2}@validation \
    mm-{lambda,attention,bias,hard,log,scale,kappa,positive,strong}-0@validation \
    mm-{kappa-positive-0,kappa-positive-1,scale-positive-0,hardness-0,hardness-attention-0}@validation \
    mm-{hardness-positive,hardness-positive-kappa}-0@validation
fi

for row in "$@"; do
  name="ferplus-${row/@/-}" run=${row%@*} split=test table=ferplus
  [ ! -e "Docs/Results/$name.json" ] || continue
  case "$row" in
  pytorch-*)
    "$record" record --name "$name" --table ferplus --row 'Cross-entropy in PyTorch' --threads "$threads" \
      --command "python Benchmarks/Peers/train_ferplus.py --data FERPLUS --seed ${row#*-} --threads $threads" -- \
      "$python" "$here/train_ferplus.py" --data "$data" --seed "${row#*-}" --threads "$threads"
    continue
    ;;
  *@validation) split=validation table=ferplus-validation ;;
  esac
  options="$run --threads $threads --split $split"
  "$record" record --name "$name" --table "$table" --threads "$threads" \
    --command "python3 Benchmarks/Peers/ferplus.py $options --data FERPLUS --runs RUNS" -- \
    python3 "$here/ferplus.py" $options --fer "$fer" --data "$data" --runs "$runs"
done
