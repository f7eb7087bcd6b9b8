"""Budgets as published: what a year's line had, and from when that was known."""

from __future__ import annotations

from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

from dure.forecast.published.dates import known_by_default, known_on
from dure.forecast.published.noted import Flaw, Noted, noted
from dure.forecast.published.tables import BUDGETS, read_table

_COLUMNS: Final = ("year", "payer_scope", "stage", "total_eok_krw", "source_date")
_EOK_WON: Final = 100_000_000


class Budget(NamedTuple):
    """A published sum of a year: `stage` is what the press called it ("original", "final")."""

    year: int
    scope: str
    stage: str
    won: int
    known: date
    row: int

    @property
    def is_original(self) -> bool:
        """Whether it is the year's budget as first decided."""
        return self.stage == "original"

    @property
    def is_final(self) -> bool:
        """Whether it is all that the year had in the end."""
        return any(word in self.stage for word in ("year total", "final", "spent"))


def read_budgets(folder: Path | Traversable) -> tuple[list[Budget], list[Noted]]:
    """Rows with a year and a sum; sums over several years are left out."""
    rows, notes = read_table(folder, BUDGETS, _COLUMNS)
    found = []
    for row in rows:
        if "-" in row.cell("year"):
            continue
        try:
            year, won = int(row.cell("year")), round(float(row.cell("total_eok_krw")) * _EOK_WON)
        except ValueError:
            words = {"name": "total_eok_krw", "value": row.cell("total_eok_krw")}
            notes.append(noted(row.file, row.number, Flaw.NOT_A_NUMBER, **words))
            continue
        known = known_on(row.cell("source_date")) or known_by_default(date(year, 12, 31))
        found.append(
            Budget(year, row.cell("payer_scope"), row.cell("stage"), won, known, row.number)
        )
    return found, notes
