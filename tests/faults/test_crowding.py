"""Too many at once, or too late: told to try again, and nothing of it is booked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.engine.client import EngineClient, EngineGone
from dure.engine.settings import EngineSettings
from tests.engines import RunningEngine, running_engine, seed_city
from tests.faults.shoppers import MEMBER, ask_all, keys_in_journal, payment, rich_member


@pytest.fixture
def narrow(db_url: str) -> Iterator[RunningEngine]:
    """An engine in whose queue eight wait at most, four to a batch."""
    seed_city(db_url)
    with running_engine(db_url, EngineSettings(queue_max=8, batch_max=4)) as engine:
        rich_member(engine)
        yield engine


@contextmanager
def stuck(engine: RunningEngine) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """While the block lasts no payment of the member can be written; it is begun and waits."""
    with psycopg.connect(engine.url) as connection:
        connection.execute("SELECT 1 FROM wallet WHERE member_id = %s FOR UPDATE", (MEMBER,))
        yield connection
        connection.rollback()


def wait_until_waiting(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Returns when the engine's write waits for our lock."""
    until_s = time.monotonic() + 20
    while not connection.execute(
        "SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    ).fetchone():
        assert time.monotonic() < until_s, "the engine does not wait"
        time.sleep(0.005)


def test_it_tells_those_beyond_the_queue_to_try_again(narrow: RunningEngine) -> None:
    requests = [payment() for _ in range(30)]

    async def play() -> tuple[Answer, list[Answer | EngineGone]]:
        client = await EngineClient.connect(narrow.path)
        with stuck(narrow) as connection:
            first = client.send(payment())
            await asyncio.to_thread(wait_until_waiting, connection)
            rest = asyncio.ensure_future(ask_all([client], requests))
            await asyncio.wait([rest], timeout=0.3)
            assert not first.done()
        answers = await rest
        told = await first
        await client.close()
        return told, answers

    first, answers = asyncio.run(play())
    assert first.approved
    reasons = [answer.reason for answer in answers if isinstance(answer, Answer)]
    assert reasons == [No.APPROVED] * 8 + [No.TRY_AGAIN] * 22
    kept = keys_in_journal(narrow.url)
    assert [request.key in kept for request in requests] == [True] * 8 + [False] * 22


def test_it_books_a_request_told_to_try_again_when_it_is_asked_again(
    narrow: RunningEngine,
) -> None:
    late = payment(deadline_ms=0)

    async def too_late() -> Answer:
        client = await EngineClient.connect(narrow.path)
        with stuck(narrow) as connection:
            first = client.send(payment())
            await asyncio.to_thread(wait_until_waiting, connection)
            answer = await client.send(late)
        assert (await first).approved
        await client.close()
        return answer

    assert asyncio.run(too_late()).reason == No.TRY_AGAIN
    assert late.key not in keys_in_journal(narrow.url)
    late.deadline_ms = 5_000
    answer = narrow.ask(late)
    assert answer.approved
    assert not answer.repeated
