#!/usr/bin/env python3
"""Inputs of a size that no test of a page can have: what comes out is right, soon, and in bounded memory.

What is expected is computed while the input is made, or by the oracle where it can read the input in reasonable time.
Times and memory are held to a few times what was measured, so that only growth in the wrong order of magnitude fails.
Files lie in memory where there is room: every request that is written is synced. K6APM_COSTS=1 shows what each run took.
"""
import datetime
import gzip
import json
import math
import os
import tempfile
import unittest

import harness
import k6_time
import oracle
import remote_write
from result_writers import CsvRows, JsonLines, Metric, Point, rows

SCALE = 20 if harness.QUICK else 1  # a program with sanitizers gets this much less to do, and no limits
MEMORY_FILES = "/dev/shm"
ROOM = 1 << 30  # bytes, more than any test here writes

START_S = 1_795_158_000  # 2026-11-20T07:00:00Z, a multiple of 3 and 10
ALL = {"includeDefaultMetrics": False, "metrics": ['{__name__=~".+"}'], "resampleRate": 1}
NOTHING = {"includeDefaultMetrics": False, "metrics": ["no_such_metric"]}
COUNTER, GAUGE, RATE, TREND = (Metric("c", "counter", "data"), Metric("g", "gauge"), Metric("r", "rate"),
                               Metric("t", "trend", "time"))


def setUpModule():
    """Chooses where files lie."""
    if os.path.isdir(MEMORY_FILES) and os.access(MEMORY_FILES, os.W_OK):
        room = os.statvfs(MEMORY_FILES)
        if room.f_bavail * room.f_frsize >= ROOM:
            tempfile.tempdir = MEMORY_FILES


def tearDownModule():
    """Undoes it."""
    tempfile.tempdir = None


def seconds_of(sidecar, key):
    """A time beside a body."""
    return datetime.datetime.fromisoformat(sidecar[key]).timestamp()


def decoded(path):
    """{(name, labels): [(ts_ms, value, stale)]} of one body."""
    with open(path, "rb") as file:
        series, _ = remote_write.decode(file.read())
    return {(labels.pop("__name__"), tuple(labels.items())): samples for labels, samples in series}


class Limits(unittest.TestCase):
    """Each in the form that the writer writes."""

    writer = JsonLines()

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="k6apm-limits-")
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def write(self, *parts, name="results"):
        """A file; the parts are bytes."""
        path = os.path.join(self.scratch, name + self.writer.extension)
        with open(path, "wb") as file:
            file.writelines(parts)
        return path

    def within(self, result, seconds, mib):
        """Holds a measured run to its limits and shows what it took where K6APM_COSTS is set."""
        if os.environ.get("K6APM_COSTS"):
            print(f"{self.id()}: {result.seconds:.2f} s, {result.mib:.0f} MiB")
        if not harness.QUICK:
            self.assertLess(result.seconds, seconds, str(result))
            self.assertLess(result.mib, mib, str(result))

    def type_flags(self, metrics):
        """What the command line has to say because the form cannot."""
        return [f"--metric-type={name}={kind}" for name, kind in self.writer.types(metrics).items()]

    def export(self, files, apm, *flags, seconds, mib, metrics=()):
        """A measured run with -o. The caller closes it."""
        export = harness.Export(files, apm, *flags, *self.type_flags(metrics), runner=harness.measured,
                                timeout=600 if harness.QUICK else seconds)
        self.addCleanup(export.scratch.cleanup)
        self.within(export.result, seconds, mib)
        harness.check_sums(self, export.report)
        return export

    def dry_run(self, files, apm, *flags, seconds, mib, metrics=(), status=0):
        """A measured run without -o; returns its report."""
        apm = json.dumps(dict({"provider": "prometheus", "remoteWriteURL": harness.NOWHERE}, **apm))
        result = harness.measured(*files, "--apm", apm, "-n", "--json", *flags, *self.type_flags(metrics),
                                  timeout=600 if harness.QUICK else seconds)
        self.within(result, seconds, mib)
        self.assertEqual(result.status, status, str(result))
        return result.report()

    def same(self, expected, found):
        """{key: [(ts, value)]} against {key: [(ts, value, stale)]}."""
        self.assertEqual(oracle.differences(expected, found), [])

    # One line without an end.

    def overlong(self, threads, mib):
        """A line of 100 MB between others, plain and packed."""
        size = 100_000_000 // SCALE
        before, between, after = self.writer.around("c", {"a": "x"})
        line = (before + self.writer.time(START_S * 10**9) + between + "1" + after).encode()
        at = line.index(b"x")
        texts = self.writer.times(START_S, 1000)
        head = self.writer.head([COUNTER]) + rows(self.writer, "c", texts, range(1000))
        parts = [head, line[:at], b"x" * max(size, 17 << 20), line[at:], rows(self.writer, "c", texts, [7] * 1000)]
        for name, content in (("plain", parts), ("packed", [gzip.compress(b"".join(parts), 1)])):
            with self.subTest(name):
                export = self.export([self.write(*content)], dict(ALL, resampleRate=10), "--threads", threads,
                                     seconds=10, mib=mib, metrics=[COUNTER])
                self.assertEqual(export.result.status, 1, str(export.result))
                source = export.report["inputs"][0]
                self.assertEqual((source["lines"], source["points"], source["bad_lines"]),
                                 (2001 + head.count(b"\n") - 1000, 2000, 1))
                values = [value for _, value in export.series()[("k6_c", ())]]
                totals = [sum(range(10 * (i + 1))) + 70 * (i + 1) for i in range(100)]
                self.assertEqual(values, [0] + totals)

    def test_a_line_of_100_mb_is_given_up(self):
        self.overlong(threads=1, mib=100)

    def test_a_line_of_100_mb_costs_no_more_on_many_threads(self):
        self.overlong(threads=16, mib=100)

    def test_lines_of_some_mb_are_read(self):
        """A tag of 1 MB, of 10 MB, 10,000 tags: kept and not kept."""
        time_ns = START_S * 10**9
        points = [Point("c", time_ns, 1, {"a": "ü" * 500_000}), Point("c", time_ns, 2, {"a": "ü" * 500_000}),
                  Point("c", time_ns, 4, {"a": "y" * 10_000_000}),
                  Point("c", time_ns, 8, {f"tag{i}": str(i) for i in range(10_000)}),
                  Point("c", time_ns, 16, {f"tag{i}": str(i) for i in range(10_000)}), Point("c", time_ns, 32)]
        path = self.write(self.writer.head([COUNTER]), *(self.writer.row(point) for point in points))
        merged = self.export([path], ALL, seconds=10, mib=250, metrics=[COUNTER])
        self.assertEqual([value for _, value in merged.series()[("k6_c", ())]], [0, 63])
        expected = oracle.Expected([path], ALL, keep_tags="all", metric_types=self.writer.types([COUNTER]))
        kept = self.export([path], ALL, "--keep-tags", "all", seconds=10, mib=350, metrics=[COUNTER])
        self.assertEqual(len(expected.series), 4)
        self.assertEqual(oracle.compare(kept.directory, expected), [])

    # Many series, many metrics.

    def many_tag_sets(self, step_ms):
        """A counter with 100,000 values of one tag, every `step_ms` one, each value twice at the same time."""
        n = 100_000 // SCALE
        texts = [self.writer.time(START_S * 10**9 + i * step_ms * 10**6) for i in range(n)]
        lines = [rows(self.writer, "c", [text] * 2, (i, 1), {"id": f"user {i}", "other": "x"})
                 for i, text in enumerate(texts)]
        ends = [(START_S + i * step_ms // 1000 + 1) * 1000 for i in range(n)]
        path = self.write(self.writer.head([COUNTER]), *lines)
        return path, {("k6_c", (("id", f"user {i}"),)): [(end - 1000, 0.0), (end, i + 1.0)]
                      for i, end in enumerate(ends)}

    def test_100_000_series(self):
        path, expected = self.many_tag_sets(step_ms=10)
        export = self.export([path], ALL, "--keep-tags", "id", seconds=20, mib=300, metrics=[COUNTER])
        self.assertEqual(export.result.status, 0, str(export.result))
        self.same(expected, oracle.read_bodies(export.directory)[0])
        report = self.dry_run([path], ALL, "--keep-tags", "id", "--max-series", len(expected) - 1, seconds=20, mib=300,
                              metrics=[COUNTER], status=2)
        self.assertEqual(report["destinations"][0]["status"], "disabled")
        merged = self.export([path], ALL, seconds=10, mib=100, metrics=[COUNTER])
        total = sum(samples[-1][1] for samples in expected.values())
        samples = merged.series()[("k6_c", ())]
        self.assertEqual((len(merged.series()), samples[-1][1], len(samples)), (1, total, len(expected) // 100 + 1))

    def test_100_000_series_of_a_run_of_30_days(self):
        """Users that come and go: each series has one window."""
        path, expected = self.many_tag_sets(step_ms=26_000)
        report = self.dry_run([path], ALL, "--keep-tags", "id", seconds=20, mib=300, metrics=[COUNTER])
        self.assertEqual([report["destinations"][0][key] for key in ("series", "points")],
                         [len(expected), 2 * len(expected)])

    def many_metrics(self, n, points_of_each):
        """Their declarations, and the lines of their points."""
        metrics = [Metric(f"metric_{i}", ("counter", "gauge", "rate", "trend")[i % 4]) for i in range(n // SCALE)]
        points = [rows(self.writer, metric.name, [text], [i])
                  for i, text in enumerate(self.writer.times(START_S, points_of_each)) for metric in metrics]
        return metrics, points

    def check_many_metrics(self, export, metrics, n):
        """Every one of them is there, with n points."""
        found = export.series()
        of_kind = {"counter": {"": [sum(range(i + 1)) for i in range(n)]}, "gauge": {"": list(range(n))},
                   "rate": {"": [0] + [1] * (n - 1)},
                   "trend": {"_max": list(range(n)), "_p95": list(range(n)), "_count": list(range(1, n + 1))}}
        for metric in metrics:
            for suffix, values in of_kind[metric.kind].items():
                samples = found[(f"k6_{metric.name}{suffix}", ())]
                self.assertEqual([value for _, value in samples][-n:], values, metric)
        self.assertEqual(len(found), export.report["destinations"][0]["series"])

    def test_10_000_metrics(self):
        metrics, points = self.many_metrics(10_000, 10)
        path = self.write(*(self.writer.head([metric]) for metric in metrics), *points)
        export = self.export([path], ALL, "--threads", 1, seconds=20, mib=200, metrics=metrics)
        self.check_many_metrics(export, metrics, 10)
        with self.subTest("none exported"):
            report = self.dry_run([path], NOTHING, seconds=5, mib=60, metrics=metrics, status=1)
            self.assertEqual((report["inputs"][0]["points"], report["inputs"][0]["bad_lines"]), (len(points), 0))

    def test_20_000_metrics_whose_types_come_last(self):
        metrics, points = self.many_metrics(20_000, 2)
        path = self.write(*points, *(self.writer.head([metric]) for metric in metrics))
        export = self.export([path], ALL, "--threads", 1, "--trend-stats", "max,p(95),count", seconds=8, mib=200,
                             metrics=metrics)
        self.check_many_metrics(export, metrics, 2)

    # Many windows.

    def test_a_million_windows(self):
        """A point a second; the bodies are compared in part."""
        n = 1_000_000 // SCALE
        texts = self.writer.times(START_S, n)

        def total(i):
            return i // 5 * 10 + i % 5 * (i % 5 + 1) // 2  # of 0, 1, 2, 3, 4, 0, 1, ...

        values_at = {"k6_c": lambda i: total(i), "k6_g": lambda i: i % 5, "k6_r": lambda i: min(i % 5, 1),
                     "k6_t_p95": lambda i: i % 5, "k6_t_count": lambda i: i + 1, "k6_t_sum": lambda i: total(i)}
        totals = ("k6_c", "k6_t_count", "k6_t_sum")
        for metric in (COUNTER, GAUGE, RATE, TREND):
            with self.subTest(metric.kind):
                path = self.write(self.writer.head([metric]), rows(self.writer, metric.name, texts, (i % 5 for i in range(n))))
                export = self.export([path], ALL, "--trend-stats", "p(95),count,sum", seconds=60, mib=400, metrics=[metric])
                self.assertEqual(export.result.status, 0, str(export.result))
                names = [name for name in values_at if name.startswith(f"k6_{metric.name}")]
                self.assertEqual(export.report["destinations"][0]["points"], sum(n + (name in totals) for name in names))
                bodies = sorted(export.bodies())
                self.assertEqual(len(bodies), n // 50)
                for number in {*range(0, len(bodies), max(len(bodies) // 100, 1)), len(bodies) - 1}:
                    found = decoded(os.path.join(export.directory, bodies[number]))
                    self.assertEqual(len(found), len(names))
                    for name in names:
                        wanted = [((START_S + i + 1) * 1000, values_at[name](i))
                                  for i in range(number * 50, number * 50 + 50)]
                        if name in totals and number == 0:
                            wanted.insert(0, (START_S * 1000, 0))
                        samples = [(ts, value) for ts, value, stale in found[(name, ())] if not stale]
                        self.assertEqual(samples, wanted)
                        self.assertEqual(found[(name, ())][-1][2], number == len(bodies) - 1)
                export.scratch.cleanup()

    def test_30_days_with_an_hour_of_silence(self):
        days, every_s = (30 if not harness.QUICK else 2), 60
        count = days * 86400 // every_s
        silence = range(START_S + 86400, START_S + 86400 + 3600)
        points = [(START_S + i * every_s, i % 7) for i in range(count) if START_S + i * every_s not in silence]
        texts = [self.writer.time(second * 10**9) for second, _ in points]
        values = [value for _, value in points]
        metrics = [COUNTER, GAUGE, TREND]
        path = self.write(self.writer.head(metrics), *(rows(self.writer, metric.name, texts, values) for metric in metrics))
        apm, stats = dict(ALL, resampleRate=10), ["med", "count"]
        expected = oracle.Expected([path], apm, trend_stats=stats, metric_types=self.writer.types(metrics))
        export = self.export([path], apm, "--trend-stats", ",".join(stats), seconds=20, mib=100, metrics=metrics)
        self.assertEqual(export.result.status, 0, str(export.result))
        self.assertEqual(oracle.compare(export.directory, expected), [])
        counter = expected.series[("k6_c", ())]
        self.assertEqual((counter[-1][1], len(counter)), (sum(values), len(points) + 1))
        self.assertFalse([ts for ts, _ in counter if ts // 1000 - 10 in silence])
        newest = -math.inf
        for sidecar in export.sidecars():
            first, last = seconds_of(sidecar, "first"), seconds_of(sidecar, "last")
            self.assertGreater(first, newest)
            self.assertLessEqual(last - first, 500)
            self.assertFalse(first < silence[0] and last > silence[-1], sidecar)
            newest = last
        self.assertEqual(sum(sidecar["points"] for sidecar in export.sidecars()), expected.points())

    # The ends of time.

    def test_any_time_from_1678_to_2261(self):
        times = ["1678-01-01T00:00:00Z", "1678-01-01T00:00:00.000000001Z", "1899-12-31T23:59:59.5Z", "1969-12-31T23:59:57Z",
                 "1969-12-31T23:59:58.999999999Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:02Z",
                 "1970-01-01T00:00:03Z", "2000-02-29T12:00:00Z", "2038-01-19T03:14:07Z", "2038-01-19T03:14:08Z",
                 "2106-02-07T06:28:15Z", "2106-02-07T06:28:16Z", "2200-02-28T23:59:59Z", "2261-12-31T23:59:59.999999999Z"]
        times = [k6_time.parse_time(time) for time in times]
        metrics = [COUNTER, GAUGE, RATE, TREND]
        points = [Point(metric.name, time, i + 1) for metric in metrics for i, time in enumerate(times)]
        path = self.write(self.writer.head(metrics), *(self.writer.row(point) for point in points))
        for window_s in (1, 3, 7, 10):
            with self.subTest(window_s):
                apm = dict(ALL, resampleRate=window_s)
                expected = oracle.Expected([path], apm, rate_counts=True, metric_types=self.writer.types(metrics))
                export = self.export([path], apm, "--rate-counts", seconds=5, mib=40, metrics=metrics)
                self.assertEqual(oracle.compare(export.directory, expected), [])
                self.assertEqual(export.result.status, 0, str(export.result))
                run = export.report["run"]
                self.assertEqual([k6_time.parse_time(run[key]) for key in ("first", "last")], [times[0], times[-1]])
                for sidecar in export.sidecars():
                    self.assertLessEqual(seconds_of(sidecar, "first"), seconds_of(sidecar, "last"))


class CsvLimits(Limits):
    """The same in CSV, which declares no types."""

    writer = CsvRows()
    test_20_000_metrics_whose_types_come_last = None


if __name__ == "__main__":
    unittest.main()
