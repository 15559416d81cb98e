#!/usr/bin/env python3
"""Libraries that are loaded when they are needed: one that is missing holds up nothing but what needs it."""
import json
import os
import unittest

import harness
import summaries
from receiver import Receiver

RUN = summaries.results_of("v2.2.0/shop-lite")
ARCHIVE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "options", "forms", "archive.tar")


class MissingLibrary(harness.Scratch):
    def without(self, file):
        """An environment in which the library `file` cannot be loaded."""
        self.write(file, b"no library\n")
        return {"LD_LIBRARY_PATH": self.scratch}

    def test_libcurl_is_for_sending_only(self):
        env = self.without("libcurl.so.4")
        with Receiver() as receiver:
            block = ["--apm", json.dumps({"provider": "prometheus", "remoteWriteURL": receiver.url})]
            for flags in ["-n"], ["-o", self.scratch + "/out"], ["--check"]:
                with self.subTest(flags=flags):
                    result = harness.run(*([] if flags == ["--check"] else [RUN]), *block, *flags, env=env)
                    self.assertEqual(0, result.status, result)
            for flags in [], ["--spool", self.scratch + "/spool"]:
                with self.subTest(flags=flags):
                    result = harness.run(RUN, *block, *flags, env=env)
                    self.assertEqual(2, result.status, result)
                    self.assertIn("sending needs a library that cannot be loaded: ", result.err.decode())
                    self.assertIn("libcurl4", result.err.decode())
            self.assertEqual([], receiver.requests)

    def test_libarchive_is_for_archives_only(self):
        env = self.without("libarchive.so.13")
        result = harness.run("--check", "-s", ARCHIVE, env=env)
        self.assertEqual(2, result.status, result)
        self.assertIn("reading a k6 archive needs a library that cannot be loaded: ", result.err.decode())
        self.assertIn("libarchive13", result.err.decode())
        self.assertEqual(0, harness.run("--check", "-s", ARCHIVE).status)

    def test_the_version_says_which_is_missing(self):
        for file, name in ("libcurl.so.4", "curl"), ("libarchive.so.13", "libarchive"):
            with self.subTest(file=file):
                self.assertRegex(harness.run("--version").out.decode(), rf"\b{name} \d+\.\d+\.\d+\b")
                result = harness.run("--version", env=self.without(file))
                self.assertEqual(0, result.status, result)
                self.assertIn(f"{name} missing (", result.out.decode())


if __name__ == "__main__":
    unittest.main()
