"""Korean business registration numbers: ten digits, the last of which checks the others."""

from __future__ import annotations

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def check_digit(nine_digits: str) -> int:
    """The tenth digit: Note [Business numbers] in 0002_shops.sql, which does the same."""
    total = sum(int(digit) * weight for digit, weight in zip(nine_digits, _WEIGHTS, strict=True))
    total += int(nine_digits[8]) * 5 // 10
    return -total % 10


def is_business_number(number: str) -> bool:
    """Whether these are ten digits of which the last one checks the others."""
    return (
        len(number) == 10
        and number.isascii()
        and number.isdigit()
        and check_digit(number[:9]) == int(number[9])
    )
