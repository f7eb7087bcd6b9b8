"""What a desk does for the member of an open look, each as one operation that is logged."""

from __future__ import annotations

import re
import time
from typing import Final

from dure.authorization.facts import CardStatus
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import CardChange
from dure.people import guardians as guardianship
from dure.people.changes import change_district
from dure.people.desk_changes import change_phone
from dure.people.desk_log import Act, note_act
from dure.people.fields import installed_sealer
from dure.people.members import (
    MemberRefusedError,
    PersonalDataWrongError,
    PhoneTakenError,
    get_member,
)
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell, wish_sms
from dure.people.payment_texts import begin_payment_texts, end_payment_texts
from dure.people.sms import SmsSilentError, sms_centre
from dure.people.wallet_locks import Cause, Hand, lock_wallet, locks_of, unlock_wallet
from dure.policy.districts import DISTRICT_NAMES
from dure.wallets.card_life import (
    CardNotRecognizedError,
    PinNotTakenError,
    TooManyCardsError,
    hand_over_card,
)
from dure.wallets.card_numbers import is_card_number
from dure.wallets.cards import (
    CardRefusedError,
    CardShown,
    KeyUsedForAnotherCardError,
    cards_of,
    change_card,
)
from dure.web.console.desk.doing import ActRefusedError, DeskAct, Doing, told
from dure.web.console.desk.finding import NotFindableError, find_by_number
from dure.web.console.desk.money_acts import charge, link_bank
from dure.web.shared.card_keys import installed_card_keys, installed_ring
from dure.web.shared.engine import engine
from dure.web.shared.store import database

_GONE: Final = frozenset({CardStatus.CLOSED, CardStatus.REPLACED})


def lock(doing: Doing) -> str:
    """Locks the wallet; nothing is needed for it beyond the look."""
    key = doing.key("lock")
    try:
        lock_wallet(
            database(), engine().ask, key=key, member_id=doing.look.member_id,
            hand=Hand(Cause.DESK, doing.official), at_us=doing.at_us,
            machine_now_us=time.time_ns() // 1000,
        )  # fmt: skip
    except MemberRefusedError as error:
        raise told(doing, error.reason) from None
    note_act(database(), doing.look, Act.LOCKED, key=key)
    return "locked"


def unlock(doing: Doing) -> str:
    """Ends one lock, whoever holds it: the member has shown an identity card."""
    held = [str(each.lock_id) for each in locks_of(database(), doing.look.member_id)]
    asked = doing.typed("lock")
    key = doing.key(f"unlock {asked}")
    if asked not in held:
        raise ActRefusedError("lock_over")
    try:
        is_open = unlock_wallet(
            database(), engine().ask, key=key, member_id=doing.look.member_id,
            lock_id=int(asked), by_whom=doing.official, at_us=doing.at_us,
        )  # fmt: skip
    except MemberRefusedError as error:
        raise told(doing, error.reason) from None
    note_act(database(), doing.look, Act.UNLOCKED, key=key)
    return "unlocked" if is_open else "unlocked_partly"


def hand_card(doing: Doing) -> str:
    """Hands over a card of the desk's stock: its printed number makes it the member's, active."""
    _issue(doing, None)
    return "card_handed"


def replace_lost(doing: Doing) -> str:
    """A lost card is over; another from the stock takes its place, and the money stays."""
    _issue(doing, _card(doing, over_too=True))
    return "card_replaced"


def _issue(doing: Doing, lost: CardShown | None) -> None:
    """Gives the card whose number was typed to the member, with the PIN that the member chose."""
    key, number = doing.key("card"), doing.typed("number")
    digits = re.sub(r"[\s-]", "", number)
    if is_card_number(digits) and _is_taken(installed_ring().card_token(digits), key):
        raise ActRefusedError("card_taken")
    one = get_member(database(), installed_sealer(), doing.look.member_id)
    try:
        issued = hand_over_card(
            database(), engine().ask, installed_card_keys(), key=key, member_id=one.member_id,
            birth_date=one.birth_date, pan=number, pin=doing.typed("pin"), brand=one.district,
            at_us=doing.at_us, replaces=lost,
        )  # fmt: skip
    except CardNotRecognizedError:
        raise ActRefusedError("card_number_wrong") from None
    except PinNotTakenError:
        raise ActRefusedError("pin_wrong") from None
    except TooManyCardsError:
        raise ActRefusedError("cards_full") from None
    except KeyUsedForAnotherCardError:
        raise ActRefusedError("form_old") from None
    except CardRefusedError as error:
        if error.reason is DeclineReason.CARD_EXISTS:
            raise ActRefusedError("card_taken") from None
        raise told(doing, error.reason) from None
    act = Act.CARD_LOST if lost else Act.CARD_HANDED
    _tell(doing, NoticeKind.CARD_HANDED, issued.masked_pan, key)
    note_act(database(), doing.look, act, key=key, note=f"*{issued.masked_pan[-4:]}")


def _is_taken(token: bytes, key: bytes) -> bool:
    """Whether the number is a card already, and not by this form sent before."""
    row = (
        database()
        .execute(
            "SELECT EXISTS (SELECT FROM card WHERE shard = get_byte(%(token)s, 0) %% 64 "
            "AND token = %(token)s) "
            "AND NOT EXISTS (SELECT FROM card_order WHERE request_key = %(key)s)",
            {"token": token, "key": key},
        )
        .fetchone()
    )
    return row is not None and bool(row[0])


def block_card(doing: Doing) -> str:
    """Blocks a card at once."""
    return _change_card(doing, CardChange.BLOCK, Act.CARD_BLOCKED, NoticeKind.CARD_BLOCKED)


def unblock_card(doing: Doing) -> str:
    """Lets a card work again, also one that a guardian had blocked."""
    said = _change_card(doing, CardChange.UNBLOCK, Act.CARD_UNBLOCKED, NoticeKind.CARD_UNBLOCKED)
    guardianship.end_block(database(), card_id=_card(doing).card_id, at_us=doing.at_us)
    return said


def _change_card(doing: Doing, change: CardChange, act: Act, kind: NoticeKind) -> str:
    card = _card(doing)
    key = doing.key(f"{act.value} {card.card_id}")
    try:
        change_card(engine().ask, key=key, token=card.token, change=change, at_us=doing.at_us)
    except CardRefusedError as error:
        raise told(doing, error.reason) from None
    _tell(doing, kind, card.masked_pan, key)
    note_act(database(), doing.look, act, key=key, note=f"*{card.masked_pan[-4:]}")
    return act.value


def _card(doing: Doing, *, over_too: bool = False) -> CardShown:
    """The card that the form names; one that is over where the same form may come again."""
    asked = doing.typed("card")
    for card in cards_of(database(), doing.look.member_id):
        if str(card.card_id) == asked and (over_too or card.status not in _GONE):
            return card
    raise ActRefusedError("card_over")


def set_phone(doing: Doing) -> str:
    """Changes the telephone number; the number before is told so too, by text message."""
    typed = doing.typed("phone")
    key = doing.key("phone")
    if not typed and "no_phone" not in doing.request.POST:
        raise ActRefusedError("phone_wrong")
    try:
        before = change_phone(
            database(), installed_sealer(), key=key, member_id=doing.look.member_id,
            phone=typed or None, at_us=doing.at_us, by=doing.official,
        )  # fmt: skip
    except PersonalDataWrongError:
        raise ActRefusedError("phone_wrong") from None
    except PhoneTakenError:
        raise ActRefusedError("phone_taken") from None
    kind = NoticeKind.PHONE_CHANGED
    tell(
        database(), member_id=doing.look.member_id, kind=kind, values={}, at_us=doing.at_us,
        key=f"{kind} {key.hex()}",
    )  # fmt: skip
    note_act(database(), doing.look, Act.PHONE_CHANGED, key=key)
    if before:
        try:
            sms_centre(database()).send(phone=before, text=_OLD_PHONE, key=f"old {key.hex()}")
        except SmsSilentError:
            return "phone_changed_untold"
    return "phone_changed"


_OLD_PHONE: Final = (
    "[두레] 이 번호에 연결된 지갑의 전화번호가 창구에서 바뀌었습니다. 본인이 한 일이 아니면 "
    "곧바로 구청·군청 창구에 알려 주세요. / Dure: the number of your wallet was changed at a desk. "
    "If this was not you, tell the desk at once."
)


def link_guardian(doing: Doing) -> str:
    """Links a guardian, found by telephone or card number, by papers that were shown."""
    try:
        found = find_by_number(
            database(), installed_sealer(), installed_ring(), doing.typed("guardian")
        )
    except NotFindableError:
        raise ActRefusedError("number_wrong") from None
    if found is None or found == doing.look.member_id:
        raise ActRefusedError("guardian_unknown")
    key = doing.key("guardian")
    try:
        guardianship.link_guardian(
            database(), key=key, guardian_id=found,
            minor_id=doing.look.member_id, papers=doing.typed("papers"), official=doing.official,
            at_us=doing.at_us,
        )  # fmt: skip
    except guardianship.NotAMinorError:
        raise ActRefusedError("not_a_minor") from None
    except guardianship.GuardianTooYoungError:
        raise ActRefusedError("guardian_young") from None
    except guardianship.GuardiansFullError:
        raise ActRefusedError("guardians_full") from None
    except guardianship.AlreadyGuardianError:
        raise ActRefusedError("guardian_already") from None
    except guardianship.PapersMissingError:
        raise ActRefusedError("papers_missing") from None
    note_act(database(), doing.look, Act.GUARDIAN_LINKED, key=key, note=doing.typed("papers"))
    return "guardian_linked"


def end_guardian(doing: Doing) -> str:
    """Ends the link of a guardian of this member, or of a minor of this member's."""
    member_id = doing.look.member_id
    links = [
        *guardianship.guardians_of(database(), member_id, doing.at_us),
        *guardianship.minors_of(database(), member_id, doing.at_us),
    ]
    asked = doing.typed("guardianship")
    if asked not in {str(link.guardianship_id) for link in links}:
        raise ActRefusedError("guardian_over")
    key = doing.key("guardian end")
    if guardianship.end_guardianship(
        database(), guardianship_id=int(asked), by_whom=doing.official, at_us=doing.at_us
    ):
        note_act(database(), doing.look, Act.GUARDIAN_ENDED, key=key)
    return "guardian_ended"


def set_texts(doing: Doing) -> str:
    """Each payment is told by text message from now on, or no longer."""
    key, member_id = doing.key("texts"), doing.look.member_id
    if doing.typed("texts") == "on":
        if not get_member(database(), installed_sealer(), member_id).phone:
            raise ActRefusedError("texts_no_phone")
        wish_sms(database(), member_id=member_id, by_sms=True, at_us=doing.at_us)
        begin_payment_texts(database(), member_id)
        said = "texts_on"
    else:
        end_payment_texts(database(), member_id)
        said = "texts_off"
    note_act(database(), doing.look, Act.TEXTS_CHANGED, key=key)
    return said


def move_district(doing: Doing) -> str:
    """Notes that the member has moved; the desk of the new district sees the member from then."""
    asked = doing.typed("district")
    district = int(asked) if asked.isascii() and asked.isdecimal() else 0
    if district not in DISTRICT_NAMES:
        raise ActRefusedError("district_wrong")
    key = doing.key("district")
    try:
        change_district(
            database(), engine().ask, key=key, member_id=doing.look.member_id,
            district=district, at_us=doing.at_us, by=doing.official,
        )  # fmt: skip
    except MemberRefusedError as error:
        raise told(doing, error.reason) from None
    note_act(database(), doing.look, Act.DISTRICT_CHANGED, key=key, note=str(district))
    return "district_changed"


def _tell(doing: Doing, kind: NoticeKind, masked_pan: str, key: bytes) -> None:
    """Tells the member of the card."""
    tell(
        database(), member_id=doing.look.member_id, kind=kind,
        values={"last_digits": masked_pan[-4:]}, at_us=doing.at_us, key=f"{kind} {key.hex()}",
    )  # fmt: skip


ACTS: Final[dict[str, DeskAct]] = {
    "lock": DeskAct(lock),
    "unlock": DeskAct(unlock, needs_proof=True),
    "hand_card": DeskAct(hand_card),
    "replace_lost": DeskAct(replace_lost),
    "block_card": DeskAct(block_card),
    "unblock_card": DeskAct(unblock_card, needs_proof=True),
    "phone": DeskAct(set_phone, needs_proof=True),
    "guardian": DeskAct(link_guardian, needs_proof=True),
    "guardian_end": DeskAct(end_guardian, needs_proof=True),
    "district": DeskAct(move_district),
    "texts": DeskAct(set_texts),
    "bank": DeskAct(link_bank, needs_proof=True),
    "charge": DeskAct(charge, needs_proof=True),
}
"""The buttons of the member's page by name."""
