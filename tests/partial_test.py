#!/usr/bin/env python3
"""Shards that are reduced apart with --partial and joined later give what one run over all the files gives, byte for byte;
what cannot be joined is refused.

The wanted side is always a run of the same program over the files of k6 themselves, whose truth other tests hold.
"""
import glob
import gzip
import itertools
import json
import os
import re
import stat
import subprocess
import unittest

import harness
import k6_lines
import secret_scan
import summaries

PROMETHEUS = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE, "includeTestRunId": True, "resampleRate": 2,
              "metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "status", "check", "vu"]},
                          {"sourceMetric": 'http_reqs{status!="200"}', "targetMetric": "not_ok"}]}
DATADOG = {"provider": "datadog", "apiKey": "0123456789abcdef0123456789abcdef",
           "metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "status", "group", "Scenario"]}]}
BOTH = [PROMETHEUS, DATADOG]
MISSING_TAGS = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE,
                "metrics": [{"sourceMetric": "http_reqs", "keepTags": ["status", "nonsense"]}]}
INSTANCES = [summaries.results_of(run) for run in summaries.INSTANCES]
CSV_INSTANCES = [summaries.results_of(run, "csv") for run in summaries.INSTANCES]
START = 1795159646  # 2026-11-20T07:27:26Z


def some(*cases):
    """The cases; the first of them for a slow build."""
    return cases[:1] if harness.QUICK else cases


def tree(directory):
    """{path in the directory: bytes}."""
    found = {}
    for path in glob.glob(os.path.join(directory, "**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                found[os.path.relpath(path, directory)] = file.read()
    return found


def types_for(path):
    """The flags that tell a CSV's own metrics."""
    return [word for name, kind in summaries.custom_types(path).items() for word in ("--metric-type", f"{name}={kind}")]


def rows_of(data):
    """The rows of a CSV, in which a quoted field may go on behind a newline."""
    rows = []
    for line in data.splitlines(keepends=True):
        if rows and rows[-1].count(b'"') % 2:
            rows[-1] += line
        else:
            rows.append(line)
    return rows


def point(metric, second, value, tags=None):
    """A line of k6's JSON."""
    return (json.dumps({"metric": metric, "type": "Point",
                        "data": {"time": f"2026-11-20T07:27:{26 + second:02}Z", "value": value, "tags": tags or {}}})
            + "\n").encode()


def declared(metric, kind):
    """A Metric line."""
    return (json.dumps({"type": "Metric", "metric": metric,
                        "data": {"name": metric, "type": kind, "contains": "default", "thresholds": [],
                                 "submetrics": None}}) + "\n").encode()


class Partials(harness.Scratch):
    """Makes and joins."""

    def setUp(self):
        super().setUp()
        self.count = itertools.count()

    def path(self, name):
        """In the directory of the test."""
        return os.path.join(self.scratch, name)

    def reduce(self, files, *flags, apm=PROMETHEUS, name=None, status=0, **how):
        """The path of a new partial result."""
        path = self.path(name or f"{next(self.count)}.k6p")
        result = harness.run(*files, "--apm", json.dumps(apm), "--partial", path, *flags, **how)
        self.assertIn(result.status, (0, 1) if status is None else (status,), result)
        return path

    def export(self, files, *flags, apm=PROMETHEUS, **how):
        """({file: bytes} of -o, the report without what depends on how the inputs came)."""
        out = self.path(f"out-{next(self.count)}")
        result = harness.run(*files, "--apm", json.dumps(apm), "-o", out, "--json", *flags, **how)
        self.assertIn(result.status, (0, 1), result)
        report = result.report()
        del report["seconds"]
        for entry in report["inputs"]:
            entry.pop("partial", None)
            entry["path"] = os.path.basename(entry["path"])
        report["inputs"].sort(key=json.dumps)
        # By which input they are called, and the part that holds it, is no matter.
        report["warnings"] = sorted(re.sub(r"^(.* and \d+ more: |" + re.escape(self.scratch) + r"/[^:]*\.k6p: )", "", text)
                                    for text in report["warnings"])
        return tree(out), report

    def same(self, wanted, found):
        """Bodies first, since they matter most."""
        self.assertTrue(wanted[0], "nothing was written")
        self.assertEqual(sorted(wanted[0]), sorted(found[0]))
        for name, content in wanted[0].items():
            self.assertTrue(content == found[0][name], f"{name} differs")
        self.assertEqual(wanted[1], found[1])

    def refused(self, files, *words, flags=(), apm=PROMETHEUS, status=2, **how):
        """Nothing is written, and the message says why."""
        out = self.path(f"out-{next(self.count)}")
        result = harness.run(*files, "--apm", json.dumps(apm), "-o", out, *flags, **how)
        self.assertEqual(result.status, status, result)
        self.assertFalse(os.path.exists(out), result)
        for word in words:
            self.assertIn(word, result.err.decode(), result)


class Identity(Partials):
    """Joined is as one."""

    def joined_is_one(self, files, *flags, apm=PROMETHEUS, shard_flags=None):
        """Every file apart; pairs in another partial result; partial results of partial results; other orders."""
        shard_flags = flags if shard_flags is None else shard_flags
        wanted = self.export(files, *flags, apm=apm)
        how = {"apm": apm, "status": None}
        parts = [self.reduce([file], *shard_flags, "--threads", str(1 + i % 2), **how) for i, file in enumerate(files)]
        self.same(wanted, self.export(parts, *flags, "--threads", "1", apm=apm))
        self.same(wanted, self.export(parts[::-1], *flags, "--threads", "2", apm=apm, env={"K6APM_BLOCK_SIZE": "64"}))
        if len(files) > 1:
            self.same(wanted, self.export(parts[1:] + files[:1], *flags, apm=apm))
        whole = self.reduce(parts[::-1], *shard_flags, **how)
        self.same(wanted, self.export([whole], *flags, apm=apm))
        again = self.reduce([whole], *shard_flags, **how)
        self.same(wanted, self.export([again], *flags, apm=apm))
        with open(whole, "rb") as one, open(again, "rb") as other:
            self.assertEqual(one.read(), other.read())
        threads = [self.reduce(files, *shard_flags, "--threads", n, env=env, **how)
                   for n, env in (("1", {}), ("3", {"K6APM_BLOCK_SIZE": "1000"}))]
        with open(threads[0], "rb") as one, open(threads[1], "rb") as other:
            self.assertTrue(one.read() == other.read(), "the file depends on threads or blocks")
        self.same(wanted, self.export([threads[0]], *flags, apm=apm))

    def test_instances(self):
        for flags, apm in some(((), BOTH), (("--native-histograms",), PROMETHEUS),
                               (("--names", "k6", "--rate-counts", "--trend-stats", "p(50),p(99.9),count"), PROMETHEUS),
                               (("--keep-tags", "all", "--tag", "name=mine", "--datadog-dashboard-metrics"), BOTH),
                               (("--keep-tags", "all"), [{"provider": "datadog", "apiKey": "0" * 32}])):
            with self.subTest(flags=flags):
                self.joined_is_one(INSTANCES, *flags, apm=apm)

    def test_gauge_merge_rules(self):
        """The rule is chosen when they are joined."""
        for rule in some("sum", "last", "max"):
            with self.subTest(rule=rule):
                self.joined_is_one(INSTANCES, "--merge-gauges", rule, apm=BOTH, shard_flags=())

    def test_what_is_free_at_the_join(self):
        flags = ("--names", "k6", "--native-histograms", "--test-run-id", "x", "--merge-gauges", "max", "--max-series", "99999")
        self.joined_is_one(INSTANCES, *flags, shard_flags=())
        self.joined_is_one(INSTANCES, "--tag", "team=a", "--trend-stats", "avg", "--rate-counts", "--metric-type", "x=rate",
                           shard_flags=())

    def test_csv_and_mixed(self):
        self.joined_is_one(CSV_INSTANCES, *types_for(CSV_INSTANCES[0]), apm=BOTH)
        self.joined_is_one([INSTANCES[0], CSV_INSTANCES[1], INSTANCES[2]], apm=BOTH)

    def test_types_given_at_the_join_only(self):
        """A script's own metrics in CSV stay open."""
        path = summaries.results_of("v2.2.0/shop-lite", "csv")
        types = types_for(path)
        self.assertTrue(types)
        self.joined_is_one([path, CSV_INSTANCES[0]], *types, apm=BOTH, shard_flags=())

    def test_shards_of_one_run(self):
        for run in some("v2.2.0/edge", "v1.3.0/shop-lite", "v0.33.0/legacy"):
            path = summaries.results_of(run)
            lines = k6_lines.read_bytes(path).splitlines(keepends=True)
            metrics = [line for line in lines if b'"type":"Metric"' in line]
            points = [line for line in lines if b'"type":"Metric"' not in line]
            shards = [points[i::3] for i in range(3)]
            # Types in the first only; in the last only, behind its points.
            for name, parts in (("first", [metrics + shards[0], shards[1], shards[2]]),
                                ("last", [shards[0], shards[1], shards[2] + metrics])):
                with self.subTest(run=run, types=name):
                    files = [self.write(f"{name}-{i}.json", b"".join(part)) for i, part in enumerate(parts)]
                    self.joined_is_one(files, apm=BOTH)

    def test_csv_shards(self):
        for run in some("v2.2.0/edge", "v2.2.0/shop-lite", "v1.3.0/shop-lite", "v2.2.0/notags"):
            path = summaries.results_of(run, "csv")
            header, *rows = rows_of(k6_lines.read_bytes(path))
            files = [self.write(f"{i}.csv", header + b"".join(rows[i::3])) for i in range(3)]
            self.joined_is_one(files, *types_for(path), apm=BOTH)

    def test_openmetrics(self):
        parts = [self.reduce([file]) for file in INSTANCES]
        texts = []
        for files in (INSTANCES, parts, parts[::-1]):
            result = harness.run(*files, "--apm", json.dumps(PROMETHEUS), "--openmetrics", "-")
            self.assertEqual(result.status, 0, result)
            texts.append(result.out)
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(texts[0], texts[2])

    def test_gauges_with_ties(self):
        """Of values at one time the later in its file, and between files the larger."""
        every = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE, "resampleRate": 1, "metrics": ["depth", "vus"]}
        kinds = declared("depth", "gauge") + declared("vus", "gauge")
        files = [self.write(f"{i}.json", kinds + b"".join(
            point("depth", second, value) + point("vus", second + i, value)
            for second, value in ((0, 5 - i), (0, 3 + i), (4, 7), (4, i), (2, -i), (9 + i, 1)))) for i in range(4)]
        for order in some([3, 1, 0, 2], [0, 1, 2, 3]):
            for flags in ((), ("--merge-gauges", "sum"), ("--merge-gauges", "max"), ("--merge-gauges", "last")):
                with self.subTest(order=order, flags=flags):
                    self.joined_is_one([files[i] for i in order], *flags, apm=every, shard_flags=())
        left, right = self.reduce(files[:2], apm=every), self.reduce(files[2:], apm=every)
        self.same(self.export(files, apm=every), self.export([right, left], apm=every))

    def test_exact_sums(self):
        """Terms that a double would lose, and totals below 0."""
        every = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE, "resampleRate": 1, "metrics": ["c", "t"]}
        kinds = declared("c", "counter") + declared("t", "trend")
        values = [1e300, 1e-300, -1e300, 0.1, 2 ** 53, 1, -0.3, 5e-324, -1e17, 1.7e308, -1.7e308, 1e16 + 2]
        files = [self.write(f"{i}.json", kinds + b"".join(
            point(name, (j + i) % 3, value * (-1) ** i) for j, value in enumerate(values) for name in "ct"))
            for i in range(3)]
        self.joined_is_one(files, apm=every)

    def test_contradicting_types(self):
        """Each shard is sure, together they are not."""
        every = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE, "metrics": ["own", "http_reqs"]}
        files = [self.write(f"{kind}.json", declared("own", kind) + point("own", i, 1) + point("http_reqs", i, 1)
                            + declared("http_reqs", "counter")) for i, kind in enumerate(("counter", "trend"))]
        self.joined_is_one(files, apm=every)
        # Which of the two is read first is up to the threads.
        made = set()
        for _ in range(10 if harness.QUICK else 30):
            with open(self.reduce(files, "--threads", "3", apm=every, env={"K6APM_BLOCK_SIZE": "1000"}), "rb") as file:
                made.add(file.read())
        self.assertEqual(len(made), 1)

    def test_tags_that_are_not_there(self):
        """What is said of them needs all inputs."""
        part = self.reduce(INSTANCES[:1], apm=MISSING_TAGS)
        for files in (INSTANCES[:1], [part], [part, INSTANCES[1]], [self.reduce([part], apm=MISSING_TAGS)]):
            err = harness.run(*files, "--apm", json.dumps(MISSING_TAGS), "-n").err
            self.assertIn(b'no point of http_reqs has the tag "nonsense" of keepTags\n', err)
            self.assertNotIn(b'has the tag "status"', err)

    def test_older_file_without_tags(self):
        """They were not kept at first: nothing is said, nor in what it goes on into."""
        older = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "partial", "without-tags")
        for files in ([older], [older, INSTANCES[1]], [self.reduce([older, INSTANCES[1]], apm=MISSING_TAGS)]):
            result = harness.run(*files, "--apm", json.dumps(MISSING_TAGS), "-n")
            self.assertEqual(result.status, 0, result)
            self.assertNotIn(b"has the tag", result.err)

    def test_bad_lines_are_said_again(self):
        """With the numbers that they have in their files."""
        lines = k6_lines.read_bytes(INSTANCES[0]).splitlines(keepends=True)
        for at in (5, 50, 60, 70, 80, 90, 3000):
            lines[at] = lines[at][:60] + b"\n"
        lines.insert(20, b"text of the console\n")
        bad = self.write("bad.json", b"".join(lines) + b'{"metric":"vus","type":"Poi')
        wanted = self.export([bad, INSTANCES[1]], apm=BOTH)
        self.assertTrue(wanted[1]["warnings"])
        part = self.reduce([bad], apm=BOTH, status=1)
        self.same(wanted, self.export([part, INSTANCES[1]], apm=BOTH))
        self.same(wanted, self.export([self.reduce([part, INSTANCES[1]], apm=BOTH, status=1)], apm=BOTH))

    def test_a_cut_result(self):
        with open(INSTANCES[0], "rb") as file:
            cut = self.write("cut.json.gz", file.read()[:-20000])
        wanted = self.export([cut, INSTANCES[1]])
        self.same(wanted, self.export([self.reduce([cut], status=1), INSTANCES[1]]))

    def test_from_and_to(self):
        report = self.export(INSTANCES)[1]["run"]
        flags = ("--from", report["first"][:19] + "Z", "--to", report["last"])
        self.joined_is_one(INSTANCES, *flags)

    def test_packed_and_from_standard_input(self):
        part = self.reduce([INSTANCES[0]])
        wanted = self.export([INSTANCES[0]])
        with open(part, "rb") as file:
            data = file.read()
        plain = subprocess.run(["zstd", "-dc"], input=data, capture_output=True, check=True).stdout
        self.assertIn(b"k6apm partial result", plain[:30])
        for content in (plain, gzip.compress(plain), data):
            self.same(wanted, self.export([self.write("again.k6p", content)]))
            out = self.path(f"out-{next(self.count)}")
            result = harness.run("-", "--apm", json.dumps(PROMETHEUS), "-o", out, stdin=content)
            self.assertEqual(result.status, 0, result)
            self.assertEqual(tree(out), wanted[0])
        piped = harness.run(INSTANCES[0], "--apm", json.dumps(PROMETHEUS), "--partial", "-")
        self.assertEqual((piped.status, piped.out), (0, data), piped)

    def test_nothing_of_it_is_exported(self):
        """A shard without any point that counts is a part all the same."""
        quiet = self.write("quiet.json", declared("mine", "counter") + point("mine", 0, 1))
        block = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE, "includeDefaultMetrics": False,
                 "metrics": ["http_reqs"]}
        wanted = self.export([quiet, INSTANCES[0]], apm=block)
        self.same(wanted, self.export([self.reduce([quiet], apm=block), INSTANCES[0]], apm=block))

    def test_duplicates_where_they_are_meant(self):
        part = self.reduce([INSTANCES[0]])
        wanted = self.export([INSTANCES[0], INSTANCES[0]], "--allow-duplicates")
        for files in ([part, INSTANCES[0]], [part, part]):
            self.same(wanted, self.export(files, "--allow-duplicates"))


class Refusals(Partials):
    """What cannot be joined, and what cannot be made."""

    def test_other_options(self):
        part = self.reduce([INSTANCES[0]], apm=BOTH)
        other = json.loads(json.dumps(BOTH))
        other[0]["resampleRate"] = 3
        self.refused([part], part, "other options", "apm[0]: resampleRate is 3 and was 2", "hint", apm=other)
        other[0]["resampleRate"] = 2
        other[0]["metrics"][0]["keepTags"] = ["name"]
        self.refused([part], """apm[0]: the list of tags kept of {__name__=~".+"} (metric 1) is name and was check,name,status,vu""", apm=other)
        other = json.loads(json.dumps(BOTH))
        other[1]["metrics"][0]["sourceMetric"] = '{__name__=~"http.+"}'
        self.refused([part, INSTANCES[1]], """apm[1]: metric 1 is {__name__=~"http.+"} and was {__name__=~".+"}""", apm=other)
        self.refused([part], "the list of destinations is apm[0] prometheus and was apm[0] prometheus, apm[1] datadog",
                     apm=PROMETHEUS)
        self.refused([part], "the list of destinations", apm=BOTH, flags=["--provider", "datadog"])
        for flags, words in ((["--from", "2026-11-20T07:27:26Z"], "--from is 2026-11-20T07:27:26Z and was not given"),
                             (["--to", "1795159646"], "--to is 2026-11-20T07:27:26Z and was not given"),
                             (["--metric-type", "http_reqs=trend"], "--metric-type is http_reqs and was none"),
                             (["--tag", "scenario=x"], "apm[1]: the list of constant tags is scenario and was none")):
            with self.subTest(flags=flags):
                self.refused([part], words, apm=BOTH, flags=flags)
        self.assertEqual(harness.run(part, "--apm", json.dumps(PROMETHEUS), "--partial", self.path("no.k6p")).status, 2)
        self.assertFalse(os.path.exists(self.path("no.k6p")))

    def test_damaged(self):
        part = self.reduce([summaries.results_of("v2.2.0/plain")])
        with open(part, "rb") as file:
            data = file.read()
        plain = subprocess.run(["zstd", "-dc"], input=data, capture_output=True, check=True).stdout
        wanted = self.export([part])
        for content in (data, plain):
            step = max(1, len(content) // (20 if harness.QUICK else 120))
            for at in [*range(4, min(len(content), 60)), *range(60, len(content), step)]:
                self.refused([self.write("cut.k6p", content[:at])], "cut.k6p", status=3)
                flipped = bytearray(content)
                flipped[at] ^= 1 << at % 8
                path = self.write("flipped.k6p", flipped)
                out = self.path(f"out-{next(self.count)}")
                result = harness.run(path, "--apm", json.dumps(PROMETHEUS), "-o", out)
                if result.status == 0:  # bits of zstd's format that mean nothing: reserved ones, or behind the last
                    self.assertEqual(tree(out), wanted[0])
                    self.assertIs(content, data, at)
                else:
                    self.assertEqual(result.status, 3, result)
            self.refused([self.write("more.k6p", content + b"x")], "damaged", status=3)
        self.refused([self.write("twice.k6p", plain + plain)], "damaged", "something follows its end", status=3)

    def test_the_same_twice(self):
        part = self.reduce(INSTANCES[:2])
        copy = self.path("copy.k6p")
        with open(part, "rb") as source, open(copy, "wb") as target:
            target.write(source.read())
        self.refused([part, part], "is given twice")
        self.refused([part, copy], f"{copy}: has the same content as {part}", "--allow-duplicates")
        one = self.reduce(INSTANCES[:1])
        self.refused([part, one], f"{one}: holds {INSTANCES[0]}, which has the same content as {INSTANCES[0]} in {part}")
        self.refused([part, INSTANCES[2], INSTANCES[1]], f"{INSTANCES[1]}: has the same content as")
        self.refused([INSTANCES[0], part], part, f"holds {INSTANCES[0]}, which has the same content as {INSTANCES[0]}")
        packed = self.write("packed.json", gzip.decompress(k6_lines.read_bytes(INSTANCES[0]))
                            if k6_lines.read_bytes(INSTANCES[0])[:2] == b"\x1f\x8b" else k6_lines.read_bytes(INSTANCES[0]))
        self.refused([part, packed], "the same content as")

    def test_moves(self):
        part = self.reduce([INSTANCES[0]])
        for flags in (["--end-at", "now"], ["--start-at", "+1h"], ["--from", "+1s"], ["--to", "+20s"]):
            self.refused([INSTANCES[1], part], part, "is a partial result", flags=flags)
            result = harness.run(INSTANCES[0], "--apm", json.dumps(PROMETHEUS), "--partial", self.path("no.k6p"), *flags)
            self.assertEqual(result.status, 2, result)
            self.assertIn(flags[0], result.err.decode())
            self.assertFalse(os.path.exists(self.path("no.k6p")))

    def test_flags_that_deliver(self):
        for flags in (["-n"], ["-o", "x"], ["--openmetrics", "x"], ["--preview", "x"], ["--spool", self.path("spool")],
                      ["--verify"]):
            path = self.path("no.k6p")
            result = harness.run(INSTANCES[0], "--apm", json.dumps(PROMETHEUS), "--partial", path, *flags)
            self.assertEqual(result.status, 2, result)
            self.assertIn("--partial", result.err.decode())
            self.assertFalse(os.path.exists(path) or os.path.exists(self.path("spool")))

    def test_never_overwritten_without_f(self):
        path = self.reduce([INSTANCES[0]], name="a.k6p")
        with open(path, "rb") as file:
            before = file.read()
        result = harness.run(INSTANCES[1], "--apm", json.dumps(PROMETHEUS), "--partial", path)
        self.assertEqual(result.status, 2, result)
        self.assertIn("is there already", result.err.decode())
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)
        wanted = self.export(INSTANCES[:2])
        self.reduce([path, INSTANCES[1]], "-f", name="a.k6p")  # onto itself
        self.same(wanted, self.export([path]))
        self.assertEqual(sorted(os.listdir(self.scratch)), sorted(name for name in os.listdir(self.scratch)
                                                                  if not name.endswith(".part")))

    def test_places_that_cannot_be_written(self):
        for path, status in ((self.path("none/a.k6p"), 2), (self.scratch, 2), ("/dev/full", 5)):
            result = harness.run(INSTANCES[0], "--apm", json.dumps(PROMETHEUS), "--partial", path)
            self.assertEqual(result.status, status, result)

    def test_an_input_that_is_no_result(self):
        text = self.write("text", b"nothing of k6\n")
        for status, files in ((3, [text]), (3, [INSTANCES[0], text]), (3, [self.path("missing")])):
            result = harness.run(*files, "--apm", json.dumps(PROMETHEUS), "--partial", self.path("no.k6p"))
            self.assertEqual(result.status, status, result)
            self.assertFalse(os.path.exists(self.path("no.k6p")))


class File(Partials):
    """What the file is."""

    def test_mode_and_secrets(self):
        apm = [dict(PROMETHEUS, remoteWriteURL="http://someone:s3cret-word@receiver.invalid:9/write?key=query-secret",
                    credentials={"token": "token-that-is-secret"}),
               dict(DATADOG, appKey="fedcba9876543210fedcba9876543210fedcba98")]
        old = os.umask(0o027)
        try:
            part = self.reduce([INSTANCES[0]], "--header", "X-Api-Key: header-secret", apm=apm)
        finally:
            os.umask(old)
        self.assertEqual(stat.S_IMODE(os.stat(part).st_mode), 0o640)
        plain = subprocess.run(["zstd", "-dc", part], capture_output=True, check=True).stdout
        args = ["--apm", json.dumps(apm), "--header", "X-Api-Key: header-secret"]
        self.assertEqual(secret_scan.leaks(args, {}, plain), [])
        for word in (b"someone", b"s3cret", b"query-secret", b"header-secret", b"receiver.invalid", b"fedcba98", b"01234567"):
            self.assertNotIn(word, plain)
        # Where it goes is free, and so is who sends it.
        self.assertTrue(self.export([part], apm=BOTH)[0])

    def test_report(self):
        path = self.path("a.k6p")
        result = harness.run(*INSTANCES, "--apm", json.dumps(BOTH), "--partial", path, "--json")
        self.assertEqual(result.status, 0, result)
        report = result.report()
        self.assertEqual([d["status"] for d in report["destinations"]], ["written", "written"])
        self.assertEqual(len(report["inputs"]), 3)
        joined = harness.run(path, "--apm", json.dumps(BOTH), "-o", self.path("out"), "--json").report()
        self.assertEqual([entry["partial"] for entry in joined["inputs"]], [path] * 3)
        self.assertEqual([entry["path"] for entry in joined["inputs"]], INSTANCES)
        self.assertEqual(report["run"], joined["run"])
        self.assertEqual(report["points"], joined["points"])

    def test_the_spool_takes_it(self):
        part = self.reduce([INSTANCES[0]])
        spool = self.path("spool")
        flags = ["--apm", json.dumps(PROMETHEUS), "--spool", spool, "--retry-time", "0", "--json"]
        first = harness.run(part, *flags)
        self.assertEqual(first.status, 5, first)
        second = harness.run(part, *flags)
        self.assertEqual(second.status, 5, second)
        self.assertEqual(first.report()["inputs"], second.report()["inputs"])

    def test_documented_by_protoc(self):
        """The .proto in the sources reads it."""
        part = self.reduce([INSTANCES[0]])
        plain = subprocess.run(["zstd", "-dc", part], capture_output=True, check=True).stdout
        root = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "src")
        read = subprocess.run(["protoc", "-I", root, "--decode=k6apm.partial.PartialResult", "k6/partial_result.proto"],
                              input=plain, capture_output=True, check=False)
        self.assertEqual(read.returncode, 0, read.stderr)
        self.assertIn(b'magic: "k6apm partial result"', read.stdout)
        self.assertFalse([line for line in read.stdout.splitlines() if re.match(rb"\s*\d+:", line)], "unknown fields")

    def test_size_and_memory(self):
        """A partial result of few series is small, whatever it is made of."""
        part = self.reduce(INSTANCES, apm=dict(PROMETHEUS, metrics=["http_reqs"], includeDefaultMetrics=False))
        self.assertLess(os.path.getsize(part), 20000)


if __name__ == "__main__":
    unittest.main()
