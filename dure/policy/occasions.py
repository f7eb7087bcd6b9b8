"""All that a rule may know of a payment: the occasion, the shop, the member, what is left.

These are named tuples and not frozen dataclasses because the engine builds one per payment: a
frozen dataclass of ten fields takes about a microsecond to build, a named tuple a third of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Final, NamedTuple


class Channel(IntEnum):
    """The way by which a payment reaches the city."""

    CARD = 1
    QR = 2
    ONLINE = 3
    TAXI = 4
    DELIVERY = 5
    MARKET = 6
    MALL = 7


class SalesBand(IntEnum):
    """A shop's yearly sales, up to and including the amount in won."""

    UP_TO_300M = 1
    UP_TO_500M = 2
    UP_TO_1BN = 3
    UP_TO_3BN = 4
    ABOVE_3BN = 5


class Mark(IntFlag):
    """What kind of area a shop stands in; a shop may bear several marks."""

    TRADITIONAL_MARKET = 1
    WEAK_STREET = 2
    ISLAND = 4


class Trade(IntEnum):
    """What a shop is where neither KSIC code nor MCC says it (an SSM and a corner shop share one).

    The list is that of the trades shut out of Incheon's incentive in 2018 and 2019.
    """

    ORDINARY = 0
    DEPARTMENT_STORE = 1
    HYPERMARKET = 2
    CHAIN_SUPERMARKET = 3
    FRANCHISE_RUN = 4
    ADULT_ENTERTAINMENT = 5
    GAMBLING = 6
    CAR_DEALER = 7
    LARGE_ELECTRONICS = 8
    GOLD = 9
    LOCAL_MAKER = 10


class OfferTerms(NamedTuple):
    """When and how far a shop's instant discount holds; what is not said limits nothing.

    `weekdays` has a bit for each day (1 Monday to 64 Sunday), the minutes are those of the city's
    day (the last excluded), `payment_won_min` is the price before the discount, `month_won_max` the
    won of discount that the shop gives in a month, all members together.
    """

    weekdays: int = 127
    from_minute: int = 0
    until_minute: int = 1440
    payment_won_min: int = 0
    month_won_max: int | None = None


ANY_TIME: Final = OfferTerms()
"""The terms of an offer without any."""


class ShopFacts(NamedTuple):
    """What a rule may know of a shop on the day.

    `district` is the administrative code (28260), `sector` the KSIC code ("56111"), `mcc` the
    card trade's code ("5812"), `marks` a bitmask of `Mark`, `benefit_plus_bp` the instant discount
    which the shop offers today, 0 when none, and `offer` its terms, None when it has none.
    """

    shop_id: int
    district: int
    sector: str
    mcc: str
    sales_band: int
    marks: int = 0
    benefit_plus_bp: int = 0
    trade: int = 0
    offer: OfferTerms | None = None


NO_SHOP: Final = ShopFacts(0, 0, "", "", 0)
"""Stands where a shop would be when money moves without one, as at a top-up."""


class MemberFacts(NamedTuple):
    """What a rule may know of a member: district of residence, year of birth, verified level.

    `joined_day` is the day of joining as days since 1970-01-01 on the city's calendar; 0 for a
    member of whom it is not known.
    """

    district: int
    birth_year: int
    level: int
    joined_day: int = 0


class Occasion(NamedTuple):
    """One payment as a rule sees it. Amounts are whole won, instants microseconds since 1970 UTC.

    `amount_won` is the price after the instant discount; `earning_won` the part of it that is not
    paid with cashback or an allowance; `month_net_won` the member's net earning payments of this
    month before this one, all cards together; `counters` the member's sums, of this month and of
    ever, that caps and tallies look at (an absent key is zero); `budget_left` what is left of each
    budget line by its id, of all lines in `RulesInForce.line_ids`; `used_won` what each rule that
    ends with a sum has paid so far, by rule id, and of each release, by the name of its account
    (absent is zero). `elsewhere_won` is what other
    engines have left of a line (absent is zero): it cannot be paid from here, but counts for
    announced levels.
    """

    at_us: int
    amount_won: int
    earning_won: int
    month_net_won: int
    shop: ShopFacts
    member: MemberFacts
    channel: int
    budget_left: Mapping[int, int]
    counters: Mapping[str, int] = {}
    used_won: Mapping[int, int] = {}
    elsewhere_won: Mapping[int, int] = {}
