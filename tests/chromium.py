"""Opens a page in a headless Chromium that reaches no network: what became of its DOM, what it asked for, how it looks.

Chromium has to be there (Debian: chromium): a test that needs it fails where it is not.
"""
import json
import os
import shutil
import struct
import subprocess
import tempfile
import zlib

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--virtual-time-budget=4000",
         "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")


def program():
    """The name of the program."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    raise AssertionError("chromium is missing: apt-get install chromium")


def run(path, size, *flags, dark=False):
    """Opens the file: (standard output, net log). `size` is that of the window, (width, height)."""
    with tempfile.TemporaryDirectory(prefix="k6apm-chromium-") as home:
        net_log = os.path.join(home, "net.json")
        command = [program(), *FLAGS, f"--user-data-dir={home}/user", f"--log-net-log={net_log}",
                   f"--window-size={size[0]},{size[1]}", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                   *flags, "file://" + os.path.abspath(path)]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False,
                              env={"PATH": os.environ["PATH"], "HOME": home, "TZ": "Asia/Kolkata", "LC_ALL": "C.UTF-8"})
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
        with open(net_log, encoding="utf-8", errors="replace") as file:
            return done.stdout, json.load(file)


def dom(path, size=(1280, 900), dark=False):
    """The document as HTML when its scripts have run, and the URLs that it asked for, not the browser itself."""
    out, net_log = run(path, size, "--dump-dom", dark=dark)
    asked = [event["params"] for event in net_log["events"] if "initiator" in event.get("params", {})]
    return out.decode(), sorted({params["url"] for params in asked if params["initiator"] != "not an origin"})


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
    with tempfile.TemporaryDirectory(prefix="k6apm-shot-") as directory:
        target = os.path.join(directory, "page.png")
        run(path, size, f"--screenshot={target}", dark=dark)
        with open(target, "rb") as file:
            data = file.read()
    if keep:
        with open(keep, "wb") as file:
            file.write(data)
    return Image(data)
