"""What evaluation answers: lines of incentive, each with what it gave, why not more, who pays."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple


class LimitedBy(IntEnum):
    """The limit that finally decided an amount; where several bind, the last that bound.

    The numbers are stored with every payment and never change their meaning.
    """

    NONE = 0
    BRACKET = 1
    PAYMENT_CAP = 2
    MONTH_CAP = 3
    PAYMENT_COUNT = 4
    SUM_USED = 5
    BUDGET = 6
    MEMBER_CAP = 7
    SHOP_MONTH_CAP = 8
    BETTER_RULE = 9
    RELEASE_USED = 10


class IncentiveLine(NamedTuple):
    """What one rule gives for one payment.

    `full_won` is what it would have given had no bracket ended, no cap bound and no money been
    missing. `funding` says how much each budget line pays, as (line id, won) without zeros; it
    sums to `won`; the id 0 is the shop. A limit of NONE means `won == full_won`. `choice` is the
    variant of the rule that held (see `kinds.kind.Choose`).
    """

    rule_id: int
    won: int
    limited_by: int
    full_won: int
    funding: tuple[tuple[int, int], ...]
    choice: int = 0

    @property
    def packed(self) -> tuple[int, int, int, int]:
        """As four numbers, which is how the journal keeps it; see Note [Packed lines]."""
        return (self.rule_id, self.won, pack_limit(self.limited_by, self.choice), self.full_won)


# Note [Packed lines]
# The journal keeps a line as (rule version, won, limit, won without limits). The lowest 4 bits of
# `limit` say what limited the amount, those above them which variant of the rule held. The view
# `incentive_line` takes them apart in the same way.
LIMIT_BITS: Final = 4


def pack_limit(limited_by: int, choice: int) -> int:
    """What limited a line and its choice in one number."""
    return limited_by | choice << LIMIT_BITS


def limit_of(packed: int) -> LimitedBy:
    """What limited a packed line."""
    return LimitedBy(packed & (1 << LIMIT_BITS) - 1)


def choice_of(packed: int) -> int:
    """The choice of a packed line."""
    return packed >> LIMIT_BITS


class DiscountLine(NamedTuple):
    """What a shop that offers `offered_bp` takes off the price at the till, at its own cost.

    `full_won` is what it would be without the shop's monthly ceiling, the one limit there is.
    """

    rule_id: int
    won: int
    offered_bp: int
    limited_by: int = 0
    full_won: int = 0
