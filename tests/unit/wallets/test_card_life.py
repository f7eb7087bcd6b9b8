"""PINs of cards, codes of letters, addresses, and the numbers on a maker's blanks. Pure."""

from __future__ import annotations

from datetime import date

import pytest

from dure.kernel.keys import KeyRing
from dure.wallets.card_delivery import AddressWrongError, check_letter
from dure.wallets.card_life import PinNotTakenError, PinWrong, card_keys, check_pin
from dure.wallets.card_maker import Letter, MakerManner, MakerManners, SimulatedMaker
from dure.wallets.card_numbers import is_card_number

BORN = date(1983, 7, 29)


@pytest.mark.parametrize("pin", ["2580", "8305", "1357", "0917", "9274"])
def test_it_takes_a_pin_that_is_not_the_first_guess(pin: str) -> None:
    check_pin(pin, BORN)


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("", PinWrong.NOT_FOUR_DIGITS),
        ("258", PinWrong.NOT_FOUR_DIGITS),
        ("25800", PinWrong.NOT_FOUR_DIGITS),
        ("25a0", PinWrong.NOT_FOUR_DIGITS),
        ("２５８０", PinWrong.NOT_FOUR_DIGITS),
        ("0000", PinWrong.TOO_SIMPLE),
        ("7777", PinWrong.TOO_SIMPLE),
        ("1234", PinWrong.TOO_SIMPLE),
        ("7890", PinWrong.TOO_SIMPLE),
        ("4321", PinWrong.TOO_SIMPLE),
        ("3636", PinWrong.TOO_SIMPLE),
        ("0729", PinWrong.BIRTHDAY),
        ("2907", PinWrong.BIRTHDAY),
        ("1983", PinWrong.BIRTHDAY),
        ("8307", PinWrong.BIRTHDAY),
    ],
)
def test_it_says_why_a_pin_is_not_taken(pin: str, why: PinWrong) -> None:
    with pytest.raises(PinNotTakenError) as refused:
        check_pin(pin, BORN)
    assert refused.value.why is why


def test_it_gives_each_card_a_code_of_its_own_and_always_the_same() -> None:
    keys = card_keys(KeyRing.generate())
    tokens = [keys.token_of(f"99999900{number:08d}") for number in range(200)]
    codes = [keys.code_of(token) for token in tokens]
    assert codes == [keys.code_of(token) for token in tokens]
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(set(codes)) > 195
    assert codes != [card_keys(KeyRing.generate()).code_of(token) for token in tokens]


def test_it_draws_blanks_that_are_card_numbers_and_differ() -> None:
    maker = SimulatedMaker.__new__(SimulatedMaker)
    maker._secret = b"a maker's secret"
    numbers = [maker.number_of(f"order {n}", blank) for n in range(50) for blank in range(3)]
    assert all(map(is_card_number, numbers))
    assert len(set(numbers)) == len(numbers)
    assert numbers[0] == maker.number_of("order 0", 0)


def test_it_behaves_badly_in_the_shares_that_were_set() -> None:
    manners = MakerManners(late_bp=1_000, returned_bp=2_000, answer_lost_bp=3_000, order_lost_bp=0)
    seen = [manners(f"order {number}") for number in range(4_000)]
    shares = {manner: seen.count(manner) / len(seen) for manner in MakerManner}
    assert 0.08 < shares[MakerManner.LATE] < 0.12
    assert 0.17 < shares[MakerManner.RETURNED] < 0.23
    assert 0.27 < shares[MakerManner.ANSWER_LOST] < 0.33
    assert shares[MakerManner.ORDER_LOST] == 0


def test_it_writes_an_address_without_needless_space() -> None:
    written = check_letter(Letter("  김  두레 ", " 21554", "정각로  29", "  "))
    assert written == Letter("김 두레", "21554", "정각로 29", "")


@pytest.mark.parametrize(
    ("letter", "line"),
    [
        (Letter("", "21554", "정각로 29", ""), "name"),
        (Letter("가" * 81, "21554", "정각로 29", ""), "name"),
        (Letter("김두레", "2155", "정각로 29", ""), "postcode"),
        (Letter("김두레", "２１５５４", "정각로 29", ""), "postcode"),
        (Letter("김두레", "21554", "정", ""), "street"),
        (Letter("김두레", "21554", "정각로 29", "가" * 81), "rest"),
    ],
)
def test_it_names_the_line_that_no_letter_could_reach(letter: Letter, line: str) -> None:
    with pytest.raises(AddressWrongError, match=line):
        check_letter(letter)
