#!/usr/bin/env bash
# Trains a ResNet-50 for 100 steps at 224 pixels, batch 16, and writes pictures per second and peak memory as a run log.
# Usage: measure_training.sh FER      THREADS is the number of threads, by default all processors.
set -euo pipefail

fer=$1
threads=${THREADS:-$(getconf _NPROCESSORS_ONLN)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
options="--layout synthetic --model resnet50 --loss amtc3l --size 224 --batch-size 16 --epochs 1 --limit-train 1600"
options="$options --validation 0 --threads $threads"

# The run's only epoch is the last thing printed, as one JSON object.
.build-docs/documents record --name training-resnet50 --table training --threads "$threads" \
  --row 'ResNet-50, 224 pixels, batch 16, AMTC3L' --command "fer train $options" -- \
  bash -c "'$fer' train $options --out '$folder/run' && tail -n 1 '$folder/run/metrics.jsonl'"
