"""Reads k6's CSV for the oracle: one record after the other, field by field.

Source: grafana/k6, output/csv (0.26 to 2.x), written with Go's encoding/csv. What surprises: columns depend on the
enabled system tags; extra_tags and metadata are not escaped and in random order; a quoted field may hold newlines;
values are %f, also 309 digits long or +Inf; nothing says what type a metric has.
"""
import codecs
import json
import math
import re

from k6_time import check_range, parse_csv_time

HEADER = b"metric_name,timestamp,metric_value"
BEGINNING = re.compile(rb'("(?:[^"]|"")+"|[^",][^,]*),([^",]*),')  # of a record: its name and its time
VALUE = re.compile(r"-?[0-9]+(\.[0-9]+)?")
NO_TAG_COLUMNS = ("metric_name", "timestamp", "metric_value", "extra_tags", "metadata")


codecs.register_error("each byte", lambda error: ("\ufffd" * (error.end - error.start), error.end))


def text_of(line):
    """Bytes that are no UTF-8 become one U+FFFD each, as Go makes them."""
    return line.decode("utf-8", "each byte")


def is_header(line):
    """Whether this physical line is a CSV header of k6."""
    return line.removesuffix(b"\r") == HEADER or line.startswith(HEADER + b",")


def is_json_line(line):
    """Whether this physical line is a Metric or a Point of k6's JSON."""
    if not line.startswith(b"{"):
        return False
    try:
        return json.loads(text_of(line)).get("type") in ("Metric", "Point")
    except ValueError:
        return False


def is_csv(lines):
    """Whether a CSV header comes before any line of k6's JSON."""
    for line in lines:
        if is_header(line):
            return True
        if is_json_line(line):
            return False
    return False


def record_at(lines, first):
    """The fields of the record that begins with line number `first`, and the number of the line behind it."""
    if b'"' not in lines[first]:
        return text_of(lines[first].removesuffix(b"\r")).split(","), first + 1
    fields, number, at = [], first, 0
    while True:
        if lines[number][at:at + 1] == b'"':
            field, number, at = quoted_field(lines, number, at + 1)
            rest = lines[number][at:].removesuffix(b"\r")
            if rest and not rest.startswith(b","):
                raise ValueError("text behind a quoted field")
        else:
            line = lines[number].removesuffix(b"\r")
            end = line.find(b",", at)
            field = line[at:] if end < 0 else line[at:end]
            rest = b"" if end < 0 else line[end:]
            at += len(field)
        fields.append(text_of(field))
        if not rest:
            return fields, number + 1
        at += 1


def quoted_field(lines, number, at):
    """The content of the quoted field that begins at `at`, behind its quote, and where it ends."""
    content = b""
    while True:
        quote = lines[number].find(b'"', at)
        if quote < 0:
            content += lines[number][at:] + b"\n"
            number, at = number + 1, 0
            if number == len(lines):
                raise ValueError("a quoted field is not closed")
        elif lines[number][quote + 1:quote + 2] == b'"':
            content += lines[number][at:quote + 1]
            at = quote + 2
        else:
            return content + lines[number][at:quote], number, quote + 1


def parse_pairs(text):
    """extra_tags or metadata: `k=v&k=v`. A piece without `=` belongs to the value before it, if there is one."""
    pairs = []
    for piece in text.split("&"):
        key, equals, value = piece.partition("=")
        if equals:
            pairs.append([key, value])
        elif pairs:
            pairs[-1][1] += "&" + piece
    return {key: value for key, value in dict(pairs).items() if value}


def parse_value(text):
    """Go's %f, finite."""
    if not VALUE.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError(f"value {text!r}")
    return float(text)


def begins_record(line):
    """Whether a physical line begins as a record does: with a name and a time that can be read."""
    found = BEGINNING.match(line)
    try:
        return found is not None and check_range(parse_csv_time(text_of(found.group(2)))) is not None
    except ValueError:
        return False


class Row:
    """One record: `metric`, and where somebody exports it `time_ns`, `value`, `tags` and `metadata`."""

    def __init__(self, columns, fields, is_exported):
        self.metric = fields[0]
        self.time_ns = parse_csv_time(fields[1])
        self.is_exported = is_exported
        if not is_exported:
            return
        named = dict(zip(columns, fields))
        self.value = parse_value(fields[2])
        self.tags = parse_pairs(named.get("extra_tags", ""))
        self.tags.update((column, field) for column, field in zip(columns, fields)
                         if field and column not in NO_TAG_COLUMNS)
        self.metadata = parse_pairs(named.get("metadata", ""))


def rows(lines, exports):
    """Yields (line number, Row) for every record of a CSV, and (line number, None) for every bad one. Of what is no
    record, since quotes or the number of fields are wrong, the first line is given up. Name and time of a record stand
    in its first line; one of several lines has as many fields as the header, whoever exports it."""
    columns, number = None, 0
    while number < len(lines):
        place = number
        number += 1
        if not lines[place].strip():
            continue
        row = None
        try:
            if is_header(lines[place]):
                columns, number = record_at(lines, place)
                continue
            if columns and begins_record(lines[place]):
                fields, end = record_at(lines, place)
                is_exported = exports(fields[0])
                if len(fields) == len(columns) or (end == place + 1 and not is_exported):
                    number = end
                    row = Row(columns, fields, is_exported)
        except ValueError:
            pass
        yield place, row
