"""The payment PIN: the first one, another one, and a new one when it was forgotten."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from dure.people.fields import installed_sealer
from dure.people.members import Member, get_member
from dure.people.notice_kinds import NoticeKind
from dure.people.one_time_codes import (
    Beginning,
    Medium,
    Purpose,
    TooManyCodesError,
    begin_way,
    end_way,
)
from dure.people.payment_pins import PinRefusedError, PinState, pin_state, set_pin
from dure.people.tries import DAY_US, HOUR_US, TryLimit, forget_tries, may_try
from dure.web.citizen.join.browser import asking_of, set_out, way_of
from dure.web.citizen.join.joining import read_date
from dure.web.citizen.join.proving import note_proof, tell_safety
from dure.web.citizen.join.signing_in import word
from dure.web.citizen.join.words import JOIN_WORDS
from dure.web.citizen.shell.access import member_page, proof_page, require_proof
from dure.web.citizen.shell.addresses import address_inside, app_root, next_address
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import BeganBy, Visitor, machine_now_us
from dure.web.shared.store import database

FRESH_US: Final = HOUR_US // 2
"""So long after a code by telephone a member without a PIN may set the first one."""
_BIRTH_TRIES: Final = TryLimit("birth date for a new pin", 5, HOUR_US)
_BIRTH_TRIES_DAY: Final = TryLimit("birth date for a new pin, day", 10, DAY_US)


@sensitive_post_parameters("new_pin", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def first_pin(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Asks who has just joined for a PIN; who signed in long ago shows the telephone again."""
    if pin_state(database(), visitor.member_id) is not PinState.NONE:
        return HttpResponseRedirect(next_address(request))
    is_fresh = machine_now_us() - visitor.began_at_us <= FRESH_US
    if visitor.began_by is not BeganBy.PHONE or not is_fresh:
        return HttpResponseRedirect(f"{app_root(request)}/settings/pin/forgotten")
    if request.method == "POST":
        fault = _set(request, visitor)
        if not fault:
            asked = address_inside(request.GET.get("next", ""))
            return HttpResponseRedirect(asked or f"{app_root(request)}/join/welcome")
        return _ask_new(request, visitor, "first_pin_title", fault)
    return _ask_new(request, visitor, "first_pin_title")


@sensitive_post_parameters("new_pin", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def change_pin(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Asks for another PIN, after a proof with the present one."""
    require_proof(visitor)
    fault = ""
    if request.method == "POST":
        fault = _set(request, visitor)
        if not fault:
            return _done(request)
    return _ask_new(request, visitor, "forgotten_title", fault)


@require_http_methods(["GET", "HEAD", "POST"])
@proof_page
def forgotten_pin(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Asks for the birth date, and sends a code to the member's own telephone."""
    if request.method != "POST":
        return _ask_birth(request, visitor)
    connection, sealer = database(), installed_sealer()
    member = get_member(connection, sealer, visitor.member_id)
    if not member.phone:
        return _ask_birth(request, visitor, word(request, "no_phone"))
    who = sealer.index(str(visitor.member_id), "tries")
    allowed = [may_try(connection, each, who) for each in (_BIRTH_TRIES, _BIRTH_TRIES_DAY)]
    if not all(allowed):
        return _ask_birth(request, visitor, word(request, "too_many_tries"), 429)
    if read_date(request.POST.get("born", "")) != member.birth_date:
        return _ask_birth(request, visitor, word(request, "birth_differs"))
    forget_tries(connection, _BIRTH_TRIES, who)
    beginning = Beginning(Purpose.NEW_PIN, Medium.PHONE, member.phone, member_id=visitor.member_id)
    try:
        ticket = begin_way(connection, sealer, beginning, asking_of(request))
    except TooManyCodesError:
        return _ask_birth(request, visitor, word(request, "too_many_codes"), 429)
    return set_out(request, f"{app_root(request)}/sign-in/code", ticket)


def _ask_birth(
    request: HttpRequest, visitor: Visitor, fault: str = "", status: int = 200
) -> HttpResponseBase:
    title = word(request, "forgotten_title")
    return app_answer(
        request, visitor, "citizen/join/forgotten.html", {"fault": fault}, words=JOIN_WORDS,
        title=title, status=status,
    )  # fmt: skip


@sensitive_post_parameters("new_pin", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@proof_page
def new_pin(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Asks who has shown the telephone for a new PIN."""
    way = way_of(request)
    is_shown = (
        way is not None
        and way.is_proven
        and way.purpose is Purpose.NEW_PIN
        and way.member_id == visitor.member_id
    )
    if way is None or not is_shown:
        return HttpResponseRedirect(f"{app_root(request)}/settings/pin/forgotten")
    fault = ""
    if request.method == "POST":
        fault = _set(request, visitor)
        if not fault:
            end_way(database(), way.way_id)
            return _done(request)
    return _ask_new(request, visitor, "forgotten_title", fault)


def _set(request: HttpRequest, visitor: Visitor) -> str:
    """Sets the PIN that was sent twice; why it cannot be, or nothing. Another one is told."""
    pin = request.POST.get("new_pin", "")[:20]
    if pin != request.POST.get("again", ""):
        return word(request, "pin_differs")
    member = _member(visitor)
    state = pin_state(database(), visitor.member_id)
    try:
        set_pin(
            database(), installed_sealer(), member_id=visitor.member_id, pin=pin,
            birth_date=member.birth_date, phone=member.phone, session_id=visitor.session_id,
        )  # fmt: skip
    except PinRefusedError as refused:
        return word(request, refused.fault.value)
    note_proof(request, visitor)
    if state is not PinState.NONE:
        tell_safety(visitor.member_id, NoticeKind.PIN_CHANGED)
    return ""


def _ask_new(
    request: HttpRequest, visitor: Visitor, title: str, fault: str = ""
) -> HttpResponseBase:
    values = {"fault": fault, "is_first": title == "first_pin_title"}
    return app_answer(
        request, visitor, "citizen/join/pin.html", values, words=JOIN_WORDS,
        title=word(request, title),
    )  # fmt: skip


def _done(request: HttpRequest) -> HttpResponseBase:
    messages.success(request, word(request, "pin_set"))
    return HttpResponseRedirect(f"{app_root(request)}/settings")


def _member(visitor: Visitor) -> Member:
    return get_member(database(), installed_sealer(), visitor.member_id)


@require_safe
@member_page
def welcome(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """What a new member may do first."""
    title = word(request, "welcome_title", name=_member(visitor).name)
    return app_answer(
        request, visitor, "citizen/join/welcome.html", {}, words=JOIN_WORDS, title=title
    )
