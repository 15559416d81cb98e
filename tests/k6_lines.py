"""Reads k6's result files for the oracle: JSON here, json.loads per line, CSV in csv_lines.py. Also counts lines,
points and bad lines as the tool's report has to.

Source: grafana/k6, output/json (0.20 to 2.x). What surprises: +Inf may stand there as it is, key order changed with
0.41, times are in the process's zone with 0 to 9 digits.
"""
import json
import math
import re
import subprocess
import zlib

import csv_lines
from k6_time import check_range, parse_time

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # no k6 writes it, but editors do
POINT_START = re.compile(rb'\{"metric":"([^"\\\x00-\x1f]+)","type":"Point"')


def read_bytes(path):
    """The file's content, unpacked, as far as it can be read."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=False).stdout
    out = bytearray()
    if data[:2] != b"\x1f\x8b":
        return data
    while data[:2] == b"\x1f\x8b":
        member = zlib.decompressobj(wbits=31)
        out += member.decompress(data)
        data = member.unused_data
    return bytes(out)


def refuse_constant(name):
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


class Point:
    """One line of type Point, or one row of a CSV."""

    def __init__(self, file, place, metric, tags, metadata, time_ns, value):
        self.file = file
        self.place = place
        self.metric = metric
        self.tags = tags
        self.metadata = metadata
        self.time_ns = time_ns
        self.value = value


def check_tags(tags):
    """Tags or metadata: strings, or null, or nothing at all."""
    tags = {} if tags is None else tags
    if not all(isinstance(tag, str) for tag in tags.values()):
        raise ValueError("tags")
    return tags


def is_whole(line):
    """Whether a line of JSON is an object, or blank."""
    try:
        return isinstance(json.loads(csv_lines.text_of(line), parse_constant=refuse_constant), dict)
    except ValueError:
        return not line.strip(b" \t\r")


class Input:
    """One file: its points of exported metrics, its Metric lines (`types`: name to the set of (type, contains)), and
    the counts of the report. `cut` says of JSON that the last line has no newline, begins like one of k6's and is no
    JSON object."""

    def __init__(self, path, number, exports):
        """`exports` says of a metric's name whether anybody exports it."""
        self.points = []
        self.types = {}
        self.lines = self.all_points = self.bad_lines = 0
        lines = read_bytes(path).removeprefix(BYTE_ORDER_MARK).split(b"\n")
        last = lines.pop()
        self.cut = (b'{"' in last or last.rstrip(b"\r") == b"{") and not is_whole(last)
        if last:
            lines.append(last)
        self.lines = len(lines)
        self.format = "csv" if csv_lines.is_csv(lines) else "json"
        if self.format == "csv":
            self.read_csv(lines, number, exports)
        else:
            self.read_json(lines, number, exports)

    def read_csv(self, lines, number, exports):
        """All records."""
        for place, row in csv_lines.rows(lines, exports):
            if row is None:
                self.bad_lines += 1
                continue
            self.all_points += 1
            if row.is_exported:
                self.points.append(Point(number, place, row.metric, row.tags, row.metadata, row.time_ns, row.value))

    def read_json(self, lines, number, exports):
        """All lines."""
        for place, line in enumerate(lines):
            if not line.strip(b" \t\r"):
                continue
            start = POINT_START.match(line)
            if start and not exports(csv_lines.text_of(start.group(1))):
                self.all_points += 1
                continue
            try:
                self.read_line(json.loads(csv_lines.text_of(line), parse_constant=refuse_constant), number, place,
                               exports)
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
                self.bad_lines += 1

    def read_line(self, line, number, place, exports):
        """One parsed line; any exception means that it is bad."""
        data = line["data"]
        if line["type"] == "Metric":
            if data["type"] not in ("counter", "gauge", "rate", "trend"):
                raise ValueError(data["type"])
            self.types.setdefault(line["metric"], set()).add((data["type"], data.get("contains", "default")))
            return
        if line["type"] != "Point":
            raise ValueError(line["type"])
        if not isinstance(line["metric"], str):
            raise ValueError("no metric")
        if not exports(line["metric"]):
            self.all_points += 1
            return
        if isinstance(data["value"], bool) or not isinstance(data["value"], (int, float)):
            raise ValueError("value")
        value = float(data["value"])
        if not math.isfinite(value):
            raise ValueError("not finite")
        self.points.append(Point(number, place, line["metric"], check_tags(data.get("tags")),
                                 check_tags(data.get("metadata")), check_range(parse_time(data["time"])), value))
        self.all_points += 1
