#!/usr/bin/env bash
# Runs the demo and writes its table as a run log.
# Usage: measure_demo.sh FER [DEMO-OPTION…]
set -euo pipefail

fer=$1
shift
output=$(mktemp)
trap 'rm -f "$output"' EXIT
threads=${THREADS:-$(getconf _NPROCESSORS_ONLN)}
start=$SECONDS
"$fer" demo --threads "$threads" "$@" | tee "$output"
seconds=$((SECONDS - start))

# The table's rows: a name of one or two words, two percentages, seconds.
awk '
  /^objective / { inside = 1; next }
  /^-+$/ { next }
  inside && NF < 5 { exit }
  inside {
    count = NF
    name = $1
    for (i = 2; i <= count - 5; i++) name = name " " $i
    printf "%s{\"row\": \"%s\", \"metrics\": {\"accuracy\": %.4f, \"meanClassAccuracy\": %.4f, \"seconds\": %s}}", \
      separator, name, $(count - 4) / 100, $(count - 2) / 100, $count
    separator = ", "
  }' "$output" | sed 's/^/{"rows": [/; s/$/]}/' |
  .build-docs/documents record --name demo --table demo --threads "$threads" --seconds "$seconds" \
    --command "fer demo --threads $threads${*:+ $*}"
