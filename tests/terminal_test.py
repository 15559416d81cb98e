#!/usr/bin/env python3
"""On a terminal: progress, charts and colours, and none of them anywhere else. Runs in a pseudo-terminal."""
import os
import pty
import subprocess
import unittest

import harness
import summaries

RUN = summaries.results_of("v2.2.0/shop-lite")
APM = '{"provider":"prometheus","remoteWriteURL":"http://localhost:9090/api/v1/write","metrics":["nowhere"]}'
ERASE = b"\r\x1b[K"
COLOURS = (b"\x1b[1;33m", b"\x1b[0m")
BARS = "▁▂▃▄▅▆▇█"


def on_terminal(*args, env=None, stdout=None):
    """What a run writes to a terminal: (bytes, what went to `stdout` instead)."""
    ours, theirs = pty.openpty()
    variables = harness.environment(env)
    if env is None:
        variables.pop("NO_COLOR")
    with subprocess.Popen([harness.program(), RUN, "--apm", APM, "-n", *args], stdin=theirs,
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
