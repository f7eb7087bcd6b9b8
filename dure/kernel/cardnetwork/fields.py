"""The fields of an ISO 8583:1987 message as this line carries them, as data.

On the wire: the message type is four ASCII digits, bitmaps are 8 raw bytes, lengths of variable
fields are two or three ASCII digits, binary fields are raw bytes, everything else is ASCII.
Numbers, types and lengths are those of ISO 8583:1987; field 55 is a three-digit variable binary
field, as the later editions and the networks have it.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Field(NamedTuple):
    """One field. `content` is n (digits), an, ans, z (track data), xn (sign and digits) or b.

    `length_digits` is 0 for a field of fixed length, 2 or 3 for a variable one; `size` counts
    characters, for b bytes, and is the largest for a variable field.
    """

    number: int
    name: str
    content: str
    length_digits: int
    size: int


FIELDS = (
    Field(2, "primary account number", "n", 2, 19),
    Field(3, "processing code", "n", 0, 6),
    Field(4, "amount of the transaction", "n", 0, 12),
    Field(5, "amount of settlement", "n", 0, 12),
    Field(6, "amount billed to the cardholder", "n", 0, 12),
    Field(7, "instant of transmission, MMDDhhmmss in UTC", "n", 0, 10),
    Field(8, "fee billed to the cardholder", "n", 0, 8),
    Field(9, "conversion rate of settlement", "n", 0, 8),
    Field(10, "conversion rate of billing", "n", 0, 8),
    Field(11, "system trace audit number", "n", 0, 6),
    Field(12, "local time of the transaction, hhmmss", "n", 0, 6),
    Field(13, "local date of the transaction, MMDD", "n", 0, 4),
    Field(14, "date of expiry, YYMM", "n", 0, 4),
    Field(15, "date of settlement", "n", 0, 4),
    Field(16, "date of conversion", "n", 0, 4),
    Field(17, "date of capture", "n", 0, 4),
    Field(18, "merchant's category code", "n", 0, 4),
    Field(19, "country of the acquirer", "n", 0, 3),
    Field(20, "country of the account number", "n", 0, 3),
    Field(21, "country of the forwarding institution", "n", 0, 3),
    Field(22, "entry mode at the point of service", "n", 0, 3),
    Field(23, "sequence number of the card", "n", 0, 3),
    Field(24, "network international identifier", "n", 0, 3),
    Field(25, "condition code at the point of service", "n", 0, 2),
    Field(26, "PIN capture code", "n", 0, 2),
    Field(27, "length of the approval code", "n", 0, 1),
    Field(28, "fee of the transaction", "xn", 0, 9),
    Field(29, "fee of settlement", "xn", 0, 9),
    Field(30, "processing fee of the transaction", "xn", 0, 9),
    Field(31, "processing fee of settlement", "xn", 0, 9),
    Field(32, "acquiring institution", "n", 2, 11),
    Field(33, "forwarding institution", "n", 2, 11),
    Field(34, "extended primary account number", "ans", 2, 28),
    Field(35, "track 2", "z", 2, 37),
    Field(36, "track 3", "z", 3, 104),
    Field(37, "retrieval reference number", "an", 0, 12),
    Field(38, "approval code", "an", 0, 6),
    Field(39, "response code", "an", 0, 2),
    Field(40, "service restriction code", "an", 0, 3),
    Field(41, "terminal", "ans", 0, 8),
    Field(42, "card acceptor", "ans", 0, 15),
    Field(43, "card acceptor's name and place", "ans", 0, 40),
    Field(44, "additional response data", "ans", 2, 25),
    Field(45, "track 1", "ans", 2, 76),
    Field(46, "additional data of ISO", "ans", 3, 999),
    Field(47, "additional national data", "ans", 3, 999),
    Field(48, "additional private data", "ans", 3, 999),
    Field(49, "currency of the transaction", "n", 0, 3),
    Field(50, "currency of settlement", "n", 0, 3),
    Field(51, "currency of billing", "n", 0, 3),
    Field(52, "PIN block of 8 bytes", "b", 0, 8),
    Field(53, "security control information", "n", 0, 16),
    Field(54, "additional amounts", "ans", 3, 120),
    Field(55, "chip data", "b", 3, 255),
    Field(56, "reserved for ISO", "ans", 3, 999),
    Field(57, "reserved for national use", "ans", 3, 999),
    Field(58, "reserved for national use", "ans", 3, 999),
    Field(59, "reserved for national use", "ans", 3, 999),
    Field(60, "private", "ans", 3, 999),
    Field(61, "private", "ans", 3, 999),
    Field(62, "private", "ans", 3, 999),
    Field(63, "private", "ans", 3, 999),
    Field(64, "message authentication code", "b", 0, 8),
    Field(66, "settlement code", "n", 0, 1),
    Field(67, "extended payment code", "n", 0, 2),
    Field(68, "country of the receiving institution", "n", 0, 3),
    Field(69, "country of the settlement institution", "n", 0, 3),
    Field(70, "network management code", "n", 0, 3),
    Field(71, "number of the message", "n", 0, 4),
    Field(72, "number of the last message", "n", 0, 4),
    Field(73, "date of action", "n", 0, 6),
    Field(74, "number of credits", "n", 0, 10),
    Field(75, "number of reversed credits", "n", 0, 10),
    Field(76, "number of debits", "n", 0, 10),
    Field(77, "number of reversed debits", "n", 0, 10),
    Field(78, "number of transfers", "n", 0, 10),
    Field(79, "number of reversed transfers", "n", 0, 10),
    Field(80, "number of inquiries", "n", 0, 10),
    Field(81, "number of authorizations", "n", 0, 10),
    Field(82, "processing fee of credits", "n", 0, 12),
    Field(83, "transaction fee of credits", "n", 0, 12),
    Field(84, "processing fee of debits", "n", 0, 12),
    Field(85, "transaction fee of debits", "n", 0, 12),
    Field(86, "amount of credits", "n", 0, 16),
    Field(87, "amount of reversed credits", "n", 0, 16),
    Field(88, "amount of debits", "n", 0, 16),
    Field(89, "amount of reversed debits", "n", 0, 16),
    Field(90, "original data elements", "n", 0, 42),
    Field(91, "file update code", "an", 0, 1),
    Field(92, "file security code", "an", 0, 2),
    Field(93, "response indicator", "an", 0, 5),
    Field(94, "service indicator", "an", 0, 7),
    Field(95, "replacement amounts", "an", 0, 42),
    Field(96, "message security code", "b", 0, 8),
    Field(97, "net amount of settlement", "xn", 0, 17),
    Field(98, "payee", "ans", 0, 25),
    Field(99, "settlement institution", "n", 2, 11),
    Field(100, "receiving institution", "n", 2, 11),
    Field(101, "file name", "ans", 2, 17),
    Field(102, "account from", "ans", 2, 28),
    Field(103, "account to", "ans", 2, 28),
    Field(104, "description of the transaction", "ans", 3, 100),
    *(Field(number, "reserved for ISO", "ans", 3, 999) for number in range(105, 112)),
    *(Field(number, "reserved for national use", "ans", 3, 999) for number in range(112, 120)),
    Field(120, "PIN block of 16 bytes", "b", 3, 16),
    *(Field(number, "private", "ans", 3, 999) for number in range(121, 128)),
    Field(128, "message authentication code", "b", 0, 8),
)

FIELD_BY_KEY = {str(field.number): field for field in FIELDS}


def _codec_entry(field: Field) -> dict[str, Any]:
    # latin-1 gives every byte a letter: what a field may hold is judged by `find_bad_field`,
    # where the answer can name the field, and not by the decoder, where it is just unreadable.
    return {
        "data_enc": "b" if field.content == "b" else "latin-1",
        "len_enc": "ascii",
        "len_type": field.length_digits,
        "max_len": field.size,
        "desc": field.name,
    }


CODEC_SPEC: dict[str, dict[str, Any]] = {
    "h": {"data_enc": "ascii", "len_enc": "ascii", "len_type": 0, "max_len": 0, "desc": "header"},
    "t": {"data_enc": "ascii", "len_enc": "ascii", "len_type": 0, "max_len": 4, "desc": "type"},
    "p": {"data_enc": "b", "len_enc": "ascii", "len_type": 0, "max_len": 8, "desc": "bitmap"},
    "1": {"data_enc": "b", "len_enc": "ascii", "len_type": 0, "max_len": 8, "desc": "bitmap"},
    "65": {"data_enc": "b", "len_enc": "ascii", "len_type": 0, "max_len": 8, "desc": "bitmap"},
    **{key: _codec_entry(field) for key, field in FIELD_BY_KEY.items()},
}

_TRACK_LETTERS = frozenset("0123456789=D")
_PRINTABLE = frozenset(map(chr, range(0x20, 0x7F))) | frozenset(map(chr, range(0xA0, 0x100)))
_NUMERIC = frozenset(key for key, field in FIELD_BY_KEY.items() if field.content == "n")
_LETTERS = {
    "an": frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz "),
    "ans": _PRINTABLE,
    "z": _TRACK_LETTERS,
    "xn": frozenset("0123456789CD"),
}
_LETTERS_BY_KEY = {
    key: _LETTERS[field.content] for key, field in FIELD_BY_KEY.items() if field.content in _LETTERS
}


def find_bad_field(fields: dict[str, str]) -> str | None:
    """The first field whose content is not of its type, as its key; None when all are right."""
    for key, value in fields.items():
        if key in _NUMERIC:
            # isdecimal alone would take the digits of other scripts; latin-1 has none beside ASCII.
            if not value.isdecimal():
                return key
        else:
            letters = _LETTERS_BY_KEY.get(key)
            if letters is not None and not letters.issuperset(value):
                return key
    return None
