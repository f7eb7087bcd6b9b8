"""Asks the engine: pipelined for gateways (asyncio), blocking for the web (threads)."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.engine import wire

GRACE_S = 1.0
"""How much longer than the request's deadline a blocking asker waits for the bytes."""


class EngineGone(Exception):  # noqa: N818 - the name says what happened
    """The engine went away before it answered. Ask again with the same key: it has one effect."""


class _ClientProtocol(asyncio.Protocol):
    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.waiting: dict[int, asyncio.Future[Answer]] = {}
        self.lost = asyncio.Event()
        self._frames = wire.Frames()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        for sequence, body in self._frames.feed(data):
            future = self.waiting.pop(sequence, None)
            if future is not None and not future.done():
                future.set_result(wire.read_answer(body))

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.lost.set()
        waiting, self.waiting = self.waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(EngineGone("the engine closed the connection"))


class EngineClient:
    """One connection with any number of requests under way. Use from one event loop."""

    def __init__(self, protocol: _ClientProtocol) -> None:
        self._protocol = protocol
        self._sequence = 0
        self._outgoing: list[bytes] = []

    @classmethod
    async def connect(cls, path: Path | str) -> EngineClient:
        """Raises EngineGone when nothing listens there."""
        loop = asyncio.get_running_loop()
        try:
            _, protocol = await loop.create_unix_connection(_ClientProtocol, str(path))
        except OSError as error:
            raise EngineGone(f"no engine listens: {error}") from error
        return cls(protocol)

    @property
    def is_connected(self) -> bool:
        return self._protocol.transport is not None

    async def wait_lost(self) -> None:
        """Returns when the connection has ended."""
        await self._protocol.lost.wait()

    def send(self, request: AnyRequest) -> asyncio.Future[Answer]:
        """Sends a request; the future gets the answer or EngineGone. Cancelling it is safe."""
        if self._protocol.transport is None:
            raise EngineGone("not connected to the engine")
        self._sequence += 1
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._protocol.waiting[self._sequence] = future
        if not self._outgoing:
            loop.call_soon(self._flush)
        self._outgoing.append(wire.pack(self._sequence, request))
        return future

    def _flush(self) -> None:
        frames, self._outgoing = self._outgoing, []
        if self._protocol.transport is not None:
            self._protocol.transport.write(b"".join(frames))

    async def ask(self, request: AnyRequest) -> Answer:
        """Sends a request and waits for its answer. Raises EngineGone."""
        return await self.send(request)

    async def close(self) -> None:
        """Ends the connection; what is under way gets EngineGone."""
        if self._protocol.transport is not None:
            self._flush()
            self._protocol.transport.close()
            await self._protocol.lost.wait()


class BlockingEngineClient:
    """For threads: each thread keeps a connection of its own and has one request under way."""

    def __init__(self, path: Path | str) -> None:
        self._path = str(path)
        self._local = threading.local()

    def ask(self, request: AnyRequest) -> Answer:
        """Raises EngineGone when the engine cannot be reached or does not answer in time."""
        try:
            return self._ask(request, fresh=False)
        except EngineGone:
            # A connection kept from before may have died in between; the key makes it safe.
            return self._ask(request, fresh=True)

    def ask_all(self, requests: Sequence[AnyRequest]) -> list[Answer]:
        """Asks many at once, in this order, and gives the answers in the same order.

        Raises EngineGone when one of them was not answered: any of them may have had effect then,
        and all are to be asked again under their keys.
        """
        if not requests:
            return []
        try:
            return self._ask_all(requests)
        except EngineGone:
            self.close()
            return self._ask_all(requests)

    def _ask_all(self, requests: Sequence[AnyRequest]) -> list[Answer]:
        answers: dict[int, Answer] = {}
        frames = wire.Frames()
        try:
            connection = self._connection()
            connection.settimeout(max(r.deadline_ms for r in requests) / 1000 + GRACE_S)
            packed = (wire.pack(number, request) for number, request in enumerate(requests))
            connection.sendall(b"".join(packed))
            while len(answers) < len(requests):
                data = connection.recv(65_536)
                if not data:
                    raise ConnectionResetError("the engine closed the connection")
                for number, body in frames.feed(data):
                    answers[number] = wire.read_answer(body)
        except OSError as error:
            self.close()
            raise EngineGone(str(error)) from error
        return [answers[number] for number in range(len(requests))]

    def _ask(self, request: AnyRequest, *, fresh: bool) -> Answer:
        if fresh:
            self.close()
        try:
            connection = self._connection()
            connection.settimeout(request.deadline_ms / 1000 + GRACE_S)
            connection.sendall(wire.pack(1, request))
            return wire.read_answer(self._receive(connection))
        except OSError as error:
            self.close()
            raise EngineGone(str(error)) from error

    def _connection(self) -> socket.socket:
        connection: socket.socket | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(GRACE_S)
            try:
                connection.connect(self._path)
            except OSError:
                connection.close()
                raise
            self._local.connection = connection
        return connection

    def _receive(self, connection: socket.socket) -> bytes:
        frames = wire.Frames()
        while True:
            data = connection.recv(65_536)
            if not data:
                raise ConnectionResetError("the engine closed the connection")
            for _, body in frames.feed(data):
                return body

    def close(self) -> None:
        """Closes this thread's connection."""
        connection: socket.socket | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None
