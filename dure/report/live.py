"""The city live: payments a second, declines by reason, money by district, the budget's burn.

Readers call these once a second beside the engine. `live_numbers` first moves the sums forward
along the journal's primary key (see `counting`); all else reads only the sums. All functions take
a psycopg connection with autocommit. Amounts are whole won; instants are microseconds since 1970
UTC on the city's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import yaml
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.reasons import DeclineReason
from dure.kernel.calendar import DAY_US, day_of
from dure.kernel.clock import CityClock, Clock, SystemClock
from dure.ledger.accounts import BUDGET_BASE
from dure.ledger.movement import GIVINGS_BACK, TAKINGS
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.lines import choice_of, limit_of
from dure.report import live_sql as sql
from dure.report.counting import SECOND_US, catch_up
from dure.report.legs import purses_of

HOUR_US = 3_600 * SECOND_US
RuleName = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some movements; `paid_won` is gross, `given_back_won` what was cancelled of it."""

    approved: int = 0
    declined: int = 0
    paid_won: int = 0
    given_back_won: int = 0
    discount_won: int = 0
    incentive_won: int = 0

    @property
    def net_won(self) -> int:
        return self.paid_won - self.given_back_won


@dataclass(frozen=True, slots=True)
class LiveNumbers:
    """The last `window_s` real seconds, and the city's day so far.

    `speed` is how many city seconds pass in one real second.
    """

    now_us: int
    speed: int
    window_s: int
    authorizations_per_s: float
    approved: int
    declined: int
    paid_won: int
    incentive_won: int
    today: Totals
    since_opening: Totals


@dataclass(frozen=True, slots=True)
class Tick:
    """One real second: its start on the city's clock, and what was decided in it."""

    tick_us: int
    approved: int
    declined: int
    paid_won: int
    incentive_won: int


@dataclass(frozen=True, slots=True)
class DistrictNumbers:
    """The payments at the shops of one district; district 0 is "no such shop"."""

    district: int
    name_ko: str
    name_en: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class DeclineNumbers:
    """How many requests were refused for one reason."""

    reason: DeclineReason
    count: int


@dataclass(frozen=True, slots=True)
class BudgetLineNumbers:
    """One budget line: what it got, what is gone, how fast it goes, and when it would end.

    `burn_won_per_hour` is per hour of the city's clock, over the last real minute. `runs_out_us` is
    when the line ends at the speed of the last `judged_by_us`: a day of the city's clock, so that
    a quiet night and a busy noon say the same, or less where no more is counted. None when nothing
    was spent in that time. It may lie beyond any calendar.
    """

    line_id: int
    code: str
    name_ko: str
    name_en: str
    payer: str
    district: int | None
    appropriated_won: int
    spent_won: int
    burn_won_per_hour: int
    runs_out_us: int | None
    judged_by_us: int

    @property
    def left_won(self) -> int:
        return self.appropriated_won - self.spent_won


@dataclass(frozen=True, slots=True)
class IncentiveReason:
    """Why a payment earned what it earned: the rule and version, and the limit that bound.

    `limited_by` is a `dure.policy.lines.LimitedBy`; on a cancellation the won are negative.
    """

    rule: str
    version: int
    title_ko: str
    title_en: str
    won: int
    full_won: int
    limited_by: int
    choice: int = 0


@dataclass(frozen=True, slots=True)
class LatestAuthorization:
    """One request of a card or a member, with every won accounted for.

    `kind` is a `dure.ledger.movement.MovementKind`. `allowance_won`, `cashback_won` and
    `charged_won` say what each purse paid (on a cancellation: got back), `earned_won` the cashback
    earned (or taken back), `funding` which budget line paid how much of it, by the line's code.
    """

    shard: int
    movement_id: int
    occurred_at_us: int
    kind: int
    reason: DeclineReason
    channel: int
    amount_won: int
    discount_won: int
    allowance_won: int
    cashback_won: int
    charged_won: int
    earned_won: int
    usage_before_won: int
    shop_name: str
    district: int
    masked_pan: str
    incentive: tuple[IncentiveReason, ...] = field(default=())
    funding: tuple[tuple[str, int], ...] = field(default=())


def city_clock(conn: Connection[TupleRow]) -> Clock:
    """The clock that all processes share: the city's row, or the machine's clock without one."""
    row = conn.execute(sql.CLOCK).fetchone()
    return SystemClock() if row is None else CityClock(row[0], row[1], row[2])


def speed_of(clock: Clock) -> int:
    """How many city seconds pass in one real second."""
    return clock.speed if isinstance(clock, CityClock) else 1


def live_numbers(conn: Connection[TupleRow], now_us: int, window_s: int = 10) -> LiveNumbers:
    """The last `window_s` real seconds before `now_us`, the day, and all since the opening."""
    speed = speed_of(city_clock(conn))
    catch_up(conn, speed=speed)
    width_us = speed * SECOND_US
    until_us = (
        now_us // width_us * width_us
    )  # whole ticks: the one that runs would pull the rate down
    from_us = until_us - window_s * width_us
    row = conn.execute(sql.WINDOW, {"from_us": from_us, "until_us": until_us}).fetchone()
    approved, declined, paid_won, incentive_won = row if row is not None else (0, 0, 0, 0)
    return LiveNumbers(
        now_us=now_us,
        speed=speed,
        window_s=window_s,
        authorizations_per_s=(approved + declined) / window_s,
        approved=approved,
        declined=declined,
        paid_won=paid_won,
        incentive_won=incentive_won,
        today=_totals(conn.execute(sql.DAY_SUMS, {"day": day_of(now_us)}).fetchall()),
        since_opening=_totals(conn.execute(sql.DAY_SUMS, {"day": None}).fetchall()),
    )


def ticks(conn: Connection[TupleRow], now_us: int, count: int = 120) -> list[Tick]:
    """The last real seconds for a curve, oldest first; a second without requests is left out."""
    width_us = speed_of(city_clock(conn)) * SECOND_US
    rows = conn.execute(sql.TICKS, {"from_us": now_us - count * width_us, "until_us": now_us})
    return [Tick(*row) for row in rows]


def by_district(conn: Connection[TupleRow], day: date | None = None) -> list[DistrictNumbers]:
    """Payments by the shop's district, of one city day or (None) of all days; all ten are there."""
    sums: dict[int, list[TupleRow]] = {code: [] for code in DISTRICT_NAMES}
    for district, *rest in conn.execute(sql.DISTRICT_SUMS, {"day": day}):
        sums.setdefault(district, []).append(tuple(rest))
    return [
        DistrictNumbers(
            code, *DISTRICT_NAMES.get(code, ("미등록", "Not registered")), _totals(rows)
        )
        for code, rows in sums.items()
    ]


def declines_by_reason(conn: Connection[TupleRow], day: date | None = None) -> list[DeclineNumbers]:
    """Refusals of one city day or (None) of all days, the most frequent reason first."""
    rows = conn.execute(sql.DECLINES, {"day": day})
    return [DeclineNumbers(DeclineReason(reason), count) for reason, count in rows]


def budget_lines(conn: Connection[TupleRow], now_us: int | None = None) -> list[BudgetLineNumbers]:
    """Every budget line, with its burn and its end, in the order of their codes."""
    clock = city_clock(conn)
    at_us = clock.now_us() if now_us is None else now_us
    minute_us = 60 * speed_of(clock) * SECOND_US
    # Never judged by less than ten seconds.
    burn_us = max(_counted_us(conn, at_us, minute_us), minute_us // 6)
    judged_by_us = max(_counted_us(conn, at_us, DAY_US), burn_us)
    window = {"minute_us": at_us - burn_us, "day_us": at_us - judged_by_us, "until_us": at_us}
    lines = []
    for row in conn.execute(sql.BUDGET_LINES, window):
        line_id, code, name_ko, name_en, payer, district, *sums = row
        appropriated_won, spent_won, minute_won, day_won = sums
        left_won = appropriated_won - spent_won
        lines.append(
            BudgetLineNumbers(
                line_id=line_id,
                code=code,
                name_ko=name_ko,
                name_en=name_en,
                payer=payer,
                district=district,
                appropriated_won=appropriated_won,
                spent_won=spent_won,
                burn_won_per_hour=max(0, minute_won * HOUR_US // burn_us),
                runs_out_us=at_us + left_won * judged_by_us // day_won if day_won > 0 else None,
                judged_by_us=judged_by_us,
            )
        )
    return lines


def _counted_us(conn: Connection[TupleRow], at_us: int, span_us: int) -> int:
    """How much of the span up to the instant has numbers: the city may have begun within it."""
    window = {"from_us": at_us - span_us, "until_us": at_us}
    first = conn.execute(sql.FIRST_TICK, window).fetchone()
    return span_us if first is None or first[0] is None else at_us - int(first[0])


def latest_authorizations(conn: Connection[TupleRow], count: int = 20) -> list[LatestAuthorization]:
    """The newest requests of all shards, newest first, read backward along the primary key."""
    rules = {row[0]: _rule_name(row[1], row[2], row[3]) for row in conn.execute(sql.RULES)}
    codes = {row[0] + BUDGET_BASE: row[1] for row in conn.execute(sql.LINE_CODES)}
    with conn.transaction():
        conn.execute(sql.ALONG_THE_KEY)
        rows = conn.execute(sql.LATEST, {"count": count}).fetchall()
    return [_authorization(row, rules, codes) for row in rows]


def _totals(rows: list[TupleRow]) -> Totals:
    """Adds rows of (kind, reason, movements, amount, discount, incentive)."""
    approved = declined = paid = back = discount = incentive = 0
    for kind, reason, movements, amount_won, discount_won, incentive_won in rows:
        if reason:
            declined += movements
            continue
        approved += movements
        incentive += incentive_won
        if kind in TAKINGS:
            paid += amount_won
            discount += discount_won
        elif kind in GIVINGS_BACK:
            back += amount_won
            discount -= discount_won
    return Totals(approved, declined, paid, back, discount, incentive)


@lru_cache(maxsize=512)
def _rule_name(rule: str, version: int, document: str) -> RuleName:
    """The rule, its version, and its title in Korean and English as the document gives it."""
    title = yaml.safe_load(document).get("title", {})
    return rule, version, title.get("ko", rule), title.get("en", rule)


def _authorization(
    row: TupleRow, rules: dict[int, RuleName], codes: dict[int, str]
) -> LatestAuthorization:
    """One row of `LATEST` as a value; the purses' shares are read off the legs by sign."""
    *head, accounts, amounts, incentive, shop_name, district, masked_pan = row
    shard, movement_id, occurred_at_us, kind, reason, channel, amount_won, discount_won, usage = (
        head
    )
    purses = purses_of(accounts, amounts, giving_back=kind in GIVINGS_BACK)
    packed = incentive or []
    reasons = tuple(
        IncentiveReason(
            *rules.get(packed[i], ("?", 0, "", "")),
            packed[i + 1],
            packed[i + 3],
            limit_of(packed[i + 2]),
            choice_of(packed[i + 2]),
        )
        for i in range(0, len(packed), 4)
    )
    funding = tuple(
        (codes.get(account, str(account)), amount)
        for account, amount in zip(accounts, amounts, strict=True)
        if account > BUDGET_BASE
    )
    return LatestAuthorization(
        shard=shard,
        movement_id=movement_id,
        occurred_at_us=occurred_at_us,
        kind=kind,
        reason=DeclineReason(reason),
        channel=channel,
        amount_won=amount_won,
        discount_won=discount_won,
        allowance_won=purses.allowance_won,
        cashback_won=purses.cashback_won,
        charged_won=purses.charged_won,
        earned_won=purses.earned_won,
        usage_before_won=usage,
        shop_name=shop_name,
        district=district,
        masked_pan=masked_pan,
        incentive=reasons,
        funding=funding,
    )
