"""Keeps the members' purses filled: who runs low charges from the bank, through the engine."""

from __future__ import annotations

import asyncio
import logging
import secrets
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.answers import Answer
from dure.authorization.requests import Appropriate, Charge
from dure.demo.city import City
from dure.demo.people import HOLDING_NAMED_WON, HOLDING_UNNAMED_WON, charge_steps_won
from dure.engine.client import EngineClient, EngineGone
from dure.kernel.clock import Clock

log = logging.getLogger("dure.demo")

Ints = NDArray[np.int64]

TRIES: Final = 40
PAUSE_S: Final = 0.5
_BALANCES = "SELECT member_id, charged_won - held_won + cashback_won FROM wallet"


class Purses:
    """What each member can spend, as far as the members know: the last balance they were told."""

    def __init__(self, city: City) -> None:
        members = city.members
        self.free_won: Ints = members.charged_won + members.cashback_won
        self._holding_won = np.where(members.level == 1, HOLDING_UNNAMED_WON, HOLDING_NAMED_WON)
        self._step_won = charge_steps_won(members.month_won)
        self._under_way: set[int] = set()

    def read(self, connection: Connection[TupleRow]) -> None:
        """Takes the balances from the books, for a city that has lived for a while."""
        with connection.cursor() as cursor:
            for member_id, free_won in cursor.execute(_BALANCES):
                if member_id <= len(self.free_won):
                    self.free_won[member_id - 1] = free_won

    def told(self, member: int, free_won: int) -> None:
        """The terminal showed the member what is left."""
        self.free_won[member] = free_won

    def runs_low(self, member: int) -> bool:
        """Whether the member would charge now."""
        return bool(self.free_won[member] < self._step_won[member] // 4)

    def charge_won(self, member: int, needed_won: int) -> int:
        """What the member would charge to have `needed_won`; 0 when it cannot be had.

        Nothing above what the level may hold: that would end in suspense.
        """
        if member in self._under_way:
            return 0
        step_won = int(self._step_won[member])
        missing_won = max(needed_won - int(self.free_won[member]), 1)
        amount_won = -(-missing_won // step_won) * step_won
        room_won = int(self._holding_won[member] - self.free_won[member])
        if amount_won > room_won:
            amount_won = room_won // 10_000 * 10_000
        return amount_won if amount_won >= missing_won else 0

    def begin(self, member: int) -> None:
        """A charge of this member is under way."""
        self._under_way.add(member)

    def end(self, member: int) -> None:
        """The charge has ended, well or not."""
        self._under_way.discard(member)


class EngineTill:
    """The way to the engine: asks until there is an answer, with the same key, across restarts."""

    def __init__(self, socket: Path, clock: Clock) -> None:
        self._socket = socket
        self._clock = clock
        self._client: EngineClient | None = None
        self._connecting = asyncio.Lock()

    async def charge(self, purses: Purses, member: int, amount_won: int) -> bool:
        """Charges the member's wallet, as confirmed by the bank; whether it was booked."""
        purses.begin(member)
        try:
            answer = await self._ask(
                Charge(
                    key=secrets.token_bytes(16),
                    occurred_at_us=self._clock.now_us(),
                    member_id=member + 1,
                    amount_won=amount_won,
                )
            )
        finally:
            purses.end(member)
        if answer is None or not answer.approved:
            return False
        purses.told(
            member,
            answer.charged_after_won - answer.held_after_won + answer.cashback_after_won,
        )
        return True

    async def appropriate(self, line_id: int, amount_won: int, key: bytes) -> bool:
        """Brings a later stage of a budget line; once, however often it is asked."""
        answer = await self._ask(
            Appropriate(
                key=key,
                occurred_at_us=self._clock.now_us(),
                line_id=line_id,
                amount_won=amount_won,
            )
        )
        return answer is not None and answer.approved

    async def close(self) -> None:
        """Lets the engine go."""
        if self._client is not None:
            await self._client.close()

    async def _ask(self, request: Charge | Appropriate) -> Answer | None:
        for _ in range(TRIES):
            try:
                answer = await (await self._connected()).ask(request)
            except EngineGone:
                await asyncio.sleep(PAUSE_S)
                continue
            if not answer.retry_can_help:
                return answer
            await asyncio.sleep(PAUSE_S)
        log.warning("the engine did not take a %s", type(request).__name__)
        return None

    async def _connected(self) -> EngineClient:
        async with self._connecting:
            if self._client is None or not self._client.is_connected:
                self._client = await EngineClient.connect(self._socket)
            return self._client
