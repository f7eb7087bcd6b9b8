"""The demo city from 1 September 2019 with the budget of that year: its plan lasts to the end."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pytest

from dure.forecast.optimize import optimize
from dure.forecast.optimize.proving import held_on
from dure.forecast.optimize.published_city import PublishedCity, published_city
from dure.forecast.optimize.refusals import NoBudgetError
from dure.forecast.results import Constraints, Plans
from dure.kernel.calendar import start_of_day_us

AS_OF = date(2019, 8, 31)
YEAR_WON = 72_800_000_000


@lru_cache(maxsize=1)
def city() -> PublishedCity:
    return published_city(AS_OF)


@lru_cache(maxsize=1)
def plans() -> Plans:
    """The whole search, as the command does it."""
    constraints = Constraints(
        line_codes=list(city().line_codes),
        first_day=city().first_day.isoformat(),
        last_day=city().last_day.isoformat(),
    )
    return optimize(city().demand, city().documents, city().lines, constraints, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "seed",
    [20_190_901, *(pytest.param(other, marks=pytest.mark.campaign) for other in (7, 2_019))],
)
def test_its_first_plan_lasts_in_95_of_100_futures_and_leaves_less_than_a_twentieth(
    seed: int,
) -> None:
    best = plans().proposals[0]
    assert best.broken_en == []
    held = held_on(city(), best, futures=100, seed=seed)
    assert held.lasted >= 95
    assert held.unspent_bp < 500
    assert held.unspent_year_bp < 500


def test_the_years_money_is_that_of_the_published_budget() -> None:
    own = [line for line in city().lines if line.code in city().line_codes]
    assert sum(line.left_won + line.spent_won for line in own) == YEAR_WON
    assert all(line.left_won > 0 < line.spent_won for line in own)


def test_nothing_that_was_decided_later_is_known() -> None:
    first_us = start_of_day_us(city().first_day)
    end_us = start_of_day_us(date(2020, 1, 1))
    assert all(d.from_us <= first_us for d in city().documents)
    holding = [d for d in city().documents if d.until_us > first_us]
    assert {d.key for d in holding} >= {"incheon-city-cashback@2", "yeonsu-top-up@2"}
    assert all(d.until_us >= end_us for d in holding)
    assert max(p.until_day for p in city().demand.history.payments) <= city().demand.as_of_day + 1


def test_a_year_without_a_budget_is_refused() -> None:
    with pytest.raises(NoBudgetError) as refused:
        published_city(date(2022, 8, 31))
    assert "2022" in refused.value.korean
    assert "2022" in refused.value.english
