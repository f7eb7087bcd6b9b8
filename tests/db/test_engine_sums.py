"""Sums of members on a real database: in the batch's one statement, where they changed."""

from __future__ import annotations

import json

import psycopg

from dure.authorization.requests import Appropriate, ChangeWallet, Charge, Purchase
from tests.engines import (
    BEGUN_US,
    CITY_RULE,
    CITY_RULE_LATER,
    LINES,
    SEOGU_RULE,
    SHOP_JUNGGU,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
    running_engine,
    seed_city,
)

CAPPED = SEOGU_RULE + "caps: {per_month: {cashback_won_max: 1000}, per_member: {payments_max: 9}}\n"
RULES = (CITY_RULE, CITY_RULE_LATER, CAPPED)
NEXT_MONTH_US = BEGUN_US + 12 * 24 * 3600 * 1_000_000


def pay(engine: RunningEngine, member_id: int, shop: str, at_us: int = BEGUN_US) -> int:
    """10,000 won; what the payment earned in all."""
    answer = engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=at_us, shop_code=shop, amount_won=10_000, channel=1,
            member_id=member_id,
        )
    )  # fmt: skip
    assert answer.approved, answer
    return sum(line.won for line in answer.incentive)


def city_of_two(engine: RunningEngine) -> None:
    for line_id, _code, _payer, _district, won in LINES:
        engine.ask(
            Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won)
        )
    for member_id in (1, 2):
        open_member(engine, member_id)
        engine.ask(
            Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=200_000)
        )
        keep_cashback(engine, member_id)


def keep_cashback(engine: RunningEngine, member_id: int) -> None:
    """Lets every payment earn on all of its price; a statement for the wallet's terms."""
    engine.ask(
        ChangeWallet(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, spend_cashback=False
        )
    )


def sums(url: str, member_id: int) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT counters::text FROM wallet WHERE member_id = %s", (member_id,)
        ).fetchone()
    assert row is not None
    return {} if row[0] is None else dict(json.loads(row[0]))


def test_it_writes_them_for_whom_they_changed(db_url: str) -> None:
    seed_city(db_url, RULES)
    with running_engine(db_url) as engine:
        city_of_two(engine)
        assert pay(engine, 1, SHOP_SEOGU) == 600 + 400
        assert pay(engine, 2, SHOP_JUNGGU) == 600
    after_one = {"month/test-seogu/cashback_won": 400, "ever/test-seogu/payments": 1}
    assert sums(db_url, 1) == after_one
    assert sums(db_url, 2) == {}
    with running_engine(db_url) as engine:
        assert [pay(engine, 1, SHOP_SEOGU) for _ in range(3)] == [1_000, 800, 600]
        keep_cashback(engine, 1)
        assert pay(engine, 1, SHOP_JUNGGU) == 600
    assert sums(db_url, 1) == {
        "month/test-seogu/cashback_won": 1_000,
        "ever/test-seogu/payments": 3,
    }


def test_it_begins_those_of_the_month_anew(db_url: str) -> None:
    seed_city(db_url, RULES)
    with running_engine(db_url) as engine:
        city_of_two(engine)
        for _ in range(3):
            pay(engine, 1, SHOP_SEOGU)
        engine.ask(
            Charge(key=new_key(), occurred_at_us=NEXT_MONTH_US, member_id=1, amount_won=50_000)
        )
        assert pay(engine, 1, SHOP_JUNGGU, NEXT_MONTH_US) == 300
    assert sums(db_url, 1) == {"ever/test-seogu/payments": 3}
    with running_engine(db_url) as engine:
        assert pay(engine, 1, SHOP_SEOGU, NEXT_MONTH_US) == 300 + 400
    assert sums(db_url, 1) == {"month/test-seogu/cashback_won": 400, "ever/test-seogu/payments": 4}
