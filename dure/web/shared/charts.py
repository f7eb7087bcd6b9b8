"""Geometry of our own SVG charts: numbers in, coordinates out. No text, no color, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CURVE_WIDTH = 600
CURVE_HEIGHT = 120
_HEADROOM = 10


@dataclass(frozen=True, slots=True)
class Curve:
    """A line and the area under it as SVG path data in a box of 600 by 120, and its last point."""

    line: str
    area: str
    last_x: int
    last_y: int


def curve(values: Sequence[int]) -> Curve:
    """Draws the values from left to right, equally far apart; the largest touches the headroom."""
    if len(values) < 2:
        values = [0, 0] if not values else [values[0], values[0]]
    top = max(*values, 1)
    last = len(values) - 1
    points = [
        (
            position * CURVE_WIDTH // last,
            CURVE_HEIGHT - value * (CURVE_HEIGHT - _HEADROOM) // top,
        )
        for position, value in enumerate(values)
    ]
    line = "M" + "L".join(f"{x} {y}" for x, y in points)
    area = f"{line}L{CURVE_WIDTH} {CURVE_HEIGHT}L0 {CURVE_HEIGHT}Z"
    return Curve(line, area, *points[-1])


def bar_length(part: int, whole: int, full: int = 1000) -> int:
    """How long a bar is of `full`; something that is there is never shown as nothing."""
    if whole <= 0 or part <= 0:
        return 0
    return min(full, max(full // 100, part * full // whole))


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar: where it begins and how long it is, and what it stands for."""

    name: str
    start: int
    length: int


def stacked(parts: Sequence[tuple[str, int]], full: int = 1000) -> tuple[Segment, ...]:
    """Lays the parts end to end so that together they fill the bar exactly; zeros are left out."""
    whole = sum(size for _, size in parts)
    segments = []
    before = 0
    for name, size in parts:
        if size <= 0:
            continue
        start = before * full // whole
        before += size
        segments.append(Segment(name, start, before * full // whole - start))
    return tuple(segments)


def heat(value: int, largest: int, steps: int = 5) -> int:
    """The shade of a tile: 0 for nothing up to `steps - 1` for the largest."""
    if value <= 0 or largest <= 0:
        return 0
    return min(steps - 1, 1 + value * (steps - 1) // (largest + 1))
