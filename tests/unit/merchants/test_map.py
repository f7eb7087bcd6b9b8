"""The plane, the parts of the map, and the nearest shops: against plain counting."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.merchants.guide import Guide, guide_of
from dure.merchants.map_cells import (
    ALONE_MAX,
    GRID,
    ZOOM_MAX,
    PartOfMap,
    Wanted,
    nearest,
    show_part,
)
from dure.merchants.outlines import are_inside, as_deltas, neighborhoods, outlines
from dure.merchants.plane import SIDE_METERS, Place, degrees_of, is_on_plane, place_of
from dure.merchants.sectors import ShopGroup, group_of
from dure.policy.districts import DISTRICT_NAMES

DAY = date(2019, 10, 22)


def _row(number: int, place: Place | None, discount_bp: int = 0) -> tuple[Any, ...]:
    latitude, longitude = (None, None) if place is None else degrees_of(place)
    offer = (discount_bp, 127, 0, 1440, 0, None) if discount_bp else (None,) * 6
    return (
        number, f"TESTSHOP{number:07d}", f"가게 {number}", f"Shop {number}", 28110, "56111", "5812",
        1, 0, 0, latitude, longitude, *offer,
    )  # fmt: skip


def _guide(places: list[Place | None], discount_bp: int = 0) -> Guide:
    rows = (_row(at + 1, place, discount_bp * (at % 2)) for at, place in enumerate(places))
    return guide_of(DAY, rows)


def _city(count: int) -> Guide:
    rng = np.random.default_rng(7)
    spots = rng.normal(130_000, 9_000, (count, 2)).astype(int).tolist()
    return _guide([Place(x, y) for x, y in spots], 500)


def test_it_knows_the_city_hall_from_the_airport() -> None:
    hall, airport = place_of(37.4563, 126.7052), place_of(37.4602, 126.4407)
    # 23.37 km by Vincenty's formulae on the WGS 84 ellipsoid.
    assert hall.distance_m(airport) == pytest.approx(23_400, abs=100)


@given(st.integers(0, SIDE_METERS - 1), st.integers(0, SIDE_METERS - 1))
def test_it_finds_a_place_again_from_its_degrees(x: int, y: int) -> None:
    assert place_of(*degrees_of(Place(x, y))) == Place(x, y)


def test_it_has_the_whole_city_on_its_plane() -> None:
    found = outlines()
    assert [one.district for one in found] == sorted(DISTRICT_NAMES)
    places = [place for one in found for ring in one.parts for place in ring]
    assert all(is_on_plane(place) for place in places)


def test_it_names_each_district_within_it() -> None:
    for one in outlines():
        x, y = np.array([one.label.x], float), np.array([one.label.y], float)
        assert are_inside(x, y, one.parts[0])[0]
        for other in outlines():
            if other is not one:
                assert not any(are_inside(x, y, ring)[0] for ring in other.parts)


def test_it_has_every_neighborhood_within_a_district() -> None:
    found = neighborhoods()
    assert len(found) == 155
    assert {"구월동", "송도동", "강화읍"} <= {one.name for one in found}
    for one in found:
        x, y = np.array([one.label.x], float), np.array([one.label.y], float)
        assert any(are_inside(x, y, ring)[0] for other in outlines() for ring in other.parts), one


def test_it_writes_outlines_that_a_telephone_loads_at_once() -> None:
    numbers = [number for one in outlines() for ring in one.parts for number in as_deltas(ring)]
    assert len(numbers) < 6_000


@pytest.mark.parametrize("zoom", range(0, ZOOM_MAX + 1, 2))
def test_it_shows_every_shop_once_at_every_zoom(zoom: int) -> None:
    guide = _city(600)
    shown_shops = 0
    for column in range(1 << min(zoom, 6)):
        for row in range(1 << min(zoom, 6)):
            if zoom > 6:
                continue
            part = show_part(guide, PartOfMap(zoom, column, row), Wanted())
            shown_shops += len(part.shops) + sum(one.shops for one in part.clusters)
    if zoom <= 6:
        assert shown_shops == len(guide)


def test_it_counts_a_cluster_as_one_would_by_hand() -> None:
    guide = _city(600)
    shown = show_part(guide, PartOfMap(0, 0, 0), Wanted())
    cells = [(int(x) * GRID // SIDE_METERS, int(y) * GRID // SIDE_METERS)
             for x, y in zip(guide.x, guide.y, strict=True)]  # fmt: skip
    for cluster in shown.clusters:
        here = (cluster.x * GRID // SIDE_METERS, cluster.y * GRID // SIDE_METERS)
        members = [at for at, cell in enumerate(cells) if cell == here]
        assert cluster.shops == len(members)
        assert cluster.benefit_plus == sum(bool(guide.discount_bp[at]) for at in members)
        assert cluster.x == pytest.approx(np.mean(guide.x[members]), abs=1)


def test_it_lists_few_shops_one_by_one() -> None:
    guide = _guide([Place(1000 + at, 1000) for at in range(ALONE_MAX)])
    assert len(show_part(guide, PartOfMap(0, 0, 0), Wanted()).shops) == ALONE_MAX


def test_it_lists_all_of_one_building_at_the_last_zoom() -> None:
    guide = _guide([Place(1000, 1000)] * 90)
    part = PartOfMap(ZOOM_MAX, 1000 * (1 << ZOOM_MAX) // SIDE_METERS, 7)
    assert len(show_part(guide, part, Wanted()).shops) == 90


def test_it_leaves_out_what_is_not_wanted() -> None:
    guide = _city(100)
    shown = show_part(guide, PartOfMap(0, 0, 0), Wanted(discount_bp_min=1))
    assert len(shown.shops) + sum(one.shops for one in shown.clusters) == 50
    assert not show_part(guide, PartOfMap(0, 0, 0), Wanted(group=int(ShopGroup.CAR))).clusters


@pytest.mark.parametrize(
    ("part", "exists"),
    [
        (PartOfMap(0, 0, 0), True),
        (PartOfMap(0, 1, 0), False),
        (PartOfMap(ZOOM_MAX, (1 << ZOOM_MAX) - 1, 0), True),
        (PartOfMap(ZOOM_MAX + 1, 0, 0), False),
    ],
)
def test_it_knows_which_parts_there_are(part: PartOfMap, exists: bool) -> None:
    assert part.exists is exists


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=40), st.integers(0, 9)
)
def test_it_finds_the_nearest_as_sorting_would(spots: list[tuple[int, int]], after: int) -> None:
    guide = _guide([Place(*spot) for spot in spots])
    middle = Place(100, 100)
    found = nearest(guide, middle, np.ones(len(guide), dtype=bool), 5, after)
    by_hand = sorted(
        range(len(spots)), key=lambda at: (sum((a - 100) ** 2 for a in spots[at]), at)
    )  # fmt: skip
    assert [at for at, _ in found] == by_hand[after : after + 5]


def test_it_names_a_shop_without_a_place_last() -> None:
    guide = _guide([None, Place(5, 5)])
    everything = np.ones(2, dtype=bool)
    assert nearest(guide, Place(5, 5), everything, 5) == [(1, 0), (0, -1)]


def test_it_names_the_same_shops_by_the_same_version() -> None:
    places: list[Place | None] = [Place(1, 2), Place(3, 4)]
    assert _guide(places).version == _guide(places).version
    assert _guide(places).version != _guide(places, 300).version
    assert _guide(places).version != _guide([Place(1, 2), Place(3, 5)]).version


def test_it_makes_shops_that_are_alike_one_kind() -> None:
    assert len(_guide([Place(at, at) for at in range(50)]).kinds) == 1
    assert len(_guide([Place(at, at) for at in range(50)], 300).kinds) == 2


@pytest.mark.parametrize(
    ("sector", "group"),
    [("56111", ShopGroup.MEALS), ("56221", ShopGroup.CAFE), ("47811", ShopGroup.HEALTH),
     ("86", ShopGroup.HEALTH), ("95212", ShopGroup.CAR), ("12", ShopGroup.OTHER)],
)  # fmt: skip
def test_it_says_what_a_shop_sells(sector: str, group: ShopGroup) -> None:
    assert group_of(sector) is group
