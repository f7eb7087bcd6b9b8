"""The installation's keys for pages that deal with card numbers, opened at their first use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.wallets.card_life import CardKeys, card_keys


def installed_ring() -> KeyRing:
    """The key ring of this installation."""
    return _ring(home_directory())


def installed_card_keys() -> CardKeys:
    """What the ring makes of card numbers."""
    return card_keys(installed_ring())


@lru_cache(maxsize=4)
def _ring(home: Path) -> KeyRing:
    return KeyRing.open(home)
