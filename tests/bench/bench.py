#!/usr/bin/env python3
"""Measures k6apm against other programs that do the same, or less, on the same data in the page cache.

    bench.py [--k6apm PROGRAM] [--size 1G] [--runs 5] [--only 1,6-gz,12] [--data DIR] [--install] [--check]

Each row is a comparison with a limit: the commands of a row run in turn, `--runs` times each after a round that warms
up and does not count, and what is compared are the medians of the wall times. Rows about memory run once. The data are
a real run of testdata, repeated with its times moved on (make_data.py); --size is that of the JSON files, CSV has half,
the rows about memory ten times as much (or --memory-size), and the rows about growth a tenth to three times. With
--data they stay in DIR, 19 GB of them at the full size, and so does what is compiled and installed; a second run finds
them there. A row whose competitor is missing is left out, which is said. DuckDB comes from npm, and only with
--install. With --check the status is 1 where a limit does not hold.
"""
import argparse
import os
import shutil
import sys
import tempfile
import typing

import competitors
import data
import make_data
import measure
import outcome
import rows


class Bench(typing.NamedTuple):
    """What the rows are measured with."""
    k6apm: str
    size: int
    memory_size: int
    runs: int
    data: data.Data
    competitors: competitors.Competitors


def parsed():
    """The command line."""
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--k6apm", default=os.path.join(here, "..", "..", "build", "release", "src", "k6apm"))
    parser.add_argument("--size", default="1G", type=make_data.parse_size)
    parser.add_argument("--memory-size", type=make_data.parse_size)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", metavar="ROW,ROW", help=f"of {', '.join(row.name for row in rows.ROWS)}")
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--install", action="store_true", help="fetch DuckDB from npm where it is not there")
    parser.add_argument("--check", action="store_true", help="status 1 where a limit does not hold")
    args = parser.parse_args()
    if not shutil.which(args.k6apm):
        sys.exit(f"{args.k6apm} is not there: build it first, or name it with --k6apm")
    return args


def main():
    """Runs the rows and prints each as it is done."""
    args = parsed()
    chosen = rows.chosen(args.only.split(",")) if args.only else rows.ROWS
    over = []
    with tempfile.TemporaryDirectory(prefix="k6apm-bench-") as scratch:
        directory = os.path.abspath(args.data or scratch)
        os.makedirs(directory, exist_ok=True)
        bench = Bench(os.path.abspath(args.k6apm), args.size, args.memory_size or 10 * args.size, args.runs,
                      data.Data(directory), competitors.Competitors(directory, args.install))
        print(measure.machine())
        print(f"{args.size / 1e9:g} GB of JSON in the page cache, medians of {args.runs}; the limits are for 1 GB\n")
        print(outcome.HEADER, flush=True)
        for row in chosen:
            try:
                result = row.measured(bench, row)
            except data.Missing as missing:
                print(f"{row.name:11}{row.title}: left out, {missing}", flush=True)
                continue
            print(result, flush=True)
            if not result.holds():
                over.append(row.name)
    if over and args.check:
        sys.exit(f"over their limits: {', '.join(over)}")


if __name__ == "__main__":
    main()
