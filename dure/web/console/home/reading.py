"""The city's numbers for the first page, read at most once in a few seconds by a process."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.report import live
from dure.report.live import BudgetLineNumbers, LiveNumbers

KEPT_S: Final = 2.0
MEMBERS_KEPT_S: Final = 300.0
"""Counting a million wallets takes a moment, and members do not come by the second."""
_MEMBERS: Final = "SELECT count(*) FROM wallet"


@dataclass(frozen=True, slots=True)
class CityNumbers:
    """The day so far, the budget lines, and how many members there are."""

    numbers: LiveNumbers
    lines: tuple[BudgetLineNumbers, ...]
    members: int


class SharedNumbers:
    """The last reading, shared by the threads of a process; one refreshes it, others take it as it
    is. A reading of another database is never taken."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._last: tuple[str, float, CityNumbers] | None = None
        self._members: tuple[str, float, int] | None = None

    def get(self, connection: Connection[TupleRow]) -> CityNumbers:
        """The numbers, a few seconds old at the most while nobody else reads them anew."""
        name = connection.info.dsn
        last = self._last
        is_known = last is not None and last[0] == name
        if is_known and last is not None and time.monotonic() - last[1] < self._kept_s:
            return last[2]
        if not self._lock.acquire(blocking=not is_known):
            assert last is not None
            return last[2]
        try:
            found = self._read(connection, name)
            self._last = (name, time.monotonic(), found)
            return found
        finally:
            self._lock.release()

    def _read(self, connection: Connection[TupleRow], name: str) -> CityNumbers:
        now_us = live.city_clock(connection).now_us()
        numbers = live.live_numbers(connection, now_us)
        lines = tuple(live.budget_lines(connection, now_us))
        return CityNumbers(numbers, lines, self._count(connection, name))

    def _count(self, connection: Connection[TupleRow], name: str) -> int:
        known, now_s = self._members, time.monotonic()
        if known is None or known[0] != name or now_s - known[1] > MEMBERS_KEPT_S:
            row = connection.execute(_MEMBERS).fetchone()
            self._members = known = (name, now_s, int(row[0]) if row else 0)
        return known[2]


NUMBERS = SharedNumbers()
"""The process's one reading."""
