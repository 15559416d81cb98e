"""Times as k6 writes them, as whole nanoseconds since the Unix epoch.

Source: grafana/k6, output/json and output/csv (K6_CSV_TIME_FORMAT). What surprises: a CSV does not say which of the
six formats it has; the number of digits tells them apart.
"""
import datetime
import re

TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
UNIX = re.compile(r"-?([0-9]{1,19})")
EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()
FIRST_NS = (datetime.date(1678, 1, 1).toordinal() - EPOCH_DAY) * 86400 * 10**9
END_NS = (datetime.date(2262, 1, 1).toordinal() - EPOCH_DAY) * 86400 * 10**9


def parse_time(text):
    """RFC 3339 -> nanoseconds since the Unix epoch."""
    found = TIME.fullmatch(text)
    if not found:
        raise ValueError(f"time {text!r}")
    year, month, day, hour, minute, second = (int(found.group(i)) for i in range(1, 7))
    seconds = (datetime.date(year, month, day).toordinal() - EPOCH_DAY) * 86400 + hour * 3600 + minute * 60 + second
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"time {text!r}")
    zone = found.group(8)
    if zone != "Z":
        if int(zone[1:3]) > 23 or int(zone[4:6]) > 59:
            raise ValueError(f"time {text!r}")
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return seconds * 10**9 + int((found.group(7) or "").ljust(9, "0"))


def parse_csv_time(text):
    """A timestamp of a CSV, whichever format it has -> nanoseconds since the Unix epoch."""
    found = UNIX.fullmatch(text)
    if not found:
        return parse_time(text)
    digits = len(found.group(1))
    unit = 10**9 if digits <= 11 else 10**6 if digits <= 14 else 10**3 if digits <= 17 else 1
    return int(text) * unit


def check_range(time_ns):
    """Refuses what a point cannot have: a time outside of the years 1678 to 2261."""
    if not FIRST_NS <= time_ns < END_NS:
        raise ValueError(f"time {time_ns} ns")
    return time_ns


def format_time(time_ns):
    """RFC 3339 in UTC."""
    seconds, fraction = divmod(time_ns, 10**9)
    days, second = divmod(seconds, 86400)
    date = datetime.date.fromordinal(days + EPOCH_DAY).isoformat()
    decimals = f".{fraction:09}".rstrip("0") if fraction else ""
    return f"{date}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{decimals}Z"
