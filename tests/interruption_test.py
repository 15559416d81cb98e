#!/usr/bin/env python3
"""Signals: the first ends the run soon, whatever it waits for, and the report tells how it stands."""
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import harness
import summaries
from delivery_test import by_name, long_run
from receiver import Answer, Receiver, always, in_turn

RUN = summaries.results_of("v2.2.0/shop-lite")
SIGNALS = ((signal.SIGINT, 130), (signal.SIGTERM, 143))
SOON = 2 + 3  # seconds: what is promised, and as much again and more for a busy machine with sanitizers
GRACE = 1  # seconds that an answer is waited for


def block(url, **more):
    """A block with one Prometheus."""
    return json.dumps({"provider": "prometheus", "remoteWriteURL": url, **more})


class Interruption(unittest.TestCase):
    """Each test interrupts a run that would go on for long."""

    def start(self, *args, stdin=None):
        running = subprocess.Popen([harness.program(), *args], stdin=stdin, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=harness.environment())
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        return running

    def end(self, running, number):
        """Sends the signal; what came out, and that it came soon."""
        before = time.monotonic()
        running.send_signal(number)
        out, err = running.communicate(timeout=30)
        self.took = time.monotonic() - before
        self.assertLess(self.took, SOON)
        return out, err

    def end_in_flight(self, receiver, number, status, run=RUN, apm=None, requests=1):
        """Sends the signal when so many requests have arrived; the destination in the report, which adds up."""
        running = self.start(run, "--apm", apm or block(receiver.url), "--json")
        for _ in range(200):
            if len(receiver.requests) >= requests:
                break
            time.sleep(0.05)
        self.assertGreaterEqual(len(receiver.requests), requests)
        out, err = self.end(running, number)
        report = json.loads(out)
        self.assertEqual((running.returncode, report["exit_status"]), (status, status), (out, err))
        harness.check_sums(self, report)
        return report["destinations"][0]

    def test_while_a_pipe_gives_nothing(self):
        for number, status in SIGNALS:
            with self.subTest(signal=number):
                reading, writing = os.pipe()
                self.addCleanup(os.close, writing)
                running = self.start("-", "--apm", block(harness.NOWHERE), "--json", stdin=reading)
                os.close(reading)
                os.write(writing, b'{"metric":"http_reqs"')
                time.sleep(0.5)
                out, err = self.end(running, number)
                self.assertEqual(running.returncode, status, (out, err))
                self.assertEqual(json.loads(out)["exit_status"], status)
                self.assertIn(b"nothing was sent", err)

    def test_while_a_fifo_has_no_writer(self):
        with tempfile.TemporaryDirectory() as scratch:
            fifo = os.path.join(scratch, "results.json")
            os.mkfifo(fifo)
            running = self.start(fifo, "--apm", block(harness.NOWHERE))
            time.sleep(0.5)
            out, err = self.end(running, signal.SIGINT)
            self.assertEqual(running.returncode, 130, (out, err))

    def test_while_a_pipe_is_kept(self):
        """A time of the run is needed, so the pipe is read into a temporary file before anything else."""
        with tempfile.TemporaryDirectory() as scratch:
            for number, status in SIGNALS:
                for begins in (b"", b'{"metric":"http_reqs"'):
                    with self.subTest(signal=number, begins=begins):
                        fifo = os.path.join(scratch, f"{status}-{len(begins)}.json")
                        os.mkfifo(fifo)
                        writing = os.open(fifo, os.O_RDWR)
                        self.addCleanup(os.close, writing)
                        os.write(writing, begins)
                        running = self.start(fifo, "--apm", block(harness.NOWHERE), "--json", "--end-at", "now")
                        time.sleep(0.5)
                        out, err = self.end(running, number)
                        self.assertEqual(running.returncode, status, (out, err))
                        self.assertEqual(json.loads(out)["exit_status"], status)
                        self.assertIn(b"nothing was sent", err)

    def test_while_the_receiver_is_away(self):
        for number, status in SIGNALS:
            with self.subTest(signal=number), Receiver(always(Answer(503))) as receiver:
                destination = self.end_in_flight(receiver, number, status)
                self.assertEqual(destination["points_kept"], destination["points"])

    def test_an_answer_that_comes_after_the_signal_counts(self):
        """What is in flight is finished, and nothing is begun."""
        with tempfile.TemporaryDirectory() as scratch:
            run = long_run(scratch, 5, 400)
            for number, status in SIGNALS:
                with self.subTest(signal=number), Receiver(in_turn(Answer(), Answer(delay=0.5))) as receiver:
                    apm = block(receiver.url, **by_name())
                    destination = self.end_in_flight(receiver, number, status, run, apm, 2)
                    self.assertEqual(len(receiver.requests), 2)
                    self.assertIsNotNone(receiver.requests[1].answered)
                    self.assertEqual(destination["status"], "partial")
                    self.assertEqual(destination["points_delivered"], sum(one.points() for one in receiver.requests))
                    self.assertEqual(destination["points_refused"], 0)

    def test_a_receiver_that_hangs_is_given_up(self):
        for number, status in SIGNALS:
            with self.subTest(signal=number), Receiver(always(Answer(drop="hang"))) as receiver:
                destination = self.end_in_flight(receiver, number, status)
                self.assertGreater(self.took, GRACE / 2)
                self.assertEqual(destination["points_kept"], destination["points"])

    def test_the_second_signal_ends_at_once(self):
        with Receiver(always(Answer(drop="hang"))) as receiver:
            running = self.start(RUN, "--apm", block(receiver.url))
            for _ in range(200):
                if receiver.requests:
                    break
                time.sleep(0.05)
            running.send_signal(signal.SIGTERM)
            threading.Timer(0.05, running.send_signal, (signal.SIGTERM,)).start()
            running.communicate(timeout=30)
            self.assertIn(running.returncode, (143, -signal.SIGTERM))


if __name__ == "__main__":
    unittest.main()
