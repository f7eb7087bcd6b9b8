"""What a doer of work is given: the question, the database, and how to tell and to be stopped."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import Connection

from dure.forecast.analyst.taking import Gone, Taken, is_cancelled, tell
from dure.forecast.work import city_clock

STAGE_S: Final = 0.1
LOOK_S: Final = 0.5
"""How often the database is asked, at most, while a doer tells or asks whether to stop."""


class StopAskedError(Exception):
    """The work was told to stop, and has left everything as it was."""


class CannotDoError(Exception):
    """What was asked cannot be done; says in both languages why and what to do."""

    def __init__(self, korean: str, english: str) -> None:
        super().__init__(english)
        self.korean = korean
        self.english = english


@dataclass(slots=True)
class Asking:
    """A work in the hands of its doer. `connection` is the doer's own (autocommit), to the database
    at `url`."""

    url: str
    connection: Connection[Any]
    telling: Connection[Any]
    home: Path
    taken: Taken
    _looked_at: float = field(default=0.0, init=False)
    _is_stopped: bool = field(default=False, init=False)
    _stage: str = field(default="", init=False)

    @property
    def asked(self) -> Mapping[str, Any]:
        """What was asked."""
        asked: Mapping[str, Any] = msgspec.json.decode(self.taken.asked)
        return asked

    def now_us(self) -> int:
        """The city's time."""
        return city_clock(self.telling).now_us()

    def tell(self, progress: int, korean: str, english: str) -> None:
        """Says how far the work is, of 10,000, and what goes on; seldom written, cheap to call."""
        now = time.monotonic()
        patience_s = LOOK_S if english == self._stage else STAGE_S
        if self._is_stopped or now - self._looked_at < patience_s:
            return
        self._looked_at, self._stage = now, english
        self._hear(lambda: tell(self.telling, self.taken, progress, korean, english))

    def stopped(self) -> bool:
        """Whether to stop: it was cancelled, or another has taken the work."""
        now = time.monotonic()
        if not self._is_stopped and now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self._hear(lambda: is_cancelled(self.telling, self.taken))
        return self._is_stopped

    def go_on(self) -> None:
        """Raises StopAskedError when the work is to stop."""
        if self.stopped():
            raise StopAskedError

    def stop(self) -> None:
        """Makes `stopped` say so from now on."""
        self._is_stopped = True

    def _hear(self, look: Any) -> None:
        try:
            self._is_stopped = self._is_stopped or look()
        except (Gone, psycopg.OperationalError):
            # Without the database the lease cannot be kept: what is done now would be done twice.
            self._is_stopped = True
