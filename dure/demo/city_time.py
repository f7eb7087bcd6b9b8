"""Sets the city's clock: where it begins, how fast it runs, and on from where it stood."""

from __future__ import annotations

import time
from typing import Any, Final

from psycopg import Connection

from dure.demo.city import OPENING_US

SPEED: Final = 60
SECOND_US: Final = 1_000_000

_LAST_IDS = """
SELECT max(last.movement_id) FROM generate_series(0, 63) AS shard, LATERAL (
  SELECT movement_id FROM journal j WHERE j.shard = shard ORDER BY movement_id DESC LIMIT 1) AS last
"""
_SET = """
INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%(anchor)s, %(start)s, %(speed)s)
ON CONFLICT (one) DO UPDATE SET anchor_us = %(anchor)s, started_at_us = %(start)s, speed = %(speed)s
"""
_REMOVE = "DELETE FROM city_clock"


def start_clock(connection: Connection[Any], *, speed: int) -> int:
    """Starts the city's clock now and returns the instant it shows, in microseconds since 1970.

    A new city begins at the opening; one that has lived goes on a second after its last movement,
    so that a night in which nothing ran did not pass in the city either.
    """
    now_us = time.time_ns() // 1_000
    last = connection.execute(_LAST_IDS).fetchone()
    last_us = int(last[0]) if last is not None and last[0] is not None else 0
    start_us = max(OPENING_US, last_us + SECOND_US)
    connection.execute(_SET, {"anchor": now_us, "start": start_us, "speed": speed})
    return start_us


def follow_real_time(connection: Connection[Any]) -> None:
    """Takes the city's clock away: the city lives in real time."""
    connection.execute(_REMOVE)


def set_clock(connection: Connection[Any], *, speed: float | None, real_time: bool) -> None:
    """Starts the clock where the city stands; without a speed at the last one, or 60 times."""
    if real_time:
        follow_real_time(connection)
        return
    before = _speed_now(connection) or SPEED
    start_clock(connection, speed=before if speed is None else max(1, round(speed)))


def change_clock(connection: Connection[Any], *, speed: float | None, real_time: bool) -> bool:
    """As `set_clock`, but leaves alone a clock that runs as wanted; whether it was changed."""
    now = _speed_now(connection)
    as_wanted = now is None if real_time else speed is None or now == max(1, round(speed))
    if not as_wanted:
        set_clock(connection, speed=speed, real_time=real_time)
    return not as_wanted


def _speed_now(connection: Connection[Any]) -> int | None:
    """The speed of the city's clock, None where it lives in real time."""
    row = connection.execute("SELECT speed FROM city_clock").fetchone()
    return None if row is None else int(row[0])
