"""Two engines pay, cancel and bring money all at once: nobody is refused or waits in a circle."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter

import psycopg

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest, Appropriate, Purchase
from dure.engine.client import EngineClient
from dure.kernel.calendar import DAY_US
from tests.db.test_releases import rule
from tests.db.test_slices import (
    HIGH,
    LOW,
    RULE,
    SHARED_LINE,
    cancel,
    engines,
    give_money,
    share_a_line,
)
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key, seed_city

MEMBERS = {LOW: range(1, 32), HIGH: range(32, 64)}
ACTORS = 24
STEPS = int(os.environ.get("DURE_RACE_STEPS", "40"))
PRICES_WON = (1_000, 10_000, 100_000, 300_000)
BROUGHT_WON = (100_000, 1_000_000, -50_000, -900_000)
RELEASED = rule().replace("test-daily: 1}", "test-shared: 1}").replace("bp: 1000", "bp: 500")


def share_money(url: str) -> None:
    """A line that two engines draw on, by a rule that ends with a sum and one that releases."""
    asyncio.run(share_a_line(url, RULE.replace("1000000000}", "30000000}")))
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(
            "INSERT INTO rule_version VALUES (30, 'test-daily', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (RELEASED, RELEASED),
        )


def next_request(
    chance: random.Random, shards: tuple[int, int], paid: list[Purchase]
) -> AnyRequest:
    """What somebody asks of the engine of these shards; the first one's also keeps the line."""
    turn = chance.random()
    if paid and turn < 0.2:
        return cancel(paid.pop(chance.randrange(len(paid))))
    if shards == LOW and turn > 0.9:
        return Appropriate(
            key=new_key(), occurred_at_us=BEGUN_US, line_id=SHARED_LINE,
            amount_won=chance.choice(BROUGHT_WON),
        )  # fmt: skip
    return Purchase(
        key=new_key(), occurred_at_us=BEGUN_US + chance.choice((0, DAY_US)),
        shop_code=SHOP_JUNGGU, amount_won=chance.choice(PRICES_WON), channel=1,
        member_id=chance.choice(MEMBERS[shards]), deadline_ms=30_000,
    )  # fmt: skip


async def act(client: EngineClient, shards: tuple[int, int], chance: random.Random) -> list[Answer]:
    """One after another as fast as they are answered."""
    paid: list[Purchase] = []
    answers = []
    for _ in range(STEPS):
        request = next_request(chance, shards, paid)
        answers.append(await client.ask(request))
        if isinstance(request, Purchase) and answers[-1].approved:
            paid.append(request)
    return answers


async def crowd(both: dict[tuple[int, int], RunningEngine]) -> Counter[No]:
    clients = {shards: await EngineClient.connect(engine.path) for shards, engine in both.items()}
    acting = [
        act(client, shards, random.Random(place))
        for shards, client in clients.items()
        for place in range(ACTORS)
    ]
    answers = [answer for acted in await asyncio.gather(*acting) for answer in acted]
    for client in clients.values():
        await client.close()
    return Counter(No(answer.reason) for answer in answers)


def test_two_engines_that_want_each_other_s_money_never_wait_in_a_circle(db_url: str) -> None:
    seed_city(db_url)
    share_money(db_url)
    with engines(db_url, LOW, HIGH) as (low, high):
        for member_id in range(1, 64):
            give_money(low if member_id < 32 else high, member_id)
        reasons = asyncio.run(crowd({LOW: low, HIGH: high}))
    assert sum(reasons.values()) == 2 * ACTORS * STEPS
    wanted = {No.APPROVED, No.NOT_ENOUGH_MONEY, No.BUDGET_LINE_TOO_SMALL}
    assert set(reasons) <= wanted, reasons
    with psycopg.connect(db_url) as session:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert session.execute(query).fetchone() == (0,)
