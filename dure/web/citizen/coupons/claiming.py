"""Claiming a coupon: a tap draws a ticket, and the ticket's page says what came of it."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.views.decorators.http import require_POST, require_safe

from dure.authorization.reasons import DeclineReason
from dure.engine.client import EngineGone
from dure.wallets.coupon_queue import (
    PLACES_COUNTED,
    Ticket,
    TicketState,
    TooManyTicketsError,
    draw_ticket,
    find_ticket,
    find_ticket_of_key,
    people_before,
    ticket_told,
    work_off,
)
from dure.wallets.coupons import coupon_habits, find_offer
from dure.web.citizen.coupons.faces import offer_face, state_of
from dure.web.citizen.coupons.words import COUPON_WORDS
from dure.web.citizen.shell.access import member_page, wants_json
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor, machine_now_us
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.engine import engine
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

_TAP_PATIENCE_S: Final = 0.8
"""So long a tap helps to serve the queue before its page is shown."""
_LOOK_PATIENCE_S: Final = 0.1


@require_POST
@member_page
def claim(request: HttpRequest, visitor: Visitor, version: int) -> HttpResponseBase:
    """Draws a ticket for the coupon; where nobody waits it is served before the page comes."""
    language, root = language_of_page(request), app_root(request)
    back = HttpResponseRedirect(f"{root}/coupons/offers/{version}")
    try:
        key = request_key(request, visitor, f"coupon {version}")
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return back
    ticket = find_ticket_of_key(database(), visitor.member_id, key)
    if ticket is None:
        at_us = now_us()
        offer = find_offer(database(), version, at_us)
        if offer is None:
            return HttpResponseRedirect(f"{root}/coupons/offers")
        habits = coupon_habits(database(), visitor.member_id)
        if state_of(offer, habits, at_us) != "open":
            return back  # The page says why: it is not open yet, all gone, or had already.
        try:
            ticket = draw_ticket(
                database(), key=key, member_id=visitor.member_id, rule_version_id=version,
                at_us=at_us, machine_us=machine_now_us(),
            )  # fmt: skip
        except TooManyTicketsError:
            messages.error(request, language.choose(*COUPON_WORDS["too_many"]))
            return back
    _serve(ticket, _TAP_PATIENCE_S)
    return HttpResponseRedirect(f"{root}/coupons/tickets/{ticket.ticket_id}")


@require_safe
@member_page
def ticket(request: HttpRequest, visitor: Visitor, ticket_id: int) -> HttpResponseBase:
    """How a ticket stands: the place in the queue, the coupon, or why there is none.

    A script that asks for JSON gets `state`, `before` and in how many milliseconds to ask again.
    Who looks while nobody serves the queue helps to serve it.
    """
    language = language_of_page(request)
    found = find_ticket(database(), visitor.member_id, ticket_id)
    if found is None:
        raise Http404
    if found.state is TicketState.WAITING:
        _serve(found, _LOOK_PATIENCE_S)
        found = find_ticket(database(), visitor.member_id, ticket_id) or found
    before = people_before(database(), found) if found.state is TicketState.WAITING else 0
    if wants_json(request):
        answer = {
            "state": found.state.name.lower(), "before": _count_text(before, language),
            "again_ms": _again_ms(before),
        }  # fmt: skip
        return JsonResponse(answer)
    if found.state is not TicketState.WAITING:
        ticket_told(database(), ticket_id)
    offer = find_offer(database(), found.rule_version_id, found.drawn_at_us)
    habits = coupon_habits(database(), visitor.member_id)
    values = {
        "ticket": found,
        "state": found.state.name.lower(),
        "before": before,
        "before_text": _count_text(before, language),
        "many": before >= PLACES_COUNTED,
        "refusal": sentence_or_number(found.reason, language) if found.reason else None,
        "gone": found.reason == DeclineReason.COUPONS_GONE,
        "automatic": habits.automatic,
        "offer": offer and offer_face(offer, habits, found.drawn_at_us, language),
    }
    return app_answer(
        request, visitor, "citizen/coupons/ticket.html", values, words=COUPON_WORDS,
        title=language.choose(*COUPON_WORDS["queue"]),
    )  # fmt: skip


def _serve(ticket: Ticket, patience_s: float) -> None:
    """Serves the queue for a moment; where the engine does not answer, the ticket waits on."""
    if ticket.state is not TicketState.WAITING:
        return
    try:
        work_off(
            database(), engine().ask_all, rule_version_id=ticket.rule_version_id,
            patience_s=patience_s, until_ticket=ticket.ticket_id,
        )  # fmt: skip
    except EngineGone:
        return  # The page says that the ticket waits, which is true; the worker serves it later.


def _count_text(before: int, language: Language) -> str:
    if before >= PLACES_COUNTED:
        return language.choose(f"{before:,}명 넘게", f"more than {before:,}")
    return language.choose(f"{before:,}명", f"{before:,}")


def _again_ms(before: int) -> int:
    """Who stands far behind asks less often."""
    return 1_000 if before < 200 else 2_000 if before < 2_000 else 4_000
