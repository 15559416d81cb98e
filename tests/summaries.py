"""k6's own end-of-test summaries (--summary-export), as a list of facts that the exported series have to reproduce.

Source: grafana/k6, js/summary and metrics/sink.go. What surprises: `passes` of a Rate counts the values that are not
zero, which for http_req_failed are the failures; "thresholds": true means crossed.
"""
import json
import os
import re

TESTDATA = os.environ.get("TESTDATA") or os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                                                      "testdata")

# Directories with a results file and k6's summary of the same run.
RUNS = ["v0.33.0/legacy", "v0.33.0/shop-lite", "v1.3.0/shop-lite", "v2.2.0/edge", "v2.2.0/lag-long-websocket",
        "v2.2.0/notags", "v2.2.0/plain", "v2.2.0/plain-tz-kolkata-rfc3339nano", "v2.2.0/proto", "v2.2.0/shop-lite",
        "prometheus/shop-v2.2.0-allstats", "segments/whole-test-single-process", "segments/no-instance-tag/instance-1",
        "segments/no-instance-tag/instance-2", "segments/no-instance-tag/instance-3"]
INSTANCES = [f"segments/no-instance-tag/instance-{i}" for i in (1, 2, 3)]

# Every file of JSON lines in testdata.
INFINITY = [f"infinity/t-{version}.json" for version in ("v0.20.0", "v0.27.1", "v0.33.0", "v0.47.0", "v2.2.0")]
OTHER_FILES = ["v0.20.0/legacy/results.json", "stdout-mixed/json-to-stdout.txt",
               "stdout-mixed/v0.47.0-json-to-stdout.txt", "truncated/results-cut-midline.json",
               "truncated/results.json.gz"] + INFINITY


def path_of(name):
    """A file of testdata."""
    return os.path.join(TESTDATA, name)


def results_of(run):
    """The results file of a run."""
    plain = path_of(run + "/results.json")
    return plain if os.path.exists(plain) else plain + ".gz"


def all_results():
    """Every file of JSON lines in testdata."""
    return [results_of(run) for run in RUNS] + [path_of(name) for name in OTHER_FILES]


class Fact:
    """The summary of one metric or submetric: `metric`, `selector` (PromQL), `kind`, and k6's numbers."""

    def __init__(self, name, values):
        found = re.fullmatch(r"([^{]+)(?:\{(.*)\})?", name)
        self.metric, pairs = found.group(1), found.group(2)
        self.is_submetric = pairs is not None
        self.selector = self.metric
        self.tags = {}
        if pairs:
            for pair in pairs.split(","):
                key, value = pair.split(":", 1)
                self.tags[key.strip()] = value.strip().strip("\"'")
            inside = ",".join(f'{key}="{value}"' for key, value in self.tags.items())
            self.selector = f"{self.metric}{{{inside}}}"
        self.values = values
        if "passes" in values:
            self.kind = "rate"
        elif "avg" in values:
            self.kind = "trend"
        elif "value" in values:
            self.kind = "gauge"
        else:
            self.kind = "counter"


def facts_of(run):
    """The facts of a run whose names Prometheus can hold."""
    with open(path_of(run + "/summary-export.json"), encoding="utf-8") as file:
        metrics = json.load(file)["metrics"]
    return [Fact(name, values) for name, values in sorted(metrics.items())
            if re.match(r"[a-zA-Z_][a-zA-Z0-9_]*(\{|$)", name)]


def apm_of(facts, resample_rate=10):
    """A block that exports every fact under a name of its own, fact_0, fact_1, ..., without tags."""
    return {"provider": "prometheus", "remoteWriteURL": "http://127.0.0.1:9/api/v1/write",
            "includeDefaultMetrics": False, "resampleRate": resample_rate,
            "metrics": [{"sourceMetric": fact.selector, "targetMetric": f"fact_{i}"} for i, fact in enumerate(facts)]}


def growth(series, name):
    """Last minus first sample of a running total; 0 where there is no such series."""
    samples = series.get((name, ()))
    return samples[-1][1] - samples[0][1] if samples else 0


def contradictions(facts, series):
    """Holds series made with apm_of(facts) and rate counts against the summary. Series are {(name, ()): [(ts, value)]}.
    Returns (number of comparisons made, list of texts)."""
    made, problems = 0, []

    def check(what, found, wanted, tolerance):
        nonlocal made
        made += 1
        if abs(found - wanted) > tolerance * max(abs(found), abs(wanted)):
            problems.append(f"{what}: {found!r}, k6's summary says {wanted!r}")

    for i, fact in enumerate(facts):
        name, values = f"fact_{i}", fact.values
        if any(value is None for value in values.values()):
            continue
        if fact.kind == "counter":
            check(fact.selector, growth(series, name), values["count"], 1e-15)
        elif fact.kind == "rate":
            check(fact.selector + " passes", growth(series, name + "_nonzero_total"), values["passes"], 0)
            check(fact.selector + " all", growth(series, name + "_total"), values["passes"] + values["fails"], 0)
        elif fact.kind == "trend":
            count = growth(series, name + "_count")
            check(fact.selector + " count", count, values["count"], 0)
            check(fact.selector + " sum", growth(series, name + "_sum"), values["avg"] * values["count"], 1e-9)
            if count:
                check(fact.selector + " min", min(v for _, v in series[(name + "_min", ())]), values["min"], 0)
                check(fact.selector + " max", max(v for _, v in series[(name + "_max", ())]), values["max"], 0)
        elif fact.kind == "gauge" and (name, ()) in series:
            found = [value for _, value in series[(name, ())]]
            check(fact.selector + " last", found[-1], values["value"], 0)
            for value in found:
                made += 1
                if not values["min"] <= value <= values["max"]:
                    problems.append(f"{fact.selector}: {value} is outside of {values['min']} to {values['max']}")
    return made, problems


def sum_of(runs):
    """The facts of several runs added up: counters' counts, rates' passes and fails, trends' counts and sums."""
    together = {}
    for run in runs:
        for fact in facts_of(run):
            total = together.setdefault(fact.selector, {"kind": fact.kind, "count": 0, "sum": 0, "passes": 0,
                                                        "fails": 0})
            total["passes"] += fact.values.get("passes", 0)
            total["fails"] += fact.values.get("fails", 0)
            total["count"] += fact.values.get("count", 0)
            total["sum"] += fact.values.get("avg", 0) * fact.values.get("count", 0)
    return together


def contradictions_of_sum(runs, facts, series):
    """Holds the series of several runs exported as one against the sum of their summaries."""
    made, problems, together = 0, [], sum_of(runs)
    for i, fact in enumerate(facts):
        name, wanted = f"fact_{i}", together[fact.selector]
        pairs = {"counter": [("", "count", 1e-12)], "trend": [("_count", "count", 0), ("_sum", "sum", 1e-9)],
                 "rate": [("_nonzero_total", "passes", 0)], "gauge": []}[fact.kind]
        for suffix, key, tolerance in pairs:
            made += 1
            found = growth(series, name + suffix)
            if abs(found - wanted[key]) > tolerance * abs(wanted[key]):
                problems.append(f"{fact.selector} {key}: {found!r}, the summaries add up to {wanted[key]!r}")
    return made, problems
