#!/usr/bin/env python3
"""Decodes the bodies that are pushed to k6 cloud by hand, and strictly.

Source: grafana/k6 v2.2.0, internal/output/cloud/expv2/pbcloud/metric.proto (field numbers), internal/output/cloud/expv2/hdr.go
and internal/ds/histogram/hdr.go (histograms). What surprises: times are whole seconds, at the start of a bucket; a histogram
counts values below 0 and too large ones beside its buckets.

    cloud_bodies.py FILE...    prints the values of request bodies, one a line
"""
import glob
import json
import math
import os
import struct
import sys
from typing import NamedTuple

import k6_time
import oracle
from native_histograms import BadBody
from remote_write import fields, text, unsnappy, varint

KINDS = {1: "counter", 2: "gauge", 3: "rate", 4: "trend"}
MIN_RESOLUTION = 0.001
LAST_INDEX = 7296  # of 2^63 thousandths
WIRE_VARINT, WIRE_DOUBLE, WIRE_BYTES = 0, 1, 2
RESERVED_LABEL = "test_run_id"


class Gauge(NamedTuple):
    """What a bucket holds of a Gauge; of a Counter it is the sum, a float."""
    last: float
    count: int
    min: float
    max: float
    avg: float


class Rate(NamedTuple):
    """Of a Rate."""
    nonzero: int
    total: int


class Trend(NamedTuple):
    """Of a Trend; `counters` is {index: how many}."""
    count: int
    sum: float
    min: float
    max: float
    counters: dict
    low: int
    high: int


class Sent(NamedTuple):
    """A series of a request."""
    metric: str
    labels: tuple  # sorted pairs
    kind: str
    values: dict  # {time in s: a float, Gauge, Rate or Trend}

    def key(self):
        """What tells it from others."""
        return self.metric, self.labels


class MetricSet(NamedTuple):
    """A request."""
    run_id: str
    period_s: int
    series: list


def require(holds, problem):
    """Raises what is wrong."""
    if not holds:
        raise BadBody(problem)


def message(data, name, wires, repeated=()):
    """{field: content, or [contents] where it is repeated}; every other field is wrong, and one that stands twice."""
    found = {number: [] for number in repeated}
    for number, wire, content in fields(data):
        require(wires.get(number) == wire, f"{name}: field {number}, wire type {wire}")
        if number in repeated:
            found[number].append(content)
            continue
        require(number not in found, f"{name}: field {number} twice")
        found[number] = content
    return found


def double(found, number, name):
    """A finite number; 0 may be left out."""
    value = struct.unpack("<d", found.get(number, bytes(8)))[0]
    require(math.isfinite(value), f"{name}: {value}")
    return value


def whole(found, number, name):
    """uint32; 0 may be left out."""
    value = found.get(number, 0)
    require(value < 1 << 32, f"{name}: {value} is no uint32")
    return value


def read_time(data):
    """google.protobuf.Timestamp{seconds=1, nanos=2}: whole seconds."""
    found = message(data, "Timestamp", {1: WIRE_VARINT, 2: WIRE_VARINT})
    require(found.get(2, 0) == 0, "Timestamp: a part of a second")
    seconds = found.get(1, 0)
    return seconds - (1 << 64) if seconds >= 1 << 63 else seconds


def read_counter(data):
    """CounterValue{time=1, value=2}."""
    found = message(data, "CounterValue", {1: WIRE_BYTES, 2: WIRE_DOUBLE})
    return found, double(found, 2, "CounterValue")


def read_gauge(data):
    """GaugeValue{time=1, last=2, count=3, min=4, max=5, avg=6}."""
    name = "GaugeValue"
    found = message(data, name, {1: WIRE_BYTES, 2: WIRE_DOUBLE, 3: WIRE_VARINT, 4: WIRE_DOUBLE, 5: WIRE_DOUBLE,
                                 6: WIRE_DOUBLE})
    last, least, most, average = (double(found, number, name) for number in (2, 4, 5, 6))
    value = Gauge(last, whole(found, 3, name), least, most, average)
    require(value.count > 0, f"{name}: no value")
    require(least <= last <= most, f"{name}: {value}")
    require(least <= average <= most or oracle.close(average, least) or oracle.close(average, most), f"{name}: {value}")
    return found, value


def read_rate(data):
    """RateValue{time=1, nonzero_count=2, total_count=3}."""
    found = message(data, "RateValue", {1: WIRE_BYTES, 2: WIRE_VARINT, 3: WIRE_VARINT})
    value = Rate(whole(found, 2, "nonzero_count"), whole(found, 3, "total_count"))
    require(0 < value.total >= value.nonzero, f"RateValue: {value}")
    return found, value


def packed(data):
    """Numbers one behind the other."""
    found, pos = [], 0
    while pos < len(data):
        number, pos = varint(data, pos)
        found.append(number)
    return found


def read_counters(counters, spans):
    """Counts and BucketSpan{offset=1, length=2} -> {index: count}; spans ascend, and lie apart."""
    found, index = {}, 0
    counters = packed(counters)
    left = iter(counters)
    require(all(0 < count < 1 << 32 for count in counters), f"TrendHdrValue: counters {counters}")
    for number, span in enumerate(spans):
        span = message(span, "BucketSpan", {1: WIRE_VARINT, 2: WIRE_VARINT})
        offset, length = whole(span, 1, "offset"), whole(span, 2, "length")
        require(length > 0, "BucketSpan: of no bucket")
        require(number == 0 or offset > 0, "BucketSpan: goes on where the one before ends")
        index += offset
        require(index + length <= LAST_INDEX + 1, f"BucketSpan: ends at {index + length}")
        for index in range(index, index + length):
            found[index] = next(left, None)
        index += 1
    require(None not in found.values() and next(left, None) is None,
            f"TrendHdrValue: {len(counters)} counters in spans of {len(found)}")
    return found


def index_of(value):
    """The bucket of a value from 0 on."""
    units = math.ceil(value / MIN_RESOLUTION)
    if units < 256:
        return units
    octave = (units >> 7).bit_length() - 1
    return octave * 128 + (units >> octave)


def read_trend(data):
    """TrendHdrValue{time=1, counters=2, spans=3, sum=5, count=6, min_value=7, max_value=8, extra_low=9, extra_high=10,
    min_resolution=11, significant_digits=12, which k6 leaves out}."""
    name = "TrendHdrValue"
    wires = {1: WIRE_BYTES, 2: WIRE_BYTES, 3: WIRE_BYTES, 5: WIRE_DOUBLE, 6: WIRE_VARINT, 7: WIRE_DOUBLE, 8: WIRE_DOUBLE,
             9: WIRE_VARINT, 10: WIRE_VARINT, 11: WIRE_DOUBLE}
    found = message(data, name, wires, repeated=(3,))
    for number in (9, 10):
        require(found.get(number, 1) > 0, f"{name}: a count of no values beside the buckets")
    counters = read_counters(found.get(2, b""), found[3])
    least, most = double(found, 7, name), double(found, 8, name)
    value = Trend(whole(found, 6, name), double(found, 5, name), least, most, counters, whole(found, 9, name),
                  whole(found, 10, name))
    require(double(found, 11, name) == MIN_RESOLUTION, f"{name}: a resolution of {double(found, 11, name)}")
    require(value.count > 0 and value.count == sum(counters.values()) + value.low + value.high,
            f"{name}: a count of {value.count} is not that of its buckets")
    require(least <= most and (least < 0) == (value.low > 0), f"{name}: {value}")
    if counters and not value.low:
        require(min(counters) == index_of(least), f"{name}: {value}")
    if counters and not value.high:
        require(max(counters) == index_of(most), f"{name}: {value}")
    return found, value


READERS = {1: read_counter, 2: read_gauge, 3: read_rate, 4: read_trend}


def read_labels(labels):
    """Label{name=1, value=2} -> sorted pairs. A value may be empty."""
    found = {}
    for data in labels:
        label = message(data, "Label", {1: WIRE_BYTES, 2: WIRE_BYTES})
        name, value = text(label.get(1, b"")), text(label.get(2, b""))
        require(name != "", "Label: without a name")
        require(name != RESERVED_LABEL and not name.startswith("__"), f"Label: {name} is reserved")
        require(name not in found, f"Label: {name} twice")
        found[name] = value
    return tuple(sorted(found.items()))


def read_series(data, metric, kind, period_s):
    """TimeSeries{labels=1, and one of counter_samples=2, gauge_samples=3, rate_samples=4, trend_hdr_samples=5}."""
    found = message(data, "TimeSeries", dict.fromkeys(range(1, 6), WIRE_BYTES), repeated=(1,))
    require(set(found) == {1, kind + 1}, f"TimeSeries: {metric} is a {KINDS[kind]}, and has fields {sorted(found)}")
    values = {}
    for value in message(found[kind + 1], "samples", {1: WIRE_BYTES}, repeated=(1,))[1]:
        parts, value = READERS[kind](value)
        require(1 in parts, f"{metric}: a value without a time")
        time_s = read_time(parts[1])
        require(time_s % period_s == 0, f"{metric}: at {time_s} begins no bucket of {period_s} s")
        require(time_s not in values, f"{metric}: two values at {time_s}")
        values[time_s] = value
    require(values, f"{metric}: a series without values")
    return Sent(metric, read_labels(found[1]), KINDS[kind], values)


def decode(body):
    """MetricSet{test_run_id=1, aggregation_period=2, metrics=3}, Metric{name=1, type=2, time_series=3}."""
    found = message(unsnappy(body), "MetricSet", {1: WIRE_BYTES, 2: WIRE_VARINT, 3: WIRE_BYTES}, repeated=(3,))
    period_s = whole(found, 2, "aggregation_period")
    require(period_s > 0, "MetricSet: no aggregation period")
    series, names = [], set()
    for data in found[3]:
        metric = message(data, "Metric", {1: WIRE_BYTES, 2: WIRE_VARINT, 3: WIRE_BYTES}, repeated=(3,))
        name, kind = text(metric.get(1, b"")), metric.get(2, 0)
        require(name != "", "Metric: without a name")
        require(name not in names, f"Metric: {name} twice")
        names.add(name)
        require(kind in KINDS, f"Metric: {name} has type {kind}")
        require(metric[3], f"Metric: {name} has no series")
        series += [read_series(one, name, kind, period_s) for one in metric[3]]
    require(series, "MetricSet: without series")
    require(len({sent.key() for sent in series}) == len(series), "MetricSet: a series twice")
    return MetricSet(text(found.get(1, b"")), period_s, series)


def read_bodies(directory):
    """What is in the bodies of a directory of -o, as {(metric, labels): {time: value}}, held against the files beside
    them; and {(run id, period in s)}."""
    found, runs = {}, set()
    for path in sorted(glob.glob(os.path.join(directory, "*.body"))):
        with open(path, "rb") as file:
            content = decode(file.read())
        with open(path[:-len("body")] + "json", encoding="utf-8") as file:
            sidecar = json.load(file)
        runs.add((content.run_id, content.period_s))
        times = [ts for sent in content.series for ts in sent.values]
        if (sidecar["series"], sidecar["points"]) != (len(content.series), len(times)):
            raise AssertionError(f"{path}: {len(content.series)} series, {len(times)} values, its sidecar says {sidecar}")
        if [k6_time.parse_time(sidecar[name]) // 10**9 for name in ("first", "last")] != [min(times), max(times)]:
            raise AssertionError(f"{path}: from {min(times)} to {max(times)}, its sidecar says {sidecar}")
        for sent in content.series:
            known = found.setdefault(sent.key(), {})
            if known.keys() & sent.values.keys():
                raise AssertionError(f"{path} repeats {sent.key()} at {sorted(known.keys() & sent.values.keys())[:3]}")
            known.update(sent.values)
    return found, runs


def parts_of(value):
    """A value as a tuple; of one that is a dictionary already, in the order of its members."""
    if isinstance(value, dict):
        return tuple(value.values())
    return value if isinstance(value, tuple) else (value,)


def same_value(wanted, got):
    """Whether two values of a bucket are equal; sums and means may differ in their last digits."""
    wanted, got = parts_of(wanted), parts_of(got)
    return len(wanted) == len(got) and all(
        one == other or not isinstance(one, dict) and not isinstance(other, dict) and oracle.close(one, other)
        for one, other in zip(wanted, got))


def differences(expected, found, limit=20):
    """Compares two {(metric, labels): {time: value}}; returns a list of texts, empty when equal."""
    problems = [f"missing: {key}" for key in sorted(expected.keys() - found.keys())]
    problems += [f"not expected: {key}" for key in sorted(found.keys() - expected.keys())]
    for key in sorted(expected.keys() & found.keys()):
        wanted, got = expected[key], found[key]
        problems += [f"{key} at {ts} is missing" for ts in sorted(wanted.keys() - got.keys())]
        problems += [f"{key} at {ts} is not expected" for ts in sorted(got.keys() - wanted.keys())]
        problems += [f"{key} at {ts}: {got[ts]!r}, expected {wanted[ts]!r}" for ts in sorted(wanted.keys() & got.keys())
                     if not same_value(wanted[ts], got[ts])]
    return problems[:limit]


def main():
    """Prints the bodies named on the command line."""
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            content = decode(file.read())
        print(f"# test run {content.run_id}, {content.period_s} s")
        for sent in content.series:
            for ts, value in sorted(sent.values.items()):
                print(sent.kind, sent.metric, dict(sent.labels), ts, value)


if __name__ == "__main__":
    main()
