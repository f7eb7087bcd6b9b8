"""Curves and bands along days: what was, what is planned, and between which bounds it may come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.web.shared.charts_scale import (
    POINTS_MAX,
    UNITS,
    Axis,
    Days,
    axis_of,
    band_path,
    line_path,
    percent_of,
    stair_path,
    thinned,
)

_RIGHT_PART = 620
"""From here on a label stands left of its mark, so that it does not run out of the picture."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A line or an area as path data in the box; `kind` says what it is and how it looks."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis in percent; `day` or `won` is what lies there.

    `is_minor` marks are left out where there is little room; `is_right` ones have their label left.
    """

    at: str
    day: str = ""
    won: int = 0
    is_minor: bool = False
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Days from a place on, in percent of the width."""

    kind: str
    at: str
    width: str


@dataclass(frozen=True, slots=True)
class TimeChart:
    """All that a picture along days shows; the box is 1,000 by 1,000 units."""

    shapes: tuple[Shape, ...]
    months: tuple[Mark, ...]
    heights: tuple[Mark, ...]
    today: Mark | None = None
    run_out: Mark | None = None
    spans: tuple[Span, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(shape.path for shape in self.shapes)


@dataclass(frozen=True, slots=True)
class Series:
    """Values from a day on, one for each following day."""

    kind: str
    first_day: str
    values: Sequence[int]
    is_stair: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Two bounds from a day on, one pair for each following day."""

    kind: str
    first_day: str
    low: Sequence[int]
    high: Sequence[int]


def time_chart(
    days: Days,
    series: Sequence[Series],
    bands: Sequence[Band] = (),
    *,
    today: str | None = None,
    run_out: str | None = None,
    run_out_bounds: Sequence[tuple[str, str | None, str | None]] = (),
    height: Axis | None = None,
    points: int = POINTS_MAX,
) -> TimeChart:
    """Lays series and bands over the days; bands lie below, in the order given.

    `run_out_bounds` are (kind, from day, until day); a bound of None reaches to the edge. Without
    `height` the axis begins at zero and holds all values; charts side by side share one. A curve
    is drawn through at most so many `points`.
    """
    axis = height or height_of(series, bands)
    shapes = [Shape(band.kind, _band(days, band, axis, points)) for band in bands]
    shapes += [Shape(one.kind, _series(days, one, axis, points)) for one in series]
    marks = days.months()
    every = max(1, len(marks) // 6)
    return TimeChart(
        shapes=tuple(shapes),
        months=tuple(
            Mark(percent_of(at), day=day, is_minor=place % (2 * every) != 0)
            for place, (at, day) in enumerate(marks)
            if place % every == 0
        ),
        heights=tuple(Mark(percent_of(axis.height(won)), won=won) for won in axis.marks),
        today=_mark(days, today),
        run_out=_mark(days, run_out),
        spans=tuple(
            span
            for kind, low, high in run_out_bounds
            if (span := _span(days, kind, low, high)) is not None
        ),
    )


def height_of(series: Sequence[Series], bands: Sequence[Band] = ()) -> Axis:
    """The axis that holds all values of some series and bands."""
    values = [value for one in series for value in one.values]
    values += [value for band in bands for bounds in (band.low, band.high) for value in bounds]
    return axis_of(values)


def _series(days: Days, series: Series, axis: Axis, most: int) -> str:
    points = _points(days, series.first_day, series.values, axis, most)
    return stair_path(points) if series.is_stair else line_path(points)


def _band(days: Days, band: Band, axis: Axis, most: int) -> str:
    return band_path(
        _points(days, band.first_day, band.high, axis, most),
        _points(days, band.first_day, band.low, axis, most),
    )


def _points(
    days: Days, first_day: str, values: Sequence[int], axis: Axis, most: int
) -> list[tuple[int, int]]:
    """The values from their first day on, as far as the days go."""
    before = days.before(first_day)
    count = min(len(values), len(days.days) - before)
    return [
        (days.place(before + position), axis.height(values[position]))
        for position in thinned(max(0, count), most)
    ]


def _mark(days: Days, day: str | None) -> Mark | None:
    place = days.find(day)
    if place is None:
        return None
    return Mark(percent_of(place), day=day or "", is_right=place > _RIGHT_PART)


def _span(days: Days, kind: str, low: str | None, high: str | None) -> Span | None:
    begins = days.find(low)
    if begins is None:
        return None
    ends = days.find(high)
    width = (UNITS if ends is None else ends) - begins
    return Span(kind, percent_of(begins), percent_of(max(1, width)))
