"""The chance that futures meet, drawn ahead so that every plan meets the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.answer import launch_columns, shock_columns
from dure.forecast.demand.days import calendar_columns
from dure.forecast.demand.demand import Demand
from dure.forecast.demand.priors import JOIN_STAYS, JOIN_STEP, KNOT_DAYS, LEVEL_STAYS

Floats = NDArray[np.float64]

_TAILS: Final = 5.0
"""Degrees of freedom of the monthly moves: now and then something large and unannounced comes."""


@dataclass(frozen=True, slots=True)
class Chance:
    """(N, D) logarithms for each day: the wandering level with what is learned, that of joining,
    the calendar with the shocks, and the day's own noise."""

    wander: Floats
    join_wander: Floats
    calendar: Floats
    noise: Floats


def chance(demand: Demand, days: NDArray[np.int64], futures: int, seed: int) -> Chance:
    """The chance of the days for so many futures; the same first days, however many follow."""
    key = (int(days[0]), int(days[-1]), futures, seed)
    kept = demand.chances.get(key)
    if not isinstance(kept, Chance):
        if len(demand.chances) > 4:
            demand.chances.clear()
        kept = demand.chances[key] = _drawn(demand, days, futures, seed)
    return kept


def _drawn(demand: Demand, days: NDArray[np.int64], futures: int, seed: int) -> Chance:
    drawn = demand.drawn(futures, seed)
    ahead = np.maximum(days - demand.past_until_day, 0)
    knots = int(ahead[-1]) // KNOT_DAYS + 2
    wander = _path(drawn.wander, drawn.wander_step, LEVEL_STAYS, knots, [seed, 2])
    joins = _path(drawn.join_wander, np.full(futures, JOIN_STEP), JOIN_STAYS, knots, [seed, 3])
    calendar = drawn.calendar @ calendar_columns(days).T
    calendar += drawn.shocks @ shock_columns(demand.past.shocks, days).T
    rng = np.random.default_rng([seed, 4])
    noise = rng.standard_normal((len(days), futures)).T * demand.daily_sd
    learned = drawn.launch @ launch_columns(demand.past, days - demand.past.first_day).T
    return Chance(_between(wander, ahead) + learned, _between(joins, ahead), calendar, noise)


def _path(start: Floats, step: Floats, stays: float, knots: int, seed: list[int]) -> Floats:
    """(N, knots): a level that returns to 0 and moves with heavy tails, from its start."""
    rng = np.random.default_rng(seed)
    moves = rng.standard_t(_TAILS, (knots, len(start))) * np.sqrt((_TAILS - 2) / _TAILS)
    path = np.empty((len(start), knots))
    level = start
    for knot in range(knots):
        path[:, knot] = level
        level = stays * level + step * moves[knot]
    return path


def _between(path: Floats, ahead: NDArray[np.int64]) -> Floats:
    lower, rest = ahead // KNOT_DAYS, ahead % KNOT_DAYS / KNOT_DAYS
    return np.asarray(path[:, lower] * (1 - rest) + path[:, lower + 1] * rest)
