#!/usr/bin/env bash
# Trains a ResNet-50 on a few drawn faces: does this build of the tool train, and does the loss fall?
# Usage: train-briefly.sh FER
set -euo pipefail

fer=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$fer" train --layout synthetic --model resnet50 --loss amtc3l --size 64 --batch-size 8 --epochs 3 --lr 0.01 \
  --limit-train 32 --validation 0 --seed 0 --out "$folder/run"

grep -o '"loss":[0-9.]*' "$folder/run/metrics.jsonl" | cut -d : -f 2 >"$folder/losses"
awk 'NR == 1 { first = $1 } { last = $1 } END { exit !(NR == 3 && last < first) }' "$folder/losses" || {
  echo "the loss did not fall:" $(cat "$folder/losses") >&2
  exit 1
}
