"""Field 55: the chip's data, its cryptogram (ARQC) and the issuer's answer to it (ARPC).

The card key is derived from the issuer's by EMV Book 2, A1.4.1 (option A), the session key by
A1.3 (common session key, from the transaction counter), the cryptogram by 8.1 over the data that
8.1.1 names and the issuer's own (tag 9F10), and the answer by 8.2.1 (method 1).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyemv

AMOUNT = "9F02"
CURRENCY = "5F2A"
SEQUENCE_NUMBER = "5F34"
CRYPTOGRAM_KIND = "9F27"
ARQC = "9F26"
ATC = "9F36"
ISSUER_DATA = "9F10"
ISSUER_AUTHENTICATION = "91"
ONLINE_REQUEST = 0x80

# EMV Book 2 table 26, in its order, then the issuer's application data.
CRYPTOGRAM_TAGS = (
    AMOUNT,
    "9F03",
    "9F1A",
    "95",
    CURRENCY,
    "9A",
    "9C",
    "9F37",
    "82",
    ATC,
    ISSUER_DATA,
)
TAG_BYTES = {
    AMOUNT: 6,
    "9F03": 6,
    "9F1A": 2,
    "95": 5,
    CURRENCY: 2,
    "9A": 3,
    "9C": 1,
    "9F37": 4,
    "82": 2,
    ATC: 2,
    ARQC: 8,
    CRYPTOGRAM_KIND: 1,
}
MANDATORY_TAGS = (*CRYPTOGRAM_TAGS, ARQC, CRYPTOGRAM_KIND)


class ChipDataUnreadableError(Exception):
    """Field 55 is no sequence of BER-TLV objects, or misses one: `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"chip data unreadable: {what}")
        self.what = what


def read_chip_data(data: bytes) -> dict[str, bytes]:
    """The data objects by tag. Raises ChipDataUnreadableError.

    Every tag of MANDATORY_TAGS is there and has its length afterwards.
    """
    try:
        tags = pyemv.tlv.decode(data, flatten=True)
    except pyemv.tlv.DecodeError:
        raise ChipDataUnreadableError("not BER-TLV") from None
    for tag in MANDATORY_TAGS:
        if tag not in tags:
            raise ChipDataUnreadableError(f"tag {tag} is missing")
    for tag, size in TAG_BYTES.items():
        if len(tags[tag]) != size:
            raise ChipDataUnreadableError(f"tag {tag} is not of {size} bytes")
    return tags


def write_chip_data(tags: Mapping[str, bytes]) -> bytes:
    """The data objects as BER-TLV, in the order given."""
    return bytes(pyemv.tlv.encode(dict(tags)))


def card_key(issuer_key: bytes, pan: str, sequence_number: str = "00") -> bytes:
    """The chip's own key of 16 bytes, from the issuer's and the card number."""
    return pyemv.kd.derive_icc_mk_a(issuer_key, pan, sequence_number)


def session_key(chip_key: bytes, atc: bytes) -> bytes:
    """The key of one transaction, from the chip's key and its counter of two bytes."""
    return pyemv.kd.derive_common_sk(chip_key, atc + bytes(6))


def cryptogram(transaction_key: bytes, tags: Mapping[str, bytes]) -> bytes:
    """The cryptogram of eight bytes over the transaction's data (padding method 2)."""
    data = b"".join([tags[tag] for tag in CRYPTOGRAM_TAGS])
    return pyemv.ac.generate_ac(transaction_key, data, pyemv.ac.PaddingType.EMV)


def response_cryptogram(transaction_key: bytes, arqc: bytes, response_code: str) -> bytes:
    """The value of tag 91: the issuer's cryptogram (8 bytes) and the response code (2 letters)."""
    code = response_code.encode("ascii")
    return pyemv.ac.generate_arpc_1(transaction_key, arqc, code) + code
