"""A remote write receiver with a query API, that loses, hides and spoils samples as it is told.

Source: Prometheus, "HTTP API" (docs/querying/api.md): POST /api/v1/query with query and time in a form; the answer to a
range selector is a matrix of raw samples. The range is open at its left end, as it is since Prometheus 3.0.
"""
import http.server
import json
import re
import threading
import time
import urllib.parse

import remote_write

QUERY = re.compile(r'\{(.*)\}\[(\d+)ms\]', re.DOTALL)
MATCHER = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)",?', re.DOTALL)
ESCAPE = re.compile(r'\\(x[0-9a-f]{2}|.)', re.DOTALL)


def unquoted(text):
    """The value of a string literal."""
    return ESCAPE.sub(lambda found: chr(int(found.group(1)[1:], 16)) if found.group(1)[0] == "x" and len(found.group(1)) == 3
                      else found.group(1), text)


class QueryReceiver:
    """Listens from construction to close().

    loses(push, labels, ts)   whether a sample of that request (from 0) is taken and forgotten
    spoils(labels, ts, value) the value that is stored
    hides                     seconds until a sample is shown
    query_path, query_answer  where queries are answered; a (status, bytes) that is answered instead
    """

    def __init__(self, loses=None, spoils=None, hides=0, query_path="/api/v1/query", query_answer=None, status=None):
        self.loses, self.spoils, self.hides = loses, spoils, hides
        self.query_path, self.query_answer, self.status = query_path, query_answer, status
        self.pushes, self.queries, self.headers = [], [], []
        self.stored = {}  # tuple of label pairs -> {ts: (value, since)}
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One connection."""
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one piece

            def do_POST(self):  # pylint: disable=invalid-name
                """Both kinds of requests."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.lock:
                    status, answer = outer.answer(self.path, body, dict(self.headers.items()))
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(answer)

            def log_message(self, format, *args):  # pylint: disable=redefined-builtin
                """Nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.url = self.base + "/api/v1/write"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path, body, headers):
        """(status, body) for a request."""
        self.headers.append(headers)
        if path.split("?")[0] == "/api/v1/write":
            return self.write(body)
        self.queries.append((path, urllib.parse.parse_qs(body.decode())))
        if self.query_answer:
            return self.query_answer
        if path.split("?")[0] != self.query_path:
            return 404, b"404 page not found\n"
        return 200, json.dumps(self.query(self.queries[-1][1])).encode()

    def write(self, body):
        """Stores what it does not lose."""
        series, _ = remote_write.decode(body)
        push = len(self.pushes)
        self.pushes.append(series)
        if self.status:
            status = self.status(push, series)
            if status[0] >= 300:
                return status
        for labels, samples in series:
            held = self.stored.setdefault(tuple(sorted(labels.items())), {})
            for ts, value, stale in samples:
                if stale or (self.loses and self.loses(push, labels, ts)):
                    continue
                held[ts] = (self.spoils(labels, ts, value) if self.spoils else value, time.monotonic())
        return 204, b""

    def query(self, form):
        """The matrix for a range selector."""
        matchers, length = QUERY.fullmatch(form["query"][0]).groups()
        wanted = {name: unquoted(value) for name, value in MATCHER.findall(matchers)}
        end = round(float(form["time"][0]) * 1000)
        result = []
        for key, samples in self.stored.items():
            labels = dict(key)
            if any(labels.get(name, "") != value for name, value in wanted.items()):
                continue
            shown = [[ts / 1000, repr(value)] for ts, (value, since) in sorted(samples.items())
                     if end - int(length) < ts <= end and time.monotonic() - since >= self.hides]
            if shown:
                result.append({"metric": labels, "values": shown})
        return {"status": "success", "data": {"resultType": "matrix", "result": result}}

    def samples(self):
        """How many are stored."""
        return sum(len(samples) for samples in self.stored.values())
