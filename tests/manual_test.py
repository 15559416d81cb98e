#!/usr/bin/env python3
"""What k6apm(1) shows is so: the jobs of continuous integration with a k6 that is played, the table of names at each
receiver, and every flag that is named."""
import json
import os
import re
import shutil
import subprocess
import textwrap
import unittest

import harness
import summaries
from receiver import Answer, Receiver, always

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUN = summaries.results_of("v2.2.0/shop-lite")
SCRIPT = """export const options = { cloud: { apm: [{ provider: 'prometheus', remoteWriteURL: '%s',
  credentials: { token: __ENV.TOKEN }, metrics: [%s] }] } };
"""
# Leaves the results of a real run where it is told, and ends with a status.
K6 = """#!/bin/sh
[ "$1" = run ] || exit 2
for word; do
  case $word in json=*) cp "$RESULTS" "${word#json=}" ;; esac
done
exit "$K6_STATUS"
"""
# With little patience: that of the manual is of minutes.
K6APM = """#!/bin/sh
exec "$PROGRAM" --retry-time 0.2 --progress never "$@"
"""


def page(name="k6apm.1"):
    """The page's source as text, its escapes resolved."""
    with open(os.path.join(ROOT, "man", name), encoding="utf-8") as file:
        text = file.read()
    return text.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")


def section(name):
    return re.search(rf"\n\.Sh {name}\n(.*?)(?=\n\.Sh )", page(), re.DOTALL).group(1)


def jobs():
    """The YAML of both, by the first line."""
    found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\.Ed\n", section("CONTINUOUS INTEGRATION"), re.DOTALL)
    return {text.split("\n", 1)[0]: text for text in found}


def block_scalar(yaml):
    """The text behind the one `|`, as YAML has it."""
    behind = re.search(r"\|\n(.*)\Z", yaml, re.DOTALL).group(1)
    indent = len(re.match(" *", behind).group())
    lines = []
    for line in behind.splitlines():
        if line and not line.startswith(" " * indent):
            break
        lines.append(line)
    return textwrap.dedent("\n".join(lines)) + "\n"


class Job(harness.Scratch):
    """Of one service; the scripts of both promise the same but for status 1."""

    def run_job(self, yaml, k6_status, url, metrics=""):
        """(status, what it said) of the script of the job, run as both services run it."""
        tools = os.path.join(self.scratch, "bin")
        os.makedirs(tools, exist_ok=True)
        for name, text in ("k6", K6), ("k6apm", K6APM):
            with open(os.path.join(tools, name), "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(file.name, 0o755)
        checkout = os.path.join(self.scratch, "checkout")
        shutil.rmtree(checkout, ignore_errors=True)
        os.mkdir(checkout)
        self.write("checkout/script.js", (SCRIPT % (url, metrics)).encode())
        self.write("job.sh", block_scalar(yaml).encode())
        env = harness.environment({"RESULTS": RUN, "K6_STATUS": str(k6_status), "PROGRAM": harness.program(),
                                   "TOKEN": "t0ken-of-the-test"})
        env["PATH"] = tools + ":" + env["PATH"]
        done = subprocess.run(["sh", "-e", os.path.join(self.scratch, "job.sh")], cwd=checkout, env=env, check=False,
                              capture_output=True, text=True, timeout=120)
        self.spool = os.path.join(checkout, "spool")
        return done.returncode, done.stdout + done.stderr

    def test_the_yaml_is_indented_as_it_has_to_be(self):
        self.assertEqual({"name: load test", "load test:"}, set(jobs()))
        for yaml in jobs().values():
            before = 0
            for line in yaml.splitlines():
                self.assertRegex(line, r"^(  )*[^ \t][^\t]*$")
                indent = len(re.match(" *", line).group())
                self.assertLessEqual(indent, before + 4, line)
                before = indent
            script = block_scalar(yaml).splitlines()
            begin = yaml[:yaml.index("|\n")].count("\n") + 1
            outside = yaml.splitlines()
            self.assertEqual(script, [line.strip() if not line else line[len(outside[begin]) - len(script[0]):]
                                      for line in outside[begin:begin + len(script)]])
            del outside[begin:begin + len(script)]
            for line in outside:
                self.assertRegex(line, r"^ *(- )?[A-Za-z][A-Za-z _-]*:( [^ ].*)?$|^ *- (\||[a-z]+/)$")
            syntax = subprocess.run(["sh", "-n"], input=block_scalar(yaml), text=True, check=False, capture_output=True)
            self.assertEqual((0, ""), (syntax.returncode, syntax.stderr))

    def test_the_results_are_delivered_whatever_became_of_the_test(self):
        for service, yaml in jobs().items():
            for k6_status in 0, 99, 107:
                with self.subTest(service=service, k6_status=k6_status), Receiver() as receiver:
                    status, said = self.run_job(yaml, k6_status, receiver.url)
                    self.assertEqual(k6_status, status, said)
                    self.assertGreater(sum(request.points() for request in receiver.requests), 40)

    def test_what_was_left_out_is_a_warning(self):
        for service, yaml in jobs().items():
            with self.subTest(service=service), Receiver() as receiver:
                status, said = self.run_job(yaml, 0, receiver.url, "'no_such_metric'")
                if "::warning::" in yaml:
                    self.assertEqual(0, status, said)
                    self.assertIn("::warning::", said)
                else:
                    self.assertEqual(1, status, said)
                    self.assertRegex(yaml, r"allow_failure:\n +exit_codes: 1\n")
                self.assertGreater(len(receiver.requests), 0)

    def test_what_is_not_delivered_is_kept(self):
        for service, yaml in jobs().items():
            with self.subTest(service=service):
                with Receiver(always(Answer(503))) as receiver:
                    status, said = self.run_job(yaml, 0, receiver.url)
                    self.assertEqual(5, status, said)
                    self.assertIn("not delivered", said)
                    self.assertRegex(yaml, r"path(s:\n +-|:) spool\b")
                    receiver.script = always(Answer())
                    before = len(receiver.requests)
                    script = os.path.join(self.scratch, "checkout", "script.js")
                    later = harness.run("--spool", self.spool, "-s", script, env={"TOKEN": "t0ken-of-the-test"})
                    self.assertEqual(0, later.status, later)
                    self.assertGreater(sum(request.points() for request in receiver.requests[before:]), 40)

    def test_a_login_that_is_refused_fails_the_job(self):
        for service, yaml in jobs().items():
            with self.subTest(service=service), Receiver(always(Answer(401))) as receiver:
                self.assertEqual(4, self.run_job(yaml, 0, receiver.url)[0])


class Shown(harness.Scratch):
    def test_every_flag_that_is_named_is_one(self):
        known = set(re.findall(r"--[a-z][a-z0-9-]*", harness.run("--help").out.decode()))
        self.assertGreater(len(known), 40)
        of_others = {"--out", "--no-thresholds", "--config", "--web", "--enable-feature", "--storage",
                     "--max-block-duration", "--array", "--parsable", "--dependency", "--wrap"}
        for name in "k6apm.1", "k6apm-apm.5":
            text = page(name)
            named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", text))
            named |= {"-" + flag for line in re.findall(r"^\.(?:It )?Fl .*", text, re.MULTILINE)
                      for flag in re.findall(r"(?<= )-[a-z][a-z0-9-]+", line)}
            self.assertEqual(set(), named - known - of_others, name)

    def names(self, provider, *flags):
        """Of the series that `provider` gets of a run."""
        block = {"provider": provider, "metrics": ["checks"], "remoteWriteURL": harness.NOWHERE, "apiKey": "k" * 32}
        out = os.path.join(self.scratch, provider + "".join(flags))
        result = harness.run(RUN, "--apm", json.dumps([block]), "-q", "-o", out, *flags)
        self.assertEqual(0, result.status, result)
        directory = os.path.join(out, "00-" + provider)
        bodies = sorted(os.path.join(directory, name) for name in os.listdir(directory) if name.endswith(".body"))
        decoded = harness.run("--decode", *bodies).out.decode()
        return set(re.findall(r"^([\w.]+)", decoded, re.MULTILINE))

    def test_the_names_at_each_receiver(self):
        text = page()
        tables = text[text.index(".Ss The same metric"):]
        tables = tables[:tables.index(".Ss Prometheus\n")]
        rows = [re.split(r" Ta ", row) for row in re.findall(r"^\.It (?!Sy)(.*)", tables, re.MULTILINE)]
        self.assertEqual(8, len(rows))
        arrived = [self.names("prometheus"), self.names("prometheus", "--names", "k6"), self.names("datadog")]
        for some, column, names in (rows[:4], 1, arrived[0]), (rows[:4], 2, arrived[1]), (rows[4:], 1, arrived[2]):
            for row in some:
                self.assertIn(row[column].split(" ")[0], names)


if __name__ == "__main__":
    unittest.main()
