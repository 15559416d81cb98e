#!/usr/bin/env python3
"""Every point of every run in testdata, JSON or CSV, arrives at Datadog as the model computes it from the raw lines, and
the official dashboard finds its data."""
import csv
import json
import os
import tempfile
import unittest

import datadog_bodies
import datadog_intake
import datadog_model
import datadog_queries
import harness
import k6_time
import made_up_runs
import summaries
from datadog_intake import Intake
from datadog_push import PushTest, block, now_s, push, replay_intake
from oracle_test import BY_NAME, CASES, CUT_OFF, EVERYTHING, QUICK_RUNS, missing_types, type_flags
from result_writers import Metric

# name -> (apm block, further flags, further options of the model)
OWN_CASES = dict(CASES)
OWN_CASES["all trend stats, rate counts"] = (
    {"includeDefaultMetrics": False, "metrics": [EVERYTHING]},
    ["--trend-stats", "avg,min,med,max,p(90),p(99.9),count,sum", "--rate-counts", "--keep-tags", "scenario"],
    {"trend_stats": ["avg", "min", "med", "max", "p(90)", "p(99.9)", "count", "sum"], "rate_counts": True,
     "keep_tags": ["scenario"]})
OWN_CASES["tags of ours"] = (
    {"metrics": ["checks"]}, ["--tag", "Team=Store FRONT", "--tag", "METHOD=Ours", "--keep-tags", "method,name"],
    {"constant": {"Team": "Store FRONT", "METHOD": "Ours"}, "keep_tags": ["method", "name"]})
MADE_UP = range(10 if harness.QUICK else 80)


def names_of(path):
    """The rows of the integration's list of metrics, by name."""
    with open(path, encoding="utf-8", newline="") as file:
        return {row["metric_name"]: row for row in csv.DictReader(file)}


def export(files, apm, *flags, **how):
    """A run with -o."""
    return harness.Export(files, block("http://127.0.0.1:9", **apm), *flags, **how)


class Datadog(PushTest):
    """All runs, all blocks."""

    def compare(self, files, apm, *flags, **options):
        """Pushes a run and compares all that arrived and was reported."""
        expected = datadog_model.Expected(files, apm, **options)
        with replay_intake() as intake:
            result = push(block(intake, **apm), files, "--datadog-historical", *flags)
            bad = sum(source.bad_lines for source in expected.inputs)
            left_out = expected.left_out or expected.unnamed or expected.clashing
            if bad or left_out or any(path.endswith(CUT_OFF) for path in files):
                self.assertEqual(result.status, 1, str(result))
            destination = self.delivered(result, intake, expected, result.status)
            self.assertIn(result.status, (0, 1))
            found = {(metric["source"], metric["target"]): [metric["type"], metric["series"], metric["points"]]
                     for metric in destination["metrics"] if metric["points"]}
            self.assertEqual(found, {key: row for key, row in expected.metrics.items() if row[2]}, str(result))
            self.assertEqual(result.report()["points"], expected.account, str(result))
            run = result.report()["run"]
            self.assertEqual([k6_time.parse_time(run[name]) // 10**6 for name in ("first", "last")],
                             [expected.first_ns // 10**6, expected.last_ns // 10**6], str(result))
            self.assertEqual(set(intake.came.values()), {1}, "a point came twice")
        return expected

    def check_cases(self, files):
        """All cases; what a CSV does not say of custom metrics is given."""
        types = missing_types(files)
        for case, (apm, flags, options) in OWN_CASES.items():
            with self.subTest(files=files, case=case):
                self.compare(files, apm, *flags, *type_flags(types), metric_types=types, **options)

    def test_every_json(self):
        paths = [summaries.results_of(run) for run in QUICK_RUNS] if harness.QUICK else summaries.all_results()
        for path in paths:
            self.check_cases([path])

    def test_every_csv(self):
        paths = [summaries.results_of(run, "csv") for run in QUICK_RUNS] if harness.QUICK else summaries.all_csv()
        for path in paths:
            self.check_cases([path])

    def test_several_files_are_one_run(self):
        for kinds in (["json"] * 3, ["csv", "json", "csv"]):
            self.check_cases([summaries.results_of(run, kind) for run, kind in zip(summaries.INSTANCES, kinds)])

    def test_made_up_runs(self):
        """With odd names, tags, times and values; see made_up_runs_test.py."""
        points = 0
        for number in MADE_UP:
            with self.subTest(run=number), tempfile.TemporaryDirectory() as scratch:
                run = made_up_runs.Run(number)
                paths = run.write(scratch)
                expected = datadog_model.Expected(paths, run.apm, **run.options)
                points += expected.points()
                with export(paths, run.apm, *run.flags, "--max-series", "1000000") as written:
                    said = str(written.result)
                    found = datadog_bodies.read_bodies(written.directory)
                    self.assertEqual(datadog_model.differences(expected.series, found), [], said)
                    harness.check_sums(self, written.report)
                    destination = written.report["destinations"][0]
                    self.assertEqual((destination["series"], destination["points"]),
                                     (len(expected.series), expected.points()), said)
        self.assertGreater(points, len(MADE_UP) * 30)

    def test_written_is_what_is_pushed(self):
        for run in QUICK_RUNS:
            files = [summaries.results_of(run)]
            for case in ("defaults", "by name, method and status", "10 s, run id and tags"):
                apm, flags, options = CASES[case]
                with self.subTest(run=run, case=case), replay_intake() as intake:
                    apm = block(intake, **apm)
                    result = push(apm, files, "--datadog-historical", *flags)
                    pushed = intake.series_requests()
                    self.assertIn(result.status, (0, 1), str(result))  # edge has a total beyond the range of a number
                    self.assertTrue(pushed)
                    with harness.Export(files, apm, *flags) as written:
                        self.assertEqual(written.result.status, result.status)
                        self.assertEqual(sorted(written.bodies().values()), sorted(request.body for request in pushed))
                        expected = datadog_model.Expected(files, apm, **options)
                        self.assertEqual(datadog_model.differences(
                            expected.series, datadog_bodies.read_bodies(written.directory)), [])
                        self.check_sidecars(written, intake)

    def check_sidecars(self, written, intake):
        """Method, place, headers and times; the key is masked."""
        for (_, body), sidecar in zip(sorted(written.bodies().items()), written.sidecars()):
            self.assertEqual((sidecar["method"], sidecar["url"]), ("POST", intake.url + datadog_intake.SERIES))
            headers = {name.lower(): value for name, value in sidecar["headers"].items()}
            self.assertEqual(headers["dd-api-key"], "***")
            times = [ts for sent in datadog_bodies.decode(headers, body) for ts in sent.points]
            self.assertEqual([k6_time.parse_time(sidecar[name]) // 10**9 for name in ("first", "last")],
                             [min(times), max(times)])
            decoded = harness.run("--decode", self.write("000001.body", body))
            self.assertEqual(decoded.status, 0, str(decoded))
            lines = [line for line in decoded.out.decode().splitlines() if line and not line.startswith("#")]
            self.assertEqual(len(lines), len(times))

    def test_nothing_is_opened_where_nothing_is_sent(self):
        files = [summaries.results_of("v2.2.0/plain")]
        with Intake() as intake:
            for flags in (["-n"], ["-n", "--json"], ["-o", os.path.join(self.scratch, "out")]):
                result = harness.run(*files, "--apm", json.dumps(block(intake)), *flags)
                self.assertEqual(result.status, 0, str(result))
            self.assertEqual(harness.run("--check", "--apm", json.dumps(block(intake))).status, 0)
            self.assertEqual(intake.connections, 0)

    def test_bodies_do_not_depend_on_threads(self):
        path = summaries.results_of("v2.2.0/shop-lite")
        with export([path], BY_NAME, "--threads", "1") as one, \
                export([path], BY_NAME, "--threads", "4", env={"K6APM_BLOCK_SIZE": "1000"}) as other:
            self.assertTrue(one.bodies())
            self.assertEqual(one.bodies(), other.bodies())
            self.assertEqual(one.sidecars(), other.sidecars())

    def test_headers(self):
        with replay_intake() as intake:
            result = push(block(intake), [summaries.results_of("v2.2.0/plain")], "--datadog-historical")
            self.assertEqual(result.status, 0, str(result))
            first = intake.requests[0]
            self.assertEqual((first.method, first.path), ("GET", datadog_intake.VALIDATE))
            for request in intake.requests:
                self.assertEqual(request.headers["host"], f"127.0.0.1:{intake.port}")
                self.assertRegex(request.headers["user-agent"], r"^k6apm/[0-9]")
                self.assertEqual(request.headers["dd-api-key"], datadog_intake.API_KEY)
                self.assertNotIn("expect", request.headers)
            self.assertEqual(sum(len(request.body) for request in intake.series_requests()),
                             result.report()["destinations"][0]["bytes"])


class Time(PushTest):
    """Moved runs, which need no historical metrics."""

    def test_moved(self):
        """To the present and to half an hour ago, with windows of that time."""
        half_an_hour_ago = k6_time.format_time((now_s() - 1800) * 10**9 + 123_456_789)
        for path in (summaries.results_of("v2.2.0/lag-long-websocket"), summaries.results_of("v2.2.0/proto", "csv")):
            types = missing_types([path])
            for flags in (["--end-at", "now"], ["--start-at", half_an_hour_ago], ["--end-at", half_an_hour_ago]):
                for rate in (1, 3, 10):
                    with self.subTest(path=path, flags=flags, rate=rate), Intake() as intake:
                        apm = dict(BY_NAME, resampleRate=rate)
                        result = push(block(intake, **apm), [path], *flags, *type_flags(types))
                        last = k6_time.parse_time(result.report()["run"]["last"])
                        expected = datadog_model.Expected([path], apm, metric_types=types, end_at_ns=last)
                        self.delivered(result, intake, expected, result.status)
                        self.assertEqual((intake.too_old, intake.ahead), ([], []))
                        if not expected.left_out:
                            self.assertEqual(result.status, 0, str(result))


class Merging(PushTest):
    """What becomes equal by Datadog's rules is one series."""

    def both(self, metrics, points, apm, *flags, **options):
        """Pushes a made-up run; returns what was expected."""
        path = self.write_run(metrics, points)
        apm = dict({"includeDefaultMetrics": False, "metrics": [EVERYTHING]}, **apm)
        expected = datadog_model.Expected([path], apm, **options)
        with Intake() as intake:
            result = push(block(intake, **apm), [path], *flags)
            self.delivered(result, intake, expected, result.status)
        return expected, result

    def test_tags(self):
        """In case, in signs, in what is cut off, in runs of `_`; keys and values; every type."""
        start = now_s() - 100
        start -= start % 10
        metrics = [Metric("c", "counter"), Metric("g", "gauge"), Metric("r", "rate"), Metric("t", "trend", "time")]
        spellings = [{"Env": "Prod EU"}, {"env": "prod_eu"}, {"ENV": "PROD?EU"}, {"env": "prod__eu_"}, {"env": "prod eu:"}]
        spellings += [{"url": "x" * 250 + str(i)} for i in range(3)]
        spellings += [{"Größe": "ΑΣ日本"}, {"grösse": "x"}, {"größe": "ας日本"}, {"İ": "I"}, {"i": "i"}]
        spellings += [{"": "x"}, {"?": "_"}, {"a": "\t"}, {"a": "_"}, {"device": "Eth 0"}, {"device": "eth_0"}, {"1st": "9"}]
        spellings += [{"A": "x", "a": "y"}, {"a": "x", "A": "Y"}, {"name": "http://Host:80/p?q=1&r=2#f"}]
        points = [(metric.name, start + second + i / 100, (i + 1) * (second % 3), tags) for metric in metrics
                  for second in range(12) for i, tags in enumerate(spellings)]
        expected, result = self.both(metrics, points, {"resampleRate": 10}, "--keep-tags", "all", keep_tags="all")
        self.assertEqual(result.status, 0, str(result))
        tags = {tags for name, tags in expected.series if name == "k6.c"}
        self.assertEqual(tags, {("env:prod_eu",), ("url:" + "x" * 196,), ("größe:ασ日本",), ("grösse:x",), ("größe:ας日本",), (),
                                ("a",), ("device:eth_0",), ("1st:9",), ("a:x", "a:y"), ("name:http://host:80/p_q_1_r_2_f",),
                                ("i:i",)})

    def test_constant_tags_win(self):
        start = now_s() - 60
        points = [("c", start, 1, {"Job": "theirs", "x": "1"}), ("c", start, 2, {"JOB": "x", "x": "1"}),
                  ("c", start, 4, {"test_run_id": "old", "x": "1"}), ("c", start, 8, {"job:a": "b", "x": "1"})]
        expected, _ = self.both([Metric("c", "counter")], points, {"includeTestRunId": True}, "--keep-tags", "all", "--tag",
                                "JoB=Ours", "--test-run-id", "Night 7", keep_tags="all",
                                constant={"JoB": "Ours", "test_run_id": "Night 7"})
        self.assertEqual(list(expected.series), [("k6.c", ("job:ours", "test_run_id:night_7", "x:1"))])

    def test_more_than_a_hundred_tags(self):
        start = now_s() - 60
        tags = {f"k{i:03}": "v" for i in range(120)}
        points = [("c", start, 1, tags), ("c", start, 2, dict(tags, k110="other")),
                  ("c", start, 4, dict(tags, k001="other"))]
        expected, _ = self.both([Metric("c", "counter")], points, {}, "--keep-tags", "all", "--tag", "zz=1",
                                keep_tags="all", constant={"zz": "1"})
        self.assertEqual([len(tags) for _, tags in expected.series], [100, 100])

    def test_names(self):
        """Two metrics of one type are one, one of another type is left out; long names; no letter at all."""
        start = now_s() - 60
        metrics = [Metric("orders placed", "counter"), Metric("orders_placed", "counter"), Metric("orders?placed", "rate"),
                   Metric("größe", "trend"), Metric("gr.b", "trend"), Metric("日本", "gauge")]
        points = [(metric.name, start + i, i + 1, {}) for metric in metrics for i in range(20)]
        expected, result = self.both(metrics, points, {})
        self.assertEqual(expected.clashing, {"orders?placed"})
        self.assertEqual(result.status, 1, str(result))
        self.assertIn("orders?placed", self.words(result, result.report()["destinations"][0]))
        self.assertIn(("k6.orders_placed", ()), expected.series)
        targets = [{"sourceMetric": '{__name__="größe"}', "targetMetric": "L" * 250},
                   {"sourceMetric": '{__name__="gr.b"}', "targetMetric": "1_9.Döner.X"},
                   {"sourceMetric": '{__name__="日本"}', "targetMetric": "_ünï"}]
        expected, result = self.both(metrics, points, {"metrics": targets})
        self.assertIn(("L" * 187 + ".95percentile", ()), expected.series)
        self.assertIn(("D_ner.X.avg", ()), expected.series)
        self.assertIn(("n_", ()), expected.series)
        nameless, _ = self.both(metrics, points, {"metrics": [EVERYTHING, {
            "sourceMetric": '{__name__="日本"}', "targetMetric": "_日本_1"}]})
        self.assertEqual(nameless.unnamed, {"日本"})


    def test_names_of_statistics(self):
        """A metric that has the name of another's statistic is left out; one of another type beside it is not."""
        start = now_s() - 60
        metrics = [Metric("x", "trend"), Metric("x.avg", "counter"), Metric("y", "rate"), Metric("y.total", "gauge"),
                   Metric("z?", "trend"), Metric("z_", "counter"), Metric("x.other", "counter")]
        metrics += [Metric("L" * 186 + end, "trend") for end in "12"]  # which differ only where the longest suffix stands
        points = [(metric.name, start + i, i + 1, {}) for metric in metrics for i in range(20)]
        expected, result = self.both(metrics, points, {}, "--rate-counts", rate_counts=True)
        self.assertEqual(expected.clashing, {"x.avg", "y.total", "L" * 186 + "2"})
        self.assertEqual(result.status, 1, str(result))
        for name in expected.clashing:
            self.assertIn(name, self.words(result, result.report()["destinations"][0]))
        twice = [{"sourceMetric": "x", "targetMetric": "a b"}, {"sourceMetric": "x", "targetMetric": "a_b"}]
        expected, result = self.both(metrics, points, {"metrics": twice})
        self.assertEqual((result.status, len(expected.series)), (1, 6), str(result))


class Dashboard(PushTest):
    """The official integration."""

    def setUp(self):
        super().setUp()
        with open(summaries.path_of("datadog/dashboard_queries.json"), encoding="utf-8") as file:
            self.queries = json.load(file)["queries"]
        self.official = names_of(summaries.path_of("datadog/k6-metadata.csv"))

    def test_every_query_finds_its_data(self):
        self.assertEqual(len(self.queries), 16)
        path = summaries.results_of("v2.2.0/shop-lite")
        for flags in (["--datadog-dashboard-metrics"], []):
            with self.subTest(flags=flags), Intake() as intake:
                result = push(block(intake, includeTestRunId=True), [path], "--end-at", "now", *flags)
                self.assertEqual((result.status, intake.problems), (0, []), str(result))
                for query in self.queries:
                    found = datadog_queries.answer(query["query"], now_s() - 3600, now_s(), intake.stored())
                    self.assertEqual(bool(found), bool(flags) or query["in_default_export_set"], query)
                    if found:
                        kind, _ = intake.types[query["metric"]]
                        self.assertEqual(datadog_model.TYPE_NAMES[kind], query["metadata_type"], query)

    def test_types_and_units_are_the_official_ones(self):
        path = summaries.results_of("v2.2.0/shop-lite")
        with Intake() as intake:
            result = push(block(intake, metrics=["vus_max", "iteration_duration"]), [path], "--end-at", "now",
                          "--datadog-dashboard-metrics")
            self.assertEqual((result.status, intake.problems), (0, []), str(result))
            self.assertEqual(intake.types.keys() - self.official.keys(), set())
            self.assertGreater(len(intake.types), 30)
            for name, (kind, unit) in intake.types.items():
                official = self.official[name]
                self.assertEqual(datadog_model.TYPE_NAMES[kind], official["metric_type"], name)
                if official["unit_name"] in ("byte", "millisecond"):
                    self.assertEqual(unit, official["unit_name"], name)

    def test_k6s_own_totals(self):
        """What k6 says at its end is what all points together say."""
        for run in ("v2.2.0/edge", "v0.33.0/legacy", "v1.3.0/shop-lite", "v2.2.0/lag-long-websocket"):
            for kind in ("json", "csv"):
                path = summaries.results_of(run, kind)
                types = missing_types([path])
                facts = summaries.facts_of(run)
                with self.subTest(path=path), replay_intake() as intake:
                    apm = block(intake, includeDefaultMetrics=False, metrics=summaries.apm_of(facts)["metrics"])
                    result = push(apm, [path], "--datadog-historical", "--rate-counts", "--trend-stats", "count,sum,min,max",
                                  *type_flags(types))
                    self.assertIn(result.status, (0, 1), str(result))
                    made, problems = summaries.contradictions(facts, datadog_model.as_running_totals(intake.stored()),
                                                              from_csv=kind == "csv")
                    self.assertEqual(problems, [])
                    self.assertGreater(made, 20)


if __name__ == "__main__":
    unittest.main()
