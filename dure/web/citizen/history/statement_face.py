"""The yearly statement in the reader's words, for the page and for paper."""

from __future__ import annotations

from dataclasses import dataclass

from dure.wallets.statement import Part, Statement
from dure.web.citizen.history.words import STATEMENT_WORDS
from dure.web.shared.amounts import exact_won, percent
from dure.web.shared.charts_days import month_label
from dure.web.shared.dates import day_text
from dure.web.shared.language import Language
from dure.web.shared.paper import Block, Facts, Grid, Heading, Text


@dataclass(frozen=True, slots=True)
class PartFace:
    """Months of the year under one rate."""

    period: str
    ordinary: str
    ordinary_rate: str
    market: str
    market_rate: str
    source: str


@dataclass(frozen=True, slots=True)
class StatementFace:
    """The whole statement; `left_out` has names and sums."""

    year: int
    so_far: str
    whole: str
    ordinary: str
    market: str
    payments: str
    cashback: str
    left_out: tuple[tuple[str, str], ...]
    parts: tuple[PartFace, ...]
    is_empty: bool


def statement_face(statement: Statement, language: Language) -> StatementFace:
    """The statement in the reader's words."""
    day = day_text(statement.until_us, language)
    ordinary_won, market_won = statement.ordinary_won, statement.market_won
    return StatementFace(
        year=statement.year,
        so_far=_word("so_far", language).format(day=day),
        whole=exact_won(ordinary_won + market_won, language),
        ordinary=exact_won(ordinary_won, language),
        market=exact_won(market_won, language),
        payments=f"{statement.payments:,}",
        cashback=exact_won(statement.cashback_won, language),
        left_out=tuple(
            (language.choose(one.name_ko, one.name_en), exact_won(one.won, language))
            for one in statement.left_out
        ),
        parts=tuple(_part(part, language) for part in statement.parts),
        is_empty=not statement.payments,
    )


def statement_blocks(statement: Statement, name: str, language: Language) -> list[Block]:
    """The statement as blocks of a paper; `name` is the member's."""
    face = statement_face(statement, language)
    return [
        Facts(
            (
                (_word("member", language), name),
                (_word("ordinary", language), face.ordinary),
                (_word("market", language), face.market),
                (_word("payments", language), face.payments),
            )
        ),
        Heading(_word("rates", language)),
        Grid(
            (
                "",
                _word("ordinary", language),
                _word("rate", language),
                _word("market", language),
                _word("rate", language),
            ),
            [
                (part.period, part.ordinary, part.ordinary_rate, part.market, part.market_rate)
                for part in face.parts
            ],
            (32, 20, 14, 20, 14),
            frozenset({1, 2, 3, 4}),
        ),
        Heading(_word("left_out", language)),
        Facts(((_word("left_out_cashback", language), face.cashback), *face.left_out)),
        Text(_word("left_out_cashback_why", language), is_quiet=True),
        Text(_word("what_it_is", language), is_quiet=True),
        *(
            Text(f"{_word('source', language)}: {source}", is_quiet=True)
            for source in dict.fromkeys(part.source for part in face.parts)
        ),
    ]


def _part(part: Part, language: Language) -> PartFace:
    return PartFace(
        period=f"{month_label(part.from_month, language)} – "
        f"{month_label(part.until_month, language)}",
        ordinary=exact_won(part.ordinary_won, language),
        ordinary_rate=percent(part.ordinary_bp),
        market=exact_won(part.market_won, language),
        market_rate=percent(part.market_bp),
        source=part.source,
    )


def _word(name: str, language: Language) -> str:
    return language.choose(*STATEMENT_WORDS[name])
