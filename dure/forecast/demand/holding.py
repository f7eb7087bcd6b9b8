"""Which share of a city's payments a rule holds for, by asking the rule's own conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.mix import ShopClass, ShopMix
from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.document import RuleDocument
from dure.policy.eligibility import Eligibility, NotEligible, conditions
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import NOT_CHOSEN, Choose, Kind
from dure.policy.occasions import NO_SHOP, MemberFacts, Occasion

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MONDAY_US: Final = 4 * DAY_US - SEOUL_OFFSET_US
"""Midnight of Monday, 1970-01-05, in the city."""
_NOON_US: Final = _MONDAY_US + 2 * DAY_US + DAY_US // 2
_HOURS: Final = (
    6, 4, 2, 1, 1, 2, 6, 14, 24, 38, 50, 66, 78, 62, 52, 54, 58, 68, 80, 78, 60, 42, 26, 14,
)  # fmt: skip
"""How a day's won are spread over its hours; assumed, only the proportions count."""
_OF_TIME: Final = {NotEligible.WEEKDAY, NotEligible.HOUR}
_NOT_OF_CLASSES: Final = {*_OF_TIME, NotEligible.PAYMENT_MIN, NotEligible.MEMBER_JOINED}


def choices(document: RuleDocument, mix: ShopMix) -> Ints:
    """(C,): the variant of the rule that holds for each class, `NOT_CHOSEN` where none does."""
    kind: Kind[Any] = KINDS[document.kind]
    held = _holds(document.eligibility, mix, kind.at_shop)
    line_ids = {name: place for place, name in enumerate(document.line_names, 1)}
    steps = kind.numbers(document.terms).steps if kind.numbers else ()
    if kind.choose is None or steps:
        return np.where(held, 0, NOT_CHOSEN).astype(np.int64)
    choose = kind.choose(document.terms, line_ids)
    chosen = [
        _choice(choose, one, mix.ticket_won) if holds else NOT_CHOSEN
        for one, holds in zip(mix.classes, held, strict=True)
    ]
    return np.array(chosen, dtype=np.int64)


def _choice(choose: Choose, one: ShopClass, won: int) -> int:
    occasion = Occasion(_NOON_US, won, won, 0, one.shop, one.member, one.channel, {})
    left: Mapping[int, int] = {}
    return choose(occasion, left)


@lru_cache(maxsize=256)
def _holds(asked: Eligibility, mix: ShopMix, at_shop: bool) -> NDArray[np.bool_]:
    """(C,): whether everything holds that is asked of the shop, the member and the channel."""
    tests = [holds for reason, holds in conditions(asked) if reason not in _NOT_OF_CLASSES]
    won = mix.ticket_won
    return np.array(
        [
            all(
                holds(one.shop if at_shop else NO_SHOP, one.member, one.channel, _NOON_US, won)
                for holds in tests
            )
            for one in mix.classes
        ],
        dtype=np.bool_,
    )


def by_weekday(asked: Eligibility, ticket_won: int) -> Floats:
    """(7,), Monday first: the share of a day's payments at the hours and of the size asked for.

    Payments are spread exponentially around the mean ticket; the won of those from a least price
    on are what counts.
    """
    only = replace(Eligibility(), weekdays=asked.weekdays, hours=asked.hours)
    tests = [holds for _, holds in conditions(only)]
    member, weights = MemberFacts(0, 2000, 0), np.array(_HOURS, dtype=float)
    shares = np.zeros(7)
    for weekday in range(7):
        for half_hour in range(48):
            at_us = _MONDAY_US + weekday * DAY_US + half_hour * DAY_US // 48 + 1
            if all(holds(NO_SHOP, member, 1, at_us, 0) for holds in tests):
                shares[weekday] += weights[half_hour // 2] / 2
    least = asked.payment_won_min / ticket_won
    return np.asarray(shares / weights.sum() * (1 + least) * math.exp(-least))
