"""What machine code plays a month by: a month's columns, the city's shops, rules as flat numbers.

See Note [Rows and places] in `policy/arrays/layout.py`; every number has 64 bits unless it is read
once for each payment.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

SLOT: Final = np.dtype(
    [
        ("row", np.int64),
        ("net_won", np.int64),
        ("discount_won", np.int64),
        ("coupon_won", np.int64),
        ("first_won", np.int64),
        ("charged_won", np.int64),
        ("stands_won", np.int64),
        ("counts", np.int64),
        ("cell", np.int64),
        ("lines", np.int64),
    ]
)
"""A payment of which something is given back later: how it was paid, and what of it stands.

`net_won` are the month's net payments before it, `counts` whether it is among them, `cell` its
group of shops and channel, `lines` how many rules gave something.
"""

PAYMENTS, AMOUNT, GIVEN = 0, 1, 2
GROUPED: Final = 3
"""What is counted of each cell: payments, won paid (less what was given back), won of incentive."""
ALL_KNOWN: Final = -1


ENTRY: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            "rule", "scale", "bracket_from", "bracket_until", "gift_won", "asks", "trait",
            "payment_won_min", "is_limited", "outside_month", "whole", "rest_from",
        )
    ]
    + [("inverse", np.uint64), ("shift", np.uint64)]
)  # fmt: skip
"""A rule that earns at a place, with all that one payment asks of it side by side.

`asks` is 0 where it holds for every payment there, is not limited and counts into the month.
"""
BRACKET: Final = np.dtype([("from_won", np.int64), ("below_won", np.int64), ("rate_bp", np.int64)])
CELL: Final = np.dtype([("payments", np.int64), ("amount_won", np.int64), ("given_won", np.int64)])
"""`GROUPED` numbers of a cell, under names."""


class MonthView(NamedTuple):
    """A month's columns as machine code reads them, and where its members stand in the city.

    `place` is each member's place in the city's table of members.
    """

    first: Integers
    place: Integers
    amount_won: NDArray[np.int32]
    shop: NDArray[np.int32]
    minute: NDArray[np.uint16]
    how: NDArray[np.uint8]
    part_row: Integers
    part: NDArray[np.int32]
    back_row: Integers
    back_at: Integers
    back_won: NDArray[np.int32]


class ShopView(NamedTuple):
    """Shops in one month, by shop id. Term k of the month holds from `term_from[k]` (minutes).

    `seen[k, shop]` is (place of the class times channels, cell times channels); the first is -1
    where the shop changes within the month, and then its stretches are those from
    `stretch_first[shop]` to before `stretch_first[shop + 1]`, each from a minute of the month on,
    with their places and cells in `stretch_seen[k]`; -2 is a shop that nobody knows.
    """

    term_from: Integers
    seen: NDArray[np.int32]
    stretch_first: NDArray[np.int32]
    stretch_from: Integers
    stretch_seen: NDArray[np.int32]


class PlainRules(NamedTuple):
    """Rules whose incentive depends on a payment and its member's month alone; see `plain`.

    Rules that earn at place p are `entries[earn_from[p]:earn_from[p + 1]]`; the same stands in
    `entry_rule` and `entry_scale`, and brackets beside each other in `brackets`.
    `till_scale[p]` is the scale of the discount there, -1 for none.
    """

    earn_from: Integers
    entries: NDArray[np.void]
    brackets: NDArray[np.void]
    entry_rule: NDArray[np.int32]
    entry_scale: NDArray[np.int32]
    till_scale: NDArray[np.int32]
    till_rule: NDArray[np.int32]
    scale_from: Integers
    scale_until: Integers
    gift_won: Integers
    from_won: Integers
    below_won: Integers
    rate_bp: Integers
    trait: Integers
    payment_won_min: Integers
    payment_won_max: Integers
    month_won_max: Integers
    month_payments_max: Integers
    is_limited: NDArray[np.bool_]
    outside_month: NDArray[np.bool_]
    whole: Integers
    inverse: NDArray[np.uint64]
    shift: NDArray[np.uint64]
    rest_from: Integers


class Played(NamedTuple):
    """What a thread adds up. `cells` has a `CELL` for each cell and channel, the `member_…` columns
    have a row for each member of the city, `won` one for each rule, `rests` counts the rests of
    rounds of shares (rule by rule), `totals` are (payments, amount, discount, incentive that was
    taken back)."""

    cells: NDArray[np.void]
    member_won: Integers
    member_amount: Integers
    member_payments: Integers
    won: Integers
    rests: Integers
    totals: Integers


class Memory(NamedTuple):
    """Room for a member's month under way: brackets reached, sums, and payments given back."""

    reached: Integers
    month_won: Integers
    month_payments: Integers
    slots: NDArray[np.void]
    line_rule: NDArray[np.int32]
    line_scale: NDArray[np.int32]
    line_won: Integers


KEPT: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            "net_won", "discount_won", "coupon_won", "first_won", "charged_won", "stands_won",
            "counts", "cell", "lines", "shop", "month",
        )
    ]
)  # fmt: skip
"""As `SLOT`, for payments in request order: also the shop's row and the place of the month."""


class Events(NamedTuple):
    """Payments, cancellations and moves of the lines' other money, in the order of `order`.

    An event is a payment (its row), a cancellation (the number of rows, and its place) or a move
    (the rows, the cancellations, and its place). `member_month` names the month of a member,
    `place_of` whose it is; `kept_row` are the rows of which something was given back, in order.
    Stretches of shops are as in `Ready`, with the instant from which each holds.
    """

    order: Integers
    member_month: NDArray[np.int32]
    at_us: Integers
    amount_won: NDArray[np.int32]
    shop: NDArray[np.int32]
    how: NDArray[np.uint8]
    part_row: Integers
    part: NDArray[np.int32]
    kept_row: Integers
    back_row: Integers
    back_won: NDArray[np.int32]
    moved_line: Integers
    moved_won: Integers
    place_of: NDArray[np.int32]
    stretch_first: NDArray[np.int32]
    stretch_from_us: Integers
    stretch_row: NDArray[np.int32]
    stretch_cell: NDArray[np.int32]


class Months(NamedTuple):
    """What members' months stand at while another of theirs is played: net payments, and sums."""

    net_won: Integers
    sums: Integers


class Added(NamedTuple):
    """What is counted beside `policy.arrays.layout.Result`: as in `Played`, and discounts by
    month; `back_won` is what cancellations took back of incentive."""

    cells: Integers
    member_won: Integers
    member_amount: Integers
    member_payments: Integers
    payments: Integers
    amount_won: Integers
    discount_won: Integers
    back_won: Integers
