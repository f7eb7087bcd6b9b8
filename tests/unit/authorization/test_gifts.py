"""Gifts between members and donations: what they move, what they refuse, and no cash by them."""

from __future__ import annotations

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    ChangeWallet,
    Charge,
    Donate,
    Hold,
    Purchase,
    ReturnGift,
    SendGift,
    TakeGift,
    Withdraw,
)
from dure.ledger.accounts import Account, donation_account
from tests.engines import SHOP_JUNGGU
from tests.laws.paper_city import MEMBERS, PaperCity

ANN, BEN = MEMBERS
DAY_US = 86_400 * 1_000_000


@pytest.fixture
def city() -> PaperCity:
    """A city in which the first member has 100,000 won."""
    made = PaperCity()
    charge(made, ANN, 100_000)
    return made


def charge(city: PaperCity, member: int, won: int) -> None:
    assert city.ask(Charge(**city.new(), member_id=member, amount_won=won)).approved


def send(city: PaperCity, won: int, member: int = ANN) -> Answer:
    new = city.new()
    until_us = new["occurred_at_us"] + 3 * DAY_US
    return city.ask(SendGift(**new, member_id=member, amount_won=won, until_us=until_us))


def take(city: PaperCity, gift_id: int, member: int = BEN, giver: int = ANN) -> Answer:
    return city.ask(TakeGift(**city.new(), member_id=member, giver_id=giver, gift_id=gift_id))


def give_back(
    city: PaperCity, gift_id: int, *, withdrawn: bool = False, member: int = ANN
) -> Answer:
    return city.ask(
        ReturnGift(**city.new(), member_id=member, gift_id=gift_id, withdrawn=withdrawn)
    )


def pay(city: PaperCity, member: int, won: int) -> None:
    request = Purchase(
        **city.new(), shop_code=SHOP_JUNGGU, amount_won=won, channel=2, member_id=member
    )
    assert city.ask(request).approved


def refund(city: PaperCity, member: int) -> Answer:
    return city.ask(Withdraw(**city.new(), member_id=member, used_share_bp_min=6_000))


def charged(city: PaperCity) -> tuple[int, int, int]:
    """What the two members have, and what waits."""
    figures = [city.figures_of(member)["charged"] for member in MEMBERS]
    return figures[0], figures[1], city.sum_of(Account.GIFTS_WAITING)


def test_it_leaves_the_giver_waits_and_comes_to_the_taker(city: PaperCity) -> None:
    sent = send(city, 30_000)
    assert (sent.charged_won, charged(city)) == (30_000, (70_000, 0, 30_000))
    taken = take(city, sent.movement_id)
    assert (taken.charged_won, taken.charged_after_won) == (30_000, 30_000)
    assert charged(city) == (70_000, 30_000, 0)


def test_it_is_taken_or_returned_once(city: PaperCity) -> None:
    first, second = send(city, 10_000).movement_id, send(city, 20_000).movement_id
    assert take(city, first).approved
    assert take(city, first).reason == No.GIFT_OVER
    assert give_back(city, first, withdrawn=True).reason == No.GIFT_OVER
    assert give_back(city, second, withdrawn=True).approved
    assert take(city, second).reason == No.GIFT_OVER
    assert charged(city) == (90_000, 10_000, 0)


def test_it_returns_by_itself_after_its_time_and_not_before(city: PaperCity) -> None:
    gift = send(city, 30_000).movement_id
    city.clock.advance(3 * DAY_US - 1_000)
    assert give_back(city, gift).reason == No.GIFT_NOT_DUE
    city.clock.advance(1_000)
    assert take(city, gift).reason == No.GIFT_OVER, "its time is over also before it went back"
    assert give_back(city, gift).approved
    assert charged(city) == (100_000, 0, 0)


def test_it_returns_to_a_wallet_that_is_locked(city: PaperCity) -> None:
    gift = send(city, 100_000).movement_id
    city.ask(ChangeWallet(**city.new(), member_id=ANN, locked=True))
    assert give_back(city, gift, withdrawn=True).approved
    assert charged(city) == (100_000, 0, 0)


def test_what_waits_makes_no_room_under_the_holding_limit(city: PaperCity) -> None:
    gift = send(city, 100_000).movement_id
    over = Charge(**city.new(), member_id=ANN, amount_won=1_900_001)
    assert city.ask(over).reason == No.OVER_HOLDING_LIMIT
    charge(city, BEN, 100_000)
    theirs = send(city, 100_000, BEN).movement_id
    charge(city, ANN, 1_800_001)
    assert take(city, theirs, ANN, BEN).reason == No.OVER_HOLDING_LIMIT
    assert give_back(city, gift, withdrawn=True).approved
    assert charged(city) == (1_900_001, 0, 100_000)
    assert take(city, theirs, ANN, BEN).reason == No.OVER_HOLDING_LIMIT, (
        "as before: it makes no room"
    )


def test_a_taker_over_the_holding_limit_may_free_room_and_ask_again(city: PaperCity) -> None:
    charge(city, BEN, 1_980_000)
    gift = send(city, 30_000).movement_id
    new = city.new()
    asked = TakeGift(**new, member_id=BEN, giver_id=ANN, gift_id=gift)
    assert city.ask(asked).reason == No.OVER_HOLDING_LIMIT
    pay(city, BEN, 10_000)
    assert city.ask(asked).approved, "the same request too: its refusal was not recorded"
    assert charged(city) == (70_000, 2_000_000, 0)


def test_only_free_money_of_an_open_wallet_is_given(city: PaperCity) -> None:
    new = city.new()
    hold = Hold(**new, shop_code=SHOP_JUNGGU, amount_won=60_000, channel=4, member_id=ANN,
                expires_at_us=new["occurred_at_us"] + DAY_US)  # fmt: skip
    assert city.ask(hold).approved
    assert send(city, 40_001).reason == No.NOT_ENOUGH_MONEY
    assert send(city, 40_000).approved
    assert send(city, 0).reason == No.AMOUNT_INVALID
    city.ask(ChangeWallet(**city.new(), member_id=ANN, locked=True))
    assert send(city, 1).reason == No.WALLET_LOCKED


def test_nobody_takes_his_own_gift_or_one_that_is_not_there(city: PaperCity) -> None:
    gift = send(city, 30_000).movement_id
    assert take(city, gift, member=ANN).reason == No.GIFT_UNKNOWN
    assert take(city, gift, giver=BEN, member=ANN).reason == No.GIFT_UNKNOWN
    assert take(city, gift + 1).reason == No.GIFT_UNKNOWN
    assert give_back(city, gift, member=BEN).reason == No.GIFT_UNKNOWN
    city.ask(ChangeWallet(**city.new(), member_id=BEN, locked=True))
    assert take(city, gift).reason == No.WALLET_LOCKED
    assert charged(city) == (70_000, 0, 30_000)


def test_the_same_request_has_one_effect_and_names_one_gift(city: PaperCity) -> None:
    first, second = send(city, 10_000).movement_id, send(city, 20_000).movement_id
    asked = TakeGift(**city.new(), member_id=BEN, giver_id=ANN, gift_id=first)
    assert city.ask(asked).approved
    again = city.ask(asked)
    assert (again.approved, again.repeated) == (True, True)
    asked.gift_id = second
    assert city.ask(asked).reason == No.KEY_USED_FOR_ANOTHER_REQUEST
    back = ReturnGift(**city.new(), member_id=ANN, gift_id=second, withdrawn=True)
    assert city.ask(back).approved
    assert city.ask(back).repeated
    back.gift_id = first
    assert city.ask(back).reason == No.KEY_USED_FOR_ANOTHER_REQUEST
    assert charged(city) == (90_000, 10_000, 0)


def test_it_earns_nothing_and_counts_in_no_month(city: PaperCity) -> None:
    take(city, send(city, 30_000).movement_id)
    assert all(city.figures_of(member)["usage"] == {} for member in MEMBERS)
    assert all(city.figures_of(member)["cashback"] == 0 for member in MEMBERS)


def test_what_came_as_a_gift_is_never_paid_out(city: PaperCity) -> None:
    take(city, send(city, 30_000).movement_id)
    assert refund(city, BEN).reason == No.REFUND_RATIO_NOT_REACHED, "not even unused"
    pay(city, BEN, 29_000)
    assert refund(city, BEN).reason == No.REFUND_RATIO_NOT_REACHED, "nor by the ratio"


def test_an_unused_charge_is_refunded_past_a_gift_that_stays(city: PaperCity) -> None:
    charge(city, BEN, 40_000)
    take(city, send(city, 30_000).movement_id)
    charge(city, BEN, 5_000)
    assert refund(city, BEN).amount_won == 45_000
    wallet = city.books.wallets[BEN]
    assert (wallet.charged_won, wallet.charged_in_won) == (30_000, 30_000)
    (gift,) = city.books.lots(BEN)
    assert (gift.in_from_won, gift.in_until_won, gift.given) == (0, 30_000, True)
    assert refund(city, BEN).reason == No.REFUND_RATIO_NOT_REACHED


def test_the_ratio_ends_at_the_first_gift_in_the_queue(city: PaperCity) -> None:
    charge(city, BEN, 50_000)
    city.clock.advance(8 * DAY_US)
    take(city, send(city, 20_000).movement_id)
    charge(city, BEN, 100_000)
    city.clock.advance(8 * DAY_US)
    pay(city, BEN, 30_000)
    assert refund(city, BEN).amount_won == 20_000, "of the first charge alone"
    assert refund(city, BEN).reason == No.REFUND_RATIO_NOT_REACHED


def test_a_gift_that_waits_does_not_count_as_used(city: PaperCity) -> None:
    city.clock.advance(8 * DAY_US)
    gift = send(city, 60_000).movement_id
    assert refund(city, ANN).reason == No.REFUND_RATIO_NOT_REACHED
    take(city, gift)
    assert refund(city, ANN).amount_won == 40_000, "taken, it is spent for good"


def test_gifts_to_and_fro_reach_no_refund(city: PaperCity) -> None:
    city.clock.advance(8 * DAY_US)
    for _ in range(3):
        assert take(city, send(city, 50_000).movement_id).approved
        back = send(city, 50_000, member=BEN).movement_id
        assert take(city, back, member=ANN, giver=BEN).approved
    assert charged(city) == (100_000, 0, 0)
    assert refund(city, ANN).reason == No.REFUND_RATIO_NOT_REACHED


def test_a_returned_gift_fills_the_charge_that_it_was_taken_from(city: PaperCity) -> None:
    give_back(city, send(city, 60_000).movement_id, withdrawn=True)
    assert refund(city, ANN).amount_won == 100_000, "as unused as before"


def test_a_donation_moves_charged_money_or_cashback_to_its_fund(city: PaperCity) -> None:
    pay(city, ANN, 50_000)
    earned = city.figures_of(ANN)["cashback"]
    assert earned

    def donate(won: int, *, cashback: bool, fund: int = 7) -> Answer:
        return city.ask(Donate(**city.new(), member_id=ANN, fund_id=fund, amount_won=won,
                               cashback=cashback))  # fmt: skip

    assert donate(10_000, cashback=False).charged_won == 10_000
    assert donate(earned, cashback=True).cashback_won == earned
    assert donate(1, cashback=True).reason == No.NOT_ENOUGH_MONEY
    assert donate(40_001, cashback=False).reason == No.NOT_ENOUGH_MONEY
    assert donate(1, cashback=False, fund=0).reason == No.AMOUNT_INVALID
    assert donate(1, cashback=False, fund=100_000).reason == No.AMOUNT_INVALID
    assert -city.booked()[ANN, donation_account(7)] == 10_000 + earned
    assert city.figures_of(ANN)["charged"] == 40_000


def test_a_repeated_donation_is_one_and_of_one_fund(city: PaperCity) -> None:
    asked = Donate(**city.new(), member_id=ANN, fund_id=7, amount_won=5_000)
    assert city.ask(asked).approved
    assert city.ask(asked).repeated
    asked.fund_id = 8
    assert city.ask(asked).reason == No.KEY_USED_FOR_ANOTHER_REQUEST
    assert city.figures_of(ANN)["charged"] == 95_000
