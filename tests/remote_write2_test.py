#!/usr/bin/env python3
"""Remote write 2.0 end to end: what a receiver of it gets, how one is recognised, and what its counts mean."""
import json
import tempfile
import unittest

import harness
import oracle
import remote_write
import remote_write_2
import servers
import summaries
from receiver import Answer, Receiver, basic

RUN = summaries.results_of("v2.2.0/shop-lite")
EVERYTHING = {"resampleRate": 1, "metrics": [{"sourceMetric": "http_req_duration", "keepTags": ["name", "status"]},
                                             {"sourceMetric": "checks", "keepTags": ["check"]}]}
KNOWS_2 = Answer(204, remote_write_2.written(0))


def written(number, request):
    """A script: all that comes is written."""
    return Answer(204, remote_write_2.written(request.decoded.samples()))


def new_receiver(script=written):
    """A receiver of 2.0."""
    return Receiver(script, on_question=KNOWS_2)


def apm(to, **more):
    """A list with one destination."""
    return json.dumps([dict({"provider": "prometheus", "remoteWriteURL": getattr(to, "url", to)}, **more)])


def push(block, *flags):
    """Runs the tool with a report."""
    return harness.run(RUN, "--apm", block, "--json", "--retry-time", "5", "--timeout", "5", *flags)


class RemoteWrite2(unittest.TestCase):
    """Each test has a receiver of its own."""

    def account(self, result, status, state, delivered=None):
        """The exit status and a report that adds up; returns the destination."""
        self.assertEqual(result.status, status, str(result))
        harness.check_sums(self, result.report())
        first = result.report()["destinations"][0]
        self.assertEqual(first["status"], state, str(result))
        self.assertGreater(first["points"], 0)
        if delivered is not None:
            self.assertEqual(first["points_delivered"], delivered, str(result))
        return first

    def complete(self, receiver, block=None, **options):
        """The receiver holds exactly what the oracle computes."""
        self.assertEqual(receiver.problems, [])
        expected = oracle.Expected([RUN], block or {}, **options)
        self.assertEqual(oracle.differences(expected.series, receiver.stored()), [])
        return expected

    def test_what_a_receiver_gets(self):
        """Values, times, metadata with every series, and the start of each running total; the decoder holds every body
        to the specification."""
        for block, flags in (({}, []), (EVERYTHING, ["--rate-counts"])):
            with self.subTest(flags), new_receiver() as receiver:
                first = self.account(push(apm(receiver, **block), *flags), 0, "delivered")
                self.assertEqual(first["points_delivered"], first["points"])
                self.assertEqual((first["requests"], first["retries"]), (len(receiver.requests), 0))
                expected = self.complete(receiver, block, rate_counts=bool(flags))
                self.assertEqual(expected.points(), first["points"])
                seen = set()
                for request in receiver.requests:
                    for series in request.decoded.series:
                        self.check_series(series, expected)
                        seen.add(series.labels["__name__"])
                self.assertEqual(seen, set(expected.metadata))

    def check_series(self, series, expected):
        """Metadata and starts of one series of one request."""
        labels = dict(series.labels)
        name = labels.pop("__name__")
        self.assertEqual((series.kind, series.unit), expected.metadata[name])
        self.assertTrue(series.about.startswith("k6 "))
        first, value = expected.series[name, tuple(sorted(labels.items()))][0]
        running = series.kind == "counter"
        if running:
            self.assertEqual(value, 0)
        self.assertEqual(series.starts, [first if running and not stale else 0 for _, _, stale in series.samples])

    def test_headers(self):
        with new_receiver() as receiver:
            block = apm(receiver.url + "?tenant=a", credentials={"username": "u", "password": "p4ssword"})
            self.account(push(block), 0, "delivered")
            self.assertEqual(len(receiver.questions), 1)
            for request in receiver.questions + receiver.requests:
                self.assertEqual((request.method, request.path), ("POST", "/api/v1/write?tenant=a"))
                self.assertEqual(request.headers["content-type"], remote_write_2.CONTENT_TYPE)
                self.assertEqual(request.headers["content-encoding"], "snappy")
                self.assertEqual(request.headers["x-prometheus-remote-write-version"], remote_write_2.VERSION)
                self.assertRegex(request.headers["user-agent"], r"^k6apm/[0-9]")
                self.assertEqual(request.headers["authorization"], basic("u", "p4ssword"))

    def test_both_versions_are_the_same_run(self):
        held = []
        for flags in (["--remote-write", "1"], ["--remote-write", "2"], ["--remote-write", "2", "--connections", "4"]):
            def script(number, request):
                return written(number, request) if request.decoded else Answer()
            with Receiver(script) as receiver:
                first = self.account(push(apm(receiver, **EVERYTHING), *flags), 0, "delivered")
                self.assertEqual(receiver.questions, [])
                self.assertEqual({request.decoded is None for request in receiver.requests}, {flags[1] == "1"})
                held.append((first["series"], first["points"], repr(sorted(receiver.stored().items())),
                             sorted(request.body for request in receiver.requests)))
        self.assertEqual(held[0][:3], held[1][:3])
        self.assertEqual(held[1], held[2])

    def test_who_does_not_know_it_gets_1(self):
        """Every answer to the question but the one that counts; the payloads then are 1.0, and all is delivered."""
        counts = remote_write_2.written(0)
        partly = {name: value for name, value in counts.items() if "Samples" in name}
        for answer in (Answer(204), Answer(200), Answer(204, partly), Answer(415, counts), Answer(400, body=b"snappy?"),
                       Answer(404), Answer(405), Answer(429), Answer(500), Answer(302, {"Location": "/"}),
                       Answer(401), Answer(403), Answer(drop="answer"), Answer(drop="garbage"), Answer(drop="hang")):
            with self.subTest(status=answer.status, drop=answer.drop), Receiver(on_question=answer) as receiver:
                self.account(push(apm(receiver), "--timeout", "1"), 0, "delivered")
                self.assertEqual(len(receiver.questions), 1)
                for request in receiver.requests:
                    self.assertIsNone(request.decoded)
                    self.assertEqual(request.headers["content-type"], "application/x-protobuf")
                    self.assertEqual(request.headers["x-prometheus-remote-write-version"], "0.1.0")
                self.complete(receiver)

    def test_a_wrong_login_is_told_by_the_first_payload(self):
        for status in (401, 403):
            refusal = Answer(status, body=b"who are you?")
            with self.subTest(status), Receiver(lambda number, request, refusal=refusal: refusal,
                                                on_question=refusal) as receiver:
                result = push(apm(receiver))
                self.account(result, 4, "refused", delivered=0)
                self.assertEqual((len(receiver.questions), len(receiver.requests)), (1, 1))
                self.assertIn(b"check the login", result.err)

    def test_nobody_is_asked_where_nothing_is_sent(self):
        with new_receiver() as receiver:
            for flags in (["-n"], ["-n", "--remote-write", "2"], ["--from", "2030-01-01T00:00:00Z"]):
                harness.run(RUN, "--apm", apm(receiver), *flags)
            self.assertEqual(receiver.connections, 0)
        with harness.Export([RUN], {}, "--remote-write", "2") as export:
            for body in export.bodies().values():
                self.assertTrue(remote_write.decode(body)[0])
            for sidecar in export.sidecars():
                self.assertEqual(sidecar["headers"]["X-Prometheus-Remote-Write-Version"], "0.1.0")

    def test_who_counts_nothing_has_taken_nothing(self):
        for answer in (Answer(204), Answer(200, body=b"thanks"), Answer(415, body=b"what is that?")):
            with self.subTest(answer.status), Receiver(lambda number, request, answer=answer: answer) as receiver:
                result = push(apm(receiver), "--remote-write", "2")
                first = self.account(result, 4, "refused", delivered=0)
                self.assertEqual(first["points_refused"], first["points"])
                self.assertIn(b"--remote-write 1", result.err)
                if answer.status < 300:
                    self.assertIn(b"it took nothing of a remote write 2.0 request", result.err)
                bodies = [request.body for request in receiver.requests]
                self.assertEqual(len(bodies), len(set(bodies)), "something was sent again")

    def test_what_is_not_written_is_refused(self):
        """The first request loses 5 samples, with a success or with a 400; nothing is sent twice."""
        for status, words in ((204, b"it wrote "), (200, b"it wrote "), (400, b"400 out of order sample")):
            def script(number, request, status=status):
                lost = 5 if number == 0 else 0
                return Answer(status if number == 0 else 204, remote_write_2.written(request.decoded.samples() - lost),
                              b"out of order sample" if status == 400 and number == 0 else b"")

            with self.subTest(status), new_receiver(script) as receiver:
                result = push(apm(receiver))
                first = self.account(result, 1, "partial")
                self.assertEqual((first["points_refused"], first["points_kept"]), (5, 0))
                self.assertIn(words, result.err)
                self.assertEqual(len(receiver.requests), first["requests"])

    def test_what_may_pass_is_sent_again_byte_for_byte(self):
        for answer in (Answer(500), Answer(429, remote_write_2.written(3)), Answer(drop="answer")):
            def script(number, request, answer=answer):
                return answer if number < 2 else written(number, request)
            with self.subTest(status=answer.status, drop=answer.drop), new_receiver(script) as receiver:
                first = self.account(push(apm(receiver)), 0, "delivered")
                self.assertEqual(first["retries"], 2)
                self.assertEqual(len({request.body for request in receiver.requests[:3]}), 1)
                self.complete(receiver)

    def test_bodies_decode_with_the_tool(self):
        with new_receiver() as receiver, harness.Export([RUN], {}) as export:
            self.account(push(apm(receiver)), 0, "delivered")
            lines, older = [], []
            for i, request in enumerate(receiver.requests):
                path = f"{export.out}/{i}.body"
                with open(path, "wb") as file:
                    file.write(request.body)
                result = harness.run("--decode", path)
                self.assertEqual(result.status, 0, str(result))
                lines += result.out.decode().splitlines()
            for name in sorted(export.bodies()):
                older += harness.run("--decode", f"{export.directory}/{name}").out.decode().splitlines()
            starts = [line for line in lines if line.startswith("# START")]
            self.assertEqual(len(starts), sum(any(series.starts) for request in receiver.requests
                                              for series in request.decoded.series))
            self.assertEqual(set(lines) - set(starts), set(older))

    def test_prometheus_and_victoria_metrics(self):
        """Both take 1.0 only and answer 204 to anything: nothing is lost, and with 2 nothing is claimed."""
        for server in (servers.Prometheus(), servers.VictoriaMetrics()):
            self.addCleanup(server.close)
            with self.subTest(type(server).__name__), tempfile.TemporaryDirectory() as scratch:
                path, _ = servers.recent_copy(RUN, scratch)
                for version, status in (("2", 4), ("auto", 0)):
                    result = harness.run(path, "--apm", apm(server.write_url), "--json", "--remote-write", version)
                    first = self.account(result, status, "delivered" if status == 0 else "refused")
                    self.assertEqual(first["points_delivered"], first["points"] if status == 0 else 0)
                expected = oracle.Expected([path], {})
                end = max(samples[-1][0] for samples in expected.series.values()) // 1000 + 3600
                selector = '{__name__=~"k6_.*"}'
                found = (server.raw_samples(selector, end) if isinstance(server, servers.Prometheus)
                         else server.raw_samples(selector))
                plain = {key: [sample for sample in samples if not sample[2]] for key, samples in found.items()}
                self.assertEqual(oracle.differences(expected.series, plain, stale=False), [])


if __name__ == "__main__":
    unittest.main()
