#!/usr/bin/env python3
"""A spool on a disk that fills up at every moment, on one that cannot be written, and with a journal that was cut off at
every byte."""
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

import harness
import oracle
from receiver import Answer, Receiver, always, in_turn
from spools import Bodies, Outbox, SpoolTest, content, copied, is_filled, snapshot, take_then, wait_until, write_run

PAGE = 4096  # a tmpfs counts in pages
AT_ONCE = 2
STEP = int(os.environ.get("K6APM_STEP", "97" if harness.QUICK else "5"))  # of the bytes of a journal


def mount(*words):
    """Whether mount(8) could do it."""
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


class Disk(SpoolTest):
    """With a small disk of its own."""

    def setUp(self):
        super().setUp()
        self.files = [write_run(os.path.join(self.scratch, "run.json"), 200, 3)]
        self.disk = os.path.join(self.scratch, "disk")
        os.mkdir(self.disk)
        self.spool = os.path.join(self.disk, "spool")
        self.outbox = Outbox(self.spool)

    def mounted(self, pages, options="rw"):
        """The disk, empty."""
        subprocess.run(["umount", self.disk], capture_output=True, check=False)
        if not mount("-t", "tmpfs", "-o", f"size={pages * PAGE},{options}", "k6apm-test", self.disk):
            self.skipTest("file systems cannot be mounted here: it takes the rights of root")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], capture_output=True, check=False)

    def made_larger(self):
        """Room for everything."""
        self.assertTrue(mount("-o", "remount,size=4m", self.disk))

    def used_pages(self):
        """Of the disk."""
        found = os.statvfs(self.disk)
        return (found.f_blocks - found.f_bfree) * found.f_frsize // PAGE

    def fill_up(self):
        """Leaves no room on the disk."""
        with open(os.path.join(self.disk, "filler"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * PAGE)
            except OSError:
                pass

    def full(self, result):
        """It ended because of the disk, and says what to do."""
        self.assertEqual(result.status, 5, str(result))
        self.assertIn(b"No space left on device", result.err)
        self.assertIn(b"make room, then run the same command again", result.err)


class Full(Disk):
    """ENOSPC."""

    def pages_of_all_requests(self):
        """How large a disk has to be for everything that is written before the first request leaves."""
        self.mounted(1024)
        with Bodies(always(Answer(503))) as receiver:
            self.account(self.run_with(self.files, self.block(receiver), "--retry-time", "0.1"), 5)
        return self.used_pages()

    def test_every_size(self):
        """Whatever does not fit - a body, the list, run.json, the journal: nothing is sent twice, and then all arrives."""
        largest = self.pages_of_all_requests() + 2
        wanted = self.written(self.files, self.block(harness.NOWHERE))
        seen = set()
        for pages in range(1, largest + 1):
            with self.subTest(pages=pages), Bodies() as receiver:
                self.mounted(pages)
                result = self.run_with(self.files, self.block(receiver))
                seen.add((result.status, is_filled(self.spool)))
                if result.status != 0:
                    self.full(result)
                if not is_filled(self.spool):
                    self.assertEqual(receiver.requests, [])
                self.made_larger()
                self.whole(self.run_with(self.files, self.block(receiver)))
                self.same(receiver.arrived(), wanted)
        self.assertIn((0, True), seen)
        self.assertIn((5, False), seen)

    def test_a_long_journal(self):
        """One that takes several pages, of which some are there: what was answered is written down all the same."""
        self.files = [write_run(os.path.join(self.scratch, "long.json"), 3000)]
        whole = self.pages_of_all_requests()
        wanted = self.written(self.files, self.block(harness.NOWHERE))
        for pages in range(whole - 4, whole + 1):
            for words in range(0, 120, 30 if harness.QUICK else 15):
                with self.subTest(pages=pages, words=words), Bodies() as receiver:
                    receiver.script = in_turn(Answer(422, body=b"x" * (words + 1)))
                    self.mounted(pages)
                    result = self.run_with(self.files, self.block(receiver))
                    if result.status != 1:
                        self.full(result)
                    self.made_larger()
                    self.account(self.run_with(self.files, self.block(receiver)), 1, points_kept=0)
                    self.same(receiver.arrived(), wanted)

    def test_every_size_where_requests_are_divided(self):
        """Parts are written, and the journal grows by more than it is at most otherwise."""
        def script(_, request):
            return Answer(413) if len(request.body) > 330 else Answer()

        expected = oracle.Expected(self.files, self.block(harness.NOWHERE)).series
        pages, status, seen = self.pages_of_all_requests() - 1, 5, set()
        while status != 0 and pages < 300:
            with self.subTest(pages=pages), Receiver(script) as receiver:
                self.mounted(pages)
                result = self.run_with(self.files, self.block(receiver), "--connections", "1")
                status = result.status
                seen.add((status, bool(receiver.requests)))
                if status != 0:
                    self.full(result)
                self.made_larger()
                self.whole(self.run_with(self.files, self.block(receiver), "--connections", "1"))
                self.assertEqual(oracle.differences(expected, receiver.stored()), [])
            pages += 3 if harness.QUICK else 1
        self.assertEqual(status, 0)
        self.assertIn((5, True), seen)

    def test_filled_up_by_others_meanwhile(self):
        """The journal has its room from the beginning."""
        for count in range(1, 5):
            with self.subTest(count=count), Bodies() as receiver:
                def script(number, _, count=count):
                    if number + 1 == count:
                        self.fill_up()
                    return Answer()

                receiver.script = script
                self.mounted(64)
                wanted = self.written(self.files, self.block(receiver))
                self.whole(self.run_with(self.files, self.block(receiver)))
                self.same(receiver.arrived(), wanted)

    def test_long_words_of_a_receiver(self):
        """They go into the journal, too."""
        self.files = [write_run(os.path.join(self.scratch, "long.json"), 3000)]
        wanted = self.written(self.files, self.block(harness.NOWHERE))
        for words in range(300, 400, 25):
            with self.subTest(words=words), Bodies() as receiver:
                def script(number, _, words=words):
                    if number == 0:
                        self.fill_up()
                    return Answer(422, body=b"%d " % number + b"x" * words)

                receiver.script = script
                self.mounted(128)
                result = self.run_with(self.files, self.block(receiver))
                if result.status != 4:
                    self.full(result)
                self.made_larger()
                self.account(self.run_with(self.files, self.block(receiver)), 4, points_delivered=0, points_kept=0)
                self.same(receiver.arrived(), wanted)


class ReadOnly(Disk):
    """A file system that takes nothing."""

    def test_at_first(self):
        with Bodies() as receiver:
            self.mounted(64, "ro")
            for path in (self.spool, self.disk):
                result = harness.run(*self.files, "--apm", self.block_text(receiver), "--spool", path, "--json")
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(b"Read-only file system", result.err)
            self.assertEqual(receiver.requests, [])

    def block_text(self, receiver):
        """For a command line of one's own."""
        return self.arguments([], self.block(receiver))[1]

    def test_later(self):
        """It cannot be taken up, and what is in it stays."""
        with Bodies(take_then(1, Answer(503))) as receiver:
            self.mounted(64)
            self.account(self.run_with(self.files, self.block(receiver), "--retry-time", "0.1"), 5)
            count, before = len(receiver.requests), snapshot(self.spool)
            self.assertTrue(mount("-o", "remount,ro", self.disk))
            result = self.run_with(self.files, self.block(receiver))
            self.assertEqual(result.status, 2, str(result))
            self.assertIn(b"Read-only file system", result.err)
            self.assertEqual((len(receiver.requests), snapshot(self.spool)), (count, before))
            self.assertTrue(mount("-o", "remount,rw", self.disk))
            receiver.script = always(Answer())
            self.whole(self.run_with(self.files, self.block(receiver)))


class CutOff(SpoolTest):
    """The journal of a run with divided and repeated requests, as it may be after a power cut."""

    def setUp(self):
        super().setUp()
        self.files = [write_run(os.path.join(self.scratch, "run.json"), 75, 2)]

    def ended(self, receiver):
        """A spool as it was filled, with the bodies of the parts, and the journal that it had at the end."""
        receiver.script = always(Answer(drop="hang"))
        running = self.start_with(self.files, self.block(receiver), "--connections", "1")
        wait_until(lambda: receiver.requests, "the first request")
        self.assertEqual(running.end(signal.SIGKILL).status, -signal.SIGKILL)
        bodies = {}

        def script(number, request):
            for name, body in self.outbox.bodies().items():
                bodies.setdefault(name, body)
            return Answer(413) if len(request.body) > 600 else \
                Answer(503, {"Retry-After": "0"}) if number % 3 == 2 else Answer()

        receiver.script = script
        kept = copied(self.spool, os.path.join(self.scratch, "kept"))
        self.whole(self.run_with(self.files, self.block(receiver), "--connections", "1"))
        for number, body in bodies.items():
            with open(os.path.join(kept, "00-prometheus", f"{number:06}.body"), "wb") as file:
                file.write(body)
        return kept, content(self.outbox.journal_path)

    def resumed(self, kept, journal, lines):
        """What is wrong after a run with such a journal, of which so many lines are whole."""
        with Bodies() as receiver:
            spool = copied(kept, os.path.join(self.scratch, f"at-{len(journal)}-{lines}"))
            run = content(os.path.join(spool, "run.json"))
            with open(os.path.join(spool, "run.json"), "wb") as file:
                file.write(run.replace(self.url.encode(), receiver.url.encode()))
            outbox = Outbox(spool)
            with open(outbox.journal_path, "wb") as file:
                file.write(journal)
            known = outbox.journal(lines)
            bodies = outbox.bodies()
            open_numbers = list(outbox.requests())
            for line in known:
                if line.get("what") == "divided":
                    place = open_numbers.index(line["request"])
                    open_numbers[place:place + 1] = [json.loads(part)["number"] for part in line["parts"]]
                elif line.get("what") == "settled":
                    open_numbers.remove(line["request"])
            result = harness.run("--spool", spool, "--json", "--connections", "1")
            shutil.rmtree(spool)
            try:
                self.whole(result)
                self.same(receiver.arrived(), [bodies[number] for number in open_numbers])
            except AssertionError as problem:
                return f"at byte {len(journal)} of the journal: {problem}"
        return None

    def test_at_every_byte(self):
        """What is behind the last whole line does not count, whatever it is."""
        with Bodies() as receiver:
            self.url = receiver.url
            kept, journal = self.ended(receiver)
        self.assertTrue(any(line.get("what") == "divided" for line in self.outbox.journal()))
        ends = [0] + [i + 1 for i, byte in enumerate(journal) if byte == ord("\n")]
        near_ends = {end + i for end in ends for i in (-2, -1, 0, 1, 17)}
        lengths = sorted(near_ends.union(range(0, len(journal) + 1, STEP)))
        cases = [(journal[:length], journal[:length].count(b"\n")) for length in lengths if 0 <= length <= len(journal)]
        garbage = itertools.cycle([b"\0" * 500, b"garbage", b"garbage\n", b"\n", b"\n\n\n", b"0" * 16 + b" {}\n",
                                   b"\xff" * 4096, journal[1:]])
        cases += [(journal[:end] + next(garbage), lines) for lines, end in enumerate(ends)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            wrong = [problem for problem in pool.map(lambda case: self.resumed(kept, *case), cases) if problem]
        print(f"{len(cases)} journals of at most {len(journal)} bytes", file=sys.stderr)
        self.assertEqual(wrong[:5], [])


if __name__ == "__main__":
    unittest.main()
