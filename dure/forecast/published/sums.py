"""Payments and members from their files: every row read or refused with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from dure.forecast.published.dates import known_by_default, known_on, read_day
from dure.forecast.published.figures import Figure, error_of, is_status, widened
from dure.forecast.published.noted import Flaw, Noted, noted
from dure.forecast.published.tables import MEMBERS, PAYMENTS, Row, read_table

_EOK_WON: Final = 100_000_000
_PAYMENT_COLUMNS: Final = ("period_from", "period_to", "amount_krw", "measure", "status",
                           "source_date")  # fmt: skip
_MEMBER_COLUMNS: Final = ("date", "value", "measure", "status", "source_date")
_SUMS: Final = ("payment_month", "payment_period", "payment_total")
_RUNNING: Final = "payment_cumulative"
_CONFLICT: Final = "CONFLICT"
_NOTE_LENGTH: Final = 120
_AMOUNTS_ERROR: Final = 0.002


def read_payments(folder: Path | Traversable) -> tuple[list[Figure], list[Noted]]:
    """Payments in won, unchecked against each other."""
    rows, notes = read_table(folder, PAYMENTS, _PAYMENT_COLUMNS)
    figures = []
    for row in rows:
        read = _payment(row, notes)
        if read is not None:
            figures.append(read)
    return figures, notes


def _payment(row: Row, notes: list[Noted]) -> Figure | None:
    days = _days(row, ("period_from", "period_to"), notes)
    won = _number(row, "amount_krw", notes)
    measure = row.cell("measure")
    if measure not in (*_SUMS, _RUNNING):
        notes.append(noted(row.file, row.number, Flaw.UNKNOWN_MEASURE, value=measure))
        return None
    if days is None or won is None:
        return None
    start, until = days[0], days[1] + timedelta(days=1)
    if until <= start:
        notes.append(
            noted(row.file, row.number, Flaw.PERIOD_BACKWARD, start=days[0], until=days[1])
        )
        return None
    eok = _number(row, "amount_eok_krw", notes) if row.cell("amount_eok_krw") else won / _EOK_WON
    if eok is None:
        return None
    if abs(eok * _EOK_WON / won - 1) > _AMOUNTS_ERROR:
        words = {"eok": row.cell("amount_eok_krw"), "won": f"{won:,.0f}"}
        notes.append(noted(row.file, row.number, Flaw.AMOUNTS_DISAGREE, **words))
        return None
    return _figure(row, start, until, won, eok, measure == _RUNNING, notes)


def read_members(
    folder: Path | Traversable,
) -> tuple[list[Figure], list[Figure], list[Noted]]:
    """Members: levels (running, from the first day of all), newcomers by month, and notes."""
    rows, notes = read_table(folder, MEMBERS, _MEMBER_COLUMNS)
    levels: list[Figure] = []
    came: list[Figure] = []
    for row in rows:
        days = _days(row, ("date",), notes)
        value = _number(row, "value", notes)
        measure = row.cell("measure")
        if measure == "new_in_period":
            notes.append(noted(row.file, row.number, Flaw.NO_START))
            continue
        if measure not in ("cumulative", "new_in_month"):
            notes.append(noted(row.file, row.number, Flaw.UNKNOWN_MEASURE, value=measure))
            continue
        if days is None or value is None:
            continue
        until = days[0] + timedelta(days=1)
        is_level = measure == "cumulative"
        start = date.min if is_level else days[0].replace(day=1)
        figure = _figure(row, start, until, value, value, is_level, notes)
        (levels if is_level else came).append(figure)
    return levels, came, notes


def _figure(
    row: Row,
    start: date,
    until: date,
    value: float,
    in_units: float,
    running: bool,
    notes: list[Noted],
) -> Figure:
    status = row.cell("status")
    if not is_status(status):
        notes.append(noted(row.file, row.number, Flaw.UNKNOWN_STATUS, value=status))
    known = known_on(row.cell("source_date"))
    if known is None:
        notes.append(noted(row.file, row.number, Flaw.NO_SOURCE_DATE))
        known = known_by_default(until)
    error = error_of(status, in_units)
    figure = Figure(row.file, row.number, start, until, value, running, status, known, error)
    if _CONFLICT in row.cell("note"):
        text = row.cell("note")
        text = text if len(text) <= _NOTE_LENGTH else text[:_NOTE_LENGTH] + "…"
        notes.append(noted(row.file, row.number, Flaw.CONFLICT_NOTED, text=text))
        return widened(figure)
    return figure


def _days(row: Row, names: Sequence[str], notes: list[Noted]) -> list[date] | None:
    found = []
    for name in names:
        day = read_day(row.cell(name))
        if day is None:
            words = {"name": name, "value": row.cell(name)}
            notes.append(noted(row.file, row.number, Flaw.NOT_A_DATE, **words))
            return None
        found.append(day)
    return found


def _number(row: Row, name: str, notes: list[Noted]) -> float | None:
    try:
        value = float(row.cell(name))
    except ValueError:
        value = float("nan")
    if not 0 < value < 1e18:
        words = {"name": name, "value": row.cell(name)}
        notes.append(noted(row.file, row.number, Flaw.NOT_A_NUMBER, **words))
        return None
    return value
