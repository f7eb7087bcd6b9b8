"""The month's charging limit where a month ends between the bank's word and the booking."""

from __future__ import annotations

from datetime import date

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Charge
from dure.kernel.calendar import start_of_day_us
from tests.laws.paper_city import MEMBERS, PaperCity

MEMBER, _ = MEMBERS
LIMIT_WON = 5_000_000
NOVEMBER_US = start_of_day_us(date(2019, 11, 1))


def charge(city: PaperCity, won: int, at_us: int) -> No:
    return city.ask(Charge(**city.new(at_us), member_id=MEMBER, amount_won=won)).reason


def test_a_charge_of_the_old_month_counts_in_the_new_one_where_that_has_begun() -> None:
    city = PaperCity()
    wallet = city.books.wallets[MEMBER]
    assert charge(city, 1_000, NOVEMBER_US) == No.APPROVED
    assert charge(city, 2_000, NOVEMBER_US - 1) == No.APPROVED
    assert (wallet.month, wallet.month_charged_won) == (201911, 3_000)


def test_a_charge_of_the_old_month_passes_no_limit_of_the_new_one() -> None:
    city = PaperCity()
    assert charge(city, 1_000, NOVEMBER_US) == No.APPROVED
    city.books.wallets[MEMBER].month_charged_won = LIMIT_WON - 1_000
    assert charge(city, 1_001, NOVEMBER_US - 1) == No.OVER_CHARGE_LIMIT
    assert charge(city, 1_000, NOVEMBER_US - 1) == No.APPROVED
    assert charge(city, 1, NOVEMBER_US) == No.OVER_CHARGE_LIMIT


def test_a_new_month_begins_with_nothing_charged() -> None:
    city = PaperCity()
    assert charge(city, 1_000, NOVEMBER_US - 1) == No.APPROVED
    city.books.wallets[MEMBER].month_charged_won = LIMIT_WON
    assert charge(city, 1_500, NOVEMBER_US) == No.APPROVED
    assert city.books.wallets[MEMBER].month_charged_won == 1_500
