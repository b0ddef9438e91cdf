#!/usr/bin/env bash
# Trains with every loss on drawn faces, judges the runs and writes the run log of Docs/Choosing.md.
# Usage: measure_losses.sh FER RUNS     What is in RUNS already is not repeated.
#
# A second log has the losses that the first one shows to collapse, with a tenth of their weights.
set -euo pipefail

fer=$1 runs=$2
here=$(cd "$(dirname "$0")" && pwd)
threads=${THREADS:-1}

study() { # NAME-OF-LOG [OPTION…]
  name=$1
  shift
  .build-docs/documents record --name "$name" --table "$name" --threads "$threads" \
    --command "python3 Benchmarks/study_losses.py --fer fer --runs RUNS --threads $threads${*:+ $*}" -- \
    python3 "$here/study_losses.py" --fer "$fer" --runs "$runs" --threads "$threads" "$@"
}

study losses
study losses-light --share 0.1 --seeds 2 batch-hard soft-margin chi-squared multi-threshold class-pair tuplet-cluster \
  five-tuplet representative tan circle arcface cosface proxy-anchor
