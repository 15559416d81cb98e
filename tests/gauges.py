"""What a Gauge's value is in a window, where one or several files have values of it."""

ADD_UP = ("vus", "vus_max")  # a load generator sees only its own virtual users


def last_value(points):
    """The value of the latest time; in one file the later line, between files the larger value."""
    newest = max(point.time_ns for point in points)
    last_of_file = {}
    for point in sorted(points, key=lambda point: point.place):
        if point.time_ns == newest:
            last_of_file[point.file] = point.value
    return max(last_of_file.values())


def values_of_files(windows):
    """[(start, points)] -> [(start, values)]: every file counts with its latest value, from the first to the last
    window in which it has points."""
    by_file = {}
    for start, inside in windows:
        for number in {point.file for point in inside}:
            value = last_value([point for point in inside if point.file == number])
            by_file.setdefault(number, []).append((start, value))
    found = []
    for start, _ in windows:
        found.append((start, [[value for when, value in history if when <= start][-1] for history in by_file.values()
                              if history[0][0] <= start <= history[-1][0]]))
    return found


def merge(metric, windows, how, add):
    """[(start, points)] -> [(start, value)]. `how` is what --merge-gauges says: sum, last, max, or None; `add` adds
    values up."""
    if how is None:
        how = "sum" if metric in ADD_UP else "last"
    if how == "last":
        return [(start, last_value(inside)) for start, inside in windows]
    return [(start, {"sum": add, "max": max}[how](values)) for start, values in values_of_files(windows)]
