"""A member at the desk as plain values: who, cards, locks, guardians, and what was done before."""

from __future__ import annotations

from typing import Any, Final

from dure.authorization.facts import CardStatus
from dure.kernel.calendar import DAY_US, add_years, month_of, seoul
from dure.kernel.database.home import home_directory
from dure.people.complaint_reading import complaints_by
from dure.people.desk_log import (
    ACT_NAMES,
    LOOK_US,
    REASON_NAMES,
    DeskEvent,
    Look,
    events_about,
)
from dure.people.fields import installed_sealer
from dure.people.guardians import (
    OF_AGE,
    Guardianship,
    blocked_by_guardian,
    guardians_of,
    is_minor,
    minors_of,
)
from dure.people.members import Member, get_member
from dure.people.payment_texts import wants_payment_texts
from dure.people.sms import has_demo_keys
from dure.people.wallet_locks import Lock, locks_of
from dure.policy.districts import DISTRICT_NAMES
from dure.wallets.bank_accounts import linked_accounts
from dure.wallets.card_numbers import draw_card_number
from dure.wallets.cards import CardShown, cards_of
from dure.web.console.desk.words import DESK_WORDS
from dure.web.console.shell.frame import world_time_text
from dure.web.shared.amounts import exact_won
from dure.web.shared.bank import banks_to_link
from dure.web.shared.language import Language
from dure.web.shared.masks import masked_name, plain_phone
from dure.web.shared.store import database

MONTHS_OFFERED: Final = 13
_EVENTS: Final = 12
_GONE: Final = frozenset({CardStatus.CLOSED, CardStatus.REPLACED})
_BLOCKED: Final = frozenset({CardStatus.BLOCKED, CardStatus.BLOCKED_BEFORE_ACTIVATION})
_WALLET: Final = """
SELECT charged_won, cashback_won, allowance_won, held_won FROM wallet
WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s
"""


def member_face(one: Member, look: Look, now_us: int, language: Language) -> dict[str, Any]:
    """All that the desk's page of a member shows; no payment is among it."""
    held = locks_of(database(), one.member_id)
    blocked = blocked_by_guardian(database(), one.member_id, now_us)
    return {
        "who": _who(one, now_us, language),
        "wallet": _wallet(one.member_id, language),
        "cards": [
            _card_face(card, blocked, language) for card in cards_of(database(), one.member_id)
        ],
        "locks": [_lock_face(each, language) for each in held],
        "guardians": [
            _link_face(each, each.guardian_id, language)
            for each in guardians_of(database(), one.member_id, now_us)
        ],
        "minors": [
            _link_face(each, each.minor_id, language)
            for each in minors_of(database(), one.member_id, now_us)
        ],
        "is_minor": is_minor(one.birth_date, now_us),
        "accounts": linked_accounts(database(), one.member_id),
        "banks": banks_to_link(language),
        "has_texts": wants_payment_texts(database(), one.member_id),
        "complaints": sum(each.is_open for each in complaints_by(database(), one.member_id)),
        "events": [
            event_face(event, language)
            for event in events_about(database(), one.member_id, count=_EVENTS)
        ],
        "until": world_time_text(look.at_us + LOOK_US, language),
        "districts": [
            (code, language.choose(*names), code == one.district)
            for code, names in DISTRICT_NAMES.items()
        ],
        "months": months_before(now_us, one.joined_at_us),
        # Whoever tries the demo has no drawer of cards.
        "sample_card": draw_card_number() if has_demo_keys(home_directory()) else "",
    }


def months_before(now_us: int, joined_at_us: int) -> list[tuple[int, str]]:
    """The months of which a statement can be printed, the newest first: number and text."""
    first, month = month_of(joined_at_us), month_of(now_us)
    months: list[tuple[int, str]] = []
    while month >= first and len(months) < MONTHS_OFFERED:
        months.append((month, f"{month // 100}-{month % 100:02d}"))
        month = month - 1 if month % 100 > 1 else month - 100 + 11
    return months


def event_face(event: DeskEvent, language: Language) -> dict[str, str]:
    """A row of the desk's log."""
    return {
        "act": language.choose(*ACT_NAMES[event.act]),
        "reason": language.choose(*REASON_NAMES[event.reason]),
        "official": event.official,
        "place": language.choose(*DISTRICT_NAMES.get(event.place, ("인천시", "the city"))),
        "note": event.note,
        "when": world_time_text(event.at_us, language),
        "machine_time": seoul(event.at_us).isoformat(timespec="seconds"),
    }


def _who(one: Member, now_us: int, language: Language) -> dict[str, object]:
    return {
        "name": one.name,
        "born": one.birth_date.isoformat(),
        "phone": plain_phone(one.phone),
        "level": language.choose(*DESK_WORDS[f"level_{one.level:d}"]),
        "district": language.choose(*DISTRICT_NAMES.get(one.district, ("", ""))),
        "joined": f"{seoul(one.joined_at_us):%Y-%m-%d}",
        "days": (now_us - one.joined_at_us) // DAY_US,
    }


def _wallet(member_id: int, language: Language) -> dict[str, str]:
    row = database().execute(_WALLET, {"member_id": member_id}).fetchone() or (0, 0, 0, 0)
    names = ("charged", "cashback", "allowance", "held")
    return {name: exact_won(won, language) for name, won in zip(names, row, strict=True)}


def _card_face(card: CardShown, blocked: set[int], language: Language) -> dict[str, object]:
    is_over = card.status in _GONE
    return {
        "card_id": card.card_id,
        "number": card.masked_pan,
        "kind": language.choose(*DESK_WORDS[f"card_kind_{card.kind:d}"]),
        "state": language.choose(*DESK_WORDS[f"card_{card.status:d}"]),
        "tone": "alarm" if card.status in _BLOCKED else "quiet" if is_over else "accent",
        "expires": f"20{card.expires_yymm // 100:02d}-{card.expires_yymm % 100:02d}",
        "by_guardian": card.card_id in blocked,
        "is_over": is_over,
        "is_blocked": card.status in _BLOCKED,
        "is_physical": card.kind == 1,
    }


def _lock_face(held: Lock, language: Language) -> dict[str, object]:
    since = f"{seoul(held.began_at_us):%Y-%m-%d %H:%M}"
    return {
        "lock_id": held.lock_id,
        "by": language.choose(*DESK_WORDS[f"lock_by_{held.cause:d}"]),
        "since": language.choose(f"{since}부터", f"since {since}"),
    }


def _link_face(link: Guardianship, other_id: int, language: Language) -> dict[str, object]:
    other = get_member(database(), installed_sealer(), other_id)
    until = add_years(link.minor_born, OF_AGE)
    return {
        "number": link.guardianship_id,
        "name": masked_name(other.name),
        "until": language.choose(f"{until:%Y-%m-%d}까지", f"until {until:%Y-%m-%d}"),
    }
