#!/usr/bin/env python3
"""On a terminal: progress, charts and colours, and none of them anywhere else. Runs in a pseudo-terminal."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

import harness
import receiver
import summaries

RUN = summaries.results_of("v2.2.0/shop-lite")
APM = '{"provider":"prometheus","remoteWriteURL":"http://localhost:9090/api/v1/write","metrics":["nowhere"]}'
ERASE = b"\r\x1b[K"
COLOURS = (b"\x1b[1;33m", b"\x1b[0m")
BARS = "▁▂▃▄▅▆▇█"


def lines_of(shown):
    """What stays on the terminal: the lines without colours, and without what was erased again."""
    text = re.sub("\x1b\\[[0-9;]*m", "", shown.decode().replace("\r\n", "\n"))
    return [line.split("\r\x1b[K")[-1] for line in text.split("\n")]


def progress_of(shown):
    """The progress lines, one by one."""
    return [piece.split("\r\n")[0] for piece in shown.decode().split("\r\x1b[K") if piece and not piece.startswith("k6apm")]


def on_terminal(*args, env=None, stdout=None, columns=80, apm=APM, dry_run=True):
    """What a run writes to a terminal: (bytes, what went to `stdout` instead)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = harness.environment(env)
    if env is None:
        variables.pop("NO_COLOR")
    with subprocess.Popen([harness.program(), RUN, "--apm", apm, *(["-n"] if dry_run else []), *args], stdin=theirs,
                          stdout=stdout or theirs, stderr=theirs, env=variables) as running:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            shown += piece
        rest = running.stdout.read() if stdout else b""
    os.close(ours)
    return shown, rest


class Terminal(unittest.TestCase):
    """What is for the eye."""

    def test_progress_charts_and_colours(self):
        shown, _ = on_terminal()
        self.assertIn(b"reading: ", shown)
        self.assertIn(ERASE + b"reading: ", shown)
        # The line is taken away before anything else is written.
        before = shown[:shown.index(b"k6apm: ")]
        self.assertTrue(before.endswith(ERASE), shown)
        for colour in COLOURS:
            self.assertIn(colour, shown)
        self.assertTrue(any(bar in shown.decode() for bar in BARS))

    def test_no_line_is_wider_than_the_terminal(self):
        for columns in (60, 80, 160):
            for names in ("apm", "k6"):
                shown, _ = on_terminal("--keep-tags", "name,group", "--names", names, columns=columns, stdout=None)
                table = [line for line in lines_of(shown) if not line.startswith(("k6apm: ", "  hint: "))]
                self.assertIn("METRIC", table[1])
                self.assertLessEqual(max(map(len, table)), columns)
                for line in progress_of(shown):
                    self.assertLess(len(line), columns)

    def test_a_progress_line_never_wraps(self):
        shown, _ = on_terminal(columns=20)
        self.assertTrue(progress_of(shown))
        for line in progress_of(shown):
            if line.startswith("reading"):
                self.assertLessEqual(len(line), 19)
                self.assertTrue(line.endswith("…"), line)

    def test_progress_of_two_destinations(self):
        receivers = [receiver.Receiver(receiver.always(receiver.Answer(delay=delay))) for delay in (0.3, 0.6)]
        for one in receivers:
            self.addCleanup(one.close)
        apm = json.dumps([{"provider": "prometheus", "remoteWriteURL": one.url} for one in receivers])
        shown, _ = on_terminal(apm=apm, dry_run=False, columns=120)
        sending = [line for line in progress_of(shown) if line.startswith("apm[")]
        done = [f"apm[{index}]: 100 % of 48 points, 1 request" for index in range(2)]
        self.assertEqual(sending, [done[0], "; ".join(done)])

    def test_no_color(self):
        shown, _ = on_terminal(env={"NO_COLOR": "1"})
        for colour in COLOURS:
            self.assertNotIn(colour, shown)
        self.assertIn(b"k6apm: warning: ", shown)

    def test_quiet_and_never(self):
        for flags in (["-q"], ["--progress", "never"]):
            self.assertNotIn(b"reading: ", on_terminal(*flags)[0])

    def test_a_table_in_a_pipe_has_no_charts(self):
        shown, table = on_terminal(stdout=subprocess.PIPE)
        self.assertIn(b"reading: ", shown)
        self.assertIn(b"k6_http_reqs", table)
        self.assertFalse(any(bar in table.decode() for bar in BARS))
        self.assertNotIn(b"\x1b", table)

    def test_pipes_only(self):
        result = harness.run(RUN, "--apm", APM, "-n", env={"NO_COLOR": ""})
        self.assertNotIn(b"\x1b", result.out + result.err)
        self.assertNotIn(b"reading: ", result.err)
        forced = harness.run(RUN, "--apm", APM, "-n", "--progress", "always", "--color", "always")
        self.assertIn(b"reading: ", forced.err)
        self.assertIn(COLOURS[0], forced.err)

    def test_standard_input_is_the_terminal(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        with subprocess.Popen([harness.program(), "-", "--apm", APM, "-n", "--progress", "never"], stdin=theirs,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=harness.environment()) as running:
            os.close(theirs)
            first = running.stderr.readline()
            self.assertIn(b"note: RESULT is -: reading what is typed on this terminal", first)
            os.write(ours, b"\x04")  # Ctrl-D: the end of the input
            self.assertIn(b"standard input: is empty", running.stderr.read())
        self.assertEqual(running.returncode, 3)


if __name__ == "__main__":
    unittest.main()
