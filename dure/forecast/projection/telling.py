"""From futures to what is told: run-out dates with intervals, fans, the forecast of a city."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dure.forecast.projection.projection import Projection
from dure.forecast.results import Fan, Forecast, RunOut


def run_out(projection: Projection, line_id: int) -> RunOut:
    """When the line ends, over all futures."""
    raise NotImplementedError


def fan(days: NDArray[np.int64], values: NDArray[np.int64]) -> Fan:
    """Quantiles over futures of `values` (N, D) for each of the days (D,)."""
    raise NotImplementedError


def forecast(
    projection: Projection,
    as_of_us: int,
    history_until_day: int,
    actual_by_month: Mapping[int, int] | None = None,
) -> Forecast:
    """All lines and months of a projection; `actual_by_month` has months that are over (YYYYMM)."""
    raise NotImplementedError
