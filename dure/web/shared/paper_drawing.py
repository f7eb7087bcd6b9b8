"""Draws the blocks of a paper with fpdf2."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from dure.kernel.calendar import seoul
from dure.web.shared.language import Language
from dure.web.shared.paper import Block, Facts, FontMissingError, Grid, Heading, Text

_FONT_PACKAGE: Final = "koreanize_matplotlib"
"""Brings NanumGothic (SIL Open Font License 1.1) as files; nothing of it is run."""
_FONT: Final = "nanum"
_INK: Final = (22, 32, 27)
_QUIET: Final = (79, 92, 85)
_LINE: Final = (205, 208, 200)
_ACCENT: Final = (10, 106, 77)
_MARGIN_MM: Final = 18
# A font has tables for its designers, which cannot be cut down and are left out: no news.
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
_ROWS_MAX: Final = 400
"""A table on paper is cut here, and says so; the spreadsheet has all of it."""


def drawn(
    title: str, subtitle: str, blocks: Sequence[Block], *, at_us: int, language: Language
) -> bytes:
    """The paper as a PDF file; see `paper.paper`. Raises FontMissingError."""
    sheet = _Sheet(title, at_us, language)
    sheet.add_page()
    sheet.put(title, size=20, style="B", after=1)
    sheet.put(subtitle, size=10.5, color=_QUIET, after=5)
    for block in blocks:
        _draw(sheet, block, language)
    file = io.BytesIO()
    sheet.output(file)
    return file.getvalue()


class _Sheet(FPDF):
    """A4 with our font, the title and the page's number below."""

    def __init__(self, title: str, at_us: int, language: Language) -> None:
        super().__init__(format="A4")
        regular, bold = _fonts()
        self.add_font(_FONT, "", regular)
        self.add_font(_FONT, "B", bold)
        face: Any = self.fonts[_FONT]
        self._letters = frozenset(face.cmap)
        self.set_margin(_MARGIN_MM)
        self.set_auto_page_break(True, margin=_MARGIN_MM + 4)
        self.set_title(title)
        self.set_lang(language.value)
        self.set_author("두레 Dure")
        self.set_creator("Dure")
        self.set_producer("Dure")
        self.set_creation_date(datetime.fromtimestamp(at_us // 1_000_000, UTC))
        self._said = f"{title} · {seoul(at_us):%Y-%m-%d %H:%M}"

    def footer(self) -> None:
        """Below every page."""
        self.set_y(-_MARGIN_MM)
        self.set_font(_FONT, "", 8)
        self.set_text_color(*_QUIET)
        self.cell(0, 5, self.plain(self._said)[:90])
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    def plain(self, text: str) -> str:
        """What our font can draw; other letters become a mark, so that nobody overlooks them."""
        known = self._letters
        return "".join(
            letter
            if letter == "\n" or ord(letter) in known
            else "\u25a1"
            if letter.isprintable()
            else " "
            for letter in text
        )

    def put(
        self,
        text: str,
        *,
        size: float,
        style: str = "",
        color: tuple[int, int, int] = _INK,
        before: float = 0,
        after: float = 0,
    ) -> None:
        """Lines of text from margin to margin; the spaces around are in millimeters."""
        if before:
            self.ln(before)
        self.set_font(_FONT, style, size)
        self.set_text_color(*color)
        self.multi_cell(
            0, size * 0.55, self.plain(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        if after:
            self.ln(after)


def _draw(sheet: _Sheet, block: Block, language: Language) -> None:
    if isinstance(block, Heading):
        if sheet.will_page_break(24):
            sheet.add_page()
        small = block.is_small
        size, color = (11.5, _INK) if small else (14, _ACCENT)
        sheet.put(block.text, size=size, style="B", color=color, before=3 if small else 6, after=1)
    elif isinstance(block, Text):
        size = 8.5 if block.is_code else 10
        sheet.put(block.text, size=size, color=_QUIET if block.is_quiet else _INK, after=1)
    elif isinstance(block, Facts):
        _grid(sheet, Grid((), block.rows, (30, 70)))
    else:
        cut = len(block.rows) > _ROWS_MAX
        _grid(sheet, block)
        if cut:
            more = language.choose(
                f"{len(block.rows):,}행 가운데 {_ROWS_MAX}행을 실었습니다.",
                f"The first {_ROWS_MAX} of {len(block.rows):,} rows.",
            )
            sheet.put(more, size=8.5, color=_QUIET)


def _grid(sheet: _Sheet, grid: Grid) -> None:
    sheet.set_font(_FONT, "", 8.5)
    sheet.set_text_color(*_INK)
    sheet.set_draw_color(*_LINE)
    aligns = tuple("RIGHT" if at in grid.numbers else "LEFT" for at in range(len(grid.widths)))
    with sheet.table(
        borders_layout="HORIZONTAL_LINES",
        col_widths=tuple(grid.widths),
        text_align=aligns,
        line_height=5,
        padding=(0.7, 1.2),
        first_row_as_headings=bool(grid.heads),
        headings_style=FontFace(emphasis="BOLD", color=_QUIET),
    ) as table:
        if grid.heads:
            table.row([sheet.plain(head) for head in grid.heads])
        for row in grid.rows[:_ROWS_MAX]:
            cells: Any = table.row()
            for place, text in enumerate(row):
                is_name = not grid.heads and place == 0
                cells.cell(sheet.plain(text), style=FontFace(color=_QUIET) if is_name else None)
    sheet.ln(2)


@lru_cache(maxsize=1)
def _fonts() -> tuple[Path, Path]:
    """The files of the regular and the bold font. Raises FontMissingError."""
    found = find_spec(_FONT_PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    for place in places:
        regular = Path(place) / "fonts" / "NanumGothic.ttf"
        bold = regular.with_name("NanumGothicBold.ttf")
        if regular.is_file() and bold.is_file():
            return regular, bold
    raise FontMissingError
