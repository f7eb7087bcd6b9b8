"""Clocks: the only place where the time of day enters, always passed in from the edge."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Something that tells the instant, in microseconds since 1970 UTC."""

    def now_us(self) -> int: ...


class SystemClock:
    """The machine's own clock."""

    def now_us(self) -> int:
        return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class CityClock:
    """A clock that started at a chosen instant of the city and may run faster than the world.

    `started_at_us` is the city's instant at `anchor_us` of the machine's clock; `speed` is how many
    city seconds pass in one real second. Several processes share it by sharing the three numbers.
    """

    anchor_us: int
    started_at_us: int
    speed: int

    def now_us(self) -> int:
        return self.started_at_us + (time.time_ns() // 1000 - self.anchor_us) * self.speed


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is moved; for tests and seeded simulations."""

    instant_us: int

    def now_us(self) -> int:
        return self.instant_us

    def advance(self, us: int) -> None:
        self.instant_us += us
