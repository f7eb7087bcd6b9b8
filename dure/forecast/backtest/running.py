"""Answers each question with what was known at its date, and holds it against what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.backtest.cases import Case, Question
from dure.forecast.demand.days import day_number, day_of_number
from dure.forecast.demand.demand import Demand
from dure.forecast.demand.fitting import NothingKnownError, fit
from dure.forecast.demand.priors import from_responses
from dure.forecast.projection.lines import LineStanding
from dure.forecast.projection.project import project
from dure.forecast.projection.projection import Projection
from dure.forecast.published.city import Published, history_at, responses_at
from dure.forecast.published.policy import line_code

FUTURES: Final = 1_000
SEED: Final = 20191022
_ENDLESS_WON: Final = 10**16
_LOW, _MIDDLE, _HIGH = 0.05, 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Answered:
    """A case with its prediction: sums in won, run-outs as days; None where nothing can be said.

    `predicted`, `low90` and `high90` are the median and the bounds of nine futures in ten. A
    run-out that most futures do not meet is None with `lasts` true.
    """

    case: Case
    predicted: int | date | None
    low90: int | date | None
    high90: int | date | None
    last_known: date | None
    lasts: bool = False

    @property
    def actual(self) -> int | date | None:
        """What came."""
        run_out = self.case.question is Question.RUN_OUT
        return self.case.actual_day if run_out else self.case.actual_won

    @property
    def error(self) -> float | None:
        """Days too late, or the share by which the sum was too high; None where either misses.

        Of supplements the error is told against the year's whole money.
        """
        told, came = self.predicted, self.actual
        if isinstance(told, date) and isinstance(came, date):
            return float((told - came).days)
        if isinstance(told, int) and isinstance(came, int):
            base = came
            if self.case.question is Question.SUPPLEMENT:
                base += self.case.budget_won or 0
            return (told - came) / base if base else None
        return None

    @property
    def inside(self) -> bool | None:
        """Whether what came lies between the bounds; an open upper bound holds everything."""
        came = self.actual
        if came is None or (self.low90 is None and not self.lasts):
            return None
        if isinstance(came, date):
            low, high = self.low90, self.high90
            if not isinstance(low, date):
                return False
            return low <= came and (not isinstance(high, date) or came <= high)
        assert isinstance(self.low90, int), "sums have bounds"
        assert isinstance(self.high90, int), "sums have bounds"
        return self.low90 <= came <= self.high90

    @property
    def met(self) -> bool | None:
        """Whether the error stays within the case's target; None without one."""
        if self.case.target is None or self.actual is None:
            return None
        return self.error is not None and abs(self.error) <= self.case.target


def answer_all(
    published: Published, asked: Sequence[Case], futures: int = FUTURES, seed: int = SEED
) -> list[Answered]:
    """Every case in turn; each fits anew what was known at its own date.

    Cases of one date, one period and one budget are read off the same futures.
    """
    futures_of: dict[tuple[object, ...], tuple[Projection, date] | None] = {}
    found = []
    for case in asked:
        limit = case.budget_won if case.question is Question.RUN_OUT else None
        key = (case.as_of, case.changes_until, case.start, case.until, limit)
        if key not in futures_of:
            futures_of[key] = _futures(published, case, futures, seed)
        found.append(_read_off(case, futures_of[key]))
    return found


def answer(published: Published, case: Case, futures: int = FUTURES, seed: int = SEED) -> Answered:
    """One case: reads nothing that was published after its date but the case's own inputs."""
    return _read_off(case, _futures(published, case, futures, seed))


def _futures(
    published: Published, case: Case, futures: int, seed: int
) -> tuple[Projection, date] | None:
    """The futures as they looked, and the last day whose payments were known; None without any."""
    history = history_at(published, case.as_of, case.until, case.changes_until)
    try:
        priors = from_responses(responses_at(published, case.as_of, own_history=True)[0])
        demand = fit(history, case.as_of, priors)
    except NothingKnownError:
        return None
    projection = _projected(published.city, demand, case, futures, seed)
    return projection, day_of_number(demand.until_day - 1)


def _read_off(case: Case, found: tuple[Projection, date] | None) -> Answered:
    if found is None:
        return Answered(case, None, None, None, None)
    projection, last_known = found
    if case.question is Question.RUN_OUT:
        return _run_out(case, projection, last_known)
    start = day_number(case.start) - int(projection.days[0])
    stop = day_number(case.until) - int(projection.days[0])
    if case.question is Question.SUPPLEMENT:
        spent = projection.spent_won[1].sum(axis=1)
        sums = np.maximum(spent - (case.budget_won or 0), 0)
    else:
        sums = projection.payments_won[:, start:stop].sum(axis=1)
    low, middle, high = (int(v) for v in np.quantile(sums, (_LOW, _MIDDLE, _HIGH)))
    return Answered(case, middle, low, high, last_known)


def _projected(city: str, demand: Demand, case: Case, futures: int, seed: int) -> Projection:
    documents = demand.history.documents
    names = sorted({name for document in documents for name in document.line_names})
    own = line_code(city, case.start.year)
    ordered = [own, *(name for name in names if name != own)]
    end = day_number(case.until) - 1
    limited = case.budget_won if case.question is Question.RUN_OUT else None
    lines = [
        LineStanding(
            line_id=number,
            code=name,
            left_won=limited if number == 1 and limited is not None else _ENDLESS_WON,
            planned_end_day=end,
            fiscal_year=case.start.year,
        )
        for number, name in enumerate(ordered, 1)
    ]
    start = day_number(case.start)
    return project(demand, documents, lines, start, end + 1, futures, seed)


def _run_out(case: Case, projection: Projection, last_known: date) -> Answered:
    days: NDArray[np.int64] = projection.run_out_day[1]
    never = np.iinfo(np.int64).max
    ranked = np.sort(np.where(days >= 0, days, never))
    found = [ranked[min(len(ranked) - 1, int(q * len(ranked)))] for q in (_LOW, _MIDDLE, _HIGH)]
    # The line cannot pay all on its first dry day: the day before is the last with money.
    low, middle, high = (
        None if d == never else day_of_number(int(d)) - timedelta(days=1) for d in found
    )
    return Answered(case, middle, low, high, last_known, lasts=middle is None)
