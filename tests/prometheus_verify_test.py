#!/usr/bin/env python3
"""--verify for Prometheus: what is sent is read back, sample by sample, and what is missing is sent again."""
import json
import time
import unittest

import harness
import oracle
import servers
import summaries
from query_receiver import QueryReceiver

RUN = summaries.results_of("v2.2.0/shop-lite")
EVERYTHING = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status", "check"]}]}


def push(url, *flags, block=None, files=(RUN,)):
    """Sends with --verify and a report."""
    block = json.dumps(dict({"provider": "prometheus", "remoteWriteURL": url}, **(block or {})))
    return harness.run(*files, "--apm", block, "--json", "--verify", "--retry-time", "2", *flags)


class Scripted(unittest.TestCase):
    """A receiver of our own."""

    def account(self, result, status, delivered_of=None):
        """The exit status and a report that adds up; returns the destination."""
        self.assertEqual(result.status, status, str(result))
        harness.check_sums(self, result.report())
        first = result.report()["destinations"][0]
        if delivered_of is not None:
            self.assertEqual(first["points"] - first["points_delivered"], delivered_of, str(result))
        return first

    def holds_everything(self, receiver, block=None):
        """Bit for bit what the oracle expects."""
        expected = oracle.Expected([RUN], block or {})
        found = {}
        for key, samples in receiver.stored.items():
            labels = dict(key)
            name = labels.pop("__name__")
            found[(name, tuple(sorted(labels.items())))] = [(ts, value, False) for ts, (value, _)
                                                            in sorted(samples.items())]
        self.assertEqual(oracle.differences(expected.series, found, stale=False), [])

    def test_everything_is_there(self):
        for block in ({}, EVERYTHING, dict(EVERYTHING, resampleRate=1)):
            with QueryReceiver() as receiver:
                first = self.account(push(receiver.url + "?tenant=a", block=block), 0, 0)
                self.assertGreater(first["points"], 40)
                names = {query["query"][0].split('"')[1] for _, query in receiver.queries}
                self.assertEqual(len(receiver.queries), len(names), "more than one query for a name")
                self.assertEqual({path for path, _ in receiver.queries}, {"/api/v1/query?tenant=a"})
                self.holds_everything(receiver, block)

    def test_the_login_goes_along(self):
        with QueryReceiver() as receiver:
            self.account(push(receiver.url, block={"credentials": {"username": "u", "password": "pa55"}}), 0, 0)
            self.assertEqual(len({headers["Authorization"] for headers in receiver.headers}), 1)
            self.assertGreater(len(receiver.headers), 2)

    def test_silent_loss_is_found_and_sent_again(self):
        for name, loses in (("a name", lambda push, labels, ts: push == 0 and labels["__name__"] == "k6_vus"),
                            ("a request", lambda push, labels, ts: push == 0),
                            ("every fifth sample", lambda push, labels, ts: push == 0 and ts // 1000 % 5 == 0)):
            with self.subTest(name), QueryReceiver(loses) as receiver:
                result = push(receiver.url, block=EVERYTHING)
                self.account(result, 0, 0)
                self.assertIn(b"were missing at first", result.err)
                self.holds_everything(receiver, EVERYTHING)

    def test_points_that_show_late_are_not_sent_again(self):
        with QueryReceiver(hides=1.2) as receiver:
            self.account(push(receiver.url), 0, 0)
            self.assertEqual(len(receiver.pushes), 1)
            self.assertGreater(len(receiver.queries), 10)

    def test_points_that_never_show(self):
        with QueryReceiver(lambda push, labels, ts: labels["__name__"] == "k6_vus") as receiver:
            result = push(receiver.url)
            first = self.account(result, 1)
            lost = sum(metric["points"] for metric in first["metrics"] if metric["target"] == "k6_vus")
            self.assertEqual(first["points_refused"], lost)
            self.assertIn(f"the receiver took {lost} points and does not show them".encode(), result.err)
            self.assertIn(b"they may show later", result.err)
            self.assertEqual(len(receiver.pushes), 2, "sent again more than once")

    def test_wrong_values(self):
        def spoils(labels, ts, value):
            return value + 1 if labels["__name__"] == "k6_vus" else value

        with QueryReceiver(spoils=spoils) as receiver:
            result = push(receiver.url)
            first = self.account(result, 1)
            self.assertGreater(first["points_refused"], 0)
            self.assertIn(b"of these times it holds other values", result.err)
            self.assertIn(b"includeTestRunId", result.err)

    def test_no_query_api(self):
        for answer in ((404, b"404 page not found"), (200, b"<html>"), (200, b'{"status":"error","error":"no"}'),
                       (422, b"too many samples"), (401, b"who?")):
            with self.subTest(answer), QueryReceiver(query_answer=answer) as receiver:
                result = push(receiver.url)
                self.account(result, 1, 0)
                self.assertIn(b"could not be read back", result.err)
                self.assertIn(b"--query-url", result.err)
                self.assertEqual(len(receiver.pushes), 1)

    def test_query_url(self):
        with QueryReceiver() as receiver, QueryReceiver(query_path="/thanos/api/v1/query") as other:
            other.stored = receiver.stored
            self.account(push(receiver.url, "--query-url", other.base + "/thanos"), 0, 0)
            self.assertEqual(receiver.queries, [])
            self.assertTrue(other.queries)
        result = push("http://127.0.0.1:9/api/v1/receive", "--retry-time", "0")
        self.assertIn(b"no query API is known beside this URL", result.err)
        for bad in ("", "ftp://x", "http://user:s3cret@host", "http://host/?token=s3cret"):
            result = push("http://127.0.0.1:9/api/v1/write", "--query-url", bad)
            self.assertEqual(result.status, 2, str(result))
            self.assertNotIn(b"s3cret", result.err)

    def test_what_was_refused_is_not_looked_for(self):
        def status(_, series):
            return (400, b"bad") if any(labels["__name__"] == "k6_vus" for labels, _ in series) else (204, b"")

        with QueryReceiver(status=status) as receiver:
            result = push(receiver.url)
            first = self.account(result, 1)
            lost = sum(metric["points"] for metric in first["metrics"] if metric["target"] == "k6_vus")
            self.assertEqual(first["points_refused"], lost)
            self.assertNotIn(b"does not show", result.err)
            self.assertFalse([1 for _, query in receiver.queries if '"k6_vus"' in query["query"][0]])

    def test_a_lost_answer_is_settled(self):
        """The first request is stored, its answer lost; the same again meets 400: nothing is divided, and it is there."""
        def status(push, series):
            if push == 0:
                receiver.store(series)
                return 504, b"upstream timed out"
            return (400, b"out of order sample") if push == 1 else (204, b"")

        with QueryReceiver(status=status) as receiver:
            receiver.store = lambda series: receiver.stored.update(
                {tuple(sorted(labels.items())): {ts: (value, 0) for ts, value, stale in samples if not stale}
                 for labels, samples in series})
            result = push(receiver.url)
            self.account(result, 0, 0)
            self.assertEqual(len(receiver.pushes), 2)
            self.assertIn(b"that the receiver refused when they were sent again are there", result.err)


class Real(unittest.TestCase):
    """Servers as Debian ships them."""

    @classmethod
    def setUpClass(cls):
        cls.prometheus = servers.Prometheus()
        cls.addClassCleanup(cls.prometheus.close)

    def verified(self, url, *flags, block=None):
        """Sends and reads back; everything has to be there."""
        result = push(url, "--end-at", "now", *flags, block=block, files=(RUN,))
        self.assertEqual(result.status, 0, str(result))
        harness.check_sums(self, result.report())
        first = result.report()["destinations"][0]
        self.assertEqual(first["points_delivered"], first["points"])
        self.assertIn(f"read back {first['points']} of {first['points']} points".encode(), result.err)
        return result, first

    def test_prometheus(self):
        for case, block in (("defaults", {}), ("everything", dict(EVERYTHING, resampleRate=1))):
            with self.subTest(case):
                result, _ = self.verified(self.prometheus.write_url, "--tag", f"case={case}", block=block)
                self.assertNotIn(b"missing", result.err)

    def test_victoria_metrics(self):
        """A new name shows after some seconds here: an index of names is kept that long."""
        server = servers.VictoriaMetrics()
        self.addCleanup(server.close)
        result, _ = self.verified(server.write_url, "--retry-time", "40", block=EVERYTHING)
        self.assertNotIn(b"missing", result.err)

    def test_what_victoria_metrics_drops_in_silence(self):
        server = servers.VictoriaMetrics()
        self.addCleanup(server.close)
        result = push(server.write_url, "--end-at", str(int(time.time()) + 3 * 86400), "--allow-future")
        self.assertEqual(result.status, 4, str(result))
        self.assertIn(b"-futureRetention", result.err)

    def test_another_run_under_the_same_labels(self):
        """A 2.42 takes nothing at times that it has values for: these points are refused, and the rest is found."""
        self.verified(self.prometheus.write_url, "--tag", "case=twice")
        result = push(self.prometheus.write_url, "--end-at", "+0s", "--tag", "case=twice")
        self.assertEqual(result.status, 4, str(result))
        self.assertIn(b"out of bounds", result.err)


if __name__ == "__main__":
    unittest.main()
