#!/usr/bin/env python3
"""A real server reads our series: Debian's VictoriaMetrics, which takes Datadog's older form (v1). The bodies of -o are
given that form here, member by member, and the server is asked what it holds.
"""
import gzip
import json
import math
import unittest
import urllib.request

import datadog_model
import datadog_schema
import harness
import servers
import summaries

V1_TYPES = {1: "count", 2: "rate", 3: "gauge"}
BLOCK = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status", "check"]}],
         "resampleRate": 1}


def as_v1(payload):
    """The request of POST /api/v1/series with the same series."""
    series = []
    for one in payload["series"]:
        given = {"metric": one["metric"], "type": V1_TYPES[one["type"]], "tags": one["tags"],
                 "points": [[point["timestamp"], point["value"]] for point in one["points"]]}
        if "interval" in one:
            given["interval"] = one["interval"]
        series.append(given)
    return {"series": series}


def labels_of(tags):
    """VictoriaMetrics's labels of tags: the text before the first colon is the name, and one without has a value for it."""
    return tuple(sorted((tag.partition(":")[0], tag.partition(":")[2] or "no_label_value") for tag in tags))


class ServerTest(unittest.TestCase):
    """One server, filled once."""

    def test_what_the_server_holds(self):
        server = servers.VictoriaMetrics()
        self.addCleanup(server.close)
        path = summaries.results_of("v2.2.0/shop-lite")
        apm = dict({"provider": "datadog", "apiKey": "k" * 32, "apiURL": "http://127.0.0.1:9"}, **BLOCK)
        expected = datadog_model.Expected([path], BLOCK)
        with harness.Export([path], apm) as export:
            bodies = export.bodies()
        self.assertTrue(bodies)
        for _, body in sorted(bodies.items()):
            request = urllib.request.Request(
                server.base + "/datadog/api/v1/series", json.dumps(as_v1(datadog_schema.parse(gzip.decompress(body)))).encode(),
                {"Content-Type": "application/json"}, method="POST")
            with urllib.request.urlopen(request, timeout=30) as answer:
                self.assertEqual(answer.status, 202)
        held = {(name.replace(".", "_"), labels): {ts // 1000: value for ts, value, _ in samples}
                for (name, labels), samples in server.raw_samples('{__name__=~"k6.+"}').items()}
        wanted = {(name.replace(".", "_"), labels_of(tags)): series.points
                  for (name, tags), series in expected.series.items()}
        self.assertEqual(sorted(held), sorted(wanted))
        for key, points in wanted.items():
            self.assertEqual(sorted(held[key]), sorted(points), key)
            for ts, value in points.items():
                self.assertTrue(math.isclose(held[key][ts], value, rel_tol=1e-12), (key, ts, held[key][ts], value))


if __name__ == "__main__":
    unittest.main()
