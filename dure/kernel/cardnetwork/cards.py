"""Card numbers: the check digit, and which numbers are this city's."""

from __future__ import annotations

CITY_BIN_FROM = "99999900"
CITY_BIN_UNTIL = "99999999"
"""The first and last eight digits of this city's cards: ISO 7812's range for national use."""

PAN_DIGITS = 16
_DOUBLED = str.maketrans("0123456789", "0246813579")


def check_digit(digits: str) -> str:
    """The digit that ends a card number that begins with these (Luhn, ISO 7812-1 annex B)."""
    doubled = digits[::-2].translate(_DOUBLED)
    total = sum(map(int, doubled)) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)


def is_right_number(pan: str) -> bool:
    """Whether the number has 16 digits and ends in its check digit."""
    return len(pan) == PAN_DIGITS and pan.isdecimal() and check_digit(pan[:-1]) == pan[-1]


def is_of_the_city(pan: str) -> bool:
    """Whether the number begins as this city's cards do."""
    return CITY_BIN_FROM <= pan[:8] <= CITY_BIN_UNTIL


def card_number(serial: int) -> str:
    """The city's card number of that serial, below one billion."""
    if not 0 <= serial < 1_000_000_000:
        raise ValueError("a card's serial has at most nine digits")
    digits = f"999999{serial:09d}"
    return digits + check_digit(digits)
