#!/usr/bin/env python3
"""--spool from outside: who can read it, what makes a run the same run, and what is refused."""
import json
import os
import shutil
import signal
import subprocess
import unittest

import harness
from receiver import Answer, always, basic, in_turn
from spools import AWAY, SHORT, Bodies, Small, content, is_filled, snapshot, take_then, wait_until, write_run

TOKEN, PASSWORD, USERINFO, QUERY = "tok3n-of-the-spool", "pässw0rd:of the spool", "us3rinfo-word", "qu3ry-s3cret"
API_KEY, APP_KEY = "0123456789abcdef" * 2, "fedcba9876543210" * 2 + "01234567"
NOBODY = 65534


class Privacy(Small):
    """Nobody else can read a spool, and there is nothing secret in it."""

    def private(self):
        found = snapshot(self.spool)
        self.assertGreater(len(found), 5)
        for path, (mode, data) in found.items():
            self.assertEqual(oct(mode), oct(0o700 if data is None else 0o600), path)

    def test_modes(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        for umask, made in ((0, None), (0o022, None), (0o077, None), (0, 0o777), (0o022, 0o755), (0, 0o700)):
            with self.subTest(umask=oct(umask), made=made), Bodies(take_then(1, AWAY)) as receiver:
                shutil.rmtree(self.spool, ignore_errors=True)
                if made is not None:
                    os.mkdir(self.spool)
                    os.chmod(self.spool, made)
                os.umask(umask)
                self.interrupted(receiver)
                self.private()
                receiver.script = always(Answer())
                self.whole(self.run_with(self.files, self.block(receiver)))
                self.private()

    def test_modes_of_parts(self):
        """What is written while it is sent."""
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        refuses = Answer(413)
        with Bodies(lambda number, request: refuses if len(request.body) > 400 else AWAY) as receiver:
            self.interrupted(receiver)
            self.assertTrue(any(line["what"] == "divided" for line in self.outbox.journal()))
            self.private()

    def no_secret(self, result):
        """In no file of the spool, whether it goes by its own name or is part of another, and not in what was said."""
        texts = {path: data for path, (_, data) in snapshot(self.spool).items() if data is not None}
        self.assertIn("run.json", texts)
        texts.update({"standard output": result.out, "standard error": result.err})
        secrets = (TOKEN, PASSWORD, USERINFO, QUERY, API_KEY, APP_KEY, basic("writer", PASSWORD).split()[1],
                   basic("writer", USERINFO).split()[1])
        for path, text in texts.items():
            for secret in secrets:
                self.assertNotIn(secret.encode(), text, f"{path}\n{result}")
                self.assertNotIn(json.dumps(secret)[1:-1].encode(), text, f"{path}\n{result}")

    def test_no_secrets(self):
        words = f"no access with {TOKEN} {PASSWORD} {USERINFO} {QUERY}".encode()
        for name, change in (
                ("token", lambda url: {"credentials": {"token": TOKEN}}),
                ("password", lambda url: {"credentials": {"username": "writer", "password": PASSWORD}}),
                ("userinfo", lambda url: {"remoteWriteURL": url.replace("http://", f"http://writer:{USERINFO}@")}),
                ("query", lambda url: {"remoteWriteURL": f"{url}?key={QUERY}"})):
            for status in (401, 503, 422):
                with self.subTest(name, status=status):
                    shutil.rmtree(self.spool, ignore_errors=True)
                    answer = Answer(status, body=self.only(name, words))
                    with Bodies(take_then(1, answer)) as receiver:
                        block = self.block(receiver)
                        block.update(change(receiver.url))
                        given = "@" + self.file_with("apm.json", block)
                        args = [self.file, "--apm", given, "--spool", self.spool, "--json", "-v", *SHORT]
                        result = harness.run(*args)
                        self.assertIn(result.status, (1, 4, 5), str(result))
                        self.no_secret(result)
                        self.assertIn(b"no access", result.err)
                        receiver.script = always(Answer())
                        result = harness.run(*args)
                        self.assertIn(result.status, (0, 1), str(result))
                        self.no_secret(result)

    def only(self, name, words):
        """The words with the one secret that a receiver of this login can know."""
        known = {"token": TOKEN, "password": PASSWORD, "userinfo": USERINFO, "query": QUERY}[name].encode()
        return b"no access with " + known if known in words else words

    def test_no_datadog_keys(self):
        for status in (403, 401, 400, 503):
            with self.subTest(status=status):
                shutil.rmtree(self.spool, ignore_errors=True)
                answer = Answer(status, body=f"no access with {API_KEY} and {APP_KEY}".encode())
                with Bodies(always(answer)) as receiver:
                    given = "@" + self.file_with("apm.json", {
                        "provider": "datadog", "apiKey": API_KEY, "appKey": APP_KEY, "metrics": ["http_reqs"],
                        "apiURL": f"http://127.0.0.1:{receiver.port}"})
                    result = harness.run(self.file, "--apm", given, "--spool", self.spool, "--json", "-v", "--end-at", "now",
                                         "--datadog-historical", "--datadog-metadata", "--verify", *SHORT)
                    self.assertIn(result.status, (4, 5), str(result))
                    self.no_secret(result)


class TheSameRun(Small):
    """What may differ between two commands, and what may not."""

    def same_account(self, first, again):
        """But for the attempts of the second, of which there are none."""
        self.assertEqual(again.status, first.status, str(again))
        left_out = {"warnings", "retries"}
        for one, other in zip(first.report()["destinations"], again.report()["destinations"], strict=True):
            self.assertEqual({key: value for key, value in one.items() if key not in left_out},
                             {key: value for key, value in other.items() if key not in left_out}, str(again))
        for member in ("inputs", "run", "exit_status"):
            self.assertEqual(first.report()[member], again.report()[member])

    def test_again_after_the_end(self):
        for answer, status in ((Answer(), 0), (Answer(409, body=b"no, says the receiver"), 1), (Answer(422), 4)):
            with self.subTest(status=status):
                shutil.rmtree(self.spool, ignore_errors=True)
                script = always(answer) if status == 4 else in_turn(answer)
                with Bodies(script) as receiver:
                    first = self.run_with(self.files, self.block(receiver))
                    self.account(first, status, points_kept=0)
                    count = len(receiver.requests)
                    for flags in ([], ["-v"]):
                        again = self.run_with(self.files, self.block(receiver), *flags)
                        self.same_account(first, again)
                    alone = harness.run("--apm", json.dumps(self.block(receiver)), "--spool", self.spool, "--json")
                    self.same_account(first, alone)
                    self.assertEqual(len(receiver.requests), count)
                    self.assertEqual(self.outbox.bodies(), {})

    def test_delivery_options_may_differ(self):
        with Bodies(take_then(1, AWAY)) as receiver:
            self.interrupted(receiver)
            for flags in (["--timeout", "3"], ["--connections", "3"], ["-v"], ["-q"], ["--threads", "1"], ["--retry-time", "0.3"],
                          ["--progress", "never"], ["--color", "never"], ["-f"]):
                with self.subTest(flags):
                    self.account(self.run_with(self.files, self.block(receiver), *SHORT, *flags), 5)
            self.account(self.run_with(self.files, self.block(receiver, credentials={"token": TOKEN}), *SHORT), 5)
            args = self.arguments(self.files, self.block(receiver), *SHORT)
            args.remove("--json")
            result = harness.run(*args)
            self.assertEqual((result.status, result.out), (5, b""), str(result))
            receiver.script = always(Answer())
            wanted = self.written(self.files, self.block(receiver))
            moved = [shutil.copy(self.file, os.path.join(self.scratch, "elsewhere.json"))]
            destination = self.whole(self.run_with(moved, self.block(receiver, credentials={"token": PASSWORD})))
            self.same(receiver.taken(), wanted)
            self.assertEqual(destination["requests"], len(wanted))

    def test_another_run_is_refused(self):
        with Bodies(take_then(1, AWAY)) as receiver, Bodies() as other:
            self.interrupted(receiver, "--tag", "a=b")
            before, count = snapshot(self.spool), len(receiver.requests)
            longer = write_run(os.path.join(self.scratch, "longer.json"), 201, 3)
            later = write_run(os.path.join(self.scratch, "later.json"), 200, 3, first_s=1795000001)
            here, tag = self.block(receiver), ["--tag", "a=b"]
            for files, block, flags, words in (
                    (self.files, here, [], b"--tag a=b was given then"),
                    (self.files, here, ["--tag", "a=c"], b"--tag a=c was not given then"),
                    (self.files, here, [*tag, "--tag", "c=d"], b"--tag c=d was not given then"),
                    (self.files, here, [*tag, "--names", "k6"], b"--names k6"),
                    (self.files, here, [*tag, "--from", "+10s"], b"--from"),
                    (self.files, here, [*tag, "--end-at", "now"], b"--end-at"),
                    (self.files, here, [*tag, "--remote-write", "2"], b"--remote-write 2"),
                    (self.files, here, [*tag, "--rate-counts"], b"--rate-counts"),
                    ([longer], here, tag, b"results"), ([later], here, tag, b"results"),
                    ([self.file, later], here, tag, b"number of results"),
                    (self.files, self.block(other), tag, other.url.encode()),
                    (self.files, self.block(receiver.url + "?tenant=a"), tag, b"url"),
                    (self.files, [here, self.block(other)], tag, b"number of destinations"),
                    (self.files, self.block(receiver, metrics=["vus"]), tag, b"metrics"),
                    (self.files, self.block(receiver, metrics=[{"sourceMetric": "http_reqs", "keepTags": []}]), tag, b"metrics"),
                    (self.files, self.block(receiver, resampleRate=2), tag, b"resample"),
                    (self.files, self.block(receiver, includeTestRunId=True), tag, b"test_run_id"),
                    (self.files, dict(here, provider="datadog", apiKey=API_KEY, apiURL=receiver.url), tag, b"provider")):
                with self.subTest(flags=flags, words=words):
                    result = self.run_with(files, block, *flags)
                    self.assertEqual(result.status, 2, str(result))
                    self.assertIn(b"is of another run", result.err)
                    self.assertIn(words, result.err)
            with open(self.file, "ab") as file:
                file.write(b"\n")
            self.assertEqual(self.run_with(self.files, here, *tag).status, 2)
            self.assertEqual((snapshot(self.spool), len(receiver.requests), other.requests), (before, count, []))

    def test_in_use(self):
        with Bodies(take_then(1, Answer(drop="hang"))) as receiver:
            running = self.start_with(self.files, self.block(receiver))
            wait_until(lambda: len(receiver.requests) == 2, "the second request")
            before = snapshot(self.spool)
            for args in (self.arguments(self.files, self.block(receiver)), ["--spool", self.spool]):
                result = harness.run(*args)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(b"is in use by another run", result.err)
            self.assertEqual((snapshot(self.spool), len(receiver.requests)), (before, 2))
            self.assertEqual(running.end(signal.SIGKILL).status, -signal.SIGKILL)
            receiver.script = always(Answer())
            self.whole(self.run_with(self.files, self.block(receiver)))

    def test_ways_out_that_send_nothing(self):
        with Bodies() as receiver:
            for flags in (["-n"], ["-o", self.scratch + "/out"], ["--openmetrics", self.scratch + "/text"],
                          ["--preview", self.scratch + "/page"]):
                result = self.run_with(self.files, self.block(receiver), *flags)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(b"--spool", result.err)
            self.assertEqual(receiver.requests, [])
            self.assertEqual(os.listdir(self.scratch), ["run.json"])

    def test_no_run_at_all(self):
        with Bodies() as receiver:
            for args in (["--spool", self.spool], ["--spool", self.spool, "--apm", json.dumps(self.block(receiver))]):
                result = harness.run(*args)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(b"holds no run", result.err)
            self.assertEqual(harness.run(self.file, "--spool", "", "--apm", json.dumps(self.block(receiver))).status, 2)
            self.whole(self.run_with(self.files, self.block(receiver)))

    def test_another_format(self):
        with Bodies(always(AWAY)) as receiver:
            self.interrupted(receiver)
            path = os.path.join(self.spool, "run.json")
            run = json.loads(content(path))
            count = len(receiver.requests)
            for text, status, words in ((json.dumps(dict(run, format=run["format"] + 1, version="9.1")), 2, b"9.1"),
                                        (json.dumps({"format": run["format"]}), 5, b"damaged"), ("{", 5, b"damaged"),
                                        ("", 5, b"damaged"), ("[]", 5, b"damaged"), ('{"format":"x"}', 2, b"format"),
                                        (json.dumps(dict(run, destinations=[{}])), 5, b"damaged"),
                                        (json.dumps(dict(run, report={})), 5, b"damaged")):
                with self.subTest(text=text[:60]):
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
                    result = self.run_with(self.files, self.block(receiver))
                    self.assertEqual(result.status, status, str(result))
                    self.assertIn(words, result.err)
                    self.assertEqual(len(receiver.requests), count)


class Directories(Small):
    """What can be a spool."""

    def refused(self, path, words):
        """Status 2, and nothing sent."""
        with Bodies() as receiver:
            result = harness.run(self.file, "--apm", json.dumps(self.block(receiver)), "--spool", path, "--json")
            self.assertEqual(result.status, 2, str(result))
            self.assertIn(words, result.err)
            self.assertEqual(receiver.requests, [])

    def test_other_files(self):
        os.mkdir(self.spool)
        kept = os.path.join(self.spool, "letter.txt")
        with open(kept, "w", encoding="utf-8") as file:
            file.write("dear")
        os.chmod(self.spool, 0o755)
        before = snapshot(self.spool)
        self.refused(self.spool, b"holds other files")
        self.assertEqual(snapshot(self.spool), before)

    def test_no_directory(self):
        self.refused(self.write("file", b"x"), b"is no directory")
        self.refused(self.file, b"is no directory")
        self.refused(os.path.join(self.file, "spool"), b"cannot be written")
        self.refused("/dev/null", b"is no directory")
        os.symlink(os.path.join(self.scratch, "nowhere"), self.spool)
        self.refused(self.spool, b"cannot be written")

    def test_made_with_its_parents(self):
        with Bodies() as receiver:
            self.spool = os.path.join(self.scratch, "a", "b", "spool")
            self.whole(self.run_with(self.files, self.block(receiver)))

    @unittest.skipUnless(os.geteuid() == 0, "only root can give a directory away")
    def test_of_another_user(self):
        os.mkdir(self.spool)
        os.chown(self.spool, NOBODY, NOBODY)
        self.refused(self.spool, b"belongs to another user")

    def test_without_permission(self):
        """Root can write everywhere, and runs it as nobody."""
        rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        os.mkdir(self.spool)
        if rights:
            os.chown(self.spool, NOBODY, NOBODY)
        os.chmod(self.spool, 0o500)
        self.addCleanup(os.chmod, self.spool, 0o700)
        program = shutil.copy(harness.program(), os.path.join(self.scratch, "k6apm"))
        os.chmod(self.scratch, 0o755)
        os.chmod(self.file, 0o644)
        with Bodies() as receiver:
            for path in (self.spool, os.path.join(self.spool, "deeper")):
                args = [program, self.file, "--apm", json.dumps(self.block(receiver)), "--spool", path]
                done = subprocess.run(args, env=harness.environment(), capture_output=True, check=False, **rights)
                result = harness.Result(args, done)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(b"cannot be written", result.err)
            self.assertEqual(receiver.requests, [])


if __name__ == "__main__":
    unittest.main()
