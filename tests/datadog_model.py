"""Computes every point that has to arrive at Datadog again, straight from the raw lines, the slow and obvious way.
Shares no code with the program under test.
"""
import math
from typing import NamedTuple

import apm_rules
import datadog_names
import gauges
import oracle
import selected_points

COUNT, RATE, GAUGE = 1, 2, 3  # types of the intake
TYPE_NAMES = {COUNT: "count", RATE: "rate", GAUGE: "gauge"}
TREND_STATS = ["avg", "max", "med", "p(95)", "p(99)", "count"]


class Series(NamedTuple):
    """What one (name, tags) has: its type, its interval in seconds or None, and {time in s: value}."""
    kind: int
    interval: int | None
    points: dict


def count_of_nonzero(values):
    """How many are not zero."""
    return sum(value != 0 for value in values)


class Expected(selected_points.SelectedPoints):
    """What has to come out: `series` maps (name, tags) to a Series; tags are a sorted tuple of texts. `metrics` maps
    (source, target) to [k6's type, series, points]; what several metrics make together counts for the first of them.
    `left_out` are the metrics without a type, `unnamed` those without a letter in their name, `clashing` those that
    would have a name of another target or type."""

    def __init__(self, files, apm, keep_tags=(), rate_counts=False, from_ns=None, to_ns=None, constant=None,
                 trend_stats=None, merge_gauges=None, metric_types=None, thresholds=None, start_at_ns=None,
                 end_at_ns=None):
        self.rate_counts = rate_counts
        self.constant = dict(constant or {})
        self.trend_stats = trend_stats or TREND_STATS
        self.merge_gauges = merge_gauges
        self.series, self.metrics, self.clashing = {}, {}, set()
        super().__init__(files, apm_rules.Block(apm, keep_tags, "k6."), from_ns, to_ns, metric_types, thresholds)
        self.groups = self.without_clashes()
        self.move(start_at_ns, end_at_ns)
        for (target, _, tags), (first, points) in self.merged().items():
            self.export(target, tags, first, points)

    def can_name(self, target):
        """Anything with a letter."""
        return datadog_names.normal_name(target) != ""

    def kept(self, entry, seen):
        """All tags of the series, as it will have them."""
        return datadog_names.tags_of_series(self.constant, entry.kept(seen))

    def target_of(self, index, metric):
        """The name as Datadog takes it, without a statistic."""
        return datadog_names.normal_name(self.block.target_of(index, metric))

    def names_of(self, target, kind):
        """All names that a target of this type gets."""
        suffixes = [""]
        if kind == "rate" and self.rate_counts:
            suffixes = ["", ".total", ".nonzero_total"]
        if kind == "trend":
            suffixes = [datadog_names.suffix_of(stat) for stat in self.trend_stats]
        return [datadog_names.name_with(target, suffix) for suffix in suffixes]

    def without_clashes(self):
        """The groups without those whose name an earlier one of another target or type has. One metric by two entries
        is not merged with itself."""
        owners, entries, kept = {}, {}, {}
        for index, metric, tags in sorted(self.groups):
            target, kind = self.target_of(index, metric), self.types.of(metric)[0]
            names = self.names_of(target, kind)
            if entries.setdefault((target, metric), index) != index or any(
                    owners.get(name, (target, kind)) != (target, kind) for name in names):
                self.clashing.add(metric)
                continue
            owners.update((name, (target, kind)) for name in names)
            kept[(index, metric, tags)] = self.groups[(index, metric, tags)]
        return kept

    def merged(self):
        """(target, type, tags) -> ((entry, metric) of the first, points), whichever entries and metrics make them."""
        merged = {}
        for index, metric, tags in sorted(self.groups):
            key = (self.target_of(index, metric), self.types.of(metric)[0], tags)
            _, points = merged.setdefault(key, ((index, metric), []))
            points.extend(self.groups[(index, metric, tags)])
        return merged

    def export(self, target, tags, first, points):
        """Adds the exported series of one target and its tags."""
        index, metric = first
        kind = self.types.of(metric)[0]
        window_s = self.block.window_s
        summary = self.metrics.setdefault((self.block.entries[index].source, target), [kind, 0, 0])
        windows = self.windows(points)
        values = [(start, [point.value for point in inside]) for start, inside in windows]

        def put(suffix, kind, value_of):
            self.put(summary, (datadog_names.name_with(target, suffix), tags), kind,
                     [(start, value_of(inside)) for start, inside in values])

        def total(inside):
            return oracle.to_float(oracle.total(inside))

        if kind == "counter":
            put("", COUNT, total)
        elif kind == "gauge":
            self.put(summary, (target, tags), GAUGE, gauges.merge(metric, windows, self.merge_gauges, total))
        elif kind == "rate":
            put("", GAUGE, lambda inside: count_of_nonzero(inside) / len(inside))
            if self.rate_counts:
                put(".total", COUNT, len)
                put(".nonzero_total", COUNT, count_of_nonzero)
        else:
            for stat in self.trend_stats:
                suffix = datadog_names.suffix_of(stat)
                if stat == "count":
                    put(suffix, RATE, lambda inside: len(inside) / window_s)
                elif stat == "sum":
                    put(suffix, COUNT, total)
                else:
                    put(suffix, GAUGE, lambda inside, stat=stat: oracle.stat_value(stat, inside))

    def put(self, summary, key, kind, samples):
        """Adds one series."""
        points = {start: value for start, value in samples if value is not None}
        assert key not in self.series, f"two series are named {key}"
        if points:
            self.series[key] = Series(kind, None if kind == GAUGE else self.block.window_s, points)
            summary[1] += 1
            summary[2] += len(points)

    def points(self):
        """All of them."""
        return sum(len(series.points) for series in self.series.values())


def as_running_totals(series):
    """{(name, tags): Series} in the form of oracle.Expected.series, with running totals from a 0 on for counts and rates
    and with Prometheus's suffixes: what summaries.py holds against k6's own summary."""
    found = {}
    for (name, tags), (kind, interval, points) in series.items():
        samples = sorted(points.items())
        if kind != GAUGE:
            amounts = [value * interval if kind == RATE else value for _, value in samples]
            samples = [(samples[0][0], 0.0)] + [(ts, math.fsum(amounts[:number]))
                                                for number, (ts, _) in enumerate(samples, 1)]
        found[(name.replace(".", "_"), tags)] = samples
    return found


def differences(expected, found, limit=20):
    """Compares two {key: Series}; returns a list of texts, empty when equal."""
    problems = [f"missing: {key}" for key in sorted(expected.keys() - found.keys())]
    problems += [f"not expected: {key}" for key in sorted(found.keys() - expected.keys())]
    for key in sorted(expected.keys() & found.keys()):
        wanted, got = expected[key], found[key]
        if (wanted.kind, wanted.interval) != (got.kind, got.interval):
            problems.append(f"{key}: type and interval {got[:2]}, expected {wanted[:2]}")
        if sorted(wanted.points) != sorted(got.points):
            missing = sorted(wanted.points.keys() - got.points.keys())
            more = sorted(got.points.keys() - wanted.points.keys())
            problems.append(f"{key}: {len(missing)} times are missing, {missing[:5]}, {len(more)} too many, {more[:5]}")
            continue
        problems += [f"{key} at {ts}: {got.points[ts]!r}, expected {value!r}"
                     for ts, value in sorted(wanted.points.items()) if not oracle.close(got.points[ts], value)]
    return problems[:limit]
