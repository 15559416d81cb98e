"""Datadog's rules for names and tags, for the oracle.

Source: Datadog's manual, "Custom metrics properties" and "Getting started with tags"; the runs of `_` are folded as
Datadog's JMeter plugin does it. What surprises: tags are cut and lose what is at their end, so that two that differ may
become one, and one may end up without a value.
"""
import functools
import re
import unicodedata

LONGEST = 200  # characters of a name or a tag, the key among them
MOST_TAGS = 100  # of one series
SUFFIXES = {"avg": ".avg", "min": ".min", "med": ".median", "max": ".max", "count": ".count", "sum": ".sum"}


def normal_name(text):
    """A metric's name as Datadog takes it; empty where nothing is left."""
    text = re.sub(r"[^A-Za-z0-9_.]", "_", text)
    return re.sub(r"^[^A-Za-z]+", "", text)[:LONGEST]


def name_with(target, suffix):
    """A normal name with the suffix of a statistic: what is too long is cut before the suffix."""
    return target[:LONGEST - len(suffix)] + suffix


def suffix_of(stat):
    """The suffix of a Trend's statistic: p(99.9) -> .99.9percentile."""
    return SUFFIXES.get(stat) or "." + stat[2:-1] + "percentile"


def small(character):
    """One character in lower case, as one character: Python's own way makes two of the dotted capital I."""
    return character.lower()[0]


def may_stand_in_a_tag(character):
    """Letters and decimal digits of any script, and a few signs."""
    category = unicodedata.category(character)
    return category.startswith("L") or category == "Nd" or character in "_-:./"


@functools.cache
def normal_tag(key, value):
    """The text `key:value` as Datadog takes it, or None where the tag has no name, or one of nothing but `_`."""
    text = "".join(small(character) for character in f"{key}:{value}")
    text = "".join(character if may_stand_in_a_tag(character) else "_" for character in text)
    text = re.sub("_+", "_", text)[:LONGEST].rstrip("_:")
    return text if key_of(text).strip("_") else None


def key_of(tag):
    """What stands before the first colon."""
    return tag.partition(":")[0]


def in_byte_order(tags):
    """Sorted, each once."""
    return sorted(set(tags), key=lambda tag: tag.encode("utf-8"))


def tags_of_series(constant, kept):
    """All tags of a series: the constant ones, {key: value}, and of the run's, as pairs, those that have no name of a
    constant one; a sorted tuple of texts."""
    ours = in_byte_order(filter(None, (normal_tag(key, value) for key, value in constant.items())))
    taken = {key_of(tag) for tag in ours}
    others = in_byte_order(filter(None, (normal_tag(key, value) for key, value in kept)))
    others = [tag for tag in others if key_of(tag) not in taken]
    return tuple(sorted((ours + others)[:MOST_TAGS]))
