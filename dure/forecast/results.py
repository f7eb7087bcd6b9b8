"""What an analysis tells: plain values that are kept as JSON, shown by pages, and put in evidence.

Won are whole numbers, days are ISO dates of the city, shares are basis points. A `None` day means
"not within the days looked at". Every list of days and every list beside it have one length.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

Told = TypeVar("Told", bound=msgspec.Struct)


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the reader must know about an analysis, in both languages."""

    code: str
    korean: str
    english: str


class RunOut(msgspec.Struct, frozen=True, kw_only=True):
    """When a line's money ends, over all futures; the days between which half and nine tenths lie.

    A bound is None where that part of the futures lasts to the end of the days looked at.
    `before_end_bp`: in how many of 10,000 futures the line ends before its planned last day.
    """

    median: str | None
    low50: str | None
    high50: str | None
    low90: str | None
    high90: str | None
    before_end_bp: int


class Fan(msgspec.Struct, frozen=True, kw_only=True):
    """Quantiles (5, 25, 50, 75, 95 of 100) over all futures, for each day."""

    days: list[str]
    low90: list[int]
    low50: list[int]
    median: list[int]
    high50: list[int]
    high90: list[int]


class LineForecast(msgspec.Struct, frozen=True, kw_only=True):
    """One budget line. `spent` is cumulative from the beginning of its year, `appropriated` the
    money it has on each of those days as planned (releases and supplements on their day).

    `unspent_bp` is the median share of the year's money that is left at the planned end;
    `unspent_over_5_bp`: in how many of 10,000 futures more than 5% is left.
    """

    line_id: int
    code: str
    name_ko: str
    name_en: str
    payer: str
    district: int | None
    fiscal_year: int
    appropriated_won: int
    spent_won: int
    planned_end: str
    run_out: RunOut
    unspent_bp: int
    unspent_over_5_bp: int
    spent: Fan
    appropriated: list[int]


class MonthForecast(msgspec.Struct, frozen=True, kw_only=True):
    """Payments of the whole city in a month (YYYYMM); `actual_won` where the month is over.

    `from_day` is set where only the rest of a month is foreseen, from that day on.
    """

    month: int
    actual_won: int | None
    low90_won: int
    median_won: int
    high90_won: int
    from_day: str | None = None


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to "when does the money end", as known at `as_of_us` (the city's time).

    `history_until` is the last day of which the city's payments were known, `futures` how many were
    drawn with which `seed`; `members_median` the members on each month's last day.
    """

    as_of_us: int
    history_until: str
    futures: int
    seed: int
    lines: list[LineForecast]
    months: list[MonthForecast]
    warnings: list[Warned] = []


class GroupRow(msgspec.Struct, frozen=True, kw_only=True):
    """One group of a breakdown: what it paid, what it got by the rules that were in force (or the
    baseline), and what it gets by the rules that are tried.

    `members_gain` and `members_lose` count members whose incentive rises or falls by a won or more;
    of groups of shops they are 0.
    """

    key: str
    name_ko: str
    name_en: str
    members: int
    payments: int
    amount_won: int
    before_won: int
    after_won: int
    members_gain: int = 0
    members_lose: int = 0


class Breakdown(msgspec.Struct, frozen=True, kw_only=True):
    """Groups along one dimension: `district`, `sector`, `sales_band`, `age_band`, `spend_decile`,
    `member_district`, `month` or `channel`."""

    dimension: str
    rows: list[GroupRow]


class LineCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a budget line (or the shops: line 0) pays under the baseline and under what is tried."""

    line_id: int
    code: str
    name_ko: str
    name_en: str
    before_won: int
    after_won: int


class DocumentTried(msgspec.Struct, frozen=True, kw_only=True):
    """A rule document that was simulated; `sha256` is that of its text."""

    rule: str
    version: int
    sha256: str


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """Rules over what members really paid. `exact`: payment by payment, to the won; otherwise a
    preview that may be wrong by `error_bp` of the incentive.

    `before` and `after` name the documents; `history_sha256` the history that was played. What
    shops take off prices is no incentive and stands apart (`…_discount_won`).
    """

    from_us: int
    until_us: int
    exact: bool
    error_bp: int
    history_sha256: str
    members: int
    payments: int
    amount_won: int
    before_won: int
    after_won: int
    before: list[DocumentTried]
    after: list[DocumentTried]
    lines: list[LineCost]
    breakdowns: list[Breakdown]
    warnings: list[Warned] = []
    before_discount_won: int = 0
    after_discount_won: int = 0


class Constraints(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan must keep. Rates and shares in basis points, money in won.

    `last_day`: the money must last until then in `lasts_bp` of 10,000 futures; `rate_least_bp`: the
    rate of the first bracket never falls below; `step_most_bp`: no two following rates lie further
    apart; `district_spread_most_bp`: districts' effective rates lie no further apart;
    `small_shops_least_bp`: at least this share of the incentive is earned at shops of the lowest
    two sales bands.
    """

    line_codes: list[str]
    first_day: str
    last_day: str
    lasts_bp: int = 9_500
    rate_least_bp: int = 100
    rate_most_bp: int = 1_000
    step_most_bp: int = 300
    district_spread_most_bp: int = 10_000
    small_shops_least_bp: int = 0
    unspent_most_bp: int = 500


class PlanStep(msgspec.Struct, frozen=True, kw_only=True):
    """The terms from a day on: brackets as (from won, rate in basis points), and the cap.

    A step of an announced ladder holds while the money has at least `left_from_won` left (of all
    lines of the plan together); several steps then have one `from_day`, the highest level first.
    """

    from_day: str
    brackets: list[tuple[int, int]]
    cap_won: int | None
    left_from_won: int | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal: what it gives whom, how sure it lasts, and the documents that would make it so.

    `citizens_won` and `shops_won` are medians over the futures of the incentive paid and of the
    payments made until the last day; `lasts_bp` in how many of 10,000 futures the money lasts.
    `why_…` says in a few sentences what is proposed and what it promises; `breakdowns` what each
    group gets against the rules as they stand. `broken_…` has a sentence for each constraint that
    is not kept, and by how much.
    """

    name: str
    title_ko: str
    title_en: str
    steps: list[PlanStep]
    citizens_won: int
    shops_won: int
    lasts_bp: int
    unspent_bp: int
    small_shops_bp: int
    district_spread_bp: int
    effective_bp: int
    run_out: RunOut
    spent: Fan
    documents: list[str]
    broken_ko: list[str] = []
    broken_en: list[str] = []
    why_ko: str = ""
    why_en: str = ""
    breakdowns: list[Breakdown] = []


class Plans(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, the proposals (best first), and every plan that was tried as points of the
    frontier: (citizens_won, shops_won, risk of running out in basis points, unspent in basis
    points). `unchanged` is what comes when the rules stay as they are; it has no documents."""

    as_of_us: int
    seed: int
    futures: int
    constraints: Constraints
    proposals: list[Plan]
    frontier: list[tuple[int, int, int, int]]
    warnings: list[Warned] = []
    unchanged: Plan | None = None


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Planned burn of a line against its actual burn, cumulative by day of its year.

    `actual` is as long as the days that are over. `state` is `within`, `ahead` (spends faster than
    the band allows) or `behind`. `steps` tells which announced steps would bring it back.
    """

    line_id: int
    code: str
    name_ko: str
    name_en: str
    days: list[str]
    planned: list[int]
    band_low: list[int]
    band_high: list[int]
    actual: list[int]
    state: str
    steps: list[PlanStep]
    sentence_ko: str
    sentence_en: str


class Paces(msgspec.Struct, frozen=True, kw_only=True):
    """Pacing of all lines at an instant of the city."""

    as_of_us: int
    lines: list[Pace]
    warnings: list[Warned] = []


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Several scenarios over the same history or the same futures, side by side.

    Each has a name, its documents, the simulation over the past and the forecast of the line that
    matters; either may be missing where it was not asked for.
    """

    names: list[str]
    simulations: list[Simulation | None]
    forecasts: list[Forecast | None]
    warnings: list[Warned] = []


class HistoryKept(msgspec.Struct, frozen=True, kw_only=True):
    """The history of payments after it was brought up to date: its hash, its months (YYYYMM), and
    how many payments of how many won are in it."""

    sha256: str
    months: list[int]
    payments: int
    amount_won: int


KINDS: Final[dict[str, type[msgspec.Struct]]] = {
    "forecast": Forecast,
    "simulation": Simulation,
    "comparison": Compared,
    "plans": Plans,
    "paces": Paces,
    "history": HistoryKept,
}
"""What the kinds of work give."""


def encode(told: msgspec.Struct) -> bytes:
    """JSON with sorted keys: the same values give the same bytes, so that a hash names them."""
    return msgspec.json.encode(told, order="deterministic")


def decode(raw: bytes | str, kind: type[Told]) -> Told:
    """The values again. Raises msgspec.ValidationError for what is no such result."""
    return msgspec.json.decode(raw, type=kind)
