"""Reads a registry from CSV: every mistake with its line, and all of it at once or nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.kernel.calendar import from_us, start_of_day_us
from dure.merchants.business_numbers import is_business_number
from dure.merchants.standing import Decision
from dure.policy.eligibility import WEEKDAYS
from dure.policy.occasions import ANY_TIME, OfferTerms

ERRORS_MAX: Final = 1_000
"""After so many mistakes reading stops: the file is of another kind."""

REQUIRED: Final = (
    "shop_code", "business_number", "name_ko", "sector", "mcc", "sales_band", "district",
    "registered_on",
)  # fmt: skip
OPTIONAL: Final = (
    "name_en", "owner_name", "marks", "trade", "address", "latitude", "longitude",
    "benefit_plus_bp", "offer_weekdays", "offer_hours", "offer_won_min", "offer_month_won_max",
    "terminals",
)  # fmt: skip


class ImportMistake(NamedTuple):
    """A mistake in a file: its line (the heading is line 1), the column, and what to write."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.message}"


class ImportRefusedError(Exception):
    """The file has mistakes, and nothing of it was taken over."""

    def __init__(self, mistakes: list[ImportMistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(slots=True)
class _Row:
    """A line that was read: columns of table shop, and what belongs into other tables."""

    line: int
    shop: tuple[Any, ...]
    registered_on: date
    offer: tuple[int, OfferTerms]
    terminals: tuple[str, ...]


_SHOP_CODE = re.compile(r"[0-9A-Z]{15}", re.ASCII)
_TERMINAL = re.compile(r"[0-9A-Z]{8}", re.ASCII)
_HOURS = re.compile(r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])", re.ASCII)
_SECTOR = re.compile(r"[0-9]{2,5}", re.ASCII)
_MCC = re.compile(r"[0-9]{4}", re.ASCII)

_COPY_SHOP = (
    "COPY shop (shop_id, status, shop_code, business_number, name_ko, name_en, owner_name, sector, "
    "mcc, sales_band, district, marks, trade, address, latitude, longitude) FROM STDIN"
)
_COPY_STATUS = (
    "COPY shop_status (shop_id, decision, decided_at, effective_at, reason, decided_by) FROM STDIN"
)
_COPY_OFFER = (
    "COPY benefit_offer (shop_id, from_day, discount_bp, weekdays, from_minute, until_minute, "
    "payment_won_min, month_won_max) FROM STDIN"
)
_COPY_TERMINAL = "COPY terminal (terminal, shop_id) FROM STDIN"


def import_shops(connection: Connection[Any], lines: Iterable[str], *, by: str) -> int:
    """Takes over registered shops from the lines of a CSV file with a heading; gives how many.

    Columns are REQUIRED and OPTIONAL by name, in any order; `registered_on` is the first day on
    which the shop may take the currency; terminals and weekdays are separated by blanks. Raises
    ImportRefusedError with every mistake. Engines hear of it once.
    """
    rows, mistakes = _read(lines)
    if rows and not mistakes:
        mistakes = _taken(connection, rows)
    if mistakes:
        raise ImportRefusedError(mistakes)
    with connection.transaction(), connection.cursor() as cursor:
        numbers = [
            number
            for (number,) in cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('shop', 'shop_id')) "
                "FROM generate_series(1, %s)",
                (len(rows),),
            )
        ]
        numbered = list(zip(numbers, rows, strict=True))
        approved = int(Decision.APPROVED)
        _copy(cursor, _COPY_SHOP, ((number, approved, *row.shop) for number, row in numbered))
        days = {day: _decided_and_effective(day) for day in {row.registered_on for row in rows}}
        _copy(
            cursor,
            _COPY_STATUS,
            ((number, approved, *days[row.registered_on], "", by) for number, row in numbered),
        )
        _copy(
            cursor,
            _COPY_OFFER,
            (
                (number, row.registered_on, row.offer[0], *row.offer[1])
                for number, row in numbered
                if row.offer[0]
            ),
        )
        _copy(
            cursor,
            _COPY_TERMINAL,
            ((terminal, number) for number, row in numbered for terminal in row.terminals),
        )
    return len(rows)


def read_hours(text: str) -> tuple[int, int] | None:
    """The minutes of the day in "17:00-22:30", the last excluded; None for anything else."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    hour, minute, until_hour, until_minute = map(int, found.groups())
    first, last = hour * 60 + minute, until_hour * 60 + until_minute
    return (first, last) if 0 <= first < last <= 1440 else None


def read_weekdays(words: Iterable[str]) -> int | None:
    """The bits of weekdays as "mon", "sun", all of them for no words; None for another word."""
    days = set(words)
    if not days <= set(WEEKDAYS):
        return None
    return sum(1 << WEEKDAYS.index(day) for day in days) or ANY_TIME.weekdays


def _copy(cursor: Any, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _decided_and_effective(day: date) -> tuple[datetime, datetime]:
    return from_us(start_of_day_us(day - timedelta(days=1))), from_us(start_of_day_us(day))


def _taken(connection: Connection[Any], rows: list[_Row]) -> list[ImportMistake]:
    """Shop codes and terminals that are in the registry already."""
    codes = {row.shop[0]: row.line for row in rows}
    terminals = {terminal: row.line for row in rows for terminal in row.terminals}
    found_codes = connection.execute(
        "SELECT shop_code FROM shop WHERE shop_code = ANY(%s)", (list(codes),)
    ).fetchall()
    found_terminals = connection.execute(
        "SELECT terminal FROM terminal WHERE terminal = ANY(%s)", (list(terminals),)
    ).fetchall()
    mistakes = [
        ImportMistake(codes[code], "shop_code", f"{code} is registered already; leave the line out")
        for (code,) in found_codes
    ]
    mistakes += [
        ImportMistake(terminals[name], "terminals", f"{name} stands in another shop; leave it out")
        for (name,) in found_terminals
    ]
    return sorted(mistakes)[:ERRORS_MAX]


def _read(lines: Iterable[str]) -> tuple[list[_Row], list[ImportMistake]]:
    reader = csv.reader(lines, strict=True)
    rows: list[_Row] = []
    mistakes: list[ImportMistake] = []
    try:
        heading = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
        mistakes += _heading_mistakes(heading)
        if not mistakes:
            _read_rows(reader, heading, rows, mistakes)
    except csv.Error as error:
        mistakes.append(ImportMistake(max(1, reader.line_num), "line", f"not CSV: {error}"))
    return rows, mistakes[:ERRORS_MAX]


def _read_rows(
    reader: Any, heading: list[str], rows: list[_Row], mistakes: list[ImportMistake]
) -> None:
    seen: dict[str, int] = {}
    for values in reader:
        line = reader.line_num
        if not any(values):
            continue
        if len(values) != len(heading):
            message = f"{len(values)} values for {len(heading)} columns; quote values with commas"
            mistakes.append(ImportMistake(line, "line", message))
        elif any("\0" in value for value in values):
            mistakes.append(ImportMistake(line, "line", "a NUL character; save the file as text"))
        else:
            row = _Line(line, dict(zip(heading, map(str.strip, values), strict=True)))
            rows.append(row.read())
            row.refuse_repeated(seen)
            mistakes += row.mistakes
        if len(mistakes) >= ERRORS_MAX:
            return


def _heading_mistakes(heading: list[str]) -> list[ImportMistake]:
    known = REQUIRED + OPTIONAL
    mistakes = [
        ImportMistake(1, name, "this column is missing in the heading")
        for name in REQUIRED
        if name not in heading
    ]
    for place, name in enumerate(heading):
        if name not in known:
            mistakes.append(ImportMistake(1, name, f"not a column; known are {', '.join(known)}"))
        elif name in heading[:place]:
            mistakes.append(ImportMistake(1, name, "this column stands in the heading twice"))
    return mistakes


class _Line:
    """One line of the file; a value that is wrong is noted, and reading goes on."""

    def __init__(self, line: int, values: dict[str, str]) -> None:
        self.line = line
        self.values = values
        self.mistakes: list[ImportMistake] = []
        self.names: list[tuple[str, str]] = []

    def read(self) -> _Row:
        code = self._matching("shop_code", _SHOP_CODE, "write 15 capital letters and digits")
        number = self.values["business_number"].replace("-", "")
        if not is_business_number(number):
            self._wrong("business_number", "the check digit does not fit; look it up again")
        if not self.values["name_ko"]:
            self._wrong("name_ko", "write the shop's name")
        terminals = tuple(self.values.get("terminals", "").split())
        for terminal in terminals:
            if not _TERMINAL.fullmatch(terminal):
                self._wrong("terminals", f"'{terminal}': write 8 capital letters and digits")
        self.names = [("shop_code", code), *(("terminals", terminal) for terminal in terminals)]
        latitude, longitude = self._degrees("latitude", 90), self._degrees("longitude", 180)
        if (latitude is None) != (longitude is None):
            self._wrong("longitude", "write latitude and longitude, or neither")
        shop = (
            code,
            number,
            self.values["name_ko"],
            self.values.get("name_en", ""),
            self.values.get("owner_name", ""),
            self._matching("sector", _SECTOR, "write 2 to 5 digits of the KSIC"),
            self._matching("mcc", _MCC, "write 4 digits"),
            self._number("sales_band", 1, 5),
            self._number("district", 10_000, 99_999),
            self._number("marks", 0, 7, 0),
            self._number("trade", 0, 10, 0),
            self.values.get("address", ""),
            latitude,
            longitude,
        )
        offer_bp = self._number("benefit_plus_bp", 0, 700, 0)
        if 0 < offer_bp < 100:
            self._wrong("benefit_plus_bp", "write 0, or 100 (1%) to 700 (7%)")
        offer = (offer_bp, self._offer_terms())
        return _Row(self.line, shop, self._day("registered_on"), offer, terminals)

    def _offer_terms(self) -> OfferTerms:
        weekdays = read_weekdays(self.values.get("offer_weekdays", "").split())
        if weekdays is None:
            self._wrong("offer_weekdays", f"write weekdays as '{WEEKDAYS[0]} {WEEKDAYS[5]}'")
        hours = self.values.get("offer_hours", "")
        span = read_hours(hours or "00:00-24:00")
        if span is None:
            self._wrong("offer_hours", f"'{hours}': write hours as 17:00-22:00")
        most = self.values.get("offer_month_won_max", "")
        return OfferTerms(
            weekdays or ANY_TIME.weekdays,
            *(span or (ANY_TIME.from_minute, ANY_TIME.until_minute)),
            self._number("offer_won_min", 0, 10**9, 0),
            self._number("offer_month_won_max", 1, 10**12) if most else None,
        )

    def refuse_repeated(self, seen: dict[str, int]) -> None:
        """Notes names that stand earlier in the file; `seen` has their lines."""
        for column, name in self.names:
            first = seen.setdefault(f"{column} {name}", self.line)
            if first != self.line or self.names.count((column, name)) > 1:
                self._wrong(column, f"'{name}' stands on line {first} already")

    def _wrong(self, column: str, message: str) -> None:
        self.mistakes.append(ImportMistake(self.line, column, message))

    def _matching(self, column: str, pattern: re.Pattern[str], message: str) -> str:
        value = self.values[column]
        if not pattern.fullmatch(value):
            self._wrong(column, f"'{value}': {message}")
        return value

    def _number(self, column: str, low: int, high: int, default: int | None = None) -> int:
        value = self.values.get(column, "")
        if value == "" and default is not None:
            return default
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        self._wrong(column, f"'{value}': write a whole number from {low} to {high}")
        return low

    def _degrees(self, column: str, most: int) -> float | None:
        value = self.values.get(column, "")
        if value == "":
            return None
        try:
            degrees = float(value)
        except ValueError:
            degrees = float("nan")
        if not -most <= degrees <= most:
            self._wrong(column, f"'{value}': write degrees as 37.4563")
            return None
        return degrees

    def _day(self, column: str) -> date:
        try:
            return date.fromisoformat(self.values[column])
        except ValueError:
            self._wrong(column, f"'{self.values[column]}': write a day as 2019-08-01")
            return date.min
