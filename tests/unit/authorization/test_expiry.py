"""Money past its validity."""

from __future__ import annotations

from datetime import date

from dure.authorization.requests import Charge, ExpireMoney, Purchase
from dure.kernel.calendar import start_of_day_us
from dure.ledger.accounts import Account
from tests.engines import SHOP_JUNGGU
from tests.laws.paper_city import MEMBERS, PaperCity

MEMBER = MEMBERS[0]


def lapsed_on(city: PaperCity, day: str) -> tuple[int, int]:
    """Moves the clock to the day and expires; what lapsed of charged money and of cashback."""
    city.clock.instant_us = start_of_day_us(date.fromisoformat(day))
    assert city.ask(ExpireMoney(**city.new(), member_id=MEMBER)).approved
    movement = city.books.changes.movements[-1]
    return movement.sum_of(Account.MEMBER_CHARGED), movement.sum_of(Account.MEMBER_CASHBACK)


def paid(won: int) -> PaperCity:
    city = PaperCity()
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=100_000))
    city.ask(Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=won, channel=2,
                      member_id=MEMBER))  # fmt: skip
    return city


def test_it_keeps_charged_money_to_the_day_five_years_on() -> None:
    city = paid(40_000)
    assert lapsed_on(city, "2024-10-20") == (0, 0)
    assert lapsed_on(city, "2024-10-21") == (60_000, 0)
    assert lapsed_on(city, "2024-10-22") == (0, 0)


def test_it_lets_cashback_lapse_though_the_member_never_came_back() -> None:
    city = paid(40_000)
    assert lapsed_on(city, "2024-10-31") == (60_000, 0)
    assert lapsed_on(city, "2024-11-01") == (0, 2_400)


def test_it_lets_cashback_lapse_by_the_month_it_came_in() -> None:
    city = paid(40_000)
    city.clock.advance(31 * 86_400 * 1_000_000)
    city.ask(Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=12_400, channel=2,
                      member_id=MEMBER))  # fmt: skip
    assert city.books.wallets[MEMBER].cashback_won == 300, "2,400 were spent, 10,000 earned 3%"
    assert lapsed_on(city, "2024-11-01") == (50_000, 0)
    assert lapsed_on(city, "2024-12-01") == (0, 300)
