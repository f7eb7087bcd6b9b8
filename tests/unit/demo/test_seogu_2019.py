"""Seo-gu's money of 2019 on a synthetic population of its shape: it runs out by itself."""

from __future__ import annotations

from datetime import date

import pytest

from dure.demo.seogu.command import summary
from dure.demo.seogu.population import days
from dure.demo.seogu.year import FIRST, Year, play
from dure.kernel.calendar import seoul

SCALE = 400
ORIGINAL_AND_SUPPLEMENT_WON = (3_000_000_000 + 4_250_000_000) // SCALE


@pytest.fixture(scope="module")
def year() -> Year:
    return play(SCALE, seed=20190501, until=date(2019, 9, 10))


def test_it_ends_before_the_second_supplement_with_every_won_spent(year: Year) -> None:
    assert year.endings
    last = year.endings[-1]
    assert last.at_us > 0
    spent = sum(day.district_won for day in year.days)
    assert spent == ORIGINAL_AND_SUPPLEMENT_WON
    assert year.days[-1].left_won == 0


def test_it_tells_the_payment_that_meets_the_empty_line(year: Year) -> None:
    ending = summary(year)["endings"][-1]
    district = next(line for line in ending["lines"] if line[0].startswith("seogu"))
    assert district[1] <= ending["left_before_won"]
    assert district[1] < district[2]
    assert district[3] == "BUDGET"
    assert "서구 예산이 모두 쓰였습니다." in ending["said"]


def test_the_citys_own_share_goes_on(year: Year) -> None:
    ended = seoul(year.endings[-1].at_us).date()
    after = [day for day in year.days if day.day > ended]
    assert len(after) > 5
    in_force = [day for day in after if day.day < date(2019, 8, 10)]
    assert all(day.short_payments for day in in_force)
    assert all(day.district_won == 0 and day.city_won > 0 for day in after)


def test_the_same_seed_draws_the_same_payments() -> None:
    until = date(2019, 5, 3)
    once, twice = list(days(SCALE, 7, FIRST, until)), list(days(SCALE, 7, FIRST, until))
    assert [day.amount_won.tolist() for day in once] == [d.amount_won.tolist() for d in twice]
