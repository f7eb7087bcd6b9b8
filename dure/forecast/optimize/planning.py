"""From a city's demand, rules, money and constraints to proposals that can be drafted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dure.forecast.demand import Demand
from dure.forecast.projection import LineStanding
from dure.forecast.results import Constraints, Plans
from dure.policy.document import RuleDocument

Tell = Callable[[int, str, str], None]
"""Takes how far the work is (to 10,000) and what goes on, in Korean and in English."""


class StoppedError(Exception):
    """Somebody asked for the work to stop, and it did."""


def optimize(
    demand: Demand,
    documents: Sequence[RuleDocument],
    lines: Sequence[LineStanding],
    constraints: Constraints,
    seed: int,
    tell: Tell = lambda _progress, _korean, _english: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Plans:
    """Proposals that keep the constraints, or the nearest there is, each with what it breaks.

    `documents` are all that are published, as they hold; `lines` all that they name, standing at
    the start of `constraints.first_day`. The same arguments give the same bytes. `tell` is called
    between batches and `stopped` asked: when it says so, StoppedError is raised. Raises ValueError
    for constraints that name no such line or no day.
    """
    raise NotImplementedError
