"""Every shop in memory, as the engine reads it: what it is and offers at an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator
from datetime import date
from typing import TYPE_CHECKING

from dure.kernel.calendar import start_of_day_us
from dure.merchants.standing import (
    ALWAYS_US,
    Decision,
    DecisionRow,
    Periods,
    Restriction,
    ShopStatus,
    decided_periods,
    with_restrictions,
)
from dure.policy.occasions import ANY_TIME, OfferTerms, ShopFacts

if TYPE_CHECKING:
    from asyncpg import Connection, Record
    from asyncpg.pool import PoolConnectionProxy

    AnyConnection = Connection[Record] | PoolConnectionProxy[Record]

__all__ = ["ShopEntry", "ShopStatus", "ShopUnknownError", "load_directory", "load_shop"]

_SHOPS = """
SELECT shop_id, shop_code, district, sector, mcc, sales_band, marks, trade
FROM shop WHERE $1::integer IS NULL OR shop_id = $1
"""
_DECISIONS = """
SELECT shop_id, array_agg(decision ORDER BY status_id),
       array_agg((extract(epoch FROM decided_at) * 1000000)::bigint ORDER BY status_id),
       array_agg((extract(epoch FROM effective_at) * 1000000)::bigint ORDER BY status_id)
FROM shop_status WHERE $1::integer IS NULL OR shop_id = $1
GROUP BY shop_id
"""
_OFFERS = """
SELECT shop_id, from_day, until_day, discount_bp, weekdays, from_minute, until_minute,
       payment_won_min, month_won_max FROM benefit_offer
WHERE $1::integer IS NULL OR shop_id = $1 ORDER BY shop_id, from_day
"""
_TERMINALS = """
SELECT shop_id, terminal FROM terminal WHERE $1::integer IS NULL OR shop_id = $1
"""
_RESTRICTIONS = """
SELECT trade, sales_band_max, (extract(epoch FROM from_at) * 1000000)::bigint,
       (extract(epoch FROM until_at) * 1000000)::bigint
FROM shop_restriction ORDER BY restriction_id
"""

_PORTION = 2_000

Offers = tuple[tuple[int, ...], tuple[ShopFacts, ...]]
"""From each instant on, the shop's facts; starts ascend and the first is ALWAYS_US."""

OfferRow = tuple[date, date | None, int, OfferTerms]
"""First day, day after the last (None: no end), discount in bp, and when and how far it holds."""

Decided = tuple[tuple[int, ShopStatus], ...]


class ShopUnknownError(LookupError):
    """No shop has this number."""


class ShopEntry:
    """One shop. Entries are never changed: a shop that changes gets a new one.

    `facts` are those without an offer; `periods` what the shop is from each instant on, shared by
    all shops with the same history.
    """

    __slots__ = ("facts", "offers", "periods", "shop_code", "shop_id", "terminals")

    def __init__(
        self,
        shop_code: str,
        facts: ShopFacts,
        periods: Periods,
        offers: Offers | None = None,
        terminals: tuple[str, ...] = (),
    ) -> None:
        self.shop_id = facts.shop_id
        self.shop_code = shop_code
        self.facts = facts
        self.periods = periods
        self.offers = offers
        self.terminals = terminals

    def status_at(self, at_us: int) -> ShopStatus:
        """What the shop is at the instant (microseconds since 1970 UTC)."""
        starts_us, statuses = self.periods
        if at_us >= starts_us[-1]:
            return statuses[-1]
        return statuses[bisect_right(starts_us, at_us) - 1]

    def facts_at(self, at_us: int) -> ShopFacts:
        """What a rule may know of the shop at the instant, with the discount it offers then."""
        if self.offers is None:
            return self.facts
        starts_us, facts = self.offers
        return facts[bisect_right(starts_us, at_us) - 1]

    def has_terminal(self, terminal: str) -> bool:
        """Whether the terminal (DE 41) is one of the shop's."""
        return terminal in self.terminals


async def load_directory(connection: AnyConnection) -> dict[str, ShopEntry]:
    """All shops by their code (DE 42). Takes some seconds for 175,000; reads one snapshot."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await _load(connection, None)


async def load_shop(connection: AnyConnection, shop_id: int) -> ShopEntry:
    """One shop by its number; raises ShopUnknownError when there is none."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for entry in (await _load(connection, shop_id)).values():
            return entry
    raise ShopUnknownError(shop_id)


async def _rows(
    connection: AnyConnection, query: str, shop_id: int | None
) -> AsyncIterator[Record]:
    # In portions, so that an event loop that serves payments meanwhile is never held for long.
    cursor = await connection.cursor(query, shop_id)
    while portion := await cursor.fetch(_PORTION):
        for row in portion:
            yield row


async def _load(connection: AnyConnection, shop_id: int | None) -> dict[str, ShopEntry]:
    restrictions = [Restriction(*row) for row in await connection.fetch(_RESTRICTIONS)]
    histories: dict[tuple[tuple[int, ...], ...], Decided] = {}
    decisions: dict[int, Decided] = {}
    async for row in _rows(connection, _DECISIONS, shop_id):
        history = (tuple(row[1]), tuple(row[2]), tuple(row[3]))
        if history not in histories:
            histories[history] = _decided(*history)
        decisions[row[0]] = histories[history]
    offers: dict[int, list[OfferRow]] = {}
    async for row in _rows(connection, _OFFERS, shop_id):
        terms = OfferTerms(row[4], row[5], row[6], row[7], row[8])
        offers.setdefault(row[0], []).append((row[1], row[2], row[3], terms))
    terminals: dict[int, tuple[str, ...]] = {}
    async for row in _rows(connection, _TERMINALS, shop_id):
        terminals[row[0]] = (*terminals.get(row[0], ()), row[1])
    shared: dict[tuple[int, int, int], Periods] = {}
    words: dict[str, str] = {}
    entries: dict[str, ShopEntry] = {}
    async for row in _rows(connection, _SHOPS, shop_id):
        number, code, district, sector, mcc, sales_band, marks, trade = row
        sector, mcc = words.setdefault(sector, sector), words.setdefault(mcc, mcc)
        facts = ShopFacts(number, district, sector, mcc, sales_band, marks, 0, trade)
        decided = decisions.get(number, _NOTHING_DECIDED)
        kind = (id(decided), trade, sales_band)
        periods = shared.get(kind)
        if periods is None:
            periods = with_restrictions(list(decided), restrictions, trade, sales_band)
            shared[kind] = periods
        offered = _offers(facts, offers[number]) if number in offers else None
        entries[code] = ShopEntry(code, facts, periods, offered, terminals.get(number, ()))
    return entries


_NOTHING_DECIDED = tuple(decided_periods([]))


def _decided(
    decisions: tuple[int, ...], decided_at_us: tuple[int, ...], effective_at_us: tuple[int, ...]
) -> Decided:
    """The periods of a history; shops with the same history share one object."""
    rows = zip(decisions, decided_at_us, effective_at_us, strict=True)
    return tuple(decided_periods(DecisionRow(Decision(row[0]), row[1], row[2]) for row in rows))


def _offers(facts: ShopFacts, rows: list[OfferRow]) -> Offers:
    """Facts from each change on; the rows come by day."""
    starts = [ALWAYS_US]
    offered = [facts]
    for from_day, until_day, discount_bp, terms in rows:
        from_us = start_of_day_us(from_day)
        if starts[-1] == from_us:
            starts.pop()
            offered.pop()
        starts.append(from_us)
        limits = None if terms == ANY_TIME else terms
        offered.append(facts._replace(benefit_plus_bp=discount_bp, offer=limits))
        if until_day is not None:
            starts.append(start_of_day_us(until_day))
            offered.append(facts)
    return tuple(starts), tuple(offered)
