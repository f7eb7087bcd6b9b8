"""Instants without a year: fields 7, 12 and 13 read by the city's clock."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US

SECOND_US = 1_000_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def transmitted_us(field_7: str, now_us: int) -> int | None:
    """Field 7 (MMDDhhmmss in UTC) as microseconds since 1970, in the year nearest to now.

    None when there is no such day or time.
    """
    return _near(field_7[:4], field_7[4:], now_us)


def local_us(field_13: str, field_12: str, now_us: int) -> int | None:
    """Fields 13 (MMDD) and 12 (hhmmss) of the city's wall clock, as `transmitted_us`."""
    instant = _near(field_13, field_12, now_us + SEOUL_OFFSET_US)
    return None if instant is None else instant - SEOUL_OFFSET_US


def _near(month_day: str, time: str, now_us: int) -> int | None:
    start_us = _day_near(month_day, now_us // DAY_US)
    hours, minutes, seconds = int(time[:2]), int(time[2:4]), int(time[4:6])
    if start_us is None or hours > 23 or minutes > 59 or seconds > 59:
        return None
    return start_us + (hours * 3600 + minutes * 60 + seconds) * SECOND_US


@lru_cache(maxsize=4096)
def _day_near(month_day: str, today: int) -> int | None:
    """The start of the day of that month and day which lies nearest to today (days since 1970)."""
    year = date.fromordinal(_EPOCH_DAY + today).year
    month, day = int(month_day[:2]), int(month_day[2:])
    nearest: int | None = None
    for candidate in (year, year - 1, year + 1):
        try:
            number = date(candidate, month, day).toordinal() - _EPOCH_DAY
        except ValueError:
            continue
        if nearest is None or abs(number - today) < abs(nearest - today):
            nearest = number
    return None if nearest is None else nearest * DAY_US
