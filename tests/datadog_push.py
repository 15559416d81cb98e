"""Pushes runs to the fake of Datadog and holds what arrived against the model."""
import json
import time

import datadog_model
import harness
from datadog_intake import API_KEY, APP_KEY, Intake
from result_writers import JsonLines, Metric, Point

QUICKLY = ["--retry-time", "8", "--timeout", "5"]
BY_NAME = {"includeDefaultMetrics": False, "resampleRate": 1,
           "metrics": [{"sourceMetric": "http_reqs", "keepTags": ["name"]}]}


def block(to, **more):
    """One Datadog destination; `to` is an Intake or a URL."""
    return dict({"provider": "datadog", "apiKey": API_KEY, "appKey": APP_KEY, "apiURL": getattr(to, "url", to)}, **more)


def without_app_key(to, **more):
    """One that may only send."""
    return {key: value for key, value in block(to, **more).items() if key != "appKey"}


def push(blocks, files, *flags, timeout=60, env=None):
    """Runs the tool with a report. `blocks` is a block or a list of them."""
    return harness.run(*files, "--apm", json.dumps(blocks), "--json", *flags, timeout=timeout, env=env)


def now_s():
    """Whole seconds."""
    return int(time.time())


class PushTest(harness.Scratch):
    """With runs of a few points near the present."""

    def write_run(self, metrics, points, name="run.json"):
        """A JSON of [Metric] and [(metric, time in s, value, tags)]; returns its path."""
        writer = JsonLines()
        lines = [writer.head(metrics)]
        lines += [writer.row(Point(metric, round(time_s * 10**9), value, tags)) for metric, time_s, value, tags in points]
        return self.write(name, b"".join(lines))

    def run_by_name(self, names, seconds, first_s=None, name="by-name.json"):
        """A run for BY_NAME: one point a second of every name; by default it has just ended."""
        first_s = now_s() - seconds if first_s is None else first_s
        return self.write_run([Metric("http_reqs", "counter")], [
            ("http_reqs", first_s + second, second + i + 1, {"name": f"n{i}"})
            for second in range(seconds) for i in range(names)], name)

    def account(self, result, status, state, index=0, **wanted):
        """The exit status and a report that adds up; `wanted` are members of the destination, which is returned."""
        self.assertEqual(result.status, status, str(result))
        report = result.report()
        harness.check_sums(self, report)
        self.assertEqual(report["exit_status"], status)
        destination = report["destinations"][index]
        self.assertEqual((destination["provider"], destination["status"]), ("datadog", state), str(result))
        for member, value in wanted.items():
            self.assertEqual(destination[member], value, f"{member}\n{result}")
        return destination

    def delivered(self, result, intake, expected, status=0):
        """Everything arrived, nothing else, and nothing was against the rules."""
        self.assertEqual(intake.problems, [], str(result))
        self.assertEqual(datadog_model.differences(expected.series, intake.stored()), [], str(result))
        return self.account(result, status, "delivered", series=len(expected.series), points=expected.points(),
                            points_delivered=expected.points(), points_refused=0, points_kept=0)

    def words(self, result, destination=None):
        """Everything that was said to people and in the report, as one text."""
        said = result.err.decode()
        if destination is not None:
            said += "\n" + "\n".join([destination["error"] or ""] + destination["warnings"])
        return said + "\n" + "\n".join(result.report()["warnings"])

    def stored_points(self, intake):
        """How many."""
        return sum(len(series.points) for series in intake.stored().values())


def replay_intake(script=None, **more):
    """One that takes points of any time."""
    return Intake(script, takes_all_times=True, **more)

