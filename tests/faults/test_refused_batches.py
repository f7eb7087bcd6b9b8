"""A batch that the database refuses, and what is left that cannot be read: each is paid once."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from dure.authorization.answers import Answer
from dure.engine import engine as engine_module
from dure.engine import reference
from dure.engine.client import EngineClient
from dure.engine.settings import EngineSettings
from dure.engine.write import BatchWriter
from tests.engines import RunningEngine, running_engine, seed_city
from tests.faults.shoppers import ask_all, keys_in_journal, payment, rich_member

READINGS = len(engine_module.REREAD_PAUSES_S) + 1
"""So often what is left is read before the engine begins anew."""


class Refusals:
    """Refuses the n-th batch that is written, and then so many readings of what is left."""

    def __init__(self, patch: pytest.MonkeyPatch, batch: int, readings: int, error: type) -> None:
        self._batch, self._readings, self._error = batch, readings, error
        self._write, self._load = BatchWriter.write, reference.load_lines
        self._refused = False
        patch.setattr(BatchWriter, "write", self._refuse_batch(BatchWriter.write))
        patch.setattr(reference, "load_lines", self._refuse_reading)

    def _refuse_batch(self, write: Any) -> Any:
        async def refuse(writer: BatchWriter, plan: Any) -> None:
            self._batch -= 1
            if self._batch == 0:
                self._refused = True
                raise asyncpg.CheckViolationError("refused for the test")
            await write(writer, plan)

        return refuse

    async def _refuse_reading(self, *of: Any) -> None:
        if self._refused and self._readings:
            self._readings -= 1
            raise self._error("not read for the test")
        await self._load(*of)

    @property
    def is_over(self) -> bool:
        """Whether all of it came to pass."""
        return self._refused and not self._readings


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize(
    ("readings", "error", "begins_anew"),
    [
        (0, asyncpg.DeadlockDetectedError, False),
        (1, asyncpg.DeadlockDetectedError, False),
        (READINGS - 1, asyncpg.CheckViolationError, False),
        (READINGS, asyncpg.CheckViolationError, True),
        (1, ConnectionResetError, True),
    ],
)
def test_it_pays_each_once_though_a_batch_is_refused_and_nothing_can_be_read(
    db_url: str,
    monkeypatch: pytest.MonkeyPatch,
    batch: int,
    readings: int,
    error: type,
    begins_anew: bool,
) -> None:
    seed_city(db_url)
    with running_engine(db_url, EngineSettings(batch_max=4)) as engine:
        for member_id in range(1, 25):
            rich_member(engine, member_id)
        assert engine.server.engine is not None
        term = engine.server.engine.term
        refusals = Refusals(monkeypatch, batch, readings, error)
        requests = [payment(100, 1 + place % 24) for place in range(96)]
        answers = asyncio.run(_play(engine, requests))
        assert refusals.is_over
        assert all(isinstance(answer, Answer) and answer.approved for answer in answers)
        assert (engine.server.engine.term > term) == begins_anew
    written = keys_in_journal(db_url)
    assert len(written) == len(set(written))
    assert {request.key for request in requests} <= set(written)


def test_it_pays_though_deadlocks_end_its_writing(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rich_member(engine)
    write = BatchWriter.write
    refused: list[Any] = []

    async def refuse(writer: BatchWriter, plan: Any) -> None:
        if len(refused) < 3:
            refused.append(plan)
            raise asyncpg.DeadlockDetectedError("ended for the test")
        await write(writer, plan)

    monkeypatch.setattr(BatchWriter, "write", refuse)
    assert engine.ask(payment()).approved
    assert len(refused) == 3


async def _play(engine: RunningEngine, requests: list[Any]) -> list[Any]:
    clients = [await EngineClient.connect(engine.path) for _ in range(3)]
    try:
        return await ask_all(clients, requests)
    finally:
        for client in clients:
            await client.close()
