#!/usr/bin/env bash
# A client of the losses must fetch no package but this one and link no system library, whether it names this
# repository by path or by version. Builds the example `losses` as such a client, both ways, and runs it.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
swift=${SWIFT:-swift}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# build_client NAME DEPENDENCY FETCHED: the package NAME names this repository by DEPENDENCY and fetches FETCHED.
build_client() {
  local client="$temporary/$1"
  mkdir -p "$client/Sources"
  cp -R "$root/Examples/Sources/losses" "$client/Sources/client"
  cat >"$client/Package.swift" <<MANIFEST
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "$1", platforms: [.macOS(.v15)], dependencies: [$2],
  targets: [.executableTarget(name: "client", dependencies: [.product(name: "FERMetric", package: "FERMetric")])])
MANIFEST
  "$swift" build --package-path "$client" --disable-dependency-cache -c release
  "$root/Scripts/links-none.sh" "$client/.build/release/client"
  "$client/.build/release/client"
  local fetched
  fetched=$(ls "$client/.build/checkouts" 2>/dev/null | tr '\n' ' ')
  if [ "$fetched" != "$3" ]; then
    echo "the client $1 fetched '$fetched' instead of '$3'" >&2
    exit 1
  fi
}

build_client by-path ".package(name: \"FERMetric\", path: \"$root\")" ""

# A repository that holds this tree under a version.
origin="$temporary/origin/FERMetric"
mkdir -p "$origin"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  [ ! -e "$file" ] || printf '%s\0' "$file" # deleted and not yet committed
done | tar --null --files-from=- --create --file=-) | tar -x -C "$origin" -f -
# Whoever signs commits and tags elsewhere is not asked for a key here.
in_origin=(git -C "$origin" -c user.name=client -c user.email=client@localhost -c commit.gpgsign=false -c tag.gpgsign=false)
"${in_origin[@]}" init --quiet
"${in_origin[@]}" add --all
"${in_origin[@]}" commit --quiet --message "This tree"
"${in_origin[@]}" tag 0.1.0

build_client by-version ".package(url: \"file://$origin\", exact: \"0.1.0\")" "FERMetric "
