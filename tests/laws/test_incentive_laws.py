"""Laws of incentive over random documents of all kinds, random lives, and their cancellations.

What a payment earns lies between nothing and its caps; what the lines of incentive say is what the
purses got and what the budget lines and the shop gave; and whatever was given goes back whence it
came, in every order. `IncentiveCity` checks the first two after each payment and each cancellation.
"""

from __future__ import annotations

import random
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.authorization.purchase import month_so_far
from dure.kernel.calendar import SEOUL, day_number_of, month_of, to_us
from dure.ledger.accounts import Account
from dure.ledger.movement import Movement
from dure.policy.clawback import earned_on_rest
from dure.policy.evaluate import RuleSet
from dure.policy.explain import explain, why_not
from dure.policy.kinds import KINDS as ALL_KINDS
from dure.policy.kinds.kind import Moment
from dure.policy.lines import choice_of, limit_of
from dure.policy.occasions import Channel, Occasion
from tests.examples import examples
from tests.laws.incentive_city import HOUR_US, PLACES, IncentiveCity, Pay
from tests.laws.paper_city import MEMBERS
from tests.laws.random_rules import KINDS, rule_sets

pays = st.builds(
    Pay,
    member=st.integers(0, 1),
    place=st.integers(0, len(PLACES) - 1),
    won=st.one_of(st.integers(1, 400_000), st.integers(1, 200)),
    channel=st.sampled_from([Channel.CARD, Channel.QR]),
    hours_later=st.sampled_from([0, 1, 30, 400]),
    hours_late=st.sampled_from([0, 0, 0, 1, 500]),
)
lines_won = st.tuples(*[st.one_of(st.integers(0, 20_000), st.just(1_000_000))] * 3)
numbers = st.integers(0, 1 << 30)


lives = st.lists(pays, min_size=1, max_size=8)
laws = settings(deadline=None, max_examples=examples(150))
BEGINS_US = to_us(datetime(2020, 2, 1, 11, tzinfo=SEOUL))
JOINED_DAY = day_number_of(BEGINS_US) - 20


def city_of(rules: RuleSet, lines: tuple[int, ...], *, spends: bool) -> IncentiveCity:
    """The city in the days of the random rules; its members have joined a while before."""
    city = IncentiveCity(rules, lines, spends=spends, begins_us=BEGINS_US)
    for wallet in city.books.wallets.values():
        wallet.facts = wallet.facts._replace(joined_day=JOINED_DAY)
    return city


def test_every_kind_that_gives_at_a_payment_is_under_these_laws() -> None:
    at_a_payment = (Moment.TILL, Moment.PURCHASE)
    assert set(KINDS) == {kind.name for kind in ALL_KINDS.values() if kind.moment in at_a_payment}


@laws
@given(rule_sets(), lines_won, lives, st.booleans())
def test_it_gives_within_its_caps_and_moves_what_it_says(
    rules: RuleSet, lines: tuple[int, ...], life: list[Pay], spends: bool
) -> None:
    city = city_of(rules, lines, spends=spends)
    city.play(life)
    for left_won in city.lines().values():
        assert left_won >= 0


@laws
@given(rule_sets(), lines_won, lives, st.booleans(), numbers)
def test_cancelling_everything_restores_every_figure(
    rules: RuleSet,
    lines: tuple[int, ...],
    life: list[Pay],
    spends: bool,
    order: int,
) -> None:
    city = city_of(rules, lines, spends=spends)
    before = city.figures(purses=not spends)
    paid = city.play(life)
    random.Random(order).shuffle(paid)
    for request in paid:
        city.cancel(request)
    assert city.figures(purses=not spends) == before


@laws
@given(rule_sets(), lines_won, lives)
def test_cancelling_the_last_first_restores_the_purses_too(
    rules: RuleSet, lines: tuple[int, ...], life: list[Pay]
) -> None:
    city = city_of(rules, lines, spends=True)
    before = city.figures(purses=True)
    for request in reversed(city.play(life)):
        city.cancel(request)
    assert city.figures(purses=True) == before


@laws
@given(rule_sets(), lines_won, lives, st.lists(st.tuples(numbers, numbers), max_size=8), numbers)
def test_the_order_of_cancellations_does_not_matter(
    rules: RuleSet,
    lines: tuple[int, ...],
    life: list[Pay],
    cuts: list[tuple[int, int]],
    order: int,
) -> None:
    ends = []
    for shuffled in (False, True):
        city = city_of(rules, lines, spends=True)
        paid = city.play(life)
        ordered = [(pick % len(paid), rest) for pick, rest in cuts] if paid else []
        if shuffled:
            random.Random(order).shuffle(ordered)
        for place, rest in ordered:
            request = paid[place]
            city.cancel(request, rest % (request.amount_won + 1))
        ends.append(city.figures(purses=False))
    assert ends[0] == ends[1]


@laws
@given(rule_sets(), lines_won, lives, numbers, numbers, st.booleans())
def test_a_refund_that_is_undone_leaves_no_trace(
    rules: RuleSet,
    lines: tuple[int, ...],
    life: list[Pay],
    pick: int,
    part: int,
    spends: bool,
) -> None:
    city = city_of(rules, lines, spends=spends)
    paid = city.play(life)
    if not paid:
        return
    request = paid[pick % len(paid)]
    before = city.figures(purses=False)
    city.undo(city.refund(request, part % request.amount_won + 1))
    assert city.figures(purses=False) == before


@laws
@given(rule_sets(), lines_won, lives)
def test_every_won_is_explained_and_every_nothing_and_less_left_never_earns_more(
    rules: RuleSet, lines: tuple[int, ...], life: list[Pay]
) -> None:
    city = city_of(rules, lines, spends=True)
    for payment in life:
        city.clock.advance(payment.hours_later * HOUR_US)
        asked = occasion_of(city, payment)
        if city.pay(payment._replace(hours_later=0)) is not None:
            movement = city.books.changes.movements[-1]
            legs = zip(movement.accounts, movement.amounts, strict=True)
            charged_won = sum(won for account, won in legs if account == Account.MEMBER_CHARGED)
            due_won = payment.won - movement.discount_won
            asked = asked._replace(amount_won=due_won, earning_won=charged_won)
            assert_explained(city, movement, asked)


def occasion_of(city: IncentiveCity, payment: Pay) -> Occasion:
    """The payment as rules will see it, but for what discount and purses make of its price."""
    books, at_us = city.books, city.clock.now_us() - payment.hours_late * HOUR_US
    wallet = books.wallets[MEMBERS[payment.member]]
    month_net_won, counters = month_so_far(wallet, month_of(at_us), books)
    return Occasion(
        at_us, 0, 0, month_net_won, PLACES[payment.place], wallet.facts, payment.channel,
        dict(books.budget_left), dict(counters), dict(books.used_won),
    )  # fmt: skip


def assert_explained(city: IncentiveCity, movement: Movement, asked: Occasion) -> None:
    """What gave is told with its won, and of all else it is told why it did not."""
    packed, rules = movement.incentive or [], city.books.rules
    for i in range(0, len(packed), 4):
        rule_id, won, limit, _full = packed[i : i + 4]
        rule = rules.get_rule(rule_id)
        month_net_won = movement.usage_before_won
        said = explain(
            rule, won, limit_of(limit), asked.earning_won, month_net_won, choice_of(limit)
        )
        assert said
        assert not won or f"{won:,}원" in "".join(sentence.ko for sentence in said)
        assert why_not(rule, asked) == ()
        stays = [
            earned_on_rest(rules, rule_id, rest, month_net_won, won, choice_of(limit), rest)
            for rest in range(0, asked.earning_won + 1, max(1, asked.earning_won // 40))
        ]
        assert stays == sorted(stays), "less that is left never earns more"
    if asked.earning_won:
        gave = set(packed[::4])
        for rule in rules.at(asked.at_us).rules:
            if rule.moment is Moment.PURCHASE and rule.rule_id not in gave:
                assert why_not(rule, asked)
