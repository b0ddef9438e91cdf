#!/usr/bin/env bash
# Trains a ResNet-50 on a few drawn faces and evaluates it: does this build of the tool train at all?
# Usage: train-briefly.sh FER
set -euo pipefail

fer=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$fer" train --data "$folder/faces" --layout synthetic --model resnet50 --loss amtc3l --size 64 --batch-size 8 \
  --epochs 1 --limit-train 32 --seed 0 --threads "$(getconf _NPROCESSORS_ONLN)" --out "$folder/run"
test -s "$folder/run/last.safetensors"
