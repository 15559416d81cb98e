"""Reads OpenMetrics text with times, by the letter of the specification (OpenMetrics 1.0.0) as far as counters, gauges and
unknown metrics go, and by the rules of promtool's backfilling on top: every sample has a time, and those of a series
ascend."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+) (-?[0-9]+(?:\.[0-9]{{1,3}})?)")
ABOUT = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?")
SUFFIXES = {"counter": ["_total"], "gauge": [""], "unknown": [""]}  # of samples
CLAIMED = {"counter": ["", "_total", "_created"], "gauge": [""], "unknown": [""]}  # names of no other family
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


class Wrong(Exception):
    """What is wrong, with the line."""


def unescaped(text):
    """The value that an escaped text stands for."""
    return re.sub(r"\\.", lambda found: ESCAPES[found.group()], text)


def labels_of(text):
    """`a="1",b="2"` as a sorted tuple."""
    pairs = [(name, unescaped(value)) for name, value in re.findall(LABEL, text or "")]
    if len({name for name, _ in pairs}) < len(pairs) or any(name == "__name__" for name, _ in pairs):
        raise Wrong(f"labels {text}")
    return tuple(sorted(pairs))


class Text:
    """`series` is {(name, labels): [(time in ms, value)]}, `types` and `units` are by family, `family_of` by name."""

    def __init__(self, data):
        text = data.decode("utf-8")
        if not text.endswith("\n"):
            raise Wrong("no newline at the end")
        lines = text[:-1].split("\n")
        if lines[-1] != "# EOF" or "# EOF" in lines[:-1]:
            raise Wrong("# EOF is not the last line, or not once")
        self.series, self.types, self.units, self.helps, self.family_of = {}, {}, {}, {}, {}
        self.family, self.claimed, self.last_key = None, set(), None
        for number, line in enumerate(lines[:-1], 1):
            try:
                self.take_about(line) if line.startswith("#") else self.take_sample(line)
            except Wrong as wrong:
                raise Wrong(f"line {number}: {wrong}: {line[:200]}") from None
        sampled = set(self.family_of.values())
        if sampled != set(self.types):
            raise Wrong(f"families without samples: {set(self.types) - sampled}")

    def take_about(self, line):
        """A line that begins with #."""
        found = ABOUT.fullmatch(line)
        if not found:
            raise Wrong("no TYPE, UNIT or HELP")
        what, family, value = found.groups()
        if what == "TYPE":
            if family in self.types or value not in SUFFIXES:
                raise Wrong("a family twice, or no type")
            names = {family + suffix for suffix in CLAIMED[value]}
            if names & self.claimed:
                raise Wrong("the family's names clash with those of another")
            self.claimed |= names
            self.types[family], self.family = value, family
            return
        known = self.units if what == "UNIT" else self.helps
        if family != self.family or family in known or family in self.family_of.values():
            raise Wrong("out of place, or twice")
        if what == "UNIT" and not family.endswith("_" + value):
            raise Wrong("the unit is no suffix of the name")
        if what == "HELP" and not re.fullmatch(r'([^\\"]|\\[\\"n])*', value):
            raise Wrong("help is not escaped")
        known[family] = value

    def take_sample(self, line):
        """NAME{LABELS} VALUE TIME"""
        found = SAMPLE.fullmatch(line)
        if not found:
            raise Wrong("no sample")
        name, labels, value, time = found.group(1), found.group(2), found.groups()[-2], found.groups()[-1]
        kind = self.types.get(self.family)
        if kind is None or name not in [self.family + suffix for suffix in SUFFIXES[kind]]:
            raise Wrong(f"no sample of family {self.family}")
        if not NUMBER.fullmatch(value):
            raise Wrong("no finite number")
        key, value = (name, labels_of(labels)), float(value)
        if key != self.last_key and key in self.series:
            raise Wrong("the samples of a series do not stand together")
        samples = self.series.setdefault(key, [])
        seconds, _, fraction = time.partition(".")
        time_ms = int(seconds) * 1000 + int(seconds.startswith("-") and "-" + fraction.ljust(3, "0")
                                            or fraction.ljust(3, "0"))
        if samples and samples[-1][0] >= time_ms:
            raise Wrong("times do not ascend")
        if kind == "counter" and value < (samples[-1][1] if samples else 0):
            raise Wrong("a counter falls")
        samples.append((time_ms, value))
        self.family_of[name], self.last_key = self.family, key
