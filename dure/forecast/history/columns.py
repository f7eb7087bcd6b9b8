"""A month of payments as columns, sorted by member; and the rows from which it is made.

Note [Order of a member's payments]
The engine decides a member's payments in the order in which it records them, which is that of
`movement_id`; what happened earlier and was told later (an advice) is decided later. So that is the
order of a member's rows. The month of a payment is that in which it happened, and a cancellation
belongs to the month of its payment, whenever it comes: what it restores are that month's net
payments. Within a month nothing but a member's own rows decides what that month's sums are.

Note [Sparse columns]
Most payments are paid with charged money alone and never cancelled. What is paid otherwise stands
in `part` for the rows in `part_row`, cancellations in `back_…`, one row each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

CHANNEL_BITS: Final = 7
"""The channel in `how`."""
HAS_PART: Final = 8
"""The bit of `how` that says that something was paid otherwise than with charged money."""
EARNS_NOT: Final = 32
"""The bit of `how` of a payment that is booked but earns nothing: told too late by a shop that may
not take the currency."""
HAS_BACK: Final = 16
"""The bit of `how` that says that something of the payment was given back at some time."""
DAY_MINUTES: Final = 1440
SPEND_BIN_WON, SPEND_BINS = 1_000, 3_000
CHANNELS: Final = CHANNEL_BITS + 1


class Rows(NamedTuple):
    """Payments as they came: of each member in the order of `movement`.

    `at_us` is the instant of the payment, `how` its channel and whether it `EARNS_NOT`; what was
    not paid with charged money are `coupon_won`, `first_won` (allowances and cashback, which pay
    before charged money) and `beyond_won` (what no purse had).
    """

    member: Integers
    movement: Integers
    at_us: Integers
    amount_won: NDArray[np.int32]
    shop: NDArray[np.int32]
    how: NDArray[np.uint8]
    coupon_won: NDArray[np.int32]
    first_won: NDArray[np.int32]
    beyond_won: NDArray[np.int32]


class Backs(NamedTuple):
    """Cancellations: what was given back of the payment `original`; negative where a refund was
    undone and the payment stands again."""

    member: Integers
    movement: Integers
    original: Integers
    won: NDArray[np.int32]


class Sums(NamedTuple):
    """What the journal says of members in the month, summed up: net payments and incentive."""

    member: Integers
    net_won: Integers
    given_won: Integers


class Source(NamedTuple):
    """All that a month is made of."""

    rows: Rows
    backs: Backs
    sums: Sums


class Month(NamedTuple):
    """A month sorted by member. Rows of member m (a place in `member`) are `first[m]:first[m+1]`.

    `minute` counts from the month's first midnight in the city, `micros` within the minute. A
    cancellation of row `back_row` comes before row `back_at` of its member (or after the last);
    cancellations stand in the order of `back_at`, those before one row in their own order.
    `net_won` and `given_won` are the journal's sums of each member, `active_days` on how many days
    the member paid. `till` names a shop and a channel (the shop times `CHANNELS`, and the channel)
    in which so many won were paid in so many payments. `spend_members` counts members by their net
    payments in bins of `SPEND_BIN_WON`, the last for all beyond, `spend_won` has the bins' sums.
    """

    member: Integers
    first: Integers
    net_won: Integers
    given_won: Integers
    active_days: NDArray[np.uint8]
    amount_won: NDArray[np.int32]
    shop: NDArray[np.int32]
    minute: NDArray[np.uint16]
    how: NDArray[np.uint8]
    movement: Integers
    micros: NDArray[np.uint32]
    part_row: Integers
    part: NDArray[np.int32]
    back_row: Integers
    back_at: Integers
    back_movement: Integers
    back_won: NDArray[np.int32]
    till: Integers
    till_won: Integers
    till_payments: Integers
    spend_members: Integers
    spend_won: Integers

    @property
    def payments(self) -> int:
        """How many payments the month has."""
        return len(self.amount_won)


DTYPES: Final[dict[str, Any]] = {
    "member": np.int64, "first": np.int64, "net_won": np.int64, "given_won": np.int64,
    "active_days": np.uint8, "amount_won": np.int32, "shop": np.int32, "minute": np.uint16,
    "how": np.uint8, "movement": np.int64, "micros": np.uint32, "part_row": np.int64,
    "part": np.int32, "back_row": np.int64, "back_at": np.int64, "back_movement": np.int64,
    "back_won": np.int32, "till": np.int64, "till_won": np.int64, "till_payments": np.int64,
    "spend_members": np.int64, "spend_won": np.int64,
}  # fmt: skip
"""The type of each column of a month, in the order in which they are written."""


def no_rows() -> Rows:
    """Payments without any."""
    wide, narrow = np.zeros(0, np.int64), np.zeros(0, np.int32)
    how = np.zeros(0, np.uint8)
    return Rows(wide, wide, wide, narrow, narrow, how, narrow, narrow, narrow)


def no_backs() -> Backs:
    """Cancellations without any."""
    wide = np.zeros(0, np.int64)
    return Backs(wide, wide, wide, np.zeros(0, np.int32))


def no_sums() -> Sums:
    """Sums of nobody."""
    wide = np.zeros(0, np.int64)
    return Sums(wide, wide, wide)


def no_source() -> Source:
    """A month in which nothing happened."""
    return Source(no_rows(), no_backs(), no_sums())


def joined(one: Source, other: Source) -> Source:
    """Both together; of each member the rows of the first come first."""
    return Source(
        Rows(*_end_to_end(one.rows, other.rows)),
        Backs(*_end_to_end(one.backs, other.backs)),
        Sums(*_end_to_end(one.sums, other.sums)),
    )


def _end_to_end(one: Sequence[NDArray[Any]], other: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    return [np.concatenate(pair) for pair in zip(one, other, strict=True)]
