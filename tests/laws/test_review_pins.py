"""PINs entered at an inquiry, where no money moves: a guess is a guess."""

from __future__ import annotations

import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import CardProof, Inquire
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
