"""A TCP proxy before a real receiver that breaks connections by a script, so that the receiver itself decides what it
stores.

A script is a function (number of the request from 0) -> one of
    None        the request goes through, and the answer comes back
    "refuse"    connections are refused for a while; then as None
    "before"    resets before a byte has reached the receiver
    "during"    resets when half of the body has
    "after"     resets when all of it has, and the receiver has answered
    "swallow"   the same, but the answer just never comes
    "503"       answers by itself
"""
import http.client
import threading
from typing import NamedTuple

from receiver import Answer, Receiver

REFUSED_S = 0.5


class Raw:
    """A request as it came; nobody looks into it."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.answered = self.answer = None

    def is_question(self):
        """That goes through as well."""
        return False


class Passage(NamedTuple):
    """What became of one request: `body` is None where it broke before it was read as a whole; `status` what the receiver
    answered, None where it was not asked; `told`: whether the sender learned it."""
    body: bytes | None = None
    status: int | None = None
    told: bool = False


class FaultyProxy(Receiver):
    """Before the receiver at a port of the loopback interface; listens until close(). `passages` are the requests in the
    order in which they came; for one request at a time."""

    request_type = Raw

    def __init__(self, port, script):
        self.target, self.breaks = port, script
        self.passages = []
        super().__init__(self.pass_on)
        self.on_head = self.before_body
        self.shut_where_due()

    def before_body(self, *_):
        """Receiver.on_head."""
        fault = self.breaks(len(self.passages))
        if fault not in ("before", "during"):
            return None
        self.passages.append(Passage())
        self.shut_where_due()
        return {"before": "reset"}.get(fault, fault)

    def without_body(self, connection, stream, length, early):
        """Sends half of the body on, where that is asked: the receiver gets what has the length of a whole, and is not."""
        if early != "during":
            return super().without_body(connection, stream, length, early)
        server = self.server_connection()
        server.putrequest("POST", "/api/v1/write")
        for name, value in (("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
                            ("X-Prometheus-Remote-Write-Version", "0.1.0"), ("Content-Length", str(length))):
            server.putheader(name, value)
        server.endheaders(stream.read(length // 2))
        server.close()
        return "reset"

    def server_connection(self):
        """A new one."""
        return http.client.HTTPConnection("127.0.0.1", self.target, timeout=30)

    def pass_on(self, _, request):
        """Receiver.script."""
        fault = self.breaks(len(self.passages))
        if fault == "503":
            answer = Answer(503, body=b"503, says the proxy", close=True)
            self.passages.append(Passage(request.body))
        else:
            server = self.server_connection()
            server.request(request.method, request.path, request.body, request.headers)
            reply = server.getresponse()
            drop = {"after": "answer", "swallow": "hang"}.get(fault)
            answer = Answer(reply.status, {}, reply.read(), drop=drop, close=True)
            server.close()
            self.passages.append(Passage(request.body, reply.status, drop is None))
        self.shut_where_due()
        return answer

    def shut_where_due(self):
        """Before a request that is to be refused."""
        if self.breaks(len(self.passages)) == "refuse":
            self.shut_door()
            threading.Timer(REFUSED_S, self.open_door).start()
