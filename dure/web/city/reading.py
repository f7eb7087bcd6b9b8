"""One look at the city: everything that the live page shows, read at one instant.

However many people look, the database is asked at most once in `READING_KEPT_S` by a process.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.calendar import day_of
from dure.policy.evaluate import CompiledRule
from dure.report import live
from dure.web.shared.rules import Rulebook

READING_KEPT_S = 0.8
CURVE_SECONDS = 90
LATEST_COUNT = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """The city at one instant; `engine_answers` is None when nobody asked."""

    numbers: live.LiveNumbers
    ticks: list[live.Tick]
    districts: list[live.DistrictNumbers]
    declines: list[live.DeclineNumbers]
    lines: list[live.BudgetLineNumbers]
    latest: list[live.LatestAuthorization]
    rules: tuple[CompiledRule, ...]
    engine_answers: bool | None = None


def read_city(
    conn: Connection[TupleRow], rulebook: Rulebook, *, engine_answers: bool | None = None
) -> Reading:
    """Everything the page shows. Raises psycopg.Error when the database is away."""
    now_us = live.city_clock(conn).now_us()
    numbers = live.live_numbers(conn, now_us)
    today = day_of(now_us)
    return Reading(
        numbers=numbers,
        ticks=live.ticks(conn, now_us, CURVE_SECONDS),
        districts=live.by_district(conn, today),
        declines=live.declines_by_reason(conn, today),
        lines=live.budget_lines(conn, now_us),
        latest=live.latest_authorizations(conn, LATEST_COUNT),
        rules=rulebook.rules(conn),
        engine_answers=engine_answers,
    )


class SharedReading:
    """The newest reading, shared by all readers of a process; one of them refreshes it."""

    def __init__(self, kept_s: float = READING_KEPT_S) -> None:
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._read_at_s = float("-inf")
        self._reading: Reading | None = None
        self._rulebook = Rulebook()

    def get(self, conn: Connection[TupleRow], *, engine_answers: bool | None) -> Reading:
        """A reading that is at most `kept_s` old, or the last one while another thread reads anew.

        Raises psycopg.Error when the city cannot be read.
        """
        last = self._reading
        if not self._lock.acquire(blocking=last is None):
            assert last is not None
            return last
        try:
            if self._reading is None or time.monotonic() - self._read_at_s >= self._kept_s:
                self._reading = read_city(conn, self._rulebook, engine_answers=engine_answers)
                self._read_at_s = time.monotonic()
            return self._reading
        finally:
            self._lock.release()
