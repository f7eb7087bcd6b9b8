"""Draws where the shops of the synthetic city stand: inside the outlines of their districts.

A district has some middles, as stations and markets are; most shops stand about one of them, a
market's close together, the others anywhere. So the map is crowded where a city is, and no point
stands for a real shop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.merchants.outlines import Outline, are_inside, outlines
from dure.merchants.plane import Place, degrees_of
from dure.policy.occasions import Mark

_SEED: Final = 3_745_126
_MIDDLES: Final = 14
_MARKETS: Final = 4
_STRAY_SHARE: Final = 0.18
_SPREAD_METERS: Final = 620.0
_MARKET_SPREAD_METERS: Final = 90.0
_LAND_TRIES: Final = 40

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def draw_places(district: Ints, marks: Ints) -> list[tuple[float, float]]:
    """Latitude and longitude for each shop; the same at every load."""
    rng = np.random.default_rng(_SEED)
    places: list[tuple[float, float]] = [(0.0, 0.0)] * len(district)
    for outline in outlines():
        here = np.flatnonzero(district == outline.district)
        in_market = (marks[here] & int(Mark.TRADITIONAL_MARKET)) > 0
        x, y = _points(outline, in_market, rng)
        for at, point_x, point_y in zip(here.tolist(), x.tolist(), y.tolist(), strict=True):
            latitude, longitude = degrees_of(Place(round(point_x), round(point_y)))
            places[at] = (round(latitude, 6), round(longitude, 6))
    return places


def _points(
    outline: Outline, in_market: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    middles_x, middles_y = _anywhere(outline, _MIDDLES, rng)
    weights = 1.0 / np.arange(1, _MIDDLES + 1)
    count = len(in_market)
    about = rng.choice(_MIDDLES, count, p=weights / weights.sum())
    about = np.where(in_market, about % _MARKETS, about)
    spread = np.where(in_market, _MARKET_SPREAD_METERS, _SPREAD_METERS)
    x, y = middles_x[about], middles_y[about]
    stray = ~in_market & (rng.random(count) < _STRAY_SHARE)
    x[stray], y[stray] = _anywhere(outline, int(stray.sum()), rng)
    landed = stray.copy()
    for _ in range(_LAND_TRIES):
        open_ones = np.flatnonzero(~landed)
        if not len(open_ones):
            break
        near = about[open_ones]
        try_x = middles_x[near] + rng.normal(0, spread[open_ones])
        try_y = middles_y[near] + rng.normal(0, spread[open_ones])
        good = _on_land(outline.parts, try_x, try_y)
        x[open_ones[good]], y[open_ones[good]] = try_x[good], try_y[good]
        landed[open_ones[good]] = True
    return x, y


def _anywhere(outline: Outline, count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Points anywhere in the parts of a district, each part in the measure of its box."""
    boxes = np.array([_box(part) for part in outline.parts], dtype=float)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    x, y = np.empty(0), np.empty(0)
    while len(x) < count:
        part = rng.choice(len(boxes), max(64, 2 * count), p=areas / areas.sum())
        try_x = rng.uniform(boxes[part, 0], boxes[part, 2])
        try_y = rng.uniform(boxes[part, 1], boxes[part, 3])
        good = _on_land(outline.parts, try_x, try_y)
        x, y = np.append(x, try_x[good]), np.append(y, try_y[good])
    return x[:count], y[:count]


def _on_land(parts: Sequence[tuple[Place, ...]], x: Floats, y: Floats) -> NDArray[np.bool_]:
    inside = np.zeros(len(x), dtype=bool)
    for part in parts:
        west, north, east, south = _box(part)
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= north) & (y <= south))
        inside[near] |= are_inside(x[near], y[near], part)
    return inside


def _box(part: tuple[Place, ...]) -> tuple[int, int, int, int]:
    xs, ys = [place.x for place in part], [place.y for place in part]
    return min(xs), min(ys), max(xs), max(ys)
