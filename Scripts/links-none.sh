#!/usr/bin/env bash
# Fails when a program links one of the optional system libraries.
# Usage: links-none.sh PROGRAM
set -euo pipefail

[ "$(uname)" = Linux ] || exit 0
[ -e "$1" ] || { echo "$1 does not exist" >&2; exit 66; }

if linked=$(ldd "$1" | grep -E 'openblas|lapack|dnnl|turbojpeg|libpng'); then
  printf '%s links what it should not:\n%s\n' "$1" "$linked" >&2
  exit 1
fi
echo "$1 links none of openblas, lapacke, dnnl, turbojpeg, png"
