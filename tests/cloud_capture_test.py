#!/usr/bin/env python3
"""What goes to k6 cloud: the tool against the model (cloud_model.py), and the model against what k6 1.3.0 itself
pushed in the same run (testdata/cloud/v1.3.0-shop).

    K6APM=.../k6apm tests/cloud_capture_test.py
"""
import glob
import os
import subprocess
import sys
import tempfile

import cloud_model

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "testdata")
RUNS = ["cloud/v1.3.0-shop", "v1.3.0/shop-lite", "v2.2.0/shop-lite", "v2.2.0/plain", "v2.2.0/proto"]


def results_of(run):
    packed = os.path.join(ROOT, run, "results.json.gz")
    return packed if os.path.exists(packed) else packed[:-len(".gz")]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def check(what, words):
    for word in words:
        print(f"{what}: {word}", file=sys.stderr)
    return not words


def check_capture():
    bodies = [read(path) for path in sorted(glob.glob(os.path.join(ROOT, RUNS[0], "pushes", "*.body")))]
    assert bodies
    return check("model against k6", cloud_model.differences(cloud_model.pushed(bodies, "123", by_k6=True),
                                                             cloud_model.model([results_of(RUNS[0])])))


def check_tool(tool, run):
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "out")
        subprocess.run([tool, "--cloud", "-o", out, results_of(run)], check=True, stdout=subprocess.DEVNULL)
        bodies = [read(path) for path in sorted(glob.glob(os.path.join(out, "00-cloud", "*.body")))]
    assert bodies, "nothing is written"
    run_id = cloud_model.one_of_each(cloud_model.unsnappy(bodies[0]))[1].decode()
    return check(f"tool, {run}", cloud_model.differences(cloud_model.model([results_of(run)]),
                                                         cloud_model.pushed(bodies, run_id)))


def main():
    right = check_capture()
    for run in RUNS:
        right = check_tool(os.environ["K6APM"], run) and right
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
