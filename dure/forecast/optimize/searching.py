"""The search: coarse to fine, all plans on the same futures, the better ones on more of them.

Note [Rounds]
Every plan meets the same futures, so two plans differ by their terms and not by chance. The first
round tries the coarse grid on few futures; what is best for any of the goals goes on, with the
plans near to it, to a round with more. No clock and no chance decides anything: the same question
gives the same plans.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from dure.forecast.optimize.courses import Course
from dure.forecast.optimize.family import Choice, Ground, family_course, first_choices, nearby
from dure.forecast.optimize.keeping import breaches, sought, weight
from dure.forecast.optimize.measuring import City, Measured
from dure.forecast.optimize.refusals import StoppedError

Tell = Callable[[int, str, str], None]
"""Takes how far the work is (to 10,000) and what goes on, in Korean and in English."""


class Round(NamedTuple):
    """How many futures, how many plans go on for each goal, and how many plans near to them."""

    futures: int
    kept: int
    near: int


class Effort(NamedTuple):
    """How hard is searched: the rounds (two at least), whether they begin with a coarse grid, and
    on how many futures proposals are proved."""

    rounds: tuple[Round, ...]
    is_coarse: bool
    proof_futures: int


FULL: Final = Effort((Round(64, 6, 3), Round(128, 5, 1), Round(320, 4, 0)), False, 400)
QUICK: Final = Effort((Round(64, 3, 2), Round(128, 4, 0)), True, 300)
GOALS: Final = ("balanced", "citizens", "shops", "safest")
_PERIOD_WORTH: Final = 0.002
"""What one announced change of terms less is worth: a fifth of a hundredth of all else."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan that was tried: its course, what it came to, how far it is from what was sought."""

    choice: Choice
    course: Course
    measured: Measured
    off_bp: int


class Progress:
    """Tells how far a search is after each plan, and stops it when somebody asks for it."""

    def __init__(self, tell: Tell, stopped: Callable[[], bool], futures: int) -> None:
        self._tell, self._stopped = tell, stopped
        self._whole, self._done, self._told = max(1, futures), 0, -1

    def advance(self, futures: int, korean: str, english: str) -> None:
        """Counts what was done. Raises StoppedError."""
        if self._stopped():
            raise StoppedError("the search was stopped")
        self._done += futures
        share = min(9_900, self._done * 10_000 // self._whole)
        if share >= self._told + 50:
            self._told = share
            self._tell(share, korean, english)


def search(
    city: City,
    ground: Ground,
    before_bp: int | None,
    seed: int,
    progress: Progress,
    effort: Effort = FULL,
) -> list[list[Tried]]:
    """The plans tried in each round, in order. Raises StoppedError."""
    wanted = sought(ground.constraints)
    rounds = effort.rounds
    choices = first_choices(ground, is_coarse=effort.is_coarse)
    tried_rounds: list[list[Tried]] = []
    for place, one in enumerate(rounds):
        tried = []
        for choice, course in _distinct(choices, ground):
            measured = city.measure(course, one.futures, seed)
            off = weight(breaches(measured, course, wanted, ground.money, before_bp))
            tried.append(Tried(choice, course, measured, off))
            progress.advance(
                one.futures,
                f"{place + 1}/{len(rounds)}단계: 계획 {len(tried)}개를 미래 {one.futures}개로 비교",
                f"Round {place + 1} of {len(rounds)}: {len(tried)} plans on {one.futures} futures",
            )
        tried_rounds.append(tried)
        best = best_for_goals(tried, one.kept)
        choices = [t.choice for t in best]
        for t in best[: one.near * len(GOALS)]:
            choices += nearby(t.choice, ground)
    return tried_rounds


def _distinct(choices: Iterable[Choice], ground: Ground) -> list[tuple[Choice, Course]]:
    """Each course once, in the order in which the choices first gave it."""
    courses: dict[Course, Choice] = {}
    for choice in choices:
        courses.setdefault(family_course(choice, ground), choice)
    return [(choice, course) for course, choice in courses.items()]


def best_for_goals(tried: Sequence[Tried], kept: int) -> list[Tried]:
    """The best few for every goal, each once; whoever keeps what was sought comes first."""
    found: dict[Course, Tried] = {}
    for goal in GOALS:
        for one in sorted(tried, key=lambda t: (t.off_bp, -worth_of(t, goal)))[:kept]:
            found.setdefault(one.course, one)
    return list(found.values())


def worth(measured: Measured, goal: str) -> float:
    """How good a plan is for a goal; only to be compared with others on the same futures."""
    if goal == "citizens":
        return float(measured.citizens_won)
    if goal == "shops":
        return float(measured.shops_won)
    if goal == "safest":
        return measured.lasts_bp * 10.0 - measured.unspent_bp / 100
    # Balanced: a hundredth more for citizens counts as much as one for shops, and as one of risk.
    return _log(measured.citizens_won) + _log(measured.shops_won) + measured.lasts_bp / 10_000


def worth_of(tried: Tried, goal: str) -> float:
    """As `worth`; a plan that changes its terms less often is worth a little more."""
    return worth(tried.measured, goal) - (
        _PERIOD_WORTH * len(tried.course.stretches) if goal == "balanced" else 0.0
    )


def _log(won: int) -> float:
    return math.log(max(1, won))
