#!/usr/bin/env python3
"""--cloud from outside: a test run is made, its metrics arrive, to the last value, and it is ended; by every way to say where
and with which login."""
import io
import json
import math
import os
import tarfile
import unittest

import cloud_bodies
import cloud_push
import harness
import k6_lines
import k6_time
import oracle
import summaries
from cloud_push import LENGTH_S, MOST_VUS, WEB_APP, CloudTest
from fake_cloud import CREATE, FINISH, PUSH, RUN_TOKEN, TOKEN, VALIDATE
from receiver import Receiver

ARCHIVE = "archive/v2.2.0-shop.tar"
RUNS = ("v2.2.0/shop-lite", "v2.2.0/plain", "v0.33.0/shop-lite")
RUN_STATUS = {"finished": 3, "user": 5, "threshold": 8, "script-error": 7, "timeout": 4, "system": 6}
OF_FILE = {"http_reqs": ["count>1", "count<5"], "checks": [{"threshold": "rate>0.1", "abortOnFail": True}]}
CROSSED = 99


def kinds_of(cloud):
    """The calls in order of arrival, pushes in a row once."""
    kinds = [request.kind for request in cloud.requests]
    return [kind for number, kind in enumerate(kinds) if number == 0 or kind != kinds[number - 1] or kind != PUSH]


def crossed_in(run):
    """{metric or submetric: {threshold: whether it was crossed}}, as k6's own summary of the run has it."""
    with open(summaries.path_of(run + "/handle-summary.json"), encoding="utf-8") as file:
        found = json.load(file)["metrics"]
    return {name: {text: not verdict["ok"] for text, verdict in about["thresholds"].items()}
            for name, about in found.items() if about.get("thresholds")}


def has_crossed(thresholds):
    """The result status."""
    return int(any(crossed for inside in thresholds.values() for crossed in inside.values()))


def length_of(path):
    """Whole seconds from the first point to the last, rounded up."""
    times = [k6_time.parse_time(line["data"]["time"]) for line in map(json.loads, k6_lines.read_bytes(path).splitlines())
             if line["type"] == "Point"]
    return math.ceil((max(times) - min(times)) / 10**9)


class Life(CloudTest):
    """From the creation of the test run to its end."""

    def test_without_options(self):
        cloud, files = self.serve(), [self.write_run()]
        result = self.push(cloud, files)
        self.delivered(result, cloud, files)
        self.assertEqual(kinds_of(cloud), [VALIDATE, CREATE, PUSH, FINISH])
        self.assertEqual(cloud.creates[0].fields.get("thresholds", {}), {})
        self.assertEqual({name: value for name, value in cloud.creates[0].fields.items() if name != "thresholds"},
                         {"name": "run.json", "vus": MOST_VUS, "duration": LENGTH_S})
        self.assertEqual(self.ended(cloud), {})
        self.assertEqual(result.err.decode().count(f"{WEB_APP}/runs/123"), 2, str(result))
        self.assertEqual(len(result.report()["destinations"]), 1)

    def test_thresholds_of_the_file(self):
        cloud, files = self.serve(), [self.write_run(thresholds=OF_FILE)]
        result = self.push(cloud, files)
        self.delivered(result, cloud, files)
        self.assertEqual(cloud.creates[0].fields["thresholds"], {"http_reqs": ["count>1", "count<5"], "checks": ["rate>0.1"]})
        self.assertEqual(self.ended(cloud, result_status=1),
                         {"http_reqs": {"count>1": False, "count<5": True}, "checks": {"rate>0.1": False}})

    def test_real_runs(self):
        for run in RUNS:
            with self.subTest(run):
                cloud, files = self.serve(), [summaries.results_of(run)]
                result = self.push(cloud, files)
                self.delivered(result, cloud, files)
                fields = cloud.creates[0].fields
                self.assertEqual(fields["duration"], length_of(files[0]))
                vus = [value.max for key, values in cloud.stored().items() if key[0] == "vus_max"
                       for value in values.values()]
                self.assertEqual(fields["vus"], max(vus, default=0))
                wanted = {name: inside for name, inside in crossed_in(run).items() if "{" not in name}
                self.assertEqual({name: sorted(inside) for name, inside in fields.get("thresholds", {}).items()},
                                 {name: sorted(inside) for name, inside in wanted.items()})
                self.assertEqual(self.ended(cloud, result_status=has_crossed(wanted)), wanted)

    def test_options(self):
        thresholds = {"http_reqs": ["count>5"], "http_reqs{name:n1}": ["count<5"], "http_req_duration": ["p(95)<100"]}
        for where in ("cloud", "ext"):
            with self.subTest(where), Receiver() as receiver:
                block = {"name": "From the options", "projectID": 42,
                         "apm": [{"provider": "prometheus", "remoteWriteURL": receiver.url}]}
                script = self.options(thresholds=thresholds,
                                      **({"cloud": block} if where == "cloud" else {"ext": {"loadimpact": block}}))
                cloud, files = self.serve(), [self.write_run(thresholds=OF_FILE)]
                result = self.push(cloud, files, "-s", script)
                self.delivered(result, cloud, files, index=1)
                fields = cloud.creates[0].fields
                self.assertEqual((fields["name"], fields["project_id"], fields["thresholds"]),
                                 ("From the options", 42, thresholds))
                self.assertEqual(self.ended(cloud, result_status=1),
                                 {metric: {inside[0]: metric == "http_reqs{name:n1}"}
                                  for metric, inside in thresholds.items()})
                wanted = oracle.Expected(files, block["apm"][0]).series
                self.assertEqual(oracle.differences(wanted, receiver.stored()), [])
                self.assertEqual(result.report()["destinations"][0]["status"], "delivered")

    def test_options_without_a_block(self):
        cloud, files = self.serve(), [self.write_run()]
        result = self.push(cloud, files, "-s", self.options(vus=1, cloud={"name": "No block"}))
        self.delivered(result, cloud, files)
        self.assertEqual(cloud.creates[0].fields["name"], "No block")

    def test_exit_status_of_thresholds(self):
        cloud, files = self.serve(), [self.write_run()]
        script = self.options(thresholds={"checks": ["rate>0.99"]}, cloud={"name": "crossed"})
        result = self.push(cloud, files, "-s", script, "--thresholds")
        self.delivered(result, cloud, files, status=CROSSED)
        self.assertEqual(self.ended(cloud, result_status=1), {"checks": {"rate>0.99": True}})

    def test_settings_of_the_answer(self):
        cloud = self.serve(config={"aggregationPeriod": "5s", "maxTimeSeriesInBatch": 7, "metricPushConcurrency": 3,
                                   "testRunDetails": "https://details.invalid/r/1"}, slow_s=0.1,
                           created={"logs": [{"level": "warning", "message": "a word of the cloud"}]})
        files = [self.write_run(names=20)]
        result = self.push(cloud, files)
        self.delivered(result, cloud, files, period_s=5)
        self.assertGreater(cloud.most_at_once, 1)
        self.assertEqual(result.err.decode().count("https://details.invalid/r/1"), 2, str(result))
        self.assertIn("a word of the cloud", self.words(result))
        self.ended(cloud)

    def test_how_it_ended(self):
        path = self.write_run()
        for word, number in RUN_STATUS.items():
            with self.subTest(word):
                cloud = self.serve()
                self.delivered(self.push(cloud, [path], "--run-status", word), cloud, [path])
                self.ended(cloud, run_status=number)

    def test_several_files_are_one_run(self):
        files = [summaries.results_of(run) for run in summaries.INSTANCES]
        cloud = self.serve()
        result = self.push(cloud, files)
        self.proper(cloud, result)
        self.account(result, 0, "delivered", points=cloud.points())
        reqs = sum(value for key, values in cloud.stored().items() if key[0] == "http_reqs" for value in values.values())
        wanted = sum(value for key, values in cloud_push.expected(files, 3).items() if key[0] == "http_reqs"
                     for value in values.values())
        self.assertEqual(reqs, wanted)


class Archives(CloudTest):
    """A script that is an archive goes along."""

    def setUp(self):
        super().setUp()
        self.archive = os.path.join(self.scratch, "test.tar")
        with tarfile.open(summaries.path_of(ARCHIVE)) as given, tarfile.open(self.archive, "w") as made:
            for member in given:
                content = given.extractfile(member).read() if member.isfile() else b""
                if member.name == "metadata.json":  # without the receivers, of which one is not on this machine
                    about = json.loads(content)
                    del about["options"]["ext"]["loadimpact"]["apm"]
                    self.thresholds = about["options"]["thresholds"]
                    content = json.dumps(about).encode()
                    member.size = len(content)
                made.addfile(member, io.BytesIO(content))
        self.files = [summaries.results_of("v2.2.0/shop-lite")]

    def test_it_is_uploaded(self):
        cloud = self.serve()
        result = self.push(cloud, self.files, "-s", self.archive)
        self.delivered(result, cloud, self.files)
        with open(self.archive, "rb") as file:
            self.assertTrue(cloud.creates[0].archive == file.read(), "another archive")
        fields = cloud.creates[0].fields
        self.assertEqual((fields["name"], fields["project_id"]), ("Shop tour (staging)", "3719"))
        wanted = crossed_in("v2.2.0/shop-lite")
        self.assertEqual(set(wanted), set(self.thresholds))
        self.assertEqual(self.ended(cloud, result_status=has_crossed(wanted)), wanted)

    def test_it_is_not_uploaded(self):
        cloud = self.serve()
        result = self.push(cloud, self.files, "-s", self.archive, "--no-archive-upload")
        self.delivered(result, cloud, self.files)
        self.assertIsNone(cloud.creates[0].archive)
        self.assertEqual(cloud.creates[0].fields["thresholds"], {
            metric: [one["threshold"] if isinstance(one, dict) else one for one in inside]
            for metric, inside in self.thresholds.items()})


class Settings(CloudTest):
    """Where the metrics go, and with which login."""

    def test_a_test_run_of_others(self):
        cloud, files = self.serve(known=["77"]), [self.write_run()]
        result = self.push(cloud, files, env={"K6_CLOUD_PUSH_REF_ID": "77"})
        self.delivered(result, cloud, files)
        self.assertEqual({request.path for request in cloud.requests}, {"/v2/metrics/77"})

    def test_another_place_to_push_to(self):
        cloud, files = self.serve(known=["77"], push_path="/over/there?a=b"), [self.write_run()]
        env = {"K6_CLOUD_PUSH_REF_ID": "77", "K6_CLOUD_METRICS_PUSH_URL": cloud.url + "/over/there?a=b",
               "K6_CLOUD_TEST_RUN_TOKEN": RUN_TOKEN}
        self.delivered(self.push(cloud, files, env=env), cloud, files)
        self.assertEqual({request.path for request in cloud.requests}, {"/over/there?a=b"})
        del env["K6_CLOUD_TEST_RUN_TOKEN"]
        self.assertEqual(self.push(cloud, files, env=env).status, 2)

    def test_environment_over_options(self):
        cloud, files = self.serve(), [self.write_run()]
        script = self.options(cloud={"name": "options", "projectID": 1, "token": "t0ken-of-the-options"})
        env = {"K6_CLOUD_NAME": "environment", "K6_CLOUD_PROJECT_ID": "2", "K6_CLOUD_STACK_ID": "3"}
        self.delivered(self.push(cloud, files, "-s", script, env=env), cloud, files)
        fields = cloud.creates[0].fields
        self.assertEqual((fields["name"], fields["project_id"]), ("environment", 2))
        self.assertEqual({request.headers.get("x-stack-id") for request in cloud.requests}, {"3"})

    def test_token_of_the_options(self):
        cloud, files = self.serve(), [self.write_run()]
        script = self.options(cloud={"name": "a", "token": TOKEN})
        self.delivered(self.push(cloud, files, "-s", script, env={"K6_CLOUD_TOKEN": None}), cloud, files)

    def test_token_of_the_login(self):
        os.mkdir(os.path.join(self.home, "k6"))
        self.write("home/k6/config.json", json.dumps({"collectors": {"cloud": {"token": TOKEN}}}).encode())
        cloud, files = self.serve(), [self.write_run()]
        self.delivered(self.push(cloud, files, env={"K6_CLOUD_TOKEN": None}), cloud, files)

    def test_no_token(self):
        cloud, path = self.serve(), self.write_run()
        result = self.push(cloud, [path], env={"K6_CLOUD_TOKEN": None})
        self.nothing(result, cloud, 2, "K6_CLOUD_TOKEN", "k6 cloud login")
        self.assertEqual(cloud.requests, [])

    def test_another_version_of_the_protocol(self):
        cloud, path = self.serve(), self.write_run()
        self.nothing(self.push(cloud, [path], env={"K6_CLOUD_API_VERSION": "1"}), cloud, 2, "K6_CLOUD_API_VERSION")
        self.assertEqual(cloud.requests, [])

    def test_the_token_comes_out_nowhere(self):
        """The harness looks through all that is printed and written."""
        path = self.write_run()
        with open(path, "rb") as file:
            before = file.read()
        for how in (["-v"], ["-n", "-v"], ["-o", self.scratch + "/out"], ["--check"], ["--spool", self.scratch + "/spool"]):
            with self.subTest(how):
                result = self.push(self.serve(), [] if how == ["--check"] else [path], *how,
                                   "-s", self.options(cloud={"name": "a", "token": TOKEN}))
                self.assertIn(result.status, (0, 2) if how == ["--check"] else (0,), str(result))
                for secret in (TOKEN, RUN_TOKEN):
                    self.assertNotIn(secret.encode(), result.out + result.err)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)


class Unsent(CloudTest):
    """Nothing goes over the network."""

    def test_written_requests(self):
        cloud, files = self.serve(), [self.write_run()]
        for token in (None, TOKEN):
            out = os.path.join(self.scratch, f"out-{bool(token)}")
            result = self.push(cloud, files, "-o", out, env={"K6_CLOUD_TOKEN": token})
            self.account(result, 0, "written")
            directory = os.path.join(out, "00-cloud")
            found, runs = cloud_bodies.read_bodies(directory)
            self.assertEqual(cloud_bodies.differences(cloud_push.expected(files), found), [])
            self.assertEqual([period_s for _, period_s in runs], [3])
            with open(os.path.join(directory, "000001.json"), encoding="utf-8") as file:
                sidecar = json.load(file)
            headers = {name.lower(): value for name, value in sidecar["headers"].items()}
            self.assertEqual((sidecar["method"], headers["content-encoding"], headers["content-type"],
                              headers["k6-metrics-protocol-version"]), ("POST", "snappy", "application/x-protobuf", "2.0"))
            self.assertEqual(sidecar["url"], f"{cloud.url}/v2/metrics/{runs.pop()[0]}")
            decoded = harness.run("--decode", os.path.join(directory, "000001.body"))
            self.assertEqual(decoded.status, 0, str(decoded))
            lines = [line for line in decoded.out.decode().splitlines() if "http_req_duration" in line]
            self.assertGreaterEqual(len(lines), sum(len(values) for key, values in found.items()
                                                    if key[0] == "http_req_duration"))
        self.assertEqual(cloud.requests, [])

    def test_dry_run(self):
        cloud, path = self.serve(), self.write_run()
        for token in (None, TOKEN):
            env = self.environment(cloud, K6_CLOUD_TOKEN=token)
            result = harness.run("-n", "--cloud", path, env=env)
            self.assertEqual(result.status, 0, str(result))
            for word in (b"cloud", *(metric.name.encode() for metric in cloud_push.METRICS)):
                self.assertIn(word, result.out)
            self.account(harness.run("-n", "--cloud", "--json", path, env=env), 0, "dry-run")
        self.assertEqual(cloud.requests, [])


if __name__ == "__main__":
    unittest.main()
