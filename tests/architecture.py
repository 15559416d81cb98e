#!/usr/bin/env python3
"""Holds the house to its plan: who may include whom, where threads start, how long a file may be, how it may be called.

The rules are tried on made-up files first, so that a rule which no longer finds anything fails too.
"""
import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# What each room may include of our own, as prefixes of the included path. Files directly in src/ that are no part of a
# room: notice, error, shared_library and parallel belong to all who list them, thread to parallel alone; main, run, plan, times, connections,
# ways_out and sending see everything.
ALLOWED = {
    "text": ["text/"],
    "series": ["series/"],
    "k6": ["k6/", "series/", "text/", "notice.hpp", "error.hpp", "parallel.hpp"],
    "script": ["script/", "text/", "notice.hpp", "error.hpp"],
    "evaluation": ["evaluation/", "script/", "text/", "notice.hpp", "error.hpp"],
    "apm": ["apm/", "evaluation/", "script/", "text/", "notice.hpp", "error.hpp", "shared_library.hpp"],
    "providers": ["providers/", "apm/cloud_keys.hpp", "apm/destination.hpp", "apm/http_header.hpp", "apm/secret.hpp", "series/", "text/", "notice.hpp", "error.hpp", "parallel.hpp"],
    "delivery": ["delivery/", "providers/", "text/", "apm/secret.hpp", "notice.hpp", "error.hpp", "shared_library.hpp"],
    "cli": ["cli/", "apm/", "delivery/", "k6/", "providers/", "series/", "text/", "notice.hpp", "error.hpp", "parallel.hpp"],
    "preview": ["preview/", "cli/progress.hpp", "cli/report.hpp", "k6/rfc3339.hpp", "providers/body_contents.hpp"],
    "notice.hpp": [],
    "error.hpp": ["notice.hpp"],
    "interruption.hpp": ["error.hpp"],
    "shared_library.hpp": [],
    "shared_library.cpp": ["shared_library.hpp", "error.hpp"],
    "parallel.hpp": [],
    "parallel.cpp": ["parallel.hpp", "heap.hpp", "thread.hpp"],
    "thread.hpp": [],
    "thread.cpp": ["thread.hpp"],
    "heap.hpp": [],
    "heap.cpp": ["heap.hpp"],
}
SEES_EVERYTHING = {"main.cpp", "run.cpp", "run.hpp", "plan.cpp", "plan.hpp", "missing.cpp", "missing.hpp", "times.cpp", "times.hpp", "ways_out.cpp", "ways_out.hpp",
                   "block_source.cpp", "block_source.hpp", "thresholds.cpp", "thresholds.hpp", "test_run.cpp", "test_run.hpp",
                   "sending.cpp", "sending.hpp", "connections.cpp", "connections.hpp",
                   "overlap.cpp", "overlap.hpp", "spooling.cpp", "spooling.hpp", "spool_identity.cpp", "spool_identity.hpp",
                   "spool_report.cpp", "spool_report.hpp", "partial_output.cpp", "partial_output.hpp",
                   "previewing.cpp", "previewing.hpp", "tag_costs.cpp", "tag_costs.hpp"}
SERIES_LIBRARIES = ["fmt/"]  # series is pure maths
LONGEST_FILE = 400
VAGUE_NAMES = {"util", "utils", "common", "helper", "helpers", "manager", "misc"}
THREADS = re.compile(r"std::(?:jthread|async)\b|std::thread\b(?!::hardware_concurrency|::id)|\bpthread_create\b")
# In two parts, so that this file does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w.])/" + r"(?:home|work|root)/[\w.]|/tmp/" + r"bash")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/', re.DOTALL)


def room_of(path):
    """`src/k6/gather.hpp` is of `k6`, `src/run.cpp` of `run.cpp`."""
    return path.split("/")[1]


def include_faults(path, text):
    """Includes that the room may not have."""
    room = room_of(path)
    if room in SEES_EVERYTHING:
        return
    if room not in ALLOWED:
        yield f"{path}: {room} is no room of the plan"
        return
    for bracket, name in INCLUDE.findall(text):
        ours = bracket == '"'
        if ours and not any(name == prefix or (prefix.endswith("/") and name.startswith(prefix)) for prefix in ALLOWED[room]):
            yield f'{path}: may not include "{name}"'
        foreign = not ours and ("/" in name or name.endswith(".h")) and not name.startswith(tuple(SERIES_LIBRARIES))
        if room == "series" and foreign:
            yield f"{path}: may not include <{name}>: series is pure maths"


def source_faults(path, text):
    """Everything that is wrong with one file of src/."""
    yield from include_faults(path, text)
    if path != "src/thread.cpp" and THREADS.search(COMMENT.sub("", text)):
        yield f"{path}: starts a thread; only src/parallel.cpp does, by src/thread.cpp"
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{path}: {lines} lines, {LONGEST_FILE} are allowed"


def name_faults(path):
    """Names that say nothing."""
    for part in path.split("/"):
        if part.split(".")[0].lower() in VAGUE_NAMES:
            yield f"{path}: the name {part} says nothing"


def faults(files):
    """Everything that is wrong with {path: text}."""
    found = []
    for path, text in sorted(files.items()):
        found += name_faults(path)
        if MACHINE_PATHS.search(text):
            found.append(f"{path}: names a path of one machine: {MACHINE_PATHS.search(text).group()}")
        if path.startswith("src/") and path.endswith((".cpp", ".hpp")):
            found += source_faults(path, text)
    return found


def tracked_text():
    """{path: text} of every file that is, or would be, committed; real runs in testdata are not our text."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, check=False)
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:  # a source archive
        names = [os.path.relpath(os.path.join(directory, name), ROOT) for directory, _, found in os.walk(ROOT)
                 for name in found if "/build" not in directory and "/.git" not in directory]
    files = {}
    for name in names:
        path = os.path.join(ROOT, name)
        if not name or name.startswith("testdata/") or not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            content = file.read()
        if b"\0" not in content:
            files[name] = content.decode("utf-8", "replace")
    return files


class Rules(unittest.TestCase):
    """Made-up files with one fault each, and near misses without."""

    def test_faults_are_found(self):
        for path, text, part in (
                ("src/series/a.cpp", '#include "k6/json_line.hpp"', "may not include"),
                ("src/series/a.cpp", '#include "notice.hpp"', "may not include"),
                ("src/series/a.cpp", "#include <simdjson.h>", "pure maths"),
                ("src/series/a.cpp", "#include <nlohmann/json.hpp>", "pure maths"),
                ("src/series/a.cpp", "#include <unistd.h>", "pure maths"),
                ("src/k6/a.cpp", '#include "providers/provider.hpp"', "may not include"),
                ("src/k6/a.cpp", '#include "apm/secret.hpp"', "may not include"),
                ("src/series/a.cpp", '#include "text/utf8.hpp"', "may not include"),
                ("src/text/a.cpp", '#include "series/series.hpp"', "may not include"),
                ("src/k6/a.hpp", '  #  include "cli/job.hpp"', "may not include"),
                ("src/apm/a.cpp", '#include "series/rule.hpp"', "may not include"),
                ("src/apm/a.cpp", '#include "parallel.hpp"', "may not include"),
                ("src/providers/a.cpp", '#include "apm/options.hpp"', "may not include"),
                ("src/providers/a.cpp", '#include "k6/json_line.hpp"', "may not include"),
                ("src/providers/a.cpp", '#include "delivery/outcome.hpp"', "may not include"),
                ("src/delivery/a.cpp", '#include "apm/destination.hpp"', "may not include"),
                ("src/delivery/a.cpp", '#include "series/series.hpp"', "may not include"),
                ("src/cli/a.cpp", '#include "run.hpp"', "may not include"),
                ("src/cli/a.cpp", '#include "plan.hpp"', "may not include"),
                ("src/parallel.cpp", '#include "error.hpp"', "may not include"),
                ("src/attic/a.cpp", "", "no room"),
                ("src/k6/a.cpp", "std::thread t;", "starts a thread"),
                ("src/cli/a.cpp", "std::vector<std::jthread> t;", "starts a thread"),
                ("src/run.cpp", "auto x = std::async(f);", "starts a thread"),
                ("src/parallel.cpp", "std::jthread t;", "starts a thread"),
                ("src/k6/a.cpp", '#include "thread.hpp"', "may not include"),
                ("src/delivery/a.cpp", "pthread_create(&t, nullptr, f, nullptr);", "starts a thread"),
                ("src/k6/a.cpp", "\n" * 401, "401 lines"),
                ("src/k6/utils.hpp", "", "says nothing"),
                ("tests/unit/common/a.hpp", "", "says nothing"),
                ("tests/helpers.py", "", "says nothing"),
                ("README.md", "see /" + "home/me/x", "path of one machine"),
                ("tests/a.py", "open('/" + "work/x')", "path of one machine"),
                ("src/k6/a.cpp", "// /tmp/" + "bash_jobs", "path of one machine")):
            with self.subTest(path=path, text=text[:60]):
                found = faults({path: text})
                self.assertEqual(len(found), 1, found)
                self.assertIn(part, found[0])
                self.assertIn(path, found[0])

    def test_nothing_else_is_a_fault(self):
        self.assertEqual([], faults({
            "src/series/a.cpp": '#include "series/series.hpp"\n#include <fmt/format.h>\n#include <vector>\n',
            "src/k6/a.cpp": '#include "k6/b.hpp"\n#include "series/rule.hpp"\n#include "error.hpp"\n#include <simdjson.h>\n',
            "src/apm/a.cpp": '#include "apm/b.hpp"\n#include "notice.hpp"\n#include <re2/re2.h>\n',
            "src/providers/a.cpp": '#include "apm/secret.hpp"\n#include "apm/destination.hpp"\n#include "series/series.hpp"\n',
            "src/delivery/a.cpp": '#include "providers/payload.hpp"\n#include "apm/secret.hpp"\n#include <curl/curl.h>\n',
            "src/cli/a.cpp": '#include "apm/options.hpp"\n#include "k6/gather.hpp"\n#include "delivery/outcome.hpp"\n',
            "src/run.cpp": '#include "plan.hpp"\nauto n = std::thread::hardware_concurrency(); // std::jthread\n',
            "src/parallel.cpp": '#include "parallel.hpp"\n#include "thread.hpp"\n',
            "src/thread.cpp": '#include "thread.hpp"\nauto x = pthread_create(&t, nullptr, f, nullptr);\n',
            "src/k6/long.cpp": "\n" * 400,
            "src/k6/commonplace.cpp": "// http://x/" + "work/y is no path of a machine\n",
            "tests/a.md": "/" + "homes and framework/ and /dev/null\n"}))

    def test_the_house_keeps_its_rules(self):
        files = tracked_text()
        self.assertGreater(len([path for path in files if path.startswith("src/")]), 50)
        self.assertEqual([], faults(files))


if __name__ == "__main__":
    sys.exit(unittest.main())
