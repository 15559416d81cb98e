"""Receivers that play faults and remember all that they stored, and the laws that an account of a delivery has to keep.

A witness stores a request once: it refuses another one that goes back in time as a whole, as Prometheus does (400, out of
order), or it lets it in, as VictoriaMetrics, Datadog and k6 cloud do, and a point that comes twice counts once.
"""
import copy
import json
import re
import threading
from typing import NamedTuple

import compliance
import datadog_intake
import fake_cloud
import oracle
import remote_write_2
from receiver import Answer, Receiver, hang_up

OUT_OF_ORDER = b"out of order sample, says the receiver"
IN_DOUBT = re.compile(r"the receiver refused (\d+) points?(?: of [^\n]*?)? that it may have taken before, without an answer: ")
NAMES = {"datadog": "Datadog", "cloud": "k6 cloud"}
PATHS = ("/api/v1/write", datadog_intake.SERIES, "/v2/metrics/")  # where points go
UNANSWERED = ("timed out", "without an answer", "broke", "did not answer in HTTP", "TLS handshake", ": 408 ", ": 504 ")


class Way(NamedTuple):
    """How points travel: "1" or "2" for remote write, "datadog", "cloud"; and whether the receiver refuses what it holds."""
    form: str
    refuses_doubles: bool

    def __str__(self):
        name = NAMES.get(self.form, f"remote write {self.form}")
        return name + (", refuses doubles" if self.refuses_doubles else "")

    @property
    def provider(self):
        """Of the apm block."""
        return self.form if self.form in NAMES else "prometheus"

    @property
    def calls_before(self):
        """How many calls come before the first with points."""
        return {"datadog": 1, "cloud": 2}.get(self.form, 0)


class Attempt(NamedTuple):
    """A request that came as a whole: its body, its points {(key, ts)}, what it learned from the answer: "acknowledged",
    "refused", "stop", or "open" where it may be sent again; when it came."""
    body: bytes
    points: frozenset
    fate: str
    arrived: float


def fate_of(answer, form):
    """What a sender is to make of an answer."""
    if answer.drop in ("answer", "half", "hang", "garbage") or answer.status in (408, 429) or answer.status >= 500:
        return "open"
    if 200 <= answer.status < 300:
        if form == "2" and answer.drop == "status":
            return "open"
        return "acknowledged" if form != "2" or remote_write_2.WRITTEN[0] in answer.headers else "refused"
    return "stop" if answer.status < 400 or answer.status in (401, 403, 404, 405) else "refused"


def samples_of(request):
    """[(key, [(ts, value, stale)])] of any protocol."""
    if hasattr(request, "content"):
        return [(sent.key(), [(ts, value, False) for ts, value in sorted(sent.values.items())])
                for sent in request.content.series]
    if hasattr(request, "sent"):
        return [(sent.key(), [(ts, value, False) for ts, value in sorted(sent.points.items())]) for sent in request.sent]
    found = []
    for labels, samples in request.series:
        labels = dict(labels)
        found.append(((labels.pop("__name__"), tuple(sorted(labels.items()))), samples))
    return found


def in_words_of(form, answer):
    """The answer, with its words as the receiver puts them: k6 cloud says them in JSON."""
    if form != "cloud" or not isinstance(answer, Answer) or answer.status < 400:
        return answer
    answer = copy.copy(answer)
    answer.body = json.dumps({"error": {"message": answer.body.decode()}}).encode()
    return answer


class Witness:
    """Serves one case. `plan` is a function (number of the attempt, of the body, whether it is new) -> None where all is
    well, else a faults.Play. `on_head` is one (number of the attempt) -> what Receiver.on_head gives; `before` is called
    with the number of the next attempt before an answer leaves; `closes`: every connection, after its answer. `hits`
    counts the faults that were played."""

    def __init__(self, way, plan=None):
        self.way = way
        self.plan = plan or (lambda number, body, new: None)
        self.closes = False
        self.on_head = lambda number: None
        self.before = lambda number: None
        self.stored, self.attempts, self.problems, self.bodies = {}, [], [], {}
        self.heads, self.hits = 0, 0
        self.may_be_late = False
        self.keeps_stopped = False  # what is refused with everything else is not refused for good
        self.lock = threading.Lock()
        self.here = threading.local()
        if way.form == "datadog":
            self.receiver = datadog_intake.Intake(self.script, takes_all_times=True)
        elif way.form == "cloud":
            self.receiver = fake_cloud.FakeCloud(push=self.script)
        else:
            self.receiver = Receiver(self.script)
        self.receiver.on_head = self.head

    def close(self):
        """The end."""
        self.receiver.close()

    def head(self, method, path, _):
        """Numbers the attempts, those that break before the body is read, too."""
        if method != "POST" or not path.startswith(PATHS):
            return None
        with self.lock:
            self.here.number = self.heads
            self.heads += 1
        early = in_words_of(self.way.form, self.on_head(self.here.number))
        self.hits += early is not None
        return early

    def script(self, _, request):
        """Receiver.script, and that of Intake, and FakeCloud.push."""
        if hasattr(request, "sent") and not request.is_series():
            return None
        with self.lock:
            new = request.body not in self.bodies
            body = self.bodies.setdefault(request.body, len(self.bodies))
            samples = samples_of(request)
            planned = self.plan(self.here.number, body, new)
            self.hits += planned is not None
            answer = self.answer(request, samples, planned)
            points = frozenset((key, ts) for key, inside in samples for ts, _, stale in inside if not stale)
            self.attempts.append(Attempt(request.body, points, fate_of(answer, self.way.form), request.arrived))
        answer.close = answer.close or self.closes
        self.before(self.here.number + 1)
        return answer

    def answer(self, request, samples, planned):
        """Stores what is to be stored; the answer."""
        fits = not self.way.refuses_doubles or self.is_newer(samples)
        if planned is None:
            if not fits:
                return Answer(400, self.counts(0), OUT_OF_ORDER)
            self.store(samples)
            return Answer(202 if self.way.form == "datadog" else 204, self.counts(request))
        answer, stores = in_words_of(self.way.form, planned.answer), planned.stores
        if fate_of(answer, "1") == "acknowledged":
            if not planned.counted and self.way.form == "2":
                return answer
            answer.headers.update(self.counts(request))
            stores = True
        if stores and fits:
            self.store(samples)
        return answer

    def counts(self, request):
        """The headers of remote write 2.0: all of the request, or 0."""
        if self.way.form != "2":
            return {}
        return compliance.written(request) if request else remote_write_2.written(0)

    def is_newer(self, samples):
        """Whether no series goes back in time."""
        return all(key not in self.stored or inside[0][0] > max(self.stored[key]) for key, inside in samples)

    def store(self, samples):
        """Holds a point that comes twice against what is there."""
        for key, inside in samples:
            known = self.stored.setdefault(key, {})
            for ts, value, stale in inside:
                if ts not in known and known and ts < max(known) and not self.may_be_late:
                    self.problems.append(f"{key} goes back in time to {ts}")
                if repr(known.setdefault(ts, (value, stale))) != repr((value, stale)):
                    self.problems.append(f"{key} at {ts} was {known[ts]} and is {value}")

    def points(self):
        """{(key, ts)} of all that is stored."""
        return {(key, ts) for key, inside in self.stored.items() for ts, (_, stale) in inside.items() if not stale}

    def acknowledged(self):
        """{(key, ts)} of what the sender was told to be stored."""
        return {point for attempt in self.attempts if attempt.fate == "acknowledged" for point in attempt.points}

    def refused(self):
        """{(key, ts)} of what came last with a request that was refused."""
        last = {}
        for attempt in self.attempts:
            last.update(dict.fromkeys(attempt.points, attempt.fate))
        fates = ("refused",) if self.keeps_stopped else ("refused", "stop")
        return {point for point, fate in last.items() if fate in fates} - self.acknowledged()

    def was_stopped(self):
        """Whether an answer was about every request."""
        return any(attempt.fate == "stop" for attempt in self.attempts)


def trust(receiver, witness, contexts, plays, hits, first):
    """Has every connection served as `plays` says where hits(its number) holds; `contexts` are the TLS contexts (one to be
    trusted, another) or None, `first` is the number of the first connection that counts."""
    def serve(number, connection):
        wrong = hits(number - first)
        witness.hits += wrong
        if wrong and plays != "untrusted":
            if plays == "silent":
                receiver.ended.wait(600)
            elif plays == "cut":
                connection.recv(50)
            hang_up(connection, True)
            return None
        if contexts is None:
            return connection
        return contexts[wrong].wrap_socket(connection, server_side=True)
    receiver.on_connection = serve
    receiver.closes = True  # else the calls before the first with points may have its connection


def check_values(test, witness, expected):
    """What is stored is what {key: {ts: value}} says."""
    test.assertEqual(witness.problems + witness.receiver.problems, [])
    for key, inside in witness.stored.items():
        for ts, (value, stale) in inside.items():
            if not stale:
                test.assertIn(ts, expected.get(key, {}), key)
                test.assertTrue(oracle.close(value, expected[key][ts]), (key, ts, value, expected[key][ts]))


def said_to_be_in_doubt(text):
    """How many refused points are said to be there perhaps."""
    return sum(int(count) for count in IN_DOUBT.findall(text))


def check_doubts(test, witness, destination, text):
    """What is stored and was not acknowledged is refused, or kept, in words that leave room for it."""
    doubtful = witness.points() - witness.acknowledged()
    said = said_to_be_in_doubt(text)
    test.assertLessEqual(len(doubtful & witness.refused()), said, "stored, and said to be refused\n" + text)
    if doubtful - witness.refused() and witness.keeps_stopped and witness.was_stopped():
        test.assertRegex(text, r"the receiver takes no request: .*; \d+ points are kept")
    elif doubtful - witness.refused():
        test.assertIn("could not be delivered", text)
        test.assertTrue(any(words in text for words in UNANSWERED), text)
    test.assertLessEqual(len(witness.points()), destination["points_delivered"] + said + destination["points_kept"])


def check_account(test, witness, destination):
    """Delivered, refused and kept to the point."""
    delivered, refused = witness.acknowledged(), witness.refused()
    test.assertLessEqual(delivered, witness.points())
    test.assertEqual(destination["points_delivered"], len(delivered))
    if witness.was_stopped():
        rest = destination["points"] - len(delivered)
        counted = destination["points_kept" if witness.keeps_stopped else "points_refused"]
        test.assertEqual(counted, rest)
        return
    test.assertEqual(destination["points_refused"], len(refused))
