"""Bodies of POST /api/v2/series: what is in them, and everything that Datadog's intake could have against them.

Source: DataDog/saluki, test/antithesis/intake (a rig that mimics the intake) and Datadog's limits of the v2 series
endpoint. What surprises: the real intake answers 202 to most of what is wrong here, and drops it.
"""
import glob
import json
import os
import zlib
from typing import NamedTuple

import datadog_model
import datadog_names
import datadog_schema

PACKED_MAX = 512_000  # bytes of a body
UNPACKED_MAX = 5_242_880
MOST_POINTS = 10_000  # of a body
TAG_BYTES_MAX = 102_400  # of one series
AHEAD_MAX_S = 600


class BadBody(Exception):
    """With the status of the answer."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Sent(NamedTuple):
    """One series of a body."""
    metric: str
    tags: tuple  # sorted, a device: among them
    kind: int
    interval: int | None
    unit: str
    points: dict  # {time in s: value}

    def key(self):
        """What tells it from others."""
        return self.metric, self.tags


def require(condition, text, status=400):
    """Raises BadBody."""
    if not condition:
        raise BadBody(status, text)


def unpack(headers, body):
    """The JSON of a body; `headers` in lower case."""
    require(headers.get("content-type") == "application/json", "Pyld01: not application/json")
    require(headers.get("content-encoding") == "gzip", "Pyld02: not gzip")
    require(len(body) <= PACKED_MAX, "Payload too large", 413)
    stream = zlib.decompressobj(wbits=31)
    try:
        data = stream.decompress(body, UNPACKED_MAX + 1)
    except zlib.error as error:
        raise BadBody(400, f"Pyld02: {error}") from error
    require(len(data) <= UNPACKED_MAX, "Payload too large", 413)
    require(stream.eof and not stream.unused_data, "Pyld02: gzip is not one whole member")
    return data


def series_of(record):
    """A member of `series` as Sent."""
    name, tags = record["metric"], record.get("tags", [])
    require(any(letter.isascii() and letter.isalpha() for letter in name), f"Pyld11: name {name!r} without a letter")
    require(name == datadog_names.normal_name(name), f"Pyld10: name {name!r}")
    for tag in tags:
        require(not tag.startswith(("device:", "dd.internal.resource:")), f"Pyld14: reserved tag {tag!r}")
        require(tag == datadog_names.normal_tag(*(tag + ":").split(":", 1)), f"Pyld23: tag {tag!r}")
    resources = record.get("resources", [])
    require(all(set(resource) == {"type", "name"} and resource["name"] for resource in resources), "Pyld17: a resource")
    require(all(resource["type"] == "device" for resource in resources), "a resource that is no device")
    tags = tags + [f"device:{resource['name']}" for resource in resources]
    require(len(tags) <= datadog_names.MOST_TAGS and len(resources) <= 500, f"Pyld13: {len(tags)} tags of {name}")
    require(len(set(tags)) == len(tags), f"a tag twice: {tags}")
    require(sum(len(tag.encode()) for tag in tags) <= TAG_BYTES_MAX, f"Pyld24: tags of {name}")
    kind, interval = record.get("type", 0), record.get("interval")
    require(kind in datadog_model.TYPE_NAMES, f"Pyld12: type {kind} of {name}")
    if kind == datadog_model.GAUGE:
        require(interval is None, f"a gauge with an interval: {name}")
    else:
        require(interval is not None and interval > 0, f"no interval of {name}")
    require(record["points"], f"Pyld25: no points of {name}")
    require(all(set(point) == {"timestamp", "value"} for point in record["points"]), f"half a point of {name}")
    points = {point["timestamp"]: float(point["value"]) for point in record["points"]}
    require(len(points) == len(record["points"]), f"{name} has two values in one second")
    return Sent(name, tuple(sorted(tags)), kind, interval, record.get("unit", ""), points)


def decode(headers, body, now=None):
    """The series of a body, [Sent]; BadBody where the intake could have anything against it. `now` is the time by which
    points are too far ahead."""
    try:
        payload = datadog_schema.parse(unpack(headers, body))
    except ValueError as error:
        raise BadBody(400, f"Payload is not in the expected format: {error}") from error
    require(payload["series"], "Payload is empty")
    found = [series_of(record) for record in payload["series"]]
    require(len({sent.key() for sent in found}) == len(found), "a series twice in a body")
    require(sum(len(sent.points) for sent in found) <= MOST_POINTS, "Pyld08: more than 10,000 points")
    if now is not None:
        for sent in found:
            require(max(sent.points) <= now + AHEAD_MAX_S, f"Pyld21: {sent.metric} is ahead of time")
    return found


def add(series, sent):
    """Puts a Sent into {key: Series}; the last value of a second wins, type and interval may not change."""
    known = series.setdefault(sent.key(), datadog_model.Series(sent.kind, sent.interval, {}))
    if known[:2] != (sent.kind, sent.interval):
        raise AssertionError(f"type or interval of {sent.key()} changes")
    known.points.update(sent.points)


def read_bodies(directory):
    """All bodies of one destination's directory, each point once: {key: Series}."""
    series, seen = {}, set()
    for path in sorted(glob.glob(os.path.join(directory, "*.body"))):
        with open(path.removesuffix("body") + "json", encoding="utf-8") as file:
            sidecar = json.load(file)
        with open(path, "rb") as file:
            found = decode({name.lower(): value for name, value in sidecar["headers"].items()}, file.read())
        points = [(sent.key(), ts) for sent in found for ts in sent.points]
        if seen.intersection(points):
            raise AssertionError(f"{path} repeats {sorted(seen.intersection(points))[:3]}")
        seen.update(points)
        if (sidecar["series"], sidecar["points"]) != (len(found), len(points)):
            raise AssertionError(f"{path}: {len(found)} series, {len(points)} points, its sidecar says {sidecar}")
        for sent in found:
            add(series, sent)
    return series
