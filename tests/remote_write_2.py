#!/usr/bin/env python3
"""Decodes a Prometheus remote write 2.0 body by hand, and strictly: what the specification demands of a sender.

Source: prometheus/docs, specs/prw/remote_write_spec_2_0.md (2.0-rc.4); prometheus/prometheus,
prompb/io/prometheus/write/v2/types.proto (v3.14.0). What surprises: a ref of 0 is the empty text, and left out.

    remote_write_2.py FILE...    prints the series of request bodies, one sample a line
"""
import struct
import sys

from remote_write import (BadBody, LABEL_NAME, METADATA_TYPES, METRIC_NAME, STALE_NAN, fields, text, unsnappy,
                          varint)

CONTENT_TYPE = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
VERSION = "2.0.0"
WRITTEN = tuple(f"X-Prometheus-Remote-Write-{what}-Written" for what in ("Samples", "Histograms", "Exemplars"))


def written(samples, histograms=0, exemplars=0):
    """The headers by which a receiver of 2.0 says what it has written."""
    return dict(zip(WRITTEN, (str(count) for count in (samples, histograms, exemplars))))


def signed(number):
    """A varint as int64."""
    return number - (1 << 64) if number >= 1 << 63 else number


def read_sample(data):
    """Sample{value=1 double, timestamp=2 int64, start_timestamp=3 int64} -> (ts_ms, value, is_stale, start_ms)."""
    found = {1: 0, 2: 0, 3: 0}
    for number, wire, content in fields(data):
        if number not in found or wire != (1 if number == 1 else 0):
            raise BadBody(f"Sample: field {number}, wire type {wire}")
        found[number] = int.from_bytes(content, "little") if number == 1 else signed(content)
    bits = found[1]
    value = struct.unpack("<d", bits.to_bytes(8, "little"))[0]
    if value != value and bits != STALE_NAN:
        raise BadBody(f"Sample: a NaN that is no stale marker: {bits:#x}")
    if found[3] > found[2]:
        raise BadBody(f"a sample of {found[2]} that starts at {found[3]}")
    return found[2], value, bits == STALE_NAN, found[3]


def read_metadata(data, symbol):
    """Metadata{type=1, help_ref=3, unit_ref=4} -> (type, help, unit)."""
    found = {1: 0, 3: 0, 4: 0}
    for number, wire, content in fields(data):
        if number not in found or wire != 0:
            raise BadBody(f"Metadata: field {number}, wire type {wire}")
        found[number] = content
    return METADATA_TYPES[found[1]], symbol(found[3]), symbol(found[4])


def read_labels(data, symbol):
    """The packed refs of names and values -> labels, checked."""
    refs, pos = [], 0
    while pos < len(data):
        ref, pos = varint(data, pos)
        refs.append(ref)
    if len(refs) % 2:
        raise BadBody(f"an odd number of refs: {refs}")
    names = [symbol(ref) for ref in refs[::2]]
    values = [symbol(ref) for ref in refs[1::2]]
    if names != sorted(names, key=lambda name: name.encode()):
        raise BadBody(f"labels are not sorted: {names}")
    if len(set(names)) != len(names):
        raise BadBody(f"a label name occurs twice: {names}")
    for name, value in zip(names, values):
        if not value:
            raise BadBody(f"label {name!r} is empty")
        if not LABEL_NAME.fullmatch(name) or (name.startswith("__") and name != "__name__"):
            raise BadBody(f"label name {name!r}")
    labels = dict(zip(names, values))
    if not METRIC_NAME.fullmatch(labels.get("__name__", "")):
        raise BadBody(f"metric name {labels.get('__name__')!r}")
    return labels


class Series:
    """One TimeSeries: `labels`, `samples` [(ts_ms, value, is_stale)], `starts` (one per sample), `kind`, `about`, `unit`."""

    def __init__(self, data, symbol):
        found = list(fields(data))
        if any(wire != 2 or number not in (1, 2, 5) for number, wire, _ in found):
            raise BadBody(f"TimeSeries: fields {[(number, wire) for number, wire, _ in found]}")
        labels = [content for number, _, content in found if number == 1]
        metadata = [content for number, _, content in found if number == 5]
        if len(labels) != 1 or len(metadata) != 1:
            raise BadBody("not exactly one list of labels and one metadata")
        self.labels = read_labels(labels[0], symbol)
        self.kind, self.about, self.unit = read_metadata(metadata[0], symbol)
        samples = [read_sample(content) for number, _, content in found if number == 2]
        if not samples:
            raise BadBody(f"no sample in {self.labels}")
        if any(later[0] <= earlier[0] for earlier, later in zip(samples, samples[1:])):
            raise BadBody(f"times do not ascend in {self.labels}")
        self.samples = [sample[:3] for sample in samples]
        self.starts = [sample[3] for sample in samples]


class Request:
    """A decoded body: `symbols`, `series`."""

    def __init__(self, body):
        found = list(fields(unsnappy(body)))
        if any(wire != 2 or number not in (4, 5) for number, wire, _ in found):
            raise BadBody(f"Request: fields {[(number, wire) for number, wire, _ in found]}")
        self.symbols = [text(content) for number, _, content in found if number == 4]
        if not self.symbols or self.symbols[0]:
            raise BadBody("the first symbol is not the empty one")
        if len(set(self.symbols)) != len(self.symbols):
            raise BadBody("a symbol stands twice")
        used = {0}

        def symbol(ref):
            if ref >= len(self.symbols):
                raise BadBody(f"ref {ref} of {len(self.symbols)} symbols")
            used.add(ref)
            return self.symbols[ref]

        self.series = [Series(content, symbol) for number, _, content in found if number == 5]
        if len(used) != len(self.symbols):
            raise BadBody("a symbol that nobody uses")
        keys = [tuple(sorted(series.labels.items())) for series in self.series]
        if len(set(keys)) != len(keys):
            raise BadBody("a series stands twice in one request")

    def samples(self):
        """How many, stale markers among them: what a receiver counts."""
        return sum(len(series.samples) for series in self.series)


def main():
    """Prints the bodies named on the command line."""
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            request = Request(file.read())
        for series in request.series:
            print(f"# {series.labels['__name__']} type={series.kind} unit={series.unit} {series.about}")
            for (timestamp, value, stale), start in zip(series.samples, series.starts):
                print(series.labels, timestamp, "stale" if stale else repr(value), f"start={start}")


if __name__ == "__main__":
    main()
