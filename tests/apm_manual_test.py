#!/usr/bin/env python3
"""The manual page of the apm block says what the program reads: every key, spelling, value and variable in the tables
of the sources stands in it and is taken, and so are its examples."""
import json
import os
import re
import unittest

import harness

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = "man/k6apm-apm.5"
VARIABLES = {"TOKEN": "t0ken-of-the-test", "DD_API_KEY": "k" * 32, "DD_APP_KEY": "a" * 40}
VALUES = {"metrics": ["vus"], "includeDefaultMetrics": False, "includeTestRunId": True, "resampleRate": 7,
          "remoteWriteURL": "http://localhost/write", "credentials": {"token": "t0ken-of-the-test"},
          "apiKey": "k" * 32, "appKey": "a" * 40, "region": "us5", "apiURL": "http://localhost"}
SHORTEST = {"prometheus": {"provider": "prometheus", "remoteWriteURL": "http://localhost/write"},
            "datadog": {"provider": "datadog", "apiKey": "k" * 32}}


def read_file(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def source(name):
    return read_file("src/apm/" + name)


def table(text, begin):
    """What stands between braces behind `begin`."""
    found = re.search(re.escape(begin) + r"\s*=\s*\{(.*?)\};", text, re.DOTALL)
    if not found:
        raise AssertionError(f"{begin} is not there any more")
    return found.group(1)


def words(text):
    return re.findall(r'"([^"]*)"', text)


def spellings(name):
    """[(spelling, meaning)] of a table of keys."""
    found = words(table(source("dialect.cpp"), f"constexpr Spelling {name}[]"))
    return list(zip(found[::2], found[1::2]))


def page():
    """The page's source as text, its escapes resolved."""
    text = read_file(PAGE)
    for escape, character in (("\\-", "-"), ("\\&", ""), ("\\(dq", '"'), ("\\(aq", "'"), ("\\(ga", "`"), ("\\e", "\\")):
        text = text.replace(escape, character)
    return text


class Page(harness.Scratch):
    text = page()

    def names(self, word):
        """The page has it as a word of its own, in a macro that sets it apart."""
        for line in self.text.splitlines():
            if re.match(r"\.(It Li|It Ev|Li|Ev)\b", line) and word in line.split()[1:]:
                return
        self.fail(f"{word} does not stand in {PAGE}")

    def check(self, block):
        """What --check says of the block, and the destinations of its report."""
        given = "@" + self.write("block.json", json.dumps(block).encode())
        return harness.run("--check", "--apm", given, "--json")

    def test_every_key(self):
        everywhere = spellings("common_keys")
        self.assertGreater(len(everywhere), 5)
        for provider in SHORTEST:
            keys = everywhere + spellings(provider + "_keys")
            for key, meaning in keys:
                if meaning == "provider":
                    continue
                with self.subTest(provider=provider, key=key):
                    self.names(key)
                    block = {name: value for name, value in SHORTEST[provider].items() if name != meaning}
                    result = self.check([{**block, key: VALUES[meaning], **(
                        {"metrics": ["vus"]} if meaning == "includeDefaultMetrics" else {})}])
                    self.assertEqual(0, result.status, result)
                    self.assertNotIn("unknown key", result.err.decode())
                    (read,) = json.loads(result.out)["options"]["apm"]
                    self.assertIn(key, read)

    def test_a_key_that_is_not_in_the_tables_is_seen(self):
        self.assertIn("unknown key resample", self.check([{**SHORTEST["prometheus"], "resample": 1}]).err.decode())
        with self.assertRaises(AssertionError):
            self.names("resample")

    def test_every_provider(self):
        names = words(re.sub(r'ProviderKind::\w+, "\w*"', "", table(source("dialect.cpp"),
                                                                    "constexpr ProviderName provider_names[]")))
        self.assertIn("datadogeu", names)
        for name in names:
            with self.subTest(provider=name):
                self.names(name)
                kind = "prometheus" if name == "prometheus" else "datadog"
                result = self.check([{**SHORTEST[kind], "provider": name}])
                self.assertEqual(0, result.status, result)

    def test_every_key_of_a_login(self):
        keys = words(table(source("dialect_prometheus.cpp"), "static const std::vector<std::string_view> keys"))
        self.assertIn("token", keys)
        for key in keys:
            with self.subTest(key=key):
                self.names(key)

    def test_every_region(self):
        regions = words(table(source("dialect_datadog.cpp"), "constexpr std::string_view regions[]"))
        self.assertGreater(len(regions), 8)
        for region in regions:
            with self.subTest(region=region):
                self.names(region)
                self.assertEqual(0, self.check([{**SHORTEST["datadog"], "region": region.upper()}]).status)
        sites = dict(re.findall(r'\{"([\w-]+)",\s*"([\w.-]+)"\}', read_file("src/providers/datadog_endpoint.cpp")))
        self.assertLessEqual(set(regions), set(sites))
        for region, site in sites.items():
            with self.subTest(region=region):
                self.assertRegex(self.text, rf"\n\.It Li [\w ,-]*\b{region}\b[\w ,-]* Ta {re.escape(site)}\n")

    def test_every_key_of_a_metric(self):
        keys = words(table(source("entries.cpp"), "static const std::vector<std::string_view> keys"))
        self.assertIn("keepTags", keys)
        for key in keys:
            with self.subTest(key=key):
                self.names(key)
                value = ["name"] if "eep" in key else "http_reqs"
                metric = {key: value} if "ource" in key else {"sourceMetric": "http_reqs", key: value}
                result = self.check([{**SHORTEST["prometheus"], "metrics": [metric]}])
                self.assertEqual((0, b""), (result.status, result.err), result)

    def test_every_default_metric(self):
        for name in words(table(source("entries.cpp"), "constexpr std::string_view default_metrics[]")):
            self.assertRegex(self.text, rf"\b{name}\b")

    def test_limits(self):
        text = source("dialect.cpp")
        limits = [re.search(rf"{name} = (\d+);", text).group(1) for name in ("min_resample_s", "max_resample_s")]
        self.assertIn("seconds, {} to {}:".format(*limits), self.text)
        most = int(re.search(r"k_most_values = ([\d']+);", source("block.cpp")).group(1).replace("'", ""))
        metrics = int(re.search(r"max_metrics = (\d+);", source("entries.cpp")).group(1))
        self.assertIn(f"at most {most:,} values, and a destination at most {metrics} metrics", self.text)

    def test_every_variable(self):
        text = source("dialect_environment.cpp")
        names = set(re.findall(r'(?:variable|take_\w+|note_variable|full_name)\("([A-Z0-9_]+)"', text)
                    + re.findall(r'"(SIGV4_\w+)"', text))
        self.assertGreater(len(names), 10)
        for name in names:
            with self.subTest(name=name):
                self.names("K6_PROMETHEUS_RW_" + name)

    def examples(self):
        """The literal displays of the page."""
        found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\.Ed\n", self.text, re.DOTALL)
        self.assertGreater(len(found), 5)
        return found

    def test_examples_are_taken_without_a_word(self):
        for text in self.examples():
            with self.subTest(text=text):
                if text.startswith("const") or text.startswith("export"):
                    given = ["-s", self.write("script.js", text.encode())]
                else:
                    given = ["--apm", "@" + self.write("block.json", text.encode())]
                result = harness.run("--check", *given, env=VARIABLES)
                self.assertEqual((0, b""), (result.status, result.err), result)
                self.assertNotIn(b"not used", result.out)

    def test_selectors_are_taken(self):
        selectors = re.findall(r"^\.It Li (http_reqs.*?|\{.*?\}) Ta ", self.text, re.MULTILINE)
        self.assertEqual(7, len(selectors))
        selectors += ['http_reqs{error_code=""}', "http_reqs{x=~'\\\\.css',} # x"]
        for selector in selectors:
            with self.subTest(selector=selector):
                result = self.check([{**SHORTEST["prometheus"], "metrics": [{"sourceMetric": selector, **(
                    {} if "__name__" in selector else {"targetMetric": "t"})}]}])
                self.assertEqual((0, b""), (result.status, result.err), result)


if __name__ == "__main__":
    unittest.main()
