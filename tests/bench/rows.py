"""What is measured, row by row, and how much each may be."""
import json
import os
import sys
import typing

import make_data
import measure
import push
from data import Missing
from outcome import Outcome

KEPT_TAGS = ["name", "method", "status"]
URL = "http://localhost:9090/api/v1/write"
DEFAULT = {"provider": "prometheus", "remoteWriteURL": URL}
ALL = {**DEFAULT, "includeDefaultMetrics": False,
       "metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": KEPT_TAGS}]}
SMALLEST_GROWTH = 100 * 10**6  # below, a tenth is hardly more than one repetition
GROWTH_ROUNDS = 5  # so many times as often: a start of the program is a good part of what a small file takes


class Row(typing.NamedTuple):
    """One comparison; `measured` takes (Bench, Row) and returns an Outcome."""
    name: str
    title: str
    limit: float
    measured: typing.Callable


def dry_run(bench, path, block, threads=2):
    """The command that does everything but send."""
    return [bench.k6apm, "-n", "-q", "--threads", str(threads), "--apm", json.dumps(block), path]


def ratio(bench, row, command, others):
    """Times a command against others, {title: command}: what counts is the slowest of these."""
    samples = measure.in_turn({row.title: command, **others}, bench.runs)
    return Outcome(row, samples, samples[row.title].wall() / max(samples[name].wall() for name in others))


def against_wc(make, block, threads=2):
    """A row against `wc -l` of the same file; `make` takes Bench and returns its path."""
    def measured(bench, row):
        path = make(bench)
        return ratio(bench, row, dry_run(bench, path, block, threads), {"wc -l": ["wc", "-l", path]})
    return measured


def compressed(kind, inflater):
    """A row of a compressed file against the plain one and against merely inflating it."""
    def measured(bench, row):
        path, plain = getattr(bench.data, kind)(bench.size), bench.data.json(bench.size)
        return ratio(bench, row, dry_run(bench, path, DEFAULT),
                     {"k6apm, the same data plain": dry_run(bench, plain, DEFAULT),
                      inflater: [bench.competitors.compiled("inflate_loop"), path]})
    return measured


def simdjson(bench, row):
    """One thread each."""
    path = bench.data.json(bench.size)
    return ratio(bench, row, dry_run(bench, path, DEFAULT, threads=1),
                 {"simdjson On-Demand, 1 thread": [bench.competitors.compiled("simdjson_loop"), path]})


def duckdb(bench, row):
    """Two threads each, whole processes."""
    path = bench.data.json(bench.size)
    return ratio(bench, row, dry_run(bench, path, DEFAULT),
                 {"DuckDB, 2 threads": bench.competitors.duckdb(path, threads=2)})


def memory(make, block):
    """A row about resident memory, run once; `make` returns a path, or `-` for standard input."""
    def measured(bench, row):
        path = make(bench)
        feeder = [sys.executable, os.path.abspath(make_data.__file__), "--size", str(bench.memory_size), "-"]
        sample = measure.run(dry_run(bench, path, block), feeder if path == "-" else None)
        return Outcome(row, {row.title: measure.Samples([sample])}, sample.memory, " MB")
    return measured


def growth(without_start, beside_wc=False, threads=2):
    """A row about the time of a byte at three sizes: how many times the least is the largest. `without_start` takes off
    what a run of one repetition takes, which is little more than the start of the program. `beside_wc` counts in times
    of `wc -l`, whose own bytes take less time in a large file than in a small one on some machines."""
    def measured(bench, row):
        if without_start and bench.size < SMALLEST_GROWTH:
            raise Missing(f"it takes {SMALLEST_GROWTH / 1e6:.0f} MB or more")
        sizes = [make_data.parse_size("1M"), bench.size // 10, bench.size, bench.size * 3][0 if without_start else 1:]
        paths = [bench.data.json(size) for size in sizes]
        commands = {f"{row.title}, {size / 1e9:g} GB": dry_run(bench, path, DEFAULT, threads)
                    for size, path in zip(sizes, paths)}
        if beside_wc:
            commands.update({f"wc -l, {size / 1e9:g} GB": ["wc", "-l", path] for size, path in zip(sizes, paths)})
        # In turn, since the clock of a machine may change by a half within minutes.
        samples = measure.in_turn(commands, bench.runs * GROWTH_ROUNDS)
        walls = [samples[name].wall() for name in commands]
        costs = costs_of(paths, walls[:len(paths)], without_start)
        if beside_wc:
            costs = [ours / theirs for ours, theirs in zip(costs, costs_of(paths, walls[len(paths):], without_start))]
        return Outcome(row, samples, max(costs) / min(costs))
    return measured


def costs_of(paths, walls, without_start):
    """Seconds a byte of each file, or of what the others have more than the first."""
    points = [(os.path.getsize(path), wall) for path, wall in zip(paths, walls)]
    first_size, first_wall = points.pop(0) if without_start else (0, 0)
    return [max(wall - first_wall, 1e-6) / (size - first_size) for size, wall in points]


ROWS = [
    Row("1", "JSON, default metrics, 2 threads", 2.0, against_wc(lambda b: b.data.json(b.size), DEFAULT)),
    Row("2", "JSON, default metrics, 1 thread", 2.5, against_wc(lambda b: b.data.json(b.size), DEFAULT, threads=1)),
    Row("3", "JSON, all metrics, 3 tags kept", 6, against_wc(lambda b: b.data.json(b.size), ALL)),
    Row("4-tags", "JSON, the same, tags ever new", 15, against_wc(lambda b: b.data.distinct(b.size, "tags"), ALL)),
    Row("4-metadata", "JSON, the same, vu and iter as metadata", 15,
        against_wc(lambda b: b.data.distinct(b.size, "metadata"), ALL)),
    Row("5", "CSV, default metrics", 3.5, against_wc(lambda b: b.data.csv(b.size // 2), DEFAULT)),
    Row("6-gz", "JSON, gzip", 1.4, compressed("gzip", "ISA-L merely inflates it")),
    Row("6-zst", "JSON, zstd", 1.4, compressed("zstd", "libzstd merely inflates it")),
    Row("7", "JSON, default metrics, 1 thread", 0.5, simdjson),
    Row("8", "JSON, default metrics, 2 threads", 0.25, duckdb),
    Row("9-stdin", "memory: JSON, standard input", 64, memory(lambda b: "-", DEFAULT)),
    Row("9-file", "memory: JSON, a file", 64, memory(lambda b: b.data.json(b.memory_size), DEFAULT)),
    Row("9-gz", "memory: JSON, gzip", 64, memory(lambda b: b.data.gzip(b.memory_size), DEFAULT)),
    Row("10", "memory: JSON, all metrics, 3 tags kept", 512, memory(lambda b: b.data.json(b.memory_size), ALL)),
    Row("11", "growth", 1.1, growth(without_start=False)),
    Row("11-bytes", "growth without the start", 1.1, growth(without_start=True)),
    Row("11-wc", "growth beside wc -l", 1.1, growth(without_start=True, beside_wc=True)),
    Row("11-wc-1", "growth beside wc -l, 1 thread", 1.1, growth(without_start=True, beside_wc=True, threads=1)),
    Row("12", "push to VictoriaMetrics", 1.25, push.push),
]


def chosen(names):
    """The rows of a list of names; `6` are all that begin with `6-`."""
    found = [row for row in ROWS if any(row.name == name or row.name.startswith(name + "-") for name in names)]
    for name in names:
        if not any(row.name == name or row.name.startswith(name + "-") for row in ROWS):
            raise SystemExit(f"there is no row {name}; there are {', '.join(row.name for row in ROWS)}")
    return found
