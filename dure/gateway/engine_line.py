"""The line to the engine: kept up, tried again when it falls, nothing lost in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.engine.client import EngineClient, EngineGone

RETRY_S_MIN = 0.05
RETRY_S_MAX = 2.0
_log = structlog.get_logger("dure.gateway")


class Engine(Protocol):
    """What the gateway needs of an engine."""

    def send(self, request: AnyRequest) -> asyncio.Future[Answer]:
        """Sends a request; the future gets the answer or EngineGone. Raises EngineGone."""

    def when_back(self, again: Callable[[], None]) -> None:
        """Calls once the engine can be asked again."""


class EngineLine:
    """One connection to the engine that comes back by itself.

    What was under way when the engine went is asked again with the same key as soon as it is back:
    `when_back` keeps who wants to. So a short restart of the engine is not seen outside.
    """

    def __init__(self, socket_path: Path | str) -> None:
        self._path = socket_path
        self._client: EngineClient | None = None
        self._again: list[Callable[[], None]] = []
        self._up = asyncio.Event()

    @property
    def is_up(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def keep_up(self) -> None:
        """Connects, and connects again with growing pauses whenever the line falls. Never ends."""
        pause_s = RETRY_S_MIN
        while True:
            try:
                self._client = await EngineClient.connect(self._path)
            except EngineGone:
                self._client = None
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, RETRY_S_MAX)
                continue
            pause_s = RETRY_S_MIN
            _log.info("engine_up")
            self._up.set()
            self._ask_again()
            await self._client.wait_lost()
            self._up.clear()
            _log.warning("engine_gone")

    async def wait_up(self) -> None:
        """Returns when the line is up."""
        await self._up.wait()

    def send(self, request: AnyRequest) -> asyncio.Future[Answer]:
        """Sends a request; the future gets the answer or EngineGone. Raises EngineGone."""
        if self._client is None:
            raise EngineGone("not connected to the engine")
        return self._client.send(request)

    def when_back(self, again: Callable[[], None]) -> None:
        """Calls once the engine can be asked again."""
        if self.is_up:
            asyncio.get_running_loop().call_soon(again)
        else:
            self._again.append(again)

    def _ask_again(self) -> None:
        waiting, self._again = self._again, []
        for again in waiting:
            again()

    async def close(self) -> None:
        """Ends the connection."""
        if self._client is not None:
            await self._client.close()
