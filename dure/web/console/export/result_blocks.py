"""Simulations and forecasts on paper: their totals, tables and hashes."""

from __future__ import annotations

from collections.abc import Callable

from dure.forecast.results import Breakdown, Forecast, GroupRow, Simulation
from dure.kernel.calendar import seoul
from dure.web.shared.amounts import exact_won, percent
from dure.web.shared.language import Language
from dure.web.shared.paper import Block, Facts, Grid, Heading, Text

Word = Callable[[str], str]

_DIMENSIONS = {
    "district": ("가게의 구·군별", "By the shop's district"),
    "member_district": ("회원의 구·군별", "By the member's district"),
    "sector": ("업종별", "By sector"),
    "sales_band": ("가게의 매출 구간별", "By the shop's sales band"),
    "age_band": ("나이별", "By age"),
    "spend_decile": ("쓰는 금액 십분위별", "By decile of spending"),
    "month": ("달별", "By month"),
    "channel": ("결제 방법별", "By channel"),
}


def simulation_blocks(
    result: Simulation, sha256: str, name: str, word: Word, language: Language
) -> list[Block]:
    """A simulation: what was played, what it costs, and who gains or loses."""
    exactness = word("exact") if result.exact else f"{word('preview')} {percent(result.error_bp)}"
    first, last = seoul(result.from_us), seoul(result.until_us - 1)
    blocks: list[Block] = [
        Heading(f"{word('simulation')}: {name}"),
        Text(exactness),
        Facts(
            [
                (word("span"), f"{first:%Y-%m-%d} ~ {last:%Y-%m-%d}"),
                (word("members"), f"{result.members:,}"),
                (word("payments"), f"{result.payments:,}"),
                (word("amount"), exact_won(result.amount_won, language)),
                (word("before"), exact_won(result.before_won, language)),
                (word("after"), exact_won(result.after_won, language)),
                (word("difference"), signed(result.after_won - result.before_won, language)),
                (word("result_hash"), sha256),
                (word("history_hash"), result.history_sha256),
            ]
        ),
    ]
    if result.lines:
        rows = [
            (
                language.choose(line.name_ko, line.name_en),
                exact_won(line.before_won, language),
                exact_won(line.after_won, language),
                signed(line.after_won - line.before_won, language),
            )
            for line in result.lines
        ]
        heads = (word("line"), word("before"), word("after"), word("difference"))
        blocks.append(Grid(heads, rows, (34, 22, 22, 22), frozenset({1, 2, 3})))
    for breakdown in result.breakdowns:
        blocks += _breakdown(breakdown, word, language)
    blocks += [
        Text(language.choose(one.korean, one.english), is_quiet=True) for one in result.warnings
    ]
    return blocks


def _breakdown(breakdown: Breakdown, word: Word, language: Language) -> list[Block]:
    names = _DIMENSIONS.get(breakdown.dimension, (breakdown.dimension, breakdown.dimension))
    heads = [word(name) for name in ("group", "before", "after", "difference", "gain", "lose")]
    rows = [_group(row, language) for row in breakdown.rows]
    return [
        Heading(language.choose(*names), is_small=True),
        Grid(heads, rows, (24, 20, 20, 18, 9, 9), frozenset({1, 2, 3, 4, 5})),
    ]


def _group(row: GroupRow, language: Language) -> tuple[str, ...]:
    return (
        language.choose(row.name_ko, row.name_en),
        exact_won(row.before_won, language),
        exact_won(row.after_won, language),
        signed(row.after_won - row.before_won, language),
        f"{row.members_gain:,}" if row.members_gain or row.members_lose else "",
        f"{row.members_lose:,}" if row.members_gain or row.members_lose else "",
    )


def forecast_blocks(told: Forecast, sha256: str, word: Word, language: Language) -> list[Block]:
    """A forecast with the version in it: when every line's money ends."""
    heads = [word(name) for name in ("line", "budget", "spent", "run_out", "interval", "risk")]
    rows = [
        (
            language.choose(line.name_ko, line.name_en),
            exact_won(line.appropriated_won, language),
            exact_won(line.spent_won, language),
            line.run_out.median or word("lasts"),
            f"{line.run_out.low90 or word('lasts')} ~ {line.run_out.high90 or word('lasts')}",
            percent(line.run_out.before_end_bp),
        )
        for line in told.lines
    ]
    return [
        Heading(word("forecast")),
        Facts(
            [
                (word("when"), f"{seoul(told.as_of_us):%Y-%m-%d %H:%M}"),
                (word("history_until"), told.history_until),
                (word("futures"), f"{told.futures:,} · {told.seed}"),
                (word("result_hash"), sha256),
            ]
        ),
        Grid(heads, rows, (24, 19, 19, 12, 16, 10), frozenset({1, 2, 5})),
        *(Text(language.choose(one.korean, one.english), is_quiet=True) for one in told.warnings),
    ]


def signed(amount_won: int, language: Language) -> str:
    """A difference in won with its sign."""
    return (
        f"+{exact_won(amount_won, language)}" if amount_won > 0 else exact_won(amount_won, language)
    )
