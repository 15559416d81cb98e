#!/usr/bin/env python3
"""The output is byte for byte the same however the input is cut, packed or shared among threads."""
import gzip
import subprocess
import unittest

import harness
import k6_lines
import oracle
import summaries

BLOCK = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "status", "check", "group"]}],
         "resampleRate": 1}
RUNS = ["v2.2.0/edge", "v1.3.0/shop-lite"] + ([] if harness.QUICK else ["v0.33.0/shop-lite",
                                                                          "segments/whole-test-single-process"])


def bodies_of(files, *flags, env=None, stdin=None):
    """The bodies and the parts of the report that may not depend on how the input is packed."""
    with harness.Export(files, BLOCK, *flags, env=env, stdin=stdin) as export:
        destination = export.report["destinations"][0]
        counts = [(entry["lines"], entry["points"], entry["bad_lines"]) for entry in export.report["inputs"]]
        sidecars = export.sidecars()
        return export.bodies(), counts, destination, export.report["run"], sidecars, export.result.status


class Identity(harness.Scratch):
    """Each test compares with one run of one thread over the plain file."""

    def same(self, wanted, found):
        """Everything is equal; the bodies first, since they matter most."""
        self.assertTrue(wanted[0], "no bodies at all")
        self.assertEqual(sorted(wanted[0]), sorted(found[0]))
        for name, body in wanted[0].items():
            self.assertTrue(body == found[0][name], f"{name} differs")
        self.assertEqual(wanted[1:], found[1:])

    def test_threads_and_blocks(self):
        for run in RUNS:
            path = self.write("plain.json", k6_lines.read_bytes(summaries.results_of(run)))
            wanted = bodies_of([path], "--threads", "1")
            for threads in ("1", "4"):
                for size in ("64", "1000", "5000", "1048576", None):
                    with self.subTest(run=run, threads=threads, block=size):
                        env = {"K6APM_BLOCK_SIZE": size} if size else {}
                        self.same(wanted, bodies_of([path], "--threads", threads, env=env))

    def test_compression_and_stdin(self):
        for run in RUNS:
            data = k6_lines.read_bytes(summaries.results_of(run))
            lines = data.splitlines(keepends=True)
            plain = self.write("plain.json", data)
            packed = {
                "gzip": gzip.compress(data),
                "gzip, named .json, several members": gzip.compress(b"".join(lines[:7])) + gzip.compress(b"")
                                                      + gzip.compress(data[len(b"".join(lines[:7])):][:9999])
                                                      + gzip.compress(data[len(b"".join(lines[:7])):][9999:]),
                "gzip, stored": gzip.compress(data, compresslevel=0),
                "zstd": subprocess.run(["zstd", "-qc", plain], capture_output=True, check=True).stdout,
                "zstd, two frames": subprocess.run(["zstd", "-qc"], input=data[:12345], capture_output=True,
                                                   check=True).stdout
                                    + subprocess.run(["zstd", "-qc", "--long=27", "-19"], input=data[12345:],
                                                     capture_output=True, check=True).stdout,
            }
            wanted = bodies_of([plain], "--threads", "1")
            for name, content in packed.items():
                path = self.write("packed.json", content)
                for env in ({}, {"K6APM_BLOCK_SIZE": "64"}):
                    with self.subTest(run=run, packed=name, env=env):
                        self.same(wanted, bodies_of([path], env=env))
                        self.same(wanted, bodies_of(["-"], env=env, stdin=content))
            with self.subTest(run=run, packed="standard input, plain"):
                self.same(wanted, bodies_of(["-"], stdin=data))

    def test_order_of_files(self):
        files = [summaries.results_of(run) for run in summaries.INSTANCES]
        wanted = bodies_of(files)
        for order in ([2, 0, 1], [2, 1, 0]):
            found = bodies_of([files[i] for i in order])
            self.assertEqual([wanted[1][i] for i in order], found[1])
            self.same((wanted[0], wanted[2:]), (found[0], found[2:]))

    def test_order_of_lines(self):
        """A run without two values of a gauge at one time comes out the same with its lines in another order, but for
        the test run id, which is derived from the input's bytes."""
        data = k6_lines.read_bytes(summaries.results_of("v1.3.0/shop-lite"))
        lines = data.splitlines(keepends=True)
        metrics = [line for line in lines if b'"type":"Metric"' in line]
        points = [line for line in lines if b'"type":"Metric"' not in line]
        path = self.write("results.json", data)
        wanted = bodies_of([path], "--test-run-id", "same")
        for shuffled in (points[::-1], points[1::2] + points[::2]):
            path = self.write("results.json", b"".join(metrics + shuffled))
            self.same(wanted, bodies_of([path], "--test-run-id", "same"))

    def test_bad_lines_are_counted_alike(self):
        """Whoever meets them: also a bad line of a metric that nobody exports, which is passed over."""
        lines = k6_lines.read_bytes(summaries.results_of("v2.2.0/plain")).splitlines(keepends=True)
        cut = [line[:70] + b"\n" for line in lines if line.startswith(b'{"metric"')]
        path = self.write("bad.json", b"".join(line + broken for line, broken in zip(lines, cut)))
        block = {"metrics": ["http_req_failed"]}
        expected = oracle.Expected([path], block)
        self.assertTrue(0 < expected.inputs[0].bad_lines < len(cut))
        for threads in ("1", "4"):
            for size in ("64", "1000", "1048576"):
                with self.subTest(threads=threads, block=size):
                    with harness.Export([path], block, "--threads", threads, env={"K6APM_BLOCK_SIZE": size}) as export:
                        found = export.report["inputs"][0]
                        self.assertEqual((found["points"], found["bad_lines"]),
                                         (expected.inputs[0].all_points, expected.inputs[0].bad_lines))
                        self.assertEqual(oracle.compare(export.directory, expected), [])

    def test_cut_into_files(self):
        """One run cut into two files is the same as the whole, but for vus, which add up."""
        lines = k6_lines.read_bytes(summaries.results_of("v2.2.0/proto")).splitlines(keepends=True)
        metrics = [line for line in lines if b'"type":"Metric"' in line]
        points = [line for line in lines if b'"type":"Metric"' not in line and b'"metric":"vus' not in line]
        whole = self.write("whole.json", b"".join(metrics + points))
        one = self.write("one.json", b"".join(metrics + points[:200]))
        two = self.write("two.json", b"".join(metrics + points[200:]))
        self.same(bodies_of([whole])[:1], bodies_of([one, two])[:1])


if __name__ == "__main__":
    unittest.main()
