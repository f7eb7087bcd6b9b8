"""Cleans up after a server whose supervisor or postmaster was killed, before the next start."""

# Note [Leftovers]: a killed postmaster leaves its pid file, and its backends may live on for a
# moment and hold the shared memory, which makes the next start fail. A killed supervisor may leave
# the whole server. We hold the lock of the data directory when we clean, so whatever still runs in
# it is left over. Every process of a PostgreSQL server works in its data directory; that, and the
# program's name, is how we know them. (The pid in postmaster.pid alone proves nothing: after a
# restart of the machine or the container it belongs to anybody.)

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from dure.kernel.database.failures import DatabaseError

log = logging.getLogger("dure.database")

POLL_S = 0.05
ORPHAN_PATIENCE_S = 5.0
"""How long a backend without a postmaster may take to notice; a busy one never does."""


class ServerWillNotDieError(DatabaseError):
    """Processes of an earlier server are still there although they were killed."""


def processes_in(data: Path) -> list[int]:
    """List the PostgreSQL processes that work in this data directory (none without /proc)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            works_here = os.readlink(entry / "cwd") == str(data)
            program = Path(os.readlink(entry / "exe")).name
        except OSError:
            continue  # It ended meanwhile, is a zombie, or belongs to somebody else.
        if works_here and program.split(" ")[0] == "postgres":
            found.append(int(entry.name))
    return found


def postmaster_of(data: Path) -> int | None:
    """Return the pid that postmaster.pid names, if there is such a file."""
    try:
        return int((data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def clear_leftovers(data: Path, *, patience_s: float = 60.0) -> None:
    """End what is left of an earlier server in `data`; see Note [Leftovers].

    The caller holds the data directory's lock. Raises ServerWillNotDieError if processes remain.
    """
    postmaster = postmaster_of(data)
    running = processes_in(data)
    if postmaster in running:
        log.warning("PostgreSQL %d outlived its supervisor; stopping it", postmaster)
        signal_all([postmaster], signal.SIGINT)
        running = _wait_until_gone(data, patience_s)
    elif running:
        log.warning("waiting for %d processes of a killed PostgreSQL to end", len(running))
        running = _wait_until_gone(data, ORPHAN_PATIENCE_S)
    if running:
        log.warning("killing %d PostgreSQL processes that did not end", len(running))
        signal_all(running, signal.SIGKILL)
        running = _wait_until_gone(data, 10.0)
    if running:
        raise ServerWillNotDieError(
            f"PostgreSQL processes {running} still work in {data}; end them and start again"
        )
    if postmaster is not None and (data / "postmaster.pid").exists():
        log.warning("PostgreSQL was not stopped in order the last time; it will recover")
        (data / "postmaster.pid").unlink()


def signal_all(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to each process that is still there."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def wait_until(holds: Callable[[], bool], patience_s: float) -> bool:
    """Wait until `holds` does; say whether it did within `patience_s` seconds."""
    give_up_at = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() >= give_up_at:
            return False
        time.sleep(POLL_S)
    return True


def _wait_until_gone(data: Path, patience_s: float) -> list[int]:
    wait_until(lambda: not processes_in(data), patience_s)
    return processes_in(data)
