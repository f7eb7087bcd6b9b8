"""The code that a shop shows to be paid: EMV's merchant-presented QR payload, written and read.

EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, version 1.1: two digits that
name a field, two that count its characters, and the characters; the last field is a CRC of all that
stands before it. A code that names no amount is printed once; one with an amount is for one sale.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

SYSTEM: Final = "kr.dure"
"""What names us among the systems that a shop's code may serve (a globally unique identifier)."""
CITY: Final = "INCHEON"
"""What our codes name as their city: those of another city on the same system are refused."""
PAYLOAD_CHARACTERS_MAX: Final = 512
"""What the standard allows in a code (section 3.2)."""
_NAME_MAX, _NAME_LOCAL_MAX = 25, 25
_WON: Final = "410"
_KOREA: Final = "KR"
_STATIC, _DYNAMIC = "11", "12"
_FORMAT, _MANNER, _MCC, _CURRENCY, _AMOUNT = "00", "01", "52", "53", "54"
_COUNTRY, _NAME, _PLACE, _CRC, _LOCAL = "58", "59", "60", "63", "64"
_SYSTEMS: Final = frozenset(f"{field}" for field in range(26, 52))
_SHOP_CODE: Final = re.compile(r"[0-9A-Z]{15}", re.ASCII)
_AMOUNT_FORM: Final = re.compile(r"[0-9]{1,10}(?:\.0{0,2})?", re.ASCII)
_MCC_UNKNOWN: Final = "0000"


class PaymentCode(NamedTuple):
    """What a shop's code says: which shop, and how many won (0: the payer says)."""

    shop_code: str
    amount_won: int


class PaymentCodeError(ValueError):
    """The code pays nothing here; the class says why."""


class NotAPaymentCodeError(PaymentCodeError):
    """It is no merchant-presented payload, or it was damaged."""


class AnotherSystemsCodeError(PaymentCodeError):
    """It is a payload, but for another system, city or currency."""


def write_payment_code(
    *, shop_code: str, name: str, name_ko: str = "", mcc: str = "", amount_won: int = 0
) -> str:
    """The payload for a shop: printed once where no amount is given, else for one sale.

    `name` is in letters of ASCII (the standard's field 59), `name_ko` in Korean (field 64).
    """
    account = _field("00", SYSTEM) + _field("01", shop_code)
    body = (
        _field(_FORMAT, "01")
        + _field(_MANNER, _DYNAMIC if amount_won else _STATIC)
        + _field("26", account)
        + _field(_MCC, mcc if len(mcc) == 4 else _MCC_UNKNOWN)
        + _field(_CURRENCY, _WON)
        + (_field(_AMOUNT, str(amount_won)) if amount_won else "")
        + _field(_COUNTRY, _KOREA)
        + _field(_NAME, _plain(name) or "SHOP")
        + _field(_PLACE, CITY)
        + (
            _field(_LOCAL, _field("00", "KO") + _field("01", name_ko[:_NAME_LOCAL_MAX]))
            if name_ko
            else ""
        )
        + f"{_CRC}04"
    )
    return body + checksum(body)


def read_payment_code(payload: str) -> PaymentCode:
    """What a payload says. Raises NotAPaymentCodeError, AnotherSystemsCodeError."""
    fields = read_fields(payload)
    accounts = (_inner(value) for name, value in fields.items() if name in _SYSTEMS)
    ours = next((account for account in accounts if account.get("00") == SYSTEM), None)
    here = (fields.get(_CURRENCY), fields.get(_COUNTRY), fields.get(_PLACE))
    if ours is None or here != (_WON, _KOREA, CITY):
        raise AnotherSystemsCodeError
    shop_code, amount = ours.get("01", ""), fields.get(_AMOUNT, "")
    if not _SHOP_CODE.fullmatch(shop_code):
        raise NotAPaymentCodeError("the shop's code is wrong")
    if amount and not _AMOUNT_FORM.fullmatch(amount):
        raise NotAPaymentCodeError("the amount is not in whole won")
    return PaymentCode(shop_code, int(amount.partition(".")[0]) if amount else 0)


def read_fields(payload: str) -> dict[str, str]:
    """The fields of a payload by their two digits, its CRC checked. Raises NotAPaymentCodeError."""
    if len(payload) > PAYLOAD_CHARACTERS_MAX or payload[-8:-4] != f"{_CRC}04":
        raise NotAPaymentCodeError("a payload ends with its checksum")
    if checksum(payload[:-4]) != payload[-4:].upper():
        raise NotAPaymentCodeError("the checksum is wrong")
    fields = dict(_fields(payload))
    if fields.get(_FORMAT) != "01":
        raise NotAPaymentCodeError("a payload begins with its format")
    return fields


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE of the text in UTF-8, four hexadecimal digits (section 4.7.3)."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def _fields(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        name, length = text[at : at + 2], text[at + 2 : at + 4]
        digits = len(length) == 2 and (name + length).isascii() and (name + length).isdigit()
        value = text[at + 4 : at + 4 + int(length)] if digits else ""
        if not digits or len(value) != int(length):
            raise NotAPaymentCodeError("a field is cut off")
        yield name, value
        at += 4 + int(length)


def _inner(value: str) -> dict[str, str]:
    """The fields inside a template; none where it is of a system that writes otherwise."""
    try:
        return dict(_fields(value))
    except NotAPaymentCodeError:
        return {}


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isascii() and letter.isprintable())[
        :_NAME_MAX
    ].strip()
