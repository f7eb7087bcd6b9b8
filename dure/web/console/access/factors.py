"""The second factor of an account: a time-based code (RFC 6238), and recovery codes beside it.

Reckoned and kept by django-allauth; here is all that we ask of it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import (
    RecoveryCodes,
)
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    validate_totp_code,
)
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction

from dure.web.console.access.sealed_factors import SealedFactors
from dure.web.shared.qr_picture import QrPicture, qr_picture

_REMEMBERED_S: Final = 180
"""A code holds for at most 90 seconds; so long we know which were used."""


def has_factor(user: User) -> bool:
    """Whether the account has a second factor."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def with_factor() -> set[str]:
    """The names of all accounts that have a second factor."""
    found = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return set(found.values_list("user__username", flat=True))


def new_secret() -> str:
    """A secret to put into an authenticator app, in base 32."""
    return str(generate_totp_secret())


def picture_of(user: User, secret: str) -> QrPicture:
    """What an authenticator app reads with the camera."""
    return qr_picture(SealedFactors().build_totp_url(user, secret))


def activate(user: User, secret: str, code: str) -> bool:
    """Makes the secret the account's, with new recovery codes, when the code shows that the app has
    it. The code is used up by it."""
    if not validate_totp_code(secret, code) or not _is_first_use(user, code):
        return False
    with transaction.atomic():
        reset(user)
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
    return True


def check_code(user: User, code: str) -> bool:
    """Whether the code is one of the app's of about now, or an unused recovery code; once."""
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        found = _of(user, kind)
        if found is not None and found.wrap().validate_code(code):
            return kind is Authenticator.Type.RECOVERY_CODES or _is_first_use(user, code)
    return False


def recovery_codes(user: User) -> list[str]:
    """The recovery codes that were not used yet."""
    found = _of(user, Authenticator.Type.RECOVERY_CODES)
    return list(found.wrap().get_unused_codes()) if found is not None else []


def new_recovery_codes(user: User) -> None:
    """Makes all earlier recovery codes void and gives new ones."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(user)


def reset(user: User) -> None:
    """Takes the second factor away: at the next sign-in a new one is made."""
    Authenticator.objects.filter(user=user).delete()


def _of(user: User, kind: Any) -> Any:
    return Authenticator.objects.filter(user=user, type=kind).first()


def _is_first_use(user: User, code: str) -> bool:
    """Whoever looks over a shoulder cannot use the same code again (RFC 6238, section 5.2)."""
    digits = re.sub(r"\D", "", code)
    return bool(cache.add(f"console.code.{user.pk}.{digits}", 1, timeout=_REMEMBERED_S))
