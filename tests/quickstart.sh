#!/bin/sh
# From a fresh Debian 12 to the first converted run: installs what is missing, builds, and shows what would be sent.
# Needs no server. A second run only shows.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=tests/packages.sh
. tests/packages.sh

# Prints a command as one would type it, then runs it.
show() {
  printf '\n$'
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./:=@%+,-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  "$@"
}

# shellcheck disable=SC2086
install_packages $build_packages
log=$(mktemp)
scratch=$(mktemp -d)
trap 'rm -rf "$log" "$scratch"' EXIT
echo "building into build/release (some minutes on two processors the first time)"
if ! { cmake --preset release -DCMAKE_UNITY_BUILD=ON && cmake --build --preset release --target k6apm; } >"$log" 2>&1; then
  cat "$log"
  exit 1
fi

export PATH="$PWD/build/release/src:$PATH"
run=testdata/v2.2.0/shop-lite/results.json.gz
apm='{"provider":"prometheus","remoteWriteURL":"http://localhost:9090/api/v1/write"}'
show k6apm "$run" --apm "$apm" -n
show k6apm "$run" --apm "$apm" -o "$scratch/payloads"
show cat "$scratch/payloads/00-prometheus/000001.json"
body=$scratch/payloads/00-prometheus/000001.body
printf "\n$ k6apm --decode %s | grep -v '^#' | head -n 20\n" "$body"
k6apm --decode "$body" >"$scratch/decoded"
grep -v '^#' "$scratch/decoded" | head -n 20
printf '\nThe program is build/release/src/k6apm. Without -n and -o it delivers.\n'
