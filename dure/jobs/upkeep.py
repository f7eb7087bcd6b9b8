"""The nightly sweep of the money tables, on which autovacuum is switched off (0001_money.sql)."""

from __future__ import annotations

from dure.jobs.desk import Desk, Outcome
from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.kernel.clock import Clock, SystemClock

NIGHT_HOUR = 4
"""The hour of the real night in Seoul in which the fewest pay."""

_TABLES = ("wallet", "card", "budget_slice", "movement")
_HOUR_US = 3_600_000_000


def sweep_tables(desk: Desk, clock: Clock | None = None) -> Outcome:
    """Once a real night, and once when it never was: old versions away, statistics fresh.

    `mark` is the number of the real day on which it was last done. A table at a time, so that a
    worker that wants to stop waits for one at most; done again from the first when it was cut.
    """
    now_us = (clock or SystemClock()).now_us() + SEOUL_OFFSET_US
    today, hour = now_us // DAY_US, now_us % DAY_US // _HOUR_US
    if desk.mark >= today or (desk.mark and hour < NIGHT_HOUR):
        return Outcome(mark=desk.mark)
    for done, table in enumerate(_TABLES):
        if desk.stopping():
            return Outcome(done, mark=desk.mark)
        desk.connection.execute(f"VACUUM (ANALYZE) {table}".encode())
    return Outcome(len(_TABLES), mark=today)
