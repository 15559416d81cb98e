#!/usr/bin/env python3
"""Decodes a Prometheus remote write 1.0 body by hand, and strictly.

Source: prometheus/docs, specs/prw/remote_write_spec.md (1.0); google/snappy, format_description.txt (block format);
protobuf.dev, "Encoding". What surprises: a zero field may be left out, a sample may be written without its value.

    remote_write.py FILE...    prints the series of request bodies, one sample a line
"""
import re
import struct
import sys

import native_histograms
from native_histograms import STALE_NAN, BadBody

METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
METADATA_TYPES = {0: "unknown", 1: "counter", 2: "gauge", 3: "histogram", 4: "gaugehistogram", 5: "summary",
                  6: "info", 7: "stateset"}


def varint(data, pos):
    """Reads one base-128 number. Returns (value, next position)."""
    if pos < len(data) and data[pos] < 0x80:  # most are so short
        return data[pos], pos + 1
    value = 0
    for shift in range(0, 70, 7):
        if pos >= len(data):
            raise BadBody("a varint is cut off")
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >= 1 << 64:
                raise BadBody("a varint is larger than 64 bits")
            return value, pos
    raise BadBody("a varint is longer than 10 bytes")


def unsnappy(data):
    """Undoes snappy's block format; checks the length that stands at the front."""
    expected, pos = varint(data, 0)
    if expected >= 1 << 32:
        raise BadBody("snappy: the length does not fit in 32 bits")
    out = bytearray()
    while pos < len(data):
        tag = data[pos]
        pos += 1
        kind = tag & 3
        if kind == 0:
            length = (tag >> 2) + 1
            if length > 60:
                extra = length - 60
                length = int.from_bytes(data[pos:pos + extra], "little") + 1
                pos += extra
            if pos + length > len(data):
                raise BadBody("snappy: a literal is cut off")
            out += data[pos:pos + length]
            pos += length
            continue
        if kind == 1:
            length = ((tag >> 2) & 7) + 4
            offset = ((tag >> 5) << 8) | data[pos]
            pos += 1
        else:
            width = 2 if kind == 2 else 4
            length = (tag >> 2) + 1
            offset = int.from_bytes(data[pos:pos + width], "little")
            pos += width
        if pos > len(data) or offset == 0 or offset > len(out):
            raise BadBody("snappy: a copy points outside of the data")
        start = len(out) - offset
        while length > 0:  # a copy may reach into what it makes
            piece = out[start:start + length]
            out += piece
            start, length = start + len(piece), length - len(piece)
    if len(out) != expected:
        raise BadBody(f"snappy: {len(out)} bytes where the front says {expected}")
    return bytes(out)


def fields(data):
    """Yields (field number, wire type, value) of one protobuf message."""
    pos = 0
    while pos < len(data):
        key, pos = varint(data, pos)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, pos = varint(data, pos)
        elif wire == 1:
            value, pos = data[pos:pos + 8], pos + 8
        elif wire == 2:
            length, pos = varint(data, pos)
            value, pos = data[pos:pos + length], pos + length
        elif wire == 5:
            value, pos = data[pos:pos + 4], pos + 4
        else:
            raise BadBody(f"protobuf: wire type {wire}")
        if pos > len(data):
            raise BadBody("protobuf: a field is cut off")
        yield number, wire, value


def text(value):
    """UTF-8, or an error."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBody(f"not UTF-8: {value!r}") from error


def read_label(data):
    """Label{name=1, value=2}."""
    name = value = ""
    for number, wire, content in fields(data):
        if wire != 2 or number not in (1, 2):
            raise BadBody(f"Label: field {number}, wire type {wire}")
        if number == 1:
            name = text(content)
        else:
            value = text(content)
    return name, value


def read_sample(data):
    """Sample{value=1 double, timestamp=2 int64} -> (ts_ms, value, is_stale)."""
    bits = 0
    timestamp = 0
    for number, wire, content in fields(data):
        if (number, wire) == (1, 1):
            bits = int.from_bytes(content, "little")
        elif (number, wire) == (2, 0):
            timestamp = content - (1 << 64) if content >= 1 << 63 else content
        else:
            raise BadBody(f"Sample: field {number}, wire type {wire}")
    value = struct.unpack("<d", bits.to_bytes(8, "little"))[0]
    if value != value and bits != STALE_NAN:
        raise BadBody(f"Sample: a NaN that is no stale marker: {bits:#x}")
    return timestamp, value, bits == STALE_NAN


def read_series(data):
    """TimeSeries{labels=1, samples=2, histograms=4} -> (labels, samples), checked. A sample's value may be a
    native_histograms.Histogram."""
    labels = []
    samples, histograms = [], []
    for number, wire, content in fields(data):
        if wire != 2 or number not in (1, 2, 4):
            raise BadBody(f"TimeSeries: field {number}, wire type {wire}")
        if number == 1:
            labels.append(read_label(content))
        elif number == 2:
            samples.append(read_sample(content))
        else:
            histograms.append(native_histograms.read(list(fields(content)), varint))
    if samples and histograms:
        raise BadBody("TimeSeries: samples and histograms")
    samples += histograms
    names = [name for name, _ in labels]
    if names != sorted(names, key=lambda name: name.encode()):
        raise BadBody(f"labels are not sorted: {names}")
    if len(set(names)) != len(names):
        raise BadBody(f"a label name occurs twice: {names}")
    for name, value in labels:
        if not value:
            raise BadBody(f"label {name!r} is empty")
        if not LABEL_NAME.fullmatch(name):
            raise BadBody(f"label name {name!r}")
        if name.startswith("__") and name != "__name__":
            raise BadBody(f"reserved label name {name!r}")
    labels = dict(labels)
    if not METRIC_NAME.fullmatch(labels.get("__name__", "")):
        raise BadBody(f"metric name {labels.get('__name__')!r}")
    if not samples:
        raise BadBody(f"no sample in {labels}")
    times = [sample[0] for sample in samples]
    if any(later <= earlier for earlier, later in zip(times, times[1:])):
        raise BadBody(f"times do not ascend in {labels}: {times}")
    return labels, samples


def read_metadata(data):
    """MetricMetadata{type=1, metric_family_name=2, help=4, unit=5} -> (name, type, help, unit)."""
    result = {1: 0, 2: "", 4: "", 5: ""}
    for number, wire, content in fields(data):
        if number not in result or wire != (0 if number == 1 else 2):
            raise BadBody(f"MetricMetadata: field {number}, wire type {wire}")
        result[number] = content if number == 1 else text(content)
    if not METRIC_NAME.fullmatch(result[2]):
        raise BadBody(f"metadata of {result[2]!r}")
    return result[2], METADATA_TYPES[result[1]], result[4], result[5]


def decode(body):
    """A body -> ([(labels, [(ts_ms, value, is_stale)])], [(name, type, help, unit)])."""
    series = []
    metadata = []
    for number, wire, content in fields(unsnappy(body)):
        if (number, wire) == (1, 2):
            series.append(read_series(content))
        elif (number, wire) == (3, 2):
            metadata.append(read_metadata(content))
        else:
            raise BadBody(f"WriteRequest: field {number}, wire type {wire}")
    keys = [tuple(sorted(labels.items())) for labels, _ in series]
    if len(set(keys)) != len(keys):
        raise BadBody("a series stands twice in one request")
    if not series:
        raise BadBody("a request without series")
    return series, metadata


def main():
    """Prints the bodies named on the command line."""
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            series, metadata = decode(file.read())
        for name, kind, about, unit in metadata:
            print(f"# {name} type={kind} unit={unit} {about}")
        for labels, samples in series:
            for timestamp, value, stale in samples:
                print(labels, timestamp, "stale" if stale else repr(value))


if __name__ == "__main__":
    main()
