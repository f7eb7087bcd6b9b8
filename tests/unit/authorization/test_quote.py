"""A quotation is what the payment would be: same amounts, nothing recorded, nothing changed."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from dure.authorization.answers import Answer
from dure.authorization.decide import answer_of, decide
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    ChangeWallet,
    Charge,
    Purchase,
    Quote,
)
from tests.engines import SHOP_JUNGGU, SHOP_PLUS, SHOP_SEOGU
from tests.laws.paper_city import MEMBERS, PaperCity

MEMBER, OTHER = MEMBERS
SHOPS = (SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS)


@pytest.fixture
def city() -> PaperCity:
    """A city whose members have money."""
    city = PaperCity()
    for member in MEMBERS:
        city.ask(Charge(**city.new(), member_id=member, amount_won=500_000))
    return city


def quote(city: PaperCity, shop: str, won: int, member: int = 0) -> Answer:
    request = Quote(**city.new(), shop_code=shop, amount_won=won, channel=1, member_id=member)
    decision = decide(request, city.books)
    assert not decision.recorded
    return answer_of(decision)


def pay(city: PaperCity, shop: str, won: int, member: int = MEMBER) -> Answer:
    return city.ask(
        Purchase(**city.new(), shop_code=shop, amount_won=won, channel=1, member_id=member)
    )


def told(answer: Answer) -> tuple[Any, ...]:
    return (
        answer.amount_won,
        answer.discount_won,
        answer.charged_won,
        answer.cashback_won,
        answer.incentive,
    )


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_the_payment_then_is(city: PaperCity, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(30):
        shop, member = chance.choice(SHOPS), chance.choice(MEMBERS)
        won = chance.choice((1, 16, 17, 9_999, 33_333, 120_000, 300_001))
        quoted, paid = quote(city, shop, won, member), pay(city, shop, won, member)
        if paid.approved:
            assert told(quoted) == told(paid)
            assert quoted.quoted is not None
            assert quoted.quoted.short_won == 0
        else:
            assert quoted.reason == paid.reason


def test_it_changes_no_wallet_and_no_line(city: PaperCity) -> None:
    books = city.books
    before = copy.deepcopy(
        [
            [{name: getattr(wallet, name, None) for name in wallet.__slots__}
             for wallet in books.wallets.values()],
            books.budget_left,
            books.used_won,
            list(vars(books.changes)) if hasattr(books.changes, "__dict__") else None,
        ]
    )  # fmt: skip
    for shop in SHOPS:
        quote(city, shop, 50_000)
        quote(city, shop, 50_000, MEMBER)
        quote(city, shop, 5_000_000, MEMBER)
    after = [
        [{name: getattr(wallet, name, None) for name in wallet.__slots__}
         for wallet in books.wallets.values()],
        books.budget_left,
        books.used_won,
        list(vars(books.changes)) if hasattr(books.changes, "__dict__") else None,
    ]  # fmt: skip
    assert after == before


def test_it_reckons_for_nobody_as_for_somebody_who_has_paid_nothing(city: PaperCity) -> None:
    fresh = quote(city, SHOP_SEOGU, 50_000)
    own = quote(city, SHOP_SEOGU, 50_000, MEMBER)
    assert told(fresh) == told(own)
    pay(city, SHOP_SEOGU, 290_000)
    assert told(quote(city, SHOP_SEOGU, 50_000)) == told(fresh)
    assert quote(city, SHOP_SEOGU, 50_000, MEMBER).incentive != fresh.incentive


def test_it_tells_no_balances(city: PaperCity) -> None:
    answer = quote(city, SHOP_SEOGU, 50_000, MEMBER)
    assert (answer.charged_after_won, answer.cashback_after_won, answer.movement_id) == (0, 0, 0)
    assert answer.approval_code == ""


def test_it_says_what_is_lacking_and_quotes_as_if_it_were_there(city: PaperCity) -> None:
    answer = quote(city, SHOP_JUNGGU, 500_100, MEMBER)
    assert answer.reason == No.NOT_ENOUGH_MONEY
    assert answer.quoted is not None
    assert (answer.quoted.short_won, answer.quoted.earning_won) == (100, 500_100)
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=100))
    assert quote(city, SHOP_JUNGGU, 500_100, MEMBER).approved


def test_it_counts_cashback_and_allowances_into_what_is_there(city: PaperCity) -> None:
    pay(city, SHOP_JUNGGU, 100_000)
    wallet = city.books.wallet(MEMBER)
    assert wallet is not None
    whole = wallet.charged_won + wallet.cashback_won
    assert quote(city, SHOP_JUNGGU, whole, MEMBER).approved
    answer = quote(city, SHOP_JUNGGU, whole + 7, MEMBER)
    assert answer.quoted is not None
    assert answer.quoted.short_won == 7
    city.ask(ChangeWallet(**city.new(), member_id=MEMBER, spend_cashback=False))
    kept = quote(city, SHOP_JUNGGU, whole, MEMBER).quoted
    assert kept is not None
    assert kept.short_won == wallet.cashback_won


@pytest.mark.parametrize(
    ("shop", "won", "member", "reason"),
    [
        ("NOSUCHSHOP00001", 1_000, 0, No.SHOP_UNKNOWN),
        (SHOP_SEOGU, 1_000, 77, No.MEMBER_UNKNOWN),
        (SHOP_SEOGU, 0, 0, No.AMOUNT_INVALID),
        (SHOP_SEOGU, -1, 0, No.AMOUNT_INVALID),
        (SHOP_SEOGU, 3 * 10**9, 0, No.OVER_PAYMENT_LIMIT),
        (SHOP_SEOGU, 10**14, 0, No.AMOUNT_INVALID),
    ],
)
def test_it_refuses_as_the_payment_would_be(
    city: PaperCity, shop: str, won: int, member: int, reason: No
) -> None:
    answer = quote(city, shop, won, member)
    assert (answer.reason, answer.quoted) == (reason, None)


def test_it_refuses_a_locked_wallet(city: PaperCity) -> None:
    city.ask(ChangeWallet(**city.new(), member_id=MEMBER, locked=True))
    assert quote(city, SHOP_SEOGU, 1_000, MEMBER).reason == No.WALLET_LOCKED


def test_it_names_the_discount_and_its_base(city: PaperCity) -> None:
    answer = quote(city, SHOP_PLUS, 50_000)
    assert answer.quoted is not None
    rule = city.books.rules.get_rule(answer.quoted.discount_rule_id)
    assert rule.at_till
    assert answer.discount_won == answer.quoted.discount_full_won > 0
    assert answer.quoted.due_won == 50_000 - answer.discount_won == answer.quoted.earning_won
