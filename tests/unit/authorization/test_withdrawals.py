"""Refunds of charged money that the bank carries out, or fails to."""

from __future__ import annotations

from dure.authorization.requests import Charge, Purchase, SettleWithdrawal, Withdraw
from tests.engines import SHOP_JUNGGU
from tests.laws.paper_city import MEMBERS, PaperCity

MEMBER = MEMBERS[0]
DAY_US = 86_400 * 1_000_000


def charge(city: PaperCity, won: int) -> None:
    assert city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=won)).approved


def withdraw(city: PaperCity) -> Withdraw:
    request = Withdraw(**city.new(), member_id=MEMBER, used_share_bp_min=6_000)
    assert city.ask(request).approved
    return request


def settle(city: PaperCity, withdrawal: Withdraw, *, paid: bool) -> None:
    request = SettleWithdrawal(
        **city.new(), member_id=MEMBER, original_key=withdrawal.key, paid=paid
    )
    assert city.ask(request).approved


def test_a_failed_refund_of_an_unused_charge_is_a_charge_again() -> None:
    city = PaperCity()
    charge(city, 100_000)
    settle(city, withdraw(city), paid=False)
    wallet = city.books.wallets[MEMBER]
    assert wallet.charged_won == 100_000
    assert wallet.charged_in_won == 100_000, "more never went out than came in"
    settle(city, withdraw(city), paid=True)
    assert (wallet.charged_won, wallet.charged_in_won) == (0, 0)


def test_a_failed_refund_leaves_older_charges_as_used_as_they_were() -> None:
    city = PaperCity()
    charge(city, 100_000)
    city.ask(Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=100_000, channel=2,
                      member_id=MEMBER))  # fmt: skip
    city.clock.advance(30 * DAY_US)
    charge(city, 50_000)
    settle(city, withdraw(city), paid=False)
    lots = city.books.lots(MEMBER)
    assert [(lot.in_from_won, lot.in_until_won) for lot in lots] == [
        (0, 100_000),
        (100_000, 150_000),
    ]
    expiries = [lot.expires_at_us for lot in lots]
    assert expiries == sorted(expiries), "lots lapse in the order in which they came"


def test_a_failed_refund_of_the_rest_does_not_begin_the_ratio_anew() -> None:
    city = PaperCity()
    charge(city, 100_000)
    city.ask(Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=60_000, channel=2,
                      member_id=MEMBER))  # fmt: skip
    city.clock.advance(30 * DAY_US)
    settle(city, withdraw(city), paid=False)
    assert len(city.books.lots(MEMBER)) == 1
    withdraw(city)
