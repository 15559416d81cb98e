#!/bin/sh
# Everything that continuous integration runs, on a fresh Debian 12: installs what is missing, builds three times and
# runs all tests. A line per stage; the first failure prints its log and ends the run.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=tests/packages.sh
. tests/packages.sh

# shellcheck disable=SC2086
install_packages $build_packages $test_packages

started=$(date +%s)
mkdir -p build
log=$PWD/build/run.log

# stage TITLE COMMAND...: runs the command with its output in the log.
stage() {
  title=$1
  shift
  before=$(date +%s)
  if "$@" >"$log" 2>&1; then
    now=$(date +%s)
    printf '%-58s %4d s   %5d s in all\n' "$title" $((now - before)) $((now - started))
  else
    status=$?
    cat "$log"
    printf '%s: failed with status %d\n' "$title" "$status"
    exit 1
  fi
}

# build PRESET [OPTION...]
build() {
  cmake --preset "$@" && cmake --build --preset "$1"
}

# The rooms that run on several threads, and the program.
threaded_tests='unit_k6 unit_delivery'
build_threads() {
  # shellcheck disable=SC2086
  cmake --preset tsan && cmake --build --preset tsan --target k6apm $threaded_tests
}

# A few seconds of real fuzzing, beginning with the corpus: enough to see that the targets work.
fuzz() {
  for target in build/dev/tests/fuzz_*; do
    name=${target##*/fuzz_}
    mkdir -p "build/dev/found/$name"
    echo "$name"
  done | xargs -P 2 -I '{}' sh -c '"build/dev/tests/fuzz_$1" -max_total_time=5 -artifact_prefix=build/dev/found/ \
    "build/dev/found/$1" "tests/corpus/$1"' fuzz '{}'
}

no_unfinished_work() {
  ! grep -rnE 'TO''DO|FIX''ME' src tests/*.py tests/*.sh tests/unit tests/bench
}

# Parsers that are held against each other run on one thread.
threaded_units() {
  build/tsan/tests/unit_k6 -sfe='*agreement_test.cpp' & units_of_k6=$!
  build/tsan/tests/unit_delivery && wait "$units_of_k6"
}

# The three instances as JSON, as CSV, and some of either; and one as a plain file, of which each thread reads its part.
threaded_run() {
  runs=testdata/segments/no-instance-tag
  plain=build/tsan/plain.json
  gzip -dc "$runs"/*-1/results.json.gz >"$plain"
  for threads in 1 2 8; do
    for inputs in "$runs/*/results.json.gz" "$runs/*/results.csv.gz" "$runs/*-1/results.csv.gz $runs/*-[23]/*.json.gz" \
      "$plain"; do
      # shellcheck disable=SC2086
      K6APM_BLOCK_SIZE=4096 TSAN_OPTIONS=halt_on_error=1 build/tsan/src/k6apm -n -q --threads "$threads" \
        --keep-tags name,status --apm '{"provider":"prometheus","remoteWriteURL":"http://localhost:9090/api/v1/write"}' \
        $inputs || return 1
    done
  done
}

# Many tests wait for servers and time limits: hence twice as many at a time as there are processors.
# Unit tests and corpora run once, with the sanitizers. tsan compiles each file by itself, as one who works on it does.
stage 'release: build, warnings of GCC are errors' build release -DK6APM_WERROR=ON -DK6APM_PCH=ON -DK6APM_UNIT_TESTS=OFF \
  -DCMAKE_UNITY_BUILD=ON
stage 'release: oracle, servers, delivery, command line' ctest --preset release --no-tests=error -j4
stage 'dev (ASan, UBSan): build, warnings of clang are errors' build dev -DCMAKE_UNITY_BUILD=ON
stage 'dev: unit tests, corpora, quick oracle, command line' ctest --preset dev --no-tests=error -j4
stage 'dev: five seconds of fuzzing each' fuzz
stage 'tsan: build' build_threads
stage 'tsan: unit tests' threaded_units
stage 'tsan: several threads' threaded_run
stage 'clang-tidy' python3 tests/tidy.py build/tsan
stage 'nothing left unfinished' no_unfinished_work
stage 'benchmark, smallest form' python3 tests/bench/bench.py --k6apm build/release/src/k6apm --size 5M --runs 1
stage 'quick start, second time' sh tests/quickstart.sh
