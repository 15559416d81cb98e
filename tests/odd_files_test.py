#!/usr/bin/env python3
"""Files that are not as k6 closes them: joined, cut, begun in the middle, packed in pieces, passed through editors."""
import gzip
import itertools
import json
import os
import subprocess
import tempfile
import unittest
import zlib

import harness
import k6_lines
import oracle
from result_writers import JsonLines, Metric, Point

START_NS = 1_795_158_000 * 10**9  # 2026-11-20T07:00:00Z
SECOND_NS = 10**9
ALL = {"includeDefaultMetrics": False, "metrics": ['{__name__=~".+"}']}
COUNTER, GAUGE, TREND = Metric("c", "counter"), Metric("g", "gauge"), Metric("t", "trend", "time")
WRITER = JsonLines()


def lines_of(metrics, points):
    """A list of lines, each metric declared before its first point, as k6 does it."""
    lines, known = [], set()
    for point in points:
        if point.metric not in known:
            known.add(point.metric)
            lines.append(WRITER.head([metric for metric in metrics if metric.name == point.metric]))
        lines.append(WRITER.row(point))
    return lines


def one_run(start_ns=START_NS, n=60, step_ns=SECOND_NS // 2):
    """The lines of a small run of three metrics."""
    return lines_of([COUNTER, GAUGE, TREND],
                    [Point(name, start_ns + i * step_ns, i % 7 + add, {"a": "xyz"[i % 3]})
                     for i in range(n) for name, add in (("c", 0), ("g", 1), ("t", 0.5))])


def zstd(data):
    """One frame."""
    return subprocess.run(["zstd", "-qc"], input=data, capture_output=True, check=True).stdout


class OddFiles(unittest.TestCase):
    """The oracle computes what is expected."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def write(self, content, name="results.json"):
        path = os.path.join(self.scratch, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def check(self, files, apm, *flags, status=0, truncated=None, **options):
        """Runs the tool and compares; returns (series, warnings of the report)."""
        expected = oracle.Expected(files, apm, **options)
        with harness.Export(files, apm, *flags) as export:
            said = str(export.result)
            self.assertEqual(oracle.compare(export.directory, expected), [], said)
            self.assertEqual(export.result.status, status, said)
            harness.check_sums(self, export.report)
            self.assertEqual(export.report["points"], expected.account, str(export.result))
            for entry, source in zip(export.report["inputs"], expected.inputs):
                self.assertEqual((entry["lines"], entry["points"], entry["bad_lines"], entry["truncated"]),
                                 (source.lines, source.all_points, source.bad_lines,
                                  source.cut if truncated is None else truncated), said)
            return export.series(), export.report["warnings"] + export.report["destinations"][0]["warnings"]

    # Joined files.

    def test_two_runs_in_one_file(self):
        """As cat makes them: a day apart, an hour, overlapping, the later first, the same twice."""
        first = b"".join(one_run())
        for shift_s in (86400, 3600, 5, 0, -86400):
            second = b"".join(one_run(START_NS + shift_s * SECOND_NS))
            content = first + second
            for name, packed in (("plain", content), ("gzip members", gzip.compress(first) + gzip.compress(second)),
                                 ("zstd frames", zstd(first) + zstd(second)),
                                 ("zstd frames, a skippable one between", zstd(first) + b"\x50\x2a\x4d\x18\x03\0\0\0abc"
                                  + zstd(second)), ("zeros behind gzip", gzip.compress(content) + bytes(1000))):
                with self.subTest(shift_s=shift_s, packed=name):
                    path = self.write(packed)
                    series, _ = self.check([self.write(content, "plain.json")], ALL)
                    with harness.Export([path], ALL) as export:
                        self.assertEqual(export.series(), series, str(export.result))
                        self.assertEqual(export.result.status, 0, str(export.result))

    def test_two_runs_joined_without_a_newline_between(self):
        """The last line of the first and the first of the second make one line that is bad."""
        run = b"".join(one_run())
        _, warnings = self.check([self.write(run[:-1] + run)], ALL, status=1)
        self.assertEqual(len(warnings), 1, warnings)
        self.assertIn(f"results.json:{run.count(10)}: the line is not JSON: left out", warnings[0])

    def test_a_byte_order_mark(self):
        run = b"".join(one_run())
        wanted = self.check([self.write(run)], ALL)
        self.assertEqual(wanted, self.check([self.write(k6_lines.BYTE_ORDER_MARK + run)], ALL))
        packed = gzip.compress(k6_lines.BYTE_ORDER_MARK) + gzip.compress(run)
        self.assertEqual(wanted, self.check([self.write(packed)], ALL))
        # Not at the beginning it is text before a line.
        self.check([self.write(run + k6_lines.BYTE_ORDER_MARK + run)], ALL, status=1)

    # Parts of files.

    def test_the_rest_of_a_file_without_its_metric_lines(self):
        """As tail makes it: metrics of k6 itself are known, others are left out and named."""
        metrics = [Metric("http_reqs", "counter"), Metric("http_req_duration", "trend", "time"), Metric("mine", "gauge")]
        lines = lines_of(metrics, [Point(metric.name, START_NS + i * SECOND_NS, i) for i in range(20) for metric in metrics])
        rest = b"".join(line for line in lines if b'"type":"Metric"' not in line)
        series, warnings = self.check([self.write(rest)], ALL, status=1)
        self.assertEqual(len(warnings), 1, warnings)
        self.assertRegex(warnings[0], "metric mine.* left out")
        self.assertIn(("k6_http_req_duration_p95", ()), series)
        # The other part tells it.
        head = b"".join(line for line in lines if b'"type":"Metric"' in line)
        for files in (["rest.json", "head.json"], ["head.json", "rest.json"]):
            paths = [self.write({"rest.json": rest, "head.json": head}[name], name) for name in files]
            self.assertIn(("k6_mine", ()), self.check(paths, ALL)[0])

    def test_a_file_split_into_files(self):
        """As split -l makes them: the parts in any order are the same run, but for vus."""
        lines = one_run()
        wanted, _ = self.check([self.write(b"".join(lines))], ALL)
        parts = [self.write(b"".join(lines[at:at + 50]), f"part{at}.json") for at in range(0, len(lines), 50)]
        for files in (parts, parts[::-1]):
            self.assertEqual(self.check(files, ALL)[0], wanted)

    def test_metric_lines_twice_and_against_each_other(self):
        run = one_run()
        self.assertEqual(self.check([self.write(b"".join(run))], ALL),
                         self.check([self.write(b"".join(run[:1] + run + run[:1]))], ALL))
        other = WRITER.head([Metric("c", "gauge")])
        for at in (0, len(run) // 2, len(run)):
            series, warnings = self.check([self.write(b"".join(run[:at] + [other] + run[at:]))], ALL, status=1)
            self.assertEqual(warnings, ["metric c is declared with different types: left out"])
            self.assertNotIn(("k6_c", ()), series)
        # A metric of one kind and two units: both files may be right, time says more than nothing.
        unit = WRITER.head([COUNTER._replace(contains="time")])
        self.check([self.write(b"".join(run) + unit)], ALL)
        self.check([self.write(unit + b"".join(run))], ALL)

    # Several files.

    def test_three_files_in_any_order(self):
        """They overlap, one has no point; any of them may come through a pipe."""
        metrics = [COUNTER, GAUGE, TREND, Metric("vus", "gauge"), Metric("r", "rate")]

        def points(start_s, n, value):
            return [Point(metric.name, START_NS + (start_s + i) * SECOND_NS, value + i % 3, {"a": "xy"[i % 2]})
                    for i in range(n) for metric in metrics]

        contents = [b"".join(lines_of(metrics, points(0, 30, 1))), b"".join(lines_of(metrics, points(20, 30, 10))),
                    WRITER.head(metrics)]
        paths = [self.write(content, f"{number}.json") for number, content in enumerate(contents)]
        apm = dict(ALL, includeTestRunId=True, resampleRate=1)
        self.check(paths, dict(apm, includeTestRunId=False))
        with harness.Export(paths, apm, "--threads", 1) as export:
            wanted = export.bodies()
        self.assertGreater(len(wanted), 0)
        for order in itertools.permutations(range(3)):
            for piped in (None, *range(3)):
                with self.subTest(order=order, piped=piped):
                    given = ["-" if number == piped else paths[number] for number in order]
                    with harness.Export(given, apm, "--threads", 1 + order[0],
                                        stdin=None if piped is None else gzip.compress(contents[piped])) as export:
                        self.assertTrue(export.bodies() == wanted, str(export.result))
                        self.assertEqual([entry["points"] for entry in export.report["inputs"]],
                                         [contents[number].count(b'"Point"') for number in order])

    def test_the_same_input_twice(self):
        """By two names, or by name and as standard input."""
        path = self.write(b"".join(one_run()))
        os.symlink(path, path + ".link")
        os.link(path, path + ".hard")
        apm = json.dumps(dict(ALL, provider="prometheus", remoteWriteURL=harness.NOWHERE))
        for files in ([path, path], [path, path + ".link"], [path + ".hard", path], ["-", "-"]):
            result = harness.run(*files, "--apm", apm, "-n")
            self.assertEqual(result.status, 2, str(result))
            self.assertIn(b"is given twice", result.err)

    # Cut files.

    def test_a_file_cut_anywhere(self):
        run = one_run(n=4)
        content = b"".join(run)
        start = len(run[0])
        for end in range(start, len(content), 97 if harness.QUICK else 7):
            with self.subTest(end=end):
                path = self.write(content[:end])
                cut = k6_lines.Input(path, 0, lambda name: True).cut
                self.check([path], ALL, status=1 if cut or end == start else 0)

    def test_a_packed_file_cut_anywhere(self):
        """What can be unpacked counts, and the rest is said to be missing, also where only the trailer is."""
        content = b"".join(one_run())
        for name, packed in (("gzip", gzip.compress(content)), ("zstd", zstd(content))):
            for missing in (1, 7, 8, 9, 100, 400):
                with self.subTest(packed=name, missing=missing):
                    path = self.write(packed[:-missing])
                    if not k6_lines.read_bytes(path):
                        result = harness.run(path, "--apm", json.dumps(dict(ALL, provider="prometheus",
                                                                            remoteWriteURL=harness.NOWHERE)), "-n")
                        self.assertEqual(result.status, 3, str(result))
                        continue
                    _, warnings = self.check([path], ALL, status=1, truncated=True)
                    self.assertIn(f"the {name} data ends too early", "".join(warnings))

    def test_gzip_that_k6_did_not_close(self):
        """Flushed, without a trailer, in the middle of a line: all up to there is used."""
        content = b"".join(one_run())
        packer = zlib.compressobj(wbits=31)
        packed = packer.compress(content[:-30]) + packer.flush(zlib.Z_SYNC_FLUSH)
        _, warnings = self.check([self.write(packed)], ALL, status=1, truncated=True)
        self.assertEqual(len(warnings), 2, warnings)

    def test_what_follows_packed_data(self):
        """Anything but another member is said, and what stands before it is used."""
        content = b"".join(one_run())
        for name, packed, tail in (("gzip, then plain", gzip.compress(content), content),
                                   ("gzip, then zstd", gzip.compress(content), zstd(content)),
                                   ("zstd, then plain", zstd(content), content),
                                   ("zstd, then gzip", zstd(content), gzip.compress(content))):
            with self.subTest(name):
                wanted, _ = self.check([self.write(content, "plain.json")], ALL)
                with harness.Export([self.write(packed + tail)], ALL) as export:
                    self.assertEqual(export.series(), wanted, str(export.result))
                    self.assertEqual(export.result.status, 1, str(export.result))
                    self.assertEqual(len(export.report["warnings"]), 1, str(export.result))

    # Lines.

    def test_what_stands_between_lines(self):
        run = one_run()
        for between, bad in ((b"", 0), (b"\r", 0), (b" \t\r", 0), (b"\0", 1), (b"garbage", 1), (b"\xff\xfe", 1), (b"{}", 1),
                             (b"[1,2]", 1), (b'{"type":"Metric","data":{"name":"x","type":"histogram"},"metric":"x"}', 1)):
            for end in (b"\n", b"\r\n"):
                with self.subTest(between=between, end=end):
                    content = b"".join(line[:-1] + end + between + end for line in run)
                    self.check([self.write(content)], ALL, status=1 if bad else 0)
                    self.check([self.write(content.rstrip(b"\r\n"))], ALL, status=1 if bad else 0)

    def test_a_nul_in_a_line(self):
        """It is no JSON, wherever it stands; written as an escape it is a character like any other."""
        row = WRITER.row(Point("c", START_NS, 1, {"a": "xy"}))
        head = WRITER.head([COUNTER])
        for at in range(len(row) - 1):
            with self.subTest(at=at):
                self.check([self.write(head + row + row[:at] + b"\0" + row[at:])], ALL, status=1)
        series, _ = self.check([self.write(head + row.replace(b"xy", b"x\\u0000y"))], ALL, "--keep-tags", "all",
                               keep_tags="all")
        self.assertEqual(list(series), [("k6_c", (("a", "x\0y"),))])

    def test_deep_nesting_where_nobody_looks(self):
        """JSON of the deepest kind in members that nobody knows."""
        row = WRITER.row(Point("c", START_NS, 1))
        deep = 100_000
        for unknown in (b"[" * deep + b"]" * deep, b'{"a":' * deep + b"1" + b"}" * deep,
                        b'[{"":' * deep + b"[]" + b"}]" * deep):
            lines = [row[:-2] + b',"x":' + unknown + b"}\n", b'{"x":' + unknown + b"," + row[1:],
                     row[:-3] + b',"x":' + unknown + b"}}\n"]
            with harness.Export([self.write(WRITER.head([COUNTER]) + b"".join(lines))], ALL) as export:
                self.assertEqual(export.result.status, 0, str(export.result))
                self.assertEqual([value for _, value in export.series()[("k6_c", ())]], [0, 3], str(export.result))

    def test_numbers_at_the_ends_of_their_range(self):
        """One value per window. A running total that is too large is left out and said, the windows after it are right."""
        good = ["1e+06", "-0", "-0.0", "0e999", "-0e-999", "1e-320", "5e-324", "1e-999", "1.7976931348623157e308",
                "-1.7976931348623157e+308", "1." + "0" * 400, "1" * 300, "9" * 308, "0." + "0" * 300 + "1", "1E5", "1e-400",
                "9007199254740993", "179769313486231580793728971405301e276", "2.2250738585072011e-308"]
        bad = ["9" * 400, "1.7976931348623159e308", "1e400", "-1e309", "+1", "0x10", "1_000", ".5", "5.", "00", "-", "1e",
               "Infinity", "true", "[1]", "{}", '"1"', "1 2", "١"]
        for name, kind in (("c", "counter"), ("g", "gauge"), ("t", "trend"), ("r", "rate")):
            before, between, after = WRITER.around(name)
            for texts, status in ((good, 1 if kind in ("counter", "trend") else 0), (bad, 1)):
                lines = [f"{before}{WRITER.time(START_NS + i * SECOND_NS)}{between}{text}{after}"
                         for i, text in enumerate(texts)]
                head = WRITER.head([Metric(name, kind)]) + WRITER.row(Point(name, START_NS - 10**10, 1))
                with self.subTest(kind=kind, status=status):
                    content = head + "".join(lines).encode()
                    self.check([self.write(content)], dict(ALL, resampleRate=1), "--trend-stats", "avg,min,med,max,sum",
                               status=status, trend_stats=["avg", "min", "med", "max", "sum"])
        largest = WRITER.row(Point("c", START_NS, 1.7976931348623157e308))
        one = WRITER.row(Point("c", START_NS + 10**10, 1))
        for lines, left_out in ((largest + largest + one, 2), (largest + largest, 1)):
            series, warnings = self.check([self.write(WRITER.head([COUNTER]) + lines)], ALL, status=1)
            self.assertEqual(series, {})
            self.assertEqual(len(warnings), 1, warnings)
            self.assertIn(f'"k6_c": {left_out} value', warnings[0])

    def test_times_that_are_none(self):
        """Before 1678, after 2261, no date, no time of the day, no offset: bad lines, named as such."""
        before, between, after = WRITER.around("c")
        good = ["1678-01-02T00:00:00+23:59", "2261-12-31T00:00:00.999999999-23:59", "2024-02-29T23:59:59.0+00:00",
                "2026-11-20T21:00:00+14:00"]
        bad = ["1677-12-31T23:59:59Z", "2262-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
               "10000-01-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
               "2026-11-31T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T07:60:00Z", "2026-11-20T07:00:60Z",
               "2026-11-20T07:00:00.1234567890Z", "2026-11-20T07:00:00.Z", "2026-11-20T07:00:00,5Z", "2026-11-20T07:00:00+24:00",
               "2026-11-20T07:00:00+00:60", "2026-11-20T07:00:00+0530", "2026-11-20T07:00:00", "2026-11-20", "", "1795158000",
               " 2026-11-20T07:00:00Z", "2026-11-20T07:00:00Z "]
        head = WRITER.head([COUNTER])
        for text in good:
            self.check([self.write(head + f"{before}{text}{between}1{after}".encode())], ALL)
        for text in bad:
            with self.subTest(time=text):
                content = head + WRITER.row(Point("c", START_NS, 1)) + f"{before}{text}{between}1{after}".encode()
                series, warnings = self.check([self.write(content)], ALL, status=1)
                self.assertEqual(series[("k6_c", ())][-1][1], 1)
                self.assertRegex("".join(warnings), r":3: the line has no RFC 3339 time between the years 1678 and 2261")

    def test_metadata_in_selectors_and_kept_tags(self):
        points = [Point("c", START_NS + i * SECOND_NS, 2**i, {5: {"vu": "tag"}, 6: {"vu": ""}}.get(i, {"a": "x"}),
                        {"vu": str(i % 2), "iter": str(i // 2)} if i < 8 else {}) for i in range(10)]
        path = self.write(b"".join(lines_of([COUNTER], points)))
        by_vu = {"sourceMetric": "c", "targetMetric": "by_vu", "keepTags": ["vu"]}
        of_one = {"sourceMetric": 'c{vu="1"}', "targetMetric": "of_one", "keepTags": ["iter"]}
        for metrics, keep in (([by_vu], None), ([of_one], None), (["c"], "vu,a"), (["c"], "all")):
            with self.subTest(metrics=metrics, keep=keep):
                apm = {"includeDefaultMetrics": False, "metrics": metrics, "resampleRate": 1}
                flags = ["--keep-tags", keep] if keep else []
                series, _ = self.check([path], apm, *flags, keep_tags=oracle.split_tags(keep or ""))
        self.assertEqual({key[1] for key in series}, {(), (("a", "x"),), (("vu", "tag"),)})

    def test_metadata_that_one_entry_asks_for_is_nothing_to_another(self):
        points = [Point("c", START_NS, 1, {"a": "x"}, {"vu": str(i)}) for i in range(3)]
        path = self.write(b"".join(lines_of([COUNTER], points)))
        asks = {"sourceMetric": 'c{vu!="9"}', "targetMetric": "asks", "keepTags": ["vu"]}
        series, _ = self.check([path], {"includeDefaultMetrics": False, "metrics": ["c", asks]}, "--keep-tags", "all",
                               keep_tags="all")
        self.assertEqual([value for _, value in series[("k6_c", (("a", "x"),))]], [0, 3])


if __name__ == "__main__":
    unittest.main()
