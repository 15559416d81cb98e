"""What came out of a row, as lines of the table."""
import statistics

HEADER = f"{'row':11}{'what':46}{'wall s':>9}{'min':>9}{'max':>9}{'cpu s':>9}{'MB':>7}{'measured':>12}{'limit':>9}"


class Outcome:
    """The samples of a row, {title: Samples}, and the one value that has a limit; `unit` is of both."""

    def __init__(self, row, samples, value, unit=""):
        self.row, self.samples, self.value, self.unit = row, samples, value, unit

    def holds(self):
        """Whether the value is within its limit."""
        return self.value <= self.row.limit

    def __str__(self):
        lines = []
        for title, samples in self.samples.items():
            walls = [sample.wall for sample in samples]
            lines.append(f"{'' if lines else self.row.name:11}{title:46}{samples.wall():9.3f}{min(walls):9.3f}"
                         f"{max(walls):9.3f}{statistics.median(sample.cpu for sample in samples):9.3f}"
                         f"{samples.memory():7.0f}")
        value = f"{self.value:.{0 if self.unit else 2}f}{self.unit}"
        limit = f"{self.row.limit:g}{self.unit}"
        lines[0] += f"{value:>12}{limit:>9}  {'holds' if self.holds() else 'OVER'}"
        return "\n".join(lines)
