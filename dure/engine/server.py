"""Serves the engine over a Unix socket, and begins it anew when the database comes back."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
from pathlib import Path
from typing import cast

import asyncpg
import msgspec
import structlog

from dure.authorization.answers import Answer
from dure.engine import reference, wire
from dure.engine.connection import LOST, AnyConnection, spare_checks_of_numbers
from dure.engine.engine import Engine
from dure.engine.inbox import Inbox
from dure.engine.settings import EngineSettings

log = structlog.get_logger("dure.engine")

BACK_OFF_S_MAX = 0.5
RELOAD_PAUSE_S = 1.0


class AskerProtocol(asyncio.Protocol):
    """One connection of a gateway or web process. Answers of one moment leave in one write."""

    def __init__(self, server: EngineServer) -> None:
        self._server = server
        self._frames = wire.Frames()
        self._transport: asyncio.Transport | None = None
        self._outgoing: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._server.askers.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._server.askers.discard(self)

    def data_received(self, data: bytes) -> None:
        try:
            for sequence, body in self._frames.feed(data):
                self._submit(sequence, body)
        except (wire.FrameError, msgspec.DecodeError) as error:
            log.warning("an asker does not speak the protocol", error=str(error))
            self.close()

    def _submit(self, sequence: int, body: bytes) -> None:
        request = wire.read_request(body)

        def tell(answer: Answer) -> None:
            self._send(wire.pack(sequence, answer))

        self._server.inbox.submit(request, tell)

    def _send(self, frame: bytes) -> None:
        if not self._outgoing:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outgoing.append(frame)

    def _flush(self) -> None:
        if self._transport is not None and self._outgoing:
            self._transport.write(b"".join(self._outgoing))
        self._outgoing.clear()

    def close(self) -> None:
        """Sends what is answered and ends the connection."""
        self._flush()
        if self._transport is not None:
            self._transport.close()


class EngineServer:
    """The engine behind its socket. It survives the database's death; its askers see a pause."""

    def __init__(self, database_url: str, path: Path, settings: EngineSettings) -> None:
        self._url = database_url
        self._path = path
        self._settings = settings
        self._stopping = asyncio.Event()
        self.askers: set[AskerProtocol] = set()
        self.inbox = Inbox(settings.queue_max)
        self.engine: Engine | None = None
        self._socket_inode = 0

    async def run(self) -> None:
        """Serves until `stop`. Raises ShardTakenError when another engine owns the shards."""
        loop = asyncio.get_running_loop()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        server = None
        back_off_s = 0.05
        spare_checks_of_numbers()
        gc.disable()  # Nothing here makes cycles, and a collection over a city's wallets is long.
        try:
            while not self._stopping.is_set():
                try:
                    async with self._connected() as engine:
                        if server is None:
                            server = await self._listen(loop)
                        back_off_s = 0.05
                        await engine.run()
                except (*LOST, asyncpg.TransactionRollbackError) as error:
                    self.engine = None
                    log.error("database lost, asking again", error=str(error))
                    self._tell_late()
                    await self._pause(back_off_s)
                    back_off_s = min(back_off_s * 2, BACK_OFF_S_MAX)
        finally:
            if server is not None:
                server.close()
            for asker in list(self.askers):
                asker.close()
            self._leave_socket()

    @contextlib.asynccontextmanager
    async def _connected(self):  # type: ignore[no-untyped-def]
        """An engine over three sessions: one writes, one reads meanwhile, one listens."""
        async with contextlib.AsyncExitStack() as sessions:
            writer, reader, listener = [await self._session(sessions) for _ in range(3)]
            engine = await Engine.begin(writer, self._settings, inbox=self.inbox, reader=reader)
            for session in (writer, reader):
                session.add_termination_listener(lambda _: engine.connection_lost())
            watch = ReferenceWatch(listener, engine)
            await watch.begin()
            self.engine = engine
            try:
                yield engine
            finally:
                self.engine = None

    async def _session(self, sessions: contextlib.AsyncExitStack) -> AnyConnection:
        session = await asyncpg.connect(self._url, timeout=10, statement_cache_size=200)
        sessions.push_async_callback(_close, session)
        return session

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        """Listens under a draft name first: whoever finds the socket can connect to it."""
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        server = await loop.create_unix_server(lambda: AskerProtocol(self), str(draft))
        draft.chmod(0o600)
        draft.replace(self._path)
        self._socket_inode = self._path.stat().st_ino
        return server

    def _leave_socket(self) -> None:
        """Removes our socket; one that another engine has put in its place stays."""
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._socket_inode:
                self._path.unlink()

    def _tell_late(self) -> None:
        """While there is no engine: tells those who no longer wait, twice a second."""
        if self.engine is None and not self._stopping.is_set():
            self.inbox.tell_late()
            asyncio.get_running_loop().call_later(BACK_OFF_S_MAX, self._tell_late)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def stop(self) -> None:
        """Takes no more requests; `run` ends when those taken are answered."""
        self._stopping.set()
        self.inbox.close()


async def _close(connection: AnyConnection) -> None:
    with contextlib.suppress(Exception):
        await connection.close(timeout=2)


class ReferenceWatch:
    """Hears of changed rules and shops and has the engine read them, one after another."""

    def __init__(self, connection: AnyConnection, engine: Engine) -> None:
        self._connection = connection
        self._engine = engine
        self._parts: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Listens from now on; what changed between the first reading and now is read again."""
        await self._connection.add_listener(reference.CHANNEL, self._hear)
        self._engine.terms_changed()

    def _hear(self, _connection: object, _pid: int, _channel: str, part: object) -> None:
        name = str(part)
        if name == "lines":
            self._engine.lines_changed()
            return
        if not name.startswith("shop"):
            self._engine.terms_changed()
            return
        self._parts[name] = None
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._reload())

    async def _reload(self) -> None:
        while self._parts:
            part = next(iter(self._parts))
            del self._parts[part]
            try:
                await reference.reload_shops(self._connection, self._engine.books, part)
            except Exception as error:
                log.error("shops not read, asking again", part=part, error=repr(error))
                if self._connection.is_closed():
                    return  # The engine begins anew with all shops when the database is back.
                self._parts[part] = None
                await asyncio.sleep(RELOAD_PAUSE_S)


async def serve(database_url: str, path: Path, settings: EngineSettings) -> None:
    """Runs an engine until SIGTERM or SIGINT; what it has taken by then is answered first."""
    server = EngineServer(database_url, path, settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.run()
