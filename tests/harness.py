"""Runs k6apm for the outside tests.

Environment: K6APM is the program under test; K6APM_QUICK=1 runs a small part of the long tests (for slow builds);
TESTDATA the directory of real runs.
"""
import atexit
import functools
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import oracle
import secret_scan

QUICK = os.environ.get("K6APM_QUICK") == "1"
# Starts the program and tells what it took. Not this process: what a process holds counts for its children, too, as
# long as they have not begun to run.
MEASURE = ("import json, resource, subprocess, sys, time\n"
           "start = time.monotonic()\n"
           "status = subprocess.call(sys.argv[2:])\n"
           "took = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024\n"
           "with open(sys.argv[1], 'w') as file:\n"
           "    json.dump(took, file)\n"
           "sys.exit(status)\n")
NOWHERE = "http://127.0.0.1:9/api/v1/write"  # no request may ever go there


def program():
    """The program under test."""
    path = os.environ.get("K6APM")
    if not path:
        sys.exit("set K6APM to the program under test, as in K6APM=build/release/src/k6apm")
    return os.path.abspath(path)


@functools.cache
def path_without_k6():
    """The PATH, on which k6apm finds no k6: a directory that has one gives way to links to all else in it."""
    kept = []
    for directory in os.environ["PATH"].split(os.pathsep):
        if os.path.exists(os.path.join(directory, "k6")):
            links = tempfile.mkdtemp(prefix="k6apm-path-")
            atexit.register(shutil.rmtree, links)
            os.chmod(links, 0o755)
            for name in os.listdir(directory):
                if name != "k6":
                    os.symlink(os.path.join(os.path.abspath(directory), name), os.path.join(links, name))
            directory = links
        kept.append(directory)
    return os.pathsep.join(kept)


def environment(extra=None):
    """The environment of every run: nothing of the person's own settings."""
    env = {"PATH": path_without_k6(), "LC_ALL": "C", "NO_COLOR": "1", "TZ": "UTC", "HOME": "/nonexistent"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(extra or {})
    return env


class Result:
    """How a run ended. No secret that it was given with `args` and `env` has come out."""

    seconds = mib = None  # where it was measured: how long it took, the most memory it held

    def __init__(self, args, done, env=None):
        self.args_text = " ".join(args)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        leaks = secret_scan.leaks(args, env, self.out + b"\n" + self.err)
        if leaks:
            raise AssertionError(f"{self}: secrets came out: {leaks}")

    def report(self):
        """The report of --json, whose account of the points read adds up."""
        try:
            report = json.loads(self.out)
        except ValueError as error:
            raise AssertionError(f"{self}: no report on standard output") from error
        points, in_inputs = report["points"], sum(entry["points"] for entry in report["inputs"])
        if not points["read"] == in_inputs == points["exported"] + sum(points["left_out"].values()):
            raise AssertionError(f"{self}: {points}, and {in_inputs} in the inputs")
        return report

    def __str__(self):
        return (f"k6apm {self.args_text}\nstatus {self.status}\n--- stdout\n{self.out[:3000].decode(errors='replace')}"
                f"\n--- stderr\n{self.err[:3000].decode(errors='replace')}")


def run(*args, env=None, stdin=None, timeout=120):
    """Runs k6apm. `stdin` is bytes."""
    args = [str(arg) for arg in args]
    done = subprocess.run([program(), *args], input=stdin if stdin is not None else b"", capture_output=True,
                          env=environment(env), timeout=timeout, check=False)
    return Result(args, done, env)


def measured(*args, env=None, stdin=None, timeout=120):
    """Runs k6apm and measures it. A timeout is a failure, and ends the program, too."""
    args = [str(arg) for arg in args]
    with tempfile.NamedTemporaryFile(prefix="k6apm-cost-") as cost:
        command = [sys.executable, "-I", "-S", "-c", MEASURE, cost.name, program(), *args]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment(env), start_new_session=True)
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise AssertionError(f"k6apm {' '.join(args)} took more than {timeout} s") from None
        result = Result(args, subprocess.CompletedProcess(command, process.returncode, out, err), env)
        result.seconds, result.mib = json.load(cost)
    return result


class Scratch(unittest.TestCase):
    """With a directory for files."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def write(self, name, data):
        path = os.path.join(self.scratch, name)
        with open(path, "wb") as file:
            file.write(data)
        return path


class Export:
    """A run with -o and --json: `report`, `result`, and the directory of the first destination. With `thresholds` the
    block and they come from a file of options. `runner` is run or measured, `how` what it takes by name."""

    def __init__(self, files, apm, *flags, thresholds=None, runner=run, **how):
        self.scratch = tempfile.TemporaryDirectory(prefix="k6apm-test-")
        self.out = os.path.join(self.scratch.name, "out")
        if "provider" not in apm:
            apm = dict({"provider": "prometheus", "remoteWriteURL": NOWHERE}, **apm)
        block = ["--apm", json.dumps(apm)]
        if thresholds is not None:
            block = ["-s", os.path.join(self.scratch.name, "options.json")]
            with open(block[1], "w", encoding="utf-8") as file:
                json.dump({"thresholds": thresholds, "ext": {"loadimpact": {"apm": [apm]}}}, file)
        self.result = runner(*files, *block, "-o", self.out, "--json", *flags, **how)
        if self.result.status not in (0, 1):
            raise AssertionError(str(self.result))
        self.report = self.result.report()
        self.directory = os.path.join(self.out, "00-" + apm["provider"])

    def bodies(self):
        """{name of the file: its bytes}."""
        found = {}
        for path in glob.glob(os.path.join(self.directory, "*.body")):
            with open(path, "rb") as file:
                found[os.path.basename(path)] = file.read()
        return found

    def sidecars(self):
        """The .json files beside the bodies, in order."""
        found = []
        for path in sorted(glob.glob(os.path.join(self.directory, "*.json"))):
            with open(path, encoding="utf-8") as file:
                found.append(json.load(file))
        return found

    def series(self):
        """{(name, labels): [(ts, value)]} without stale markers."""
        return {key: [(ts, value) for ts, value, stale in samples if not stale]
                for key, samples in oracle.read_bodies(self.directory)[0].items()}

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.scratch.cleanup()


def check_sums(test, report):
    """The report adds up."""
    for destination in report["destinations"]:
        if destination["status"] in ("disabled", "dry-run"):
            continue
        test.assertEqual(destination["points"], destination["points_delivered"] + destination["points_refused"]
                         + destination["points_kept"], destination)
        test.assertEqual(destination["points"], sum(metric["points"] for metric in destination["metrics"]), destination)
        test.assertEqual(destination["series"], sum(metric["series"] for metric in destination["metrics"]), destination)


def free_port():
    """A TCP port of the loopback interface that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
