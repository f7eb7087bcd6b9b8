"""Simulations that somebody asked for: history, rules before and after, and what they tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dure.forecast.results import Simulation
from dure.forecast.simulate.scenarios import LineNamed, Scenario

Tell = Callable[[int], None]
"""Is told how far the work is, of 10,000."""
Stopped = Callable[[], bool]
"""Asked between portions whether to stop."""


def simulate(
    home: Path,
    baseline: Scenario,
    tried: Scenario,
    lines: Sequence[LineNamed],
    from_month: int,
    until_month: int,
    *,
    tell: Tell,
    stopped: Stopped,
    preview: bool = False,
) -> Simulation:
    """What members of the city at `home` would have got by `tried` in place of `baseline`.

    Months are YYYYMM, `until_month` is not included. Raises CannotSimulateError with the reason in
    both languages, StoppedError when `stopped` said so.
    """
    return simulate_many(
        home, baseline, [tried], lines, from_month, until_month,
        tell=tell, stopped=stopped, preview=preview,
    )[0]  # fmt: skip


def simulate_many(
    home: Path,
    baseline: Scenario,
    tried: Sequence[Scenario],
    lines: Sequence[LineNamed],
    from_month: int,
    until_month: int,
    *,
    tell: Tell,
    stopped: Stopped,
    preview: bool = False,
) -> list[Simulation]:
    """As `simulate`, of several scenarios against one baseline, which is played once."""
    raise NotImplementedError
