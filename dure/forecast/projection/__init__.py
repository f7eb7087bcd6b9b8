"""Day by day into many futures at once: payments, what the rules give, what lines have left."""

from __future__ import annotations

from dure.forecast.projection.lines import LineStanding
from dure.forecast.projection.project import Terms, compile_terms, project
from dure.forecast.projection.projection import Projection
from dure.forecast.projection.telling import fan, forecast, run_out

__all__ = [
    "LineStanding",
    "Projection",
    "Terms",
    "compile_terms",
    "fan",
    "forecast",
    "project",
    "run_out",
]
