#!/usr/bin/env python3
"""--thresholds judges as k6 did at the end of the same run, by the same numbers: those of its own summaries."""
import json
import math
import os
import unittest

import harness
import k6_types
import summaries

BLOCK = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE}
OF_TREND = ("avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "p(99.9)", "p(99.99)")
# k6 counts the infinite values of this run, which no file of results holds as numbers.
WITH_INFINITE_VALUES = "v2.2.0/edge"
CROSSED = 99


def summary_of(run):
    """k6's own summary: {metric or submetric: {"type", "values", "thresholds"}}."""
    with open(summaries.path_of(run + "/handle-summary.json"), encoding="utf-8") as file:
        return json.load(file)["metrics"]


def options(thresholds, block=None):
    """A file of options."""
    return json.dumps({"thresholds": thresholds, "ext": {"loadimpact": {"apm": [block or BLOCK]}}}).encode()


def type_flags(run):
    """--metric-type for every metric that is not k6's own: of some the thresholds do not tell it."""
    return [word for name, (kind, _) in summaries.types_of(run).items() if name not in k6_types.BUILT_IN
            and "=" not in name for word in ("--metric-type", f"{name}={kind}")]


class Thresholds(harness.Scratch):
    """Real runs, each as JSON and as CSV."""

    def judged(self, run, thresholds, *flags, kind="json"):
        """(result, {(metric, expression): verdict in the report})."""
        path = self.write("options.json", options(thresholds))
        more = type_flags(run) if kind == "csv" else []
        result = harness.run("-n", "--json", "--thresholds", "-s", path, summaries.results_of(run, kind), *more, *flags)
        return result, {(one["metric"], one["threshold"]): one for one in result.report()["thresholds"]}

    def test_verdicts_are_those_of_k6(self):
        runs = [run for run in summaries.RUNS if summaries.thresholds_of(run)]
        self.assertGreaterEqual(len(runs), 10)
        for run in runs:
            expected = {(name, text): verdict["ok"] for name, about in summary_of(run).items()
                        for text, verdict in about.get("thresholds", {}).items()}
            for kind in ("json", "csv"):
                with self.subTest(run=run, kind=kind):
                    result, found = self.judged(run, summaries.thresholds_of(run), kind=kind)
                    self.assertEqual({key: one["ok"] for key, one in found.items()}, expected)
                    self.assertEqual(result.status == CROSSED, not all(expected.values()), str(result))

    def test_numbers_are_those_of_k6(self):
        compared = 0
        for run in summaries.RUNS:
            if run == WITH_INFINITE_VALUES:
                continue
            thresholds, expected = {}, {}
            for name, about in summary_of(run).items():
                wanted = {"counter": ("count",), "gauge": ("value",), "rate": ("rate",), "trend": OF_TREND}
                for key in wanted[about["type"]]:
                    if key in about["values"] and not (about["type"] == "rate" and not sum(
                            about["values"].get(part, 0) for part in ("passes", "fails"))):
                        thresholds.setdefault(name, []).append(f"{key}>=0")
                        expected[name, f"{key}>=0"] = about["values"][key]
            for kind, tolerance in (("json", 1e-9), ("csv", summaries.HALF_A_DIGIT)):
                with self.subTest(run=run, kind=kind):
                    _, found = self.judged(run, thresholds, kind=kind)
                    self.assertEqual(set(found), set(expected))
                    for key, value in expected.items():
                        # A counter of a CSV is a sum of values that each lack up to half a digit.
                        near = math.isclose(found[key]["value"], value, rel_tol=1e-9, abs_tol=tolerance * 1000
                                            if kind == "csv" and key[1].startswith("count") else tolerance)
                        self.assertTrue(near, f"{key}: {found[key]['value']}, and {value} of k6")
                        compared += 1
        self.assertGreater(compared, 3000)

    def test_rate_of_a_counter_is_about_that_of_k6(self):
        run = "v2.2.0/shop-lite"
        _, found = self.judged(run, {"http_reqs": ["rate>1"]})
        of_k6 = summary_of(run)["http_reqs"]["values"]["rate"]
        self.assertAlmostEqual(found["http_reqs", "rate>1"]["value"], of_k6, delta=of_k6 / 20)

    def test_nothing_else_changes(self):
        run = "v2.2.0/shop-lite"
        path = self.write("options.json", options(summaries.thresholds_of(run)))
        with_them = harness.run("-n", "--json", "--thresholds", "-s", path, summaries.results_of(run)).report()
        without = harness.run("-n", "--json", "-s", path, summaries.results_of(run)).report()
        self.assertEqual(without["thresholds"], [])
        for report in (with_them, without):
            for key in ("thresholds", "exit_status", "seconds"):
                del report[key]
        self.assertEqual(with_them, without)

    def test_without_points_as_k6_judges(self):
        thresholds = {"http_reqs{status:599}": ["count>0", "count==0", "rate<1"],
                      "http_req_duration{name:nowhere}": ["p(95)<500", "avg>0"],
                      "vus{a:b}": ["value<=0"], "http_req_failed{name:nowhere}": ["rate<0.1"]}
        result, found = self.judged("v2.2.0/shop-lite", thresholds)
        self.assertEqual({(key, one["ok"], one["value"]) for key, one in found.items()}, {
            (("http_reqs{status:599}", "count>0"), False, 0), (("http_reqs{status:599}", "count==0"), True, 0),
            (("http_reqs{status:599}", "rate<1"), True, 0),
            (("http_req_duration{name:nowhere}", "p(95)<500"), True, 0),
            (("http_req_duration{name:nowhere}", "avg>0"), False, 0), (("vus{a:b}", "value<=0"), True, 0),
            (("http_req_failed{name:nowhere}", "rate<0.1"), True, None)})
        self.assertEqual(result.status, CROSSED)
        self.assertIn(b"there is no point, so it is not judged", result.err)

    def test_what_is_no_threshold_is_said(self):
        result, found = self.judged("v2.2.0/shop-lite", {
            "http_reqs": ["count", "count>1 && rate>1", "avg<5", "count>1"], "http_req_duration{status:200": ["avg<1"],
            "never_seen": ["p(95)<500"], "never_told": ["rate<2"]})
        self.assertEqual(set(found), {("http_reqs", "count>1"), ("never_seen", "p(95)<500")})
        self.assertEqual(result.status, 1)
        for text in ("has none of the operators", "what follows the operator is no number",
                     "a counter has no such aggregation, but count and rate", "the closing brace is missing",
                     "threshold of never_told: the results have no point of it, and nothing tells its type"):
            self.assertIn(text, result.err.decode())

    def test_time_range_counts(self):
        run = "v2.2.0/shop-lite"
        _, whole = self.judged(run, {"http_reqs": ["count>1"]})
        _, first = self.judged(run, {"http_reqs": ["count>1"]}, "--to", "+3s")
        _, rest = self.judged(run, {"http_reqs": ["count>1"]}, "--from", "+3s")
        counts = [one["http_reqs", "count>1"]["value"] for one in (whole, first, rest)]
        self.assertTrue(0 < counts[1] < counts[0] and counts[1] + counts[2] == counts[0], counts)

    def test_parts_of_a_run(self):
        files = [summaries.results_of(run) for run in summaries.INSTANCES]
        spelled = {**summaries.thresholds_of(summaries.INSTANCES[0]), "iterations": ["count>1"], "vus": ["value>=0"]}
        path = self.write("options.json", options(spelled))
        at_once = harness.run("-n", "--json", "--thresholds", "-s", path, *files).report()
        self.assertEqual(len(at_once["thresholds"]), 4)
        parts = [os.path.join(self.scratch, f"{i}.part") for i in range(3)]
        for part, file in zip(parts, files):
            self.assertEqual(harness.run("--partial", part, "--thresholds", "-s", path, file).status, 0)
        joined = harness.run("-n", "--json", "--thresholds", "-s", path, *parts).report()
        self.assertEqual(joined["thresholds"], at_once["thresholds"])
        # A part that was made without them does not hold what they need.
        self.assertEqual(harness.run("--partial", parts[0], "-f", "-s", path, files[0]).status, 0)
        refused = harness.run("-n", "--thresholds", "-s", path, *parts)
        self.assertEqual(refused.status, 2)
        self.assertIn(b"--thresholds", refused.err)

    def test_spool_keeps_the_verdict(self):
        spool = os.path.join(self.scratch, "spool")
        path = self.write("options.json", options({"http_reqs": ["count<1"]}))
        arguments = ("--spool", spool, "--json", "--retry-time", "1", "--timeout", "1", "-s", path)
        filled = harness.run(*arguments, "--thresholds", summaries.results_of("v2.2.0/shop-lite"))
        self.assertEqual((filled.status, len(filled.report()["thresholds"])), (5, 1))
        again = harness.run(*arguments, "--thresholds", summaries.results_of("v2.2.0/shop-lite"))
        self.assertEqual(again.report()["thresholds"], filled.report()["thresholds"])
        self.assertEqual(harness.run(*arguments).report()["thresholds"], [])
        without = os.path.join(self.scratch, "without")
        arguments = ("--spool", without, *arguments[2:])
        harness.run(*arguments, summaries.results_of("v2.2.0/shop-lite"))
        late = harness.run(*arguments, "--thresholds")
        self.assertEqual(late.report()["thresholds"], [])
        self.assertIn(b"the spool was filled without --thresholds", late.err)

    def test_lines_for_people(self):
        run = "v2.2.0/shop-lite"
        path = self.write("options.json", options(summaries.thresholds_of(run)))
        usual = harness.run("-n", "--thresholds", "-s", path, summaries.results_of(run))
        self.assertIn(b'threshold of payment_ok: "rate>0.99" is crossed: 0.806452\n', usual.err)
        self.assertNotIn(b"holds", usual.err)
        talkative = harness.run("-n", "-v", "--thresholds", "-s", path, summaries.results_of(run))
        self.assertIn(b'threshold of http_req_duration: "avg<1000" holds: 4.50456\n', talkative.err)
        self.assertNotIn(b"crossed", harness.run("-n", "-q", "--thresholds", "-s", path, summaries.results_of(run)).err)


if __name__ == "__main__":
    unittest.main()
