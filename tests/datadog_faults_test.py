#!/usr/bin/env python3
"""What can go wrong between the tool and Datadog: after every fault the account is right, and so is what arrived."""
import json
import random
import re
import signal
import subprocess
import time
import unittest

import datadog_intake
import datadog_model
import harness
from datadog_intake import VALIDATE, Intake, errors, on_path, on_series
from datadog_push import BY_NAME, QUICKLY, PushTest, block, now_s, push
from receiver import Answer, Receiver, always
from result_writers import Metric

COUNTER = [Metric("http_reqs", "counter")]


def points_of(series, wanted):
    """The part of {key: Series} for which wanted(key, ts) holds."""
    found = {}
    for key, about in series.items():
        points = {ts: value for ts, value in about.points.items() if wanted(key, ts)}
        if points:
            found[key] = about._replace(points=points)
    return found


class Faults(PushTest):
    """Every test has an intake of its own."""

    def same(self, expected, intake):
        """The intake has exactly these points and nothing was against the rules."""
        self.assertEqual(intake.problems, [])
        self.assertEqual(datadog_model.differences(expected, intake.stored()), [])

    def partial(self, result, intake, expected, inside, status=1):
        """What inside(key, ts) says arrived, the rest is refused; returns the destination."""
        arrived = points_of(expected.series, inside)
        self.same(arrived, intake)
        count = sum(len(series.points) for series in arrived.values())
        return self.account(result, status, "partial", points=expected.points(), points_delivered=count,
                            points_refused=expected.points() - count, points_kept=0)

    def nothing(self, result, intake, status, state):
        """Nothing arrived; returns the destination."""
        self.assertEqual((intake.stored(), intake.problems), ({}, []), str(result))
        destination = self.account(result, status, state, points_delivered=0)
        self.assertGreater(destination["points"], 0)
        left = "points_refused" if state == "refused" else "points_kept"
        self.assertEqual(destination[left], destination["points"], str(result))
        self.assertTrue(destination["error"], str(result))
        return destination

    # Answers that may pass.

    def test_what_may_pass_is_sent_again(self):
        files = [self.run_by_name(3, 5)]
        expected = datadog_model.Expected(files, BY_NAME)
        for answer in (Answer(500), Answer(502, body=b"<html>bad gateway</html>"), errors(503, "busy"), Answer(504),
                       errors(408, "Request timeout"), errors(429, "Too many requests"), Answer(drop="answer"),
                       Answer(202, drop="half"), Answer(drop="garbage"), Answer(500, close=True)):
            with self.subTest(status=answer.status, drop=answer.drop), Intake(on_series(answer, answer)) as intake:
                result = push(block(intake, **BY_NAME), files, *QUICKLY)
                self.assertEqual(self.delivered(result, intake, expected)["retries"], 2)
                self.assertEqual(len(intake.series_requests()), 3)
                self.assertEqual(len({request.body for request in intake.series_requests()}), 1)

    def test_500_five_times(self):
        files = [self.run_by_name(2, 5)]
        with Intake(on_series(*[Answer(500)] * 5)) as intake:
            result = push(block(intake, **BY_NAME), files, "--retry-time", "60")
            destination = self.delivered(result, intake, datadog_model.Expected(files, BY_NAME))
            self.assertEqual(destination["retries"], 5)
            arrived = [request.arrived for request in intake.series_requests()]
            self.assertGreater(arrived[-1] - arrived[0], 0.2)

    def test_500_for_ever(self):
        with Intake(on_series(then=errors(500, "internal trouble"))) as intake:
            result = push(block(intake, **BY_NAME), [self.run_by_name(2, 5)], "--retry-time", "2")
            destination = self.nothing(result, intake, 5, "unavailable")
            self.assertGreater(destination["retries"], 0)
            self.assertEqual(len({request.body for request in intake.series_requests()}), 1)

    def test_a_connection_that_breaks(self):
        files = [self.run_by_name(3, 5)]
        with Intake(cut_connections=2) as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            self.delivered(result, intake, datadog_model.Expected(files, BY_NAME))

    def test_a_rate_limit_is_waited_for(self):
        files = [self.run_by_name(3, 5)]
        headers = {"X-RateLimit-Limit": "100", "X-RateLimit-Period": "60", "X-RateLimit-Remaining": "0",
                   "X-RateLimit-Reset": "2"}
        with Intake(on_series(Answer(429, headers, b'{"errors":["Too many requests"]}'))) as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            self.delivered(result, intake, datadog_model.Expected(files, BY_NAME))
            first, second = intake.series_requests()
            self.assertGreater(second.arrived - first.arrived, 1.95)
            self.assertLess(second.arrived - first.arrived, 6)

    def test_a_server_that_hangs(self):
        path = self.run_by_name(2, 5)
        for script in (on_series(then=Answer(drop="hang")), on_path("/", Answer(drop="hang"))):
            with Intake(script) as intake:
                started = time.monotonic()
                result = push(block(intake, **BY_NAME), [path], "--timeout", "1", "--retry-time", "2")
                self.nothing(result, intake, 5, "unavailable")
                self.assertLess(time.monotonic() - started, 10)

    # Answers for good.

    def test_a_proxy_that_takes_little(self):
        chance = random.Random(3)
        first_s = now_s() - 60
        files = [self.write_run(COUNTER, [("http_reqs", first_s + second, chance.random(), {"name": f"n{i}"})
                                          for second in range(40) for i in range(300)])]
        expected = datadog_model.Expected(files, BY_NAME)

        def proxy(_, request):
            too_large = request.is_series() and len(request.body) > 20_000
            return Answer(413, body=b"<html>Request Entity Too Large</html>") if too_large else None

        with Intake(proxy) as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            self.delivered(result, intake, expected)
            answers = [request.answer.status for request in intake.series_requests()]
            self.assertGreater(answers.count(413), 0)
            self.assertLessEqual(answers.count(413), 16, answers)
            self.assertEqual(set(intake.came.values()) - {1, 2, 3, 4, 5, 6}, set())

    def test_one_bad_series_among_many(self):
        files = [self.run_by_name(5000, 1)]
        expected = datadog_model.Expected(files, BY_NAME)
        with Intake() as intake:
            self.delivered(push(block(intake, **BY_NAME), files), intake, expected)
            usual = len(intake.requests)

        def picky(_, request):
            if any("name:n4321" in sent.tags for sent in request.sent):
                return Answer(400, {"Content-Type": "text/plain"}, b"Payload is not in the expected format: no idea why")
            return None

        with Intake(picky) as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            destination = self.partial(result, intake, expected, lambda key, ts: key[1] != ("name:n4321",))
            self.assertLess(len(intake.requests), usual + 60)
            self.assertEqual(destination["points_refused"], 1)
            self.assertIn("n4321", self.words(result, destination))
            self.assertIn("no idea why", self.words(result, destination))

    def test_everything_is_refused(self):
        path = self.run_by_name(2000, 1)
        for answer in (errors(400, "go away"), Answer(400, {"Content-Type": "text/plain"}, b"go away"),
                       Answer(400, {"Content-Type": "text/html"}, b"<p>go away</p>"), errors(413, "go away"),
                       errors(404, "go away"), Answer(400, body=b'{"errors":"go away"}'), Answer(400, body=b'["go away"]'),
                       Answer(400, body=b'{"status":"error","code":400,"errors":["go away"],"statuspage":"x"}')):
            with self.subTest(status=answer.status, body=answer.body), Intake(on_series(then=answer)) as intake:
                result = push(block(intake, **BY_NAME), [path], *QUICKLY)
                destination = self.nothing(result, intake, 4, "refused")
                self.assertLess(len(intake.requests), 150)
                self.assertIn("go away", self.words(result, destination))

    def test_a_wrong_key(self):
        """One clear line, and no point is sent."""
        with Intake(api_key="z" * 32) as intake:
            result = push(block(intake, **BY_NAME), [self.run_by_name(2, 5)], *QUICKLY)
            destination = self.nothing(result, intake, 4, "refused")
            self.assertEqual([request.path for request in intake.requests], [VALIDATE])
            self.assertIn("key", destination["error"])
            self.assertIn(f"127.0.0.1:{intake.port}", destination["error"])
            said = result.err.decode()
            self.assertEqual(len(re.findall("(?m)^k6apm: (?:warning|error): ", said)), 1, str(result))
            for word in ("apiKey", "region", "apiURL"):
                self.assertIn(word, said)

    def test_a_key_that_may_not_send(self):
        """Is found out by the first request, and no other follows."""
        with Intake(on_series(then=errors(403, "Forbidden"))) as intake:
            result = push(block(intake, **BY_NAME), [self.run_by_name(300, 120)], *QUICKLY, "--connections", "1")
            self.nothing(result, intake, 4, "refused")
            self.assertEqual(len(intake.series_requests()), 1)

    def test_no_validate(self):
        """A proxy that has only the intake."""
        files = [self.run_by_name(2, 5)]
        with Intake(on_path(VALIDATE, Answer(404, body=b"nothing here"))) as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            self.delivered(result, intake, datadog_model.Expected(files, BY_NAME))

    def test_redirects_are_not_followed(self):
        path = self.run_by_name(2, 5)
        for status in (301, 302, 307, 308):
            with self.subTest(status=status), Intake() as other:
                answer = Answer(status, {"Location": other.url + datadog_intake.SERIES})
                with Intake(on_series(then=answer)) as intake:
                    result = push(block(intake, **BY_NAME), [path], *QUICKLY)
                    self.nothing(result, intake, 4, "refused")
                    self.assertEqual((other.connections, len(intake.series_requests())), (0, 1))

    def test_accepted_with_errors(self):
        """202 and a list that is not empty."""
        files = [self.run_by_name(2, 5)]
        answer = Answer(202, {"Content-Type": "application/json"}, json.dumps({"errors": ["one was odd"]}).encode())
        with Intake(on_series(then=answer)) as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            destination = self.delivered(result, intake, datadog_model.Expected(files, BY_NAME), status=1)
            self.assertIn("one was odd", self.words(result, destination))
            self.assertEqual(len(intake.series_requests()), 1)

    def test_other_ways_to_say_yes(self):
        """Of proxies, and older ones of Datadog."""
        files = [self.run_by_name(2, 5)]
        expected = datadog_model.Expected(files, BY_NAME)
        for answer in (Answer(200), Answer(204), Answer(202), Answer(202, body=b"OK"), Answer(202, body=b'{"status":"ok"}'),
                       Answer(202, body=b'{"errors":null}'), Answer(202, body=b"x" * 5_000_000)):
            with self.subTest(status=answer.status, body=answer.body[:20]), Intake(on_series(then=answer)) as intake:
                self.delivered(push(block(intake, **BY_NAME), files, *QUICKLY), intake, expected)

    def test_random_delays_and_failures(self):
        """On several connections: what counts is the last value of a second, so none may be sent again with another."""
        files = [self.run_by_name(100, 600)]
        expected = datadog_model.Expected(files, BY_NAME)
        chance = random.Random(7)

        def script(_, request):
            answer = Answer(500, delay=chance.random() * 0.1) if chance.random() < 0.2 else None
            return answer if request.is_series() else None

        with Intake(script) as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY, "--connections", "4")
            destination = self.delivered(result, intake, expected)
            self.assertGreater(destination["requests"], 5)
            self.assertGreater(destination["retries"], 0)
            self.assertLessEqual(intake.connections, 5)

    # Times.

    def test_all_points_too_old(self):
        """Datadog would drop them in silence."""
        with Intake() as intake:
            result = push(block(intake, **BY_NAME), [self.run_by_name(2, 5, now_s() - 7200)], *QUICKLY)
            destination = self.nothing(result, intake, 4, "refused")
            self.assertEqual(intake.series_requests(), [])
            for way in ("--end-at now", "--datadog-historical", "-o"):
                self.assertIn(way, self.words(result, destination))

    def test_some_points_too_old(self):
        now = now_s()
        files = [self.run_by_name(2, 10, now - 7200, "old.json"), self.run_by_name(2, 10, now - 600, "new.json")]
        with Intake() as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            destination = self.partial(result, intake, datadog_model.Expected(files, BY_NAME),
                                       lambda key, ts: ts >= now - 3600)
            self.assertEqual(intake.too_old, [])
            self.assertIn("--datadog-historical", self.words(result, destination))

    def test_the_edge_of_the_hour(self):
        """What is said to be delivered is not dropped: points a second apart, some of them just an hour old."""
        files = [self.run_by_name(1, 200, now_s() - 3700)]
        with Intake() as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            destination = self.account(result, 1, "partial", points=200, points_kept=0)
            self.assertEqual((intake.too_old, intake.problems), ([], []))
            self.assertEqual(self.stored_points(intake), destination["points_delivered"])
            self.assertTrue(80 <= destination["points_refused"] <= 170, str(result))

    def test_points_ahead_of_time(self):
        now = now_s()
        ahead = self.run_by_name(2, 10, now + 1200, "ahead.json")
        files = [self.run_by_name(2, 10, now - 60), ahead]
        with Intake() as intake:
            result = push(block(intake, **BY_NAME), files, *QUICKLY)
            self.partial(result, intake, datadog_model.Expected(files, BY_NAME), lambda key, ts: ts <= now)
            self.assertEqual(intake.ahead, [])
        with Intake() as intake:
            result = push(block(intake, **BY_NAME), [ahead], *QUICKLY)
            self.nothing(result, intake, 4, "refused")
            self.assertEqual(intake.series_requests(), [])

    def test_points_that_become_too_old_meanwhile(self):
        """Some are an hour old before their request is sent again: they are not sent late."""
        now = now_s()
        files = [self.run_by_name(1, 40, now - 3598, "old.json"), self.run_by_name(2, 10, now - 600, "new.json")]
        with Intake(on_series(Answer(503, {"Retry-After": "6"}))) as intake:
            result = push(block(intake, **BY_NAME), files, "--retry-time", "20")
            destination = self.account(result, 1, "partial", points=60, points_kept=0)
            self.assertEqual((intake.too_old, intake.problems), ([], []))
            self.assertEqual(self.stored_points(intake), destination["points_delivered"])
            first, *others = intake.series_requests()
            self.assertGreater(others[0].arrived - first.arrived, 5.9)
            self.assertLess(others[0].points(), first.points() - 4)
            self.assertGreater(others[0].points(), 20)

    def test_interruption(self):
        """What was delivered is said, and the shell is told."""
        args = [self.run_by_name(2, 5), "--apm", json.dumps(block("URL", **BY_NAME)), "--json"]
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(signal=number), Intake(on_series(then=Answer(drop="hang"))) as intake:
                given = [word.replace('"URL"', json.dumps(intake.url)) for word in args]
                with subprocess.Popen([harness.program(), *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      env=harness.environment()) as running:
                    for _ in range(200):
                        if intake.series_requests():
                            break
                        time.sleep(0.05)
                    self.assertTrue(intake.series_requests())
                    running.send_signal(number)
                    out, err = running.communicate(timeout=30)
                self.assertEqual(running.returncode, status, (out, err))
                report = json.loads(out)
                harness.check_sums(self, report)
                self.assertEqual(report["destinations"][0]["points_kept"], report["destinations"][0]["points"])

    # Beside others.

    def test_side_by_side(self):
        """With Prometheus: one that fails does not hold up the other."""
        files = [self.run_by_name(2, 5)]
        expected = datadog_model.Expected(files, BY_NAME)

        def prometheus(receiver):
            return dict({"provider": "prometheus", "remoteWriteURL": receiver.url}, **BY_NAME)

        with Receiver() as works, Intake() as intake:
            result = push([prometheus(works), block(intake, **BY_NAME)], files, *QUICKLY)
            self.assertEqual(result.status, 0, str(result))
            self.same(expected.series, intake)
            self.assertTrue(works.stored())
        with Receiver(always(Answer(drop="hang"))) as hangs, Intake() as intake:
            started = time.monotonic()
            result = push([prometheus(hangs), block(intake, **BY_NAME)], files, "--timeout", "1", "--retry-time", "3")
            self.assertLess(intake.requests[-1].arrived - started, 2)
            self.account(result, 5, "delivered", index=1, points_delivered=expected.points())
            self.same(expected.series, intake)
        with Receiver() as works, Intake(on_series(then=Answer(503))) as intake:
            started = time.monotonic()
            result = push([block(intake, **BY_NAME), prometheus(works)], files, "--timeout", "1", "--retry-time", "3")
            self.assertLess(works.requests[-1].arrived - started, 2)
            self.nothing(result, intake, 5, "unavailable")
            self.assertEqual(result.report()["destinations"][1]["status"], "delivered")


if __name__ == "__main__":
    unittest.main()
