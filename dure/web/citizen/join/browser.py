"""What the browser keeps for us: the member's session, and the ticket of a way in."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import rotate_token

from dure.people.fields import installed_sealer
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.people.one_time_codes import (
    WAY_US,
    Asking,
    Purpose,
    WayIn,
    end_way,
    find_way,
)
from dure.people.tries import address_hash, machine_now_us
from dure.web.citizen.shell.addresses import address_inside
from dure.web.citizen.shell.frame import now_us
from dure.web.citizen.shell.sessions import COOKIE, VALID_US, BeganBy, begin_session, sessions_of
from dure.web.shared.address_limit import address_of
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

TICKET_COOKIE: Final = "dure_way_in"
NEXT_COOKIE: Final = "dure_next"
OUTSIDE_FIELD: Final = "with"
"""What names the provider in the address and the form that go on with an account of it."""
_OUTSIDE: Final = "app_outside"
_SECOND_US: Final = 1_000_000


def asking_of(request: HttpRequest) -> Asking:
    """Who asks for a code."""
    host = request.get_host().partition(":")[0]
    korean = language_of_page(request) is Language.KOREAN
    return Asking(address_hash(address_of(request)), korean, host)


def way_of(request: HttpRequest) -> WayIn | None:
    """The way in that this browser is on; None where it is on none."""
    ticket = ticket_of(request)
    return find_way(database(), installed_sealer(), ticket) if ticket else None


def ticket_of(request: HttpRequest) -> str:
    """The ticket of this browser's way in; empty where there is none."""
    return request.COOKIES.get(TICKET_COOKIE, "")


def set_out(request: HttpRequest, address: str, ticket: str, next_: str = "") -> HttpResponseBase:
    """Goes on to a page with the ticket of a way in that has just begun."""
    response = HttpResponseRedirect(address)
    _keep(response, TICKET_COOKIE, ticket, WAY_US // _SECOND_US)
    if next_:
        _keep(response, NEXT_COOKIE, next_, WAY_US // _SECOND_US)
    return response


def arrive(
    request: HttpRequest, address: str, member_id: int, began_by: BeganBy, *, proved: bool = False
) -> HttpResponseBase:
    """Signs the member in on this browser and goes on to the page."""
    had_sessions = bool(sessions_of(database(), member_id))
    token = begin_session(
        database(),
        member_id=member_id,
        address=address_of(request),
        agent=request.headers.get("User-Agent", ""),
        proved=proved,
        began_by=began_by,
    )
    if had_sessions:
        tell(
            database(), member_id=member_id, kind=NoticeKind.NEW_SESSION, values={},
            at_us=now_us(), key=f"session {machine_now_us()}",
        )  # fmt: skip
    rotate_token(request)
    if _OUTSIDE in request.session:
        del request.session[_OUTSIDE]
    response = HttpResponseRedirect(address)
    _keep(response, COOKIE, token, VALID_US // _SECOND_US)
    response.delete_cookie(TICKET_COOKIE)
    response.delete_cookie(NEXT_COOKIE)
    return response


def keep_outside(request: HttpRequest, provider: str, index: bytes) -> None:
    """Remembers in this browser's session an account elsewhere that nobody has linked yet."""
    request.session[_OUTSIDE] = [provider, index.hex(), machine_now_us()]


def outside_of(request: HttpRequest) -> tuple[str, str] | tuple[None, None]:
    """Provider and account (its keyed hash in hexadecimal) that this browser has just come with.

    Only for a page or form that names the provider, and so says that the account will be linked:
    whoever uses this browser next links nobody else's account unseen.
    """
    kept = request.session.get(_OUTSIDE)
    if not kept or machine_now_us() - kept[2] > WAY_US:
        return None, None
    named = request.POST.get(OUTSIDE_FIELD) or request.GET.get(OUTSIDE_FIELD)
    return (kept[0], kept[1]) if named == kept[0] else (None, None)


def forget_coming(request: HttpRequest) -> None:
    """Forgets with which number or account somebody came who may not become a member yet."""
    way = way_of(request)
    if way is not None and way.purpose in (Purpose.SIGN_IN, Purpose.JOIN):
        end_way(database(), way.way_id)
    if _OUTSIDE in request.session:
        del request.session[_OUTSIDE]


def kept_next(request: HttpRequest, otherwise: str) -> str:
    """Where the way in should lead at last, as it was asked for at its beginning."""
    return address_inside(request.COOKIES.get(NEXT_COOKIE, "")) or otherwise


def _keep(response: HttpResponseBase, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Lax",
    )  # fmt: skip
