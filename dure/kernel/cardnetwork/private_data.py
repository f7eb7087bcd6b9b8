"""Field 48 and field 54: what the city tells of a payment beyond yes and no.

Field 48 is a row of values, each a tag of two letters, a length of three digits and the text.
Field 54 is a row of amounts of 20 letters each, as ISO 8583:1987 lays them out: account type (2),
amount type (2), currency (3), C or D, twelve digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

KRW = "410"
AMOUNT_LETTERS = 20
CODE_TAG = "CV"
"""The tag of field 48 in which a request carries the code of the card."""

# Account types of field 54 (those from 90 on are private) and the amount type "available".
ALL_PURSES = "00"
CHARGED_PURSE = "91"
CASHBACK_PURSE = "92"
ALLOWANCE_PURSE = "93"
LEDGER_BALANCE = "01"
AVAILABLE_BALANCE = "02"


class PrivateDataUnreadableError(ValueError):
    """The text is no row of tagged values, or no row of amounts."""


class Balance(NamedTuple):
    """One amount of field 54, in whole won."""

    account: str
    amount_type: str
    won: int


def write(values: Mapping[str, str]) -> str:
    """The values as one text, in the order given."""
    return "".join([f"{tag}{len(value):03d}{value}" for tag, value in values.items()])


def read(text: str) -> dict[str, str]:
    """The values by tag. Raises PrivateDataUnreadableError."""
    values = {}
    at = 0
    while at < len(text):
        digits = text[at + 2 : at + 5]
        if len(digits) != 3 or not digits.isdecimal():
            raise PrivateDataUnreadableError(f"no length at {at}")
        end = at + 5 + int(digits)
        if end > len(text):
            raise PrivateDataUnreadableError(f"a value runs over the end at {at}")
        values[text[at : at + 2]] = text[at + 5 : end]
        at = end
    return values


def write_balances(balances: list[Balance]) -> str:
    """Field 54 of at most six amounts."""
    return "".join(
        [
            f"{account}{amount_type}{KRW}{'C' if won >= 0 else 'D'}{abs(won):012d}"
            for account, amount_type, won in balances
        ]
    )


def read_balances(text: str) -> list[Balance]:
    """The amounts of field 54. Raises PrivateDataUnreadableError."""
    if len(text) % AMOUNT_LETTERS:
        raise PrivateDataUnreadableError("amounts have 20 letters each")
    balances = []
    for at in range(0, len(text), AMOUNT_LETTERS):
        sign, digits = text[at + 7], text[at + 8 : at + 20]
        if sign not in "CD" or not digits.isdecimal():
            raise PrivateDataUnreadableError(f"no amount at {at}")
        won = int(digits) if sign == "C" else -int(digits)
        balances.append(Balance(text[at : at + 2], text[at + 2 : at + 4], won))
    return balances
