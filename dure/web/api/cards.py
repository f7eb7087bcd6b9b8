"""Cards of a wallet over the API."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from dure.authorization.facts import CardStatus
from dure.authorization.requests import CardChange
from dure.wallets.cards import (
    CardIssued,
    CardKind,
    CardRefusedError,
    CardShown,
    KeyUsedForAnotherCardError,
    cards_of,
    change_card,
    issue_card,
    replace_card,
)
from dure.web.api.bodies import Card, CardOrder, MemberId
from dure.web.api.calls import ONCE, Call, allow, do_once, key_ring, made
from dure.web.api.keys import Scope
from dure.web.api.members import require_wallet
from dure.web.api.once import Work
from dure.web.api.problems import Declined, Problem
from dure.web.api.refusals import PROBLEMS_DOCUMENTED

router = Router(tags=["cards"])

CHANGES = {
    "activate": CardChange.ACTIVATE,
    "block": CardChange.BLOCK,
    "unblock": CardChange.UNBLOCK,
    "close": CardChange.CLOSE,
}
Change = Literal["activate", "block", "unblock", "close"]


@router.get("/members/{member_id}/cards", response={200: list[Card], **PROBLEMS_DOCUMENTED})
def list_cards(request: HttpRequest, member_id: Path[MemberId]) -> list[Card]:
    """All cards that the member has or had, the newest first."""
    call = allow(request, Scope.WALLETS_READ)
    require_wallet(call, member_id)
    return [_shown(card) for card in cards_of(call.conn, member_id)]


@router.post(
    "/members/{member_id}/cards",
    response={201: Card, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def issue(request: HttpRequest, member_id: Path[MemberId], body: CardOrder) -> HttpResponse:
    """Issues a card; its number is told in this answer and in no other."""
    return do_once(request, Scope.CARDS_WRITE, lambda call: _issue(call, member_id, body))


def _issue(call: Call, member_id: int, body: CardOrder) -> Work:
    require_wallet(call, member_id)
    kind = CardKind[body.kind.upper()]
    try:
        issued = issue_card(
            call.conn,
            call.ask,
            key_ring().card_token,
            key=call.key,
            member_id=member_id,
            kind=kind,
            at_us=call.now_us(),
        )
    except CardRefusedError as refused:
        raise Declined(refused.reason) from None
    except KeyUsedForAnotherCardError:
        raise Problem("idempotency_key_reused") from None
    return _told(issued, kind)


@router.post(
    "/members/{member_id}/cards/{card_id}/replace",
    response={201: Card, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def replace(
    request: HttpRequest, member_id: Path[MemberId], card_id: Path[MemberId]
) -> HttpResponse:
    """Puts a new card of the same kind in the place of this one; the money stays."""
    return do_once(request, Scope.CARDS_WRITE, lambda call: _replace(call, member_id, card_id))


def _replace(call: Call, member_id: int, card_id: int) -> Work:
    card = _get_card(call, member_id, card_id)
    try:
        issued = replace_card(
            call.conn,
            call.ask,
            key_ring().card_token,
            key=call.key,
            card=card,
            member_id=member_id,
            at_us=call.now_us(),
        )
    except CardRefusedError as refused:
        raise Declined(refused.reason) from None
    return _told(issued, card.kind)


@router.post(
    "/members/{member_id}/cards/{card_id}/{change}",
    response={201: Card, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def change(
    request: HttpRequest, member_id: Path[MemberId], card_id: Path[MemberId], change: Path[Change]
) -> HttpResponse:
    """Activates, blocks, unblocks or closes a card."""
    wanted = CHANGES[change]
    return do_once(
        request, Scope.CARDS_WRITE, lambda call: _change(call, member_id, card_id, wanted)
    )


def _change(call: Call, member_id: int, card_id: int, wanted: CardChange) -> Work:
    card = _get_card(call, member_id, card_id)
    try:
        change_card(call.ask, key=call.key, token=card.token, change=wanted, at_us=call.now_us())
    except CardRefusedError as refused:
        raise Declined(refused.reason) from None
    return made(_shown(_get_card(call, member_id, card_id)))


def _get_card(call: Call, member_id: int, card_id: int) -> CardShown:
    for card in cards_of(call.conn, member_id):
        if card.card_id == card_id:
            return card
    raise Problem("not_found")


def _told(issued: CardIssued, kind: CardKind) -> Work:
    """The answer with the number, and what is kept of it: everything but the number."""
    status = CardStatus.ACTIVE if kind is CardKind.VIRTUAL else CardStatus.ISSUED
    card = Card(
        card_id=issued.card_id,
        masked_number=issued.masked_pan,
        kind="virtual" if kind is CardKind.VIRTUAL else "physical",
        status=status.name.lower(),
        expires=_month(issued.expires_yymm),
        card_number=issued.pan,
    )
    return made(card, kept=card.model_copy(update={"card_number": None}))


def _shown(card: CardShown) -> Card:
    return Card(
        card_id=card.card_id,
        masked_number=card.masked_pan,
        kind="virtual" if card.kind is CardKind.VIRTUAL else "physical",
        status=_standing(card.status),
        expires=_month(card.expires_yymm),
    )


def _standing(status: int) -> str:
    """The state's name; a block is a block to the partner, whatever its end will give back."""
    if status == CardStatus.BLOCKED_BEFORE_ACTIVATION:
        status = CardStatus.BLOCKED
    return CardStatus(status).name.lower()


def _month(yymm: int) -> str:
    return f"20{yymm // 100:02d}-{yymm % 100:02d}"
