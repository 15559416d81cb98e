#!/usr/bin/env python3
"""Computes every exported sample again, straight from the raw lines, the slow and obvious way. Shares no code with
the program under test.

    oracle.py --apm JSON [--keep-tags LIST] [--rate-counts] [--from T] [--to T] [--start-at T | --end-at T]
              [--merge-gauges HOW] [--metric-type NAME=TYPE]... [--names apm|k6] FILE...

prints the expected series, one sample a line. compare() holds a directory of written request bodies against it.
"""
import argparse
import glob
import json
import math
import os
import re
from fractions import Fraction

import apm_rules
import gauges
import k6_time
import remote_write
import selected_points

TREND_STATS = ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "count", "sum"]
UNITS = {"time": "milliseconds", "data": "bytes", "default": ""}


def quantile(values, share):
    """k6's percentile: linear between the two neighbours of share * (n - 1)."""
    values = sorted(values)
    index = share * (len(values) - 1)
    low, high = math.floor(index), math.ceil(index)
    return values[low] + (values[high] - values[low]) * (index - low)


def to_float(exact):
    """A sum rounded once, or None where it is beyond the largest double."""
    try:
        return float(exact)
    except OverflowError:
        return None


def total(values):
    """Their exact sum."""
    return sum((Fraction(value) for value in values), Fraction(0))


def plain_label(name):
    """A tag's name as a label name: the rule of the manual, without collisions."""
    name = re.sub(r"[^a-zA-Z0-9_]", "_", name)
    if name[:1].isdigit():
        name = "_" + name
    if name.startswith("__"):
        name = "tag" + name
    return name


def label_names(tags):
    """Names of tags -> names of labels, each used once: of those that become equal the first in byte order keeps the
    name, the others get _2, _3, never one that another tag has by itself."""
    names, taken, late = {}, set(), []
    for tag in sorted(tags, key=lambda tag: tag.encode("utf-8")):
        if plain_label(tag) in taken:
            late.append(tag)
        else:
            names[tag] = plain_label(tag)
            taken.add(names[tag])
    for tag in late:
        number = 2
        while plain_label(f"{plain_label(tag)}_{number}") in taken:
            number += 1
        names[tag] = plain_label(f"{plain_label(tag)}_{number}")
        taken.add(names[tag])
    return names


def stat_name(stat):
    """p(99.9) -> p999."""
    return re.sub(r"[().]", "", stat)


def stat_value(stat, values):
    """One statistic of a window's values."""
    if stat == "avg":
        return to_float(total(values) / len(values))
    if stat == "min":
        return min(values)
    if stat == "max":
        return max(values)
    share = 0.5 if stat == "med" else float(stat[2:-1]) / 100
    return quantile(values, share)


class Expected(selected_points.SelectedPoints):
    """What has to come out: `series` maps (name, labels) to [(ts_ms, value)], without stale markers; labels are a
    sorted tuple of pairs. `origins` says what is behind a series: (type, suffix, number of points of the input).
    `metadata` maps name to (type, unit), `metrics` (source, target) to [type, series, points]. `left_out` are the
    metrics without a type, `unnamed` those whose name Prometheus does not take."""

    def __init__(self, files, apm, keep_tags=(), rate_counts=False, from_ns=None, to_ns=None, constant=None,
                 trend_stats=None, merge_gauges=None, metric_types=None, thresholds=None, start_at_ns=None,
                 end_at_ns=None, names="apm"):
        self.rate_counts = rate_counts
        self.k6_names = names == "k6"
        self.constant = dict(constant or {})
        self.trend_stats = trend_stats or TREND_STATS
        self.merge_gauges = merge_gauges
        self.series, self.origins, self.metadata, self.metrics = {}, {}, {}, {}
        super().__init__(files, apm_rules.Block(apm, keep_tags), from_ns, to_ns, metric_types, thresholds)
        self.move(start_at_ns, end_at_ns)
        tags = {key for (_, _, kept) in self.groups for key, _ in kept}
        self.labels = label_names(tags)
        for (index, metric, kept), points in self.groups.items():
            self.export(index, metric, kept, points)

    def can_name(self, target):
        """As Prometheus names."""
        return apm_rules.NAME.fullmatch(target) is not None

    def kept(self, entry, seen):
        """Those that stay beside the constant ones, as pairs."""
        return tuple(pair for pair in entry.kept(seen) if plain_label(pair[0]) not in self.constant)

    def export(self, index, metric, kept, points):
        """Adds the exported series of one group."""
        kind, contains = self.types.of(metric)
        target = self.block.target_of(index, metric)
        summary = self.metrics.setdefault((self.block.entries[index].source, target), [kind, 0, 0])
        labels = dict(self.constant)
        labels.update((self.labels[key], value) for key, value in kept)
        labels = tuple(sorted(labels.items()))
        windows = self.windows(points)
        unit, divisor = UNITS[contains], 1
        if self.k6_names and (kind, contains) == ("trend", "time"):
            unit, divisor = "seconds", 1000

        def put(suffix, samples, running, unit):
            samples = [(ts, value) for ts, value in samples if value is not None]
            if running and len(samples) == 1:
                samples = []  # a total that overflows in its first window: the 0 alone says nothing
            key = (target + suffix, labels)
            assert key not in self.series, f"two series are named {key}"
            if samples:
                self.series[key], self.origins[key] = samples, (kind, suffix, len(points))
                self.metadata[target + suffix] = ("counter" if running else "gauge", unit)
                summary[1] += 1
                summary[2] += len(samples)

        def per_window(value_of):
            return [(self.end(start), value_of([point.value for point in inside])) for start, inside in windows]

        def running(value_of):
            samples, so_far = [(windows[0][0] * 1000, 0.0)], Fraction(0)
            for start, inside in windows:
                so_far += value_of([point.value for point in inside])
                value = to_float(so_far)
                samples.append((self.end(start), value if value is None or value_of is not total else value / divisor))
            return samples

        if kind == "counter":
            put("_total" if self.k6_names else "", running(total), True, unit)
        elif kind == "gauge":
            values = gauges.merge(metric, windows, self.merge_gauges, lambda values: to_float(total(values)))
            put("", [(self.end(start), value) for start, value in values], False, unit)
        elif kind == "rate":
            put("_rate" if self.k6_names else "",
                per_window(lambda values: sum(value != 0 for value in values) / len(values)), False, "")
            if self.rate_counts:
                put("_total", running(len), True, "")
                put("_nonzero_total", running(lambda values: sum(value != 0 for value in values)), True, "")
        else:
            for stat in self.trend_stats:
                if stat == "count":
                    put("_count", running(len), True, "")
                elif stat == "sum":
                    put("_sum", running(total), True, unit)
                else:
                    samples = per_window(lambda values, stat=stat: stat_value(stat, values))
                    put("_" + stat_name(stat), [(ts, value if value is None else value / divisor)
                                                for ts, value in samples], False, unit)

    def end(self, start):
        """A window's end in milliseconds: a sample's time."""
        return (start + self.block.window_s) * 1000

    def points(self):
        """Samples without stale markers, the zeros among them."""
        return sum(len(samples) for samples in self.series.values())


def read_bodies(directory):
    """All bodies of one destination's directory: ({(name, labels): [(ts, value, stale)]}, {name: (type, unit)})."""
    series, metadata, newest = {}, {}, None
    for path in sorted(glob.glob(os.path.join(directory, "*.body"))):
        with open(path, "rb") as file:
            found, about = remote_write.decode(file.read())
        for name, kind, _, unit in about:
            if metadata.setdefault(name, (kind, unit)) != (kind, unit):
                raise AssertionError(f"metadata of {name} changes")
        times = [sample[0] for _, samples in found for sample in samples]
        if max(times) - min(times) >= 3600_000:
            raise AssertionError(f"{path} spans an hour or more")
        if newest is not None and min(times) <= newest - 3600_000:
            raise AssertionError(f"{path} goes back by an hour")
        newest = max(times) if newest is None else max(newest, max(times))
        for labels, samples in found:
            key = (labels.pop("__name__"), tuple(sorted(labels.items())))
            known = series.setdefault(key, [])
            if known and samples[0][0] <= known[-1][0]:
                raise AssertionError(f"{key} goes back in time in {path}")
            known.extend(samples)
    return series, metadata


def close(left, right):
    """Equal to 1e-9 relative; -0 equals 0."""
    return left == right or (isinstance(left, float) and math.isclose(left, right, rel_tol=1e-9, abs_tol=0))


def differences(expected, found, stale=True, limit=20):
    """Compares {key: [(ts, value)]} with {key: [(ts, value, stale)]}; returns a list of texts, empty when equal."""
    problems = [f"missing: {key}" for key in sorted(expected.keys() - found.keys())]
    problems += [f"not expected: {key}" for key in sorted(found.keys() - expected.keys())]
    for key in sorted(expected.keys() & found.keys()):
        samples = list(found[key])
        if stale:
            if not samples[-1][2] or samples[-1][0] != expected[key][-1][0] + 1:
                problems.append(f"{key}: no stale marker 1 ms after the last sample: {samples[-2:]}")
            else:
                samples.pop()
        if any(sample[2] for sample in samples):
            problems.append(f"{key}: a stale marker in the middle")
        if [sample[0] for sample in samples] != [sample[0] for sample in expected[key]]:
            problems.append(f"{key}: times {[sample[0] for sample in samples]}, expected "
                            f"{[sample[0] for sample in expected[key]]}")
            continue
        problems += [f"{key} at {ts}: {value!r}, expected {wanted!r}"
                     for (ts, value, _), (_, wanted) in zip(samples, expected[key]) if not close(value, wanted)]
    return problems[:limit]


def compare(directory, expected):
    """Holds the bodies in `directory` (of one destination) against `expected`; returns a list of differences."""
    series, metadata = read_bodies(directory)
    problems = differences(expected.series, series)
    for name in sorted(expected.metadata.keys() | metadata.keys()):
        if expected.metadata.get(name) != metadata.get(name):
            problems.append(f"metadata of {name}: {metadata.get(name)}, expected {expected.metadata.get(name)}")
    return problems


def split_tags(text):
    """The value of --keep-tags."""
    return "all" if text == "all" else [tag for tag in text.split(",") if tag]


def main():
    """Prints the expected series."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apm", required=True)
    parser.add_argument("--keep-tags", default="")
    parser.add_argument("--rate-counts", action="store_true")
    parser.add_argument("--names", choices=["apm", "k6"], default="apm")
    parser.add_argument("--from", dest="start")
    parser.add_argument("--to", dest="end")
    parser.add_argument("--start-at")
    parser.add_argument("--end-at")
    parser.add_argument("--merge-gauges", choices=["sum", "last", "max"])
    parser.add_argument("--metric-type", action="append", default=[])
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    times = [k6_time.parse_time(text) if text else None for text in (args.start, args.end, args.start_at, args.end_at)]
    expected = Expected(args.files, json.loads(args.apm), split_tags(args.keep_tags), args.rate_counts, *times[:2],
                        merge_gauges=args.merge_gauges, start_at_ns=times[2], end_at_ns=times[3], names=args.names,
                        metric_types=dict(pair.split("=", 1) for pair in args.metric_type))
    for (name, labels), samples in sorted(expected.series.items()):
        for ts, value in samples:
            print(name, dict(labels), ts, repr(value))
    for path, source in zip(args.files, expected.inputs):
        print(f"# {path}: lines {source.lines}, points {source.all_points}, bad lines {source.bad_lines}")


if __name__ == "__main__":
    main()
