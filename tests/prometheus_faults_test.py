#!/usr/bin/env python3
"""Bad samples in requests to Prometheus: they are found, and the good ones are kept; and points far ahead of now."""
import json
import os
import time
import unittest

import harness
import oracle
import servers
import summaries
from receiver import Answer, Receiver, always, in_turn

RUN = summaries.results_of("v2.2.0/shop-lite")
EVERYTHING = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status"]}]}
FINE = dict(EVERYTHING, resampleRate=1)


def push(url, *flags, block=None, files=(RUN,)):
    """Sends, with a report."""
    block = json.dumps(dict({"provider": "prometheus", "remoteWriteURL": url}, **(block or {})))
    return harness.run(*files, "--apm", block, "--json", "--retry-time", "20", *flags)


class Faults(unittest.TestCase):
    """Each test has a receiver of its own."""

    def account(self, result, status):
        """The exit status and a report that adds up; returns the destination."""
        self.assertEqual(result.status, status, str(result))
        harness.check_sums(self, result.report())
        return result.report()["destinations"][0]

    def complete_but(self, receiver, block, lost):
        """Everything is stored in time order but the samples `lost`, {(name, labels): times}."""
        self.assertEqual(receiver.problems, [])
        expected = oracle.Expected([RUN], block).series
        stored = receiver.stored()
        for key, samples in stored.items():
            times = [ts for ts, _, _ in samples]
            self.assertEqual(times, sorted(set(times)), key)
        left = {key: [sample for sample in samples if sample[0] not in lost.get(key, ())]
                for key, samples in expected.items()}
        left = {key: samples for key, samples in left.items() if samples}
        found = {key: [sample for sample in samples if not sample[2]] for key, samples in stored.items()}
        self.assertEqual(oracle.differences(left, {key: samples for key, samples in found.items() if samples},
                                            stale=False), [])

    def test_bad_samples_among_many_are_found(self):
        expected = oracle.Expected([RUN], FINE).series
        keys = sorted(expected)
        one = keys[len(keys) // 2]
        longest = max(keys, key=lambda key: len(expected[key]))
        for name, lost in (
                ("one sample", {longest: {expected[longest][7][0]}}),
                ("the first of all", {keys[0]: {expected[keys[0]][0][0]}}),
                ("a series", {one: {sample[0] for sample in expected[one]}}),
                ("some of some", {key: {expected[key][len(expected[key]) // 3][0]} for key in keys[::60]})):
            for status in (400, 500):
                if status == 500 and name == "some of some":
                    continue  # in both halves: it looks like an outage
                with self.subTest(name, status=status):
                    def script(_, request, lost=lost, status=status):
                        bad = any(ts in lost.get(key_of(labels), ()) for labels, samples in request.series
                                  for ts, _, stale in samples if not stale)
                        return Answer(status, body=b"bad sample, says the receiver") if bad else Answer()

                    with Receiver(script) as receiver:
                        result = push(receiver.url, block=FINE)
                        first = self.account(result, 1)
                        self.complete_but(receiver, FINE, lost)
                        self.assertEqual(first["points_refused"], sum(len(times) for times in lost.values()))
                        self.assertIn(b"bad sample, says the receiver", result.err)
                        self.assertLess(len(receiver.requests), 40 + 60 * len(lost))

    def test_everything_bad_is_bounded(self):
        with Receiver(always(Answer(400, body=b"all bad"))) as receiver:
            first = self.account(push(receiver.url, block=FINE), 4)
            self.assertEqual(first["points_refused"], first["points"])
            self.assertLess(len(receiver.requests), 600)

    def test_too_large_is_divided(self):
        def script(_, request):
            return Answer(413) if len(request.body) > 3000 else Answer()

        with Receiver(script) as receiver:
            first = self.account(push(receiver.url, block=FINE), 0)
            self.assertEqual(first["points_delivered"], first["points"])
            self.complete_but(receiver, FINE, {})

    def test_conflict_is_not_divided(self):
        with Receiver(in_turn(Answer(409, body=b"store locally: conflict"))) as receiver:
            result = push(receiver.url)
            self.account(result, 4)
            self.assertEqual(len(receiver.requests), 1)
            self.assertIn(b"out_of_order_time_window", result.err)

    def test_outages_are_not_divided(self):
        for answers in ([Answer(503, body=b"busy")] * 5, [Answer(502)] * 5, [Answer(drop="answer")] * 5,
                        [Answer(500, body=b"try %d" % i) for i in range(5)]):
            with self.subTest(answers[0].status), Receiver(in_turn(*answers)) as receiver:
                first = self.account(push(receiver.url), 0)
                self.assertEqual(first["points_delivered"], first["points"])
                self.assertEqual(len({request.body for request in receiver.requests}), 1)

    def test_the_same_500_for_a_while(self):
        """Both halves come back too, once; then the whole is sent until it is taken."""
        with Receiver(in_turn(*[Answer(500, body=b"no space left on device")] * 8)) as receiver:
            first = self.account(push(receiver.url), 0)
            self.assertEqual(first["points_delivered"], first["points"])
            bodies = [request.body for request in receiver.requests]
            self.assertEqual(len(set(bodies)), 3)
            self.assertEqual(len(bodies), 9)
            self.complete_but(receiver, {}, {})

    def test_a_lost_answer_and_out_of_order(self):
        answers = in_turn(Answer(drop="answer"), Answer(400, body=b"out of order sample"))
        with Receiver(answers) as receiver:
            result = push(receiver.url)
            first = self.account(result, 4)
            self.assertEqual(len(receiver.requests), 2)
            self.assertEqual(first["points_refused"], first["points"])
            self.assertIn(b"probably stored these points", result.err)

    def test_a_real_prometheus_keeps_the_good_series(self):
        """The first run is stored; of the second, of the same time with one more tag, only the new series are new."""
        server = servers.Prometheus()
        self.addCleanup(server.close)
        at = ["--end-at", str(int(time.time()) - 60)]
        narrow = {"metrics": ["checks", "iteration_duration"], "includeDefaultMetrics": False}
        stored = self.account(push(server.write_url, *at, block=narrow), 0)
        wide = dict(narrow, metrics=narrow["metrics"] + ["http_req_blocked", "vus"])
        result = push(server.write_url, *at, block=wide)
        first = self.account(result, 1)
        self.assertIn(b"out of order sample", result.err)
        # The last sample of a series is no news to it, and its marker neither.
        new = sum(metric["points"] for metric in first["metrics"] if metric["source"] in ("http_req_blocked", "vus"))
        self.assertGreater(stored["points"], 0)
        self.assertGreaterEqual(first["points_delivered"], new)
        found = server.query('{__name__=~"k6_(vus|http_req_blocked_.*)"}[1d]', int(time.time()))
        self.assertEqual(sum(len(row["values"]) for row in found), new)


class Ahead(harness.Scratch):
    """Points far ahead of now."""

    def test_all_ahead(self):
        later = str(int(time.time()) + 3600)
        with Receiver() as receiver:
            result = push(receiver.url, "--end-at", later)
            self.assertEqual(result.status, 4, str(result))
            first = result.report()["destinations"][0]
            harness.check_sums(self, result.report())
            self.assertEqual((first["status"], first["points_refused"]), ("refused", first["points"]))
            self.assertEqual(receiver.requests, [])
            for part in (b"more than ten minutes ahead", b"--end-at now", b"--allow-future"):
                self.assertIn(part, result.err)
            result = push(receiver.url, "--end-at", later, "--allow-future")
            self.assertEqual(result.status, 0, str(result))
            self.assertTrue(receiver.requests)

    def test_a_part_ahead(self):
        start = int(time.time()) + 596  # and eight seconds long
        with Receiver() as receiver:
            result = push(receiver.url, "--start-at", str(start), block={"resampleRate": 1})
            self.assertEqual(result.status, 1, str(result))
            first = result.report()["destinations"][0]
            harness.check_sums(self, result.report())
            self.assertGreater(first["points_refused"], 0)
            self.assertGreater(first["points_delivered"], 0)
            self.assertEqual(receiver.problems, [])
            latest = max(sample[0] for samples in receiver.stored().values() for sample in samples)
            self.assertLessEqual(latest, (time.time() + 600) * 1000)

    def test_dry_run_and_files(self):
        later = str(int(time.time()) + 3600)
        result = push(harness.NOWHERE, "--end-at", later, "-n")
        self.assertEqual(result.status, 0, str(result))
        self.assertIn(b"note: apm[0]: ", result.err)
        self.assertIn(b"more than ten minutes ahead", result.err)
        out = os.path.join(self.scratch, "out")
        result = push(harness.NOWHERE, "--end-at", later, "-o", out)
        self.assertEqual(result.status, 0, str(result))
        first = result.report()["destinations"][0]
        self.assertEqual(first["points_delivered"], first["points"])
        self.assertNotIn(b"ahead", result.err)


def key_of(labels):
    """As the oracle names a series."""
    labels = dict(labels)
    return labels.pop("__name__"), tuple(sorted(labels.items()))


if __name__ == "__main__":
    unittest.main()
