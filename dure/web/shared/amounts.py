"""Amounts as people read them: won in Korean units (억, 만) or in English millions, and rates."""

from __future__ import annotations

import re
from typing import Final

from dure.web.shared.language import Language

AMOUNT_WON_MAX: Final = 1_000_000_000
"""The largest amount that a person is taken to have meant."""
_MAN = 10_000
_EOK = 100_000_000
_JO = 1_000_000_000_000
_AMOUNT = re.compile(r"(?:([0-9][0-9,]*)만)?\s*(?:([0-9][0-9,]*)천)?\s*([0-9][0-9,]*)?", re.ASCII)


def exact_won(amount_won: int, language: Language) -> str:
    """Every won: "12,300원" or "₩12,300"; a minus sign (U+2212) before what went the other way."""
    sign = "\u2212" if amount_won < 0 else ""
    digits = f"{abs(amount_won):,}"
    return language.choose(f"{sign}{digits}원", f"{sign}₩{digits}")


def short_won(amount_won: int, language: Language) -> str:
    """The size of an amount, cut (never rounded up): "728억 3,200만 원" or "₩72.83 billion"."""
    sign = "\u2212" if amount_won < 0 else ""
    size = abs(amount_won)
    if language is Language.ENGLISH:
        return f"{sign}₩{_in_english(size)}"
    digits = _in_korean(size)
    return f"{sign}{digits}원" if digits[-1].isdigit() else f"{sign}{digits} 원"


def _in_korean(size: int) -> str:
    jo, rest = divmod(size, _JO)
    eok, rest = divmod(rest, _EOK)
    man, won = divmod(rest, _MAN)
    if jo:
        return f"{jo:,}조 {eok:,}억" if eok else f"{jo:,}조"
    if eok:
        return f"{eok:,}억 {man:,}만" if man else f"{eok:,}억"
    if man >= 100:
        return f"{man:,}만"
    if man:
        return f"{man:,}만 {won:,}" if won else f"{man:,}만"
    return f"{won:,}"


def _in_english(size: int) -> str:
    for unit, word in ((_JO, " trillion"), (1_000_000_000, " billion"), (1_000_000, " million")):
        if size >= unit:
            hundredths = size * 100 // unit
            whole, rest = divmod(hundredths, 100)
            return f"{whole:,}.{rest:02d}{word}" if rest else f"{whole:,}{word}"
    return f"{size:,}"


def percent(rate_bp: int) -> str:
    """A rate in basis points as percent without needless digits: "6%", "1.25%"."""
    whole, hundredths = divmod(abs(rate_bp), 100)
    sign = "\u2212" if rate_bp < 0 else ""
    digits = f"{whole}.{hundredths:02d}".rstrip("0").rstrip(".") if hundredths else str(whole)
    return f"{sign}{digits}%"


def share_percent(part: int, whole: int) -> str:
    """What share of the whole the part is, cut to a tenth: "62.4%"; "0%" of nothing."""
    if whole <= 0:
        return "0%"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def read_amount(text: str) -> int:
    """Whole won from what a person writes (12,000원, 3만 5천원); 0 when it is no amount."""
    found = _AMOUNT.fullmatch(text.removesuffix("원").removeprefix("₩").strip())
    if found is None:
        return 0
    parts = (int((part or "0").replace(",", "")) for part in found.groups())
    won = sum(part * unit for part, unit in zip(parts, (10_000, 1_000, 1), strict=True))
    return won if won <= AMOUNT_WON_MAX else 0
