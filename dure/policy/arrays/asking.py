"""Turns conditions and choices into tables by asking the rule's own functions, once for each case.

So a kind needs no second text of what it looks at: whatever depends on the shop and the channel,
the member, or the minute of the week alone is asked for every such case that the population has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.arrays.layout import CHANNELS, MINUTES_OF_WEEK
from dure.policy.compiled import CompiledRule
from dure.policy.eligibility import Condition, NotEligible
from dure.policy.kinds.kind import NOT_CHOSEN
from dure.policy.kinds.numbers import Numbers
from dure.policy.occasions import NO_SHOP, MemberFacts, Occasion, ShopFacts

OF_SHOP: Final = frozenset(
    {
        NotEligible.SHOP_DISTRICT,
        NotEligible.NOT_BENEFIT_PLUS,
        NotEligible.SALES_BAND,
        NotEligible.AREA_MARK,
        NotEligible.TRADE,
        NotEligible.MCC,
        NotEligible.SECTOR,
    }
)
OF_MEMBER: Final = frozenset(
    {NotEligible.MEMBER_DISTRICT, NotEligible.MEMBER_LEVEL, NotEligible.MEMBER_BIRTH_YEAR}
)
OF_CHANNEL: Final = frozenset({NotEligible.CHANNEL})
OF_WEEK: Final = frozenset({NotEligible.WEEKDAY, NotEligible.HOUR})
AS_NUMBERS: Final = frozenset({NotEligible.PAYMENT_MIN, NotEligible.MEMBER_JOINED})
"""What the machine code compares itself, for every payment."""

_NOBODY: Final = MemberFacts(0, 0, 0)
_MONDAY_US: Final = 4 * DAY_US - SEOUL_OFFSET_US
"""The first midnight of a Monday in the city after 1970-01-01, a Thursday."""
_MINUTE_US: Final = 60_000_000


class NotInNumbersError(Exception):
    """A rule looks at something that machine code cannot: it must be asked for every payment."""


class _ShopAlone:
    """An occasion of which the shop and the channel are known; asking for more raises."""

    def __init__(self, shop: ShopFacts, channel: int, counters: Mapping[str, int] | None) -> None:
        self.shop = shop
        self.elsewhere_won: Mapping[int, int] = {}
        self.asks_channel = False
        self._channel = channel
        self._counters = counters

    @property
    def channel(self) -> int:
        self.asks_channel = True
        return self._channel

    def __getattr__(self, name: str) -> NoReturn:
        raise NotInNumbersError(f"its choice looks at {name}")

    @property
    def counters(self) -> Mapping[str, int]:
        if self._counters is None:
            raise NotInNumbersError("its choice looks at the member's sums")
        return self._counters


class _NoLines(Mapping[int, int]):
    """Asking what a line has left raises."""

    def __getitem__(self, line_id: int) -> NoReturn:
        raise NotInNumbersError("its choice looks at what a budget line has left")

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _asked(rule: CompiledRule, reasons: frozenset[NotEligible]) -> tuple[Condition, ...]:
    return tuple(holds for reason, holds in rule.conditions if reason in reasons)


def refuse_unknown_conditions(rule: CompiledRule) -> None:
    """Raises NotInNumbersError when the rule asks for something that has no table here."""
    known = OF_SHOP | OF_MEMBER | OF_CHANNEL | OF_WEEK | AS_NUMBERS
    unknown = [str(reason) for reason, _ in rule.conditions if reason not in known]
    if unknown:
        raise NotInNumbersError(f"its eligibility asks for {unknown[0]}")


def choices(rule: CompiledRule, numbers: Numbers, shops: Sequence[ShopFacts]) -> NDArray[np.int32]:
    """(shop, channel) to the rule's choice there; `NOT_CHOSEN` where it does not hold.

    Where it depends on what a line has left or on stamps, 0 stands for every choice. Raises
    NotInNumbersError when it depends on more than the shop, the channel and what `numbers` says.
    """
    of_shop, of_channel = _asked(rule, OF_SHOP), _asked(rule, OF_CHANNEL)
    channels = [
        channel
        for channel in range(CHANNELS)
        if all(holds(NO_SHOP, _NOBODY, channel, 0, 0) for holds in of_channel)
    ]
    found = np.full((len(shops), CHANNELS), NOT_CHOSEN, np.int32)
    for place, shop in enumerate(shops):
        if all(holds(shop, _NOBODY, 0, 0, 0) for holds in of_shop):
            if numbers.steps or numbers.stamps:
                found[place, channels] = 0
                continue
            for channel in channels:
                found[place, channel], once = _choice(rule, numbers, shop, channel)
                if once:
                    found[place, channels] = found[place, channel]
                    break
    return found


def _choice(
    rule: CompiledRule, numbers: Numbers, shop: ShopFacts, channel: int
) -> tuple[int, bool]:
    """The choice, and whether it is the same in every channel."""
    has_offer = numbers.at_offer_times and shop.offer is not None
    asked = shop._replace(offer=None) if has_offer else shop
    occasion = _ShopAlone(asked, channel, None if numbers.times_max is None else {})
    choice = rule.choice(cast(Occasion, occasion), _NoLines())
    return choice, not occasion.asks_channel


def traits(rule: CompiledRule, members: Sequence[MemberFacts]) -> NDArray[np.bool_] | None:
    """For each member whether all that the rule asks of members holds; None when it asks none."""
    asked = _asked(rule, OF_MEMBER)
    if not asked:
        return None
    held = (all(holds(NO_SHOP, member, 0, 0, 0) for holds in asked) for member in members)
    return np.fromiter(held, np.bool_, len(members))


def minutes_of_week(rule: CompiledRule) -> NDArray[np.bool_] | None:
    """For each minute from Monday 0:00 whether the rule holds; None when it always does."""
    asked = _asked(rule, OF_WEEK)
    if not asked:
        return None
    instants = (_MONDAY_US + minute * _MINUTE_US for minute in range(MINUTES_OF_WEEK))
    held = (all(holds(NO_SHOP, _NOBODY, 0, at_us, 0) for holds in asked) for at_us in instants)
    return np.fromiter(held, np.bool_, MINUTES_OF_WEEK)
