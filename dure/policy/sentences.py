"""Sentences in Korean and English, and how amounts and rates are written in them."""

from __future__ import annotations

from typing import Final, NamedTuple

_EOK_WON: Final = 100_000_000
_MAN_WON: Final = 10_000


class Sentence(NamedTuple):
    """One sentence in both languages; `code` says which, for tests and statistics."""

    code: str
    ko: str
    en: str


def korean_won(won: int) -> str:
    """An amount as Koreans say it: 30만원, 1억 2,000만원, 1,200원."""
    if won >= _EOK_WON and won % _MAN_WON == 0:
        eok, rest = divmod(won, _EOK_WON)
        return f"{eok:,}억 {rest // _MAN_WON:,}만원" if rest else f"{eok:,}억원"
    if won >= _MAN_WON and won % _MAN_WON == 0:
        return f"{won // _MAN_WON:,}만원"
    return f"{won:,}원"


def percent(rate_bp: int) -> str:
    """A rate as a percentage without needless zeros: 6%, 1.5%, 0.25%."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"
