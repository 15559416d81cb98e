#!/usr/bin/env python3
"""Holds README.md to what the program says: its recipes run, and its picture is what a terminal shows.

    K6APM=build/release/src/k6apm python3 tests/readme_test.py [--update]

With --update outputs and picture are written anew. A recipe is a block of commands (`$ `, gone on with `> `) and what
they print, on both streams. `cat FILE` makes the file. Where the README sends to localhost:9090 or to Datadog, a played
receiver listens. Recipes that say `now` have other figures each time: these are not compared, words are.
"""
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
import unittest

import harness
import terminal_picture
from datadog_intake import API_KEY, APP_KEY, Intake
from receiver import Receiver

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
README, PICTURE = os.path.join(ROOT, "README.md"), os.path.join(ROOT, "man", "k6apm.svg")
ABOUT = "What k6apm would send of the results of three load generators, and what became of it when it was sent"
RESULTS = os.path.join(ROOT, "testdata", "v2.2.0", "shop-lite", "results.json.gz")
GENERATORS = os.path.join(ROOT, "testdata", "segments", "no-instance-tag", "instance-%d", "results.json.gz")
PROMETHEUS_URL = "http://localhost:9090/api/v1/write"
DATADOG_REGION = '"region": "eu"'
MARK = "\x1e"
# Does what k6 does where a threshold is crossed: leaves the results where it is told, and ends with 99.
K6 = """#!/bin/sh
for word; do
  case $word in json=*) cp "$RESULTS" "${word#json=}" ;; esac
done
exit 99
"""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Recipe:
    """A block: `steps` are [command as it stands, what is printed]."""

    def __init__(self, text):
        self.steps = []
        for line in text.splitlines():
            if line.startswith("$ "):
                self.steps.append([line, []])
            elif line.startswith("> ") and not self.steps[-1][1]:
                self.steps[-1][0] += "\n" + line
            else:
                self.steps[-1][1].append(line)

    @staticmethod
    def command(step):
        """As a shell takes it."""
        return "\n".join(line[2:] for line in step[0].split("\n"))

    def text(self):
        return "".join("\n".join([command, *shown]) + "\n" for command, shown in self.steps)


def blocks(readme):
    """The places of what stands in the blocks of commands."""
    return [found.span(1) for found in re.finditer(r"^```console\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)]


class Kitchen:
    """Where recipes run: a directory with testdata/, k6apm and a k6, and the receivers."""

    def __init__(self, directory):
        self.directory, self.receiver, self.intake = directory, Receiver(), Intake()
        os.mkdir(os.path.join(directory, "bin"))
        os.symlink(harness.program(), os.path.join(directory, "bin", "k6apm"))
        os.symlink(os.path.join(ROOT, "testdata"), os.path.join(directory, "testdata"))
        with open(os.path.join(directory, "bin", "k6"), "w", encoding="utf-8") as file:
            file.write(K6)
        os.chmod(file.name, 0o755)
        self.environment = harness.environment({"RESULTS": RESULTS, "DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY})
        self.environment["PATH"] = os.path.join(directory, "bin") + ":" + self.environment["PATH"]

    def close(self):
        self.receiver.close()
        self.intake.close()

    def to_here(self, text):
        """With the played receivers in the place of the README's."""
        return text.replace(PROMETHEUS_URL, self.receiver.url).replace(DATADOG_REGION, f'"apiURL": "{self.intake.url}"')

    def from_here(self, text):
        return text.replace(self.receiver.url, PROMETHEUS_URL).replace(self.intake.url, "https://api.datadoghq.eu")

    def cook(self, recipe):
        """A recipe with what its commands really print."""
        script = "set --\n"
        cooked = Recipe("")
        for step in recipe.steps:
            command = recipe.command(step)
            made = re.fullmatch(r"cat ([\w.]+)", command)
            if made:
                with open(os.path.join(self.directory, made.group(1)), "w", encoding="utf-8") as file:
                    file.write(self.to_here("\n".join(step[1]) + "\n"))
                continue
            script += f"printf '{MARK}'\n{self.to_here(command)}\n"
        done = subprocess.run(["sh", "-c", script], cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        shown = self.from_here(done.stdout.decode()).split(MARK)[1:]
        for step in recipe.steps:
            keeps = step[0].startswith("$ cat ") and "|" not in step[0]
            cooked.steps.append([step[0], step[1] if keeps else shown.pop(0).splitlines()])
        return cooked


def cooked_readme(kitchen):
    """The README, its recipes with what their commands print."""
    readme = read(README)
    pieces, at = [], 0
    for begin, end in blocks(readme):
        pieces += [readme[at:begin], kitchen.cook(Recipe(readme[begin:end])).text()]
        at = end
    return "".join(pieces) + readme[at:]


def on_terminal(command, kitchen):
    """What a terminal of 100 columns shows of it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    environment = {name: value for name, value in kitchen.environment.items() if name != "NO_COLOR"}
    environment["TERM"] = "xterm-256color"
    shown = b""
    with subprocess.Popen(["sh", "-c", command + " --progress never"], stdin=theirs, stdout=theirs, stderr=theirs,
                          cwd=kitchen.directory, env=environment) as running:
        os.close(theirs)
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    if running.returncode != 0:
        raise AssertionError(f"{command}: status {running.returncode}\n{shown.decode()}")
    return kitchen.from_here(shown.decode())


def picture(kitchen):
    """Of the first two commands that a person types. script.js is that of the recipes."""
    for number in 1, 2, 3:
        shutil.copy(GENERATORS % number, os.path.join(kitchen.directory, f"generator-{number}.json.gz"))
    commands = [f"k6apm generator-*.json.gz -s script.js{flag}" for flag in (" -n", "")]
    return terminal_picture.svg([(command, on_terminal(command, kitchen)) for command in commands], ABOUT)


def without_figures(text):
    """Of recipes that say `now` only words and places."""
    parts = []
    at = 0
    for begin, end in blocks(text):
        block = text[begin:end]
        parts += [text[at:begin], re.sub(r"\d+(\.\d+)?", "#", block) if " now" in block else block]
        at = end
    return "".join(parts) + text[at:]


class Readme(harness.Scratch):
    def setUp(self):
        super().setUp()
        self.kitchen = Kitchen(self.scratch)
        self.addCleanup(self.kitchen.close)

    def test_recipes(self):
        """They print what the README shows, and what they send arrives."""
        self.maxDiff = None
        readme = read(README)
        self.assertGreater(len(blocks(readme)), 6)
        cooked = cooked_readme(self.kitchen)
        self.assertEqual(without_figures(readme), without_figures(cooked),
                         "README.md is stale: python3 tests/readme_test.py --update")
        for word in "error:", "not found", "No such file":
            for begin, end in blocks(readme):
                self.assertNotIn(word, readme[begin:end])
        self.assertGreater(len(self.kitchen.receiver.requests), 2)
        self.assertGreater(len(self.kitchen.intake.stored()), 10)
        self.assertEqual([], self.kitchen.intake.problems)
        # A spool that is delivered says again what it said.
        delivered = re.findall(r"(?<!sent\n)\[0\] prometheus delivered: (\d+) of \1 points", cooked)
        self.assertEqual(sum(map(int, delivered)), sum(request.points() for request in self.kitchen.receiver.requests))

    def test_picture(self):
        self.kitchen.cook(Recipe(read(README)[slice(*blocks(read(README))[0])]))
        self.assertEqual(read(PICTURE), picture(self.kitchen), "man/k6apm.svg is stale: readme_test.py --update")

    def test_what_is_drawn(self):
        drawn = terminal_picture.svg([("x <y>", "a\x1b[1;33mb\x1b[0m  c & d\r\n")], "t")
        self.assertRegex(drawn, r'<text x="14" y="28" [^>]*>\$ x &lt;y&gt;</text>')
        self.assertRegex(drawn, r'y="47" textLength="8.43">a</text>')
        self.assertRegex(drawn, r'y="47" [^>]*fill="#e5c07b" font-weight="bold">b</text>')
        self.assertRegex(drawn, r'<text x="47.72" y="47" [^>]*"42.15">c &amp; d</text>')
        for bad in "\x1b[48;5;1mx", "a\rb", "\x1b[Kx":
            with self.assertRaises(ValueError):
                terminal_picture.svg([("x", bad)], "t")

    def test_a_recipe_that_prints_something_else_is_seen(self):
        recipe = Recipe("$ cat a.txt\none\n$ grep one a.txt\ntwo\n$ (exit 3); echo $?\n0\n")
        self.assertEqual("$ cat a.txt\none\n$ grep one a.txt\none\n$ (exit 3); echo $?\n3\n",
                         self.kitchen.cook(recipe).text())

    def test_links_lead_somewhere(self):
        for name in "README.md", "src/README.md", "tests/README.md", "tests/bench/README.md":
            for target in re.findall(r"\]\(([^)#:]+)\)", read(os.path.join(ROOT, name))):
                self.assertTrue(os.path.exists(os.path.join(ROOT, os.path.dirname(name), target)), f"{name}: {target}")


def update():
    """Writes README.md and the picture anew."""
    import tempfile
    with tempfile.TemporaryDirectory() as directory:
        kitchen = Kitchen(directory)
        try:
            readme, drawn = cooked_readme(kitchen), picture(kitchen)
        finally:
            kitchen.close()
    for path, text in (README, readme), (PICTURE, drawn):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
    else:
        unittest.main()
