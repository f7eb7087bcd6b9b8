"""Pages of this room in every state, with made-up values, for the gallery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dure.authorization.facts import CardStatus
from dure.kernel.calendar import DAY_US
from dure.people.complaint_kinds import KIND_HINTS, KIND_NAMES, Kind, Outcome, State, Step
from dure.people.complaint_reading import StepTold
from dure.people.complaints import Complaint
from dure.people.wallet_locks import Cause, Lock
from dure.wallets.cards import CardKind, CardShown
from dure.web.citizen.care.complaint_faces import complaint_row, step_face
from dure.web.citizen.care.complaint_form import ComplaintForm
from dure.web.citizen.care.complaint_words import COMPLAINT_WORDS
from dure.web.citizen.care.faces import card_face, lock_face
from dure.web.citizen.care.words import CARE_WORDS
from dure.web.shared.disputed import Disputed
from dure.web.shared.language import Language

_AT_US: Final = 1_571_648_400_000_000
_SHOP: Final = "이름이 아주 긴 신포국제시장 할머니 손만두와 칼국수 본점 두 번째 가게"
_TOLD: Final = "두 번 결제된 것 같습니다. 첫 번째 것을 취소해 주세요.\n\n영수증 사진을 붙입니다."


def _complaint(state: State, outcome: Outcome | None = None) -> Complaint:
    due_us = _AT_US + 15 * DAY_US
    return Complaint(7, 0, 28110, Kind.PAYMENT, state, outcome, False, 1, _AT_US, due_us, "")


def _receipt(language: Language) -> Disputed:
    amount = language.choose("12,300원", "₩12,300")
    return Disputed(1, "2019-10-21 18:00", "2019-10-21T18:00+09:00", _SHOP, amount, False)


def _page(
    language: Language, state: State, outcome: Outcome | None, *steps: Step
) -> dict[str, Any]:
    told = [
        StepTold(step, _AT_US, "x" if step in (Step.ASKED_BACK, Step.ANSWERED) else "", _TOLD, ())
        for step in (Step.FILED, *steps)
    ]
    complaint = _complaint(state, outcome)
    return {
        "complaint": complaint_row(complaint, language),
        "late": False,
        "steps": [step_face(each, "", language) for each in told],
        "receipt": _receipt(language),
        "is_open": complaint.is_open,
        "is_asked": state is State.WAITING_FOR_MEMBER,
        "may_object": state is State.ANSWERED,
        "form": ComplaintForm(),
        "wrong": {},
    }


def complaints(language: Language) -> Mapping[str, object]:
    """The list, with one complaint in each state."""
    outcomes = {State.ANSWERED: Outcome.IN_PART}
    rows = [complaint_row(_complaint(state, outcomes.get(state)), language) for state in State]
    return {"complaints": rows}


def complaints_none(language: Language) -> Mapping[str, object]:
    """The list of who has written none."""
    return {"complaints": []}


def complaint_asked(language: Language) -> Mapping[str, object]:
    """A complaint that waits for the member."""
    return _page(language, State.WAITING_FOR_MEMBER, None, Step.ASKED_BACK)


def complaint_late(language: Language) -> Mapping[str, object]:
    """A complaint whose answer is late."""
    return {**_page(language, State.IN_HAND, None, Step.TAKEN_UP), "late": True}


def complaint_answered(language: Language) -> Mapping[str, object]:
    """A complaint that was answered and may be objected to."""
    return _page(language, State.ANSWERED, Outcome.NOT, Step.ANSWERED)


def complaint_wrong(language: Language) -> Mapping[str, object]:
    """The form of a new complaint, with something wrong in each field."""
    names = {
        "kind": "wrong_kind",
        "receipt": "wrong_payment",
        "text": "wrong_short",
        "photos": "wrong_photo_large",
    }
    return {
        "form": ComplaintForm(text="음"),
        "wrong": {name: language.choose(*COMPLAINT_WORDS[word]) for name, word in names.items()},
        "kinds": [
            {
                "value": int(kind),
                "name": language.choose(*KIND_NAMES[kind]),
                "hint": language.choose(*KIND_HINTS[kind]),
                "chosen": False,
            }
            for kind in Kind
        ],
        "payments": [_receipt(language)],
    }


def lock_open(language: Language) -> Mapping[str, object]:
    """A wallet that is open, and its lock code."""
    return {"locks": [], "note_made": "2019-10-01", "fault": ""}


def lock_held(language: Language) -> Mapping[str, object]:
    """A wallet that every hand has locked."""
    held = [Lock(int(cause), cause, "", _AT_US, 0) for cause in Cause]
    return {"locks": [lock_face(each, language) for each in held], "note_made": "", "fault": ""}


def lock_code(language: Language) -> Mapping[str, object]:
    """A lock code, shown once."""
    return {"code": "0000 0000"}


def lost_wrong(language: Language) -> Mapping[str, object]:
    """A wrong code of somebody who has lost everything."""
    return {
        "phone": "010-0000-0000",
        "way": "note",
        "fault": language.choose(*CARE_WORDS["lost_wrong"]),
    }


def lost_sent(language: Language) -> Mapping[str, object]:
    """A code is on its way by text message."""
    return {"way": "text"}


def guardian(language: Language) -> Mapping[str, object]:
    """A member with a minor and a guardian."""
    return {
        "minors": [{"number": 1, "name": "이*나", "until": "2023-03-02"}],
        "guardians": [{"name": "김*레", "since": "2019-10-21"}],
    }


def guardian_none(language: Language) -> Mapping[str, object]:
    """A member without either."""
    return {"minors": [], "guardians": []}


def minor(language: Language) -> Mapping[str, object]:
    """A minor whose cards stand in every state that a guardian sees."""
    states = (
        CardStatus.ISSUED,
        CardStatus.ACTIVE,
        CardStatus.BLOCKED,
        CardStatus.BLOCKED_BEFORE_ACTIVATION,
    )
    cards = [
        CardShown(place, b"", f"999999******000{place}", CardKind.PHYSICAL, state, 2410, _AT_US)
        for place, state in enumerate(states)
    ]
    return {
        "minor": {"number": 1, "name": "이*나", "until": "2023-03-02"},
        "cards": [card_face(card, {2}, language) for card in cards],
        "is_locked": True,
        "own_lock": 1,
        "fault": language.choose(*CARE_WORDS["refused"]),
    }


def looks(language: Language) -> Mapping[str, object]:
    """Nobody has looked."""
    return {"events": []}
