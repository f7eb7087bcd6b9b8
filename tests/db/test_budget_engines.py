"""Three engines, two budget lines that pay one rule by halves: rushes to the last won."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack

import asyncpg
import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import Appropriate, ChangeWallet
from dure.engine.client import EngineClient
from dure.engine.opening import OpeningLine, open_lines
from dure.engine.settings import EngineSettings
from tests.db.test_slices import RULE, SMALL_WON, give_money, look_again, small_payment
from tests.engines import BEGUN_US, RunningEngine, new_key, running_engine, seed_city

ROUNDS = int(os.environ.get("DURE_RACE_ROUNDS", "12"))
SHARDS = ((0, 20), (20, 40), (40, 64))
MEMBERS = tuple(first + place for first, _ in SHARDS for place in range(1, 16))
FIRST, SECOND = 7, 8
HALVES = RULE.replace(
    "{of: 1, lines: {test-shared: 1}}", "{of: 2, lines: {test-shared: 1, test-other: 1}}"
)


@pytest.fixture
def three(db_url: str) -> Iterator[list[RunningEngine]]:
    """Engines of a third of the shards each; every member has 2,000,000 won."""
    seed_city(db_url, ())
    asyncio.run(_add_lines(db_url))
    with ExitStack() as stack:
        engines = [
            stack.enter_context(
                running_engine(
                    db_url, EngineSettings(batch_max=16, shard_from=first, shard_until=until)
                )
            )
            for first, until in SHARDS
        ]
        for member_id in MEMBERS:
            engine = engines[owner_of(member_id)]
            give_money(engine, member_id)
            keep = ChangeWallet(
                key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, spend_cashback=False
            )
            assert engine.ask(keep).approved
        yield engines


async def _add_lines(url: str) -> None:
    connection = await asyncpg.connect(url)
    lines = [
        OpeningLine(line_id, code, code, code, "city", None, 2019, 0)
        for line_id, code in ((FIRST, "test-shared"), (SECOND, "test-other"))
    ]
    await open_lines(connection, lines, BEGUN_US - 1_000)
    await connection.execute("TRUNCATE city_clock")
    await connection.execute(
        "INSERT INTO rule_version VALUES (20, 'test-shared', 1, $1,"
        " encode(sha256(convert_to($1, 'UTF8')), 'hex'), 0)",
        HALVES,
    )
    await connection.close()


def owner_of(member_id: int) -> int:
    """The place of the engine that owns the member's shard."""
    return next(place for place, (_, until) in enumerate(SHARDS) if member_id < until)


def appropriate(engine: RunningEngine, line_id: int, won: int) -> None:
    answer = engine.ask(
        Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won)
    )
    assert answer.approved, answer


async def rush(engines: list[RunningEngine]) -> list[Answer]:
    """All members pay at once."""
    clients = [await EngineClient.connect(engine.path) for engine in engines]
    answers = await asyncio.gather(
        *[clients[owner_of(member_id)].ask(small_payment(member_id)) for member_id in MEMBERS]
    )
    for client in clients:
        await client.close()
    return list(answers)


def left_of(url: str) -> dict[int, int]:
    """What each of the two lines has left, of all engines together."""
    with psycopg.connect(url) as connection:
        return dict(
            connection.execute(
                "SELECT b.line_id, b.appropriated_won - coalesce(sum(s.spent_won), 0)::bigint"
                " FROM budget_line b LEFT JOIN budget_slice s USING (line_id)"
                " WHERE b.line_id IN (7, 8) GROUP BY 1"
            ).fetchall()
        )


def test_no_payment_goes_short_while_both_lines_have_money_anywhere(
    three: list[RunningEngine],
) -> None:
    chance = random.Random(5)
    for _ in range(ROUNDS):
        given = {line_id: chance.randint(1, 4_000) for line_id in (FIRST, SECOND)}
        for line_id, won in given.items():
            appropriate(three[0], line_id, won)
        for engine in three:
            engine.run(look_again(engine))
        answers = asyncio.run(rush(three))
        assert all(answer.approved for answer in answers)
        earned = [sum(line.won for line in answer.incentive) for answer in answers]
        left = left_of(three[0].url)
        assert sum(earned) == sum(given.values()) - sum(left.values())
        if min(earned) < SMALL_WON:
            assert 0 in left.values(), "a line ended, and nothing of it lies idle anywhere"
        for line_id, won in left.items():
            if won:
                appropriate(three[0], line_id, -won)
