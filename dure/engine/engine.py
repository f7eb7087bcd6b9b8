"""The engine: requests wait in one queue and are decided, written and answered batch by batch."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import asyncpg
import structlog

from dure.authorization.answers import Answer
from dure.authorization.decide import answer_of, decide, shard_of
from dure.authorization.effects import Decision
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest
from dure.engine import reference
from dure.engine import statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.fence import take_shards
from dure.engine.gather import gather
from dure.engine.resident import ResidentBooks
from dure.engine.settings import EngineSettings
from dure.engine.write import BatchWriter
from dure.kernel.clock import Clock

log = structlog.get_logger("dure.engine")

_ID_STRIDE = 2
"""Movement ids rise by two: a reversal of an unknown original takes the odd one for its memo."""

LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
)
"""What says that the connection is gone, and with it the engine's right to write."""

TERMS_PAUSE_S = 1.0
"""How long after terms could not be read they are asked for again."""

Tell = Callable[[Answer], None]


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone. A value that asyncpg cannot send is its sender's fault."""
    return isinstance(error, LOST) and not isinstance(error, asyncpg.DataError)


def _halves(batch: list[Waiting]) -> list[list[Waiting]]:
    middle = len(batch) // 2
    return [half for half in (batch[:middle], batch[middle:]) if half]


class Waiting(NamedTuple):
    """A request in the queue: until when its asker waits (monotonic seconds), whom to tell."""

    request: AnyRequest
    until_s: float
    tell: Tell


class DatabaseLostError(Exception):
    """The writing connection ended; the engine must begin anew with a new term."""


class Engine:
    """One engine over one writing connection; `run` until `stop`, or until the database is lost."""

    def __init__(
        self, connection: AnyConnection, settings: EngineSettings, clock: Clock, term: int
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._clock = clock
        self.term = term
        self._queue: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._stopping = False
        self._terms_changed = False
        self.terms_readings_failed = 0
        self._lost = False
        self._writer = BatchWriter(connection, settings.shard_from)
        self._last_id = 0
        self.books: ResidentBooks

    @classmethod
    async def begin(
        cls, connection: AnyConnection, settings: EngineSettings, clock: Clock | None = None
    ) -> Engine:
        """Takes the shards, reads rules, shops and lines. Raises ShardTakenError."""
        term = await take_shards(connection, settings)
        for name, value in sql.SESSION_SETTINGS.items():
            await connection.execute("SELECT set_config($1, $2, false)", name, value)
        city_clock = clock or await reference.load_clock(connection)
        engine = cls(connection, settings, city_clock, term)
        engine.books = await reference.load_books(connection, settings)
        await reference.load_lines(connection, engine.books, settings)
        await engine._writer.prepare()
        await engine._find_last_id()
        gc.collect()
        gc.freeze()
        log.info(
            "engine begins", term=term, shops=len(engine.books.shops),
            lines=len(engine.books.budget_left),
        )  # fmt: skip
        return engine

    async def _find_last_id(self) -> None:
        for shard in range(self._settings.shard_from, self._settings.shard_until):
            self._last_id = max(
                self._last_id, await self._connection.fetchval(sql.LAST_ID, shard) or 0
            )

    def now_us(self) -> int:
        """The city's time."""
        return self._clock.now_us()

    def terms_changed(self) -> None:
        """Rules, lines, limits or programmes were changed: read them before the next batch."""
        self._terms_changed = True
        self._arrived.set()

    def submit(self, request: AnyRequest, tell: Tell) -> None:
        """Takes a request; `tell` gets the answer once it is durable.

        When too many wait or the engine is stopping the answer is TRY_AGAIN, at once.
        """
        if self._stopping or len(self._queue) >= self._settings.queue_max:
            tell(Answer(key=request.key, reason=No.TRY_AGAIN))
            return
        until_s = time.monotonic() + request.deadline_ms / 1000
        self._queue.append(Waiting(request, until_s, tell))
        self._arrived.set()

    def stop(self) -> None:
        """Takes no more; `run` returns when all that was taken is answered."""
        self._stopping = True
        self._arrived.set()

    def connection_lost(self) -> None:
        """The writing session has ended: `run` ends too, also when nothing is asked of it."""
        self._lost = True
        self._arrived.set()

    async def run(self) -> None:
        """Works until stopped. Raises DatabaseLostError when the connection is lost."""
        while True:
            if self._lost:
                raise DatabaseLostError("the writing session has ended")
            if self._terms_changed:
                await self._reload_terms()
            batch = self._take_batch()
            if batch:
                await self._work(batch)
                if reference.needs_lease(self.books):
                    await self._lease_more()
                continue
            if self._stopping:
                return
            self._arrived.clear()
            await self._arrived.wait()

    async def _reload_terms(self) -> None:
        self._terms_changed = False
        try:
            self._clock = await reference.load_clock(self._connection)
            await reference.reload_terms(self._connection, self.books, self._settings)
        except Exception as error:
            if is_lost(error):
                raise DatabaseLostError(str(error)) from error
            # Better to pay by the terms we have than not at all.
            self.terms_readings_failed += 1
            log.error("terms not read, asking again", error=repr(error))
            asyncio.get_running_loop().call_later(TERMS_PAUSE_S, self.terms_changed)

    async def _lease_more(self) -> None:
        """A slice comes to its end: takes another before payments go without their incentive."""
        try:
            await self._reread_lines()
        except Exception as error:
            if is_lost(error):
                raise DatabaseLostError(str(error)) from error
            log.error("no lease now, asking again after the next batch", error=repr(error))

    def _take_batch(self) -> list[Waiting]:
        """What has arrived, without those whose askers no longer wait."""
        queue, now_s = self._queue, time.monotonic()
        batch: list[Waiting] = []
        while queue and len(batch) < self._settings.batch_max:
            waiting = queue.popleft()
            if waiting.until_s < now_s:
                waiting.tell(Answer(key=waiting.request.key, reason=No.TRY_AGAIN))
            else:
                batch.append(waiting)
        return batch

    async def _work(self, batch: list[Waiting]) -> None:
        """Answers a batch; one that cannot be done whole is tried again in parts."""
        try:
            await self._settle(batch, every_key=False)
        except asyncpg.UniqueViolationError:
            await self._work_each([batch])
        except Exception as error:
            if is_lost(error):
                raise DatabaseLostError(str(error)) from error
            log.error("batch refused", error=repr(error), size=len(batch))
            await self._work_each(_halves(batch))

    async def _work_each(self, batches: list[list[Waiting]]) -> None:
        """Each batch with every key looked up; what still fails is halved, and at last told so.

        Whatever the error: one request must not end the engine, or it would end the next one too
        when it is asked again.
        """
        for batch in batches:
            try:
                await self._settle(batch, every_key=True)
            except Exception as error:
                if is_lost(error):
                    raise DatabaseLostError(str(error)) from error
                if len(batch) > 1:
                    await self._work_each(_halves(batch))
                    continue
                request = batch[0].request
                log.error("request failed", kind=type(request).__name__, error=repr(error))
                batch[0].tell(Answer(key=request.key, reason=No.SYSTEM_FAULT))

    async def _settle(self, batch: list[Waiting], *, every_key: bool) -> None:
        """Gathers, decides in order, writes once; answers only when it is kept."""
        books = self.books
        requests = [waiting.request for waiting in batch]
        try:
            await gather(self._connection, books, requests, every_key=every_key)
            decisions = self._decide(requests)
            answers = [answer_of(decision) for decision in decisions]
            changes = books.take_changes()
        except BaseException:
            books.drop_changed(books.take_changes())
            await self._reread_lines()
            raise
        if changes.movements:
            try:
                await self._writer.write(changes)
            except BaseException:
                books.drop_changed(changes)
                await self._reread_lines()
                raise
        books.end_batch(changes)
        for waiting, answer in zip(batch, answers, strict=True):
            waiting.tell(answer)

    async def _reread_lines(self) -> None:
        if not self._connection.is_closed():
            await reference.load_lines(self._connection, self.books, self._settings)

    def _decide(self, requests: list[AnyRequest]) -> list[Decision]:
        books = self.books
        books.now_us = self._clock.now_us()
        next_id = max(books.now_us, self._last_id + _ID_STRIDE)
        decisions = []
        for request in requests:
            decision = decide(request, books)
            if decision.recorded:
                if not self._settings.owns(decision.movement.shard):
                    raise LookupError(f"shard {shard_of(request, books)} is another engine's")
                books.apply(decision, next_id)
                next_id += _ID_STRIDE
            decisions.append(decision)
        self._last_id = next_id - _ID_STRIDE if decisions else self._last_id
        return decisions
