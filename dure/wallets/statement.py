"""The yearly statement for the income deduction: what counts, markets apart, by the rates in force.

The law gives shares of what was paid, dated (`deduction_rate`), and leaves some uses out
(`deduction_exclusion`). How much tax is less depends on the whole year's pay, which we do not know;
so the statement says what was paid, never what is saved. Payments count for the month in which they
were made, and what was given back later is taken off that month.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.kernel.calendar import start_of_day_us
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import GIVINGS_BACK, TAKINGS
from dure.policy.occasions import Mark


class Part(NamedTuple):
    """Months of the year under one rate. Amounts are whole won, rates basis points.

    `ordinary_won` and `market_won` count; they are net of what was given back.
    """

    from_month: int
    until_month: int
    ordinary_bp: int
    market_bp: int
    ordinary_won: int
    market_won: int
    source: str


class LeftOut(NamedTuple):
    """What does not count, and why: a use the law names."""

    name_ko: str
    name_en: str
    won: int


class Statement(NamedTuple):
    """A member's year: the parts that count, what is left out, what was paid with cashback.

    `until_us` is as of when; the year may still run.
    """

    year: int
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]
    cashback_won: int
    payments: int
    until_us: int

    @property
    def ordinary_won(self) -> int:
        """What counts at ordinary shops, in the whole year."""
        return sum(part.ordinary_won for part in self.parts)

    @property
    def market_won(self) -> int:
        """What counts at shops of traditional markets, in the whole year."""
        return sum(part.market_won for part in self.parts)


class _Sum(NamedTuple):
    """One row of _SUMS: a month, a kind of shop, what left which purses."""

    month: int
    is_market: bool
    sector: str
    own_won: int
    cashback_won: int
    payments: int


_TAKINGS = f"({', '.join(str(int(kind)) for kind in sorted(TAKINGS))})"
_AT_SHOPS = f"({', '.join(str(int(kind)) for kind in sorted(TAKINGS | GIVINGS_BACK))})"
# A cancellation takes earned cashback from the purses beside giving back what was paid from them,
# and a payment brings cashback beside what it takes: the signs tell them apart.
_SUMS: Final = f"""
WITH RECURSIVE chain AS (
  SELECT j.movement_id, j.previous_id FROM wallet w
  JOIN journal j ON j.shard = w.shard AND j.movement_id = w.last_id
  WHERE w.shard = %(member)s %% 64 AND w.member_id = %(member)s AND j.movement_id >= %(since)s
  UNION ALL
  SELECT j.movement_id, j.previous_id FROM chain
  JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = chain.previous_id
  WHERE chain.previous_id >= %(since)s
)
SELECT j.usage_month, coalesce(s.marks, 0) & {int(Mark.TRADITIONAL_MARKET)} <> 0 AS is_market,
       coalesce(s.sector, '') AS sector,
       sum((SELECT coalesce(sum(leg.won), 0) FROM unnest(j.accounts, j.amounts) AS leg(account, won)
         WHERE (leg.won > 0) = (j.kind IN {_TAKINGS})
           AND (leg.account = {int(Account.MEMBER_CHARGED)}
             OR leg.account BETWEEN {ALLOWANCE_BASE + 1} AND {BUDGET_BASE - 1})))::bigint,
       sum((SELECT coalesce(sum(leg.won), 0) FROM unnest(j.accounts, j.amounts) AS leg(account, won)
         WHERE (leg.won > 0) = (j.kind IN {_TAKINGS})
           AND leg.account = {int(Account.MEMBER_CASHBACK)}))::bigint,
       count(*) FILTER (WHERE j.kind IN {_TAKINGS})
FROM chain c JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = c.movement_id
LEFT JOIN shop s ON s.shop_id = j.shop_id
WHERE j.kind IN {_AT_SHOPS} AND j.reason = 0
  AND j.usage_month BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_RATES: Final = """
SELECT from_month, ordinary_bp, market_bp, counts_cashback, source FROM deduction_rate
WHERE from_month <= %(last)s ORDER BY from_month
"""
_EXCLUDED: Final = """
SELECT DISTINCT ON (sector_begins) sector_begins, from_month, name_ko, name_en
FROM deduction_exclusion WHERE from_month <= %(last)s ORDER BY sector_begins, from_month
"""


def statement_of(
    connection: Connection[Any], member_id: int, year: int, *, at_us: int
) -> Statement:
    """The member's statement of a year as it stands at the city's instant."""
    first, last = year * 100 + 1, year * 100 + 12
    values = {
        "member": member_id,
        "first": first,
        "last": last,
        "since": start_of_day_us(date(year, 1, 1)),
    }
    sums = [_Sum(*row) for row in connection.execute(_SUMS, values).fetchall()]
    excluded = connection.execute(_EXCLUDED, values).fetchall()
    rates = connection.execute(_RATES, values).fetchall()
    counted: list[_Sum] = []
    left_out: dict[tuple[str, str], int] = {}
    for one in sums:
        name = _left_out_as(one, excluded)
        if name is None:
            counted.append(one)
        else:
            left_out[name] = left_out.get(name, 0) + one.own_won
    return Statement(
        year=year,
        parts=_parts(counted, rates, first, last),
        left_out=tuple(LeftOut(*name, won) for name, won in sorted(left_out.items()) if won),
        cashback_won=sum(one.cashback_won for one in sums),
        payments=sum(one.payments for one in sums),
        until_us=at_us,
    )


def years_of(first_month: int, this_month: int) -> list[int]:
    """The years for which there can be a statement, the newest first; both months as YYYYMM."""
    return list(range(this_month // 100, first_month // 100 - 1, -1))


def _left_out_as(one: _Sum, excluded: list[tuple[Any, ...]]) -> tuple[str, str] | None:
    for begins, from_month, name_ko, name_en in excluded:
        if one.month >= from_month and one.sector.startswith(begins):
            return name_ko, name_en
    return None


def _parts(
    counted: list[_Sum], rates: list[tuple[Any, ...]], first: int, last: int
) -> tuple[Part, ...]:
    """The year under each rate that held in it."""
    parts = []
    for place, (from_month, ordinary_bp, market_bp, with_cashback, source) in enumerate(rates):
        ends = rates[place + 1][0] if place + 1 < len(rates) else last + 1
        begins = max(from_month, first)
        if ends <= begins:
            continue
        won = {True: 0, False: 0}
        for one in counted:
            if begins <= one.month < ends:
                won[one.is_market] += one.own_won + (one.cashback_won if with_cashback else 0)
        until = min(ends - 1 if ends % 100 != 1 else ends - 89, last)
        parts.append(Part(begins, until, ordinary_bp, market_bp, won[False], won[True], source))
    return tuple(parts)
