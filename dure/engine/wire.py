"""The engine's protocol: frames of length, sequence number and one MessagePack message.

A frame is 4 bytes length of what follows, 8 bytes sequence number chosen by the asker, then the
message (all big-endian). An answer carries the sequence number of its request.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest

HEADER = struct.Struct(">IQ")
HEADER_BYTES = HEADER.size
FRAME_BYTES_MAX = 65_536

_request_decoder: msgspec.msgpack.Decoder[AnyRequest] = msgspec.msgpack.Decoder(AnyRequest)
_answer_decoder = msgspec.msgpack.Decoder(Answer)
_encoder = msgspec.msgpack.Encoder()


class FrameError(Exception):
    """The peer does not speak the engine's protocol."""


def pack(sequence: int, message: AnyRequest | Answer) -> bytes:
    """One frame with the message."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body) + 8, sequence) + body


def read_request(body: bytes) -> AnyRequest:
    """Raises msgspec.ValidationError or DecodeError for what is no request."""
    try:
        return _request_decoder.decode(body)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error


def read_answer(body: bytes) -> Answer:
    """Raises msgspec.ValidationError or DecodeError for what is no answer."""
    try:
        return _answer_decoder.decode(body)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error


class Frames:
    """Cuts a stream of bytes into (sequence number, message bytes)."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The frames that are complete with this data. Raises FrameError for an absurd length."""
        if self._rest:
            data = self._rest + data
        at, end = 0, len(data)
        while end - at >= HEADER_BYTES:
            length, sequence = HEADER.unpack_from(data, at)
            if not 8 < length <= FRAME_BYTES_MAX:
                raise FrameError(f"a frame of {length} bytes")
            until = at + 4 + length
            if until > end:
                break
            yield sequence, data[at + HEADER_BYTES : until]
            at = until
        self._rest = data[at:]
