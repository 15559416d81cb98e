"""Spools as tests see them: what is in them, runs with them that are held or killed, and a receiver that only compares.

Source: the layout that the headers of the spool describe: DIR/run.json, DIR/NN-PROVIDER/{requests,journal,NNNNNN.body}.
"""
import contextlib
import glob
import json
import os
import shutil
import signal
import stat
import subprocess
import time

import harness
import remote_write_2
from receiver import Answer, Receiver
from result_writers import JsonLines, Metric, Point

KILLED = -signal.SIGKILL
AWAY = Answer(503, body=b"busy")
SHORT = ["--retry-time", "0.2"]
CHECKSUM_CHARACTERS = 17  # with the blank behind it


class Outbox:
    """The directory of one destination."""

    def __init__(self, spool, directory="00-prometheus"):
        self.path = os.path.join(spool, directory)
        self.journal_path = os.path.join(self.path, "journal")

    def journal(self, lines=None):
        """What became of requests: the whole lines, read; all, or so many."""
        try:
            with open(self.journal_path, "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return []
        return [json.loads(line[CHECKSUM_CHARACTERS:]) for line in data.split(b"\n")[:-1][:lines]]

    def requests(self):
        """{number: what is known of it}, of those that were there from the beginning."""
        with open(os.path.join(self.path, "requests"), encoding="utf-8") as file:
            return {request["number"]: request for request in map(json.loads, file)}

    def bodies(self):
        """{number: bytes}."""
        return {int(os.path.basename(path).split(".")[0]): content(path)
                for path in glob.glob(os.path.join(self.path, "*.body"))}

    def settled(self):
        """Numbers of requests that were answered for good."""
        return {line["request"] for line in self.journal() if line.get("what") == "settled"}

    def in_flight(self):
        """Numbers of requests that have left and of which nothing more is known."""
        found = set()
        for line in self.journal():
            if line.get("what") == "sent":
                found.add(line["request"])
            elif "what" in line:
                found.discard(line["request"])
        return found


def is_filled(spool):
    """Whether everything is in it."""
    return os.path.exists(os.path.join(spool, "run.json"))


def content(path):
    """The bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def snapshot(directory):
    """{path: (mode, bytes)} of everything in it and of itself, to be compared."""
    found = {".": (stat.S_IMODE(os.stat(directory).st_mode), None)}
    for where, directories, names in os.walk(directory):
        for name in directories + names:
            path = os.path.join(where, name)
            data = content(path) if name in names else None
            found[os.path.relpath(path, directory)] = (stat.S_IMODE(os.stat(path).st_mode), data)
    return found


def write_run(path, seconds, names=1, first_s=1795000000, name="n{}", step_s=1):
    """A JSON result of one counter with a point every `step_s` for each of so many values of the tag `name`."""
    writer = JsonLines()
    with open(path, "wb") as file:
        file.write(writer.head([Metric("http_reqs", "counter")]))
        for second in range(0, seconds, step_s):
            for i in range(names):
                file.write(writer.row(Point("http_reqs", (first_s + second) * 10**9 + 5 * 10**8, second + i + 1,
                                            {"name": name.format(i)})))
    return path


class Running:
    """A run of the program that has been started; `end` waits for it, `kill` does not."""

    def __init__(self, *args, env=None):
        self.args, self.env = [str(arg) for arg in args], env
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [harness.program(), *self.args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=harness.environment(env))

    def end(self, number=None, timeout=120):
        """Its result; `number` is a signal that is sent before."""
        if number is not None:
            self.process.send_signal(number)
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"k6apm {' '.join(self.args)} did not end: {err.decode(errors='replace')}") from None
        done = subprocess.CompletedProcess(self.args, self.process.returncode, out, err)
        return harness.Result(self.args, done, self.env)

    def kill_after(self, seconds):
        """kill -9; the result, whose status is KILLED where it came in time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.end(signal.SIGKILL)


def wait_until(holds, what, seconds=30):
    """Until holds() says something true, which is the result."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = holds()
        if found:
            return found
        time.sleep(0.002)
    raise AssertionError(f"waited for {what}")


class Body:
    """A request that is only compared: nothing in it is decoded."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.arrived = time.monotonic()
        self.answered = self.answer = None

    def is_question(self):
        """Whether it asks for remote write 2.0."""
        return self.headers.get("content-type") == remote_write_2.CONTENT_TYPE


class Bodies(Receiver):
    """Takes whatever comes."""

    request_type = Body

    def arrived(self):
        """The bodies in order of arrival."""
        return [request.body for request in self.requests]

    def taken(self):
        """Those that were answered with 2xx, in order of arrival."""
        return [request.body for request in self.requests if request.answered is not None
                and request.answer.drop in (None, "silent") and 200 <= request.answer.status < 300]


def take_then(count, then):
    """A script: 204 for so many requests, then one answer for ever."""
    return lambda number, request: Answer() if number < count else then


def copied(spool, target):
    """A copy with the modes of the original."""
    shutil.copytree(spool, target)
    return target


class SpoolTest(harness.Scratch):
    """With a spool, and runs that use it."""

    def setUp(self):
        super().setUp()
        self.spool = os.path.join(self.scratch, "spool")
        self.outbox = Outbox(self.spool)

    def block(self, to, **more):
        """A Prometheus destination for write_run(): one series for each value of `name`."""
        return dict({"provider": "prometheus", "remoteWriteURL": getattr(to, "url", to), "includeDefaultMetrics": False,
                     "resampleRate": 1, "metrics": [{"sourceMetric": "http_reqs", "keepTags": ["name"]}]}, **more)

    def arguments(self, files, blocks, *flags):
        """The command line of a run with the spool and a report."""
        return [*files, "--apm", json.dumps(blocks), "--spool", self.spool, "--json", *flags]

    def run_with(self, files, blocks, *flags, env=None):
        """Runs it."""
        return harness.run(*self.arguments(files, blocks, *flags), env=env)

    def start_with(self, files, blocks, *flags):
        """Starts it; it ends with the test."""
        running = Running(*self.arguments(files, blocks, *flags))
        self.addCleanup(running.process.wait)
        self.addCleanup(running.process.kill)
        return running

    def account(self, result, exit_status, index=0, **wanted):
        """The exit status and a report that adds up; `wanted` are members of the destination, which is returned."""
        self.assertEqual(result.status, exit_status, str(result))
        report = result.report()
        harness.check_sums(self, report)
        self.assertEqual(report["exit_status"], exit_status)
        destination = report["destinations"][index]
        for member, value in wanted.items():
            self.assertEqual(destination[member], value, f"{member}\n{result}")
        return destination

    def whole(self, result, exit_status=0, index=0):
        """Everything was delivered; returns the destination."""
        destination = self.account(result, exit_status, index, status="delivered", points_refused=0, points_kept=0)
        self.assertGreater(destination["points"], 0)
        return destination

    def same(self, bodies, wanted):
        """These bodies, in this order; told by number where they are not."""
        numbers = {body: number for number, body in enumerate(wanted, 1)}
        if bodies != wanted:
            self.assertEqual([numbers.get(body, "another") for body in bodies], list(numbers.values()))

    def written(self, files, block, *flags):
        """The bodies that a run without a spool makes, in their order."""
        with harness.Export(files, block, *flags) as export:
            return [body for _, body in sorted(export.bodies().items())]


class Small(SpoolTest):
    """Four requests."""

    def setUp(self):
        super().setUp()
        self.file = write_run(os.path.join(self.scratch, "run.json"), 200, 3)
        self.files = [self.file]

    def interrupted(self, receiver, *flags, **more):
        """A run that the receiver did not let through; its spool holds everything."""
        result = self.run_with(self.files, self.block(receiver, **more), *SHORT, *flags)
        self.account(result, 5)
        self.assertTrue(is_filled(self.spool))
        return result

    def file_with(self, name, value):
        """JSON in a file outside the spool."""
        return self.write(name, json.dumps(value).encode())
