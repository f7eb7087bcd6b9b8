"""The keys of the card trade: sealed at rest, opened once, never shown.

Every key lies in `$DURE_HOME/keys/ring.json`, sealed with AES-256-GCM under the master key from the
environment (`DURE_MASTER_KEY`, 64 hexadecimal digits). The key's name is bound to its seal, so that
one sealed key cannot be put in another's place. Where the environment names no master key, a demo
ring is made once: its master key lies beside it, and file and log say that it protects nothing.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dure.kernel.database.home import make_home, read_json, write_private

CARD_TOKEN = "card-token"
EMV_MASTER = "emv-issuer-master"
PIN_ZONE = "pin-zone"
PIN_ZONE_AES = "pin-zone-aes"
PIN_VERIFICATION = "pin-verification"

MASTER_KEY_VARIABLE = "DURE_MASTER_KEY"
DEMO_MARK = "DEMO KEYS: made by this installation for demonstration; they protect nothing."
DEMO_ACQUIRERS = ("990001", "990002", "990003")
ACQUIRER_DIGITS_MAX = 11

_NONCE_BYTES = 12
_CITY_KEYS = {
    CARD_TOKEN: 32,
    EMV_MASTER: 16,
    PIN_ZONE: 16,
    PIN_ZONE_AES: 16,
    PIN_VERIFICATION: 16,
}
_log = structlog.get_logger("dure.keys")


class MasterKeyError(Exception):
    """The ring cannot be opened: the master key is missing, malformed or another one."""


class KeyUnknownError(LookupError):
    """There is no key of that name in the ring."""


def mac_key_of(acquirer: str) -> str:
    """The name of the key under which an acquirer's messages are authenticated at first."""
    return f"mac:{acquirer}"


def exchange_key_of(acquirer: str) -> str:
    """The name of the key under which session keys are sent to an acquirer (an AES-256 KEK)."""
    return f"exchange:{acquirer}"


def mask_pan(pan: str) -> str:
    """The number as it may be shown: first six digits, stars, last four (PCI DSS 3.4.1)."""
    return f"{pan[:6]}{'*' * (len(pan) - 10)}{pan[-4:]}"


class KeyRing:
    """Named keys in memory. Its repr, its errors and its log lines never hold a key."""

    __slots__ = ("_keys", "_token_key", "is_demo")

    def __init__(self, keys: Mapping[str, bytes], *, is_demo: bool = False) -> None:
        self._keys = dict(keys)
        self._token_key = self._keys[CARD_TOKEN]
        self.is_demo = is_demo

    @classmethod
    def generate(cls, acquirers: Iterable[str] = DEMO_ACQUIRERS) -> KeyRing:
        """Fresh random keys that are stored nowhere, for tests and seeded runs."""
        return cls(_fresh_keys(acquirers), is_demo=True)

    @classmethod
    def open(cls, home: Path, environment: Mapping[str, str] = os.environ) -> KeyRing:
        """Opens the ring of this installation, making it at its first use.

        Two processes that open it at once get the same keys. Raises MasterKeyError when the ring
        was sealed under another master key, or needs one that the environment does not name.
        """
        directory = home / "keys"
        with _locked(home, directory):
            content = read_json(directory / "ring.json")
            if content is None:
                return cls._make(directory, environment)
            is_demo = bool(content.get("demo"))
            master = _master_key(directory, environment, is_demo=is_demo)
            if is_demo:
                _log.warning("demo_keys_in_use", note=DEMO_MARK)
            return cls(_unseal(content, master), is_demo=is_demo)

    @classmethod
    def _make(cls, directory: Path, environment: Mapping[str, str]) -> KeyRing:
        is_demo = not environment.get(MASTER_KEY_VARIABLE)
        if is_demo:
            note = {"note": DEMO_MARK, "master_key": secrets.token_hex(32)}
            write_private(directory / "demo-master.json", json.dumps(note) + "\n")
            _log.warning("demo_keys_made", note=DEMO_MARK)
        master = _master_key(directory, environment, is_demo=is_demo)
        keys = _fresh_keys(DEMO_ACQUIRERS if is_demo else ())
        _write_ring(directory, keys, master, is_demo=is_demo)
        return cls(keys, is_demo=is_demo)

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self._keys)} keys{', demo' if self.is_demo else ''}>"

    def __reduce__(self) -> str:
        raise TypeError("a key ring is not to be pickled")

    def key(self, name: str) -> bytes:
        """The key of that name; KeyUnknownError when there is none."""
        try:
            return self._keys[name]
        except KeyError:
            raise KeyUnknownError(name) from None

    def has(self, name: str) -> bool:
        """Whether there is a key of that name."""
        return name in self._keys

    def acquirers(self) -> list[str]:
        """The acquirers that have keys here, in order."""
        return sorted(name.partition(":")[2] for name in self._keys if name.startswith("mac:"))

    def card_token(self, pan: str) -> bytes:
        """The 16 bytes that stand for a card number everywhere behind the gateway.

        A keyed hash (HMAC-SHA256, cut to 16 bytes): without the key nobody can try out numbers.
        """
        return hmac.digest(self._token_key, pan.encode("ascii"), "sha256")[:16]


def is_acquirer(text: str) -> bool:
    """Whether an acquirer may be named so: at most eleven digits (ISO 8583 field 32)."""
    return text.isdigit() and text.isascii() and len(text) <= ACQUIRER_DIGITS_MAX


def enroll_acquirer(
    home: Path, acquirer: str, environment: Mapping[str, str] = os.environ
) -> KeyRing:
    """Makes the keys of one more acquirer, once; the ring as it is afterwards.

    An acquirer that has keys keeps them. Raises MasterKeyError as `KeyRing.open` does.
    """
    if not is_acquirer(acquirer):
        raise ValueError("an acquirer is named by at most eleven digits (ISO 8583 field 32)")
    ring = KeyRing.open(home, environment)
    directory = home / "keys"
    with _locked(home, directory):
        content = read_json(directory / "ring.json") or {}
        master = _master_key(directory, environment, is_demo=ring.is_demo)
        keys = _unseal(content, master)
        for name, fresh in _acquirer_keys(acquirer).items():
            keys.setdefault(name, fresh)
        _write_ring(directory, keys, master, is_demo=ring.is_demo)
    return KeyRing(keys, is_demo=ring.is_demo)


def add_key(home: Path, name: str, environment: Mapping[str, str] = os.environ) -> KeyRing:
    """Adds 32 random bytes under a new name; the ring as it is afterwards.

    A key that is there already stays as it is. Raises MasterKeyError as `KeyRing.open` does.
    """
    ring = KeyRing.open(home, environment)
    directory = home / "keys"
    with _locked(home, directory):
        content = read_json(directory / "ring.json") or {}
        master = _master_key(directory, environment, is_demo=ring.is_demo)
        keys = _unseal(content, master)
        keys.setdefault(name, secrets.token_bytes(32))
        _write_ring(directory, keys, master, is_demo=ring.is_demo)
    return KeyRing(keys, is_demo=ring.is_demo)


def keep_key(
    home: Path,
    file: str,
    name: str,
    make: Callable[[], bytes],
    environment: Mapping[str, str] = os.environ,
) -> bytes:
    """The key of that name in a ring of its own, `make`d at its first use.

    For keys that are not the card trade's: the ring lies in `file` beside the trade's, sealed under
    the same master key. Raises MasterKeyError as `KeyRing.open` does.
    """
    is_demo = KeyRing.open(home, environment).is_demo
    directory = home / "keys"
    with _locked(home, directory):
        content = read_json(directory / file)
        master = _master_key(directory, environment, is_demo=is_demo)
        keys = {} if content is None else _unseal(content, master)
        if name not in keys:
            keys[name] = make()
            _write_ring(directory, keys, master, is_demo=is_demo, file=file)
    return keys[name]


def _fresh_keys(acquirers: Iterable[str]) -> dict[str, bytes]:
    keys = {name: _odd_parity(secrets.token_bytes(size)) for name, size in _CITY_KEYS.items()}
    for acquirer in acquirers:
        keys |= _acquirer_keys(acquirer)
    return keys


def _acquirer_keys(acquirer: str) -> dict[str, bytes]:
    return {
        mac_key_of(acquirer): _odd_parity(secrets.token_bytes(16)),
        exchange_key_of(acquirer): secrets.token_bytes(32),
    }


def _odd_parity(key: bytes) -> bytes:
    """The lowest bit of each byte set so that the byte has an odd number of ones (FIPS 46-3)."""
    return bytes(byte & 0xFE | ((byte >> 1).bit_count() + 1) % 2 for byte in key)


def _master_key(directory: Path, environment: Mapping[str, str], *, is_demo: bool) -> bytes:
    text = environment.get(MASTER_KEY_VARIABLE)
    if not text and is_demo:
        note = read_json(directory / "demo-master.json") or {}
        text = str(note.get("master_key", ""))
    if not text:
        raise MasterKeyError(f"{MASTER_KEY_VARIABLE} must name the master key of {directory}")
    try:
        master = bytes.fromhex(text)
    except ValueError:
        master = b""
    if len(master) != 32:
        raise MasterKeyError(f"{MASTER_KEY_VARIABLE} must be 64 hexadecimal digits (256 bits)")
    return master


def _write_ring(
    directory: Path,
    keys: Mapping[str, bytes],
    master: bytes,
    *,
    is_demo: bool,
    file: str = "ring.json",
) -> None:
    seal = AESGCM(master)
    sealed = {}
    for name, key in keys.items():
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed[name] = b64encode(nonce + seal.encrypt(nonce, key, name.encode())).decode("ascii")
    content = {"demo": is_demo, "note": DEMO_MARK if is_demo else "sealed keys", "keys": sealed}
    write_private(directory / file, json.dumps(content, indent=1) + "\n")


def _unseal(content: Mapping[str, object], master: bytes) -> dict[str, bytes]:
    sealed = content.get("keys")
    if not isinstance(sealed, dict):
        raise MasterKeyError("the key ring's file holds no keys")
    seal = AESGCM(master)
    keys = {}
    for name, text in sealed.items():
        whole = b64decode(str(text))
        try:
            keys[str(name)] = seal.decrypt(
                whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], str(name).encode()
            )
        except InvalidTag:
            raise MasterKeyError(
                f"key {name!r} was sealed under another master key, or its file was changed"
            ) from None
    return keys


@contextmanager
def _locked(home: Path, directory: Path) -> Iterator[None]:
    make_home(home)
    directory.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
