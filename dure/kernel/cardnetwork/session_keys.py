"""The keys of one connection: made by the gateway, sent under the exchange key, used for a while.

They travel as key blocks (ASC X9.143, formerly TR-31, version D): each says what it may be used for
and is authenticated as a whole, so a MAC key can never be taken for a PIN key.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from psec import aes, des, tr31

from dure.kernel.cardnetwork import private_data

CHECK_BYTES = 3


class Use(NamedTuple):
    """How a kind of key appears in a block: key usage, algorithm and mode of use of X9.143."""

    tag: str
    usage: str
    algorithm: str
    mode: str


USES = (
    Use("KM", "M3", "T", "C"),  # ISO 9797-1 algorithm 3, triple DES, generate and verify
    Use("KP", "P0", "T", "B"),  # PIN encryption, triple DES, both ways
    Use("KA", "P0", "A", "B"),  # PIN encryption, AES, both ways
)


class SessionKeys(NamedTuple):
    """A MAC key, a PIN key for ISO-0 blocks and one for ISO-4 blocks, each of 16 bytes."""

    mac: bytes
    pin: bytes
    pin_aes: bytes

    def __repr__(self) -> str:
        return "<SessionKeys>"


class KeyBlocksUnreadableError(Exception):
    """The key blocks are missing, were changed, or hold keys for another use."""


def fresh_session_keys() -> SessionKeys:
    """Three random keys; the DES ones with odd parity."""
    return SessionKeys(
        des.adjust_key_parity(secrets.token_bytes(16)),
        des.adjust_key_parity(secrets.token_bytes(16)),
        secrets.token_bytes(16),
    )


def check_value(key: bytes, algorithm: str) -> str:
    """Six hexadecimal digits that tell whether two ends hold the same key.

    They are the first of a block of zeros, enciphered (ASC X9.24-1, key check value).
    """
    if algorithm == "T":
        block: bytes = des.encrypt_tdes_ecb(key, bytes(8))
    else:
        block = aes.encrypt_aes_ecb(key, bytes(16))
    return block[:CHECK_BYTES].hex().upper()


def wrapped(exchange_key: bytes, keys: SessionKeys) -> str:
    """The private data (field 48) that carries the keys: a block and a check value of each."""
    values = {}
    for use, key in zip(USES, keys, strict=True):
        header = tr31.Header("D", use.usage, use.algorithm, use.mode, "00", "N")
        values[use.tag] = str(tr31.wrap(exchange_key, header, key)) + check_value(
            key, use.algorithm
        )
    return private_data.write(values)


def open_key_blocks(exchange_key: bytes, text: str) -> SessionKeys:
    """The keys that `wrapped` sent. Raises KeyBlocksUnreadableError."""
    try:
        values = private_data.read(text)
        keys = [_opened(exchange_key, use, values[use.tag]) for use in USES]
    except (KeyError, ValueError) as error:
        raise KeyBlocksUnreadableError(type(error).__name__) from None
    return SessionKeys(*keys)


def _opened(exchange_key: bytes, use: Use, value: str) -> bytes:
    header, key = tr31.unwrap(exchange_key, value[: -2 * CHECK_BYTES])
    if (header.key_usage, header.algorithm) != (use.usage, use.algorithm):
        raise ValueError("the key is for another use")
    if check_value(key, use.algorithm) != value[-2 * CHECK_BYTES :]:
        raise ValueError("the check value is another key's")
    return bytes(key)
