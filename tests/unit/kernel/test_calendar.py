"""The city's calendar against the tz database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kernel.calendar import (
    add_years,
    day_of,
    from_us,
    month_of,
    seoul,
    start_of_day_us,
    to_us,
)
from dure.kernel.clock import CityClock, SetClock, SystemClock

SEOUL = ZoneInfo("Asia/Seoul")
FIRST_US = to_us(datetime(1988, 10, 10, tzinfo=UTC))  # after Korea's last summer time
LAST_US = to_us(datetime(2100, 1, 1, tzinfo=UTC))
instants = st.integers(FIRST_US, LAST_US)


@given(instants)
def test_its_months_and_days_are_those_of_the_tz_database(instant_us: int) -> None:
    shown = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)).astimezone(
        SEOUL
    )
    assert month_of(instant_us) == shown.year * 100 + shown.month
    assert day_of(instant_us) == shown.date()
    assert seoul(instant_us) == shown


@given(instants)
def test_a_day_begins_at_midnight_in_the_city(instant_us: int) -> None:
    start_us = start_of_day_us(day_of(instant_us))
    assert start_us <= instant_us < start_us + 86_400_000_000
    assert seoul(start_us).hour == 0
    assert day_of(start_us - 1) == day_of(start_us) - timedelta(days=1)


@given(instants)
def test_an_instant_goes_there_and_back(instant_us: int) -> None:
    assert to_us(from_us(instant_us)) == instant_us


def test_the_month_changes_at_midnight_in_seoul_and_not_in_greenwich() -> None:
    midnight_us = to_us(datetime.fromisoformat("2019-11-01T00:00:00+09:00"))
    assert month_of(midnight_us - 1) == 201910
    assert month_of(midnight_us) == 201911


def test_it_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_us(datetime(2019, 10, 21))  # noqa: DTZ001 - that is what is refused


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        ("2019-10-21", 5, "2024-10-21"),
        ("2020-02-29", 5, "2025-02-28"),
        ("2020-02-29", 4, "2024-02-29"),
        ("2024-02-29", 5, "2029-02-28"),
        ("2019-02-28", 5, "2024-02-28"),
        ("2019-12-31", 0, "2019-12-31"),
    ],
)
def test_some_years_on_it_is_the_same_day(day: str, years: int, later: str) -> None:
    assert add_years(date.fromisoformat(day), years) == date.fromisoformat(later)


def test_a_city_clock_runs_as_fast_as_it_is_told() -> None:
    anchor_us = SystemClock().now_us() - 10_000_000
    slow, fast = CityClock(anchor_us, 0, 1).now_us(), CityClock(anchor_us, 0, 60).now_us()
    assert 10_000_000 <= slow <= fast / 50


def test_a_set_clock_stands_until_it_is_moved() -> None:
    clock = SetClock(5)
    assert (clock.now_us(), clock.now_us()) == (5, 5)
    clock.advance(7)
    assert clock.now_us() == 12
