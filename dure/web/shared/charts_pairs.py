"""Groups before and after: two bars of one scale each, and what changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.web.shared.amounts import percent, short_won
from dure.web.shared.charts_bars import Pair, pairs
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class PairRow:
    """A group with its two bars and what they come to."""

    name: str
    before: str
    after: str
    change: str
    bars: Pair


@dataclass(frozen=True, slots=True)
class PairFace:
    """Groups before and after, each with two bars of one scale."""

    ident: str
    title: str
    before_name: str
    after_name: str
    rows: tuple[PairRow, ...]


def pair_face(
    rows: Sequence[tuple[str, int, int]], title: str, language: Language, ident: str
) -> PairFace:
    """Groups by name with won before and after, as two bars each."""
    bars = pairs([(before, after) for _, before, after in rows])
    return PairFace(
        ident=ident,
        title=title,
        before_name=language.choose("전", "Before"),
        after_name=language.choose("후", "After"),
        rows=tuple(
            PairRow(
                name, short_won(before, language), short_won(after, language),
                _change(before, after, language), pair,
            )
            for (name, before, after), pair in zip(rows, bars, strict=True)
        ),
    )  # fmt: skip


def _change(before: int, after: int, language: Language) -> str:
    if before == after:
        return language.choose("그대로", "the same")
    sign = "+" if after > before else "\u2212"
    size = short_won(abs(after - before), language)
    if before <= 0:
        return f"{sign}{size}"
    return f"{sign}{size} ({sign}{percent(abs(after - before) * 10_000 // before)})"
