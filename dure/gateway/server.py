"""The gateway as a whole: listens, watches over its connections, stops without losing an answer."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from dure.gateway.connection import Connection
from dure.gateway.engine_line import Engine
from dure.gateway.reception import Reception

TICK_S = 0.1
REPORT_S = 60.0
_log = structlog.get_logger("dure.gateway")


class Gateway:
    """Listens for acquirers and answers them by the reception and the engine."""

    def __init__(self, reception: Reception, engine: Engine) -> None:
        self._reception = reception
        self._engine = engine
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def connections(self) -> int:
        return len(self._connections)

    @property
    def in_flight(self) -> int:
        return sum(connection.in_flight for connection in self._connections)

    async def start(self, host: str, port: int) -> int:
        """Listens; returns the port (0 asks for a free one)."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, host, port, backlog=256)
        self._watch = asyncio.create_task(self._keep_watch())
        address = self._server.sockets[0].getsockname()
        _log.info("listening", host=address[0], port=address[1])
        return int(address[1])

    async def stop(self) -> None:
        """Takes no more messages, answers what is under way, closes. Safe to call twice."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for connection in self._connections:
            connection.stop_reading()
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._reception.settings.stop_patience_s
        while self.in_flight and loop.time() < until_s:  # noqa: ASYNC110 - over many connections
            await asyncio.sleep(0.01)
        left = self.in_flight
        for connection in list(self._connections):
            connection.close()
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        _log.info("stopped", unanswered=left, **self._reception.counts.as_dict())

    def _accept(self) -> Connection:
        return Connection(self._reception, self._engine, self._opened, self._closed)

    def _opened(self, connection: Connection) -> bool:
        if self._server is None or self.connections >= self._reception.settings.connections_max:
            return False
        self._connections.add(connection)
        return True

    def _closed(self, connection: Connection) -> None:
        self._connections.discard(connection)

    async def _keep_watch(self) -> None:
        loop = asyncio.get_running_loop()
        report_at_s = loop.time() + REPORT_S
        while True:
            await asyncio.sleep(TICK_S)
            now_s = loop.time()
            for connection in list(self._connections):
                connection.tick(now_s)
            if now_s >= report_at_s:
                report_at_s = now_s + REPORT_S
                _log.info("counts", in_flight=self.in_flight, **self._reception.counts.as_dict())
