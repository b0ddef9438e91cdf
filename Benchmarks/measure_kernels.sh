#!/usr/bin/env bash
# Measures this machine's peaks and the fraction of them that each kernel reaches, and writes the run log.
# Usage: measure_kernels.sh ROOFLINE      THREADS is the number of threads, by default all processors.
set -euo pipefail

roofline=$1
threads=${THREADS:-$(getconf _NPROCESSORS_ONLN)}

.build-docs/documents record --name kernels --table kernels --threads "$threads" \
  --command "roofline --threads $threads" -- "$roofline" --threads "$threads"
