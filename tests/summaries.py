"""k6's own end-of-test summaries (--summary-export), as a list of facts that the exported series have to reproduce.

Source: grafana/k6, js/summary and metrics/sink.go. What surprises: `passes` of a Rate counts the values that are not
zero, which for http_req_failed are the failures; "thresholds": true means crossed.
"""
import json
import os
import re

import k6_types

TESTDATA = os.environ.get("TESTDATA") or os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                                                      "testdata")
HALF_A_DIGIT = 5.1e-7  # what the 6 decimals of a CSV take away, with a little for the sums
TREND_STATS = ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "p(99.9)", "p(99.99)"]  # in the summaries
PLAIN_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(\{|$)")  # one that Prometheus can hold, or a submetric of such

INSTANCES = [f"segments/no-instance-tag/instance-{i}" for i in (1, 2, 3)]
WHOLE = "segments/whole-test-single-process"  # the same test in one process

# Directories with the JSON, the CSV and k6's two summaries of one run.
RUNS = ["v0.33.0/legacy", "v0.33.0/shop-lite", "v1.3.0/shop-lite", "v2.2.0/edge", "v2.2.0/lag-long-websocket",
        "v2.2.0/notags", "v2.2.0/plain", "v2.2.0/plain-tz-kolkata-rfc3339nano", "v2.2.0/proto", "v2.2.0/shop-lite",
        "prometheus/shop-v2.2.0-allstats", WHOLE] + INSTANCES
JSON_RUNS = RUNS + ["cloud/v1.3.0-shop"]  # with summary-export.json alone

# CSVs of every time format, most with the JSON of the same run beside them: name -> format.
TIME_FORMATS = {"v2.2.0-unix": "unix", "v2.2.0-rfc3339": "rfc3339", "v2.2.0-unix_milli": "unix_milli",
                "v2.2.0-unix_micro": "unix_micro", "v2.2.0-unix_nano": "unix_nano",
                "v2.2.0-rfc3339_nano": "rfc3339_nano"}

# Every other file of results in testdata.
INFINITY = [f"infinity/t-{version}.json" for version in ("v0.20.0", "v0.27.1", "v0.33.0", "v0.47.0", "v2.2.0")]
OTHER_JSON = ["v0.20.0/legacy/results.json", "stdout-mixed/json-to-stdout.txt",
              "stdout-mixed/v0.47.0-json-to-stdout.txt", "truncated/results-cut-midline.json",
              "truncated/results.json.gz"] + INFINITY
OTHER_CSV = ["stdout-mixed/csv-to-stdout.txt", "truncated/results.csv.gz", "csv-timeformats/v2.2.0-args.csv.gz",
             "csv-timeformats/v2.2.0-rfc3339-utc.csv"]


def path_of(name):
    """A file of testdata."""
    return os.path.join(TESTDATA, name)


def results_of(run, kind="json"):
    """The results file of a run, JSON or CSV."""
    plain = path_of(f"{run}/results.{kind}")
    return plain if os.path.exists(plain) else plain + ".gz"


def time_format_files():
    """(CSV, JSON of the same run, format) of every time format."""
    return [(path_of(f"csv-timeformats/{name}.csv"), path_of(f"csv-timeformats/{name}.json"), form)
            for name, form in TIME_FORMATS.items()]


def all_results():
    """Every file of JSON lines in testdata."""
    return ([results_of(run) for run in JSON_RUNS] + [path_of(name) for name in OTHER_JSON]
            + [twin for _, twin, _ in time_format_files()])


def all_csv():
    """Every CSV in testdata."""
    return ([results_of(run, "csv") for run in RUNS] + [path_of(name) for name in OTHER_CSV]
            + [path for path, _, _ in time_format_files()])


def types_of(run):
    """k6's own word on every metric of a run: {name: (type, contains)}."""
    with open(path_of(run + "/handle-summary.json"), encoding="utf-8") as file:
        metrics = json.load(file)["metrics"]
    return {name: (about["type"], about["contains"]) for name, about in metrics.items() if "{" not in name}


def custom_types(path):
    """What --metric-type has to say for a CSV: {name: type} of the metrics that are not built in and that Prometheus
    can name."""
    run = os.path.relpath(os.path.dirname(path), TESTDATA)
    run = {"truncated": "v2.2.0/shop-lite"}.get(run, run)  # of the same script
    if not os.path.exists(path_of(run + "/handle-summary.json")):
        return {}
    return {name: kind for name, (kind, _) in sorted(types_of(run).items())
            if name not in k6_types.BUILT_IN and PLAIN_NAME.match(name)}


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
    return [Fact(name, values) for name, values in sorted(metrics.items()) if PLAIN_NAME.match(name)]


def seconds_of(run):
    """How long k6 says that the run took, by which it divides counts."""
    with open(path_of(run + "/handle-summary.json"), encoding="utf-8") as file:
        return json.load(file)["state"]["testRunDurationMs"] / 1000


def thresholds_of(run):
    """The thresholds of the options that k6 ran with: {metric or submetric: [text]}."""
    with open(path_of(run + "/handle-summary.json"), encoding="utf-8") as file:
        metrics = json.load(file)["metrics"]
    return {name: list(about["thresholds"]) for name, about in metrics.items() if about.get("thresholds")}


def apm_of(facts, resample_rate=10):
    """A block that exports every fact under a name of its own, fact_0, fact_1, ..., without tags."""
    return {"provider": "prometheus", "remoteWriteURL": "http://127.0.0.1:9/api/v1/write",
            "includeDefaultMetrics": False, "resampleRate": resample_rate,
            "metrics": [{"sourceMetric": fact.selector, "targetMetric": f"fact_{i}"} for i, fact in enumerate(facts)]}


def growth(series, name):
    """Last minus first sample of a running total; 0 where there is no such series."""
    samples = series.get((name, ()))
    return samples[-1][1] - samples[0][1] if samples else 0


def contradictions(facts, series, from_csv=False, seconds=None):
    """Holds series made with apm_of(facts) and rate counts against the summary. Series are {(name, ()): [(ts, value)]}.
    Of a CSV 6 decimals of every value are known. Returns (number of comparisons made, list of texts)."""
    made, problems = 0, []
    digit = HALF_A_DIGIT if from_csv else 0

    def check(what, found, wanted, relative, absolute=0.0):
        nonlocal made
        made += 1
        if abs(found - wanted) > max(relative * max(abs(found), abs(wanted)), absolute):
            problems.append(f"{what}: {found!r}, k6's summary says {wanted!r}")

    for i, fact in enumerate(facts):
        name, values = f"fact_{i}", fact.values
        if any(value is None for value in values.values()):
            continue
        if fact.kind == "counter":
            count = growth(series, name)
            check(fact.selector, count, values["count"], 1e-15)
            if seconds is not None:
                check(fact.selector + " rate", count / seconds, values["rate"], 1e-12)
        elif fact.kind == "rate":
            passes, all_of_them = growth(series, name + "_nonzero_total"), growth(series, name + "_total")
            check(fact.selector + " passes", passes, values["passes"], 0)
            check(fact.selector + " all", all_of_them, values["passes"] + values["fails"], 0)
            check(fact.selector + " rate", passes / all_of_them if all_of_them else 0, values["value"], 1e-15)
        elif fact.kind == "trend":
            count = growth(series, name + "_count")
            check(fact.selector + " count", count, values["count"], 0)
            check(fact.selector + " sum", growth(series, name + "_sum"), values["avg"] * values["count"], 1e-9,
                  digit * count)
            if count:
                check(fact.selector + " min", min(v for _, v in series[(name + "_min", ())]), values["min"], 0, digit)
                check(fact.selector + " max", max(v for _, v in series[(name + "_max", ())]), values["max"], 0, digit)
        elif fact.kind == "gauge" and (name, ()) in series:
            found = [value for _, value in series[(name, ())]]
            check(fact.selector + " last", found[-1], values["value"], 0)
            for value in found:
                made += 1
                if not values["min"] <= value <= values["max"]:
                    problems.append(f"{fact.selector}: {value} is outside of {values['min']} to {values['max']}")
    return made, problems


def contradictions_of_window(facts, series, from_csv=False):
    """Holds series of one window with the whole run, made with apm_of(facts) and TREND_STATS, against every statistic
    of every Trend. Returns (number of comparisons made, list of texts)."""
    made, problems = 0, []
    for i, fact in enumerate(facts):
        if fact.kind != "trend" or None in fact.values.values() or not fact.values["count"]:
            continue
        for stat in [stat for stat in TREND_STATS if stat in fact.values]:
            made += 1
            samples = series[(f"fact_{i}_" + re.sub(r"[().]", "", stat), ())]
            wanted = fact.values[stat]
            if len(samples) != 1:
                problems.append(f"{fact.selector} {stat}: more than one window: {samples}")
            elif abs(samples[0][1] - wanted) > max(1e-9 * abs(wanted), HALF_A_DIGIT if from_csv else 0):
                problems.append(f"{fact.selector} {stat}: {samples[0][1]!r}, k6's summary says {wanted!r}")
    return made, problems


def sum_of(runs):
    """The facts of several runs as one: counts of counters, passes and fails of rates, of trends count, sum, min and
    max."""
    together = {}
    for run in runs:
        for fact in facts_of(run):
            total = together.setdefault(fact.selector, {"count": 0, "sum": 0, "passes": 0, "fails": 0,
                                                        "min": float("inf"), "max": float("-inf")})
            for key in ("count", "passes", "fails"):
                total[key] += fact.values.get(key, 0)
            total["sum"] += fact.values.get("avg", 0) * fact.values.get("count", 0)
            if fact.values.get("count") != 0:
                total["min"] = min(total["min"], fact.values.get("min", float("inf")))
                total["max"] = max(total["max"], fact.values.get("max", float("-inf")))
    return together


def contradictions_of_sum(runs, facts, series, from_csv=False):
    """Holds the series of several runs exported as one against the sum of their summaries."""
    made, problems, together = 0, [], sum_of(runs)
    digit = HALF_A_DIGIT if from_csv else 0
    for i, fact in enumerate(facts):
        name, wanted = f"fact_{i}", together[fact.selector]
        found = []  # (which, value, relative tolerance, absolute tolerance)
        if fact.kind == "counter":
            found = [("count", growth(series, name), 1e-12, 0)]
        elif fact.kind == "rate":
            passes = growth(series, name + "_nonzero_total")
            found = [("passes", passes, 0, 0), ("fails", growth(series, name + "_total") - passes, 0, 0)]
        elif fact.kind == "trend":
            found = [("count", growth(series, name + "_count"), 0, 0),
                     ("sum", growth(series, name + "_sum"), 1e-9, digit * wanted["count"]),
                     ("min", min(value for _, value in series[(name + "_min", ())]), 0, digit),
                     ("max", max(value for _, value in series[(name + "_max", ())]), 0, digit)]
        for key, value, relative, absolute in found:
            made += 1
            if abs(value - wanted[key]) > max(relative * abs(wanted[key]), absolute):
                problems.append(f"{fact.selector} {key}: {value!r}, the summaries together say {wanted[key]!r}")
    return made, problems
