"""Advices: what somebody granted in our stead is reserved, and what has happened is booked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dure.authorization.answers import Answer
from dure.authorization.facts import CardStatus, HoldState
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Cancel,
    Capture,
    CardProof,
    ChangeWallet,
    Charge,
    ExpireHold,
    Hold,
    ProofCheck,
    Purchase,
)
from dure.kernel.calendar import DAY_US
from dure.ledger.accounts import Account
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US, Periods, ShopStatus
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_SEOGU
from tests.laws.paper_city import CARDS, MEMBERS, PaperCity

MEMBER, OTHER = MEMBERS
CARD, OTHERS_CARD = CARDS
CHARGED_WON = 100_000
KEY = b"the key of before"[:16]
UNKNOWN = bytes(15) + b"?"
TAXI = 4

Before = Callable[[PaperCity], Any]


@pytest.fixture
def city() -> PaperCity:
    """The member has 100,000 won."""
    return new_city()


def new_city() -> PaperCity:
    city = PaperCity()
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=CHARGED_WON))
    return city


def hold(city: PaperCity, won: int, **more: Any) -> Hold:
    fields: dict[str, Any] = {"shop_code": SHOP_JUNGGU, "card": CARD, "advice": True}
    return Hold(**(city.new() | fields | more), amount_won=won, channel=TAXI,
                expires_at_us=city.clock.now_us() + DAY_US)  # fmt: skip


def capture(city: PaperCity, won: int, **more: Any) -> Capture:
    fields: dict[str, Any] = {"shop_code": SHOP_JUNGGU, "card": CARD, "advice": True}
    return Capture(**(city.new() | {"channel": TAXI} | fields | more), amount_won=won)


def held_won(city: PaperCity) -> int:
    won = city.figures_of(MEMBER)["held"]
    assert won == sum(
        made.held_won
        for made in city.books.holds.values()
        if made.state == HoldState.OPEN and made.member_id == MEMBER
    )
    return int(won)


def nothing(city: PaperCity) -> None:
    """The member has 100,000 won, as before every row."""


def everything_spent(city: PaperCity) -> None:
    city.ask(ChangeWallet(**city.new(), member_id=MEMBER, spend_cashback=False))
    pay = Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=CHARGED_WON, channel=1,
                   card=CARD)  # fmt: skip
    assert city.ask(pay).approved


def locked(city: PaperCity) -> None:
    assert city.ask(ChangeWallet(**city.new(), member_id=MEMBER, locked=True)).approved


def blocked(city: PaperCity) -> None:
    city.books.cards[CARD].status = CardStatus.BLOCKED


def wrong_pins(city: PaperCity) -> None:
    city.books.cards[CARD].pin_failures = 3


def shop_suspended(city: PaperCity) -> None:
    shop = city.books.shops[SHOP_JUNGGU]
    entry = ShopEntry(
        SHOP_JUNGGU, shop.facts_at(BEGUN_US), Periods((ALWAYS_US,), (ShopStatus.SUSPENDED,))
    )
    city.books.shops[SHOP_JUNGGU] = city.books.shops_by_id[entry.shop_id] = entry


PIN = CardProof(pvv="9999")
CRYPTOGRAM = CardProof(cryptogram=ProofCheck.WRONG, atc=1)

# fmt: off
GRANTED: list[tuple[str, Before, int, CardProof, int]] = [
    ("what is there", nothing, 30_000, CardProof(), 30_000),
    ("all that is there", nothing, 100_000, CardProof(), 100_000),
    ("more than is there", nothing, 100_001, CardProof(), 100_000),
    ("more than may be paid at once", nothing, 2_000_001, CardProof(), 100_000),
    ("a wallet with nothing in it", everything_spent, 30_000, CardProof(), 0),
    ("a locked wallet", locked, 30_000, CardProof(), 30_000),
    ("a blocked card", blocked, 30_000, CardProof(), 30_000),
    ("an expiry date that is not the card's", nothing, 30_000, CardProof(2001), 30_000),
    ("a wrong PIN", nothing, 30_000, PIN, 30_000),
    ("a card whose PIN tries are used up", wrong_pins, 30_000, PIN, 30_000),
    ("a wrong cryptogram", nothing, 30_000, CRYPTOGRAM, 30_000),
    ("a suspended shop", shop_suspended, 30_000, CardProof(), 30_000),
]
# fmt: on


@pytest.mark.parametrize(
    ("what", "before", "won", "proof", "reserved_won"), GRANTED, ids=[row[0] for row in GRANTED]
)
def test_a_hold_granted_in_our_stead_is_never_refused(
    city: PaperCity, what: str, before: Before, won: int, proof: CardProof, reserved_won: int
) -> None:
    before(city)
    failures = city.books.cards[CARD].pin_failures
    request = hold(city, won, proof=proof)
    answer = city.ask(request)
    assert (answer.reason, answer.amount_won) == (No.APPROVED, won)
    assert held_won(city) == answer.held_after_won == reserved_won
    assert city.books.cards[CARD].pin_failures == failures
    again = city.ask(request)
    assert (again.approved, again.repeated, again.approval_code) == (
        True, True, answer.approval_code,
    )  # fmt: skip
    captured = city.ask(capture(city, won, original_key=request.key))
    assert (captured.reason, held_won(city)) == (No.APPROVED, 0)
    assert captured.charged_won + captured.suspense_won == won
    told_again = city.ask(capture(city, won, original_key=request.key))
    assert told_again.reason == No.HOLD_NOT_OPEN


@pytest.mark.parametrize("won", [0, -1])
def test_an_advice_of_a_hold_of_nothing_is_no_hold(city: PaperCity, won: int) -> None:
    assert city.ask(hold(city, won)).reason == No.AMOUNT_INVALID


def test_a_hold_that_could_reserve_nothing_is_over_and_may_be_reversed(city: PaperCity) -> None:
    everything_spent(city)
    request = hold(city, 5_000)
    made = city.ask(request)
    expire = ExpireHold(**city.new(DAY_US * 40_000), member_id=MEMBER, hold_id=made.movement_id)
    assert city.ask(expire).reason == No.HOLD_NOT_OPEN
    by_till = capture(city, 5_000, original_key=request.key, advice=False)
    assert city.ask(by_till).reason == No.HOLD_NOT_OPEN
    for rest_won in (2_000, 0):
        undo = Cancel(**city.new(), original_key=request.key, card=CARD, rest_won=rest_won)
        assert city.ask(undo).approved
    assert held_won(city) == 0


def test_a_hold_of_less_than_was_granted_is_released_and_cut_like_any(city: PaperCity) -> None:
    request = hold(city, 150_000)
    city.ask(request)
    for rest_won, left_won in ((120_000, 100_000), (40_000, 40_000), (0, 0)):
        undo = Cancel(**city.new(), original_key=request.key, card=CARD, rest_won=rest_won)
        assert city.ask(undo).approved
        assert held_won(city) == left_won


def test_a_capture_earns_where_the_shop_might_take_the_hold(city: PaperCity) -> None:
    first, second = hold(city, 10_000), hold(city, 10_000)
    assert city.ask(first).approved
    city.ask(second)
    assert city.ask(capture(city, 10_000, original_key=first.key)).incentive
    shop_suspended(city)
    lines = city.lines()
    assert not city.ask(capture(city, 10_000, original_key=second.key)).incentive
    assert city.lines() == lines


# Captures whose hold is not there.


def refused_hold(city: PaperCity) -> None:
    request = hold(city, 500_000, advice=False)
    request.key = KEY
    assert city.ask(request).reason == No.NOT_ENOUGH_MONEY


def refused_payment(city: PaperCity) -> None:
    pay = Purchase(key=KEY, occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=500_000,
                   channel=1, card=CARD)  # fmt: skip
    assert city.ask(pay).reason == No.NOT_ENOUGH_MONEY


def payment(city: PaperCity) -> None:
    pay = Purchase(key=KEY, occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=10_000,
                   channel=1, card=CARD)  # fmt: skip
    assert city.ask(pay).approved


def cancelled_payment(city: PaperCity) -> None:
    payment(city)
    assert city.ask(Cancel(**city.new(), original_key=KEY, card=CARD)).approved


def reversed_first(city: PaperCity) -> None:
    assert city.ask(Cancel(**city.new(), original_key=KEY, card=CARD)).approved


def somebody_elses_hold(city: PaperCity) -> None:
    city.ask(Charge(**city.new(), member_id=OTHER, amount_won=50_000))
    request = hold(city, 50_000, card=OTHERS_CARD)
    request.key = KEY
    assert city.ask(request).approved


# fmt: off
WITHOUT_HOLD: list[tuple[str, Before, dict[str, Any]]] = [
    ("a key that nobody knows", nothing, {"original_key": UNKNOWN}),
    ("an approval code that nobody gave", nothing, {"approval_code": "STANDI"}),
    ("a key and a code that nobody knows", nothing,
     {"original_key": UNKNOWN, "approval_code": "STANDI"}),
    ("nothing at all", nothing, {}),
    ("a hold that was refused", refused_hold, {"original_key": KEY}),
    ("a payment that was refused", refused_payment, {"original_key": KEY}),
    ("a payment that was cancelled", cancelled_payment, {"original_key": KEY}),
    ("a hold that was reversed before it came", reversed_first, {"original_key": KEY}),
    ("somebody else's hold", somebody_elses_hold, {"original_key": KEY}),
]
# fmt: on
PURSES = (
    "reason",
    "amount_won",
    "charged_won",
    "cashback_won",
    "allowance_won",
    "discount_won",
    "suspense_won",
    "claim_won",
    "incentive",
    "charged_after_won",
    "cashback_after_won",
    "shop_id",
    "member_id",
)  # fmt: skip


def told(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in PURSES}


@pytest.mark.parametrize("shop", [nothing, shop_suspended], ids=["", "suspended"])
@pytest.mark.parametrize("won", [10_000, 130_000])
@pytest.mark.parametrize(
    ("what", "before", "named"), WITHOUT_HOLD, ids=[row[0] for row in WITHOUT_HOLD]
)
def test_a_capture_by_advice_without_a_hold_is_booked_as_a_payment_by_advice(
    what: str, before: Before, named: dict[str, Any], won: int, shop: Before
) -> None:
    first, second = new_city(), new_city()
    for city in (first, second):
        before(city)
        locked(city)
        shop(city)
    request = capture(first, won, **named)
    captured = first.ask(request)
    advice = Purchase(**second.new(), shop_code=SHOP_JUNGGU, amount_won=won, channel=TAXI,
                      card=CARD, advice=True)  # fmt: skip
    assert told(captured) == told(second.ask(advice))
    assert captured.approved
    assert bool(captured.incentive) == (shop is nothing)
    assert captured.suspense_won == max(0, won - CHARGED_WON)
    assert first.figures_of(MEMBER) == second.figures_of(MEMBER)
    assert first.lines() == second.lines()
    assert first.books.changes.movements[-1].channel == TAXI
    again = first.ask(request)
    assert (again.repeated, again.approval_code) == (True, captured.approval_code)
    undo = Cancel(**first.new(), original_key=request.key, card=CARD)
    assert first.ask(undo).approved
    assert first.figures_of(MEMBER)["charged"] == CHARGED_WON
    assert first.sum_of(Account.SUSPENSE) == 0


def refusal(won: int = 1_000, **more: Any) -> Callable[[PaperCity], AnyRequest]:
    return lambda city: capture(city, won, **({"original_key": UNKNOWN} | more))


# fmt: off
REFUSED: list[tuple[str, Before, Callable[[PaperCity], AnyRequest], No]] = [
    ("a capture that is no advice", nothing, refusal(advice=False), No.ORIGINAL_UNKNOWN),
    ("a capture of a refused hold that is no advice", refused_hold,
     refusal(advice=False, original_key=KEY), No.ORIGINAL_UNKNOWN),
    ("an advice that names no shop", nothing, refusal(shop_code=""), No.ORIGINAL_UNKNOWN),
    ("an advice of a shop that nobody knows", nothing, refusal(shop_code="NOSHOP"),
     No.SHOP_UNKNOWN),
    ("an advice of nothing", nothing, refusal(0), No.AMOUNT_INVALID),
    ("an advice by a card that nobody knows", nothing, refusal(card=UNKNOWN), No.CARD_UNKNOWN),
    ("a payment told again", payment, refusal(10_000, original_key=KEY), No.HOLD_NOT_OPEN),
]
# fmt: on


@pytest.mark.parametrize(
    ("what", "before", "asked", "reason"), REFUSED, ids=[row[0] for row in REFUSED]
)
def test_it_refuses_a_capture_without_a_hold(
    city: PaperCity,
    what: str,
    before: Before,
    asked: Callable[[PaperCity], AnyRequest],
    reason: No,
) -> None:
    before(city)
    figures, lines = city.figures_of(MEMBER), city.lines()
    assert city.ask(asked(city)).reason == reason
    assert (city.figures_of(MEMBER), city.lines()) == (figures, lines)


def test_a_hold_is_captured_at_its_own_shop_whatever_the_capture_says(city: PaperCity) -> None:
    request = hold(city, 10_000)
    city.ask(request)
    captured = city.ask(capture(city, 10_000, original_key=request.key, shop_code=SHOP_SEOGU))
    assert captured.shop_id == city.books.shops[SHOP_JUNGGU].shop_id
