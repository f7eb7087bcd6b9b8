"""PostgreSQL goes away for a while: the engine stays, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import Purchase
from dure.demo.faults.city import BEGUN_US, faulty_city, shop_code, temporary_home
from dure.demo.faults.network import Line, UnansweredError
from dure.kernel.database.server import EmbeddedServer
from dure.ledger.invariants import broken
from tests.engines import RunningEngine, new_key, running_engine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]

AWAY_S = 2.0
PAYERS = 20


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedServer]:
    """A durable server of its own, that may be killed."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with temporary_home() as home, faulty_city(home, 100) as city:
        yield city


async def pay_until_answered(line: Line, request: Purchase) -> Answer:
    """As a terminal does: the same key again and again."""
    while True:
        try:
            answer = await line.ask(request)
        except UnansweredError:
            await asyncio.sleep(0.05)
            continue
        if not answer.retry_can_help:
            return answer
        await asyncio.sleep(0.05)


async def pay_through_an_absence(
    engine: RunningEngine, server: EmbeddedServer, keeper: ThreadPoolExecutor
) -> dict[bytes, Answer]:
    """Twenty payers pay on while the server is killed and, two seconds later, started again."""
    answers: dict[bytes, Answer] = {}
    back = asyncio.Event()

    async def pay_on(member_id: int) -> None:
        line = Line(engine.path)
        paid_after = False
        while not paid_after:
            paid_after = back.is_set()
            request = Purchase(
                key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop_code(1), amount_won=100,
                channel=1, member_id=member_id,
            )  # fmt: skip
            answers[request.key] = await pay_until_answered(line, request)
        await line.close()

    payers = asyncio.gather(*[pay_on(member_id) for member_id in range(1, PAYERS + 1)])
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0.2)
    await loop.run_in_executor(keeper, server.kill)
    await asyncio.sleep(AWAY_S)
    await loop.run_in_executor(keeper, server.start)
    back.set()
    await payers
    return answers


def test_it_answers_every_request_once_the_database_is_back(server: EmbeddedServer) -> None:
    url = server.info.url
    with ThreadPoolExecutor(1) as keeper, running_engine(url) as engine:
        answers = asyncio.run(pay_through_an_absence(engine, server, keeper))
        assert engine.failure is None, "the same engine has waited for it"
        with psycopg.connect(url) as connection:
            kept = Counter(
                bytes(row[0])
                for row in connection.execute("SELECT request_key FROM journal WHERE kind = 1")
            )
        with psycopg.connect(url) as connection:
            assert broken(connection) == []
    assert len(answers) >= 2 * PAYERS
    assert all(answer.approved for answer in answers.values())
    assert kept == Counter(answers.keys())
