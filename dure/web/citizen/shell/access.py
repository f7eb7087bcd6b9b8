"""Who may open a page of the app, and how surely we know who holds the telephone."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from dure.web.citizen.shell.addresses import app_root, with_return
from dure.web.citizen.shell.sessions import COOKIE, Visitor, find_visitor, machine_now_us
from dure.web.shared.address_limit import address_of
from dure.web.shared.store import database

Arguments = ParamSpec("Arguments")
MemberView = Callable[Concatenate[HttpRequest, Visitor, Arguments], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]

PROOF_US: Final = 5 * 60_000_000
"""What moves money wants a payment PIN or a passkey shown no longer ago."""


class ProofNeededError(Exception):
    """Something that moves money was asked for, and the last proof is too old."""


def member_page(view: MemberView[Arguments]) -> View[Arguments]:
    """Makes a view a page of the app for the member who is signed in, handed to it as `Visitor`.

    A stranger is sent to sign in, a stranger's program (Accept: application/json) is answered 401.
    A view that raises ProofNeededError is asked again after the proof, as it was asked. So is every
    page that another browser opens with the session of this one: a stolen session shows nothing.
    """
    return _guarded(view, moved_too=False)


def proof_page(view: MemberView[Arguments]) -> View[Arguments]:
    """As `member_page`, for the pages on which a proof is given: a moved session opens them too."""
    return _guarded(view, moved_too=True)


def _guarded(view: MemberView[Arguments], *, moved_too: bool) -> View[Arguments]:
    def answer(
        request: HttpRequest, /, *args: Arguments.args, **named: Arguments.kwargs
    ) -> HttpResponseBase:
        visitor = visitor_of(request)
        if visitor is None:
            if wants_json(request):
                return JsonResponse({"error": "sign-in"}, status=401)
            return HttpResponseRedirect(with_return(f"{app_root(request)}/sign-in", request))
        try:
            if visitor.is_moved and not moved_too:
                raise ProofNeededError
            return view(request, visitor, *args, **named)
        except ProofNeededError:
            from dure.web.citizen.join.proving import ask_for_proof

            return ask_for_proof(request, visitor)

    update_wrapper(answer, view)
    return never_cache(csrf_protect(answer))


def open_page(view: View[Arguments]) -> View[Arguments]:
    """Makes a view a page of the app that anybody may open."""

    def answer(
        request: HttpRequest, /, *args: Arguments.args, **named: Arguments.kwargs
    ) -> HttpResponseBase:
        return view(request, *args, **named)

    update_wrapper(answer, view)
    return never_cache(csrf_protect(answer))


def visitor_of(request: HttpRequest) -> Visitor | None:
    """The member who is signed in, if one is; a query of one row."""
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    address, agent = address_of(request), request.headers.get("User-Agent", "")
    return find_visitor(database(), token, address=address, agent=agent)


def require_proof(visitor: Visitor) -> None:
    """Raises ProofNeededError where PIN or passkey were shown longer than PROOF_US ago."""
    if machine_now_us() - visitor.proved_at_us > PROOF_US:
        raise ProofNeededError


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, not a person who opens a page."""
    return request.headers.get("Accept", "").startswith("application/json")
