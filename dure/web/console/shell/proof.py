"""How surely we know who sits there: when the second factor was last shown, and since when nobody
has done anything.

All of it lies in the session and is told in whole real seconds since 1970.
"""

from __future__ import annotations

import time
from enum import Enum, auto
from typing import Final

from django.http import HttpRequest

IDLE_S: Final = 30 * 60
"""Nobody did anything for so long: the session is over."""
WHOLE_S: Final = 10 * 3600
"""A session ends after so long, whatever happens in it."""
RECENT_S: Final = 5 * 60
"""A signed step wants a second factor that was shown no longer ago."""
_SEEN_EVERY_S: Final = 60
_PROVED_AT = "console_proved_at_s"
_BEGAN_AT = "console_began_at_s"
_SEEN_AT = "console_seen_at_s"


class Standing(Enum):
    """How far somebody has come."""

    UNKNOWN = auto()
    """Nobody is signed in, or the session is over."""
    HALF = auto()
    """The password was right; the second factor is still to be shown, or to be made."""
    PROVED = auto()


class ProofNeededError(Exception):
    """A signed step was asked for, and the last proof is too old; `console_page` asks for one."""


def standing_of(request: HttpRequest) -> Standing:
    """How far the asker has come; a session that is over is emptied."""
    if not request.user.is_authenticated or not request.user.is_active:
        return Standing.UNKNOWN
    if _PROVED_AT not in request.session:
        return Standing.HALF
    now_s = int(time.time())
    seen_s, began_s = request.session.get(_SEEN_AT, 0), request.session.get(_BEGAN_AT, 0)
    if now_s - seen_s > IDLE_S or now_s - began_s > WHOLE_S:
        request.session.flush()
        return Standing.UNKNOWN
    if now_s - seen_s >= _SEEN_EVERY_S:
        request.session[_SEEN_AT] = now_s
    return Standing.PROVED


def record_proof(request: HttpRequest) -> None:
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
