"""Personal data at rest: sealed with keys that can be changed, and found by a keyed hash."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dure.kernel.keys import CARD_TOKEN, KeyRing

_NONCE_BYTES = 12
VERSIONS_MAX = 255


class SealBrokenError(Exception):
    """The sealed bytes were changed, belong to another place, or their key is missing."""


class Sealer:
    """Seals text with the newest key and opens it with whichever it was sealed with.

    A sealed value is one byte that names the key, a nonce, and the AES-256-GCM ciphertext. The
    purpose ("member.name") is bound to the seal: a value copied to another column does not open.
    """

    __slots__ = ("_index_key", "_keys", "newest")

    def __init__(self, keys: Mapping[int, bytes], index_key: bytes) -> None:
        self._keys = {version: AESGCM(key) for version, key in keys.items()}
        self.newest = max(keys)
        self._index_key = index_key

    def __repr__(self) -> str:
        return f"<Sealer of {len(self._keys)} keys>"

    def seal(self, text: str, purpose: str) -> bytes:
        """The text, sealed for one purpose."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._keys[self.newest].encrypt(nonce, text.encode(), purpose.encode())
        return bytes([self.newest]) + nonce + sealed

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text that was sealed for this purpose; raises SealBrokenError."""
        key = self._keys.get(sealed[0]) if sealed else None
        if key is None:
            raise SealBrokenError("no key of that version")
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return key.decrypt(nonce, rest, purpose.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"this was not sealed for {purpose}") from None

    def is_old(self, sealed: bytes) -> bool:
        """Whether a newer key is there, so that the value should be sealed again."""
        return sealed[0] != self.newest

    def index(self, text: str, purpose: str) -> bytes:
        """The 32 bytes by which a value is found again without being shown (HMAC-SHA256)."""
        return hmac.digest(self._index_key, f"{purpose}\0{text}".encode(), "sha256")


def sealer_of(ring: KeyRing) -> Sealer:
    """The sealer of an installation.

    Version 0 is derived from the ring's oldest key; keys named "personal-data:1", "personal-data:2"
    and so on in the ring take over, the highest for everything new.
    """
    root = ring.key(CARD_TOKEN)
    keys = {0: _derived(root, b"dure personal data 0")}
    for version in range(1, VERSIONS_MAX + 1):
        if not ring.has(f"personal-data:{version}"):
            break
        keys[version] = _derived(ring.key(f"personal-data:{version}"), b"dure personal data")
    return Sealer(keys, _derived(root, b"dure personal index"))


def next_key_name(ring: KeyRing) -> str:
    """The name of the key that would take over from the newest. Raises ValueError after 255."""
    for version in range(1, VERSIONS_MAX + 1):
        if not ring.has(f"personal-data:{version}"):
            return f"personal-data:{version}"
    raise ValueError(f"no more than {VERSIONS_MAX} keys of personal data")


def _derived(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)
