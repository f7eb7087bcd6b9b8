"""Secrets of second factors at rest: sealed with the keys of this installation, as people's data.

django-allauth keeps them in a JSON column and asks this adapter to seal and to open them.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import lru_cache
from pathlib import Path

from allauth.mfa.adapter import DefaultMFAAdapter

from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.people.sealing import Sealer, sealer_of

PURPOSE = "console.factor"
ISSUER = "Dure"
"""What an authenticator app shows beside the official's id."""


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc, unused-ignore]
    """What django-allauth asks us about second factors."""

    def get_totp_issuer(self) -> str:
        return ISSUER

    def encrypt(self, text: str) -> str:
        """The text, sealed, as letters."""
        return b64encode(_sealer(home_directory()).seal(text, PURPOSE)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The text that was sealed. Raises SealBrokenError."""
        return _sealer(home_directory()).open(b64decode(encrypted_text), PURPOSE)


@lru_cache(maxsize=4)
def _sealer(home: Path) -> Sealer:
    return sealer_of(KeyRing.open(home))
