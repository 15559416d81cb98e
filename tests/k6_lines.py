"""Reads k6's JSON lines for the oracle: json.loads per line, whole numbers for times. Also counts lines, points and
bad lines as the tool's report has to.

Source: grafana/k6, output/json (0.20 to 2.x). What surprises: +Inf may stand there as it is, key order changed with
0.41, times are in the process's zone with 0 to 9 digits.
"""
import datetime
import json
import math
import re
import subprocess
import zlib

POINT_START = re.compile(rb'\{"metric":"([^"\\]*)","type":"Point"')
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()


def parse_time(text):
    """RFC 3339 -> nanoseconds since the Unix epoch."""
    found = TIME.fullmatch(text)
    if not found:
        raise ValueError(f"time {text!r}")
    year, month, day, hour, minute, second = (int(found.group(i)) for i in range(1, 7))
    seconds = (datetime.date(year, month, day).toordinal() - EPOCH_DAY) * 86400 + hour * 3600 + minute * 60 + second
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"time {text!r}")
    zone = found.group(8)
    if zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return seconds * 10**9 + int((found.group(7) or "").ljust(9, "0"))


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
    """One line of type Point."""

    def __init__(self, file, place, metric, tags, time_ns, value):
        self.file = file
        self.place = place
        self.metric = metric
        self.tags = tags
        self.time_ns = time_ns
        self.value = value


class Input:
    """One file: its points of exported metrics, its Metric lines, and the counts of the report."""

    def __init__(self, path, number, exports):
        """`exports` says of a metric's name whether anybody exports it."""
        self.points = []
        self.types = {}
        self.lines = self.all_points = self.bad_lines = 0
        lines = read_bytes(path).split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        self.lines = len(lines)
        for place, line in enumerate(lines):
            if not line.strip():
                continue
            start = POINT_START.match(line)
            if start and not exports(start.group(1).decode("utf-8", "replace")):
                self.all_points += 1
                continue
            try:
                self.read_line(json.loads(line.decode("utf-8", "replace"), parse_constant=refuse_constant), number,
                               place, exports)
            except (ValueError, KeyError, TypeError, AttributeError):
                self.bad_lines += 1

    def read_line(self, line, number, place, exports):
        """One parsed line; any exception means that it is bad."""
        data = line["data"]
        if line["type"] == "Metric":
            if data["type"] not in ("counter", "gauge", "rate", "trend"):
                raise ValueError(data["type"])
            self.types[data["name"]] = (data["type"], data.get("contains", "default"))
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
        tags = data.get("tags") or {}
        if not all(isinstance(tag, str) for tag in tags.values()):
            raise ValueError("tags")
        self.points.append(Point(number, place, line["metric"], tags, parse_time(data["time"]), value))
        self.all_points += 1
