"""The code of three digits at a shop without chip: counted as PINs are, and not found by trying."""

from __future__ import annotations

import pytest

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    CardChange,
    CardProof,
    ChangeCard,
    Charge,
    Inquire,
    ProofCheck,
    Purchase,
)
from tests.engines import SHOP_JUNGGU
from tests.laws.paper_city import CARDS, MEMBERS, PaperCity

CARD = next(iter(CARDS))
HOUR_S = 3_600


@pytest.fixture
def city() -> PaperCity:
    """The member has 100,000 won; the PIN is 1234 (here its own verification value)."""
    city = PaperCity()
    city.ask(Charge(**city.new(), member_id=MEMBERS[0], amount_won=100_000))
    city.books.cards[CARD].pvv = "1234"
    return city


def pay(city: PaperCity, code: ProofCheck, pvv: str | None = None) -> No:
    asked = Purchase(
        **city.new(), shop_code=SHOP_JUNGGU, amount_won=100, channel=4, card=CARD,
        proof=CardProof(code=code, pvv=pvv),
    )  # fmt: skip
    return No(city.ask(asked).reason)


def guess(city: PaperCity, times: int) -> None:
    for _ in range(times):
        assert pay(city, ProofCheck.WRONG) == No.CARD_CODE_WRONG


def test_a_right_code_ends_the_count_of_wrong_ones(city: PaperCity) -> None:
    for _ in range(3):
        guess(city, 4)
        assert pay(city, ProofCheck.RIGHT) == No.APPROVED
    assert city.books.cards[CARD].code_failures == 0


def test_after_five_wrong_codes_each_further_one_waits_longer(city: PaperCity) -> None:
    guess(city, 5)
    for hours in (1, 2, 4, 8, 16, 32, 64, 128, 168, 168):
        city.clock.advance((hours * HOUR_S - 1) * 1_000_000)
        assert pay(city, ProofCheck.RIGHT) == No.CARD_CODE_TRIES_USED_UP
        city.clock.advance(1_000_000)
        guess(city, 1)
        assert pay(city, ProofCheck.WRONG) == No.CARD_CODE_TRIES_USED_UP
    city.clock.advance(168 * HOUR_S * 1_000_000)
    assert city.books.cards[CARD].code_failures == 15
    assert pay(city, ProofCheck.RIGHT) == No.APPROVED


def test_what_was_not_taken_is_not_counted(city: PaperCity) -> None:
    guess(city, 5)
    for _ in range(20):
        assert pay(city, ProofCheck.WRONG) == No.CARD_CODE_TRIES_USED_UP
    assert city.books.cards[CARD].code_failures == 5


def test_the_same_request_twice_counts_one_wrong_code(city: PaperCity) -> None:
    request = Inquire(**city.new(), card=CARD, proof=CardProof(code=ProofCheck.WRONG))
    assert [city.ask(request).repeated for _ in range(2)] == [False, True]
    assert city.books.cards[CARD].code_failures == 1


def test_a_card_whose_codes_are_used_up_still_pays_in_other_ways(city: PaperCity) -> None:
    guess(city, 5)
    assert pay(city, ProofCheck.ABSENT) == No.APPROVED
    assert city.books.cards[CARD].code_failures == 5


def test_a_right_pin_ends_the_count(city: PaperCity) -> None:
    guess(city, 5)
    assert pay(city, ProofCheck.ABSENT, pvv="9999") == No.PIN_WRONG
    assert pay(city, ProofCheck.RIGHT) == No.CARD_CODE_TRIES_USED_UP
    assert pay(city, ProofCheck.ABSENT, pvv="1234") == No.APPROVED
    assert pay(city, ProofCheck.RIGHT) == No.APPROVED


@pytest.mark.parametrize(
    ("changes", "then"),
    [
        ((CardChange.BLOCK, CardChange.UNBLOCK), No.APPROVED),
        ((CardChange.SET_PIN,), No.APPROVED),
        ((CardChange.BLOCK,), No.CARD_BLOCKED),
    ],
)
def test_the_holder_ends_the_count(
    city: PaperCity, changes: tuple[CardChange, ...], then: No
) -> None:
    guess(city, 5)
    for change in changes:
        pvv = "5678" if change == CardChange.SET_PIN else None
        city.ask(ChangeCard(**city.new(), card=CARD, change=change, pvv=pvv))
    assert pay(city, ProofCheck.RIGHT) == then
