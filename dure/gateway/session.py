"""One connection's standing: who is at the other end, signed on or not, under which keys."""

from __future__ import annotations

from collections.abc import Iterator

from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.session_keys import SessionKeys
from dure.kernel.keys import PIN_ZONE, PIN_ZONE_AES, KeyRing, mac_key_of


class LineKeys:
    """The keys of a line at one time, ready for use."""

    __slots__ = ("mac", "pin")

    def __init__(self, mac: bytes, pin: bytes, pin_aes: bytes) -> None:
        self.mac = MacKey(mac)
        self.pin = (pin, pin_aes)

    def __repr__(self) -> str:
        return "<LineKeys>"


class LineKeyStore:
    """The keys with which every acquirer's line begins, from the ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = {
            acquirer: LineKeys(
                ring.key(mac_key_of(acquirer)), ring.key(PIN_ZONE), ring.key(PIN_ZONE_AES)
            )
            for acquirer in ring.acquirers()
        }

    def find(self, acquirer: str) -> LineKeys | None:
        """The keys of the acquirer; None when it is unknown."""
        return self._keys.get(acquirer)


class Session:
    """The state of one connection.

    After a key exchange messages under the former keys are still taken until `old_until_s`, because
    some were under way; each is answered under the keys it came with.
    """

    __slots__ = (
        "acquirer",
        "current",
        "name",
        "old",
        "old_until_s",
        "signed_on",
        "strikes",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.acquirer = ""
        self.signed_on = False
        self.strikes = 0
        self.current: LineKeys | None = None
        self.old: LineKeys | None = None
        self.old_until_s = 0.0

    def sign_on(self, acquirer: str, keys: LineKeys) -> None:
        """The other end is this acquirer from now on, under the keys that its line begins with.

        A second sign-on of the same acquirer keeps keys that were exchanged.
        """
        if acquirer != self.acquirer or self.current is None:
            self.current, self.old = keys, None
        self.acquirer = acquirer
        self.signed_on = True

    def sign_off(self) -> None:
        """Takes no more payments until the next sign-on, which begins with the first keys."""
        self.signed_on = False
        self.acquirer = ""
        self.current = self.old = None

    def change_keys(self, keys: SessionKeys, now_s: float, old_keys_s: float) -> None:
        """Uses new keys, and takes the former ones for a while."""
        self.old, self.old_until_s = self.current, now_s + old_keys_s
        self.current = LineKeys(*keys)

    def keys(self, now_s: float) -> Iterator[LineKeys]:
        """The keys a message may have been made under, the likeliest first."""
        if self.current is not None:
            yield self.current
        if self.old is not None:
            if now_s < self.old_until_s:
                yield self.old
            else:
                self.old = None
