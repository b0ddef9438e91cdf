#!/usr/bin/env bash
# Trains a ResNet-50 for a few steps on drawn faces: does this build of the tool train? A loss that is not finite, or
# weights that are not, end a training with an error.
# Usage: train-briefly.sh FER
set -euo pipefail

fer=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$fer" train --layout synthetic --model resnet50 --loss amtc3l --sampler mm --size 64 --batch-size 8 --epochs 1 \
  --limit-train 32 --validation 0 --seed 0 --out "$folder/run"
test -s "$folder/run/last.safetensors" -a -s "$folder/run/best.safetensors"
