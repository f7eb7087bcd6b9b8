"""A course: the dated terms of a plan, before they are written down as rule documents.

A stretch of days has either brackets that hold whatever happens, or an announced ladder whose rate
follows what the money has left. Levels are of all lines of the plan together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from dure.forecast.demand.days import day_of_number
from dure.forecast.results import PlanStep


class Bracket(NamedTuple):
    """The rate for the month's net payments from `from_won` to before `below_won` (None: open)."""

    from_won: int
    below_won: int | None
    rate_bp: int


class Rung(NamedTuple):
    """The rate while the plan's money has at least `left_from_won` left."""

    left_from_won: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The terms from `from_day` to before `until_day` (days since 1970-01-01).

    `rungs` go from the highest level down to 0; without rungs `brackets` hold. `cap_won` is the
    month's net payments up to which anything is earned; None where there is no end.
    """

    from_day: int
    until_day: int
    brackets: tuple[Bracket, ...] = ()
    rungs: tuple[Rung, ...] = ()
    cap_won: int | None = None

    @property
    def rates_bp(self) -> tuple[int, ...]:
        """The rates of the first bracket that may hold, highest first."""
        if self.rungs:
            return tuple(rung.rate_bp for rung in self.rungs)
        return (self.brackets[0].rate_bp,)

    def rate_bp(self, left_won: int) -> int:
        """The rate of the first bracket when so much money is left."""
        for rung in self.rungs:
            if left_won >= rung.left_from_won:
                return rung.rate_bp
        return self.rates_bp[-1]


@dataclass(frozen=True, slots=True)
class Course:
    """A plan's terms from its first day to its last. `shape` names the family that it is of.

    `band_most` is the highest band of yearly sales at which it holds; None where it leaves
    that as it is.
    """

    shape: str
    stretches: tuple[Stretch, ...]
    band_most: int | None = None

    @property
    def first(self) -> Stretch:
        return self.stretches[0]

    @property
    def rate_least_bp(self) -> int:
        """The lowest rate of a first bracket that it can ever come to."""
        return min(rate for stretch in self.stretches for rate in stretch.rates_bp)

    @property
    def rate_most_bp(self) -> int:
        """The highest rate of a first bracket that it can ever come to."""
        return max(rate for stretch in self.stretches for rate in stretch.rates_bp)


def step_most_bp(
    course: Course,
    before_bp: int | None,
    left_won: int,
    later: Sequence[tuple[int, int]] = (),
) -> int:
    """The largest step between two rates that can follow each other, whatever happens.

    `before_bp` is the rate of the day before the course begins, when there is one, `left_won` what
    the money has then, `later` what comes on which day. Between two stretches every level of both
    is tried, so no future can meet a larger step.
    """
    steps = [0]
    if before_bp is not None:
        steps.append(abs(course.first.rate_bp(left_won) - before_bp))
    for stretch in course.stretches:
        steps += [above - below for above, below in pairwise(stretch.rates_bp)]
    for one, other in pairwise(course.stretches):
        come_won = sum(won for day, won in later if day == other.from_day)
        steps += [
            abs(other.rate_bp(max(0, won + come_won)) - one.rate_bp(won))
            for won in _levels(one, other, come_won)
        ]
    return max(steps)


def _levels(one: Stretch, other: Stretch, come_won: int) -> Iterator[int]:
    """What may be left before a change of terms, one amount for every combination of rungs."""
    yield 0
    for stretch, more in ((one, 0), (other, come_won)):
        for rung in stretch.rungs:
            yield max(0, rung.left_from_won - more)
            yield max(0, rung.left_from_won - more - 1)


def steps_of(course: Course) -> list[PlanStep]:
    """The course as it is told; a ladder gives a step for each rung."""
    return [step for stretch in course.stretches for step in _steps(stretch)]


def _steps(stretch: Stretch) -> Sequence[PlanStep]:
    day = day_of_number(stretch.from_day).isoformat()
    if stretch.rungs:
        return [
            PlanStep(
                from_day=day,
                brackets=[(0, rung.rate_bp)],
                cap_won=stretch.cap_won,
                left_from_won=rung.left_from_won,
            )
            for rung in stretch.rungs
        ]
    brackets = [(bracket.from_won, bracket.rate_bp) for bracket in stretch.brackets]
    return [PlanStep(from_day=day, brackets=brackets, cap_won=stretch.cap_won)]
