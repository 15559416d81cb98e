"""Real receivers on free ports of the loopback interface: Prometheus and VictoriaMetrics as Debian ships them."""
import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import harness
import k6_lines

STAMP = re.compile(rb'("time":")(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)((?:\.\d+)?Z")')


class Server:
    """A process with its data in a directory that goes away with it."""

    def __init__(self, program, arguments, ready):
        """`arguments` maps (directory, port) to the command line; `ready` is the path that answers 200."""
        path = shutil.which(program)
        if not path:
            raise AssertionError(f"{program} is not installed; tests/run.sh installs it")
        self.scratch = tempfile.TemporaryDirectory(prefix="k6apm-server-")
        self.port = harness.free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = open(os.path.join(self.scratch.name, "log"), "w+b")  # pylint: disable=consider-using-with
        self.command = [path, *arguments(self.scratch.name, self.port)]
        self.ready = ready
        self.start()

    def start(self):
        """Runs it on what its directory holds."""
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            self.command, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.scratch.name)
        self.wait(self.ready)

    def wait(self, ready):
        """Until it answers."""
        for _ in range(300):
            if self.process.poll() is not None:
                break
            try:
                self.get(ready)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.log.seek(0)
        raise AssertionError(self.log.read().decode(errors="replace"))

    def get(self, path, **query):
        """The text of a page."""
        query = urllib.parse.urlencode(query, doseq=True)
        with urllib.request.urlopen(f"{self.base}{path}?{query}", timeout=60) as answer:
            return answer.read().decode()

    def stop(self):
        """Ends the process; its data stay."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def close(self):
        """Ends it, and its data."""
        self.stop()
        self.log.close()
        self.scratch.cleanup()


class Prometheus(Server):
    """Debian's prometheus as a remote write receiver, with more flags. `out_of_order` is a time window, as in "30d"."""

    def __init__(self, *flags, out_of_order=None):
        def arguments(directory, port):
            config = os.path.join(directory, "prometheus.yml")
            with open(config, "w", encoding="utf-8") as file:
                file.write("scrape_configs: []\n")
                if out_of_order:
                    file.write(f"storage:\n  tsdb:\n    out_of_order_time_window: {out_of_order}\n")
            return [f"--config.file={config}", f"--storage.tsdb.path={directory}/data",
                    f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver",
                    "--storage.tsdb.retention.time=100y", "--log.level=warn", *flags]

        super().__init__("prometheus", arguments, "/-/ready")
        self.write_url = self.base + "/api/v1/write"

    def restart_with(self, blocks):
        """Moves the blocks of a directory into its data while it is down."""
        self.stop()
        for name in os.listdir(blocks):
            shutil.move(os.path.join(blocks, name), os.path.join(self.scratch.name, "data", name))
        self.start()

    def query(self, text, at):
        """An instant query."""
        answer = json.loads(self.get("/api/v1/query", query=text, time=at))
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def raw_samples(self, selector, at):
        """{(name, labels): [(ts_ms, value, stale)]} of everything that is stored."""
        return {split(row["metric"]): [(round(ts * 1000), float(value), False) for ts, value in row["values"]]
                for row in self.query(f"{selector}[1000d]", at)}

    def series(self, selector):
        """The label sets of all stored series."""
        answer = json.loads(self.get("/api/v1/series", **{"match[]": selector, "start": 0, "end": time.time() + 10**6}))
        return {split(labels) for labels in answer["data"]}


class VictoriaMetrics(Server):
    """Debian's victoria-metrics."""

    def __init__(self, retention="100y"):
        super().__init__("victoria-metrics", lambda directory, port: [
            f"-storageDataPath={directory}/data", f"-httpListenAddr=127.0.0.1:{port}", f"-retentionPeriod={retention}",
            "-loggerLevel=WARN", "-memory.allowedBytes=256MB"], "/health")
        self.write_url = self.base + "/api/v1/write"

    def raw_samples(self, selector):
        """Everything that is stored, the future too; a stale marker comes back as null."""
        self.get("/internal/force_flush")
        found = {}
        times = {"start": 0, "end": time.time() + 10**8}
        for line in self.get("/api/v1/export", **{"match[]": selector}, **times).splitlines():
            row = json.loads(line)
            samples = [(ts, 0.0 if value is None else float(value), value is None)
                       for ts, value in zip(row["timestamps"], row["values"])]
            found.setdefault(split(row["metric"]), []).extend(samples)
        return {key: sorted(samples) for key, samples in found.items()}


def split(labels):
    """Labels with __name__ -> (name, the others as a sorted tuple)."""
    labels = dict(labels)
    return labels.pop("__name__"), tuple(sorted(labels.items()))


def recent_copy(path, directory, hours_ago=None):
    """Copies a run (with times in UTC) into `directory`, moved by whole hours so that it ends within the last two
    hours: no receiver finds it too old or too new, and windows stay as they are. Returns (path, hours moved)."""
    data = k6_lines.read_bytes(path)
    last = max(datetime.datetime.fromisoformat(found.group(2).decode() + "+00:00") for found in STAMP.finditer(data))
    if hours_ago is None:
        hours_ago = int((time.time() - 600 - last.timestamp()) // 3600)
    shift = datetime.timedelta(hours=hours_ago)

    def moved(found):
        when = datetime.datetime.fromisoformat(found.group(2).decode()) + shift
        return found.group(1) + when.isoformat().encode() + found.group(3)

    target = os.path.join(directory, path.strip("/").replace("/", "_").removesuffix(".gz"))
    with open(target, "wb") as file:
        file.write(STAMP.sub(moved, data))
    return target, hours_ago
