"""Quotations in the engine: they overtake a write as payments do, and give way to payments."""

from __future__ import annotations

from dure.authorization.answers import Answer
from dure.authorization.facts import Wallet
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Inquire, Quote
from dure.engine.gather import is_hot
from dure.engine.inbox import Inbox
from dure.engine.resident import ResidentBooks
from dure.policy.evaluate import RuleSet
from dure.policy.occasions import MemberFacts
from tests.engines import BEGUN_US, SHOP_SEOGU, new_key

MEMBER = 5
MONTH = 201910


def quote(member_id: int = 0) -> Quote:
    return Quote(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=1, channel=1,
        member_id=member_id,
    )  # fmt: skip


def books_with(*months: int) -> ResidentBooks:
    books = ResidentBooks(RuleSet([]), 100, 100)
    for month in months:
        wallet = Wallet(MEMBER, MEMBER, MemberFacts(28260, 1980, 2))
        wallet.month = month
        books.wallets[MEMBER] = wallet
    return books


def test_it_needs_nothing_of_nobody() -> None:
    assert is_hot(books_with(), quote())
    assert is_hot(books_with(), quote(), [])


def test_it_needs_the_members_wallet_in_its_month() -> None:
    assert is_hot(books_with(MONTH), quote(MEMBER))
    assert not is_hot(books_with(), quote(MEMBER))
    assert is_hot(books_with(), quote(MEMBER), [])
    assert not is_hot(books_with(MONTH + 1), quote(MEMBER), [])


def test_it_is_turned_away_when_a_quarter_of_the_queue_is_taken() -> None:
    told: list[Answer] = []
    inbox = Inbox(queue_max=8)
    inbox.submit(quote(), told.append)
    inbox.submit(quote(), told.append)
    assert told == []
    inbox.submit(quote(), told.append)
    assert [answer.reason for answer in told] == [No.TRY_AGAIN]
    for _ in range(6):
        inbox.submit(Inquire(key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER), told.append)
    assert len(told) == 1, "payments have the whole queue"
    assert len(inbox) == 8


def test_it_waits_less_long_than_a_payment() -> None:
    assert quote().deadline_ms < Inquire(key=new_key(), occurred_at_us=BEGUN_US).deadline_ms
