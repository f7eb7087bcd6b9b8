"""Points between two axes: what every plan gives citizens and brings shops, and how risky it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.web.shared.charts_scale import axis_of, percent_of, thinned
from dure.web.shared.charts_time import Mark

POINTS_MAX = 400
_RIGHT_PART = 700


@dataclass(frozen=True, slots=True)
class Spot:
    """One point in percent of the box; `kind` says how risky it is, `name` is shown beside it."""

    x: str
    y: str
    kind: str
    name: str = ""
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Scatter:
    """All points, the named ones above the others, and the marks of both axes."""

    spots: tuple[Spot, ...]
    named: tuple[Spot, ...]
    widths: tuple[Mark, ...]
    heights: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """What a point stands for: the place on both axes, its kind, and a name or none."""

    across: int
    up: int
    kind: str
    name: str = ""


def scatter(points: Sequence[Point]) -> Scatter:
    """Lays the points between axes that just hold them; of too many nameless ones some are left
    out, evenly."""
    nameless = [point for point in points if not point.name]
    kept = [nameless[place] for place in thinned(len(nameless), POINTS_MAX)]
    across = axis_of([point.across for point in points], from_zero=False)
    up = axis_of([point.up for point in points], from_zero=False)

    def spot(point: Point) -> Spot:
        place = across.place(point.across)
        return Spot(
            percent_of(place),
            percent_of(up.height(point.up)),
            point.kind,
            point.name,
            place > _RIGHT_PART,
        )

    return Scatter(
        spots=tuple(map(spot, kept)),
        named=tuple(spot(point) for point in points if point.name),
        widths=tuple(
            Mark(percent_of(across.place(won)), won=won, is_minor=place % 2 == 1)
            for place, won in enumerate(across.marks)
        ),
        heights=tuple(Mark(percent_of(up.height(won)), won=won) for won in up.marks),
    )
