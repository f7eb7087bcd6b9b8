"""How often somebody may try what can be guessed, or what costs a message: counted in a table."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Final, NamedTuple

from psycopg import Connection

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US


class TryLimit(NamedTuple):
    """At most so many tries in any span of that length, of the machine's time."""

    what: str
    tries_max: int
    window_us: int


class AskLimit(NamedTuple):
    """So many askings at once, then so many a minute: a bucket that fills up again."""

    what: str
    burst: int
    per_minute: int


def may_try(connection: Connection[Any], limit: TryLimit, who: bytes) -> bool:
    """Whether one more is allowed now; it is then counted.

    The row holds the instants of those that were allowed and still count, so that there is no edge
    between two windows at which twice as many pass. Every process counts in the same row, in one
    statement: two at once are two. `who` is a keyed hash, or `address_hash`.
    """
    now_us = machine_now_us()
    row = connection.execute(
        "INSERT INTO tried AS t (what, who, at_us, until_us) "
        "VALUES (%(what)s, %(who)s, ARRAY[%(now)s]::bigint[], %(now)s + %(window)s) "
        "ON CONFLICT (what, who) DO UPDATE SET until_us = excluded.until_us, at_us = "
        "ARRAY(SELECT one FROM unnest(t.at_us) AS one WHERE one > %(now)s - %(window)s) "
        "|| excluded.at_us "
        "WHERE (SELECT count(*) FROM unnest(t.at_us) AS one WHERE one > %(now)s - %(window)s) "
        "< %(most)s RETURNING 1",
        {
            "what": limit.what, "who": who, "now": now_us, "window": limit.window_us,
            "most": limit.tries_max,
        },
    ).fetchone()  # fmt: skip
    return row is not None


def asking_wait_s(connection: Connection[Any], limit: AskLimit, who: bytes) -> int:
    """0 when `who` may ask now (and has then asked), else after how many seconds.

    The row holds the instant at which the bucket is full again (the generic cell rate algorithm,
    ITU-T I.371); whoever is refused writes nothing.
    """
    step_us, now_us = MINUTE_US // limit.per_minute, machine_now_us()
    ahead_us_max = (limit.burst - 1) * step_us
    names = {"what": limit.what, "who": who, "now": now_us, "step": step_us}
    allowed = connection.execute(
        "INSERT INTO asked_lately AS a (what, who, full_at_us) "
        "VALUES (%(what)s, %(who)s, %(now)s + %(step)s) ON CONFLICT (what, who) DO UPDATE "
        "SET full_at_us = greatest(a.full_at_us, %(now)s) + %(step)s "
        "WHERE a.full_at_us - %(now)s <= %(ahead)s RETURNING 1",
        names | {"ahead": ahead_us_max},
    ).fetchone()
    if allowed is not None:
        return 0
    row = connection.execute(
        "SELECT full_at_us FROM asked_lately WHERE what = %(what)s AND who = %(who)s", names
    ).fetchone()
    wait_us = 0 if row is None else int(row[0]) - now_us - ahead_us_max
    return max(1, -(-wait_us // SECOND_US))


def forget_old_tries(connection: Connection[Any]) -> None:
    """Deletes what counts no more."""
    now_us = machine_now_us()
    connection.execute("DELETE FROM tried WHERE until_us < %s", (now_us,))
    connection.execute("DELETE FROM asked_lately WHERE full_at_us < %s", (now_us,))


def forget_tries(connection: Connection[Any], limit: TryLimit, who: bytes) -> None:
    """The tries so far count no more: somebody has shown to be who it was about."""
    connection.execute("DELETE FROM tried WHERE what = %s AND who = %s", (limit.what, who))


def address_hash(address: str) -> bytes:
    """A network address, or another name, as it is counted here."""
    return hashlib.sha256(address.encode()).digest()


def machine_now_us() -> int:
    """The machine's time in microseconds since 1970 UTC: guessing happens in the world's time."""
    return time.time_ns() // 1000
