#!/usr/bin/env python3
"""The sender suite for remote write 1.0, row by row, towards a receiver that knows nothing else; and the rows of the
2.0 suite about 1.0. See compliance.py."""
import random
import re
import unittest

import compliance
import remote_write
from compliance import QUICKLY, START_S, at_first, point, row
from receiver import Answer, Receiver, always
from result_writers import JsonLines

LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def in_order_of_arrival(requests):
    """{labels: [ts]} over all requests."""
    times = {}
    for request in requests:
        for labels, samples in request.series:
            times.setdefault(tuple(sorted(labels.items())), []).extend(ts for ts, _, _ in samples)
    return times


class Samples(compliance.Pushing):
    """What is sent."""

    @row("Counter")
    def test_counter(self):
        found = self.stored([point("orders", second + 0.5, 1) for second in (0, 1, 2)])
        self.assertEqual(self.values_of(found, "k6_orders"), [((START_S + i) * 1000, float(i)) for i in range(4)])

    @row("Gauge")
    def test_gauge(self):
        values = [1.5, 1 / 3, 1e9 + 0.125]
        found = self.stored([point("queue", second, value) for second, value in enumerate(values)])
        self.assertEqual(self.values_of(found, "k6_queue"),
                         [((START_S + 1 + i) * 1000, value) for i, value in enumerate(values)])

    @row("Histogram")
    def test_no_classic_histogram(self):
        found = self.stored(compliance.mixed_run())
        self.assertGreater(len(found), 10)
        for name, labels in found:
            self.assertNotIn("le", dict(labels))
            self.assertFalse(name.endswith("_bucket"), name)

    @row("Summary")
    def test_statistics_of_a_trend(self):
        found = self.stored([point("wait", 0.1 * value, value) for value in (1, 2, 3)])
        last = {name: self.values_of(found, name)[-1][1] for name, _ in found}
        for stat, wanted in (("med", 2), ("p90", 2.8), ("p99", 2.98), ("sum", 6), ("count", 3), ("min", 1), ("max", 3)):
            self.assertAlmostEqual(last[f"k6_wait_{stat}"], wanted, 12)

    @row("Invalid", "NameLabel")
    def test_lines_that_cannot_be_read(self):
        good = self.results([point("queue", 0, 1.5)])
        with open(good, "rb") as file:
            lines = file.read()
        nameless = JsonLines().row(point("queue", 1, 2.5)).replace(b'"metric":"queue",', b"")
        for bad in (b"what{is this\n", nameless, nameless.replace(b"{", b'{"metric":"",', 1)):
            with self.subTest(bad=bad), Receiver() as receiver:
                result = self.push(receiver, self.write("bad.json", lines + bad))
                first = self.account(result, 1, "delivered")
                self.assertEqual(first["points_delivered"], 1)
                self.assertEqual(result.report()["inputs"][0]["bad_lines"], 1, str(result))
                self.assertIn(f"bad.json:{lines.count(10) + 1}".encode(), result.err)
                self.assertEqual([labels["__name__"] for request in receiver.requests for labels, _ in request.series],
                                 ["k6_queue"])

    @row("Staleness")
    def test_staleness(self):
        """A series that ends before the run does, too. values_of() wants one marker each, at the end."""
        points = [point("queue", 0, 1, {"page": "early"})] + [point("queue", i, i, {"page": "late"}) for i in range(9)]
        with Receiver() as receiver:
            requests = self.delivered(receiver, points)
            found = receiver.stored()
        self.assertEqual(len(self.values_of(found, "k6_queue", page="early")), 1)
        self.assertEqual(len(self.values_of(found, "k6_queue", page="late")), 9)
        for (_, _), samples in found.items():
            self.assertEqual(samples[-1][0], samples[-2][0] + 1)
        bodies = b"".join(remote_write.unsnappy(request.body) for request in requests)
        self.assertEqual(bodies.count(remote_write.STALE_NAN.to_bytes(8, "little")), len(found))

    @row("Timestamp")
    def test_timestamp(self):
        """No sample is later than the end of the run's last window."""
        with Receiver() as receiver:
            requests = self.delivered(receiver, compliance.mixed_run(10))
        for times in in_order_of_arrival(requests).values():
            self.assertEqual(times, sorted(set(times)))
            self.assertGreaterEqual(times[0], START_S * 1000)
            self.assertLessEqual(times[-1], (START_S + 10) * 1000 + 1)


class Labels(compliance.Pushing):
    """The decoder refuses labels that are unsorted, repeated, empty or misnamed; here is what becomes of them."""

    def labels_of(self, tags, *flags):
        """Those of a gauge with these tags, and what was said."""
        with Receiver() as receiver:
            result = self.push(receiver, [point("queue", 0, 1, tags)], *flags)
            self.account(result, 0, "delivered")
            self.assertEqual(receiver.problems, [])
            labels, _ = receiver.requests[-1].series[0]
            return list(labels.items()), result.err

    @row("JobLabel", "InstanceLabel")
    def test_job_and_instance(self):
        with Receiver() as receiver:
            requests = self.delivered(receiver, compliance.mixed_run(3), "--tag", "job=test",
                                      "--tag", "instance=127.0.0.1:80")
        for request in requests:
            for labels, _ in request.series:
                self.assertEqual((labels["job"], labels["instance"]), ("test", "127.0.0.1:80"))

    @row("SortedLabels")
    def test_sorted(self):
        found, _ = self.labels_of({"b": "2", "a": "1", "B": "3", "_": "4", "ab": "5"})
        self.assertEqual(found, [("B", "3"), ("_", "4"), ("__name__", "k6_queue"), ("a", "1"), ("ab", "5"), ("b", "2")])

    @row("RepeatedLabels")
    def test_repeated(self):
        """Tags whose names become one: the later in byte order gets _2, which is said. A JSON name that stands twice is
        one tag."""
        found, said = self.labels_of({"a b": "2", "a-b": "1"})
        self.assertEqual(found, [("__name__", "k6_queue"), ("a_b", "2"), ("a_b_2", "1")])
        self.assertIn(b"a_b_2", said)
        twice = self.results([point("queue", 0, 1, {"a": "1", "x": "1"})])
        with open(twice, "rb") as file:
            data = file.read().replace(b'"x":', b'"a":')
        self.assertEqual(data.count(b'"a":"1"'), 2)
        with Receiver() as receiver:
            self.delivered(receiver, self.write("twice.json", data))
            self.assertEqual(receiver.requests[-1].series[0][0], {"__name__": "k6_queue", "a": "1"})

    @row("EmptyLabels")
    def test_empty(self):
        self.assertEqual(self.labels_of({"a": "", "b": "1"})[0], [("__name__", "k6_queue"), ("b", "1")])

    @row("HonorLabels")
    def test_tags_named_job_and_instance(self):
        tags = {"job": "original", "instance": "foo"}
        self.assertEqual(self.labels_of(tags)[0], [("__name__", "k6_queue"), ("instance", "foo"), ("job", "original")])
        self.assertEqual(self.labels_of(tags, "--tag", "job=mine")[0],
                         [("__name__", "k6_queue"), ("instance", "foo"), ("job", "mine")])

    @row("Invalid label characters")
    def test_characters(self):
        names = ["a.b", "größe", "1st", "__x", "a b", "a/b", "😀", "x\n", "-", "__name__"]
        found, said = self.labels_of({name: f"v{i}" for i, name in enumerate(names)})
        self.assertEqual(sorted(value for name, value in found if name != "__name__"), sorted(f"v{i}" for i in range(10)))
        for name, _ in found:
            self.assertTrue(LABEL_NAME.fullmatch(name), name)
            self.assertTrue(name == "__name__" or not name.startswith("__"), name)
        self.assertIn(b"1st", said)


class Answers(compliance.Pushing):
    """Headers, order and what follows an answer."""

    @row("Headers")
    def test_headers(self):
        with Receiver() as receiver:
            for request in self.delivered(receiver, compliance.mixed_run()):
                self.assertEqual(request.method, "POST")
                self.assertEqual(request.headers["content-encoding"], "snappy")
                self.assertEqual(request.headers["content-type"], "application/x-protobuf")
                self.assertEqual(request.headers["x-prometheus-remote-write-version"], "0.1.0")
                self.assertRegex(request.headers["user-agent"], r"^k6apm/\d")

    @row("Ordering")
    def test_ordering(self):
        """1000 series over many requests, several of them under way at once, answers late at random."""
        chance = random.Random(3)

        def script(number, request):
            del number, request
            return Answer(delay=chance.random() * 0.3)

        points = [point("queue", 60 * step, step, {"n": str(i), "long": "x" * 1500})
                  for step in range(10) for i in range(1000)]
        with Receiver(script) as receiver:
            requests = self.delivered(receiver, points, "--connections", "4")
        self.assertGreater(len(requests), 8)
        self.assertTrue(any(later.arrived < one.answered for one, later in zip(requests, requests[1:])))
        times = in_order_of_arrival(requests)
        self.assertEqual(len(times), 1000)
        for found in times.values():
            self.assertEqual(len(found), 11)
            self.assertTrue(all(one < later for one, later in zip(found, found[1:])), found)

    @row("Retries500")
    def test_retries_500(self):
        with Receiver(at_first(Answer(500))) as receiver:
            self.delivered(receiver, compliance.mixed_run(), *QUICKLY)
            self.assertEqual(len(receiver.requests), 2)
            self.assertEqual(receiver.requests[0].body, receiver.requests[1].body)

    @row("Retries400")
    def test_retries_400(self):
        """A refused sample never comes back. One sample, for what is refused in company may be tried by itself."""
        with Receiver(at_first(Answer(400, body=b"no"))) as receiver:
            result = self.push(receiver, [point("queue", 0, 1)], *QUICKLY)
            first = self.account(result, 4, "refused")
            self.assertEqual((first["points_refused"], len(receiver.requests)), (1, 1))
        with Receiver(always(Answer(400, body=b"no"))) as receiver:
            first = self.account(self.push(receiver, compliance.mixed_run(), *QUICKLY), 4, "refused")
            self.assertEqual(first["points_refused"], first["points"])
            bodies = [request.body for request in receiver.requests]
            self.assertEqual(len(bodies), len(set(bodies)), "the same was sent again")


class Compatible(compliance.Pushing):
    """The rows of the 2.0 suite for a sender that is told to use 1.0. The decoder of 1.0 refuses every field but
    labels, samples and metadata: symbols, start timestamps, histograms."""

    flags = ("--remote-write", "1")

    @row("TestRemoteWrite1Configuration", "rw1_version_header", "rw1_content_type", "rw1_symbol_table_not_used",
         "rw1_no_native_histograms", "rw1_no_start_timestamp")
    def test_the_first_version_on_request(self):
        with Receiver() as receiver:
            self.delivered(receiver, compliance.mixed_run())
            for request in receiver.requests:
                self.assertEqual(request.headers["x-prometheus-remote-write-version"], "0.1.0")
                self.assertEqual(request.headers["content-type"], "application/x-protobuf")
                numbers = {number for number, _, _ in remote_write.fields(remote_write.unsnappy(request.body))}
                self.assertLessEqual(numbers, {1, 3})
                for number, _, series in remote_write.fields(remote_write.unsnappy(request.body)):
                    if number == 1:
                        self.assertEqual({number for number, _, _ in remote_write.fields(series)}, {1, 2})

    @row("rw1_samples_encoding", "rw1_labels_encoding")
    def test_samples_and_labels(self):
        found = self.stored([point("queue", 0, 0.1, {"z": "ü\n", "a": "1"}), point("orders", 0, 3)])
        self.assertEqual(self.values_of(found, "k6_queue", a="1", z="ü\n"), [((START_S + 1) * 1000, 0.1)])
        self.assertEqual(self.values_of(found, "k6_orders"), [(START_S * 1000, 0.0), ((START_S + 1) * 1000, 3.0)])

    @row("rw1_metadata_handling")
    def test_metadata(self):
        with Receiver() as receiver:
            requests = self.delivered(receiver, compliance.mixed_run())
        metadata = {name: (kind, unit) for request in requests for name, kind, _, unit in request.metadata}
        self.assertEqual(metadata["k6_orders"], ("counter", ""))
        self.assertEqual(metadata["k6_queue"], ("gauge", ""))
        self.assertEqual(metadata["k6_wait_sum"], ("counter", "milliseconds"))
        self.assertEqual(set(metadata), {labels["__name__"] for labels, _ in requests[0].series})


class Rows(unittest.TestCase):
    """Nothing is forgotten."""

    def test_rows(self):
        compliance.check_rows(self, "1.0", ["sender"], Samples, Labels, Answers)
        compliance.check_rows(self, "2.0", ["rw1_compat"], Compatible)

    def test_list(self):
        for suite, count in compliance.listed()["counts"].items():
            names = [each["row"] for each in compliance.rows_of(suite)]
            self.assertEqual((len(names), len(set(names))), (count, count))


if __name__ == "__main__":
    unittest.main()
