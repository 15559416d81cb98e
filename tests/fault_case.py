"""A case of the fault matrix: one fault, one shape of it, one way of sending, with a spool or without one; it is played, and
what arrived is held against the report."""
import json
import os
import ssl
import threading
import time
import unittest

import cloud_push
import connection_test
import datadog_model
import datadog_push
import fake_cloud
import fault_witness
import faults
import harness
import oracle
from fault_witness import Way, Witness
from result_writers import JsonLines, Metric, Point

NAMES, BODIES, APART_S = 40, 6, 250  # as far apart that each burst of points is a request of its own, by every protocol
WAYS = (Way("1", True), Way("1", False), Way("2", True), Way("2", False), Way("datadog", False), Way("cloud", False))
MOST_MIB = 64
SOON_S = 0.4  # a shut door opens again
BLOCK = datadog_push.BY_NAME


def write_run(directory):
    """A run of bursts of two points in each of many series; returns its path."""
    first_s = int(time.time()) - BODIES * APART_S - 60
    writer = JsonLines()
    lines = [writer.head([Metric("http_reqs", "counter")])]
    lines += [writer.row(Point("http_reqs", (first_s + burst * APART_S + second) * 10**9, burst + second + i + 1,
                               {"name": f"n{i}"}))
              for burst in range(BODIES) for second in range(2) for i in range(NAMES)]
    path = os.path.join(directory, "bursts.json")
    with open(path, "wb") as file:
        file.write(b"".join(lines))
    return path


class World:
    """What all cases share: the run, what has to arrive by each provider as {key: {ts: value}}, certificates."""

    def __init__(self, directory):
        self.directory = directory
        self.run = write_run(directory)
        prometheus = oracle.Expected([self.run], BLOCK).series
        datadog = datadog_model.Expected([self.run], BLOCK).series
        self.expected = {"prometheus": {key: dict(samples) for key, samples in prometheus.items()},
                         "datadog": {key: series.points for key, series in datadog.items()},
                         "cloud": cloud_push.expected([self.run])}
        self.points = {name: sum(map(len, series.values())) for name, series in self.expected.items()}
        self.bodies = {}  # by form, of a delivery without faults
        self.usual_s = 0  # what one takes
        connection_test.make_certificates(directory)
        connection_test.openssl(directory, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                "-nodes", "-keyout", "self.key", "-out", "self.pem", "-days", "2", "-subj", "/CN=itself",
                                "-addext", "subjectAltName=IP:127.0.0.1")
        self.contexts = [self.context(name) for name in ("server", "self")]

    def path(self, name):
        """A file."""
        return os.path.join(self.directory, name)

    def context(self, name):
        """Of a server with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(name + ".pem"), self.path(name + ".key"))
        return context


class Case:
    """One fault, one shape, one way; run() ends with an AssertionError where a law is broken."""

    def __init__(self, world, way, fault, shape, spool=None):
        self.world, self.way, self.fault, self.shape, self.spool = world, way, fault, shape, spool
        self.name = f"{fault.name}, {shape.name}, {way}" + (", with a spool" if spool else "")
        self.test = unittest.TestCase()
        self.test.maxDiff = 2000
        self.ends_by_itself = shape not in (faults.ALWAYS, faults.FROM_SECOND, faults.ONE_BODY)
        self.timeout_s = 2 if fault.hangs else 10
        self.retry_s = 12 if self.ends_by_itself else 2.5 if fault.hangs else 1.5
        self.well = False
        self.timers = []
        self.witness = self.result = self.seconds = None

    def run(self):
        """The delivery and, with a spool, those after it."""
        self.witness, self.well = Witness(self.way), False
        self.witness.keeps_stopped = bool(self.spool)
        try:
            self.prepare()
            result = self.push()
            self.check_first(result)
            if self.spool and self.fault.plays[0] != "nowhere":
                self.check_resumed(result)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.result}") from error
        finally:
            for timer in self.timers:
                timer.cancel()
            self.witness.close()

    def again(self):
        """The same, from the beginning."""
        self.spool = self.spool and self.spool + "-again"
        self.run()

    # The fault.

    def prepare(self):
        """Has the witness play it."""
        kind, witness = self.fault.plays[0], self.witness
        how = self.fault.plays[-1]
        if kind == "answer":
            witness.plan = self.planned
        elif kind == "head":
            witness.on_head = lambda number: how if self.hits(number) else None
        elif kind == "connection" or self.fault.tls:
            witness.closes = True
            fault_witness.trust(witness.receiver, witness, self.world.contexts if self.fault.tls else None, how,
                                self.hits, self.way.calls_before)
        elif kind == "door":
            witness.closes = True
            witness.before = self.shut_where_due
            self.shut_where_due(0)

    def hits(self, number, body=None, new=False):
        """Whether the fault hits this attempt; those before the first are no attempts with points."""
        if self.well or number < 0:
            return not self.well and self.shape == faults.ALWAYS
        return self.shape.hits(number, body, new)

    def planned(self, number, body, new):
        """Witness.plan."""
        if not self.hits(number, body, new):
            return None
        return self.fault.play()

    def shut_where_due(self, number):
        """Shuts the door before this attempt, for a while or for ever."""
        if not self.hits(number):
            return
        self.witness.hits += 1
        self.witness.receiver.shut_door(self.fault.plays[1] == "hang")
        if self.ends_by_itself:
            self.timers.append(threading.Timer(SOON_S, self.witness.receiver.open_door))
            self.timers[-1].start()

    # The program.

    def destination(self):
        """(flags, environment) that name it."""
        receiver = self.witness.receiver
        url = f"http{'s' if self.fault.tls else ''}://127.0.0.1:{receiver.port}"
        if self.fault.plays[0] == "nowhere":
            url = "http://nowhere.invalid"
        if self.way.form == "cloud":
            return ["--cloud"], {"K6_CLOUD_TOKEN": fake_cloud.TOKEN, "K6_CLOUD_HOST": url}
        block = dict({"provider": "prometheus", "remoteWriteURL": url + "/api/v1/write"}, **BLOCK)
        if self.way.form == "datadog":
            block = datadog_push.block(url, **BLOCK)
        return ["--apm", json.dumps(block)], {}

    def push(self, with_result=True):
        """Runs the command, or the one that delivers what is in the spool."""
        flags = ["--timeout", self.timeout_s, "--retry-time", self.retry_s]
        if self.way.provider == "prometheus" and with_result:
            flags += ["--remote-write", self.way.form]
        if self.spool:
            flags += ["--spool", self.spool]
        results = [self.world.run] if with_result else []
        runs = harness.measured if self.fault in faults.LONG else harness.run  # to measure takes longer than to send
        destination, env = self.destination()
        begin = time.monotonic()
        self.result = runs(*results, *destination, "--json", *flags,
                           env={"SSL_CERT_FILE": self.world.path("ca.pem"), **env})
        self.seconds = time.monotonic() - begin
        return self.result

    # The laws.

    def means(self):
        """What the fault means to this way of sending."""
        if self.way.form == "2" and not self.fault.counted:
            return faults.REFUSES
        if self.way.form == "2" and self.fault.name == "200, cut after its first line":
            return faults.PASSES
        if self.way.form in ("2", "cloud") and self.fault.name.startswith("400"):
            return faults.REFUSES  # what of it is written is told by the counts of 2.0; k6 cloud judges the whole
        return self.fault.means

    def expected_end(self):
        """(status of the destination, exit status), or None where it depends on how bodies are divided."""
        means = self.means()
        if means == faults.PASSES and self.fault.stores and self.way.refuses_doubles:
            return faults.ENDS_OF_DOUBLES[self.shape]
        if self.fault.name == "500" and self.shape == faults.ONE_BODY and self.way.provider == "prometheus":
            return faults.DELIVERED  # its halves are taken
        return faults.ENDS[means].get(self.shape)

    def account(self, result):
        """The destination of a report that adds up."""
        report = result.report()
        harness.check_sums(self.test, report)
        self.test.assertEqual(report["exit_status"], result.status)
        destination = report["destinations"][0]
        self.test.assertEqual(destination["points"], self.world.points[self.way.provider])
        return destination

    def check_first(self, result):
        """All laws that hold without a spool."""
        destination = self.account(result)
        said = result.err.decode(errors="replace")
        end = self.expected_end()
        if self.spool and self.means() == faults.STOPS:
            self.test.assertEqual(destination["points_refused"], 0, str(result))
        if end is not None:
            self.test.assertEqual((destination["status"], result.status), end, str(result))
        self.test.assertGreater(self.witness.hits + (self.fault.plays[0] == "nowhere"), 0, "the fault was not played")
        fault_witness.check_values(self.test, self.witness, self.world.expected[self.way.provider])
        self.check_arrived(destination, said)
        self.check_bytes(destination)
        if self.fault.waits_s > 0:
            self.check_pauses()
        self.check_words(destination, said, result)
        self.check_cost(result)

    def check_arrived(self, destination, said):
        """What is stored, and the account of it."""
        if not isinstance(self.fault.plays[-1], faults.Answer):  # else the bodies that were refused were not read
            fault_witness.check_account(self.test, self.witness, destination)
        stored, told = self.witness.points(), self.witness.acknowledged()
        self.test.assertEqual(destination["points_delivered"], len(told))
        self.test.assertLessEqual(told, stored)
        fault_witness.check_doubts(self.test, self.witness, destination, said)
        if not self.fault.stores:
            self.test.assertEqual(len(stored), destination["points_delivered"])
            self.test.assertEqual(fault_witness.said_to_be_in_doubt(said), 0, said)

    def check_bytes(self, destination):
        """Requests are counted once, and sent again byte for byte."""
        bodies = [attempt.body for attempt in self.witness.attempts]
        if self.means() not in (faults.DIVIDES, faults.REFUSES) and self.fault.name != "500":
            self.test.assertLessEqual(set(bodies), self.world.bodies[self.way.form])
        if self.fault.plays[0] == "answer" and not self.spool:
            self.test.assertEqual((destination["requests"], destination["retries"], destination["bytes"]),
                                  (len(set(bodies)), len(bodies) - len(set(bodies)), sum(map(len, set(bodies)))))

    def check_pauses(self):
        """What the receiver asks for is waited for."""
        for earlier, later in zip(self.witness.attempts, self.witness.attempts[1:]):
            if self.ends_by_itself and earlier.fate == "open":
                self.test.assertEqual(earlier.body, later.body)
                self.test.assertGreater(later.arrived - earlier.arrived, self.fault.waits_s - 0.1)

    def check_words(self, destination, said, result):
        """Where not all is delivered, people are told why, and what to do."""
        lost = destination["points"] - destination["points_delivered"]
        if lost == 0 or self.means() == faults.PASSES and destination["points_kept"] == 0:
            return
        self.test.assertTrue(any(words in said for words in self.fault.says), str(result))
        self.test.assertTrue(any(words in " ".join(destination["warnings"]) for words in self.fault.says), str(result))
        self.test.assertTrue(destination["error"], str(result))
        self.test.assertIn(self.fault.hints.get(self.way.provider, ""), said)

    def check_cost(self, result):
        """It ends in its time and in little memory."""
        if harness.QUICK:
            return
        each_s = self.timeout_s if self.fault.hangs else 2 * self.fault.waits_s + 1
        if self.fault.plays[0] == "door":
            each_s += 1
        most_s = 5 + 10 * self.world.usual_s + min(self.witness.hits, 2 * BODIES) * each_s
        if not self.ends_by_itself:  # so are the calls before and after those with points
            most_s += (self.retry_s + self.timeout_s) * (1 + self.way.calls_before)
        if self.means() == faults.DIVIDES:
            most_s += 30  # many requests
        self.test.assertLess(self.seconds, most_s)
        self.test.assertLess(result.mib or 0, MOST_MIB)

    # With a spool.

    def check_resumed(self, result):
        """The receiver gets well, and the same command delivers the rest."""
        before = self.account(result)
        if before["points_kept"] == 0:
            return
        self.well = True
        if self.way.provider != "prometheus":
            self.witness.may_be_late = True
        if self.fault.plays[0] == "door" and not self.ends_by_itself:
            self.witness.receiver.open_door()
        done = {attempt.body for attempt in self.witness.attempts if attempt.fate == "acknowledged"}
        seen = len(self.witness.attempts)
        is_kept = self.way.form != "cloud" or self.witness.receiver.creates  # before a test run is made there are no requests
        second = self.push(with_result=self.shape != faults.ALWAYS or not is_kept)
        after = second.report()["destinations"][0]
        self.test.assertEqual([after[name] for name in ("points", "points_delivered", "points_refused", "points_kept")],
                              [before["points"], len(self.witness.acknowledged()),
                               before["points"] - len(self.witness.acknowledged()), 0], str(second))
        self.test.assertEqual(second.status, 0 if after["points_refused"] == 0 else 1 if after["points_delivered"] else 4,
                              str(second))
        again = {attempt.body for attempt in self.witness.attempts[seen:]} & done
        self.test.assertEqual(len(again), 0, "what was acknowledged was sent again")
        fault_witness.check_values(self.test, self.witness, self.world.expected[self.way.provider])
        fault_witness.check_doubts(self.test, self.witness, after, (result.err + second.err).decode(errors="replace"))
        if self.way.refuses_doubles and self.shape == faults.ALWAYS:
            self.check_over(after)

    def check_over(self, after):
        """A third run has nothing left to do."""
        seen = len(self.witness.attempts)
        third = self.account(self.push())
        self.test.assertEqual(len(self.witness.attempts), seen, "a third run sends something")
        self.test.assertEqual([third[name] for name in ("points_delivered", "points_refused", "points_kept")],
                              [after[name] for name in ("points_delivered", "points_refused", "points_kept")])


class InTurn(Case):
    """Faults one after another, then all is well."""

    def __init__(self, world, way, name, plays, spool=None):
        row = faults.Fault(name, faults.PASSES, ("answer", None), stores=True)
        super().__init__(world, way, row, faults.Shape("one after another", None), spool)
        self.plays = plays

    def prepare(self):
        self.witness.closes = True  # else a request may be sent again below the program
        super().prepare()

    def planned(self, number, body, new):
        return self.plays[number]() if number < len(self.plays) and not self.well else None

    def expected_end(self):
        return None

    def check_bytes(self, destination):
        pass  # halves may be sent beside the whole

    def check_words(self, destination, said, result):
        pass


class SecondPass(Case):
    """Each request is tried once, and once more at the end."""

    def __init__(self, world, way, fault, shape, spool=None):
        super().__init__(world, way, fault, shape, spool)
        self.name += ", tried once"
        self.retry_s = 0

    def prepare(self):
        self.witness.closes = True  # else a request may be sent again below the program
        self.witness.may_be_late = self.way.provider != "prometheus"
        super().prepare()

    def expected_end(self):
        return faults.end_of_second_pass(self.fault, self.shape, self.way)

    def check_words(self, destination, said, result):
        if destination["points_refused"] > 0:
            self.test.assertIn(fault_witness.OUT_OF_ORDER.decode(), said)
        elif destination["points_kept"] > 0:
            super().check_words(destination, said, result)
        else:
            self.test.assertTrue(any("sent again at the end, after: " in warning and words in warning
                                     for warning in destination["warnings"] for words in self.fault.says), str(result))


class Resumed(InTurn):
    """With a spool: nothing is taken, then the same command meets faults that pass."""

    def __init__(self, world, way, name, plays, spool):
        super().__init__(world, way, name, plays[0], spool)
        self.later = plays[1]
        self.begin = None
        self.retry_s = 0.3

    def planned(self, number, body, new):
        if not self.well:
            return super().planned(number, body, new)
        if self.begin is None:
            self.begin = number
        return self.later[number - self.begin]() if number - self.begin < len(self.later) else None

    def check_resumed(self, result):
        """Nothing was stored: nothing is in doubt, and what can be divided is taken."""
        super().check_resumed(result)
        whole = self.way.form in ("2", "cloud") and "400" in self.fault.name  # as in means()
        lost = len(self.witness.attempts[0].points) if whole else 0
        self.test.assertEqual(len(self.witness.acknowledged()), self.world.points[self.way.provider] - lost)
        self.test.assertEqual(fault_witness.said_to_be_in_doubt(self.result.err.decode()), 0, str(self.result))
