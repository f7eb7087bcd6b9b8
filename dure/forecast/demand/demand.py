"""A fitted city: what is believed of its members and payments, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.adoption import FIXED as JOIN_FIXED
from dure.forecast.demand.adoption import Adoption
from dure.forecast.demand.answer import (
    CALENDAR,
    FIRST,
    FIXED,
    LAG,
    LAUNCH,
    LEVEL,
    POWER,
    RATIO,
    SETTLING,
    Answer,
    Past,
    launch_columns,
    restless,
    saturated,
    shock_columns,
)
from dure.forecast.demand.history import CityHistory
from dure.forecast.demand.priors import KNOT_DAYS, Normal, Priors
from dure.forecast.demand.solve import between_knots
from dure.forecast.results import Warned

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Parameters of N possible cities at the end of the known past, one entry for each.

    `elasticity_first` is the change of log payments with the log of the effective rate within the
    first month, `elasticity_full` after all have adapted, `lag_days` how long that takes.
    `adapted` and `settled` are where the trailing means stand, `wander` and `join_wander` where the
    wandering levels do, `wander_step` how far the first moves in a month. `spend_won` is what an
    active member spends in a month at the reference rate, `earning` the part of payments that
    earns. `past_log` (N, T) are the logarithms of the payments of each past day.
    """

    level: Floats
    power: Floats
    elasticity_first: Floats
    elasticity_full: Floats
    lag_days: Floats
    settling_days: Floats
    calendar: Floats
    shocks: Floats
    launch: Floats
    wander: Floats
    wander_step: Floats
    adapted: Floats
    settled: Floats
    join: Floats
    join_wander: Floats
    people: Floats
    spend_won: Floats
    active_part: Floats
    earning: Floats
    past_log: Floats
    past_spend_log: Floats


@dataclass(frozen=True, slots=True)
class Demand:
    """What `fit` believes. Draw from it with `drawn`; project it with `projection.project`.

    `until_day` is the first day of which no payment was known. `answers` are beliefs with their
    weights, `past` what they were fitted to, `news_level` how much news of rises is still about.
    `chances` keeps what projections have drawn, so that many plans cost one drawing.
    """

    history: CityHistory
    as_of_day: int
    until_day: int
    warnings: tuple[Warned, ...]
    past: Past
    answers: tuple[tuple[float, Answer], ...]
    adoption: Adoption | None
    spend: Normal
    active_part: Normal
    earning: Normal
    news_level: float
    daily_sd: float
    priors: Priors
    shape: float
    _kept: dict[tuple[int, int], Drawn] = field(default_factory=dict, compare=False, repr=False)
    chances: dict[tuple[int, int, int, int], object] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def past_until_day(self) -> int:
        """The first day after the past that was fitted."""
        return self.past.first_day + len(self.past.felt)

    @property
    def best(self) -> Answer:
        """The belief with the most weight."""
        return max(self.answers, key=lambda weighed: weighed[0])[1]

    def drawn(self, futures: int, seed: int) -> Drawn:
        """Parameters of so many possible cities; the same for the same seed."""
        kept = self._kept.get((futures, seed))
        if kept is None:
            if len(self._kept) > 4:
                self._kept.clear()
            kept = self._kept[futures, seed] = _draw(self, futures, seed)
        return kept


def _draw(demand: Demand, futures: int, seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 1])
    values, steps = _values(demand, futures, rng)
    past = demand.past
    count = len(past.felt)
    shocks = len(past.shocks)
    knots = values[:, FIXED + shocks :]
    wandered = knots @ between_knots(count, KNOT_DAYS).T
    launched = values[:, LAUNCH] @ launch_columns(past, np.arange(count)).T
    first, ratio = np.exp(np.clip(values[:, FIRST], -6, 1)), np.exp(values[:, RATIO])
    full = first * np.maximum(ratio, 0.5)
    lag = np.exp(np.clip(values[:, LAG], 1.5, 6.0))
    settling = np.exp(np.clip(values[:, SETTLING], 0.0, 5.0))
    adapted = _trailing_each(past.felt, lag)
    wish = first[:, None] * past.felt + (full - first)[:, None] * adapted
    part = np.clip(rng.normal(*demand.active_part, futures), 0.1, 0.9)
    settled = np.log(np.maximum(_trailing_each(past.members, settling), 1.0) / past.members_scale)
    days = past.first_day + np.arange(count)
    past_log = (
        values[:, [LEVEL]]
        + values[:, [POWER]] * settled
        + saturated(wish, part[:, None])[0]
        + values[:, CALENDAR] @ past.calendar.T
        + values[:, FIXED : FIXED + shocks] @ shock_columns(past.shocks, days).T
        + wandered
        + launched
    )
    spend_log = rng.normal(*demand.spend, futures)
    return Drawn(
        level=values[:, LEVEL],
        power=values[:, POWER],
        elasticity_first=first,
        elasticity_full=full,
        lag_days=lag,
        settling_days=settling,
        calendar=values[:, CALENDAR],
        shocks=values[:, FIXED : FIXED + shocks],
        launch=values[:, LAUNCH],
        wander=wandered[:, -1],
        wander_step=steps * restless(past, np.array([count + 2 * KNOT_DAYS])),
        adapted=adapted[:, -1],
        settled=np.exp(settled[:, -1]) * past.members_scale,
        **_drawn_joining(demand, futures, rng),
        spend_won=np.exp(spend_log),
        active_part=part,
        earning=np.exp(rng.normal(*demand.earning, futures)),
        past_log=past_log,
        past_spend_log=(
            spend_log[:, None] + (1 - part)[:, None] * wish + (wandered + launched) / 2
        ),
    )


def _values(demand: Demand, futures: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Values of each future, from each belief in proportion to its weight."""
    ends = np.cumsum([weight for weight, _ in demand.answers])
    which = np.searchsorted(ends / ends[-1], (np.arange(futures) + 0.5) / futures)
    parts, steps = [], np.empty(futures)
    for place, (_, answer) in enumerate(demand.answers):
        own = int((which == place).sum())
        parts.append(answer.belief.draw(own, rng))
        steps[which == place] = answer.step
    order = rng.permutation(futures)
    return np.concatenate(parts)[order], steps[order]


def _drawn_joining(demand: Demand, futures: int, rng: np.random.Generator) -> dict[str, Floats]:
    adoption = demand.adoption
    if adoption is None:
        nobody = np.zeros((futures, JOIN_FIXED))
        nobody[:, 0] = -30.0
        return {"join": nobody, "join_wander": np.zeros(futures), "people": np.full(futures, 1e9)}
    values = adoption.belief.draw(futures, rng)
    weights = between_knots(len(demand.past.felt), KNOT_DAYS)[-1]
    return {
        "join": values[:, :JOIN_FIXED],
        "join_wander": values[:, JOIN_FIXED:] @ weights,
        "people": np.exp(np.clip(values[:, JOIN_FIXED - 1], 0, 25)),
    }


def _trailing_each(past: Floats, lag_days: Floats) -> Floats:
    """(N, T): the trailing mean of one past by the lag of each future."""
    moves = -np.expm1(-1.0 / lag_days)
    out = np.empty((len(past), len(lag_days)))
    level = np.full(len(lag_days), past[0])
    for place, value in enumerate(past):
        level = level + moves * (value - level)
        out[place] = level
    return np.ascontiguousarray(out.T)
