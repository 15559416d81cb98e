"""A remote write receiver that does what a script tells it, and remembers everything.

A script is a function (request number from 0, Request) -> Answer; answers run one after another or side by side, each
connection on its own thread. The question of remote write 2.0, a request without series, is no part of the script: it
is answered beside it, and kept apart.
"""
import base64
import socket
import threading
import time

import remote_write
import remote_write_2


class Request:
    """What arrived: `method`, `path`, `headers` (names in lower case), `body`, `series`, `metadata`, `arrived`; of remote
    write 2.0 also `decoded`."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.arrived = time.monotonic()
        self.answered = None
        self.answer = None
        self.decoded = None
        if headers.get("content-type") != remote_write_2.CONTENT_TYPE:
            self.series, self.metadata = remote_write.decode(body)
            return
        self.decoded = remote_write_2.Request(body)
        self.series = [(one.labels, one.samples) for one in self.decoded.series]
        self.metadata = [(one.labels["__name__"], one.kind, one.about, one.unit) for one in self.decoded.series]

    def is_question(self):
        """Whether it is in 2.0 and holds nothing."""
        return self.decoded is not None and not self.decoded.series

    def points(self):
        """Samples without stale markers."""
        return sum(not stale for _, samples in self.series for _, _, stale in samples)


class Answer:
    """How a request is answered.

    status, headers, body  what is sent back
    delay                  seconds before that
    drop                   "answer": resets after the body; "half": sends the first bytes of an answer and closes;
                           "hang": says nothing until the end; "garbage": what comes back is no HTTP; "silent": answers, then
                           closes the connection without having said so
    close                  closes the connection after the answer
    """

    def __init__(self, status=204, headers=None, body=b"", delay=0, drop=None, close=False):
        self.status, self.headers, self.body = status, dict(headers or {}), body
        self.delay, self.drop, self.close = delay, drop, close


class Receiver:
    """Listens on a free port of the loopback interface from construction to close(). The first `cut_connections`
    connections are reset while the first body arrives. `on_question` answers the questions; by default as a receiver
    that does not know remote write 2.0."""

    request_type = Request

    def __init__(self, script=None, cut_connections=0, on_question=None):
        self.script = script or (lambda number, request: Answer())
        self.on_question = on_question or Answer(close=True)
        self.questions = []
        self.cut_connections = cut_connections
        self.requests = []
        self.connections = 0
        self.problems = []
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.open = []
        self.server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api/v1/write"
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        """Ends everything."""
        self.ended.set()
        self.server.close()
        with self.lock:
            for connection in self.open:
                hang_up(connection, True)

    def listen(self):
        """Takes connections until close()."""
        while not self.ended.is_set():
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with self.lock:
                cut = self.connections < self.cut_connections
                self.connections += 1
                self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection, cut), daemon=True).start()

    def serve(self, connection, cut):
        """Answers the requests of one connection."""
        stream = connection.makefile("rb")
        end = "more"
        try:
            if cut:
                stream.read(50)
                end = "reset"
            while end == "more":
                end = self.one_request(connection, stream)
        except OSError:
            pass
        except Exception as error:  # pylint: disable=broad-except
            self.problems.append(repr(error))
        finally:
            stream.close()
            hang_up(connection, end == "reset")

    def one_request(self, connection, stream):
        """Reads and answers one request; says what becomes of the connection: "more", "close" or "reset"."""
        line = stream.readline().decode("latin-1").split()
        if len(line) != 3:
            return "close"
        headers = {}
        while True:
            header = stream.readline().decode("latin-1").rstrip("\r\n")
            if not header:
                break
            name, value = header.split(":", 1)
            if name.lower() in headers:
                self.problems.append(f"header {name} twice")
            headers[name.lower()] = value.strip()
        if "expect" in headers:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(headers.get("content-length", 0))
        body = stream.read(length)
        if len(body) != length:
            return "close"
        request = self.request_type(line[0], line[1], headers, body)
        if request.is_question():
            with self.lock:
                self.questions.append(request)
                self.connections -= 1  # it has one of its own
            return self.send(connection, request, self.on_question)
        with self.lock:
            number = len(self.requests)
            self.requests.append(request)
        request.answer = self.script(number, request)
        return self.send(connection, request, request.answer)

    def send(self, connection, request, answer):
        """Sends the answer; the result is that of one_request()."""
        self.ended.wait(answer.delay)
        if answer.drop == "answer":
            return "reset"
        if answer.drop == "hang":
            self.ended.wait(600)
            return "reset"
        if answer.drop == "garbage":
            connection.sendall(b"\x00\x01 what?\r\n\r\n")
            return "close"
        head = f"HTTP/1.1 {answer.status} Scripted\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        if answer.status != 204:
            head += f"Content-Length: {len(answer.body)}\r\n"
        if answer.close:
            head += "Connection: close\r\n"
        data = head.encode() + b"\r\n" + answer.body
        request.answered = time.monotonic()
        if answer.drop == "half":
            connection.sendall(data[:10])
            return "close"
        connection.sendall(data)
        return "close" if answer.close or answer.drop == "silent" else "more"

    def stored(self):
        """{(name, labels): [(ts, value, stale)]} of what was answered with 2xx, in order of arrival."""
        series = {}
        for request in self.requests:
            if request.answer.drop not in (None, "silent") or not 200 <= request.answer.status < 300:
                continue
            for labels, samples in request.series:
                labels = dict(labels)
                name = labels.pop("__name__")
                series.setdefault((name, tuple(sorted(labels.items()))), []).extend(samples)
        return series


def hang_up(connection, with_reset):
    """Closes a connection, with RST where asked."""
    try:
        if with_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        else:
            connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    connection.close()


def in_turn(*answers):
    """A script: the answers one after another, then 204 for ever."""
    def script(number, request):
        return answers[number] if number < len(answers) else Answer()
    return script


def always(answer):
    """A script: one answer for all."""
    return lambda number, request: answer


def basic(user, password):
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
