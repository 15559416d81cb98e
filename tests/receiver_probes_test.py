#!/usr/bin/env python3
"""What receivers answered to hand-made requests, played by a scripted one: what the program says, how it ends, what its
account is and what was stored.

testdata/compliance/receivers.json lists the cases with what was answered. `met` says whether a pusher can meet it:
    answer      the answer is a refusal, which is played here
    stored      the answer is 204: what is stored then is looked up in real servers, in real_receivers_test.py
    elsewhere   `why` names the test that meets it
    never       `why` says what keeps the program from it
"""
import json
import os
import time
import unittest

import compliance
import harness
import real_receivers_test
from compliance import at_first, point
from receiver import Answer, Receiver

CASES_FILE = os.path.join(os.path.dirname(compliance.ROWS_FILE), "receivers.json")
MET = ("answer", "stored", "elsewhere", "never")
OLD = ("--end-at", "out_of_order_time_window", "--openmetrics")

# What has to be said beside the receiver's words, by these words.
ADVICE = {
    "out of bounds": OLD,
    "too old sample": OLD,
    "out of order sample": ("out_of_order_time_window",),
    "duplicate sample for timestamp": ("--tag",),
    "404 page not found": ("/api/v1/write", "--web.enable-remote-write-receiver"),
    '{"error":"database is required"}': (),
    '{"error":"database not found: \\"nope\\""}': ("URL",),
    'partial write: invalid tag key: input tag "time" on measurement "tl" is invalid dropped=1': (),
}

# Later versions and other receivers of the same kind: (status, body, what has to be said). Sources: prometheus/prometheus
# storage/remote/write_handler.go and storage/interface.go; grafana/mimir, "Runbooks"; thanos-io/thanos, pkg/receive.
OTHERS = [
    (400, "too old sample", OLD),  # Prometheus 2.50 and later
    (400, "out of bounds: timestamp is too far in the future", ("--end-at",)),  # 2.54
    (413, "request body too large", ("1 MiB",)),  # 3.12 has a limit
    (409, "store locally for endpoint : conflict", ("out_of_order_time_window",)),  # Thanos
    (400, "received a sample whose timestamp is too old, err-mimir-sample-timestamp-too-old", OLD[:2]),
    (400, "the sample was rejected because of its order (err-mimir-sample-out-of-order)", ("out_of_order_time_window",)),
]

SERIES = 8
POINTS = [point("queue", 30 * i, i + n, {"n": str(n)}) for i in range(4) for n in range(SERIES)]


def cases():
    """The list."""
    with open(CASES_FILE, encoding="utf-8") as file:
        return json.load(file)["rows"]


def name_of(case):
    """As tests name it."""
    return f"{case['receiver']}: {case['case']}"


class Refusals(compliance.Pushing):
    """Each answer to everything, to one series, and once."""

    def refusals(self):
        """(status, body, key words) of all cases that end in a refusal, each once."""
        found = {(case["status"], case["body"]): ADVICE[case["body"]] for case in cases() if case["met"] == "answer"}
        return [(*answer, words) for answer, words in found.items()] + OTHERS

    def check_words(self, result, status, body, words):
        self.assertIn(f"{status} {body}", result.err.decode())
        for word in words:
            self.assertIn(word, result.err.decode())

    def test_everything_is_refused(self):
        """Said once for parts and once for the rest, with what can be done about it; over soon, also after a 500 that will never pass; nothing that was
        refused is sent again as it was."""
        for status, body, words in self.refusals():
            with self.subTest(status=status, body=body), Receiver(at_first(*[Answer(status, body=body.encode())] * 999)
                                                                  ) as receiver:
                started = time.monotonic()
                result = self.push(receiver, POINTS, "--retry-time", "2")
                self.assertLess(time.monotonic() - started, 8)
                state = ("refused", 4) if status < 500 else ("unavailable", 5)
                destination = result.report()["destinations"][0]
                if status >= 500 and destination["status"] == "refused":
                    state = ("refused", 4)  # where the words are known to be for good
                destination = self.account(result, state[1], state[0])
                self.assertEqual(destination["points_delivered"], 0)
                self.check_words(result, status, body, words)
                self.assertLessEqual(result.err.decode().count(f"{status} {body}"), 2, str(result))
                self.assertIn(body, destination["error"])
                if status < 500:
                    bodies = [request.body for request in receiver.requests]
                    self.assertEqual(len(bodies), len(set(bodies)), "something was sent again")
                    self.assertLess(len(bodies), 100)

    def test_one_series_is_refused(self):
        """Prometheus stores nothing of a request that has one bad sample: the others come in parts without it."""
        for status, body, words in self.refusals():
            if status in (404, 409, 413) or "database" in body:  # not about one series; Thanos stores the others
                continue

            def script(number, request, status=status, body=body):
                del number
                bad = any(labels["n"] == "3" for labels, _ in request.series)
                return Answer(status, body=body.encode()) if bad else None

            with self.subTest(status=status, body=body), Receiver(compliance.answering(script)) as receiver:
                result = self.push(receiver, POINTS, "--retry-time", "2")
                destination = self.account(result, 5 if status >= 500 and result.status == 5 else 1, "partial")
                stored = {dict(labels)["n"]: [sample[:2] for sample in samples if not sample[2]]
                          for (_, labels), samples in receiver.stored().items()}
                self.assertEqual(sorted(stored), sorted(str(n) for n in range(SERIES) if n != 3))
                for n, samples in stored.items():
                    self.assertEqual([value for _, value in samples], [float(i + int(n)) for i in range(4)])
                self.assertEqual((destination["points_delivered"], destination["points"]), (4 * (SERIES - 1), 4 * SERIES))
                self.check_words(result, status, body, words)

    def test_after_an_answer_that_was_lost(self):
        """The request was stored, its answer got lost; the second attempt meets 400, for all is there. Nobody is sent
        after newer samples then."""
        def script(number, request):
            del request
            return (Answer(drop="answer"), Answer(400, body=b"out of order sample"), None)[min(number, 2)]

        with Receiver(compliance.answering(script)) as receiver:
            result = self.push(receiver, [point("queue", 0, 1)], "--retry-time", "20")
            destination = result.report()["destinations"][0]
            harness.check_sums(self, result.report())
            self.assertEqual(destination["retries"], 1)
            self.assertIn(b"stored", result.err)
            self.assertNotIn(b"out_of_order_time_window", result.err)
            self.assertEqual(len(receiver.requests), 2)


class Cases(unittest.TestCase):
    """Nothing is forgotten."""

    def test_cases(self):
        stored = {name_of(case) for case in cases() if case["met"] == "stored"}
        real = compliance.tested_rows(real_receivers_test.Prometheus, real_receivers_test.VictoriaMetrics)
        self.assertEqual(stored - real, set())
        self.assertEqual(real - {name_of(case) for case in cases() if case["met"] in ("stored", "answer")}, set())
        for case in cases():
            self.assertIn(case["met"], MET)
            if case["met"] in ("never", "elsewhere"):
                self.assertGreater(len(case["why"]), 10, case)
            if case["met"] == "answer":
                self.assertGreaterEqual(case["status"], 400, case)
            if case["met"] == "stored":
                self.assertEqual(case["status"], 204, case)


if __name__ == "__main__":
    unittest.main()
