"""What evaluation answers: lines of incentive, each with what it gave, why not more, who pays."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class LimitedBy(IntEnum):
    """The limit that finally decided an amount; where several bind, the last of this order.

    The numbers are stored with every payment and never change their meaning.
    """

    NONE = 0
    BRACKET = 1
    PAYMENT_CAP = 2
    MONTH_CAP = 3
    PAYMENT_COUNT = 4
    SUM_USED = 5
    BUDGET = 6


class IncentiveLine(NamedTuple):
    """What one rule gives for one payment.

    `full_won` is what it would have given had no bracket ended, no cap bound and no money been
    missing. `funding` says how much each budget line pays, as (line id, won) without zeros; it
    sums to `won`. A limit of NONE means `won == full_won`.
    """

    rule_id: int
    won: int
    limited_by: int
    full_won: int
    funding: tuple[tuple[int, int], ...]


class DiscountLine(NamedTuple):
    """What a shop that offers `offered_bp` takes off the price at the till, at its own cost."""

    rule_id: int
    won: int
    offered_bp: int
