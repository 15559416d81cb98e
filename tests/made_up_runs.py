#!/usr/bin/env python3
"""Makes up whole runs: metrics, points in one to three files, an apm block and flags, all from one number.

    made_up_runs.py NUMBER DIR     writes the files of that run into DIR and prints the command line

What a run holds does not depend on the form of its files: Run takes a function that makes a writer.
"""
import gzip
import json
import os
import random
import shlex
import subprocess
import sys

import k6_lines
from odd_writers import BROKEN, OddJsonLines
from result_writers import Metric, Point

METRICS = [Metric("http_reqs", "counter"), Metric("http_req_duration", "trend", "time"), Metric("vus", "gauge"),
           Metric("checks", "rate"), Metric("data_sent", "counter", "data"), Metric("mine", "gauge", "time"),
           Metric("my_rate", "rate"), Metric("My_Trend2", "trend", "data"), Metric("orders placed", "counter"),
           Metric("cart.size", "gauge"), Metric("größe_日本", "trend"), Metric("a/b?<c>&(d)%-!#", "rate", "time")]
TAG_NAMES = ["name", "status", "method", "group", "a b", "a-b", "a_b", "ünï", "1st", "__name__", "__x", "vu", "😀"]
TAG_VALUES = ["", "x", "y", "200", "503", "GET", "http://a/b?c=<d>&e", "ü 日本 😀", "a\0b", 'q"\\', "\n\r\t\x7f",
              "\u2028", BROKEN, "x" + BROKEN * 2, "\ufffd", " "]
STARTS = ["2026-11-20T07:27:26Z"] * 6 + ["1969-12-31T23:59:40Z", "1970-01-01T00:00:00Z", "2106-02-07T06:28:00Z",
                                         "1678-01-01T00:00:00Z", "2261-12-31T23:40:00Z"]
VALUES = [0.0, -0.0, 1.0, 2.0, 0.1, 0.30000000000000004, 1e6, 123456.789, 0.668498, 1e-7, 2.5e-9, 1e21, 1e-320, 5e-324,
          1e300, 9007199254740994.0, 1234567890123456789.0, 1 / 3]
SELECTORS = ['http_reqs{status!="200"}', 'http_reqs{vu="1"}', 'http_req_duration{status=~"2..|5..",group=""}',
             'checks{name!~"x.*"}', "mine", '{__name__=~"my_.*|vus|checks"}', '{__name__=~".+",vu!="2"}', '{__name__=~".+"}',
             "k6.data_sent", "no_such_metric", '{__name__="orders placed"}', '{__name__="größe_日本",iter=~"[0-3]*"}',
             '{__name__="cart.size",name=""}', "http_req_duration", "vus"]
GARBAGE = [b"garbage", b"{", b"{}", b"[]", b'"text"', b"\0\1\2", b'{"type":"Point"}', b"\x1b[31mred", b"\x80\xff", b"null",
           b"time=\"2026-11-20T07:27:26Z\" level=info msg=x"]


def zstd(data):
    """One frame."""
    return subprocess.run(["zstd", "-qc", "-1"], input=data, capture_output=True, check=True).stdout


def in_pieces(data, pack, rng):
    """Packed in one to four pieces, cut anywhere, one of them perhaps empty."""
    cuts = sorted(rng.randint(0, len(data)) for _ in range(rng.randint(0, 3)))
    return b"".join(pack(data[start:end]) for start, end in zip([0, *cuts], [*cuts, len(data)]))


PACKINGS = {"plain": lambda data, rng: data,
            "gzip": lambda data, rng: in_pieces(data, lambda piece: gzip.compress(piece, 1), rng),
            "zstd": lambda data, rng: in_pieces(data, zstd, rng)}


class File:
    """One input: `points` in the order in which they stand, `content` unpacked. Where it is cut, the last point may be
    missing in the content."""

    def __init__(self, points, content):
        self.points, self.content = points, content


class Run:
    """Everything about one made-up run. `options` are those of oracle.Expected."""

    def __init__(self, number, make_writer=OddJsonLines):
        self.rng = random.Random(number)
        self.make_writer = make_writer
        self.metrics = self.rng.sample(METRICS, self.rng.randint(1, 6))
        self.start_ns = k6_lines.parse_time(self.rng.choice(STARTS))
        self.span_s = self.rng.choice([1, 20, 100, 1000])
        self.tag_sets = [self.some(TAG_NAMES, TAG_VALUES, 4) for _ in range(self.rng.randint(1, 5))]
        self.files = [self.file() for _ in range(self.rng.choice([1, 1, 2, 3]))]
        if not any(file.points for file in self.files):
            self.files[0] = self.file(least=1)
        self.apm = self.block()
        self.flags, self.options = [], {}
        self.choose_flags()

    def chance(self, share):
        """True in this share of cases."""
        return self.rng.random() < share

    def some(self, names, values, most):
        """An object of strings."""
        return {name: self.rng.choice(values) for name in self.rng.sample(names, self.rng.randint(0, most))}

    def point(self, times):
        """Any point."""
        metric = self.rng.choice(self.metrics)
        value = self.rng.choice(VALUES) if self.chance(0.5) else self.rng.randint(-5, 1000) / self.rng.choice([1, 8, 1000])
        metadata = {name: str(self.rng.randint(0, 3)) for name in ("vu", "iter", "name") if self.chance(0.3)}
        return Point(metric.name, self.rng.choice(times), value, self.rng.choice(self.tag_sets), metadata)

    def time(self):
        """Any time of the run, with any number of decimals."""
        ns = self.rng.randrange(self.span_s * 10**9)
        return self.start_ns + ns - ns % 10**self.rng.choice([0, 1, 3, 6, 9])

    def file(self, least=0):
        """One load generator's part."""
        times = [self.time() for _ in range(self.rng.randint(1, 60))]  # some of them several times
        points = [self.point(times) for _ in range(self.rng.choice([least, 1, 10, 80, 200]))]
        if self.chance(0.6):
            points.sort(key=lambda point: point.time_ns)
        return File(points, self.content(points))

    def content(self, points):
        """The file's lines, with whatever may stand between them."""
        writer = self.make_writer(self.rng, self.rng.choice([0, 0, 0.05, 0.5, 1]))
        heads = [writer.head([metric]) for metric in self.metrics if self.chance(0.95)] or [writer.head(self.metrics[:1])]
        lines = [writer.row(point) for point in points]
        if self.chance(0.2):  # the same again
            heads.append(self.rng.choice(heads))
        if self.chance(0.1):  # not the same
            metric = self.rng.choice(self.metrics)
            heads.append(writer.head([metric._replace(**self.rng.choice([{"kind": "rate"}, {"contains": "data"}]))]))
        for head in heads:
            at = 0 if self.chance(0.6) else self.rng.randint(0, len(lines))
            lines.insert(at, head)
        if self.chance(0.3):
            for _ in range(self.rng.randint(1, 7)):
                lines.insert(self.rng.randint(0, len(lines)), self.rng.choice([*GARBAGE, b"", b" \t"]) + b"\n")
        content = b"".join(lines)
        if self.chance(0.15):
            content = content.replace(b"\n", b"\r\n")
        if self.chance(0.1):
            content = content.rstrip(b"\r\n")
        elif self.chance(0.1) and len(lines) > 1:
            content = writer.head(self.metrics[:1]) + content[:len(content) - self.rng.randint(0, len(lines[-1]))]
        return k6_lines.BYTE_ORDER_MARK + content if self.chance(0.2) else content

    def block(self):
        """An apm block."""
        entries = []
        selectors = self.rng.sample(SELECTORS, self.rng.randint(1, 5))
        if self.chance(0.5):
            selectors.append('{__name__=~".+"}')
        for selector in selectors:
            entry = {"sourceMetric": selector}
            if self.chance(0.5):
                entry["keepTags"] = self.rng.sample([*TAG_NAMES, "iter"], self.rng.randint(0, 4))
            if not selector.startswith('{__name__=~') and (selector.startswith("{") or self.chance(0.3)):
                entry["targetMetric"] = f"target_{len(entries)}"
            entries.append(selector if len(entry) == 1 and self.chance(0.5) else entry)
        return {"metrics": entries, "resampleRate": self.rng.randint(1, 10), "includeDefaultMetrics": self.chance(0.5)}

    def choose_flags(self):
        """Flags and what they mean for the oracle."""
        if self.chance(0.5):
            keep = self.rng.choice(["all", "name,vu", "a b,a-b,status", "group,ünï"])
            self.flags += ["--keep-tags", keep]
            self.options["keep_tags"] = "all" if keep == "all" else keep.split(",")
        if self.chance(0.3):
            self.flags.append("--rate-counts")
            self.options["rate_counts"] = True
        if self.chance(0.3):
            self.options["trend_stats"] = self.rng.choice([["count"], ["p(99.9)", "med"],
                                                           ["sum", "min", "p(0)", "p(100)", "avg"]])
            self.flags += ["--trend-stats", ",".join(self.options["trend_stats"])]
        if self.chance(0.2):
            self.flags += ["--tag", "job=load test", "--tag", "name=ours"]
            self.options["constant"] = {"job": "load test", "name": "ours"}
        if self.chance(0.2):
            self.options["from_ns"], self.options["to_ns"] = sorted((self.time(), self.time() + 1))
            for flag, bound in (("--from", "from_ns"), ("--to", "to_ns")):
                self.flags += [flag, self.make_writer(self.rng, 0).time(self.options[bound])]

    def write(self, directory, packing="plain"):
        """Writes the files; returns their paths. A name says nothing of the packing."""
        paths = []
        for number, file in enumerate(self.files):
            paths.append(os.path.join(directory, f"{packing}-{number}.json"))
            with open(paths[-1], "wb") as out:
                out.write(PACKINGS[packing](file.content, self.rng))
        return paths


def main():
    """Writes one run."""
    run = Run(int(sys.argv[1]))
    apm = dict({"provider": "prometheus", "remoteWriteURL": "http://localhost:9090/api/v1/write"}, **run.apm)
    print(shlex.join(["k6apm", *run.write(sys.argv[2]), "--apm", json.dumps(apm, ensure_ascii=False), *run.flags]))


if __name__ == "__main__":
    main()
