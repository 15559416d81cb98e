#!/usr/bin/env python3
"""Three hours of load, sent by four connections to receivers that hold nothing: all of it is stored, although a
Prometheus without an out-of-order window refuses what is an hour behind. Then the same again."""
import json
import os
import re
import sys
import tempfile
import unittest

import harness
import k6_lines
import oracle
import servers
import summaries

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench"))
import make_data  # noqa: E402  pylint: disable=wrong-import-position

RUN = "v2.2.0/shop-lite"  # 9 s
EVERY_S = 27  # from one repetition to the next: whole windows, so that each repetition looks like the first
LENGTH_S = 10_800 + EVERY_S
METRICS = ["http_req_duration", "http_reqs", "checks", "vus", "data_sent"]
BLOCK = {"includeDefaultMetrics": False, "metrics": [
    {"sourceMetric": "http_req_duration", "keepTags": ["name"]},
    {"sourceMetric": "http_reqs", "keepTags": ["name", "status"]}, {"sourceMetric": "checks", "keepTags": ["check"]},
    "vus", "data_sent"]}
WRITES = re.compile(r'^prometheus_http_requests_total\{code="(\d+)",handler="/api/v1/write"\} (\d+)$', re.MULTILINE)


def model(once, repetitions):
    """The series of `repetitions` of a run, from the oracle's of one: windows come again, running totals go on."""
    whole = {}
    for key, samples in once.series.items():
        step = EVERY_S * 1000
        if once.metadata[key[0]][0] == "counter":
            total = samples[-1][1]
            whole[key] = samples[:1] + [(ts + i * step, value + i * total) for i in range(repetitions)
                                        for ts, value in samples[1:]]
        else:
            whole[key] = [(ts + i * step, value) for i in range(repetitions) for ts, value in samples]
    return whole


class ThreeHours(unittest.TestCase):
    """One run for all tests."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="k6apm-test-")
        cls.addClassCleanup(scratch.cleanup)
        recent, hours = servers.recent_copy(summaries.results_of(RUN), scratch.name)
        recent, _ = servers.recent_copy(summaries.results_of(RUN), scratch.name, hours - 4)
        once = os.path.join(scratch.name, "once.json")
        with open(once, "wb") as file:
            for line in k6_lines.read_bytes(recent).splitlines(keepends=True):
                if json.loads(line)["metric"] in METRICS:
                    file.write(line)
        cls.path = os.path.join(scratch.name, "three hours.json")
        cls.repetitions = make_data.make(once, os.path.getsize(once) * (LENGTH_S // EVERY_S), cls.path, EVERY_S)
        cls.expected = model(oracle.Expected([once], BLOCK), cls.repetitions)
        times = [ts for samples in cls.expected.values() for ts, _ in samples]
        cls.end_s = max(times) // 1000
        cls.length_s = (max(times) - min(times)) / 1000
        cls.points = len(times)

    def push(self, server):
        block = BLOCK | {"provider": "prometheus", "remoteWriteURL": server.write_url}
        result = harness.run(self.path, "--apm", json.dumps(block), "--json", "--connections", "4")
        harness.check_sums(self, result.report())
        return result, result.report()["destinations"][0]

    def is_complete(self, result, destination):
        """All was taken at the first attempt."""
        self.assertEqual(result.status, 0, str(result))
        self.assertEqual((destination["status"], destination["series"], destination["points_delivered"]),
                         ("delivered", len(self.expected), self.points))
        self.assertEqual((destination["retries"], destination["points_refused"], destination["points_kept"]), (0, 0, 0))
        self.assertGreater(destination["requests"], 20)

    def test_the_run_is_what_it_should_be(self):
        self.assertGreaterEqual(self.length_s, 10_800)
        self.assertGreaterEqual(len(self.expected), 200)
        self.assertGreater(self.points, 150_000)

    def test_prometheus(self):
        server = servers.Prometheus()
        self.addCleanup(server.close)
        result, destination = self.push(server)
        self.is_complete(result, destination)
        answers = self.answers(server)
        self.assertEqual(set(answers), {"204"})
        self.assertLessEqual(answers["204"] - destination["requests"], 1, "more than a question which protocol it takes")
        found = server.raw_samples('{__name__=~"k6_.+"}', self.end_s + 60)
        self.assertEqual(oracle.differences(self.expected, found, stale=False), [])
        self.assertEqual(server.query('{__name__=~"k6_.+"}', self.end_s + 1), [], "a series has no end")
        with self.subTest("again"):
            self.again(server, answers)

    def answers(self, server):
        """{status: how many writes were answered with it}."""
        return {code: int(count) for code, count in WRITES.findall(server.get("/metrics")) if int(count)}

    def again(self, server, before):
        """Prometheus takes nothing that is older than what it has: all is refused, which is explained; nothing is sent
        twice, nothing changes."""
        result, destination = self.push(server)
        self.assertEqual((result.status, destination["status"]), (4, "refused"), str(result))
        self.assertEqual((destination["points_refused"], destination["points"]), (self.points, self.points))
        self.assertEqual(destination["retries"], 0)
        self.assertIn(b"out of order sample", result.err)
        self.assertIn(b"out_of_order_time_window", result.err)
        answers = self.answers(server)
        self.assertEqual(set(answers), {"204", "400"})
        self.assertEqual(answers["400"], destination["requests"])
        self.assertLessEqual(answers["204"] - before["204"], 1)
        found = server.raw_samples('{__name__=~"k6_.+"}', self.end_s + 60)
        self.assertEqual(oracle.differences(self.expected, found, stale=False), [])

    def test_prometheus_with_an_out_of_order_window(self):
        """There the second run changes nothing either, and is taken."""
        server = servers.Prometheus(out_of_order="1d")
        self.addCleanup(server.close)
        for times in (1, 2):
            with self.subTest(times=times):
                self.is_complete(*self.push(server))
                found = server.raw_samples('{__name__=~"k6_.+"}', self.end_s + 60)
                self.assertEqual(oracle.differences(self.expected, found, stale=False), [])

    def test_victoria_metrics(self):
        """It keeps what comes again beside what it has, with the same values at the same times."""
        server = servers.VictoriaMetrics()
        self.addCleanup(server.close)
        for times in (1, 2):
            with self.subTest(times=times):
                self.is_complete(*self.push(server))
                found = server.raw_samples('{__name__=~"k6_.+"}')
                once = {key: sorted(set(samples)) for key, samples in found.items()}
                self.assertEqual(oracle.differences(self.expected, once), [])
                self.assertLessEqual(max(len(samples) / len(once[key]) for key, samples in found.items()), times)


if __name__ == "__main__":
    unittest.main()
