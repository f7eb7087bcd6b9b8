"""A card number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.wallets.card_numbers import draw_card_number, is_card_number, luhn_digit, masked


def test_it_has_the_check_digit_of_the_standard() -> None:
    assert luhn_digit("7992739871") == "3"  # The example of ISO/IEC 7812-1.


def test_it_is_drawn_in_the_test_range() -> None:
    drawn = {draw_card_number() for _ in range(200)}
    assert len(drawn) > 190
    assert all(is_card_number(pan) and pan.startswith("999999") for pan in drawn)


@pytest.mark.parametrize(
    "text", ["", "9999990000000000", "4111111111111111", "９９９９９９００００００００００"]
)
def test_it_is_of_our_range_and_checked(text: str) -> None:
    assert not is_card_number(text)


@given(st.integers(0, 99), st.integers(0, 10**7 - 1))
def test_it_shows_ten_digits_when_masked(bin_rest: int, body: int) -> None:
    digits = f"999999{bin_rest:02d}{body:07d}"
    pan = digits + luhn_digit(digits)
    assert is_card_number(pan)
    assert masked(pan) == f"{pan[:6]}******{pan[12:]}"
