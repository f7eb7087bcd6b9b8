"""Counts the journal once: moves the sums of `live_*` forward along its primary key.

Whoever looks counts, one at a time; a look costs the rows that are new. All functions take a
psycopg connection with autocommit.
"""

from __future__ import annotations

import time
from enum import Enum

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.ledger.accounts import BUDGET_BASE
from dure.ledger.movement import TAKINGS
from dure.report import live_sql as sql

SECOND_US = 1_000_000
TICKS_KEPT = 3_600
"""Ticks (real seconds) kept for the curve and the burn; older ones are dropped while advancing."""

ROWS_IN_ONE_ADVANCE = 20_000
"""Journal rows that one advance counts at most, so that no reader waits long for a long gap."""

CATCH_UP_S = 0.4
"""How long a look at the numbers may spend on counting what nobody has counted yet."""

ADVANCE_LOCK = 7_205_190_001
"""Any number that no other advisory lock of the database uses."""


class Counted(Enum):
    """How far a look at the journal came: to its end, not yet, or somebody else is at it."""

    WHOLLY = 1
    PARTLY = 2
    BY_ANOTHER = 3


def advance(conn: Connection[TupleRow], *, speed: int = 1) -> Counted:
    """Counts what the journal has got since the last look, up to `ROWS_IN_ONE_ADVANCE`.

    `speed` is how many city seconds pass in one real second, which is the width of a tick. One
    reader advances at a time; another returns at once and reads what is there. The engine commits
    the movements of a shard in the order of their ids, so none is stepped over.
    """
    with conn.transaction():
        locked = conn.execute(sql.TRY_LOCK, {"lock": ADVANCE_LOCK}).fetchone()
        if locked is None or not locked[0]:
            return Counted.BY_ANOTHER
        conn.execute(sql.ALONG_THE_KEY)
        counted = conn.execute(
            sql.ADVANCE,
            {
                "per_shard": ROWS_IN_ONE_ADVANCE // 64,
                "tick_width_us": speed * SECOND_US,
                "budget_base": BUDGET_BASE,
                "payments": [int(kind) for kind in TAKINGS],
            },
        ).fetchone()
        conn.execute(sql.DROP_OLD_TICKS, {"kept_us": TICKS_KEPT * speed * SECOND_US})
        conn.execute(sql.DROP_OLD_LINE_TICKS, {"kept_us": TICKS_KEPT * speed * SECOND_US})
    whole = counted is not None and counted[0] < ROWS_IN_ONE_ADVANCE // 64
    return Counted.WHOLLY if whole else Counted.PARTLY


def catch_up(
    conn: Connection[TupleRow], *, speed: int = 1, patience_s: float = CATCH_UP_S
) -> Counted:
    """Counts until nothing is left over or the patience ends.

    Call it every few seconds also while nobody looks, so that the first look is as quick as others.
    """
    until_s = time.monotonic() + patience_s
    while True:
        counted = advance(conn, speed=speed)
        if counted is not Counted.PARTLY or time.monotonic() >= until_s:
            return counted


def start_from_here(conn: Connection[TupleRow]) -> None:
    """Steps over everything that is in the journal: what comes now is the live city."""
    conn.execute(sql.START_FROM_HERE)


def forget(conn: Connection[TupleRow]) -> None:
    """Throws the sums away, so that the next `advance` counts the whole journal again."""
    with conn.transaction():
        for statement in sql.FORGET:
            conn.execute(statement)
