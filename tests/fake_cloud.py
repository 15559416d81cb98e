"""A fake of k6 cloud on the loopback interface: it makes test runs, takes their metrics and ends them, as strict as k6's own
client lets one expect.

What is done to a call can be told: `validate`, `create`, `push` and `finish` are functions (number of the call of its kind
from 0, CloudRequest) -> None where all is well; a receiver.Answer; or a faults.Play, which says whether the call took
effect though no success arrives. See in_turn().

Everything that k6 would not do is a complaint, which a test asserts to be none, and answered 400.

Source: grafana/k6 v2.2.0, cloudapi/api.go, client.go and errors.go, internal/output/cloud/expv2/metrics_client.go. What
surprises: the threshold that failed is the one that is true; a call that comes again with its idempotency key is answered as
before, and has no effect.
"""
import copy
import email.parser
import email.policy
import json
import re
import time

import cloud_bodies
from faults import Play
from receiver import Answer, Receiver

TOKEN = "cl0ud-token-of-tests-" + "a1" * 20
RUN_TOKEN = "run-t0ken-of-tests-" + "b2" * 20
VALIDATE, CREATE, PUSH, FINISH = "validate", "create", "push", "finish"
PATHS = ((VALIDATE, re.compile(r"/v1/validate-token")), (CREATE, re.compile(r"/v1/tests")),
         (PUSH, re.compile(r"/v2/metrics/([^/?]+)")), (FINISH, re.compile(r"/v1/tests/([^/?]+)")))
IDEMPOTENCY_KEY = re.compile(r"[0-9a-f]{16}")
DURATION = re.compile(r"(\d+)(s|m)")
NO_MORE_METRICS = 4  # code of an error: the test run takes no more
DEFAULTS = {"aggregationPeriod": "3s", "maxTimeSeriesInBatch": 1000, "metricPushConcurrency": 1}


class CloudRequest:
    """What arrived: `kind`, one of the four or None; `method`, `path`, `headers` (names in lower case), `body`, `arrived`; of
    a push its `content`, a MetricSet; of other calls the `fields` of the JSON or form, and the `archive`; or the `fault`."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.arrived = time.monotonic()
        self.answered = self.answer = self.fault = self.content = self.archive = None
        self.kind, self.run_id, self.fields = None, None, {}

    def is_question(self):
        """Whether it asks for remote write 2.0."""
        return False

    def read(self, kind, run_id):
        """Finds out what is in it."""
        self.kind, self.run_id = kind, run_id
        try:
            if kind == PUSH:
                self.content = cloud_bodies.decode(self.body)
            elif self.headers.get("content-type", "").startswith("multipart/form-data"):
                self.fields, self.archive = read_form(self.headers["content-type"], self.body)
            else:
                self.fields = json.loads(self.body)
                cloud_bodies.require(isinstance(self.fields, dict), "the body is no JSON object")
        except (cloud_bodies.BadBody, ValueError, IndexError) as error:
            self.fault = error

    def points(self):
        """How many values."""
        return sum(len(sent.values) for sent in self.content.series)


def read_form(content_type, body):
    """multipart/form-data -> ({name: text}, the bytes of the file archive.tar or None)."""
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    form = parser.parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    cloud_bodies.require(form.is_multipart() and not form.defects, f"no form: {form.defects}")
    found, archive = {}, None
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        cloud_bodies.require(name and name not in found, f"field {name!r} of the form")
        content = part.get_payload(decode=True)
        if part.get_filename() is None:
            found[name] = content.decode()
        else:
            cloud_bodies.require(part.get_filename() == "archive.tar" and archive is None, f"file {part.get_filename()!r}")
            archive = content
    cloud_bodies.require(archive is not None, "a form without an archive")
    return found, archive


def answer_json(status, content):
    """An answer of the API."""
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(content).encode())


def refused(status, code=0, text="says the cloud", **more):
    """As k6 cloud says what is wrong."""
    return answer_json(status, {"error": {"code": code, "message": text, **more}})


def lost():
    """A call that takes effect, and whose answer gets lost."""
    return Play(Answer(drop="answer"), True)


def in_turn(*answers, then=None):
    """What is done to the calls of one kind: the answers one after another, then `then`."""
    return lambda number, request: answers[number] if number < len(answers) else then


class TestRun:
    """What the cloud knows of one: its id, the `fields` and the `archive` it was created with, its settings, and those of the
    call that ended it as `end`."""

    __test__ = False  # not for collectors of tests

    def __init__(self, run_id, fields=None, archive=None, config=None):
        self.id, self.fields, self.archive, self.end = run_id, fields, archive, None
        self.settings = {**DEFAULTS, **(config or {})}

    def period_s(self):
        """Of aggregation."""
        number, unit = DURATION.fullmatch(self.settings["aggregationPeriod"]).groups()
        return int(number) * (60 if unit == "m" else 1)


class FakeCloud(Receiver):
    """Listens from construction to close().

    validate, create, push, finish   what is done to calls, see above
    token                            what has to be in the headers; any other is not valid
    config, created                  `config` of the answer to create, and further members of it
    known                            ids of test runs that others have made
    push_path                        where the metrics of the first of them are pushed to, with RUN_TOKEN
    slow_s                           so long a push takes

    `runs` is {id: TestRun}, `series` {(metric, labels): {time: value}} of all that was stored, `doubled` the (key, time) that
    came twice by different calls, `most_at_once` how many pushes were under way at a time; `closes`, to be set: every
    connection, after its answer.
    """

    request_type = CloudRequest

    def __init__(self, validate=None, create=None, push=None, finish=None, token=TOKEN, config=None, created=None, known=(),
                 push_path=None, slow_s=0):
        well = in_turn()
        self.faults = {VALIDATE: validate or well, CREATE: create or well, PUSH: push or well, FINISH: finish or well}
        self.token, self.config, self.created = token, config or {}, created or {}
        self.known, self.push_path, self.slow_s = list(known), push_path, slow_s
        self.runs = {run_id: TestRun(run_id, config=self.config) for run_id in self.known}
        self.series, self.doubled, self.done = {}, [], {}
        self.at_once = self.most_at_once = 0
        self.closes = False
        super().__init__(self.answer_to)
        self.url = f"http://127.0.0.1:{self.port}"

    # What a test asks.

    @property
    def complaints(self):
        """All that k6 would not do."""
        return self.problems

    def of(self, kind):
        """The calls of one kind, in order of arrival."""
        return [request for request in self.requests if request.kind == kind]

    @property
    def creates(self):
        """The test runs that were made here."""
        return [run for run in self.runs.values() if run.fields is not None]

    @property
    def finishes(self):
        """{id: how it was ended}."""
        return {run.id: run.end for run in self.runs.values() if run.end is not None}

    def stored(self):
        """{(metric, labels): {time: value}} of all that was taken."""
        return self.series

    def points(self):
        """How many values are stored."""
        return sum(map(len, self.series.values()))

    # What it does.

    def complain(self, text):
        """Remembers what k6 would not do; the answer."""
        self.problems.append(text)
        return refused(400, 1, text)

    def kind_of(self, request):
        """(kind, id of the test run)."""
        if self.push_path is not None and request.path == self.push_path:
            return PUSH, self.known[0]
        for kind, path in PATHS:
            found = path.fullmatch(request.path)
            if found and request.method == "POST":
                return kind, found.group(1) if found.groups() else None
        return None, None

    def answer_to(self, _, request):
        """Plays what is told, checks, then does it."""
        kind, run_id = self.kind_of(request)
        if kind is None:
            self.complain(f"{request.method} {request.path} does not exist")
            return refused(404, 0, "Not found")
        with self.lock:
            number = len(self.of(kind))
            request.read(kind, run_id)
            if kind == PUSH:
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
        planned = self.faults[kind](number, request)
        problem = self.problem_of(request)
        if problem is not None:
            self.complain(f"{request.method} {request.path}: {problem}")
            return planned_answer(planned) or refused(400, 1, problem)
        if planned is None:
            return self.do(request)
        answer = planned_answer(planned)
        if isinstance(planned, Play) and planned.stores or 200 <= answer.status < 300 and answer.drop is None:
            self.do(request)
        return answer

    def send(self, connection, request, answer):
        """The answer to a push leaves when the push is over."""
        is_push = request is not None and request.kind == PUSH
        self.ended.wait(answer.delay or (self.slow_s if is_push else 0))
        if is_push:
            with self.lock:
                self.at_once -= 1
        answer = copy.copy(answer)
        answer.delay, answer.close = 0, answer.close or self.closes
        return super().send(connection, request, answer)

    def do(self, request):
        """What the call asks for, once for each idempotency key; the answer."""
        if request.kind == VALIDATE:
            valid = request.fields["token"] == self.token
            return answer_json(200, {"is_valid": valid, "message": "" if valid else "no such token", "token-info": {}})
        key = request.kind, request.headers["k6-idempotency-key"]
        with self.lock:
            if key not in self.done:
                does = {CREATE: self.create, PUSH: self.push, FINISH: self.finish}
                self.done[key] = request.body, does[request.kind](request)
            body, answer = self.done[key]
        if body != request.body and not request.archive:  # a form is divided at random
            return self.complain(f"{request.path}: another body with the same idempotency key")
        return answer

    def create(self, request):
        """Makes a test run."""
        run_id = str(123 + len(self.creates))
        self.runs[run_id] = TestRun(run_id, request.fields, request.archive, self.config)
        return answer_json(200, {"reference_id": run_id, "config": self.config, "logs": [], "test_run_token": RUN_TOKEN,
                                 **self.created})

    def push(self, request):
        """Stores values."""
        for sent in request.content.series:
            known = self.series.setdefault(sent.key(), {})
            self.doubled += [(sent.key(), ts) for ts in known.keys() & sent.values.keys()]
            known.update(sent.values)
        return Answer(204)

    def finish(self, request):
        """Ends a test run."""
        self.runs[request.run_id].end = request.fields
        return answer_json(200, {})

    # What it looks at.

    def problem_of(self, request):
        """The first thing that is wrong with a call, or None."""
        looks = {VALIDATE: self.look_at_validate, CREATE: look_at_create, PUSH: self.look_at_push,
                 FINISH: self.look_at_finish}
        try:
            self.look_at_headers(request)
            if request.fault is not None:
                raise cloud_bodies.BadBody(str(request.fault))
            looks[request.kind](request)
        except cloud_bodies.BadBody as error:
            return str(error)
        return None

    def look_at_headers(self, request):
        """Those of every call."""
        headers, require = request.headers, cloud_bodies.require
        login = f"Token {self.token}"
        if request.kind == PUSH and self.push_path is not None:
            require(request.path == self.push_path, "not the place to push to")
            login = f"Bearer {RUN_TOKEN}"
        if request.kind != VALIDATE:
            require(headers.get("authorization") == login, "Authorization")
        require(headers.get("user-agent", "") != "", "no User-Agent")
        require(IDEMPOTENCY_KEY.fullmatch(headers.get("k6-idempotency-key", "")), "K6-Idempotency-Key")
        require(headers.get("x-stack-id", "1").isdigit(), "X-Stack-Id")
        content_type = headers.get("content-type", "")
        if request.kind == PUSH:
            require(content_type == "application/x-protobuf", f"Content-Type {content_type}")
            require(headers.get("content-encoding") == "snappy", "Content-Encoding")
            require(headers.get("k6-metrics-protocol-version") == "2.0", "K6-Metrics-Protocol-Version")
            return
        require("content-encoding" not in headers, "Content-Encoding")
        require(content_type == "application/json"
                or request.kind == CREATE and content_type.startswith("multipart/form-data; boundary="),
                f"Content-Type {content_type}")

    def look_at_validate(self, request):
        """{"token"}, which is that of the header."""
        cloud_bodies.require(set(request.fields) == {"token"} and isinstance(request.fields["token"], str),
                             "members of the check of the token")
        cloud_bodies.require(request.headers.get("authorization") == "Token " + request.fields["token"], "Authorization")

    def run_of(self, request):
        """The test run, which is there and has not ended."""
        run = self.runs.get(request.run_id)
        cloud_bodies.require(run is not None, f"no test run {request.run_id}")
        again = (request.kind, request.headers["k6-idempotency-key"]) in self.done
        cloud_bodies.require(run.end is None or again, f"test run {run.id} has ended")
        return run

    def look_at_push(self, request):
        """It is of the test run, and within what the answer to create allows."""
        run, content, require = self.run_of(request), request.content, cloud_bodies.require
        require(content.run_id == run.id, f"metrics of test run {content.run_id!r}")
        require(content.period_s == run.period_s(), f"an aggregation period of {content.period_s} s")
        require(len(content.series) <= run.settings["maxTimeSeriesInBatch"], f"{len(content.series)} series at once")
        require(self.at_once <= run.settings["metricPushConcurrency"], f"{self.at_once} pushes at once")

    def look_at_finish(self, request):
        """{"result_status", "run_status", "thresholds"}, which agree."""
        run, fields, require = self.run_of(request), request.fields, cloud_bodies.require
        require(run.fields is not None, f"test run {run.id} is ended by somebody who did not create it")
        require(set(fields) == {"result_status", "run_status", "thresholds"}, f"members {sorted(fields)}")
        require(isinstance(fields["run_status"], int), "run_status")
        thresholds = fields["thresholds"]
        require(isinstance(thresholds, dict) and all(
            isinstance(inside, dict) and inside and all(isinstance(crossed, bool) for crossed in inside.values())
            for inside in thresholds.values()), f"thresholds {thresholds}")
        crossed = any(crossed for inside in thresholds.values() for crossed in inside.values())
        require(fields["result_status"] == int(crossed), f"result_status {fields['result_status']} of {thresholds}")
        if run.archive is None:
            told = {(metric, expression) for metric, inside in run.fields.get("thresholds", {}).items()
                    for expression in inside}
            ended = {(metric, expression) for metric, inside in thresholds.items() for expression in inside}
            require(ended <= told, f"thresholds that were not told before: {ended - told}")


def look_at_create(request):
    """Name, project, users, length, and thresholds where no archive has them."""
    fields, require = dict(request.fields), cloud_bodies.require
    require(set(fields) - {"project_id", "thresholds"} == {"name", "vus", "duration"}, f"members {sorted(fields)}")
    numbers = [name for name in ("project_id", "vus", "duration") if name in fields]
    if request.archive is not None:
        require("thresholds" not in fields, "thresholds beside an archive")
        require(all(re.fullmatch(r"-?\d+", fields[name]) for name in numbers), f"numbers of {fields}")
        fields.update((name, int(fields[name])) for name in numbers)
    require(all(isinstance(fields[name], int) for name in numbers), f"numbers of {fields}")
    require(isinstance(fields["name"], str) and fields["name"] != "", "a test without a name")
    require(fields["vus"] >= 0 and fields["duration"] >= 0, f"numbers of {fields}")
    require(request.archive is not None or fields.get("project_id", 1) > 0, "project 0")
    thresholds = fields.get("thresholds", {})
    require(isinstance(thresholds, dict) and all(
        isinstance(inside, list) and inside and all(isinstance(expression, str) for expression in inside)
        for inside in thresholds.values()), f"thresholds {thresholds}")


def planned_answer(planned):
    """The answer of what is told, or None."""
    return planned.answer if isinstance(planned, Play) else planned
