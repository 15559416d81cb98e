"""Holds the JSON of a request of POST /api/v2/series against the schema that Datadog publishes.

Source: DataDog/datadog-api-client-go (Apache-2.0), .generator/schemas/v2/openapi.yaml, MetricPayload. What is not
official: members that the schema does not name are refused. What surprises: `type` is a number, and 0 is none.
"""
import json
import math

INT32, INT64 = 2**31, 2**63


def is_integer(bound):
    """A check for whole numbers of so many bits."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and -bound <= value < bound


def is_number(value):
    """A finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_text(value):
    """A string."""
    return isinstance(value, str)


def is_origin_code(value):
    """An int32 up to 1000."""
    return is_integer(INT32)(value) and value <= 1000


def list_of(check):
    """A check for lists. A check is a function or an object: {member: check}."""
    return ["list", check]


POINT = {"timestamp": is_integer(INT64), "value": is_number}
RESOURCE = {"name": is_text, "type": is_text}
ORIGIN = {"metric_type": is_origin_code, "product": is_origin_code, "service": is_origin_code}
SERIES = {"metric": is_text, "points": list_of(POINT), "type": lambda value: is_integer(INT32)(value) and 0 <= value <= 3,
          "interval": is_integer(INT64), "tags": list_of(is_text), "resources": list_of(RESOURCE), "unit": is_text,
          "source_type_name": is_text, "metadata": {"origin": ORIGIN}}
PAYLOAD = {"series": list_of(SERIES)}
REQUIRED = [(PAYLOAD, ["series"]), (SERIES, ["metric", "points"])]


def faults(value, check=None, where="body"):
    """Yields every place where `value` is not what the schema says."""
    check = PAYLOAD if check is None else check
    if isinstance(check, list):
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for number, element in enumerate(value):
            yield from faults(element, check[1], f"{where}[{number}]")
    elif isinstance(check, dict):
        if not isinstance(value, dict):
            yield f"{where} is no object"
            return
        for schema, names in REQUIRED:
            if schema is check:
                yield from (f"{where} has no {name}" for name in names if name not in value)
        for name, member in value.items():
            if name not in check:
                yield f"{where} has the unknown member {name}"
            else:
                yield from faults(member, check[name], f"{where}.{name}")
    elif not check(value):
        yield f"{where} is {value!r}"


def unique_members(pairs):
    """An object in which every name stands once."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a member twice: {names}")
    return dict(pairs)


def refuse_constant(name):
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


def parse(data):
    """Bytes of JSON in UTF-8 -> the payload; ValueError where it is no JSON, or breaks the schema."""
    payload = json.loads(data.decode("utf-8"), object_pairs_hook=unique_members, parse_constant=refuse_constant)
    found = list(faults(payload))
    if found:
        raise ValueError("; ".join(found[:5]))
    return payload
