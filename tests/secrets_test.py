#!/usr/bin/env python3
"""Logins arrive as they should, and secrets show up nowhere else; interruption ends with the shell's status."""
import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import datadog_intake
import harness
import k6_time
import secret_scan
import summaries
from receiver import Answer, Receiver, always, basic

RUN = summaries.results_of("v2.2.0/plain")
TOKEN = "tok3n-of-the-t3st"
PASSWORD = "pässw0rd:of the t3st"
QUERY = "qu3ry-s3cret"
API_KEY = "0123456789abcdef" * 2
APP_KEY = "fedcba9876543210" * 2 + "01234567"


def block(url, credentials):
    """One Prometheus destination with a login."""
    return {"provider": "prometheus", "remoteWriteURL": url, "credentials": credentials}


class WaysOut(harness.Scratch):
    """Every way out is looked through."""

    def nowhere(self, result, *more):
        """No secret in what the tool printed or wrote."""
        texts = [result.out, result.err]
        for where, _, names in os.walk(self.scratch):
            for name in names:
                if name != "apm.json":
                    with open(os.path.join(where, name), "rb") as file:
                        texts.append(file.read())
        basics = basic("writer", PASSWORD).split()[1]
        for secret in (TOKEN, PASSWORD, QUERY, API_KEY, APP_KEY, basics, *more):
            for text in texts:
                self.assertNotIn(secret.encode(), text, str(result))

    def apm_file(self, *blocks):
        path = os.path.join(self.scratch, "apm.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(blocks, file)
        return "@" + path


class Secrets(WaysOut):
    """Prometheus."""

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


class TheScan(unittest.TestCase):
    """That of the harness finds what it is there for."""

    def test_what_is_a_secret(self):
        url = f"https://us3rinfo-word:{QUERY}@example.org/write?a=1&key={TOKEN}"
        args = ["r.json", "--apm", json.dumps([block(url, {"username": "writer", "password": PASSWORD}), {"apiKey": API_KEY}]),
                "--header", f"X-Api-Token: {APP_KEY}", "--header", "X-Scope-OrgID: everybody"]
        secrets = secret_scan.given(args, {"K6_PROMETHEUS_RW_BEARER_TOKEN": "from-the-environment", "HOME": "/nonexistent"})
        self.assertEqual(secrets, {"us3rinfo-word:" + QUERY, "us3rinfo-word", QUERY, f"a=1&key={TOKEN}", TOKEN, PASSWORD,
                                   basic("writer", PASSWORD).split()[1], API_KEY, APP_KEY, "from-the-environment"})

    def test_where_it_looks(self):
        with tempfile.TemporaryDirectory() as spool:
            args = ["--apm", json.dumps(block(harness.NOWHERE, {"password": PASSWORD})), "--spool", spool]
            self.assertEqual(secret_scan.leaks(args, None, b"nothing"), [])
            self.assertEqual(secret_scan.leaks(args, None, f"with {PASSWORD}".encode()), [("printed", PASSWORD)])
            path = os.path.join(spool, "run.json")
            with open(path, "w", encoding="ascii") as file:
                json.dump([PASSWORD], file)
            self.assertEqual(secret_scan.leaks(args, None, b""), [(path, PASSWORD)])


class ProcessList(WaysOut):
    """Whoever may list the processes sees no secret that is not in what the person typed."""

    def command_lines(self):
        """Of all processes; those that end meanwhile have none."""
        found = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            with contextlib.suppress(OSError), open(path, "rb") as file:
                found.append(file.read().replace(b"\0", b" "))
        return found

    def test_while_k6_inspects_and_requests_are_sent(self):
        """The login comes from the environment and from -e, through k6."""
        seen = []

        def script(_, request):
            self.assertEqual(request.headers["authorization"], "Bearer " + TOKEN)
            seen.append(self.command_lines())
            return Answer()

        bin_directory = os.path.join(self.scratch, "bin")
        os.mkdir(bin_directory)
        shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "e2e", "inspect-always", "k6"), bin_directory)
        with Receiver(script) as receiver:
            fake = os.path.join(bin_directory, "k6")
            with open(fake, encoding="utf-8") as file:
                text = file.read().replace("http://localhost:9090/api/v1/write", receiver.url)
            listing = os.path.join(self.scratch, "listing")
            with open(fake, "w", encoding="utf-8") as file:
                file.write(text.replace("cat <<END", f"ps -eww -o args >{listing}\ncat <<END", 1))
            options = self.write("script.js", b"export const options = {};\nexport default function () {}\n")
            result = harness.run(RUN, "-s", options, "--inspect", "always", "--spool", os.path.join(self.scratch, "spool"),
                                 env={"TOKEN": TOKEN, "PATH": bin_directory + os.pathsep + harness.path_without_k6()})
            self.assertEqual(result.status, 0, str(result))
        with open(listing, "rb") as file:
            seen.append([file.read()])
        self.assertGreater(len(seen), 1)
        for lines in seen:
            self.assertTrue(any(b"k6apm" in line for line in lines))
            self.assertFalse([line for line in lines if TOKEN.encode() in line])


class PlainHttp(WaysOut):
    """A login that everybody on the way can read is said, once per host; the proxy stands for the way."""

    TO = "http://k6apm.invalid/api/v1/write"
    NO_ANSWER = ["--retry-time", "0.1", "--timeout", "5"]

    def said(self, blocks, *flags, env=None, status=5):
        """What the tool says of it: (destination, host)."""
        result = harness.run(RUN, "--apm", self.apm_file(*blocks), "--json", *flags, env=env)
        self.assertEqual(result.status, status, str(result))
        self.nowhere(result)
        found = re.findall(r"apm\[(\d)\]: the login goes to (\S+) over plain http", result.err.decode())
        warnings = [text for text in result.report()["warnings"] if "over plain http" in text] if status == 0 else found
        self.assertEqual(len(warnings), len(found))
        return [(int(index), host) for index, host in found]

    def test_it_is_a_note(self):
        """Everything is delivered, so the status stays 0."""
        with Receiver() as proxy:
            env = {"http_proxy": f"http://127.0.0.1:{proxy.port}"}
            with_login = block(self.TO, {"token": TOKEN})
            self.assertEqual(self.said([with_login], env=env, status=0), [(0, "k6apm.invalid")])
            self.assertEqual(proxy.requests[0].headers["authorization"], "Bearer " + TOKEN)
            without = {"provider": "prometheus", "remoteWriteURL": self.TO + "?db=k6"}
            self.assertEqual(self.said([without], env=env, status=0), [])

    def test_every_login(self):
        to = {"provider": "prometheus", "remoteWriteURL": self.TO}
        for given, flags in ((block(self.TO, {"token": TOKEN}), []),
                             (block(self.TO, {"username": "writer", "password": PASSWORD}), []),
                             (dict(to, remoteWriteURL=self.TO.replace("//", f"//writer:{QUERY}@")), []),
                             (dict(to, remoteWriteURL=f"{self.TO}?db=k6&api_key={QUERY}"), []),
                             (to, ["--header", f"X-Api-Token: {TOKEN}"]),
                             ({"provider": "datadog", "apiKey": API_KEY, "apiURL": "http://k6apm.invalid"},
                              ["--end-at", "now"])):
            with self.subTest(given=given):
                self.assertEqual(self.said([given], *flags, *self.NO_ANSWER), [(0, "k6apm.invalid")])

    def test_once_per_host(self):
        blocks = [block(url, {"token": TOKEN}) for url in (self.TO, self.TO + "/2", "http://other.invalid/", harness.NOWHERE)]
        self.assertEqual(self.said(blocks, *self.NO_ANSWER), [(0, "k6apm.invalid"), (2, "other.invalid")])
        blocks[0] = {"provider": "datadog", "apiKey": API_KEY, "apiURL": "http://k6apm.invalid"}
        self.assertEqual(self.said(blocks, "--provider", "prometheus", *self.NO_ANSWER),
                         [(1, "k6apm.invalid"), (2, "other.invalid")])

    def test_where_a_sample_is_asked_for(self):
        with Receiver() as receiver:
            given = block(receiver.url, {"token": TOKEN})
            flags = ["--query-url", "http://k6apm.invalid", *self.NO_ANSWER]
            self.assertEqual(self.said([given], *flags, "--verify", status=1), [(0, "k6apm.invalid")])
            self.assertEqual(self.said([given], *flags, status=0), [])

    def test_nothing_to_say(self):
        """Where nothing is sent, nobody can read it, or it does not leave the machine."""
        given = block(self.TO, {"token": TOKEN})
        for flags in (["-n"], ["-o", self.scratch + "/out"], ["--openmetrics", self.scratch + "/run.om"], ["--check"],
                      ["--preview", self.scratch + "/run.html"]):
            with self.subTest(flags=flags):
                self.assertEqual(self.said([given], *flags, status=0), [])
        self.assertEqual(self.said([block(self.TO.replace("http", "https", 1), {"token": TOKEN})], *self.NO_ANSWER), [])
        with Receiver() as receiver:
            for host in ("127.0.0.1", "localhost"):
                url = receiver.url.replace("127.0.0.1", host)
                self.assertEqual(self.said([block(url, {"token": TOKEN})], status=0), [])


class DatadogSecrets(WaysOut):
    """The API key is a header of every request, the application key of those that need it."""

    TWO_HOURS_AGO = k6_time.format_time((int(time.time()) - 7200) * 10**9)
    FLAGS = ["--end-at", TWO_HOURS_AGO, "--datadog-historical", "--datadog-metadata", "--verify", "--json", "-v",
             "--retry-time", "2"]

    def intake(self, script=None, **keys):
        return datadog_intake.Intake(script, **dict({"api_key": API_KEY, "app_key": APP_KEY}, **keys))

    def keys(self, url, **more):
        """A file with one Datadog destination."""
        return self.apm_file(dict({"provider": "datadog", "apiKey": API_KEY, "appKey": APP_KEY, "apiURL": url}, **more))

    def test_where_they_are_sent(self):
        needs_both = (datadog_intake.QUERY, datadog_intake.HISTORICAL, datadog_intake.METADATA)
        with self.intake() as intake:
            result = harness.run(RUN, "--apm", self.keys(intake.url), *self.FLAGS)
            self.assertEqual((result.status, intake.problems), (0, []), str(result))
            for path in needs_both + (datadog_intake.SERIES, datadog_intake.VALIDATE):
                self.assertTrue(intake.of(path), path)
            for request in intake.requests:
                self.assertEqual(request.headers["dd-api-key"], API_KEY)
                if request.path.startswith(needs_both):
                    self.assertEqual(request.headers["dd-application-key"], APP_KEY)
                else:
                    self.assertNotIn("dd-application-key", request.headers)
                for secret in (API_KEY, APP_KEY):
                    self.assertNotIn(secret, request.url)
                    self.assertNotIn(secret.encode(), request.body)
            self.nowhere(result)

    def test_every_way_out(self):
        given = self.keys(f"http://127.0.0.1:{harness.free_port()}")
        out = os.path.join(self.scratch, "out")
        for flags in (["-n", RUN], ["-n", "--json", "-v", RUN], ["--check"], ["--check", "--json"],
                      ["-o", out, "-f", "--json", RUN], ["-o", out, "-f", "-v", RUN],
                      ["--end-at", "now", "--retry-time", "0.2", "--timeout", "0.2", "--json", "-v", RUN]):
            with self.subTest(flags=flags):
                result = harness.run("--apm", given, *flags)
                self.assertIn(result.status, (0, 5), str(result))
                self.nowhere(result)
        with open(os.path.join(out, "00-datadog", "000001.json"), encoding="utf-8") as file:
            headers = {name.lower(): value for name, value in json.load(file)["headers"].items()}
        self.assertEqual((headers["dd-api-key"], headers.get("dd-application-key", "***")), ("***", "***"))
        report = harness.run("--check", "--json", "--apm", given).report()["options"]
        self.assertEqual((report["apm"][0]["apiKey"], report["apm"][0]["appKey"]), ("***", "***"))

    def test_a_server_that_repeats_them(self):
        words = f"no access with {API_KEY} and {APP_KEY}!"
        for path, status in ((datadog_intake.VALIDATE, 403), (datadog_intake.SERIES, 400), (datadog_intake.SERIES, 202),
                             (datadog_intake.SERIES, 403), (datadog_intake.QUERY, 403), (datadog_intake.METADATA, 403),
                             (datadog_intake.HISTORICAL, 422)):
            for answer in (datadog_intake.errors(status, words),
                           Answer(status, {"Content-Type": "text/plain"}, words.encode())):
                with self.subTest(path=path, body=answer.body), self.intake(datadog_intake.on_path(path, answer)) as intake:
                    result = harness.run(RUN, "--apm", self.keys(intake.url), *self.FLAGS)
                    self.assertIn(result.status, (0, 1, 4), str(result))
                    self.assertTrue(intake.of(path))
                    self.nowhere(result)

    def test_every_spelling(self):
        """Of the keys of all years, and slips."""
        for more in ({"api_key": API_KEY, "app_key": APP_KEY}, {"provider": "DataDog", "api_key": API_KEY, "apiKey": None},
                     {"apikey": API_KEY}, {"apiKey": [API_KEY]}, {"appKey": {"a": APP_KEY}}, {"region": "mars"},
                     {"apiURL": f"https://example.org/?api_key={API_KEY}"}):
            with self.subTest(more=more):
                given = {name: value for name, value in dict({"provider": "datadog", "apiKey": API_KEY, "appKey": APP_KEY},
                                                             **more).items() if value is not None}
                for flags in (["--check"], ["--check", "--json"], ["-n", "-v", RUN]):
                    self.nowhere(harness.run("--apm", self.apm_file(given), *flags))


if __name__ == "__main__":
    unittest.main()
