#!/usr/bin/env python3
"""What k6 cloud is pushed, twice: computed from a JSON result file, and read from the bodies of requests.

Both are {metric: (type, {(labels, bucket start): value})}, the values as Counter, Gauge, Rate, Trend below.

Source: grafana/k6 v2.2.0, internal/output/cloud/expv2 (collect.go, sink.go, hdr.go, pbcloud/metric.proto) and
internal/ds/histogram/hdr.go. What surprises: k6 may push one bucket in two parts; parts add up.
"""
import json
import math
import struct

from k6_lines import read_bytes
from k6_time import parse_time
from remote_write import unsnappy, varint

TYPES = {1: "counter", 2: "gauge", 3: "rate", 4: "trend"}
RESOLUTION = 0.001


def hdr_index(value):
    """The bucket of a value; "low" and "high" have none."""
    x = value / RESOLUTION
    if x < 0:
        return "low"
    if x > 2.0**63:
        return "high"
    whole = math.ceil(x)
    if whole < 256:
        return whole
    octave = (whole >> 7).bit_length() - 1
    return octave * 128 + (whole >> octave)


def reserved(name):
    return name == "test_run_id" or name.startswith("__")


def value_of(kind, points):
    """The value of a bucket with these (time, place, value), in the order of their times."""
    values = [value for _, _, value in sorted(points)]
    total = math.fsum(values)
    if kind == "counter":
        return {"value": total}
    if kind == "gauge":
        return {"last": values[-1], "count": len(values), "min": min(values), "max": max(values),
                "sum": total}
    if kind == "rate":
        return {"nonzero": sum(value != 0 for value in values), "total": len(values)}
    hdr = {}
    for value in values:
        hdr[hdr_index(value)] = hdr.get(hdr_index(value), 0) + 1
    return {"count": len(values), "sum": total, "min": min(values), "max": max(values), "hdr": hdr}


def model(paths, period_s=3):
    """From result files; of several only metrics whose order does not matter."""
    types, points = {}, {}
    for place, text in enumerate(line for path in paths for line in read_bytes(path).splitlines()):
        line = json.loads(text)
        if line["type"] == "Metric":
            types[line["metric"]] = line["data"]["type"]
            continue
        data = line["data"]
        time_ns = parse_time(data["time"])
        labels = tuple(sorted((name, value) for name, value in (data.get("tags") or {}).items() if not reserved(name)))
        bucket = time_ns // 10**9 // period_s * period_s
        points.setdefault(line["metric"], {}).setdefault((labels, bucket), []).append((time_ns, place, data["value"]))
    return {metric: (types[metric], {key: value_of(types[metric], of_key) for key, of_key in of_metric.items()})
            for metric, of_metric in points.items()}


def fields(data):
    """(number, value) of a message's fields, in their order."""
    pos = 0
    while pos < len(data):
        key, pos = varint(data, pos)
        if key & 7 == 0:
            value, pos = varint(data, pos)
        elif key & 7 == 1:
            value, pos = struct.unpack("<d", data[pos:pos + 8])[0], pos + 8
        else:
            assert key & 7 == 2, key
            size, pos = varint(data, pos)
            value, pos = data[pos:pos + size], pos + size
            assert len(value) == size
        yield key >> 3, value


def one_of_each(data):
    """The last of each field by its number."""
    return dict(fields(data))


def packed(data):
    pos, numbers = 0, []
    while pos < len(data):
        number, pos = varint(data, pos)
        numbers.append(number)
    return numbers


def read_trend(data):
    found = one_of_each(data)
    counters = packed(found.get(2, b""))
    assert found[11] == RESOLUTION and 12 not in found
    hdr, index = {}, 0
    left = list(counters)
    for number, span in fields(data):
        if number != 3:
            continue
        offset, length = (one_of_each(span).get(i, 0) for i in (1, 2))
        assert length > 0
        index += offset
        for _ in range(length):
            hdr[index] = left.pop(0)
            index += 1
    assert not left and all(counters)
    for number, name in ((9, "low"), (10, "high")):
        if number in found:
            hdr[name] = found[number]
    return {"count": found.get(6, 0), "sum": found.get(5, 0.0), "min": found.get(7, 0.0), "max": found.get(8, 0.0),
            "hdr": hdr}


def read_value(kind, data):
    """(bucket start, value)"""
    found = one_of_each(data)
    time = one_of_each(found[1])
    assert 2 not in time, "whole seconds"
    if kind == "counter":
        value = {"value": found.get(2, 0.0)}
    elif kind == "gauge":
        count = found.get(3, 0)
        value = {"last": found.get(2, 0.0), "count": count, "min": found.get(4, 0.0), "max": found.get(5, 0.0),
                 "sum": found.get(6, 0.0) * count}
    elif kind == "rate":
        value = {"nonzero": found.get(2, 0), "total": found.get(3, 0)}
    else:
        value = read_trend(data)
    return time.get(1, 0), value


def joined(kind, a, b):
    """Two parts of one bucket. Which of two last values is the later is not known: both are kept."""
    if kind in ("counter", "rate"):
        return {name: a[name] + b[name] for name in a}
    both = {"count": a["count"] + b["count"], "sum": a["sum"] + b["sum"], "min": min(a["min"], b["min"]),
            "max": max(a["max"], b["max"])}
    if kind == "gauge":
        both["last"] = (a["last"], b["last"])
    else:
        both["hdr"] = {index: a["hdr"].get(index, 0) + b["hdr"].get(index, 0) for index in a["hdr"] | b["hdr"]}
    return both


def pushed(bodies, run_id, period_s=3, by_k6=False):
    """From the bodies of requests. `by_k6`: k6 (output/cloud/expv2/mapping.go) puts the largest value of a gauge into the
    field of the smallest and the other way round; the tool fills the fields as their names say."""
    result = {}
    for body in bodies:
        head = one_of_each(unsnappy(body))
        assert head[1].decode() == run_id and head[2] == period_s, head
        for number, metric in fields(unsnappy(body)):
            if number == 3:
                read_metric(metric, result, by_k6)
    return result


def read_metric(data, result, by_k6):
    head = one_of_each(data)
    kind = TYPES[head[2]]
    name = head[1].decode()
    assert result.setdefault(name, (kind, {}))[0] == kind
    values = result[name][1]
    for number, series in fields(data):
        if number != 3:
            continue
        labels = tuple(sorted(
            tuple(one_of_each(label).get(i, b"").decode() for i in (1, 2)) for i1, label in fields(series) if i1 == 1))
        for samples, content in fields(series):
            if samples == 1:
                continue
            assert TYPES[samples - 1] == kind
            for _, value in fields(content):
                time, read = read_value(kind, value)
                if kind == "gauge" and by_k6:
                    read["min"], read["max"] = read["max"], read["min"]
                before = values.get((labels, time))
                values[labels, time] = joined(kind, before, read) if before else read


def differences(expected, found, limit=10):
    """In words, the first few."""
    words = []
    if expected.keys() != found.keys():
        words.append(f"metrics {sorted(expected.keys() ^ found.keys())} are on one side only")
    for metric in sorted(expected.keys() & found.keys()):
        (kind, mine), (other_kind, theirs) = expected[metric], found[metric]
        if kind != other_kind:
            words.append(f"{metric}: {kind} and {other_kind}")
        for key in sorted(mine.keys() ^ theirs.keys()):
            words.append(f"{metric} {key} is {'missing' if key in mine else 'too much'}")
        for key in sorted(mine.keys() & theirs.keys()):
            words += [f"{metric} {key}: {name} is {theirs[key][name]} and not {mine[key][name]}" for name in mine[key]
                      if not same(name, mine[key][name], theirs[key][name])]
    return words[:limit]


def same(name, mine, theirs):
    if name in ("sum", "value"):  # k6 adds in the order of the points, and avg is rounded once more
        return math.isclose(mine, theirs, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(theirs, tuple):
        return mine in theirs
    return mine == theirs
