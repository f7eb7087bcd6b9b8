"""The rule of the shelf: every shop its share, whoever looks and on whatever day."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.merchants.shelf import SIZE, places_on_ring, ring_of

DAY = date(2019, 10, 22)


@pytest.mark.parametrize("count", [5, 7, 40, 119, 120, 121])
def test_it_shows_each_member_every_shop_equally_often(count: int) -> None:
    for member_id in (1, 17, 890_000):
        views = Counter(
            place
            for day in range(count)
            for place in places_on_ring(count, member_id, DAY + timedelta(days=day))
        )
        assert set(views.values()) == {SIZE}
        assert len(views) == count


@given(st.integers(1, 300), st.integers(1, 10**9), st.integers(1, 500), st.integers(0, 3000))
def test_it_shows_every_shop_to_the_same_number_of_members_on_a_day(
    count: int, first_member: int, members: int, later: int
) -> None:
    day = DAY + timedelta(days=later)
    views: Counter[int] = Counter(dict.fromkeys(range(count), 0))
    for member_id in range(first_member, first_member + members):
        views.update(places_on_ring(count, member_id, day))
    assert max(views.values()) - min(views.values()) <= 1


@pytest.mark.parametrize("count", [5, 8, 40, 119, 120, 121, 122])
def test_it_gives_every_shop_every_slot_equally_often(count: int) -> None:
    slots: Counter[tuple[int, int]] = Counter()
    first = count * SIZE - DAY.toordinal() % (count * SIZE)
    for member_id in range(first, first + count * SIZE):
        slots.update(
            (place, slot) for slot, place in enumerate(places_on_ring(count, member_id, DAY))
        )
    assert set(slots.values()) == {SIZE}
    assert len(slots) == count * SIZE


@given(st.integers(0, 300), st.integers(1, 10**9))
def test_it_shows_a_shop_once_on_a_shelf(count: int, member_id: int) -> None:
    shown = places_on_ring(count, member_id, DAY)
    assert len(set(shown)) == len(shown) == min(SIZE, count)
    assert all(0 <= place < count for place in shown)


def test_it_shows_a_member_other_shops_the_next_day() -> None:
    today = places_on_ring(40, 12, DAY)
    assert not set(today) & set(places_on_ring(40, 12, DAY + timedelta(days=1)))


@given(st.sets(st.text("ABCDEF0123456789", min_size=15, max_size=15), max_size=20))
def test_it_draws_one_order_whatever_order_the_shops_come_in(codes: set[str]) -> None:
    assert ring_of(sorted(codes)) == ring_of(sorted(codes, reverse=True))
    assert set(ring_of(codes)) == codes


def test_it_does_not_favor_who_registered_first() -> None:
    codes = [f"DEMO{number:011d}" for number in range(200)]
    first_half = sum(ring_of(codes).index(code) < 100 for code in codes[:100])
    assert 35 <= first_half <= 65
