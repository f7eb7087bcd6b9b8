"""The city as every member's first page shows it: its money, its rate, the next announced change.

A process reads it at most every few seconds, however many look.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.policy.districts import CITY
from dure.policy.evaluate import CompiledRule
from dure.policy.funding import SHOP
from dure.report.live import city_clock, speed_of
from dure.web.shared.language import Language
from dure.web.shared.rate_face import RateFace, rate_face
from dure.web.shared.rules import Rulebook

KEPT_S: Final = 3.0
_LINES: Final = """
SELECT l.code, l.name_ko, l.name_en, l.appropriated_won,
       (l.appropriated_won - coalesce(sum(s.spent_won), 0))::bigint
FROM budget_line l LEFT JOIN budget_slice s USING (line_id)
WHERE l.appropriated_won > 0 GROUP BY l.line_id
"""


class LineLeft(NamedTuple):
    """What is left of a budget line of what it was given, in whole won."""

    code: str
    name_ko: str
    name_en: str
    given_won: int
    left_won: int


@dataclass(frozen=True, slots=True)
class CityNow:
    """The city at one instant: budget lines by code, all published rules, the rate in words."""

    at_us: int
    lines: dict[str, LineLeft]
    rules: tuple[CompiledRule, ...]
    korean: RateFace
    english: RateFace

    def rate(self, language: Language) -> RateFace:
        """The city's rate and its next change in the reader's language."""
        return self.korean if language is Language.KOREAN else self.english

    def lines_for(self, district: int) -> tuple[LineLeft, ...]:
        """The lines that pay for what holds now in the city and in a member's district."""
        names = dict.fromkeys(
            name
            for rule in self.rules
            if rule.document.in_force
            and rule.document.from_us <= self.at_us < rule.document.until_us
            and rule.document.scope in (CITY, district)
            for name, _share in rule.document.funding.shares
            if name != SHOP
        )
        return tuple(self.lines[name] for name in names if name in self.lines)


class KeptCity:
    """This process's reading, made anew when it is older than `kept_s`."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._rulebook = Rulebook()
        self._read: tuple[str, float, CityNow] | None = None

    def get(self, connection: Connection[TupleRow]) -> CityNow:
        """The reading; raises psycopg.Error when the database is away."""
        name = f"{connection.info.port}/{connection.info.dbname}"
        with self._lock:
            at_s = time.monotonic()
            if self._read is not None and self._read[0] != name:
                self._rulebook, self._read = Rulebook(), None
            if self._read is None or at_s - self._read[1] > self._kept_s:
                self._read = (name, at_s, self._read_anew(connection))
            return self._read[2]

    def forget(self) -> None:
        """Reads anew at the next page; for tests that change rules or money."""
        with self._lock:
            self._read = None

    def _read_anew(self, connection: Connection[TupleRow]) -> CityNow:
        clock = city_clock(connection)
        at_us, speed = clock.now_us(), speed_of(clock)
        rules = self._rulebook.rules(connection)
        documents = [rule.document for rule in rules]
        lines = {row[0]: LineLeft(*row) for row in connection.execute(_LINES).fetchall()}
        return CityNow(
            at_us=at_us,
            lines=lines,
            rules=rules,
            korean=rate_face(documents, at_us, speed, Language.KOREAN),
            english=rate_face(documents, at_us, speed, Language.ENGLISH),
        )


CITY_NOW: Final = KeptCity()
"""This process's reading of the city."""
