"""Locks and cards as plain values for pages of this room."""

from __future__ import annotations

from dure.kernel.calendar import seoul
from dure.people.wallet_locks import Cause, Lock
from dure.wallets.card_life import is_blocked
from dure.wallets.cards import CardShown
from dure.web.citizen.care.words import CARE_WORDS
from dure.web.shared.dates import day_and_time_text
from dure.web.shared.language import Language


def may_end(held: Lock) -> bool:
    """Whether the member may end this lock, with a proof."""
    return held.cause in (Cause.MEMBER, Cause.LOST)


def lock_face(held: Lock, language: Language) -> dict[str, object]:
    """A lock that holds: by whom, since when, and how it is ended."""
    local = seoul(held.began_at_us)
    return {
        "lock_id": held.lock_id,
        "by": language.choose(*CARE_WORDS[f"lock_by_{held.cause:d}"]),
        "how": language.choose(*CARE_WORDS[f"lock_how_{held.cause:d}"]),
        "since": day_and_time_text(held.began_at_us, language),
        "machine_time": local.isoformat(timespec="minutes"),
        "can_end": may_end(held),
    }


def card_face(card: CardShown, blocked: set[int], language: Language) -> dict[str, object]:
    """A minor's card for the guardian; `blocked` are the cards that a guardian has blocked."""
    act = act_name = "block"
    if is_blocked(card):
        act = act_name = "unblock"
        if card.card_id not in blocked:
            act, act_name = "block", "hold"
    return {
        "card_id": card.card_id,
        "number": f"•••• {card.masked_pan[-4:]}",
        "kind": language.choose(*CARE_WORDS[f"card_kind_{card.kind:d}"]),
        "state": language.choose(*CARE_WORDS[f"card_{card.status:d}"]),
        "act": act,
        "act_name": language.choose(*CARE_WORDS[f"guardian_{act_name}"]),
    }
