#!/usr/bin/env python3
"""Delivery end to end against a scripted receiver: retries, order, refusals, time-outs, accounts."""
import email.utils
import json
import os
import random
import tempfile
import time
import unittest

import harness
import oracle
import remote_write
import summaries
from receiver import Answer, Receiver, always, in_turn

RUN = summaries.results_of("v2.2.0/plain")
QUICKLY = ["--retry-time", "20", "--timeout", "5"]


def apm(*receivers, **more):
    """A list with one Prometheus destination per receiver or URL."""
    return json.dumps([dict({"provider": "prometheus", "remoteWriteURL": getattr(to, "url", to)}, **more)
                       for to in receivers])


def push(block, *flags, files=(RUN,), timeout=120):
    """Runs the tool with a report."""
    return harness.run(*files, "--apm", block, "--json", *flags, timeout=timeout)


def long_run(directory, names, seconds, metric="http_reqs", kind="counter"):
    """Writes a run of `seconds` with one point a second for each of so many names; returns its path."""
    path = os.path.join(directory, "long.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"type":"Metric","data":{{"name":"{metric}","type":"{kind}","contains":"default",'
                   f'"thresholds":[],"submetrics":null}},"metric":"{metric}"}}\n')
        for second in range(seconds):
            stamp = f"2026-11-20T08:{second // 60:02}:{second % 60:02}.5Z"
            for i in range(names):
                file.write(f'{{"metric":"{metric}","type":"Point","data":{{"time":"{stamp}","value":{i + second},'
                           f'"tags":{{"name":"n{i}"}}}}}}\n')
    return path


def by_name(metric="http_reqs"):
    """A block for long_run()."""
    return {"includeDefaultMetrics": False, "resampleRate": 1,
            "metrics": [{"sourceMetric": metric, "keepTags": ["name"]}]}


LONG = by_name()


class Delivery(unittest.TestCase):
    """Each test has a receiver of its own."""

    def account(self, result, status, state, delivered=None):
        """The exit status and a report that adds up; returns the first destination."""
        self.assertEqual(result.status, status, str(result))
        report = result.report()
        harness.check_sums(self, report)
        self.assertEqual(report["exit_status"], status)
        first = report["destinations"][0]
        self.assertEqual(first["status"], state, str(result))
        self.assertGreater(first["points"], 0)
        if delivered is not None:
            self.assertEqual(first["points_delivered"], delivered, str(result))
        return first

    def complete(self, receiver, block=None, files=(RUN,)):
        """The receiver holds exactly what the oracle computes."""
        self.assertEqual(receiver.problems, [])
        expected = oracle.Expected(list(files), block or {})
        self.assertEqual(oracle.differences(expected.series, receiver.stored()), [])
        return expected

    def test_headers(self):
        """The rows Headers, SortedLabels, RepeatedLabels, EmptyLabels, NameLabel, Staleness and Timestamp of the 1.0
        compliance suite; the decoder checks labels and times."""
        with Receiver() as receiver:
            result = push(apm(receiver.url + "?tenant=a%20b&x=1"))
            first = self.account(result, 0, "delivered")
            self.assertEqual(first["points_delivered"], first["points"])
            self.assertEqual(first["retries"], 0)
            self.assertEqual((first["requests"], first["bytes"]),
                             (len(receiver.requests), sum(len(request.body) for request in receiver.requests)))
            for request in receiver.requests:
                self.assertEqual((request.method, request.path), ("POST", "/api/v1/write?tenant=a%20b&x=1"))
                self.assertEqual(request.headers["content-type"], "application/x-protobuf")
                self.assertEqual(request.headers["content-encoding"], "snappy")
                self.assertEqual(request.headers["x-prometheus-remote-write-version"], "0.1.0")
                self.assertRegex(request.headers["user-agent"], r"^k6apm/[0-9]")
                self.assertEqual(request.headers["host"], f"127.0.0.1:{receiver.port}")
                self.assertNotIn("authorization", request.headers)
                self.assertNotIn("transfer-encoding", request.headers)
                self.assertNotIn("expect", request.headers)
            expected = self.complete(receiver)
            metadata = {name: (kind, unit) for request in receiver.requests for name, kind, _, unit in request.metadata}
            self.assertEqual(metadata, expected.metadata)

    def test_pushed_is_what_is_written(self):
        with Receiver() as receiver, harness.Export([RUN], {}) as export:
            push(apm(receiver))
            self.assertEqual([request.body for request in receiver.requests],
                             [body for _, body in sorted(export.bodies().items())])
            for sidecar, request in zip(export.sidecars(), receiver.requests):
                self.assertEqual((sidecar["method"], sidecar["points"]), ("POST", request.points()))
                self.assertEqual(sidecar["series"], len(request.series))
                for name, value in sidecar["headers"].items():
                    self.assertEqual(request.headers[name.lower()], value)

    def test_nothing_is_opened_where_nothing_is_sent(self):
        with Receiver() as receiver, tempfile.TemporaryDirectory() as scratch:
            for flags in (["-n"], ["-o", scratch + "/out"], ["-n", "--json"]):
                result = harness.run(RUN, "--apm", apm(receiver), *flags)
                self.assertEqual(result.status, 0, str(result))
            self.assertEqual(harness.run("--check", "--apm", apm(receiver)).status, 0)
            self.assertEqual(receiver.connections, 0)

    def test_what_may_pass_is_sent_again_byte_for_byte(self):
        for answer in (Answer(500), Answer(502), Answer(503, body=b"busy"), Answer(504), Answer(408), Answer(429),
                       Answer(drop="answer"), Answer(200, drop="half"), Answer(drop="garbage"),
                       Answer(500, close=True)):
            with self.subTest(status=answer.status, drop=answer.drop):
                with Receiver(in_turn(answer, answer)) as receiver:
                    first = self.account(push(apm(receiver), *QUICKLY), 0, "delivered")
                    self.assertEqual(first["points_delivered"], first["points"])
                    self.complete(receiver)
                    self.assertEqual(len(receiver.requests), first["requests"] + 2)
                    self.assertEqual(len({request.body for request in receiver.requests[:3]}), 1)
                    self.assertEqual(first["retries"], 2)

    def test_pauses_grow(self):
        """Five failures: the pauses together are what no sender without backoff takes, and no more than they should."""
        with Receiver(in_turn(*[Answer(503)] * 5)) as receiver:
            first = self.account(push(apm(receiver), "--retry-time", "60"), 0, "delivered")
            self.assertEqual(first["retries"], 5)
            self.complete(receiver)
            whole = receiver.requests[5].arrived - receiver.requests[0].arrived
            self.assertGreater(whole, 0.2)
            self.assertLess(whole, 40)

    def test_connections_that_break(self):
        with self.subTest("while the body is sent"), Receiver(cut_connections=2) as receiver:
            self.account(push(apm(receiver), *QUICKLY), 0, "delivered")
            self.complete(receiver)
        with tempfile.TemporaryDirectory() as scratch:
            files = [long_run(scratch, 5, 400)]
            for answer in (Answer(drop="silent"), Answer(close=True), Answer(200, body=b"thanks" * 1000)):
                with self.subTest(drop=answer.drop, close=answer.close), Receiver(always(answer)) as receiver:
                    first = self.account(push(apm(receiver, **LONG), *QUICKLY, files=files), 0, "delivered")
                    self.assertGreater(first["requests"], 2)
                    self.complete(receiver, LONG, files)

    def test_keep_alive(self):
        with tempfile.TemporaryDirectory() as scratch, Receiver() as receiver:
            files = [long_run(scratch, 5, 600)]
            first = self.account(push(apm(receiver, **LONG), "--connections", "2", files=files), 0, "delivered")
            self.assertGreater(first["requests"], 5)
            self.assertLessEqual(receiver.connections, 2)

    def test_retry_after_is_honoured(self):
        for value in ("2", email.utils.formatdate(time.time() + 4, usegmt=True)):
            if "," in value:
                value = email.utils.formatdate(time.time() + 3, usegmt=True)
            for status in (429, 503):
                with self.subTest(value=value, status=status):
                    with Receiver(in_turn(Answer(status, {"Retry-After": value}))) as receiver:
                        started = time.time()
                        self.account(push(apm(receiver), *QUICKLY), 0, "delivered")
                        self.complete(receiver)
                        gap = receiver.requests[1].arrived - receiver.requests[0].arrived
                        if "," in value:
                            left = email.utils.parsedate_to_datetime(value).timestamp() - started
                            self.assertGreater(gap, min(left, 3) - 1.1)
                        else:
                            self.assertGreater(gap, 1.95)
                        self.assertLess(gap, 6)

    def test_a_wait_beyond_the_retries_ends_with_them(self):
        for value in ("3600", "9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT"):
            with self.subTest(value=value), Receiver(always(Answer(503, {"Retry-After": value}))) as receiver:
                started = time.monotonic()
                self.account(push(apm(receiver), "--retry-time", "1"), 5, "unavailable", 0)
                self.assertLess(time.monotonic() - started, 10)
                self.assertEqual(len(receiver.requests), 3)  # the last is that of the second pass
                self.assertGreater(receiver.requests[1].arrived - receiver.requests[0].arrived, 0.9)

    def test_refused_once_is_never_sent_again(self):
        with tempfile.TemporaryDirectory() as scratch:
            files = [long_run(scratch, 5, 400)]
            for status in (409, 422):
                with self.subTest(status=status):
                    words = b"out of order sample, says the receiver"
                    with Receiver(in_turn(Answer(status, body=words))) as receiver:
                        result = push(apm(receiver, **LONG), *QUICKLY, files=files)
                        first = self.account(result, 1, "partial")
                        refused = receiver.requests[0]
                        self.assertEqual(first["points_refused"], refused.points())
                        self.assertEqual(first["points_kept"], 0)
                        self.assertNotIn(refused.body, [request.body for request in receiver.requests[1:]])
                        self.assertEqual(len(receiver.requests), first["requests"])
                        self.assertEqual(first["points_delivered"],
                                         sum(request.points() for request in receiver.requests[1:]))
                        self.assertIn(words, result.err)
                        self.assertIn(words.decode(), first["error"])

    def test_everything_is_refused(self):
        with tempfile.TemporaryDirectory() as scratch:
            files = [long_run(scratch, 5, 400)]
            for status in (400, 401, 403, 404, 405):
                with self.subTest(status=status):
                    with Receiver(always(Answer(status, body=b"go away"))) as receiver:
                        result = push(apm(receiver, **LONG), *QUICKLY, files=files)
                        first = self.account(result, 4, "refused", delivered=0)
                        self.assertEqual(first["points_refused"], first["points"])
                        bodies = [request.body for request in receiver.requests]
                        self.assertEqual(len(bodies), len(set(bodies)), "something was sent again")
                        self.assertIn(b"go away", result.err)

    def test_redirects_are_not_followed(self):
        for status in (301, 302, 307, 308):
            with self.subTest(status=status), Receiver() as other:
                with Receiver(always(Answer(status, {"Location": other.url}))) as receiver:
                    self.account(push(apm(receiver, credentials={"token": "t0psecret"}), *QUICKLY), 4, "refused")
                    self.assertEqual(other.connections, 0)
                    self.assertEqual(len(receiver.requests), 1)

    def test_a_huge_answer(self):
        with Receiver(always(Answer(200, body=b"x" * 20_000_000))) as receiver:
            self.account(push(apm(receiver), *QUICKLY), 0, "delivered")
        with Receiver(always(Answer(400, body=b"why? " * 4_000_000))) as receiver:
            result = push(apm(receiver), *QUICKLY)
            self.account(result, 4, "refused")
            self.assertLess(len(result.err) + len(result.out), 20_000)

    def test_unavailable(self):
        nobody = f"http://127.0.0.1:{harness.free_port()}/api/v1/write"
        with Receiver(always(Answer(503, body=b"down for repair"))) as down, Receiver(
                always(Answer(drop="hang"))) as hangs:
            for url in (nobody, down.url, hangs.url):
                with self.subTest(url=url):
                    started = time.monotonic()
                    result = push(apm(url), "--timeout", "0.5", "--retry-time", "2")
                    first = self.account(result, 5, "unavailable", delivered=0)
                    self.assertEqual(first["points_kept"], first["points"])
                    self.assertTrue(first["error"])
                    self.assertGreater(first["retries"], 0)
                    self.assertLess(time.monotonic() - started, 20)
            for receiver in (down, hangs):
                self.assertGreaterEqual(len(receiver.requests), 2)
                self.assertEqual(len({request.body for request in receiver.requests}), 1)
            gaps = [later.arrived - earlier.arrived for earlier, later in zip(hangs.requests, hangs.requests[1:])]
            self.assertGreaterEqual(min(gaps), 0.45)

    def test_a_slow_answer_is_waited_for(self):
        with Receiver(in_turn(Answer(delay=1.2))) as receiver:
            first = self.account(push(apm(receiver), "--timeout", "4"), 0, "delivered")
            self.assertEqual(first["retries"], 0)
            self.complete(receiver)

    def test_order_under_random_delays_and_failures(self):
        """The rows Ordering and Retries500: many series, answers late at random, some of them 500."""
        with tempfile.TemporaryDirectory() as scratch:
            files = [long_run(scratch, 200, 230, "http_req_duration", "trend")]
            block = by_name("http_req_duration")
            for failures in (0, 0.2):
                chance = random.Random(7)

                def script(number, request, failures=failures, chance=chance):
                    return Answer(500 if chance.random() < failures else 204, delay=chance.random() * 0.15)

                with self.subTest(failures=failures), Receiver(script) as receiver:
                    result = push(apm(receiver, **block), *QUICKLY, "--connections", "4", files=files)
                    first = self.account(result, 0, "delivered")
                    self.assertGreater(first["requests"], 8)
                    self.assertEqual(first["retries"] > 0, failures > 0)
                    self.complete(receiver, block, files)
                    self.check_order(receiver)
                    together = [1 for one, next_one in zip(receiver.requests, receiver.requests[1:])
                                if next_one.arrived < one.answered]
                    self.assertTrue(together, "no two requests were under way at once")
                    self.assertLessEqual(receiver.connections, 4)

    def check_order(self, receiver):
        """No series goes back in time, in order of arrival; a later request of it comes after the answer."""
        latest = {}
        for request in receiver.requests:
            for labels, samples in request.series:
                key = tuple(sorted(labels.items()))
                before, earlier = latest.get(key, (None, None))
                if earlier is not None and earlier.body != request.body:
                    if earlier.answer.status < 300:
                        self.assertGreater(samples[0][0], before, f"{key} goes back in time")
                    self.assertLess(earlier.answered, request.arrived + 0.005, f"{key} did not wait")
                latest[key] = (samples[-1][0], request)

    def test_one_that_fails_holds_up_no_other(self):
        with Receiver(always(Answer(drop="hang"))) as hangs, Receiver() as works:
            started = time.monotonic()
            result = push(apm(hangs, works), "--timeout", "1", "--retry-time", "4")
            ended = time.monotonic()
            self.account(result, 5, "unavailable", delivered=0)
            second = result.report()["destinations"][1]
            self.assertEqual((second["status"], second["points_delivered"]), ("delivered", second["points"]))
            self.complete(works)
            self.assertLess(works.requests[-1].arrived - started, 3.5)
            self.assertGreater(ended - works.requests[-1].arrived, 1)

    def test_a_disabled_one_beside_a_working_one(self):
        with Receiver() as works:
            result = push(apm("ftp://127.0.0.1/write", works))
            self.assertEqual(result.status, 1, str(result))
            first, second = result.report()["destinations"]
            self.assertEqual((first["status"], second["status"]), ("disabled", "delivered"))
            self.complete(works)

    def test_bodies_decode_with_the_tool(self):
        with harness.Export([RUN], {}) as export:
            path = os.path.join(export.directory, "000001.body")
            result = harness.run("--decode", path)
            self.assertEqual(result.status, 0, str(result))
            series, _ = remote_write.decode(export.bodies()["000001.body"])
            lines = [line for line in result.out.decode().splitlines() if line and not line.startswith("#")]
            self.assertEqual(len(lines), sum(len(samples) for _, samples in series))


if __name__ == "__main__":
    unittest.main()
