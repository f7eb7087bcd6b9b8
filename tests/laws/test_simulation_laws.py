"""A simulation under the rules that were in force gives the journal's incentive, to the won.

The city here is `IncentiveCity`: the code that decides for the live engine, under random rules of
every kind, with late advices, cashback that is spent, discounts, cancellations in part and wholly,
refunds and refunds undone. What it has booked is played again from a history.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dure.authorization.requests import Cancel, Purchase, Refund
from dure.forecast.simulate.family import play_family
from dure.forecast.simulate.general import no_moves, play_generally
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.plain import why_not_plain
from dure.forecast.simulate.playing import play_plainly
from dure.forecast.simulate.ready import Ready, terms_of
from dure.forecast.simulate.running import Span
from dure.policy.caps import Caps, Stops
from dure.policy.document import OPEN_END_US
from dure.policy.evaluate import RuleSet, compile_rules
from tests.examples import examples
from tests.laws.incentive_city import IncentiveCity, Pay
from tests.laws.random_rules import KINDS, LINE_IDS, rule_sets
from tests.laws.simulated_city import drawn_in, given_by, given_in, history_of, played
from tests.laws.test_incentive_laws import city_of, lines_won, pays

pytestmark = pytest.mark.timeout(600)  # The first to run waits for machine code.

PLAIN = [
    "bracket_cashback", "flat_rate", "district_top_up", "instant_discount", "shop_cashback",
    "band_rate", "area_boost", "channel_rate", "local_maker",
]  # fmt: skip

lives = st.lists(pays, min_size=1, max_size=10)
cuts = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 3)), max_size=10)
plenty = st.just((10**9, 10**9, 10**9))
laws = settings(deadline=None, max_examples=examples(120))


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


def told(outcome: Outcome) -> tuple[object, ...]:
    lines = [{line: won for line, won in one.items() if won} for one in outcome.paid_by_line]
    return given_in(outcome), lines, outcome.amount_won, outcome.discount_won


def settled(rules: RuleSet) -> RuleSet:
    """The rules without what changes amid a month or looks further than a payment."""
    documents = {}
    for rule in dict.fromkeys(rule for term in rules.terms for rule in term.rules):
        caps = Caps(payment_cashback_won_max=rule.document.caps.payment_cashback_won_max)
        documents[rule.rule_id] = replace(
            rule.document, from_us=0, until_us=OPEN_END_US, caps=caps, stops=Stops(), best_of=None
        )
    ids = {document.key: rule_id for rule_id, document in documents.items()}
    return compile_rules(documents.values(), LINE_IDS, ids)


SETTLED = [kind for kind in PLAIN if kind not in ("instant_discount", "local_maker")]
settled_sets = st.lists(rule_sets(SETTLED, 4).map(settled), min_size=1, max_size=4)
plain_sets = st.lists(rule_sets(PLAIN, 4), min_size=1, max_size=2)


@laws
@given(rule_sets(PLAIN, 3), st.one_of(settled_sets, plain_sets), lives, cuts)
def test_rules_that_were_never_in_force_give_the_same_whichever_way_they_are_played(
    rules: RuleSet,
    tried: list[RuleSet],
    life: list[Pay],
    cut: list[tuple[int, int, int]],
) -> None:
    city = city_of(rules, (10**9, 10**9, 10**9), spends=True)
    live(city, life, cut)
    with tempfile.TemporaryDirectory() as folder:
        history = history_of(city, Path(folder))
        if not history.months:
            return
        span = Span.of(history, history.months)
        readies = [span.ready(one) for one in tried]
        outcomes = play_family(span, readies, tell=lambda _done: None, stopped=lambda: False)
        for ready, outcome in zip(readies, outcomes, strict=True):
            event("of a family" if not len(outcome.cells) else "alone")
            whichever_way(span, ready, outcome)


def whichever_way(span: Span, ready: Ready, outcome: Outcome) -> None:
    generally = play_generally(
        span.history, ready, span.members, span.months, no_moves(span.history),
        together=False, tell=lambda _done: None, stopped=lambda: False,
    )  # fmt: skip
    if not len(outcome.cells):
        assert told(outcome) == told(generally)
    plain = why_not_plain(ready.population) is None
    if plain and all(terms_of(ready.population, m) is not None for m in span.months):
        event("plainly")
        alone = play_plainly(
            span.history, ready, span.months,
            tell=lambda _done: None, stopped=lambda: False,
        )  # fmt: skip
        assert told(alone) == told(generally)
        assert alone.member_won.tolist() == generally.member_won.tolist()
        assert alone.cells.tolist() == generally.cells.tolist()
