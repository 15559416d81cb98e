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
                           closes the connection without having said so; "status": closes after the first line;
                           "stuck": begins the body of the answer, then says nothing; "broken": begins it, then resets;
                           "endless": sends a body of 10 GB for as long as somebody reads it; "endless chunks": in chunks
    close                  closes the connection after the answer
    """

    def __init__(self, status=204, headers=None, body=b"", delay=0, drop=None, close=False):
        self.status, self.headers, self.body = status, dict(headers or {}), body
        self.delay, self.drop, self.close = delay, drop, close


class Receiver:
    """Listens on a free port of the loopback interface from construction to close(). The first `cut_connections`
    connections are reset while the first body arrives. `on_question` answers the questions; by default as a receiver
    that does not know remote write 2.0.

    What goes wrong before a request is there, to be set before the first one:
    on_connection  a function (connection number from 0, socket) -> the socket to serve, another one perhaps (TLS), or
                   None where it has seen to its end
    on_head        a function (method, path, headers), asked before the body is read -> None; "reset"; "half": resets
                   after half the body; "unread": reads no more; or an Answer, which is given before the body is read
    """

    request_type = Request
    on_connection = staticmethod(lambda number, connection: connection)
    on_head = staticmethod(lambda method, path, headers: None)

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
        self.crowd = []
        self.server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api/v1/write"
        self.start_listening()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        """Ends everything."""
        self.ended.set()
        self.server.close()
        with self.lock:
            for connection in self.open + self.crowd:
                hang_up(connection, True)

    def start_listening(self):
        """Lets connections in, each on a thread."""
        threading.Thread(target=self.listen, args=(self.server,), daemon=True).start()

    def shut_door(self, hanging=False):
        """From now on nobody gets in: connections are refused, or hang because too many wait already. Those that wait
        may count among `connections` later."""
        try:
            self.server.shutdown(socket.SHUT_RDWR)  # close() alone does not end accept()
        except OSError:
            pass
        self.server.close()
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.bind(("127.0.0.1", self.port))
        if hanging:
            self.server.listen(0)
            for _ in range(3):
                waiting = socket.socket()
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.1", self.port))
                self.crowd.append(waiting)

    def open_door(self):
        """After shut_door()."""
        with self.lock:
            if self.ended.is_set():
                return
            for waiting in self.crowd:
                waiting.close()
            self.crowd.clear()
            self.server.listen(64)
        self.start_listening()

    def listen(self, server):
        """Takes connections until close() or shut_door()."""
        while not self.ended.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with self.lock:
                number = self.connections
                self.connections += 1
                self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection, number), daemon=True).start()

    def serve(self, connection, number):
        """Answers the requests of one connection."""
        cut = number < self.cut_connections
        try:
            connection = self.on_connection(number, connection)
        except OSError:  # no handshake
            hang_up(connection, False)
            return
        if connection is None:
            return
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
        early = self.on_head(line[0], line[1], headers)
        if early is not None:
            return self.without_body(connection, stream, length, early)
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

    def without_body(self, connection, stream, length, early):
        """Does what on_head() says; the result is that of one_request()."""
        if early == "half":
            stream.read(length // 2)
        if early == "unread":
            self.ended.wait(600)
        if not isinstance(early, Answer):
            return "reset"
        self.send(connection, None, early)
        connection.shutdown(socket.SHUT_WR)
        stream.read(length)  # else the answer may be lost with what nobody reads
        return "close"

    def send_without_end(self, connection, chunked):
        """Until nobody reads any more, 10 GB at most."""
        block = b"x" * 65536
        if chunked:
            block = b"10000\r\n" + block + b"\r\n"
        for _ in range(10**10 // 65536):
            if self.ended.is_set():
                return
            connection.sendall(block)

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
        if answer.drop == "endless chunks":
            head += "Transfer-Encoding: chunked\r\n"
        elif answer.drop in ("endless", "stuck", "broken"):
            head += f"Content-Length: {10**10}\r\n"
        elif answer.status != 204:
            head += f"Content-Length: {len(answer.body)}\r\n"
        if answer.close:
            head += "Connection: close\r\n"
        data = head.encode() + b"\r\n" + answer.body
        if request is not None:
            request.answered = time.monotonic()
        if answer.drop in ("half", "status"):
            connection.sendall(data[:10] if answer.drop == "half" else data[:data.index(b"\n") + 1])
            return "close"
        if answer.drop == "endless chunks":
            data = head.encode() + b"\r\n"
        connection.sendall(data)
        if answer.drop in ("endless", "endless chunks"):
            self.send_without_end(connection, answer.drop == "endless chunks")
        if answer.drop == "stuck":
            self.ended.wait(600)
        if answer.drop in ("stuck", "broken"):
            return "reset"
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
