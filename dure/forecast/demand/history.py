"""What is known of a city's past: sums paid over stretches of days, members, rules that were in
force.

Stretches may be days, months or years, and may overlap: each is a measurement with an error of its
own, and the model weighs them. A city of our own gives one stretch for each day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from dure.forecast.demand.mix import ShopMix, general_mix
from dure.forecast.demand.spend import SHAPE
from dure.policy.document import RuleDocument


class Paid(NamedTuple):
    """Payments of the whole city from `from_day` to before `until_day`, in won.

    `error` is the relative standard error of the figure (0.002 for our own books, more for a
    rounded or derived one). Days are days since 1970-01-01 on the city's calendar.
    """

    from_day: int
    until_day: int
    won: int
    error: float = 0.002


class MembersAt(NamedTuple):
    """Members at the end of `day`; `error` as in `Paid`."""

    day: int
    members: int
    error: float = 0.002


class Joined(NamedTuple):
    """Members who joined from `from_day` to before `until_day`; `error` as in `Paid`."""

    from_day: int
    until_day: int
    members: int
    error: float = 0.01


class ActiveSeen(NamedTuple):
    """Won that an active member (one who pays at least once) spends in a month, on average, from
    `from_day` to before `until_day`."""

    from_day: int
    until_day: int
    won_each_month: float
    error: float = 0.05


class RateSeen(NamedTuple):
    """Incentive over payments that was measured from `from_day` to before `until_day`, in basis
    points; of all rules together."""

    from_day: int
    until_day: int
    rate_bp: float
    error: float = 0.03


class Shock(NamedTuple):
    """Something known that moves payments besides the rules: relief money, a grant, a closure.

    From `from_day` to before `until_day` payments are `log_change` higher in logarithms (0.1 is
    about a tenth), give or take `error` (one standard error). In the future as in the past.
    """

    from_day: int
    until_day: int
    log_change: float
    error: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class CityHistory:
    """A city's past as far as it is known; everything but the payments may be missing.

    `documents` are the rules that were in force, from the beginning; `people` how many could become
    members (14 years and older) when known. `open_day` is the first day on which anybody could
    pay. `spend_shape` is that of the gamma distribution of a month's spend over active members.
    """

    payments: tuple[Paid, ...]
    members: tuple[MembersAt, ...] = ()
    joined: tuple[Joined, ...] = ()
    documents: tuple[RuleDocument, ...] = ()
    mix: ShopMix = field(default_factory=general_mix)
    active: tuple[ActiveSeen, ...] = ()
    rates: tuple[RateSeen, ...] = ()
    shocks: tuple[Shock, ...] = ()
    people: int | None = None
    open_day: int | None = None
    spend_shape: float = SHAPE

    @property
    def until_day(self) -> int:
        """The first day of which no payment is known; 0 without payments."""
        return max((paid.until_day for paid in self.payments), default=0)
