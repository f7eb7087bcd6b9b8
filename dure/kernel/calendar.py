"""The city's calendar: Asia/Seoul days and months from instants in UTC.

Korea has kept UTC+9 without summer time since 1988-10-09, and no local currency is older, so the
hot path may add nine hours; `test_calendar` holds this equal to the tz database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
SEOUL_OFFSET_US = 9 * 3600 * 1_000_000
DAY_US = 86_400 * 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DATE = date(1970, 1, 1)


def to_us(instant: datetime) -> int:
    """An aware datetime as whole microseconds since 1970-01-01 UTC."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_us(instant_us: int) -> datetime:
    """Microseconds since 1970-01-01 UTC as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant_us)


def seoul(instant_us: int) -> datetime:
    """The instant as the city's wall clock shows it."""
    return from_us(instant_us).astimezone(SEOUL)


@lru_cache(maxsize=4096)
def _month_of_day(day_number: int) -> int:
    day = _EPOCH_DATE + timedelta(days=day_number)
    return day.year * 100 + day.month


def month_of(instant_us: int) -> int:
    """The city's month YYYYMM in which the instant lies."""
    return _month_of_day((instant_us + SEOUL_OFFSET_US) // DAY_US)


def day_of(instant_us: int) -> date:
    """The city's calendar day on which the instant lies."""
    return _EPOCH_DATE + timedelta(days=(instant_us + SEOUL_OFFSET_US) // DAY_US)


def day_number_of(instant_us: int) -> int:
    """The city's day as days since 1970-01-01, a Thursday."""
    return (instant_us + SEOUL_OFFSET_US) // DAY_US


def minute_of_day(instant_us: int) -> int:
    """The minute of the city's day, 0 to 1439."""
    return (instant_us + SEOUL_OFFSET_US) % DAY_US // 60_000_000


def weekday_of(instant_us: int) -> int:
    """The city's day of the week, 0 Monday to 6 Sunday."""
    return (day_number_of(instant_us) + 3) % 7


def start_of_day_us(day: date) -> int:
    """Midnight in the city at the start of the day, as microseconds since 1970 UTC."""
    return to_us(datetime.combine(day, time(), tzinfo=SEOUL))


def add_years(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
