"""Any table as a spreadsheet: typed cells, a frozen head, where it is from and as of when."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse

from dure.kernel.calendar import seoul
from dure.web.shared.language import Language

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_MAX: Final = 100_000
"""More rows than anybody reads; a table that is longer says so in its last row."""
CELL_CHARACTERS_MAX: Final = 32_000
_FIRST_ROW: Final = 4
_COLUMN_WIDTH_MAX: Final = 60
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_NAME: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
Cell = str | int | bool | date | None


class Kind(Enum):
    """What a column holds; the value is the format in which a spreadsheet shows it."""

    TEXT = "@"
    WON = "#,##0"
    COUNT = "#,##0 "
    RATE_BP = "0.00%"
    """Whole basis points; the cell holds the share."""
    DAY = "yyyy-mm-dd"
    """A date, or the text YYYY-MM-DD."""
    INSTANT_US = "yyyy-mm-dd hh:mm:ss"
    """Whole microseconds since 1970 UTC; the cell holds the wall clock of Seoul."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading in the reader's language, and what it holds."""

    title: str
    kind: Kind = Kind.TEXT


def file_answer(body: bytes, title: str, at_us: int) -> HttpResponse:
    """The answer that hands a spreadsheet over to be kept, named by its title and instant."""
    name = f"{title}-{seoul(at_us):%Y%m%d-%H%M}.xlsx"
    answer = HttpResponse(body, content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title; it becomes a sheet of its own."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def sheet_bytes(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    source: str,
    at_us: int,
    language: Language,
) -> bytes:
    """The spreadsheet of one table; the same table at the same instant gives the same bytes."""
    return book_bytes(title, [Table(title, columns, rows)], source, at_us, language)


def book_bytes(
    title: str, tables: Sequence[Table], source: str, at_us: int, language: Language
) -> bytes:
    """A spreadsheet with a sheet for each table."""
    # Loaded with the first spreadsheet; most processes write none.
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    made = datetime.fromtimestamp(at_us // 1_000_000, UTC).replace(tzinfo=None)
    book.set_properties({"title": _plain(title), "author": "Dure", "created": made})
    for number, table in enumerate(tables, start=1):
        name = _NOT_IN_NAME.sub(" ", table.title)[:26].strip() or "Dure"
        sheet = book.add_worksheet(name if len(tables) == 1 else f"{number} {name}")
        _write_table(book, sheet, table, source, at_us, language)
    book.close()
    return file.getvalue()


def _write_table(
    book: Any, sheet: Any, table: Table, source: str, at_us: int, language: Language
) -> None:
    title, columns, rows = table.title, table.columns, table.rows
    _write_head(book, sheet, title, columns, source, at_us, language)
    formats = [book.add_format({"num_format": c.kind.value, "valign": "top"}) for c in columns]
    widths = [len(column.title) * 2 for column in columns]
    row_number = _FIRST_ROW
    for row_number, row in enumerate(rows, start=_FIRST_ROW):
        if row_number - _FIRST_ROW >= ROWS_MAX:
            more = language.choose(f"{ROWS_MAX:,}행까지만 담았습니다", f"first {ROWS_MAX:,} rows")
            sheet.write_string(row_number, 0, more)
            break
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            _write(sheet, row_number, place, cell, column.kind, formats[place])
            widths[place] = max(widths[place], len(str(cell)) + 4)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width, _COLUMN_WIDTH_MAX))
    if columns:
        last = max(row_number, _FIRST_ROW)
        sheet.autofilter(_FIRST_ROW - 1, 0, last, len(columns) - 1)


def _write_head(
    book: Any,
    sheet: Any,
    title: str,
    columns: Sequence[Column],
    source: str,
    at_us: int,
    language: Language,
) -> None:
    """Title, source and instant, and the headings, which stay in sight."""
    sheet.write_string(0, 0, _plain(title), book.add_format({"bold": True, "font_size": 14}))
    where = language.choose("출처", "Source")
    sheet.write_string(1, 0, _plain(f"{where}: {source or 'Dure'}"))
    as_of = language.choose("기준 시각(도시)", "As of (city time)")
    sheet.write_string(2, 0, f"{as_of}: {seoul(at_us):%Y-%m-%d %H:%M:%S} Asia/Seoul")
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for place, column in enumerate(columns):
        sheet.write_string(_FIRST_ROW - 1, place, _plain(column.title), head)
    sheet.freeze_panes(_FIRST_ROW, 0)
    sheet.repeat_rows(_FIRST_ROW - 1)


def _write(sheet: Any, row: int, place: int, cell: Cell, kind: Kind, shown: Any) -> None:
    """One cell, by what its column holds; what does not fit is written as text."""
    if cell is None or cell == "":
        sheet.write_blank(row, place, None, shown)
    elif kind in (Kind.WON, Kind.COUNT) and isinstance(cell, int):
        sheet.write_number(row, place, cell, shown)
    elif kind is Kind.RATE_BP and isinstance(cell, int):
        sheet.write_number(row, place, cell / 10_000, shown)
    elif kind is Kind.INSTANT_US and isinstance(cell, int):
        sheet.write_datetime(row, place, seoul(cell).replace(tzinfo=None), shown)
    elif kind is Kind.DAY and (day := _day(cell)) is not None:
        sheet.write_datetime(row, place, day, shown)
    else:
        # Never a formula: a text that begins with "=" is a text (CWE-1236).
        sheet.write_string(row, place, _plain(str(cell)), shown)


def _day(cell: Cell) -> date | None:
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(cell) if isinstance(cell, str) else None
    except ValueError:
        return None


def _plain(text: str) -> str:
    """A text that XML can hold, no longer than a cell may be."""
    return _NOT_IN_XML.sub(" ", text)[:CELL_CHARACTERS_MAX]
