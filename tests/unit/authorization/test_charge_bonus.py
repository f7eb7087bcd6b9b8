"""The bonus of a top-up: credited with it, taken back with unused charges."""

from __future__ import annotations

import itertools

import pytest

from dure.authorization.requests import Appropriate
from dure.policy.lines import LimitedBy
from tests.laws.later_city import BONUS, DAY_US, MEMBER, LaterCity


@pytest.fixture
def city() -> LaterCity:
    return LaterCity(bonus=True)


def test_it_is_credited_with_the_charge_and_explained(city: LaterCity) -> None:
    answer = city.charge(50_000)
    assert (answer.charged_won, answer.cashback_won) == (50_000, 5_000)
    assert [(line.rule_version_id, line.won) for line in answer.incentive] == [(BONUS, 5_000)]
    assert city.lines()["state"] == 400_000 - 3_334
    assert city.lines()["city"] == 200_000 - 1_666


def test_it_stops_at_the_month_s_cap_and_begins_anew_with_the_next(city: LaterCity) -> None:
    city.charge(150_000)
    capped = city.charge(100_000)
    assert [(line.won, line.limited_by, line.full_won) for line in capped.incentive] == [
        (5_000, LimitedBy.MONTH_CAP, 10_000)
    ]
    assert city.charge(10_000).incentive[0].won == 0
    city.clock.advance(15 * DAY_US)
    assert city.charge(10_000).incentive[0].won == 1_000


def test_a_charge_in_suspense_earns_nothing(city: LaterCity) -> None:
    lines = city.lines()
    answer = city.charge(2_000_001)
    assert not answer.approved
    assert answer.incentive == ()
    assert city.lines() == lines


def test_it_gives_what_the_line_has_left_and_says_so(city: LaterCity) -> None:
    city.ask(Appropriate(**city.new(), line_id=2, amount_won=100 - 200_000))
    line = city.charge(50_000).incentive[0]
    assert (line.won, line.limited_by, line.full_won) == (302, LimitedBy.BUDGET, 5_000)
    assert city.lines()["city"] == 0


def test_it_goes_back_when_the_charge_is_paid_back_unused(city: LaterCity) -> None:
    before = city.standing()
    city.charge(50_000)
    withdrawal = city.withdraw()
    assert withdrawal.amount_won == 50_000
    assert [(line.rule_version_id, line.won) for line in withdrawal.incentive] == [(BONUS, -5_000)]
    city.settle(withdrawal, paid=True)
    after = city.standing()
    assert after == before


def test_it_leaves_a_claim_where_the_bonus_is_spent(city: LaterCity) -> None:
    city.charge(50_000)
    city.pay(5_000)  # paid from the bonus alone: the charge is unused
    withdrawal = city.withdraw()
    assert (withdrawal.approved, withdrawal.claim_won) == (True, 5_000)
    assert city.figures_of(MEMBER)["claim"] == 5_000
    city.charge(30_000)
    assert city.figures_of(MEMBER)["claim"] == 2_000, "later bonus settles it first"


def test_only_the_bonus_of_unused_charges_goes_back(city: LaterCity) -> None:
    city.charge(100_000)
    city.books.wallets[MEMBER].spend_cashback = False
    city.pay(10_000)
    city.charge(30_000)
    withdrawal = city.withdraw()
    assert withdrawal.amount_won == 30_000
    assert [line.won for line in withdrawal.incentive] == [-3_000]


def test_it_comes_back_when_the_bank_could_not_pay(city: LaterCity) -> None:
    city.charge(50_000)
    city.charge(20_000)
    before = city.standing()
    withdrawal = city.withdraw()
    assert [line.won for line in withdrawal.incentive] == [-5_000, -2_000]
    failed = city.settle(withdrawal, paid=False)
    assert [line.won for line in failed.incentive] == [5_000, 2_000]
    assert city.standing() == before
    again = city.withdraw()
    assert sum(line.won for line in again.incentive) == -7_000, "and goes back again"
    city.settle(again, paid=True)
    assert city.figures_of(MEMBER)["cashback"] == 0


def test_it_comes_back_as_far_as_the_lines_still_have_it(city: LaterCity) -> None:
    city.charge(50_000)
    withdrawal = city.withdraw()
    city.ask(Appropriate(**city.new(), line_id=2, amount_won=100 - 200_000))
    failed = city.settle(withdrawal, paid=False)
    line = failed.incentive[0]
    assert (line.won, line.limited_by, line.full_won) == (302, LimitedBy.BUDGET, 5_000)
    again = city.withdraw()
    assert [line.won for line in again.incentive] == [-302]


def test_the_order_of_charges_and_refunds_makes_no_difference() -> None:
    """Three charges in any order, paid back at once or one after the other."""
    ends = []
    for order in itertools.permutations((30_000, 50_000, 70_001)):
        for at_once in (True, False):
            city = LaterCity(bonus=True)
            for won in order:
                city.charge(won)
                if not at_once:
                    city.settle(city.withdraw(), paid=True)
            if at_once:
                city.settle(city.withdraw(), paid=True)
            ends.append(city.standing())
    assert all(end == ends[0] for end in ends)


def test_a_bonus_of_last_month_goes_back_to_last_month_s_cap(city: LaterCity) -> None:
    city.clock.advance(9 * DAY_US)  # 30 October
    city.charge(150_000)
    city.clock.advance(4 * DAY_US)  # 3 November
    city.charge(100_000)
    withdrawal = city.withdraw()
    assert sum(line.won for line in withdrawal.incentive) == -25_000
    wallet = city.books.wallets[MEMBER]
    assert not wallet.counters
    past = city.books.past_months[(MEMBER, 201910)]
    assert not past.counters
