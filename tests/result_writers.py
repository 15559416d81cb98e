"""Writes results in the forms that k6 writes. A test that makes up its input takes the writer as a parameter, so that it
holds for every form.

A writer has
    extension             of its files
    head(metrics)         what stands before the points, as bytes
    types(metrics)        the types that somebody has to tell because the form cannot: {name: type}
    times(first_s, n, step_s=1)
                          n times from `first_s` on, as text
    time(time_ns)         one time, exact to the nanosecond, as text
    around(metric, tags)  the text of a line before its time, between time and value, and after the value
    row(point)            a point's line, as bytes

Source: grafana/k6, output/json (0.41 and later) and output/csv.
"""
import datetime
import json
from typing import NamedTuple

EPOCH = datetime.date(1970, 1, 1)
DAY_S = 86400
CLOCK = [f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}" for second in range(DAY_S)]


class Metric(NamedTuple):
    """What a Metric line declares."""
    name: str
    kind: str
    contains: str = "default"


class Point(NamedTuple):
    """A value at a time."""
    metric: str
    time_ns: int
    value: float
    tags: dict = {}
    metadata: dict = {}


def compact(value):
    """JSON without blanks, in UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def local_time(seconds, fraction="", zone="Z"):
    """Seconds of a clock that shows local time since 1970 -> RFC 3339; `fraction` begins with the dot."""
    day = EPOCH + datetime.timedelta(days=seconds // DAY_S)
    return f"{day.isoformat()}T{CLOCK[seconds % DAY_S]}{fraction}{zone}"


class JsonLines:
    """--out json."""

    extension = ".json"

    def head(self, metrics):
        """The Metric lines."""
        return "".join(self.metric(metric) for metric in metrics).encode()

    def types(self, metrics):
        """None: the Metric lines say it all."""
        del metrics
        return {}

    def metric(self, metric):
        """A Metric line."""
        return compact({"type": "Metric", "data": {"name": metric.name, "type": metric.kind, "contains": metric.contains,
                                                   "thresholds": [], "submetrics": None}, "metric": metric.name}) + "\n"

    def time(self, time_ns):
        """As Go's RFC3339Nano: without zeros at the end of the fraction."""
        seconds, ns = divmod(time_ns, 10**9)
        return local_time(seconds, f".{ns:09}".rstrip("0").rstrip("."))

    def times(self, first_s, n, step_s=1):
        """Whole seconds, fast."""
        texts = []
        while len(texts) < n:
            day, second = divmod(first_s + len(texts) * step_s, DAY_S)
            date = (EPOCH + datetime.timedelta(days=day)).isoformat() + "T"
            texts += [f"{date}{clock}Z" for clock in CLOCK[second::step_s]]
        return texts[:n]

    def around(self, metric, tags=None):
        """The constant parts of a line."""
        return (f'{{"metric":{compact(metric)},"type":"Point","data":{{"time":"', '","value":',
                f',"tags":{compact(tags or {})}}}}}\n')

    def row(self, point):
        """A line with the shortest digits of its value."""
        data = {"time": self.time(point.time_ns), "value": point.value, "tags": point.tags}
        if point.metadata:
            data["metadata"] = point.metadata
        return (compact({"metric": point.metric, "type": "Point", "data": data}) + "\n").encode()


class CsvRows:
    """--out csv with K6_CSV_TIME_FORMAT=rfc3339_nano and without system tags: every tag is an extra one. The fast ways
    write whole Unix seconds."""

    extension = ".csv"

    def head(self, metrics):
        """The header: metrics are not declared."""
        del metrics
        return b"metric_name,timestamp,metric_value,extra_tags,metadata\n"

    def types(self, metrics):
        """All."""
        return {metric.name: metric.kind for metric in metrics}

    def time(self, time_ns):
        """As in JSON."""
        return JsonLines().time(time_ns)

    def times(self, first_s, n, step_s=1):
        """Whole Unix seconds."""
        return [str(first_s + i * step_s) for i in range(n)]

    def field(self, text):
        """Quoted where it has to be."""
        if any(special in text for special in ',"\r\n'):
            return '"' + text.replace('"', '""') + '"'
        return text

    def pairs(self, tags):
        """extra_tags or metadata."""
        return self.field("&".join(f"{name}={value}" for name, value in tags.items()))

    def around(self, metric, tags=None):
        """The constant parts of a row."""
        return f"{self.field(metric)},", ",", f",{self.pairs(tags or {})},\n"

    def row(self, point):
        """A row with Go's %f."""
        before, between, _ = self.around(point.metric)
        return (f"{before}{self.time(point.time_ns)}{between}{point.value:f},{self.pairs(point.tags)},"
                f"{self.pairs(point.metadata)}\n").encode()


def rows(writer, metric, times, values, tags=None):
    """The lines of one series; `times` are texts."""
    before, between, after = writer.around(metric, tags)
    return "".join([f"{before}{time}{between}{value}{after}" for time, value in zip(times, values)]).encode()
