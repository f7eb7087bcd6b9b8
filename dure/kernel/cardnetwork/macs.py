"""The message authentication code: ISO 9797-1 algorithm 3, padding method 1 (ANSI X9.19).

It covers the whole message from the type up to the MAC field, the bitmap saying that one follows.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, modes

from dure.kernel.cardnetwork.des import triple_des
from dure.kernel.cardnetwork.wire import MAC_BYTES, mac_field_of, write_message

_NO_MAC = "00" * MAC_BYTES


class MacKey:
    """A double-length key made ready: a cipher prepared once costs a third of a fresh one.

    The result is that of `psec.mac.generate_retail_mac(key[:8], key[8:], data, 1)`; a test holds
    the two equal, and both to the published vectors.
    """

    __slots__ = ("_chain", "_last")

    def __init__(self, key: bytes) -> None:
        if len(key) != 16:
            raise ValueError("a MAC key has two parts of eight bytes")
        self._chain = Cipher(triple_des(key[:8]), modes.CBC(bytes(8)))
        # All blocks but the last pass single DES; the last also passes decryption under the
        # second part and encryption under the first (the algorithm's output transformation).
        # ECB keeps nothing from one block to the next, so one encryptor serves for good.
        self._last = Cipher(triple_des(key), modes.ECB()).encryptor()

    def __repr__(self) -> str:
        return "<MacKey>"

    def mac(self, data: bytes) -> bytes:
        """The eight bytes for the data, which is filled up with zero bytes to whole blocks."""
        padded = data + bytes(-len(data) % 8) if data else bytes(8)
        before = bytes(8)
        if len(padded) > 8:
            before = self._chain.encryptor().update(padded[:-8])[-8:]
        block = int.from_bytes(before, "big") ^ int.from_bytes(padded[-8:], "big")
        return self._last.update(block.to_bytes(8, "big"))

    def is_right(self, raw: bytes) -> bool:
        """Whether the last eight bytes are the MAC of those before them."""
        return hmac.compare_digest(self.mac(raw[:-MAC_BYTES]), raw[-MAC_BYTES:])

    def signed(self, fields: dict[str, str]) -> bytes:
        """The message's bytes with its MAC in field 64, or 128 when there is a second bitmap.

        Sets that field in `fields`.
        """
        place = mac_field_of(fields)
        fields[place] = _NO_MAC
        raw = write_message(fields)
        mac = self.mac(raw[:-MAC_BYTES])
        fields[place] = mac.hex().upper()
        return raw[:-MAC_BYTES] + mac
