#!/usr/bin/env python3
"""What can go wrong between the tool and k6 cloud: after every fault the account is right, so is what arrived, and the test run
is ended where that can be."""
import json
import os
import signal
import time
import unittest

import cloud_push
import harness
import spools
from cloud_push import QUICKLY, CloudTest
from fake_cloud import CREATE, FINISH, NO_MORE_METRICS, PUSH, RUN_TOKEN, TOKEN, in_turn, lost, refused
from receiver import Answer, Receiver

SMALL = {"maxTimeSeriesInBatch": 7}  # several pushes
SHORT = ["--retry-time", "1", "--timeout", "5"]
SOON_S = 5  # what is promised, and more for a busy machine
NO_MORE = refused(403, NO_MORE_METRICS, "takes no more metrics")
NO_HTML = Answer(502, body=b"<html>bad gateway</html>")


def with_series(name, answer):
    """A push with this value of the tag `name` is answered so."""
    return lambda _, request: answer if request.content is not None and any(
        ("name", name) in sent.labels for sent in request.content.series) else None


class Before(CloudTest):
    """No test run is made."""

    def test_a_token_that_is_not_valid(self):
        cloud = self.serve(token="another-t0ken-that-counts")
        result = self.push(cloud, [self.write_run()], *SHORT)
        self.nothing(result, cloud, 4, "K6_CLOUD_TOKEN")
        self.assertEqual(len(cloud.requests), 1)
        self.account(result, 4, "refused", points_delivered=0, points_kept=0)

    def test_a_login_that_is_refused(self):
        for answer in (refused(401, 0, "who are you"), refused(403, 5, "not here"), Answer(401, body=b"<html>"),
                       Answer(403, body=b"")):
            for kind in ("validate", "create"):
                with self.subTest(status=answer.status, kind=kind):
                    cloud = self.serve(**{kind: in_turn(then=answer)})
                    result = self.push(cloud, [self.write_run()], *SHORT)
                    self.nothing(result, cloud, 4)
                    self.account(result, 4, "refused", points_delivered=0)
                    if answer.body.startswith(b"{"):
                        self.assertIn(json.loads(answer.body)["error"]["message"], self.words(result))

    def test_an_outage(self):
        """Other destinations are served all the same."""
        path = self.write_run()
        for answer in (refused(500, 0, "out of order"), NO_HTML, Answer(drop="answer")):
            with self.subTest(status=answer.status, drop=answer.drop), Receiver() as receiver:
                cloud = self.serve(create=in_turn(then=answer))
                block = {"provider": "prometheus", "remoteWriteURL": receiver.url}
                result = self.push(cloud, [path], "--apm", json.dumps(block), *SHORT)
                self.nothing(result, cloud, 5)
                self.account(result, 5, "unavailable", 1, points_delivered=0)
                self.assertGreater(len(cloud.of(CREATE)), 1)
                self.assertEqual(len({request.headers["k6-idempotency-key"] for request in cloud.of(CREATE)}), 1)
                self.assertEqual(result.report()["destinations"][0]["status"], "delivered")
                self.assertTrue(receiver.stored())

    def test_what_passes(self):
        path = self.write_run()
        for answer in (refused(500), refused(429), NO_HTML, Answer(drop="answer"), lost()):
            with self.subTest(answer=answer):
                cloud = self.serve(create=in_turn(answer))
                self.delivered(self.push(cloud, [path], *QUICKLY), cloud, [path])
                self.assertEqual(len(cloud.creates), 1)
                self.ended(cloud)

    def test_an_answer_without_a_test_run(self):
        for created in ({"reference_id": ""}, {"reference_id": None}):
            cloud = self.serve(created=created)
            result = self.push(cloud, [self.write_run()], *SHORT)
            self.assertEqual(result.status, 4, str(result))
            self.assertIn("no test run was made", self.words(result))
            self.assertEqual((cloud.of(PUSH), cloud.of(FINISH), cloud.complaints), ([], [], []))
        for body in (b"", b"<html>welcome", b"[]", b'"123"', b"{", b'{"reference_id":{}}'):
            with self.subTest(body=body):
                cloud = self.serve(create=in_turn(then=Answer(200, body=body)))
                result = self.push(cloud, [self.write_run()], *SHORT)
                self.assertEqual(result.status, 4, str(result))
                self.assertEqual((cloud.of(PUSH), cloud.of(FINISH)), ([], []))


class Pushes(CloudTest):
    """The test run is there."""

    def test_what_passes(self):
        path = self.write_run()
        for answer in (refused(500), refused(503), NO_HTML, refused(408), refused(429), Answer(drop="answer"),
                       Answer(204, drop="half"), Answer(drop="garbage"), lost()):
            with self.subTest(answer=answer):
                cloud = self.serve(config=SMALL, push=in_turn(None, answer, answer))
                destination = self.delivered(self.push(cloud, [path], *QUICKLY), cloud, [path])
                self.assertEqual(destination["retries"], 2)
                again = cloud.of(PUSH)[1:4]
                self.assertEqual(len({(request.body, request.headers["k6-idempotency-key"]) for request in again}), 1)
                self.ended(cloud)

    def test_each_push_has_a_key_of_its_own(self):
        cloud, files = self.serve(config=SMALL), [self.write_run()]
        self.delivered(self.push(cloud, files), cloud, files)
        keys = [request.headers["k6-idempotency-key"] for request in cloud.requests if request.kind != "validate"]
        self.assertGreater(len(keys), 4)
        self.assertEqual(len(set(keys)), len(keys))

    def test_a_pause_is_kept(self):
        cloud, files = self.serve(push=in_turn(Answer(429, {"Retry-After": "2"}))), [self.write_run()]
        self.delivered(self.push(cloud, files, *QUICKLY), cloud, files)
        first, second = cloud.of(PUSH)[:2]
        self.assertGreater(second.arrived - first.arrived, 1.9)

    def test_a_hang(self):
        cloud, files = self.serve(config=SMALL, push=in_turn(Answer(drop="hang"))), [self.write_run()]
        self.delivered(self.push(cloud, files, "--retry-time", "8", "--timeout", "1"), cloud, files)

    def test_lost_answers(self):
        cloud, files = self.serve(config=SMALL, push=lambda number, _: lost() if number % 2 == 0 else None), [self.write_run()]
        self.delivered(self.push(cloud, files, *QUICKLY), cloud, files)
        self.assertEqual(len({request.body for request in cloud.of(PUSH)}) * 2, len(cloud.of(PUSH)))

    def test_a_proxy_that_takes_little(self):
        def proxy(_, request):
            return Answer(413, body=b"<html>too large") if len(request.content.series) > 4 else None
        cloud, files = self.serve(push=proxy), [self.write_run()]
        self.delivered(self.push(cloud, files, *QUICKLY), cloud, files)
        self.assertIn(413, [request.answer.status for request in cloud.of(PUSH)])
        self.ended(cloud)

    def test_one_that_is_refused(self):
        cloud = self.serve(config=SMALL, push=with_series("n3", refused(400, 7, "no n3 here")))
        files = [self.write_run()]
        result = self.push(cloud, files, *QUICKLY)
        self.proper(cloud, result)
        destination = self.account(result, 1, "partial", points_delivered=cloud.points(), points_kept=0)
        self.assertGreater(destination["points_refused"], 0)
        self.assertGreater(cloud.points(), 0)
        self.assertEqual(destination["points"], sum(map(len, cloud_push.expected(files).values())))
        self.assertIn("no n3 here", self.words(result))
        self.ended(cloud)

    def test_no_more_metrics(self):
        path = self.write_run()
        for push, env, status in ((in_turn(None, then=NO_MORE), {}, 1), (in_turn(then=NO_MORE), {}, 4),
                                  (in_turn(None, then=NO_MORE), {"K6_CLOUD_STOP_ON_ERROR": "true"}, 4)):
            with self.subTest(status=status, env=env):
                cloud = self.serve(config=SMALL, push=push)
                result = self.push(cloud, [path], *QUICKLY, env=env)
                self.assertEqual(result.status, status, str(result))
                self.proper(cloud, result)
                self.assertEqual([request.answer.status for request in cloud.of(PUSH)].count(403), 1)
                self.assertIn("takes no more metrics", self.words(result))
                self.assertEqual(result.report()["destinations"][0]["points_delivered"], cloud.points())
                self.ended(cloud)

    def test_an_outage(self):
        cloud, path = self.serve(config=SMALL, push=in_turn(None, then=refused(500, 0, "out of order"))), self.write_run()
        result = self.push(cloud, [path], *SHORT)
        self.proper(cloud, result)
        destination = self.account(result, 5, "partial", points_delivered=cloud.points(), points_refused=0)
        self.assertGreater(destination["points_kept"], 0)

    def test_an_end_that_is_not_heard(self):
        path = self.write_run()
        for answer in (refused(500, 0, "out of order"), refused(404, 0, "not found"), Answer(drop="answer")):
            with self.subTest(status=answer.status, drop=answer.drop):
                cloud = self.serve(finish=in_turn(then=answer))
                result = self.push(cloud, [path], *SHORT)
                self.delivered(result, cloud, [path], status=1)
                self.assertRegex(self.words(result), "(?i)test run.* ended|end.* test run")

    def test_an_end_that_is_heard_later(self):
        path = self.write_run()
        for answer in (refused(500), refused(429), Answer(drop="answer"), lost()):
            with self.subTest(answer=answer):
                cloud = self.serve(finish=in_turn(answer))
                self.delivered(self.push(cloud, [path], *QUICKLY), cloud, [path])
                self.ended(cloud)

    def test_an_interruption(self):
        for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(signal=number):
                cloud = self.serve(config=SMALL, push=in_turn(None, then=Answer(drop="hang")))
                running = spools.Running(self.write_run(), "--cloud", "--json", env=self.environment(cloud))
                self.addCleanup(running.process.wait)
                self.addCleanup(running.process.kill)
                spools.wait_until(lambda cloud=cloud: len(cloud.of(PUSH)) > 1, "the second push")
                before = time.monotonic()
                result = running.end(number)
                self.assertLess(time.monotonic() - before, SOON_S)
                self.assertEqual(result.status, status, str(result))
                self.proper(cloud, result)
                self.ended(cloud, run_status=5)


class Spool(CloudTest):
    """The same command delivers the rest, to the same test run."""

    def setUp(self):
        super().setUp()
        self.spool = os.path.join(self.scratch, "spool")
        self.files = [self.write_run()]

    def spooled(self, cloud, *flags):
        """A run with the spool, in which no token is."""
        result = self.push(cloud, self.files, "--spool", self.spool, *flags)
        for where, _, names in os.walk(self.spool):
            for name in names:
                with open(os.path.join(where, name), "rb") as file:
                    content = file.read()
                for secret in (TOKEN, RUN_TOKEN):
                    self.assertNotIn(secret.encode(), content, name)
        return result

    def test_an_outage(self):
        cloud = self.serve(config=SMALL, push=in_turn(None, then=refused(500)))
        first = self.spooled(cloud, *SHORT)
        destination = self.account(first, 5, "partial", points_delivered=cloud.points(), points_refused=0)
        self.assertGreater(destination["points_kept"], 0)
        self.proper(cloud, first)
        self.assertEqual(cloud.finishes, {})
        cloud.faults[PUSH] = in_turn()
        self.delivered(self.spooled(cloud, *QUICKLY), cloud, self.files)
        self.assertEqual(len(cloud.creates), 1)
        self.ended(cloud)

    def test_a_lost_answer(self):
        cloud = self.serve(config=SMALL, push=in_turn(None, lost(), then=refused(500)))
        self.assertEqual(self.spooled(cloud, *SHORT).status, 5)
        cloud.faults[PUSH] = in_turn()
        self.delivered(self.spooled(cloud, *QUICKLY), cloud, self.files)
        self.ended(cloud)

    def test_a_test_run_that_is_not_made(self):
        cloud = self.serve(config=SMALL, create=in_turn(then=refused(500)))
        self.assertEqual(self.spooled(cloud, *SHORT).status, 5)
        cloud.faults[CREATE] = in_turn()
        self.delivered(self.spooled(cloud, *QUICKLY), cloud, self.files)
        self.assertEqual(len(cloud.creates), 1)
        self.ended(cloud)

    def test_without_the_result(self):
        """What is told at the end is kept, too."""
        self.files = [self.write_run(thresholds={"http_reqs": ["count>1", "count<5"]})]
        cloud = self.serve(config=SMALL, push=in_turn(None, then=refused(500)))
        self.assertEqual(self.spooled(cloud, "--run-status", "user", *SHORT).status, 5)
        cloud.faults[PUSH] = in_turn()
        result = harness.run("--spool", self.spool, "--json", *QUICKLY, env=self.environment(cloud))
        self.delivered(result, cloud, self.files)
        self.assertEqual(self.ended(cloud, 5, 1), {"http_reqs": {"count>1": False, "count<5": True}})

    def test_a_kill(self):
        cloud = self.serve(config=SMALL, push=in_turn(None, None, then=Answer(drop="hang")))
        running = spools.Running(*self.files, "--cloud", "--spool", self.spool, env=self.environment(cloud))
        self.addCleanup(running.process.wait)
        self.addCleanup(running.process.kill)
        spools.wait_until(lambda: len(cloud.of(PUSH)) > 2, "the third push")
        running.end(signal.SIGKILL)
        cloud.faults[PUSH] = in_turn()
        self.delivered(self.spooled(cloud, *QUICKLY), cloud, self.files)
        self.assertEqual(len(cloud.creates), 1)
        self.ended(cloud)


if __name__ == "__main__":
    unittest.main()
