"""Places of the synthetic city: in their districts, the same at every load, crowded where it is."""

import numpy as np

from dure.demo.places import draw_places
from dure.merchants.outlines import are_inside, outlines
from dure.merchants.plane import place_of
from dure.policy.occasions import Mark


def _city(count: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    rng = np.random.default_rng(3)
    codes = np.array([one.district for one in outlines()])
    district = codes[rng.integers(0, len(codes), count)]
    marks = np.where(rng.random(count) < 0.1, int(Mark.TRADITIONAL_MARKET), 0)
    return district.astype(np.int64), marks.astype(np.int64)


def test_it_puts_every_shop_into_its_district() -> None:
    district, marks = _city(3_000)
    drawn = draw_places(district, marks)
    for outline in outlines():
        places = [place_of(*drawn[at]) for at in np.flatnonzero(district == outline.district)]
        x = np.array([place.x for place in places], dtype=float)
        y = np.array([place.y for place in places], dtype=float)
        inside = np.zeros(len(places), dtype=bool)
        for ring in outline.parts:
            inside |= are_inside(x, y, ring)
        # A place is a whole meter; a point on the shore may fall beyond the line by that.
        assert inside.mean() > 0.99


def test_it_draws_the_same_city_twice() -> None:
    assert draw_places(*_city(200)) == draw_places(*_city(200))


def test_it_puts_the_shops_of_a_market_close_together() -> None:
    count = 300
    district = np.full(count, 28237, dtype=np.int64)
    marks = np.where(np.arange(count) < 100, int(Mark.TRADITIONAL_MARKET), 0).astype(np.int64)
    places = [place_of(*spot) for spot in draw_places(district, marks)]
    market, others = places[:100], places[100:]

    def nearest_m(among: list[tuple[int, int]]) -> float:
        spots = np.array(among, dtype=float)
        apart = np.hypot(*(spots[:, None, axis] - spots[None, :, axis] for axis in (0, 1)))
        np.fill_diagonal(apart, np.inf)
        return float(np.median(apart.min(axis=1)))

    assert nearest_m(list(market)) < nearest_m(list(others)) / 2
