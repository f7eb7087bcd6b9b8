"""Registering a card that came by post, a new PIN for a card, and the demo's letter box."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from dure.engine.client import EngineGone
from dure.report.live import city_clock
from dure.wallets.card_delivery import DeliveryState, card_registered, delivery_under_way
from dure.wallets.card_life import (
    CardNotRecognizedError,
    PinNotTakenError,
    TooManyGuessesError,
    choose_pin,
    get_card,
    register_card,
)
from dure.wallets.card_maker import maker_of
from dure.wallets.card_posting import number_in_letter
from dure.wallets.cards import CardKind, CardRefusedError
from dure.web.citizen.cards.acting import fault_of, own_card, same_key, word
from dure.web.citizen.cards.faces import spaced
from dure.web.citizen.cards.views import face_of
from dure.web.citizen.cards.words import CARD_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor, machine_now_us
from dure.web.shared.card_keys import installed_card_keys, installed_ring
from dure.web.shared.engine import engine
from dure.web.shared.store import database

_TYPED_MAX = 40


@sensitive_post_parameters("pan", "code", "pin", "pin_again")
@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def register(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Number, the letter's code, and a PIN make a card that came by post one that pays.

    The proof is asked for before the form is shown, so that number and PIN pass no other page.
    """
    require_proof(visitor)
    if request.method != "POST":
        return _register_form(request, visitor)
    fault, wrong = _pins_differ(request)
    again: dict[str, str] = {}
    if not fault:
        try:
            card_id = register_card(
                database(), engine().ask, installed_card_keys(),
                key=request_key(request, visitor, "card register"), member_id=visitor.member_id,
                birth_date=visitor.birth_date, pan=_typed(request, "pan"),
                code=_typed(request, "code"), pin=_typed(request, "pin"), at_us=now_us(),
                machine_us=machine_now_us(),
            )  # fmt: skip
            card_registered(database(), card_id=card_id, at_us=now_us())
        except _FAULTS as error:
            fault, wrong = _told(request, error, "not_recognized")
            again = same_key(request, error)
    if fault:
        return _register_form(request, visitor, fault, wrong, again)
    messages.success(request, word(request, "registered"))
    return HttpResponseRedirect(f"{app_root(request)}/cards/{card_id}")


@sensitive_post_parameters("pan", "pin", "pin_again")
@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_pin(request: HttpRequest, visitor: Visitor, card_id: int) -> HttpResponseBase:
    """A new PIN of a card of plastic, by the number that stands on it."""
    shown = own_card(visitor, card_id)
    if shown.kind is not CardKind.PHYSICAL:
        raise Http404
    require_proof(visitor)
    fault = wrong = ""
    again: dict[str, str] = {}
    if request.method == "POST":
        fault, wrong = _pins_differ(request)
        if not fault:
            try:
                choose_pin(
                    database(), engine().ask, installed_card_keys(),
                    key=request_key(request, visitor, f"card pin {card_id}"),
                    member_id=visitor.member_id, birth_date=visitor.birth_date, card_id=card_id,
                    pan=_typed(request, "pan"), pin=_typed(request, "pin"), at_us=now_us(),
                    machine_us=machine_now_us(),
                )  # fmt: skip
            except _FAULTS as error:
                fault, wrong = _told(request, error, "number_not_recognized")
                again = same_key(request, error)
        if not fault:
            messages.success(request, word(request, "pin_changed"))
            return HttpResponseRedirect(f"{app_root(request)}/cards/{card_id}")
    face = face_of(request, visitor, shown)
    values = {"card": face, "fault": fault, "wrong": wrong, **again}
    return app_answer(
        request, visitor, "citizen/cards/pin.html", values, words=CARD_WORDS,
        title=word(request, "new_pin"), status=422 if fault else 200,
    )  # fmt: skip


@require_safe
@member_page
def mailbox(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """What the post has brought in a demonstration; there is no such page in a real city."""
    ring = installed_ring()
    maker = maker_of(ring, database(), city_clock(database()))
    if maker is None:
        raise Http404
    coming = delivery_under_way(database(), visitor.member_id)
    letter = None
    if coming is not None and coming.state is DeliveryState.ARRIVED and coming.card_id:
        keys = installed_card_keys()
        pan = number_in_letter(database(), keys, maker, coming)
        shown = get_card(database(), visitor.member_id, coming.card_id)
        letter = {
            "pan": spaced(pan or ""),
            "code": keys.code_of(shown.token),
            "card": face_of(request, visitor, shown),
        }
    return app_answer(
        request, visitor, "citizen/cards/mailbox.html", {"letter": letter}, words=CARD_WORDS,
        title=word(request, "mailbox"),
    )  # fmt: skip


_FAULTS = (
    PinNotTakenError,
    TooManyGuessesError,
    CardNotRecognizedError,
    CardRefusedError,
    FormKeyMissingError,
    EngineGone,
)


def _told(request: HttpRequest, error: Exception, not_recognized: str) -> tuple[str, str]:
    """The sentence of a fault, and the field that it is about ("" for none)."""
    if isinstance(error, PinNotTakenError):
        return word(request, f"pin_{error.why.value}"), "pin"
    if isinstance(error, CardNotRecognizedError):
        return word(request, not_recognized), "pan"
    if isinstance(error, TooManyGuessesError):
        return word(request, "too_many_guesses"), ""
    return fault_of(request, error), ""


def _pins_differ(request: HttpRequest) -> tuple[str, str]:
    if _typed(request, "pin") != _typed(request, "pin_again"):
        return word(request, "pin_differs"), "pin"
    return "", ""


def _register_form(
    request: HttpRequest,
    visitor: Visitor,
    fault: str = "",
    wrong: str = "",
    again: Mapping[str, str] | None = None,
) -> HttpResponseBase:
    values = {"fault": fault, "wrong": wrong, "demo": installed_ring().is_demo, **(again or {})}
    return app_answer(
        request, visitor, "citizen/cards/register.html", values, words=CARD_WORDS,
        title=word(request, "register_title"), status=422 if fault else 200,
    )  # fmt: skip


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")[:_TYPED_MAX]
