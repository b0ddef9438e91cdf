#!/usr/bin/env bash
# Checks the version of Swift, shows which Debian packages the default build needs and this machine lacks, and installs
# them. Asks first when there is a terminal; goes ahead with CI=true or YES=1.
set -euo pipefail

packages=(libopenblas-dev liblapacke-dev libdnnl-dev libturbojpeg0-dev libpng-dev)

swift=${SWIFT:-swift}
if ! command -v "$swift" >/dev/null; then
  echo "FERMetric needs Swift 6.3 or later, and there is no '$swift' in PATH: https://www.swift.org/install" >&2
  exit 69
fi
version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
if [ -n "$version" ] && [ "$(printf '%s\n' 6.3 "$version" | sort -V | head -n 1)" != 6.3 ]; then
  echo "FERMetric needs Swift 6.3 or later, and '$swift' is Swift $version: https://www.swift.org/install" >&2
  exit 69
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  [ "$(uname)" = Darwin ] && exit 0
  cat >&2 <<NEEDS
This is not a Debian-like system, so nothing is installed. The build needs headers and libraries of:
OpenBLAS, LAPACKE, oneDNN 2.6 or later, libjpeg-turbo (TurboJPEG) and libpng.
NEEDS
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Missing Debian packages; as root, run: apt-get install ${missing[*]}" >&2
    exit 77
  fi
  root=(sudo)
fi

echo "Missing Debian packages: ${missing[*]}"
if [ "${CI:-}" != true ] && [ "${YES:-}" != 1 ]; then
  if [ ! -t 0 ]; then
    echo "Install them with: ${root[*]} apt-get install ${missing[*]}   (or say YES=1)" >&2
    exit 69
  fi
  read -r -p "Install them with ${root[*]} apt-get? [Y/n] " answer
  case "$answer" in
  '' | [yY]*) ;;
  *)
    echo "Nothing was installed." >&2
    exit 69
    ;;
  esac
fi

install_missing() {
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
}

# A fresh machine has no package lists, an old one stale lists; either way the cure is an update.
install_missing || { "${root[@]}" apt-get update --quiet && install_missing; }
