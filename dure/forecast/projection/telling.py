"""From futures to what is told: run-out dates with intervals, fans, the forecast of a city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.days import day_of_number, months_of
from dure.forecast.projection.lines import LineStanding
from dure.forecast.projection.projection import Projection
from dure.forecast.results import Fan, Forecast, LineForecast, MonthForecast, RunOut

Won = NDArray[np.int64]

_LOW90, _LOW50, _MIDDLE, _HIGH50, _HIGH90 = 0.05, 0.25, 0.5, 0.75, 0.95
_UNSPENT_SHARE: Final = 0.05


def run_out(projection: Projection, line_id: int) -> RunOut:
    """When the line ends, over all futures."""
    line = next(line for line in projection.lines if line.line_id == line_id)
    days = projection.run_out_day[line_id]
    ended = days >= 0
    before = ended & (days <= line.planned_end_day)
    return RunOut(
        median=_day_at(days, _MIDDLE),
        low50=_day_at(days, _LOW50),
        high50=_day_at(days, _HIGH50),
        low90=_day_at(days, _LOW90),
        high90=_day_at(days, _HIGH90),
        before_end_bp=round(float(before.mean()) * 10_000),
    )


def _day_at(days: Won, share: float) -> str | None:
    """The day before which so many futures have ended; None where fewer end at all."""
    ranked = np.sort(np.where(days >= 0, days, np.iinfo(np.int64).max))
    found = ranked[min(len(ranked) - 1, int(share * len(ranked)))]
    return None if found == np.iinfo(np.int64).max else day_of_number(int(found)).isoformat()


def fan(days: NDArray[np.int64], values: Won) -> Fan:
    """Quantiles over futures of `values` (N, D) for each of the days (D,)."""
    low90, low50, middle, high50, high90 = np.quantile(
        values, (_LOW90, _LOW50, _MIDDLE, _HIGH50, _HIGH90), axis=0
    ).astype(np.int64)
    return Fan(
        days=[day_of_number(int(day)).isoformat() for day in days],
        low90=low90.tolist(),
        low50=low50.tolist(),
        median=middle.tolist(),
        high50=high50.tolist(),
        high90=high90.tolist(),
    )


def forecast(
    projection: Projection,
    as_of_us: int,
    history_until_day: int,
    actual_by_month: Mapping[int, int] | None = None,
) -> Forecast:
    """All lines and months of a projection; `actual_by_month` has months that are over (YYYYMM).

    `history_until_day` is the first day of which no payment was known. Fans of lines are cumulative
    from the beginning of their year.
    """
    return Forecast(
        as_of_us=as_of_us,
        history_until=day_of_number(history_until_day - 1).isoformat(),
        futures=projection.futures,
        seed=projection.seed,
        lines=[_line(projection, line) for line in projection.lines],
        months=months(projection, actual_by_month or {}),
        warnings=list(projection.warnings),
    )


def appropriated(projection: Projection, line: LineStanding) -> Won:
    """(D,): the money of a line's year as it is planned on each day."""
    given = np.full(len(projection.days), line.left_won + line.spent_won, dtype=np.int64)
    for day, won in line.later:
        given[projection.days >= day] += won
    return given


def _line(projection: Projection, line: LineStanding) -> LineForecast:
    spent = line.spent_won + np.cumsum(projection.spent_won[line.line_id], axis=1)
    given = appropriated(projection, line)
    end = int(np.clip(line.planned_end_day - projection.days[0], 0, len(projection.days) - 1))
    whole = max(int(given[end]), 1)
    unspent = np.clip(1 - spent[:, end] / whole, 0.0, 1.0)
    return LineForecast(
        line_id=line.line_id,
        code=line.code,
        name_ko=line.name_ko or line.code,
        name_en=line.name_en or line.code,
        payer=line.payer,
        district=line.district,
        fiscal_year=line.fiscal_year,
        appropriated_won=int(given[end]),
        spent_won=line.spent_won,
        planned_end=day_of_number(line.planned_end_day).isoformat(),
        run_out=run_out(projection, line.line_id),
        unspent_bp=round(float(np.median(unspent)) * 10_000),
        unspent_over_5_bp=round(float((unspent > _UNSPENT_SHARE).mean()) * 10_000),
        spent=fan(projection.days, spent),
        appropriated=given.tolist(),
    )


def months(projection: Projection, actual: Mapping[int, int]) -> list[MonthForecast]:
    """Payments by month: those that are over as they were, then what is projected."""
    told = [
        MonthForecast(month=month, actual_won=won, low90_won=won, median_won=won, high90_won=won)
        for month, won in sorted(actual.items())
    ]
    of_day = months_of(projection.days)
    for month in np.unique(of_day):
        if int(month) in actual:
            continue
        first = day_of_number(int(projection.days[of_day == month][0]))
        sums = projection.payments_won[:, of_day == month].sum(axis=1)
        low, middle, high = np.quantile(sums, (_LOW90, _MIDDLE, _HIGH90)).astype(np.int64)
        told.append(
            MonthForecast(
                month=int(month),
                actual_won=None,
                low90_won=int(low),
                median_won=int(middle),
                high90_won=int(high),
                from_day=None if first.day == 1 else first.isoformat(),
            )
        )
    return told
