"""What a rate would cost from any day to the last, were money no object: the measure of levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dure.forecast.optimize.courses import Bracket, Course, Stretch
from dure.forecast.optimize.money import Money

Floats = NDArray[np.float64]
Spends = Callable[[Course], NDArray[np.int64]]
"""Gives what the lines of the plan would pay for a course, (futures, days), with endless money."""
RATES_ASKED: int = 4
"""For how many rates between the lowest and the highest it is asked; between them it is drawn."""


@dataclass(frozen=True, slots=True)
class Needs:
    """For one cap: what it takes to pay a rate to the end.

    `rates_bp` (R,) rising; `to_go_won` (R, D + 1) the mean cost over futures from the start of each
    day to the last day's end, the last column 0; `first_day` is that of the first column.
    """

    first_day: int
    rates_bp: Floats
    to_go_won: Floats

    @property
    def until_day(self) -> int:
        """The day after the last."""
        return self.first_day + int(self.to_go_won.shape[1]) - 1

    def won(self, rate_bp: float, day: int, until_day: int | None = None) -> float:
        """What the rate costs from the start of `day` to that of `until_day` (None: to the end)."""
        column = self.to_go_won[:, day - self.first_day]
        if until_day is not None:
            column = column - self.to_go_won[:, until_day - self.first_day]
        logs = np.log(np.maximum(column, 1.0))
        # Demand answers the rate by a power of it, so logarithms lie on a line.
        return float(np.exp(np.interp(np.log(rate_bp), np.log(self.rates_bp), logs)))

    def held_back_won(self, rate_bp: float, day: int, money: Money) -> float:
        """What must be left on `day` so that the rate can be paid until more comes, and to the end.

        Money that comes later counts from its day on, so that none is spent before it is there.
        """
        comings = [at for at, _ in money.later if at > day]
        least = 0.0
        for horizon in [*comings, self.until_day]:
            come = sum(won for at, won in money.later if day < at < horizon)
            least = max(least, self.won(rate_bp, day, horizon) - come)
        return least


def needs_of(
    spends: Spends,
    first_day: int,
    last_day: int,
    rates_bp: tuple[int, int],
    cap_won: int | None,
    band_most: int | None = None,
) -> Needs:
    """Asks what rates from the lowest to the highest would cost under a cap, where they hold."""
    low, high = rates_bp
    rates = (
        np.unique(np.geomspace(low, high, RATES_ASKED).round()) if high > low else np.array([low])
    )
    to_go = []
    for rate in rates:
        stretch = Stretch(
            first_day, last_day + 1, (Bracket(0, cap_won, int(rate)),), cap_won=cap_won
        )
        mean = spends(Course("constant", (stretch,), band_most)).mean(axis=0)
        to_go.append(np.append(mean[::-1].cumsum()[::-1], 0.0))
    return Needs(first_day, np.asarray(rates, dtype=np.float64), np.array(to_go))


def rate_for(needs: Needs, won: float, rates_bp: Sequence[int]) -> int:
    """The highest of the rates that costs no more than `won` over all days; else the lowest."""
    able = [rate for rate in rates_bp if needs.won(rate, needs.first_day) <= won]
    return max(able, default=min(rates_bp))
