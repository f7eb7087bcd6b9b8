"""Tables for a terminal: columns that stand under each other, Hangul counted as two places."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """How many places a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int]) -> str:
    """Heads, a rule and rows; columns with a number in `right` end together, others begin so."""
    widths = [max(width(row[place]) for row in [heads, *rows]) for place in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = []
        for place, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
            gap = " " * (wide - width(cell))
            padded.append(gap + cell if place in right else cell + gap)
        return "  ".join(padded).rstrip()

    rule = "  ".join("-" * wide for wide in widths)
    return "\n".join([line(heads), rule, *[line(row) for row in rows]])


def won(amount: int) -> str:
    """An amount with thousands apart."""
    return f"{amount:,}"


def percent(bp: int) -> str:
    """Basis points as a percentage with two places, exactly."""
    return f"{bp // 100}.{bp % 100:02d}%"
