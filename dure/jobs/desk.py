"""What a job works with, and the city's clock as all processes share it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.kernel.clock import CityClock, Clock, SystemClock
from dure.wallets.banking import Bank


@dataclass(frozen=True, slots=True)
class Desk:
    """A job's means: our connection (autocommit), the bank, the engine, the city's clock.

    `mark` is how far the job had looked, in its own measure; `stopping` says that the worker wants
    to end.
    """

    connection: Connection[Any]
    bank: Bank
    ask: Callable[[AnyRequest], Answer]
    clock: Clock
    stopping: Callable[[], bool]
    mark: int = 0


@dataclass(slots=True)
class Outcome:
    """How much a job did, how far it has looked, and whether more is waiting now."""

    units: int = 0
    mark: int = 0
    more: bool = False


def city_clock(connection: Connection[Any]) -> Clock:
    """The clock that the city has now: its own when a demonstration set one, else the machine's."""
    row = connection.execute("SELECT anchor_us, started_at_us, speed FROM city_clock").fetchone()
    return SystemClock() if row is None else CityClock(*row)


def key_of(*parts: object) -> bytes:
    """The 16 bytes under which a piece of due work is asked for, whoever asks and how often."""
    return hashlib.sha256(" ".join(map(str, parts)).encode()).digest()[:16]
