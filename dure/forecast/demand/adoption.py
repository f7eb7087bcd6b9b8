"""Members: how many join each day, from the figures of members that are known.

Of all who could join (`people`) and have not, a share joins every day. Its logarithm has a level,
answers to the felt rate and to the news of rises, and wanders (a level that returns to 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.history import Joined, MembersAt
from dure.forecast.demand.posted import news
from dure.forecast.demand.priors import JOIN_STAYS, JOIN_STEP, KNOT_DAYS, NEWS_DAYS, Normal, Priors
from dure.forecast.demand.solve import Belief, between_knots, drifting_root, settle

Floats = NDArray[np.float64]
FIXED = 4
"""Values before the knots: level, answer to the rate, answer to news, log of people."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What is believed of joining. `members` (T,) is the most likely path of the past."""

    belief: Belief
    members: Floats
    first_members: float


def fit_adoption(
    felt: Floats,
    first_day: int,
    seen: Sequence[MembersAt],
    joined: Sequence[Joined],
    people: int | None,
    first_members: float,
    priors: Priors,
) -> Adoption:
    """`felt` (T,) is the felt rate of each day from `first_day` on."""
    count = len(felt)
    knots = between_knots(count, KNOT_DAYS)
    columns = np.column_stack([np.ones(count), felt, news(felt, NEWS_DAYS), np.zeros(count), knots])
    most = max([first_members, *(float(m.members) for m in seen), 1_000.0])
    ceiling = (
        Normal(np.log(people * 0.95), 0.05)
        if people
        else Normal(np.log(most) + priors.people_times.mean, priors.people_times.sd)
    )
    beliefs = (priors.log_join, priors.join_power, priors.join_news, ceiling)
    mean = np.concatenate([[b.mean for b in beliefs], np.zeros(knots.shape[1])])
    root = np.zeros((len(mean), len(mean)))
    root[range(FIXED), range(FIXED)] = [1 / b.sd for b in beliefs]
    root[FIXED:, FIXED:] = drifting_root(JOIN_STAYS, np.full(knots.shape[1], JOIN_STEP))

    def measured(value: Floats) -> tuple[Floats, Floats]:
        path, slopes = _path(value, columns, first_members)
        errors, rows = [], []
        for figure in seen:
            place = figure.day - first_day
            level = max(path[place], 1.0)
            error = max(figure.error, 0.001)
            errors.append((np.log(level) - np.log(figure.members)) / error)
            rows.append(slopes[place] / level / error)
        for flow in joined:
            start, end = flow.from_day - first_day - 1, flow.until_day - first_day - 1
            came = path[end] - (path[start] if start >= 0 else first_members)
            slope = slopes[end] - (slopes[start] if start >= 0 else 0.0)
            error = max(flow.error, 0.005)
            errors.append((np.log(max(came, 1.0)) - np.log(flow.members)) / error)
            rows.append(slope / max(came, 1.0) / error)
        if not errors:
            return np.zeros(0), np.zeros((0, len(value)))
        return np.array(errors), np.array(rows)

    belief = settle(measured, mean, root, mean)
    return Adoption(belief, _path(belief.mean, columns, first_members)[0], first_members)


def _path(value: Floats, columns: Floats, first: float) -> tuple[Floats, Floats]:
    """Members at the end of each day, and their derivatives by the values."""
    people = np.exp(np.clip(value[FIXED - 1], 0, 25))
    chance = np.exp(np.clip(columns @ value, -30, -1))
    passed = np.cumsum(chance)
    left = np.exp(-passed) * max(people - first, 1.0)
    members = people - left
    slopes = left[:, None] * np.cumsum(chance[:, None] * columns, axis=0)
    slopes[:, FIXED - 1] = people * (1 - np.exp(-passed))
    return members, slopes
