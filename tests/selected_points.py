"""Which points of a run an apm block exports, by the series that they belong to, read from the raw lines: what the
oracles of all providers begin with."""
import k6_lines
import k6_types


class SelectedPoints:
    """The exported points of some files. A subclass says with can_name() and kept() what its provider takes.

    block              an apm_rules.Block
    groups             (number of the entry, metric, kept tags) -> points
    inputs, types      the k6_lines.Input of each file, the k6_types.Types of all
    left_out, unnamed  the metrics without a type, and those that cannot be named
    first_ns, last_ns  of all exported points, after the move of the whole run by `shift_ns`
    account            what became of the points, as in the report
    """

    def __init__(self, files, block, from_ns=None, to_ns=None, metric_types=None, thresholds=None):
        self.block = block
        self.left_out, self.unnamed = set(), set()
        self.first_ns = self.last_ns = None
        self.shift_ns = 0
        self.inputs = [k6_lines.Input(path, number, block.exports) for number, path in enumerate(files)]
        self.types = k6_types.Types([source.types for source in self.inputs], metric_types, thresholds)
        reasons = ("other_metrics", "untyped", "not_selected", "out_of_range")
        self.account = {"read": 0, "exported": 0, "left_out": dict.fromkeys(reasons, 0)}
        self.groups = self.group(from_ns, to_ns)

    def can_name(self, target):
        """Whether the provider takes a series of this name."""
        raise NotImplementedError

    def kept(self, entry, seen):
        """The tags of the exported series of a point, as something that can be a key."""
        raise NotImplementedError

    def selected_by(self, point):
        """The entries that select a point: [(number, target, the tags that the entry sees)]."""
        found = []
        for index, entry in enumerate(self.block.entries):
            target = self.block.target_of(index, point.metric)
            if target is None:
                continue
            seen = entry.seen(point.tags, point.metadata)
            if entry.takes(point.metric, seen):
                found.append((index, target, seen))
        return found

    def group(self, from_ns, to_ns):
        """Puts every point into the series it belongs to, and counts what became of it."""
        groups = {}
        left_out = self.account["left_out"]
        self.account["read"] = sum(source.all_points for source in self.inputs)
        left_out["other_metrics"] = self.account["read"] - sum(len(source.points) for source in self.inputs)
        for point in (point for source in self.inputs for point in source.points):
            outside = ((from_ns is not None and point.time_ns < from_ns)
                       or (to_ns is not None and point.time_ns >= to_ns))
            is_typed = self.types.of(point.metric) is not None
            selected = self.selected_by(point)
            if not is_typed:
                left_out["untyped"] += 1
            elif not selected:
                left_out["not_selected"] += 1
            elif outside:
                left_out["out_of_range"] += 1
            else:
                self.account["exported"] += 1
            if outside:
                continue
            for index, target, seen in selected:
                if not self.can_name(target):
                    self.unnamed.add(point.metric)
                elif not is_typed:
                    self.left_out.add(point.metric)
                else:
                    key = (index, point.metric, self.kept(self.block.entries[index], seen))
                    groups.setdefault(key, []).append(point)
        return groups

    def move(self, start_at_ns, end_at_ns):
        """Moves the whole run in time, so that its first or last exported point is where it was asked."""
        times = [point.time_ns for points in self.groups.values() for point in points]
        if not times:
            return
        if start_at_ns is not None:
            self.shift_ns = start_at_ns - min(times)
        if end_at_ns is not None:
            self.shift_ns = end_at_ns - max(times)
        self.first_ns, self.last_ns = min(times) + self.shift_ns, max(times) + self.shift_ns

    def windows(self, points):
        """Cuts points into windows: sorted [(start in s, points)]."""
        windows = {}
        for point in points:
            second = (point.time_ns + self.shift_ns) // 10**9
            windows.setdefault(second - second % self.block.window_s, []).append(point)
        return sorted(windows.items())
