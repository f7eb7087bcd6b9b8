"""The notices as the log of steps has them: newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.calendar import seoul
from dure.web.shared.language import Language

PAGE_ROWS: Final = 30
_NOTICES: Final = """
SELECT entry, rule, version, published_at_us, begins_at_us, emergency, void, text_ko, text_en
FROM rule_notice WHERE entry < %s AND (%s OR NOT void) AND text_ko IS NOT NULL
ORDER BY entry DESC LIMIT %s
"""
_LAST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice; `begins_at_us` is None where it tells of an end."""

    entry: int
    rule: str
    version: int
    told_at_us: int
    begins_at_us: int | None
    is_emergency: bool
    is_void: bool
    text_ko: str
    text_en: str

    def text(self, language: Language) -> str:
        """The text that citizens read."""
        return language.choose(self.text_ko, self.text_en)


@dataclass(frozen=True, slots=True)
class NoticeFace:
    """A notice as a page shows it: its head, and the lines below it."""

    entry: int
    rule: str
    version: int
    head: str
    lines: tuple[str, ...]
    told: str
    told_machine: str
    begins: str
    is_emergency: bool
    is_void: bool
    is_ahead: bool


def read_notices(
    connection: Connection[TupleRow],
    *,
    before: int | None = None,
    with_void: bool = False,
    count: int = PAGE_ROWS,
) -> list[Notice]:
    """So many notices before an entry of the log, newest first."""
    last = _LAST if before is None else min(before, _LAST)
    rows = connection.execute(_NOTICES, (last, with_void, count)).fetchall()
    return [Notice(*row) for row in rows]


def faces(notices: Sequence[Notice], now_us: int, language: Language) -> list[NoticeFace]:
    """The notices in the reader's words."""
    return [_face(notice, now_us, language) for notice in notices]


def _face(notice: Notice, now_us: int, language: Language) -> NoticeFace:
    head, *lines = notice.text(language).split("\n")
    told = seoul(notice.told_at_us)
    begins_us = notice.begins_at_us
    return NoticeFace(
        entry=notice.entry,
        rule=notice.rule,
        version=notice.version,
        head=head,
        lines=tuple(lines),
        told=day_text(notice.told_at_us, language),
        told_machine=told.isoformat(timespec="minutes"),
        begins="" if begins_us is None else day_text(begins_us, language),
        is_emergency=notice.is_emergency,
        is_void=notice.is_void,
        is_ahead=begins_us is not None and begins_us > now_us and not notice.is_void,
    )


def day_text(at_us: int, language: Language) -> str:
    """A day and its hour: "2019년 10월 22일 0시" or "22 October 2019, 00:00"."""
    local = seoul(at_us)
    return language.choose(f"{local:%Y년 %-m월 %-d일 %H:%M}", f"{local:%-d %B %Y, %H:%M}")
