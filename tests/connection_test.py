#!/usr/bin/env python3
"""How receivers are reached: headers, certificates, proxies, and the variables of k6's own Prometheus output."""
import json
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

import harness
import summaries
from receiver import Answer, Receiver, always, basic, hang_up

RUN = summaries.results_of("v2.2.0/shop-lite")
ONCE = ["--retry-time", "0", "--timeout", "5"]
RW = "K6_PROMETHEUS_RW_"


def block_of(url, **more):
    """--apm."""
    return ["--apm", json.dumps(dict({"provider": "prometheus", "remoteWriteURL": url}, **more))]


def variables(**values):
    """K6_PROMETHEUS_RW_*; __ stands for a hyphen."""
    return {RW + name.replace("__", "-"): value for name, value in values.items()}


class SecureReceiver(Receiver):
    """Over TLS; with `clients` it asks for a certificate of that authority."""

    def __init__(self, certificate, key, clients=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        if clients:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(clients)
        super().__init__()
        self.url = self.url.replace("http:", "https:")

    def serve(self, connection, cut):
        try:
            secure = self.context.wrap_socket(connection, server_side=True)
        except OSError:  # the client does not trust us, or we do not trust it
            hang_up(connection, False)
            return
        super().serve(secure, cut)


class Tunnel:
    """A proxy that knows CONNECT; `asked` are the request lines."""

    def __init__(self):
        self.asked = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        """Until close()."""
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        """One tunnel."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        self.asked.append(head.split(b"\r\n")[0].decode())
        host, port = self.asked[-1].split()[1].rsplit(":", 1)
        target = socket.create_connection((host, int(port)))
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=copy, args=(target, connection), daemon=True).start()
        copy(connection, target)

    def close(self):
        """No further tunnels."""
        self.server.close()


def copy(source, target):
    """Everything that comes."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    hang_up(target, False)


def openssl(directory, *args):
    """Runs openssl there."""
    done = subprocess.run(["openssl", *args], cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)


def make_certificates(directory):
    """Two authorities, ca and other, and of the first: server (127.0.0.1), client."""
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other"):
        openssl(directory, "req", "-x509", *new_key, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2",
                "-subj", f"/CN={name} of the test")
    with open(os.path.join(directory, "names.cnf"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl(directory, "req", *new_key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(directory, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days",
                "2", "-extfile", "names.cnf", "-out", f"{name}.pem")
    openssl(directory, "pkey", "-in", "client.key", "-aes128", "-passout", "pass:x", "-out", "locked.key")


class Connection(harness.Scratch):
    """Each test has a receiver of its own."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        make_certificates(scratch.name)
        cls.certificates = scratch.name

    def pem(self, name):
        return os.path.join(self.certificates, name)

    def read(self, name):
        with open(self.pem(name), "rb") as file:
            return file.read()

    def secure(self, **how):
        receiver = SecureReceiver(self.pem("server.pem"), self.pem("server.key"), **how)
        self.addCleanup(receiver.close)
        return receiver

    def delivered(self, result, receiver):
        self.assertEqual((result.status, bool(receiver.requests)), (0, True), str(result))
        self.assertEqual(receiver.problems, [])
        return receiver.requests[0].headers

    # Certificates.

    def test_an_authority_that_is_not_known(self):
        for flags in ([], ["--cacert", self.pem("other.pem")]):
            receiver = self.secure()
            result = harness.run(RUN, *block_of(receiver.url), *flags, "--timeout", "5")
            self.assertEqual(result.status, 5, str(result))
            self.assertIn(b"the TLS certificate of 127.0.0.1:", result.err)
            self.assertIn(b"is not trusted", result.err)
            self.assertEqual(receiver.requests, [])

    def test_cacert_and_insecure(self):
        for flags, env in ((["--cacert", self.pem("ca.pem")], {}),
                           (["--insecure"], {}), ([], {"SSL_CERT_FILE": self.pem("ca.pem")}),
                           (["--cacert", self.pem("ca.pem")], {"SSL_CERT_FILE": self.pem("other.pem")}),
                           ([], variables(INSECURE_SKIP_TLS_VERIFY="true"))):
            with self.subTest(flags=flags, env=env):
                receiver = self.secure()
                result = harness.run(RUN, *block_of(receiver.url), *flags, *ONCE, env=env)
                self.delivered(result, receiver)
                unverified = "--insecure" in flags or RW + "INSECURE_SKIP_TLS_VERIFY" in env
                self.assertEqual(unverified, b"certificates are not verified" in result.err, str(result))
        receiver = self.secure()
        result = harness.run(RUN, *block_of(receiver.url), *ONCE, env=variables(INSECURE_SKIP_TLS_VERIFY="0"))
        self.assertEqual(result.status, 5, str(result))

    def test_a_receiver_that_asks_for_a_certificate(self):
        both = self.write("both.pem", b"".join(self.read(name) for name in ("client.pem", "client.key")))
        ca = ["--cacert", self.pem("ca.pem")]
        from_environment = variables(CLIENT_CERTIFICATE=self.pem("client.pem"), CLIENT_CERTIFICATE_KEY=self.pem("client.key"))
        for flags, env in ((["--cert", self.pem("client.pem"), "--key", self.pem("client.key")], {}), (["--cert", both], {}),
                           ([], from_environment),
                           (["--cert", both], variables(CLIENT_CERTIFICATE="/no", CLIENT_CERTIFICATE_KEY="/no"))):
            with self.subTest(flags=flags, env=env):
                receiver = self.secure(clients=self.pem("ca.pem"))
                self.delivered(harness.run(RUN, *block_of(receiver.url), *ca, *flags, *ONCE, env=env), receiver)
        strangers = ["--cert", self.pem("other.pem"), "--key", self.pem("other.key")]
        for flags in ([], strangers):
            with self.subTest(flags=flags):
                receiver = self.secure(clients=self.pem("ca.pem"))
                result = harness.run(RUN, *block_of(receiver.url), *ca, *flags, *ONCE)
                self.assertEqual(result.status, 5, str(result))
                self.assertEqual(receiver.requests, [])
        wrong_pair = harness.run(RUN, *block_of(receiver.url), *ca, "--cert", self.pem("client.pem"), "--key",
                                 self.pem("other.key"), "--timeout", "5")
        self.assertEqual(wrong_pair.status, 5, str(wrong_pair))
        self.assertIn(b"the client certificate cannot be used", wrong_pair.err)

    def test_datadog_goes_by_them_too(self):
        receiver = self.secure()
        block = ["--apm", json.dumps({"provider": "datadog", "apiKey": "k", "apiURL": receiver.url})]
        result = harness.run(RUN, *block, *ONCE, "--end-at", "now")
        self.assertEqual(result.status, 5, str(result))
        self.assertIn(b"is not trusted", result.err)
        harness.run(RUN, *block, *ONCE, "--end-at", "now", "--cacert", self.pem("ca.pem"))
        self.assertTrue(receiver.requests or receiver.problems, "no request came through")

    def test_files_that_cannot_be_used(self):
        empty = self.write("empty.pem", b"")
        url = "https://127.0.0.1:9/w"
        for flags, words in ((["--cacert", "/nonexistent.pem"], b"/nonexistent.pem: cannot be opened"),
                             (["--cacert", self.scratch], b"is no regular file"),
                             (["--cacert", empty], b"holds no certificate"),
                             (["--cert", empty], b"holds no certificate"), (["--cert", self.pem("client.pem")], b"--key"),
                             (["--cert", self.pem("client.pem"), "--key", empty], b"holds no private key"),
                             (["--cert", self.pem("client.pem"), "--key", self.pem("locked.key")], b"passphrase"),
                             (["--key", self.pem("client.key")], b"--cert"), (["--cacert", ""], b"not allowed")):
            with self.subTest(flags):
                result = harness.run(RUN, *block_of(url), *flags)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(words, result.err)
        result = harness.run(RUN, *block_of(url), env=variables(CLIENT_CERTIFICATE="/nonexistent.pem"))
        self.assertEqual((result.status, b"/nonexistent.pem" in result.err), (2, True), str(result))

    # Headers.

    def test_headers_arrive(self):
        with Receiver() as receiver:
            result = harness.run(RUN, *block_of(receiver.url + "?a=1", credentials={"token": "t"}),
                                 "--header", "X-Scope-OrgID: a|b:c ",
                                 "--header", "X-Other:1", "--header", "x-other: 2", *ONCE)
            headers = self.delivered(result, receiver)
            self.assertEqual((headers["x-scope-orgid"], headers["x-other"], headers["authorization"]),
                             ("a|b:c", "2", "Bearer t"))
            self.assertEqual(headers["content-encoding"], "snappy")
            for request in receiver.requests:
                self.assertEqual(request.headers["x-scope-orgid"], "a|b:c")

    def test_headers_that_are_refused(self):
        for header, words in (("Content-Encoding: gzip", b"Content-Encoding cannot be set"),
                              ("content-type: x", b"cannot be set"),
                              ("X-Prometheus-Remote-Write-Version: 2", b"cannot be set"), ("User-Agent: me", b"cannot be set"),
                              ("Authorization: Bearer s3cret", b"credentials of the apm block"), ("HOST: a", b"cannot be set"),
                              ("Content-Length: 1", b"cannot be set"), ("Transfer-Encoding: s3cret", b"cannot be set"),
                              ("Connection: close", b"cannot be set"), ("X s3cret: a", b"no name of a header"),
                              ("X-A: s3cret\r\nB: c", b"control character"), ("X-A: s3cret\x01", b"control character"),
                              ("s3cret", b"NAME: VALUE"), (": s3cret", b"NAME: VALUE"), ("X-A:", b"NAME: VALUE")):
            with self.subTest(header):
                result = harness.run(RUN, *block_of(harness.NOWHERE), "--header", header)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(words, result.err)
                self.assertNotIn(b"s3cret", result.err)
        result = harness.run(RUN, "-n", "--apm", '{"provider":"datadog","apiKey":"k"}', "--header", "X-A: b")
        self.assertIn(b"--header goes nowhere", result.err)

    def test_headers_that_look_secret(self):
        """They are masked wherever they show, and it is said that the process list shows them."""
        out = os.path.join(self.scratch, "out")
        for how in (["--header", "X-Api-Key: s3cret-w0rd"], []):
            env = {} if how else variables(HTTP_HEADERS="X-Api-Key:s3cret-w0rd")
            for flags in (["-o", out, "-f", "--json", RUN], ["--check"], ["--check", "--json"], [*ONCE, "-v", RUN]):
                result = harness.run(*block_of(harness.NOWHERE), *how, "--header", "X-Scope-OrgID: team", *flags, env=env)
                self.assertNotIn(b"s3cret", result.out + result.err)
                said = b"the value of --header X-Api-Key can be seen in the process list" in result.err
                self.assertEqual(said, bool(how), str(result))
                self.assertNotIn(b"--header X-Scope-OrgID can", result.err)
            with open(out + "/00-prometheus/000001.json", encoding="utf-8") as file:
                headers = json.load(file)["headers"]
            self.assertEqual((headers["X-Api-Key"], headers["X-Scope-OrgID"]), ("***", "team"))
            with Receiver(always(Answer(401, body=b"no key s3cret-w0rd here"))) as receiver:
                result = harness.run(RUN, *block_of(receiver.url), *how, *ONCE, env=env)
                self.assertEqual(receiver.requests[0].headers["x-api-key"], "s3cret-w0rd")
                self.assertIn(b"no key *** here", result.err)

    # Variables of k6.

    def test_variables_fill_in(self):
        """What arrives, by environment, -e and block: the nearer place wins."""
        login = {"username": "u", "password": "p"}
        with Receiver() as receiver:
            for more, env, flags, wanted in (
                    ({}, variables(USERNAME="me", PASSWORD="a:b"), [], {"authorization": basic("me", "a:b")}),
                    ({}, variables(USERNAME="me"), [], {"authorization": basic("me", "")}),
                    ({}, variables(BEARER_TOKEN="t"), [], {"authorization": "Bearer t"}),
                    ({}, variables(BEARER_TOKEN="t", USERNAME="me", PASSWORD="x"), [], {"authorization": "Bearer t"}),
                    ({}, variables(BEARER_TOKEN="t"), ["-e", RW + "BEARER_TOKEN=of -e"], {"authorization": "Bearer of -e"}),
                    ({"credentials": login}, variables(BEARER_TOKEN="t"), [], {"authorization": basic("u", "p")}),
                    ({"credentials": {"token": "b"}}, variables(USERNAME="me", PASSWORD="x"), [],
                     {"authorization": "Bearer b"}),
                    ({}, variables(HEADERS_Authorization="Bearer h"), [], {"authorization": "Bearer h"}),
                    ({}, variables(HEADERS_Authorization="Bearer h", BEARER_TOKEN="t"), [], {"authorization": "Bearer t"}),
                    ({"credentials": login}, variables(HTTP_HEADERS="authorization:x"), [],
                     {"authorization": basic("u", "p")}),
                    ({}, variables(HEADERS_X__A="1", HTTP_HEADERS="X-B:2:3, X-C : 4 ,"), [],
                     {"x-a": "1", "x-b": "2:3", "x-c": "4"}),
                    ({}, variables(HEADERS_X__A="1", HTTP_HEADERS="x-a:2"), [], {"x-a": "2"}),
                    ({}, variables(HTTP_HEADERS="X-A:1"), ["--header", "x-a: flag"], {"x-a": "flag"}),
                    ({}, variables(HTTP_HEADERS="Content-Type:x,X-A:1"), [],
                     {"x-a": "1", "content-type": "application/x-protobuf"}),
                    ({}, variables(BEARER_TOKEN=""), [], {"authorization": None})):
                with self.subTest(more=more, env=env, flags=flags):
                    receiver.requests.clear()
                    result = harness.run(RUN, *block_of(receiver.url, **more), *flags, *ONCE, env=env)
                    headers = self.delivered(result, receiver)
                    self.assertEqual({name: headers.get(name) for name in wanted}, wanted)
            receiver.requests.clear()
            url = receiver.url.replace("http://", "http://u:p@")
            headers = self.delivered(harness.run(RUN, *block_of(url), *ONCE, env=variables(BEARER_TOKEN="t")), receiver)
            self.assertEqual(headers["authorization"], basic("u", "p"), "the login in the block's URL is one of the block")

    def test_the_url_of_the_environment(self):
        with Receiver() as receiver, Receiver() as other:
            for flags, env in ((["--apm", '{"provider":"prometheus"}'], variables(SERVER_URL=receiver.url)),
                               ([], variables(SERVER_URL=receiver.url)), (["-e", f"{RW}SERVER_URL={receiver.url}"], {}),
                               (["-e", f"{RW}SERVER_URL={receiver.url}"], variables(SERVER_URL=other.url)),
                               (["--provider", "prometheus"], variables(SERVER_URL=receiver.url)),
                               (block_of(receiver.url), variables(SERVER_URL=other.url))):
                with self.subTest(flags=flags, env=env):
                    receiver.requests.clear()
                    result = harness.run(RUN, *flags, *ONCE, "--json", env=env)
                    self.delivered(result, receiver)
                    self.assertEqual(other.requests, [])
                    metrics = {metric["target"] for metric in result.report()["destinations"][0]["metrics"]}
                    self.assertEqual(metrics, {"k6_data_sent", "k6_data_received", "k6_http_req_duration", "k6_http_reqs",
                                               "k6_iterations", "k6_vus"})
        seen = harness.run("--check", "-e", RW + "SERVER_URL=http://u:s3cret@h/w")
        self.assertIn(b"SERVER_URL can be seen in the process list", seen.err)
        for env, words in ((variables(SERVER_URL=""), b"nothing says where to deliver to"),
                           (variables(SERVER_URL="ftp://u:s3cret@h"), b"is no http:// or https:// URL")):
            result = harness.run(RUN, env=env)
            self.assertEqual(result.status, 2, str(result))
            self.assertIn(words, result.err)
            self.assertNotIn(b"s3cret", result.err)

    def test_what_is_wrong_in_the_environment(self):
        for env, words in ((variables(HTTP_HEADERS="X-A s3cret"), b"a part has no colon"),
                           (variables(HTTP_HEADERS="X A:s3cret"), b"no name of a header"),
                           (variables(HTTP_HEADERS="X-A:s3cret\n"), b"control character"),
                           (variables(INSECURE_SKIP_TLS_VERIFY="yes"), b"must be true or false"),
                           (variables(TREND_AS_NATIVE_HISTOGRAM="2"), b"must be true or false"),
                           (variables(TREND_STATS="p(x)"), RW.encode() + b"TREND_STATS")):
            with self.subTest(env):
                result = harness.run(RUN, *block_of(harness.NOWHERE), "-n", env=env)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(words, result.err)
                self.assertNotIn(b"s3cret", result.err)
                datadog = harness.run(RUN, "--apm", '{"provider":"datadog","apiKey":"k"}', "-n", env=env)
                self.assertEqual(datadog.status, 0, str(datadog))
        result = harness.run("--check", *block_of(harness.NOWHERE), env=variables(SIGV4_REGION="eu"))
        self.assertIn(b"requests are not signed", result.err)

    def test_trend_stats(self):
        for env, flags, wanted in (({}, [], 9), (variables(TREND_STATS="p(95),max"), [], 2),
                                   (variables(TREND_STATS="p(95),max"), ["--trend-stats", "min,med,p(99.9)"], 3)):
            result = harness.run(RUN, *block_of(harness.NOWHERE), "-n", "--json", *flags, env=env)
            series = {metric["source"]: metric["series"] for metric in result.report()["destinations"][0]["metrics"]}
            self.assertEqual(series["http_req_duration"], wanted)

    def test_check_says_where_a_setting_comes_from(self):
        env = variables(SERVER_URL="http://u:s3cret@h/w?k=s3cret", BEARER_TOKEN="s3cret", HTTP_HEADERS="X-A:1,X-Token:s3cret",
                        TREND_STATS="max", INSECURE_SKIP_TLS_VERIFY="1", TREND_AS_NATIVE_HISTOGRAM="true")
        result = harness.run("--check", "--header", "X-A: 2", "--cacert", self.pem("ca.pem"), env=env)
        self.assertEqual(result.status, 0, str(result))
        self.assertNotIn(b"s3cret", result.out + result.err)
        rows = {tuple(line.split()) for line in result.out.decode().splitlines()}
        for row in (("remoteWriteURL", "http://***@h/w?k=***", RW + "SERVER_URL"),
                    ("credentials", "token", "***", RW + "BEARER_TOKEN"),
                    ("header", "X-A", "2", "--header"), ("header", "X-Token", "***", RW + "HTTP_HEADERS"),
                    ("trendStats", "max", RW + "TREND_STATS"), ("insecure", "true", RW + "INSECURE_SKIP_TLS_VERIFY"),
                    ("nativeHistograms", "true", RW + "TREND_AS_NATIVE_HISTOGRAM"), ("cacert", self.pem("ca.pem"), "--cacert"),
                    ("includeDefaultMetrics", "true", "default")):
            self.assertIn(row, rows, result.out.decode())

    # Proxies.

    def test_a_proxy_for_http(self):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            with self.subTest(name), Receiver() as proxy:
                url = "http://receiver.invalid/api/v1/write"
                env = {name: f"http://who:pr0xy-word@127.0.0.1:{proxy.port}"}
                result = harness.run(RUN, *block_of(url), *ONCE, "-v", env=env)
                headers = self.delivered(result, proxy)
                self.assertEqual((proxy.requests[0].path, headers["host"]), (url, "receiver.invalid"))
                self.assertEqual(headers["proxy-authorization"], basic("who", "pr0xy-word"))
                self.assertNotIn(b"pr0xy-word", result.out + result.err)
        with Receiver() as proxy, Receiver() as receiver:
            proxy_url = f"http://127.0.0.1:{proxy.port}"
            for env in ({"HTTP_PROXY": proxy_url, "NO_PROXY": "127.0.0.1"}, {"http_proxy": proxy_url, "no_proxy": "*"},
                        {"HTTP_PROXY": proxy_url, "REQUEST_METHOD": "GET"}, {"HTTPS_PROXY": proxy_url}):
                receiver.requests.clear()
                self.delivered(harness.run(RUN, *block_of(receiver.url), *ONCE, env=env), receiver)
            self.assertEqual(proxy.requests, [])

    def test_a_proxy_for_https(self):
        tunnel, receiver = Tunnel(), self.secure()
        self.addCleanup(tunnel.close)
        result = harness.run(RUN, *block_of(receiver.url), *ONCE, "--cacert", self.pem("ca.pem"),
                             env={"HTTPS_PROXY": tunnel.url})
        self.delivered(result, receiver)
        self.assertEqual(tunnel.asked[0], f"CONNECT 127.0.0.1:{receiver.port} HTTP/1.1")


if __name__ == "__main__":
    unittest.main()
