"""The Korean calendar as demand feels it: weekday, month, public holidays, the two lunar feasts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import holidays
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]

EPOCH: Final = date(1970, 1, 1)
MONTH_DAYS: Final = 30.4
"""Days of a mean month: what is spent in a month is told as if each had so many."""

_SEASON: Final = (-0.01, -0.03, -0.01, 0.0, 0.02, 0.0, 0.0, -0.01, 0.01, 0.0, 0.0, 0.03)
_WEEKDAY: Final = (-0.03, -0.03, -0.01, 0.0, 0.06, 0.06, -0.05)
_FEAST, _BEFORE_FEAST, _HOLIDAY = -0.35, 0.10, -0.05
_BEFORE_DAYS: Final = 7

PRIOR_MEAN: Final = np.array([*_SEASON, *_WEEKDAY, _FEAST, _BEFORE_FEAST, _HOLIDAY])
PRIOR_SD: Final = np.array([0.03] * 12 + [0.05] * 7 + [0.15, 0.06, 0.05])
"""Log changes of a day's payments by month, weekday, lunar feast, the week before one, and other
public holidays: what small shops' card sales in Korea generally show, and how sure that is."""
COLUMNS: Final = len(PRIOR_MEAN)
_FEASTS: Final = ("설날", "추석")


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of_number(number: int) -> date:
    """The day that is so many days after 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def months_of(days: Days) -> Days:
    """The months YYYYMM of the days."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray((1970 + months // 12) * 100 + months % 12 + 1, dtype=np.int64)


def days_in_month(number: int) -> int:
    """How many days the month of this day has."""
    day = day_of_number(number)
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - timedelta(days=1)).day


@lru_cache(maxsize=32)
def _closed(year: int) -> tuple[frozenset[int], frozenset[int]]:
    """(days of the lunar feasts, other public holidays) of a year."""
    feasts: set[int] = set()
    others: set[int] = set()
    for day, name in holidays.country_holidays("KR", years=year, language="ko").items():
        is_feast = any(word in name for word in _FEASTS)
        (feasts if is_feast else others).add(day_number(day))
    return frozenset(feasts), frozenset(others)


def calendar_columns(days: Days) -> Floats:
    """(D, COLUMNS): which of the calendar's effects hold on each day, 1 or 0."""
    columns = np.zeros((len(days), COLUMNS))
    rows = np.arange(len(days))
    columns[rows, months_of(days) % 100 - 1] = 1
    columns[rows, 12 + (days + 3) % 7] = 1
    years = sorted({day_of_number(d).year for d in (days[0], days[-1] + _BEFORE_DAYS)})
    feasts: set[int] = set()
    others: set[int] = set()
    for year in range(years[0], years[-1] + 1):
        of_year = _closed(year)
        feasts |= of_year[0]
        others |= of_year[1]
    before = {d - ahead for d in feasts for ahead in range(1, _BEFORE_DAYS + 1)} - feasts
    for column, marked in ((19, feasts), (20, before), (21, others - feasts)):
        columns[:, column] = np.isin(days, np.array(sorted(marked), dtype=np.int64))
    return columns
