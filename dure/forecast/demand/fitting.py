"""From a city's past to what is believed of its demand."""

from __future__ import annotations

from datetime import date

from dure.forecast.demand.demand import Demand
from dure.forecast.demand.history import CityHistory


def fit(history: CityHistory, as_of: date) -> Demand:
    """What is believed of the city's demand at the end of the day `as_of`.

    What lies after `as_of` in the history is left out. With little history the beliefs stay wide
    and `Demand.warnings` says so. Takes less than two seconds.
    """
    raise NotImplementedError
