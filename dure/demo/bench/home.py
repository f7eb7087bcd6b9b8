"""A home for measuring: an embedded server of its own, seeded databases, nothing left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from dure.demo.bench.plan import RULES_MIN
from dure.demo.bench.progress import say
from dure.demo.bench.seed import seed
from dure.kernel.database.connection import ConnectionInfo
from dure.kernel.database.place import REACHABLE_BASE, Place, find_place
from dure.kernel.database.server import DATABASE, EmbeddedServer
from dure.kernel.keys import MASTER_KEY_VARIABLE
from dure.ledger.invariants import broken

GIBIBYTE = 2**30


def server_settings(checkpoint_run_s: float | None) -> dict[str, str]:
    """The server's settings: those of every embedded server of ours, with more memory and WAL.

    `checkpoint_run_s` is how long the runs are that shall have a checkpoint inside. Then they come
    by time: after the CHECKPOINT before the warm-up the next one begins in the middle of the run,
    is spread over 40% of the interval, and is done before the run is.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    chosen = {
        "shared_buffers": f"{min(4, max(1, memory // GIBIBYTE // 4))}GB",
        "max_wal_size": "16GB",
        "min_wal_size": "2GB",
    }
    if checkpoint_run_s is not None:
        chosen["checkpoint_timeout"] = f"{max(30, round(checkpoint_run_s))}s"
        chosen["checkpoint_completion_target"] = "0.4"
    return chosen


class BenchHome:
    """One server in a home of its own, with any number of measured cities in it."""

    def __init__(self, path: Path, server: EmbeddedServer) -> None:
        self.path = path
        self._server = server
        self._migrated = False

    @property
    def place(self) -> Place:
        return find_place(self.path)

    @property
    def server_pid(self) -> int:
        pid = self._server.info.pid
        assert pid is not None
        return pid

    def database(self, name: str) -> ConnectionInfo:
        """The address of one of the databases."""
        return self._server.info.for_database(name)

    def environment(self, database: str) -> Mapping[str, str]:
        """What a process of that city is started with."""
        return {
            "DURE_HOME": str(self.path),
            "DATABASE_URL": self.database(database).url,
            MASTER_KEY_VARIABLE: "",  # The home makes demo keys of its own.
        }

    def add_database(self, name: str, template: str | None = None) -> ConnectionInfo:
        """Creates an empty database, or a copy of another one that nobody is connected to."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        )
        with psycopg.connect(self.database("postgres").url, autocommit=True) as connection:
            connection.execute(statement)
        return self.database(name)

    def drop_database(self, name: str) -> None:
        """Drops a database."""
        with psycopg.connect(self.database("postgres").url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))

    def add_city(
        self, name: str, wallets: int, shops: int, rules: int = RULES_MIN
    ) -> ConnectionInfo:
        """Creates and seeds a measured city."""
        self._migrate()
        info = self.add_database(name, DATABASE)
        seconds = seed(info.url, wallets, shops, rules)
        say(f"{wallets:,} wallets and {shops:,} shops made in {seconds:.0f} s")
        return info

    def _migrate(self) -> None:
        if self._migrated:
            return
        done = subprocess.run(
            [sys.executable, "-m", "dure.config", "db", "migrate"],
            env={**os.environ, **self.environment(DATABASE)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"the tables could not be made: {done.stderr}")
        self._migrated = True


class BooksBrokenError(Exception):
    """An invariant does not hold; the message names it and shows rows."""


def check_books(info: ConnectionInfo) -> None:
    """Runs every invariant. Raises BooksBrokenError."""
    with psycopg.connect(info.url, autocommit=True) as connection:
        found = broken(connection)
    if found:
        raise BooksBrokenError("; ".join(f"{one.name}: {one.rows[:2]}" for one in found))
    say("the books are exact")


@contextmanager
def bench_home(place: Path, checkpoint_run_s: float | None) -> Iterator[BenchHome]:
    """A home below `place` with a running server, until the end of the block."""
    path = Path(tempfile.mkdtemp(prefix="dure-bench-", dir=place))
    path.chmod(0o711)
    try:
        server = EmbeddedServer(path, settings=server_settings(checkpoint_run_s))
        with server:
            yield BenchHome(path, server)
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    """Removes the home and what of it had to lie elsewhere (Note [Places])."""
    found = find_place(path)
    for elsewhere in (found.data, found.installation):
        if elsewhere.is_relative_to(REACHABLE_BASE):
            shutil.rmtree(REACHABLE_BASE / elsewhere.relative_to(REACHABLE_BASE).parts[0], True)
    shutil.rmtree(path, ignore_errors=True)
