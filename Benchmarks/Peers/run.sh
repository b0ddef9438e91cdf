#!/usr/bin/env bash
# Measures this package beside PyTorch and writes the run logs. Normally called by `make bench-peers`.
# Usage: run.sh PEER-PROBE [network] [losses] [family]      VENV names the Python environment, made if missing.
set -euo pipefail

probe=$1
shift
[ $# -gt 0 ] || set -- network losses family
here=$(cd "$(dirname "$0")" && pwd)
venv=${VENV:-$HOME/.cache/fermetric-peers}
threads=${THREADS:-$(getconf _NPROCESSORS_ONLN)}

if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi

for suite in "$@"; do
  .build-docs/documents record --name "peers-$suite" --table "peers-$suite" --threads "$threads" \
    --command "make bench-peers BENCH_FLAGS=$suite" -- \
    "$venv/bin/python" "$here/compare_$suite.py" --probe "$probe" --threads "$threads"
done
