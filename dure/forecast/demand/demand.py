"""A fitted city: what is believed of its members and payments, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.history import CityHistory
from dure.forecast.results import Warned

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Parameters of N possible cities, one entry for each future.

    `elasticity_first` is the change of log payments with the log of the effective rate within the
    first month, `elasticity_full` after all have adapted, `lag_days` how long that takes.
    """

    elasticity_first: Floats
    elasticity_full: Floats
    lag_days: Floats


@dataclass(frozen=True, slots=True)
class Demand:
    """What `fit` believes. Draw from it with `drawn`; project it with `projection.project`.

    `until_day` is the first day of which no payment was known.
    """

    history: CityHistory
    as_of_day: int
    until_day: int
    warnings: tuple[Warned, ...]

    def drawn(self, futures: int, seed: int) -> Drawn:
        """Parameters of so many possible cities; the same for the same seed."""
        raise NotImplementedError
