"""Where numbers lie in a chart: axes with round marks, days with their months, shares of the box.

A plot is a box of 1,000 by 1,000 units that is stretched to whatever room there is; what must not
be stretched (texts, dots, marks) is placed in percent of the box.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

UNITS = 1_000
POINTS_MAX = 180
"""More points than this are not seen in a curve."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high` over the units of the box; `marks` are the round numbers shown."""

    low: int
    high: int
    marks: tuple[int, ...]

    def place(self, value: int) -> int:
        """How many units from the beginning; what lies beyond an end is put at it."""
        if self.high <= self.low:
            return 0
        return min(UNITS, max(0, (value - self.low) * UNITS // (self.high - self.low)))

    def height(self, value: int) -> int:
        """The same from above, as pictures count it."""
        return UNITS - self.place(value)


def axis_of(values: Iterable[int], *, marks: int = 4, from_zero: bool = True) -> Axis:
    """An axis that holds all values and ends at a round number; at most about `marks` marks."""
    known = list(values)
    low, high = min(known, default=0), max(known, default=0)
    if from_zero:
        low, high = min(0, low), max(0, high)
    step = _round_step(max(1, high - low), marks)
    first = low // step * step
    last = -(-high // step) * step
    if last <= first:
        last = first + step
    return Axis(first, last, tuple(range(first, last + 1, step)))


def _round_step(width: int, marks: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that divides the width into at most `marks` parts."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if factor * unit * marks >= width:
                return factor * unit
        unit *= 10


def percent_of(units: int) -> str:
    """A place in the box as an attribute of a picture: 432 units are "43.2%"."""
    whole, tenth = divmod(units, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


@dataclass(frozen=True, slots=True)
class Days:
    """Days along the lower edge, one step each; ISO dates, the first at the left edge."""

    days: tuple[str, ...]

    def place(self, position: int) -> int:
        """How many units from the left the day of this position lies."""
        return position * UNITS // max(1, len(self.days) - 1)

    def find(self, day: str | None) -> int | None:
        """The units of a day; None where it is not among them (before the first: the left edge)."""
        if day is None or not self.days or day > self.days[-1]:
            return None
        return self.place(self.before(day))

    def before(self, day: str) -> int:
        """How many days lie before one: ISO dates sort as days do."""
        return bisect_left(self.days, day)

    def months(self) -> tuple[tuple[int, str], ...]:
        """The units and the date of each month's first day."""
        return tuple(
            (self.place(position), day)
            for position, day in enumerate(self.days)
            if day.endswith("-01")
        )


def thinned(count: int, most: int = POINTS_MAX) -> Sequence[int]:
    """Positions of so many values that a curve needs: evenly spread, with the first and last."""
    if count <= most:
        return range(count)
    return [place * (count - 1) // (most - 1) for place in range(most)]


def line_path(points: Sequence[tuple[int, int]]) -> str:
    """A broken line as path data; empty without points."""
    return "M" + "L".join(f"{x} {y}" for x, y in points) if points else ""


def stair_path(points: Sequence[tuple[int, int]]) -> str:
    """A line that keeps its height until the next point, as money that comes at once."""
    if not points:
        return ""
    parts = [f"M{points[0][0]} {points[0][1]}"]
    height = points[0][1]
    for x, y in points[1:]:
        if y != height:
            parts.append(f"H{x}V{y}")
            height = y
    parts.append(f"H{points[-1][0]}")
    return "".join(parts)


def band_path(upper: Sequence[tuple[int, int]], lower: Sequence[tuple[int, int]]) -> str:
    """The area between two lines as path data; empty without points."""
    if not upper or not lower:
        return ""
    return f"{line_path(upper)}L{line_path(lower[::-1])[1:]}Z"
