#!/usr/bin/env python3
"""A spool that is taken up: by the same command, by one without the results, after signals, refusals and changes."""
import itertools
import json
import os
import shutil
import signal
import tempfile
import time
import unittest

import datadog_intake
import datadog_model
import harness
import oracle
from datadog_push import BY_NAME, PushTest, block as datadog_block
from receiver import Answer, Receiver, always
from spools import AWAY, SHORT, Bodies, Small, content, is_filled, take_then, wait_until, write_run

TOKEN = "tok3n-of-the-spool"


class Later(Small):
    """What is left is delivered by another command."""

    def test_without_results(self):
        """The address is enough where no login is needed."""
        with Bodies(take_then(1, AWAY)) as receiver:
            wanted = self.written(self.files, self.block(receiver))
            self.interrupted(receiver)
            os.remove(self.file)
            result = self.run_with(self.files, self.block(receiver), *SHORT)
            self.assertEqual(result.status, 3, str(result))
            self.assertIn(b"without RESULT", result.err)
            receiver.script = always(Answer())
            destination = self.whole(harness.run("--spool", self.spool, "--json"))
            self.same(receiver.taken(), wanted)
            self.assertEqual(destination["requests"], len(wanted))

    def test_the_login_is_given_again(self):
        login = {"credentials": {"token": TOKEN}}
        script = ("export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: '%s',"
                  " credentials: { token: __ENV.SPOOL_TOKEN } }] } } };\nexport default function () {}\n")
        for name in ("--apm", "-s", "environment"):
            with self.subTest(name), Bodies(take_then(1, AWAY)) as receiver:
                shutil.rmtree(self.spool, ignore_errors=True)
                self.interrupted(receiver, **login)
                receiver.script = lambda number, request: Answer() \
                    if request.headers.get("authorization") == "Bearer " + TOKEN else Answer(401)
                count = len(receiver.requests)
                result = harness.run("--spool", self.spool, "--json")
                left = self.account(result, 5, status="partial")
                self.assertGreater(left["points_kept"], 0)
                self.assertIn(b"login", result.err)
                self.assertEqual(len(receiver.requests), count)
                path = self.write("script.js", (script % receiver.url).encode())
                args, env = {
                    "--apm": (["--apm", "@" + self.file_with("login.json", self.block(receiver, **login))], {}),
                    "-s": (["-s", self.file_with("options.json", {"ext": {"loadimpact": {"apm": [
                        self.block(receiver, **login)]}}})], {}),
                    "environment": (["-s", path], {"SPOOL_TOKEN": TOKEN})}[name]
                self.whole(harness.run("--spool", self.spool, "--json", *args, env=env))

    def test_a_login_for_another_address(self):
        login = {"credentials": {"token": TOKEN}}
        with Bodies(take_then(1, AWAY)) as receiver, Bodies() as other:
            self.interrupted(receiver, **login)
            count = len(receiver.requests)
            for block in (self.block(other, **login), self.block(receiver.url + "/more", **login)):
                result = harness.run("--spool", self.spool, "--json", "--apm", json.dumps(block))
                left = self.account(result, 5)
                self.assertGreater(left["points_kept"], 0)
                self.assertIn(b"stay in the spool", result.err)
            self.assertEqual((len(receiver.requests), other.requests), (count, []))

    def test_one_of_two_is_away(self):
        with Bodies(take_then(1, AWAY)) as away, Bodies() as works:
            blocks = [self.block(away), self.block(works)]
            wanted = self.written(self.files, blocks[0])
            result = self.run_with(self.files, blocks, *SHORT)
            self.account(result, 5, 0, status="partial")
            second = self.account(result, 5, 1, status="delivered")
            self.assertEqual(second["points_delivered"], second["points"])
            self.same(works.taken(), wanted)
            away.script = always(Answer())
            result = self.run_with(self.files, blocks)
            self.whole(result, 0, 0)
            self.assertEqual(self.whole(result, 0, 1)["requests"], len(wanted))
            self.assertEqual((away.taken(), len(works.requests)), (wanted, len(wanted)))

    def test_one_provider(self):
        """--provider makes another run of it, for it decides what is in the spool."""
        datadog = {"provider": "datadog", "apiKey": datadog_intake.API_KEY, "apiURL": "http://127.0.0.1:9", "metrics": ["http_reqs"]}
        with Bodies(take_then(1, AWAY)) as receiver:
            blocks = [datadog, self.block(receiver)]
            result = self.run_with(self.files, blocks, "--provider", "prometheus", *SHORT)
            self.account(result, 5, 1, status="partial")
            self.assertEqual(sorted(os.listdir(self.spool)), ["01-prometheus", "k6apm-spool", "run.json"])
            self.assertEqual(self.run_with(self.files, blocks).status, 2)
            receiver.script = always(Answer())
            result = self.run_with(self.files, blocks, "--provider", "prometheus")
            self.whole(result, 0, 1)
            self.assertEqual(receiver.taken(), self.written(self.files, self.block(receiver)))

    def test_another_login_after_401(self):
        """Nothing is refused for good by a wrong login."""
        def script(_, request):
            right = request.headers.get("authorization") == "Bearer " + TOKEN
            return Answer() if right else Answer(401, body=b"who are you?")

        with Bodies(script) as receiver:
            wanted = self.written(self.files, self.block(receiver))
            result = self.run_with(self.files, self.block(receiver, credentials={"token": "wrong"}))
            left = self.account(result, 4, points_delivered=0, points_refused=0)
            self.assertEqual(left["points_kept"], left["points"])
            self.assertIn(b"who are you?", result.err)
            self.assertEqual(len(receiver.requests), 1)
            self.whole(self.run_with(self.files, self.block(receiver, credentials={"token": TOKEN})))
            self.same(receiver.taken(), wanted)

    def test_standard_input(self):
        data = content(self.file)
        with Bodies(take_then(1, AWAY)) as receiver:
            wanted = self.written(self.files, self.block(receiver))
            args = self.arguments(["-"], self.block(receiver), *SHORT)
            self.account(harness.run(*args, stdin=data), 5)
            receiver.script = always(Answer())
            self.whole(harness.run(*args, stdin=b""))
            self.same(receiver.taken(), wanted)

    def test_signals(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(signal=number), Bodies(take_then(2, Answer(delay=0.5))) as receiver:
                shutil.rmtree(self.spool, ignore_errors=True)
                wanted = self.written(self.files, self.block(receiver))
                running = self.start_with(self.files, self.block(receiver))
                wait_until(lambda: len(receiver.requests) >= 3, "the third request")
                before = time.monotonic()
                result = running.end(number)
                self.assertLess(time.monotonic() - before, 5)
                kept = self.account(result, status)
                self.assertGreater(kept["points_kept"], 0)
                self.assertIn(b"kept in", result.err)
                receiver.script = always(Answer())
                destination = self.account(self.run_with(self.files, self.block(receiver)), 0, status="delivered")
                self.assertEqual(destination["points_delivered"], destination["points"])
                self.assertEqual(sorted(set(receiver.taken())), sorted(set(wanted)))

    def test_a_signal_while_reading(self):
        """Nothing was sent, and the next run begins anew."""
        fifo = os.path.join(self.scratch, "fifo")
        os.mkfifo(fifo)
        writing = os.open(fifo, os.O_RDWR)
        self.addCleanup(os.close, writing)
        with Bodies() as receiver:
            running = self.start_with([fifo], self.block(receiver))
            time.sleep(0.2)
            result = running.end(signal.SIGTERM)
            self.assertEqual(result.status, 143, str(result))
            self.assertIn(b"nothing was sent", result.err)
            self.assertFalse(is_filled(self.spool))
            self.whole(self.run_with(self.files, self.block(receiver)))


class Divided(Small):
    """What is divided stays divided."""

    def complete(self, receiver, lost=()):
        """The receiver holds what the oracle computes but for some series, everything once and in order."""
        self.assertEqual(receiver.problems, [])
        block = self.block(receiver)
        latest = {}
        for request in sorted(receiver.requests, key=lambda request: request.arrived):
            if request.answer.status == 204:
                for labels, _ in request.series:
                    earlier = latest.get(labels["name"], request.arrived)
                    self.assertLess(earlier, request.arrived + 0.005, f"{labels['name']} did not wait")
                    latest[labels["name"]] = request.answered
        expected = {key: samples for key, samples in oracle.Expected(self.files, block).series.items()
                    if dict(key[1])["name"] not in lost}
        self.assertEqual(oracle.differences(expected, receiver.stored()), [])

    def test_parts_keep_their_order(self):
        """The later half of a series' points waits for the earlier one, whoever has divided them."""
        for connections in ("1", "4"):
            with self.subTest(connections=connections):
                shutil.rmtree(self.spool, ignore_errors=True)
                small = lambda number, request: Answer(413) if len(request.body) > 400 else AWAY  # noqa: E731
                with Receiver(small) as receiver:
                    self.account(self.run_with(self.files, self.block(receiver), *SHORT), 5)
                    self.assertTrue(any(line["what"] == "divided" for line in self.outbox.journal()))
                    receiver.script = lambda number, request: Answer(413) if len(request.body) > 400 else Answer(delay=0.01)
                    self.whole(self.run_with(self.files, self.block(receiver), "--connections", connections))
                    self.complete(receiver)

    def test_parts_keep_their_order_in_the_second_pass(self):
        """With and without a spool."""
        for spool in ([], ["--spool", self.spool]):
            for away in (1, 2, 3):
                with self.subTest(spool=spool, away=away):
                    shutil.rmtree(self.spool, ignore_errors=True)
                    small = itertools.count()

                    def script(_, request, away=away, small=small):
                        if len(request.body) > 400:
                            return Answer(413)
                        return AWAY if next(small) < away else Answer(delay=0.01)

                    with Receiver(script) as receiver:
                        args = [*self.files, "--apm", json.dumps(self.block(receiver)), "--json", "--connections", "4",
                                "--retry-time", "0.02", *spool]
                        result = harness.run(*args)
                        if result.status == 5:  # the pauses were short
                            if not spool:
                                continue
                            result = harness.run(*args)
                        self.whole(result)
                        self.complete(receiver)

    def test_too_large_and_interrupted(self):
        for calm in (3, 6, 11):
            with self.subTest(calm=calm):
                shutil.rmtree(self.spool, ignore_errors=True)
                taken = []

                def script(_, request, taken=taken, calm=calm):
                    if len(request.body) > 400:
                        return Answer(413)
                    taken.append(request)
                    return Answer() if len(taken) <= calm else AWAY

                with Receiver(script) as receiver:
                    running = self.start_with(self.files, self.block(receiver))
                    wait_until(lambda: len(taken) > calm, "a part that is not taken")
                    self.account(running.end(signal.SIGTERM), 143)
                    self.assertTrue(any(line["what"] == "divided" for line in self.outbox.journal()))
                    divided = [request.body for request in receiver.requests if request.answer.status == 413]
                    receiver.script = lambda number, request: Answer(413) if len(request.body) > 400 else Answer()
                    self.whole(self.run_with(self.files, self.block(receiver)))
                    self.complete(receiver)
                    bodies = [request.body for request in receiver.requests]
                    self.assertEqual([bodies.count(body) for body in divided], [1] * len(divided))

    def test_a_bad_series_and_interrupted(self):
        def bad(request):
            return any(labels["name"] == "n1" for labels, _ in request.series)

        for calm in (2, 3, 5):
            with self.subTest(calm=calm):
                shutil.rmtree(self.spool, ignore_errors=True)
                count = []

                def script(_, request, count=count, calm=calm):
                    count.append(request)
                    if len(count) > calm:
                        return AWAY
                    return Answer(400, body=b"bad series, says the receiver") if bad(request) else Answer()

                with Receiver(script) as receiver:
                    running = self.start_with(self.files, self.block(receiver), "--connections", "1")
                    wait_until(lambda: len(count) > calm, "a part that is not taken")
                    self.account(running.end(signal.SIGTERM), 143)
                    receiver.script = lambda number, request: \
                        Answer(400, body=b"bad series, says the receiver") if bad(request) else Answer()
                    result = self.run_with(self.files, self.block(receiver))
                    destination = self.account(result, 1, status="partial", points_kept=0)
                    self.assertIn(b"bad series, says the receiver", result.err)
                    expected = oracle.Expected(self.files, self.block(receiver)).series
                    refused = sum(len(samples) for key, samples in expected.items() if dict(key[1])["name"] == "n1")
                    self.assertEqual(destination["points_refused"], refused)
                    self.complete(receiver, {"n1"})
                    again = self.run_with(self.files, self.block(receiver))
                    self.account(again, 1, points_refused=refused)


class TooOld(PushTest):
    """Datadog drops old points in silence: what became too old is kept until somebody asks for it. The first runs are
    those of setUpModule(), while the points were young enough."""

    def send(self, old, *flags):
        return harness.run(*old.files, "--apm", json.dumps(datadog_block(old.intake, **BY_NAME)), "--json", "--spool", old.spool,
                           *SHORT, *flags)

    def test_what_became_too_old(self):
        for old, status, state in ((OLD[0], 1, "partial"), (OLD[1], 4, "refused")):
            with self.subTest(state):
                self.account(old.result, 5, "unavailable", points_delivered=0, points_refused=0)
                time.sleep(max(0.0, old.first_s + 3597 - time.time()))
                old.intake.faults = lambda number, request: None
                result = self.send(old)
                kept = self.account(result, status, state, points_refused=0)
                self.assertGreater(kept["points_kept"], 8)
                self.assertEqual((old.intake.too_old, old.intake.problems), ([], []))
                self.assertEqual(self.stored_points(old.intake), kept["points_delivered"])
                self.assertIn(b"--datadog-historical", result.err)
                count = len(old.intake.series_requests())
                again = self.account(self.send(old), status, state, points_refused=0)
                self.assertEqual(again["points_kept"], kept["points_kept"])
                self.assertEqual(len(old.intake.series_requests()), count)
                expected = datadog_model.Expected(old.files, datadog_block(old.intake, **BY_NAME))
                self.delivered(self.send(old, "--datadog-historical"), old.intake, expected)


class Old:
    """A run whose points are soon too old, and whose spool holds all of them."""

    def __init__(self, seconds):
        self.scratch = tempfile.TemporaryDirectory()
        unittest.addModuleCleanup(self.scratch.cleanup)
        self.spool = os.path.join(self.scratch.name, "spool")
        self.first_s = int(time.time()) - 3582  # the tool keeps 10 s away from the hour
        self.files = [write_run(os.path.join(self.scratch.name, "run.json"), seconds, 2, self.first_s)]
        self.intake = datadog_intake.Intake(datadog_intake.on_series(then=AWAY))
        unittest.addModuleCleanup(self.intake.close)
        self.result = TooOld.send(None, self)


def setUpModule():  # pylint: disable=invalid-name
    """Time passes while the other tests run."""
    OLD.extend((Old(400), Old(5)))


OLD = []


class OnDisk(Small):
    """Files that somebody has changed."""

    def test_a_body_that_was_changed(self):
        """It is not sent; the other destination goes on."""
        for change in ("other bytes", "shorter", "missing", "a link"):
            with self.subTest(change), Bodies(take_then(1, AWAY)) as one, Bodies(take_then(1, AWAY)) as other:
                shutil.rmtree(self.spool, ignore_errors=True)
                blocks = [self.block(one), self.block(other)]
                self.account(self.run_with(self.files, blocks, *SHORT), 5)
                path = os.path.join(self.outbox.path, "000003.body")
                data = content(path)
                os.remove(path)
                if change == "a link":
                    os.symlink(self.write("elsewhere", data), path)
                elif change != "missing":
                    with open(path, "wb") as file:
                        file.write(data[:-1] if change == "shorter" else data[:-1] + bytes([data[-1] ^ 1]))
                one.script = other.script = always(Answer())
                result = self.run_with(self.files, blocks, "--connections", "1")
                left = self.account(result, 5, 0, status="partial")
                self.assertGreater(left["points_kept"], 0)
                self.assertIn(b"000003.body", result.err)
                self.whole(result, 5, 1)
                self.same(one.taken(), self.written(self.files, blocks[0])[:2])

    def test_the_list_of_requests(self):
        """Without it nothing of that destination can be sent."""
        for text in (b"", b"garbage\n", b'{"number":1}\n'):
            with self.subTest(text), Bodies(take_then(1, AWAY)) as receiver:
                shutil.rmtree(self.spool, ignore_errors=True)
                self.interrupted(receiver)
                with open(os.path.join(self.outbox.path, "requests"), "wb") as file:
                    file.write(text)
                receiver.script = always(Answer())
                count = len(receiver.requests)
                result = self.run_with(self.files, self.block(receiver))
                self.assertEqual(result.status, 5, str(result))
                self.assertIn(b"is damaged", result.err)
                self.assertEqual(len(receiver.requests), count)


if __name__ == "__main__":
    unittest.main()
