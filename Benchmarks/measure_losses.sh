#!/usr/bin/env bash
# Trains with every loss on drawn faces, judges the runs and writes the run log of Docs/Choosing.md.
# Usage: measure_losses.sh FER RUNS [OPTION…]     Options are those of study_losses.py; what is in RUNS is not repeated.
set -euo pipefail

fer=$1 runs=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
threads=${THREADS:-1}

.build-docs/documents record --name losses --table losses --threads "$threads" \
  --command "python3 Benchmarks/study_losses.py --fer fer --runs RUNS --threads $threads${*:+ $*}" -- \
  python3 "$here/study_losses.py" --fer "$fer" --runs "$runs" --threads "$threads" "$@"
