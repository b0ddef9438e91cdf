#!/usr/bin/env bash
# Measures this package beside others and writes the run logs. Normally called by `make bench-peers`.
# Usage: run.sh PEER-PROBE FER [SUITE…]
# Suites, by default all: network, inference, losses, bandwidth, family, family-threads, loading, cold-start.
# VENV names the Python environment, made if missing; THREADS is the number of threads, by default all processors.
# MACHINE, as in MACHINE=avx2, names logs and tables apart from those of the machine that the others are from.
set -euo pipefail

probe=$1 fer=$2
shift 2
[ $# -gt 0 ] || set -- network inference losses bandwidth family family-threads loading cold-start
here=$(cd "$(dirname "$0")" && pwd)
venv=${VENV:-$HOME/.cache/fermetric-peers}
processors=${THREADS:-$(getconf _NPROCESSORS_ONLN)}

# The environment keeps a copy of the list that was installed.
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/requirements.txt"
fi

for suite in "$@"; do
  threads=$processors side=(--probe "$probe") script=compare_${suite//-/_}.py
  case $suite in
    family | loading) threads=1 ;; # what one processor has to do for a loss or a picture
    family-threads) script=compare_family.py ;;
    cold-start) side=(--fer "$fer") ;;
  esac
  log="peers-$suite${MACHINE:+-$MACHINE}"
  .build-docs/documents record --name "$log" --table "$log" --threads "$threads" \
    --command "make bench-peers BENCH_FLAGS=$suite${MACHINE:+ MACHINE=$MACHINE}" -- \
    "$venv/bin/python" "$here/$script" "${side[@]}" --threads "$threads"
done
