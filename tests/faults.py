"""What can go wrong between a sender and a receiver, as rows of tables: the faults, and which requests they hit.

A fault plays where it happens: at the "door" (nobody gets in), to a "connection", at the "head" of a request (before its
body is read), or as an "answer". Some answers get lost after the receiver has stored the request, some before.
"""
import email.utils
import time
from typing import Callable, NamedTuple

from receiver import Answer

WORDS = b"says the receiver"


class Shape(NamedTuple):
    """Which attempts a fault hits: `hits` is a function (number of the attempt from 0, number of the body from 0,
    whether this body comes for the first time)."""
    name: str
    hits: Callable


FIRST = Shape("the first attempt", lambda number, body, new: number == 0)
MIDDLE = Shape("one in the middle", lambda number, body, new: number == 4)
THIRD = Shape("every third", lambda number, body, new: number % 3 == 2)
FROM_SECOND = Shape("for ever from the second on", lambda number, body, new: number >= 1)
ALWAYS = Shape("for ever", lambda number, body, new: True)
EACH_ONCE = Shape("each body at first", lambda number, body, new: new)
ONE_BODY = Shape("one body for ever", lambda number, body, new: body == 3)
BY_ATTEMPT = (FIRST, MIDDLE, THIRD, FROM_SECOND, ALWAYS)
ALL_SHAPES = (*BY_ATTEMPT, EACH_ONCE, ONE_BODY)  # the last two need the body
FEW_SHAPES = (FIRST, THIRD, ALWAYS)
TWO = Shape("two in a row", lambda number, body, new: number in (1, 2))  # where each is tried but once

# What a fault means for a request.
PASSES, TAKEN, DIVIDES, REFUSES, STOPS, LASTS = "passes", "taken", "divides", "refuses", "stops", "lasts"

# How a destination ends where a fault hits these attempts: (its status, the exit status).
DELIVERED, UNAVAILABLE, REFUSED = ("delivered", 0), ("unavailable", 5), ("refused", 4)
SOME_REFUSED, SOME_KEPT = ("partial", 1), ("partial", 5)
ENDS = {
    PASSES: {FIRST: DELIVERED, MIDDLE: DELIVERED, THIRD: DELIVERED, FROM_SECOND: SOME_KEPT, ALWAYS: UNAVAILABLE,
             EACH_ONCE: DELIVERED, ONE_BODY: SOME_KEPT},
    TAKEN: {shape: DELIVERED for shape in ALL_SHAPES},
    # Its halves come later, so most shapes do not hit them.
    DIVIDES: {FIRST: DELIVERED, MIDDLE: DELIVERED, FROM_SECOND: SOME_REFUSED, ALWAYS: REFUSED, EACH_ONCE: REFUSED,
              ONE_BODY: DELIVERED},
    REFUSES: {FIRST: SOME_REFUSED, MIDDLE: SOME_REFUSED, THIRD: SOME_REFUSED, FROM_SECOND: SOME_REFUSED, ALWAYS: REFUSED,
              EACH_ONCE: REFUSED, ONE_BODY: SOME_REFUSED},
    STOPS: {FIRST: REFUSED, MIDDLE: SOME_REFUSED, THIRD: SOME_REFUSED, FROM_SECOND: SOME_REFUSED, ALWAYS: REFUSED,
            EACH_ONCE: REFUSED, ONE_BODY: SOME_REFUSED},
    LASTS: {FIRST: UNAVAILABLE, MIDDLE: SOME_KEPT, THIRD: SOME_KEPT, FROM_SECOND: SOME_KEPT, ALWAYS: UNAVAILABLE},
}
# The same where a fault passes, the request was stored all the same, and the receiver refuses to store it twice.
ENDS_OF_DOUBLES = ENDS[PASSES] | {FIRST: SOME_REFUSED, MIDDLE: SOME_REFUSED, THIRD: SOME_REFUSED, EACH_ONCE: REFUSED}


class Play(NamedTuple):
    """An answer; whether the request is stored though no success arrives; whether a success of remote write 2.0 counts
    what was written."""
    answer: Answer
    stores: bool = False
    counted: bool = True


class Fault(NamedTuple):
    """One row.

    name, means    what it is, and one of the meanings above
    plays          "door": "refuse" or "hang"; "connection": "reset", "cut", "silent" or "untrusted"; "head": what
                   Receiver.on_head gives; "answer": a function () -> Answer
    says           texts of which one has to stand in what people are told, where not all is delivered
    hints          the same of the hint, by provider
    stores         whether an answer that does not arrive whole is one of a request that was stored
    shapes         the attempts it can hit
    waits_s        how long the receiver asks to wait at least
    hangs          whether only the time-out ends an attempt
    tls            whether the connection is secure
    counted        see Play
    """
    name: str
    means: str
    plays: tuple
    says: tuple = ()
    hints: dict = {}
    stores: bool = False
    shapes: tuple = ALL_SHAPES
    waits_s: float = 0
    hangs: bool = False
    tls: bool = False
    counted: bool = True

    def play(self):
        """What comes back, of a fault of the answer."""
        return Play(self.plays[1](), self.stores, self.counted)


def status(number, means, *, says=None, hints=None, headers=None, **how):
    """A fault that is an answer with a status and words."""
    name = f"{number}" + (f" {', '.join(headers)}" if headers else "")
    return Fault(name, means, ("answer", lambda: Answer(number, headers, b"%d, " % number + WORDS)),
                 says or (f"{number} {number}, {WORDS.decode()}",), hints or {}, **how)


def lost(name, *says, **how):
    """A fault of the answer, once where the request was stored and once where it was not."""
    drop = how.pop("drop")
    play = ("answer", how.pop("answer", lambda: Answer(drop=drop)))
    return [Fault(name + (", stored" if stores else ", not stored"), PASSES, play, says, stores=stores, **how)
            for stores in (False, True)]


def rate_limit(name, header, wait_s):
    """429 that asks for a pause; `header` is a function () -> (name, value)."""
    return Fault(f"429 with {name}", PASSES, ("answer", lambda: Answer(429, dict([header()]), b"429, " + WORDS)),
                 (f"429 429, {WORDS.decode()}",), waits_s=wait_s, shapes=FEW_SHAPES)


def date_in(seconds):
    """As in Retry-After."""
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


BROKEN = ("the connection to 127.0.0.1", "closed the connection without an answer")
LOGIN = {"prometheus": "check the login", "datadog": "check apiKey", "cloud": "K6_CLOUD_TOKEN"}
ADDRESS = {"prometheus": "check the path of the URL", "datadog": "check apiURL"}
SIZE = {"prometheus": "raise the limit for request bodies", "datadog": "raise the limit for request bodies"}
ORDER = {"prometheus": "out_of_order_time_window"}

CONNECTIONS = [
    Fault("connection refused", PASSES, ("door", "refuse"), ("connection refused by 127.0.0.1",), shapes=BY_ATTEMPT),
    Fault("hang on connect", PASSES, ("door", "hang"), ("timed out after",), shapes=BY_ATTEMPT, hangs=True),
    Fault("no such host", PASSES, ("nowhere",), ("could not resolve host nowhere.invalid", "nowhere.invalid timed out"),
          shapes=(ALWAYS,)),
    Fault("reset at once", PASSES, ("connection", "reset"), (*BROKEN, "Connection reset by peer"), shapes=BY_ATTEMPT),
    Fault("untrusted certificate", LASTS, ("connection", "untrusted"), ("is not trusted",), shapes=BY_ATTEMPT, tls=True),
    Fault("handshake that is cut", PASSES, ("connection", "cut"), ("the TLS handshake with 127.0.0.1", *BROKEN),
          shapes=BY_ATTEMPT, tls=True),
    Fault("hang on the handshake", PASSES, ("connection", "silent"), ("timed out after",), shapes=BY_ATTEMPT, tls=True,
          hangs=True),
]
BODIES = [
    Fault("reset before the body", PASSES, ("head", "reset"), BROKEN, shapes=BY_ATTEMPT),
    Fault("reset during the body", PASSES, ("head", "half"), BROKEN, shapes=BY_ATTEMPT),
    Fault("body that is not read", PASSES, ("head", "unread"), ("timed out after",), shapes=BY_ATTEMPT, hangs=True),
    Fault("413 before the body", DIVIDES, ("head", Answer(413, body=b"413, " + WORDS, close=True)),
          ("413 413, says the receiver",), SIZE, shapes=(FIRST, MIDDLE, ALWAYS)),
    *lost("reset after the body", *BROKEN, drop="answer"),
    *lost("hang on headers", "timed out after", drop="hang", hangs=True),
    *lost("half a status line", *BROKEN, "did not answer in HTTP", drop="half", shapes=(*FEW_SHAPES, EACH_ONCE)),
    *lost("no HTTP", "did not answer in HTTP", drop="garbage", shapes=(*FEW_SHAPES, EACH_ONCE)),
]
STATUSES = [
    status(400, DIVIDES),
    status(401, STOPS, hints=LOGIN),
    status(403, STOPS, hints=LOGIN, shapes=FEW_SHAPES),
    status(404, STOPS, hints=ADDRESS, shapes=FEW_SHAPES),
    status(409, REFUSES, hints=ORDER),
    status(413, DIVIDES, hints=SIZE),
    status(429, PASSES),
    rate_limit("Retry-After in seconds", lambda: ("Retry-After", "1"), 1),
    rate_limit("Retry-After as a date", lambda: ("Retry-After", date_in(2)), 0.9),
    rate_limit("X-RateLimit-Reset", lambda: ("X-RateLimit-Reset", "1"), 1),
    status(500, PASSES),
    status(503, PASSES),
    *lost("408", "408 408, says the receiver", drop=None, answer=lambda: Answer(408, body=b"408, " + WORDS),
          shapes=(*FEW_SHAPES, EACH_ONCE)),
    *lost("504", "504 504, says the receiver", drop=None, answer=lambda: Answer(504, body=b"504, " + WORDS),
          shapes=(*FEW_SHAPES, EACH_ONCE)),
]
# Answers that have begun: from its status on one of success is believed, as the receiver has stored the request by then.
LONG = [
    Fault("200 with garbage", TAKEN, ("answer", lambda: Answer(200, body=b"\xff\0<html>{" * 99)), shapes=FEW_SHAPES),
    Fault("200 without counts", TAKEN, ("answer", lambda: Answer(200, body=b"<html>welcome")),
          ("took nothing of a remote write 2.0 request",), {"prometheus": "--remote-write 1"}, counted=False),
    Fault("200, hang on the body", TAKEN, ("answer", lambda: Answer(200, body=b"thanks", drop="stuck")), hangs=True,
          shapes=FEW_SHAPES),
    Fault("200, reset in the body", TAKEN, ("answer", lambda: Answer(200, body=b"thanks", drop="broken")),
          shapes=FEW_SHAPES),
    Fault("200, cut after its first line", TAKEN, ("answer", lambda: Answer(200, drop="status")),
          ("the answer broke off",), stores=True, shapes=(*FEW_SHAPES, EACH_ONCE)),
    Fault("200 and 10 GB", TAKEN, ("answer", lambda: Answer(200, drop="endless")), shapes=FEW_SHAPES),
    Fault("200 and 10 GB in chunks", TAKEN, ("answer", lambda: Answer(200, drop="endless chunks")), shapes=FEW_SHAPES),
    Fault("503, hang on the body", PASSES, ("answer", lambda: Answer(503, body=WORDS, drop="stuck")),
          ("503 says the receiver",), hangs=True, shapes=FEW_SHAPES),
    Fault("503 and 10 GB", PASSES, ("answer", lambda: Answer(503, body=WORDS, drop="endless")),
          ("503 says the receiver", "503 Service Unavailable"), shapes=FEW_SHAPES),
    Fault("403 and 10 GB", STOPS, ("answer", lambda: Answer(403, body=WORDS, drop="endless")),
          ("403 says the receiver", "403 Forbidden"), LOGIN, shapes=FEW_SHAPES),
]

# Where each request is tried once, the second pass has the rest.
TRIED_ONCE = [
    status(503, PASSES),
    *lost("reset after the body", *BROKEN, drop="answer"),
]


def end_of_second_pass(fault, shape, way):
    """As in ENDS, where the second pass sends what was given up: later requests have waited for it but where points may
    come late."""
    if shape == TWO and way.provider == "prometheus":
        return SOME_KEPT  # the second pass begins with the other fault
    return SOME_REFUSED if way.refuses_doubles and fault.stores else DELIVERED


# Several faults one after another, for receivers that refuse doubles; then all goes well.


def stored():
    """The answer to a request that was stored gets lost."""
    return Play(Answer(drop="answer"), True)


def broken():
    """The connection breaks before anything is stored."""
    return Play(Answer(drop="answer"))


def says(number):
    """A function that gives an answer with this status."""
    return lambda: Play(Answer(number, body=b"%d, " % number + WORDS))


IN_TURN = {
    "a lost answer, then an outage": [stored] + [says(500)] * 5,
    "a lost answer, then 503": [stored, says(503)],
    "a lost answer, then a connection that breaks": [stored, broken],
    "a lost answer, then 413": [stored, says(413)],
    "a lost answer, then 401": [stored, says(401)],
    "an outage, then the answer to a half is lost": [says(500)] * 3 + [stored],
    "an outage, then the answer to the other half is lost": [says(500)] * 4 + [stored],
    "400, then the answer to a half is lost": [says(400), stored],
    "413, then the answer to a half is lost": [says(413), stored],
    "an answer of success that is cut": [lambda: Play(Answer(200, drop="status"), True)],
}

# With a spool: what ends the first run, then what the same command meets. Nothing of it was stored.
THEN_RESUMED = {
    "401, then 400": ([says(401)], [says(400)]),
    "an outage, then 400": ([says(503)] * 99, [says(400)]),
    "an outage, then 413": ([says(503)] * 99, [says(413)]),
}
