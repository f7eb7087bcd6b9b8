"""Guardians: what a guardian sees of a minor and may do, and what a minor is told of it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from dure.authorization.facts import CardStatus
from dure.authorization.requests import CardChange
from dure.engine.client import EngineGone
from dure.kernel.calendar import add_years
from dure.people.fields import installed_sealer
from dure.people.guardians import (
    OF_AGE,
    Guardianship,
    end_block,
    find_guardianship,
    guardians_of,
    minors_of,
    note_block,
    was_blocked_before,
)
from dure.people.guardians import blocked_by_guardian as blocked_cards
from dure.people.members import MemberRefusedError, get_member
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.people.wallet_locks import Cause, Hand, lock_wallet, locks_of, unlock_wallet
from dure.wallets.card_life import is_blocked
from dure.wallets.cards import CardRefusedError, CardShown, cards_of, change_card
from dure.web.citizen.care.faces import card_face
from dure.web.citizen.care.words import CARE_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor, machine_now_us
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.dates import calendar_day_text, day_text
from dure.web.shared.engine import engine
from dure.web.shared.form_keys import key_again
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.masks import masked_name
from dure.web.shared.store import database

_GONE: Final = frozenset({CardStatus.CLOSED, CardStatus.REPLACED})


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*CARE_WORDS[name])


@require_safe
@member_page
def guardian(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The minors whom the member looks after, and the member's own guardians."""
    at_us = now_us()
    minors = minors_of(database(), visitor.member_id, at_us)
    guardians = guardians_of(database(), visitor.member_id, at_us)
    language = language_of_page(request)
    values = {
        "minors": [_minor_face(each, language) for each in minors],
        "guardians": [
            {"name": _name(each.guardian_id), "since": day_text(each.began_at_us, language)}
            for each in guardians
        ],
    }
    title, template = _word(request, "guardian"), "citizen/care/guardian.html"
    return app_answer(request, visitor, template, values, words=CARE_WORDS, title=title)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def minor(request: HttpRequest, visitor: Visitor, guardianship_id: int) -> HttpResponseBase:
    """One minor: cards and lock, and nothing of money; blocks, locks, and ends what one did."""
    link = find_guardianship(database(), visitor.member_id, guardianship_id, now_us())
    if link is None:
        raise Http404
    fault, status = "", 409
    if request.method == "POST":
        try:
            said = _done(request, visitor, link)
        except (EngineGone, MemberRefusedError):
            status = 503
            fault = language_of_page(request).choose(*SHELL_WORDS["try_again"])
        except CardRefusedError:
            fault = _word(request, "refused")
        except FormKeyMissingError:
            fault = language_of_page(request).choose(*SHELL_WORDS["form_old"])
        else:
            messages.success(request, _word(request, said))
            return HttpResponseRedirect(f"{app_root(request)}/guardian/{guardianship_id}")
    return _minor_page(request, visitor, link, fault, status)


def _done(request: HttpRequest, visitor: Visitor, link: Guardianship) -> str:
    """Does what the button says and gives the word that tells it."""
    act = request.POST.get("act", "")
    hand = Hand(Cause.GUARDIAN, str(visitor.member_id))
    if act == "lock":
        lock_wallet(
            database(), engine().ask, key=request_key(request, visitor, f"lock {link.minor_id}"),
            member_id=link.minor_id, hand=hand, at_us=now_us(), machine_now_us=machine_now_us(),
        )  # fmt: skip
        return "guardian_locked"
    if act == "unlock":
        require_proof(visitor)
        for held in locks_of(database(), link.minor_id):
            if Hand(held.cause, held.by_whom) == hand:
                key = request_key(request, visitor, f"unlock {held.lock_id}")
                unlock_wallet(
                    database(), engine().ask, key=key, member_id=link.minor_id,
                    lock_id=held.lock_id, by_whom=str(visitor.member_id), at_us=now_us(),
                )  # fmt: skip
        return "guardian_unlocked"
    card = _card(link, request.POST.get("card", ""))
    if card is None or act not in ("block", "unblock"):
        raise Http404
    return (
        _block(request, visitor, link, card)
        if act == "block"
        else _unblock(request, visitor, link, card)
    )


def _block(request: HttpRequest, visitor: Visitor, link: Guardianship, card: CardShown) -> str:
    """Blocks a card; the note that a guardian did comes first, so that the minor finds it."""
    key, at_us = request_key(request, visitor, f"block {card.card_id}"), now_us()
    if card.card_id in blocked_cards(database(), link.minor_id, at_us) and is_blocked(card):
        return "guardian_blocked"
    was_blocked = is_blocked(card)
    note_block(
        database(), card_id=card.card_id, minor_id=link.minor_id, guardian_id=visitor.member_id,
        at_us=at_us, was_blocked=was_blocked,
    )  # fmt: skip
    if not was_blocked:
        change_card(engine().ask, key=key, token=card.token, change=CardChange.BLOCK, at_us=at_us)
    kind = NoticeKind.GUARDIAN_HOLDS if was_blocked else NoticeKind.CARD_BLOCKED
    _tell_card(kind, link, card, key, at_us)
    return "guardian_blocked"


def _unblock(request: HttpRequest, visitor: Visitor, link: Guardianship, card: CardShown) -> str:
    """Ends a guardian's block; a card that the minor blocked stays blocked."""
    require_proof(visitor)
    if card.card_id not in blocked_cards(database(), link.minor_id, now_us()):
        if is_blocked(card):
            raise Http404
        return "guardian_unblocked"
    key, at_us = request_key(request, visitor, f"unblock {card.card_id}"), now_us()
    if was_blocked_before(database(), card.card_id):
        end_block(database(), card_id=card.card_id, at_us=at_us)
        _tell_card(NoticeKind.GUARDIAN_LET_GO, link, card, key, at_us)
        return "guardian_let_go"
    change_card(engine().ask, key=key, token=card.token, change=CardChange.UNBLOCK, at_us=at_us)
    end_block(database(), card_id=card.card_id, at_us=at_us)
    _tell_card(NoticeKind.CARD_UNBLOCKED, link, card, key, at_us)
    return "guardian_unblocked"


def _tell_card(
    kind: NoticeKind, link: Guardianship, card: CardShown, key: bytes, at_us: int
) -> None:
    tell(
        database(), member_id=link.minor_id, kind=kind,
        values={"last_digits": card.masked_pan[-4:]}, at_us=at_us, key=f"{kind} {key.hex()}",
    )  # fmt: skip


def _card(link: Guardianship, asked: str) -> CardShown | None:
    """The minor's card of this number, while it can be blocked."""
    for card in cards_of(database(), link.minor_id):
        if str(card.card_id) == asked and card.status not in _GONE:
            return card
    return None


def _minor_page(
    request: HttpRequest, visitor: Visitor, link: Guardianship, fault: str, status: int
) -> HttpResponse:
    language = language_of_page(request)
    held = locks_of(database(), link.minor_id)
    own = [
        each.lock_id
        for each in held
        if (each.cause, each.by_whom) == (Cause.GUARDIAN, str(visitor.member_id))
    ]
    blocked = blocked_cards(database(), link.minor_id, now_us())
    values: dict[str, Any] = {
        "minor": _minor_face(link, language),
        "cards": [
            card_face(card, blocked, language)
            for card in cards_of(database(), link.minor_id)
            if card.status not in _GONE
        ],
        "is_locked": bool(held),
        "own_lock": own[0] if own else 0,
        "fault": fault,
        # Nobody knows what became of it: pressed again, the same form asks under the same key.
        **({"once": key_again(request)} if fault else {}),
    }
    title, template = _word(request, "guardian"), "citizen/care/minor.html"
    return app_answer(
        request, visitor, template, values, words=CARE_WORDS, title=title,
        status=status if fault else 200,
    )  # fmt: skip


def _minor_face(link: Guardianship, language: Language) -> dict[str, object]:
    return {
        "number": link.guardianship_id,
        "name": _name(link.minor_id),
        "until": calendar_day_text(add_years(link.minor_born, OF_AGE), language),
    }


def _name(member_id: int) -> str:
    return masked_name(get_member(database(), installed_sealer(), member_id).name)
