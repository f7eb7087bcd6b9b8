"""A paper as PDF: headings, text, facts, tables, in Korean and English letters, always the same.

The same blocks with the same instant give the same bytes, so that a hash names the paper too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.web.shared.language import Language


class FontMissingError(Exception):
    """The package with the Korean font is not installed."""

    korean = "한글 글꼴이 설치되지 않아 PDF를 만들 수 없습니다. 'make setup'을 다시 하세요."
    english = "The Korean font is not installed, so no PDF can be made; run 'make setup' again"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the second level, or of the third where it `is_small`."""

    text: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of text; `is_quiet` for what stands beside, `is_code` for documents and hashes."""

    text: str
    is_quiet: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are, one below the other."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` are shares of the page; columns named in `numbers` stand right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    numbers: frozenset[int] = frozenset()


Block = Heading | Text | Facts | Grid


def paper(
    title: str, subtitle: str, blocks: Sequence[Block], *, at_us: int, language: Language
) -> bytes:
    """The paper as a PDF file; `at_us` is when what it tells was last changed.

    Raises FontMissingError. What draws it is loaded with the first paper: it takes longer than all
    of Django, and most processes draw none.
    """
    from dure.web.shared.paper_drawing import drawn

    return drawn(title, subtitle, blocks, at_us=at_us, language=language)
