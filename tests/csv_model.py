"""What a CSV can hold of a run, to compare it with the JSON of the same run.

Source: grafana/k6, output/csv. What surprises: times are cut to whole seconds by default; a value has 6 decimals; an
empty tag is as good as none; extra_tags are not escaped, so that a tag with & in it comes back as others.
"""
import json
import math

import csv_lines
import k6_lines
import summaries
from k6_time import format_time, parse_time

UNITS_NS = {"unix": 10**9, "rfc3339": 10**9, "unix_milli": 10**6, "unix_micro": 10**3, "unix_nano": 1,
            "rfc3339_nano": 1}


def tags_in_csv(tags, columns):
    """The tags that come back. Where the name of an extra tag has an & in it, what comes back of the others depends on
    their order, which is random; that is not modelled."""
    held = {}
    for key, value in tags.items():
        back = {key: value} if key in columns else csv_lines.parse_pairs(f"{key}={value}")
        for name, content in back.items():
            assert held.setdefault(name, content) == content, f"two tags come back as {name}"
    return held


def as_csv_holds(data, columns, unit_ns):
    """The lines of a JSON file with times cut to `unit_ns` and the tags that a CSV of these columns has."""
    lines = []
    for line in data.splitlines():
        try:
            content = json.loads(csv_lines.text_of(line), parse_constant=k6_lines.refuse_constant)
            point = content["data"] if content["type"] == "Point" else None
        except (ValueError, KeyError, TypeError):
            point = None
        if point is not None:
            time_ns = parse_time(point["time"])
            point["time"] = format_time(time_ns - time_ns % unit_ns)
            point["tags"] = tags_in_csv(point.get("tags") or {}, columns)
            point["metadata"] = tags_in_csv(point.get("metadata") or {}, ())
            line = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
        lines.append(line + b"\n")
    return b"".join(lines)


def columns_of(data):
    """The columns of a CSV."""
    lines = data.split(b"\n")
    headers = [number for number, line in enumerate(lines) if csv_lines.is_header(line)]
    return csv_lines.record_at(lines, headers[0])[0]


def tolerance(origin, value):
    """How far a value from the CSV may be from that of the JSON: 6 decimals for each point."""
    kind, suffix, points = origin
    last_digit = abs(value) * 1e-14
    if kind == "counter" or suffix == "_sum":
        return summaries.HALF_A_DIGIT * points + last_digit
    if kind in ("gauge", "rate") or suffix == "_count":
        return 0
    return summaries.HALF_A_DIGIT + last_digit


def differences(of_json, of_csv, origins, limit=20):
    """Compares {key: [(ts, value)]} of the two; `origins` as of oracle.Expected. Returns (number of values compared,
    list of texts)."""
    made, problems = 0, [f"only in one of the two: {key}" for key in sorted(of_json.keys() ^ of_csv.keys())]
    for key in sorted(of_json.keys() & of_csv.keys()):
        if [ts for ts, _ in of_json[key]] != [ts for ts, _ in of_csv[key]]:
            problems.append(f"{key}: times {[ts for ts, _ in of_csv[key]]}, in JSON {[ts for ts, _ in of_json[key]]}")
            continue
        for (ts, wanted), (_, found) in zip(of_json[key], of_csv[key]):
            made += 1
            if not math.isclose(found, wanted, rel_tol=0, abs_tol=tolerance(origins[key], wanted)):
                problems.append(f"{key} at {ts}: {found!r}, in JSON {wanted!r}")
    return made, problems[:limit]
