"""Gifts and stamps: who gets them, how often, and what takes them back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dure.kernel.calendar import day_number_of
from dure.policy.clawback import earned_on_rest
from dure.policy.lines import LimitedBy
from tests.unit.policy.conftest import seoul_us
from tests.unit.policy.kinds_desk import (
    MONDAY,
    compiled,
    document,
    line_of,
    occasion,
    rule_one,
    won_by,
)

FIRST = "gift_won: 5000"
FIRST_FROM = "gift_won: 5000\neligibility: {payment_won_min: 10000}"
NEW = "gift_won: 3000\neligibility: {joined_within_days: 30}"
TODAY = day_number_of(seoul_us(MONDAY))


@pytest.mark.parametrize(
    ("own", "won", "had", "gives"),
    [
        (FIRST, 10_000, 0, 5_000),
        (FIRST, 1, 0, 5_000),
        (FIRST, 10_000, 1, None),
        (FIRST + "\ntimes_max: 2", 10_000, 1, 5_000),
        (FIRST + "\ntimes_max: 2", 10_000, 2, None),
        (FIRST_FROM, 9_999, 0, None),
        (FIRST_FROM, 10_000, 0, 5_000),
    ],
)
def test_it_gives_for_the_first_purchase_and_no_more(
    own: str, won: int, had: int, gives: int | None
) -> None:
    rules = compiled([document("first_purchase", own)])
    counters = {"ever/first-purchase/payments": had}
    assert won_by(rules, occasion(won, counters=counters)) == gives


def test_all_versions_of_a_rule_give_once_together() -> None:
    rules = compiled([document("first_purchase", FIRST, name="welcome-2020")])
    assert rule_one(rules).counted(5_000, 1) == {"ever/welcome-2020/payments": 1}
    assert won_by(rules, occasion(9, counters={"ever/welcome-2020/payments": 1})) is None


@pytest.mark.parametrize(
    ("joined_day", "gives"),
    [(TODAY, 3_000), (TODAY - 29, 3_000), (TODAY - 30, None), (0, None)],
)
def test_it_gives_to_members_in_their_first_days(joined_day: int, gives: int | None) -> None:
    rules = compiled([document("new_member", NEW)])
    assert won_by(rules, occasion(10_000, joined_day=joined_day)) == gives


@pytest.mark.parametrize(
    ("rest_won", "stays_won"), [(20_000, 5_000), (10_000, 5_000), (9_999, 0), (0, 0)]
)
def test_a_gift_stays_while_what_is_left_reaches_the_least_payment(
    rest_won: int, stays_won: int
) -> None:
    rules = compiled([document("first_purchase", FIRST_FROM)])
    assert earned_on_rest(rules, 1, rest_won, 0, 5_000) == stays_won


@pytest.mark.parametrize(("rest_price_won", "stays_won"), [(10_000, 5_000), (9_999, 0)])
def test_the_least_payment_is_the_price_and_not_its_earning_part(
    rest_price_won: int, stays_won: int
) -> None:
    rules = compiled([document("first_purchase", FIRST_FROM)])
    assert earned_on_rest(rules, 1, 1_000, 0, 5_000, 0, rest_price_won) == stays_won


def test_a_gift_that_the_line_cannot_pay_is_paid_as_far_as_it_goes() -> None:
    line = line_of(compiled([document("first_purchase", FIRST)]), occasion(10_000, left={1: 1_200}))
    assert line is not None
    assert (line.won, line.full_won, line.limited_by) == (1_200, 5_000, LimitedBy.BUDGET)


MISSION = "stamps: 3\ngift_won: 10000\ndistinct: shop"
DISTRICTS = "stamps: 2\ngift_won: 10000\ndistinct: district"


def walk(own: str, shops: Sequence[int]) -> list[int | None]:
    """What each payment gives to a member who pays at these shops in turn."""
    rules = compiled([document("stamp_mission", own)])
    rule = rule_one(rules)
    counters: dict[str, int] = {}
    gave: list[int | None] = []
    for shop_id in shops:
        asked = occasion(10_000, shop_id=shop_id, district=28_000 + shop_id, counters=counters)
        line = line_of(rules, asked)
        gave.append(None if line is None else line.won)
        if line is not None:
            added = rule.counted(line.won, int(line.won > 0)) | {rule.tally_key(asked.shop): 1}
            for key, times in added.items():
                counters[key] = counters.get(key, 0) + times
    return gave


@pytest.mark.parametrize(
    ("own", "shops", "gave"),
    [
        (MISSION, [1, 2, 3], [0, 0, 10_000]),
        (MISSION, [1, 1, 2, 1, 3], [0, 0, 0, 0, 10_000]),
        (MISSION, [1, 2, 3, 4, 5, 6], [0, 0, 10_000, None, None, None]),
        (MISSION + "\ntimes_max: 2", [1, 2, 3, 4, 4, 5, 6], [0, 0, 10_000, 0, 0, 0, 10_000]),
        (DISTRICTS, [7, 7, 8], [0, 0, 10_000]),
    ],
)
def test_the_payment_that_fills_the_card_earns_the_gift(
    own: str, shops: list[int], gave: list[int | None]
) -> None:
    assert walk(own, shops) == gave


@pytest.mark.parametrize(
    ("counters", "shop_id", "count", "gives"),
    [
        ({}, 1, 1, 0),
        ({"shop-1": 2}, 1, 1, 0),
        ({"shop-1": 1, "shop-2": 0}, 3, 2, 0),
        ({"shop-1": 1, "shop-2": 4}, 3, 3, 10_000),
        ({"shop-1": 1, "shop-2": 1, "shop-3": 1}, 3, 3, 0),
        ({"shop-1": 1, "shop-2": 1, "shop-3": 1}, 4, 4, 10_000),
        ({"payments": 1, "shop-1": 1, "shop-2": 1, "shop-3": 1}, 4, 1, 0),
    ],
)
def test_the_choice_keeps_how_many_stamps_there_are(
    counters: dict[str, int], shop_id: int, count: int, gives: int
) -> None:
    rules = compiled([document("stamp_mission", MISSION + "\ntimes_max: 2")])
    sums = {f"ever/stamp-mission/{name}": times for name, times in counters.items()}
    line = line_of(rules, occasion(10_000, shop_id=shop_id, counters=sums))
    assert line is not None
    assert (line.choice >> 2, line.won) == (count, gives)


@pytest.mark.parametrize(("rest_won", "stays_won"), [(1, 10_000), (0, 0)])
def test_the_gift_goes_with_the_payment_that_filled_the_card(rest_won: int, stays_won: int) -> None:
    rules = compiled([document("stamp_mission", MISSION)])
    filled, stamped = 3 << 2 | 2, 2 << 2 | 1
    assert earned_on_rest(rules, 1, rest_won, 0, 10_000, filled) == stays_won
    assert earned_on_rest(rules, 1, rest_won, 0, 0, stamped) == 0
