"""The engine: requests wait in one queue and are decided, written and answered batch by batch."""

from __future__ import annotations

import asyncio
import gc

import asyncpg
import structlog

from dure.authorization.answers import Answer
from dure.authorization.changes import Changes
from dure.authorization.decide import answer_of, decide, shard_of
from dure.authorization.effects import Decision
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest
from dure.engine import leases, reference
from dure.engine import statements as sql
from dure.engine.connection import AnyConnection, DatabaseLostError, is_lost
from dure.engine.fence import take_shards
from dure.engine.flight import Decided, Flight, despite_deadlocks, halves, log_refused
from dure.engine.gather import count_hot, gather_cold, is_hot
from dure.engine.inbox import Inbox, Tell, Waiting
from dure.engine.prepare import prepare
from dure.engine.resident import ResidentBooks
from dure.engine.settings import EngineSettings
from dure.engine.write import BatchWriter
from dure.kernel.clock import Clock

log = structlog.get_logger("dure.engine")

_ID_STRIDE = 2
"""Movement ids rise by two: a reversal of an unknown original takes the odd one for its memo."""

TERMS_PAUSE_S = 1.0
"""How long after terms could not be read they are asked for again."""


REREAD_PAUSES_S = (0.0, 0.02, 0.2)
"""Before what is left is read again, when that failed; after the last the engine begins anew."""


class Engine:
    """One engine over one writing connection; `run` until `stop`, or until the database is lost.

    Note [Two batches under way]
    While PostgreSQL writes one batch the next is decided in memory, on top of it, and leaves when
    the first is durable. Only requests whose facts are in memory, or untouched by the batch in
    flight, may overtake the write so (`gather.is_hot`); any other waits until nothing is under
    way. When a write fails, what was decided on top of it is forgotten and decided again. Nothing
    is answered before its own batch is durable.
    """

    def __init__(
        self,
        connection: AnyConnection,
        settings: EngineSettings,
        clock: Clock,
        term: int,
        inbox: Inbox,
        reader: AnyConnection | None,
    ) -> None:
        self._connection = connection
        self._reader = reader
        self._settings = settings
        self._clock = clock
        self.term = term
        self.inbox = inbox
        self._terms_changed = False
        self.terms_readings_failed = 0
        self._lost = False
        self._writer = BatchWriter(connection, settings.shard_from)
        self._last_id = 0
        self._open = Decided([], [])
        self._flight: Flight | None = None
        self.books: ResidentBooks

    @classmethod
    async def begin(
        cls,
        connection: AnyConnection,
        settings: EngineSettings,
        clock: Clock | None = None,
        *,
        inbox: Inbox | None = None,
        reader: AnyConnection | None = None,
    ) -> Engine:
        """Takes the shards, reads rules, shops and lines. Raises ShardTakenError.

        `inbox` may hold requests already. `reader` is a second connection, by which facts are
        read while the first one writes; without it only what is in memory overtakes a write.
        """
        term = await take_shards(connection, settings)
        for session in (connection, reader):
            for name, value in sql.SESSION_SETTINGS.items():
                if session is not None:
                    await session.execute("SELECT set_config($1, $2, false)", name, value)
        city_clock = clock or await reference.load_clock(connection)
        inbox = Inbox(settings.queue_max) if inbox is None else inbox
        engine = cls(connection, settings, city_clock, term, inbox, reader)
        engine.books = await reference.load_books(connection, settings)
        await reference.take_lines(connection, engine.books, settings)
        await engine._writer.prepare()
        await engine._find_last_id()
        gc.collect()
        gc.freeze()
        log.info("engine begins", term=term, shops=len(engine.books.shops))
        return engine

    async def _find_last_id(self) -> None:
        for shard in range(self._settings.shard_from, self._settings.shard_until):
            last_id = await self._connection.fetchval(sql.LAST_ID, shard)
            self._last_id = max(self._last_id, last_id or 0)

    def now_us(self) -> int:
        """The city's time."""
        return self._clock.now_us()

    def terms_changed(self) -> None:
        """Rules, lines, limits or programmes were changed: read them before the next batch."""
        self._terms_changed = True
        self.inbox.arrived.set()

    def lines_changed(self) -> None:
        """Money has come to a line or gone from one: see before the next batch what there is."""
        self.books.lines_are_old = True
        self.inbox.arrived.set()

    def submit(self, request: AnyRequest, tell: Tell) -> None:
        """Takes a request; `tell` gets the answer once it is durable."""
        self.inbox.submit(request, tell)

    def stop(self) -> None:
        """Takes no more; `run` returns when all that was taken is answered."""
        self.inbox.close()

    def connection_lost(self) -> None:
        """The writing session has ended: `run` ends too, also when nothing is asked of it."""
        self._lost = True
        self.inbox.arrived.set()

    async def run(self) -> None:
        """Works until stopped. Raises DatabaseLostError when the connection is lost.

        What was under way then is in the inbox again: asked with the same keys it has one effect.
        """
        try:
            while await self._step():
                pass
            await leases.give_back(self._connection, self._settings)
        except Exception as error:
            self._back_to_inbox()
            if is_lost(error):
                raise DatabaseLostError(str(error)) from error
            raise

    def _back_to_inbox(self) -> None:
        self.inbox.put_back(self._open.batch)
        if self._flight is not None:
            self._flight.task.cancel()
            self.inbox.put_back(self._flight.decided.batch)

    async def _step(self) -> bool:
        """One turn: land what is written, send what is decided, decide what has come, or wait."""
        if self._lost:
            raise DatabaseLostError("the writing session has ended")
        if self._flight is not None and self._flight.task.done():
            await self._land(self._flight)
            return True
        if self._flight is None and self._open.batch:
            self._take_off()
            return True
        if self._flight is None:
            if await self._begin_batch():
                return True
            if self.inbox.is_closed and not len(self.inbox):
                return False
        elif await self._decide_more():
            return True
        if self._flight is not None and self._flight.task.done():
            return True
        if self._flight is None and (len(self.inbox) or self._terms_changed):
            return True
        self.inbox.arrived.clear()
        await self.inbox.arrived.wait()
        return True

    async def _begin_batch(self) -> bool:
        """With nothing under way: reads new terms, then decides all that has come. True if any."""
        if self._terms_changed:
            await self._reload_terms()
        while leases.needs_lease(self.books) and await self._lease_more():
            pass  # Money may have come to a line while it was read what there is.
        batch = self.inbox.take(self._settings.batch_max)
        if not batch:
            return False
        requests = [waiting.request for waiting in batch]
        try:
            await prepare(self._connection, self.books, self._settings, requests, every_key=False)
            self._decide_into_open(batch)
        except Exception as error:
            if is_lost(error):
                self.inbox.put_back(batch)
                raise
            log_refused(error, len(batch))
            await self._forget([self.books.take_changes()], batch)
            await self._work_each(halves(batch))
        return True

    async def _decide_more(self) -> bool:
        """While a batch is in flight: decides what may overtake it. True if there was any."""
        room = self._settings.batch_max - len(self._open.batch)
        if room <= 0 or self._terms_changed or leases.needs_lease(self.books):
            return False
        books, reader, cold = self.books, self._reader, list[AnyRequest]()
        noted = cold if reader is not None else None
        batch = self.inbox.take(room, lambda request: is_hot(books, request, noted))
        if not batch:
            return False
        try:
            if cold and reader is not None:
                await gather_cold(reader, books, cold)
                hot = count_hot(books, [waiting.request for waiting in batch], cold)
                self.inbox.put_back(batch[hot:])
                batch = batch[:hot]
            self._decide_into_open(batch)
        except Exception as error:
            if is_lost(error):
                self.inbox.put_back(batch)
                raise
            log_refused(error, len(batch))
            await self._abandon_open(batch)
        return bool(batch)

    def _decide_into_open(self, batch: list[Waiting]) -> None:
        requests = [waiting.request for waiting in batch]
        decisions = self._decide(requests)
        leases.refuse_shortage(self.books, requests, decisions)
        self._open.answers.extend([answer_of(decision) for decision in decisions])
        self._open.batch.extend(batch)
        self.books.end_decisions()

    def _take_off(self) -> None:
        """Sends what is decided. Its values are fixed here: the next batch changes the wallets."""
        decided, self._open = self._open, Decided([], [])
        changes = self.books.take_changes()
        plan = self._writer.plan(changes)
        task = asyncio.get_running_loop().create_task(self._writer.write(plan))
        task.add_done_callback(lambda _: self.inbox.arrived.set())
        self._flight = Flight(task, decided, changes)

    async def _land(self, flight: Flight) -> None:
        """Answers a batch that is durable; one that failed is done again, request by request."""
        error = flight.task.exception()
        if error is not None and is_lost(error):
            raise error
        self._flight = None
        if error is None:
            self.books.make_room()
            for waiting, answer in zip(flight.decided.batch, flight.decided.answers, strict=True):
                waiting.tell(answer)
            return
        above, self._open = self._open, Decided([], [])
        batch = flight.decided.batch
        await self._forget([flight.changes, self.books.take_changes()], batch + above.batch)
        self.inbox.put_back(above.batch)
        if isinstance(error, asyncpg.UniqueViolationError):
            await self._work_each([batch])
            return
        log_refused(error, len(batch))
        await self._work_each(halves(batch))

    async def _abandon_open(self, batch: list[Waiting]) -> None:
        """A decision failed: what was decided with it is forgotten, and all done one by one."""
        above, self._open = self._open, Decided([], [])
        again = above.batch + batch
        changes = self.books.take_changes()
        flight = self._flight
        if flight is not None:
            await asyncio.wait([flight.task])
            try:
                await self._land(flight)
            except Exception:
                self.inbox.put_back(again)
                raise
        await self._forget([changes], again)
        await self._work_each(halves(again))

    async def _forget(self, changes: list[Changes], batch: list[Waiting]) -> None:
        """What was decided never was. If the lines cannot be read now the batch waits again."""
        for change in changes:
            self.books.drop_changed(change)
        try:
            await self._reread_lines()
        except Exception:
            self.inbox.put_back(batch)
            raise

    async def _reload_terms(self) -> None:
        self._terms_changed = False
        try:
            self._clock = await reference.load_clock(self._connection)
            await reference.reload_terms(self._connection, self.books, self._settings)
        except Exception as error:
            if is_lost(error):
                raise
            # Better to pay by the terms we have than not at all.
            self.terms_readings_failed += 1
            log.error("terms not read, asking again", error=repr(error))
            asyncio.get_running_loop().call_later(TERMS_PAUSE_S, self.terms_changed)

    async def _lease_more(self) -> bool:
        """A slice comes to its end: takes another before payments go without their incentive."""
        try:
            await reference.load_lines(self._connection, self.books, self._settings)
        except Exception as error:
            if is_lost(error):
                raise
            log.error("no lease now, asking again after the next batch", error=repr(error))
            return False
        return True

    async def _work_each(self, batches: list[list[Waiting]]) -> None:
        """Each batch with every key looked up; what still fails is halved, and at last told so.

        Whatever the error: one request must not end the engine, or it would end the next one too
        when it is asked again.
        """
        for place, batch in enumerate(batches):
            try:
                await despite_deadlocks(self._settle, batch)
            except Exception as error:
                if is_lost(error):
                    for rest in reversed(batches[place:]):
                        self.inbox.put_back(rest)
                    raise
                if len(batch) > 1:
                    await self._work_each(halves(batch))
                    continue
                request = batch[0].request
                log.error("request failed", kind=type(request).__name__, error=repr(error))
                batch[0].tell(Answer(key=request.key, reason=No.SYSTEM_FAULT))

    async def _settle(self, batch: list[Waiting]) -> None:
        """With nothing else under way: gathers with every key, decides, writes, answers."""
        books, connection = self.books, self._connection
        requests = [waiting.request for waiting in batch]

        async def decide_once() -> list[Decision]:
            await prepare(connection, books, self._settings, requests, every_key=True)
            return self._decide(requests)

        try:
            async with leases.held(connection, books, self._settings):
                decided = await leases.decide_with_all(
                    connection, books, self._settings, requests, decide_once
                )
                answers = [answer_of(decision) for decision in decided]
                if books.changes.movements:
                    await self._writer.write(self._writer.plan(books.changes))
        except BaseException:
            books.drop_changed(books.take_changes())
            await self._reread_lines()
            raise
        books.take_changes()
        books.end_decisions()
        for waiting, answer in zip(batch, answers, strict=True):
            waiting.tell(answer)

    async def _reread_lines(self) -> None:
        """What is left as the database has it; nothing is decided without. Raises only is_lost."""
        for pause_s in (*REREAD_PAUSES_S, None):
            try:
                await reference.load_lines(self._connection, self.books, self._settings)
                return
            except Exception as error:
                if is_lost(error):
                    raise
                if pause_s is None:
                    raise DatabaseLostError(f"what is left was not read: {error!r}") from error
                log.warning("what is left was not read, asking again", error=repr(error))
                await asyncio.sleep(pause_s)

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
