"""Reads native histograms from the wire, strictly.

Source: prometheus/prometheus prompb/types.proto (Histogram); prometheus/docs, specs/native_histograms.md.
"""
import collections
import math
import struct

STALE_NAN = 0x7FF0000000000002
ZERO_THRESHOLD = 2.0 ** -128

# Buckets are {number of the bucket: count}, none of them empty.
Histogram = collections.namedtuple("Histogram", "count sum zero positive negative")


class BadBody(Exception):
    """The body breaks the specification."""


def signed(value):
    """Undoes zigzag."""
    return (value >> 1) ^ -(value & 1)


def read_buckets(spans, deltas):
    """Spans and deltas -> {bucket: count}."""
    if sum(length for _, length in spans) != len(deltas):
        raise BadBody(f"Histogram: {len(deltas)} deltas in spans {spans}")
    counts, bucket, count = {}, 0, 0
    deltas = iter(deltas)
    for number, (offset, length) in enumerate(spans):
        if length == 0 or (number > 0 and offset < 1):
            raise BadBody(f"Histogram: spans {spans}")
        bucket += offset
        for bucket in range(bucket, bucket + length):
            count += next(deltas)
            if count < 0:
                raise BadBody("Histogram: a negative count")
            if count:
                counts[bucket] = count
        bucket += 1
    return counts


def read(fields, varint):
    """Histogram{count_int=1, sum=3, schema=4, zero_threshold=5, zero_count_int=6, negative spans and deltas 8 and 9,
    positive 11 and 12, reset_hint=14, timestamp=15} -> (ts_ms, Histogram or None, is_stale). `fields` are those of the
    message, as (number, wire type, content)."""
    wires = {1: 0, 3: 1, 4: 0, 5: 1, 6: 0, 8: 2, 9: 2, 11: 2, 12: 2, 14: 0, 15: 0}
    one = {number: 0 for number in (4, 14, 15)} | {3: bytes(8), 5: bytes(8)}
    spans, deltas = {8: [], 11: []}, {9: [], 12: []}
    for number, wire, content in fields:
        if wires.get(number) != wire:
            raise BadBody(f"Histogram: field {number}, wire type {wire}")
        if number in spans:
            spans[number].append(read_span(content, varint))
        elif number in deltas:
            pos = 0
            while pos < len(content):
                value, pos = varint(content, pos)
                deltas[number].append(signed(value))
        else:
            one[number] = content
    if 1 not in one or 6 not in one:
        raise BadBody("Histogram: nothing says that its counts are whole")
    if (signed(one[4]), one[14], struct.unpack("<d", one[5])[0]) != (3, 0, ZERO_THRESHOLD):
        raise BadBody(f"Histogram: schema, reset hint, zero threshold {one[4]}, {one[14]}, {one[5]}")
    positive, negative = read_buckets(spans[11], deltas[12]), read_buckets(spans[8], deltas[9])
    if sum(positive.values()) + sum(negative.values()) + one[6] != one[1]:
        raise BadBody("Histogram: the buckets do not add up to the count")
    if int.from_bytes(one[3], "little") == STALE_NAN:
        if one[1]:
            raise BadBody("Histogram: a stale marker with values")
        return one[15], math.nan, True
    return one[15], Histogram(one[1], struct.unpack("<d", one[3])[0], one[6], positive, negative), False


def read_span(content, varint):
    """BucketSpan{offset=1 sint32, length=2 uint32} -> (offset, length)."""
    found, pos = {1: 0, 2: 0}, 0
    while pos < len(content):
        key, pos = varint(content, pos)
        if key not in (8, 16):
            raise BadBody(f"BucketSpan: key {key}")
        found[key >> 3], pos = varint(content, pos)
    return signed(found[1]), found[2]
