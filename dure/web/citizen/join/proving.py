"""Asking for a proof before money moves, and doing afterwards what was asked for."""

from __future__ import annotations

from typing import Final

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dure.people.fields import installed_sealer
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.people.passkeys import ChallengeFor, PasskeyRefusedError, check_passkey, passkeys_of
from dure.people.payment_pins import PinState, check_pin, pin_state
from dure.web.citizen.join.passkey_challenges import passkeys_work, place_of, proof_options
from dure.web.citizen.join.signing_in import word
from dure.web.citizen.join.words import JOIN_WORDS
from dure.web.citizen.shell.access import proof_page, wants_json
from dure.web.citizen.shell.addresses import address_inside, app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor, machine_now_us, prove_session
from dure.web.shared.address_limit import address_of
from dure.web.shared.store import database

_ADDRESS: Final = "proof_address"
_METHOD: Final = "proof_method"
_PIN: Final = "proof_pin"
_PASSKEY: Final = "proof_passkey"
_OWN_FIELDS: Final = frozenset({"csrfmiddlewaretoken", _ADDRESS, _METHOD, _PIN, _PASSKEY})


def ask_for_proof(
    request: HttpRequest, visitor: Visitor, *, fault: str = "", status: int = 200
) -> HttpResponseBase:
    """The page that asks for the payment PIN or a passkey, with all that was sent in it, unseen.

    A script of ours is answered 401 with the page's name instead: it opens the page itself.
    """
    if wants_json(request):
        return JsonResponse({"error": "proof"}, status=401)
    address = address_inside(request.POST.get(_ADDRESS, "")) or request.get_full_path()
    method = request.POST.get(_METHOD) or str(request.method)
    state = pin_state(database(), visitor.member_id)
    has_passkey = passkeys_work(request) and bool(passkeys_of(database(), visitor.member_id))
    values = {
        "fields": _carried(request),
        "address": address,
        "method": "POST" if method == "POST" else "GET",
        "fault": fault,
        "state": state.value,
        "passkey_options": proof_options(request, visitor) if has_passkey else "",
    }
    title = word(request, "proof_title")
    return app_answer(
        request, visitor, "citizen/join/proof.html", values, words=JOIN_WORDS, title=title,
        status=status,
    )  # fmt: skip


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _OWN_FIELDS
        for value in values
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters(_PIN)
@proof_page
def proof(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Takes the PIN or the passkey; the browser then sends again what it wanted to (307)."""
    address = address_inside(request.POST.get(_ADDRESS, ""))
    if request.method != "POST" or address is None:
        return HttpResponseRedirect(f"{app_root(request)}/")
    fault = _wrong_passkey(request, visitor) if request.POST.get(_PASSKEY) else ""
    if not request.POST.get(_PASSKEY):
        fault = wrong_pin(request, visitor, request.POST.get(_PIN, ""))
    if fault:
        return ask_for_proof(request, visitor, fault=fault)
    note_proof(request, visitor)
    if request.POST.get(_METHOD) != "POST":
        return HttpResponseRedirect(address)
    return HttpResponse(status=307, headers={"Location": address})


def wrong_pin(request: HttpRequest, visitor: Visitor, typed: str) -> str:
    """Why the PIN that was typed is not taken; empty when it is the right one."""
    if pin_state(database(), visitor.member_id) is PinState.NONE:
        return word(request, "pin_none")
    said = check_pin(database(), installed_sealer(), member_id=visitor.member_id, pin=typed[:20])
    if said.is_right:
        return ""
    if said.was_last:
        tell_safety(visitor.member_id, NoticeKind.PIN_LOCKED)
    return word(request, "pin_wrong" if said.tries_left else "pin_locked", left=said.tries_left)


def tell_safety(member_id: int, kind: NoticeKind) -> None:
    """Tells the member of something that a thief might have done; each time it happens."""
    tell(
        database(), member_id=member_id, kind=kind, values={}, at_us=now_us(),
        key=f"{kind} {machine_now_us()}",
    )  # fmt: skip


def _wrong_passkey(request: HttpRequest, visitor: Visitor) -> str:
    asked_for = ChallengeFor("proof", visitor.session_id)
    answer = request.POST.get(_PASSKEY, "")
    try:
        shown = check_passkey(database(), installed_sealer(), place_of(request), asked_for, answer)
    except PasskeyRefusedError:
        return word(request, "passkey_refused")
    return "" if shown == visitor.member_id else word(request, "passkey_refused")


def note_proof(request: HttpRequest, visitor: Visitor) -> None:
    """The member has shown the PIN or a passkey just now, with this browser, from this address."""
    prove_session(
        database(), visitor.session_id, address=address_of(request),
        agent=request.headers.get("User-Agent", ""),
    )  # fmt: skip
