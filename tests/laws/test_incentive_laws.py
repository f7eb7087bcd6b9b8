"""Laws of incentive over random documents of all kinds, random lives, and their cancellations.

What a payment earns lies between nothing and its caps; what the lines of incentive say is what the
purses got and what the budget lines and the shop gave; and whatever was given goes back whence it
came, in every order. `IncentiveCity` checks the first two after each payment and each cancellation.
"""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.ledger.accounts import Account
from dure.ledger.movement import Movement
from dure.policy.document import RuleDocument
from dure.policy.explain import explain
from dure.policy.lines import choice_of, limit_of
from dure.policy.occasions import Channel
from tests.laws.incentive_city import PLACES, IncentiveCity, Pay
from tests.laws.incentive_documents import DISCOUNT, PURCHASE_KINDS, TERMS, documents

pays = st.builds(
    Pay,
    member=st.integers(0, 1),
    place=st.integers(0, len(PLACES) - 1),
    won=st.one_of(st.integers(1, 400_000), st.integers(1, 200)),
    channel=st.sampled_from([Channel.CARD, Channel.QR]),
    hours_later=st.sampled_from([0, 1, 30, 400]),
)
lines_won = st.tuples(*[st.one_of(st.integers(0, 20_000), st.just(1_000_000))] * 3)
numbers = st.integers(0, 1 << 30)


@st.composite
def rules(draw: st.DrawFn) -> list[RuleDocument]:
    found = [draw(documents(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    return [*found, DISCOUNT]


lives = st.lists(pays, min_size=1, max_size=8)
laws = settings(deadline=None, max_examples=150)


def test_every_kind_that_gives_for_a_payment_is_under_these_laws() -> None:
    assert set(TERMS) == set(PURCHASE_KINDS)


@laws
@given(rules(), lines_won, lives, st.booleans())
def test_it_gives_within_its_caps_and_moves_what_it_says(
    documents: list[RuleDocument], lines: tuple[int, ...], life: list[Pay], spends: bool
) -> None:
    city = IncentiveCity(documents, lines, spends=spends)
    city.play(life)
    for left_won in city.lines().values():
        assert left_won >= 0


@laws
@given(rules(), lines_won, lives, st.booleans(), numbers)
def test_cancelling_everything_restores_every_figure(
    documents: list[RuleDocument],
    lines: tuple[int, ...],
    life: list[Pay],
    spends: bool,
    order: int,
) -> None:
    city = IncentiveCity(documents, lines, spends=spends)
    before = city.figures(purses=not spends)
    paid = city.play(life)
    random.Random(order).shuffle(paid)
    for request in paid:
        city.cancel(request)
    assert city.figures(purses=not spends) == before


@laws
@given(rules(), lines_won, lives)
def test_cancelling_the_last_first_restores_the_purses_too(
    documents: list[RuleDocument], lines: tuple[int, ...], life: list[Pay]
) -> None:
    city = IncentiveCity(documents, lines, spends=True)
    before = city.figures(purses=True)
    for request in reversed(city.play(life)):
        city.cancel(request)
    assert city.figures(purses=True) == before


@laws
@given(rules(), lines_won, lives, st.lists(st.tuples(numbers, numbers), max_size=8), numbers)
def test_the_order_of_cancellations_does_not_matter(
    documents: list[RuleDocument],
    lines: tuple[int, ...],
    life: list[Pay],
    cuts: list[tuple[int, int]],
    order: int,
) -> None:
    ends = []
    for shuffled in (False, True):
        city = IncentiveCity(documents, lines, spends=True)
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
@given(rules(), lines_won, lives, numbers, numbers, st.booleans())
def test_a_refund_that_is_undone_leaves_no_trace(
    documents: list[RuleDocument],
    lines: tuple[int, ...],
    life: list[Pay],
    pick: int,
    part: int,
    spends: bool,
) -> None:
    city = IncentiveCity(documents, lines, spends=spends)
    paid = city.play(life)
    if not paid:
        return
    request = paid[pick % len(paid)]
    before = city.figures(purses=False)
    city.undo(city.refund(request, part % request.amount_won + 1))
    assert city.figures(purses=False) == before


@laws
@given(rules(), lines_won, lives)
def test_every_won_and_every_nothing_is_explained(
    documents: list[RuleDocument], lines: tuple[int, ...], life: list[Pay]
) -> None:
    city = IncentiveCity(documents, lines, spends=True)
    for payment in life:
        if city.pay(payment) is None:
            continue
        movement = city.books.changes.movements[-1]
        assert_explained(city, movement)


def assert_explained(city: IncentiveCity, movement: Movement) -> None:
    packed = movement.incentive or []
    legs = zip(movement.accounts, movement.amounts, strict=True)
    charged_won = sum(won for account, won in legs if account == Account.MEMBER_CHARGED)
    for i in range(0, len(packed), 4):
        rule_id, won, limit, _full = packed[i : i + 4]
        said = explain(
            city.books.rules.get_rule(rule_id),
            won,
            limit_of(limit),
            charged_won,
            movement.usage_before_won,
            choice_of(limit),
        )
        assert said
        assert not won or f"{won:,}원" in "".join(sentence.ko for sentence in said)
