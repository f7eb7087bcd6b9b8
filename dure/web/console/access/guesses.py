"""How often somebody may guess a password or a code: for one official, and from one address."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest

from dure.web.shared.address_limit import address_of

MINUTES = 15
"""So long the limits of the settings (ACCOUNT_RATE_LIMITS) look back."""


def may_guess(request: HttpRequest, official: str) -> bool:
    """Whether another attempt is allowed; it is counted."""
    return bool(
        ratelimit.consume(request, action="console_address", key=address_of(request))
        and ratelimit.consume(request, action="console_official", key=official.casefold())
    )


def guessed_right(request: HttpRequest, official: str) -> None:
    """The attempts for this official count no more; those from the address go on counting."""
    ratelimit.clear(request, action="console_official", key=official.casefold())
