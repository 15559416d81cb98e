#!/usr/bin/env python3
"""Hundreds of made-up runs come out as the oracle computes them, byte for byte the same however they are packed, cut,
ordered and shared among threads.

A failure names the number of the run: `made_up_runs.py NUMBER DIR` writes its files.
"""
import itertools
import random
import re
import tempfile
import unittest

import harness
import k6_lines
import oracle
from made_up_runs import PACKINGS, Run

RUNS = range(40 if harness.QUICK else 300)
NO_TEXT = re.compile("[\ue000\ufffd]+")  # bytes that are no UTF-8, before and after


def as_read(tags):
    """Tags, with one sign for bytes that are no UTF-8."""
    return {name: NO_TEXT.sub("?", value) for name, value in tags.items()}


class MadeUpRuns(unittest.TestCase):
    """All tests over the same runs."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def each_run(self, numbers, check):
        """Calls check(run, its files)."""
        for number in numbers:
            with self.subTest(run=number):
                run = Run(number)
                check(run, run.write(self.scratch))

    def check_report(self, export, expected):
        """The report says what is there."""
        report, said = export.report, str(export.result)
        harness.check_sums(self, report)
        self.assertEqual(report["points"], expected.account, said)
        for entry, source in zip(report["inputs"], expected.inputs):
            self.assertEqual((entry["lines"], entry["points"], entry["bad_lines"], entry["truncated"]),
                             (source.lines, source.all_points, source.bad_lines, source.cut), said)
        destination = report["destinations"][0]
        self.assertEqual((destination["series"], destination["points"]), (len(expected.series), expected.points()), said)
        found = {(metric["source"], metric["target"]): [metric["type"], metric["series"], metric["points"]]
                 for metric in destination["metrics"] if metric["points"]}
        self.assertEqual(found, {key: row for key, row in expected.metrics.items() if row[2]}, said)
        if any(source.bad_lines for source in expected.inputs):
            self.assertEqual(export.result.status, 1, said)
        if expected.series and not expected.left_out and not expected.unnamed:
            for name, wanted in (("first", expected.first_ns), ("last", expected.last_ns)):
                self.assertEqual(k6_lines.parse_time(report["run"][name]), wanted, said)

    def check_model(self, run, paths):
        """The points are those that were made up, but for a last one that is cut off."""
        for path, file in zip(paths, run.files):
            found = [(point.metric, point.time_ns, point.value, as_read(point.tags), as_read(point.metadata))
                     for point in k6_lines.Input(path, 0, lambda name: True).points]
            wanted = [(point.metric, point.time_ns, point.value, as_read(point.tags), point.metadata)
                      for point in file.points]
            self.assertEqual(found, wanted[:len(found)])
            self.assertGreaterEqual(len(found), len(wanted) - 1)

    def check_values(self, run, paths):
        """The oracle."""
        expected = oracle.Expected(paths, run.apm, **run.options)
        with harness.Export(paths, run.apm, *run.flags, "--max-series", "1000000") as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
            self.check_report(export, expected)
        self.points += expected.points()

    def check_identity(self, run, paths):
        """Packing, block size, threads and order of the files are chosen at random."""
        rng = random.Random(str(paths) + str(run.flags))
        apm = dict(run.apm, includeTestRunId=True)
        order = rng.choice(list(itertools.permutations(range(len(paths)))))
        packed = run.write(self.scratch, rng.choice(list(PACKINGS)))
        given = [packed[i] for i in order]
        how = {"env": {"K6APM_BLOCK_SIZE": str(rng.choice([1, 17, 64, 1000, 1 << 20]))}}
        if rng.random() < 0.3:
            at = rng.randrange(len(given))
            with open(given[at], "rb") as file:
                how["stdin"] = file.read()
            given[at] = "-"
        with harness.Export(paths, apm, *run.flags, "--threads", 1) as one, \
                harness.Export(given, apm, *run.flags, "--threads", rng.randint(1, 4), **how) as other:
            said = f"{one.result}\n{how}\n{other.result}"
            self.assertEqual(sorted(one.bodies()), sorted(other.bodies()), said)
            self.assertTrue(one.bodies() == other.bodies(), said)
            self.assertEqual(one.sidecars(), other.sidecars(), said)
            for key in ("run", "destinations", "exit_status"):
                self.assertEqual(one.report[key], other.report[key], said)
            counts = [[(entry["lines"], entry["points"], entry["bad_lines"], entry["truncated"])
                       for entry in export.report["inputs"]] for export in (one, other)]
            self.assertEqual([counts[0][i] for i in order], counts[1], said)

    def test_what_was_made_up_is_what_the_oracle_reads(self):
        self.each_run(RUNS, self.check_model)

    def test_every_run(self):
        self.points = 0
        self.each_run(RUNS, self.check_values)
        self.assertGreater(self.points, len(RUNS) * 30)

    def test_every_run_is_the_same_in_every_way(self):
        self.each_run(RUNS[::2], self.check_identity)


if __name__ == "__main__":
    unittest.main()
