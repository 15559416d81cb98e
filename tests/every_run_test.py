#!/usr/bin/env python3
"""Every run in testdata, pushed to a real Prometheus and a real VictoriaMetrics: they hold exactly what the oracle
computes. All runs are moved so that they end at one time, and told apart by a label.
"""
import json
import time
import unittest

import harness
import k6_time
import oracle
import servers
import summaries
from oracle_test import EVERYTHING, QUICK_RUNS, missing_types, type_flags

BLOCK = {"includeDefaultMetrics": False, "metrics": [EVERYTHING]}
TAGS = ["name", "method", "status", "check"]
END_NS = (int(time.time()) - 600) * 10**9
SHOWN_AFTER_S = 15  # VictoriaMetrics shows new series late


class EveryRun(unittest.TestCase):
    """One server for all runs."""

    def push_all(self, url):
        """[(selector, what is expected)]."""
        pushed = []
        files = [summaries.results_of(run) for run in QUICK_RUNS] if harness.QUICK else \
            summaries.all_results() + summaries.all_csv()
        for number, path in enumerate(files):
            types = missing_types([path])
            case = f"run-{number}"
            expected = oracle.Expected([path], BLOCK, keep_tags=TAGS, constant={"case": case}, metric_types=types,
                                       end_at_ns=END_NS)
            result = harness.run(path, "--apm", json.dumps(dict(BLOCK, provider="prometheus", remoteWriteURL=url)), "--json",
                                 "--keep-tags", ",".join(TAGS), "--tag", f"case={case}", "--end-at",
                                 k6_time.format_time(END_NS), *type_flags(types))
            destination = result.report()["destinations"][0]
            with self.subTest(path=path):
                self.assertEqual((destination["status"], destination["points_delivered"], destination["series"]),
                                 ("delivered", destination["points"], len(expected.series)), str(result))
            pushed.append((f'{{case="{case}"}}', path, expected))
        return pushed

    def test_prometheus(self):
        server = servers.Prometheus()
        self.addCleanup(server.close)
        pushed = self.push_all(server.write_url)
        self.assertTrue(pushed)
        for selector, path, expected in pushed:
            with self.subTest(path=path):
                found = server.raw_samples(selector, END_NS // 10**9 + 3600)
                self.assertEqual(oracle.differences(expected.series, found, stale=False), [])

    def test_victoria_metrics(self):
        server = servers.VictoriaMetrics()
        self.addCleanup(server.close)
        pushed = self.push_all(server.write_url)
        until = time.monotonic() + SHOWN_AFTER_S
        for selector, path, expected in pushed:
            with self.subTest(path=path):
                problems = ["not asked"]
                while problems:
                    found = {key: [sample for sample in samples if not sample[2]]
                             for key, samples in server.raw_samples(selector).items()}
                    problems = oracle.differences(expected.series, found, stale=False)
                    if time.monotonic() > until:
                        break
                    time.sleep(0.5 if problems else 0)
                self.assertEqual(problems, [])


if __name__ == "__main__":
    unittest.main()
