"""Sets the city's clock: where it begins, how fast it runs, and on from where it stood."""

from __future__ import annotations

import time
from typing import Any, Final

from psycopg import Connection

from dure.demo.city import OPENING_US

SPEED: Final = 60
SECOND_US: Final = 1_000_000

_CLOCK = "SELECT started_at_us FROM city_clock"
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
