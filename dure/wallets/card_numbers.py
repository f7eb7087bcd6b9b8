"""Card numbers: drawn in the demonstration's BIN range, with their check digit, and masked."""

from __future__ import annotations

import hmac
import secrets

BIN_FIRST, BIN_LAST = 99_999_900, 99_999_999
"""Eight-digit issuer numbers of the national test range (ISO/IEC 7812, major industry 9)."""
PAN_DIGITS = 16


def luhn_digit(digits: str) -> str:
    """The check digit that follows the digits (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_card_number(digits: str) -> bool:
    """Whether this is a card number of ours: length, range and check digit."""
    return (
        len(digits) == PAN_DIGITS
        and digits.isascii()
        and digits.isdigit()
        and BIN_FIRST <= int(digits[:8]) <= BIN_LAST
        and luhn_digit(digits[:-1]) == digits[-1]
    )


def draw_card_number() -> str:
    """A new number, drawn at random; whether it is free, the engine says."""
    bin_digits = str(BIN_FIRST + secrets.randbelow(BIN_LAST - BIN_FIRST + 1))
    body = bin_digits + f"{secrets.randbelow(10**7):07d}"
    return body + luhn_digit(body)


def derived_card_number(secret: bytes, words: str) -> str:
    """The number that a secret makes of some words: always the same, guessed by nobody else."""
    drawn = int.from_bytes(hmac.digest(secret, words.encode(), "sha256")[:8], "big")
    bin_digits, rest = BIN_FIRST + drawn % (BIN_LAST - BIN_FIRST + 1), drawn // 10**4
    body = f"{bin_digits}{rest % 10**7:07d}"
    return body + luhn_digit(body)


def masked(pan: str) -> str:
    """The number as it may be shown and kept: first six and last four digits (PCI DSS 3.4.1)."""
    return pan[:6] + "*" * (len(pan) - 10) + pan[-4:]
