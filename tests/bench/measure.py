"""Runs commands and measures them: wall time, CPU time, the most memory held."""
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import typing

# Starts the command and writes what it took. Not the benchmark itself: what a process holds counts for its children,
# too, as long as they have not begun to run, and this one holds little.
LAUNCHER = ("import json, os, sys, time\n"
            "start = time.perf_counter()\n"
            "_, status, usage = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)\n"
            "took = time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6\n"
            "with open(sys.argv[1], 'w') as file:\n"
            "    json.dump(took, file)\n"
            "sys.exit(os.waitstatus_to_exitcode(status) & 255)\n")


class Sample(typing.NamedTuple):
    """One run: wall and CPU time in seconds, resident memory in MB at the most."""
    wall: float
    cpu: float
    memory: float


class Samples(list):
    """Runs of one command."""

    def wall(self):
        """The median of the wall times."""
        return statistics.median(sample.wall for sample in self)

    def memory(self):
        """The most memory of all."""
        return max(sample.memory for sample in self)


def run(command, stdin=None):
    """Runs a command, which has to end with status 0; `stdin` is a command, too, whose output it reads."""
    feeder = subprocess.Popen(stdin, stdout=subprocess.PIPE) if stdin else None  # pylint: disable=consider-using-with
    with tempfile.NamedTemporaryFile(prefix="k6apm-bench-") as took, tempfile.TemporaryFile() as errors:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCHER, took.name, *command], check=False,
                              stdin=feeder.stdout if feeder else subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=errors)
        if feeder:
            feeder.stdout.close()
            feeder.wait()
        if done.returncode != 0:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)}: status {done.returncode}\n{errors.read().decode(errors='replace')}")
        return Sample(*json.load(took))


def in_turn(commands, runs):
    """{name: Samples} of {name: command}: one after the other, so often, after a round that does not count."""
    samples = {name: Samples() for name in commands}
    for number in range(runs + 1):
        for name, command in commands.items():
            sample = run(command)
            if number:
                samples[name].append(sample)
    return samples


def machine():
    """One line about the machine."""
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) // 1024
    return (f"{models[0] if models else model}, {os.cpu_count()} processors, {memory} MiB, Linux {platform.release()}, "
            f"load {os.getloadavg()[0]:.1f}")
