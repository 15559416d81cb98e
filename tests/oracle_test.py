#!/usr/bin/env python3
"""Every exported value of every run in testdata, JSON or CSV, is what the oracle computes from the raw lines."""
import json
import os
import unittest

import harness
import k6_lines
import k6_time
import oracle
import summaries

EVERYTHING = '{__name__=~".+"}'
BY_NAME = {"includeDefaultMetrics": False,
           "metrics": [{"sourceMetric": EVERYTHING, "keepTags": ["name", "method", "status"]}]}
SELECTORS = {"resampleRate": 2, "metrics": [
    {"sourceMetric": 'http_reqs{status!="200"}', "targetMetric": "not_ok", "keepTags": ["status", "method"]},
    {"sourceMetric": 'k6.http_req_duration{status=~"2..|3.."}', "targetMetric": "shop:good_duration"},
    {"sourceMetric": 'http_req_duration{group!~"::landing.*",expected_response!=""}', "targetMetric": "elsewhere",
     "keepTags": ["group", "no_such_tag"]},
    {"sourceMetric": 'checks{check=~".*item.*"}', "targetMetric": "item_checks", "keepTags": ["check"]},
    {"sourceMetric": '{__name__=~"http_req_(sending|receiving)"}', "keepTags": ["scenario"]},
    {"sourceMetric": '{__name__=~"http_req_.*",scenario=""}', "keepTags": ["method"]},
    "k6.checks", {"sourceMetric": "http_reqs", "keepTags": ["group"]},
]}
# Tags that stand in extra_tags and in metadata of a CSV. A metric that is kept with all of its tags has no other entry
# here that names metadata.
EXTRA_TAGS = {"includeDefaultMetrics": False, "metrics": [
    {"sourceMetric": 'http_reqs{team="storefront",flow!="browse"}', "targetMetric": "storefront",
     "keepTags": ["flow", "env", "phase", "quote", "my tag"]},
    {"sourceMetric": 'http_req_duration{phase="warm \\"up\\""}', "targetMetric": "warm_up", "keepTags": ["phase"]},
    {"sourceMetric": 'edge_counter{q="quoted"}', "targetMetric": "quoted",
     "keepTags": ["q", "nl", "crlf", "comma", "quote", "html", "eq", "space", "uni", "tab", "bs", "nul", "ctl", "ls",
                  "y", "amp"]},
    {"sourceMetric": 'edge_trend{a="1",b!="2"}', "targetMetric": "a_without_b"},
    {"sourceMetric": '{__name__=~"hits|level",big!="yes"}', "keepTags": ["from", "size", "env"]},
    {"sourceMetric": 'iterations{vu=~"1.*"}', "targetMetric": "of_vu_1", "keepTags": ["iter", "vu tag"]},
    {"sourceMetric": '{__name__=~"checks|http_req_failed|iteration_duration|edge_gauge"}',
     "keepTags": ["vu", "iter", "id", "trace&id", "run label", "no_such_tag"]},
]}

# name -> (apm block, further flags, further options of the oracle)
CASES = {
    "defaults": ({}, [], {}),
    "by name, method and status": (BY_NAME, [], {}),
    "every tag": ({"metrics": [EVERYTHING]}, ["--keep-tags", "all"], {"keep_tags": "all"}),
    "some tags, rate counts": ({"metrics": [EVERYTHING]}, ["--keep-tags", "group,check,scenario", "--rate-counts"],
                               {"keep_tags": ["group", "check", "scenario"], "rate_counts": True}),
    "selectors": (SELECTORS, [], {}),
    "extra tags and metadata": (EXTRA_TAGS, [], {}),
    "1 s": ({"resampleRate": 1, "metrics": ["checks", "vus_max", "iteration_duration"]}, [], {}),
    "10 s, run id and tags": ({"resampleRate": 10, "includeTestRunId": True, "metrics": ["http_req_failed"]},
                              ["--test-run-id", "night 7", "--tag", "job=load test", "--tag", "method=ours",
                               "--keep-tags", "method,status"],
                              {"keep_tags": ["method", "status"],
                               "constant": {"test_run_id": "night 7", "job": "load test", "method": "ours"}}),
    "trend stats": ({"metrics": ["iteration_duration"]}, ["--trend-stats", "p(99.9),med,count,p(0),p(100)"],
                    {"trend_stats": ["p(99.9)", "med", "count", "p(0)", "p(100)"]}),
}
GAUGES = {"resampleRate": 1, "metrics": ["vus_max", {"sourceMetric": "level", "keepTags": ["from"]},
                                         {"sourceMetric": "level", "targetMetric": "level_of_all"}]}
QUICK_RUNS = ["v2.2.0/edge", "v0.33.0/legacy", "v2.2.0/plain-tz-kolkata-rfc3339nano", "v1.3.0/shop-lite"]
CUT_OFF = ("truncated/results.json.gz", "truncated/results.csv.gz")
MOVES = [("--start-at", "start_at_ns", "2026-11-21T00:00:00Z"),
         ("--start-at", "start_at_ns", "2019-02-28T23:59:59.999999999Z"),
         ("--end-at", "end_at_ns", "2027-01-01T05:30:00.000000001+05:30"),
         ("--end-at", "end_at_ns", "2026-11-20T07:00:00Z")]


def check_report(test, export, files, expected):
    """The report and the files beside the bodies say what is there."""
    report, result = export.report, str(export.result)
    harness.check_sums(test, report)
    test.assertEqual(report["exit_status"], export.result.status)
    test.assertEqual([entry["path"] for entry in report["inputs"]], files, result)
    for entry, source, path in zip(report["inputs"], expected.inputs, files):
        test.assertEqual((entry["lines"], entry["points"], entry["bad_lines"]),
                         (source.lines, source.all_points, source.bad_lines), result)
        test.assertEqual((entry["format"], entry["bytes"]), (source.format, os.path.getsize(path)), result)
        test.assertEqual(entry["compression"], "gzip" if path.endswith(".gz") else "none", result)
        if path.endswith(".gz"):
            test.assertEqual(entry["truncated"], path.endswith(CUT_OFF), result)
    test.assertEqual(report["points"], expected.account, result)
    destination = report["destinations"][0]
    test.assertEqual((destination["index"], destination["provider"], destination["status"]),
                     (0, "prometheus", "written"), result)
    test.assertEqual((destination["series"], destination["points"]), (len(expected.series), expected.points()), result)
    found = {(metric["source"], metric["target"]): [metric["type"], metric["series"], metric["points"]]
             for metric in destination["metrics"] if metric["points"]}
    test.assertEqual(found, {key: row for key, row in expected.metrics.items() if row[2]}, result)
    bodies, sidecars = export.bodies(), export.sidecars()
    test.assertEqual(sorted(bodies), [f"{i:06}.body" for i in range(1, len(bodies) + 1)])
    test.assertEqual((destination["requests"], destination["bytes"]),
                     (len(bodies), sum(len(body) for body in bodies.values())), result)
    test.assertEqual((len(sidecars), sum(sidecar["points"] for sidecar in sidecars)),
                     (len(bodies), expected.points()))
    run = report["run"]
    for name, wanted in (("first", expected.first_ns), ("last", expected.last_ns)):
        test.assertEqual(k6_time.parse_time(run[name]) // 10**6, wanted // 10**6, result)


def type_flags(types):
    """--metric-type for {name: type}."""
    return [word for name, kind in types.items() for word in ("--metric-type", f"{name}={kind}")]


def missing_types(files):
    """{name: type} of what no input says: with a CSV the custom metrics."""
    for path in files:
        if "csv" in os.path.basename(path):
            return summaries.custom_types(path)
    return {}


class Oracle(unittest.TestCase):
    """All runs, all blocks."""

    def compare(self, files, apm, *flags, thresholds=None, **options):
        """Runs the tool and compares all that it wrote and reported."""
        expected = oracle.Expected(files, apm, thresholds=thresholds, **options)
        with harness.Export(files, apm, *flags, thresholds=thresholds) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
            check_report(self, export, files, expected)
            bad = sum(source.bad_lines for source in expected.inputs)
            if bad or expected.left_out or any(path.endswith(CUT_OFF) for path in files):
                self.assertEqual(export.result.status, 1, str(export.result))
            elif apm == {}:
                self.assertEqual(export.result.status, 0, str(export.result))
        return expected

    def check(self, files, case):
        """One of CASES; what a CSV does not say of custom metrics is given."""
        apm, flags, options = CASES[case]
        types = missing_types(files)
        return self.compare(files, apm, *flags, *type_flags(types), metric_types=types, **options)

    def test_every_json(self):
        if harness.QUICK:
            files = [summaries.results_of(run) for run in QUICK_RUNS] + [summaries.path_of(summaries.INFINITY[3])]
        else:
            files = summaries.all_results()
        for path in files:
            for case in CASES:
                with self.subTest(path=path, case=case):
                    self.assertEqual(self.check([path], case).inputs[0].format, "json")

    def test_every_csv(self):
        if harness.QUICK:
            files = [summaries.results_of(run, "csv") for run in QUICK_RUNS] + [summaries.path_of(name)
                                                                               for name in summaries.OTHER_CSV]
        else:
            files = summaries.all_csv()
        for path in files:
            for case in CASES:
                with self.subTest(path=path, case=case):
                    self.assertEqual(self.check([path], case).inputs[0].format, "csv")

    def test_several_files_are_one_run(self):
        for kinds in (["json"] * 3, ["csv"] * 3, ["csv", "json", "csv"]):
            files = [summaries.results_of(run, kind) for run, kind in zip(summaries.INSTANCES, kinds)]
            for case in ("defaults", "by name, method and status", "every tag", "1 s"):
                with self.subTest(kinds=kinds, case=case):
                    self.check(files, case)

    def test_the_same_file_twice(self):
        """Is a mistake, until it is said to be none."""
        for kind in ("json", "csv"):
            path = summaries.results_of("v2.2.0/proto", kind)
            self.assertEqual(harness.run(path, path, "--apm", '{"provider": "prometheus", "remoteWriteURL": "%s"}'
                                         % harness.NOWHERE, "-n").status, 2)
            expected = self.compare([path, path], BY_NAME, "--allow-duplicates")
            once = oracle.Expected([path], BY_NAME)
            self.assertEqual({key: 2 * origin[2] for key, origin in once.origins.items()},
                             {key: origin[2] for key, origin in expected.origins.items()})

    def test_metadata_that_another_entry_names(self):
        """Is no tag of an entry that keeps all tags."""
        block = {"includeDefaultMetrics": False, "metrics": [
            "http_reqs", {"sourceMetric": 'http_reqs{vu="1"}', "targetMetric": "of_one"},
            {"sourceMetric": "http_reqs", "targetMetric": "by_iter", "keepTags": ["iter"]}]}
        path = summaries.results_of("v2.2.0/edge")
        expected = self.compare([path], block, "--keep-tags", "all", keep_tags="all")
        names = {name: {key for labels in [dict(labels) for other, labels in expected.series if other == name]
                        for key in labels} for name in ("k6_http_reqs", "of_one", "by_iter")}
        self.assertEqual([names["k6_http_reqs"] & {"vu", "iter"}, names["of_one"] & {"vu", "iter"}, names["by_iter"]],
                         [set(), {"vu"}, {"iter"}])

    def test_gauges_of_several_files(self):
        """Every way to merge them, and that the ways differ."""
        for kinds in (["json"] * 3, ["csv"] * 3, ["csv", "csv", "json"]):
            files = [summaries.results_of(run, kind) for run, kind in zip(summaries.INSTANCES, kinds)]
            types = missing_types(files)
            found = []
            for how in (None, "sum", "last", "max"):
                with self.subTest(kinds=kinds, how=how):
                    flags = [] if how is None else ["--merge-gauges", how]
                    expected = self.compare(files, GAUGES, *flags, *type_flags(types), metric_types=types,
                                            merge_gauges=how)
                    found.append([expected.series[(name, ())] for name in ("k6_vus", "level_of_all")])
            by_default, added_up, last, largest = found
            self.assertEqual(by_default, [added_up[0], last[1]])
            for i in (0, 1):
                self.assertTrue(last[i] != added_up[i] != largest[i])
            if "csv" not in kinds:  # where times are whole seconds the latest values of all files are equally late
                self.assertNotEqual(last[1], largest[1])

    def test_types_of_thresholds(self):
        """A CSV with the options that k6 ran with; metrics that they do not speak of are left out."""
        left_out = set()
        for run in QUICK_RUNS + ["v2.2.0/notags", summaries.WHOLE]:
            with self.subTest(run):
                expected = self.compare([summaries.results_of(run, "csv")], BY_NAME,
                                        thresholds=summaries.thresholds_of(run))
                left_out |= expected.left_out
                known = summaries.types_of(run)
                for (_, target), row in expected.metrics.items():
                    self.assertEqual(row[0], known[target.removeprefix("k6_")][0], target)
        self.assertEqual(left_out, {"queue_depth", "render_time", "edge_gauge", "edge_rate", "edge_time",
                                    "bytes_uploaded", "hits", "level", "payload_size", "bare"})

    def test_metric_lines_win_over_given_types(self):
        """--metric-type is for what no input says: neither JSON beside it nor the table of built-in metrics."""
        files = [summaries.results_of(summaries.INSTANCES[0]), summaries.results_of(summaries.INSTANCES[1], "csv")]
        types = {"hits": "trend", "http_reqs": "gauge"}
        for order in (files, files[::-1]):
            for threads in (["--threads", "1"], []):
                with self.subTest(files=order, threads=threads):
                    expected = self.compare(order, BY_NAME, *threads, *type_flags(types), metric_types=types)
                    self.assertEqual({key[1]: row[0] for key, row in expected.metrics.items() if key[1] in
                                      ("k6_hits", "k6_http_reqs", "k6_level")},
                                     {"k6_hits": "counter", "k6_http_reqs": "counter", "k6_level": "gauge"})
        expected = self.compare(files[1:], BY_NAME, *type_flags(types), metric_types=types)
        self.assertEqual({key[1]: row[0] for key, row in expected.metrics.items() if key[1] in
                          ("k6_hits", "k6_http_reqs")}, {"k6_hits": "trend", "k6_http_reqs": "gauge"})
        self.assertEqual(expected.left_out, {"good", "level", "payload_size"})

    def test_moved_in_time(self):
        files = [summaries.results_of("v2.2.0/lag-long-websocket"), summaries.results_of("v2.2.0/proto", "csv"),
                 summaries.results_of("v1.3.0/shop-lite")]
        for path in files[:1] if harness.QUICK else files:
            types = missing_types([path])
            for flag, option, text in MOVES:
                for block in (BY_NAME, dict(BY_NAME, resampleRate=1), dict(BY_NAME, resampleRate=10)):
                    with self.subTest(path=path, flag=flag, to=text, block=block):
                        self.compare([path], block, flag, text, *type_flags(types), metric_types=types,
                                     **{option: k6_time.parse_time(text)})

    def test_moved_after_from_and_to(self):
        """--from and --to are in the file's own time; what they leave is moved."""
        files = [summaries.results_of(summaries.INSTANCES[0], "csv"), summaries.results_of(summaries.INSTANCES[1])]
        types = missing_types(files)
        first = oracle.Expected(files, BY_NAME, metric_types=types).first_ns
        limits = {"from_ns": first + 2 * 10**9, "to_ns": first + 7_500_000_000}
        for flag, option, text in MOVES:
            with self.subTest(flag=flag, to=text):
                expected = self.compare(files, BY_NAME, flag, text, "--from", "+2s", "--to", "+7.5s",
                                        *type_flags(types), metric_types=types, **limits,
                                        **{option: k6_time.parse_time(text)})
                self.assertIn(k6_time.parse_time(text), (expected.first_ns, expected.last_ns))

    def test_the_account_of_points_does_not_depend_on_threads(self):
        """Of every reason there are some; a block is far smaller than a file."""
        block = dict(SELECTORS, includeDefaultMetrics=False)
        block["metrics"] = block["metrics"] + ["edge_gauge", "render_time"]  # a CSV does not tell their types
        reasons = set()
        for runs, kinds in ((["v2.2.0/edge"], ["json"]), (["v2.2.0/edge"], ["csv"]),
                            (summaries.INSTANCES, ["csv", "json", "csv"]), (["v2.2.0/shop-lite"], ["csv"])):
            files = [summaries.results_of(run, kind) for run, kind in zip(runs, kinds)]
            first = oracle.Expected(files, block).first_ns
            for flags, limits in (([], {}), (["--from", "+1s", "--to", "+2.5s", "--end-at", "2026-01-01T00:00:00Z"],
                                             {"from_ns": first + 10**9, "to_ns": first + 2_500_000_000})):
                expected = oracle.Expected(files, block, **limits)
                reasons |= {reason for reason, count in expected.account["left_out"].items() if count}
                for threads in ("1", "2", "8"):
                    with self.subTest(files=files, flags=flags, threads=threads):
                        apm = json.dumps(dict(block, provider="prometheus", remoteWriteURL=harness.NOWHERE))
                        result = harness.run(*files, "--apm", apm, "-n", "--json", "--threads", threads, *flags,
                                             env={"K6APM_BLOCK_SIZE": "4096"})
                        self.assertEqual(result.report()["points"], expected.account, str(result))
        self.assertEqual(reasons, set(expected.account["left_out"]))

    def test_from_and_to(self):
        start, end = "2026-11-20T07:44:14.5Z", "2026-11-20T13:14:17.123456789+05:30"
        for kind in ("json", "csv"):
            path = summaries.results_of("v2.2.0/shop-lite", kind)
            types = missing_types([path])
            everything = oracle.Expected([path], BY_NAME, metric_types=types)
            expected = self.compare([path], BY_NAME, "--from", start, "--to", end, *type_flags(types),
                                    metric_types=types, from_ns=k6_time.parse_time(start),
                                    to_ns=k6_time.parse_time(end))
            self.assertTrue(0 < expected.points() < everything.points())
            seconds = k6_time.parse_time(start) / 10**9
            self.compare([path], BY_NAME, "--from", f"{seconds:.1f}", "--to", end, *type_flags(types),
                         metric_types=types, from_ns=k6_time.parse_time(start), to_ns=k6_time.parse_time(end))

    def test_offsets_from_the_start(self):
        files = [summaries.results_of(run) for run in summaries.INSTANCES[:2]]
        first = oracle.Expected(files, {}).first_ns
        self.compare(files, {}, "--from", "+2s", "--to", "+7.5s", from_ns=first + 2 * 10**9,
                     to_ns=first + 7_500_000_000)

    def test_exact_bounds(self):
        path = summaries.results_of("v2.2.0/plain")
        times = sorted({point.time_ns for point in k6_lines.Input(path, 0, lambda name: True).points})
        first, last = times[2], times[-2]
        texts = [f"2026-11-20T07:27:{ns % 60_000_000_000 / 10**9:012.9f}Z" for ns in (first, last)]
        self.assertEqual([k6_time.parse_time(text) for text in texts], [first, last])
        expected = oracle.Expected([path], BY_NAME, from_ns=first, to_ns=last)
        self.assertTrue(expected.points() > 0)
        with harness.Export([path], BY_NAME, "--from", texts[0], "--to", texts[1]) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))


if __name__ == "__main__":
    unittest.main()
