"""A Korean business number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.merchants.business_numbers import check_digit, is_business_number


@pytest.mark.parametrize(
    ("nine", "tenth"),
    [
        # 1*1+2*3+3*7+4*1+5*3+6*7+7*1+8*3+9*5 = 165, and 45 // 10 = 4 more: 169, so 1.
        ("123456789", 1),
        ("000000000", 0),
        ("100000000", 9),
    ],
)
def test_it_ends_with_its_check_digit(nine: str, tenth: int) -> None:
    assert check_digit(nine) == tenth
    assert is_business_number(f"{nine}{tenth}")
    assert not is_business_number(f"{nine}{(tenth + 1) % 10}")


@pytest.mark.parametrize(
    "text", ["", "123456789", "12345678911", "123-45-6789", "１２３４５６７８９１"]
)
def test_it_is_ten_digits(text: str) -> None:
    assert not is_business_number(text)


@given(st.integers(0, 10**9 - 1), st.integers(0, 8), st.integers(1, 9))
def test_it_shows_a_wrong_digit_in_the_first_eight_places(
    number: int, place: int, change: int
) -> None:
    nine = f"{number:09d}"
    other = nine[:place] + str((int(nine[place]) + change) % 10) + nine[place + 1 :]
    if place < 8:
        assert check_digit(nine) != check_digit(other)
