"""What type a metric has, and what its values are: a table for the oracle that shares nothing with the program's.

Source: k6's manual, "Built-in metrics" of each version, and grafana/k6, metrics/builtin.go and js/modules/k6. What
surprises: a CSV carries no types at all; `errors` is only in old tables, so that a metric of a script may well have
that name and another type.
"""
import re

COUNTERS = """iterations dropped_iterations http_reqs ws_sessions ws_msgs_sent ws_msgs_received grpc_streams
    grpc_streams_msgs_sent grpc_streams_msgs_received"""
BYTE_COUNTERS = "data_sent data_received browser_data_sent browser_data_received"
GAUGES = "vus vus_max"
RATES = "checks http_req_failed browser_http_req_failed"
PLAIN_TRENDS = "browser_web_vital_cls webvital_cumulative_layout_shift"
TIMES = """iteration_duration group_duration http_req_duration http_req_blocked http_req_connecting
    http_req_tls_handshaking http_req_sending http_req_waiting http_req_receiving ws_ping ws_session_duration
    ws_connecting grpc_req_duration browser_http_req_duration browser_web_vital_fcp browser_web_vital_lcp
    browser_web_vital_inp browser_web_vital_ttfb browser_web_vital_fid browser_dom_content_loaded browser_first_paint
    browser_first_contentful_paint browser_first_meaningful_paint browser_loaded webvital_first_input_delay
    webvital_time_to_first_byte webvital_largest_content_paint webvital_interaction_to_next_paint
    webvital_first_contentful_paint"""

BUILT_IN = {name: about for names, about in (
    (COUNTERS, ("counter", "default")), (BYTE_COUNTERS, ("counter", "data")), (GAUGES, ("gauge", "default")),
    (RATES, ("rate", "default")), (PLAIN_TRENDS, ("trend", "default")), (TIMES, ("trend", "time"))
) for name in names.split()}


def of_thresholds(thresholds):
    """The thresholds of the options, {metric or submetric: [text or {"threshold": text}]} -> {metric: type}."""
    statistics = {}
    for name, expressions in thresholds.items():
        known = statistics.setdefault(name.split("{", 1)[0], set())
        for expression in expressions:
            text = expression["threshold"] if isinstance(expression, dict) else expression
            known.add(re.match(r"\s*([a-z]*)", text).group(1))
    types = {}
    for name, known in statistics.items():
        if known & {"p", "avg", "med", "min", "max"}:
            types[name] = "trend"
        elif "count" in known:
            types[name] = "counter"
        elif "rate" in known:
            types[name] = "rate"
        elif "value" in known:
            types[name] = "gauge"
    return types


class Types:
    """Who is asked first: `declared` are what the Metric lines of each input say, {name: {(type, contains)}}, `given`
    is what --metric-type says, `thresholds` those of the options."""

    def __init__(self, declared=(), given=None, thresholds=None):
        ways = {}
        for of_input in declared:
            for name, said in of_input.items():
                ways.setdefault(name, set()).update(said)
        self.declared = {}
        for name, said in ways.items():
            kinds = {kind for kind, _ in said}
            contains = max((contains for _, contains in said), key=["default", "time", "data"].index)
            self.declared[name] = (kinds.pop(), contains) if len(kinds) == 1 else None  # a contradiction
        self.given = dict(given or {})
        self.of_thresholds = of_thresholds(thresholds or {})

    def of(self, name):
        """(type, contains), or None where nobody knows."""
        if name in self.declared:
            return self.declared[name]
        if name in self.given:
            return self.given[name], "default"
        if name in BUILT_IN:
            return BUILT_IN[name]
        if name in self.of_thresholds:
            return self.of_thresholds[name], "default"
        return ("counter", "default") if name == "errors" else None
