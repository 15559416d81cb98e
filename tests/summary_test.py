#!/usr/bin/env python3
"""k6's own end-of-test summaries come out of what is exported, from the JSON and from the CSV of a run; and those of
three k6 processes of one test come out of their files merged."""
import itertools
import unittest

import csv_model
import harness
import k6_lines
import k6_time
import k6_types
import oracle
import summaries

WINDOW_START = "2026-11-20T08:00:00Z"  # a multiple of 10 s
KEPT = ["name", "method", "status", "check", "group", "scenario", "expected_response", "error_code", "proto"]
BY_TAGS = {"includeDefaultMetrics": False, "resampleRate": 10,
           "metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": KEPT}]}


def type_flags(path):
    """--metric-type for a CSV."""
    if "csv" not in path:
        return []
    return [word for name, kind in summaries.custom_types(path).items()
            for word in ("--metric-type", f"{name}={kind}")]


def lasts_ns(path, apm):
    """From the first to the last exported point."""
    expected = oracle.Expected([path], apm, metric_types=summaries.custom_types(path))
    return expected.last_ns - expected.first_ns


class Summaries(unittest.TestCase):
    """One run, one file."""

    def files(self):
        """(run, file, whether it is a CSV)."""
        found = [(run, summaries.results_of(run), False) for run in summaries.JSON_RUNS]
        found += [(run, summaries.results_of(run, "csv"), True) for run in summaries.RUNS]
        return found[::5] if harness.QUICK else found

    def test_totals(self):
        for run, path, is_csv in self.files():
            with self.subTest(path):
                facts = summaries.facts_of(run)
                seconds = summaries.seconds_of(run) if run in summaries.RUNS else None
                with harness.Export([path], summaries.apm_of(facts), "--rate-counts", *type_flags(path)) as export:
                    made, problems = summaries.contradictions(facts, export.series(), is_csv, seconds)
                    self.assertEqual(problems, [], str(export.result))
                    self.assertGreater(made, 40)
                    self.assertEqual(export.report["inputs"][0]["format"], "csv" if is_csv else "json")

    def test_percentiles_of_one_window(self):
        """A run that is moved to the start of a window and does not outlast it: all statistics of its Trends."""
        short = set()
        for run, path, is_csv in self.files():
            facts = summaries.facts_of(run)
            apm = summaries.apm_of(facts)
            if lasts_ns(path, apm) >= 10 * 10**9:
                continue
            short.add(path)
            with self.subTest(path):
                stats = ",".join(summaries.TREND_STATS)
                with harness.Export([path], apm, "--start-at", WINDOW_START, "--trend-stats", stats,
                                    *type_flags(path)) as export:
                    made, problems = summaries.contradictions_of_window(facts, export.series(), is_csv)
                    self.assertEqual(problems, [], str(export.result))
                    self.assertGreater(made, 80)
                    self.assertEqual(k6_time.parse_time(export.report["run"]["first"]),
                                     k6_time.parse_time(WINDOW_START))
        self.assertGreater(len(short), 2 if harness.QUICK else 20)

    def test_types_are_those_of_k6(self):
        """The type of every metric, from the CSV, is the one of k6's summary."""
        for run in summaries.RUNS[:3] if harness.QUICK else summaries.RUNS:
            with self.subTest(run):
                path = summaries.results_of(run, "csv")
                with harness.Export([path], BY_TAGS, *type_flags(path)) as export:
                    known = {name: about for name, about in summaries.types_of(run).items()
                             if summaries.PLAIN_NAME.match(name)}
                    metrics = {metric["target"].removeprefix("k6_"): metric
                               for metric in export.report["destinations"][0]["metrics"]}
                    self.assertEqual({name: metric["type"] for name, metric in metrics.items()},
                                     {name: kind for name, (kind, _) in known.items()})
                    units = {name: unit for name, (_, unit) in oracle.read_bodies(export.directory)[1].items()}
                    for name, (kind, contains) in known.items():
                        if not metrics[name]["points"]:
                            self.assertEqual(name, "edge_counter")  # its total overflows
                        elif contains == "default" or name in k6_types.BUILT_IN:
                            series = "k6_" + name + ("_avg" if kind == "trend" else "")
                            self.assertEqual(units[series], oracle.UNITS[contains], series)


class Segments(unittest.TestCase):
    """Three processes of one test, merged."""

    KINDS = [("json",) * 3, ("csv",) * 3, ("json", "csv", "csv"), ("csv", "json", "json")]

    def merged(self):
        """(files, flags) of every mix of formats, in every order of the instances."""
        for kinds in self.KINDS[1:3] if harness.QUICK else self.KINDS:
            files = [summaries.results_of(run, kind) for run, kind in zip(summaries.INSTANCES, kinds)]
            orders = list(itertools.permutations(range(3)))
            for order in orders[::4] if harness.QUICK else orders:
                yield [files[i] for i in order], type_flags(next((path for path in files if "csv" in path), ""))

    def test_summaries_add_up(self):
        facts = summaries.facts_of(summaries.INSTANCES[0])
        for files, flags in self.merged():
            with self.subTest(files=files):
                with harness.Export(files, summaries.apm_of(facts), "--rate-counts", *flags) as export:
                    made, problems = summaries.contradictions_of_sum(
                        summaries.INSTANCES, facts, export.series(), any("csv" in path for path in files))
                    self.assertEqual(problems, [], str(export.result))
                    self.assertGreater(made, 40)

    def test_structure_of_the_single_process(self):
        """The same names and labels as when one process ran the test."""
        for kind in ("json", "csv"):
            path = summaries.results_of(summaries.WHOLE, kind)
            with harness.Export([path], BY_TAGS, *type_flags(path)) as export:
                wanted = export.series().keys()
                self.assertGreater(len(wanted), 100)
            for files, flags in self.merged():
                with self.subTest(files=files):
                    with harness.Export(files, BY_TAGS, *flags) as export:
                        self.assertEqual(sorted(wanted ^ export.series().keys()), [])

    def test_order_of_files(self):
        """Byte for byte the same requests, whatever the order."""
        for kinds in self.KINDS[1:3]:
            files = [summaries.results_of(run, kind) for run, kind in zip(summaries.INSTANCES, kinds)]
            flags = type_flags(files[1])
            bodies = []
            for order in itertools.permutations(range(3)):
                with harness.Export([files[i] for i in order], BY_TAGS, *flags) as export:
                    bodies.append(export.bodies())
            self.assertTrue(bodies[0])
            for other in bodies[1:]:
                self.assertTrue(other == bodies[0], files)

    def test_a_mix_is_as_good_as_json(self):
        """JSON with the times of a CSV beside CSVs gives what three CSVs give."""
        runs = summaries.INSTANCES
        block = dict(BY_TAGS, resampleRate=1)
        files = [summaries.results_of(run, "csv") for run in runs]
        expected = oracle.Expected(files, block, metric_types=summaries.custom_types(files[0]))
        with harness.Export(files, block, *type_flags(files[0])) as export:
            of_csv = export.series()
        columns = csv_model.columns_of(k6_lines.read_bytes(files[0]))
        for i, run in enumerate(runs):
            data = csv_model.as_csv_holds(k6_lines.read_bytes(summaries.results_of(run)), columns, 10**9)
            with harness.Export([*files[:i], "-", *files[i + 1:]], block, stdin=data) as export:
                made, problems = csv_model.differences(export.series(), of_csv, expected.origins)
                self.assertEqual(problems, [], str(export.result))
                self.assertGreater(made, 1000)
                self.assertEqual(export.report["inputs"][i]["format"], "json")


if __name__ == "__main__":
    unittest.main()
