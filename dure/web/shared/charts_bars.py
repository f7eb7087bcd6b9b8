"""Bars that are compared: before and after, planned and spent, months with their bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.web.shared.charts import Segment, bar_length
from dure.web.shared.charts_scale import UNITS, axis_of, percent_of
from dure.web.shared.charts_time import Mark


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bars of one scale: how long they are of 1,000, and whether the second is longer."""

    before: int
    after: int
    rises: bool
    falls: bool


def pairs(rows: Sequence[tuple[int, int]]) -> tuple[Pair, ...]:
    """One pair for each (before, after); all share the scale of the largest."""
    largest = max((value for row in rows for value in row), default=0)
    return tuple(
        Pair(
            bar_length(before, largest), bar_length(after, largest), after > before, after < before
        )
        for before, after in rows
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One month: what was paid (`is_actual`) or is expected, and between which bounds.

    Places and sizes in percent of the box; the bounds are empty where all is known.
    """

    at: str
    middle: str
    width: str
    top: str
    height: str
    is_actual: bool
    bound_top: str = ""
    bound_bottom: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns from left to right, with the heights that are marked."""

    columns: tuple[Column, ...]
    heights: tuple[Mark, ...]


def columns(rows: Sequence[tuple[int, int, int, bool]]) -> ColumnChart:
    """One column for each (low, middle, high, is actual), equally wide, from zero up."""
    axis = axis_of([value for low, middle, high, _ in rows for value in (low, middle, high)])
    step = UNITS // max(1, len(rows))
    drawn = []
    for place, (low, middle, high, is_actual) in enumerate(rows):
        top = axis.height(middle)
        left = place * step + step // 6
        drawn.append(
            Column(
                at=percent_of(left),
                middle=percent_of(place * step + step // 2),
                width=percent_of(max(1, step * 2 // 3)),
                top=percent_of(top),
                height=percent_of(UNITS - top),
                is_actual=is_actual,
                bound_top="" if is_actual else percent_of(axis.height(high)),
                bound_bottom="" if is_actual else percent_of(axis.height(low)),
            )
        )
    return ColumnChart(
        tuple(drawn), tuple(Mark(percent_of(axis.height(won)), won=won) for won in axis.marks)
    )


def filled(parts: Sequence[tuple[str, int]], whole: int, full: int = UNITS) -> tuple[Segment, ...]:
    """Parts end to end in a bar that stands for `whole`; what is left stays empty.

    Parts that add up to more than the whole fill it; one that is there is never shown as nothing.
    """
    segments: list[Segment] = []
    start = 0
    for name, size in parts:
        length = min(bar_length(size, max(whole, 1), full), full - start)
        if length > 0:
            segments.append(Segment(name, start, length))
            start += length
    return tuple(segments)
