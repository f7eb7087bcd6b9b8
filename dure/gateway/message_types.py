"""Which messages this gateway takes, and which fields each must carry, as data.

Source: ISO 8583:1987 table 3 (mandatory and conditional fields), narrowed to what a prepaid card of
one city needs. A repeat (last digit 1) must carry what its original must.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What a message wants, before its processing code is looked at."""

    AUTHORIZATION = 1
    AUTHORIZATION_ADVICE = 2
    FINANCIAL = 3
    FINANCIAL_ADVICE = 4
    REVERSAL = 5
    REVERSAL_ADVICE = 6
    NETWORK = 7


class Needed(NamedTuple):
    """At least one of these fields must be there, when a field begins in one of these ways.

    `unless` turns the condition round. No `when`: always.
    """

    any_of: tuple[str, ...]
    when: str = ""
    begins: tuple[str, ...] = ()
    unless: bool = False


class MessageType(NamedTuple):
    """One message type: what it is, the type of its answer, what it must carry."""

    kind: Kind
    answer: str
    mandatory: tuple[str, ...]
    needed: tuple[Needed, ...] = ()


INQUIRIES = ("30", "31")
PURCHASE = "00"
REFUND = "20"
CASH = ("01", "17")
CHIP_READ = ("05", "07", "95")
TYPED_IN = ("01", "10", "81")

_CARD = Needed(("2", "35"))
_AMOUNT = Needed(("4",), "3", INQUIRIES, unless=True)
_EXPIRY = Needed(("14", "35"), "22", TYPED_IN)
_CHIP = Needed(("55",), "22", CHIP_READ)
_ORIGINAL = Needed(("38", "90"), "3", (REFUND,))

_PAYMENT_FIELDS = ("3", "7", "11", "12", "13", "18", "22", "25", "32", "41", "42", "49")
_REVERSAL_FIELDS = ("3", "4", "7", "11", "32", "41", "42", "49", "90")
_NETWORK_FIELDS = ("7", "11", "70")

_AUTHORIZATION = MessageType(
    Kind.AUTHORIZATION, "0110", _PAYMENT_FIELDS, (_CARD, _AMOUNT, _EXPIRY, _CHIP)
)
_AUTHORIZATION_ADVICE = MessageType(
    Kind.AUTHORIZATION_ADVICE, "0130", _PAYMENT_FIELDS, (_CARD, _AMOUNT)
)
_FINANCIAL = MessageType(
    Kind.FINANCIAL, "0210", _PAYMENT_FIELDS, (_CARD, _AMOUNT, _EXPIRY, _CHIP, _ORIGINAL)
)
_FINANCIAL_ADVICE = MessageType(
    Kind.FINANCIAL_ADVICE, "0230", _PAYMENT_FIELDS, (_CARD, _AMOUNT, _ORIGINAL)
)
_REVERSAL = MessageType(Kind.REVERSAL, "0410", _REVERSAL_FIELDS, (_CARD,))
_REVERSAL_ADVICE = MessageType(Kind.REVERSAL_ADVICE, "0430", _REVERSAL_FIELDS, (_CARD,))
_NETWORK = MessageType(
    Kind.NETWORK, "0810", _NETWORK_FIELDS, (Needed(("32",), "70", ("001", "101")),)
)

MESSAGE_TYPES = {
    "0100": _AUTHORIZATION,
    "0101": _AUTHORIZATION,
    "0120": _AUTHORIZATION_ADVICE,
    "0121": _AUTHORIZATION_ADVICE,
    "0200": _FINANCIAL,
    "0201": _FINANCIAL,
    "0220": _FINANCIAL_ADVICE,
    "0221": _FINANCIAL_ADVICE,
    "0400": _REVERSAL,
    "0401": _REVERSAL,
    "0420": _REVERSAL_ADVICE,
    "0421": _REVERSAL_ADVICE,
    "0800": _NETWORK,
    "0801": _NETWORK,
}

# The fields that an answer brings back as they came (ISO 8583:1987 table 3, "ME": echoed).
ECHOED = ("3", "4", "7", "11", "12", "13", "32", "37", "41", "42", "49", "70")


def is_repeat(message_type: str) -> bool:
    """Whether the message says that it was sent before."""
    return message_type[3] == "1"


def find_missing_field(fields: dict[str, str], message_type: MessageType) -> str | None:
    """The first field that must be there and is not, as its key; None when all are there."""
    for key in message_type.mandatory:
        if key not in fields:
            return key
    for needed in message_type.needed:
        for key in needed.any_of:
            if key in fields:
                break
        else:
            if _applies(needed, fields):
                return needed.any_of[0]
    return None


def _applies(needed: Needed, fields: dict[str, str]) -> bool:
    if not needed.when:
        return True
    return fields.get(needed.when, "").startswith(needed.begins) != needed.unless
