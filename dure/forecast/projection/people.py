"""The city of a projection: members, the felt rate and its echo, what is paid on a day."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.answer import saturated
from dure.forecast.demand.days import MONTH_DAYS, day_of_number, months_of
from dure.forecast.demand.demand import Demand
from dure.forecast.demand.posted import felt_rate
from dure.forecast.demand.priors import NEWS_DAYS
from dure.forecast.demand.spend import in_brackets, within
from dure.forecast.projection.chance import Chance

Floats = NDArray[np.float64]

_MOST_ACTIVE: Final = 0.97
"""Of all members, at most so many pay in a month, however high the rate."""
_FLOOD: Final = 3.0
"""A log level of payments over the last known that nothing lets a future pass."""


class City:
    """Where N futures stand; `live` moves them by a day."""

    def __init__(
        self, demand: Demand, chance: Chance, days: NDArray[np.int64], futures: int, seed: int
    ) -> None:
        drawn = demand.drawn(futures, seed)
        past = demand.past
        self.days = days
        self.futures = futures
        self.drawn = drawn
        self.chance = chance
        self._demand = demand
        self._past = past
        self._gain = -np.expm1(-1.0 / drawn.lag_days)
        self._settle = -np.expm1(-1.0 / drawn.settling_days)
        self._fade = float(np.exp(-1.0 / NEWS_DAYS))
        self._lagged = drawn.elasticity_full - drawn.elasticity_first
        self._months = months_of(days)
        self._adapted = drawn.adapted.copy()
        self._settled = drawn.settled.copy()
        self._news = np.full(futures, demand.news_level)
        self._felt = np.full(futures, float(past.felt[-1]))
        self._people = np.maximum(drawn.people, past.members[-1])
        self._members = np.full(futures, float(past.members[-1]))
        self._counted = demand.adoption is not None
        start = int(days[0]) - past.first_day - 1
        wish = drawn.elasticity_first * past.felt[-1] + self._lagged * drawn.adapted
        self.spend_won = self._spend(wish, drawn.wander)
        if 0 <= start < len(past.felt):
            self.spend_won = np.exp(drawn.past_spend_log[:, start])
        self._passed_won = self.spend_won * ((day_of_number(int(days[0])).day - 1) / MONTH_DAYS)
        self._below: Floats | None = None
        self.paid_won = np.zeros((len(days), futures))
        self.members = np.zeros((len(days), futures))
        self.joined = np.zeros(futures)

    def live(self, place: int, posted: Floats, edges_won: Floats) -> None:
        """Moves by a day on which members live with the posted rates (N, edges)."""
        number = int(self.days[place]) - self._past.first_day
        if number < len(self._past.felt):
            self._relive(place, number)
            return
        drawn, chance = self.drawn, self.chance
        mass = month_mass(self.spend_won, edges_won, self._demand.shape)
        felt = felt_rate(mass, posted * drawn.earning[:, None], drawn.active_part)
        self._news = self._news * self._fade + np.maximum(felt - self._felt, 0.0)
        self._felt = felt
        self._adapted += self._gain * (felt - self._adapted)
        wish = drawn.elasticity_first * felt + self._lagged * self._adapted
        answer, _ = saturated(wish, drawn.active_part)
        self._join(place, felt)
        self.spend_won = self._spend(wish, chance.wander[:, place])
        scale = self._past.members_scale
        logs = drawn.level + drawn.power * np.log(np.maximum(self._settled, 1.0) / scale) + answer
        logs += chance.wander[:, place]
        logs = np.minimum(logs, drawn.level + _FLOOD)
        paid = np.exp(logs)
        self._raise_spend(paid)
        self._tell(place, paid * np.exp(chance.calendar[:, place] + chance.noise[:, place]))

    def _relive(self, place: int, number: int) -> None:
        """A day of the known past, as it was."""
        before = self._past.members[number - 1] if number else 0.0
        now = float(self._past.members[number])
        self._members = np.full(self.futures, now)
        self.joined = np.full(self.futures, max(0.0, now - before))
        self.spend_won = np.exp(self.drawn.past_spend_log[:, number])
        self._raise_spend(np.exp(self.drawn.past_log[:, number]))
        self._tell(place, np.exp(self.drawn.past_log[:, number]))
        self._members = np.full(self.futures, float(self._past.members[-1]))

    def _raise_spend(self, paid: Floats) -> None:
        """Where payments need more active members than there are, each of them spends more."""
        if self._counted:
            least = paid * MONTH_DAYS / (_MOST_ACTIVE * np.maximum(self._members, 1.0))
            self.spend_won = np.maximum(self.spend_won, least)

    def _join(self, place: int, felt: Floats) -> None:
        join = self.drawn.join
        logs = join[:, 0] + join[:, 1] * felt + join[:, 2] * self._news
        logs += self.chance.join_wander[:, place]
        chance = -np.expm1(-np.exp(np.clip(logs, -30, -2)))
        self.joined = np.maximum(self._people - self._members, 0.0) * chance
        self._members = self._members + self.joined
        self._settled += self._settle * (self._members - self._settled)

    def _tell(self, place: int, paid: Floats) -> None:
        self.paid_won[place] = paid
        self.members[place] = self._members if self._counted else 0.0

    def _spend(self, wish: Floats, wander: Floats) -> Floats:
        """(N,): what an active member spends in a month as things stand."""
        drawn = self.drawn
        return drawn.spend_won * np.exp((1 - drawn.active_part) * wish + wander / 2)

    def bracket_mass(self, place: int, edges_won: Floats) -> Floats:
        """(N, edges): how the day's payments lie in the brackets of the month's net payments."""
        if place and self._months[place] != self._months[place - 1]:
            self._passed_won = np.zeros(self.futures)
            self._below = None
        if self._below is None:
            self._below = within(self._passed_won, edges_won, self._demand.shape)
        day = np.exp(self.chance.calendar[:, place]) / MONTH_DAYS
        self._passed_won = self._passed_won + self.spend_won * day
        below = within(self._passed_won, edges_won, self._demand.shape)
        came = np.maximum(below - self._below, 0.0)
        self._below = below
        mass = np.diff(came, axis=1, prepend=0.0)
        return np.asarray(np.maximum(mass, 0.0) / np.maximum(came[:, -1:], 1e-9))


def month_mass(spend_won: Floats, edges_won: Floats, shape: float) -> Floats:
    """(N, edges): how a whole month's payments lie in the brackets."""
    mass = in_brackets(spend_won, edges_won, shape)
    return np.asarray(mass / np.maximum(mass.sum(axis=1, keepdims=True), 1e-9))
