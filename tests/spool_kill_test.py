#!/usr/bin/env python3
"""kill -9 at random moments of a run with --spool, then the same command again: nothing is lost, nothing twice.

Environment: K6APM_KILLS is the number of kills against a real Prometheus, half as many follow against a scripted
receiver; K6APM_SEED makes their moments the same again.
"""
import json
import os
import random
import statistics
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import harness
import oracle
import servers
from receiver import Answer, always
from spools import KILLED, Bodies, Outbox, Running, SpoolTest, is_filled, wait_until, write_run

KILLS = int(os.environ.get("K6APM_KILLS", "8" if harness.QUICK else "200"))
SEED = int(os.environ.get("K6APM_SEED", random.SystemRandom().randrange(10**6)))
AT_ONCE = 3  # rounds side by side
TRIES = 20  # of a round that ends before it can be killed
CONNECTIONS = 2
VERIFIES_SPOOLS = True  # whether --verify settles the doubts of a spool
SHARE_OF_SECOND_KILLS = 0.3


class Round:
    """One spool, and what was seen of it: whatever was on its way when the program was killed, by number."""

    def __init__(self, number, spool, directories):
        self.number, self.spool = number, spool
        self.outboxes = [Outbox(spool, directory) for directory in directories]
        self.kills, self.phases = 0, []
        self.in_doubt = [set() for _ in self.outboxes]
        self.settled = [set() for _ in self.outboxes]

    def look(self):
        """After a kill."""
        self.kills += 1
        if not is_filled(self.spool):
            self.phases.append("before everything was in the spool")
            return
        self.phases.append("while it was sent")
        for outbox, in_doubt, settled in zip(self.outboxes, self.in_doubt, self.settled):
            in_doubt.update(outbox.in_flight())
            settled.update(outbox.settled())


class Kills(SpoolTest):
    """Of one block and one result; each round has its own spool."""

    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        self.whole_s = self.sending_s = None
        print(f"K6APM_SEED={SEED}", file=sys.stderr)

    def command(self, spool, blocks, *flags):
        """The command line of a round: always the same words."""
        return [*self.files, "--apm", json.dumps(blocks), "--spool", spool, "--json", "--connections", CONNECTIONS, *flags]

    def measure(self, command_of):
        """How long a run takes, as a whole and from the moment on when everything is in the spool. `command_of` makes the
        command line for a directory."""
        def one(number):
            spool = os.path.join(self.scratch, f"measured-{number}")
            started = time.monotonic()
            running = Running(*command_of(spool))
            wait_until(lambda: is_filled(spool), "a filled spool")
            filled = time.monotonic()
            result = running.end()
            self.assertEqual(result.status, 0, str(result))
            return time.monotonic() - started, time.monotonic() - filled

        with ThreadPoolExecutor(AT_ONCE) as pool:
            measured = list(pool.map(one, range(2 * AT_ONCE)))
        self.whole_s, self.sending_s = (statistics.median(column) for column in zip(*measured))

    def kill(self, running, spool, part):
        """At a moment of the whole run (a part of 0 to 1), or of its sending (1 to 2). What it left."""
        if part >= 1:
            wait_until(lambda: is_filled(spool) or running.process.poll() is not None, "a filled spool")
            return running.kill_after((part - 1) * self.sending_s)
        return running.kill_after(part * self.whole_s)

    def until_the_end(self, one, command, part, chance):
        """Runs a command, kills it, and repeats it until it ends by itself; its result then."""
        result = self.kill(Running(*command), one.spool, part)
        while result.status == KILLED:
            one.look()
            running = Running(*command)
            again = one.kills < 3 and chance.random() < SHARE_OF_SECOND_KILLS
            result = running.kill_after(chance.random() * self.whole_s) if again else running.end()
        return result

    def rounds(self, count, play):
        """Plays so many rounds with a kill, whose moments are spread over all phases; the results of
        play(name, part, chance)."""
        parts = [2 * (i + self.chance.random()) / count for i in range(count)]
        self.chance.shuffle(parts)
        chances = [random.Random(self.chance.random()) for _ in parts]

        def until_killed(number, part, chance):
            for attempt in range(TRIES):
                one, problem = play(f"{number}-{attempt}", part, chance)
                if problem or one.kills > 0:
                    break
                part -= part % 1 * 0.3  # it came too late
            return one, problem

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(until_killed, range(count), parts, chances))

    def spread(self, rounds, count):
        """All were killed, and in every phase."""
        phases = [phase for one in rounds for phase in one.phases]
        early, late = (phases.count(phase) for phase in ("before everything was in the spool", "while it was sent"))
        caught = sum(len(in_doubt) for one in rounds for in_doubt in one.in_doubt)
        print(f"{count} rounds, {len(phases)} kills: {early} before everything was in the spool, {late} later; "
              f"{caught} requests were on their way", file=sys.stderr)
        self.assertEqual([one.number for one in rounds if one.kills == 0], [])
        if not harness.QUICK:
            self.assertGreater(min(early, late), count * 0.1)
            self.assertGreater(caught, 0)


class AgainstPrometheus(Kills):
    """Two destinations of one server, under two names."""

    WINDOWS, NAMES = 400, 3

    def setUp(self):
        super().setUp()
        self.server = servers.Prometheus()
        self.addCleanup(self.server.close)
        self.files = [write_run(os.path.join(self.scratch, "run.json"), self.WINDOWS, self.NAMES)]
        self.blocks = [self.block(self.server.write_url, metrics=[
            {"sourceMetric": "http_reqs", "targetMetric": target, "keepTags": ["name"]}]) for target in ("one", "two")]
        self.end_s = int(time.time()) - 60
        self.expected = [oracle.Expected(self.files, block, end_at_ns=self.end_s * 10**9).series for block in self.blocks]

    def round_command(self, spool, number):
        return self.command(spool, self.blocks, "--end-at", str(self.end_s), "--tag", f"round={number}")

    def is_there(self, number):
        """Exactly what the oracle computes, with the label of the round."""
        found = self.server.raw_samples(f'{{round="{number}"}}', self.end_s + 3600)
        wanted = {(name, tuple(sorted((*labels, ("round", str(number)))))): samples
                  for expected in self.expected for (name, labels), samples in expected.items()}
        return oracle.differences(wanted, found, stale=False)

    def play(self, number, part, chance):
        """One round; it, and what is wrong."""
        one = Round(number, os.path.join(self.scratch, f"spool-{number}"), ["00-prometheus", "01-prometheus"])
        command = self.round_command(one.spool, number)
        result = self.until_the_end(one, command, part, chance)
        try:
            self.assertEqual(self.is_there(number), [], f"{one.phases}\n{result}")
            self.settled_account(one, result)
            again = harness.run(*command)
            self.settled_account(one, again)
            self.assertEqual(again.status, result.status, str(again))
            if VERIFIES_SPOOLS:
                verified = harness.run(*command, "--verify")
                self.assertEqual(verified.status, 0, str(verified))
                for destination in verified.report()["destinations"]:
                    self.assertEqual(destination["points_delivered"], destination["points"], str(verified))
        except AssertionError as problem:
            return one, f"round {number}, killed {one.phases}: {problem}"
        return one, None

    def settled_account(self, one, result):
        """All is delivered, but for what was on its way when the program was killed: that may be refused, in doubt."""
        harness.check_sums(self, result.report())
        refused_in_all = 0
        for destination, outbox, in_doubt in zip(result.report()["destinations"], one.outboxes, one.in_doubt):
            requests = outbox.requests()
            doubtful = sum(requests[number]["points"] for number in in_doubt)
            self.assertEqual(destination["points_kept"], 0, str(result))
            self.assertLessEqual(destination["points_refused"], doubtful, str(result))
            self.assertIn(destination["points_refused"], sums([requests[number]["points"] for number in in_doubt]))
            refused_in_all += destination["points_refused"]
        self.assertEqual(result.status, 1 if refused_in_all else 0, str(result))
        if refused_in_all:
            self.assertIn(b"probably stored these points at an earlier attempt", result.err)

    def test_prometheus_holds_what_the_oracle_computes(self):
        self.measure(lambda spool: self.round_command(spool, os.path.basename(spool)))
        played = self.rounds(KILLS, self.play)
        self.assertEqual([problem for _, problem in played if problem], [])
        self.spread([one for one, _ in played], KILLS)


def sums(numbers):
    """Of every choice of them."""
    found = {0}
    for number in numbers:
        found |= {one + number for one in found}
    return found


class AgainstBodies(Kills):
    """A receiver of our own for each round: what arrives is compared byte for byte, request by request."""

    SLICES, SLICE_S, NAMES, NAME = 6, 50, 6, "n{}" + "x" * 180_000  # a slice is two requests: that many bytes

    def setUp(self):
        super().setUp()
        self.files = [write_run(os.path.join(self.scratch, "run.json"), self.SLICES * self.SLICE_S, self.NAMES, name=self.NAME,
                                step_s=self.SLICE_S)]
        with harness.Export(self.files, self.block(harness.NOWHERE)) as export:
            self.wanted = [body for _, body in sorted(export.bodies().items())]
            slices = [sidecar["first"] for sidecar in export.sidecars()]
        self.slice_of = dict(zip(self.wanted, slices, strict=True))
        self.assertGreater(len(self.wanted), len(set(slices)))

    def play(self, number, part, chance):
        """One round; it, and what is wrong."""
        one = Round(number, os.path.join(self.scratch, f"spool-{number}"), ["00-prometheus"])
        outcomes = random.Random(chance.random())

        def script(_, request):
            return Answer(503, {"Retry-After": "0"}) if outcomes.random() < 0.1 else Answer(delay=outcomes.random() / 200)

        with Bodies(script) as receiver:
            command = self.command(one.spool, self.block(receiver))
            result = self.until_the_end(one, command, part, chance)
            try:
                self.assertEqual(receiver.problems, [])
                self.whole(result)
                self.order(receiver)
                self.repetitions(one, receiver)
                count = len(receiver.requests)
                self.whole(harness.run(*command))
                self.assertEqual(len(receiver.requests), count)
            except AssertionError as problem:
                return one, f"round {number}, killed {one.phases}: {problem}"
        return one, None

    def order(self, receiver):
        """No slice after a later one, nothing before everything of the slice before it was taken."""
        latest = ""
        taken = set()
        for request in sorted(receiver.requests, key=lambda request: request.arrived):
            now = self.slice_of[request.body]  # which raises where nobody has written this body
            self.assertGreaterEqual(now, latest)
            if now > latest:
                missing = [body for body, slice_ in self.slice_of.items() if slice_ < now and body not in taken]
                self.assertEqual(len(missing), 0, "the slice before was not whole")
            latest = now
            if request.answer.status == 204:
                taken.add(request.body)
        self.assertEqual(taken, set(self.wanted))

    def repetitions(self, one, receiver):
        """What was taken before a kill is sent again only where its answer was not yet in the journal."""
        bodies = dict(enumerate(self.wanted, 1))
        times = {number: sum(request.body == body and request.answer.status == 204 for request in receiver.requests)
                 for number, body in bodies.items()}
        for number, count in times.items():
            allowed = 1 + one.kills if number in one.in_doubt[0] else 1
            self.assertLessEqual(count, allowed, f"request {number}, in doubt {one.in_doubt}")
        self.assertLessEqual(len(one.in_doubt[0]), one.kills * CONNECTIONS)

    def test_what_arrives(self):
        """The bodies of a run without a spool, in order; nothing twice but what was on its way."""
        with Bodies(always(Answer(delay=0.0025))) as receiver:
            self.measure(lambda spool: self.command(spool, self.block(receiver)))
        played = self.rounds(max(KILLS // 2, 4), self.play)
        self.assertEqual([problem for _, problem in played if problem], [])
        self.spread([one for one, _ in played], max(KILLS // 2, 4))


if __name__ == "__main__":
    unittest.main()
