"""Writes results in every spelling that a reader has to take, chosen at random: JSON as no k6 writes it all at once, but
as some k6, or a tool that it passed through, writes each part of it.

Sources: RFC 8259; grafana/k6, output/json, 0.20 to 2.x (thresholds as strings or objects, tainted, sub, null tags,
any zone, 0 to 9 decimals, exponents).
"""
import decimal
import json

from result_writers import JsonLines, local_time

YEARS = range(1678, 2262)
ZONES = ["Z", "+00:00", "-00:00", "-03:30", "+05:30", "+14:00", "-12:00", "+00:01", "-23:59"]
UNKNOWN = ['null', 'true', '-0.5e-3', '""', '[]', '{}', '{"metric":"no","type":"Metric","data":{"value":9}}',
           '"\\"},\\"metric\\":\\"no\\",{"', '[1,[2,{"tags":{"a":"no"}}],"]}"]', "[" * 300 + "]" * 300,
           '{"a":' * 300 + "1" + "}" * 300]
# Stands in a tag's value for bytes that are no UTF-8.
BROKEN = "\ue000"
BROKEN_BYTES = [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\xc0\xaf", b"\xe2\x82", b"\xf5\x80\x80\x80"]


class OddJsonLines(JsonLines):
    """One writer per file. `oddity` from 0 (as k6 writes it) to 1 (nothing is)."""

    def __init__(self, random, oddity):
        self.random, self.oddity = random, oddity

    def odd(self, share=1.0):
        """Whether to be odd here."""
        return self.random.random() < self.oddity * share

    def string(self, text):
        """Characters as they are, or escaped though they need not be."""
        if not self.odd():
            return json.dumps(text, ensure_ascii=self.random.random() < 0.2)
        out = ""
        for char in text:
            if char == "/" and self.odd():
                out += "\\/"
            elif self.odd(0.3) and char != BROKEN:
                code = json.dumps(char)[1:-1] if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
                out += code if self.random.random() < 0.5 else code.upper().replace("\\U", "\\u")
            else:
                out += json.dumps(char, ensure_ascii=False)[1:-1]
        return f'"{out}"'

    def number(self, value):
        """Any spelling of this double."""
        shortest = k6_number(value)
        if not self.odd():
            return shortest
        exact = decimal.Decimal(value)
        spellings = [shortest, repr(value).removesuffix(".0"), format(value, ".17g"), format(value, ".16e"),
                     format(value, ".16E"), format(exact, "f"), format(exact, "e")]
        if value == int(value) and abs(value) < 1e22:
            spellings += [f"{int(value)}.0", f"{int(value)}.000e0", f"{int(value)}E+00", f"{10 * int(value)}e-1"]
        spelling = self.random.choice(spellings)
        return "-" + spelling if value == 0 and spelling[0] != "-" and self.odd(0.2) else spelling

    def time(self, time_ns):
        """Any zone, any number of decimals that holds it."""
        seconds, ns = divmod(time_ns, 10**9)
        fraction = f".{ns:09}".rstrip("0").rstrip(".")
        if not self.odd():
            return local_time(seconds, fraction)
        if len(fraction) < 10 and self.odd():
            fraction = (fraction or ".").ljust(self.random.randint(max(len(fraction), 2), 10), "0")
        zone = self.random.choice(ZONES)
        offset = 0 if zone == "Z" else (int(zone[1:3]) * 3600 + int(zone[4:]) * 60) * (1 if zone[0] == "+" else -1)
        text = local_time(seconds + offset, fraction, zone)
        return text if int(text[:4]) in YEARS else local_time(seconds, fraction)

    def blank(self):
        """Between two tokens."""
        return self.random.choice(["", " ", "\t", "  \t ", "\r"]) if self.odd(0.3) else ""

    def object(self, members):
        """`members` are pairs of a name and JSON; of equal names the order stays."""
        body = ",".join(f"{self.blank()}{self.string(name)}{self.blank()}:{self.blank()}{value}{self.blank()}"
                        for name, value in members)
        return "{" + (body or self.blank()) + "}"

    def shuffled(self, members):
        """In another order, with members that nobody knows."""
        members = list(members)
        if self.odd(0.3):
            members.append((self.random.choice(["x", "Type", "sub", "parent", "tainted", "data.time", ""]),
                            self.random.choice(UNKNOWN)))
        if self.odd():
            self.random.shuffle(members)
        return members

    def texts(self, texts):
        """An object of strings; a name may stand twice, the last counts."""
        members = [(name, self.string(value)) for name, value in texts.items()]
        if self.odd():
            self.random.shuffle(members)
        if members and self.odd(0.2):
            members.insert(0, (self.random.choice(members)[0], self.string("not this one")))
        return self.object(members)

    def line(self, kind, name, data):
        """A whole line."""
        members = [("metric", self.string(name)), ("type", self.string(kind)), ("data", self.object(self.shuffled(data)))]
        if kind == "Metric" or self.odd(0.3):
            members = [members[1], members[2], members[0]]
        return self.blank() + self.object(self.shuffled(members)) + self.blank() + "\n"

    def metric(self, metric):
        thresholds = [[], ["p(95)<2000"], [{"threshold": "rate>0.5", "abortOnFail": True, "delayAbortEval": None}]]
        submetrics = [None, [], [{"name": metric.name + "{a:b}", "suffix": "a:b", "tags": {"a": "b"}, "parent": "x"}]]
        data = [("name", self.string(metric.name)), ("type", self.string(metric.kind)),
                ("contains", self.string(metric.contains))]
        if self.odd():
            data.append(("tainted", "null"))
        data += [("thresholds", json.dumps(self.random.choice(thresholds))),
                 ("submetrics", json.dumps(self.random.choice(submetrics)))]
        if self.odd():
            data.append(("sub", '{"name":"","parent":"","suffix":"","tags":null}'))
        return self.line("Metric", metric.name, data)

    def row(self, point):
        data = [("time", self.string(self.time(point.time_ns))), ("value", self.number(point.value))]
        if point.tags or not self.odd():
            data.append(("tags", self.texts(point.tags)))
        elif self.odd():
            data.append(("tags", "null"))
        if point.metadata or self.odd(0.1):
            data.append(("metadata", self.texts(point.metadata)))
        pieces = self.line("Point", point.metric, data).encode().split(BROKEN.encode())
        out = pieces[0]
        for piece in pieces[1:]:
            out += self.random.choice(BROKEN_BYTES) + piece
        return out


def k6_number(value):
    """As Go's encoding/json: no exponent between 1e-6 and 1e21."""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value)) if value or str(value)[0] != "-" else "-0"
    return repr(value)
