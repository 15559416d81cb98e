#!/usr/bin/env python3
"""A real Prometheus and a real VictoriaMetrics hold exactly what the oracle computes, and k6's own totals."""
import json
import tempfile
import time
import unittest

import harness
import oracle
import servers
import summaries

EVERYTHING = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status", "check"]}]}


class Stored(unittest.TestCase):
    """One server for all tests; each test marks its series with the label `case`."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.prometheus = servers.Prometheus()
        cls.addClassCleanup(cls.prometheus.close)

    def recent(self, *runs):
        """Copies of runs with times of today, all moved by the same."""
        copies, hours = [], None
        for run in runs:
            path, hours = servers.recent_copy(summaries.results_of(run), self.scratch.name, hours)
            copies.append(path)
        return copies

    def push(self, url, files, block, case, *flags):
        """Delivers to a server and checks the report."""
        block = dict({"provider": "prometheus", "remoteWriteURL": url}, **block)
        result = harness.run(*files, "--apm", json.dumps(block), "--json", "--tag", f"case={case}", *flags)
        self.assertEqual(result.status, 0, str(result))
        harness.check_sums(self, result.report())
        destination = result.report()["destinations"][0]
        self.assertEqual((destination["status"], destination["points_delivered"]),
                         ("delivered", destination["points"]), str(result))
        return destination

    def expected(self, files, block, case, **options):
        return oracle.Expected(files, block, constant={"case": case}, **options)

    def end_of(self, expected):
        """The time of the last sample, in seconds."""
        return max(samples[-1][0] for samples in expected.series.values()) // 1000

    def without_case(self, series):
        """The same with no labels, as the summaries' checks want it."""
        return {(name, tuple(pair for pair in labels if pair[0] != "case")): [sample[:2] for sample in samples]
                for (name, labels), samples in series.items()}

    def test_everything_is_there(self):
        for case, block in (("defaults", {}), ("everything", EVERYTHING), ("fine", dict(EVERYTHING, resampleRate=1))):
            with self.subTest(case):
                files = self.recent("v2.2.0/shop-lite")
                expected = self.expected(files, block, case)
                destination = self.push(self.prometheus.write_url, files, block, case)
                self.assertEqual((destination["series"], destination["points"]),
                                 (len(expected.series), expected.points()))
                selector = f'{{case="{case}"}}'
                found = self.prometheus.raw_samples(selector, self.end_of(expected) + 3600)
                self.assertEqual(oracle.differences(expected.series, found, stale=False), [])
                self.assertEqual(self.prometheus.series(selector), set(expected.series))
                with harness.Export(files, block, "--tag", f"case={case}") as export:
                    self.assertEqual(export.series(), {key: [sample[:2] for sample in samples]
                                                       for key, samples in found.items()}, "not bit for bit")

    def test_series_end(self):
        """The stale markers are there: right after the end nothing is left, which without them would take 5 minutes."""
        files = self.recent("v2.2.0/shop-lite")
        expected = self.expected(files, {}, "stale")
        self.push(self.prometheus.write_url, files, {}, "stale")
        end = self.end_of(expected)
        self.assertTrue(self.prometheus.query('{case="stale"}', end))
        self.assertEqual(self.prometheus.query('{case="stale"}', end + 1), [])

    def test_totals_of_the_summary(self):
        for number, run in enumerate(("v2.2.0/shop-lite", "v2.2.0/proto", "v1.3.0/shop-lite")):
            with self.subTest(run):
                case = f"totals {number}"
                facts = summaries.facts_of(run)
                files = self.recent(run)
                block = summaries.apm_of(facts, 3)
                block["remoteWriteURL"] = self.prometheus.write_url
                expected = self.expected(files, block, case, rate_counts=True)
                asked = [fact for i, fact in enumerate(facts) if any(
                    name == f"fact_{i}" or name.startswith(f"fact_{i}_") for name, _ in expected.series)]
                block["metrics"] = [entry for entry, fact in zip(block["metrics"], facts) if fact in asked]
                self.push(self.prometheus.write_url, files, block, case, "--rate-counts")
                end = self.end_of(expected)
                found = self.prometheus.raw_samples(f'{{case="{case}"}}', end + 3600)
                made, problems = summaries.contradictions(facts, self.without_case(found))
                self.assertEqual(problems, [])
                self.assertGreater(made, 20)
                self.check_increase(expected, case, end)

    def check_increase(self, expected, case, end):
        """increase() over the run is the total, but for what Prometheus adds when the range ends after the last
        sample: at most 1.1 times the mean distance of samples, in proportion (promql/functions.go)."""
        made = 0
        for (name, labels), samples in expected.series.items():
            if expected.metadata[name][0] != "counter" or len(samples) < 2:
                continue
            made += 1
            total = samples[-1][1] - samples[0][1]
            last = samples[-1][0] // 1000
            length = last - samples[0][0] // 1000
            selector = f'{name}{{case="{case}"}}'
            exact = self.prometheus.query(f"increase({selector}[1d])", last)
            self.assertEqual(len(exact), 1)
            self.assertTrue(oracle.close(float(exact[0]["value"][1]), total), (name, exact, total))
            later = float(self.prometheus.query(f"increase({selector}[1d])", end + 30)[0]["value"][1])
            added = 1.1 * (length / (len(samples) - 1)) / length
            self.assertTrue(total * (1 - 1e-9) <= later <= total * (1 + added) * (1 + 1e-9), (name, later, total))
        self.assertGreater(made, 5)

    def test_three_instances_are_one_run(self):
        facts = [fact for fact in summaries.facts_of(summaries.INSTANCES[0]) if not fact.is_submetric
                 or fact.values.get("count")]
        files = self.recent(*summaries.INSTANCES)
        block = summaries.apm_of(facts, 3)
        expected = self.expected(files, block, "split", rate_counts=True)
        self.push(self.prometheus.write_url, files, block | {"remoteWriteURL": self.prometheus.write_url}, "split",
                  "--rate-counts")
        end = self.end_of(expected)
        found = self.prometheus.raw_samples('{case="split"}', end + 3600)
        self.assertEqual(oracle.differences(expected.series, found, stale=False), [])
        made, problems = summaries.contradictions_of_sum(summaries.INSTANCES, facts, self.without_case(found))
        self.assertEqual(problems, [])
        self.assertGreater(made, 15)
        self.check_increase(expected, "split", end)

    def test_a_second_push_is_refused_and_said(self):
        """Prometheus refuses old samples of a series that it knows: 400, status 4, nothing sent twice."""
        files = self.recent("v2.2.0/shop-lite")
        block = {"provider": "prometheus", "remoteWriteURL": self.prometheus.write_url, "resampleRate": 1}
        self.push(self.prometheus.write_url, files, block, "twice")
        result = harness.run(*files, "--apm", json.dumps(block), "--json", "--tag", "case=twice")
        self.assertEqual(result.status, 4, str(result))
        harness.check_sums(self, result.report())
        self.assertIn(b"out of order sample", result.err)

    def test_a_replay_that_ends_now(self):
        """An old run is stored at the times of today; where it goes to an older time the hint says how that is done."""
        server = servers.Prometheus()
        self.addCleanup(server.close)
        files = [summaries.results_of("v1.3.0/shop-lite")]
        destination = self.push(server.write_url, files, EVERYTHING, "replay", "--end-at", "now")
        found = server.raw_samples('{case="replay"}', int(time.time()) + 60)
        self.assertEqual(sum(len(samples) for samples in found.values()), destination["points"])
        self.assertEqual(len(found), destination["series"])
        self.assertLessEqual(abs(max(samples[-1][0] for samples in found.values()) / 1000 - time.time()), 60)
        block = json.dumps({"provider": "prometheus", "remoteWriteURL": server.write_url})
        result = harness.run(*files, "--apm", block, "--tag", "case=late", "--end-at", str(int(time.time()) - 2 * 86400))
        self.assertEqual(result.status, 4, str(result))
        self.assertIn(b"out of bounds", result.err)
        self.assertIn(b"--end-at now", result.err)

    def test_victoria_metrics(self):
        server = servers.VictoriaMetrics()
        self.addCleanup(server.close)
        for case, run, block in (("defaults", "v2.2.0/shop-lite", {}), ("everything", "v2.2.0/proto", EVERYTHING)):
            with self.subTest(case):
                files = self.recent(run)
                expected = self.expected(files, block, case)
                self.push(server.write_url, files, block, case)
                found = server.raw_samples(f'{{case="{case}"}}')
                plain = {key: [sample for sample in samples if not sample[2]] for key, samples in found.items()}
                self.assertEqual(oracle.differences(expected.series, plain, stale=False), [])


if __name__ == "__main__":
    unittest.main()
