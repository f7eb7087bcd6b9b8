"""Bytes to messages and back: frames of two length bytes, ISO 8583:1987 inside."""

from __future__ import annotations

import iso8583

from dure.kernel.cardnetwork.fields import CODEC_SPEC

FRAME_BYTES_MAX = 4096
LENGTH_BYTES = 2
MAC_BYTES = 8
# The type and one bitmap: nothing shorter can be a message.
FRAME_BYTES_MIN = 12


class MessageUnreadableError(Exception):
    """The bytes are no ISO 8583 message; `where` names the field at which reading failed.

    Says nothing of what the bytes hold: they may be a card's.
    """

    def __init__(self, where: str) -> None:
        super().__init__(f"unreadable at field {where}")
        self.where = where


class Message:
    """One message: `fields` by their number as text ("t" is the type), binary ones in hex.

    Its repr shows which fields there are, never what they hold.
    """

    __slots__ = ("fields", "raw")

    def __init__(self, fields: dict[str, str], raw: bytes = b"") -> None:
        self.fields = fields
        self.raw = raw

    def __repr__(self) -> str:
        return f"<Message {self.message_type} with fields {' '.join(self.fields)}>"

    @property
    def message_type(self) -> str:
        return self.fields["t"]


def read_message(raw: bytes) -> Message:
    """Reads one frame's body; MessageUnreadableError when it is no message."""
    try:
        fields, _ = iso8583.decode(raw, CODEC_SPEC)
    except iso8583.DecodeError as error:
        raise MessageUnreadableError(error.field) from None
    except KeyError as error:
        # Field 65 or another that the standard of 1987 does not have.
        raise MessageUnreadableError(str(error.args[0])) from None
    return Message(fields, raw)


def write_message(fields: dict[str, str]) -> bytes:
    """The body of a frame. Raises `iso8583.EncodeError` for a field that does not fit."""
    raw, _ = iso8583.encode(fields, CODEC_SPEC)
    return bytes(raw)


def frame(body: bytes) -> bytes:
    """The body with its length before it, in two bytes, the higher first."""
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def mac_field_of(fields: dict[str, str]) -> str:
    """Where the MAC goes: field 64, or 128 when there is a second bitmap (ISO 8583:1987 4.5)."""
    for key in fields:
        if len(key) == 3 or (len(key) == 2 and key > "64" and key.isdigit()):
            return "128"
    return "64"
