"""The lock that lets one process at a time keep a data directory's server."""

import fcntl
import os
import time
from pathlib import Path

from dure.kernel.database.failures import DatabaseError

HOLDER_READS = 20
HOLDER_READ_PAUSE_S = 0.02


class ServerAlreadyRunningError(DatabaseError):
    """Another process keeps the server of this data directory; `pid` names it if it is known."""

    def __init__(self, data: Path, pid: int | None) -> None:
        self.pid = pid
        super().__init__(
            f"PostgreSQL in {data} is already kept by process {pid or 'unknown'}: "
            "stop that process first, or choose another DURE_HOME"
        )


class DataLock:
    """An exclusive lock beside a data directory; the kernel drops it when its process dies."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._path = data.with_name(f"{data.name}.lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock; ServerAlreadyRunningError names who has it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(handle)
            os.close(handle)
            raise ServerAlreadyRunningError(self._data, holder) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        self._handle = handle

    def drop(self) -> None:
        """Let the next one have it. Dropping twice does nothing more."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _holder(handle: int) -> int | None:
    """Read who holds the lock; for a moment the file may be empty or still name the one before."""
    for _ in range(HOLDER_READS):
        written = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
        if written.isdigit() and _is_alive(int(written)):
            return int(written)
        time.sleep(HOLDER_READ_PAUSE_S)
    return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
