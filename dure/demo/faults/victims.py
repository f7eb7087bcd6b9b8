"""What is killed and brought back: the engine's process, PostgreSQL, one of its sessions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import psycopg

from dure.kernel.database.process import die_with_parent
from dure.kernel.database.server import EmbeddedServer


class Death(StrEnum):
    """What ends by `kill -9` in a round; `session` is the engine's writing session's process."""

    ENGINE = "engine"
    POSTGRES = "postgres"
    BOTH = "both"
    SESSION = "session"


WEIGHTS = {Death.ENGINE: 4, Death.POSTGRES: 3, Death.BOTH: 2, Death.SESSION: 1}
"""How often each happens, as shares of ten."""

_WRITER = """
SELECT l.pid FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted LIMIT 1
"""


class Victims:
    """The processes of one city. Call from one thread, which must live as long as they do."""

    def __init__(self, home: Path, server: EmbeddedServer) -> None:
        self._home = home
        self._server = server
        self._engine: subprocess.Popen[bytes] | None = None
        self.path = home / "faults.sock"

    @property
    def url(self) -> str:
        """Where the database is; the same after every start."""
        return self._server.info.url

    def start_engine(self) -> None:
        """Starts the engine's process; it answers when it has read the city."""
        with (self._home / "engine.log").open("ab") as log:
            self._engine = subprocess.Popen(
                [sys.executable, "-m", "dure.config", "engine", "--socket", str(self.path)],
                env={**os.environ, "DURE_HOME": str(self._home), "DATABASE_URL": self.url},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # One system call, made ready before the fork, as for the embedded server.
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )

    def kill(self, death: Death) -> None:
        """Ends the named by SIGKILL, at once and without a word."""
        if death == Death.SESSION:
            self._kill_session()
        if death in (Death.ENGINE, Death.BOTH):
            assert self._engine is not None
            self._engine.kill()
            self._engine.wait()
        if death in (Death.POSTGRES, Death.BOTH):
            self._server.kill()

    def _kill_session(self) -> None:
        """Kills the process of PostgreSQL that serves the engine; the server then recovers."""
        try:
            with psycopg.connect(self.url) as connection:
                row = connection.execute(_WRITER).fetchone()
                if row is not None:
                    os.kill(int(row[0]), signal.SIGKILL)
        except (psycopg.OperationalError, ProcessLookupError):
            return  # It has just ended by itself.

    def bring_back(self) -> None:
        """Starts again what is dead, the database first; returns when PostgreSQL answers."""
        if not self._server.is_running():
            self._server.start()
        if self._engine is None or self._engine.poll() is not None:
            self.start_engine()

    def stop(self) -> None:
        """Ends the engine in order. The server is its owner's."""
        if self._engine is not None and self._engine.poll() is None:
            self._engine.terminate()
            try:
                self._engine.wait(30)
            except subprocess.TimeoutExpired:
                self._engine.kill()
                self._engine.wait()

    def last_words(self) -> str:
        """The end of what the engines printed."""
        return (self._home / "engine.log").read_text("utf-8", "replace")[-2_000:]
