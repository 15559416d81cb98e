#!/usr/bin/env python3
"""Tests the tests: the oracle against k6's own summaries, and the decoder against bodies written by hand."""
import os
import struct
import tempfile
import unittest

import apm_rules
import k6_lines
import k6_time
import oracle
import remote_write
import summaries


def key_of(number, wire):
    """A protobuf key of a small field number."""
    return bytes([number << 3 | wire])


def piece(number, content):
    """A protobuf field of bytes."""
    assert len(content) < 128
    return key_of(number, 2) + bytes([len(content)]) + content


def sample(ts, value):
    """A Sample message."""
    out = b""
    while ts >= 128:
        out, ts = out + bytes([ts & 127 | 128]), ts >> 7
    return key_of(1, 1) + struct.pack("<d", value) + key_of(2, 0) + out + bytes([ts])


def body(labels, samples):
    """A WriteRequest with one series, in snappy with literals only."""
    content = b"".join(piece(1, piece(1, name) + piece(2, value)) for name, value in labels)
    content += b"".join(piece(2, message) for message in samples)
    message = piece(1, content)
    return bytes([len(message)]) + bytes([60 << 2, len(message) - 1]) + message


class Summaries(unittest.TestCase):
    """What k6 printed itself is what the oracle computes."""

    def test_totals(self):
        for run in summaries.JSON_RUNS:
            with self.subTest(run):
                facts = summaries.facts_of(run)
                expected = oracle.Expected([summaries.results_of(run)], summaries.apm_of(facts), rate_counts=True)
                seconds = summaries.seconds_of(run) if run in summaries.RUNS else None
                made, problems = summaries.contradictions(facts, expected.series, seconds=seconds)
                self.assertEqual(problems, [])
                self.assertGreater(made, 20)

    def test_percentiles(self):
        for run in summaries.JSON_RUNS:
            with self.subTest(run):
                points = k6_lines.Input(summaries.results_of(run), 0, lambda name: True).points
                made = 0
                for fact in summaries.facts_of(run):
                    values = [point.value for point in points if point.metric == fact.metric and all(
                        point.tags.get(key) == value for key, value in fact.tags.items())]
                    if fact.kind != "trend" or not values or None in fact.values.values():
                        continue  # k6 counted infinities that its JSON output dropped
                    for stat, wanted in fact.values.items():
                        if stat not in ("count", "thresholds"):
                            self.assertTrue(oracle.close(oracle.stat_value(stat, values), wanted),
                                            (fact.selector, stat))
                            made += 1
                self.assertGreater(made, 10)

    def test_three_instances(self):
        facts = summaries.facts_of(summaries.INSTANCES[0])
        files = [summaries.results_of(run) for run in summaries.INSTANCES]
        series = oracle.Expected(files, summaries.apm_of(facts), rate_counts=True).series
        made, problems = summaries.contradictions_of_sum(summaries.INSTANCES, facts, series)
        self.assertEqual(problems, [])
        self.assertGreater(made, 15)


class Lines(unittest.TestCase):
    """Lines, times, windows."""

    def write(self, lines):
        handle, path = tempfile.mkstemp()
        self.addCleanup(os.remove, path)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        return path

    def test_times(self):
        self.assertEqual(k6_time.parse_time("1970-01-01T00:00:01Z"), 10**9)
        self.assertEqual(k6_time.parse_time("1970-01-01T00:00:00.5Z"), 5 * 10**8)
        self.assertEqual(k6_time.parse_time("1970-01-01T05:30:00.000000001+05:30"), 1)
        self.assertEqual(k6_time.parse_time("1969-12-31T20:30:00-03:30"), 0)
        self.assertEqual(k6_time.parse_time("2026-11-20T07:27:26.1234567Z"), 1795159646123456700)
        for wrong in ("2026-11-20 07:27:26Z", "2026-11-20T07:27:26", "2026-13-20T07:27:26Z", ""):
            with self.assertRaises(ValueError):
                k6_time.parse_time(wrong)

    def test_bad_lines(self):
        path = self.write(['{"metric":"http_reqs","type":"Point","data":{"time":"2026-11-20T07:27:26Z","value":+Inf}}',
                           '{"metric":"other","type":"Point","data":{"time":"nonsense', "", "console text", "{}",
                           '{"metric":"http_reqs","type":"Point","data":{"time":"2026-11-20T07:27:26Z","value":1}}'])
        found = k6_lines.Input(path, 0, lambda name: name == "http_reqs")
        self.assertEqual((found.lines, found.all_points, found.bad_lines, len(found.points)), (6, 2, 3, 1))

    def test_running_total_and_gap(self):
        metric = '{"type":"Metric","data":{"name":"c","type":"counter","contains":"data"},"metric":"c"}'
        point = '{{"metric":"c","type":"Point","data":{{"time":"1970-01-01T00:00:{}Z","value":{},"tags":null}}}}'
        path = self.write([metric, point.format("04", 2), point.format("59.9", 5), point.format("05.999999999", 1)])
        expected = oracle.Expected([path], {"includeDefaultMetrics": False, "metrics": ["c"]})
        self.assertEqual(expected.series, {("k6_c", ()): [(3000, 0.0), (6000, 3.0), (60000, 8.0)]})
        self.assertEqual(expected.metadata, {"k6_c": ("counter", "bytes")})

    def test_gauges_of_several_files(self):
        metric = '{{"type":"Metric","data":{{"name":"{0}","type":"gauge","contains":"default"}},"metric":"{0}"}}'
        point = '{{"metric":"{}","type":"Point","data":{{"time":"1970-01-01T00:00:{:02}Z","value":{},"tags":{{}}}}}}'
        one = self.write([metric.format("vus"), metric.format("g")]
                         + [point.format(*row) for row in (("vus", 0, 1), ("vus", 6, 3), ("g", 1, 9), ("g", 1, 4))])
        two = self.write([metric.format("vus"), metric.format("g")]
                         + [point.format(*row) for row in (("vus", 3, 10), ("vus", 9, 20), ("g", 1, 2))])
        series = oracle.Expected([one, two], {"includeDefaultMetrics": False, "metrics": ["vus", "g"]}).series
        self.assertEqual(series[("k6_vus", ())], [(3000, 1.0), (6000, 11.0), (9000, 13.0), (12000, 20.0)])
        self.assertEqual(series[("k6_g", ())], [(3000, 4.0)])

    def test_metadata(self):
        line = ('{"metric":"http_reqs","type":"Point","data":{"time":"1970-01-01T00:00:01Z","value":1,"tags":{"a":"x","b":""},'
                '"metadata":{"vu":"1","a":"no","b":"y"}}}')
        path = self.write([line])
        for keep, labels in ((["vu", "a", "b"], (("a", "x"), ("b", "y"), ("vu", "1"))), (["iter"], ()), ("all", (("a", "x"),))):
            series = oracle.Expected([path], {}, keep_tags=keep).series
            self.assertEqual(list(series), [("k6_http_reqs", labels)])

    def test_types(self):
        metric = '{{"type":"Metric","data":{{"name":"{0}","type":"{1}","contains":"{2}"}},"metric":"{0}"}}'
        point = '{{"metric":"{}","type":"Point","data":{{"time":"1970-01-01T00:00:01Z","value":1,"tags":null}}}}'
        names = ["one", "two", "three", "vus"]
        path = self.write([metric.format("one", "gauge", "default"), metric.format("one", "gauge", "time"),
                           metric.format("two", "gauge", "time"), metric.format("two", "rate", "time")]
                          + [point.format(name) for name in names])
        expected = oracle.Expected([path], {"includeDefaultMetrics": False, "metrics": names})
        self.assertEqual(expected.metadata, {"k6_one": ("gauge", "milliseconds"), "k6_vus": ("gauge", "")})

    def test_ends_of_files(self):
        whole = '{"metric":"c","type":"Point","data":{"time":"1970-01-01T00:00:01Z","value":1}}'
        for last, cut in ((whole, False), (whole[:-1], True), ("{", True), ("text", False), ("", False), (whole + "\n", False)):
            with self.subTest(last=last):
                path = self.write(["", ""])
                with open(path, "w", encoding="utf-8-sig") as file:
                    file.write(whole + "\r\n\n" + last)
                found = k6_lines.Input(path, 0, lambda name: True)
                self.assertEqual((found.cut, len(found.points)), (cut, 2 if whole in last else 1))

    def test_label_names(self):
        self.assertEqual(oracle.label_names({"a.b", "a-b", "1st", "__name__", "ünï", "a b"}),
                         {"a b": "a_b", "a-b": "a_b_2", "a.b": "a_b_3", "1st": "_1st", "__name__": "tag__name__",
                          "ünï": "_n_"})
        self.assertEqual(oracle.label_names({"a b", "a-b", "a_b_2", "ö", "ü"}),
                         {"a b": "a_b", "a-b": "a_b_3", "a_b_2": "a_b_2", "ö": "_", "ü": "tag__2"})

    def test_entries(self):
        block = apm_rules.Block({"metrics": [{"sourceMetric": 'http_reqs{status=~"5.."}', "targetMetric": "k6_vus"},
                                             "k6.http_reqs", '{__name__=~"http_.*"}']})
        self.assertEqual([block.target_of(i, "http_reqs") for i in range(3)], ["k6_vus", "k6_http_reqs", None])
        self.assertEqual([block.target_of(i, "vus") for i in range(len(block.entries))], [None] * len(block.entries))
        self.assertEqual(block.target_of(2, "http_req_duration"), "k6_http_req_duration")
        entry = block.entries[0]
        self.assertTrue(entry.takes("http_reqs", {"status": "503"}))
        self.assertFalse(entry.takes("http_reqs", {"status": "5030"}))
        self.assertFalse(entry.takes("http_reqs", {}))
        self.assertTrue(apm_rules.Entry('x{a!="b",c!~"d.*"}', ()).takes("x", {}))
        self.assertTrue(apm_rules.Entry('x{a=~"b.c"}', ()).takes("x", {"a": "b\nc"}))


class Decoder(unittest.TestCase):
    """The decoder takes what is right and refuses what is wrong."""

    NAME = (b"__name__", b"up")

    def test_good(self):
        series, metadata = remote_write.decode(body([self.NAME, (b"a", b"x")], [sample(1000, 1.5), sample(2000, 0)]))
        self.assertEqual(series, [({"__name__": "up", "a": "x"}, [(1000, 1.5, False), (2000, 0.0, False)])])
        self.assertEqual(metadata, [])

    def test_bad(self):
        good = [sample(1000, 1)]
        for labels, samples in [([(b"a", b"x"), self.NAME], good), ([self.NAME, (b"a", b"")], good),
                                ([self.NAME, (b"a", b"1"), (b"a", b"2")], good), ([(b"a", b"x")], good),
                                ([(b"__name__", b"a b")], good), ([self.NAME, (b"a-b", b"x")], good),
                                ([self.NAME], []), ([self.NAME], good + good), ([self.NAME, (b"a", b"\xff")], good),
                                ([self.NAME], [sample(1, 1), sample(0, 1)]), ([self.NAME], [sample(1, float("nan"))])]:
            with self.assertRaises(remote_write.BadBody, msg=(labels, samples)):
                remote_write.decode(body(labels, samples))
        with self.assertRaises(remote_write.BadBody):
            remote_write.decode(body([self.NAME], good)[:-1])

    def test_snappy_copies(self):
        self.assertEqual(remote_write.unsnappy(bytes([9, 2 << 2]) + b"abc" + bytes([2 | 5 << 2, 3, 0])), b"abcabcabc")
        self.assertEqual(remote_write.unsnappy(bytes([5, 0]) + b"a" + bytes([1 | 0 << 2, 1])), b"aaaaa")
        with self.assertRaises(remote_write.BadBody):
            remote_write.unsnappy(bytes([5, 0]) + b"a" + bytes([1, 2]))

    def test_differences_are_found(self):
        right = {("a", ()): [(1, 1.0)]}
        stale = (2, float("nan"), True)
        self.assertEqual(oracle.differences(right, {("a", ()): [(1, 1.0, False), stale]}), [])
        for wrong in ([(1, 1.00001, False), stale], [(1, 1.0, False)], [(1, 1.0, False), (3, 0.0, True)],
                      [(2, 1.0, False), stale], [(0, 1.0, False), (1, 1.0, False), stale]):
            self.assertNotEqual(oracle.differences(right, {("a", ()): wrong}), [], wrong)
        self.assertNotEqual(oracle.differences(right, {}), [])
        self.assertNotEqual(oracle.differences({}, {("a", ()): [(1, 1.0, False), stale]}), [])


if __name__ == "__main__":
    unittest.main()
