"""How often somebody may try what can be guessed, or what costs a message: counted in a table."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Final, NamedTuple

from psycopg import Connection

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US


class TryLimit(NamedTuple):
    """At most so many tries in a window of the machine's time."""

    what: str
    tries_max: int
    window_us: int


def may_try(connection: Connection[Any], limit: TryLimit, who: bytes) -> bool:
    """Whether one more is allowed; it is counted, also when it is not.

    Every process counts in the same row, in one statement: two at once are two. `who` is a keyed
    hash, or `address_hash`.
    """
    row = connection.execute(
        "INSERT INTO tried (what, who, until_us, count) VALUES (%s, %s, %s, 1) "
        "ON CONFLICT (what, who) DO UPDATE SET until_us = excluded.until_us, "
        "count = CASE WHEN tried.until_us = excluded.until_us THEN tried.count + 1 ELSE 1 END "
        "RETURNING count",
        (limit.what, who, (machine_now_us() // limit.window_us + 1) * limit.window_us),
    ).fetchone()
    return row is not None and int(row[0]) <= limit.tries_max


def forget_tries(connection: Connection[Any], limit: TryLimit, who: bytes) -> None:
    """The tries so far count no more: somebody has shown to be who it was about."""
    connection.execute("DELETE FROM tried WHERE what = %s AND who = %s", (limit.what, who))


def address_hash(address: str) -> bytes:
    """A network address as `may_try` counts it."""
    return hashlib.sha256(address.encode()).digest()


def machine_now_us() -> int:
    """The machine's time in microseconds since 1970 UTC: guessing happens in the world's time."""
    return time.time_ns() // 1000
