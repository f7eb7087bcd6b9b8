"""Announced ladders that keep a plan on its way: levels from what the rest of the days will cost.

Note [Levels]
A ladder pays a rate while the money that is left would pay that rate for what lies beyond a point
of its stretch. Each stretch has levels of its own, all published beforehand: whoever knows what
is left knows the rate. What was spent too fast lowers the rate at once; what was saved raises it
when the next stretch begins.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

from dure.forecast.demand.days import day_number, day_of_number
from dure.forecast.optimize.courses import Rung, Stretch
from dure.forecast.optimize.money import Money
from dure.forecast.optimize.needs import Needs, rate_for

LEVEL_STEP_WON: Final = 10_000_000
"""Levels are told in steps of ten million won."""
_REACHED: Final = 0.7
"""A level counts as out of reach when even this part of the cheapest spending leads below it."""


class Grain(StrEnum):
    """How often a plan's terms are set anew; `CLOSING` by months, and the last month in parts."""

    MONTHS = "months"
    CLOSING = "closing"
    HALVES = "halves"
    WEEKS = "weeks"


_STARTS: Final = {
    Grain.MONTHS: (1,),
    Grain.CLOSING: (1,),
    Grain.HALVES: (1, 16),
    Grain.WEEKS: (1, 8, 16, 24),
}
_CLOSING: Final = (1, 8, 16, 22, 27)


def starts_of(
    first_day: int, last_day: int, grain: Grain, comings: Sequence[int] = ()
) -> list[int]:
    """The days on which terms begin: the first, the grain's, and those on which money comes."""
    first, last = day_of_number(first_day), day_of_number(last_day)
    starts = {first_day, *(day for day in comings if first_day < day <= last_day)}
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        closes = grain is Grain.CLOSING and (year, month) == (last.year, last.month)
        for day in _CLOSING if closes else _STARTS[grain]:
            if day <= calendar.monthrange(year, month)[1]:
                starts.add(day_number(date(year, month, day)))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return sorted(day for day in starts if first_day <= day <= last_day)


def ladder_stretches(
    needs: Needs,
    money: Money,
    starts: Sequence[int],
    rates_bp: Sequence[int],
    cap_won: int | None,
    *,
    within: float,
    margin: float,
    tilt: float = 0.0,
    reserve: float = 1.0,
) -> tuple[Stretch, ...]:
    """A stretch from each start with a rung for each rate (highest first); see Note [Levels].

    `within` says which point of a stretch is looked from, 0 its beginning and 1 its end; `margin`
    is how many times the expected cost must be left. Costs are those of a rate that was paid
    all along, to which demand has come used; a rate that is new costs less when it is higher than
    before, and more when it is lower. By `tilt`, a power, levels are bent so around the rate that
    the money can pay from the first day to the last. `reserve` is how many times the cost of the
    lowest rate, from the stretch's first day to the end, must be left for any higher one; with
    demand as it is at the rate that can be paid all along, for it falls more slowly than a rate.
    """
    base_bp = rate_for(needs, money.whole_won, rates_bp)
    stretches = []
    for start, until in pairwise([*starts, needs.until_day]):
        point = start + round(within * (until - start))
        least_won = reserve * needs.held_back_won(base_bp, start, money) * rates_bp[-1] / base_bp
        levels = [
            _rounded(
                max(
                    least_won,
                    margin * (base_bp / rate) ** tilt * needs.held_back_won(rate, point, money),
                )
            )
            for rate in rates_bp
        ]
        reach_won = _reach_won(needs, money, start, rates_bp[-1])
        rungs = _falling(levels, rates_bp, reach_won)
        stretches.append(Stretch(start, until, rungs=rungs, cap_won=cap_won))
    return tuple(stretches)


def clamped(stretches: Sequence[Stretch], money: Money, step_most_bp: int) -> tuple[Stretch, ...]:
    """The stretches with levels raised or lowered until no day brings a larger step than allowed.

    A rung of the later stretch may only be reached with money with which the earlier one pays a
    rate no further away. Money that comes on the first day of the later stretch is counted.
    """
    kept = [stretches[0]]
    for stretch in stretches[1:]:
        before = kept[-1]
        come = sum(won for day, won in money.later if day == stretch.from_day)
        levels, rates = [], []
        for rung in stretch.rungs:
            low = _least_level(before, rung.rate_bp - step_most_bp)
            high = _least_level(before, rung.rate_bp + step_most_bp)
            if low is None:
                continue
            level = max(rung.left_from_won, low + come if low else 0)
            levels.append(level if high is None else min(level, max(high + come, 0)))
            rates.append(rung.rate_bp)
        rungs = _falling(levels, rates, 1 << 62)
        kept.append(Stretch(stretch.from_day, stretch.until_day, (), rungs, stretch.cap_won))
    return tuple(kept)


def _least_level(stretch: Stretch, rate_bp: int) -> int | None:
    """The least money with which a stretch pays at least the rate; None where it never does."""
    able = [rung.left_from_won for rung in stretch.rungs if rung.rate_bp >= rate_bp]
    return min(able, default=None)


def _falling(levels: Sequence[int], rates_bp: Sequence[int], reach_won: float) -> tuple[Rung, ...]:
    """Rungs with falling levels; those out of reach and those that are never stood on fall away."""
    rungs: list[Rung] = []
    for place, (level, rate) in enumerate(zip(levels, rates_bp, strict=True)):
        is_last = place == len(rates_bp) - 1
        if is_last:
            level = 0  # noqa: PLW2901
        elif level > reach_won and not rungs:
            continue
        if rungs and level >= rungs[-1].left_from_won:
            if not is_last:
                continue
            rungs.pop()
        rungs.append(Rung(level, rate))
        if level == 0:
            break
    return tuple(rungs)


def _reach_won(needs: Needs, money: Money, day: int, rate_bp: int) -> float:
    """The most that can be left on a day when no less than the lowest rate was paid until then."""
    come = sum(won for at, won in money.later if at <= day)
    if day == needs.first_day:
        return float(money.left_won + come)
    return money.left_won + come - _REACHED * needs.won(rate_bp, needs.first_day, day)


def _rounded(won: float) -> int:
    return -(-int(won) // LEVEL_STEP_WON) * LEVEL_STEP_WON
