"""Runs the tool with --cloud against the fake cloud, and holds what arrived against what the raw lines say."""
import json
import os

import cloud_bodies
import cloud_model
import harness
from cloud_bodies import Gauge, Rate, Trend
from fake_cloud import TOKEN, FakeCloud
from result_writers import JsonLines, Metric, Point

QUICKLY = ["--retry-time", "8", "--timeout", "5"]
WEB_APP = "https://app.invalid"
FIRST_S = 1_795_159_646  # inside a bucket
METRICS = [Metric("http_reqs", "counter"), Metric("vus", "gauge"), Metric("vus_max", "gauge"), Metric("checks", "rate"),
           Metric("http_req_duration", "trend", "time")]
MOST_VUS, SECONDS = 9, 10
LENGTH_S = SECONDS  # of write_run(), rounded up: its last point is 1 ns less than half a second before
NAMES = 5


def decoded(kind, value):
    """A value of the model as it is decoded."""
    if kind == "counter":
        return value["value"]
    if kind == "gauge":
        return Gauge(value["last"], value["count"], value["min"], value["max"], value["sum"] / value["count"])
    if kind == "rate":
        return Rate(value["nonzero"], value["total"])
    counters = {index: count for index, count in value["hdr"].items() if index not in ("low", "high")}
    return Trend(value["count"], value["sum"], value["min"], value["max"], counters, value["hdr"].get("low", 0),
                 value["hdr"].get("high", 0))


def expected(paths, period_s=3):
    """{(metric, labels): {time: value}} that have to be stored of JSON results."""
    found = {}
    for metric, (kind, values) in cloud_model.model(paths, period_s).items():
        for (labels, start_s), value in values.items():
            found.setdefault((metric, labels), {})[start_s] = decoded(kind, value)
    return found


class CloudTest(harness.Scratch):
    """Each test has a cloud of its own, and no settings of the person."""

    def setUp(self):
        super().setUp()
        self.home = os.path.join(self.scratch, "home")
        os.mkdir(self.home)

    def serve(self, **how):
        """Starts a cloud."""
        cloud = FakeCloud(**how)
        self.addCleanup(cloud.close)
        return cloud

    def write_run(self, name="run.json", thresholds=None, names=NAMES):
        """A run of all types, whose Metric lines have these {metric: thresholds}; returns its path."""
        lines = []
        for metric in METRICS:
            line = json.loads(JsonLines().metric(metric))
            line["data"]["thresholds"] = (thresholds or {}).get(metric.name, [])
            lines.append(json.dumps(line).encode() + b"\n")
        for half in range(2 * SECONDS):
            time_ns = FIRST_S * 10**9 + half * 5 * 10**8
            if half == 2 * SECONDS - 1:
                time_ns -= 1
            points = [("vus", half % 4, {}), ("vus_max", MOST_VUS - abs(half - 5) // 2, {})] if half % 2 else []
            for i in range(names):
                tags = {"name": f"n{i}", "group": "", "method": "GET"}
                points += [("http_reqs", i + 1, tags), ("http_req_duration", (half * 37 + i) % 50 / 7, tags),
                           ("checks", half % 3 and 1, {"check": f"c{i}", "group": ""})]
            lines += [JsonLines().row(Point(metric, time_ns, value, tags)) for metric, value, tags in points]
        return self.write(name, b"".join(lines))

    def options(self, **members):
        """A file of options; returns its path."""
        return self.write("options.json", json.dumps(members).encode())

    def environment(self, cloud, **more):
        """Of a run that finds this cloud; what is None is left out."""
        env = {"K6_CLOUD_TOKEN": TOKEN, "K6_CLOUD_HOST": getattr(cloud, "url", cloud), "K6_CLOUD_WEB_APP_URL": WEB_APP,
               "HOME": self.home, "XDG_CONFIG_HOME": self.home, **more}
        return {name: value for name, value in env.items() if value is not None}

    def push(self, cloud, files, *flags, env=None, timeout=60):
        """Runs the tool with a report."""
        return harness.run(*files, "--cloud", "--json", *flags, env=self.environment(cloud, **(env or {})), timeout=timeout)

    def account(self, result, status, state, index=0, **wanted):
        """The exit status and a report that adds up; `wanted` are members of the destination, which is returned."""
        self.assertEqual(result.status, status, str(result))
        report = result.report()
        harness.check_sums(self, report)
        self.assertEqual(report["exit_status"], status)
        destination = report["destinations"][-1]
        self.assertEqual((destination["provider"], destination["index"], destination["status"]), ("cloud", index, state),
                         str(result))
        for member, value in wanted.items():
            self.assertEqual(destination[member], value, f"{member}\n{result}")
        return destination

    def proper(self, cloud, result=None):
        """Nothing that k6 would not do, and nothing twice."""
        self.assertEqual((cloud.complaints, cloud.doubled), ([], []), str(result))

    def stored(self, cloud, files, result=None, period_s=3):
        """Everything arrived, once, and nothing else."""
        self.proper(cloud, result)
        self.assertEqual(cloud_bodies.differences(expected(files, period_s), cloud.stored()), [], str(result))

    def delivered(self, result, cloud, files, status=0, index=0, period_s=3):
        """That, and the report says so; returns the destination."""
        self.stored(cloud, files, result, period_s)
        points = cloud.points()
        self.assertGreater(points, 0)
        return self.account(result, status, "delivered", index, series=len(cloud.stored()), points=points,
                            points_delivered=points, points_refused=0, points_kept=0)

    def ended(self, cloud, run_status=3, result_status=0, run_id="123"):
        """The one test run was ended so; returns the thresholds that were told."""
        self.assertEqual(list(cloud.finishes), [run_id])
        end = cloud.finishes[run_id]
        self.assertEqual((end["run_status"], end["result_status"]), (run_status, result_status), end)
        return end["thresholds"]

    def words(self, result):
        """Everything that was said to people and in the report, as one text."""
        said = result.err.decode()
        if result.out:
            report = result.report()
            said += "\n".join(report["warnings"])
            for destination in report["destinations"]:
                said += "\n" + "\n".join([destination["error"] or "", *destination["warnings"]])
        return said

    def nothing(self, result, cloud, status, *words):
        """No test run, no metrics, and people are told why."""
        self.assertEqual(result.status, status, str(result))
        self.proper(cloud, result)
        self.assertEqual((cloud.creates, cloud.of("push"), cloud.of("finish")), ([], [], []), str(result))
        for word in words:
            self.assertIn(word, self.words(result))
