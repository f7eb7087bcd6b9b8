"""How compiled rules lie in arrays of whole numbers, for code that knows no objects.

Note [Rows and places]
A rule, line, scale or sum is named by its place in its array; -1 is none. Every number has 64 bits
but in the columns of payments, which hold what a row of the journal holds.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Records = NDArray[np.void]
Row = Any
"""One record of an array, with its fields as attributes."""

NO_LIMIT: Final = 1 << 62
NONE: Final = -1
CHANNELS: Final = 8
"""Channels are numbers below this."""
MINUTES_OF_WEEK: Final = 7 * 1440
LIMITS: Final = 16
"""Reasons of a limit are numbers below this."""


def _integers(*names: str) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64) for name in names])


RULE: Final = _integers(
    "trait",  # which bit of a member's traits must be set
    "week",  # row of the minutes of the week in which it holds
    "payment_won_min",
    "joined_within_days",
    "times_max",  # the rule is over when so many payments have earned by it,
    "times_sum",  # which of the member's sums counts them
    "card",  # the card of stamps that the rule is
    "group",  # of the rules with one number only the best pays
    "outside_month",
    "payment_won_max",
    "month_won_max",
    "month_won_sum",  # which of the member's sums
    "member_won_max",
    "member_won_sum",
    "month_payments_max",
    "month_payments_sum",
    "member_payments_max",
    "member_payments_sum",
    "used_won_max",
    "release_from",  # the place in `State.used` of its first account of releases,
    "release_first",  # which is that of the release with this number; see `policy.release`
    "release_accounts",
    "release_won",
    "release_first_us",
    "release_every_us",
    "release_carried",
    "stop_line",
    "is_limited",
    "share_from",
    "share_until",
    "whole",
    "first_from",  # where the parts of each amount below `whole` begin
)
"""One rule version: its conditions, caps and shares; limits that are not set are `NO_LIMIT`."""

SCALE: Final = _integers("bracket_from", "bracket_until", "ceiling_won", "last_rate_bp", "gift_won")
"""What one rule gives when one of its variants holds."""

BRACKET: Final = _integers("from_won", "below_won", "rate_bp")
OFFER: Final = _integers("weekdays", "from_minute", "until_minute", "payment_won_min")
"""When a shop's own offer holds; see `OfferTerms`."""
CEILING: Final = _integers("account", "month_won_max")
"""Which account counts what a shop gives in a month, and the most that it gives."""
LADDER: Final = _integers("line", "step_from", "step_until")
CARD: Final = _integers("stamps", "held_sum", "filled_scale")
"""How many stamps fill a card, which of the member's sums counts them, what a full card gives."""
STEP: Final = _integers("left_from_won", "scale", "choice")
"""While the line has so much left, this variant holds; the last step whatever is left."""

ENTRY: Final = np.dtype(
    [(name, np.int32) for name in ("rule", "scale", "choice", "ladder", "offer")]
)
"""A rule that holds at a class of shops in a channel, with the variant that holds there."""

MEMBER: Final = np.dtype(
    [
        ("month_net_won", np.int64),
        ("traits", np.int64),
        ("month", np.int32),
        ("joined_day", np.int32),
    ]
)
"""One member as he stands: one cache line is read for each payment."""

LINE: Final = np.dtype(
    [
        ("rule", np.int16),
        ("limited_by", np.int16),
        ("won", np.int32),
        ("full_won", np.int32),
        ("choice", np.int32),
        ("scale", np.int32),
    ]
)
"""An incentive line of a payment, with the scale by which it was worked out; `rule` is -1 where
there is none."""


class Tables(NamedTuple):
    """The rules over a stretch of time for the shops of a population. See Note [Rows and places].

    Term t holds from `starts_us[t]` to before `ends_us[t]`; `class_of[t, shop]` is the shop's class
    in it. The rules that may hold at a class in a channel are `till[till_from[c]:till_from[c+1]]`
    and `earn[...]` likewise, where c is class * CHANNELS + channel, in the order in which they
    draw. `month_of_day` counts from `first_day` (days since 1970 in the city) and names months by
    their place. `stamp_sum[card, shop]` is the member's sum that a payment there stamps.
    """

    starts_us: Integers
    ends_us: Integers
    first_day: int
    month_of_day: NDArray[np.int32]
    class_of: NDArray[np.int32]
    district_of: NDArray[np.int32]
    ceilings: Records
    till_from: Integers
    till: Records
    earn_from: Integers
    earn: Records
    rules: Records
    scales: Records
    brackets: Records
    offers: Records
    ladders: Records
    steps: Records
    cards: Records
    stamp_sum: NDArray[np.int32]
    share_line: Integers
    share_won: Integers
    firsts: Integers
    weeks: NDArray[np.bool_]
    month_sums: Integers
    groups: int
    asks_minutes: bool


class Columns(NamedTuple):
    """Payments as columns; see `columns.Payments`."""

    member: NDArray[np.int32]
    at_us: Integers
    amount_won: NDArray[np.int32]
    paid_otherwise_won: NDArray[np.int32]
    shop: NDArray[np.int32]
    channel: NDArray[np.uint8]


class State(NamedTuple):
    """What payments change: members, their sums (member, sum), lines left, sums used by rules and
    after them those of accounts of releases, what shops with a ceiling gave (account, month).

    `best` is for the payment under way: which of its lines is the best of each group; so is `now`,
    its instant alone.
    """

    members: Records
    sums: Integers
    left: Integers
    used: Integers
    gave: Integers
    best: Integers
    now: Integers


class Result(NamedTuple):
    """What is computed. The first three have a row for each payment, or one row that is no result.

    `lines` is (payment, line), `won` and `payments` (rule, month, district), `limited` (rule,
    reason), `drawn` (budget line, month), `totals` (month, district, which). `short` counts how
    often a line could not pay or had come to an end, `ended` how often the sum of a rule had,
    `at_ceiling` how often the ceiling of a shop's account did.
    """

    discount_won: NDArray[np.int32]
    discount_rule: NDArray[np.int16]
    lines: Records
    won: Integers
    payments: Integers
    limited: Integers
    drawn: Integers
    totals: Integers
    short: Integers
    ended: Integers
    at_ceiling: Integers


PAYMENTS, AMOUNT, DISCOUNT, EARNING = 0, 1, 2, 3
TOTALS: Final = ("payments", "amount_won", "discount_won", "earning_won")
"""What `Result.totals` counts, in its order."""
