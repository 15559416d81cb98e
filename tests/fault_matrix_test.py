#!/usr/bin/env python3
"""Every fault between the tool and a receiver, at several moments of a delivery, by every protocol, without a spool and
with one: what arrived is what the report says, to the point."""
import concurrent.futures
import os
import sys
import tempfile
import time
import unittest

import fault_witness
import faults
import harness
from fault_case import BODIES, WAYS, Case, InTurn, Resumed, SecondPass, World
from fault_witness import Witness

HANG_AT_ONCE, AT_ONCE = 24, 12  # cases: some only wait
# With a spool each fault is played in these shapes, and in the first of the others that it can hit by ways that differ in
# what they still send when something was given up.
SPOOL_SHAPES = (faults.FIRST, faults.ALWAYS)
OTHER_SPOOL_SHAPES = (faults.ONE_BODY, faults.FROM_SECOND, faults.THIRD, faults.MIDDLE)
OTHER_SPOOL_WAYS = (WAYS[0], *WAYS[-2:])


def with_spool(row, shape, way):
    """Whether a fault is played with a spool, too."""
    others = [one for one in OTHER_SPOOL_SHAPES if one in row.shapes]
    return shape in SPOOL_SHAPES or shape in others[:1] and way in OTHER_SPOOL_WAYS


class Matrix(unittest.TestCase):
    """Cases run side by side, each with a receiver of its own."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.addClassCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(0.0005)  # many receivers answer at once
        cls.world = World(scratch.name)
        for way in WAYS:
            begin = time.monotonic()
            cls.world.bodies[way.form] = {attempt.body for attempt in cls.deliver(way)[0].attempts}
            cls.world.usual_s = max(cls.world.usual_s, time.monotonic() - begin)

    @classmethod
    def deliver(cls, way):
        """Without faults: what the receiver saw, and the destination."""
        case = Case(cls.world, way, faults.Fault("none", faults.TAKEN, ("none",)), faults.ALWAYS)
        case.witness = Witness(way)
        try:
            return case.witness, case.account(case.push())
        finally:
            case.witness.close()

    def cases(self, rows, ways=WAYS):
        """All of some faults."""
        for row in rows:
            for shape in row.shapes:
                if harness.QUICK and shape not in (faults.FIRST, faults.FROM_SECOND):
                    continue
                for way in ways:
                    if not way.refuses_doubles and way.provider == "prometheus" and not row.stores:
                        continue  # nothing comes twice
                    yield Case(self.world, way, row, shape)
                    if with_spool(row, shape, way):
                        yield Case(self.world, way, row, shape, self.new_spool())

    def new_spool(self):
        """A path."""
        return os.path.join(tempfile.mkdtemp(dir=self.world.directory), "spool")

    def play(self, cases):
        """Runs them all."""
        cases = list(cases)
        self.assertGreater(len(cases), 0)
        with (concurrent.futures.ThreadPoolExecutor(HANG_AT_ONCE) as waiting,
              concurrent.futures.ThreadPoolExecutor(AT_ONCE) as working):
            running = [(waiting if case.fault.hangs else working).submit(case.run) for case in cases]
        for case, ended in zip(cases, running):
            with self.subTest(case.name):
                if case.fault.hangs and ended.exception():  # perhaps a time-out that nobody planned: now without company
                    case.again()
                else:
                    ended.result()

    def test_all_faults(self):
        """What stands in the tables, at once: no fault waits for another kind."""
        self.play([*self.cases(faults.CONNECTIONS), *self.cases(faults.BODIES), *self.cases(faults.STATUSES),
                   *self.cases(faults.LONG), *self.one_after_another(), *self.tried_once()])

    def one_after_another(self):
        """The cases of faults.IN_TURN and THEN_RESUMED."""
        for way in WAYS:
            for name, plays in faults.IN_TURN.items():
                yield InTurn(self.world, way, name, plays)
                yield InTurn(self.world, way, name, plays, self.new_spool())
            for name, plays in faults.THEN_RESUMED.items():
                yield Resumed(self.world, way, name, plays, self.new_spool())

    def tried_once(self):
        """Those of faults.TRIED_ONCE."""
        for way in WAYS:
            for row in faults.TRIED_ONCE:
                for shape in (faults.FIRST, faults.MIDDLE, faults.TWO):
                    yield SecondPass(self.world, way, row, shape)
                    if shape != faults.MIDDLE:
                        yield SecondPass(self.world, way, row, shape, self.new_spool())

    def test_without_faults(self):
        """Everything arrives, each burst as a request of its own."""
        for way in WAYS:
            with self.subTest(str(way)):
                witness, destination = self.deliver(way)
                self.assertEqual((destination["status"], destination["points_delivered"]),
                                 ("delivered", destination["points"]))
                fault_witness.check_values(self, witness, self.world.expected[way.provider])
                self.assertEqual(len(witness.points()), destination["points"])
                self.assertEqual(len(witness.attempts), BODIES)
                self.assertEqual({attempt.body for attempt in witness.attempts}, self.world.bodies[way.form])
                self.assertEqual(len(self.world.bodies[way.form]), BODIES)


if __name__ == "__main__":
    unittest.main()
