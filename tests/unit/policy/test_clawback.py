"""What stays of an incentive when a payment is cancelled in part.

The payment of the tables: 40,000 won after 290,000 won of the month, 4% to 300,000 and 2% to
500,000, paid by line a and line b in shares 4 : 2. It earned 10,000 x 4% + 30,000 x 2% = 1,000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dure.policy.clawback import earned_on_rest, funding_given_back

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Desk

RULE = {
    "brackets": "[{from_won: 0, below_won: 300000, rate_bp: 400}, "
    "{from_won: 300000, below_won: 500000, rate_bp: 200}]",
    "funding": "{of: 6, lines: {line-a: 4, line-b: 2}}",
}


@pytest.mark.parametrize(
    ("rest_won", "stays_won"),
    [(40_000, 1_000), (30_000, 800), (10_000, 400), (5_000, 200), (24, 0), (0, 0)],
)
def test_the_part_that_is_left_keeps_what_it_would_have_earned(
    desk: Desk, rest_won: int, stays_won: int
) -> None:
    rules = desk.rules(RULE)
    assert earned_on_rest(rules, 1, rest_won, 290_000, 1_000) == stays_won


@pytest.mark.parametrize(("rest_won", "stays_won"), [(40_000, 600), (20_000, 600), (10_000, 400)])
def test_a_payment_that_the_budget_had_cut_gains_nothing(
    desk: Desk, rest_won: int, stays_won: int
) -> None:
    assert earned_on_rest(desk.rules(RULE), 1, rest_won, 290_000, 600) == stays_won


def test_the_cap_of_a_payment_holds_for_the_part_that_is_left(desk: Desk) -> None:
    rules = desk.rules({**RULE, "caps": "{per_payment: {cashback_won_max: 500}}"})
    assert earned_on_rest(rules, 1, 30_000, 290_000, 500) == 500
    assert earned_on_rest(rules, 1, 10_000, 290_000, 500) == 400


@pytest.mark.parametrize(
    ("before", "after", "given_back"),
    [
        (1_000, 1_000, ()),
        (1_000, 0, ((1, 667), (2, 333))),
        (1_000, 400, ((1, 400), (2, 200))),
        (400, 0, ((1, 267), (2, 133))),
        (2, 1, ((1, 1),)),
        (3, 2, ((2, 1),)),
    ],
)
def test_each_budget_line_gets_back_what_it_had_paid(
    desk: Desk, before: int, after: int, given_back: tuple[tuple[int, int], ...]
) -> None:
    assert funding_given_back(desk.rules(RULE), 1, before, after) == given_back


def test_the_version_that_paid_is_asked_even_when_it_is_over(desk: Desk) -> None:
    rules = desk.rules({**RULE, "until": "2020-01-02"})
    assert earned_on_rest(rules, 1, 30_000, 290_000, 1_000) == 800
