"""Coupons and shops' months in PostgreSQL: what is answered is there after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import RETRY_CAN_HELP
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Cancel,
    Charge,
    ClaimCoupon,
    Purchase,
    Refund,
)
from dure.engine.client import EngineClient
from dure.engine.settings import EngineSettings
from dure.jobs.desk import Desk
from dure.jobs.due import expire_coupons
from dure.kernel.clock import SetClock
from dure.ledger.accounts import Account
from dure.ledger.command import balances
from dure.ledger.invariants import broken
from dure.policy.document import parse_document
from dure.wallets.simulated_bank import SimulatedBank
from tests.engines import (
    BEGUN_US,
    CITY_RULE,
    CITY_RULE_LATER,
    LINES,
    SEOGU_RULE,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
    running_engine,
    seed_city,
)

DISCOUNT_RULE = """\
id: test-discount
version: 1
kind: instant_discount
title: {ko: 즉시할인, en: Instant discount}
scope: city
period: {from: 2019-01-01, until: 2020-01-01}
shop_offer: {rate_bp_min: 300, rate_bp_max: 700}
funding: shop
sources: [https://example.org/discount]
"""
COUPON_RULE = """\
id: test-coupon
version: 1
kind: coupon
title: {ko: 서구 쿠폰, en: Seo-gu coupon}
scope: 서구
period: {from: 2019-10-01, until: 2020-01-01}
coupon: {rate_bp: 2000, max_won: 3000, stock: 50, per_person: 3, min_won: 5000, valid: {days: 30}}
funding: {of: 3, lines: {test-seogu: 2, shop: 1}}
sources: [https://example.org/coupon]
"""
RULES = (CITY_RULE, CITY_RULE_LATER, SEOGU_RULE, DISCOUNT_RULE, COUPON_RULE)
VERSION, MEMBER, SEOGU_LINE = 5, 1001, 3
DAY_US = 86_400 * 1_000_000

Figures = tuple[object, ...]


@pytest.fixture
def city(db_url: str) -> str:
    """A small city with a discount rule and a coupon, its lines filled; one member has money."""
    assert parse_document(COUPON_RULE, "coupon").version == 1
    seed_city(db_url, RULES)
    with running_engine(db_url) as engine:
        for line_id, _code, _payer, _district, won in LINES:
            request = Appropriate(
                key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won
            )
            assert engine.ask(request).approved
        give_money(engine, MEMBER)
    return db_url


def give_money(engine: RunningEngine, member_id: int) -> None:
    open_member(engine, member_id)
    charge = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=500_000)
    assert engine.ask(charge).approved


def claim(engine: RunningEngine, member_id: int = MEMBER) -> Answer:
    answer = engine.ask(
        ClaimCoupon(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, rule_version_id=VERSION
        )
    )
    assert answer.approved, answer
    return answer


def purchase(won: int, shop: str = SHOP_SEOGU, member_id: int = MEMBER) -> Purchase:
    return Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=1,
        member_id=member_id, deadline_ms=30_000,
    )  # fmt: skip


def cancel(payment: AnyRequest, rest_won: int = 0, member_id: int = MEMBER) -> Cancel:
    return Cancel(
        key=new_key(), occurred_at_us=BEGUN_US, original_key=payment.key, rest_won=rest_won,
        member_id=member_id, deadline_ms=30_000,
    )  # fmt: skip


def one(url: str, query: str, *arguments: object) -> Figures:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode(), arguments).fetchone()
    assert row is not None
    return row


def figures(url: str) -> Figures:
    """Purses, net payments, what Seo-gu has spent, and what is reserved for coupons."""
    with psycopg.connect(url) as connection:
        reserved = -balances(connection).get(Account.COUPONS_RESERVED, 0)
    return (
        *one(url, "SELECT charged_won, cashback_won, usage_won FROM wallet WHERE member_id = %s",
             MEMBER),
        *one(url, "SELECT spent_won FROM budget_slice WHERE line_id = %s", SEOGU_LINE), reserved,
    )  # fmt: skip


def test_it_keeps_coupons_over_restarts(city: str) -> None:
    with running_engine(city) as engine:
        claim(engine)
    claimed = figures(city)
    assert claimed == (500_000, 0, 0, 2_000, 2_000)
    payment = purchase(12_000)
    with running_engine(city) as engine:
        answer = engine.ask(payment)
    assert (answer.coupon_won, answer.charged_won) == (2_400, 9_600)
    with running_engine(city) as engine:
        repeated = engine.ask(payment)
        assert repeated.repeated
        assert (repeated.coupon_won, repeated.movement_id) == (2_400, answer.movement_id)
        assert engine.ask(cancel(payment, 4_000)).coupon_won == 1_600
    with running_engine(city) as engine:
        assert engine.ask(cancel(payment)).coupon_won == 800
    assert figures(city) == claimed
    with running_engine(city) as engine:
        assert engine.ask(purchase(20_000)).coupon_won == 3_000
        assert engine.ask(purchase(20_000)).coupon_won == 0
    assert one(city, "SELECT state, place, reserved_won FROM coupon") == (2, 1, 0)


def test_it_cancels_what_was_paid_in_the_same_batch(city: str) -> None:
    """Requests that arrive together are decided together, before anything of them is written."""
    with running_engine(city) as engine:
        claim(engine)
        claim(engine)
        before = figures(city)
        first, second = purchase(20_000), purchase(20_000)
        together: list[AnyRequest] = [
            first,
            cancel(first, 7_777),
            second,
            cancel(first),
            cancel(second),
        ]
        answers = ask_together(engine, together)
        assert [answer.coupon_won for answer in answers] == [3_000, 1_834, 3_000, 1_166, 3_000]
        assert figures(city) == before
        assert engine.ask(purchase(20_000)).coupon_won == 3_000


def ask_together(engine: RunningEngine, requests: list[AnyRequest]) -> list[Answer]:
    async def play() -> list[Answer]:
        client = await EngineClient.connect(engine.path)
        answers = await asyncio.gather(*[client.ask(request) for request in requests])
        await client.close()
        return list(answers)

    return asyncio.run(play())


def test_it_undoes_a_refund_after_a_restart(city: str) -> None:
    payment = purchase(20_000)
    with running_engine(city) as engine:
        claim(engine)
        engine.ask(payment)
    stood = figures(city)
    refund = Refund(key=new_key(), occurred_at_us=BEGUN_US, amount_won=20_000,
                    shop_code=SHOP_SEOGU, original_key=payment.key, member_id=MEMBER)  # fmt: skip
    with running_engine(city) as engine:
        assert engine.ask(refund).coupon_won == 3_000
    with running_engine(city) as engine:
        assert engine.ask(cancel(refund)).approved
    assert figures(city) == stood
    again = Refund(key=new_key(), occurred_at_us=BEGUN_US, amount_won=20_000,
                   shop_code=SHOP_SEOGU, original_key=payment.key, member_id=MEMBER)  # fmt: skip
    with running_engine(city) as engine:
        assert engine.ask(again).approved
        assert engine.ask(purchase(20_000)).coupon_won == 3_000
        assert engine.ask(cancel(again)).reason == No.COUPON_USED_ELSEWHERE


def test_it_lapses_by_the_worker(city: str) -> None:
    clock = SetClock(BEGUN_US + 29 * DAY_US)
    with running_engine(city) as engine, psycopg.connect(city, autocommit=True) as connection:
        claim(engine)
        claim(engine)
        bank = SimulatedBank(connection, clock)
        desk = Desk(connection, bank, engine.ask, clock, lambda: False)
        assert expire_coupons(desk).units == 0
        clock.advance(DAY_US)
        assert expire_coupons(desk).units == 2
        assert expire_coupons(desk).units == 0
    assert figures(city) == (500_000, 0, 0, 0, 0)
    assert one(city, "SELECT count(*), min(state), max(state) FROM coupon") == (2, 3, 3)


def test_it_costs_a_member_without_coupons_no_question(city: str) -> None:
    with running_engine(city) as engine:
        claim(engine)
        give_money(engine, 1002)
    with running_engine(city) as engine:
        for member_id in (1002, MEMBER):
            assert engine.ask(purchase(100, member_id=member_id)).approved
        held = {m: w.coupons for m, w in engine.server.engine.books.wallets.items()}  # type: ignore[union-attr]
    assert held[1002] is None
    assert len(held[MEMBER] or {}) == 1


def test_it_refuses_what_must_never_be(city: str) -> None:
    with running_engine(city) as engine:
        claim(engine)
    for statement, sentence in (
        ("UPDATE coupon_stock SET issued = stock + 1", "never_more_coupons_are_issued"),
        ("UPDATE coupon SET place = per_person + 1", "a_member_never_has_more_coupons"),
        ("UPDATE coupon SET state = 3", "only_an_open_coupon_reserves_money"),
        ("UPDATE coupon SET reserved_won = worth_won + 1", "reserves_no_more_than_it_can_give"),
        ("UPDATE coupon SET state = 2, reserved_won = 0", "says_by_which_payment"),
    ):
        with (
            psycopg.connect(city) as connection,
            pytest.raises(psycopg.errors.CheckViolation, match=sentence),
        ):
            connection.execute(statement.encode())


BREAKS = {
    "the account of reserved coupons": "UPDATE coupon SET reserved_won = reserved_won - 1"
    " WHERE state = 1",
    "never more coupons are issued": "UPDATE coupon_stock SET issued = issued + 1",
    "wallets know how many coupons": "UPDATE wallet SET counters = counters - 'ever/_coupons/held'",
    "a coupon has paid for the payment": "UPDATE coupon_use SET won = won + 1",
    "no shop gives more discount": "UPDATE shop_month SET given_won = given_won + 1",
}


@pytest.mark.breaks_books
@pytest.mark.parametrize("name", BREAKS)
def test_an_invariant_finds_what_breaks_it(city: str, name: str) -> None:
    limit_offer(city, 10_000)
    with running_engine(city) as engine:
        claim(engine)
        claim(engine)
        assert engine.ask(purchase(20_000, SHOP_PLUS)).coupon_won
    with psycopg.connect(city, autocommit=True) as connection:
        assert not broken(connection)
        connection.execute("ALTER TABLE coupon_use DISABLE TRIGGER USER")
        connection.execute(BREAKS[name].encode())
        assert [found.name for found in broken(connection) if found.name.startswith(name)]


# Shops' months.


def limit_offer(url: str, ceiling_won: int) -> None:
    """The benefit-plus shop (5%, shop 3) gives at most so much in a month."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "UPDATE benefit_offer SET month_won_max = %s WHERE shop_id = 3", (ceiling_won,)
        )


def given(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT given_won FROM shop_month WHERE shop_id = 3").fetchone()
    return 0 if row is None else int(str(row[0]))


def test_it_counts_a_shop_s_month_over_restarts_and_cancellations(city: str) -> None:
    limit_offer(city, 1_200)
    first, second = purchase(10_000, SHOP_PLUS), purchase(10_000, SHOP_PLUS)
    with running_engine(city) as engine:
        assert engine.ask(first).discount_won == 500
    with running_engine(city) as engine:
        assert engine.ask(second).discount_won == 500
        assert engine.ask(purchase(10_000, SHOP_PLUS)).discount_won == 200
        assert engine.ask(purchase(10_000, SHOP_PLUS)).discount_won == 0
    assert given(city) == 1_200
    with running_engine(city) as engine:
        assert engine.ask(cancel(first, 3_000)).approved
        assert given(city) == 850
        assert engine.ask(purchase(10_000, SHOP_PLUS)).discount_won == 350
        assert engine.ask(cancel(first)).approved
        assert engine.ask(cancel(second)).approved
    assert given(city) == 550


def test_it_counts_nothing_of_shops_without_a_ceiling(city: str) -> None:
    with running_engine(city) as engine:
        payment = purchase(10_000, SHOP_PLUS)
        assert engine.ask(payment).discount_won == 500
        assert engine.ask(cancel(payment)).approved
    assert one(city, "SELECT count(*) FROM shop_month") == (0,)


@contextmanager
def engines(url: str, *shards: tuple[int, int]) -> Iterator[list[RunningEngine]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                running_engine(url, EngineSettings(batch_max=4, shard_from=a, shard_until=b))
            )
            for a, b in shards
        ]


@pytest.mark.parametrize("shards", [[(0, 64)], [(0, 32), (32, 64)]], ids=["one", "two"])
def test_it_gives_a_shop_s_ceiling_to_the_last_won(
    city: str, shards: list[tuple[int, int]]
) -> None:
    """Several engines know of each other's discounts only by the constraint, and by asking."""
    ceiling_won = 13_337
    limit_offer(city, ceiling_won)
    width = 64 // len(shards)
    payments = [
        purchase(10_000, SHOP_PLUS, engine * width + member)
        for _ in range(5)
        for engine in range(len(shards))
        for member in range(1, 9)
    ]
    with engines(city, *shards) as running:
        for member_id in {payment.member_id for payment in payments}:
            give_money(running[member_id // width], member_id)
        answers = ask_owners(running, list(payments))
        assert sum(answer.discount_won for answer in answers) == given(city) == ceiling_won
        backs = [cancel(payment, member_id=payment.member_id) for payment in payments]
        ask_owners(running, list(backs))
    assert given(city) == 0


def ask_owners(running: list[RunningEngine], requests: list[Purchase | Cancel]) -> list[Answer]:
    """Asks all at once, each the engine of its member; all must be approved in the end."""

    async def play() -> list[Answer]:
        clients = [await EngineClient.connect(engine.path) for engine in running]

        async def ask(request: Purchase | Cancel) -> Answer:
            client = clients[request.member_id % 64 * len(clients) // 64]
            answer = await client.ask(request)
            while answer.reason in RETRY_CAN_HELP:
                answer = await client.ask(request)
            assert answer.approved, answer
            return answer

        answers = await asyncio.gather(*[ask(request) for request in requests])
        for client in clients:
            await client.close()
        return list(answers)

    return asyncio.run(play())
