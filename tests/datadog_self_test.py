#!/usr/bin/env python3
"""Tests the tests of Datadog: the model against values computed by hand and k6's summaries, the fake intake against a
small sender and against what it has to refuse."""
import gzip
import http.client
import json
import os
import time
import unittest

import datadog_bodies
import datadog_intake
import datadog_model
import datadog_names
import datadog_queries
import datadog_schema
import harness
import summaries
from datadog_intake import API_KEY, APP_KEY, HISTORICAL, METADATA, QUERY, SERIES, VALIDATE, Intake
from datadog_model import COUNT, GAUGE, RATE
from receiver import Answer
from result_writers import JsonLines, Metric, Point

METRICS = [Metric("c", "counter"), Metric("g", "gauge"), Metric("r", "rate"), Metric("t", "trend", "time")]
ONLY = {"includeDefaultMetrics": False}
NOW = 1_795_159_646


def packed(*series):
    """The body of a request."""
    return gzip.compress(json.dumps({"series": list(series)}).encode())


def record(metric="k6.c", points=((NOW, 1),), kind=COUNT, tags=(), **more):
    """A member of `series`."""
    found = {"metric": metric, "type": kind, "tags": list(tags),
             "points": [{"timestamp": ts, "value": value} for ts, value in points]}
    if kind != GAUGE:
        found["interval"] = 3
    found.update(more)
    return found


def send(intake, method, path, body=b"", **headers):
    """One request; (status, JSON of the answer)."""
    connection = http.client.HTTPConnection("127.0.0.1", intake.port, timeout=10)
    given = {"DD-API-KEY": API_KEY, "DD-APPLICATION-KEY": APP_KEY, "Content-Type": "application/json"}
    if path == SERIES:
        given["Content-Encoding"] = "gzip"
    given.update({name.replace("_", "-"): value for name, value in headers.items()})
    connection.request(method, path, body, given)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content)


class Model(harness.Scratch):
    """Small runs."""

    def expected(self, points, apm, metrics=METRICS, **options):
        """The model of points [(metric, time in s, value, tags)]."""
        writer = JsonLines()
        lines = [writer.head(metrics)] + [writer.row(Point(metric, int(time_s * 10**9), value, tags))
                                          for metric, time_s, value, tags in points]
        return datadog_model.Expected([self.write("run.json", b"".join(lines))], dict(ONLY, **apm), **options)

    def same(self, found, wanted):
        """Equal but for the last digit."""
        wanted = {key: datadog_model.Series(*value) for key, value in wanted.items()}
        self.assertEqual(datadog_model.differences(wanted, found.series), [])

    def test_types(self):
        points = [("c", 3, 1, {}), ("c", 5.9, 2, {}), ("c", 60, 0.5, {}), ("g", 4, 7, {}), ("g", 3, 9, {}), ("r", 3, 1, {}),
                  ("r", 3, 0, {}), ("r", 3, 0, {}), ("r", 3, 2, {})] + [("t", 3, value, {}) for value in (4, 1, 2, 3)]
        found = self.expected(points, {"metrics": ["c", "g", "r", "t"]}, rate_counts=True)
        self.same(found, {
            ("k6.c", ()): (COUNT, 3, {3: 3.0, 60: 0.5}),
            ("k6.g", ()): (GAUGE, None, {3: 7.0}),
            ("k6.r", ()): (GAUGE, None, {3: 0.5}),
            ("k6.r.total", ()): (COUNT, 3, {3: 4}),
            ("k6.r.nonzero_total", ()): (COUNT, 3, {3: 2}),
            ("k6.t.avg", ()): (GAUGE, None, {3: 2.5}),
            ("k6.t.max", ()): (GAUGE, None, {3: 4.0}),
            ("k6.t.median", ()): (GAUGE, None, {3: 2.5}),
            ("k6.t.95percentile", ()): (GAUGE, None, {3: 3.85}),
            ("k6.t.99percentile", ()): (GAUGE, None, {3: 3.97}),
            ("k6.t.count", ()): (RATE, 3, {3: 4 / 3})})
        self.assertEqual(found.metrics[("t", "k6.t")], ["trend", 6, 6])
        self.assertEqual(found.points(), 12)
        found = self.expected(points, {"metrics": ["t"], "resampleRate": 2}, trend_stats=["min", "p(99.9)", "sum", "count"])
        self.same(found, {("k6.t.min", ()): (GAUGE, None, {2: 1.0}),
                          ("k6.t.99.9percentile", ()): (GAUGE, None, {2: 3.997}),
                          ("k6.t.sum", ()): (COUNT, 2, {2: 10.0}), ("k6.t.count", ()): (RATE, 2, {2: 2.0})})

    def test_what_becomes_equal_is_merged(self):
        points = [("c", 3, 1, {"URL": "A"}), ("c", 3, 2, {"URL": "a"}), ("c", 3, 4, {"url": "A"}), ("c", 3, 8, {}),
                  ("g", 5, 1, {"x": "b?"}), ("g", 4, 2, {"x": "b!"}), ("t", 3, 1, {"x": "y" * 300 + "1"}),
                  ("t", 3, 2, {"x": "y" * 300 + "2"}), ("r", 3, 1, {"job": "theirs"}), ("r", 3, 0, {"JOB": "x"})]
        found = self.expected(points, {"metrics": ["c", "g", "r", "t"]}, keep_tags="all", trend_stats=["max"],
                              constant={"Job": "Load Test"})
        job = "job:load_test"
        self.assertEqual(found.series, {
            ("k6.c", (job, "url:a")): (COUNT, 3, {3: 7.0}), ("k6.c", (job,)): (COUNT, 3, {3: 8.0}),
            ("k6.g", (job, "x:b")): (GAUGE, None, {3: 1.0}), ("k6.r", (job,)): (GAUGE, None, {3: 0.5}),
            ("k6.t.max", (job, "x:" + "y" * 198)): (GAUGE, None, {3: 2.0})})

    def test_names_that_become_equal(self):
        metrics = [Metric("a b", "counter"), Metric("a_b", "counter"), Metric("a-b", "rate"), Metric("日本", "gauge")]
        points = [(metric.name, 3, 1, {}) for metric in metrics]
        found = self.expected(points, {"metrics": ['{__name__=~".+"}']}, metrics)
        self.assertEqual(found.series, {("k6.a_b", ()): (COUNT, 3, {3: 2.0}), ("k6.__", ()): (GAUGE, None, {3: 1.0})})
        self.assertEqual(found.clashing, {"a-b"})
        block = {"metrics": [{"sourceMetric": '{__name__="a b"}', "targetMetric": "1_日本"}]}
        self.assertEqual(self.expected(points, block, metrics).unnamed, {"a b"})

    def test_names_of_statistics(self):
        metrics = [Metric("x", "trend"), Metric("x.avg", "counter"), Metric("x?avg", "rate"), Metric("x.min", "gauge")]
        points = [(metric.name, 3, 1, {}) for metric in metrics]
        found = self.expected(points, {"metrics": ['{__name__=~".+"}']}, metrics, trend_stats=["avg"])
        self.assertEqual(sorted(found.series), [("k6.x.avg", ()), ("k6.x.min", ()), ("k6.x_avg", ())])
        self.assertEqual(found.clashing, {"x.avg"})
        block = {"metrics": [{"sourceMetric": "x", "targetMetric": "a b"}, {"sourceMetric": "x", "targetMetric": "a_b"}]}
        found = self.expected(points, block, metrics, trend_stats=["max"])
        self.assertEqual((found.clashing, found.series), ({"x"}, {("a_b.max", ()): (GAUGE, None, {3: 1.0})}))

    def test_k6s_own_totals(self):
        for run in ("v2.2.0/edge", "v1.3.0/shop-lite"):
            facts = summaries.facts_of(run)
            found = datadog_model.Expected([summaries.results_of(run)], summaries.apm_of(facts), rate_counts=True,
                                           trend_stats=["sum", "count", "min", "max"])
            made, problems = summaries.contradictions(facts, datadog_model.as_running_totals(found.series))
            self.assertEqual(problems, [])
            self.assertGreater(made, 20)

    def test_differences_are_found(self):
        right = {("a", ()): datadog_model.Series(COUNT, 3, {3: 1.0})}
        self.assertEqual(datadog_model.differences(right, dict(right)), [])
        for wrong in ({}, {("a", ()): (GAUGE, 3, {3: 1.0})}, {("a", ()): (COUNT, 1, {3: 1.0})},
                      {("a", ()): (COUNT, 3, {3: 1.001})}, {("a", ()): (COUNT, 3, {})},
                      {("a", ("x",)): (COUNT, 3, {3: 1.0})}):
            wrong = {key: datadog_model.Series(*value) for key, value in wrong.items()}
            self.assertNotEqual(datadog_model.differences(right, wrong), [], wrong)


class Names(unittest.TestCase):
    """Names and tags."""

    def test_names(self):
        for text, wanted in (("k6.http_reqs", "k6.http_reqs"), ("k6.größe 日本", "k6.gr__e___"), ("1_.k", "k"), ("_9", ""),
                             ("K" * 300, "K" * 200), ("é1", "")):
            self.assertEqual(datadog_names.normal_name(text), wanted)
        self.assertEqual(datadog_names.name_with("a" * 200, ".95percentile"), "a" * 187 + ".95percentile")
        self.assertEqual(datadog_names.name_with("a", ".avg"), "a.avg")

    def test_tags(self):
        for key, value, wanted in (("Name", "HTTP://A.B/c?d=1&e", "name:http://a.b/c_d_1_e"), ("a", "", "a"),
                                   ("a", "?!", "a"), ("", "x", None), ("?", "?", None), ("?", "x", None),
                                   (":", "x", None), ("a", "_x__y_", "a:_x_y"),
                                   ("GRÖSSE", "Ⅷ½²٣ẞ", "grösse:_٣ß"), ("İ", "Σ", "i:σ"), ("a", "\ufffd", "a"),
                                   ("a", "b" * 197 + "::c", "a:" + "b" * 197), ("a", "ü" * 300, "a:" + "ü" * 198)):
            self.assertEqual(datadog_names.normal_tag(key, value), wanted)

    def test_most_tags(self):
        kept = [(f"k{i:03}", "x") for i in range(150)]
        found = datadog_names.tags_of_series({"zzz": "Z"}, kept)
        self.assertEqual(found, tuple([f"k{i:03}:x" for i in range(99)] + ["zzz:z"]))


class Rules(unittest.TestCase):
    """What may not be sent."""

    HEADERS = {"content-type": "application/json", "content-encoding": "gzip"}

    def test_good(self):
        found = datadog_bodies.decode(self.HEADERS, packed(record(tags=["b:x", "a"], resources=[
            {"type": "device", "name": "eth0"}]), record("k6.g", kind=GAUGE, unit="byte")))
        self.assertEqual(found[0], ("k6.c", ("a", "b:x", "device:eth0"), COUNT, 3, "", {NOW: 1.0}))
        self.assertEqual(found[1], ("k6.g", (), GAUGE, None, "byte", {NOW: 1.0}))

    def test_bad(self):
        many = [(NOW + i, 1) for i in range(10_001)]
        for wrong in (record(kind=0), record(points=[]), record(points=[(NOW, 1), (NOW, 2)]), record(points=many),
                      record(points=[(NOW + 700, 1)]), record("1a"), record("a b"), record("é"), record(tags=["A:b"]),
                      record(tags=["a:"]), record(tags=["device:x"]), record(tags=["a", "a"]), record(interval=0),
                      record(tags=[f"t{i}" for i in range(101)]), record(kind=GAUGE, interval=3), record(host="x"),
                      record(points=[(NOW, True)]), record(points=[(1.5, 1)]), record(points=[(NOW, float("nan"))]),
                      record(points=[(NOW, "1")]), record(metric=None), {"metric": "a"}, []):
            with self.assertRaises(datadog_bodies.BadBody, msg=wrong):
                datadog_bodies.decode(self.HEADERS, packed(wrong), now=NOW)
        for body in (packed(), packed(record(), record()), packed(record())[:-3], packed(record()) + b"x", b"",
                     gzip.compress(b'{"series":[{"metric":"a","metric":"b","points":[]}]}'), os.urandom(520_000)):
            with self.assertRaises(datadog_bodies.BadBody):
                datadog_bodies.decode(self.HEADERS, body, now=NOW)
        for headers in ({}, dict(self.HEADERS, **{"content-encoding": "deflate"})):
            with self.assertRaises(datadog_bodies.BadBody):
                datadog_bodies.decode(headers, packed(record()))
        with self.assertRaises(datadog_bodies.BadBody) as caught:
            datadog_bodies.decode(self.HEADERS, gzip.compress(b" " * 6_000_000))
        self.assertEqual(caught.exception.status, 413)

    def test_schema(self):
        self.assertEqual(list(datadog_schema.faults({"series": []})), [])
        self.assertEqual(list(datadog_schema.faults({"serie": []})),
                         ["body has no series", "body has the unknown member serie"])
        self.assertEqual(list(datadog_schema.faults({"series": [{"metric": "a", "points": [{"value": 1}], "type": 4}]})),
                         ["body.series[0].type is 4"])


class Behaviour(unittest.TestCase):
    """The fake intake."""

    def test_keys(self):
        with Intake() as intake:
            self.assertEqual(send(intake, "GET", VALIDATE), (200, {"valid": True}))
            self.assertEqual(send(intake, "GET", VALIDATE, DD_API_KEY="x"), (403, {"errors": ["Forbidden"]}))
            self.assertEqual(send(intake, "POST", SERIES, packed(record()), DD_API_KEY="x")[0], 403)
            self.assertEqual(send(intake, "GET", QUERY + "?from=1&to=2&query=x", DD_APPLICATION_KEY="x")[0], 403)
            self.assertEqual((intake.stored(), intake.problems), ({}, []))

    def test_times(self):
        now = int(time.time())
        points = [(now - 4000, 1), (now - 3000, 2), (now, 3), (now + 1000, 4)]
        with Intake() as intake:
            self.assertEqual(send(intake, "POST", SERIES, packed(record(points=points))), (202, {"errors": []}))
            self.assertEqual(intake.stored(), {("k6.c", ()): (COUNT, 3, {now - 3000: 2.0, now: 3.0})})
            self.assertEqual((len(intake.too_old), len(intake.ahead)), (1, 1))
            data = {"data": {"id": "k6.c", "type": "historical_metrics_configurations"}}
            self.assertEqual(send(intake, "POST", HISTORICAL, json.dumps(data))[0], 201)
            send(intake, "POST", SERIES, packed(record(points=[(now - 4000, 5), (now, 6)])))
            self.assertEqual(intake.stored()[("k6.c", ())].points, {now - 4000: 5.0, now - 3000: 2.0, now: 6.0})
            self.assertEqual(send(intake, "PUT", METADATA + "k6.c", b'{"unit":"byte"}')[0], 200)
            self.assertEqual(send(intake, "PUT", METADATA + "k6.d", b'{"unit":"byte"}')[0], 404)
            self.assertEqual((intake.described, intake.problems), ({"k6.c": {"unit": "byte"}}, []))
            self.assertEqual(send(intake, "POST", SERIES, packed(record(kind=0)))[0], 400)
            self.assertEqual(send(intake, "POST", SERIES, packed(record(kind=GAUGE)))[0], 202)
            self.assertEqual(len(intake.problems), 3)  # type 0; then type and interval of k6.c change

    def test_queries(self):
        with Intake(takes_all_times=True) as intake:
            for key, points in (("url:http://a/b", [(3, 1), (6, 2)]), ("url:c", [(6, 5), (12, 7)])):
                send(intake, "POST", SERIES, packed(record(points=points, tags=["test_run_id:7", key])))
            for query, wanted in (
                    ("sum:k6.c{*}", [[3000, 1], [6000, 7], [12000, 7]]), ("avg:k6.c{$test_run_id}.as_rate()", [
                        [3000, 1 / 3], [6000, 3.5 / 3], [12000, 7 / 3]]),
                    ("max:k6.c{url:http://a/b}", [[3000, 1], [6000, 2]]),
                    ("sum:k6.c{url:*,!url:c}.as_count().rollup(sum, 10).fill(null)", [[0, 3]]),
                    ("cumsum(sum:k6.c{test_run_id:7})", [[3000, 1], [6000, 8], [12000, 15]]),
                    ("sum:k6.c{!test_run_id:*}", None), ("sum:k6.d{*}", None)):
                status, found = send(intake, "GET", QUERY + "?from=0&to=12&query=" + query.replace(" ", "%20"))
                self.assertEqual((status, found["status"]), (200, "ok"))
                self.assertEqual(found["series"][0]["pointlist"] if found["series"] else None, wanted, query)
            self.assertEqual(intake.problems, [])
            self.assertEqual(send(intake, "GET", QUERY + "?from=0&query=x")[0], 400)
            for limits, wanted in (((0, 12, 10), [[0, 4], [10000, 7]]), ((0, 15000), [[0, 4], [10000, 7]]),
                                   ((4, 12, 5), [[5000, 7], [10000, 7]])):
                start, end, *coarse_s = limits
                found = datadog_queries.answer("sum:k6.c{*}.rollup(avg, 1)", start, end, intake.stored(), *coarse_s)
                self.assertEqual(found[0]["pointlist"], wanted)
            self.assertRaises(datadog_queries.BadQuery, datadog_queries.answer, "k6.c", 0, 1, {})

    def test_faults(self):
        script = datadog_intake.on_series(Answer(500), Answer(429, {"X-RateLimit-Reset": "1"}))
        with Intake(script, takes_all_times=True, hidden_s=60, loses=lambda key, ts, came: ts == 1) as intake:
            self.assertEqual(send(intake, "GET", VALIDATE)[0], 200)
            connection = http.client.HTTPConnection("127.0.0.1", intake.port, timeout=10)
            for wanted in (500, 429, 202):
                connection.request("POST", SERIES, packed(record(points=[(1, 1), (2, 2)])), {
                    "DD-API-KEY": API_KEY, "Content-Type": "application/json", "Content-Encoding": "gzip"})
                answer = connection.getresponse()
                self.assertEqual(answer.status, wanted)
                answer.read()
            connection.close()
            self.assertEqual(intake.stored()[("k6.c", ())].points, {2: 2.0})
            self.assertEqual(intake.lost, [(("k6.c", ()), 1)])
            self.assertEqual(send(intake, "GET", QUERY + "?from=0&to=9&query=sum:k6.c{*}")[1]["series"], [])


if __name__ == "__main__":
    unittest.main()
