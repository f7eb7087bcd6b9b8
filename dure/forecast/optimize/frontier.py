"""The frontier: plans of which none is better for citizens, for shops and against risk at once."""

from __future__ import annotations

from collections.abc import Sequence

from dure.forecast.optimize.measuring import WHOLE_BP, Measured
from dure.forecast.optimize.searching import Tried

Point = tuple[int, int, int, int]
"""(citizens_won, shops_won, risk of running out in bp, unspent in bp)."""


def frontier_of(tried: Sequence[Tried]) -> list[Point]:
    """The plans that no other beats, by what citizens get; all of one round, so on one set of
    futures."""
    points = sorted({point_of(one.measured) for one in tried}, reverse=True)
    return [point for point in points if not any(beats(other, point) for other in points)]


def point_of(measured: Measured) -> Point:
    """A plan as a point."""
    return (
        measured.citizens_won,
        measured.shops_won,
        WHOLE_BP - measured.lasts_bp,
        measured.unspent_bp,
    )


def beats(one: Point, other: Point) -> bool:
    """Whether one is at least as good in all three, and better in one of them."""
    better = (one[0] >= other[0], one[1] >= other[1], one[2] <= other[2])
    return all(better) and one[:3] != other[:3]
