"""Tables beside the payments: shops by stretches of time, members, and the lines' other money."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dure.merchants.directory import ShopEntry
from dure.policy.arrays.columns import Members
from dure.policy.occasions import OfferTerms, ShopFacts

Records = NDArray[np.void]

NO_CEILING: Final = -1
BEFORE_ALL_US: Final = -(1 << 62)

SHOP: Final = np.dtype(
    [
        ("shop_id", np.int32),
        ("district", np.int32),
        ("from_us", np.int64),
        ("month_won_max", np.int64),
        ("payment_won_min", np.int32),
        ("benefit_plus_bp", np.int16),
        ("from_minute", np.int16),
        ("until_minute", np.int16),
        ("sales_band", np.int8),
        ("marks", np.int8),
        ("trade", np.int8),
        ("weekdays", np.uint8),
        ("has_offer_terms", np.bool_),
        ("sector", "S5"),
        ("mcc", "S4"),
    ]
)
"""A shop from an instant on: its facts, and its offer then."""

MEMBER: Final = np.dtype(
    [
        ("member_id", np.int64),
        ("district", np.int32),
        ("joined_day", np.int32),
        ("birth_year", np.int16),
        ("level", np.int8),
    ]
)
"""A member's facts, as they are now."""

BUDGET: Final = np.dtype(
    [("movement", np.int64), ("line_id", np.int32), ("won", np.int64), ("shard", np.int16)]
)
"""Money that came to a line (positive) or went from it otherwise than for payments' incentives."""


def shop_records(entries: Iterable[ShopEntry]) -> Records:
    """The stretches of all shops, by shop and instant."""
    rows = [row for entry in sorted(entries, key=_number) for row in _stretches(entry)]
    return np.array(rows, SHOP)


def _number(entry: ShopEntry) -> int:
    return entry.shop_id


def _stretches(entry: ShopEntry) -> list[tuple[Any, ...]]:
    if entry.offers is None:
        return [_row(entry.facts, BEFORE_ALL_US)]
    starts_us, offered = entry.offers
    return [
        _row(facts, max(from_us, BEFORE_ALL_US))
        for from_us, facts in zip(starts_us, offered, strict=True)
    ]


def _row(facts: ShopFacts, from_us: int) -> tuple[Any, ...]:
    terms = facts.offer or OfferTerms()
    ceiling = NO_CEILING if terms.month_won_max is None else terms.month_won_max
    return (
        facts.shop_id, facts.district, from_us, ceiling, terms.payment_won_min,
        facts.benefit_plus_bp, terms.from_minute, terms.until_minute, facts.sales_band,
        facts.marks, facts.trade, terms.weekdays, facts.offer is not None,
        facts.sector.encode(), facts.mcc.encode(),
    )  # fmt: skip


def facts_of(record: Any) -> ShopFacts:
    """What a rule may know of a shop in a stretch."""
    offer = None
    if record["has_offer_terms"]:
        ceiling = int(record["month_won_max"])
        offer = OfferTerms(
            int(record["weekdays"]),
            int(record["from_minute"]),
            int(record["until_minute"]),
            int(record["payment_won_min"]),
            None if ceiling == NO_CEILING else ceiling,
        )
    return ShopFacts(
        int(record["shop_id"]), int(record["district"]), record["sector"].decode(),
        record["mcc"].decode(), int(record["sales_band"]), int(record["marks"]),
        int(record["benefit_plus_bp"]), int(record["trade"]), offer,
    )  # fmt: skip


def member_columns(records: Records) -> Members:
    """The facts of members as evaluation takes them, in their order."""
    return Members(
        records["district"].astype(np.int64),
        records["birth_year"].astype(np.int64),
        records["level"].astype(np.int64),
        records["joined_day"].astype(np.int64),
    )
