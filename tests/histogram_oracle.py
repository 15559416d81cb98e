"""Computes every native histogram again, straight from the raw values, the slow and obvious way.

Source of the bounds: prometheus/prometheus model/histogram/generic.go (exponentialBounds).
"""
import collections
import math

import oracle
from native_histograms import ZERO_THRESHOLD, Histogram

# Prometheus' bounds of schema 3 between 1/2 and 1: 2^(k/8) / 2 but for the last bit.
BOUNDS = [0.5, 0.5452538663326288, 0.5946035575013605, 0.6484197773255048, 0.7071067811865475, 0.7711054127039704,
          0.8408964152537144, 0.9170040432046711]


def upper_bound(bucket):
    """The largest value that belongs to a bucket."""
    return math.ldexp(BOUNDS[bucket % 8], bucket // 8 + 1)


def bucket_of(value):
    """The bucket of a value above 0: found by trying, from near the right one."""
    bucket = round(math.log2(value) * 8) - 3
    while upper_bound(bucket) < value:
        bucket += 1
    assert upper_bound(bucket - 1) < value <= upper_bound(bucket)
    return bucket


def histogram_of(values, divisor=1):
    """The histogram of all these values."""
    positive, negative, zero = collections.Counter(), collections.Counter(), 0
    for value in values:
        value /= divisor
        if abs(value) <= ZERO_THRESHOLD:
            zero += 1
        elif value > 0:
            positive[bucket_of(value)] += 1
        else:
            negative[bucket_of(-value)] += 1
    total = oracle.to_float(oracle.total(values))
    return Histogram(len(values), None if total is None else total / divisor, zero, dict(positive), dict(negative))


class Expected(oracle.Expected):
    """As oracle.Expected, with --native-histograms: the values of a Trend's series are Histograms. `values` has all
    values behind such a series, in the exported unit."""

    def __init__(self, *args, **how):
        self.values = {}
        super().__init__(*args, **how)

    def export(self, index, metric, kept, points):
        kind, contains = self.types.of(metric)
        if kind != "trend":
            super().export(index, metric, kept, points)
            return
        target = self.block.target_of(index, metric)
        divisor = 1000 if self.k6_names and contains == "time" else 1
        name = target + ({"time": "_seconds", "data": "_bytes"}.get(contains, "") if self.k6_names else "")
        labels = tuple(sorted({**self.constant, **{self.labels[key]: value for key, value in kept}}.items()))
        windows, values = self.windows(points), []
        samples = [(windows[0][0] * 1000, Histogram(0, 0.0, 0, {}, {}))]
        for start, inside in windows:
            values += [point.value for point in inside]
            samples.append((self.end(start), histogram_of(values, divisor)))
        key = (name, labels)
        assert key not in self.series, f"two series are named {key}"
        self.series[key], self.origins[key] = samples, (kind, "", len(points))
        self.values[key] = sorted(value / divisor for value in values)
        self.metadata[name] = ("histogram", "seconds" if divisor == 1000 else oracle.UNITS[contains])
        summary = self.metrics.setdefault((self.block.entries[index].source, target), [kind, 0, 0])
        summary[1] += 1
        summary[2] += len(samples)
