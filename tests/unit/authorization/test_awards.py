"""Awards: what the office gives later, once, and takes back with the payment."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Appropriate, Award, Cancel
from tests.laws.later_city import (
    BONUS,
    CITY,
    DAY_US,
    LOTTERY,
    MEMBER,
    OTHER,
    REFERRAL,
    SHOP_JUNGGU,
    LaterCity,
)


@pytest.fixture
def city() -> LaterCity:
    """The member has 500,000 won."""
    city = LaterCity()
    city.charge(500_000)
    return city


def test_it_pays_a_prize_from_the_lines_of_its_rule_to_the_cashback_purse(city: LaterCity) -> None:
    paid = city.pay(20_000, SHOP_JUNGGU)
    lines = city.lines()
    answer = city.award(LOTTERY, 5_000, paid)
    assert answer.approved
    assert [(line.rule_version_id, line.won, line.choice) for line in answer.incentive] == [
        (LOTTERY, 5_000, 5_000)
    ]
    assert answer.cashback_won == 5_000
    assert answer.cashback_after_won == 1_200 + 5_000
    assert (lines["state"] - city.lines()["state"], lines["city"] - city.lines()["city"]) == (
        3_334,
        1_666,
    )


def test_it_is_given_once_whoever_asks(city: LaterCity) -> None:
    paid = city.pay(20_000)
    first, again = city.award(LOTTERY, 5_000, paid), city.award(LOTTERY, 30_000, paid)
    assert (again.repeated, again.movement_id, again.amount_won) == (
        True,
        first.movement_id,
        5_000,
    )


def test_it_settles_a_claim_before_the_purse_gets_anything(city: LaterCity) -> None:
    first = city.pay(100_000)
    city.pay(10_000)  # from the cashback of the first
    city.cancel(first, 99_000)
    city.books.wallets[MEMBER].cashback_won  # noqa: B018
    before = city.figures_of(MEMBER)
    second = city.pay(50_000)
    answer = city.award(LOTTERY, 5_000, second)
    after = city.figures_of(MEMBER)
    assert answer.approved
    assert after["claim"] == 0
    assert before["claim"] >= 0


Before = Callable[[LaterCity], object]
REFUSALS: list[tuple[str, int, int, str, No]] = [
    ("a rule that nobody knows", 99, 5_000, "stands", No.RULE_UNKNOWN),
    ("a rule that pays by itself", CITY, 5_000, "stands", No.RULE_UNKNOWN),
    ("a payment that is not there", LOTTERY, 5_000, "unknown", No.ORIGINAL_UNKNOWN),
    ("somebody else's payment", LOTTERY, 5_000, "of another", No.ORIGINAL_UNKNOWN),
    ("a payment that was cancelled", LOTTERY, 5_000, "cancelled", No.AWARD_NOT_DUE),
    ("a payment of which too little is left", LOTTERY, 5_000, "cut", No.AWARD_NOT_DUE),
    ("a payment outside the rule's period", LOTTERY, 5_000, "late", No.AWARD_NOT_DUE),
    ("no payment and no reason", LOTTERY, 5_000, "none", No.AWARD_NOT_DUE),
    ("a prize of nothing", LOTTERY, 0, "stands", No.AWARD_NOT_DUE),
    ("a prize of less than nothing", LOTTERY, -1, "stands", No.AMOUNT_INVALID),
    ("a prize beyond a line", LOTTERY, 100_000_000, "stands", No.BUDGET_LINE_TOO_SMALL),
    ("a gift beyond the month's cap", REFERRAL, 6_001, "stands", No.AWARD_OVER_CAP),
]


@pytest.mark.parametrize(
    ("what", "rule", "won", "payment", "reason"), REFUSALS, ids=[row[0] for row in REFUSALS]
)
def test_it_refuses(
    city: LaterCity, what: str, rule: int, won: int, payment: str, reason: No
) -> None:
    paid = city.pay(20_000)
    if payment == "cancelled":
        city.cancel(paid)
    elif payment == "cut":
        city.cancel(paid, 9_999)
    elif payment == "late":
        city.clock.advance(60 * DAY_US)
        paid = city.pay(20_000)
    elif payment == "of another":
        city.charge(50_000, OTHER)
        paid = city.pay(20_000, member=OTHER)
    elif payment == "unknown":
        paid.movement_id += 1
    elif payment == "none":
        paid.movement_id = 0
    before, movements = city.standing(), len(city.books.changes.movements)
    assert city.award(rule, won, paid).reason == reason
    assert city.standing() == before, "a refusal moves nothing"
    assert len(city.books.changes.movements) == movements, "nor is it recorded"


def test_it_refuses_a_key_that_is_not_the_award_s_own(city: LaterCity) -> None:
    paid = city.pay(20_000)
    request = Award(
        **city.new(), member_id=MEMBER, rule_version_id=LOTTERY, choice=5_000,
        original_id=paid.movement_id,
    )  # fmt: skip
    assert city.ask(request).reason == No.KEY_USED_FOR_ANOTHER_REQUEST


def test_it_gives_the_whole_or_nothing_and_may_be_asked_again(city: LaterCity) -> None:
    paid = city.pay(20_000)
    left = city.lines()["city"]
    city.ask(Appropriate(**city.new(), line_id=2, amount_won=1_665 - left))
    assert city.award(LOTTERY, 5_000, paid).reason == No.BUDGET_LINE_TOO_SMALL
    city.ask(Appropriate(**city.new(), line_id=2, amount_won=1))
    assert city.award(LOTTERY, 5_000, paid).approved, "the last won of the line is spent"
    assert city.lines()["city"] == 0


def test_it_goes_back_when_too_little_of_the_payment_is_left(city: LaterCity) -> None:
    before = city.standing()
    paid = city.pay(20_000)
    city.award(LOTTERY, 5_000, paid)
    city.cancel(paid, 10_000)
    assert city.figures_of(MEMBER)["cashback"] == 1_000 + 5_000, "10,000 is just enough"
    answer = city.cancel(paid, 9_999)
    assert {line.rule_version_id: line.won for line in answer.incentive}[LOTTERY] == -5_000
    city.cancel(paid)
    assert city.standing() == before, "cancelling everything restores every figure"


def test_it_comes_back_when_a_refund_is_undone(city: LaterCity) -> None:
    paid = city.pay(20_000)
    city.award(LOTTERY, 5_000, paid)
    before = city.standing()
    returned = city.refund(paid, 15_000)
    assert city.figures_of(MEMBER)["cashback"] == 500
    undone = Cancel(**city.new(), original_key=returned.key, member_id=MEMBER)
    assert city.ask(undone).approved
    assert city.standing() == before


def test_the_order_of_cancellations_makes_no_difference() -> None:
    """Two payments with prizes, each cancelled in two parts, in every order."""
    ends = []
    steps = [(0, 12_000), (0, 0), (1, 5_000), (1, 0)]
    for order in itertools.permutations(steps):
        city = LaterCity()
        city.charge(500_000)
        city.books.wallets[MEMBER].spend_cashback = False
        payments = [city.pay(20_000), city.pay(30_000)]
        for payment in payments:
            assert city.award(LOTTERY, 5_000, payment).approved
        for place, rest_won in order:
            city.cancel(payments[place], rest_won)
        ends.append(city.standing())
    assert all(end == ends[0] for end in ends)


def test_an_award_after_a_part_is_cancelled_ends_as_one_before_it() -> None:
    ends = []
    for award_first in (True, False):
        city = LaterCity()
        city.charge(500_000)
        paid = city.pay(20_000)
        if award_first:
            city.award(LOTTERY, 5_000, paid)
        city.cancel(paid, 15_000)
        if not award_first:
            assert city.award(LOTTERY, 5_000, paid).approved
        ends.append(city.standing())
    assert ends[0] == ends[1]


def test_a_gift_for_a_reason_stays_whatever_is_cancelled(city: LaterCity) -> None:
    paid = city.pay(20_000)
    assert city.award(REFERRAL, 3_000, about=OTHER).approved
    assert city.award(REFERRAL, 3_000, about=OTHER).repeated
    city.cancel(paid)
    assert city.figures_of(MEMBER)["cashback"] == 3_000


def test_a_month_s_cap_holds_over_several_gifts(city: LaterCity) -> None:
    assert city.award(REFERRAL, 3_000, about=1).approved
    assert city.award(REFERRAL, 3_000, about=2).approved
    assert city.award(REFERRAL, 3_000, about=3).reason == No.AWARD_OVER_CAP
    city.clock.advance(15 * DAY_US)
    assert city.award(REFERRAL, 3_000, about=3).approved, "November has a cap of its own"


def test_the_bonus_of_a_charge_is_no_award(city: LaterCity) -> None:
    assert city.award(BONUS, 1_000, about=1).reason == No.RULE_UNKNOWN
