#!/usr/bin/env python3
"""--preview: the page holds exactly what would be sent, and goes where it should. preview_page_test.py opens it."""
import json
import math
import os
import re
import subprocess
import unittest

import harness
import summaries

SHOP = summaries.results_of("v2.2.0/shop-lite")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EVERYTHING = {"metrics": [{"sourceMetric": '{__name__=~".+"}', "keepTags": ["name", "method", "status", "check"]}]}
PROMETHEUS = {"provider": "prometheus", "remoteWriteURL": harness.NOWHERE}
DATADOG = {"provider": "datadog", "apiKey": "0123456789abcdef0123456789abcdef"}
CLOUD = {"K6_CLOUD_TOKEN": "cloud-token-of-the-test", "K6_CLOUD_PROJECT_ID": "42"}
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
GAUGE, RATE = ("last", "min", "max", "avg"), ("nonzero", "total")


def point(metric, time_s, value, tags=None):
    """A Point line of k6's JSON."""
    return json.dumps({"metric": metric, "type": "Point",
                       "data": {"time": f"2026-11-20T{time_s // 3600:02}:{time_s // 60 % 60:02}:{time_s % 60:02}Z",
                                "value": value, "tags": tags or {}}}, separators=(",", ":"))


def metric_line(name, kind):
    """The line that declares a metric."""
    return json.dumps({"type": "Metric", "metric": name,
                       "data": {"name": name, "type": kind, "contains": "default", "thresholds": []}})


def apm(*blocks):
    """--apm."""
    return ["--apm", json.dumps(list(blocks))]


def data_of(page):
    """The JSON in a page."""
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    if len(found) != 1:
        raise AssertionError(f"{len(found)} pieces of data in the page")
    return json.loads(found[0])


def times_of(packed):
    """[first, distance, how often, ...] as times."""
    times = [packed[0]]
    for distance, often in zip(packed[1::2], packed[2::2]):
        for _ in range(often):
            times.append(times[-1] + distance)
    return times


def points_of(destination):
    """{heading: [(milliseconds, {line: value})]} of a destination of the page."""
    found = {}
    for name in destination["names"]:
        for series in name["list"]:
            times = times_of(series["t"])
            lines = {line: values for line, values in zip(name["lines"], series["v"])}
            points = [(time, {line: values[i] for line, values in lines.items()}) for i, time in enumerate(times)]
            heading = CONTROL.sub(" ", name["name"] + series["tags"])  # as --decode has it
            if heading in found or len(points) != series["points"]:
                raise AssertionError(f"{heading}: {len(points)} points of {series['points']}")
            found[heading] = points
    return found


def decoded_lines(directory):
    """What --decode says of the bodies of -o, without comments."""
    bodies = sorted(os.path.join(directory, name) for name in os.listdir(directory) if name.endswith(".body"))
    result = harness.run("--decode", *bodies)
    if result.status != 0:
        raise AssertionError(str(result))
    return [line for line in result.out.decode().splitlines() if not line.startswith("#")]


def decoded_values(directory, ms):
    """The same as points_of() for a provider with one value a point; `ms` is what a unit of time is."""
    found = {}
    for line in decoded_lines(directory):
        heading, value, time = line.rsplit(" ", 2)
        if value != "StaleNaN":
            found.setdefault(heading, []).append((int(time) * ms, {"value": float(value)}))
    return found


def cloud_point(fields):
    """What is shown of a value of k6 cloud."""
    names = tuple(fields)
    if names == ("",):
        return {"sum": fields[""]}
    if names[:4] == GAUGE:
        return {"last": fields["last"], "min": fields["min"], "max": fields["max"], "mean": fields["avg"]}
    if names == RATE:
        return {"share": fields["nonzero"] / fields["total"], "count": fields["total"]}
    return {"mean": fields["sum"] / fields["count"], **{name: fields[name] for name in ("min", "max", "count")}}


def decoded_cloud(directory):
    """The same for k6 cloud."""
    found = {}
    for line in decoded_lines(directory):
        rest, time = line.rsplit(" ", 1)
        end = rest.rindex('"} ') + 3 if '"} ' in rest else rest.index(" ") + 1
        heading, text = rest[:end - 1], rest[end:]
        fields = {}
        for word in text.split(" "):
            key, _, value = word.rpartition("=")
            if key != "hdr":
                fields[key] = float(value)
        found.setdefault(heading, []).append((int(time) * 1000, cloud_point(fields)))
    return found


def decoded_histograms(directory):
    """The same for native histograms, of which the mean and the number between two samples are shown."""
    found, before = {}, {}
    for line in decoded_lines(directory):
        rest, time = line.rsplit(" ", 1)
        match = re.fullmatch(r"(.*?) \{count:(\d+), sum:([^,}]+).*\}", rest)
        if not match:
            continue
        heading, count, total = match[1], int(match[2]), float(match[3])
        old_count, old_sum = before.get(heading, (0, 0.0))
        before[heading] = (count, total)
        mean = (total - old_sum) / (count - old_count) if count > old_count else None
        found.setdefault(heading, []).append((int(time), {"mean": mean, "count": count - old_count}))
    return found


class Page(harness.Scratch):
    """What is written."""

    def made(self, *args, env=None, name="p.html", statuses=(0, 1)):
        """Runs the tool with --preview and --json: (page, report)."""
        path = os.path.join(self.scratch, name)
        result = harness.run(*args, "--preview", path, "--json", "-f", env=env)
        self.assertIn(result.status, statuses, str(result))
        self.assertFalse(os.path.exists(path + ".part"))
        with open(path, encoding="utf-8") as file:
            return file.read(), result.report()

    def written(self, *args, env=None):
        """The same command with -o: its directory."""
        out = os.path.join(self.scratch, "out")
        result = harness.run(*args, "-o", out, "-f", env=env)
        self.assertIn(result.status, (0, 1), str(result))
        return out

    def check_points(self, shown, decoded):
        """Every point of either is one of the other."""
        self.assertGreater(len(decoded), 3)
        self.assertEqual(sorted(shown), sorted(decoded))
        for heading, points in decoded.items():
            self.assertEqual(shown[heading], points, heading)

    def check_account(self, page, report):
        """The page tells what the report tells."""
        data = data_of(page)
        self.assertEqual(data["test_run_id"], report["run"]["test_run_id"] or "")
        self.assertEqual((data["first"], data["last"]), (report["run"]["first"], report["run"]["last"]))
        self.assertEqual([entry["path"] for entry in data["inputs"]], [entry["path"] for entry in report["inputs"]])
        points = report["points"]
        self.assertIn(f"{points['read']} points read: {points['exported']} exported", data["account"])
        self.assertEqual([notice["text"] for notice in data["notices"]], report["warnings"])
        self.assertEqual(len(data["destinations"]), len(report["destinations"]))
        for shown, told in zip(data["destinations"], report["destinations"]):
            self.assertEqual(told["status"], "dry-run")
            for key in ("index", "provider", "series", "points", "requests", "bytes", "status"):
                self.assertEqual(shown[key], told[key], key)
            self.assertEqual([notice["text"] for notice in shown["notices"]], told["warnings"])
            listed = [series for name in shown["names"] for series in name["list"]]
            self.assertEqual(len(listed), told["series"])
            self.assertEqual(sum(series["points"] for series in listed), told["points"])

    def test_prometheus(self):
        for flags in ([], ["--names", "k6"], ["--remote-write", "2"], ["--rate-counts"], ["--keep-tags", "all"]):
            with self.subTest(flags):
                command = [SHOP, *apm(dict(PROMETHEUS, **EVERYTHING)), *flags]
                page, report = self.made(*command)
                self.check_account(page, report)
                self.check_points(points_of(data_of(page)["destinations"][0]),
                                  decoded_values(self.written(*command) + "/00-prometheus", 1))
        stale = [series["stale"] - series["to"] for name in data_of(page)["destinations"][0]["names"]
                 for series in name["list"]]
        self.assertEqual(set(stale), {1})

    def test_native_histograms(self):
        command = [SHOP, *apm(dict(PROMETHEUS, **EVERYTHING)), "--native-histograms"]
        page, report = self.made(*command)
        self.check_account(page, report)
        shown = points_of(data_of(page)["destinations"][0])
        histograms = decoded_histograms(self.written(*command) + "/00-prometheus")
        self.check_points({heading: points for heading, points in shown.items() if "mean" in points[0][1]}, histograms)
        self.assertTrue(any(mean["mean"] is not None for points in histograms.values() for _, mean in points))

    def test_datadog(self):
        command = [SHOP, *apm(dict(DATADOG, **EVERYTHING)), "--datadog-dashboard-metrics", "--rate-counts"]
        page, report = self.made(*command)
        self.check_account(page, report)
        destination = data_of(page)["destinations"][0]
        self.assertIn("Datadog drops such points", json.dumps(destination["notices"]))  # the run is old
        self.check_points(points_of(destination), decoded_values(self.written(*command) + "/00-datadog", 1000))

    def test_cloud(self):
        command = [SHOP, "--cloud"]
        page, report = self.made(*command, env=CLOUD)
        self.check_account(page, report)
        shown = points_of(data_of(page)["destinations"][0])
        self.check_points(shown, decoded_cloud(self.written(*command, env=CLOUD) + "/00-cloud"))
        self.assertEqual({tuple(points[0][1]) for points in shown.values()},
                         {("sum",), ("last", "min", "max", "mean"), ("share", "count"),
                          ("mean", "min", "max", "count")})
        self.assertEqual(harness.run(*command, "--preview", os.path.join(self.scratch, "x.html")).status, 0)  # no token

    def test_several_destinations(self):
        broken = {"provider": "prometheus", "remoteWriteURL": "nonsense"}
        path = os.path.join(self.scratch, "p.html")
        block = apm(PROMETHEUS, DATADOG, broken)
        result = harness.run(SHOP, *block, "--cloud", "--preview", path, "-n")
        self.assertEqual(result.status, 1, str(result))
        self.assertIn(b"METRIC", result.out)
        with open(path, encoding="utf-8") as file:
            data = data_of(file.read())
        self.assertEqual([destination["status"] for destination in data["destinations"]],
                         ["dry-run", "dry-run", "disabled", "dry-run"])
        self.assertTrue(data["destinations"][2]["error"])
        self.assertEqual(harness.run(SHOP, *block, "--cloud", "-n").status, 1)
        result = harness.run(SHOP, *block, "--provider", "datadog", "--preview", path, "-f")
        with open(path, encoding="utf-8") as file:
            shown = data_of(file.read())["destinations"]
        self.assertEqual([destination["provider"] for destination in shown], ["datadog"])
        self.assertEqual((result.status, result.out), (0, b""), str(result))
        self.assertIn(b"[1] datadog dry-run: ", result.err)

    def test_where_it_goes(self):
        path = self.write("there.html", b"precious")
        for args, words in ((["--preview", path], b"is there already"),
                            (["--preview", self.scratch, "-f"], b"directory"),
                            (["--preview", path + "/x", "-f"], b"cannot write"), (["--preview", ""], b"not allowed"),
                            (["--preview", "-", "--json"], b"standard output"),
                            (["--preview", "-", "-n"], b"standard output"),
                            (["--preview", path, "-o", self.scratch], b"choose one"),
                            (["--preview", path, "--spool", self.scratch + "/s"], b"choose one"),
                            (["--preview", path, "--partial", self.scratch + "/q"], b"choose one"),
                            (["--preview", path + "x", "--max-series", "1"], b"more than the 1 allowed")):
            with self.subTest(args):
                result = harness.run(SHOP, *apm(PROMETHEUS), *args)
                self.assertEqual(result.status, 2, str(result))
                self.assertIn(words, result.err)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"precious")
        self.assertEqual(os.listdir(self.scratch), ["there.html"])
        no_run = self.write("no.json", b"nonsense\n")
        self.assertEqual(harness.run(no_run, *apm(PROMETHEUS), "--preview", path, "-f").status, 3)
        page, _ = self.made(SHOP, *apm(PROMETHEUS), name="there.html")
        result = harness.run(SHOP, *apm(PROMETHEUS), "--preview", "-")
        self.assertEqual((result.status, result.out.decode()), (0, page), result.err)
        command = [harness.program(), SHOP, *apm(PROMETHEUS), "--preview", "-"]
        full = subprocess.run(["sh", "-c", '"$@" > /dev/full', "sh", *command], env=harness.environment(),
                              capture_output=True, check=False)
        self.assertEqual(full.returncode, 5, full.stderr)
        self.assertIn(b"cannot write standard output", full.stderr)

    def test_thresholds(self):
        options = self.write("options.json", json.dumps({"thresholds": {"http_reqs": ["count<1"]},
                                                         "ext": {"loadimpact": {"apm": [PROMETHEUS]}}}).encode())
        self.made(SHOP, "-s", options, "--thresholds", statuses=(99,))

    def test_secrets(self):
        secret = "s3cret-of-the-url"
        block = dict(PROMETHEUS, remoteWriteURL=f"https://me:{secret}@127.0.0.1:9/write?key={secret}",
                     credentials={"token": "t0ken-of-the-block"})
        page, _ = self.made(SHOP, *apm(block, DATADOG))
        for text in (secret, "t0ken-of-the-block", DATADOG["apiKey"]):
            self.assertNotIn(text, page)
        self.assertIn("***", data_of(page)["destinations"][0]["url"])

    def test_nothing_is_fetched_and_the_policy_allows_nothing(self):
        page, _ = self.made(SHOP, *apm(PROMETHEUS))
        self.assertEqual(re.findall(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//""", page), [])
        self.assertEqual(re.findall(r"@import|url\(", page.split("<script")[0]), [])
        policy = 'http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'sha256-'
        self.assertEqual(page.count(policy), 1)
        self.assertNotIn("unsafe", page.split("</head>")[0])
        self.assertIn("Copyright (c) 2022 Leon Sorokin", page)

    def test_what_is_long_is_reduced_and_what_is_much_has_figures_only(self):
        """A series of 4,000 windows; and more series than a page has room for."""
        lines = [metric_line("load", "gauge")]
        lines += [point("load", i, 1000 if i == 1234 else math.sin(i)) for i in range(4000)]
        run = self.write("long.json", "\n".join(lines).encode() + b"\n")
        block = dict(PROMETHEUS, metrics=["load"], includeDefaultMetrics=False, resampleRate=1)
        page, report = self.made(run, *apm(block))
        series = data_of(page)["destinations"][0]["names"][0]["list"][0]
        self.assertEqual((series["points"], series["max"]), (report["destinations"][0]["points"], 1000))
        self.assertLessEqual(len(series["v"][0]), 2002)
        self.assertEqual(series["kept"], len(series["v"][0]))
        self.assertIn(1000, series["v"][0])
        times = times_of(series["t"])
        self.assertEqual((times[0], times[-1]), (series["from"], series["to"]))

        lines = [metric_line("work", "trend")] + [point("work", i, i % 7 + vu, {"vu": str(vu)}) for i in range(1100)
                                                  for vu in range(240)]
        run = self.write("many.json", "\n".join(lines).encode() + b"\n")
        block["metrics"] = [{"sourceMetric": "work", "keepTags": ["vu"]}]
        path = os.path.join(self.scratch, "many.html")
        made = harness.run(run, *apm(block), "--preview", path, timeout=300)
        self.assertEqual(made.status, 0, str(made))
        with open(path, encoding="utf-8") as file:
            data = data_of(file.read())
        listed = [series for name in data["destinations"][0]["names"] for series in name["list"]]
        without = sum("t" not in series for series in listed)
        self.assertEqual(len(listed), data["destinations"][0]["series"])
        self.assertTrue(all(series["points"] >= 1100 and "max" in series and "from" in series for series in listed))
        embedded = sum(len(series["v"][0]) for series in listed if "t" in series)
        self.assertLessEqual(embedded, 2_000_000)
        self.assertGreater(embedded, 1_990_000)
        said = f"the preview shows {without} series by their figures only"
        self.assertIn(said, made.err.decode())
        self.assertIn(said, json.dumps(data["notices"]))


class Lock(unittest.TestCase):
    """What npm is told."""

    def test_the_lock_has_hashes_and_no_addresses(self):
        with open(os.path.join(ROOT, "src", "preview", "package-lock.json"), encoding="utf-8") as file:
            text = file.read()
        packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
        self.assertTrue(packages)
        for name, entry in packages.items():
            self.assertTrue(entry["integrity"].startswith("sha512-"), name)
        self.assertNotIn("resolved", text)
        self.assertNotIn("://", text)


if __name__ == "__main__":
    unittest.main()
