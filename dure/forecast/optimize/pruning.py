"""Ladders without the rungs that nobody will ever stand on: what is announced should be short."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.optimize.courses import Course, Stretch
from dure.forecast.optimize.ladders import clamped
from dure.forecast.optimize.measuring import City, spent_of

_FUTURES: Final = 200
_ROOM: Final = 1.03
"""A rung stays when a future comes within three hundredths of its level."""


def pruned(course: Course, city: City, seed: int, step_most_bp: int) -> Course:
    """The course without the upper rungs that the money does not reach in any future."""
    if not any(len(stretch.rungs) > 1 for stretch in course.stretches):
        return course
    projection = city.project(city.rules_of(course), _FUTURES, seed)
    most_won = _most_left(city, spent_of(projection, city.money))
    stretches = []
    for stretch in course.stretches:
        days = slice(stretch.from_day - city.first_day, stretch.until_day - city.first_day)
        stretches.append(_reachable(stretch, int(most_won[days].max() * _ROOM)))
    return replace(course, stretches=clamped(stretches, city.money, step_most_bp))


def _most_left(city: City, spent: NDArray[np.int64]) -> NDArray[np.int64]:
    """(days,): the most that is left at the start of each day, with what comes on it."""
    count = spent.shape[1]
    given = np.full(count, city.money.left_won, dtype=np.int64)
    for day, won in city.money.later:
        given[day - city.first_day :] += won
    gone = np.cumsum(spent, axis=1).min(axis=0)
    return np.asarray(given - np.append(0, gone[:-1]))


def _reachable(stretch: Stretch, most_won: int) -> Stretch:
    rungs = tuple(rung for rung in stretch.rungs if rung.left_from_won <= most_won)
    return replace(stretch, rungs=rungs or stretch.rungs[-1:])
