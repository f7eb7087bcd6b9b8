"""Plans: which rates, caps and dated steps make a city's money last, and what each gives whom.

How plans are searched and what they promise is told in docs/plans.md.
"""

from __future__ import annotations

from dure.forecast.optimize.planning import optimize
from dure.forecast.optimize.refusals import PlanError, StoppedError

__all__ = ["PlanError", "StoppedError", "optimize"]
