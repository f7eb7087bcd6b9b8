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
from dure.people.sealing import SealBrokenError, Sealer, sealer_of

PURPOSE = "console.factor"
_SECRETS = {"secret", "seed"}
"""What django-allauth has sealed of a one-time password and of recovery codes."""
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


def seal_factors_again() -> tuple[int, int]:
    """Seals with the newest key the secrets that an older one has sealed.

    Gives how many it was, and how many no key opens: these stay as they are.
    """
    from allauth.mfa.models import Authenticator

    sealer, done, broken = sealer_of(KeyRing.open(home_directory())), 0, 0
    for factor in Authenticator.objects.iterator():
        for name in _SECRETS & factor.data.keys():
            sealed = b64decode(factor.data[name])
            if not sealer.is_old(sealed):
                continue
            try:
                anew = sealer.seal(sealer.open(sealed, PURPOSE), PURPOSE)
            except SealBrokenError:
                broken += 1
                continue
            factor.data[name] = b64encode(anew).decode("ascii")
            factor.save(update_fields=["data"])
            done += 1
    return done, broken


@lru_cache(maxsize=4)
def _sealer(home: Path) -> Sealer:
    return sealer_of(KeyRing.open(home))
