"""The tables of any page as a spreadsheet, read off the page itself: what is shown is what is kept.

A view need not know of it: `console_answer` answers `?as=xlsx` with all tables of the page that it
would have shown. Numbers, rates and days are told by how they are written; all else is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from django.http import HttpRequest, HttpResponse

from dure.web.console.export.sheets import Cell, Column, Kind, Table, book_bytes, file_answer
from dure.web.console.shell.frame import city_time
from dure.web.shared.language import language_of_page

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "caption"})
_UNSHOWN: Final = frozenset({"script", "style", "form", "button", "svg"})
_WON: Final = re.compile(r"([+\u2212-]?)\s*(?:₩)?([0-9]{1,3}(?:,[0-9]{3})*|[0-9]+)\s*(?:원|명|건)?")
_RATE: Final = re.compile(r"([+\u2212-]?)([0-9]+)(?:\.([0-9]{1,2}))?%")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class TableRead:
    """A table as it stands on a page: the heading before it, its heads, its rows."""

    title: str
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects the tables of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[TableRead] = []
        self._title = ""
        self._open: TableRead | None = None
        self._row: list[str] | None = None
        self._in_head = False
        self._text: list[str] | None = None
        self._width = 1
        self._unshown = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins what is collected."""
        if tag in _UNSHOWN:
            self._unshown += 1
        elif tag == "table":
            self._open = TableRead(self._title)
        elif tag == "thead":
            self._in_head = True
        elif tag == "tr" and self._open is not None:
            self._row = []
        elif tag in ("th", "td") and self._row is not None:
            self._text = []
            width = dict(attrs).get("colspan") or "1"
            self._width = int(width) if width.isdecimal() else 1
        elif tag in _HEADINGS:
            self._text = []

    def handle_endtag(self, tag: str) -> None:
        """Keeps what was collected."""
        if tag in _UNSHOWN:
            self._unshown = max(0, self._unshown - 1)
        elif tag in _HEADINGS and self._text is not None:
            title, self._text = _joined(self._text), None
            self._title = title or self._title
            if tag == "caption" and self._open is not None:
                self._open.title = title or self._open.title
        elif tag in ("th", "td") and self._row is not None and self._text is not None:
            self._row += [_joined(self._text), *[""] * (self._width - 1)]
            self._text = None
        elif tag == "tr":
            self._end_row()
        elif tag == "thead":
            self._in_head = False
        elif tag == "table" and self._open is not None:
            self.tables.append(self._open)
            self._open = None

    def _end_row(self) -> None:
        if self._open is not None and self._row:
            if self._in_head and not self._open.heads:
                self._open.heads = self._row
            else:
                self._open.rows.append(self._row)
        self._row = None

    def handle_data(self, data: str) -> None:
        """Text of a heading or a cell."""
        if self._text is not None and not self._unshown:
            self._text.append(data)


def _joined(pieces: Sequence[str]) -> str:
    return " ".join("".join(pieces).split())


def tables_of(html: str) -> list[TableRead]:
    """Every table of a page, in its order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.tables


def typed(read: TableRead) -> Table:
    """The table with what its columns hold, as far as all their cells agree."""
    width = max([len(read.heads), *(len(row) for row in read.rows)])
    heads = read.heads + [""] * (width - len(read.heads))
    rows = [row + [""] * (width - len(row)) for row in read.rows]
    kinds = [_kind([row[at] for row in rows]) for at in range(width)]
    columns = [Column(head, kind) for head, kind in zip(heads, kinds, strict=True)]
    return Table(
        read.title,
        columns,
        [[_cell(t, k) for t, k in zip(row, kinds, strict=True)] for row in rows],
    )


def _kind(texts: Sequence[str]) -> Kind:
    told = [text for text in texts if text not in ("", "-", "–")]
    for kind, form in ((Kind.WON, _WON), (Kind.RATE_BP, _RATE), (Kind.DAY, _DAY)):
        if told and all(form.fullmatch(text) for text in told):
            return kind
    return Kind.TEXT


def _cell(text: str, kind: Kind) -> Cell:
    if kind is Kind.WON and (won := _WON.fullmatch(text)):
        size = int(won[2].replace(",", ""))
        return -size if won[1] in ("-", "\u2212") else size
    if kind is Kind.RATE_BP and (rate := _RATE.fullmatch(text)):
        size = int(rate[2]) * 100 + int((rate[3] or "").ljust(2, "0"))
        return -size if rate[1] in ("-", "\u2212") else size
    return text


def page_sheet(request: HttpRequest, shown: HttpResponse, title: str) -> HttpResponse | None:
    """The page's tables as a spreadsheet; None where it has none."""
    tables = [typed(read) for read in tables_of(shown.content.decode()) if read.rows]
    if not tables:
        return None
    at_us = city_time(request)
    body = book_bytes(title, tables, request.path, at_us, language_of_page(request))
    return file_answer(body, title, at_us)
