#!/usr/bin/env python3
"""The sender suite for remote write 2.0, row by row: what is sent. What follows an answer: compliance_2_answers_test.py.
See compliance.py."""
import random
import re
import time
import unittest

import compliance
import oracle
import remote_write
import summaries
from compliance import START_S, point, row
from receiver import Answer, Receiver
from result_writers import Metric

METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def numbers(packed):
    """The varints of a packed field."""
    found, pos = [], 0
    while pos < len(packed):
        number, pos = remote_write.varint(packed, pos)
        found.append(number)
    return found


class Sent(compliance.Pushing):
    """In version 2.0."""

    version = 2
    flags = ("--remote-write", "2")

    def requests(self, points, *flags, **how):
        """What arrives of a run; the answers are those of a 2.0 receiver."""
        with self.receiver() as receiver:
            return self.delivered(receiver, points, *flags, **how)

    def series(self, points, *flags, **how):
        """The decoded series of all requests."""
        return [series for request in self.requests(points, *flags, **how) for series in request.decoded.series]


class Protocol(Sent):
    """Headers and form."""

    @row("content_type_protobuf", "content_type_with_proto_param", "content_encoding_snappy", "version_header_present",
         "version_header_value", "user_agent_present", "TestHTTPMethod")
    def test_headers(self):
        """Of the question whether 2.0 is taken, too, which is asked without the flag."""
        with self.receiver() as receiver:
            self.delivered(receiver, compliance.mixed_run())
            self.flags = ()
            self.delivered(receiver, compliance.mixed_run())
        self.assertEqual(len(receiver.questions), 1)
        for request in receiver.questions + receiver.requests:
            self.assertEqual(request.method, "POST")
            self.assertEqual(request.headers["content-type"], "application/x-protobuf;proto=io.prometheus.write.v2.Request")
            self.assertEqual(request.headers["content-encoding"], "snappy")
            self.assertEqual(request.headers["x-prometheus-remote-write-version"], "2.0.0")
            self.assertRegex(request.headers["user-agent"], r"^k6apm/\d")

    @row("snappy_block_format", "protobuf_parseable")
    def test_form(self):
        """The decoder takes neither a framed body nor a field that it does not know."""
        for request in self.requests(compliance.mixed_run()):
            self.assertNotEqual(request.body[:10], b"\xff\x06\x00\x00sNaPpY")
            fields = {number for number, _, _ in remote_write.fields(remote_write.unsnappy(request.body))}
            self.assertEqual(fields, {4, 5})

    @row("empty_string_at_index_zero", "string_deduplication", "labels_refs_valid_indices", "labels_refs_even_length",
         "metadata_help_refs_valid", "TestSymbolTableEfficiency", "efficient_symbol_reuse")
    def test_symbols(self):
        """Each string stands there once, and is used; 1.0 takes half as much again."""
        points = [point(metric, second, 1, {"page": f"page {page} of the shop", "status": "200", "method": "GET"})
                  for second in (0, 60, 120) for page in range(300) for metric in ("orders", "queue")]
        requests = self.requests(points)
        self.assertGreater(len(requests), 1)
        for request in requests:
            symbols, used = [], {0}
            for number, _, content in remote_write.fields(remote_write.unsnappy(request.body)):
                if number == 4:
                    symbols.append(content.decode())
                else:
                    for field, _, inner in remote_write.fields(content):
                        if field == 1:
                            refs = numbers(inner)
                            self.assertEqual(len(refs) % 2, 0)
                            used.update(refs)
                        elif field == 5:
                            used.update(ref for key, _, ref in remote_write.fields(inner) if key != 1)
            self.assertEqual(symbols[0], "")
            self.assertEqual(len(symbols), len(set(symbols)))
            self.assertEqual(used, set(range(len(symbols))))
        with Receiver() as old:
            self.flags, self.version = (), 1
            before = self.delivered(old, points)
        self.assertLess(1.5 * sum(len(remote_write.unsnappy(request.body)) for request in requests),
                        sum(len(remote_write.unsnappy(request.body)) for request in before))


class Labels(Sent):
    """Labels and metadata."""

    @row("label_lexicographic_ordering", "metric_name_label_present", "metric_name_format_valid",
         "label_name_format_valid", "no_duplicate_label_names", "label_names_not_empty", "label_values_may_be_empty",
         "reserved_label_prefix")
    def test_label_sets(self):
        tags = {"b": "2", "a": "1", "a b": "3", "a-b": "4", "__x": "5", "__name__": "6", "1st": "7", "größe": "8",
                "nothing": "", "": "nameless"}
        points = [point(each.name, 0, 1, tags) for each in compliance.METRICS]
        for series in self.series(points):
            names, values = list(series.labels), list(series.labels.values())
            self.assertEqual(names, sorted(set(names), key=str.encode))
            self.assertIn("__name__", names)
            self.assertTrue(METRIC_NAME.fullmatch(values[names.index("__name__")]))
            self.assertLessEqual(set("12345678"), set(values))
            self.assertNotIn("", names + values)
            self.assertNotIn("nothing", names)
            for name in names:
                self.assertTrue(LABEL_NAME.fullmatch(name) and (name == "__name__" or not name.startswith("__")), name)

    @row("unicode_in_label_values", "special_chars_in_label_values", "very_long_label_names", "very_long_label_values",
         "many_labels_per_series", "unicode_in_labels", "huge_label_values", "high_cardinality_labels",
         "mixed_labels_and_metadata")
    def test_odd_labels(self):
        tags = [{"v": "größe 日本 😀"}, {"v": 'a"b\\c\n\t\x7f{}=,'}, {"x" * 1000: "1"}, {"v": "w" * 12_000},
                {f"label_{i:02}": f"value {i}" for i in range(60)}, {"v": "\u2028\ufeff \U0010ffff"}]
        found = self.stored([point("queue", 0, i, each) for i, each in enumerate(tags)])
        for i, each in enumerate(tags):
            self.assertEqual(self.values_of(found, "k6_queue", **each), [((START_S + 1) * 1000, float(i))])

    @row("metadata_type_counter", "metadata_type_gauge", "metadata_type_histogram", "metadata_type_summary",
         "metadata_help_text", "metadata_unit", "metadata_consistent_across_series", "metadata_empty_help_allowed",
         "samples_with_metadata", "metadata_batching")
    def test_metadata(self):
        """With every series, in every request."""
        points = [point(metric, second, 1, {"n": str(i)}) for second in (0, 60, 120) for i in range(50)
                  for metric in ("orders", "queue", "passed", "wait")]
        found = {}
        for series in self.series(points):
            found.setdefault(series.labels["__name__"], set()).add((series.kind, series.unit, series.about))
        self.assertEqual({name for name, about in found.items() if len(about) != 1}, set())
        kinds = {name: about.pop() for name, about in found.items()}
        self.assertEqual({name for name, about in kinds.items() if about[0] == "counter"},
                         {"k6_orders", "k6_wait_count", "k6_wait_sum"})
        self.assertEqual({about[0] for about in kinds.values()}, {"counter", "gauge"})
        self.assertEqual({name for name, about in kinds.items() if about[1] == "milliseconds"},
                         {name for name in kinds if name.startswith("k6_wait_") and name != "k6_wait_count"})
        for name, about in kinds.items():
            self.assertIn(name.split("_")[1], about[2])

    @row("metadata_help_with_newlines", "metadata_help_with_special_chars")
    def test_help_of_odd_names(self):
        odd = 'a "b"\\ü\n{c} 😀'
        entry = {"sourceMetric": '{__name__="a \\"b\\"\\\\ü\\n{c} 😀"}', "targetMetric": "odd"}
        found = self.series([point(odd, 0, 1)], metrics=[Metric(odd, "gauge")], apm={"metrics": [entry]})
        self.assertEqual(len(found), 1)
        self.assertIn(odd, found[0].about)

    @row("metric_name_with_colons", "very_long_metric_name")
    def test_metric_names(self):
        for name in ("job:queue:last", ":", "n" * 2000):
            found = self.stored([point("queue", 0, 1)], apm={"metrics": [{"sourceMetric": "queue", "targetMetric": name}]})
            self.assertEqual(self.values_of(found, name), [((START_S + 1) * 1000, 1.0)])


class Samples(Sent):
    """Values and times."""

    @row("float_value_encoding", "integer_value_encoding", "zero_value_encoding", "negative_value_encoding",
         "large_float_values", "small_float_values", "scientific_notation", "precision_preservation",
         "special_float_combinations", "timestamp_milliseconds_format", "timestamp_int64_milliseconds",
         "timestamp_recent", "timestamp_precision", "timestamp_ordering_within_series")
    def test_values(self):
        """Bit for bit, each at the end of its window."""
        values = [123.456, 42.0, 0.0, -1.5, 1.7976931348623157e308, -1.7976931348623157e308, 5e-324, 2.2250738585072014e-308,
                  1.23e-7, 6.02214076e23, 0.1, 1 / 3, 0.1 + 0.2, 9007199254740993.0, 3.141592653589793, 1e-320]
        found = self.series([point("queue", i + 0.123, value) for i, value in enumerate(values)])
        self.assertEqual(len(found), 1)
        samples = found[0].samples
        self.assertEqual([compliance.bits(sample[1]) for sample in samples],
                         [compliance.bits(value) for value in values] + [remote_write.STALE_NAN])
        self.assertEqual([sample[0] for sample in samples], [(START_S + 1 + i) * 1000 for i in range(len(values))]
                         + [(START_S + len(values)) * 1000 + 1])

    @row("positive_infinity_encoding", "negative_infinity_encoding", "nan_encoding", "stale_marker")
    def test_values_that_are_not_finite(self):
        """Left out and counted; the only NaN is the stale marker at a series' end."""
        path = self.results([point("queue", i, value) for i, value in enumerate((1, 77, 2, 78, 3, 79, 4))])
        with open(path, "rb") as file:
            data = file.read()
        for number, text in ((b"77", b"1e999"), (b"78", b"-1e999"), (b"79", b"NaN")):
            self.assertEqual(data.count(b'"value":' + number), 1)
            data = data.replace(b'"value":' + number, b'"value":' + text)
        with self.receiver() as receiver:
            result = self.push(receiver, self.write("odd.json", data))
            first = self.account(result, 1, "delivered")
            self.assertEqual((first["points"], result.report()["inputs"][0]["bad_lines"]), (4, 3))
        patterns = [compliance.bits(value) for request in receiver.requests for series in request.decoded.series
                    for _, value, _ in series.samples]
        self.assertEqual(patterns, [compliance.bits(value) for value in (1.0, 2.0, 3.0, 4.0)] + [remote_write.STALE_NAN])

    @row("start_timestamp_for_counters", "start_timestamp_zero_handling", "start_timestamp_before_sample_timestamp")
    def test_start_timestamps(self):
        """Of running totals: when the series began, in every request. Of others and of stale markers there is none."""
        points = [point(metric, second + 0.5, 1) for second in (7, 8, 90, 200) for metric in ("orders", "queue", "wait")]
        counters = 0
        for series in self.series(points):
            for (time_ms, _, stale), start_ms in zip(series.samples, series.starts):
                self.assertEqual(start_ms, (START_S + 7) * 1000 if series.kind == "counter" and not stale else 0)
                self.assertLessEqual(start_ms, time_ms)
            counters += series.kind == "counter"
        self.assertGreater(counters, 3)

    @row("zero_timestamp", "timestamp_future_values", "future_timestamp")
    def test_unusual_times(self):
        """1970; a minute ahead, as clocks go; a day ahead, on request."""
        now = int(time.time())
        for second, flags in ((0, ()), (now + 60, ()), (now + 86400, ("--allow-future",))):
            with self.subTest(ahead=second - now):
                found = self.stored([point("orders", second - START_S, 3), point("queue", second - START_S, 4)], *flags)
                self.assertEqual(self.values_of(found, "k6_orders"), [(second * 1000, 0.0), ((second + 1) * 1000, 3.0)])
                self.assertEqual(self.values_of(found, "k6_queue"), [((second + 1) * 1000, 4.0)])

    @row("TestSampleOrdering", "multiple_samples_same_series", "TestRobustnessUnderLoad")
    def test_order_under_load(self):
        """Over all requests in order of arrival, with four connections, late answers and failures; complete."""
        chance = random.Random(5)

        def script(number, request):
            del number
            status = chance.choice((204, 204, 204, 503))
            return Answer(status, compliance.written(request), delay=chance.random() * 0.2)

        points = [point("orders", 45 * step, 1, {"n": str(i)}) for step in range(12) for i in range(800)]
        with self.receiver(script) as receiver:
            self.delivered(receiver, points, "--connections", "4", *compliance.QUICKLY)
        found = receiver.stored()
        self.assertEqual(len(found), 800)
        self.assertGreater(len(receiver.requests), 10)
        for (name, labels) in found:
            samples = self.values_of(found, name, **dict(labels))
            self.assertEqual([value for _, value in samples], [float(i) for i in range(13)])
            self.assertEqual([ts for ts, _ in samples], sorted({ts for ts, _ in samples}))

    @row("job_instance_labels_present")
    def test_job_and_instance(self):
        for request in self.requests(compliance.mixed_run(), "--tag", "job=load", "--tag", "instance=a:1"):
            self.assertEqual({(labels["job"], labels["instance"]) for labels, _ in request.series}, {("load", "a:1")})


class Together(Sent):
    """Whole runs."""

    @row("multiple_metric_types", "complete_metric_family", "mixed_sample_and_histogram_families",
         "samples_with_exemplars", "histogram_with_metadata_and_exemplars", "start_timestamp_for_histograms",
         *(each["row"] for each in compliance.rows_of("2.0", ["histograms", "exemplars"])))
    def test_types(self):
        """All four in one request, the statistics of a Trend together, and nothing but floats: the decoder refuses
        histograms and exemplars."""
        requests = self.requests(compliance.mixed_run())
        self.assertEqual(len(requests), 1)
        names = {labels["__name__"] for labels, _ in requests[0].series}
        self.assertEqual(names, {"k6_orders", "k6_queue", "k6_passed", *(
            f"k6_wait_{stat}" for stat in ("avg", "min", "med", "max", "p90", "p95", "p99", "count", "sum"))})
        for number, _, content in remote_write.fields(remote_write.unsnappy(requests[0].body)):
            if number == 5:
                self.assertEqual({field for field, _, _ in remote_write.fields(content)}, {1, 2, 5})

    @row("real_world_scenario")
    def test_a_real_run(self):
        """What the oracle computes, to the last sample, and its metadata."""
        path = summaries.results_of("v2.2.0/shop-lite")
        block = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "status"]}]}
        with self.receiver() as receiver:
            requests = self.delivered(receiver, path, "--keep-tags", "", apm=block | {"includeDefaultMetrics": True})
            expected = oracle.Expected([path], block | {"resampleRate": 1})
            self.assertEqual(oracle.differences(expected.series, receiver.stored()), [])
        metadata = {name: (kind, unit) for request in requests for name, kind, _, unit in request.metadata}
        self.assertEqual(metadata, expected.metadata)

    @row("empty_scrape")
    def test_no_points(self):
        with self.receiver() as receiver:
            result = self.push(receiver, [])
            self.assertEqual(result.status, 1, str(result))
            self.assertEqual(result.report()["destinations"][0]["points"], 0)
            self.assertIn(b"no point", result.err)
            self.assertEqual(receiver.requests, [])

    @row("multiple_series_per_request", "batch_size_reasonable", "many_timeseries", "high_cardinality",
         "handles_varying_cardinality", "TestConcurrentRequests")
    def test_batches(self):
        """12 000 series with 0 to 29 labels: requests of many series, below 10 000 and 1 MiB, several under way."""
        points = [point("queue", 0, i, {"n": str(i)} | {f"label{k}": f"value {i} {k}" for k in range(i % 30)})
                  for i in range(12_000)]
        with self.receiver(lambda number, request: Answer(204, compliance.written(request), delay=0.1)) as receiver:
            requests = self.delivered(receiver, points, "--connections", "4")
            self.assertEqual(len(receiver.stored()), 12_000)
        self.assertGreater(len(requests), 2)
        self.assertLess(len(requests), 60)
        for request in requests:
            self.assertLessEqual(len(request.series), 10_000)
            self.assertLessEqual(len(remote_write.unsnappy(request.body)), 1 << 20)
        self.assertTrue(any(later.arrived < one.answered for one, later in zip(requests, requests[1:])))
        self.assertLessEqual(receiver.connections, 5)


class Rows(unittest.TestCase):
    """Nothing is forgotten."""

    def test_rows(self):
        compliance.check_rows(self, "2.0", ["protocol", "symbols", "labels", "metadata", "samples", "timestamps", "batching",
                                            "combined", "edge_cases", "exemplars", "histograms"],
                              Protocol, Labels, Samples, Together)


if __name__ == "__main__":
    unittest.main()
