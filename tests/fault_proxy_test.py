#!/usr/bin/env python3
"""Connections to a real Prometheus that break: it says itself afterwards what it holds, and the report says the same."""
import concurrent.futures
import json
import os
import tempfile
import time
import unittest

import fault_case
import fault_witness
import faults
import harness
import oracle
import remote_write
import servers
from faulty_proxy import FaultyProxy

AT_ONCE = 6
BREAKS = ("refuse", "before", "during", "after", "swallow", "503")
MAY_BE_STORED = ("after", "swallow")
SHAPES = (faults.FIRST, faults.MIDDLE, faults.THIRD, faults.FROM_SECOND)
TRIED_ONCE = {"503": faults.TRIED_ONCE[0], "after": faults.TRIED_ONCE[-1]}
WAY = fault_witness.Way("1", True)


def points_of(body):
    """{(key, ts)} without stale markers."""
    return {(servers.split(labels), ts) for labels, samples in remote_write.decode(body)[0]
            for ts, _, stale in samples if not stale}


class RealPrometheus(unittest.TestCase):
    """One server for all cases; a constant tag tells them apart."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.run_file = fault_case.write_run(scratch.name)
        cls.directory = scratch.name
        cls.server = servers.Prometheus()
        cls.addClassCleanup(cls.server.close)

    def push(self, proxy, tag, retry_s, spool):
        """Runs the command."""
        block = dict({"provider": "prometheus", "remoteWriteURL": proxy.url}, **fault_case.BLOCK)
        flags = ["--spool", spool] if spool else []
        return harness.run(self.run_file, "--apm", json.dumps(block), "--json", "--tag", "case=" + tag,
                           "--remote-write", "1", "--timeout", "3",
                           "--retry-time", retry_s, *flags)

    def held(self, tag):
        """{(key, ts): value} of what Prometheus has of a case."""
        found = self.server.raw_samples('{case="%s"}' % tag, int(time.time()) + 60)
        return {(key, ts): value for key, samples in found.items() for ts, value, _ in samples}

    def check(self, result, proxy, tag, expected):
        """What Prometheus holds is what the report says; returns the destination."""
        harness.check_sums(self, result.report())
        destination = result.report()["destinations"][0]
        self.assertEqual(destination["points"], len(expected), str(result))
        held = self.held(tag)
        for point, value in held.items():
            self.assertTrue(oracle.close(value, expected[point]), (point, value, expected[point]))
        told = {point for passage in proxy.passages if passage.told and 200 <= passage.status < 300
                for point in points_of(passage.body)}
        self.assertLessEqual(told, held.keys(), str(result))
        self.assertEqual(destination["points_delivered"], len(told), str(result))
        said = fault_witness.said_to_be_in_doubt(result.err.decode())
        self.assertLessEqual(len(held), len(told) + said + destination["points_kept"], str(result))
        if not any(passage.status and not passage.told for passage in proxy.passages):
            self.assertEqual((len(held), said), (len(told), 0), str(result))
        elif destination["points_kept"] == 0:
            self.assertEqual(len(held), len(expected), str(result))
        return destination

    def case(self, fault, shape, spool, once=False):
        """One of them; `once`: each request is tried once, and what fails is sent again at the end."""
        tag = f"{fault} {shape.name} {bool(spool)} {once}".replace(" ", "-")
        expected = {(key, ts): value for key, samples
                    in oracle.Expected([self.run_file], fault_case.BLOCK, constant={"case": tag}).series.items()
                    for ts, value in samples}
        well = []
        proxy = FaultyProxy(self.server.port,
                            lambda number: fault if not well and shape.hits(number, None, False) else None)
        try:
            retry_s = 0 if once else 2 if shape == faults.FROM_SECOND else 15
            result = self.push(proxy, tag, retry_s, spool)
            destination = self.check(result, proxy, tag, expected)
            lasts = shape == faults.FROM_SECOND and fault != "refuse"  # that one lasts for a while only
            refused = fault in MAY_BE_STORED and not lasts
            end = faults.SOME_KEPT if lasts else faults.SOME_REFUSED if refused else faults.DELIVERED
            if once:
                end = faults.end_of_second_pass(TRIED_ONCE[fault], shape, WAY)
            self.assertEqual((destination["status"], result.status), end, str(result))
            if end != faults.SOME_KEPT or not spool:
                return
            well.append(True)
            seen = len(proxy.passages)
            result = self.push(proxy, tag, 15, spool)
            self.assertEqual(self.check(result, proxy, tag, expected)["points_kept"], 0, str(result))
            self.assertEqual(len(self.held(tag)), len(expected))
            done = {passage.body for passage in proxy.passages[:seen] if passage.told}
            self.assertEqual(done & {passage.body for passage in proxy.passages[seen:]}, set())
        finally:
            proxy.close()

    def test_what_it_holds_is_what_is_said(self):
        rows = [(fault, shape, False) for fault in BREAKS for shape in SHAPES]
        rows += [(fault, shape, True) for fault in TRIED_ONCE for shape in (faults.FIRST, faults.TWO)]
        cases = [(fault, shape, os.path.join(tempfile.mkdtemp(dir=self.directory), "spool") if spool else None, once)
                 for fault, shape, once in rows for spool in (False, True)]
        if harness.QUICK:
            cases = cases[::5]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            running = [(case, pool.submit(self.case, *case)) for case in cases]
            for (fault, shape, spool, once), ended in running:
                with self.subTest(fault, shape=shape.name, spool=bool(spool), once=once):
                    ended.result()


if __name__ == "__main__":
    unittest.main()
