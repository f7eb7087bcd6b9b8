"""Pacing of a real city: days counted once from the journal, plans from what was released."""

from __future__ import annotations

import time
from datetime import date

from dure.budget.releasing import Release, plan_releases
from dure.forecast.demand.days import day_number
from dure.forecast.pacing import paces
from dure.forecast.pacing.reading import count_days
from dure.forecast.results import Pace, Paces
from dure.kernel.calendar import start_of_day_us
from tests.db.budget_city import CITY, DISTRICT, KIM, BudgetCity

DAY_US = 86_400_000_000
FIRST = date(2019, 1, 1)
MORNING = 10 * 3_600_000_000


def go_to(city: BudgetCity, day: date) -> None:
    """Ten in the morning of the day, on the city's clock and everywhere."""
    at_us = start_of_day_us(day) + MORNING
    city.clock.instant_us = at_us
    city.connection.execute(
        "UPDATE city_clock SET anchor_us = %s, started_at_us = %s", (time.time_ns() // 1000, at_us)
    )
    assert city.engine.server.engine is not None
    city.engine.server.engine.terms_changed()


def pace_on(city: BudgetCity, day: date) -> Paces:
    return paces(city.connection, start_of_day_us(day) + MORNING)


def of_line(told: Paces, code: str) -> Pace:
    (found,) = [line for line in told.lines if line.code == code]
    return found


def place(day: date) -> int:
    return day_number(day) - day_number(FIRST)


def counted(city: BudgetCity) -> list[tuple[str, int, int]]:
    return [
        (str(day), given, spent)
        for day, given, spent in city.connection.execute(
            "SELECT day, given_won, spent_won FROM line_day JOIN budget_line USING (line_id)"
            " WHERE code = %s ORDER BY day",
            (DISTRICT,),
        )
    ]


def test_days_are_counted_once_when_they_are_over(budget: BudgetCity) -> None:
    city = budget
    go_to(city, date(2019, 10, 21))
    assert city.spend(1, 100_000) > 0
    first = -city.position(DISTRICT).left_won + 1_000_000
    go_to(city, date(2019, 10, 22))
    city.spend(2, 50_000)
    second = -city.position(DISTRICT).left_won + 1_000_000 - first
    count_days(city.connection, city.clock.now_us())
    assert counted(city) == [("2019-10-21", 1_000_000, first)]
    for _ in range(2):
        count_days(city.connection, city.clock.now_us() + DAY_US)
    assert counted(city) == [
        ("2019-10-21", 1_000_000, first),
        ("2019-10-22", 0, second),
    ]


def test_the_pace_of_a_line_is_what_the_journal_says(budget: BudgetCity) -> None:
    city = budget
    go_to(city, date(2019, 10, 21))
    city.spend(1, 300_000)
    spent = 1_000_000 - city.position(DISTRICT).left_won
    pace = of_line(pace_on(city, date(2019, 10, 22)), DISTRICT)
    assert pace.days[0] == "2019-01-01"
    assert pace.days[-1] == "2019-12-31"
    assert len(pace.actual) == place(date(2019, 10, 22))
    assert pace.actual[-2:] == [0, spent]
    assert pace.planned[place(date(2019, 10, 20))] == 0, "nothing is planned before it was given"
    assert pace.planned[-1] == 1_000_000
    # 72 days are left, so a day is about 13,900 won; a fiftieth of the money is allowed above.
    assert 10_000 < pace.planned[place(date(2019, 10, 21))] < 20_000
    assert spent == 12_000
    assert pace.state == "within"


def test_a_line_released_by_the_month_is_planned_by_the_month(budget: BudgetCity) -> None:
    city = budget
    go_to(city, date(2019, 10, 21))
    months = [date(2019, 10, 21), date(2019, 11, 1), date(2019, 12, 1)]
    wons = (800_000, 600_000, 600_000)
    releases = [Release(start_of_day_us(day), won) for day, won in zip(months, wons, strict=True)]
    plan_releases(city.office, KIM, CITY, releases)
    pace = of_line(pace_on(city, date(2019, 10, 21)), CITY)
    assert pace.planned[place(date(2019, 10, 31))] == 800_000
    assert pace.planned[place(date(2019, 11, 30))] == 1_400_000
    assert pace.planned[-1] == 2_000_000
    assert pace.band_high[place(date(2019, 10, 31))] == 800_000, "more is not there yet"


def test_a_line_that_spends_too_fast_is_told_with_the_rate_that_lasts(budget: BudgetCity) -> None:
    city = budget
    go_to(city, date(2019, 10, 21))
    for member in range(1, 5):
        city.spend(member, 300_000)
    told = pace_on(city, date(2019, 10, 22))
    pace = of_line(told, DISTRICT)
    assert pace.state == "ahead"
    assert [w.code for w in told.warnings] == ["ahead_of_band", "ends_before_plan"]
    assert "빠르게" in pace.sentence_ko
    assert pace.steps
    assert pace.steps[0].from_day == "2019-10-23"
    assert pace.steps[0].brackets[0][1] < 400
