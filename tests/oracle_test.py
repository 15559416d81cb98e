#!/usr/bin/env python3
"""Every exported value of every JSON run in testdata is what the oracle computes from the raw lines."""
import os
import unittest

import harness
import k6_lines
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

# name -> (apm block, further flags, further options of the oracle)
CASES = {
    "defaults": ({}, [], {}),
    "by name, method and status": (BY_NAME, [], {}),
    "every tag": ({"metrics": [EVERYTHING]}, ["--keep-tags", "all"], {"keep_tags": "all"}),
    "some tags, rate counts": ({"metrics": [EVERYTHING]}, ["--keep-tags", "group,check,scenario", "--rate-counts"],
                               {"keep_tags": ["group", "check", "scenario"], "rate_counts": True}),
    "selectors": (SELECTORS, [], {}),
    "1 s": ({"resampleRate": 1, "metrics": ["checks", "vus_max", "iteration_duration"]}, [], {}),
    "10 s, run id and tags": ({"resampleRate": 10, "includeTestRunId": True, "metrics": ["http_req_failed"]},
                              ["--test-run-id", "night 7", "--tag", "job=load test", "--tag", "method=ours",
                               "--keep-tags", "method,status"],
                              {"keep_tags": ["method", "status"],
                               "constant": {"test_run_id": "night 7", "job": "load test", "method": "ours"}}),
    "trend stats": ({"metrics": ["iteration_duration"]}, ["--trend-stats", "p(99.9),med,count,p(0),p(100)"],
                    {"trend_stats": ["p(99.9)", "med", "count", "p(0)", "p(100)"]}),
}
QUICK_FILES = ["v2.2.0/edge", "v0.33.0/legacy", "v2.2.0/plain-tz-kolkata-rfc3339nano", "v1.3.0/shop-lite"]


def check_report(test, export, files, expected):
    """The report and the files beside the bodies say what is there."""
    report, result = export.report, str(export.result)
    harness.check_sums(test, report)
    test.assertEqual(report["exit_status"], export.result.status)
    test.assertEqual([entry["path"] for entry in report["inputs"]], files, result)
    for entry, source, path in zip(report["inputs"], expected.inputs, files):
        test.assertEqual((entry["lines"], entry["points"], entry["bad_lines"]),
                         (source.lines, source.all_points, source.bad_lines), result)
        test.assertEqual((entry["format"], entry["bytes"]), ("json", os.path.getsize(path)), result)
        test.assertEqual(entry["compression"], "gzip" if path.endswith(".gz") else "none", result)
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
        test.assertEqual(k6_lines.parse_time(run[name]) // 10**6, wanted // 10**6, result)


class Oracle(unittest.TestCase):
    """All runs, all blocks."""

    def check(self, files, case):
        apm, flags, options = CASES[case]
        expected = oracle.Expected(files, apm, **options)
        with harness.Export(files, apm, *flags) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
            check_report(self, export, files, expected)
            bad = sum(source.bad_lines for source in expected.inputs)
            if bad or any("truncated/results.json.gz" in path for path in files):
                self.assertEqual(export.result.status, 1, str(export.result))
            elif case == "defaults":
                self.assertEqual(export.result.status, 0, str(export.result))

    def test_every_run(self):
        if harness.QUICK:
            files = [summaries.results_of(run) for run in QUICK_FILES] + [summaries.path_of(summaries.INFINITY[3])]
        else:
            files = summaries.all_results()
        for path in files:
            for case in CASES:
                with self.subTest(path=path, case=case):
                    self.check([path], case)

    def test_several_files_are_one_run(self):
        files = [summaries.results_of(run) for run in summaries.INSTANCES]
        for case in ("defaults", "by name, method and status", "1 s"):
            with self.subTest(case=case):
                self.check(files, case)

    def test_from_and_to(self):
        path = summaries.results_of("v2.2.0/shop-lite")
        start, end = "2026-11-20T07:44:14.5Z", "2026-11-20T13:14:17.123456789+05:30"
        expected = oracle.Expected([path], BY_NAME, from_ns=k6_lines.parse_time(start),
                                   to_ns=k6_lines.parse_time(end))
        everything = oracle.Expected([path], BY_NAME)
        self.assertTrue(0 < expected.points() < everything.points())
        with harness.Export([path], BY_NAME, "--from", start, "--to", end) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
            bodies = export.bodies()
        seconds = k6_lines.parse_time(start) / 10**9
        with harness.Export([path], BY_NAME, "--from", f"{seconds:.1f}", "--to", end) as export:
            self.assertEqual(export.bodies(), bodies)

    def test_offsets_from_the_start(self):
        files = [summaries.results_of(run) for run in summaries.INSTANCES[:2]]
        first = oracle.Expected(files, {}).first_ns
        expected = oracle.Expected(files, {}, from_ns=first + 2 * 10**9, to_ns=first + 7_500_000_000)
        with harness.Export(files, {}, "--from", "+2s", "--to", "+7.5s") as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))

    def test_exact_bounds(self):
        path = summaries.results_of("v2.2.0/plain")
        times = sorted({point.time_ns for point in k6_lines.Input(path, 0, lambda name: True).points})
        first, last = times[2], times[-2]
        texts = [f"2026-11-20T07:27:{ns % 60_000_000_000 / 10**9:012.9f}Z" for ns in (first, last)]
        self.assertEqual([k6_lines.parse_time(text) for text in texts], [first, last])
        expected = oracle.Expected([path], BY_NAME, from_ns=first, to_ns=last)
        self.assertTrue(expected.points() > 0)
        with harness.Export([path], BY_NAME, "--from", texts[0], "--to", texts[1]) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))


class Summaries(unittest.TestCase):
    """k6's own end-of-test summaries come out of the exported series."""

    def test_every_summary(self):
        for run in summaries.RUNS[:4] if harness.QUICK else summaries.RUNS:
            with self.subTest(run):
                facts = summaries.facts_of(run)
                with harness.Export([summaries.results_of(run)], summaries.apm_of(facts), "--rate-counts") as export:
                    made, problems = summaries.contradictions(facts, export.series())
                    self.assertEqual(problems, [], str(export.result))
                    self.assertGreater(made, 20)

    def test_three_instances_add_up(self):
        facts = summaries.facts_of(summaries.INSTANCES[0])
        files = [summaries.results_of(run) for run in summaries.INSTANCES]
        with harness.Export(files, summaries.apm_of(facts), "--rate-counts") as export:
            made, problems = summaries.contradictions_of_sum(summaries.INSTANCES, facts, export.series())
            self.assertEqual(problems, [], str(export.result))
            self.assertGreater(made, 15)


if __name__ == "__main__":
    unittest.main()
