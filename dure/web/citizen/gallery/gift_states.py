"""Gifts and donations in every state: waiting, taken, back, refused; forms with their faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.people.gift_limits import GIFT_WON_MAX
from dure.web.citizen.gallery.state import State, Values
from dure.web.citizen.gallery.words import GALLERY_WORDS
from dure.web.citizen.gifts.words import DONATION_WORDS, GIFT_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.language import Language

_WON: Final = 30_000
_DAY: Final = "2019-10-24 18:00"
_STATES: Final = {
    "0": ("waits", "선물: 보내는 중", "A gift: being sent"),
    "1": ("waits", "선물: 기다림", "A gift: waiting"),
    "2": ("done", "선물: 받음", "A gift: taken"),
    "3": ("back", "선물: 돌아옴", "A gift: come back"),
    "refused": ("failed", "선물: 보내지 못함", "A gift: not sent"),
}


def _word(language: Language, name: str) -> str:
    return language.choose(*GIFT_WORDS[name])


def _gift(state: str, kind: str) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        why = "too_little" if state == "refused" else f"state_{state}_why"
        return {
            "title": _word(language, f"state_{state}"),
            "won": exact_won(_WON, language),
            "why": _word(language, why).format(until=_DAY),
            "kind": kind,
            "letter_id": 1,
            "phone": "010-1234-5678",
            "text": language.choose(*GALLERY_WORDS["long_word"]),
            "may_take_back": state == "1",
            "is_open": state == "0",
        }

    return values


def _gifts(language: Language) -> Mapping[str, object]:
    won = exact_won(_WON, language)
    came = {
        "letter_id": 1,
        "won": won,
        "take": _word(language, "take").format(won=won),
        "until": _word(language, "until").format(until=_DAY),
        "words": language.choose(*GALLERY_WORDS["long_shop"]),
    }
    sent = [
        {"letter_id": place, "won": won, "state": _word(language, f"state_{state}"), "day": _DAY,
         "phone": "010-****-5678"}
        for place, state in enumerate(_STATES)
    ]  # fmt: skip
    return {"came": [came], "sent": sent}


def _no_gifts(language: Language) -> Mapping[str, object]:
    return {"came": [], "sent": []}


def _send(*faults: tuple[str, str], has_money: bool = True) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        most = exact_won(GIFT_WON_MAX, language)
        may = "send_may" if has_money else "send_may_none"
        return {
            "may": _word(language, may).format(won=most),
            "has_money": has_money,
            "faults": {field: _word(language, name).format(won=most) for field, name in faults},
            "phone": "010-123",
            "amount": "0",
            "text": language.choose(*GALLERY_WORDS["long_shop"]),
        }

    return values


def _donate(fault: str = "", *, has_funds: bool = True) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        won, choose = exact_won(_WON, language), language.choose
        given = choose(*DONATION_WORDS["fund_given"]).format(won=won)
        name = choose(*GALLERY_WORDS["long_shop"])
        fund = {"fund_id": 1, "name": name, "about": name, "given": given, "is_chosen": True}
        return {
            "funds": [fund] if has_funds else [],
            "charged": won,
            "cashback": exact_won(0, language),
            "by_cashback": False,
            "written": "",
            "fault": choose(*DONATION_WORDS[fault]) if fault else "",
            "mine": [{"movement_id": 1, "fund": name, "day": _DAY, "won": won}] if fault else [],
        }

    return values


def _state(slug: str, ko: str, en: str, page: str, values: Values) -> State:
    words = DONATION_WORDS if page == "donate" else GIFT_WORDS
    return State(slug, (ko, en), f"citizen/gifts/{page}.html", words, values)


GIFT_STATES: Final = (
    _state("gifts", "선물: 받고 보낸 것", "Gifts: come and sent", "gifts", _gifts),
    _state("gifts-none", "선물: 없음", "Gifts: none", "gifts", _no_gifts),
    *(
        _state(f"gift-{state}", ko, en, "gift", _gift(state, kind))
        for state, (kind, ko, en) in _STATES.items()
    ),
    _state("gift-wrong", "선물: 틀린 양식", "Sending a gift: a wrong form", "send",
           _send(("form", "fault_often"), ("phone", "fault_own"), ("amount", "fault_amount"),
                 ("words", "fault_words"))),
    _state("gift-no-money", "선물: 보낼 돈이 없음", "Sending a gift: no money", "send",
           _send(has_money=False)),
    _state("donate-wrong", "기부: 틀린 양식", "Donating: a wrong form", "donate",
           _donate("amount_fault")),
    _state("donate-none", "기부: 기금 없음", "Donating: no fund", "donate",
           _donate(has_funds=False)),
)  # fmt: skip
