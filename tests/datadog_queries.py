"""Answers metric queries over stored series, as far as the official dashboard and a sender that reads back ask them:

    AGG:METRIC{SCOPE}[.as_count()|.as_rate()][.rollup(METHOD, SECONDS)][.fill(null)], also as cumsum(...)

SCOPE is `*`, or terms with commas between: key:value, key:*, either with ! before it, or $test_run_id, which is the
dashboard's variable and stands for all runs.

Source: Datadog's manual, "Query a metric", "Metric type modifiers" and "Rollup". What surprises: an answer has at most
1500 points of a series, and averages where there are more, whatever the query asks for. What is left out: interpolation.
"""
import itertools
import math
import re

import datadog_model
import datadog_names

QUERY = re.compile(r"(avg|sum|min|max):([A-Za-z][A-Za-z0-9_.]*?)\{([^{}]*)\}(\.as_count\(\)|\.as_rate\(\))?"
                   r"(?:\.rollup\((avg|sum|min|max|count), ?([0-9]+)\))?(\.fill\(null\))?")
CUMSUM = re.compile(r"cumsum\((.*)\)")
MOST_POINTS = 1500
HOW = {"avg": lambda values: sum(values) / len(values), "sum": sum, "min": min, "max": max, "count": len}


class BadQuery(Exception):
    """What the answer 400 says."""


def term_holds(term, tags):
    """Whether a series with these tags is within one term of a scope."""
    if term.startswith("!"):
        return not term_holds(term[1:], tags)
    if term in ("*", "$test_run_id"):
        return True
    if term.endswith(":*"):
        return term[:-2] in [datadog_names.key_of(tag) for tag in tags]
    if not term or "*" in term:
        raise BadQuery(f"scope {term!r}")
    return term in tags


def modified(series, modifier):
    """{time: value} of one series with as_count() or as_rate()."""
    if modifier == ".as_count()" and series.kind == datadog_model.RATE:
        return {ts: value * series.interval for ts, value in series.points.items()}
    if modifier == ".as_rate()" and series.kind == datadog_model.COUNT:
        return {ts: value / series.interval for ts, value in series.points.items()}
    return dict(series.points)


def in_buckets(points, how, seconds):
    """{time: [values]} -> {start of the bucket: value}."""
    buckets = {}
    for ts, value in points.items():
        buckets.setdefault(ts - ts % seconds, []).append(value)
    return {start: HOW[how](values) for start, values in buckets.items()}


def answer(query, start, end, stored, coarse_s=1):
    """The list `series` of the answer; `stored` is {(name, tags): Series}, times are seconds. No interval is below
    `coarse_s`."""
    wrapped = CUMSUM.fullmatch(query)
    found = QUERY.fullmatch(wrapped.group(1) if wrapped else query)
    if not found:
        raise BadQuery(f"query {query!r}")
    how, metric, scope, modifier, method, seconds, _ = found.groups()
    terms = [term.strip() for term in scope.split(",")]
    matching = [series for (name, tags), series in stored.items()
                if name == metric and all(term_holds(term, tags) for term in terms)]
    together = {}
    for series in matching:
        for ts, value in modified(series, modifier).items():
            if start <= ts <= end:
                together.setdefault(ts, []).append(value)
    points = {ts: HOW[how](values) for ts, values in together.items()}
    interval = int(seconds) if method else max([series.interval or 1 for series in matching], default=1)
    shortest = max(coarse_s, math.ceil((end - start) / MOST_POINTS))
    if interval < shortest:
        points = in_buckets(points, method or "avg", shortest)
        interval = shortest
    elif method:
        points = in_buckets(points, method, interval)
    if not points:
        return []
    values = [points[ts] for ts in sorted(points)]
    if wrapped:
        values = list(itertools.accumulate(values))
    pointlist = [[ts * 1000, value] for ts, value in zip(sorted(points), values)]
    return [{"metric": metric, "display_name": metric, "scope": scope, "interval": interval, "length": len(pointlist),
             "start": pointlist[0][0], "end": pointlist[-1][0], "aggr": how, "expression": query,
             "pointlist": pointlist}]
