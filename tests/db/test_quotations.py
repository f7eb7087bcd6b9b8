"""Quotations on a real engine and database: beside payments, in any number, without a trace."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import psycopg

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, Charge, Purchase, Quote
from dure.engine.client import EngineClient
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
)

MEMBERS = tuple(range(5, 25))
SHOPS = (SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS)


def asking(chance: random.Random) -> AnyRequest:
    facts: dict[str, Any] = {
        "key": new_key(),
        "occurred_at_us": BEGUN_US,
        "shop_code": chance.choice(SHOPS),
        "amount_won": chance.randrange(1, 9_000),
        "channel": 1,
    }
    if chance.random() < 0.5:
        return Purchase(**facts, member_id=chance.choice(MEMBERS))
    return Quote(**facts, member_id=chance.choice((0, *MEMBERS)), deadline_ms=5_000)


def together(engine: RunningEngine, requests: list[AnyRequest]) -> list[Answer]:
    async def send() -> list[Answer]:
        client = await EngineClient.connect(engine.path)
        answers = list(await asyncio.gather(*[client.send(request) for request in requests]))
        await client.close()
        return answers

    return asyncio.run(send())


def test_payments_and_quotations_mix_and_only_payments_are_recorded(engine: RunningEngine) -> None:
    for member_id in MEMBERS:
        open_member(engine, member_id)
        engine.ask(
            Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=400_000)
        )
    chance = random.Random(7)
    requests = [asking(chance) for _ in range(1_500)]
    answers = together(engine, requests)
    pairs = list(zip(requests, answers, strict=True))
    payments = [answer for request, answer in pairs if isinstance(request, Purchase)]
    quotations = [answer for request, answer in pairs if isinstance(request, Quote)]
    assert all(answer.approved for answer in payments)
    assert all(answer.quoted is not None for answer in quotations)
    assert all(answer.movement_id == 0 for answer in quotations)
    with psycopg.connect(engine.url) as connection:
        row = connection.execute("SELECT count(*) FROM journal WHERE kind = 1").fetchone()
        keys = connection.execute("SELECT request_key FROM journal").fetchall()
    assert row == (len(payments),)
    quoted = {request.key for request, _ in pairs if isinstance(request, Quote)}
    assert not quoted & {bytes(key[0]) for key in keys}


def test_it_is_answered_after_the_engine_began_anew(engine: RunningEngine) -> None:
    open_member(engine, 5)
    engine.ask(Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=5, amount_won=400_000))
    engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=290_000,
            channel=1, member_id=5,
        )
    )  # fmt: skip
    request = Quote(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=50_000, channel=1,
        member_id=5,
    )  # fmt: skip
    before = engine.ask(request)
    engine.stop()
    engine.start()
    after = engine.ask(request)
    assert after.quoted == before.quoted
    assert after.incentive == before.incentive
    assert after.quoted is not None
    assert after.quoted.month_net_won == 290_000
