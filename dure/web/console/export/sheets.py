"""Any table of the console as a spreadsheet, for the address that asks for one.

A view that shows a table answers `?as=xlsx` with `spreadsheet(...)`; the page links there by
`{% include "console/as_sheet.html" %}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse

from dure.web.console.shell.frame import city_time
from dure.web.shared.language import language_of_page
from dure.web.shared.sheets import (
    MEDIA_TYPE,
    ROWS_MAX,
    Cell,
    Column,
    Kind,
    Table,
    book_bytes,
    file_answer,
    sheet_bytes,
)

__all__ = [
    "MEDIA_TYPE",
    "ROWS_MAX",
    "Cell",
    "Column",
    "Kind",
    "Table",
    "book_bytes",
    "file_answer",
    "sheet_bytes",
    "spreadsheet",
    "wants_sheet",
]


def wants_sheet(request: HttpRequest) -> bool:
    """Whether the table of the page is asked for as a spreadsheet."""
    return request.GET.get("as") == "xlsx"


def spreadsheet(
    request: HttpRequest,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    source: str = "",
    at_us: int | None = None,
) -> HttpResponse:
    """The answer that holds the table. Each row has one cell a column, None for an empty one.

    `source` says what the rows are taken from; `at_us` as of when they are, by the city's clock
    (without it now). Text is never taken for a formula, a number or an address.
    """
    language = language_of_page(request)
    instant_us = city_time(request) if at_us is None else at_us
    body = sheet_bytes(title, columns, rows, source, instant_us, language)
    return file_answer(body, title, instant_us)
