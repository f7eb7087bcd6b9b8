"""Parts of the map of shops: what a square of the city's plane shows at a zoom, as small numbers.

Note [Parts of the map]
At zoom 0 one part is the whole plane (`plane.SIDE_METERS`); each zoom halves its side. A part with
few shops, and every part at the last zoom, lists them one by one. Any other is cut into `GRID` by
`GRID` cells: a cell with one shop lists it, a cell with more is one cluster, drawn where the middle
of its shops lies. A part says nothing about who looks, so it may be kept by everybody; what it
says is named by the guide's version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.merchants.guide import Guide
from dure.merchants.plane import SIDE_METERS, Place

ZOOM_MAX: Final = 11
"""Parts of 128 meters."""
GRID: Final = 6
ALONE_MAX: Final = 24
"""So many shops in a part are listed one by one."""
LISTED_MAX: Final = 200
"""The most that a part of the last zoom lists; who looks for more has the list."""


class PartOfMap(NamedTuple):
    """Which part: column and row count from the north-west."""

    zoom: int
    column: int
    row: int

    @property
    def side_m(self) -> int:
        return SIDE_METERS >> self.zoom

    @property
    def exists(self) -> bool:
        """Whether there is such a part."""
        if not 0 <= self.zoom <= ZOOM_MAX:
            return False
        return 0 <= self.column < 1 << self.zoom and 0 <= self.row < 1 << self.zoom


class Cluster(NamedTuple):
    """Shops drawn as one: the middle of them, how many, and how many of those are benefit-plus."""

    x: int
    y: int
    shops: int
    benefit_plus: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a part shows: clusters, and the positions in the guide of shops shown one by one."""

    clusters: tuple[Cluster, ...]
    shops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is not said limits nothing.

    `group` is a `ShopGroup`, `discount_bp_min` what a shop takes off at least, `district` a code.
    """

    group: int | None = None
    discount_bp_min: int = 0
    district: int | None = None

    def among(self, guide: Guide) -> NDArray[np.bool_]:
        """Which shops of the guide are wanted."""
        wanted = guide.discount_bp >= self.discount_bp_min
        if self.group is not None:
            wanted = wanted & (guide.group == self.group)
        if self.district is not None:
            wanted = wanted & (guide.district == self.district)
        return wanted


def show_part(guide: Guide, part: PartOfMap, wanted: Wanted) -> Shown:
    """What the part shows; see Note [Parts of the map]."""
    west, north, side = part.column * part.side_m, part.row * part.side_m, part.side_m
    here = (guide.x >= west) & (guide.x < west + side)
    here &= (guide.y >= north) & (guide.y < north + side)
    found = np.flatnonzero(here & wanted.among(guide))
    if len(found) <= ALONE_MAX or part.zoom == ZOOM_MAX:
        return Shown((), tuple(found[:LISTED_MAX].tolist()))
    x, y = guide.x[found] - west, guide.y[found] - north
    cell = y * GRID // side * GRID + x * GRID // side
    shops = np.bincount(cell, minlength=GRID * GRID)
    plus = np.bincount(cell[guide.discount_bp[found] > 0], minlength=GRID * GRID)
    sum_x = np.bincount(cell, x, GRID * GRID)
    sum_y = np.bincount(cell, y, GRID * GRID)
    alone = found[shops[cell] == 1]
    clusters = tuple(
        Cluster(
            west + int(sum_x[one] / shops[one]),
            north + int(sum_y[one] / shops[one]),
            int(shops[one]),
            int(plus[one]),
        )
        for one in np.flatnonzero(shops > 1).tolist()
    )
    return Shown(clusters, tuple(alone.tolist()))


def nearest(
    guide: Guide, middle: Place, chosen: NDArray[np.bool_], count: int, after: int = 0
) -> list[tuple[int, int]]:
    """Positions of the chosen shops by distance, nearest first, each with its distance in meters.

    `after` leaves out so many of the nearest. Shops whose place is not known come last, with -1.
    """
    found = np.flatnonzero(chosen)
    x, y = guide.x[found].astype(np.int64), guide.y[found].astype(np.int64)
    squares = (x - middle.x) ** 2 + (y - middle.y) ** 2
    squares = np.where(x < 0, np.iinfo(np.int64).max, squares)
    last = after + count
    if last < len(found):
        # With all that are as near as the last one, so that no page leaves out one of them.
        front = np.flatnonzero(squares <= np.partition(squares, last - 1)[last - 1])
    else:
        front = np.arange(len(found))
    # Stable: of two that are as near, the one with the smaller number comes first on every page.
    ordered = front[np.argsort(squares[front], kind="stable")][after:last]
    return [
        (int(found[one]), -1 if x[one] < 0 else round(float(squares[one]) ** 0.5))
        for one in ordered.tolist()
    ]
