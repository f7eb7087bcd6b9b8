"""Where a shop stands at an instant: decisions and dated restrictions, made into periods."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

ALWAYS_US = -(2**62)
"""Before every instant: where the first period of a shop begins."""


class ShopStatus(IntEnum):
    """What a shop is at an instant; REGISTERED alone may take the city's money."""

    REGISTERED = 1
    NOT_YET_EFFECTIVE = 2
    APPLIED = 3
    REFUSED = 4
    SUSPENDED = 5
    CANCELLED = 6
    CLOSED = 7
    EXCLUDED_TRADE = 8
    SALES_TOO_HIGH = 9


class Decision(IntEnum):
    """What was decided about a shop, as table shop_status stores it."""

    APPLIED = 1
    APPROVED = 2
    REFUSED = 3
    SUSPENDED = 4
    REINSTATED = 5
    CANCELLED = 6
    CLOSED = 7


STATUS_AFTER = {
    Decision.APPLIED: ShopStatus.APPLIED,
    Decision.APPROVED: ShopStatus.REGISTERED,
    Decision.REFUSED: ShopStatus.REFUSED,
    Decision.SUSPENDED: ShopStatus.SUSPENDED,
    Decision.REINSTATED: ShopStatus.REGISTERED,
    Decision.CANCELLED: ShopStatus.CANCELLED,
    Decision.CLOSED: ShopStatus.CLOSED,
}


class DecisionRow(NamedTuple):
    """One row of shop_status; instants in microseconds since 1970 UTC."""

    decision: Decision
    decided_at_us: int
    effective_at_us: int


class Restriction(NamedTuple):
    """Trades or sales shut out in a period (end excluded); exactly one of the two is not None."""

    trade: int | None
    sales_band_max: int | None
    from_us: int
    until_us: int | None

    def hits(self, trade: int, sales_band: int) -> bool:
        if self.trade is not None:
            return self.trade == trade
        return self.sales_band_max is not None and sales_band > self.sales_band_max


class Periods(NamedTuple):
    """What a shop is from each instant on; starts ascend and the first is ALWAYS_US."""

    starts_us: tuple[int, ...]
    statuses: tuple[ShopStatus, ...]


def decided_periods(decisions: Iterable[DecisionRow]) -> list[tuple[int, ShopStatus]]:
    """The periods that the decisions alone make, in the order in which they were recorded.

    A later decision overrules all that earlier ones said of the time from its effect on. A shop
    that is approved and not yet effective is NOT_YET_EFFECTIVE, and so is one before its first row.
    """
    periods = [(ALWAYS_US, ShopStatus.NOT_YET_EFFECTIVE)]
    for row in decisions:
        changes = [(row.effective_at_us, STATUS_AFTER[row.decision])]
        if row.decision is Decision.APPROVED and row.decided_at_us < row.effective_at_us:
            changes.insert(0, (row.decided_at_us, ShopStatus.NOT_YET_EFFECTIVE))
        first_us = changes[0][0]
        periods = [period for period in periods if period[0] < first_us] + changes
    return periods


def with_restrictions(
    decided: list[tuple[int, ShopStatus]],
    restrictions: Iterable[Restriction],
    trade: int,
    sales_band: int,
) -> Periods:
    """The periods of a shop of this trade and sales: a restriction hides REGISTERED alone."""
    hits = [restriction for restriction in restrictions if restriction.hits(trade, sales_band)]
    if not hits:
        return Periods(tuple(start for start, _ in decided), tuple(now for _, now in decided))
    edges = {start for start, _ in decided}
    for hit in hits:
        edges.add(hit.from_us)
        if hit.until_us is not None:
            edges.add(hit.until_us)
    starts: list[int] = []
    statuses: list[ShopStatus] = []
    for edge in sorted(edges):
        status = next(now for start, now in reversed(decided) if start <= edge)
        if status is ShopStatus.REGISTERED:
            status = _restricted(hits, edge)
        if not statuses or statuses[-1] is not status:
            starts.append(edge)
            statuses.append(status)
    return Periods(tuple(starts), tuple(statuses))


def _restricted(hits: list[Restriction], at_us: int) -> ShopStatus:
    now = [
        hit
        for hit in hits
        if hit.from_us <= at_us and (hit.until_us is None or at_us < hit.until_us)
    ]
    if any(hit.trade is not None for hit in now):
        return ShopStatus.EXCLUDED_TRADE
    return ShopStatus.SALES_TOO_HIGH if now else ShopStatus.REGISTERED
