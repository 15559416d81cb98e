"""The row about pushing: k6apm from result file to acknowledged, against sending the same bodies, made before."""
import glob
import json
import os
import re
import shutil
import sys
import tempfile

import measure
from data import Missing
from outcome import Outcome

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import servers  # noqa: E402  pylint: disable=wrong-import-position,wrong-import-order

CONNECTIONS = 2
INSTANCES = 10
ALL_BY_INSTANCE = {"provider": "prometheus", "includeDefaultMetrics": False, "resampleRate": 1, "metrics": [
    {"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status", "instance"]}]}
INSERTED = re.compile(r'^vm_rows_inserted_total\{type="promremotewrite"\} (\d+)$', re.MULTILINE)


def sent(command):
    """Runs what `command` makes of a URL against a new VictoriaMetrics; (Sample, samples that arrived)."""
    server = servers.VictoriaMetrics()
    try:
        sample = measure.run(command(server.write_url))
        return sample, int(INSERTED.search(server.get("/metrics")).group(1))
    finally:
        server.close()


def in_turn(commands, runs):
    """As measure.in_turn, each run with a new server; also how many samples arrived, each time the same."""
    samples, arrived = {name: measure.Samples() for name in commands}, set()
    for number in range(runs + 1):
        for name, command in commands.items():
            sample, count = sent(command)
            arrived.add(count)
            if number:
                samples[name].append(sample)
    if len(arrived) != 1:
        raise SystemExit(f"not always the same number of samples arrived: {arrived}")
    return samples, arrived.pop()


def push(bench, row):
    """1 GB of results makes 5 million samples."""
    if not shutil.which("victoria-metrics"):
        raise Missing("victoria-metrics is not installed")
    client = bench.competitors.compiled("post_bodies")
    path = bench.data.instances(bench.size, INSTANCES)

    def k6apm(url, *more):
        return [bench.k6apm, "-q", "--threads", "2", "--connections", str(CONNECTIONS), *more,
                "--apm", json.dumps({**ALL_BY_INSTANCE, "remoteWriteURL": url}), path]

    with tempfile.TemporaryDirectory(prefix="bodies-", dir=bench.data.directory) as bodies:
        measure.run(k6apm("http://localhost/", "-f", "-o", bodies))
        directory = os.path.join(bodies, "00-prometheus")
        with open(min(glob.glob(os.path.join(directory, "*.json"))), encoding="utf-8") as file:
            headers = [f"{name}: {value}" for name, value in json.load(file)["headers"].items()]
        plain = "the same bodies, a plain client"
        samples, arrived = in_turn({"": k6apm, plain: lambda url: [client, url, str(CONNECTIONS), directory, *headers]},
                                   bench.runs)
    samples = {f"{row.title}, {arrived / 1e6:.2f} million samples": samples[""], plain: samples[plain]}
    ours, theirs = samples.values()
    return Outcome(row, samples, ours.wall() / theirs.wall())
