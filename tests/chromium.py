"""Opens a page in a headless Chromium that reaches no network: what became of its DOM, what it asked for, how it looks.

Speaks the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) over a pipe, where messages are JSON
that ends with a zero byte, so that a page is looked at when it has been drawn, however long that takes.
Chromium has to be there (Debian: chromium): a test that needs it fails where it is not.
"""
import base64
import contextlib
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import zlib

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
         "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
TIME_LIMIT = 120  # seconds for an answer

# Cards and charts come when the browser tells that they are near, which it does with a frame: the page is drawn when
# it is loaded and some frames have changed nothing.
DRAWN = """new Promise((done) => {
  let quiet = 0;
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(() => { quiet = 0; }).observe(document, everything);
  const next = () => requestAnimationFrame(() => setTimeout(frame));
  const frame = () => {
    if (document.readyState !== "complete") quiet = 0;
    if (quiet++ < 8) next(); else done();
  };
  next();
})"""


def program():
    """The name of the program."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    raise AssertionError("chromium is missing: apt-get install chromium")


class Chromium:
    """A browser that is there inside of `with`, in a directory of its own."""

    def __enter__(self):
        self.home = tempfile.TemporaryDirectory(prefix="k6apm-chromium-", ignore_cleanup_errors=True)
        home = self.home.name
        for name in ("requests", "answers"):
            os.mkfifo(os.path.join(home, name))
        # It reads requests from descriptor 3 and writes answers to 4.
        with open(os.path.join(home, "stderr"), "wb") as stderr:
            self.process = subprocess.Popen(
                ["sh", "-c", 'exec "$@" 3<"$0/requests" 4>"$0/answers"', home, program(), *FLAGS,
                 f"--user-data-dir={home}/user", f"--log-net-log={home}/net.json"],
                stdout=stderr, stderr=stderr, start_new_session=True,
                env={"PATH": os.environ["PATH"], "HOME": home, "TZ": "Asia/Kolkata", "LC_ALL": "C.UTF-8"})
        self.requests = open(os.path.join(home, "requests"), "wb", buffering=0)
        self.answers = open(os.path.join(home, "answers"), "rb", buffering=0)
        self.sent, self.unread, self.session = 0, b"", None
        return self

    def __exit__(self, *_):
        self.requests.close()
        self.answers.close()
        limit = time.monotonic() + 10
        with contextlib.suppress(ProcessLookupError):  # until none of its processes is left to write there
            while time.monotonic() < limit:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.poll()
                time.sleep(0.02)
        self.home.cleanup()

    def message(self):
        """The next answer or event."""
        limit = time.monotonic() + TIME_LIMIT
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.answers], [], [], max(0, limit - time.monotonic()))
            more = self.answers.read(1 << 20) if ready else b""
            if not more:
                with open(os.path.join(self.home.name, "stderr"), encoding="utf-8", errors="replace") as file:
                    raise AssertionError(f"chromium {'is gone' if ready else 'does not answer'}: {file.read()}")
            self.unread += more
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **params):
        """Has something done: the result. Once there is a page, it is asked."""
        self.sent += 1
        request = {"id": self.sent, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        self.requests.write(json.dumps(request).encode() + b"\0")
        while (answer := self.message()).get("id") != self.sent:
            pass
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def run(self, script):
        """The value of the script in the page; that of a promise when it has one."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def open(self, path, size, dark):
        """Opens the file in a window of (width, height) and waits until all in sight is drawn."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        answer = self.ask("Page.navigate", url="file://" + os.path.abspath(path))
        if "errorText" in answer:
            raise AssertionError(f"{path}: {answer['errorText']}")
        self.run(DRAWN)

    def net_log(self):
        """Ends the browser: the events of its log of what went to the network."""
        self.session = None
        self.ask("Browser.close")
        self.process.wait(TIME_LIMIT)
        with open(os.path.join(self.home.name, "net.json"), encoding="utf-8", errors="replace") as file:
            return json.load(file)["events"]


def dom(path, size=(1280, 900), dark=False):
    """The document as HTML when its scripts have run, and the URLs that it asked for, not the browser itself."""
    with Chromium() as browser:
        browser.open(path, size, dark)
        html = browser.run("document.documentElement.outerHTML")
        asked = [event["params"] for event in browser.net_log() if "initiator" in event.get("params", {})]
        return html, sorted({params["url"] for params in asked if params["initiator"] != "not an origin"})


class Image:
    """A screenshot: `pixel(x, y)` is (red, green, blue)."""

    def __init__(self, data):
        if data[:8] != b"\x89PNG\r\n\x1a\n":
            raise AssertionError("no PNG")
        at, packed = 8, b""
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at:at + 8])
            content = data[at + 8:at + 8 + length]
            if kind == b"IHDR":
                self.width, self.height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", content)
            elif kind == b"IDAT":
                packed += content
            at += length + 12
        if depth != 8 or colour not in (2, 6) or interlaced:
            raise AssertionError(f"a PNG of depth {depth}, colour type {colour}")
        self.channels = 3 if colour == 2 else 4
        self.rows = list(self.unfiltered(zlib.decompress(packed)))

    def unfiltered(self, raw):
        """The rows as bytes (PNG specification, 9: Filtering)."""
        step, length = self.channels, self.width * self.channels
        before = bytearray(length)
        for y in range(self.height):
            start = y * (length + 1)
            kind, row = raw[start], bytearray(raw[start + 1:start + 1 + length])
            for i in range(length) if kind else ():
                left = row[i - step] if i >= step else 0
                above = before[i]
                if kind == 1:
                    guess = left
                elif kind == 2:
                    guess = above
                elif kind == 3:
                    guess = (left + above) // 2
                else:
                    corner = before[i - step] if i >= step else 0
                    distances = [abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)]
                    guess = (left, above, corner)[distances.index(min(distances))]
                row[i] = (row[i] + guess) & 255
            yield bytes(row)
            before = row

    def pixel(self, x, y):
        """Red, green and blue."""
        return tuple(self.rows[y][x * self.channels:x * self.channels + 3])

    def like(self, colour, distance=40):
        """Where it has nearly this colour: a list of (x, y)."""
        return [(x, y) for y in range(self.height) for x in range(self.width)
                if all(abs(a - b) <= distance for a, b in zip(self.pixel(x, y), colour))]


def screenshot(path, size, dark=False, keep=None):
    """How the page looks; `keep` is the name of a file that gets the PNG."""
    with Chromium() as browser:
        browser.open(path, size, dark)
        data = base64.b64decode(browser.ask("Page.captureScreenshot", format="png")["data"])
    if keep:
        with open(keep, "wb") as file:
            file.write(data)
    return Image(data)
