#!/usr/bin/env bash
# Installs what the peer tests need and is not here yet: `install.sh [peer ...]`, all when none is named. Each peer's folder
# says in its install.sh what it needs, by `debian <package>`, Maven or pip into $build. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
export build="$PWD/.hisbundle/peers"
mkdir -p "$build"
updated=
debian() {
  echo "peers: installing $*"
  [ -n "$updated" ] || apt-get update -qq
  updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
if [ $# -eq 0 ]; then set -- $(for each in test/peers/*/install.sh; do basename "$(dirname "$each")"; done); fi
for name in "$@"; do
  echo "peers: $name"
  # The bench has peers of its own, brought only by name.
  if [ -f "test/peers/$name/install.sh" ]; then . "test/peers/$name/install.sh"; else . "test/bench/peers/$name/install.sh"; fi
done
