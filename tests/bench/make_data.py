#!/usr/bin/env python3
"""Makes a long k6 run out of a real one: repeats its points with the times moved on, so that the run gets longer.

    make_data.py --size 1G [--run RESULTS] FILE

Metric lines stand there once. Only the seconds of a time change from one repetition to the next; the run has to be one
with times in UTC.
"""
import argparse
import datetime
import gzip
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(HERE, "..", "..", "testdata", "v2.2.0", "shop-lite", "results.json.gz")
STAMP = re.compile(rb'(?<="time":")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=[.\dZ])')


def parse_size(text):
    """1G -> 1000000000."""
    units = {"K": 10**3, "M": 10**6, "G": 10**9}
    return int(float(text[:-1]) * units[text[-1].upper()]) if text[-1].upper() in units else int(text)


def seconds_of(stamp):
    """2026-11-20T07:27:26 -> Unix seconds."""
    return int(datetime.datetime.fromisoformat(stamp.decode() + "+00:00").timestamp())


def make(run, size, path, every=None):
    """Writes at least `size` bytes to `path` (up to one repetition more); returns the number of repetitions. They begin
    `every` so many seconds, else one right after the other."""
    with (gzip.open if run.endswith(".gz") else open)(run, "rb") as file:
        lines = file.read().splitlines(keepends=True)
    metrics = b"".join(line for line in lines if b'"type":"Metric"' in line)
    points = b"".join(line for line in lines if b'"type":"Metric"' not in line)
    pieces = STAMP.split(points)
    stamps = [seconds_of(stamp) for stamp in STAMP.findall(points)]
    if len(stamps) != points.count(b"\n"):
        raise SystemExit(f"{run}: not every line has a time in UTC")
    length = every or max(stamps) - min(stamps) + 1
    epoch = datetime.datetime(1970, 1, 1)
    written = repetitions = 0
    with open(path, "wb", buffering=1 << 20) as file:
        written += file.write(metrics)
        while written < size:
            shift = repetitions * length
            texts = {second: (epoch + datetime.timedelta(seconds=second + shift)).isoformat().encode()
                     for second in set(stamps)}
            out = [pieces[0]]
            for stamp, piece in zip(stamps, pieces[1:]):
                out.append(texts[stamp])
                out.append(piece)
            written += file.write(b"".join(out))
            repetitions += 1
    return repetitions


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1G")
    parser.add_argument("--run", default=RUN)
    parser.add_argument("file")
    args = parser.parse_args()
    repetitions = make(args.run, parse_size(args.size), args.file)
    print(f"{args.file}: {os.path.getsize(args.file)} bytes, {repetitions} repetitions of "
          f"{os.path.relpath(args.run)}", file=sys.stderr)


if __name__ == "__main__":
    main()
