"""Futures: what is paid, spent and joined on each day of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dure.forecast.projection.lines import LineStanding
from dure.forecast.results import Warned

Won = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Projection:
    """N futures of D days.

    `days` (D,) are days since 1970-01-01. `payments_won` (N, D), `incentive_won` (N, D, of all
    lines and shops) and `spent_won[line_id]` (N, D) are whole won of each day, `members` (N, D) the
    members at its end. `run_out_day[line_id]` (N,) is the first day on which the line could not pay
    all that the rules asked of it, -1 where it lasts. `left_won[line_id]` (N,) remains at the end.
    `rule_won[rule id]` (N,) is what each rule gave in all.
    """

    days: NDArray[np.int64]
    lines: tuple[LineStanding, ...]
    payments_won: Won
    incentive_won: Won
    spent_won: Mapping[int, Won]
    members: Won
    run_out_day: Mapping[int, NDArray[np.int64]]
    left_won: Mapping[int, Won]
    rule_won: Mapping[str, Won]
    seed: int
    warnings: tuple[Warned, ...] = ()

    @property
    def futures(self) -> int:
        """How many futures there are."""
        return len(self.payments_won)
