#!/usr/bin/env python3
"""A receiver that fails 30 % of its answers at random, for a while: nothing is lost, the order is kept, the account is
exact, and the memory of a run stays flat.

Environment: K6APM_SOAK_S is how many seconds each of the two tests takes (15); K6APM_SEED makes their chances the same
again.
"""
import itertools
import os
import random
import shutil
import string
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import datadog_intake
import datadog_model
import harness
import oracle
import remote_write_2
from receiver import Answer, Receiver
from spools import Bodies, Running, SpoolTest, write_run

SOAK_S = float(os.environ.get("K6APM_SOAK_S", "5" if harness.QUICK else "15"))
SEED = int(os.environ.get("K6APM_SEED", random.SystemRandom().randrange(10**6)))
FAILS = 0.3
TIMEOUT_S = 0.5  # of the tool
FLAGS = ["--timeout", TIMEOUT_S, "--retry-time", "120"]
IMPATIENT = ["--timeout", TIMEOUT_S, "--retry-time", "0.05"]
KNOWS_2 = Answer(204, remote_write_2.written(0))


class Faults:
    """What a receiver does in place of its answer: a function of this object for each request, and `cut` before it."""

    BEFORE = ["head", "body"]
    AFTER = [Answer(503), Answer(500, body=b"oops"), Answer(502), Answer(429, {"Retry-After": "0"}), Answer(503, close=True)]
    DROPS = [Answer(drop="answer"), Answer(200, body=b"yes", drop="half"), Answer(drop="garbage"),
             Answer(delay=TIMEOUT_S * 1.5, drop="answer")]

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.lock = threading.Lock()

    def draw(self):
        """(where the connection is cut before there is an answer, the answer, whether the request is taken all the same);
        None for each where nothing goes wrong."""
        with self.lock:
            if self.chance.random() >= FAILS:
                return None, None, None
            kind = self.chance.randrange(11)
            if kind < 2:
                return self.BEFORE[kind], None, None
            if kind < 7:
                return None, self.AFTER[kind - 2], False
            return None, self.DROPS[kind - 7], self.chance.random() < 0.5


class CutsConnections(Receiver):
    """One that may reset a connection while a request arrives. `cut` says where, for the next one."""

    def cut(self):
        """None, "head" or "body"."""
        return None

    def one_request(self, connection, stream):
        where = self.cut()
        if where is None:
            return super().one_request(connection, stream)
        if not stream.readline():
            return "close"
        length = 0
        while where == "body":
            header = stream.readline().decode("latin-1").lower().rstrip("\r\n")
            if not header:
                stream.read(length // 2)
                break
            if header.startswith("content-length:"):
                length = int(header.split(":")[1])
        return "reset"


class Storage(CutsConnections):
    """As strict as Prometheus: a request with a sample that is not later than the newest of its series is refused as a
    whole. One that was not there before goes back in time, which is a problem."""

    def __init__(self, faults, **more):
        self.draws = faults
        self.series, self.newest = {}, {}
        self.refused, self.accepted = {}, set()  # {body: points}, bodies: whatever became of the answers
        self.drawn = threading.local()
        super().__init__(self.answer_to, **more)

    def cut(self):
        self.drawn.fault = self.draws.draw()
        return self.drawn.fault[0]

    def answer_to(self, _, request):
        """The fault that was drawn, or what the samples deserve."""
        _, answer, taken = self.drawn.fault
        if answer is not None and not taken:
            return answer
        with self.lock:
            known = self.store(request)
        if answer is not None:
            return answer
        if known:
            self.refused[request.body] = request.points()
            return Answer(400, body=b"out of order sample")
        self.accepted.add(request.body)
        return Answer(204, {} if request.decoded is None else remote_write_2.written(request.decoded.samples()))

    def store(self, request):
        """Returns whether something was there already."""
        seen = [(key_of(labels), samples) for labels, samples in request.series]
        late = [(key, sample) for key, samples in seen for sample in samples if sample[0] <= self.newest.get(key, -1)]
        for key, sample in late:
            if sample_text(sample) not in self.series[key]:
                self.problems.append(f"{key} goes back in time to {sample} after {self.newest[key]}")
        if late:
            return True
        for key, samples in seen:
            self.series.setdefault(key, {}).update((sample_text(sample), sample) for sample in samples)
            self.newest[key] = samples[-1][0]
        return False

    def possibly_refused(self):
        """What the account may say: points of bodies that were refused whenever they came, each once. One that was also
        accepted counts or not: either answer may have come too late to be seen."""
        sums = {sum(points for body, points in self.refused.items() if body not in self.accepted)}
        for points in (points for body, points in self.refused.items() if body in self.accepted):
            sums |= {one + points for one in sums}
        return sums

    def stored(self):
        return {key: list(samples.values()) for key, samples in self.series.items()}


def sample_text(sample):
    """Two of them can be compared so, markers, too."""
    return repr(sample)


def key_of(labels):
    """As the oracle names a series."""
    labels = dict(labels)
    return labels.pop("__name__"), tuple(sorted(labels.items()))


class Soak(SpoolTest):
    """Run after run."""

    maxDiff = None  # a problem that comes once in an hour is to be read whole

    def setUp(self):
        super().setUp()
        self.ends = time.monotonic() + SOAK_S
        self.numbers = itertools.count()
        print(f"K6APM_SEED={SEED}", file=sys.stderr)

    def until_it_ends(self, args):
        """With a spool: the same command as long as something is kept; how often, and the last result."""
        for count in range(1, 500):
            result = harness.run(*args)
            if result.status != 5:
                return count, result
            harness.check_sums(self, result.report())
        raise AssertionError(f"still kept after {count} runs: {result}")

    def one_run(self, kind, with_spool, chance):
        """Makes up a run, sends it, and compares."""
        number = next(self.numbers)
        scratch = os.path.join(self.scratch, f"run-{number}")
        os.mkdir(scratch)
        first_s = int(time.time()) - 700
        files = [write_run(os.path.join(scratch, "run.json"), chance.randrange(60, 500), chance.randrange(1, 5), first_s)]
        flags = ["--connections", str(chance.randrange(1, 5)), "--json", *(IMPATIENT if with_spool else FLAGS)]
        if with_spool:
            flags += ["--spool", os.path.join(scratch, "spool")]
        seed = chance.random()
        (self.datadog if kind == "datadog" else self.prometheus)(kind, files, flags, seed)
        shutil.rmtree(scratch)
        return kind, with_spool

    def prometheus(self, kind, files, flags, seed):
        """Both versions: what an earlier attempt has stored is refused when it comes again."""
        more = {"on_question": KNOWS_2} if kind == "2" else {}
        with Storage(Faults(seed), **more) as receiver:
            block = self.block(receiver)
            args = [*files, "--apm", self.arguments([], block)[1], "--remote-write", kind, *flags]
            _, result = self.until_it_ends(args)
            self.assertEqual(receiver.problems, [], str(result))
            self.assertEqual(oracle.differences(oracle.Expected(files, block).series, receiver.stored()), [], str(result))
            destination = result.report()["destinations"][0]
            harness.check_sums(self, result.report())
            self.assertEqual(destination["points_kept"], 0, str(result))
            self.assertIn(destination["points_refused"], receiver.possibly_refused(), str(result))
            status = 0 if destination["points_refused"] == 0 else 1 if destination["points_delivered"] else 4
            self.assertEqual(result.status, status, str(result))
            if status != 0:
                self.assertIn(b"has probably stored these points at an earlier attempt", result.err)

    def datadog(self, _, files, flags, seed):
        """What comes again is no harm."""
        faults = Faults(seed)

        class Flaky(CutsConnections, datadog_intake.Intake):
            """With the faults."""
            drawn = threading.local()

            def cut(self):
                self.drawn.fault = faults.draw()
                return self.drawn.fault[0]

        def script(_, request):
            _, answer, taken = intake.drawn.fault
            if taken and request.is_series():
                intake.take(request)
            return answer

        with Flaky(script, takes_all_times=True) as intake:
            block = self.block("", provider="datadog", apiKey=datadog_intake.API_KEY, apiURL=intake.url)
            del block["remoteWriteURL"]
            args = [*files, "--apm", self.arguments([], block)[1], *flags]
            _, result = self.until_it_ends(args)
            self.assertEqual(intake.problems, [], str(result))
            self.assertEqual(datadog_model.differences(datadog_model.Expected(files, block).series, intake.stored()), [],
                             str(result))
            self.whole(result)

    def test_nothing_is_lost(self):
        kinds = [(kind, with_spool) for kind in ("1", "2", "datadog") for with_spool in (False, True)]
        chance = random.Random(SEED)

        def play(seed):
            mine, played = random.Random(seed), []
            while time.monotonic() < self.ends or not played:
                state = mine.getstate()
                try:
                    played.append(self.one_run(*kinds[next(turns) % len(kinds)], mine))
                except AssertionError as problem:
                    return played, f"{problem}\n{state[1][:2]}"
            return played, None

        turns = itertools.count()
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(play, [chance.random() for _ in range(4)]))
        played = [one for some, _ in results for one in some]
        print(f"{len(played)} runs: " + ", ".join(f"{kind} {'with' if spool else 'without'} a spool {played.count((kind, spool))}"
                                                  for kind, spool in kinds), file=sys.stderr)
        self.assertEqual([problem for _, problem in results if problem], [])


class Memory(SpoolTest):
    """Of one run that sends for long, with bodies that cannot be compressed."""

    REQUESTS, SLICE_S, NAMES = max(300, round(SOAK_S * 2)), 50, 10
    NAME_BYTES = 1_500_000 // REQUESTS
    GROWS_MIB = 4  # all bodies together are 15

    def setUp(self):
        super().setUp()
        chance = random.Random(SEED)
        name = "n{}" + "".join(chance.choices(string.ascii_letters + string.digits, k=self.NAME_BYTES))
        self.files = [write_run(os.path.join(self.scratch, "run.json"), self.REQUESTS * self.SLICE_S, self.NAMES, name=name,
                                step_s=self.SLICE_S)]

    def resident(self, *flags):
        """[(seconds, MiB)] from the first request to the end of a run."""
        faults = Faults(SEED)
        pause_s = min(SOAK_S / self.REQUESTS / 3, TIMEOUT_S / 3)

        class Light(CutsConnections, Bodies):
            """Remembers only how many there were."""
            drawn = threading.local()
            count = 0

            def cut(self):
                self.drawn.fault = faults.draw()
                return self.drawn.fault[0]

        def script(_, request):
            light.count += 1
            light.requests.clear()
            request.body = b""
            return light.drawn.fault[1] or Answer(delay=pause_s)

        found = []
        with Light(script) as light:
            running = Running(*self.files, "--apm", self.arguments([], self.block(light))[1], "--json", "--connections", "2",
                              "--remote-write", "1", *FLAGS, *flags)
            while running.process.poll() is None:
                if light.count > 0:
                    found.append((time.monotonic(), resident_mib(running.process.pid)))
                time.sleep(0.02)
            self.whole(running.end())
            self.assertGreater(light.count, self.REQUESTS)
        return [one for one in found if one[1] > 0]

    def test_it_stays_flat(self):
        with ThreadPoolExecutor(2) as pool:
            for name, pending in [(name, pool.submit(self.resident, *flags)) for name, flags in (
                    ("without a spool", []), ("with a spool", ["--spool", self.spool]))]:
                with self.subTest(name):
                    found = pending.result()
                    begin, end = found[0][0], found[-1][0]
                    quarter = begin + (end - begin) / 4
                    early = max(mib for when, mib in found if when <= quarter)
                    late = max(mib for when, mib in found if when > quarter)
                    print(f"{name}: {len(found)} looks in {end - begin:.1f} s, {early:.1f} MiB in the first quarter, "
                          f"{late:.1f} MiB later", file=sys.stderr)
                    self.assertGreater(end - begin, SOAK_S / 4)
                    self.assertLess(late, early + self.GROWS_MIB)


def resident_mib(process):
    """What it holds now; 0 where it has ended."""
    try:
        with open(f"/proc/{process}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


if __name__ == "__main__":
    unittest.main()
