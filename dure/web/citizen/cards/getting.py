"""Getting a card: a virtual one at once, with its number shown one time; one of plastic by post."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.engine.client import EngineGone
from dure.people.fields import installed_sealer
from dure.people.members import get_member
from dure.people.sealing import sealer_of
from dure.wallets.card_delivery import (
    AddressWrongError,
    CardUnderWayError,
    DeliveryState,
    apply_for_card,
    cancel_delivery,
    find_delivery,
    make_again,
    steps_of,
)
from dure.wallets.card_life import TooManyCardsError, brands_of, is_live, issue_virtual_card
from dure.wallets.card_maker import Letter
from dure.wallets.cards import CardIssued, CardKind, CardRefusedError, CardShown
from dure.web.citizen.cards.acting import (
    carry_out,
    fault_of,
    guarded_said,
    is_guarded,
    own_card,
    same_key,
    word,
)
from dure.web.citizen.cards.brands import brands
from dure.web.citizen.cards.faces import brand_faces, card_face, expiry, spaced, step_faces
from dure.web.citizen.cards.words import CARD_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor, machine_now_us
from dure.web.shared.card_keys import installed_card_keys, installed_ring
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

_LINES = ("name", "postcode", "street", "rest")
_TYPED_MAX = 200


@require_safe
@member_page
def new_card(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Which card it shall be."""
    return app_answer(
        request, visitor, "citizen/cards/new.html", {"by_post": _by_post()}, words=CARD_WORDS,
        title=word(request, "new_card"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def virtual(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """A virtual card with a brand; its number stands in the answer to the form, and nowhere else.

    That answer is no page that can be opened again: the same form sent again later says that the
    number was shown.
    """
    if request.method != "POST":
        return _virtual_form(request, visitor)
    require_proof(visitor)
    brand = _brand(request)
    if brand is None:
        return _virtual_form(request, visitor, word(request, "wrong_brand"))
    return _issue(request, visitor, "card virtual", brand, None)


@require_POST
@member_page
def replace(request: HttpRequest, visitor: Visitor, card_id: int) -> HttpResponseBase:
    """A virtual card with a new number in the place of this one; the old one is closed."""
    shown = own_card(visitor, card_id)
    if is_guarded(visitor, card_id):
        return guarded_said(request, card_id)
    if shown.kind is not CardKind.VIRTUAL:
        return HttpResponseRedirect(f"{app_root(request)}/cards/order?replaces={card_id}")
    require_proof(visitor)
    brand = brands_of(database(), visitor.member_id).get(card_id, visitor.district)
    return _issue(request, visitor, f"card replace {card_id}", brand, shown)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def order(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The application for a card of plastic, with the address to which it is sent."""
    if not _by_post():
        return HttpResponseRedirect(f"{app_root(request)}/cards/new")
    replaces = _replaced(request, visitor)
    if replaces is not None and is_guarded(visitor, replaces.card_id):
        return guarded_said(request, replaces.card_id)
    if request.method != "POST":
        name = get_member(database(), installed_sealer(), visitor.member_id).name
        return _order_form(request, visitor, replaces, {"name": name})
    require_proof(visitor)
    typed = {line: request.POST.get(line, "")[:_TYPED_MAX] for line in _LINES}
    brand = _brand(request)
    if brand is None:
        return _order_form(request, visitor, replaces, typed, "brand", word(request, "wrong_brand"))
    try:
        delivery_id = apply_for_card(
            database(), sealer_of(installed_ring()),
            key=request_key(request, visitor, "card by post"), member_id=visitor.member_id,
            brand=brand, letter=Letter(*(typed[line] for line in _LINES)), at_us=now_us(),
            replaces=replaces,
        )  # fmt: skip
    except AddressWrongError as wrong:
        fault = word(request, f"wrong_{wrong}")
        return _order_form(request, visitor, replaces, typed, str(wrong), fault)
    except CardUnderWayError:
        fault = word(request, "under_way")
        return _order_form(request, visitor, replaces, typed, fault=fault)
    except TooManyCardsError:
        fault = word(request, "too_many")
        return _order_form(request, visitor, replaces, typed, fault=fault)
    except FormKeyMissingError as old:
        return _order_form(request, visitor, replaces, typed, fault=fault_of(request, old))
    return HttpResponseRedirect(f"{app_root(request)}/cards/orders/{delivery_id}")


@require_safe
@member_page
def delivery(request: HttpRequest, visitor: Visitor, delivery_id: int) -> HttpResponseBase:
    """Where a card is on its way, and what can be done about it."""
    found = find_delivery(database(), visitor.member_id, delivery_id)
    if found is None:
        raise Http404
    language = language_of_page(request)
    steps = step_faces(found, steps_of(database(), delivery_id), language)
    values = {
        "delivery": found,
        "steps": steps,
        "state": found.state.name.lower(),
        "says": word(request, f"say_{found.state.name.lower()}"),
        "may_cancel": found.state <= DeliveryState.MAKING,
        "may_repeat": found.state in (DeliveryState.SENT, DeliveryState.ARRIVED)
        and found.attempt < 3,
        "demo": installed_ring().is_demo,
    }
    return app_answer(
        request, visitor, "citizen/cards/delivery.html", values, words=CARD_WORDS,
        title=word(request, "delivery_title"),
    )  # fmt: skip


@require_POST
@member_page
def cancel(request: HttpRequest, visitor: Visitor, delivery_id: int) -> HttpResponseBase:
    """Calls an application off before the card is posted."""

    def act(_key: bytes) -> None:
        cancel_delivery(
            database(), engine().ask, member_id=visitor.member_id, delivery_id=delivery_id,
            at_us=now_us(),
        )  # fmt: skip

    return carry_out(
        request, visitor, f"card off {delivery_id}", act, said="cancelled",
        back=f"/cards/orders/{delivery_id}" if _is_own(visitor, delivery_id) else "/cards",
    )  # fmt: skip


@require_POST
@member_page
def not_come(request: HttpRequest, visitor: Visitor, delivery_id: int) -> HttpResponseBase:
    """A posted card has not come: it ends, and another is made; with a proof."""
    require_proof(visitor)

    def act(key: bytes) -> None:
        make_again(
            database(), key=key, member_id=visitor.member_id, delivery_id=delivery_id,
            at_us=now_us(),
        )  # fmt: skip

    return carry_out(
        request, visitor, f"card again {delivery_id}", act, said="made_again",
        back=f"/cards/orders/{delivery_id}" if _is_own(visitor, delivery_id) else "/cards",
    )  # fmt: skip


def _virtual_form(
    request: HttpRequest,
    visitor: Visitor,
    fault: str = "",
    again: Mapping[str, str] | None = None,
    replaces: CardShown | None = None,
) -> HttpResponseBase:
    """The form for a virtual card; `again` is the key of the form that was not answered."""
    chosen = _brand(request) or visitor.district
    values = {
        "brands": brand_faces(chosen, language_of_page(request)),
        "fault": fault,
        "replaces": replaces,
        **(again or {}),
    }
    return app_answer(
        request, visitor, "citizen/cards/virtual.html", values, words=CARD_WORDS,
        title=word(request, "virtual"), status=422 if fault else 200,
    )  # fmt: skip


def _issue(
    request: HttpRequest, visitor: Visitor, purpose: str, brand: int, replaces: CardShown | None
) -> HttpResponseBase:
    try:
        issued = issue_virtual_card(
            database(), engine().ask, installed_card_keys(),
            key=request_key(request, visitor, purpose), member_id=visitor.member_id, brand=brand,
            at_us=now_us(), machine_us=machine_now_us(), replaces=replaces,
        )  # fmt: skip
    except TooManyCardsError:
        return _virtual_form(request, visitor, word(request, "too_many"))
    except (CardRefusedError, EngineGone, FormKeyMissingError) as fault:
        again = same_key(request, fault)
        return _virtual_form(request, visitor, fault_of(request, fault), again, replaces)
    return _number(request, visitor, issued, brand)


def _number(
    request: HttpRequest, visitor: Visitor, issued: CardIssued, brand: int
) -> HttpResponseBase:
    values = {
        "card": card_face(own_card(visitor, issued.card_id), brand, language_of_page(request)),
        "number": spaced(issued.pan) if issued.pan else "",
        "expires": expiry(issued.expires_yymm),
        "code": installed_card_keys().card_code_of(issued.pan, issued.expires_yymm)
        if issued.pan
        else "",
    }
    return app_answer(
        request, visitor, "citizen/cards/number.html", values, words=CARD_WORDS,
        title=word(request, "number_title"),
    )  # fmt: skip


def _order_form(
    request: HttpRequest,
    visitor: Visitor,
    replaces: CardShown | None,
    typed: dict[str, str],
    wrong: str = "",
    fault: str = "",
) -> HttpResponseBase:
    chosen = _brand(request)
    if chosen is None and replaces is not None:
        chosen = brands_of(database(), visitor.member_id).get(replaces.card_id)
    values = {
        "typed": typed,
        "wrong": wrong,
        "fault": fault,
        "replaces": replaces,
        "brands": brand_faces(chosen or visitor.district, language_of_page(request)),
    }
    return app_answer(
        request, visitor, "citizen/cards/order.html", values, words=CARD_WORDS,
        title=word(request, "order_title"), status=422 if fault else 200,
    )  # fmt: skip


def _brand(request: HttpRequest) -> int | None:
    """The brand that the form names, None for no known one."""
    named = request.POST.get("brand", "")
    code = int(named) if named.isascii() and named.isdigit() and len(named) < 9 else 0
    return code if code in brands() else None


def _replaced(request: HttpRequest, visitor: Visitor) -> CardShown | None:
    """The live card of the member that the new one stands in for, if one is named."""
    named = request.POST.get("replaces") or request.GET.get("replaces") or ""
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        return None
    shown = own_card(visitor, int(named))
    return shown if is_live(shown) and shown.kind is CardKind.PHYSICAL else None


def _by_post() -> bool:
    """Whether a maker is connected: the simulated one where the keys are a demo's."""
    return installed_ring().is_demo


def _is_own(visitor: Visitor, delivery_id: int) -> bool:
    return find_delivery(database(), visitor.member_id, delivery_id) is not None
