"""The network between shops and engine: it gives up waiting, repeats, reverses and asks again."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, Cancel, Hold, Purchase
from dure.demo.faults.witness import Witness
from dure.engine.client import EngineClient, EngineGone

PATIENCE_S = 0.5
"""How long a terminal waits; shorter than a recovery, so that repeats meet their originals."""

PAUSE_S = 0.05
TRIES_MAX = 20
"""How often the engine may fail at one request before that counts as its fault."""

REVERSED_SHARE = 0.2
REPEATED_SHARE = 0.05


class UnansweredError(Exception):
    """No answer came in time, or the line broke. What became of the request is not known."""


class Line:
    """One connection to the engine for many terminals, opened again whenever it breaks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._client: EngineClient | None = None
        self._opening = asyncio.Lock()

    async def ask(self, request: AnyRequest) -> Answer:
        """Raises UnansweredError."""
        try:
            client = await self._connected()
            async with asyncio.timeout(PATIENCE_S):
                return await client.send(request)
        except (EngineGone, TimeoutError) as error:
            raise UnansweredError(str(error)) from error

    async def _connected(self) -> EngineClient:
        async with self._opening:
            if self._client is None or not self._client.is_connected:
                self._client = await EngineClient.connect(self._path)
            return self._client

    async def close(self) -> None:
        """Ends the connection."""
        if self._client is not None:
            await self._client.close()


class Keys:
    """Request keys: a run's number and a counter, so that later ones sort later."""

    def __init__(self, run: int) -> None:
        self._run = run
        self._count = 0

    def new(self) -> bytes:
        """A key that no other request of this run has."""
        self._count += 1
        return self._run.to_bytes(8, "big") + self._count.to_bytes(8, "big")


class Terminal:
    """Asks until it is answered for good, as a network does, and tells the witness."""

    def __init__(self, line: Line, witness: Witness, keys: Keys, chance: random.Random) -> None:
        self._line = line
        self._witness = witness
        self._keys = keys
        self._chance = chance

    def new_key(self) -> bytes:
        """A key for a new request."""
        return self._keys.new()

    async def settle(self, request: AnyRequest) -> Answer | None:
        """The final answer; None when the terminal gave up and had the request reversed."""
        self._witness.asked(request)
        may_turn_back = isinstance(request, (Purchase, Hold))
        answer = await self._persist(request, may_turn_back=may_turn_back)
        if answer is None and isinstance(request, (Purchase, Hold)):
            await self._reverse(request)
        elif self._chance.random() < REPEATED_SHARE:
            await self._persist(request)
        return answer

    async def _persist(self, request: AnyRequest, *, may_turn_back: bool = False) -> Answer | None:
        """Asks with one key until a final answer; None when it rather turns back, or gives up."""
        refused_times = 0
        while refused_times < TRIES_MAX:
            try:
                answer = await self._line.ask(request)
            except UnansweredError:
                self._witness.unanswered += 1
                if may_turn_back and self._chance.random() < REVERSED_SHARE:
                    return None
            else:
                if not answer.retry_can_help:
                    self._witness.acknowledged(request, answer)
                    return answer
                self._witness.told_to_wait(answer)
                refused_times += answer.reason == DeclineReason.SYSTEM_FAULT
                if refused_times == TRIES_MAX:
                    self._witness.gave_up(request, answer)
            await asyncio.sleep(PAUSE_S * (1 + self._chance.random()))
        return None

    async def _reverse(self, request: Purchase | Hold) -> None:
        """A reversal instead of a repeat; then the original comes late after all."""
        reversal = Cancel(
            key=self._keys.new(),
            occurred_at_us=request.occurred_at_us,
            original_key=request.key,
            card=request.card,
            member_id=request.member_id,
        )
        self._witness.asked(reversal)
        await self._persist(reversal)
        self._witness.reversed(request)
        await self._persist(request)
