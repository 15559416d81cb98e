#!/usr/bin/env python3
"""What real receivers do with points that lie badly in time or are large: Prometheus 2.42 and VictoriaMetrics 1.79, with
the cases of testdata/compliance/receivers.json (see receiver_probes_test.py)."""
import threading
import time
import unittest

import compliance
import servers
from compliance import START_S, point, row

MINUTE, HOUR, DAY = 60, 3600, 86400
P = "prometheus 2.42: "
O = "prometheus 2.42 with out_of_order_time_window 30d: "
V = "victoria-metrics 1.79: "
VERIFY = ("--verify", "--retry-time", "1")  # which is also how long it waits for what is missing
OLD = ("--end-at", "out_of_order_time_window", "--openmetrics")


def now():
    """Seconds after START_S, whole."""
    return int(time.time()) - START_S


class Real(compliance.Pushing):
    """A gauge with the label `case`, one sample a second or further apart."""

    def samples(self, case, seconds, value=0.0, **tags):
        return [point("queue", second, value + second % 1000, {"case": case, **tags}) for second in seconds]

    def sent(self, server, points, *flags, **how):
        """Delivers everything."""
        result = self.push(server.write_url, points, *flags, **how)
        destination = self.account(result, 0, "delivered")
        self.assertEqual(destination["points_delivered"], len(points))
        return result

    def refused(self, server, points, *said):
        """Delivers nothing, and says why and what to do."""
        started = time.monotonic()
        result = self.push(server.write_url, points, "--retry-time", "8")
        self.account(result, 4, "refused")
        for words in said:
            self.assertIn(words, result.err.decode())
        self.assertLess(time.monotonic() - started, 5)
        return result

    def expected(self, points):
        """[(ts, value)] in windows of 1 s."""
        return [(each.time_ns // 10**9 * 1000 + 1000, each.value) for each in points]


class Prometheus(Real):
    """Each test has a server of its own, for what was sent before decides what is taken."""

    def server(self, **how):
        server = servers.Prometheus(**how)
        self.addCleanup(server.close)
        return server

    def holds(self, server, case, points):
        """Exactly these, but for stale markers, which the API does not show."""
        found = server.raw_samples(f'{{case="{case}"}}', START_S + now() + HOUR)
        self.assertEqual(sorted(sample[:2] for samples in found.values() for sample in samples), self.expected(points))

    @row(P + "empty TSDB, first sample from 2020", P + "30 days forward jump",
         P + "other series, 59 min before head max time", P + "other series, 61 min before head max time", P + "old sample while head is at now",
         P + "timestamp 0 or negative (head at now)")
    def test_one_after_another(self):
        """An empty server takes any time; from then on nothing that is an hour older than its newest sample."""
        server = self.server()
        newest = now() - HOUR
        runs = {"first": newest - 2 * 365 * DAY, "later": newest - 30 * DAY, "newest": newest, "close": newest - 58 * MINUTE}
        for case, first in runs.items():
            points = self.samples(case, range(first, first + 10))
            self.sent(server, points)
            if case in ("newest", "close"):
                self.holds(server, case, points)
        for case, first in (("an hour", newest - 62 * MINUTE), ("long ago", newest - 300 * DAY), ("1970", 5 - START_S)):
            with self.subTest(case):
                self.refused(server, self.samples(case, range(first, first + 10)), "400 out of bounds", *OLD)
                self.holds(server, case, [])

    @row(P + "1 s older than last sample of the series", P + "identical 100-sample batch sent again",
         P + "batch overlapping: half old, half new")
    def test_the_same_series(self):
        """What is new of an overlapping run is stored, although Prometheus stores nothing of a request with an old
        sample."""
        server = self.server()
        first = now() - HOUR
        points = self.samples("a", range(first, first + 120))
        self.sent(server, points)
        self.refused(server, points, "400 out of order sample", "out_of_order_time_window")
        self.refused(server, self.samples("a", [first + 118]), "400 out of order sample", "out_of_order_time_window")
        self.holds(server, "a", points)
        longer = self.samples("a", range(first, first + 200))
        result = self.push(server.write_url, longer)
        destination = self.account(result, 1, "partial")
        self.assertEqual((destination["points_delivered"], destination["points_refused"]), (80, 120), str(result))
        self.holds(server, "a", longer)

    @row(P + "good + out-of-bounds + good in one request", P + "good + out-of-order + good")
    def test_good_and_bad(self):
        """A run that begins too long ago: from an hour before the newest sample on everything is stored, to the second.
        And one of three series that is old."""
        server = self.server()
        newest = now() - HOUR
        self.sent(server, self.samples("newest", [newest - 1]))
        points = self.samples("long", range(newest - HOUR - 1400, newest - 10, 7))
        result = self.push(server.write_url, points)
        taken = [each for each, (ts, _) in zip(points, self.expected(points)) if ts > (START_S + newest - HOUR) * 1000]
        destination = self.account(result, 1, "partial")
        self.assertEqual(destination["points_delivered"], len(taken), str(result))
        self.holds(server, "long", taken)
        self.assertIn(b"400 out of bounds", result.err)
        self.sent(server, self.samples("b", [newest - 5]))
        three = [each for case in "abc" for each in self.samples(case, range(newest - 9, newest - 6))]
        result = self.push(server.write_url, three)
        destination = self.account(result, 1, "partial")
        self.assertEqual((destination["points_delivered"], destination["points_refused"]), (6, 3), str(result))
        self.holds(server, "c", three[6:])

    @row(P + "future +9 min", P + "future +11 min", P + "future +10 years (e.g. us instead of ms)")
    def test_the_future(self):
        """Beyond ten minutes nothing is sent but on request: such a sample shuts out all later runs."""
        server = self.server()
        points = self.samples("soon", [now() + 8 * MINUTE])
        self.sent(server, points)
        self.holds(server, "soon", points)
        for case, ahead in (("later", 12 * MINUTE), ("years", 10 * 365 * DAY)):
            with self.subTest(case):
                points = self.samples(case, [now() + ahead])
                self.refused(server, points, "--allow-future")
                self.assertEqual(server.series(f'{{case="{case}"}}'), set())
        points = self.samples("asked", [now() + 12 * MINUTE])
        self.sent(server, points, "--allow-future")
        self.holds(server, "asked", points)

    @row(P + "newline/NUL/emoji value, 100 kB value, 500 labels")
    def test_odd_labels(self):
        server = self.server()
        tags = {"newline": {"v": "a\nb"}, "nul": {"v": "a\0b"}, "emoji": {"v": "😀"}, "long": {"v": "v" * 100_000},
                "many": {f"l{i}": str(i) for i in range(500)}}
        for case, more in tags.items():
            with self.subTest(case):
                points = self.samples(case, [now() - 9], **more)
                self.sent(server, points)
                self.holds(server, case, points)
                self.assertEqual(server.series(f'{{case="{case}"}}'),
                                 {("k6_queue", tuple(sorted({"case": case, **more}.items())))})

    @row(P + "RW 2.0 body + v2 content type")
    def test_it_takes_no_2(self):
        """By itself the program finds that out; told to use 2.0 it loses nothing without a word."""
        server = self.server()
        points = self.samples("auto", range(now() - 30, now() - 20))
        self.sent(server, points)
        self.holds(server, "auto", points)
        result = self.push(server.write_url, self.samples("told", range(now() - 10, now())), "--remote-write", "2",
                           "--retry-time", "2")
        found = server.raw_samples('{case="told"}', START_S + now() + HOUR)
        self.assertIn((bool(found), result.status), ((True, 0), (False, 4)), str(result))
        self.assertIn(result.report()["destinations"][0]["points_delivered"], (10 if found else 0,))

    @row(P + "wrong path")
    def test_wrong_path(self):
        server = self.server()
        server.write_url = server.base + "/api/v1/wrong"
        self.refused(server, self.samples("path", [now() - 9]), "404 404 page not found", "/api/v1/write",
                     "--web.enable-remote-write-receiver")

    @row(O + "1 s / 1 day / 29 days old", O + "31 days old", O + "good + too old + good",
         O + "old duplicate timestamp, other value")
    def test_out_of_order_window(self):
        """What is in the window is taken. What is older gets 500 for ever, with which no good sample may be lost."""
        server = self.server(out_of_order="30d")
        newest = now() - HOUR
        for case, first in (("newest", newest), ("second", newest - 1), ("day", newest - DAY), ("month", newest - 29 * DAY)):
            points = self.samples(case, range(first, first + 10))
            self.sent(server, points)
            self.holds(server, case, points)
        with self.subTest("the same again"):
            self.sent(server, points)
            self.holds(server, "month", points)
        with self.subTest("31 days"):
            old = self.samples("old", range(newest - 31 * DAY, newest - 31 * DAY + 10))
            result = self.push(server.write_url, old, "--retry-time", "1")
            self.account(result, *((4, "refused") if result.status == 4 else (5, "unavailable")))
            for words in ("500 too old sample", *OLD):
                self.assertIn(words, result.err.decode())
        with self.subTest("good and too old"):
            mixed = old + self.samples("old", range(newest - 9, newest))
            result = self.push(server.write_url, mixed, "--retry-time", "1")
            destination = self.account(result, 5 if result.status == 5 else 1, "partial")
            self.assertEqual(destination["points_delivered"], 9, str(result))
            self.holds(server, "old", mixed[10:])
        with self.subTest("other values"):
            self.push(server.write_url, self.samples("day", range(newest - DAY, newest - DAY + 10), value=0.5))
            self.holds(server, "day", self.samples("day", range(newest - DAY, newest - DAY + 10)))
            result = self.push(server.write_url, self.samples("day", range(newest - DAY, newest - DAY + 10), value=0.5),
                               *VERIFY)
            self.assertNotEqual(result.status, 0, str(result))
            self.assertEqual(result.report()["destinations"][0]["points_delivered"], 0)


class Flushing:
    """While this is open, VictoriaMetrics shows what it has at once; by itself it takes up to ten seconds."""

    def __init__(self, server):
        self.server, self.ended = server, threading.Event()
        self.thread = threading.Thread(target=self.flush)

    def flush(self):
        """Until the end."""
        while not self.ended.wait(0.1):
            self.server.get("/internal/force_flush")

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *unused):
        self.ended.set()
        self.thread.join()


class VictoriaMetrics(Real):
    """One server with the usual retention of a month, one that keeps all."""

    @classmethod
    def setUpClass(cls):
        cls.month = servers.VictoriaMetrics("1")
        cls.addClassCleanup(cls.month.close)
        cls.ever = servers.VictoriaMetrics()
        cls.addClassCleanup(cls.ever.close)

    def holds(self, server, case, points):
        """Exactly these, and a stale marker at the end."""
        found = server.raw_samples(f'{{case="{case}"}}')
        plain = sorted(sample[:2] for samples in found.values() for sample in samples if not sample[2])
        self.assertEqual(plain, self.expected(points))

    @row(V + "2020 sample, also after newer data; out of order; unsorted labels; unsorted samples", V + "future +1 day",
         V + "RW 2.0 body", V + "?extra_label=testid=abc")
    def test_taken(self):
        recent = now() - HOUR
        for case, first, flags in (("now", recent, ()), ("2020", recent - 6 * 365 * DAY, ()), ("before", recent - 100, ()),
                                   ("tomorrow", recent + DAY, ("--allow-future",))):
            with self.subTest(case):
                points = self.samples(case, range(first, first + 10))
                self.sent(self.ever, points, *flags)
                self.holds(self.ever, case, points)
        points = self.samples("extra", range(recent, recent + 10))
        self.sent(self.ever, points, apm={"remoteWriteURL": self.ever.write_url + "?extra_label=testid=abc"})
        self.assertEqual(list(self.ever.raw_samples('{case="extra"}')),
                         [("k6_queue", (("case", "extra"), ("testid", "abc")))])

    @row(V + "older than retention (2010; or 60 d with the default 1 month)",
         V + "future +3 days (> -futureRetention 2d)", V + "good + too old + good")
    def test_dropped_in_silence(self):
        """204 and not stored: --verify sees what is missing, and says what it may be."""
        recent = now() - HOUR
        old = range(recent - 60 * DAY, recent - 60 * DAY + 10)
        for case, seconds, kept, flags in (("old", old, 0, ()), ("mixed", [*old, *range(recent, recent + 10)], 10, ()),
                                           ("ahead", range(recent + 3 * DAY, recent + 3 * DAY + 10), 0, ("--allow-future",))):
            with self.subTest(case):
                points = self.samples(case, seconds)
                with Flushing(self.month):
                    result = self.push(self.month.write_url, points, *VERIFY, *flags)
                self.holds(self.month, case, points[len(points) - kept:] if kept else [])
                self.assertNotEqual(result.status, 0, str(result))
                self.assertIn(b"retention", result.err.lower())
                destination = result.report()["destinations"][0]
                self.assertEqual(destination["points_delivered"], kept, str(result))

    @row(V + "41 labels (limit 30 here; 40 in 2026 versions)", V + "20 kB label value")
    def test_cut_labels(self):
        """204 and stored under other labels: --verify does not find the series."""
        for case, tags in (("41 labels", {f"l{i:02}": str(i) for i in range(39)}), ("20 kB", {"v": "v" * 20_000})):
            with self.subTest(case):
                with Flushing(self.ever):
                    result = self.push(self.ever.write_url, self.samples(case, [now() - HOUR], **tags), *VERIFY)
                self.assertNotEqual(result.status, 0, str(result))
                delivered = result.report()["destinations"][0]["points_delivered"]
                self.assertTrue(delivered == 0 or b"could not be read back" in result.err, str(result))


if __name__ == "__main__":
    unittest.main()
