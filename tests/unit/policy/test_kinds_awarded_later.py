"""Terms of what the office awards: lotteries, referrals, allowances. Payments do not meet them."""

from __future__ import annotations

import pytest

from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment
from dure.policy.kinds.lottery import Lottery, Prize
from dure.policy.kinds.policy_allowance import PolicyAllowance
from dure.policy.kinds.referral import Referral
from tests.unit.policy.conftest import seoul_us
from tests.unit.policy.kinds_desk import compiled, document, occasion, rule_one

LOTTERY = """\
min_won: 10000
prizes:
  - {won: 100000, count: 10}
  - {won: 5000, count: 200}
draw_at: 2020-03-02T10:00"""
REFERRAL = "gift_won: 3000\nfriend_gift_won: 2000\nafter_days: 7"
ALLOWANCE = "programme: 5\namount_won: 100000"


def test_a_lottery_has_prizes_and_a_day() -> None:
    terms = document("lottery", LOTTERY).terms
    drawn_us = seoul_us("2020-03-02T10:00")
    assert terms == Lottery(10_000, (Prize(100_000, 10), Prize(5_000, 200)), drawn_us)
    assert terms.total_won == 2_000_000


@pytest.mark.parametrize(("rest_won", "stays_won"), [(10_000, 5_000), (9_999, 0), (0, 0)])
def test_a_prize_stays_while_its_payment_could_take_part(rest_won: int, stays_won: int) -> None:
    rule = rule_one(compiled([document("lottery", LOTTERY)]))
    assert rule.amount(rest_won, 0, 5_000) == (stays_won, stays_won)


@pytest.mark.parametrize(
    ("own", "terms"),
    [
        (REFERRAL, Referral(3_000, 2_000, 7, 1)),
        ("gift_won: 3000\nafter_days: 0", Referral(3_000, 0, 0, 1)),
        (
            "gift_won: 3000\nafter_days: 7\nfriend_payments_won_min: 10000",
            Referral(3_000, 0, 7, 10_000),
        ),
    ],
)
def test_a_referral_has_gifts_for_both(own: str, terms: Referral) -> None:
    assert document("referral", own).terms == terms


@pytest.mark.parametrize(
    ("end", "ends"),
    [
        ("expires_on: 2020-12-31", "2020-12-31T00:00"),
        ("valid_days: 90", "2020-05-03T12:00"),
    ],
)
def test_an_allowance_ends_on_a_day_or_after_days(end: str, ends: str) -> None:
    terms = document("policy_allowance", f"{ALLOWANCE}\n{end}").terms
    assert isinstance(terms, PolicyAllowance)
    assert (terms.programme, terms.amount_won) == (5, 100_000)
    assert terms.ends_us(seoul_us("2020-02-03T12:00")) == seoul_us(ends)


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("lottery", LOTTERY),
        ("referral", REFERRAL),
        ("policy_allowance", f"{ALLOWANCE}\nvalid_days: 90"),
    ],
)
def test_a_payment_itself_gets_none_of_them(kind: str, own: str) -> None:
    rules = compiled([document(kind, own)])
    asked = occasion(100_000)
    in_force = rules.at(asked.at_us)
    assert KINDS[kind].moment is Moment.LATER
    assert in_force.evaluate(asked) == in_force.evaluate_charge(asked) == ()
    assert in_force.discount(asked) is None
