#!/usr/bin/env python3
"""What the dry run says of tags: the series that there would be without each, and a note where they are many."""
import itertools
import json
import re
import unittest

import harness
import summaries
from result_writers import JsonLines, Metric, rows

RUN = summaries.results_of("v2.2.0/shop-lite")
PROMETHEUS = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE}
DATADOG = {"provider": "datadog", "apiKey": "0" * 32, "region": "us"}
ALL_METRICS = {"metrics": ["{__name__=~\".+\"}"]}
ROW = re.compile(r"^  (\S.*?) +(\d+) +(\d+)$", re.MULTILINE)
NOTHING = re.compile(r"^  (\d+) tags? costs? no series$", re.MULTILINE)
SERIES = re.compile(r"^  (\d+) series, ", re.MULTILINE)


def dry_run(destination, tags, *args):
    """What it prints, on both streams."""
    return harness.run(RUN, "--apm", json.dumps(destination), "-n", "--keep-tags", ",".join(tags), *args)


def series_of(text):
    """Of a dry run with one destination."""
    return int(SERIES.search(text).group(1))


class TagCosts(unittest.TestCase):
    """Against runs that do without the tags."""

    def without(self, destination, tags, dropped, *args):
        """The series that there are when these are not kept."""
        return series_of(dry_run(destination, [tag for tag in tags if tag not in dropped], *args).out.decode())

    def check(self, destination, tags, *args):
        """Every row of the table, and the tags that have none."""
        text = dry_run(destination, tags, *args).out.decode()
        rows_found = [(names.split(" and "), int(series)) for names, _, series in
                      ROW.findall(text[text.find("SERIES WITHOUT IT"):])]
        self.assertEqual([series for _, series in rows_found], sorted(series for _, series in rows_found))
        for names, series in rows_found:
            self.assertEqual(series, self.without(destination, tags, names, *args), (destination, names))
        others = [tag for tag in tags if not any(tag in names for names, _ in rows_found)]
        nothing = NOTHING.search(text)
        self.assertEqual(len(others), int(nothing.group(1)) if nothing else 0)
        for tag in others:
            self.assertEqual(series_of(text), self.without(destination, tags, [tag], *args), (destination, tag))

    def test_prometheus(self):
        self.check(PROMETHEUS, ["name", "url", "status", "group", "method"])
        self.assertIn(b"\n  name and url ", dry_run(PROMETHEUS, ["name", "url", "status"]).out)
        self.check(PROMETHEUS | ALL_METRICS, ["name", "status", "check"], "--rate-counts")
        self.check(PROMETHEUS | ALL_METRICS, ["scenario", "error_code"], "--names", "k6", "--native-histograms")

    def test_datadog(self):
        self.check(DATADOG, ["name", "url", "status", "group", "method"])
        self.check(DATADOG | ALL_METRICS, ["check", "scenario"], "--trend-stats", "p(95)")

    def test_custom_metrics(self):
        result = dry_run(DATADOG, ["name"])
        series = series_of(result.out.decode())
        self.assertIn(f"  {series} custom metrics on the bill of Datadog: each series is one\n", result.out.decode())
        self.assertNotIn(b"custom metrics", dry_run(PROMETHEUS, ["name"]).out)


class ManySeries(harness.Scratch):
    """The note."""

    def results(self, names, statuses):
        """A run with a series for each pair."""
        writer, metric = JsonLines(), Metric("http_reqs", "counter")
        return self.write("results.json", writer.head([metric]) + b"".join(
            rows(writer, metric.name, ["2026-11-20T07:00:00Z"], ["1"], {"name": f"n{name}", "status": f"s{status}"})
            for name, status in itertools.product(range(names), range(statuses))))

    def note_of(self, path, tags):
        """The lines on standard error."""
        result = harness.run(path, "--apm", json.dumps(PROMETHEUS), "-n", "--keep-tags", tags)
        self.assertEqual(result.status, 0)
        return result.err.decode()

    def test_note(self):
        many = self.results(400, 3)
        self.assertEqual(self.note_of(many, "name,status"),
                         "k6apm: note: apm[0]: the tags that are kept make 1200 series of 1\n"
                         "  hint: keep fewer tags: there would be 3 without name, 400 without status\n")
        self.assertEqual(self.note_of(many, "status"), "")
        self.assertEqual(self.note_of(self.results(500, 2), "name,status"), "")

    def test_refused(self):
        many = self.results(400, 3)
        result = harness.run(many, "--apm", json.dumps(PROMETHEUS), "-n", "--keep-tags", "name,status", "--max-series", "1199")
        self.assertEqual(result.status, 2)
        self.assertIn(b"  hint: keep fewer tags, or raise --max-series: there would be 3 without name\n", result.err)


if __name__ == "__main__":
    unittest.main()
