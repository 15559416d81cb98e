#!/usr/bin/env python3
"""--names k6 and --native-histograms: what is exported is what the oracle computes, what k6 itself pushed in the same
run, and what k6's published dashboards ask a real Prometheus for."""
import functools
import gzip
import json
import re
import tempfile
import unittest

import harness
import histogram_oracle
import oracle
import servers
import summaries
from oracle_test import check_report

ALL = {"metrics": [{"sourceMetric": '{__name__=~".+"}'}]}
RENAMED = {"resampleRate": 1, "includeDefaultMetrics": False, "metrics": [
    {"sourceMetric": "http_reqs", "targetMetric": "requests", "keepTags": ["status"]},
    {"sourceMetric": "http_req_duration", "targetMetric": "duration", "keepTags": ["name"]},
    {"sourceMetric": "checks", "targetMetric": "good_checks"}, "vus", "data_sent"]}
RUNS = ["v2.2.0/edge", "v0.33.0/legacy", "v2.2.0/proto", "v1.3.0/shop-lite"]
PUSHED = "prometheus/shop-v2.2.0-allstats"
DASHBOARD_RUNS = [PUSHED, "v2.2.0/proto"]  # the second has dropped iterations
DASHBOARD_TAGS = "name,method,status,expected_response,check"
TEST_IDS = [{}, {"testid": "a"}, {"testid": "a", "test_run_id": "b"}]


class Values(unittest.TestCase):
    """The oracle on real runs."""

    def compare(self, files, block, *flags, histograms=False, **how):
        how = {"names": "k6", "constant": {"testid": "t"}, **how}
        flags = ["--test-run-id", "t", *flags]
        if how["names"] == "k6":
            flags += ["--names", "k6"]
        if histograms:
            flags.append("--native-histograms")
        expected = (histogram_oracle if histograms else oracle).Expected(files, block, **how)
        with harness.Export(files, block, *flags) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
            check_report(self, export, files, expected)
        return expected

    def test_names_of_k6(self):
        names = set()
        for run in ["v2.2.0/shop-lite"] if harness.QUICK else RUNS:
            files = [summaries.results_of(run)]
            with self.subTest(run):
                expected = self.compare(files, ALL, "--keep-tags", "all", keep_tags="all")
                units = {name: unit for name, (_, unit) in expected.metadata.items()}
                self.assertEqual((units["k6_http_req_duration_p99"], units["k6_http_req_duration_count"]),
                                 ("seconds", ""))
                expected = self.compare(files, RENAMED, "--rate-counts", "--trend-stats", "p(99.9),p(0.95),sum,count",
                                        rate_counts=True, trend_stats=["p(99.9)", "p(0.95)", "sum", "count"])
                names |= {name for name, _ in expected.series}
        self.assertEqual(names, {"requests_total", "k6_vus", "k6_data_sent_total", "duration_p999", "duration_p095",
                                 "duration_sum", "duration_count", "good_checks_rate", "good_checks_total",
                                 "good_checks_nonzero_total"})

    def test_native_histograms(self):
        for run in RUNS[:2] if harness.QUICK else RUNS + [PUSHED]:
            files = [summaries.results_of(run)]
            for names, constant in (("k6", {"testid": "t"}), ("apm", {})):
                with self.subTest(run, names=names):
                    expected = self.compare(files, ALL, "--keep-tags", "name,status", histograms=True, names=names,
                                            constant=constant, keep_tags=["name", "status"])
                    name = "k6_http_req_duration_seconds" if names == "k6" else "k6_http_req_duration"
                    self.assertEqual(expected.metadata[name],
                                     ("histogram", "seconds" if names == "k6" else "milliseconds"))
                    self.compare(files, RENAMED, histograms=True, names=names, constant=constant)

    def test_several_files_and_threads(self):
        files = [summaries.results_of(run) for run in summaries.INSTANCES]
        expected = self.compare(files, ALL, histograms=True)
        self.assertEqual({origin[0] for origin in expected.origins.values()}, {"counter", "gauge", "rate", "trend"})
        flags = [*files, "--apm", json.dumps({"provider": "prometheus", "remoteWriteURL": harness.NOWHERE}), "--names",
                 "k6", "--native-histograms", "-o"]
        bodies = []
        for threads in "1", "5":
            with tempfile.TemporaryDirectory() as out:
                harness.run(*flags, f"{out}/out", "--threads", threads)
                with open(f"{out}/out/00-prometheus/000001.body", "rb") as file:
                    bodies.append(file.read())
        self.assertEqual(*bodies)

    def test_final_values_are_those_that_k6_pushed(self):
        """In the same run, by k6's own output; there the counts of Trends of times are divided by 1000, too."""
        with gzip.open(summaries.path_of(f"{PUSHED}/remote-write.jsonl.gz"), "rt") as lines:
            requests = [json.loads(line) for line in lines]
        pushed = {}
        for row in (row for request in requests for row in request["timeseries"]):
            key = servers.split({label["name"]: label["value"] for label in row["labels"]})
            pushed[key] = row["samples"][-1].get("value", 0.0)
        with harness.Export([summaries.results_of(PUSHED)], ALL, "--names", "k6", "--keep-tags", "all") as export:
            ours = {(name, tuple(pair for pair in labels if pair[0] != "testid")): samples[-1][1]
                    for (name, labels), samples in export.series().items()}
        compared = {}
        for (name, labels), value in pushed.items():
            suffix = name.rsplit("_", 1)[1]
            if suffix not in ("total", "sum", "count"):
                continue
            if suffix == "count" and not name.startswith(("k6_queue_depth", "k6_payload_size")):
                value *= 1000
            self.assertTrue(oracle.close(ours[name, labels], value), (name, labels, ours[name, labels], value))
            compared[suffix] = compared.get(suffix, 0) + 1
        self.assertEqual(compared, {"total": 53, "sum": 275, "count": 275})
        self.assertLessEqual({key for key in pushed if "_p999" not in key[0]}, set(ours))


class TestId(harness.Scratch):
    """The label by which the dashboards tell runs apart."""

    def ids(self, tags, *flags):
        """Values of the label in the export of a run whose points have these tags, each with its own where it is a
        list."""
        rows = tags if isinstance(tags, list) else [tags]
        lines = ['{"type":"Metric","data":{"name":"vus","type":"gauge","contains":"default"},"metric":"vus"}']
        lines += ['{"metric":"vus","type":"Point","data":{"time":"2026-11-20T07:00:00Z","value":1,"tags":%s}}'
                  % json.dumps(row) for row in rows]
        path = self.write("run.json", "\n".join(lines).encode() + b"\n")
        with harness.Export([path], {}, "--names", "k6", *flags) as export:
            run_id = export.report["run"]["test_run_id"]
            return {dict(labels)["testid"] for _, labels in export.series()}, run_id

    def test_values(self):
        for tags, flags, expected in (
                ({"testid": "own"}, [], "own"),
                ({"testid": "own"}, ["--keep-tags", "all"], "own"),
                ({"testid": "own"}, ["--test-run-id", "given"], "given"),
                ({"testid": "own"}, ["--tag", "testid=tag", "--test-run-id", "given"], "tag"),
                ({"test_run_id": "other"}, [], "other"),
                ({}, ["--test-run-id", "given", "--keep-tags", "testid"], "given")):
            with self.subTest(tags=tags, flags=flags):
                self.assertEqual(self.ids(tags, *flags)[0], {expected})
        for tags in {}, [{"testid": "a"}, {"testid": "b"}]:
            found, run_id = self.ids(tags, "--keep-tags", "all")
            self.assertEqual(found, {run_id})


class Stored(unittest.TestCase):
    """In a real Prometheus that takes native histograms."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.server = servers.Prometheus("--enable-feature=native-histograms")
        cls.addClassCleanup(cls.server.close)

    @functools.cache  # pylint: disable=method-cache-max-size-none
    def recent(self, run):
        return servers.recent_copy(summaries.results_of(run), self.scratch.name)[0]

    def push(self, files, block, *flags, server=None):
        block = {"provider": "prometheus", "remoteWriteURL": (server or self.server).write_url, **block}
        return harness.run(*files, "--apm", json.dumps(block), "--json", "--names", "k6", *flags)

    def test_native_histograms(self):
        files = [self.recent(PUSHED)]
        expected = histogram_oracle.Expected(files, ALL, names="k6", constant={"testid": "native"},
                                             keep_tags=["name", "status"])
        result = self.push(files, ALL, "--native-histograms", "--keep-tags", "name,status", "--test-run-id", "native")
        self.assertEqual(result.status, 0, str(result))
        self.assertEqual(result.report()["destinations"][0]["points_delivered"], expected.points())
        end = max(samples[-1][0] for samples in expected.series.values()) // 1000
        found = {servers.split(row["metric"]): row for row in self.server.query('{testid="native"}[1000d]', end + 9999)}
        self.assertEqual(set(found), set(expected.series))
        for key in expected.values:
            stored = [(round(ts * 1000), int(one["count"]), float(one["sum"]), self.buckets(one))
                      for ts, one in found[key]["histograms"]]
            wanted = [(ts, value.count, value.sum, self.wanted_buckets(value)) for ts, value in expected.series[key]]
            self.assertEqual(stored, wanted, key)
        self.check_functions(expected)
        self.check_end(end)

    def buckets(self, histogram):
        """{bounds: count}; Prometheus shows bounds in full, and 0 has a bucket of its own."""
        return {(float(low), float(high)): int(count) for _, low, high, count in histogram.get("buckets", [])}

    def wanted_buckets(self, histogram):
        limit, bound = histogram_oracle.ZERO_THRESHOLD, histogram_oracle.upper_bound
        wanted = {(bound(bucket - 1), bound(bucket)): count for bucket, count in histogram.positive.items()}
        wanted.update({(-bound(bucket), -bound(bucket - 1)): count for bucket, count in histogram.negative.items()})
        if histogram.zero:
            wanted[-limit, limit] = histogram.zero
        return wanted

    def check_functions(self, expected):
        """Count and sum exactly, quantiles within the bucket of the right value, increase() but for what Prometheus
        adds beyond the first sample: half the distance of samples (promql/functions.go)."""
        self.assertGreater(len(expected.values), 20)
        by_time = {}
        for key in expected.values:
            by_time.setdefault(expected.series[key][-1][0] // 1000, []).append(key)
        for end, keys in by_time.items():
            def ask(text, end=end):
                rows = self.server.query(text.replace("$", '{testid="native",__name__=~".+"}'), end)
                return {tuple(sorted(row["metric"].items())): float(row["value"][1]) for row in rows}
            for name in {name for name, _ in keys}:
                selector = name + '{testid="native"}'
                counts, sums = ask(f"histogram_count({selector})"), ask(f"histogram_sum({selector})")
                increases = ask(f"histogram_count(increase({selector}[1d]))")
                quantiles = {q: ask(f"histogram_quantile({q}, {selector})") for q in (0.5, 0.95, 0.99)}
                for _, labels in (key for key in keys if key[0] == name):
                    values, samples = expected.values[name, labels], expected.series[name, labels]
                    self.assertEqual((counts[labels], sums[labels]), (len(values), samples[-1][1].sum))
                    most = len(values) * (1 + 0.5 / (len(samples) - 1))
                    self.assertTrue(len(values) * (1 - 1e-9) <= increases[labels] <= most * (1 + 1e-9),
                                    (name, labels, increases[labels], most))
                    for q, answers in quantiles.items():
                        self.check_quantile(values, q, answers[labels])

    def check_quantile(self, values, share, answer):
        """Prometheus' quantile lies in the bucket of the value that has this rank."""
        rank = max(1, -int(-share * len(values) // 1))
        value = values[rank - 1]
        if abs(value) <= histogram_oracle.ZERO_THRESHOLD:
            self.assertLessEqual(abs(answer), histogram_oracle.ZERO_THRESHOLD)
        else:
            bucket = histogram_oracle.bucket_of(abs(value))
            low, high = histogram_oracle.upper_bound(bucket - 1), histogram_oracle.upper_bound(bucket)
            self.assertTrue(low * (1 - 1e-9) <= abs(answer) <= high * (1 + 1e-9), (value, low, answer, high))

    def check_end(self, end):
        """The stale markers of histograms are there, too."""
        self.assertTrue(self.server.query('histogram_count(k6_http_req_duration_seconds{testid="native"})', end))
        self.assertEqual(self.server.query('{testid="native"}', end + 1), [])

    def test_histograms_that_nobody_takes(self):
        """A Prometheus without the feature says so, and the hint says what to do."""
        server = servers.Prometheus()
        self.addCleanup(server.close)
        result = self.push([self.recent(PUSHED)], {}, "--native-histograms", server=server)
        self.assertEqual((result.status, result.report()["destinations"][0]["retries"]), (4, 0), str(result))
        self.assertIn(b"--enable-feature=native-histograms", result.err)

    def test_dashboards_find_data(self):
        """Every query of the two dashboards, as Grafana asks it."""
        with open(summaries.path_of("prometheus/dashboards.json"), encoding="utf-8") as file:
            dashboards = json.load(file)
        kinds = (("trend statistics", []), ("native histograms", ["--native-histograms"]))
        for number, (kind, flags) in enumerate(kinds):
            for run in DASHBOARD_RUNS:
                result = self.push([self.recent(run)], ALL, *flags, "--keep-tags", DASHBOARD_TAGS, "--test-run-id",
                                   f"dashboard {number} {run}")
                self.assertEqual(result.status, 0, str(result))
            ids = json.loads(self.server.get("/api/v1/label/testid/values"))["data"]
            self.assertLessEqual({f"dashboard {number} {run}" for run in DASHBOARD_RUNS}, set(ids))
            times = sorted({ts // 1000 for run in DASHBOARD_RUNS for samples in
                            oracle.Expected([self.recent(run)], {}).series.values() for ts, _ in samples}, reverse=True)
            self.assertGreater(len(dashboards[kind]["queries"]), 20)
            for query in dashboards[kind]["queries"]:
                with self.subTest(dashboards[kind]["title"], query=query):
                    self.assertTrue(self.finds(query, f"dashboard {number} .*", times), query)

    def finds(self, query, test_id, times):
        """Whether the query has numbers at one of these times for each statistic that the variable may take."""
        statistics = ["p99", "p95", "avg"] if "$quantile_stat" in query else [""]
        return all(any(row["value"][1] != "NaN" for at in times for row in self.server.query(
            re.sub(r"\$quantile\b", "0.99", query.replace("$testid", test_id).replace("$quantile_stat", statistic)
                   .replace("$__rate_interval", "1m")), at)) for statistic in statistics)


if __name__ == "__main__":
    unittest.main()
