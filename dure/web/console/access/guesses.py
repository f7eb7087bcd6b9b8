"""How often somebody may guess a password or a code: for one official, and from one address."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from dure.people.tries import MINUTE_US, TryLimit, address_hash, forget_tries, may_try
from dure.web.shared.address_limit import address_of
from dure.web.shared.store import database

_SPAN_US: Final = 15 * MINUTE_US
FOR_OFFICIAL: Final = TryLimit("console official", 10, _SPAN_US)
FROM_ADDRESS: Final = TryLimit("console address", 60, _SPAN_US)


def may_guess(request: HttpRequest, official: str) -> bool:
    """Whether another attempt is allowed; it is counted, by all processes together."""
    return may_try(database(), FROM_ADDRESS, address_hash(address_of(request))) and may_try(
        database(), FOR_OFFICIAL, address_hash(official.casefold())
    )


def guessed_right(official: str) -> None:
    """The attempts for this official count no more; those from the address go on counting."""
    forget_tries(database(), FOR_OFFICIAL, address_hash(official.casefold()))
