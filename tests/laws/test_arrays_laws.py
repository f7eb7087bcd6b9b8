"""Whole populations are evaluated as one payment after another is: to the won, line by line.

The reference here is a loop that asks `RulesInForce` as the engine does and keeps the members' sums
in dictionaries. It shares nothing with the arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dure.kernel.calendar import SEOUL, month_of, to_us
from dure.policy.arrays import run
from dure.policy.arrays.columns import Members, Standing, at_first, payments, some_of
from dure.policy.arrays.layout import Columns
from dure.policy.arrays.outcome import Outcome
from dure.policy.arrays.population import Population, make_population
from dure.policy.arrays.run import evaluate_all
from dure.policy.compiled import EVER
from dure.policy.evaluate import RuleSet
from dure.policy.lines import IncentiveLine
from dure.policy.occasions import MemberFacts, Occasion, OfferTerms, ShopFacts
from tests.examples import examples
from tests.laws.random_rules import LINE_IDS, rule_sets

FROM_US = to_us(datetime(2020, 1, 1, tzinfo=SEOUL))
UNTIL_US = to_us(datetime(2020, 4, 1, tzinfo=SEOUL))
LINES = sorted(LINE_IDS.values())

MEMBERS = [
    MemberFacts(28260, 1980, 2, 18_250),
    MemberFacts(28200, 1965, 1, 18_262),
    MemberFacts(28110, 1995, 2, 18_290),
    MemberFacts(28260, 1975, 2, 0),
]
LUNCH = OfferTerms(weekdays=0b0011111, from_minute=660, until_minute=840, payment_won_min=8_000)
THRIFTY = OfferTerms(month_won_max=2_500)
SHOPS = [
    ShopFacts(1, 28260, "56111", "5812", 1, marks=1, benefit_plus_bp=500),
    ShopFacts(2, 28260, "47121", "5411", 3, marks=2),
    ShopFacts(3, 28200, "47112", "5411", 5, trade=2),
    ShopFacts(4, 28185, "56111", "5812", 2, marks=5, benefit_plus_bp=900),
    ShopFacts(5, 28260, "10711", "5999", 1, trade=10, benefit_plus_bp=400, offer=THRIFTY),
    ShopFacts(6, 28260, "56111", "5812", 4, marks=4, benefit_plus_bp=300, offer=LUNCH),
]


@dataclass
class Paid:
    """What the reference found: a discount and lines per payment, and how all stands after."""

    left: dict[int, int]
    used: dict[int, int] = field(default_factory=dict)
    month: dict[int, int] = field(default_factory=dict)
    net: dict[int, int] = field(default_factory=dict)
    sums: dict[int, dict[str, int]] = field(default_factory=dict)
    gave: dict[tuple[int, int], int] = field(default_factory=dict)
    discounts: dict[int, int] = field(default_factory=dict)
    lines: dict[int, tuple[IncentiveLine, ...]] = field(default_factory=dict)


def one_by_one(rules: RuleSet, columns: Columns, left: dict[int, int]) -> Paid:
    """All payments in request order, each as the engine settles it."""
    paid = Paid(dict(left))
    for row in np.argsort(columns.at_us, kind="stable").tolist():
        at_us, member = int(columns.at_us[row]), int(columns.member[row])
        month, in_force = month_of(at_us), rules.at(at_us)
        sums = paid.sums.setdefault(member, {})
        if paid.month.get(member) != month:
            paid.month[member], paid.net[member] = month, 0
            sums = paid.sums[member] = {k: v for k, v in sums.items() if k.startswith(EVER)}
        amount = int(columns.amount_won[row])
        occasion = Occasion(
            at_us, amount, amount, paid.net[member], SHOPS[columns.shop[row]], MEMBERS[member],
            int(columns.channel[row]), paid.left, sums, paid.used,
        )  # fmt: skip
        discount = in_force.discount(occasion) if occasion.shop.benefit_plus_bp else None
        paid.discounts[row] = below_ceiling(paid, occasion, discount.won if discount else 0)
        due = amount - paid.discounts[row]
        earning = max(0, due - int(columns.paid_otherwise_won[row]))
        paid.lines[row] = ()
        outside = False
        if earning:
            lines = in_force.evaluate(occasion._replace(amount_won=due, earning_won=earning))
            paid.lines[row] = lines
            for line in lines:
                outside |= count(rules, paid, sums, occasion.shop, line, at_us)
        if not outside:
            paid.net[member] += earning
    return paid


def below_ceiling(paid: Paid, price: Occasion, won: int) -> int:
    """The discount, as far as the shop has not given all of its month."""
    most_won = price.shop.offer.month_won_max if price.shop.offer else None
    if most_won is None:
        return won
    key = (price.shop.shop_id, month_of(price.at_us))
    won = min(won, most_won - paid.gave.get(key, 0))
    paid.gave[key] = paid.gave.get(key, 0) + won
    return won


def count(
    rules: RuleSet,
    paid: Paid,
    sums: dict[str, int],
    shop: ShopFacts,
    line: IncentiveLine,
    at_us: int,
) -> bool:
    rule = rules.get_rule(line.rule_id)
    for line_id, won in line.funding:
        if line_id:
            paid.left[line_id] -= won
    added = rule.counted(line.won, int(line.won > 0))
    if rule.tally is not None:
        added[rule.tally_key(shop)] = 1
    for key, change in added.items():
        sums[key] = sums.get(key, 0) + change
    for account, won in rule.used_by(line.won, at_us).items():
        paid.used[account] = paid.used.get(account, 0) + won
    return bool(line.won) and rule.outside_month


@st.composite
def histories(draw: st.DrawFn, *, by_member: bool = False, rows_max: int = 25) -> Columns:
    """Random payments of three months; those of small sums often, some at one instant."""
    rows = draw(st.integers(1, rows_max))

    def column(values: st.SearchStrategy[int]) -> Any:
        return np.array(draw(st.lists(values, min_size=rows, max_size=rows)), np.int64)

    minutes = (UNTIL_US - FROM_US) // 60_000_000 - 1
    instants = st.one_of(st.integers(0, minutes), st.sampled_from([0, 43_199, 43_200, minutes]))
    member, at_us = column(st.integers(0, 3)), FROM_US + column(instants) * 60_000_000
    if by_member:
        order = np.lexsort((at_us, member))
        member, at_us = member[order], at_us[order]
    return payments(
        member=member,
        at_us=at_us,
        amount_won=column(st.one_of(st.integers(1, 60_000), st.integers(1, 900_000))),
        paid_otherwise_won=column(st.one_of(st.just(0), st.just(0), st.integers(0, 40_000))),
        shop=column(st.integers(0, len(SHOPS) - 1)),
        channel=column(st.integers(1, 7)),
    )


much = st.just(dict.fromkeys(LINES, 10**12))
scarce = st.fixed_dictionaries({line: st.integers(-5, 60_000) for line in LINES})
lefts = st.one_of(much, scarce, scarce)


def population_of(rules: RuleSet) -> Population:
    return make_population(rules, SHOPS, Members.of(MEMBERS), FROM_US, UNTIL_US)


def lines_of(outcome: Outcome, row: int) -> list[tuple[int, ...]]:
    ids, fields = outcome.population.rule_ids, ("won", "limited_by", "full_won", "choice")
    return [
        (ids[int(line["rule"])], *(int(line[name]) for name in fields))
        for line in outcome.result.lines[row]
        if line["rule"] >= 0
    ]


def without_zeros(sums: Mapping[int, int]) -> dict[int, int]:
    return {key: won for key, won in sums.items() if won}


def same(outcome: Outcome, paid: Paid) -> None:
    """Every row, every sum and every standing is the same."""
    population = outcome.population
    for row, lines in paid.lines.items():
        assert int(outcome.discount_won[row]) == paid.discounts[row], row
        wanted = [(one.rule_id, one.won, one.limited_by, one.full_won, one.choice) for one in lines]
        assert lines_of(outcome, row) == wanted, row
    after = outcome.standing
    assert after.left_won == paid.left
    assert without_zeros(after.used_won) == without_zeros(paid.used)
    gave = {shop: won for (shop, month), won in paid.gave.items() if month == after.month}
    assert without_zeros(after.shop_gave_won) == without_zeros(gave)
    for member in range(len(MEMBERS)):
        lives = paid.month.get(member) == after.month
        assert after.month_net_won[member] == (paid.net[member] if lives else 0)
        sums = paid.sums.get(member, {})
        for key in {*after.sums, *sums}:
            there = int(after.sums[key][member]) if key in after.sums else 0
            assert there == (sums.get(key, 0) if lives or key.startswith(EVER) else 0), key
    every = [line for lines in paid.lines.values() for line in lines]
    for place, rule_id in enumerate(population.rule_ids):
        if not population.rules.get_rule(rule_id).at_till:
            won = sum(line.won for line in every if line.rule_id == rule_id)
            assert outcome.won_by_rule[place].sum() == won
            for line_id, column in outcome.funding(rule_id).items():
                parts = [
                    dict(one.funding).get(line_id, 0) for one in every if one.rule_id == rule_id
                ]
                assert column.sum() == sum(parts)
    drawn = outcome.drawn_by_line.sum(axis=1).tolist()
    for line_id, won in zip(population.line_ids, drawn, strict=True):
        assert won == sum(dict(line.funding).get(line_id, 0) for line in every)
    assert outcome.total("discount_won").sum() == sum(paid.discounts.values())


@settings(deadline=None, max_examples=examples(100))
@given(rule_sets(), histories(), lefts)
def test_it_gives_every_payment_what_evaluate_gives(
    rules: RuleSet, columns: Columns, left: dict[int, int]
) -> None:
    population = population_of(rules)
    assert population.by_functions == ()
    outcome = evaluate_all(population, columns, at_first(len(MEMBERS), left))
    same(outcome, one_by_one(rules, columns, left))


@settings(deadline=None, max_examples=examples(100))
@given(rule_sets(), histories(by_member=True), lefts)
def test_members_apart_and_together_come_to_the_same(
    rules: RuleSet, columns: Columns, left: dict[int, int]
) -> None:
    standing = at_first(len(MEMBERS), left)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_ROWS_FOR_THREADS", 0)
        outcome = evaluate_all(population_of(rules), columns, standing, threads=3)
    event("in request order" if outcome.in_request_order else "by members")
    same(outcome, one_by_one(rules, columns, left))


@settings(deadline=None, max_examples=examples(100))
@given(rule_sets(), histories(), lefts)
def test_the_rules_own_functions_give_the_same_where_machine_code_cannot(
    rules: RuleSet, columns: Columns, left: dict[int, int]
) -> None:
    population = replace(population_of(rules), tables=None)
    outcome = evaluate_all(population, columns, at_first(len(MEMBERS), left))
    same(outcome, one_by_one(rules, columns, left))


@settings(deadline=None, max_examples=examples(100))
@given(rule_sets(), histories(), lefts)
def test_months_one_after_another_end_where_all_at_once_ends(
    rules: RuleSet, columns: Columns, left: dict[int, int]
) -> None:
    standing: Standing = at_first(len(MEMBERS), left)
    discounts: dict[int, int] = {}
    months = np.array([month_of(at_us) for at_us in columns.at_us.tolist()])
    for month in (202001, 202002, 202003):
        rows = np.flatnonzero(months == month)
        part = some_of(columns, rows)
        outcome = evaluate_all(population_of(rules), part, standing)
        standing = outcome.standing
        discounts |= dict(zip(rows.tolist(), outcome.discount_won.tolist(), strict=False))
    whole = evaluate_all(population_of(rules), columns, at_first(len(MEMBERS), left)).standing
    assert standing.month == whole.month
    assert standing.left_won == whole.left_won
    assert without_zeros(standing.used_won) == without_zeros(whole.used_won)
    assert without_zeros(standing.shop_gave_won) == without_zeros(whole.shop_gave_won)
    assert standing.month_net_won.tolist() == whole.month_net_won.tolist()
    for name in {*standing.sums, *whole.sums}:
        nothing = np.zeros(len(MEMBERS), np.int64)
        one, other = standing.sums.get(name, nothing), whole.sums.get(name, nothing)
        assert one.tolist() == other.tolist(), name
    assert [discounts[row] for row in sorted(discounts)] == [
        one_by_one(rules, columns, left).discounts[row] for row in sorted(discounts)
    ]


@settings(deadline=None, max_examples=examples(100))
@given(rule_sets(), histories(), lefts)
def test_sums_alone_are_those_of_the_rows(
    rules: RuleSet, columns: Columns, left: dict[int, int]
) -> None:
    population, standing = population_of(rules), at_first(len(MEMBERS), left)
    rows = evaluate_all(population, columns, standing)
    alone = evaluate_all(population, columns, standing, keeps_rows=False)
    for name in ("won_by_rule", "payments_by_rule", "limited_by_rule", "drawn_by_line"):
        assert np.array_equal(getattr(alone, name), getattr(rows, name)), name
    assert alone.standing.left_won == rows.standing.left_won
