#!/usr/bin/env python3
"""--start-at, --end-at and offsets: a moved run is exported as if k6 had written it at that time, and a pipe as a file.

What is expected comes from a copy of the results whose times were rewritten here, each by the same nanoseconds.
"""
import datetime
import gzip
import os
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import harness
import k6_lines
import k6_time
import oracle
import summaries

BLOCK = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "status", "check", "group"]}]}
RUN = "v2.2.0/shop-lite"
SECOND = 10**9
STAMP = re.compile(rb'("time":")([^"]+)(")')


def text_of(time_ns):
    """Nanoseconds since the Unix epoch -> RFC 3339 with nine decimals."""
    seconds, nanoseconds = divmod(time_ns, SECOND)
    days, seconds = divmod(seconds, 86400)
    date = datetime.date.fromordinal(k6_time.EPOCH_DAY + days)
    return (f"{date.isoformat()}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            f".{nanoseconds:09}Z")


def rewritten(data, move_ns):
    """The same results with every time moved."""
    return STAMP.sub(lambda found: found.group(1) + text_of(
        k6_time.parse_time(found.group(2).decode()) + move_ns).encode() + found.group(3), data)


def times_of(data):
    """The first and the last time of all points."""
    times = [k6_time.parse_time(found.group(2).decode()) for found in STAMP.finditer(data)]
    return min(times), max(times)


def without_zeros(text):
    """As the report writes it: only the decimals that are needed."""
    return text[:-1].rstrip("0").rstrip(".") + "Z"


class Move(unittest.TestCase):
    """Every exported point belongs to the run, so its first and last time are those of all lines."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name
        self.data = k6_lines.read_bytes(summaries.results_of(RUN))
        self.first, self.last = times_of(self.data)
        self.plain = self.write("run.json", self.data)

    def write(self, name, data):
        path = os.path.join(self.scratch, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def export(self, files, *flags, env=None, stdin=None):
        """(bodies, first and last of the report, what the sidecars say)."""
        with harness.Export(files, BLOCK, *flags, env=env, stdin=stdin) as export:
            self.assertEqual(export.result.status, 0, str(export.result))
            run = export.report["run"]
            return export.bodies(), (run["first"], run["last"]), export.sidecars()

    def fifo(self, name, data):
        """A named pipe that gives `data` once."""
        path = os.path.join(self.scratch, name)
        os.mkfifo(path)

        def give():
            with open(path, "wb") as file:
                file.write(data)

        writer = threading.Thread(target=give, daemon=True)
        writer.start()
        self.addCleanup(writer.join, 10)
        return path

    def test_moved_is_as_if_written_at_that_time(self):
        """By a nanosecond, within a window, by years, across the epoch, beyond what 32 bits of seconds hold."""
        moves = {"--start-at": [self.first + 1, self.first + 1_500_000_000, 0, -5 * SECOND - 1],
                 "--end-at": [self.last - 1, 3 * SECOND, -1, 2**32 * SECOND + 123, 2**33 * SECOND]}
        packed = self.write("run.gz", gzip.compress(self.data))
        for flag, targets in moves.items():
            for target in targets:
                with self.subTest(flag=flag, target=text_of(target)):
                    move = target - (self.first if flag == "--start-at" else self.last)
                    path = self.write("moved.json", rewritten(self.data, move))
                    expected = self.export([path])
                    self.assertEqual(expected[1], (without_zeros(text_of(self.first + move)),
                                                   without_zeros(text_of(self.last + move))))
                    self.assertEqual(expected, self.export([self.plain], flag, text_of(target), "--threads", "1"))
                    self.assertEqual(expected, self.export([packed], flag, text_of(target), "--threads", "4"))
                    self.assertEqual(expected, self.export(["-"], flag, text_of(target), stdin=gzip.compress(self.data)))

    def test_the_oracle_agrees(self):
        for target in (1_893_456_000 * SECOND + 1, -3 * SECOND):
            with self.subTest(target=text_of(target)):
                path = self.write("moved.json", rewritten(self.data, target - self.last))
                with harness.Export([self.plain], BLOCK, "--end-at", text_of(target)) as export:
                    self.assertEqual(oracle.compare(export.directory, oracle.Expected([path], BLOCK)), [])

    def test_offsets(self):
        for flags, move in ((("--start-at", "+1h"), 3600 * SECOND), (("--start-at", "+0s"), 0),
                            (("--end-at", "+1h0.5s"), self.first + 3600 * SECOND + SECOND // 2 - self.last),
                            (("--end-at", "+0s"), self.first - self.last)):
            with self.subTest(flags=flags):
                expected = self.export([self.write("moved.json", rewritten(self.data, move))])
                self.assertEqual(expected, self.export([self.plain], *flags))
                self.assertEqual(expected, self.export(["-"], *flags, stdin=self.data))

    def test_now(self):
        for flag, index in (("--start-at", 0), ("--end-at", 1)):
            with self.subTest(flag=flag):
                before = time.time_ns()
                _, run, _ = self.export([self.plain], flag, "now")
                after = time.time_ns()
                run = [k6_time.parse_time(text) for text in run]
                self.assertTrue(before <= run[index] <= after, (before, run, after))
                self.assertEqual(run[1] - run[0], self.last - self.first)

    def test_selection_is_by_the_times_of_the_file(self):
        """In lines that are not in time order, so that each bound is known only at the end."""
        lines = self.data.splitlines(True)
        mixed = self.write("mixed.json", b"".join(lines[1::2] + lines[0::2]))
        start, end = self.first + 2 * SECOND, self.first + 5 * SECOND
        inside = [k6_time.parse_time(found.group(2).decode()) for found in STAMP.finditer(self.data)]
        inside = [when for when in inside if start <= when < end]
        target = 1_893_456_000 * SECOND
        for flag, bound in (("--start-at", min(inside)), ("--end-at", max(inside))):
            move = target - bound
            path = self.write("moved.json", rewritten(self.data, move))
            expected = self.export([path], "--from", text_of(start + move), "--to", text_of(end + move))
            self.assertIn(without_zeros(text_of(target)), expected[1])
            for range_flags in (("--from", text_of(start), "--to", text_of(end)), ("--from", "+2s", "--to", "+5s"),
                                ("--from", text_of(start), "--to", "+5s")):
                with self.subTest(flag=flag, range=range_flags):
                    flags = (flag, text_of(target), *range_flags)
                    # Which of two values of a gauge at the same time is the later depends on the order of lines.
                    for path in (self.plain, mixed):
                        self.assertEqual(expected[1], self.export([path], *flags)[1])
                    self.assertEqual(expected, self.export([self.plain], *flags))
                    self.assertEqual(expected, self.export(["-"], *flags, "--threads", "4", stdin=self.data))

    def test_several_files_move_as_one(self):
        paths = [summaries.results_of(run) for run in summaries.INSTANCES]
        contents = [k6_lines.read_bytes(path) for path in paths]
        last = max(times_of(data)[1] for data in contents)
        target = 1_893_456_000 * SECOND + 7
        moved = [self.write(f"moved-{i}.json", rewritten(data, target - last)) for i, data in enumerate(contents)]
        expected = self.export(moved)
        self.assertEqual(expected, self.export(paths, "--end-at", text_of(target)))
        pipes = [self.fifo("one", gzip.compress(contents[0])), "-", self.fifo("three", contents[2])]
        self.assertEqual(expected, self.export(pipes, "--end-at", text_of(target), stdin=contents[1]))
        self.assertEqual(expected, self.export([paths[0], "-", paths[2]], "--end-at", text_of(target),
                                               stdin=gzip.compress(contents[1])))

    def test_the_report_of_a_pipe_is_that_of_the_file(self):
        packed = gzip.compress(self.data)
        for data in (self.data, packed, packed[:-2000], packed + b"tail", self.data[:-30]):
            path = self.write("plain", data)
            found = []
            for files, stdin in (([path], None), (["-"], data), ([self.fifo(f"pipe{len(data)}", data)], None)):
                with harness.Export(files, BLOCK, "--end-at", "2030-01-01T00:00:00Z", stdin=stdin) as export:
                    report = export.report
                    self.assertEqual(report["inputs"][0].pop("path"), files[0])
                    found.append((report["inputs"], report["run"], export.bodies()))
            self.assertEqual(found[0], found[1])
            self.assertEqual(found[0], found[2])
            self.assertEqual(found[0][0][0]["bytes"], len(data))

    def test_nothing_stays_in_tmpdir(self):
        place = os.path.join(self.scratch, "tmp")
        os.mkdir(place)
        result = harness.run("-", "--apm", '{"provider":"prometheus","remoteWriteURL":"%s"}' % harness.NOWHERE, "-n", "-v",
                             "--end-at", "now", stdin=self.data, env={"TMPDIR": place})
        self.assertEqual(result.status, 0, str(result))
        self.assertIn(f"kept in a temporary file in {place}", result.err.decode())
        self.assertEqual(os.listdir(place), [])

    def test_no_room(self):
        """A limit on the size of files is as good as a full disk."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        self.assertGreater(len(self.data), 200_000)
        done = subprocess.run(
            [harness.program(), "-", "--apm", '{"provider":"prometheus","remoteWriteURL":"%s"}' % harness.NOWHERE, "--json",
             "--end-at", "now"], input=self.data, capture_output=True, env=harness.environment({"TMPDIR": self.scratch}),
            timeout=60, check=False, preexec_fn=limit)
        result = harness.Result(["-"], done)
        self.assertEqual(result.status, 3, str(result))
        self.assertEqual(result.report()["exit_status"], 3)
        self.assertIn(f"standard input: comes only once, is needed twice and cannot be kept in {self.scratch}: File too large",
                      result.err.decode())
        self.assertIn("hint: set TMPDIR to a directory with room, or give the result as a file", result.err.decode())

    def test_what_needs_no_time_keeps_nothing(self):
        """A pipe is copied only where it has to be: here there is nowhere to copy it to."""
        for flags in ((), ("--from", text_of(self.first)), ("--to", text_of(self.last))):
            with self.subTest(flags=flags):
                self.export(["-"], *flags, stdin=self.data, env={"TMPDIR": os.path.join(self.scratch, "nothing")})


if __name__ == "__main__":
    unittest.main()
