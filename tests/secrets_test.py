#!/usr/bin/env python3
"""Logins arrive as they should, and secrets show up nowhere else; interruption ends with the shell's status."""
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

import harness
import summaries
from receiver import Answer, Receiver, always, basic

RUN = summaries.results_of("v2.2.0/plain")
TOKEN = "tok3n-of-the-t3st"
PASSWORD = "pässw0rd:of the t3st"
QUERY = "qu3ry-s3cret"


def block(url, credentials):
    """One Prometheus destination with a login."""
    return {"provider": "prometheus", "remoteWriteURL": url, "credentials": credentials}


class Secrets(unittest.TestCase):
    """Every way out is looked through."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def nowhere(self, result, *more):
        """No secret in what the tool printed or wrote."""
        texts = [result.out, result.err]
        for where, _, names in os.walk(self.scratch):
            for name in names:
                if name != "apm.json":
                    with open(os.path.join(where, name), "rb") as file:
                        texts.append(file.read())
        basics = basic("writer", PASSWORD).split()[1]
        for secret in (TOKEN, PASSWORD, QUERY, basics, *more):
            for text in texts:
                self.assertNotIn(secret.encode(), text, str(result))

    def apm_file(self, *blocks):
        path = os.path.join(self.scratch, "apm.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(blocks, file)
        return "@" + path

    def test_basic(self):
        with Receiver() as receiver:
            given = self.apm_file(block(receiver.url, {"username": "writer", "password": PASSWORD}))
            result = harness.run(RUN, "--apm", given, "--json", "-v")
            self.assertEqual(result.status, 0, str(result))
            self.assertTrue(receiver.requests)
            for request in receiver.requests:
                self.assertEqual(request.headers["authorization"], basic("writer", PASSWORD))
            self.nowhere(result)

    def test_bearer(self):
        with Receiver() as receiver:
            result = harness.run(RUN, "--apm", self.apm_file(block(receiver.url, {"token": TOKEN})), "--json", "-v")
            self.assertEqual(result.status, 0, str(result))
            self.assertTrue(receiver.requests)
            for request in receiver.requests:
                self.assertEqual(request.headers["authorization"], "Bearer " + TOKEN)
            self.nowhere(result)

    def test_every_way_out(self):
        for credentials in ({"token": TOKEN}, {"username": "writer", "password": PASSWORD}):
            given = self.apm_file(block(f"{harness.NOWHERE}?key={QUERY}", credentials))
            for flags in (["-n", RUN], ["-n", "--json", "-v", RUN], ["--check"], ["--check", "--json"],
                          ["-o", self.scratch + "/out", "-f", "--json", RUN],
                          ["--retry-time", "0.2", "--timeout", "0.2", RUN],
                          ["--retry-time", "0.2", "--timeout", "0.2", "--json", "-v", RUN]):
                with self.subTest(credentials=credentials, flags=flags):
                    result = harness.run("--apm", given, *flags)
                    self.assertIn(result.status, (0, 5), str(result))
                    self.nowhere(result)
        with open(self.scratch + "/out/00-prometheus/000001.json", encoding="utf-8") as file:
            sidecar = json.load(file)
        self.assertIn("***", json.dumps(sidecar["headers"]))
        self.assertIn("***", sidecar["url"])
        report = harness.run("--check", "--json", "--apm", given).report()["options"]
        self.assertEqual(report["apm"][0]["credentials"]["password"], "***")

    def test_userinfo_of_the_url(self):
        with Receiver() as receiver:
            url = receiver.url.replace("http://", "http://writer:us3rinfo-word@")
            result = harness.run(RUN, "--apm", self.apm_file({"provider": "prometheus", "remoteWriteURL": url}), "-v",
                                 "--json")
            self.assertEqual(result.status, 0, str(result))
            self.assertEqual(receiver.requests[0].headers["authorization"], basic("writer", "us3rinfo-word"))
            self.nowhere(result, "us3rinfo-word")

    def test_a_receiver_that_repeats_the_secret(self):
        for credentials, secret in (({"token": TOKEN}, TOKEN), ({"username": "writer", "password": PASSWORD}, PASSWORD)):
            with Receiver(always(Answer(401, body=f"wrong login {secret}!".encode()))) as receiver:
                result = harness.run(RUN, "--apm", self.apm_file(block(receiver.url, credentials)), "--json")
                self.assertEqual(result.status, 4, str(result))
                self.assertIn(b"wrong login", result.err)
                self.nowhere(result)

    def test_a_receiver_that_repeats_the_url(self):
        for path, secret in (("/w?key=" + QUERY, QUERY), ("/w?" + QUERY, QUERY), ("/w?a=1;b=" + QUERY, QUERY)):
            with Receiver(always(Answer(400, body=f"no such place {path}!".encode()))) as receiver:
                url = receiver.url.rsplit("/", 3)[0] + path
                result = harness.run(RUN, "--apm", self.apm_file({"provider": "prometheus", "remoteWriteURL": url}), "--json")
                self.assertEqual(result.status, 4, str(result))
                self.assertIn(b"no such place", result.err)
                self.nowhere(result, secret)
        with Receiver(always(Answer(400, body=b"no user t0ken-as-user here"))) as receiver:
            url = receiver.url.replace("http://", "http://t0ken-as-user@")
            result = harness.run(RUN, "--apm", self.apm_file({"provider": "prometheus", "remoteWriteURL": url}), "--json")
            self.assertIn(b"no user ***", result.err)
            self.nowhere(result, "t0ken-as-user")

    def test_slips(self):
        """A token where a name belongs, and keys that no document has."""
        self.nowhere(harness.run(RUN, "--apm", self.apm_file(block(harness.NOWHERE, {"token": "x"})), "-e", TOKEN))
        odd = block(harness.NOWHERE, {"username": "writer", "pwd": PASSWORD, "bearer": TOKEN})
        self.nowhere(harness.run("--apm", self.apm_file(odd), "--check", "--json"))

    def test_errors_in_the_block(self):
        for wrong in ({"credentials": {"token": TOKEN, "username": "writer", "password": PASSWORD}},
                      {"remoteWriteURL": f"ftp://writer:{QUERY}@127.0.0.1/?x={QUERY}"},
                      {"remoteWriteURL": f"writer:{QUERY}@127.0.0.1/write?key={QUERY}"}, {"credentials": {"token": [TOKEN]}},
                      {"credentials": TOKEN}, {"provider": "nobody"}):
            with self.subTest(wrong=wrong):
                given = dict(block(harness.NOWHERE, {"token": TOKEN}), **wrong)
                for flags in (["--check"], ["--check", "--json"], ["-n", RUN]):
                    self.nowhere(harness.run("--apm", self.apm_file(given), *flags))

    def test_interruption(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(signal=number), Receiver(always(Answer(drop="hang"))) as receiver:
                args = [harness.program(), RUN, "--apm", self.apm_file(block(receiver.url, {"token": TOKEN}))]
                with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      env=harness.environment()) as running:
                    for _ in range(200):
                        if receiver.requests:
                            break
                        time.sleep(0.05)
                    self.assertTrue(receiver.requests)
                    running.send_signal(number)
                    out, err = running.communicate(timeout=30)
                self.assertEqual(running.returncode, status, (out, err))
                self.assertTrue(err)


if __name__ == "__main__":
    unittest.main()
