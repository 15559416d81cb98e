#!/usr/bin/env python3
"""Inputs that real runs in testdata do not cover: odd spellings of lines, colliding labels, ties, long runs."""
import json
import os
import tempfile
import unittest

import harness
import oracle

ALL = {"includeDefaultMetrics": False, "metrics": ['{__name__=~".+"}']}


def metric(name, kind, contains="default"):
    """A Metric line."""
    return json.dumps({"type": "Metric", "data": {"name": name, "type": kind, "contains": contains, "thresholds": [],
                                                  "submetrics": None}, "metric": name}, separators=(",", ":"))


def stamp(seconds, fraction="", zone="Z"):
    """A time on 2026-11-20 in the hour from 07:00."""
    return f"2026-11-20T{7 + seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}{zone}"


def point(name, time, value, tags=None):
    """A Point line as k6 0.41 and later write it."""
    return ('{"metric":%s,"type":"Point","data":{"time":"%s","value":%s,"tags":%s}}'
            % (json.dumps(name), time, value, json.dumps(tags or {}, separators=(",", ":"), ensure_ascii=False)))


class MadeUp(unittest.TestCase):
    """The oracle computes what is expected here, too."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def write(self, lines, name="results.json", end="\n"):
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write("".join(line + end for line in lines))
        return path

    def check(self, files, apm, *flags, status=0, **options):
        """Runs the tool and compares; returns the series."""
        expected = oracle.Expected(files, apm, **options)
        with harness.Export(files, apm, *flags) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
            self.assertEqual(export.result.status, status, str(export.result))
            harness.check_sums(self, export.report)
            self.assertEqual(export.report["points"], expected.account, str(export.result))
            for entry, source in zip(export.report["inputs"], expected.inputs):
                self.assertEqual((entry["lines"], entry["points"], entry["bad_lines"]),
                                 (source.lines, source.all_points, source.bad_lines), str(export.result))
            return export.series()

    def test_spellings_of_a_line(self):
        lines = [metric("c", "counter"), metric("g", "gauge"),
                 point("c", stamp(1), "1", {"a": "x"}),
                 '{"type":"Point","data":{"time":"%s","value":2,"tags":{"a":"x"}},"metric":"c"}' % stamp(1, ".5"),
                 '  { "type" : "Point" , "metric" : "c", "data" : { "tags" : {"a" : "\\u0078"}, "value" : 4.0e0, '
                 '"time" : "%s" } }  ' % stamp(2, ".999999999"),
                 '{"metric":"c","type":"Point","data":{"value":8,"time":"%s","tags":{"b":"1","a":"x"}}}' % stamp(3, ".0"),
                 '{"metric":"\\u0063","type":"Point","data":{"time":"%s","value":1.6E+1,"tags":{"a":"x"}}}' % stamp(4),
                 '{"metric":"c","type":"Point","data":{"time":"%s","value":32,"tags":null}}' % stamp(5, ".123456789"),
                 '{"metric":"c","type":"Point","data":{"time":"%s","value":64}}' % stamp(5, ".12345678"),
                 '{"metric":"c","type":"Point","data":{"time":"%s","value":128,"tags":{"a":"x"},"metadata":{"vu":"1"}}}'
                 % stamp(6, ".1"),
                 point("c", "2026-11-20T12:30:07.25+05:30", "256", {"a": "x"}),
                 point("c", "2026-11-20T03:30:07.75-03:30", "512", {"a": "x"}),
                 point("c", "2026-11-20T07:00:07+00:00", "1024", {"a": "x"}),
                 point("c", stamp(7), "1e3", {"a": "x"}), point("c", stamp(7), "2.5e-09", {"a": "x"}),
                 point("c", stamp(7), "1e+06", {"a": "x"}), point("c", stamp(7), "5e-324", {"a": "x"}),
                 point("c", stamp(7), "0.1", {"a": "x"}), point("c", stamp(7), "0.30000000000000004", {"a": "x"}),
                 point("c", stamp(7), "123456789012345678901234567890", {"a": "y"}),
                 point("c", stamp(7), "9007199254740993", {"a": "z"}),
                 point("c", stamp(8), "3", {"a": "/\\/ \"q\" \b\f\n\r\t < ü 日本 😀 \u2028 \x7f"}),
                 '{"metric":"c","type":"Point","data":{"time":"%s","value":1,"tags":{"a":"\\/ \\ud83d\\ude00"}}}' % stamp(8),
                 point("g", stamp(8), "-0"), point("g", stamp(11), "-1.5"), ""]
        wanted = self.check([self.write(lines)], ALL, "--keep-tags", "all", keep_tags="all")
        self.assertEqual(len(wanted), 8)
        self.assertEqual(wanted, self.check([self.write(lines, end="\r\n")], ALL, "--keep-tags", "all",
                                            keep_tags="all"))

    def test_lines_that_are_bad(self):
        good = point("c", stamp(1), "1", {"a": "x"})
        bad = ["[]", "{}", "1", "null", '"text"', "}{", "{", good[:-1], good[:60], good + "x", good + good,
               point("c", "yesterday", "1"), point("c", "2026-11-20 07:00:00Z", "1"),
               point("c", "2026-11-20T07:00:00", "1"), point("c", "2026-02-30T07:00:00Z", "1"),
               point("c", "2026-11-20T25:00:00Z", "1"), point("c", stamp(1), '"1"'), point("c", stamp(1), "null"),
               point("c", stamp(1), "+Inf"), point("c", stamp(1), "-Inf"), point("c", stamp(1), "NaN"),
               point("c", stamp(1), "1e999"), point("c", stamp(1), "01"), point("c", stamp(1), "1."),
               point("c", stamp(1), "1", {"a": 1}), good.replace('"x"', '"x\x01"'), good.replace('"x"', '"\\x"'),
               '{"metric":"c","type":"Point","data":{"value":1,"tags":{}}}', '{"metric":"c","type":"Point"}',
               '{"metric":"c","type":"Point","data":{"time":"%s","tags":{}}}' % stamp(1)]
        for line in bad:
            with self.subTest(line=line):
                path = self.write([metric("c", "counter"), good, line, good])
                series = self.check([path], {"includeDefaultMetrics": False, "metrics": ["c"]}, status=1)
                self.assertEqual([value for _, value in series[("k6_c", ())]], [0, 2])

    def test_lines_of_metrics_that_nobody_exports(self):
        lines = [metric("c", "counter"), metric("other", "gauge"), point("c", stamp(1), "1"),
                 point("other", "nonsense", "+Inf"), '{"metric":"other","type":"Point","data":{"ti',
                 point("c", stamp(2), "1")]
        self.check([self.write(lines)], {"includeDefaultMetrics": False, "metrics": ["c"]}, status=0)

    def test_colliding_labels(self):
        lines = [metric("c", "counter"), metric("d", "counter"),
                 point("c", stamp(1), "1", {"a-b": "1", "a.b": "2", "a b": "3", "a_b": "4"}),
                 point("c", stamp(1), "2", {"a.b": "2"}), point("d", stamp(1), "4", {"a-b": "2"}),
                 point("c", stamp(1), "8", {"aü": "u", "aö": "o", "1x": "d", "__name__": "n", "__x": "r"}),
                 point("c", stamp(1), "16", {"a-b": "", "a.b": "2"})]
        series = self.check([self.write(lines)], ALL, "--keep-tags", "all", keep_tags="all")
        self.assertIn(("k6_c", (("a_b", "3"), ("a_b_2", "1"), ("a_b_3", "2"), ("a_b_4", "4"))), series)
        self.assertEqual(len(series), 4)
        lines = [metric("c", "counter"), point("c", stamp(1), "1", {"a b": "1", "a-b": "2", "a_b_2": "3"})]
        series = self.check([self.write(lines)], ALL, "--keep-tags", "all", keep_tags="all")
        self.assertEqual(list(series), [("k6_c", (("a_b", "1"), ("a_b_2", "3"), ("a_b_3", "2")))])

    def test_colliding_labels_are_never_reserved(self):
        lines = [metric("c", "counter"), point("c", stamp(1), "1", {"ü": "u", "ö": "o"})]
        series = self.check([self.write(lines)], ALL, "--keep-tags", "all", keep_tags="all")
        self.assertEqual(list(series), [("k6_c", (("_", "o"), ("tag__2", "u")))])

    def test_ties_and_shared_values(self):
        lines = [metric("g", "gauge"), metric("t", "trend", "time"), metric("r", "rate")]
        one = self.write(lines + [point("g", stamp(1), value) for value in (5, 9, 7)]
                         + [point("g", stamp(4), 3), point("g", stamp(5), 2), point("g", stamp(4, ".5"), 8)]
                         + [point("t", stamp(1), value) for value in (3, -1, 2)]
                         + [point("r", stamp(1), value) for value in (0.5, 0, -2, 1)], "one.json")
        two = self.write(lines + [point("g", stamp(1), value) for value in (9, 6)] + [point("t", stamp(2), 10)]
                         + [point("r", stamp(2), 0)], "two.json")
        block = dict(ALL, resampleRate=3)
        for files in ([one], [two], [one, two], [two, one]):
            with self.subTest(files):
                series = self.check(files, block, "--rate-counts", rate_counts=True)
        self.assertEqual([value for _, value in series[("k6_g", ())]], [7, 2])
        self.assertEqual([value for _, value in series[("k6_t_med", ())]], [2.5])
        self.assertEqual([value for _, value in series[("k6_r", ())]], [0.6])

    def test_vus_of_several_files_add_up(self):
        lines = [metric("vus", "gauge"), metric("vus_max", "gauge")]
        one = self.write(lines + [point("vus", stamp(s), v) for s, v in ((0, 1), (7, 2), (20, 3))], "one.json")
        two = self.write(lines + [point("vus", stamp(s), v) for s, v in ((4, 10), (13, 20))], "two.json")
        three = self.write(lines + [point("vus", stamp(s), 100) for s in (28, 29)] + [point("vus_max", stamp(3), 7)],
                           "three.json")
        series = self.check([one, two, three], {"metrics": ["vus_max"]})
        self.assertEqual([value for _, value in series[("k6_vus", ())]], [1, 11, 12, 22, 3, 100])

    def test_a_long_run_goes_out_in_time_order(self):
        """Over two hours: requests in time order, 10 to 60 samples per series and request."""
        lines = [metric("c", "counter"), metric("vus", "gauge"), metric("t", "trend", "time")]
        for second in range(0, 7800):
            lines.append(point("c", stamp(second, ".25"), second % 7, {"s": str(second % 3)}))
            if second % 10 == 0:
                lines.append(point("vus", stamp(second), second % 11))
            if 3000 < second < 3300 or second % 100 == 0:
                lines.append(point("t", stamp(second, ".75"), second * 0.1))
        path = self.write(lines)
        block = {"resampleRate": 1, "metrics": ["t", {"sourceMetric": "c", "keepTags": ["s"]}]}
        self.check([path], block)
        with harness.Export([path], block) as export:
            sizes = {}
            for body in [export.bodies()[name] for name in sorted(export.bodies())]:
                for labels, samples in oracle.remote_write.decode(body)[0]:
                    values = [sample for sample in samples if not sample[2]]
                    sizes.setdefault(tuple(labels.items()), []).append(len(values))
        for key, counts in sizes.items():
            self.assertLessEqual(max(counts), 60, (key, counts))
        counters = [counts for key, counts in sizes.items() if ("__name__", "k6_c") in key]
        self.assertEqual(len(counters), 3)
        for counts in counters:
            self.assertGreaterEqual(min(counts[:-1]), 10, counts)


if __name__ == "__main__":
    unittest.main()
