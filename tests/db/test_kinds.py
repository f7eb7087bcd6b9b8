"""Gifts, stamps and ladders on a real engine: what they count by is there after every restart."""

from __future__ import annotations

import asyncio
import json

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import Appropriate, Cancel, ChangeWallet, Charge, Purchase, Refund
from dure.engine.client import EngineClient
from tests.engines import (
    BEGUN_US,
    LINES,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
    running_engine,
    seed_city,
)

COMMON = """\
version: 1
title: {ko: 시험, en: Test}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
sources: [https://example.org/kinds]
"""
GIFT_RULE = f"""\
id: test-first
kind: first_purchase
{COMMON}eligibility: {{payment_won_min: 10000}}
gift_won: 5000
funding: {{of: 1, lines: {{test-city: 1}}}}
"""
NEW_RULE = f"""\
id: test-new
kind: new_member
{COMMON}eligibility: {{joined_within_days: 30}}
gift_won: 700
times_max: 2
funding: {{of: 1, lines: {{test-city: 1}}}}
"""
STAMP_RULE = f"""\
id: test-stamps
kind: stamp_mission
{COMMON}stamps: 3
distinct: shop
gift_won: 2000
funding: {{of: 1, lines: {{test-state: 1}}}}
"""
LADDER_RULE = f"""\
id: test-ladder
kind: step_down_ladder
{COMMON}line: test-seogu
steps:
  - {{left_from_won: 999000, rate_bp: 500}}
  - {{left_from_won: 998000, rate_bp: 300}}
  - {{left_from_won: 0, rate_bp: 100}}
funding: {{of: 1, lines: {{test-seogu: 1}}}}
"""
FIRST, NEW, STAMPS, LADDER = 1, 2, 3, 4
MEMBER = 1001
SUMS = "SELECT counters::text FROM wallet WHERE member_id = %s"
SPENT = "SELECT line_id, spent_won FROM budget_slice ORDER BY line_id"


@pytest.fixture
def city(db_url: str) -> str:
    """A small city under four rules; one member, who joins now, has money and keeps cashback."""
    seed_city(db_url, (GIFT_RULE, NEW_RULE, STAMP_RULE, LADDER_RULE))
    with running_engine(db_url) as engine:
        for line_id, _code, _payer, _district, won in LINES:
            given = Appropriate(
                key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won
            )
            assert engine.ask(given).approved
        open_member(engine, MEMBER)
        charge = Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, amount_won=500_000
        )
        assert engine.ask(charge).approved
        keep = ChangeWallet(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=MEMBER, spend_cashback=False
        )
        assert engine.ask(keep).approved
    return db_url


def purchase(shop: str, won: int = 20_000) -> Purchase:
    return Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=1,
        member_id=MEMBER, deadline_ms=30_000,
    )  # fmt: skip


def cancel(payment: Purchase | Refund, rest_won: int = 0) -> Cancel:
    return Cancel(
        key=new_key(), occurred_at_us=BEGUN_US, original_key=payment.key, rest_won=rest_won,
        member_id=MEMBER, deadline_ms=30_000,
    )  # fmt: skip


def given(engine: RunningEngine, request: Purchase | Cancel | Refund) -> dict[int, int]:
    """What each rule gave or got back; those that gave nothing are left out."""
    answer = engine.ask(request)
    assert answer.approved, answer
    return {line.rule_version_id: line.won for line in answer.incentive if line.won}


def sums(url: str) -> dict[str, int]:
    """The member's sums that are not zero."""
    with psycopg.connect(url) as connection:
        row = connection.execute(SUMS, (MEMBER,)).fetchone()
    assert row is not None
    return {key: won for key, won in json.loads(row[0] or "{}").items() if won}


def spent(url: str) -> dict[int, int]:
    with psycopg.connect(url) as connection:
        return {line_id: won for line_id, won in connection.execute(SPENT).fetchall() if won}


def test_it_counts_over_restarts_and_restores_every_sum(city: str) -> None:
    payments = [purchase(shop) for shop in (SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS, SHOP_PLUS)]
    gave = []
    for payment in payments:
        with running_engine(city) as engine:
            gave.append(given(engine, payment))
    assert gave == [
        {FIRST: 5_000, NEW: 700, LADDER: 1_000},
        {NEW: 700, LADDER: 1_000},
        {STAMPS: 2_000, LADDER: 600},
        {LADDER: 200},
    ]
    assert sums(city)["ever/test-stamps/payments"] == 1
    for payment in reversed(payments):
        with running_engine(city) as engine:
            engine.ask(cancel(payment, 7_000))
        with running_engine(city) as engine:
            engine.ask(cancel(payment))
    assert sums(city) == {}
    assert spent(city) == {}


def test_a_gift_goes_with_the_part_that_earned_it_and_comes_back_with_the_next(city: str) -> None:
    first = purchase(SHOP_JUNGGU)
    with running_engine(city) as engine:
        assert given(engine, first)[FIRST] == 5_000
        assert FIRST not in given(engine, cancel(first, 10_000))
    with running_engine(city) as engine:
        assert given(engine, cancel(first, 9_999))[FIRST] == -5_000
        assert given(engine, purchase(SHOP_JUNGGU))[FIRST] == 5_000


def test_a_refund_that_is_undone_gives_stamp_and_gift_again(city: str) -> None:
    payments = [purchase(shop) for shop in (SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS)]
    with running_engine(city) as engine:
        for payment in payments:
            given(engine, payment)
    before = (sums(city), spent(city))
    refund = Refund(
        key=new_key(),
        occurred_at_us=BEGUN_US,
        amount_won=20_000,
        shop_code=SHOP_PLUS,
        original_key=payments[2].key,
        member_id=MEMBER,
    )
    with running_engine(city) as engine:
        assert given(engine, refund)[STAMPS] == -2_000
    assert sums(city) != before[0]
    with running_engine(city) as engine:
        assert given(engine, cancel(refund))[STAMPS] == 2_000
    assert (sums(city), spent(city)) == before


def test_a_mission_is_filled_within_one_batch(city: str) -> None:
    """Decided together, before any of it is written."""
    with running_engine(city) as engine:
        requests = [purchase(shop) for shop in (SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS)]
        answers = ask_together(engine, requests)
    gifts = [line.won for answer in answers for line in answer.incentive]
    assert gifts.count(2_000) == 1
    assert gifts.count(5_000) == 1
    assert sums(city)["ever/test-stamps/payments"] == 1


def ask_together(engine: RunningEngine, requests: list[Purchase]) -> list[Answer]:
    async def play() -> list[Answer]:
        client = await EngineClient.connect(engine.path)
        answers = await asyncio.gather(*[client.ask(request) for request in requests])
        await client.close()
        return list(answers)

    return asyncio.run(play())
