"""The embedded PostgreSQL server's life: start, recover, stop; and finding one that runs."""

import json
import logging
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from dure.kernel.database.cluster import SUPERUSER, create_cluster, is_created, server_settings
from dure.kernel.database.connection import (
    ConnectionInfo,
    check_database,
    embedded_connection,
)
from dure.kernel.database.home import home_directory, keep_secret, read_json, write_private
from dure.kernel.database.leftovers import clear_leftovers, processes_in
from dure.kernel.database.lock import DataLock, ServerAlreadyRunningError
from dure.kernel.database.place import Place, find_place
from dure.kernel.database.process import (
    PortTakenError,
    free_port,
    launch,
    wait_until_ready,
)

__all__ = [
    "ConnectionInfo",
    "EmbeddedServer",
    "ServerAlreadyRunningError",
    "home_directory",
    "open_database",
    "running_database",
]

log = logging.getLogger("dure.database")

OWNER = "dure"
DATABASE = "dure"
RUNTIME_FILE = "database-running.json"
SOCKET_PREFIX = "dure-postgres-"
PORT_TRIES = 5
READY_PATIENCE_S = 600.0  # Replaying four gigabytes of WAL on a slow disk takes minutes.
STOP_PATIENCE_S = 120.0

# What the owner of the database may do beyond its own tables: look at the server's state, end its
# own other sessions, force a checkpoint. It is no superuser, so that it cannot get around the rules
# that guard the books by switching them off for a session.
OWNER_ROLES = ("pg_monitor", "pg_signal_backend", "pg_checkpoint")


class EmbeddedServer:
    """PostgreSQL from the package's programs, with its data in `home`, as a child of this process.

    `settings` override the server's own (`{"shared_buffers": "64MB"}`). The server keeps its port
    and socket through `kill` and a second `start`. Use it from one thread; see `process.launch`.
    """

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._home = home
        self._settings = dict(settings or {})
        self._place: Place | None = None
        self._lock: DataLock | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket_directory: Path | None = None
        self._port: int | None = None

    def start(self) -> ConnectionInfo:
        """Start the server, recovering from whatever happened before, and return its address.

        The database is created at the first start. Raises ServerAlreadyRunningError when another
        process keeps it, and AccountError, ClusterError, ProgramsMissingError,
        ServerDidNotStartError or ServerWillNotDieError when it cannot be run.
        """
        if self.is_running():
            raise ServerAlreadyRunningError(self._home / "postgres", os.getpid())
        place = self._place = find_place(self._home)
        if self._lock is None:
            lock = DataLock(place.data)
            lock.take()
            self._lock = lock
        try:
            clear_leftovers(place.data)
            self._forget_last_run()
            if not is_created(place):
                create_cluster(place, keep_secret(self._home, "database-superuser"))
            self._launch_on_free_port(place)
            self._create_owner_and_database()
            info = self.info
            self._write_runtime(info)
        except BaseException:
            self.stop()
            raise
        return info

    def stop(self) -> None:
        """Stop the server in order and let the next one have its data. Stopping twice is fine."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        if self._socket_directory is not None:
            shutil.rmtree(self._socket_directory, ignore_errors=True)
            self._socket_directory = None
        if self._lock is not None:  # Without it, what lies in the home is another process's.
            (self._home / RUNTIME_FILE).unlink(missing_ok=True)
            self._lock.drop()
            self._lock = None

    def kill(self) -> None:
        """Kill the postmaster as a crash would; `start` recovers. For tests of exactly that."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def is_running(self) -> bool:
        """Say whether the postmaster is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def info(self) -> ConnectionInfo:
        """The address of the database, for its owner. The server has been started."""
        return self._connection(OWNER, keep_secret(self._home, "database-owner"), DATABASE)

    @property
    def superuser_info(self) -> ConnectionInfo:
        """The address of the maintenance database, for the superuser."""
        return self._connection(
            SUPERUSER, keep_secret(self._home, "database-superuser"), "postgres"
        )

    def __enter__(self) -> ConnectionInfo:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _connection(self, user: str, password: str, database: str) -> ConnectionInfo:
        assert self._socket_directory is not None
        assert self._port is not None
        return embedded_connection(
            user=user,
            password=password,
            database=database,
            socket_directory=str(self._socket_directory),
            port=self._port,
            pid=self._process.pid if self._process else None,
        )

    def _launch_on_free_port(self, place: Place) -> None:
        if self._socket_directory is None:
            # A short path of its own: a socket's path may have 107 bytes, a home's may be longer.
            self._socket_directory = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir="/tmp"))
            place.account.own(self._socket_directory)
        for _ in range(PORT_TRIES - 1):
            try:
                self._launch(place, self._socket_directory, self._port or free_port())
            except PortTakenError:
                self._port = None
            else:
                return
        self._launch(place, self._socket_directory, free_port())

    def _launch(self, place: Place, socket_directory: Path, port: int) -> None:
        settings = server_settings(self._settings, port=port, socket_directory=socket_directory)
        output = self._home / "postgres-start.log"
        self._port = port
        self._process = launch(place, settings, output)
        outputs = (output, place.data / "log")
        wait_until_ready(self._process, self.superuser_info.url, outputs, READY_PATIENCE_S)
        log.info("PostgreSQL %d answers on port %d", self._process.pid, port)

    def _create_owner_and_database(self) -> None:
        with psycopg.connect(self.superuser_info.url, autocommit=True) as connection:
            owner = sql.Identifier(OWNER)
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)
            ).fetchone():
                create = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {} IN ROLE {}").format(
                    owner,
                    sql.Literal(keep_secret(self._home, "database-owner")),
                    sql.SQL(", ").join(map(sql.Identifier, OWNER_ROLES)),
                )
                connection.execute(create)
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
            ).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), owner
                )
                connection.execute(create)

    def _write_runtime(self, info: ConnectionInfo) -> None:
        content = {
            "url": info.url,
            "tcp_url": info.tcp_url,
            "pid": info.pid,
            "supervisor_pid": os.getpid(),
            "socket_directory": str(self._socket_directory),
        }
        write_private(self._home / RUNTIME_FILE, json.dumps(content) + "\n")

    def _forget_last_run(self) -> None:
        """Remove what a killed supervisor left: its runtime file and its socket directory."""
        content = read_json(self._home / RUNTIME_FILE)
        if content is None:
            return
        left = Path(str(content.get("socket_directory", "")))
        if left.name.startswith(SOCKET_PREFIX) and left != self._socket_directory:
            shutil.rmtree(left, ignore_errors=True)
        (self._home / RUNTIME_FILE).unlink()


def running_database(home: Path) -> ConnectionInfo | None:
    """Return the address of the embedded server of this home, if one runs."""
    content = read_json(home / RUNTIME_FILE)
    if content is None:
        return None
    pid = content.get("pid")
    if not isinstance(pid, int) or not _is_server(pid, home):
        return None
    return ConnectionInfo(url=str(content["url"]), tcp_url=str(content["tcp_url"]), pid=pid)


@contextmanager
def open_database(home: Path | None = None) -> Iterator[ConnectionInfo]:
    """Give a database for the time of a block: DATABASE_URL's, else the running one, else a start.

    Raises DatabaseUnusableError for DATABASE_URL, and what `EmbeddedServer.start` raises.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        yield check_database(url)
        return
    home = home or home_directory()
    running = running_database(home)
    if running is not None:
        yield running
        return
    with EmbeddedServer(home) as info:
        yield info


def _is_server(pid: int, home: Path) -> bool:
    if Path("/proc/self").exists():
        return pid in processes_in((home / "postgres").resolve())
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    # Fast stop (no new sessions, roll back, checkpoint), then immediate, then by force.
    for number, patience_s in ((signal.SIGINT, STOP_PATIENCE_S), (signal.SIGQUIT, 10.0)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            log.warning("PostgreSQL %d did not stop within %d s", process.pid, patience_s)
    if process.poll() is None:
        process.kill()
        process.wait()
