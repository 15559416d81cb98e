#!/usr/bin/env python3
"""Makes a long k6 run out of a real one: repeats its points with the times moved on, so that the run gets longer.

    make_data.py --size 1G [--run RESULTS] [--vu-iter tags|metadata] [--instances N] [--ends-now] FILE

JSON and CSV, plain or gzip; `-` is standard output. What stands there once (Metric lines, the CSV header) stays so.
Only the seconds of a time change from one repetition to the next; the run has to be one with times in UTC.

--vu-iter makes every line's tags new: URLs are distinct (their `name` stays, as if it had been grouped) and the system
tags vu and iter are there, as tags, as k6 wrote them before v0.41, or as metadata, as it does now. --instances has N
repetitions at a time, each with a tag `instance` of its own, as the files of N load generators would be one after the
other. --ends-now moves the whole by hours, so that it ends within the last two.
"""
import argparse
import csv
import datetime
import gzip
import io
import json
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(HERE, "..", "..", "testdata", "v2.2.0", "shop-lite", "results.json.gz")
CSV_RUN = os.path.join(os.path.dirname(RUN), "results.csv.gz")
STAMP = re.compile(rb'(?<="time":")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=[.\dZ])')
CSV_STAMP = re.compile(rb"(?<=,)\d{10}(?=,)")
TAGS = re.compile(r'"tags":(\{.*?\})(?=\}\}$|,"metadata":)')
SLOT = re.compile(rb"@([a-z]+)@(\d+)@")
REQUESTS_PER_ITERATION = 5
VUS = 50
EPOCH = datetime.datetime(1970, 1, 1)


def parse_size(text):
    """1G -> 1000000000."""
    units = {"K": 10**3, "M": 10**6, "G": 10**9}
    return int(float(text[:-1]) * units[text[-1].upper()]) if text[-1].upper() in units else int(text)


def seconds_of(stamp):
    """2026-11-20T07:27:26 -> Unix seconds; those stay."""
    if stamp.isdigit():
        return int(stamp)
    return int(datetime.datetime.fromisoformat(stamp.decode() + "+00:00").timestamp())


def moved_text(stamp, shift):
    """A stamp in its own form, `shift` seconds later."""
    if stamp.isdigit():
        return b"%d" % (int(stamp) + shift)
    return (EPOCH + datetime.timedelta(seconds=seconds_of(stamp) + shift)).isoformat().encode()


class Run:
    """A real run: `head`, which stands there once, and the text of the points around what changes."""

    def __init__(self, path, vu_iter=None, instances=0):
        self.instances = instances
        self.head, points, stamp = read(path, vu_iter, instances)
        self.stamps = sorted(set(stamp.findall(points)))
        # Between constant pieces stand slots, each the number of a value: first the stamps, then those of with_slots.
        slots = list(re.finditer(b"|".join((stamp.pattern, SLOT.pattern)), points))
        ends = [0, *(slot.end() for slot in slots)]
        self.pieces = [points[end:slot.start()] for end, slot in zip(ends, slots)] + [points[ends[-1]:]]
        others = sorted({slot.group() for slot in slots} - set(self.stamps))
        number = {text: i for i, text in enumerate([*self.stamps, *others])}
        self.slots = [number[slot.group()] for slot in slots]
        self.kinds = [(kind.decode(), int(value)) for kind, value in (SLOT.fullmatch(text).groups() for text in others)]

    def last(self):
        """Its last second."""
        return seconds_of(self.stamps[-1])

    def length(self):
        """Seconds, up to the next repetition."""
        return self.last() - seconds_of(self.stamps[0]) + 1

    def repetition(self, number, shift, instance=0):
        """The points, `shift` seconds later."""
        values = [moved_text(stamp, shift) for stamp in self.stamps]
        counted = {kind: value + 1 for kind, value in sorted(self.kinds)}
        for kind, value in self.kinds:
            value += number * counted[kind]
            if kind == "instance":
                value = instance
            elif kind == "vu":
                value = value % VUS + 1
            elif kind == "iter":
                value //= VUS
            values.append(b"%d" % value)
        out = [b""] * (2 * len(self.slots) + 1)
        out[0::2] = self.pieces
        out[1::2] = map(values.__getitem__, self.slots)
        return b"".join(out)


def read(path, vu_iter, instances):
    """(head, text of the points, pattern of their times) of a run."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        text = file.read()
    if text.startswith(b"metric_name,"):
        head, points = text[:text.index(b"\n") + 1], text[text.index(b"\n") + 1:]
        stamp, count = CSV_STAMP, sum(1 for _ in csv.reader(io.StringIO(points.decode(), newline="")))
    else:
        lines = text.splitlines(keepends=True)
        head = b"".join(line for line in lines if b'"type":"Metric"' in line)
        lines = [line for line in lines if b'"type":"Metric"' not in line]
        points = b"".join(with_slots(lines, vu_iter, instances) if vu_iter or instances else lines)
        stamp, count = STAMP, len(lines)
    if len(stamp.findall(points)) != count:
        raise SystemExit(f"{path}: not every line has a time in UTC")
    return head, points, stamp


def with_slots(lines, vu_iter, instances):
    """JSON lines whose URL, vu, iter and instance are slots: @KIND@NUMBER@, the number counted within the run."""
    requests = 0
    for line in lines:
        text = line.decode().rstrip("\n")
        found = TAGS.search(text)
        tags = json.loads(found.group(1))
        if dumped(tags) != found.group(1):
            raise SystemExit(f"cannot write these tags again as k6 does: {found.group(1)}")
        requests += '{"metric":"http_reqs"' in text
        iteration = requests // REQUESTS_PER_ITERATION
        metadata = ""
        if vu_iter:
            if "url" in tags:
                tags["url"] += f"{'&' if '?' in tags['url'] else '?'}id=@request@{requests}@"
            if '{"metric":"vus' not in text:  # these two are of the whole run, not of a VU
                system = {"iter": f"@iter@{iteration}@", "vu": f"@vu@{iteration}@"}
                if vu_iter == "tags":
                    tags.update(system)
                else:
                    metadata = ',"metadata":' + dumped(system)
        if instances:
            tags["instance"] = "generator-@instance@0@"
        yield f"{text[:found.start(1)]}{dumped(tags)}{metadata}{text[found.end(1):]}\n".encode()


def dumped(tags):
    """A JSON object as k6 writes it."""
    return json.dumps(tags, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parts(run, size, every=None, ends_now=False):
    """The bytes of the long run: the head, then one repetition after the other, at least `size` in all. They begin
    `every` so many seconds, else one right after the other; with instances so many begin at a time."""
    yield run.head
    written, number, moved = len(run.head), 0, 0
    every, at_a_time = every or run.length(), run.instances or 1
    if ends_now:
        repetitions = (size - written) // len(run.repetition(0, 0))
        moved = (int(time.time()) - run.last() - repetitions // at_a_time * every) // 3600 * 3600
    while written < size:
        text = run.repetition(number, moved + number // at_a_time * every, number % at_a_time)
        number += 1
        written += len(text)
        yield text


def make(run, size, path, every=None):
    """Writes at least `size` bytes to `path` (up to one repetition more); returns the number of repetitions."""
    repetitions = -1
    with open(path, "wb", buffering=1 << 20) as file:
        for text in parts(Run(run), size, every):
            file.write(text)
            repetitions += 1
    return repetitions


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1G")
    parser.add_argument("--run", default=RUN)
    parser.add_argument("--vu-iter", choices=["tags", "metadata"])
    parser.add_argument("--instances", type=int, default=0)
    parser.add_argument("--ends-now", action="store_true")
    parser.add_argument("file")
    args = parser.parse_args()
    run = Run(args.run, args.vu_iter, args.instances)
    with (sys.stdout.buffer if args.file == "-" else open(args.file, "wb", buffering=0)) as file:
        for text in parts(run, parse_size(args.size), ends_now=args.ends_now):
            file.write(text)
        if args.file != "-":
            os.fsync(file.fileno())  # what is still to be written would disturb what is measured next


if __name__ == "__main__":
    main()
