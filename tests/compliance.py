"""What the tests of Prometheus' compliance suites have in common: the list of their rows, made-up runs, deliveries.

testdata/compliance/rows.json lists every row of the sender suites with our verdict:
    held              a test holds the program to it, in a pusher's form
    replaced          the row fits a scraper only; a test holds the program to what stands for it, which `how` says
    not sent          it is about something that the program never sends, which a test sees to
    not for a pusher  `how` says why; there is no test

Source: prometheus/compliance, remotewrite/sender (commit 67b8327a; the 1.0 suite: before commit 3de836d2).
"""
import json
import os
import struct
import tempfile

import harness
import remote_write_2
from receiver import Answer, Receiver
from result_writers import JsonLines, Metric, Point

ROWS_FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "testdata", "compliance", "rows.json")
TESTED = ("held", "replaced", "not sent")
VERDICTS = (*TESTED, "not for a pusher")

START_S = 1_700_000_001  # where windows of 1 and 3 s begin
METRICS = [Metric("orders", "counter"), Metric("queue", "gauge"), Metric("passed", "rate"), Metric("wait", "trend", "time")]
EVERYTHING = {"includeDefaultMetrics": False, "resampleRate": 1, "metrics": ['{__name__=~".+"}']}
QUICKLY = ["--retry-time", "20", "--timeout", "5"]


def listed():
    """The list of rows."""
    with open(ROWS_FILE, encoding="utf-8") as file:
        return json.load(file)


def rows_of(suite, groups=None):
    """The rows of "1.0" or "2.0", those of some groups."""
    return [each for each in listed()["rows"] if each["suite"] == suite and (groups is None or each["group"] in groups)]


def row(*names):
    """Says which rows a test holds the program to."""
    def mark(test):
        test.rows = names
        return test
    return mark


def tested_rows(*classes):
    """The rows that the tests of these classes name."""
    return {name for each in classes for method in vars(each).values() for name in getattr(method, "rows", ())}


def point(metric, second, value, tags=None):
    """So many seconds after START_S."""
    return Point(metric, round((START_S + second) * 10**9), value, tags or {})


def mixed_run(seconds=10):
    """Points of all four types, two tag sets each."""
    return [point(metric, second + 0.25, value, {"page": page}) for second in range(seconds) for page in ("a", "b")
            for metric, value in (("orders", 2.0), ("queue", second / 7), ("passed", second % 2), ("wait", 1.5 * second),
                                  ("wait", 3.0))]


def bits(value):
    """The 64 bits of a double."""
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def version_of(request):
    """1 or 2."""
    return 1 if request.decoded is None else 2


def written(request):
    """The headers that a 2.0 receiver has to answer with where it has stored everything."""
    return remote_write_2.written(request.decoded.samples())


def take(request):
    """204, in 2.0 with what was written."""
    return Answer(204, written(request) if request.decoded else None)


def answering(script):
    """The same script, but where it gives nothing the request is taken."""
    return lambda number, request: script(number, request) or take(request)


def at_first(*answers):
    """The answers one after another, then everything is taken."""
    return answering(lambda number, request: answers[number] if number < len(answers) else None)


def knowing_2(script):
    """A receiver of 2.0 that says so when it is asked."""
    return Receiver(script, on_question=Answer(204, remote_write_2.written(0)))


class Pushing(harness.Scratch):
    """Pushes made-up runs. A class for each version of the protocol says which, and by which flags."""

    version = 1
    flags = ()

    def results(self, points, metrics=None):
        """Writes a run; returns its path."""
        writer = JsonLines()
        handle, path = tempfile.mkstemp(".json", dir=self.scratch)
        os.close(handle)
        return self.write(os.path.basename(path),
                          writer.head(metrics or METRICS) + b"".join(writer.row(each) for each in points))

    def receiver(self, script=None):
        """One that takes this version; without a script it takes everything."""
        script = script or at_first()
        return knowing_2(script) if self.version == 2 else Receiver(script)

    def push(self, receiver, points, *flags, metrics=None, apm=None):
        """Delivers a run with all its tags; `points` may be the path of a file, `receiver` a URL."""
        path = points if isinstance(points, str) else self.results(points, metrics)
        block = {"provider": "prometheus", "remoteWriteURL": getattr(receiver, "url", receiver)} | EVERYTHING | (apm or {})
        return harness.run(path, "--apm", json.dumps(block), "--json", "--keep-tags", "all", *self.flags, *flags)

    def account(self, result, status, state):
        """The exit status and a report that adds up; returns the destination."""
        self.assertEqual(result.status, status, str(result))
        harness.check_sums(self, result.report())
        destination = result.report()["destinations"][0]
        self.assertEqual(destination["status"], state, str(result))
        return destination

    def delivered(self, receiver, points, *flags, **how):
        """Delivers everything; returns the requests. All are in the version of this class."""
        result = self.push(receiver, points, *flags, **how)
        destination = self.account(result, 0, "delivered")
        self.assertEqual(receiver.problems, [], str(result))
        self.assertEqual({version_of(request) for request in receiver.requests}, {self.version}, str(result))
        self.assertEqual(destination["points"], destination["points_delivered"])
        return receiver.requests

    def stored(self, points, *flags, **how):
        """Delivers everything; returns {(name, labels): [(ts, value, stale)]} of what the receiver took."""
        with self.receiver() as receiver:
            self.delivered(receiver, points, *flags, **how)
            return receiver.stored()

    def values_of(self, found, name, **labels):
        """[(ts, value)] of one series, after its stale marker was seen."""
        samples = found[(name, tuple(sorted(labels.items())))]
        self.assertEqual([stale for _, _, stale in samples], [False] * (len(samples) - 1) + [True], (name, samples))
        return [(ts, value) for ts, value, _ in samples[:-1]]


def check_rows(test, suite, groups, *classes):
    """Every row of these groups has its verdict, and its test where it says so; no test names another row."""
    rows = rows_of(suite, groups)
    test.assertEqual({each["group"] for each in rows}, set(groups))
    for each in rows:
        test.assertIn(each["verdict"], VERDICTS, each)
        if each["verdict"] != "held":
            test.assertGreater(len(each["how"]), 20, each)
    test.assertEqual({each["row"] for each in rows if each["verdict"] in TESTED}, tested_rows(*classes))
