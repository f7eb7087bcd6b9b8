"""The plans that are tried: a few choices, each of which gives one course of dated terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, product
from typing import Final

from dure.forecast.optimize.courses import Bracket, Course, Stretch
from dure.forecast.optimize.ladders import Grain, clamped, ladder_stretches, starts_of
from dure.forecast.optimize.money import Money
from dure.forecast.optimize.needs import Needs, rate_for
from dure.forecast.results import Constraints

CAPS_WON: Final = (200_000, 300_000, 500_000, 700_000, 1_000_000)
RATE_STEP_BP: Final = 50
_MARGIN: Final = 1.1
_OTHER_MARGINS: Final = (1.0, 1.3)
_SLOPES_BP: Final = (-100, -50, 50, 100)
_TILT: Final = 0.3
"""Where the search for a ladder's tilt begins: about what demand still adds to its first answer."""
_TWO_BRACKETS_COST: Final = 0.85
"""About what half the rate in the upper half of a cap costs, against the whole rate: three tenths
of the won below a cap lie in its upper half. Only where the search begins depends on it."""


class Shape(StrEnum):
    """Families: terms that are fixed beforehand, and ladders that follow the money."""

    DATED = "dated"
    LADDER = "ladder"


@dataclass(frozen=True, slots=True)
class Choice:
    """What one plan is made of; `family_course` makes the course.

    `margin` is how many times the expected cost must be there. Of dated terms: `slope_bp` is the
    change of the rate from month to month, `two_brackets` halves the rate in the upper half of the
    cap. Of ladders: `gap_bp` lies between two rungs, `top_bp` is the highest, `within`, `tilt`,
    `reserve` and `grain` as in `ladders`.
    """

    shape: Shape
    cap_won: int | None
    margin: float
    slope_bp: int = 0
    two_brackets: bool = False
    gap_bp: int = 50
    top_bp: int = 0
    within: float = 0.6
    tilt: float = 0.0
    reserve: float = 1.25
    grain: Grain = Grain.MONTHS


@dataclass(frozen=True, slots=True)
class Ground:
    """What all courses of one search start from. `needs` has an entry for each cap."""

    constraints: Constraints
    first_day: int
    last_day: int
    money: Money
    needs: Mapping[int | None, Needs]
    band_most: int | None = None

    @property
    def comings(self) -> tuple[int, ...]:
        return tuple(day for day, _ in self.money.later)


def first_choices(ground: Ground, *, is_coarse: bool = False) -> list[Choice]:
    """The grid that a search begins with, in a fixed order; a coarse one is an eighth of it."""
    return [*_dated_choices(ground, is_coarse), *_ladder_choices(ground, is_coarse)]


def _dated_choices(ground: Ground, is_coarse: bool) -> Iterator[Choice]:
    for cap in ground.needs:
        yield Choice(Shape.DATED, cap, _MARGIN)
        if is_coarse:
            continue
        for margin in _OTHER_MARGINS:
            yield Choice(Shape.DATED, cap, margin)
        for slope in _SLOPES_BP:
            if abs(slope) <= ground.constraints.step_most_bp:
                yield Choice(Shape.DATED, cap, _MARGIN, slope)
        if cap is not None:
            yield Choice(Shape.DATED, cap, _MARGIN, two_brackets=True)


def _ladder_choices(ground: Ground, is_coarse: bool) -> Iterator[Choice]:
    grains = (Grain.CLOSING, Grain.WEEKS) if is_coarse else tuple(Grain)
    margins = (1.05,) if is_coarse else (1.0, 1.05)
    points = (0.5,) if is_coarse else (0.5, 0.65)
    for cap, margin, grain, within in product(ground.needs, margins, grains, points):
        yield Choice(
            Shape.LADDER, cap, margin, gap_bp=100, within=within, grain=grain, tilt=_TILT,
            top_bp=ground.constraints.rate_most_bp,
        )  # fmt: skip


def nearby(choice: Choice, ground: Ground) -> list[Choice]:
    """Choices that differ in one thing, a little: where a good plan is, a better one may be."""
    found = [
        replace(choice, margin=round(choice.margin * factor, 4))
        for factor in (0.97, 0.985, 1.015, 1.03)
    ]
    caps = sorted(ground.needs, key=lambda cap: cap or 1 << 62)
    place = caps.index(choice.cap_won)
    found += [replace(choice, cap_won=cap) for cap in caps[max(0, place - 1) : place + 2]]
    if choice.shape is Shape.LADDER:
        found += [replace(choice, grain=grain) for grain in Grain]
        found += [replace(choice, within=round(choice.within + by, 3)) for by in (-0.1, 0.1)]
        found += [replace(choice, tilt=round(choice.tilt + by, 3)) for by in (-0.15, 0.15, 0.3)]
        found += [replace(choice, reserve=reserve) for reserve in (1.0, 1.25, 1.5, 2.0)]
        found += [replace(choice, gap_bp=gap) for gap in (50, 100)]
        lower = choice.top_bp - 100
        if lower > ground.constraints.rate_least_bp:
            found.append(replace(choice, top_bp=lower))
    return [one for one in found if one != choice and _sensible(one)]


def _sensible(choice: Choice) -> bool:
    return 0.1 <= choice.within <= 1.0 and 0.0 <= choice.tilt <= 1.0


def family_course(choice: Choice, ground: Ground) -> Course:
    """The course of a choice."""
    if choice.shape is Shape.LADDER:
        return _ladder_course(choice, ground)
    return _dated_course(choice, ground)


def _ladder_course(choice: Choice, ground: Ground) -> Course:
    asked = ground.constraints
    rates = _rungs_bp(asked.rate_least_bp, choice.top_bp, min(choice.gap_bp, asked.step_most_bp))
    starts = starts_of(ground.first_day, ground.last_day, choice.grain, ground.comings)
    stretches = ladder_stretches(
        ground.needs[choice.cap_won], ground.money, starts, rates, choice.cap_won,
        within=choice.within, margin=choice.margin, tilt=choice.tilt,
        reserve=choice.reserve,
    )  # fmt: skip
    kept = clamped(stretches, ground.money, asked.step_most_bp)
    return Course(choice.shape.value, kept, ground.band_most)


def _rungs_bp(least_bp: int, most_bp: int, gap_bp: int) -> tuple[int, ...]:
    """Rates from the highest to the lowest, in even steps up from the lowest."""
    gap = max(1, gap_bp)
    return tuple(sorted(range(least_bp, max(most_bp, least_bp) + 1, gap), reverse=True))


def _dated_course(choice: Choice, ground: Ground) -> Course:
    needs, asked = ground.needs[choice.cap_won], ground.constraints
    rates = range(asked.rate_least_bp, asked.rate_most_bp + 1, 10)
    weight = _TWO_BRACKETS_COST if choice.two_brackets else 1.0
    base = rate_for(needs, ground.money.whole_won / choice.margin / weight, rates)
    starts = [ground.first_day]
    if choice.slope_bp:
        starts = starts_of(ground.first_day, ground.last_day, Grain.MONTHS)
    middle = (len(starts) - 1) / 2
    # The base is what an even rate would cost; sloping terms begin above it or below.
    steps = [base + round((place - middle) * choice.slope_bp) for place in range(len(starts))]
    steps = [max(asked.rate_least_bp, min(asked.rate_most_bp, _even(rate))) for rate in steps]
    stretches = [
        Stretch(start, until, _brackets(choice, rate), (), choice.cap_won)
        for (start, until), rate in zip(
            pairwise([*starts, ground.last_day + 1]), steps, strict=True
        )
    ]
    return Course(choice.shape.value, _merged(stretches), ground.band_most)


def _even(rate_bp: int) -> int:
    """The rate in steps that one would announce: tenths of a percent."""
    return rate_bp // 10 * 10


def _merged(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Stretches that follow each other with the same terms are one."""
    merged = [stretches[0]]
    for stretch in stretches[1:]:
        if stretch.brackets == merged[-1].brackets:
            merged[-1] = replace(merged[-1], until_day=stretch.until_day)
        else:
            merged.append(stretch)
    return tuple(merged)


def _brackets(choice: Choice, rate_bp: int) -> tuple[Bracket, ...]:
    if not choice.two_brackets or choice.cap_won is None:
        return (Bracket(0, choice.cap_won, rate_bp),)
    turn_won = choice.cap_won // 2
    return (
        Bracket(0, turn_won, rate_bp),
        Bracket(turn_won, choice.cap_won, max(1, rate_bp // 2)),
    )
