#!/usr/bin/env python3
"""Times k6apm against `wc -l` on the same file, both from the page cache.

    bench.py [--k6apm PROGRAM] [--size 1G] [--runs 5] [--file FILE] [--limit RATIO]

Makes the file out of a real run where it is not there (make_data.py), reads it once to warm the cache, then runs the
commands in turn, `--runs` times each after one run that does not count. Prints the median of the wall times, their
ratio to `wc -l`, and the largest resident memory. With --limit the status is 1 where the first k6apm row takes more
than so many times the time of `wc -l`, or 64 MB.
"""
import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import make_data

APM = '{"provider":"prometheus","remoteWriteURL":"http://localhost:9090/api/v1/write"}'
MEMORY_LIMIT_KB = 64 * 1000 * 1000 // 1024


def measure(command):
    """Runs a command; (wall seconds, CPU seconds, largest resident memory in KiB)."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {process.returncode}\n{errors.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def machine():
    """One line about the machine."""
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) // 1024
    return f"{models[0] if models else model}, {os.cpu_count()} processors, {memory} MiB, Linux {platform.release()}"


def main():
    """Command line."""
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--k6apm", default=os.path.join(here, "..", "..", "build", "release", "src", "k6apm"))
    parser.add_argument("--size", default="1G")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--run", default=make_data.RUN)
    parser.add_argument("--file", help="use this file, and make it where it is not there")
    parser.add_argument("--limit", type=float)
    args = parser.parse_args()
    if not shutil.which(args.k6apm):
        sys.exit(f"{args.k6apm} is not there: build it first, or name it with --k6apm")
    scratch = tempfile.TemporaryDirectory(prefix="k6apm-bench-")  # pylint: disable=consider-using-with
    path = args.file or os.path.join(scratch.name, "results.json")
    if not os.path.exists(path):
        make_data.make(args.run, make_data.parse_size(args.size), path)
    k6apm = os.path.abspath(args.k6apm)
    rows = {"wc -l": ["wc", "-l", path],
            "k6apm -n, default metrics": [k6apm, "-n", "-q", "--apm", APM, path],
            "k6apm -n, 1 thread": [k6apm, "-n", "-q", "--threads", "1", "--apm", APM, path],
            "k6apm -n, by name and status": [k6apm, "-n", "-q", "--keep-tags", "name,status", "--apm", APM, path]}
    times = {name: [] for name in rows}
    for number in range(args.runs + 1):
        for name, command in rows.items():
            result = measure(command)
            if number:
                times[name].append(result)
    base = statistics.median(wall for wall, _, _ in times["wc -l"])
    print(machine())
    print(f"{os.path.getsize(path)} bytes, median of {args.runs}, file in the page cache")
    print(f"{'':32}{'wall s':>9}{'min':>9}{'max':>9}{'cpu s':>9}{'MB/s':>8}{'x wc':>7}{'MiB RSS':>9}")
    for name, results in times.items():
        walls = [wall for wall, _, _ in results]
        wall = statistics.median(walls)
        print(f"{name:32}{wall:9.3f}{min(walls):9.3f}{max(walls):9.3f}"
              f"{statistics.median(cpu for _, cpu, _ in results):9.3f}{os.path.getsize(path) / wall / 1e6:8.0f}"
              f"{wall / base:7.2f}{max(memory for _, _, memory in results) / 1024:9.1f}")
    checked = times["k6apm -n, default metrics"]
    ratio = statistics.median(wall for wall, _, _ in checked) / base
    if args.limit and (ratio > args.limit or max(memory for _, _, memory in checked) > MEMORY_LIMIT_KB):
        sys.exit(f"over the limit of {args.limit} times wc -l or {MEMORY_LIMIT_KB} KiB")
    scratch.cleanup()


if __name__ == "__main__":
    main()
