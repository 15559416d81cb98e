"""A fake of Datadog on the loopback interface, as strict as its published rules and as silent as the real one.

A script is a function (request number from 0, IntakeRequest) -> receiver.Answer, or None where the intake shall do what
it does. Everything that breaks a rule of the intake is a problem, which a test asserts to be none.

Source: Datadog's OpenAPI (v1, v2) and manual. What surprises: points that are too old are answered 202 and dropped; the
last value of a second wins.
"""
import itertools
import json
import time
import urllib.parse
import zlib

import datadog_bodies
import datadog_model
import datadog_queries
from receiver import Answer, Receiver

API_KEY, APP_KEY = "k" * 32, "a" * 40
PAST_MAX_S = 3600
SERIES, VALIDATE, QUERY = "/api/v2/series", "/api/v1/validate", "/api/v1/query"
HISTORICAL, METADATA = "/api/v2/metrics/historical-metrics-configurations", "/api/v1/metrics/"
METADATA_MEMBERS = {"description", "integration", "per_unit", "short_name", "statsd_interval", "type", "unit"}


class IntakeRequest:
    """What arrived: `method`, `path` without its query, `query`, `headers` (names in lower case), `body`, `arrived`;
    of POST series what is in it as `sent`, or `fault` with what is wrong."""

    def __init__(self, method, path, headers, body):
        self.method, self.headers, self.body = method, headers, body
        self.url = path
        self.path, _, query = path.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.arrived = time.monotonic()
        self.arrived_at = time.time()
        self.answered = self.answer = self.fault = None
        self.sent = []
        if self.is_series():
            try:
                self.sent = datadog_bodies.decode(headers, body)
            except datadog_bodies.BadBody as error:
                self.fault = error

    def is_series(self):
        """Whether points are sent."""
        return (self.method, self.path) == ("POST", SERIES)

    def is_question(self):
        """Whether it asks for remote write 2.0."""
        return False

    def points(self):
        """How many."""
        return sum(len(sent.points) for sent in self.sent)

    def metrics(self):
        """Names."""
        return {sent.metric for sent in self.sent}


def answer_json(status, content):
    """An answer of the API."""
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(content).encode())


def errors(status, *texts):
    """As Datadog says what is wrong."""
    return answer_json(status, {"errors": list(texts)})


class Intake(Receiver):
    """Listens from construction to close().

    api_key, app_key   what has to be in the headers
    takes_all_times    keeps points of any age, as an account with historical metrics does
    hidden_s           so many seconds stored points are not found by queries
    coarse_s           the shortest interval of an answer to a query
    loses              a function (key, time in s, how often it came before) -> whether a point is dropped in silence

    `enabled` are the metrics with historical ingestion, `described` {name: what was PUT}, `types` {name: (type, unit)},
    `too_old` and `ahead` the points that were dropped for their time, `lost` those that `loses` took.
    """

    request_type = IntakeRequest

    def __init__(self, script=None, api_key=API_KEY, app_key=APP_KEY, takes_all_times=False, hidden_s=0, loses=None,
                 coarse_s=1, cut_connections=0):
        self.faults = script or (lambda number, request: None)
        self.api_key, self.app_key = api_key, app_key
        self.takes_all_times, self.hidden_s, self.loses, self.coarse_s = takes_all_times, hidden_s, loses, coarse_s
        self.enabled, self.described, self.types = [], {}, {}
        self.too_old, self.ahead, self.lost = [], [], []
        self.series, self.came, self.seen_since = {}, {}, {}
        super().__init__(self.answer_to, cut_connections)
        self.url = f"http://127.0.0.1:{self.port}"

    def of(self, path):
        """The requests of one endpoint, in order of arrival."""
        return [request for request in self.requests if request.path.startswith(path)]

    def series_requests(self):
        """Those with points."""
        return self.of(SERIES)

    def stored(self):
        """{(name, tags): Series} of all that was taken."""
        return self.series

    def problem(self, text):
        """Remembers what no sender may do."""
        self.problems.append(text)

    def answer_to(self, number, request):
        """The script first, then the rules."""
        if request.fault is not None:
            self.problem(f"{request.method} {request.url}: {request.fault}")
        scripted = self.faults(number, request)
        if scripted is not None:
            if request.is_series() and 200 <= scripted.status < 300 and scripted.drop is None:
                self.take(request)
            return scripted
        if request.headers.get("dd-api-key") != self.api_key:
            return errors(403, "Forbidden")
        if request.is_series():
            return self.answer_series(request)
        if (request.method, request.path) == ("GET", VALIDATE):
            return answer_json(200, {"valid": True})
        if request.headers.get("dd-application-key") != self.app_key:
            return errors(403, "Forbidden")
        if (request.method, request.path) == ("GET", QUERY):
            return self.answer_query(request)
        if (request.method, request.path) == ("POST", HISTORICAL):
            return self.answer_historical(request)
        if request.method == "PUT" and request.path.startswith(METADATA):
            return self.answer_metadata(request)
        self.problem(f"{request.method} {request.path} does not exist")
        return errors(404, "Not found")

    def answer_series(self, request):
        """Takes the points."""
        if request.fault is not None:
            return errors(request.fault.status, str(request.fault))
        self.take(request)
        return answer_json(202, {"errors": []})

    def take(self, request):
        """Stores what is not too old, too far ahead, or lost."""
        now = time.time()
        with self.lock:
            for sent in request.sent:
                known = self.types.setdefault(sent.metric, (sent.kind, sent.unit))
                if known != (sent.kind, sent.unit):
                    self.problem(f"{sent.metric} was {known} and is {(sent.kind, sent.unit)}")
                for ts, value in sent.points.items():
                    self.take_point(sent, ts, value, now)

    def take_point(self, sent, ts, value, now):
        """One point."""
        point = (sent.key(), ts)
        came = self.came.get(point, 0)
        self.came[point] = came + 1
        if not self.takes_all_times:
            if ts > now + datadog_bodies.AHEAD_MAX_S:
                self.ahead.append(point)
                return
            if ts < now - PAST_MAX_S and sent.metric not in self.enabled:
                self.too_old.append(point)
                return
        if self.loses is not None and self.loses(sent.key(), ts, came):
            self.lost.append(point)
            return
        empty = datadog_model.Series(sent.kind, sent.interval, {})
        known = self.series.setdefault(sent.key(), empty)
        if known.interval != sent.interval:
            self.problem(f"interval of {sent.key()} changes")
        known.points[ts] = value
        self.seen_since.setdefault(point, now + self.hidden_s)

    def answer_query(self, request):
        """GET /api/v1/query."""
        try:
            start, end = int(request.query["from"]), int(request.query["to"])
            query = request.query["query"]
            now = time.time()
            with self.lock:
                seen = {key: series._replace(points={ts: value for ts, value in series.points.items()
                                                     if self.seen_since[(key, ts)] <= now})
                        for key, series in self.series.items()}
            found = datadog_queries.answer(query, start, end, seen, self.coarse_s)
        except (KeyError, ValueError, datadog_queries.BadQuery) as error:
            self.problem(f"query {request.url}: {error!r}")
            return errors(400, f"Error parsing query: {error}")
        return answer_json(200, {"status": "ok", "res_type": "time_series", "from_date": start * 1000,
                                 "to_date": end * 1000, "query": query, "series": found})

    def answer_historical(self, request):
        """POST /api/v2/metrics/historical-metrics-configurations."""
        try:
            data = json.loads(request.body)["data"]
            if set(data) != {"id", "type"} or data["type"] != "historical_metrics_configurations":
                raise ValueError(data)
        except (KeyError, ValueError) as error:
            self.problem(f"historical configuration {request.body!r}: {error!r}")
            return errors(400, "Bad Request")
        with self.lock:
            self.enabled.append(data["id"])
        return answer_json(201, {"data": data})

    def answer_metadata(self, request):
        """PUT /api/v1/metrics/NAME: of a metric that Datadog knows."""
        name = urllib.parse.unquote(request.path[len(METADATA):])
        content = json.loads(request.body)
        if not set(content) <= METADATA_MEMBERS or not all(
                isinstance(value, int if member == "statsd_interval" else str) for member, value in content.items()):
            self.problem(f"metadata {content}")
            return errors(400, "Bad Request")
        if name not in self.types:
            return errors(404, "metric_name not found")
        with self.lock:
            self.described[name] = content
        return answer_json(200, content)


def on_series(*answers, then=None):
    """A script: the answers to the requests with points, one after another, then `then`."""
    numbers = itertools.count()

    def script(_, request):
        if not request.is_series():
            return None
        number = next(numbers)
        return answers[number] if number < len(answers) else then
    return script


def on_path(path, answer):
    """A script: one answer for all requests of an endpoint, whose path begins so."""
    return lambda _, request: answer if request.path.startswith(path) else None


def share_of(point):
    """A number in [0, 1) that is always the same for a point."""
    return zlib.crc32(repr(point).encode()) % 1000 / 1000


def loses_once(share):
    """Drops this share of the points when they come for the first time."""
    return lambda key, ts, came: came == 0 and share_of((key, ts)) < share


def loses_for_ever(share):
    """Drops this share of the points always."""
    return lambda key, ts, came: share_of((key, ts)) < share
