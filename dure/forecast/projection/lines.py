"""A budget line as a projection begins: what it has, what comes later, how long it should last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineStanding:
    """What a line has left at the start of the first day, and what is added on later days.

    `code` is the name by which rules call the line. `later` has (day, won), negative where money is
    taken away; a line is never below 0. `planned_end_day` is the last day for which the money is
    meant. `spent_won` was spent in its year before the first day. Days are days since 1970-01-01.
    """

    line_id: int
    code: str
    left_won: int
    planned_end_day: int
    fiscal_year: int
    later: tuple[tuple[int, int], ...] = ()
    spent_won: int = 0
    payer: str = "city"
    district: int | None = None
    name_ko: str = ""
    name_en: str = ""
