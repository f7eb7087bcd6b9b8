"""The rulebook as its log tells it, read again only when the log has grown."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.rulebook.lives import Rulebook
from dure.rulebook.log import Entry, Fault, check_log, replay
from dure.rulebook.log_store import READ_LOG, entry_of

_HEAD = "SELECT hash FROM rulebook_log ORDER BY entry DESC LIMIT 1"
_BYTES = """
SELECT encode(sha256(convert_to(string_agg(l::text, chr(10) ORDER BY entry), 'UTF8')), 'hex')
FROM rulebook_log l
"""


@dataclass(frozen=True, slots=True)
class LogRead:
    """All entries of the log, oldest first, and the rulebook after them. Nobody changes either."""

    entries: tuple[Entry, ...]
    book: Rulebook

    @property
    def head(self) -> str:
        """The hash of the last entry in hexadecimal digits; empty for an empty log."""
        return self.entries[-1].hash.hex() if self.entries else ""


class SharedLog:
    """The last reading, shared by the threads of a process; the hash of the head says if it holds.

    Asking costs one row by primary key while nobody acts.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: LogRead | None = None
        self._checked: tuple[str, list[Fault]] | None = None

    def read(self, connection: Connection[TupleRow]) -> LogRead:
        """The log as it stands. Raises LogUnreadableError."""
        row = connection.execute(_HEAD).fetchone()
        head = bytes(row[0]).hex() if row else ""
        known = self._read
        if known is not None and known.head == head:
            return known
        with self._lock:
            entries = tuple(entry_of(each) for each in connection.execute(READ_LOG))
            self._read = read = LogRead(entries, replay(entries))
        return read

    def faults(self, connection: Connection[TupleRow]) -> list[Fault]:
        """What is wrong with the log as it lies in the database now, checked once for its bytes.

        Not from the last reading: whoever changed a row behind it would not be noticed.
        """
        row = connection.execute(_BYTES).fetchone()
        seen = str(row[0]) if row else ""
        checked = self._checked
        if checked is None or checked[0] != seen:
            entries = [entry_of(each) for each in connection.execute(READ_LOG)]
            self._checked = checked = (seen, check_log(entries))
        return checked[1]


LOG = SharedLog()
"""The process's one reading of the log."""
