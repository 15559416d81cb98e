"""Which point goes to which exported series: the apm block, read the slow and obvious way for the oracle.

Only simple selectors are understood: NAME, NAME{tag="value"}, {__name__=~"..."}, with =, !=, =~ and !~ and
double-quoted values. A tag that a point lacks is the empty string; regular expressions are anchored and their dot
matches a newline.
"""
import functools
import re

DEFAULT_METRICS = ["data_sent", "data_received", "http_req_duration", "http_reqs", "iterations", "vus"]
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
MATCHER = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*,?')
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"'}


def unescape(text):
    """The escapes that the tests use."""
    return re.sub(r"\\(.)", lambda found: ESCAPES[found.group(1)], text, flags=re.DOTALL)


def parse_selector(text):
    """A selector -> list of (tag name, operator, value), the metric's name being the tag __name__."""
    matchers = []
    name = NAME.match(text)
    rest = text
    if name:
        matchers.append(("__name__", "=", name.group()))
        rest = text[name.end():]
    rest = rest.strip()
    if rest:
        if rest[0] != "{" or rest[-1] != "}":
            raise ValueError(f"selector {text!r}")
        rest = rest[1:-1]
        while rest.strip():
            found = MATCHER.match(rest)
            if not found:
                raise ValueError(f"selector {text!r} at {rest!r}")
            matchers.append((found.group(1), found.group(2), unescape(found.group(3))))
            rest = rest[found.end():]
    return matchers


def holds(matcher, value):
    """Whether one matcher accepts a value."""
    _, operator, wanted = matcher
    if operator == "=":
        return value == wanted
    if operator == "!=":
        return value != wanted
    matched = re.fullmatch(wanted, value, re.DOTALL) is not None
    return matched if operator == "=~" else not matched


class Entry:
    """One exported metric of the block: selector, target, tags that stay. `prefix` is what names get by default."""

    def __init__(self, entry, keep_tags, prefix="k6_"):
        self.prefix = prefix
        if isinstance(entry, str):
            entry = {"sourceMetric": entry}
        source = entry["sourceMetric"]
        if source.startswith("k6."):
            source = source[3:]
        self.source = source
        self.matchers = parse_selector(source)
        self.keep = entry.get("keepTags", keep_tags)
        names = [value for tag, operator, value in self.matchers if (tag, operator) == ("__name__", "=")]
        self.metric = names[0] if names else None
        self.explicit_target = entry.get("targetMetric")

    def seen(self, tags, metadata):
        """What this entry sees of a point: the tags, and the metadata that it asks for by name; a tag hides metadata
        of its name, but for an empty one, which is no tag."""
        asked = {tag for tag, _, _ in self.matchers} | (set() if self.keep == "all" else set(self.keep))
        seen = {key: value for key, value in metadata.items() if key in asked}
        seen.update((key, value) for key, value in tags.items() if value)
        return seen

    @functools.cache
    def takes_name(self, metric):
        """Whether points of this metric can be selected."""
        return all(holds(matcher, metric) for matcher in self.matchers if matcher[0] == "__name__")

    def takes(self, metric, tags):
        """Whether this point is selected."""
        return self.takes_name(metric) and all(
            holds(matcher, tags.get(matcher[0], "")) for matcher in self.matchers if matcher[0] != "__name__")

    def target(self, metric):
        """The exported name without suffix."""
        return self.explicit_target or self.prefix + metric

    def can_make(self, target):
        """Whether this entry exports something under this name."""
        if self.explicit_target or self.metric:
            return target == self.target(self.metric)
        return target.startswith(self.prefix) and self.takes_name(target[len(self.prefix):])

    def kept(self, tags):
        """The tags that stay, as a sorted tuple; empty values are no tags."""
        return tuple(sorted((key, value) for key, value in tags.items()
                            if value and (self.keep == "all" or key in self.keep)))


class Block:
    """One destination."""

    def __init__(self, apm, keep_tags=(), prefix="k6_"):
        if isinstance(apm, list):
            apm = apm[0]
        self.window_s = int(apm.get("resampleRate", 3))
        self.include_test_run_id = bool(apm.get("includeTestRunId", False))
        self.entries = [Entry(entry, keep_tags, prefix) for entry in apm.get("metrics", [])]
        if apm.get("includeDefaultMetrics", True):
            self.entries += [Entry(name, keep_tags, prefix) for name in DEFAULT_METRICS]

    @functools.cache
    def target_of(self, index, metric):
        """The name under which entry `index` exports this metric, or None where it does not. Of two entries with one
        target the earlier wins; the defaults come last."""
        entry = self.entries[index]
        if not entry.takes_name(metric):
            return None
        target = entry.target(metric)
        if any(earlier.can_make(target) for earlier in self.entries[:index]):
            return None
        return target

    @functools.cache
    def exports(self, metric):
        """Whether anybody could want points of this metric, whether or not its name can be exported."""
        return any(self.target_of(index, metric) for index in range(len(self.entries)))
