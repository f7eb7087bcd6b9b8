"""What the rules of a day give: rates by bracket, which of them still pay, which step holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.posted import in_force
from dure.forecast.demand.terms import Rule, Terms, best_rates
from dure.forecast.projection.people import City
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment

if TYPE_CHECKING:
    from dure.forecast.projection.money import Purse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CHARGED: Final = 0.93
"""The part of payments that was charged; the rest came as incentive. For bonuses on top-ups."""
_NEW_ACTIVE: Final = 0.8
"""Of those who join, so many pay and so get what is given for a first payment; assumed."""


@dataclass(frozen=True, slots=True)
class State:
    """How the rules of a day stand: for each rule that is in force, 1 in the futures in which it
    still pays (`active`, None where it pays in all), and the step of its ladder."""

    active: dict[int, Floats | None]
    steps: dict[int, Ints]


class Offers:
    """The rules over the days of a projection."""

    def __init__(self, terms: Terms, days: Ints, from_day: int) -> None:
        self.terms = terms
        self.days = days
        self.from_day = from_day
        held = [in_force(rule, days) for rule in terms.rules]
        weekday = (days + 3) % 7
        self._today = [
            h * rule.weekdays[weekday] for h, rule in zip(held, terms.rules, strict=True)
        ]
        self._any_day = [
            h * rule.weekdays.mean() for h, rule in zip(held, terms.rules, strict=True)
        ]
        self.of_day = [
            tuple(r for r in range(len(held)) if held[r][place] > 0) for place in range(len(days))
        ]
        self._rates = [
            rate * _CHARGED if KINDS[rule.document.kind].moment is Moment.CHARGE else rate
            for rate, rule in zip(terms.rates, terms.rules, strict=True)
        ]
        self._rival_of = {r: group for group in terms.rivals for r in group}
        self._best: dict[tuple[tuple[int, ...], tuple[int, ...]], Floats] = {}
        self.used = sorted({r for rules in self.of_day for r in rules})

    def posted(self, place: int, state: State, futures: int) -> Floats:
        """(N, edges): what all rules of the day together give in each bracket of the month."""
        rates = np.zeros((futures, len(self.terms.edges_won)))
        for rule, rate in self._given(place, futures, state):
            rates += rate * self._any_day[rule][place]
        return rates

    def pay(self, place: int, state: State, mass: Floats, city: City, purse: Purse) -> None:
        """Lets every rule of the day pay what it gives, as far as its lines go."""
        earning = city.paid_won[place] * city.drawn.earning
        for number, rates in self._given(place, len(mass), state):
            rate = mass @ rates if rates.ndim == 1 else (mass * rates).sum(axis=1)
            rule = self.terms.rules[number]
            today = self._today[number][place]
            want = earning * rate * (today * self._new_share(rule, place, city))
            if rule.gift_won:
                share = rule.share * rule.gift_times * _NEW_ACTIVE * self._any_day[number][place]
                active = state.active.get(number)
                want = want + city.joined * (rule.gift_won * share) * (
                    1.0 if active is None else active
                )
            purse.pay(place, number, want)

    def _new_share(self, rule: Rule, place: int, city: City) -> Floats | float:
        """The share of payments by members who joined within the days that the rule asks for."""
        days = rule.document.eligibility.joined_within_days
        if days is None or rule.gift_won:
            return 1.0
        before = city.members[max(0, place - days)]
        now = np.maximum(city.members[place], 1.0)
        return np.asarray(np.clip(1.0 - before / now, 0.0, 1.0))

    def _given(self, place: int, futures: int, state: State) -> list[tuple[int, Floats]]:
        """(rule, rates over all payments by bracket) for the rules of the day, in order.

        The rates are (edges,) where all futures stand alike, else (N, edges).
        """
        given: list[tuple[int, Floats]] = []
        rivals: dict[tuple[int, ...], dict[int, Floats]] = {}
        for number in self.of_day[place]:
            group = self._rival_of.get(number)
            if group is not None:
                if group not in rivals:
                    rivals[group] = self._best_given(place, group, futures, state)
                given.append((number, rivals[group][number]))
                continue
            rate, steps = self._rates[number], state.steps.get(number)
            if rate.ndim == 2:
                rate = rate[0] if steps is None else rate[steps]
            active = state.active.get(number)
            given.append((number, rate if active is None else rate * active[:, None]))
        return given

    def _best_given(
        self, place: int, group: tuple[int, ...], futures: int, state: State
    ) -> dict[int, Floats]:
        """Of rules of which only the best pays, what each pays, by the states of the futures."""
        columns = []
        for number in group:
            steps = state.steps.get(number)
            column = np.zeros(futures, dtype=np.int64) if steps is None else steps.copy()
            active = state.active.get(number)
            if active is not None:
                column[active <= 0] = -1
            if number not in self.of_day[place]:
                column[:] = -1
            columns.append(column)
        kinds, which = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        rates = np.stack([self._best_rates(group, tuple(int(s) for s in kind)) for kind in kinds])
        return {number: rates[which.reshape(-1), row] for row, number in enumerate(group)}

    def _best_rates(self, group: tuple[int, ...], steps: tuple[int, ...]) -> Floats:
        key = (group, steps)
        if key not in self._best:
            self._best[key] = best_rates(self.terms, group, steps)
        return self._best[key]
