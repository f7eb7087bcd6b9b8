"""Incheon's rules from 2018-07 to 2020-01, as amounts that a person can recompute.

Each line of the tables is one purchase: the city's clock, the district of the shop, the instant
discount that the shop offers (0 when it is no benefit-plus shop), the member's net payments of the
month before it, and the price; then what must come of it: won off the price, won of city cashback,
won of district cashback. Cashback is on the price after the discount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dure.policy.occasions import Trade

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Incheon

#   when                 shop     offer month_before price | discount city district
LAUNCH = """
    2018-07-30T23:59:59  남동구   5%          0   20_000 |     0     0     0
    2018-07-31T00:00:00  남동구   5%          0   20_000 |  1000     0     0
    2018-07-31T00:00:00  남동구   3%          0   20_000 |   600     0     0
    2018-07-31T00:00:00  남동구   7%          0   20_000 |  1400     0     0
    2018-07-31T00:00:00  남동구   9%          0   20_000 |  1400     0     0
    2018-07-31T00:00:00  남동구   2%          0   20_000 |     0     0     0
    2018-07-31T00:00:00  남동구   0%          0   20_000 |     0     0     0
    2019-03-31T23:59:59  남동구   0%          0   20_000 |     0     0     0
"""
CITY_6_PERCENT_WITHOUT_CAP = """
    2019-04-01T00:00:00  남동구   0%          0   20_000 |     0  1200     0
    2019-04-01T00:00:00  남동구   0%  5_000_000   20_000 |     0  1200     0
    2019-04-01T00:00:00  남동구   0%          0       16 |     0     0     0
    2019-04-01T00:00:00  남동구   0%          0       17 |     0     1     0
    2019-04-01T00:00:00  남동구   5%          0   20_000 |  1000  1140     0
    2019-08-01T05:59:59  남동구   0%  2_000_000   20_000 |     0  1200     0
"""
SEOGU_TO_JULY = """
    2019-04-30T23:59:59  서구     0%          0   20_000 |     0  1200     0
    2019-05-01T00:00:00  서구     0%          0   20_000 |     0  1200   800
    2019-05-01T00:00:00  부평구   0%          0   20_000 |     0  1200     0
    2019-07-18T23:59:59  서구     0%    600_000   20_000 |     0  1200   800
    2019-07-19T00:00:00  서구     0%          0   20_000 |     0  1200   800
    2019-07-19T00:00:00  서구     0%    290_000   20_000 |     0  1200   500
    2019-07-19T00:00:00  서구     0%    300_000   20_000 |     0  1200   200
    2019-07-19T00:00:00  서구     0%    490_000   20_000 |     0  1200   100
    2019-07-19T00:00:00  서구     0%    500_000   20_000 |     0  1200     0
    2019-07-19T00:00:00  서구     0%          0  600_000 |     0 36000 14000
"""
MICHUHOL_YEONSU_AND_THE_PLAN_OF_NAMDONG = """
    2019-06-30T23:59:59  미추홀구 0%          0   20_000 |     0  1200     0
    2019-07-01T00:00:00  미추홀구 0%          0   20_000 |     0  1200   400
    2019-06-30T23:59:59  연수구   0%          0   20_000 |     0  1200     0
    2019-07-01T00:00:00  연수구   0%          0   20_000 |     0  1200  1000
    2019-07-18T00:00:00  남동구   0%          0   20_000 |     0  1200     0
    2019-08-01T05:59:59  미추홀구 0%    600_000   20_000 |     0  1200   400
    2019-08-01T05:59:59  연수구   0%    600_000   20_000 |     0  1200  1000
"""
AUGUST_1_AT_SIX = """
    2019-08-01T06:00:00  남동구   0%    980_000   20_000 |     0  1200     0
    2019-08-01T06:00:00  남동구   0%    990_000   20_000 |     0   600     0
    2019-08-01T06:00:00  남동구   0%  1_000_000   20_000 |     0     0     0
    2019-08-01T06:00:00  남동구   0%  2_000_000   20_000 |     0     0     0
    2019-08-01T06:00:00  미추홀구 0%          0   20_000 |     0  1200   400
    2019-08-01T06:00:00  미추홀구 0%    290_000   20_000 |     0  1200   300
    2019-08-01T06:00:00  미추홀구 0%    300_000   20_000 |     0  1200   200
    2019-08-01T06:00:00  미추홀구 0%    500_000   20_000 |     0  1200     0
    2019-08-01T06:00:00  미추홀구 0%  1_000_000   20_000 |     0     0     0
    2019-08-01T06:00:00  서구     0%          0   20_000 |     0  1200   800
    2019-08-01T06:00:00  서구     0%    300_000   20_000 |     0  1200   200
    2019-08-01T06:00:00  연수구   0%          0   20_000 |     0  1200   800
    2019-08-01T06:00:00  연수구   0%    490_000   20_000 |     0  1200   400
    2019-08-01T06:00:00  연수구   0%    500_000   20_000 |     0  1200     0
    2019-08-01T06:00:00  연수구   0%    990_000   20_000 |     0   600     0
"""
DISTRICT_MONEY_ENDS = """
    2019-08-09T23:59:59  서구     0%          0   20_000 |     0  1200   800
    2019-08-10T00:00:00  서구     0%          0   20_000 |     0  1200     0
    2019-08-25T23:59:59  미추홀구 0%          0   20_000 |     0  1200   400
    2019-08-26T00:00:00  미추홀구 0%          0   20_000 |     0  1200     0
    2019-09-09T23:59:59  서구     0%          0   20_000 |     0  1200     0
    2019-09-10T00:00:00  서구     0%          0   20_000 |     0  1200   200
    2019-09-10T00:00:00  서구     0%    990_000   20_000 |     0   600   100
    2019-09-10T00:00:00  서구     0%  1_000_000   20_000 |     0     0     0
"""
YEONSU_BENEFIT_PLUS = """
    2019-08-31T23:59:59  연수구   5%          0   20_000 |  1000  1140   760
    2019-09-01T00:00:00  연수구   5%          0   20_000 |  1000  1140  1140
    2019-09-01T00:00:00  연수구   0%          0   20_000 |     0  1200   800
    2019-09-01T00:00:00  연수구   5%    500_000   20_000 |  1000  1140     0
    2019-09-01T00:00:00  남동구   5%          0   20_000 |  1000  1140     0
    2019-10-22T00:00:00  연수구   3%          0   20_000 |   600   582  1746
"""
OCTOBER_22_AT_MIDNIGHT = """
    2019-10-21T23:59:59  남동구   0%          0   20_000 |     0  1200     0
    2019-10-22T00:00:00  남동구   0%          0   20_000 |     0   600     0
    2019-10-22T00:00:00  남동구   0%    990_000   20_000 |     0   300     0
    2019-10-22T00:00:00  남동구   0%  1_000_000   20_000 |     0     0     0
    2019-10-21T23:59:59  서구     0%          0   20_000 |     0  1200   200
    2019-10-22T00:00:00  서구     0%          0   20_000 |     0   600   800
    2019-10-22T00:00:00  서구     0%    290_000   20_000 |     0   600   400
    2019-10-22T00:00:00  서구     0%    300_000   20_000 |     0   600     0
    2019-10-21T23:59:59  연수구   0%          0   20_000 |     0  1200   800
    2019-10-22T00:00:00  연수구   0%          0   20_000 |     0   600  1400
    2019-10-22T00:00:00  연수구   0%    290_000   20_000 |     0   600   700
    2019-10-22T00:00:00  연수구   0%    300_000   20_000 |     0   600     0
"""
NOVEMBER_1 = """
    2019-10-31T23:59:59  남동구   0%    500_000   20_000 |     0   600     0
    2019-11-01T00:00:00  남동구   0%    500_000   20_000 |     0     0     0
    2019-11-01T00:00:00  남동구   0%          0   20_000 |     0   600     0
    2019-11-01T00:00:00  남동구   0%    290_000   20_000 |     0   300     0
    2019-11-01T00:00:00  서구     0%          0   20_000 |     0   600   800
    2019-11-01T00:00:00  연수구   0%          0   20_000 |     0   600  1400
    2019-11-01T00:00:00  연수구   0%    300_000   20_000 |     0     0     0
"""
JANUARY_2020 = """
    2019-12-31T23:59:59  서구     0%          0   20_000 |     0   600   800
    2020-01-01T00:00:00  서구     0%          0   20_000 |     0   800     0
    2020-01-01T00:00:00  남동구   0%    290_000   20_000 |     0   600     0
    2020-01-01T00:00:00  남동구   0%    300_000   20_000 |     0   400     0
    2020-01-01T00:00:00  남동구   0%    490_000   20_000 |     0   300     0
    2020-01-01T00:00:00  남동구   0%    500_000   20_000 |     0   200     0
    2020-01-01T00:00:00  남동구   0%    990_000   20_000 |     0   100     0
    2020-01-01T00:00:00  남동구   0%  1_000_000   20_000 |     0     0     0
    2020-01-01T00:00:00  남동구   0%          0 2_000_000 |    0 21000     0
"""
TABLES = (
    LAUNCH,
    CITY_6_PERCENT_WITHOUT_CAP,
    SEOGU_TO_JULY,
    MICHUHOL_YEONSU_AND_THE_PLAN_OF_NAMDONG,
    AUGUST_1_AT_SIX,
    DISTRICT_MONEY_ENDS,
    YEONSU_BENEFIT_PLUS,
    OCTOBER_22_AT_MIDNIGHT,
    NOVEMBER_1,
    JANUARY_2020,
)
ROWS = [line.strip() for table in TABLES for line in table.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS)
def test_it_gives_what_the_table_says(incheon: Incheon, row: str) -> None:
    facts, _, expected = row.partition("|")
    when, district, offer, month_before, price = facts.split()
    paid = incheon.pay(
        when, district, int(price), int(month_before), offer_percent=int(offer.rstrip("%"))
    )
    assert paid == tuple(int(won) for won in expected.split())


def test_it_changes_at_the_very_microsecond_of_midnight(incheon: Incheon) -> None:
    assert incheon.pay("2019-10-21T23:59:59.999999", "남동구", 20_000).city_won == 1200
    assert incheon.pay("2019-10-22T00:00:00.000000", "남동구", 20_000).city_won == 600


@pytest.mark.parametrize(
    ("when", "trade", "city_won"),
    [
        ("2019-07-31", Trade.HYPERMARKET, 0),
        ("2019-07-31", Trade.CHAIN_SUPERMARKET, 0),
        ("2019-07-31", Trade.DEPARTMENT_STORE, 0),
        ("2019-07-31", Trade.GAMBLING, 1200),
        ("2019-07-31", Trade.CAR_DEALER, 1200),
        ("2019-08-02", Trade.GAMBLING, 0),
        ("2019-08-02", Trade.CAR_DEALER, 0),
        ("2019-08-02", Trade.ADULT_ENTERTAINMENT, 0),
        ("2019-08-02", Trade.LARGE_ELECTRONICS, 0),
        ("2019-08-02", Trade.ORDINARY, 1200),
    ],
)
def test_it_gives_nothing_at_shops_of_an_excluded_trade(
    incheon: Incheon, when: str, trade: Trade, city_won: int
) -> None:
    assert incheon.pay(when, "서구", 20_000, trade=trade).city_won == city_won


@pytest.mark.parametrize(("sales_band", "district_won"), [(1, 1140), (2, 760)])
def test_it_gives_yeonsus_benefit_plus_part_to_small_shops_only(
    incheon: Incheon, sales_band: int, district_won: int
) -> None:
    paid = incheon.pay("2019-09-01", "연수구", 20_000, 0, 5, sales_band=sales_band)
    assert paid.district_won == district_won
