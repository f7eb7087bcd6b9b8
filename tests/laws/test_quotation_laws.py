"""Laws of quotations over random documents and lives: the payment to the won, and nothing changed.

Whatever rules a city has, what is quoted a moment before a payment is what the payment gives; the
explanation's lines sum to it for every audience; and no figure of the city moves by asking.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dure.authorization.answers import Answer
from dure.authorization.decide import answer_of, decide
from dure.authorization.requests import Purchase, Quote
from dure.policy.audiences import Audience
from dure.policy.evaluate import CompiledRule, RuleSet
from dure.web.shared.calculator import explained
from tests.laws.incentive_city import PLACES, IncentiveCity, Pay
from tests.laws.paper_city import MEMBERS
from tests.laws.random_rules import rule_sets
from tests.laws.test_incentive_laws import city_of, laws, lines_won, lives


def quoted(city: IncentiveCity, payment: Pay, member_id: int) -> Answer:
    request = Quote(
        **city.new(),
        shop_code=f"place-{PLACES[payment.place].shop_id}",
        amount_won=payment.won,
        channel=payment.channel,
        member_id=member_id,
    )
    decision = decide(request, city.books)
    assert not decision.recorded
    return answer_of(decision)


def paid(city: IncentiveCity, payment: Pay) -> Answer:
    return city.ask(
        Purchase(
            **city.new(),
            shop_code=f"place-{PLACES[payment.place].shop_id}",
            amount_won=payment.won,
            channel=payment.channel,
            member_id=MEMBERS[payment.member],
        )
    )


def told(answer: Answer) -> tuple[Any, ...]:
    return (
        answer.reason, answer.discount_won, answer.charged_won, answer.cashback_won,
        answer.allowance_won, answer.incentive,
    )  # fmt: skip


def rules_of(rules: RuleSet) -> tuple[CompiledRule, ...]:
    return tuple({rule.rule_id: rule for term in rules.terms for rule in term.rules}.values())


def state(city: IncentiveCity) -> Any:
    books = city.books
    wallets = [
        {name: copy.deepcopy(getattr(wallet, name)) for name in wallet.__slots__}
        for wallet in books.wallets.values()
    ]
    return wallets, dict(books.budget_left), dict(books.used_won), len(books.changes.movements)


@laws
@given(rule_sets(), lines_won, lives, st.booleans())
def test_what_is_quoted_is_what_the_payment_then_gives(
    rules: RuleSet, lines: tuple[int, ...], life: Sequence[Pay], spends: bool
) -> None:
    city = city_of(rules, lines, spends=spends)
    for payment in life:
        city.clock.advance(payment.hours_later * 3_600_000_000)
        before = state(city)
        own = quoted(city, payment, MEMBERS[payment.member])
        quoted(city, payment, 0)
        assert state(city) == before
        assert told(own) == told(paid(city, payment))


@laws
@given(rule_sets(), lines_won, lives)
def test_the_lines_told_sum_to_what_is_given_and_every_rule_has_a_word(
    rules: RuleSet, lines: tuple[int, ...], life: Sequence[Pay]
) -> None:
    city = city_of(rules, lines, spends=True)
    every = rules_of(rules)
    for payment in life:
        for member_id in (0, MEMBERS[payment.member]):
            answer = quoted(city, payment, member_id)
            if answer.quoted is None:
                continue
            in_force = {rule.document.key for rule in rules.at(answer.quoted.at_us).rules}
            for audience in Audience:
                given_lines, missing = explained(answer, answer.quoted, every, audience)
                assert sum(one.won for one in given_lines if one.is_off_price) == (
                    answer.discount_won + answer.coupon_won
                )
                assert sum(one.won for one in given_lines if not one.is_off_price) == sum(
                    line.won for line in answer.incentive
                )
                keys = [one.key for one in (*given_lines, *missing)]
                assert len(keys) == len(set(keys))
                assert set(keys) == in_force
                assert all(one.sentences for one in missing)
        paid(city, payment)
