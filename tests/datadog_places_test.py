#!/usr/bin/env python3
"""Where points are sent, in what portions, and under which test run."""
import os
import random
import unittest

import datadog_bodies
import datadog_model
import harness
import summaries
from datadog_intake import API_KEY, Intake
from datadog_push import BY_NAME, PushTest, block, now_s, push
from result_writers import Metric

COUNTER = [Metric("http_reqs", "counter")]
EVERY_TAG = {"includeDefaultMetrics": False, "resampleRate": 1, "metrics": ["http_reqs"]}

# Source: servers of Datadog's OpenAPI (datadog-api-client-go, v1), and the regions of k6 Cloud's manual of 2022.
SITES = {"us": "datadoghq.com", "us1": "datadoghq.com", "eu": "datadoghq.eu", "eu1": "datadoghq.eu",
         "us3": "us3.datadoghq.com", "us5": "us5.datadoghq.com", "us1-fed": "ddog-gov.com"}


class Places(PushTest):
    """Hosts and paths; nothing is sent."""

    def url_of(self, **members):
        """Where a block would send to."""
        apm = dict({"provider": "datadog", "apiKey": API_KEY}, **members)
        with harness.Export([self.run_by_name(1, 2)], apm) as written:
            return written.sidecars()[0]["url"]

    def test_regions(self):
        self.assertEqual(self.url_of(), "https://api.datadoghq.com/api/v2/series")
        for region, site in SITES.items():
            self.assertEqual(self.url_of(region=region), f"https://api.{site}/api/v2/series")

    def test_given_places(self):
        for given, wanted in (("https://api.ap1.datadoghq.com", "https://api.ap1.datadoghq.com"),
                              ("https://api.datadoghq.eu/", "https://api.datadoghq.eu"),
                              ("https://app.datadoghq.com", "https://api.datadoghq.com"),
                              ("http://127.0.0.1:81/proxy", "http://127.0.0.1:81/proxy")):
            self.assertEqual(self.url_of(apiURL=given), wanted + "/api/v2/series")

    def test_old_names_of_the_provider(self):
        """As of 2020, with the keys of that time."""
        for provider, site in (("DataDog", "datadoghq.com"), ("DataDogEU", "datadoghq.eu"), ("datadogeu", "datadoghq.eu")):
            with self.subTest(provider=provider):
                out = os.path.join(self.scratch, provider)
                result = harness.run(self.run_by_name(1, 2), "--apm", '{"provider":"%s","api_key":"%s","app_key":"x"}' % (
                    provider, API_KEY), "-o", out, "--json")
                self.assertEqual(result.status, 0, str(result))
                with open(os.path.join(out, "00-datadog", "000001.json"), encoding="utf-8") as file:
                    self.assertIn(f'"https://api.{site}/api/v2/series"', file.read())

    def test_no_key(self):
        """Is no destination."""
        for keys in ({}, {"apiKey": ""}, {"appKey": "a" * 40}):
            result = push(dict({"provider": "datadog"}, **keys), [self.run_by_name(1, 2)], "-n")
            self.assertEqual(result.status, 2, str(result))
            self.assertIn("apiKey", result.err.decode())

    def test_two_accounts(self):
        """Each gets everything, with its own key."""
        files = [self.run_by_name(3, 5)]
        expected = datadog_model.Expected(files, BY_NAME)
        with Intake() as one, Intake(api_key="z" * 32) as other:
            result = push([block(one, **BY_NAME), block(other, apiKey="z" * 32, **BY_NAME)], files)
            self.delivered(result, one, expected)
            self.assertEqual(other.problems, [])
            self.assertEqual(datadog_model.differences(expected.series, other.stored()), [])


class Portions(PushTest):
    """Bodies are within the limits, which the reader of bodies checks, and are not more than they have to be."""

    def check(self, points, most, *flags):
        """Writes a run of http_reqs with all its tags."""
        files = [self.write_run(COUNTER, [("http_reqs", *point) for point in points])]
        expected = datadog_model.Expected(files, EVERY_TAG, keep_tags="all")
        with harness.Export(files, block("http://127.0.0.1:9", **EVERY_TAG), "--keep-tags", "all", *flags) as written:
            self.assertEqual(datadog_model.differences(expected.series, datadog_bodies.read_bodies(written.directory)), [])
            sidecars = written.sidecars()
            self.assertLessEqual(len(sidecars), most)
            firsts = [sidecar["first"] for sidecar in sidecars]
            self.assertEqual(firsts, sorted(firsts), "not in time order")
            destination = written.report["destinations"][0]
            self.assertEqual((destination["requests"], destination["bytes"]),
                             (len(sidecars), sum(len(body) for body in written.bodies().values())))

    def setUp(self):
        super().setUp()
        self.chance = random.Random(5)
        self.first_s = now_s() - 90_000

    def test_many_series(self):
        self.check([(self.first_s, self.chance.random(), {"name": f"n{i}"}) for i in range(12_000)], 3)

    def test_many_series_over_time(self):
        self.check([(self.first_s + second, self.chance.random(), {"name": f"n{i}"}) for second in range(30)
                    for i in range(1000)], 6)

    def test_a_long_series(self):
        self.check([(self.first_s + second, self.chance.random(), {}) for second in range(25_000)], 125)

    def test_large_tags(self):
        """The limit of the packed body, and with tags that pack well that of the unpacked one."""
        self.check([(self.first_s, 1, {f"tag{k}": f"{self.chance.getrandbits(760):0190x}" for k in range(10)})
                    for i in range(3000)], 12)
        self.check([(self.first_s, 1, dict({f"tag{k}": "x" * 190 for k in range(10)}, name=f"n{i}"))
                    for i in range(3000)], 4)


class Runs(PushTest):
    """The tag test_run_id."""

    def tags_of(self, files, *flags, **members):
        """All tags that arrived, and the run's id in the report."""
        with Intake() as intake:
            result = push(block(intake, **members), files, "--end-at", "now", *flags)
            self.assertEqual((result.status, intake.problems), (0, []), str(result))
            return {tags for _, tags in intake.stored()}, result.report()["run"]["test_run_id"]

    def test_run_id(self):
        files = [summaries.results_of("v2.2.0/proto")]
        tags, derived = self.tags_of(files, includeTestRunId=True)
        self.assertEqual(tags, {(f"test_run_id:{derived}",)})
        self.assertEqual(self.tags_of(files, includeTestRunId=True), (tags, derived))
        self.assertEqual(self.tags_of(files)[0], {()})
        given, _ = self.tags_of(files, "--test-run-id", "Night 7", includeTestRunId=True)
        self.assertEqual(given, {("test_run_id:night_7",)})
        own = self.write_run(COUNTER, [("http_reqs", now_s() - 5, 1, {"testid": "Own/ID"})])
        self.assertEqual(self.tags_of([own], includeTestRunId=True)[0], {("test_run_id:own/id",)})


if __name__ == "__main__":
    unittest.main()
