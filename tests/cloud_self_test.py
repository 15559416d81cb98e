#!/usr/bin/env python3
"""Tests the tests of k6 cloud: the decoder against bodies made by hand, the fake cloud against a small sender and against what
it has to refuse."""
import http.client
import json
import struct
import unittest

import cloud_bodies
import fake_cloud
from cloud_bodies import BadBody, Gauge, Rate, Trend
from fake_cloud import RUN_TOKEN, TOKEN, FakeCloud, in_turn, lost, refused

AT = 1_683_000_000
FORM = (b'--xyz\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n')
FILE = (b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="archive.tar"\r\n'
        b'Content-Type: application/octet-stream\r\n\r\n%b\r\n--xyz--\r\n')


def varint(value):
    """Base 128."""
    value &= (1 << 64) - 1
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(found) + bytes([value])


def field(number, content):
    """One field: of a float, a whole number, text or bytes."""
    if isinstance(content, float):
        return varint(number << 3 | 1) + struct.pack("<d", content)
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def message(*pairs):
    """Fields of numbers and contents."""
    return b"".join(field(number, content) for number, content in pairs)


def time(seconds=AT, nanos=None):
    """A value's first field."""
    return 1, message((1, seconds), *([(2, nanos)] if nanos is not None else []))


def labels(**given):
    """Of a series."""
    return b"".join(field(1, message((1, name), (2, value))) for name, value in given.items())


def metric(name, kind, *series):
    """A Metric; a series is (labels, values) or bytes."""
    found = message((1, name), (2, kind))
    for one in series:
        one = one if isinstance(one, bytes) else one[0] + field(kind + 1, b"".join(field(1, value) for value in one[1]))
        found += field(3, one)
    return found


def trend(counters=b"\1\1", spans=((827, 1), (38, 1)), total=13.25, count=2, least=6.0, most=7.25, resolution=0.001, more=()):
    """A TrendHdrValue: 6 and 7.25."""
    return message(time(), (2, counters), *((3, message((1, offset), (2, length))) for offset, length in spans), (5, total),
                   (6, count), (7, least), (8, most), *more, (11, resolution))


def packed(*metrics, run_id="123", period=3):
    """The body of a push: snappy's literals of at most 60 bytes."""
    data = message((1, run_id), (2, period), *((3, one) for one in metrics))
    pieces = [data[at:at + 60] for at in range(0, len(data), 60)]
    return varint(len(data)) + b"".join(bytes([len(piece) - 1 << 2]) + piece for piece in pieces)


def counter(name="http_reqs", value=2.0, at=AT, **tags):
    """A metric of one value."""
    return metric(name, 1, (labels(**tags), [message(time(at), (2, value))]))


def gauge(*content):
    """Another."""
    return metric("vus", 2, (b"", [message(time(), *zip(range(2, 7), content))]))


class Decoder(unittest.TestCase):
    """What it reads, and what it does not."""

    def test_all_types(self):
        content = cloud_bodies.decode(packed(
            metric("http_reqs", 1, (labels(status="200", group=""), [message(time(), (2, 2.0)), message(time(AT + 3))])),
            gauge(5.0, 2, 2.0, 5.0, 3.5), metric("checks", 3, (b"", [message(time(), (2, 1), (3, 2))])),
            metric("http_req_duration", 4, (b"", [trend()]))))
        self.assertEqual((content.run_id, content.period_s), ("123", 3))
        self.assertEqual([(sent.key(), sent.kind, sent.values) for sent in content.series], [
            (("http_reqs", (("group", ""), ("status", "200"))), "counter", {AT: 2.0, AT + 3: 0.0}),
            (("vus", ()), "gauge", {AT: Gauge(5.0, 2, 2.0, 5.0, 3.5)}), (("checks", ()), "rate", {AT: Rate(1, 2)}),
            (("http_req_duration", ()), "trend", {AT: Trend(2, 13.25, 6.0, 7.25, {827: 1, 866: 1}, 0, 0)})])

    def test_buckets(self):
        for value, index in ((0, 0), (0.0001, 1), (0.12, 120), (1, 506), (6, 827), (10.5, 932), (200, 1475), (200.1, 1475),
                             (999.999, 1780), (1000, 1780), (39751, 2455), (4294967295, 4601), (2.0**63 / 1000, 7296)):
            self.assertEqual(cloud_bodies.index_of(value), index, value)

    def test_values_beside_the_buckets(self):
        value = trend(b"\2", ((0, 2),), total=-1.0, count=3, least=-1.0, most=0.001, more=((9, 1),))
        self.assertRaises(BadBody, cloud_bodies.decode, packed(metric("t", 4, (b"", [value]))))
        value = trend(b"\1\1", ((0, 2),), total=-1.0, count=3, least=-1.0, most=0.001, more=((9, 1),))
        self.assertEqual(cloud_bodies.decode(packed(metric("t", 4, (b"", [value])))).series[0].values[AT],
                         Trend(3, -1.0, -1.0, 0.001, {0: 1, 1: 1}, 1, 0))

    def test_what_is_wrong(self):
        odd = {
            "no series": packed(), "no period": packed(counter(), period=0), "cut": packed(counter())[:-1],
            "a field of nobody": packed(counter() + field(9, 1)), "a metric twice": packed(counter(), counter(a="b")),
            "no type": packed(metric("x", 0, (b"", [message(time())]))), "no name": packed(counter("")),
            "another oneof": packed(metric("x", 1, labels() + field(3, field(1, message(time(), (3, 1)))))),
            "no values": packed(metric("x", 1, (b"", []))), "no oneof": packed(metric("x", 1, labels(a="b"))),
            "two oneofs": packed(metric("x", 1, field(2, field(1, message(time()))) + field(3, field(1, message(time()))))),
            "inside a bucket": packed(counter(at=AT + 1)), "a label of ours": packed(counter(test_run_id="1")),
            "a reserved label": packed(counter(__x="1")), "no number": packed(counter(value=float("nan"))),
            "a label twice": packed(metric("x", 1, (labels(a="1") + labels(a="2"), [message(time())]))),
            "a series twice": packed(metric("x", 1, *[(labels(a="1"), [message(time())])] * 2)),
            "a time twice": packed(metric("x", 1, (b"", [message(time()), message(time())]))),
            "no time": packed(metric("x", 1, (b"", [message((2, 1.0))]))),
            "part of a second": packed(metric("x", 1, (b"", [message(time(AT, 5))]))),
            "a gauge above its highest": packed(gauge(6.0, 2, 2.0, 5.0, 3.5)), "a mean": packed(gauge(5.0, 2, 2.0, 5.0, 9.0)),
            "a gauge of nothing": packed(gauge(5.0, 0, 2.0, 5.0, 3.5)),
            "a rate": packed(metric("x", 3, (b"", [message(time(), (2, 3), (3, 2))]))),
            "an empty rate": packed(metric("x", 3, (b"", [message(time())]))),
        }
        for name, value in {
                "a count": trend(count=3), "counters": trend(counters=b"\1"), "more counters": trend(counters=b"\1\1\1"),
                "an empty bucket": trend(counters=b"\2\0"), "a span of nothing": trend(spans=((827, 1), (38, 1), (1, 0))),
                "spans side by side": trend(spans=((827, 1), (0, 1)), most=6.0), "a wrong bucket": trend(least=5.0),
                "resolution": trend(resolution=1.0), "digits": trend(more=((12, 2),)), "no extra": trend(more=((9, 0),)),
                "a span too far": trend(spans=((827, 1), (7000, 1)))}.items():
            odd["a trend: " + name] = packed(metric("x", 4, (b"", [value])))
        for name, body in odd.items():
            with self.subTest(name):
                self.assertRaises((BadBody, IndexError), cloud_bodies.decode, body)


class Sender:
    """As k6 sends."""

    def __init__(self, cloud):
        self.cloud, self.keys = cloud, 0

    def send(self, path, content, **headers):
        """One call; (status, JSON of the answer or None)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.cloud.port, timeout=10)
        self.keys += 1
        given = {"Authorization": f"Token {TOKEN}", "User-Agent": "test", "K6-Idempotency-Key": f"{self.keys:016x}",
                 "Content-Type": "application/json"}
        if isinstance(content, bytes):
            given.update({"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
                          "K6-Metrics-Protocol-Version": "2.0"})
        else:
            content = json.dumps(content).encode()
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        try:
            connection.request("POST", path, content, {name: value for name, value in given.items() if value is not None})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        finally:
            connection.close()

    def create(self, **more):
        """A test run; the answer."""
        return self.send("/v1/tests", {"name": "a", "vus": 2, "duration": 10, "thresholds": {"checks": ["rate>0.5"]}}, **more)

    def finish(self, run_id="123", crossed=False, **more):
        """Its end."""
        return self.send(f"/v1/tests/{run_id}", {"result_status": int(crossed), "run_status": 3,
                                                 "thresholds": {"checks": {"rate>0.5": crossed}}}, **more)


class Fake(unittest.TestCase):
    """Each test has a cloud of its own."""

    def serve(self, **how):
        """Starts one."""
        cloud = FakeCloud(**how)
        self.addCleanup(cloud.close)
        return cloud, Sender(cloud)

    def test_a_life(self):
        cloud, sender = self.serve(created={"logs": [{"level": "info", "message": "hello"}]})
        self.assertTrue(sender.send("/v1/validate-token", {"token": TOKEN})[1]["is_valid"])
        status, answer = sender.create()
        self.assertEqual((status, answer["reference_id"], answer["logs"][0]["message"]), (200, "123", "hello"))
        self.assertEqual(sender.send("/v2/metrics/123", packed(counter(a="b"))), (204, None))
        self.assertEqual(sender.send("/v2/metrics/123", packed(counter(a="b", at=AT + 3))), (204, None))
        self.assertEqual(sender.finish(crossed=True)[0], 200)
        self.assertEqual((cloud.complaints, cloud.doubled), ([], []))
        self.assertEqual(cloud.stored(), {("http_reqs", (("a", "b"),)): {AT: 2.0, AT + 3: 2.0}})
        self.assertEqual(cloud.creates[0].fields["vus"], 2)
        self.assertEqual(cloud.finishes["123"]["result_status"], 1)
        self.assertEqual(sender.send("/v2/metrics/123", packed(counter(at=AT + 6)))[0], 400)
        self.assertEqual(len(cloud.complaints), 1)

    def test_a_token_that_is_not_valid(self):
        cloud, sender = self.serve(token="another")
        status, answer = sender.send("/v1/validate-token", {"token": TOKEN})
        self.assertEqual((status, answer["is_valid"], cloud.complaints), (200, False, []))

    def test_an_idempotency_key_that_comes_again(self):
        cloud, sender = self.serve()
        for _ in range(2):
            self.assertEqual(sender.create(K6_Idempotency_Key="0" * 16)[1]["reference_id"], "123")
        body = packed(counter())
        for _ in range(2):
            self.assertEqual(sender.send("/v2/metrics/123", body, K6_Idempotency_Key="1" * 16)[0], 204)
        for _ in range(2):
            self.assertEqual(sender.finish(K6_Idempotency_Key="2" * 16)[0], 200)
        self.assertEqual((len(cloud.creates), cloud.points(), cloud.doubled, cloud.complaints), (1, 1, [], []))
        cloud, sender = self.serve(known=["77"])
        body = packed(counter(), run_id="77")
        sender.send("/v2/metrics/77", body)
        sender.send("/v2/metrics/77", body)
        self.assertEqual((cloud.doubled, cloud.complaints), ([(("http_reqs", ()), AT)], []))
        sender.send("/v2/metrics/77", packed(counter(value=3.0), run_id="77"), K6_Idempotency_Key=f"{1:016x}")
        self.assertIn("another body", cloud.complaints[0])

    def test_a_form(self):
        cloud, sender = self.serve()
        archive = bytes(range(256)) * 9 + b"\r\n"
        body = b"".join(FORM % pair for pair in ((b"name", "ä".encode()), (b"project_id", b"0"), (b"vus", b"1"),
                                                 (b"duration", b"9"))) + FILE % archive
        status, answer = sender.send("/v1/tests", body, Content_Type="multipart/form-data; boundary=xyz", Content_Encoding=None)
        self.assertEqual((status, cloud.complaints), (200, []), answer)
        self.assertEqual((cloud.creates[0].archive, cloud.creates[0].fields["name"]), (archive, "ä"))
        self.assertEqual(sender.finish()[0], 200)

    def test_another_place_to_push_to(self):
        cloud, sender = self.serve(known=["77"], push_path="/over/there?a=b")
        body = packed(counter(), run_id="77")
        self.assertEqual(sender.send("/over/there?a=b", body, Authorization="Bearer " + RUN_TOKEN)[0], 204)
        self.assertEqual((cloud.points(), cloud.complaints), (1, []))
        self.assertEqual(sender.send("/over/there?a=b", body)[0], 400)
        self.assertEqual(sender.send("/v2/metrics/77", body)[0], 400)
        self.assertEqual(len(cloud.complaints), 2)

    def test_what_is_told(self):
        cloud, sender = self.serve(push=in_turn(refused(500), lost(), then=refused(403, 4, "no more")))
        sender.create()
        self.assertEqual(sender.send("/v2/metrics/123", packed(counter()))[0], 500)
        self.assertEqual(cloud.points(), 0)
        self.assertRaises((http.client.HTTPException, OSError), sender.send, "/v2/metrics/123", packed(counter()))
        self.assertEqual(cloud.points(), 1)
        self.assertEqual(sender.send("/v2/metrics/123", packed(counter(at=AT + 3))),
                         (403, {"error": {"code": 4, "message": "no more"}}))
        self.assertEqual((cloud.points(), cloud.complaints), (1, []))

    def test_what_is_wrong(self):
        push = "/v2/metrics/123"
        many = packed(metric("x", 1, *[(labels(a=str(i)), [message(time())]) for i in range(3)]))
        good = {"name": "a", "vus": 1, "duration": 2}
        end = {"result_status": 0, "run_status": 3, "thresholds": {}}
        for path, content, headers in (
                (push, packed(counter()), {"Authorization": "Bearer " + TOKEN}), (push, packed(counter()), {"User_Agent": ""}),
                (push, packed(counter()), {"K6_Idempotency_Key": None}), (push, packed(counter()), {"K6_Idempotency_Key": "A" * 16}),
                (push, packed(counter()), {"Content_Encoding": None}), (push, packed(counter()), {"Content_Type": "text/plain"}),
                (push, packed(counter()), {"K6_Metrics_Protocol_Version": None}), (push, b"what?", {}), (push, many, {}),
                (push, packed(counter(), run_id="7"), {}), (push, packed(counter(at=AT + 5), period=5), {}),
                ("/v2/metrics/7", packed(counter(), run_id="7"), {}), ("/v1/metrics/123", packed(counter()), {}),
                ("/v1/tests", {**good, "name": ""}, {}), ("/v1/tests", {**good, "vus": "1"}, {}),
                ("/v1/tests", {**good, "thresholds": ["a"]}, {}), ("/v1/tests", {**good, "more": 1}, {}),
                ("/v1/tests", {**good, "project_id": 0}, {}), ("/v1/tests/7", end, {}),
                ("/v1/tests/123", {**end, "result_status": 1}, {}), ("/v1/tests/123", {"run_status": 3}, {}),
                ("/v1/tests/123", {**end, "thresholds": {"x": {"rate>1": False}}}, {}),
                ("/v1/validate-token", {"token": "another"}, {})):
            with self.subTest(path=path, content=content, headers=headers):
                cloud, sender = self.serve(config={"maxTimeSeriesInBatch": 2})
                sender.create()
                self.assertIn(sender.send(path, content, **headers)[0], (400, 404))
                self.assertEqual((len(cloud.complaints), cloud.points()), (1, 0), cloud.complaints)


if __name__ == "__main__":
    unittest.main()
