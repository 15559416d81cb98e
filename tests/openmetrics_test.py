#!/usr/bin/env python3
"""--openmetrics: the text is valid and holds what the oracle computes, promtool makes blocks of all of it, and a Prometheus
serves them, also one that refuses the run."""
import json
import os
import shutil
import subprocess
import time
import unittest

import harness
import k6_time
import openmetrics
import oracle
import servers
import summaries
from delivery_test import by_name, long_run

SHOP = summaries.results_of("v2.2.0/shop-lite")
EVERYTHING = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status", "check"]}]}
LAST_YEAR = "2025-11-20T08:00:00.25Z"


def block_of(more=None, url=harness.NOWHERE):
    """--apm."""
    return ["--apm", json.dumps(dict({"provider": "prometheus", "remoteWriteURL": url}, **(more or {})))]


def blocks_of(path, directory):
    """Makes blocks with promtool: the number of samples in them."""
    done = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", path, directory], capture_output=True,
                          text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    lines = [line.split() for line in done.stdout.splitlines()]
    first = next(i for i, line in enumerate(lines) if line[:2] == ["BLOCK", "ULID"])
    return sum(int(line[4]) for line in lines[first + 1:])


class Text(harness.Scratch):
    """What is written."""

    def written(self, files, more, *flags, name="run.om"):
        """Runs the tool: (text, destination of the report, path)."""
        path = os.path.join(self.scratch, name)
        result = harness.run(*files, *block_of(more), "--openmetrics", path, "--json", *flags)
        self.assertIn(result.status, (0, 1), str(result))
        harness.check_sums(self, result.report())
        destination = result.report()["destinations"][0]
        self.assertFalse(os.path.exists(path + ".part"))
        with open(path, "rb") as file:
            data = file.read()
        self.assertEqual((destination["status"], destination["requests"], destination["bytes"],
                          destination["points_delivered"]), ("written", 0, len(data), destination["points"]))
        return openmetrics.Text(data), destination, path

    def test_the_parser_is_strict(self):
        good = b"# TYPE a gauge\na 1 1\na 2 2.005\n# EOF\n"
        self.assertEqual(openmetrics.Text(good).series, {("a", ()): [(1000, 1.0), (2005, 2.0)]})
        self.assertEqual(openmetrics.Text(b'# TYPE a gauge\na{x="\\\\\\n\\""} 1 -0.5\n# EOF\n').series,
                         {("a", (("x", '\\\n"'),)): [(-500, 1.0)]})
        for bad in (good[:-1], good[:-6], good + b"# EOF\n", good.replace(b"# EOF", b"\n# EOF"), good.replace(b" 1\n", b"\n"),
                    good.replace(b"2.005", b"1"), good.replace(b"2.005", b"0.5"), good.replace(b"a 2", b"b 2"),
                    good.replace(b"gauge", b"counter"), good.replace(b"# EOF", b"# TYPE a gauge\n# EOF"),
                    good.replace(b"a 1", b"a NaN"), good.replace(b"a 1", b"# UNIT a bytes\na 1"),
                    b"# TYPE a counter\na_total 2 1\na_total 1 2\n# EOF\n", b"# TYPE a counter\na_total -1 1\n# EOF\n",
                    b"# TYPE a gauge\na 1 1\n# TYPE a counter\na_total 1 1\n# EOF\n",
                    b'# TYPE a gauge\na{x="1"} 1 1\na{x="2"} 1 1\na{x="1"} 1 2\n# EOF\n',
                    b'# TYPE a gauge\na{x="1",x="2"} 1 1\n# EOF\n', b'# TYPE a gauge\na{x="1",} 1 1\n# EOF\n'):
            with self.subTest(bad), self.assertRaises(openmetrics.Wrong):
                openmetrics.Text(bad)

    def test_it_is_what_the_oracle_computes(self):
        made = 0
        for run, more, flags in (("v2.2.0/shop-lite", {}, []), ("v2.2.0/shop-lite", EVERYTHING, ["--rate-counts"]),
                                 ("v2.2.0/proto", dict(EVERYTHING, resampleRate=1), []), ("v1.3.0/shop-lite", EVERYTHING, []),
                                 ("v2.2.0/plain", {}, ["--tag", "case=a b\"c\\d"])):
            with self.subTest(run=run, flags=flags):
                files = [summaries.results_of(run)]
                text, destination, path = self.written(files, more, "-f", *flags)
                constant = {"case": 'a b"c\\d'} if "--tag" in flags else None
                expected = oracle.Expected(files, more, rate_counts="--rate-counts" in flags, constant=constant)
                found = {key: [(ts, value, False) for ts, value in samples] for key, samples in text.series.items()}
                self.assertEqual(oracle.differences(expected.series, found, stale=False), [])
                self.assertEqual((destination["series"], destination["points"]), (len(expected.series), expected.points()))
                with harness.Export(files, more, *flags) as export:
                    self.assertEqual(export.series(), text.series, "not bit for bit")
                for name, (kind, _) in expected.metadata.items():
                    told = text.types[text.family_of[name]]
                    self.assertIn(told, ("counter", "unknown") if kind == "counter" else ("gauge",), name)
                made += len(text.series)
                self.assertEqual(blocks_of(path, os.path.join(self.scratch, f"blocks{made}")), destination["points"])
        self.assertGreater(made, 1000)

    def test_counters_and_units(self):
        """A running total that is named as OpenMetrics has it is a counter, unless it falls or its names are taken."""
        lines = []
        for name, kind, contains, values in (("sold_total", "counter", "default", (3, 4)),
                                             ("refunds_total", "counter", "default", (3, -1)),
                                             ("left", "gauge", "data", (1, 2)), ("taken", "gauge", "default", (1, 2)),
                                             ("taken_total", "counter", "default", (1, 2))):
            lines.append({"type": "Metric", "metric": name, "data": {"name": name, "type": kind, "contains": contains,
                                                                      "thresholds": [], "submetrics": None}})
            lines += [{"type": "Point", "metric": name, "data": {"time": f"2025-11-20T08:00:0{3 * i}.5Z", "value": value,
                                                                 "tags": {"x": 'q"\\\nz'}}} for i, value in enumerate(values)]
        path = self.write("run.json", b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        more = {"includeDefaultMetrics": False,
                "metrics": ["sold_total", "refunds_total",
                            {"sourceMetric": "left", "targetMetric": "left_bytes", "keepTags": ["x"]},
                            "taken", "taken_total"]}
        text, _, _ = self.written([path], more)
        self.assertEqual(text.types, {"k6_sold": "counter", "k6_refunds_total": "unknown", "left_bytes": "gauge",
                                      "k6_taken": "gauge", "k6_taken_total": "unknown"})
        self.assertEqual(text.units, {"left_bytes": "bytes"})
        self.assertEqual([value for _, value in text.series["k6_refunds_total", ()]], [0, 3, 2])
        self.assertIn(("left_bytes", (("x", 'q"\\\nz'),)), text.series)

    def test_standard_output(self):
        _, _, path = self.written([SHOP], EVERYTHING)
        result = harness.run(SHOP, *block_of(EVERYTHING), "--openmetrics", "-")
        self.assertEqual(result.status, 0, str(result))
        with open(path, "rb") as file:
            self.assertEqual(result.out, file.read())
        for command in ('"$@" --openmetrics /dev/stdout -f >> x.om', '"$@" --openmetrics /dev/stdout | cat > x.om'):
            shell = subprocess.run(["sh", "-c", "rm -f x.om; " + command, "sh", harness.program(), SHOP, *block_of(EVERYTHING)],
                                   env=harness.environment(), cwd=self.scratch, capture_output=True, check=False)
            self.assertEqual(shell.returncode, 0, shell.stderr)
            with open(os.path.join(self.scratch, "x.om"), "rb") as file:
                self.assertEqual(file.read(), result.out)
        self.assertTrue(os.path.islink("/dev/stdout"))
        with subprocess.Popen([harness.program(), SHOP, *block_of(EVERYTHING), "--openmetrics", "-"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=harness.environment()) as running:
            self.assertEqual(running.stdout.read(6), b"# TYPE")
            running.stdout.close()
            err = running.stderr.read()
            self.assertEqual(running.wait(timeout=30), 0, err)
        self.assertNotIn(b"error", err)
        self.assertNotIn(b"warning", err)
        result = subprocess.run(["sh",
                                 "-c", '"$@" > /dev/full', "sh", harness.program(), SHOP, *block_of(), "--openmetrics", "-"],
                                env=harness.environment(), capture_output=True, check=False)
        self.assertEqual(result.returncode, 5, result.stderr)
        self.assertIn(b"cannot write standard output", result.stderr)

    def test_what_is_refused(self):
        path = self.write("there.om", b"precious")
        two, both = [dict(json.loads(block_of()[1]))] * 2, [json.loads(block_of()[1]), {"provider": "datadog", "apiKey": "k"}]
        for args, words in ((["--openmetrics", path], b"is there already"),
                            (["--openmetrics", self.scratch, "-f"], b"directory"),
                            (["--openmetrics", path + "/x", "-f"], b"cannot write"), (["--openmetrics", ""], b"not allowed"),
                            (["--openmetrics", "-", "--json"], b"standard output"),
                            (["--openmetrics", path, "-n"], b"choose one"),
                            (["--openmetrics", path, "-o", self.scratch], b"choose one")):
            with self.subTest(args):
                result = harness.run(SHOP, *block_of(), *args)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(words, result.err + result.out)
        for blocks, words in ((two, b"2 of the apm block can be used"), (both[1:], b"has none that can be used")):
            result = harness.run(SHOP, "--apm", json.dumps(blocks), "--openmetrics", "-")
            self.assertEqual((result.status, result.out), (2, b""), str(result))
            self.assertIn(words, result.err)
        self.assertIn(b"--provider", harness.run(SHOP, "--apm", json.dumps(two), "--openmetrics", "-").err)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"precious")
        result = harness.run(SHOP, "--apm", json.dumps(both), "--openmetrics", path, "-f", "--json")
        self.assertEqual(result.status, 0, str(result))
        self.assertIn(b"apm[1] is left out", result.err)
        with open(path, "rb") as file:
            self.assertTrue(openmetrics.Text(file.read()).series)
        self.assertEqual(sorted(os.listdir(self.scratch)), ["there.om"])

    def test_too_many_series(self):
        path = os.path.join(self.scratch, "x.om")
        result = harness.run(SHOP, *block_of(EVERYTHING), "--openmetrics", path, "--max-series", "5")
        self.assertEqual(result.status, 2, str(result))
        self.assertFalse(os.path.exists(path))

    def test_memory(self):
        """The text is never whole in memory."""
        run = long_run(self.scratch, 300, 500)
        path = os.path.join(self.scratch, "x.om")
        written = harness.measured(run, *block_of(by_name()), "--openmetrics", path)
        counted = harness.measured(run, *block_of(by_name()), "-n")
        self.assertEqual((written.status, counted.status), (0, 0), str(written))
        size = os.path.getsize(path) / 2**20
        self.assertGreater(size, 5)
        self.assertLess(written.mib - counted.mib, size / 2)


class Blocks(harness.Scratch):
    """Real servers."""

    def test_a_prometheus_that_refuses_the_run_takes_its_blocks(self):
        server = servers.Prometheus()
        self.addCleanup(server.close)
        today, _ = servers.recent_copy(SHOP, self.scratch)
        tag, files = ["--tag", "case=old"], [summaries.results_of("v1.3.0/shop-lite")]
        done = harness.run(today, *block_of({}, server.write_url), "--tag", "case=today")
        self.assertEqual(done.status, 0, str(done))
        of_today = server.raw_samples('{case="today"}', int(time.time()) + 60)
        self.assertTrue(of_today)

        old = [*files, *block_of(EVERYTHING, server.write_url), *tag, "--start-at", LAST_YEAR]
        refused = harness.run(*old, "--json")
        self.assertEqual(refused.status, 4, str(refused))
        self.assertIn(b"out of bounds", refused.err)
        self.assertIn(b"--openmetrics", refused.err)
        self.assertEqual(refused.report()["destinations"][0]["points_delivered"], 0)

        path, blocks = os.path.join(self.scratch, "old.om"), os.path.join(self.scratch, "blocks")
        written = harness.run(*old, "--openmetrics", path, "--json")
        self.assertEqual(written.status, 0, str(written))
        destination = written.report()["destinations"][0]
        self.assertEqual(blocks_of(path, blocks), destination["points"])
        server.restart_with(blocks)

        expected = oracle.Expected(files, EVERYTHING, constant={"case": "old"}, start_at_ns=k6_time.parse_time(LAST_YEAR))
        end = max(samples[-1][0] for samples in expected.series.values()) // 1000
        found = server.raw_samples('{case="old"}', end + 3600)
        self.assertEqual(oracle.differences(expected.series, found, stale=False), [])
        self.assertEqual((len(found), sum(len(samples) for samples in found.values())),
                         (destination["series"], destination["points"]))
        self.assertEqual(server.raw_samples('{case="today"}', int(time.time()) + 60), of_today)

    def test_an_empty_prometheus(self):
        server = servers.Prometheus()
        self.addCleanup(server.close)
        path, blocks = os.path.join(self.scratch, "run.om"), os.path.join(self.scratch, "blocks")
        files = [summaries.results_of("v2.2.0/proto")]
        result = harness.run(*files, *block_of(EVERYTHING), "--rate-counts", "--openmetrics", path, "--json")
        self.assertEqual(result.status, 0, str(result))
        self.assertEqual(blocks_of(path, blocks), result.report()["destinations"][0]["points"])
        server.restart_with(blocks)
        expected = oracle.Expected(files, EVERYTHING, rate_counts=True)
        end = max(samples[-1][0] for samples in expected.series.values()) // 1000
        found = server.raw_samples('{__name__=~".+"}', end + 3600)
        self.assertEqual(oracle.differences(expected.series, found, stale=False), [])
        self.assertEqual(server.series('{__name__=~".+"}'), set(expected.series))


if __name__ == "__main__":
    if not shutil.which("promtool"):
        raise SystemExit("promtool is not installed; it comes with prometheus, which tests/run.sh installs")
    unittest.main()
