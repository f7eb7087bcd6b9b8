"""A simulation under the rules that were in force gives the journal's incentive, to the won.

The city here is `IncentiveCity`: the code that decides for the live engine, under random rules of
every kind, with late advices, cashback that is spent, discounts, cancellations in part and wholly,
refunds and refunds undone. What it has booked is played again from a history.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from dure.authorization.requests import Cancel, Purchase, Refund
from dure.policy.evaluate import RuleSet
from tests.laws.incentive_city import IncentiveCity, Pay
from tests.laws.random_rules import KINDS, rule_sets
from tests.laws.simulated_city import drawn_in, given_by, given_in, history_of, played
from tests.laws.test_incentive_laws import city_of, lines_won, pays

PLAIN = [
    "bracket_cashback", "flat_rate", "district_top_up", "instant_discount", "shop_cashback",
    "band_rate", "area_boost", "channel_rate", "local_maker",
]  # fmt: skip

lives = st.lists(pays, min_size=1, max_size=10)
cuts = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 3)), max_size=10)
plenty = st.just((10**9, 10**9, 10**9))
laws = settings(deadline=None, max_examples=120)


def live(city: IncentiveCity, life: list[Pay], cut: list[tuple[int, int, int]]) -> None:
    """Plays a life whose payments are given back in part, wholly, and again, among the others."""
    paid = []
    for place, payment in enumerate(life):
        request = city.pay(payment)
        if request is not None:
            paid.append(request)
        for pick, share, how in cut[place : place + 1]:
            if paid:
                give_back(city, paid[pick % len(paid)], share, how)


def give_back(city: IncentiveCity, request: Purchase, share: int, how: int) -> None:
    won = max(1, request.amount_won * share // 100)
    if how == 0:
        city.ask(
            Cancel(
                **city.new(), original_key=request.key, rest_won=won, member_id=request.member_id
            )
        )
    elif how == 1:
        city.ask(Cancel(**city.new(), original_key=request.key, member_id=request.member_id))
    else:
        refund = Refund(
            **city.new(), original_key=request.key, amount_won=won, shop_code=request.shop_code,
            member_id=request.member_id,
        )  # fmt: skip
        city.ask(refund)
        if how == 3:
            city.ask(Cancel(**city.new(), original_key=refund.key, member_id=request.member_id))


def spent_of(city: IncentiveCity, lines: tuple[int, ...]) -> dict[int, int]:
    left = city.books.budget_left
    return {place: won - left[place] for place, won in enumerate(lines, 1) if won != left[place]}


def same(
    rules: RuleSet,
    lines: tuple[int, ...],
    life: list[Pay],
    cut: list[tuple[int, int, int]],
    *,
    spends: bool,
    plainly: bool,
) -> None:
    city = city_of(rules, lines, spends=spends)
    live(city, life, cut)
    movements = city.books.changes.movements
    with tempfile.TemporaryDirectory() as folder:
        history = history_of(city, Path(folder))
        if not history.months:
            return
        outcome = played(history, rules, plainly=plainly)
    event("together" if outcome.in_order else "by months")
    assert given_in(outcome) == given_by(rules, movements)
    drawn = Counter(drawn_in(outcome))
    drawn.pop(0, None)
    assert dict(drawn) == spent_of(city, lines)
    assert int(outcome.member_won.sum()) == outcome.given_won == int(outcome.cells[:, 2].sum())


@laws
@given(rule_sets(PLAIN, 3), plenty, lives, cuts, st.booleans())
def test_it_gives_the_journals_incentive_plainly(
    rules: RuleSet,
    lines: tuple[int, ...],
    life: list[Pay],
    cut: list[tuple[int, int, int]],
    spends: bool,
) -> None:
    same(rules, lines, life, cut, spends=spends, plainly=True)


@laws
@given(rule_sets(KINDS), lines_won, lives, cuts, st.booleans())
def test_it_gives_the_journals_incentive_whatever_the_rules(
    rules: RuleSet,
    lines: tuple[int, ...],
    life: list[Pay],
    cut: list[tuple[int, int, int]],
    spends: bool,
) -> None:
    same(rules, lines, life, cut, spends=spends, plainly=False)
