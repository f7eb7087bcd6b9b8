"""PINs entered at an inquiry, where no money moves: a guess is a guess."""

from __future__ import annotations

import pytest

from dure.authorization.answers import Answer
from dure.authorization.facts import CardStatus
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import CardChange, CardProof, ChangeCard, Inquire
from tests.laws.paper_city import CARDS, PaperCity

CARD = next(iter(CARDS))


@pytest.fixture
def city() -> PaperCity:
    """The member's PIN is 1234 (here its own verification value)."""
    city = PaperCity()
    city.books.cards[CARD].pvv = "1234"
    return city


def inquire(city: PaperCity, pvv: str) -> Answer:
    return city.ask(Inquire(**city.new(), card=CARD, proof=CardProof(pvv=pvv)))


def test_a_wrong_pin_counts_at_an_inquiry_as_at_a_payment(city: PaperCity) -> None:
    guesses = [inquire(city, pvv).reason for pvv in ("0001", "0002", "0003", "1234")]
    assert guesses == [No.PIN_WRONG, No.PIN_WRONG, No.PIN_TRIES_USED_UP, No.PIN_TRIES_USED_UP]


def test_the_same_inquiry_twice_counts_one_wrong_pin(city: PaperCity) -> None:
    request = Inquire(**city.new(), card=CARD, proof=CardProof(pvv="0001"))
    assert [city.ask(request).repeated for _ in range(2)] == [False, True]
    assert city.books.cards[CARD].pin_failures == 1


def test_an_inquiry_with_the_right_pin_records_nothing(city: PaperCity) -> None:
    movements = len(city.books.changes.movements)
    assert inquire(city, "1234").approved
    assert len(city.books.changes.movements) == movements


def set_pin(city: PaperCity, change: CardChange, pvv: str | None) -> Answer:
    return city.ask(ChangeCard(**city.new(), card=CARD, change=change, pvv=pvv))


def test_a_new_pin_holds_at_once_and_forgets_wrong_ones(city: PaperCity) -> None:
    for pvv in ("0001", "0002", "0003"):
        inquire(city, pvv)
    assert set_pin(city, CardChange.SET_PIN, "5678").approved
    assert inquire(city, "1234").reason == No.PIN_WRONG
    assert inquire(city, "5678").approved


@pytest.mark.parametrize("change", [CardChange.BLOCK, CardChange.UNBLOCK, CardChange.CLOSE])
def test_no_other_change_of_a_card_takes_a_pin(city: PaperCity, change: CardChange) -> None:
    set_pin(city, change, "5678")
    assert city.books.cards[CARD].pvv == "1234"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (CardStatus.ISSUED, No.CARD_NOT_ACTIVE),
        (CardStatus.BLOCKED, No.CARD_BLOCKED),
        (CardStatus.CLOSED, No.CARD_CLOSED),
        (CardStatus.REPLACED, No.CARD_CLOSED),
    ],
)
def test_a_card_that_does_not_pay_takes_no_new_pin(
    city: PaperCity, status: CardStatus, reason: No
) -> None:
    city.books.cards[CARD].status = status
    assert set_pin(city, CardChange.SET_PIN, "5678").reason == reason
    assert city.books.cards[CARD].pvv == "1234"


def test_a_card_may_be_activated_with_the_pin_that_was_chosen(city: PaperCity) -> None:
    city.books.cards[CARD].status = CardStatus.ISSUED
    assert set_pin(city, CardChange.ACTIVATE, "5678").approved
    assert inquire(city, "5678").approved
