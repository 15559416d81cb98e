#!/usr/bin/env python3
"""The sender suite for remote write 2.0, row by row: what follows an answer. The rows that do not depend on the message
are held in 1.0, too. See compliance.py."""
import concurrent.futures
import email.utils
import time
import unittest

import compliance
import harness
import remote_write_2
from compliance import QUICKLY, at_first, point, version_of, row
from receiver import Answer, Receiver

ONE = [point("queue", 0, 1.5)]  # one series with one sample: a request that cannot be divided
LONG = [point("queue", 60 * i, i, {"n": str(n)}) for i in range(10) for n in range(20)]  # several requests
WORDS = 'Ünexpected <sample> at "5%s" & {a=\'b\'}: 100%; see https://x.test/?q=1'


class Answers:
    """Each test has receivers of its own."""

    def whole(self, receiver, result, sent, points=1):
        """Everything was delivered in so many requests; those that were sent again are the same bytes."""
        first = self.account(result, 0, "delivered")
        requests = receiver.requests
        self.assertEqual(receiver.problems, [], str(result))
        self.assertEqual((len(requests), first["points_delivered"]), (sent, points), str(result))
        self.assertEqual({version_of(request) for request in requests}, {self.version})
        found = [sample for samples in receiver.stored().values() for sample in samples if not sample[2]]
        self.assertEqual(len(found), points)
        return requests

    @row("no_retry_on_400", "no_retry_on_401", "no_retry_on_404", "no_retry_on_413", "handle_missing_written_headers")
    def test_refused_for_good(self):
        for status in (400, 401, 403, 404, 405, 409, 413, 422):
            with self.subTest(status=status), Receiver(at_first(*[Answer(status, body=b"not you")] * 3)) as receiver:
                first = self.account(self.push(receiver, ONE, *QUICKLY), 4, "refused")
                self.assertEqual(len(receiver.requests), 1)
                self.assertEqual((first["points_refused"], first["retries"]), (1, 0))
                self.assertIn(f"{status} not you", first["error"])

    @row("retry_on_500", "retry_on_502", "retry_on_503", "retry_on_504")
    def test_sent_again(self):
        for status in (500, 502, 503, 504):
            with self.subTest(status=status), Receiver(at_first(*[Answer(status)] * 2)) as receiver:
                requests = self.whole(receiver, self.push(receiver, ONE, *QUICKLY), 3)
                self.assertEqual(len({request.body for request in requests}), 1)

    @row("may_retry_on_429")
    def test_too_many_requests(self):
        for value, least in (("1", 0.99), (email.utils.formatdate(time.time() + 3, usegmt=True), 0.8)):
            with self.subTest(value=value), Receiver(at_first(Answer(429, {"Retry-After": value}))) as receiver:
                if least < 0.9:
                    value = email.utils.formatdate(time.time() + 3, usegmt=True)
                requests = self.whole(receiver, self.push(receiver, ONE, *QUICKLY), 2)
                self.assertEqual(requests[0].body, requests[1].body)
                self.assertGreater(requests[1].arrived - requests[0].arrived, least)
                self.assertLess(requests[1].arrived - requests[0].arrived, 5)

    @row("handle_connection_refused", "TestNetworkErrors")
    def test_nobody_there(self):
        for url in (f"http://127.0.0.1:{harness.free_port()}/w", "http://no-such-host.invalid/w"):
            with self.subTest(url=url):
                started = time.monotonic()
                result = self.push(url, ONE, "--retry-time", "1", "--timeout", "2")
                first = self.account(result, 5, "unavailable")
                self.assertEqual((first["points_kept"], bool(first["error"])), (1, True))
                self.assertLess(time.monotonic() - started, 10)
        result = self.push("gopher://127.0.0.1/w", ONE)
        self.assertEqual(result.status, 2, str(result))
        self.assertIn(b"remoteWriteURL", result.err)

    @row("handle_timeout", "handle_partial_write", "handle_malformed_response", "handle_empty_response",
         "handle_invalid_status_code")
    def test_broken_answers(self):
        """Each once, then the same bytes again."""
        for answer in (Answer(drop="hang"), Answer(drop="garbage"), Answer(204, drop="half"), Answer(drop="answer"),
                       Answer(503), Answer(999), Answer(599, body=b"\0\xff")):
            with self.subTest(drop=answer.drop, status=answer.status), Receiver(at_first(answer)) as receiver:
                requests = self.whole(receiver, self.push(receiver, ONE, "--retry-time", "20", "--timeout", "0.7"), 2)
                self.assertEqual(requests[0].body, requests[1].body)
        with Receiver(at_first(), cut_connections=2) as receiver:
            self.whole(receiver, self.push(receiver, ONE, *QUICKLY), 1)
        with Receiver(at_first(*[Answer(999)] * 100)) as receiver:
            self.account(self.push(receiver, ONE, "--retry-time", "0.5"), 5, "unavailable")

    @row("sender_continues_after_errors")
    def test_the_rest_is_delivered(self):
        """After 400 the halves of the request may be tried, but never the same again."""
        for status in (503, 400):
            with self.subTest(status=status), Receiver(at_first(Answer(status, body=b"oh no"))) as receiver:
                result = self.push(receiver, LONG, "--connections", "1", *QUICKLY)
                first = result.report()["destinations"][0]
                self.account(result, *((1, "partial") if first["points_refused"] else (0, "delivered")))
                failed, *later = receiver.requests
                self.assertGreater(len(later), 2)
                self.assertEqual(first["points_delivered"], sum(request.points() for request in later))
                self.assertEqual(first["points_kept"], 0)
                self.assertEqual(failed.body in [request.body for request in later], status == 503)

    @row("handle_large_error_response", "handle_large_error_body")
    def test_large_errors(self):
        for size in (27_000, 1 << 20):
            with self.subTest(size=size), Receiver(at_first(Answer(400, body=b"the reason; " * (size // 12)))) as receiver:
                result = self.push(receiver, ONE, *QUICKLY)
                self.account(result, 4, "refused")
                self.assertIn(b"400 the reason; the reason; ", result.err)
                self.assertLess(len(result.err) + len(result.out), 8000)
        with Receiver(at_first(Answer(500, body=b"again " * 200_000))) as receiver:
            self.whole(receiver, self.push(receiver, ONE, *QUICKLY), 2)

    @row("log_error_messages_verbatim")
    def test_words_as_they_are(self):
        for status in (400, 503):
            with self.subTest(status=status), Receiver(at_first(*[Answer(status, body=WORDS.encode())] * 50)) as receiver:
                result = self.push(receiver, ONE, "--retry-time", "0.3")
                first = self.account(result, 4 if status == 400 else 5, "refused" if status == 400 else "unavailable")
                self.assertIn(f"{status} {WORDS}", result.err.decode())
                self.assertIn(f"{status} {WORDS}", first["error"])

    @row("handle_204_no_content", "handle_200_ok", "ignore_response_body_on_success")
    def test_success(self):
        """Once, whatever the body says."""
        for status, body in ((204, b""), (200, b""), (200, b'{"status":"error","error":"out of order sample"}'),
                             (202, b"x" * 99)):
            def script(number, request, status=status, body=body):
                return Answer(status, compliance.take(request).headers, body)

            with self.subTest(status=status, body=body[:9]), Receiver(script) as receiver:
                result = self.push(receiver, ONE)
                self.whole(receiver, result, 1)
                self.assertNotIn(b"out of order", result.err + result.out)


class AnswersTo1(Answers, compliance.Pushing):
    """To a receiver of 1.0, as everybody does."""


class AnswersTo2(Answers, compliance.Pushing):
    """In 2.0."""

    version = 2
    flags = ("--remote-write", "2")

    @row("exponential_backoff_on_retries", "backoff_required", "backoff_max_delay", "backoff_with_jitter")
    def test_pauses(self):
        """Eight runs, each with five failures: a pause is drawn between 0 and a bound that doubles from 0.2 s, so what
        is seen are means. No pause ends later than --retry-time allows (the bound of 30 s is the unit tests' matter)."""
        def gaps(_):
            with Receiver(at_first(*[Answer(503)] * 5)) as receiver:
                requests = self.whole(receiver, self.push(receiver, ONE, "--retry-time", "30"), 6)
            return [later.arrived - one.arrived for one, later in zip(requests, requests[1:])]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = list(pool.map(gaps, range(8)))
        means = [sum(column) / len(found) for column in zip(*found)]
        self.assertGreater(sum(means), 1)
        self.assertGreater(means[3] + means[4], 2 * (means[0] + means[1]))
        for column, bound in zip(zip(*found), (0.2, 0.4, 0.8, 1.6, 3.2)):
            self.assertLess(max(column), bound + 1.5)
            self.assertGreater(max(column) - min(column), 0.05 * bound, "no jitter")
        with Receiver(at_first(*[Answer(503)] * 100)) as receiver:
            started = time.monotonic()
            self.account(self.push(receiver, ONE, "--retry-time", "2"), 5, "unavailable")
            self.assertLess(time.monotonic() - started, 5)
            self.assertGreater(len(receiver.requests), 2)

    @row("handle_partial_write_response", "process_written_count_headers")
    def test_partial_write(self):
        """400 from a receiver that stored all but one sample, as Prometheus 3 does: the account is what it counts, the
        refusal is said, and nothing is sent again as it was."""
        def script(number, request):
            del number
            if not any(labels.get("n") == "3" for labels, _ in request.series):
                return None
            return Answer(400, remote_write_2.written(request.decoded.samples() - 1), b"out of order sample; n=3")

        with self.receiver(compliance.answering(script)) as receiver:
            result = self.push(receiver, [point("queue", 0, n, {"n": str(n)}) for n in range(8)], *QUICKLY)
        first = self.account(result, 1, "partial")
        self.assertEqual((first["points"], first["points_delivered"], first["points_refused"]), (8, 7, 1), str(result))
        self.assertIn(b"400 out of order sample; n=3", result.err)
        bodies = [request.body for request in receiver.requests]
        self.assertEqual(len(bodies), len(set(bodies)))

    @row("process_written_count_headers")
    def test_success_that_counts_less(self):
        """204 from a receiver that wrote less than it got: what is missing does not count as delivered, and is said."""
        def script(number, request):
            del number
            return Answer(204, remote_write_2.written(request.decoded.samples() - 3))

        with self.receiver(script) as receiver:
            result = self.push(receiver, [point("queue", 0, n, {"n": str(n)}) for n in range(8)], *QUICKLY)
        first = self.account(result, 1, "partial")
        self.assertEqual((first["points"], first["points_delivered"]), (8, 5), str(result))
        self.assertTrue(first["error"] or first["warnings"])

    @row("TestContentTypeNegotiation", "TestNoFallbackOn2xx")
    def test_a_receiver_of_2(self):
        """Without being told, too: one question, then 2.0 to the end."""
        for flags, questions in ((self.flags, 0), ((), 1)):
            with self.subTest(flags=flags), self.receiver() as receiver:
                self.flags = flags
                requests = self.delivered(receiver, LONG)
                self.assertGreater(len(requests), 2)
                self.assertEqual(len(receiver.questions), questions)


class Fallback(compliance.Pushing):
    """From 2.0 to 1.0, by itself."""

    def fall_back(self, answer, script=None):
        """Delivers to a receiver that takes 1.0 alone; `answer` is what it says to the question. Returns the requests in
        order of arrival."""
        with Receiver(script, on_question=answer) as receiver:
            result = self.push(receiver, LONG, *QUICKLY)
            first = self.account(result, 0, "delivered")
            self.assertEqual(receiver.problems, [])
        stored = [(name, labels, sample[0]) for (name, labels), samples in receiver.stored().items() for sample in samples
                  if not sample[2]]
        self.assertEqual(len(stored), len(set(stored)))
        self.assertEqual((len(stored), first["points_delivered"]), (len(LONG), len(LONG)))
        for request in receiver.questions + receiver.requests:
            self.assertEqual((request.headers["content-type"], request.headers["x-prometheus-remote-write-version"]),
                             ("application/x-protobuf", "0.1.0") if version_of(request) == 1 else
                             (remote_write_2.CONTENT_TYPE, remote_write_2.VERSION))
        self.assertEqual(len(receiver.questions), 1, "2.0 was never tried")
        self.assertLess(receiver.questions[0].arrived, receiver.requests[0].arrived)
        return receiver.requests

    @row("fallback_on_415_unsupported_media_type", "retry_with_different_version", "fallback_header_changes",
         "accept_success_after_fallback", "persistent_fallback_choice")
    def test_receivers_of_1(self):
        """415; 400, as older ones say; success without having understood a thing (Prometheus 2.42, VictoriaMetrics)."""
        for answer in (Answer(415, body=b"unsupported media type"), Answer(400, body=b"unexpected EOF"), Answer(204),
                       Answer(200, body=b"ok")):
            with self.subTest(answer.status):
                requests = self.fall_back(answer)
                self.assertGreater(len(requests), 2)
                self.assertEqual({version_of(request) for request in requests}, {1})

    @row("fallback_on_415_unsupported_media_type")
    def test_what_is_found_out_late(self):
        """The question was answered by one that takes 2.0, the samples by one that does not: some of those store the
        samples all the same, so they do not come once more in 1.0. It is said what to do."""
        with compliance.knowing_2(lambda number, request: Answer(415, body=b"no")) as receiver:
            result = self.push(receiver, LONG, *QUICKLY)
        self.account(result, 4, "refused")
        self.assertIn(b"415 no", result.err)
        self.assertIn(b"--remote-write 1", result.err)


class Rows(unittest.TestCase):
    """Nothing is forgotten."""

    def test_rows(self):
        compliance.check_rows(self, "2.0", ["backoff", "error_handling", "fallback", "response", "retry"],
                              Answers, AnswersTo2, Fallback)


if __name__ == "__main__":
    unittest.main()
