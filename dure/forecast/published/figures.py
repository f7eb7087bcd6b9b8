"""Figures over time, of payments or members: read, checked against each other, never mended.

A figure that cannot be right is left out and noted; one that is doubtful keeps a larger error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from dure.forecast.published.noted import Flaw, Noted, noted

_ERRORS: Final = {
    "audited": 0.002,
    "reported": 0.005,
    "reported-corrected": 0.02,
    "reported-rounded": 0.02,
    "derived": 0.03,
    "estimate": 0.06,
}
"""The relative standard error of a figure by its status, beside that of its rounding; assumed."""
_STANDING: Final = list(_ERRORS)
_SAME: Final = 0.0005
_TENFOLD: Final = (5.5, 18.0)
_SUDDEN_ERROR: Final = 0.7
_CONFLICT_ERROR: Final = 0.02
_MONTHLIKE_DAYS: Final = 45
_NEAR_DAYS: Final = 75


class Figure(NamedTuple):
    """A sum over the days from `start` to before `until`; `known` is when it was published.

    `running` marks one that counts from the programme's beginning, or a level (members) reached by
    the last day.
    """

    file: str
    row: int
    start: date
    until: date
    value: float
    running: bool
    status: str
    known: date
    error: float

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.until - self.start).days

    @property
    def each_day(self) -> float:
        """The mean of a day."""
        return self.value / self.days


def error_of(status: str, value_in_units: float) -> float:
    """The relative standard error of a figure: its status, and the digits that it was told in."""
    rounding = 0.0
    whole = round(value_in_units)
    if whole and abs(value_in_units - whole) < 1e-9:
        unit = 1
        while whole % (unit * 10) == 0:
            unit *= 10
        rounding = unit / whole / math.sqrt(12)
    return math.hypot(_ERRORS.get(status, _ERRORS["estimate"]), min(rounding, 0.1))


def is_status(status: str) -> bool:
    """Whether the word is one of the known standings."""
    return status in _ERRORS


def checked(figures: Sequence[Figure]) -> tuple[list[Figure], list[Noted]]:
    """The figures that can be used, by day, and notes on those that cannot."""
    kept, notes = _once(sorted(figures, key=lambda f: (f.until, f.start, f.row)))
    running = [f for f in kept if f.running]
    single = [f for f in kept if not f.running]
    running, more = _rising(running)
    notes += more
    single, more = _of_one_size(single, running)
    notes += more
    return sorted([*running, *single], key=lambda f: (f.until, f.start, f.row)), notes


def _once(figures: Sequence[Figure]) -> tuple[list[Figure], list[Noted]]:
    """One figure for each period: the one of the best standing, of two the earlier published."""
    notes: list[Noted] = []
    best: dict[tuple[date, date, bool], Figure] = {}
    for figure in sorted(figures, key=lambda f: (_STANDING.index(_standing(f)), f.known, f.row)):
        key = (figure.start, figure.until, figure.running)
        other = best.setdefault(key, figure)
        if other is figure:
            continue
        if abs(other.value / figure.value - 1) <= _SAME:
            notes.append(noted(figure.file, figure.row, Flaw.DUPLICATE, other=other.row))
            continue
        words = {"other": other.row, "theirs": _plain(other.value), "own": _plain(figure.value)}
        notes.append(noted(figure.file, figure.row, Flaw.CONFLICT, **words))
        wider = max(other.error, min(0.3, abs(math.log(other.value / figure.value)) / 2))
        if _is_tenfold(figure.value / other.value):
            wider = other.error  # the other is the misprint
        best[key] = other._replace(error=wider)
    return list(best.values()), notes


def _standing(figure: Figure) -> str:
    return figure.status if figure.status in _ERRORS else "estimate"


def _rising(running: Sequence[Figure]) -> tuple[list[Figure], list[Noted]]:
    """Cumulative figures that never fall; one far above those after it is the misprint."""
    notes: list[Noted] = []
    kept: list[Figure] = []
    ordered = sorted(running, key=lambda f: (f.until, f.row))
    for place, figure in enumerate(ordered):
        after = [f.value for f in ordered[place + 1 :]]
        below = [v for v in after if v < figure.value * (1 - _SAME)]
        tenth = figure.value / 10
        if len(below) >= 1 and len(below) * 2 >= len(after) and after:
            before = kept[-1].value if kept else 0.0
            if before <= tenth * 1.05 and tenth <= min(after) * 1.05:
                words = {"own": _plain(figure.value), "times": 10}
                notes.append(noted(figure.file, figure.row, Flaw.TENFOLD, **words))
                continue
        if kept and figure.value < kept[-1].value * (1 - 2 * kept[-1].error - 2 * figure.error):
            words = {
                "own": _plain(figure.value),
                "other": kept[-1].row,
                "theirs": _plain(kept[-1].value),
            }
            notes.append(noted(figure.file, figure.row, Flaw.CUMULATIVE_FALLS, **words))
            continue
        kept.append(figure)
    return kept, notes


def _of_one_size(
    single: Sequence[Figure], running: Sequence[Figure]
) -> tuple[list[Figure], list[Noted]]:
    """Figures of months without those that are about ten times, or a tenth of, all around them."""
    notes: list[Noted] = []
    kept: list[Figure] = []
    monthlike = [f for f in single if f.days <= _MONTHLIKE_DAYS]
    monthlike += [f for f in differenced(running)[0] if f.days <= _NEAR_DAYS]
    for figure in single:
        if figure.days > _MONTHLIKE_DAYS:
            kept.append(figure)
            continue
        times, sides = _beside(figure, monthlike)
        words = {"own": _plain(figure.value), "times": f"{times:.2g}"}
        if not _is_tenfold(times):
            kept.append(figure)
        elif sides == 2:
            notes.append(noted(figure.file, figure.row, Flaw.TENFOLD, **words))
        else:
            notes.append(noted(figure.file, figure.row, Flaw.SUDDEN, **words))
            kept.append(figure._replace(error=max(figure.error, _SUDDEN_ERROR)))
    return kept, notes


def _beside(figure: Figure, others: Sequence[Figure]) -> tuple[float, int]:
    """How many times the nearest figures a figure is (the side on which it differs less), and on
    how many sides there are any. What covers the same days counts as both sides."""
    same = [
        f
        for f in others
        if (f.file, f.row) != (figure.file, figure.row)
        and min(f.until, figure.until) - max(f.start, figure.start)
        > 0.6 * timedelta(days=max(f.days, figure.days))
    ]
    if same:
        return figure.each_day / same[0].each_day, 2
    before = [f for f in others if timedelta(0) <= figure.start - f.until < _near()]
    after = [f for f in others if timedelta(0) <= f.start - figure.until < _near()]
    ratios = []
    if before:
        ratios.append(figure.each_day / max(before, key=lambda f: f.until).each_day)
    if after:
        ratios.append(figure.each_day / min(after, key=lambda f: f.start).each_day)
    if not ratios:
        return 1.0, 0
    if len(ratios) == 2 and (ratios[0] - 1) * (ratios[1] - 1) < 0:
        return 1.0, 2
    return min(ratios, key=lambda r: abs(math.log(r))), len(ratios)


def _near() -> timedelta:
    return timedelta(days=_NEAR_DAYS)


def _is_tenfold(times: float) -> bool:
    low, high = _TENFOLD
    return low <= times <= high or low <= 1 / times <= high


def differenced(running: Sequence[Figure]) -> tuple[list[Figure], list[Noted]]:
    """What came between following cumulative figures, with the error of the difference."""
    found = []
    ordered, notes = _rising(running)
    for before, after in pairwise(ordered):
        came = after.value - before.value
        if came <= 0 or after.until <= before.until or after.start != before.start:
            continue
        error = math.hypot(before.value * before.error, after.value * after.error) / came
        found.append(
            after._replace(start=before.until, value=came, running=False, error=error,
                           known=max(before.known, after.known))
        )  # fmt: skip
    return found, notes


def gaps(figures: Sequence[Figure]) -> list[Noted]:
    """Stretches of a week or more between the first and the last figure that nothing covers."""
    covered = [f for f in figures if not f.running]
    covered += differenced([f for f in figures if f.running])[0]
    notes = []
    reached: Figure | None = None
    for figure in sorted(covered, key=lambda f: f.start):
        if reached is not None and (figure.start - reached.until).days >= 7:
            words = {
                "start": reached.until,
                "until": figure.start - timedelta(days=1),
                "days": (figure.start - reached.until).days,
            }
            notes.append(noted(figure.file, figure.row, Flaw.GAP, **words))
        if reached is None or figure.until > reached.until:
            reached = figure
    return notes


def _plain(value: float) -> str:
    return f"{round(value):,}"


def widened(figure: Figure) -> Figure:
    """The figure with the larger error of one whose source notes other values."""
    return figure._replace(error=math.hypot(figure.error, _CONFLICT_ERROR))
