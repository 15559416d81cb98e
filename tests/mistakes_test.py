#!/usr/bin/env python3
"""Mistakes that people make, and what they are told. mistakes/list.txt is made of blocks:

    # what went wrong
    $ the command line, for sh; k6apm is on the PATH
    what it prints to standard error, to the letter
    status N

with an empty line behind each. The files of mistakes/ lie where the command runs, and what FILES makes besides;
$TESTDATA is the directory of real runs, $DROP a command that gives up root's rights, and $REFUSES_NNN and the other
names of RECEIVERS are hosts and ports of receivers. Ports, paths, times and numbers of requests are made equal before
comparing. What goes to standard output does not count, but that an error leaves it empty.

    mistakes_test.py [--update] [WORD...]     --update writes what came out; WORDs choose blocks by their first lines
"""
import bz2
import difflib
import gzip
import io
import lzma
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import harness
import secret_scan
import summaries
from datadog_intake import Intake, errors
from e2e import DROP
from receiver import Answer, Receiver

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mistakes")
LIST = os.path.join(HERE, "list.txt")
RUN = os.path.join(summaries.TESTDATA, "v2.2.0", "plain")
APM = '{"provider":"prometheus","remoteWriteURL":"http://127.0.0.1:9/api/v1/write"}'
PATIENCE_S = 30  # none of them takes one
OUT_OF_ORDER = "out of order sample\n"
TOO_OLD = "too old sample\n"


def always(status, body=b""):
    """A receiver that answers so, whatever comes."""
    return Receiver(lambda number, request: Answer(status, {"Content-Type": "text/plain"}, body))


RECEIVERS = {
    "REFUSES_401": lambda: always(401, b"invalid credentials"),
    "REFUSES_403": lambda: always(403, b"Forbidden"),
    "REFUSES_404": lambda: always(404, b"404 page not found"),
    "REFUSES_OLD": lambda: always(400, TOO_OLD.encode()),
    "REFUSES_ORDER": lambda: always(400, OUT_OF_ORDER.encode()),
    "REDIRECTS": lambda: Receiver(lambda number, request: Answer(301, {"Location": "https://example.com/"})),
    "TALKS_PLAIN": lambda: always(400, b"Client sent an HTTP request to an HTTPS server.\n"),
    "DATADOG_EU": lambda: Intake(lambda number, request: errors(403, "Forbidden")),
    "DATADOG": Intake,
}


def tar_gz(data):
    """An archive with results in it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo("results.json")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def zipped(data):
    """The same."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("results.json", data)
    return out.getvalue()


FILES = {
    "results.json.xz": lzma.compress,
    "results.json.bz2": bz2.compress,
    "results.tar.gz": tar_gz,
    "results.zip": zipped,
    "results.7z": lambda data: b"7z\xbc\xaf\x27\x1c\x00\x04" + data[:100],
    "utf16.json": lambda data: data.decode().encode("utf-16"),
    "cut.json.gz": lambda data: gzip.compress(data, mtime=0)[:-700],
    "mixed.json": lambda data: b"  scenarios: (100.00%) 1 scenario\n" + data + b"running (0m01.0s), 0/5 VUs\n",
    "half.json": lambda data: data[:-40],
    "bad-lines.json": lambda data: data + b'{"metric":"http_reqs","type":"Point","data":{"time":1,"value":1}}\n' * 12,
    "results.json": lambda data: data,
}


def blocks():
    """[(first lines, command, what is expected)] of the list."""
    found = []
    with open(LIST, encoding="utf-8") as file:
        for part in re.split(r"\n\n+", file.read().strip("\n")):
            head, _, rest = part.partition("\n$ ")
            command, _, expected = rest.partition("\n")
            if not command:
                sys.exit(f"no command in: {part}")
            found.append((head, command, expected + "\n" if expected else ""))
    return found


def fill(scratch):
    """The files where the commands run."""
    for name in os.listdir(HERE):
        if name != "list.txt":
            shutil.copy(os.path.join(HERE, name), scratch)
    for name in ("results.csv", "summary-export.json", "handle-summary.json"):
        shutil.copy(os.path.join(RUN, name), scratch)
    with open(os.path.join(RUN, "results.json"), "rb") as file:
        data = file.read()
    for name, make in FILES.items():
        with open(os.path.join(scratch, name), "wb") as file:
            file.write(make(data))
    os.mkdir(os.path.join(scratch, "runs"))
    os.mkdir(os.path.join(scratch, "closed"), 0o755)
    shutil.copy(os.path.join(RUN, "results.json"), os.path.join(scratch, "secret.json"))
    os.chmod(os.path.join(scratch, "secret.json"), 0)


def normal(text, scratch, ports):
    """What differs from run to run is made equal."""
    text = text.replace(summaries.TESTDATA, "$TESTDATA").replace(scratch, "$CWD")
    for name, port in ports.items():
        text = text.replace(f"127.0.0.1:{port}", f"${name}")
    # Who divides a request is a matter of time.
    text = re.sub(r"in \d+ requests?, [0-9.]+ (?:bytes|kB)", "in N requests, N bytes", text)
    return re.sub(r"(after 1 attempt in) \d+ s", r"\1 N s", text)


def run(command, scratch, env, ports):
    """What the command prints, with its status."""
    work = os.path.join(scratch, "work")
    try:
        done = subprocess.run(["sh", "-c", command], cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return f"(no end after {PATIENCE_S} s)\n"
    leaks = secret_scan.leaks([command], env, done.stdout + done.stderr)
    if leaks:
        raise AssertionError(f"{command}: secrets came out: {leaks}")
    text = normal(done.stderr.decode("utf-8", "backslashreplace"), work, ports)
    if done.returncode in (2, 3) and done.stdout:
        text += "(something went to standard output)\n"
    return text + f"status {done.returncode}\n"


def closed_port():
    """A port on which nobody listens as long as the socket lives."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    return holder


def compare(chosen, scratch, update):
    """Runs the blocks; returns [(first lines, difference)] of those that failed, and the list as it came out."""
    receivers = {name: make() for name, make in RECEIVERS.items()}
    nobody = closed_port()
    ports = {name: receiver.port for name, receiver in receivers.items()} | {"NOBODY": nobody.getsockname()[1]}
    env = harness.environment({"TESTDATA": summaries.TESTDATA, "APM": APM, "DROP": f"python3 {scratch}/drop.py",
                               "PATH": os.path.join(scratch, "bin") + ":" + harness.path_without_k6(),
                               **{name: f"127.0.0.1:{port}" for name, port in ports.items()}})
    failed, written = [], []
    for head, command, expected in blocks():
        found = expected
        if not chosen or any(word in head for word in chosen):
            work = os.path.join(scratch, "work")
            os.mkdir(work)
            fill(work)
            found = run(command, scratch, env, ports)
            shutil.rmtree(work)
        if found != expected:
            failed.append(head + "\n" + "".join(difflib.unified_diff(expected.splitlines(True), found.splitlines(True),
                                                                     "the list", "what came out")))
        written.append(f"{head}\n$ {command}\n{found}")
    for receiver in receivers.values():
        receiver.close()
    nobody.close()
    if update:
        with open(LIST, "w", encoding="utf-8") as file:
            file.write("\n".join(written))
        return [], written
    return failed, written


def main():
    """Runs the blocks and compares."""
    update = "--update" in sys.argv
    chosen = [arg for arg in sys.argv[1:] if arg != "--update"]
    with tempfile.TemporaryDirectory(prefix="k6apm-mistakes-") as scratch:
        os.chmod(scratch, 0o755)
        os.mkdir(os.path.join(scratch, "bin"))
        shutil.copy(harness.program(), os.path.join(scratch, "bin", "k6apm"))
        with open(os.path.join(scratch, "drop.py"), "w", encoding="utf-8") as file:
            file.write(DROP)
        failed, written = compare(chosen, scratch, update)
    print("\n".join(failed) + f"{len(written)} mistakes, {len(failed)} told otherwise")
    if failed or len(written) < 40:
        sys.exit(1)


if __name__ == "__main__":
    main()
