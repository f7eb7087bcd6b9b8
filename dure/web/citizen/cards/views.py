"""The member's cards and one card: seen, blocked, unblocked, lost, closed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.wallets.card_delivery import Delivery, DeliveryState, delivery_under_way
from dure.wallets.card_life import block_card, brands_of, close_card, is_live, unblock_card
from dure.wallets.cards import CardKind, CardShown, cards_of
from dure.web.citizen.cards.acting import carry_out, guarded_said, is_guarded, own_card, word
from dure.web.citizen.cards.faces import CardFace, card_face
from dure.web.citizen.cards.words import CARD_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.dates import day_text
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

SHOWN_LARGE = 3


@require_safe
@member_page
def cards(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """All cards, those in use first; the card that is on its way."""
    language = language_of_page(request)
    brands = brands_of(database(), visitor.member_id)
    shown = cards_of(database(), visitor.member_id)
    faces = [card_face(c, brands.get(c.card_id, visitor.district), language) for c in shown]
    live = sorted((face for face in faces if face.live), key=lambda face: face.state != "active")
    coming = delivery_under_way(database(), visitor.member_id)
    values = {
        "large": live[:SHOWN_LARGE],
        "others": live[SHOWN_LARGE:],
        "past": [face for face in faces if not face.live],
        "coming": coming,
        "coming_says": _says(request, coming) if coming else "",
    }
    return app_answer(
        request, visitor, "citizen/cards/cards.html", values, words=CARD_WORDS,
        title=word(request, "my_cards"),
    )  # fmt: skip


@require_safe
@member_page
def card(request: HttpRequest, visitor: Visitor, card_id: int) -> HttpResponseBase:
    """One card, and what can be done with it now."""
    shown = own_card(visitor, card_id)
    values = {
        "card": face_of(request, visitor, shown),
        "issued": day_text(shown.issued_at_us, language_of_page(request)),
        "guardian": is_guarded(visitor, card_id),
    }
    return app_answer(
        request, visitor, "citizen/cards/card.html", values, words=CARD_WORDS,
        title=word(request, "cards"),
    )  # fmt: skip


@require_POST
@member_page
def block(request: HttpRequest, visitor: Visitor, card_id: int) -> HttpResponseBase:
    """Stops the card at once; whoever stops a card need not prove anything."""
    shown = own_card(visitor, card_id)
    return carry_out(
        request, visitor, f"card block {card_id}",
        lambda key: block_card(engine().ask, shown, key=key, at_us=now_us()),
        said="blocked", back=f"/cards/{card_id}",
    )  # fmt: skip


@require_POST
@member_page
def unblock(request: HttpRequest, visitor: Visitor, card_id: int) -> HttpResponseBase:
    """Lets the card pay again, with a proof; a guardian's block stays."""
    shown = own_card(visitor, card_id)
    if is_guarded(visitor, card_id):
        return guarded_said(request, card_id)
    require_proof(visitor)
    return carry_out(
        request, visitor, f"card unblock {card_id}",
        lambda key: unblock_card(engine().ask, shown, key=key, at_us=now_us()),
        said="unblocked", back=f"/cards/{card_id}",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def lost(request: HttpRequest, visitor: Visitor, card_id: int) -> HttpResponseBase:
    """A lost card is blocked first; then it may be replaced, or unblocked when it is found."""
    shown = own_card(visitor, card_id)
    if request.method == "POST":
        return carry_out(
            request, visitor, f"card lost {card_id}",
            lambda key: block_card(engine().ask, shown, key=key, at_us=now_us()),
            said="lost_done", back=f"/cards/{card_id}/lost",
        )  # fmt: skip
    values = {
        "card": face_of(request, visitor, shown),
        "is_virtual": shown.kind is CardKind.VIRTUAL,
        "is_guarded": is_guarded(visitor, card_id),
    }
    return app_answer(
        request, visitor, "citizen/cards/lost.html", values, words=CARD_WORDS,
        title=word(request, "lost_title"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def close(request: HttpRequest, visitor: Visitor, card_id: int) -> HttpResponseBase:
    """Asks once more, and closes the card for good."""
    shown = own_card(visitor, card_id)
    if request.method == "POST":
        require_proof(visitor)
        return carry_out(
            request, visitor, f"card close {card_id}",
            lambda key: close_card(engine().ask, shown, key=key, at_us=now_us()),
            said="closed", back="/cards",
        )  # fmt: skip
    if not is_live(shown):
        return HttpResponseRedirect(f"{app_root(request)}/cards/{card_id}")
    values = {"card": face_of(request, visitor, shown)}
    return app_answer(
        request, visitor, "citizen/cards/close.html", values, words=CARD_WORDS,
        title=word(request, "close_title"),
    )  # fmt: skip


def face_of(request: HttpRequest, visitor: Visitor, shown: CardShown) -> CardFace:
    """A card's face with the brand that was chosen for it."""
    brands = brands_of(database(), visitor.member_id)
    brand = brands.get(shown.card_id, visitor.district)
    return card_face(shown, brand, language_of_page(request))


def _says(request: HttpRequest, coming: Delivery) -> str:
    return word(request, f"say_{DeliveryState(coming.state).name.lower()}")
