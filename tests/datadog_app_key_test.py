#!/usr/bin/env python3
"""What needs Datadog's application key: historical ingestion, descriptions of metrics, and reading back."""
import json
import random
import unittest

import datadog_intake
import datadog_model
from datadog_intake import HISTORICAL, METADATA, QUERY, Intake, errors, loses_for_ever, loses_once, on_path
from datadog_push import BY_NAME, QUICKLY, PushTest, block, now_s, push, replay_intake, without_app_key
from result_writers import Metric

METRICS = [Metric("http_reqs", "counter"), Metric("http_req_duration", "trend", "time"), Metric("vus", "gauge"),
           Metric("checks", "rate"), Metric("data_sent", "counter", "data"), Metric("payload", "trend", "data")]
ALL_OF_THEM = {"includeDefaultMetrics": False, "metrics": [
    {"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "url", "device"]}]}
SOON = ["--retry-time", "3", "--timeout", "5"]  # which is also how long --verify waits for points to show
TAG_SETS = [{}, {"name": "A b"}, {"name": "A b", "url": "http://Shop/x?y=1"}, {"url": "http://Shop/x?y=1"}, {"name": "c"},
            {"device": "Eth0"}, {"name": "?"}]


class AppKeyTest(PushTest):
    """With one run of every type, some of whose series have the tags of others and more."""

    def run_of_all(self, first_s):
        """Its path."""
        return self.write_run(METRICS, [(metric.name, first_s + second, i + second % 7, tags) for metric in METRICS
                                        for second in range(0, 30, 2) for i, tags in enumerate(TAG_SETS)])

    def mentions(self, text, result):
        """Somebody is told."""
        self.assertIn(text.lower(), self.words(result, result.report()["destinations"][0]).lower(), str(result))


class Historical(AppKeyTest):
    """--datadog-historical: metrics are enabled first, then points of any age are sent."""

    def setUp(self):
        super().setUp()
        self.files = [self.run_of_all(now_s() - 10 * 86400)]
        self.expected = datadog_model.Expected(self.files, ALL_OF_THEM)

    def test_every_metric_is_enabled_first(self):
        with Intake() as intake:
            result = push(block(intake, **ALL_OF_THEM), self.files, "--datadog-historical", *QUICKLY)
            self.delivered(result, intake, self.expected)
            self.assertEqual(sorted(intake.enabled), sorted({name for name, _ in self.expected.series}))
            self.assertEqual(intake.too_old, [])
            paths = [request.path for request in intake.requests]
            last_enabled = max(i for i, path in enumerate(paths) if path == HISTORICAL)
            self.assertLess(last_enabled, paths.index(datadog_intake.SERIES))
            for request in intake.of(HISTORICAL):
                self.assertEqual(request.headers["content-type"], "application/json")

    def test_without_an_app_key(self):
        """The account may have it enabled already."""
        with replay_intake() as intake:
            result = push(without_app_key(intake, **ALL_OF_THEM), self.files, "--datadog-historical", *QUICKLY)
            self.delivered(result, intake, self.expected, result.status)
            self.assertIn(result.status, (0, 1))
            self.assertEqual(intake.of(HISTORICAL), [])
            self.mentions("appKey", result)

    def test_refusals_are_said(self):
        for status in (403, 404, 422):
            script = on_path(HISTORICAL, errors(status, "not this metric"))
            with self.subTest(status=status), replay_intake(script) as intake:
                result = push(block(intake, **ALL_OF_THEM), self.files, "--datadog-historical", *QUICKLY)
                self.delivered(result, intake, self.expected, result.status)
                self.assertIn(result.status, (0, 1))
                self.mentions("not this metric", result)

    def test_what_is_written_is_for_any_time(self):
        """-o needs neither flag nor key."""
        with Intake() as intake:
            result = push(without_app_key(intake, **ALL_OF_THEM), self.files, "-o", self.scratch + "/out")
            self.assertEqual(result.status, 0, str(result))
            self.assertEqual(intake.connections, 0)


class Metadata(AppKeyTest):
    """--datadog-metadata: types, units and descriptions of what was sent."""

    def setUp(self):
        super().setUp()
        self.files = [self.run_of_all(now_s() - 60)]
        self.expected = datadog_model.Expected(self.files, ALL_OF_THEM)

    def test_every_name_is_described(self):
        with Intake() as intake:
            result = push(block(intake, **ALL_OF_THEM), self.files, "--datadog-metadata", *QUICKLY)
            self.delivered(result, intake, self.expected)
            names = {name for name, _ in self.expected.series}
            self.assertEqual(len(intake.of(METADATA)), len(names))
            self.assertEqual(intake.described.keys(), names)
            paths = [request.path for request in intake.requests]
            first_described = min(i for i, path in enumerate(paths) if path.startswith(METADATA))
            last_sent = max(i for i, path in enumerate(paths) if path == datadog_intake.SERIES)
            self.assertLess(last_sent, first_described)
            for (name, _), series in self.expected.series.items():
                about = intake.described[name]
                self.assertEqual(about["type"], datadog_model.TYPE_NAMES[series.kind], name)
                self.assertTrue(about["description"], name)
            for name, unit in (("k6.http_req_duration.95percentile", "millisecond"), ("k6.data_sent", "byte"),
                               ("k6.payload.max", "byte"), ("k6.http_reqs", "request")):
                self.assertEqual(intake.described[name]["unit"], unit, name)
            for name, about in intake.described.items():
                self.assertEqual(about.get("unit", ""), intake.types[name][1], name)

    def test_without_an_app_key(self):
        with Intake() as intake:
            result = push(without_app_key(intake, **ALL_OF_THEM), self.files, "--datadog-metadata", *QUICKLY)
            self.delivered(result, intake, self.expected, result.status)
            self.assertIn(result.status, (0, 1))
            self.assertEqual(intake.of(METADATA), [])
            self.mentions("appKey", result)

    def test_refusals_are_said(self):
        with Intake(on_path(METADATA, errors(403, "may not write metadata"))) as intake:
            result = push(block(intake, **ALL_OF_THEM), self.files, "--datadog-metadata", *QUICKLY)
            self.delivered(result, intake, self.expected, result.status)
            self.assertIn(result.status, (0, 1))
            self.mentions("may not write metadata", result)


class Verify(AppKeyTest):
    """--verify: only what can be read back has arrived."""

    def setUp(self):
        super().setUp()
        self.files = [self.run_of_all(now_s() - 600)]

    def expected_of(self, apm):
        """The model."""
        return datadog_model.Expected(self.files, apm)

    def test_everything_is_there(self):
        for rate in (1, 3, 10):
            apm = dict(ALL_OF_THEM, resampleRate=rate)
            with self.subTest(rate=rate), Intake() as intake:
                result = push(block(intake, **apm), self.files, "--verify", *QUICKLY)
                self.delivered(result, intake, self.expected_of(apm))
                self.assertTrue(intake.of(QUERY))
                self.assertEqual(set(intake.came.values()), {1})
                for request in intake.of(QUERY):
                    self.assertEqual(request.headers["dd-application-key"], datadog_intake.APP_KEY)

    def test_what_was_dropped_in_silence_is_sent_again(self):
        with Intake(loses=loses_once(0.3)) as intake:
            result = push(block(intake, **ALL_OF_THEM), self.files, "--verify", *SOON)
            self.delivered(result, intake, self.expected_of(ALL_OF_THEM))
            self.assertGreater(len(intake.lost), 10)

    def test_averages(self):
        """An answer may have longer intervals than the points; a long run is asked for in parts."""
        chance = random.Random(8)
        for seconds, coarse_s in ((100, 20), (3300, 1), (3300, 10)):
            first_s = now_s() - seconds
            files = [self.write_run(METRICS, [("http_reqs", first_s + second, chance.random(), {"name": name})
                                              for second in range(seconds) for name in ("a", "b")])]
            for loses in (None, loses_once(0.05)):
                with self.subTest(seconds=seconds, coarse_s=coarse_s, loses=loses is not None), Intake(
                        loses=loses, coarse_s=coarse_s) as intake:
                    result = push(block(intake, **BY_NAME), files, "--verify", *SOON)
                    self.delivered(result, intake, datadog_model.Expected(files, BY_NAME))
                    self.assertEqual(bool(intake.lost), loses is not None)

    def test_what_is_seen_late_is_waited_for(self):
        with Intake(hidden_s=3) as intake:
            result = push(block(intake, **ALL_OF_THEM), self.files, "--verify", *QUICKLY)
            self.delivered(result, intake, self.expected_of(ALL_OF_THEM))

    def test_what_stays_missing_is_refused(self):
        apm = dict(ALL_OF_THEM, metrics=["http_reqs", "vus"])
        with Intake(loses=loses_for_ever(0.3)) as intake:
            result = push(block(intake, **apm), self.files, "--verify", *SOON)
            expected = self.expected_of(apm)
            self.assertEqual(intake.problems, [])
            missing = len(set(intake.lost))
            self.assertTrue(0 < missing < expected.points())
            destination = self.account(result, 1, "partial", points=expected.points(), points_refused=missing,
                                       points_delivered=expected.points() - missing)
            self.assertEqual(self.stored_points(intake), destination["points_delivered"])
            self.assertRegex(self.words(result, destination), "missing|does not show")
            self.assertIn(f" {missing} ", self.words(result, destination))

    def test_what_becomes_too_old_is_not_sent_again(self):
        """Some points are an hour old before it is known that they were dropped."""
        now = now_s()
        files = [self.run_by_name(1, 40, now - 3598, "old.json"), self.run_by_name(2, 10, now - 600, "new.json")]
        with Intake(loses=lambda key, ts, came: ts < now - 3500) as intake:
            result = push(block(intake, **BY_NAME), files, "--verify", "--retry-time", "5", "--timeout", "5")
            self.account(result, 1, "partial", points=60, points_delivered=20, points_refused=40, points_kept=0)
            self.assertEqual((intake.too_old, intake.problems), ([], []))
            times_sent = list(intake.came.values())
            self.assertLess(times_sent.count(2), len(intake.lost) - times_sent.count(2) - 4)

    def test_without_an_app_key(self):
        with Intake() as intake:
            result = push(without_app_key(intake, **ALL_OF_THEM), self.files, "--verify", *QUICKLY)
            self.delivered(result, intake, self.expected_of(ALL_OF_THEM), result.status)
            self.assertIn(result.status, (0, 1))
            self.assertEqual(intake.of(QUERY), [])
            self.mentions("appKey", result)

    def test_an_app_key_that_may_not_read(self):
        with Intake(on_path(QUERY, errors(403, "Forbidden"))) as intake:
            result = push(block(intake, **ALL_OF_THEM), self.files, "--verify", *QUICKLY)
            self.delivered(result, intake, self.expected_of(ALL_OF_THEM), result.status)
            self.assertIn(result.status, (0, 1))
            self.mentions("read back", result)

    def test_answers_that_cannot_be_read(self):
        """Say nothing about what arrived."""
        for answer in (datadog_intake.answer_json(200, {"status": "error", "error": "boom"}),
                       datadog_intake.answer_json(200, ["what?"])):
            with self.subTest(body=json.loads(answer.body)), Intake(on_path(QUERY, answer)) as intake:
                result = push(block(intake, **ALL_OF_THEM), self.files, "--verify", "--retry-time", "2")
                self.assertIn(result.status, (0, 1), str(result))
                self.delivered(result, intake, self.expected_of(ALL_OF_THEM), result.status)


if __name__ == "__main__":
    unittest.main()
