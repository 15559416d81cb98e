#!/usr/bin/env python3
"""Tests the tests: the oracle's CSV against k6's own summaries, against its JSON, and against lines written by hand."""
import os
import tempfile
import unittest

import csv_lines
import csv_model
import gauges
import k6_lines
import k6_time
import k6_types
import oracle
import summaries

HEADER = "metric_name,timestamp,metric_value,group,status,extra_tags,metadata"
BY_NAME = {"includeDefaultMetrics": False,
           "metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status", "check"]}]}
EVERY_TAG = {"includeDefaultMetrics": False, "metrics": ['{__name__=~".+"}']}


def take_all(metric):
    """Every metric but one."""
    return metric != "other"


class Summaries(unittest.TestCase):
    """What k6 printed itself is what the oracle computes from the CSV."""

    def test_totals(self):
        for run in summaries.RUNS:
            with self.subTest(run):
                facts = summaries.facts_of(run)
                path = summaries.results_of(run, "csv")
                expected = oracle.Expected([path], summaries.apm_of(facts), rate_counts=True,
                                           metric_types=summaries.custom_types(path))
                made, problems = summaries.contradictions(facts, expected.series, True, summaries.seconds_of(run))
                self.assertEqual(problems, [])
                self.assertGreater(made, 40)
                self.assertEqual(expected.inputs[0].format, "csv")

    def test_percentiles(self):
        """Of the whole run, as if one window held it."""
        for run in summaries.RUNS:
            with self.subTest(run):
                points = k6_lines.Input(summaries.results_of(run, "csv"), 0, lambda name: True).points
                series, facts = {}, summaries.facts_of(run)
                for i, fact in enumerate(facts):
                    values = [point.value for point in points if point.metric == fact.metric and all(
                        point.tags.get(key) == value for key, value in fact.tags.items())]
                    for stat in summaries.TREND_STATS if values else ():
                        name = f"fact_{i}_{oracle.stat_name(stat)}"
                        series[(name, ())] = [(0, oracle.stat_value(stat, values))]
                made, problems = summaries.contradictions_of_window(facts, series, True)
                self.assertEqual(problems, [])
                self.assertGreater(made, 80)

    def test_three_instances(self):
        facts = summaries.facts_of(summaries.INSTANCES[0])
        for kinds in (("csv", "csv", "csv"), ("csv", "json", "csv")):
            files = [summaries.results_of(run, kind) for run, kind in zip(summaries.INSTANCES, kinds)]
            expected = oracle.Expected(files, summaries.apm_of(facts), rate_counts=True,
                                       metric_types=summaries.custom_types(files[0]))
            made, problems = summaries.contradictions_of_sum(summaries.INSTANCES, facts, expected.series, True)
            self.assertEqual(problems, [])
            self.assertGreater(made, 40)
            self.assertEqual([source.format for source in expected.inputs], list(kinds))


class Twins(unittest.TestCase):
    """The JSON of the same run, cut to what a CSV can hold, gives the same."""

    def check(self, csv, data, form, apm, **options):
        """Compares the oracle's two; `data` is the JSON."""
        with tempfile.TemporaryDirectory() as scratch:
            twin = os.path.join(scratch, "twin.json")
            columns = csv_model.columns_of(k6_lines.read_bytes(csv))
            with open(twin, "wb") as file:
                file.write(csv_model.as_csv_holds(data, columns, csv_model.UNITS_NS[form]))
            of_json = oracle.Expected([twin], apm, rate_counts=True, **options)
        of_csv = oracle.Expected([csv], apm, rate_counts=True, metric_types=summaries.custom_types(csv), **options)
        made, problems = csv_model.differences(of_json.series, of_csv.series, of_json.origins)
        self.assertEqual(problems, [])
        self.assertEqual((of_csv.inputs[0].format, of_json.inputs[0].format), ("csv", "json"))
        return made

    def test_every_run(self):
        for run in summaries.RUNS:
            form = "rfc3339_nano" if "rfc3339nano" in run else "unix"
            for apm, options in ((BY_NAME, {}), (EVERY_TAG, {"keep_tags": "all"})):
                if run == "v2.2.0/edge" and apm is EVERY_TAG:
                    continue  # its tags come back as others, in random order
                with self.subTest(run=run, options=options):
                    self.assertGreater(self.check(summaries.results_of(run, "csv"),
                                                  k6_lines.read_bytes(summaries.results_of(run)), form, apm,
                                                  **options), 40)

    def test_time_formats(self):
        for csv, twin, form in summaries.time_format_files():
            with self.subTest(form):
                self.assertGreater(self.check(csv, k6_lines.read_bytes(twin), form, BY_NAME), 40)


class Types(unittest.TestCase):
    """Types of metrics."""

    def test_built_in(self):
        """The table says what k6 says, in every Metric line and in every summary."""
        stated = {}
        for path in summaries.all_results():
            for name, said in k6_lines.Input(path, 0, lambda name: False).types.items():
                stated.setdefault(name, set()).update(said)
        for run in summaries.RUNS:
            for name, about in summaries.types_of(run).items():
                stated.setdefault(name, set()).add(about)
        checked = [name for name in stated if name in k6_types.BUILT_IN]
        for name in checked:
            self.assertEqual(stated[name], {k6_types.BUILT_IN[name]}, name)
        self.assertGreater(len(checked), 20)

    def test_thresholds(self):
        """Wherever thresholds tell a type it is the one that k6 knew."""
        made = 0
        for run in summaries.RUNS:
            known = summaries.types_of(run)
            for name, kind in k6_types.of_thresholds(summaries.thresholds_of(run)).items():
                self.assertEqual(kind, known[name][0], (run, name))
                made += 1
        self.assertGreater(made, 20)
        self.assertEqual(k6_types.of_thresholds({
            "a": ["p(95)<1", "avg < 2"], "b{x:y}": ["rate>0.5"], "b": ["count>=1"], "c": ["value>1"], "d{x:count}": [],
            "e": [{"threshold": " med<1", "abortOnFail": True}], "f{z:1}": ["min>0"], "g": ["max<9"]}),
            {"a": "trend", "b": "counter", "c": "gauge", "e": "trend", "f": "trend", "g": "trend"})

    def test_order(self):
        types = k6_types.Types([{"a": {("trend", "default")}, "z": {("rate", "default")}},
                                {"a": {("trend", "time")}, "z": {("gauge", "default")}}],
                               {"a": "rate", "vus": "counter", "t": "gauge"},
                               {"vus_max": ["rate>1"], "t": ["avg<1"], "u": ["avg<1"], "errors": ["rate<1"]})
        self.assertEqual([types.of(name) for name in ("a", "vus", "vus_max", "t", "u", "errors", "v", "z")],
                         [("trend", "time"), ("counter", "default"), ("gauge", "default"), ("gauge", "default"),
                          ("trend", "default"), ("rate", "default"), None, None])
        self.assertEqual(k6_types.Types().of("errors"), ("counter", "default"))


class Lines(unittest.TestCase):
    """Records, fields, times, values, tags."""

    def read(self, text, exports=take_all):
        """An Input made of text."""
        handle, path = tempfile.mkstemp()
        self.addCleanup(os.remove, path)
        with os.fdopen(handle, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return k6_lines.Input(path, 0, exports)

    def counts(self, *lines, header=HEADER):
        """(lines, points of all metrics, bad lines, points that are exported), the header left out."""
        found = self.read("".join(line + "\n" for line in (header, *lines)))
        self.assertEqual(found.format, "csv")
        return found.lines - 1, found.all_points, found.bad_lines, len(found.points)

    def test_a_row(self):
        point = self.read(HEADER + '\nc,1795159658,-1.500000,::a,,"x=1&y=2 ""q""",vu=7').points[0]
        self.assertEqual((point.metric, point.time_ns, point.value, point.place), ("c", 1795159658 * 10**9, -1.5, 1))
        self.assertEqual((point.tags, point.metadata), ({"group": "::a", "x": "1", "y": '2 "q"'}, {"vu": "7"}))

    def test_times(self):
        for text, wanted in (("0", 0), ("-1", -10**9), ("1795159658", 1795159658 * 10**9),
                             ("1795159658123", 1795159658123 * 10**6), ("1795159658123456", 1795159658123456 * 10**3),
                             ("1795159658123456789", 1795159658123456789), ("-9999999999", -9999999999 * 10**9),
                             ("99999999999", 99999999999 * 10**9), ("100000000000", 10**17),
                             ("2026-11-20T12:57:43.5+05:30", 1795159663_500000000)):
            self.assertEqual(k6_time.parse_csv_time(text), wanted, text)
        for wrong in ("", "-", "+1", "1.5", " 1", "12345678901234567890", "2026-11-20", "1795159658s", "١"):
            with self.assertRaises(ValueError, msg=wrong):
                k6_time.parse_csv_time(wrong)
        for time_ns in (0, 1, -1, 1795159663_500000000, k6_time.FIRST_NS, k6_time.END_NS - 1):
            self.assertEqual(k6_time.parse_time(k6_time.format_time(time_ns)), time_ns)
            self.assertEqual(k6_time.check_range(time_ns), time_ns)
        for time_ns in (k6_time.FIRST_NS - 1, k6_time.END_NS):
            with self.assertRaises(ValueError):
                k6_time.check_range(time_ns)

    def test_pairs(self):
        for text, wanted in (("", {}), ("a=1", {"a": "1"}), ("a=1&b=2", {"a": "1", "b": "2"}), ("a=x=y", {"a": "x=y"}),
                             ("a=x & y&b=1", {"a": "x & y", "b": "1"}), ("a=1&b&c=2", {"a": "1&b", "c": "2"}),
                             ("a&b=c=d", {"b": "c=d"}), ("a&b", {}), ("a=1&a=2", {"a": "2"}), ("a=1&a=", {}),
                             ("a=&b=1", {"b": "1"}), ("a=1&&b=2", {"a": "1&", "b": "2"}), ("a=1&", {"a": "1&"}),
                             ("run label=x", {"run label": "x"})):
            self.assertEqual(csv_lines.parse_pairs(text), wanted, text)

    def test_fields(self):
        for text, wanted in (('a,b,c', ["a", "b", "c"]), ('a,,', ["a", "", ""]), ('"a","b"', ["a", "b"]),
                             ('a,"b,c"', ["a", "b,c"]), ('a,"""b"""', ["a", '"b"']), ('"",a', ["", "a"]),
                             ('a\r', ["a"]), ('a,"b"\r', ["a", "b"]), ('a,"b\r\nc"\r', ["a", "b\r\nc"]),
                             ('a,b"c"', ["a", 'b"c"']),
                             ('a,"b\n\n""\nc",d', ["a", 'b\n\n"\nc', "d"])):
            lines = text.encode().split(b"\n")
            self.assertEqual(csv_lines.record_at(lines, 0), (wanted, len(lines)), text)
        for wrong in ('a,"b', 'a,"b"c', 'a,"b" ,c', 'a,"b""', '"', 'a,"b\nc'):
            with self.assertRaises(ValueError, msg=wrong):
                csv_lines.record_at(wrong.encode().split(b"\n"), 0)

    def test_good_rows(self):
        for line in ("c,1,1.0,,,,", '"c",1,"1.0",,,,', '"a ""b""",1,"1.0",,,,', "c,1,1.0,,,,\r",
                     "c,-1,-0.000000,,,,", "c,1,7,,,,", "c,1," + "1" * 309 + ".000000,,,,"):
            self.assertEqual(self.counts(line), (1, 1, 0, 1), line)
        self.assertEqual(self.counts('c,1,1.0,"a', '', 'c,2,2.0,""",,x=1,'), (3, 1, 0, 1))

    def test_bad_rows(self):
        good = "c,1,1.0,,,,"
        for line in ("c", "c,", ",1,1.0,,,,", "c,x,1.0,,,,", "c,1,1.0,,,", "c,1,1.0,,,,,", "c,1,+Inf,,,,",
                     "c,1,-Inf,,,,", "c,1,NaN,,,,", "c,1,,,,,", "c,1,1e400,,,,", "c,1," + "9" * 310 + ",,,,",
                     'c,1,1.0,"a"b,,,', 'c,1,1.0,"a,,,', "c,99999999999,1.0,,,,", "other", "other,x,1.0,,,,",
                     'other,1,1.0,"a"b,,,', "running (0.5s), 000/001 VUs", "{}", "     x"):
            self.assertEqual(self.counts(good, line, good), (3, 2, 1, 2), line)
        self.assertEqual(self.counts("", good, "  ", "\r"), (4, 1, 0, 1))
        self.assertEqual(self.counts('c,1,one,"', good, '",,,'), (3, 0, 1, 0))
        self.assertEqual(self.counts('c,one,1.0,"', good, '",,,'), (3, 1, 2, 1))
        self.assertEqual(self.counts('c,1,one,"', good, '",,'), (3, 1, 2, 1))

    def test_rows_of_metrics_that_nobody_exports(self):
        for line in ("other,1,+Inf,,,,", "other,1,x", "other,1,", "other,1,1.0,,,,,,,"):
            self.assertEqual(self.counts(line), (1, 1, 0, 0), line)
        for line in ("other,1", "other,99999999999,1.0,,,,", 'other,"1",1.0,,,,', '"",1,1.0,,,,'):
            self.assertEqual(self.counts(line), (1, 0, 1, 0), line)
        self.assertEqual(self.counts('other,1,1.0,"a', 'c,1,1.0,,,,', 'b",,,'), (3, 1, 0, 0))
        self.assertEqual(self.counts('other,1,1.0,"a', 'c,1,1.0,,,,', 'b",,'), (3, 1, 2, 1))
        self.assertEqual(self.counts('other,1,1.0,"a', 'c,1,1.0,,,,'), (2, 1, 1, 1))

    def test_headers(self):
        row = "c,1,1.0,200,x=1\n"
        text = "banner\n\nmetric_name,timestamp,metric_value,status,extra_tags\n" + row
        found = self.read(text)
        self.assertEqual((found.lines, found.all_points, found.bad_lines), (4, 1, 1))
        self.assertEqual(found.points[0].tags, {"status": "200", "x": "1"})
        found = self.read(text + HEADER + "\n" + row + "c,1,1.0,g,200,y=1,vu=1\n")
        self.assertEqual((found.lines, found.all_points, found.bad_lines), (7, 2, 2))
        self.assertEqual(found.points[1].tags, {"group": "g", "status": "200", "y": "1"})
        self.assertEqual(self.read("metric_name,timestamp,metric_value\nc,1,2\n").points[0].value, 2)
        line = '{"metric":"c","type":"Point","data":{"time":"2026-11-20T07:27:26Z","value":1,"tags":{}}}\n'
        for first, second, form, points in ((HEADER + "\n", line, "csv", 0), (line, HEADER + "\n", "json", 1),
                                            ("{}\n" + HEADER + "\n", line, "csv", 0), ("nothing\n", "", "json", 0)):
            found = self.read(first + second)
            self.assertEqual((found.format, len(found.points)), (form, points), first)

    def test_columns_and_extra_tags_of_one_name(self):
        found = self.read(HEADER + "\nc,1,1.0,g,,group=x&status=500,group=y&vu=1\n")
        self.assertEqual(found.points[0].tags, {"group": "g", "status": "500"})
        self.assertEqual(found.points[0].metadata, {"group": "y", "vu": "1"})

    def test_metadata(self):
        block = oracle.apm_rules.Block({"metrics": ['c{vu="1"}', {"sourceMetric": "c", "targetMetric": "d",
                                                                  "keepTags": ["vu", "iter", "group"]}, "e"]}, "all")
        tags, metadata = {"group": "g", "iter": ""}, {"vu": "1", "iter": "2", "group": "m"}
        self.assertEqual(block.entries[0].seen(tags, metadata), {"group": "g", "vu": "1"})
        self.assertEqual(block.entries[1].seen(tags, metadata), {"group": "g", "iter": "2", "vu": "1"})
        self.assertEqual(block.entries[2].seen(tags, metadata), {"group": "g"})

    def test_gauges(self):
        def point(file, place, time_ns, value):
            return k6_lines.Point(file, place, "g", {}, {}, time_ns, value)
        windows = [(0, [point(0, 1, 5, 4), point(0, 2, 5, 3), point(1, 1, 4, 9)]), (3, [point(1, 2, 9, 1)]),
                   (6, [point(0, 3, 12, 2), point(2, 1, 12, 5)]), (9, [point(2, 2, 19, 7)])]
        for how, wanted in (("last", [3, 1, 5, 7]), ("max", [9, 3, 5, 7]), ("sum", [12, 4, 7, 7])):
            self.assertEqual([value for _, value in gauges.merge("g", windows, how, sum)], wanted, how)
        self.assertEqual(gauges.merge("g", windows, None, sum), gauges.merge("g", windows, "last", sum))
        self.assertEqual(gauges.merge("vus", windows, None, sum), gauges.merge("vus", windows, "sum", sum))

    def test_moved_in_time(self):
        path = summaries.results_of("v2.2.0/lag-long-websocket", "csv")
        time_ns, time_ms = 1767225600 * 10**9 + 1, 1767225600 * 1000
        plain = oracle.Expected([path], BY_NAME)
        self.assertGreater(plain.last_ns - plain.first_ns, 5 * 10**9)
        for option, first_ns, wanted in (
                ("start_at_ns", time_ns, lambda times: times[0] == time_ms and times[1] == time_ms + 3000),
                ("end_at_ns", time_ns - (plain.last_ns - plain.first_ns), lambda times: times[-1] == time_ms + 3000)):
            moved = oracle.Expected([path], BY_NAME, **{option: time_ns})
            self.assertEqual((moved.first_ns, moved.last_ns - moved.first_ns),
                             (first_ns, plain.last_ns - plain.first_ns))
            times = sorted({ts for samples in moved.series.values() for ts, _ in samples})
            self.assertTrue(wanted(times), (option, times))
            self.assertEqual(sum(origin[2] for origin in moved.origins.values()),
                             sum(origin[2] for origin in plain.origins.values()))


if __name__ == "__main__":
    unittest.main()
