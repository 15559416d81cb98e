#!/usr/bin/env python3
"""The JSON and the CSV of one run give the same exports, as far as a CSV can hold a run (csv_model.py); and CSV that k6
does not write every day: mixed with console text, concatenated, cut, with line ends of Windows, with & and = in tags.
"""
import gzip
import random
import subprocess
import unittest

import csv_model
import harness
import k6_lines
import k6_time
import made_up_test
import oracle
import summaries

EVERYTHING = '{__name__=~".+"}'
HEADER = b"metric_name,timestamp,metric_value,group,status,extra_tags,metadata\n"
BLOCKS = {
    "defaults": {},
    "by name, 1 s": {"includeDefaultMetrics": False, "resampleRate": 1, "metrics": [
        {"sourceMetric": EVERYTHING, "keepTags": ["name", "method", "status", "check"]}]},
    "every tag, 10 s": {"includeDefaultMetrics": False, "resampleRate": 10, "metrics": [EVERYTHING]},
}
# Of the run `edge`, what keeps its meaning: pieces of `a&b` and `trace&id` land in whatever stands before them, in
# random order, so that of the points with the tag `a&b` only `b` is certain.
CERTAIN_TAGS = ["q", "amp", "y", "eq", "comma", "quote", "nl", "crlf", "tab", "uni", "bs", "ls", "space", "html", "nul",
                "ctl", "num", "bool", "flt", "a", "b", "name", "method", "status", "ip", "check", "group", "bad"]
EDGE = {"includeDefaultMetrics": False, "resampleRate": 1, "metrics": [
    {"sourceMetric": EVERYTHING, "keepTags": CERTAIN_TAGS},
    {"sourceMetric": 'edge_counter{b!="c=d"}', "targetMetric": "certain", "keepTags": ["run label", "vu tag", "b"]},
    {"sourceMetric": 'edge_counter{b="c=d"}', "targetMetric": "of_a_and_b", "keepTags": ["b"]}]}
# The same characters without a meaning: & is what separates tags.
PLAIN_SPELLINGS = [(b"trace&id", b"trace-id"), (b"&it,", b"-it,"), (b"a&b", b"a-b")]
HIDDEN = {"includeDefaultMetrics": False, "metrics": [
    {"sourceMetric": EVERYTHING, "keepTags": ["vu", "iter", "trace-id", "name"]}]}


def type_flags(path):
    """--metric-type for a CSV of testdata."""
    return [word for name, kind in summaries.custom_types(path).items()
            for word in ("--metric-type", f"{name}={kind}")]


class Twins(harness.Scratch):
    """JSON and CSV of the same run."""

    def same(self, csv_data, json_data, form, block, *flags, types=(), status=0):
        """Compares the exports of both; returns the number of values compared."""
        csv = self.write("results.csv", csv_data)
        twin = self.write("results.json", csv_model.as_csv_holds(json_data, csv_model.columns_of(csv_data),
                                                                 csv_model.UNITS_NS[form]))
        keep_tags = "all" if "all" in flags else ()
        origins = oracle.Expected([twin], block, keep_tags).origins
        with harness.Export([twin], block, *flags) as export:
            of_json, expected = export.series(), export.report
        with harness.Export([csv], block, *flags, *types) as export:
            self.assertEqual(export.result.status, status, str(export.result))
            made, problems = csv_model.differences(of_json, export.series(), origins)
            self.assertEqual(problems, [], str(export.result))
            self.assertEqual((export.report["inputs"][0]["format"], expected["inputs"][0]["format"]), ("csv", "json"))
            for name in ("first", "last"):
                self.assertEqual(export.report["run"][name], expected["run"][name])
            self.assertEqual(export.report["inputs"][0]["points"], expected["inputs"][0]["points"])
        return made

    def test_every_run(self):
        for run in summaries.RUNS[1::4] if harness.QUICK else summaries.RUNS:
            if run == "v2.2.0/edge":
                continue  # below
            path = summaries.results_of(run, "csv")
            csv_data, json_data = (k6_lines.read_bytes(summaries.results_of(run, kind)) for kind in ("csv", "json"))
            form = "rfc3339_nano" if "rfc3339nano" in run else "unix"
            for name, block in BLOCKS.items():
                flags = ["--keep-tags", "all"] if "every tag" in name else []
                with self.subTest(run=run, block=name):
                    # A metric whose name no receiver takes is left out and said.
                    legacy = run == "v0.33.0/legacy" and name != "defaults"
                    made = self.same(csv_data, json_data, form, block, *flags, types=type_flags(path),
                                     status=1 if legacy else 0)
                    self.assertGreater(made, 10)

    def test_every_time_format(self):
        for path, twin, form in summaries.time_format_files():
            for name, block in BLOCKS.items():
                with self.subTest(form=form, block=name):
                    made = self.same(k6_lines.read_bytes(path), k6_lines.read_bytes(twin), form, block)
                    self.assertGreater(made, 10)

    def test_tags_that_hold_what_separates_tags(self):
        """Infinities, which this k6 leaves out of its JSON, are bad lines of the CSV."""
        run = "v2.2.0/edge"
        types = type_flags(summaries.results_of(run, "csv"))
        csv_data, json_data = (k6_lines.read_bytes(summaries.results_of(run, kind)) for kind in ("csv", "json"))
        infinite = csv_data.count(b",+Inf,") + csv_data.count(b",-Inf,")
        self.assertEqual(infinite, 12)
        made = self.same(csv_data, json_data, "unix", EDGE, types=types, status=1)
        self.assertGreater(made, 80)
        for old, new in PLAIN_SPELLINGS:
            self.assertGreater(csv_data.count(old), 5)
            csv_data, json_data = csv_data.replace(old, new), json_data.replace(old, new)
        made = self.same(csv_data, json_data, "unix", HIDDEN, types=types, status=1)
        self.assertGreater(made, 100)
        made = self.same(csv_data, json_data, "unix", BLOCKS["every tag, 10 s"], "--keep-tags", "all", types=types,
                         status=1)
        self.assertGreater(made, 100)

    def test_tags_whose_names_hold_what_separates_tags(self):
        """What comes back of `a&b=c=d`: `b=c=d`, and `&a` behind the value before it; nothing else is touched."""
        path = summaries.results_of("v2.2.0/edge", "csv")
        block = {"includeDefaultMetrics": False, "metrics": [
            {"sourceMetric": 'edge_counter{b="c=d"}', "targetMetric": "c", "keepTags": [
                "run label", "vu tag", "dot.key", "dash-key", "__name__", "1st", "ünïkey", "a", "a&b", "b"]}]}
        whole = {"run_label": {"edge & co"}, "vu_tag": {"v=1", "v=2"}, "dot_key": {"v"}, "dash_key": {"v"},
                 "tag__name__": {"resv"}, "_1st": {"v"}, "_n_key": {"v"}, "b": {"c=d"}}
        with harness.Export([path], block, *type_flags(path)) as export:
            points = 0
            for (_, labels), samples in export.series().items():
                points += samples[-1][1]
                labels = dict(labels)
                self.assertEqual(labels.keys(), whole.keys())
                longer = [name for name, value in labels.items() if value.endswith("&a")]
                self.assertLessEqual(len(longer), 1, labels)
                for name, value in labels.items():
                    self.assertIn(value.removesuffix("&a") if name in longer else value, whole[name])
        self.assertEqual(points, k6_lines.read_bytes(path).count(b"a&b=c=d"))
        self.assertEqual(points, 6)


class OddFiles(harness.Scratch):
    """The same rows in other surroundings."""

    def check(self, files, block, *flags, status, thresholds=None, **options):
        """Runs the tool and compares with the oracle; returns the inputs of the report."""
        expected = oracle.Expected(files, block, thresholds=thresholds, **options)
        with harness.Export(files, block, *flags, thresholds=thresholds) as export:
            self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
            self.assertEqual(export.result.status, status, str(export.result))
            for name, time_ns in (("first", expected.first_ns), ("last", expected.last_ns)):
                self.assertEqual(k6_time.parse_time(export.report["run"][name]), time_ns, str(export.result))
            for entry, source in zip(export.report["inputs"], expected.inputs):
                self.assertEqual((entry["lines"], entry["points"], entry["bad_lines"], entry["format"]),
                                 (source.lines, source.all_points, source.bad_lines, source.format),
                                 str(export.result))
            return export.report["inputs"]

    def test_packed_and_cut_into_blocks(self):
        """Byte for byte the same requests, however the CSV is packed and shared among threads, with records that span
        lines."""
        path = summaries.results_of("v2.2.0/edge", "csv")
        data = k6_lines.read_bytes(path)
        plain = self.write("results.csv", data)
        block, types = {"metrics": [EVERYTHING]}, type_flags(path)
        flags = ["--keep-tags", "all", "--rate-counts", *types]
        with harness.Export([plain], block, *flags, "--threads", "1") as export:
            wanted, counts = export.bodies(), export.report["inputs"][0]
        self.assertTrue(wanted)
        packed = {"plain": data, "gzip": gzip.compress(data),
                  "two members": gzip.compress(data[:7777]) + gzip.compress(data[7777:]),
                  "zstd": subprocess.run(["zstd", "-qc", plain], capture_output=True, check=True).stdout}
        for name, content in packed.items():
            other = self.write("packed", content)
            for threads in ("1", "4"):
                for size in ("64", "1000", "4096", None):
                    env = {"K6APM_BLOCK_SIZE": size} if size else {}
                    for source, stdin in ((other, None), ("-", content)):
                        with self.subTest(packed=name, threads=threads, block=size, source=source):
                            with harness.Export([source], block, *flags, "--threads", threads, env=env,
                                                stdin=stdin) as export:
                                self.assertTrue(export.bodies() == wanted)
                                found = export.report["inputs"][0]
                                for key in ("lines", "points", "bad_lines", "format"):
                                    self.assertEqual(found[key], counts[key], key)

    def test_line_ends_of_windows(self):
        path = summaries.results_of("v2.2.0/proto", "csv")
        data = k6_lines.read_bytes(path)
        files = [self.write("unix.csv", data), self.write("windows.csv", data.replace(b"\n", b"\r\n"))]
        bodies = []
        for file in files:
            self.check([file], BLOCKS["by name, 1 s"], status=0)
            with harness.Export([file], BLOCKS["by name, 1 s"]) as export:
                bodies.append(export.bodies())
        self.assertTrue(bodies[0] and bodies[0] == bodies[1])

    def test_what_editors_do(self):
        """A byte order mark in front; bytes that are no UTF-8."""
        row = b"http_reqs,1795159633,1.0,a\xe2\x82b,\xff\xfe,x=\xe2\x82&y=\xed\xa0\x80&z=\xf0\x9f\x98,vu=\xc3\n"
        keep = ["group", "status", "x", "y", "z", "vu"]
        for mark in (b"", b"\xef\xbb\xbf"):
            path = self.write("edited.csv", mark + HEADER + row)
            inputs = self.check([path], {}, "--keep-tags", ",".join(keep), status=0, keep_tags=keep)
            self.assertEqual((inputs[0]["points"], inputs[0]["bad_lines"]), (1, 0))
        path = self.write("edited.csv", HEADER + row + b"\xef\xbb\xbf" + row)
        inputs = self.check([path], {}, status=0)
        self.assertEqual((inputs[0]["points"], inputs[0]["bad_lines"]), (2, 0))

    def test_concatenated_runs(self):
        """Other columns from the second header on: 0.33 has no metadata, `notags` no tags at all, `edge` has more."""
        runs = ["v0.33.0/legacy", "v2.2.0/notags", "v2.2.0/edge"]
        types = {}
        for run in runs:
            types.update(summaries.custom_types(summaries.results_of(run, "csv")))
        flags = [word for name, kind in types.items() for word in ("--metric-type", f"{name}={kind}")]
        data = [k6_lines.read_bytes(summaries.results_of(run, "csv")) for run in runs]
        for order in ((0, 1, 2), (2, 1, 0)):
            path = self.write("all.csv", b"".join(data[i] for i in order))
            inputs = self.check([path], BLOCKS["by name, 1 s"], *flags, status=1, metric_types=types)
            self.assertEqual(inputs[0]["lines"], sum(content.count(b"\n") for content in data))

    def test_console_text(self):
        """Of whatever k6 prints before, between and behind the rows."""
        data = k6_lines.read_bytes(summaries.results_of("v2.2.0/plain", "csv")).splitlines(keepends=True)
        noise = ["\n         /\\      Grafana   /‾‾/  \n", "running (0m00.5s), 1/1 VUs, 3 complete\n",
                 "default,1,1\n", 'time="2026-11-20T07:27:13Z" level=info msg="a, b" source=console\n', "\r\n",
                 "   \n", '"\n',
                 '"unclosed,1795159633,1.0\n', ",1795159633,1.0,,\n", "http_reqs,yesterday,1.0,,\n", "http_reqs\n"]
        noise = [line.encode() for line in noise]
        path = self.write("mixed.txt", b"".join(noise) + data[0] + b"".join(
            row + noise[i % len(noise)] for i, row in enumerate(data[1:])) + b"\n".join(noise))
        inputs = self.check([path], {}, status=1)
        self.assertGreater(inputs[0]["bad_lines"], 60)

    def test_rows_that_are_bad(self):
        good = b"http_reqs,1795159633,1.000000,,200,,\n"
        bad = [b"http_reqs,1795159633,1.000000,,200,\n", b"http_reqs,1795159633,1.000000,,200,,,\n",
               b"http_reqs,1795159633,+Inf,,200,,\n", b"http_reqs,1795159633,-Inf,,200,,\n",
               b"http_reqs,1795159633,NaN,,200,,\n", b"http_reqs,1795159633,,,200,,\n",
               b"http_reqs,1795159633,one,,200,,\n", b"http_reqs,1795159633," + b"9" * 310 + b",,200,,\n",
               b"http_reqs,,1.000000,,200,,\n", b"http_reqs,17951596330000000000,1.000000,,200,,\n",
               b"http_reqs,99999999999,1.000000,,200,,\n", b"http_reqs,-99999999999,1.000000,,200,,\n",
               b"http_reqs,1600-01-01T00:00:00Z,1.000000,,200,,\n", b"http_reqs,2300-01-01T00:00:00Z,1.0,,200,,\n",
               b'http_reqs,1795159633,1.000000,"a"b,200,,\n', b'http_reqs,1795159633,1.000000,"a,200,,\n',
               b'http_reqs,1795159633,1.000000,"a" ,200,,\n', b'vus_max,1795159633,1.000000,"a,200,,\n',
               b'vus_max,1795159633,1.000000,"a"b,200,,\n', b",1795159633,1.000000,,200,,\n", b"http_reqs\n", b"{}\n"]
        for line in bad:
            with self.subTest(line=line[:80]):
                path = self.write("bad.csv", HEADER + good + line + good)
                inputs = self.check([path], {}, status=1)
                self.assertEqual((inputs[0]["lines"], inputs[0]["points"], inputs[0]["bad_lines"]), (4, 2, 1))

    def test_rows_that_are_good(self):
        good = [b"http_reqs,1795159633,1.000000,,200,,\n", b"http_reqs,1795159633,-0.000000,,200,,\n",
                b"http_reqs,1795159633,1" + b"0" * 300 + b".000000,,200,,\n",
                b'"http_reqs",1795159633,"1","a","b",,\n',
                b'http_reqs,1795159633,1.0,"a\n\nhttp_reqs,1795159633,1.0,,200,,\nb",200,,\n',
                b'http_reqs,1795159633,1.0,"\nmetric_name,timestamp,metric_value\n",200,,\n',
                b'http_reqs,1795159633,1.0,"say ""hi"", ok\r\n",200,x=1&y & z&a=b=c,vu=7&iter=0\n',
                b"http_reqs,2026-11-20T07:27:13.5+05:30,1.0,a\"b\"c,200,status=500&group=g,status=1\n",
                b"http_reqs,1795159633,1.0,,,group=\xc3\xa9&,=&==&vu\n", b"http_reqs,-1,1.0,,,,\n",
                b"vus_max,1795159633,+Inf,,,,\n", b"vus_max,1795159633,x\n", b"vus_max,0,1\n",
                b'vus_max,1795159633,1.0,"a\nhttp_reqs,1795159633,1.0,,200,,\n",,,\n', b"http_reqs,0,5.0,,200,,"]
        path = self.write("good.csv", HEADER + b"".join(good))
        keep = ["group", "status", "vu", "iter", "x", "y", "a"]
        for size in ("64", "100", "1048576"):
            with self.subTest(block=size):
                expected = oracle.Expected([path], {}, keep)
                self.assertEqual((expected.inputs[0].all_points, expected.inputs[0].bad_lines), (len(good), 0))
                with harness.Export([path], {}, "--keep-tags", ",".join(keep),
                                    env={"K6APM_BLOCK_SIZE": size}) as export:
                    self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
                    found = export.report["inputs"][0]
                    self.assertEqual((found["lines"], found["points"], found["bad_lines"]),
                                     (expected.inputs[0].lines, len(good), 0), str(export.result))

    def test_metrics_without_a_type(self):
        """They are left out, their points no part of the run; `errors` is a counter if nobody says otherwise."""
        path = self.write("types.csv", HEADER + b"mine,1795159600,1.5,,,,\nerrors,1795159633,2.0,,,,\n"
                                                b"http_reqs,1795159634,1.0,,,,\nmine,1795159700,0.5,,,,\n")
        block = {"metrics": ["mine", "errors"]}
        self.check([path], block, status=1)
        self.check([path], {}, status=0)
        start = "2026-01-01T00:00:00Z"
        self.check([path], block, "--start-at", start, status=1, start_at_ns=k6_time.parse_time(start))
        self.check([path], block, "--end-at", start, status=1, end_at_ns=k6_time.parse_time(start))
        for kind in ("counter", "gauge", "rate", "trend"):
            types = {"mine": kind, "errors": kind}
            flags = [word for name in types for word in ("--metric-type", f"{name}={kind}")]
            with self.subTest(kind):
                self.check([path], block, *flags, status=0, metric_types=types)
        self.check([path], block, status=0, thresholds={"mine": ["p(95)<1"], "errors": ["rate<0.1"]})
        self.check([path], block, status=0, thresholds={"mine{status:200}": [
            {"threshold": "value>=0", "abortOnFail": True}], "http_reqs": ["rate<1"]})
        self.check([path], block, "--metric-type", "mine=gauge", status=0, thresholds={"mine": ["count>1", "rate>1"]},
                   metric_types={"mine": "gauge"})

    def test_types_of_the_json_beside_it(self):
        """A Metric line of any input says it, whichever is read first: over what thresholds and the name suggest."""
        lines = [made_up_test.metric("errors", "rate"), made_up_test.metric("orders", "counter")]
        lines += [made_up_test.point(name, "2026-11-20T07:27:13Z", 1) for name in ("errors", "orders")]
        files = [self.write("types.json", "".join(line + "\n" for line in lines).encode()),
                 self.write("types.csv", HEADER + b"errors,1795159633,0.0,,,,\norders,1795159633,5.0,,,,\n")]
        block = {"includeDefaultMetrics": False, "metrics": ["errors", "orders"]}
        for order in (files, files[::-1]):
            for thresholds in (None, {"orders": ["rate>10"], "errors": ["count<5"]}):
                for threads in ("1", "4"):
                    with self.subTest(files=order, thresholds=thresholds, threads=threads):
                        self.check(order, block, "--threads", threads, status=0, thresholds=thresholds)

    def test_names_of_old_versions(self):
        """Until 0.48 a metric's name could hold blanks and dots."""
        run = "v0.33.0/legacy"
        path, known = summaries.results_of(run, "csv"), summaries.types_of(run)
        names = {"orders placed": "orders", "cart.size": "size"}
        block = {"includeDefaultMetrics": False, "metrics": [
            {"sourceMetric": '{__name__="%s"}' % name, "targetMetric": target} for name, target in names.items()]}
        types = {name: known[name][0] for name in names}
        self.assertEqual(types, {"orders placed": "counter", "cart.size": "gauge"})
        flags = [word for name, kind in types.items() for word in ("--metric-type", f"{name}={kind}")]
        self.check([path], block, *flags, status=0, metric_types=types)
        self.check([path, summaries.results_of(run)], block, status=0)

    def test_random_files(self):
        """Pieces of records put together by chance, read in small blocks and in one."""
        chance = random.Random(26)
        pieces = [b"http_reqs,1795159633,1.000000,,200,,\n", b'http_reqs,1795159634,2.0,"a,b",404,x=1&y=2,vu=7\n',
                  b'"http_reqs",1795159635,4.0,"say ""hi""\n",,"x=a""&b=""c",\r\n', b"vus,1795159636,3.000000,,,,\n",
                  b'vus_max,1795159637,1.0,"\n\n",,,\n', HEADER, b"metric_name,timestamp,metric_value,x,extra_tags\n",
                  b"http_reqs,1795159638,8.0,z,status=500&group=g\n", b'",\n', b'"', b"\n", b"\r\n", b",", b"&",
                  b"=", b'""', b"http_reqs,1795159639,16.0,", b'http_reqs,1795159640,32.0,"', b"vus,", b"1795159641,",
                  b"text"]
        keep = ["group", "status", "x", "y", "b", "vu"]
        for number in range(20 if harness.QUICK else 150):
            data = HEADER + pieces[0] + b"".join(chance.choices(pieces, k=chance.randrange(1, 60)))
            path = self.write("random.csv", data)
            expected = oracle.Expected([path], {}, keep)
            for size in ("64", "1048576"):
                with self.subTest(number=number, block=size, data=data):
                    with harness.Export([path], {}, "--keep-tags", ",".join(keep),
                                        env={"K6APM_BLOCK_SIZE": size}) as export:
                        self.assertEqual(oracle.compare(export.directory, expected), [], str(export.result))
                        found = export.report["inputs"][0]
                        self.assertEqual((found["lines"], found["points"], found["bad_lines"]),
                                         (expected.inputs[0].lines, expected.inputs[0].all_points,
                                          expected.inputs[0].bad_lines), str(export.result))

    def test_cut_anywhere(self):
        """What is there until the end of a file that was cut at any byte of its last record."""
        start = HEADER + b"http_reqs,1795159633,1.000000,,200,,\n"
        record = b'http_reqs,1795159634,2.000000,"a ""b"",\nc",200,"x=1&y=""2""",vu=7\n'
        for length in range(0, len(record) + 1, 5 if harness.QUICK else 1):
            with self.subTest(record[:length]):
                path = self.write("cut.csv", start + record[:length])
                expected = oracle.Expected([path], {})
                self.check([path], {}, status=1 if expected.inputs[0].bad_lines else 0)


if __name__ == "__main__":
    unittest.main()
