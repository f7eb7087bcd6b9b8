"""How surely we know who sits there: when the second factor was last shown, and since when nobody
has done anything.

All of it lies in the session and is told in whole real seconds since 1970.
"""

from __future__ import annotations

import time
from enum import Enum
from typing import Final

from django.http import HttpRequest

from dure.web.shared.store import database

IDLE_S: Final = 30 * 60
"""Nobody did anything for so long: the session is over."""
WHOLE_S: Final = 10 * 3600
"""A session ends after so long, whatever happens in it."""
RECENT_S: Final = 5 * 60
"""A signed step wants a second factor that was shown no longer ago."""
HALF_S: Final = 10 * 60
"""So long after the password the second factor may be shown."""
_SEEN_EVERY_S: Final = 60
_HALF_AT = "console_half_at_s"
_PROVED_AT = "console_proved_at_s"
_BEGAN_AT = "console_began_at_s"
_SEEN_AT = "console_seen_at_s"
_FIRST_PASSWORD = "console_first_password"
_SEEN: Final = "UPDATE console_session SET seen_at_us = %s WHERE session_key = %s"


class Standing(Enum):
    """How far somebody has come; the value is the page, below the console, where it goes on."""

    UNKNOWN = "sign-in"
    """Nobody is signed in, or the session is over."""
    HALF = "second-factor"
    """The password was right; the second factor is still to be shown, or to be made."""
    FIRST_PASSWORD = "first-password"
    """Proved, but the password is still the one that an operator handed over."""
    PROVED = ""


class ProofNeededError(Exception):
    """A signed step was asked for, and the last proof is too old; `console_page` asks for one."""


def standing_of(request: HttpRequest) -> Standing:
    """How far the asker has come; a session that is over is emptied."""
    if not request.user.is_authenticated or not request.user.is_active:
        return Standing.UNKNOWN
    now_s, session = int(time.time()), request.session
    if _PROVED_AT not in session:
        return _not_over(request, now_s - session.get(_HALF_AT, 0) <= HALF_S, Standing.HALF)
    idle_s = now_s - session.get(_SEEN_AT, 0)
    if idle_s > _SEEN_EVERY_S and idle_s <= IDLE_S:
        session[_SEEN_AT] = now_s
        database().execute(_SEEN, (now_s * 1_000_000, session.session_key))
    stands = Standing.FIRST_PASSWORD if session.get(_FIRST_PASSWORD) else Standing.PROVED
    is_on = idle_s <= IDLE_S and now_s - session.get(_BEGAN_AT, 0) <= WHOLE_S
    return _not_over(request, is_on, stands)


def _not_over(request: HttpRequest, is_on: bool, standing: Standing) -> Standing:
    if is_on:
        return standing
    request.session.flush()
    return Standing.UNKNOWN


def half_proved(request: HttpRequest, *, first_password: bool) -> None:
    """The password was right just now; with `first_password` it is to be changed."""
    request.session[_HALF_AT] = int(time.time())
    request.session[_FIRST_PASSWORD] = first_password


def password_changed(request: HttpRequest) -> None:
    """The official has a password that nobody else knows."""
    request.session[_FIRST_PASSWORD] = False


def proved_again(request: HttpRequest) -> None:
    """The second factor was shown just now. The session gets another id: the old one is void."""
    began_s = request.session.get(_BEGAN_AT)
    request.session.cycle_key()
    request.session.update(proved_session(int(time.time())))
    if began_s is not None:
        request.session[_BEGAN_AT] = began_s


def proved_session(at_s: int) -> dict[str, int]:
    """What a session holds when a second factor was shown at that second, its beginning too."""
    return {_PROVED_AT: at_s, _BEGAN_AT: at_s, _SEEN_AT: at_s}


def require_recent_proof(request: HttpRequest) -> None:
    """Raises ProofNeededError where the second factor was shown longer than RECENT_S ago."""
    if int(time.time()) - request.session.get(_PROVED_AT, 0) > RECENT_S:
        raise ProofNeededError
