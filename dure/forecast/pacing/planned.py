"""The planned burn of a line: every sum that it is given, spread over the days it is meant for.

Note [Planned burn]
What a line is given on a day is meant for the days until more is released, or to the line's planned
last day where nothing more is. It is spread over them in proportion to how much a day is spent on
as a rule (season, weekday, holidays), in whole won without a rest. So a line that is released by
the month is planned by the month, and a supplement raises the plan from its day on. What is taken
away lowers it in the same way.

Note [Allowed band]
Burn may differ from the plan by a tenth of what is planned so far, at first by a fiftieth of the
year's money at least, and towards the last day by less, down to a twentieth. The band never ends
below nothing nor above what the line has been given by the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

_BAND_BP: Final = 1_000
_BAND_LAST_BP: Final = 500
_BAND_LEAST_BP: Final = 200
_WHOLE_BP: Final = 10_000
_RECENT_DAYS: Final = 28
EVEN_WEIGHT: Final = 1_000
"""The weight of a day that is like the mean."""


@dataclass(frozen=True, slots=True)
class Given:
    """So much comes to a line at the start of a day; less than nothing where it is taken away."""

    day: int
    won: int


@dataclass(frozen=True, slots=True)
class LineBurn:
    """One line over its year: days are numbers since 1970-01-01.

    `given` in the order of days, those to come as planned; `release_days` those on which more is
    released; `spent` each day's won from `first_day` on, as far as days are over.
    """

    first_day: int
    last_day: int
    given: tuple[Given, ...]
    release_days: tuple[int, ...]
    spent: tuple[int, ...]

    @property
    def days(self) -> range:
        return range(self.first_day, self.last_day + 1)

    @property
    def actual(self) -> list[int]:
        """Cumulative won of the days that are over."""
        return list(accumulate(self.spent))

    @property
    def total_won(self) -> int:
        """What the line is given in its year."""
        return sum(one.won for one in self.given)


def planned(burn: LineBurn, weights: Sequence[int]) -> list[int]:
    """Cumulative planned won for each day of the year; Note [Planned burn].

    `weights` has a whole number above 0 for each day, as `EVEN_WEIGHT` where all are alike.
    """
    heights = list(accumulate(weights, initial=0))
    plan = [0] * len(burn.days)
    for one in burn.given:
        start = max(one.day, burn.first_day) - burn.first_day
        if start >= len(plan):
            continue
        until = min((d for d in burn.release_days if d > one.day), default=burn.last_day + 1)
        end = max(start + 1, min(until - burn.first_day, len(plan)))
        whole = heights[end] - heights[start]
        for place in range(start, len(plan)):
            part = heights[min(place + 1, end)] - heights[start]
            plan[place] += one.won * part // whole
    return plan


def recent_pace(burn: LineBurn, weights: Sequence[int]) -> float:
    """Won for each unit of weight in the last four weeks that are over, since there was money."""
    over = len(burn.spent)
    begun = min((one.day for one in burn.given), default=burn.first_day) - burn.first_day
    start = max(0, over - _RECENT_DAYS, min(begun, over - 1))
    passed = sum(weights[start:over])
    return sum(burn.spent[start:]) / passed if passed else 0.0


def available(burn: LineBurn) -> list[int]:
    """What the line has been given by each day, cumulative."""
    by_day = [0] * len(burn.days)
    for one in burn.given:
        place = max(one.day, burn.first_day) - burn.first_day
        if place < len(by_day):
            by_day[place] += one.won
    return list(accumulate(by_day))


def band(burn: LineBurn, plan: Sequence[int]) -> tuple[list[int], list[int]]:
    """(lowest, highest) allowed cumulative won for each day; Note [Allowed band]."""
    low, high = [], []
    count = len(plan)
    for place, (won, given) in enumerate(zip(plan, available(burn), strict=True)):
        taper = (_BAND_BP - _BAND_LAST_BP) * (place + 1) // count
        half = max(
            won * (_BAND_BP - taper) // _WHOLE_BP,
            burn.total_won * _BAND_LEAST_BP // _WHOLE_BP,
        )
        low.append(max(0, won - half))
        high.append(max(0, won, min(won + half, given)))
    return low, high
