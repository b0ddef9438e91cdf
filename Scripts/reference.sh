#!/usr/bin/env bash
# Builds the reference of the four libraries from their documentation comments, as one archive for a browser or Xcode.
# DocC is part of the Swift toolchain. A link that leads nowhere, or a parameter left out among others, is an error.
# Usage: reference.sh FOLDER       The archive is FOLDER/FERMetric.doccarchive; any web server shows it.
set -euo pipefail
shopt -s nullglob # not every module extends another

folder=$1
swift=${SWIFT:-swift}
docc=$(xcrun --find docc 2>/dev/null || echo "$(dirname "$(readlink -f "$(command -v "$swift")")")/docc")
[ -x "$docc" ] || { echo "there is no DocC beside '$swift', in $docc" >&2; exit 69; }

mkdir -p "$folder/symbols"
symbols=$(cd "$folder/symbols" && pwd)
options=()
for option in -emit-symbol-graph -emit-symbol-graph-dir "$symbols" -symbol-graph-minimum-access-level public \
  -symbol-graph-skip-synthesized-members -emit-extension-block-symbols; do
  options+=(-Xswiftc "$option")
done
"$swift" build --scratch-path "$folder/build" "${options[@]}"

# Each module on its own, so that links from one lead to another; then all in one.
modules="$folder/modules"
rm -rf "$modules" "$folder/FERMetric.doccarchive"
archives=()
dependencies=()
for module in FERMetric FERMetricBLAS FERMetricDNN FERModels; do
  mkdir -p "$modules/$module"
  cp "$symbols/$module.symbols.json" "$symbols/$module"@*.symbols.json "$modules/$module"
  archive="$modules/$module.doccarchive"
  "$docc" convert --additional-symbol-graph-dir "$modules/$module" --output-path "$archive" \
    --fallback-display-name "$module" --fallback-bundle-identifier "$module" --fallback-default-module-kind Library \
    --enable-experimental-external-link-support ${dependencies[@]+"${dependencies[@]}"} --warnings-as-errors
  archives+=("$archive")
  dependencies+=(--dependency "$archive")
done
"$docc" merge "${archives[@]}" --synthesized-landing-page-name FERMetric --output-path "$folder/FERMetric.doccarchive"
rm -rf "$modules"
echo "written; to read it: python3 -m http.server --directory $folder/FERMetric.doccarchive"
