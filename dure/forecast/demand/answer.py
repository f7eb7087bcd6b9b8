"""Payments: their level, members, calendar, shocks, and the lagged answer to the felt rate.

The logarithm of a day's payments is

    level + power x log(settled members) + S(first x (felt + (ratio - 1) x adapted))
        + calendar + shocks + wandering level

with S the saturation of active members (`saturated`), and where `adapted` is the trailing mean of
the felt rate and `settled` that of members. A published sum over a stretch of days measures the sum
of the days' exponentials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from dure.forecast.demand.days import COLUMNS, PRIOR_MEAN, PRIOR_SD
from dure.forecast.demand.history import Paid, Shock
from dure.forecast.demand.posted import trailing
from dure.forecast.demand.priors import (
    ACTIVE_SHARE,
    BEFORE_LAUNCH_SD,
    DAILY_SD,
    KNOT_DAYS,
    LEARNING_DAYS,
    LEVEL_STAYS,
    YOUNG_DAYS,
    YOUNG_TIMES,
    Priors,
)
from dure.forecast.demand.solve import Belief, between_knots, drifting_root, settle

Floats = NDArray[np.float64]

LEVEL, POWER, FIRST, RATIO, LAG, SETTLING = range(6)
CALENDAR: Final = slice(6, 6 + COLUMNS)
LAUNCH: Final = slice(6 + COLUMNS, 8 + COLUMNS)
FIXED: Final = 8 + COLUMNS
"""Values before the shocks and, after them, the knots of the wandering level. Those of the launch:
what payments were lower by before the first cashback, and what a programme gains as it becomes
known."""
_NUDGE: Final = 0.02
LONG_AGO: Final = -100_000


@dataclass(frozen=True, slots=True)
class Past:
    """The days of the past (T,) as the model sees them, and the figures that measure them.

    `launch` is the number of the day with the first cashback, far below 0 where that was long ago.
    """

    first_day: int
    felt: Floats
    members: Floats
    calendar: Floats
    paid: tuple[Paid, ...]
    shocks: tuple[Shock, ...]
    launch: int = LONG_AGO

    @property
    def members_scale(self) -> float:
        """Members that count as one: the last known."""
        return max(float(self.members[-1]), 1.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A belief about payments, for one size of the level's monthly moves."""

    belief: Belief
    step: float


def shock_columns(shocks: Sequence[Shock], days: NDArray[np.int64]) -> Floats:
    """(D, shocks): 1 on the days of each shock."""
    columns = np.zeros((len(days), len(shocks)))
    for place, shock in enumerate(shocks):
        columns[:, place] = (days >= shock.from_day) & (days < shock.until_day)
    return columns


def fit_answer(past: Past, priors: Priors, step: float, start: Floats | None = None) -> Answer:
    """The belief about payments after all figures, when the level moves by `step` a month."""
    count = len(past.felt)
    knots = between_knots(count, KNOT_DAYS)
    days = past.first_day + np.arange(count)
    shocks = shock_columns(past.shocks, days)
    launch = launch_columns(past, np.arange(count))
    linear = np.column_stack([past.calendar, launch, shocks, knots])
    mean, root = _prior(past, priors, step, knots.shape[1])
    measured = _Measured(past, linear, priors.active_part.mean)
    belief = settle(measured, mean, root, mean if start is None else start)
    return Answer(belief, step)


def _prior(past: Past, priors: Priors, step: float, knots: int) -> tuple[Floats, Floats]:
    typical = [np.log(p.won / (p.until_day - p.from_day)) for p in past.paid if p.won > 0]
    level = max(typical, default=np.log(1e8))
    beliefs = (priors.members_power, priors.log_first, priors.log_ratio, priors.log_lag_days,
               priors.log_settling_days)  # fmt: skip
    mean = np.concatenate(
        [[level], [b.mean for b in beliefs], PRIOR_MEAN, [0.0, priors.learned.mean],
         [s.log_change for s in past.shocks], np.zeros(knots)]
    )  # fmt: skip
    sds = np.concatenate(
        [
            [1.5],
            [b.sd for b in beliefs],
            PRIOR_SD,
            [BEFORE_LAUNCH_SD, priors.learned.sd],
            [max(s.error, 1e-3) for s in past.shocks],
        ]
    )
    root = np.zeros((len(mean), len(mean)))
    root[range(len(sds)), range(len(sds))] = 1 / sds
    steps = step * restless(past, np.arange(knots) * KNOT_DAYS)
    root[len(sds) :, len(sds) :] = drifting_root(LEVEL_STAYS, steps)
    return mean, root


def launch_columns(past: Past, number: NDArray[np.int64]) -> Floats:
    """(D, 2) for so many days of the past: before the launch or not; how far it is learned."""
    age = number - past.launch
    learned = -np.expm1(-np.maximum(age, 0) / LEARNING_DAYS)
    return np.column_stack([age < 0, learned]).astype(float)


def restless(past: Past, number: NDArray[np.int64]) -> Floats:
    """How many times more than a grown programme one wanders on so many days of its past."""
    age = np.maximum(number - past.launch, 0)
    return np.asarray(1 + (YOUNG_TIMES - 1) * np.exp(-age / YOUNG_DAYS))


class _Measured:
    """The figures' departures from what values say, and the derivatives."""

    def __init__(self, past: Past, linear: Floats, active_part: float) -> None:
        self._past = past
        self._active_part = active_part
        self._linear = linear
        self._spans = [
            (
                max(p.from_day - past.first_day, 0),
                p.until_day - past.first_day,
                np.log(p.won),
                float(np.hypot(p.error, DAILY_SD / np.sqrt(p.until_day - p.from_day))),
            )
            for p in past.paid
        ]

    def __call__(self, value: Floats) -> tuple[Floats, Floats]:
        logs, slopes = self._daily(value)
        errors = np.empty(len(self._spans))
        rows = np.empty((len(self._spans), len(value)))
        for place, (start, end, told, error) in enumerate(self._spans):
            part = logs[start:end]
            most = part.max()
            weights = np.exp(part - most)
            whole = weights.sum()
            errors[place] = (most + np.log(whole) - told) / error
            rows[place] = (weights / whole / error) @ slopes[start:end]
        return errors, rows

    def _daily(self, value: Floats) -> tuple[Floats, Floats]:
        past = self._past
        first, ratio = np.exp(np.clip(value[[FIRST, RATIO]], -6, 4))
        lag, settling = np.exp(np.clip(value[[LAG, SETTLING]], 0, 6.5))
        adapted = trailing(past.felt, lag)
        settled = log_settled(past.members, settling, past.members_scale)
        wish = first * (past.felt + (ratio - 1) * adapted)
        answer, slope = saturated(wish, self._active_part)
        logs = value[LEVEL] + value[POWER] * settled + answer + self._linear @ value[6:]
        later = (trailing(past.felt, lag * np.exp(_NUDGE)) - adapted) / _NUDGE
        slower = log_settled(past.members, settling * np.exp(_NUDGE), past.members_scale)
        own = np.column_stack(
            [
                np.ones(len(logs)),
                settled,
                slope * wish,
                slope * first * ratio * adapted,
                slope * first * (ratio - 1) * later,
                value[POWER] * (slower - settled) / _NUDGE,
            ]
        )
        return logs, np.concatenate([own, self._linear], axis=1)


def log_settled(members: Floats, settling_days: float, scale: float) -> Floats:
    """(T,): logarithm of the members who have taken up their habits, over `scale`."""
    return np.log(np.maximum(trailing(members, settling_days), 1.0) / scale)


def wished(value: Floats, felt: Floats) -> Floats:
    """(T,): the answer to the felt rate in logarithms of payments, were there no saturation."""
    first, ratio, lag = np.exp(value[[FIRST, RATIO, LAG]])
    return np.asarray(first * (felt + (ratio - 1) * trailing(felt, lag)))


def saturated(wish: Floats, active_part: Floats | float) -> tuple[Floats, Floats]:
    """The answer in logarithms of payments, and its derivative by what is wished.

    Its active part moves the share of members who pay, on the logistic scale: from 62% it can fall
    far and rise little. At the reference rate a small wish is answered whole.
    """
    start = np.log(ACTIVE_SHARE / (1 - ACTIVE_SHARE))
    share = expit(start + active_part * wish / (1 - ACTIVE_SHARE))
    answer = (1 - active_part) * wish + np.log(share / ACTIVE_SHARE)
    slope = (1 - active_part) + active_part * (1 - share) / (1 - ACTIVE_SHARE)
    return np.asarray(answer), np.asarray(slope)


def wandering(value: Floats, past: Past) -> Floats:
    """(T,): the wandering level, with what the launch and its learning brought."""
    count = len(past.felt)
    knots = between_knots(count, KNOT_DAYS)
    launched = launch_columns(past, np.arange(count)) @ value[LAUNCH]
    return np.asarray(launched + knots @ value[len(value) - knots.shape[1] :])


def last_level(value: Floats, past: Past, active_part: float) -> float:
    """The logarithm of a day's payments at the past's end, without the calendar and shocks."""
    settling = float(np.exp(value[SETTLING]))
    settled = log_settled(past.members, settling, past.members_scale)[-1]
    return float(
        value[LEVEL]
        + value[POWER] * settled
        + saturated(wished(value, past.felt), active_part)[0][-1]
        + wandering(value, past)[-1]
    )
