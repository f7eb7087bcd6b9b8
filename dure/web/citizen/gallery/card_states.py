"""Cards in every state, on their way and in hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.authorization.facts import CardStatus
from dure.wallets.card_delivery import Delivery, DeliveryState
from dure.wallets.cards import CardKind, CardShown
from dure.web.citizen.cards.faces import CardFace, brand_faces, card_face, step_faces
from dure.web.citizen.cards.words import CARD_WORDS
from dure.web.citizen.gallery.state import State, Values
from dure.web.shared.language import Language

_AT_US: Final = 1_571_648_400_000_000
_HOUR_US: Final = 3_600_000_000
_SEOGU: Final = 28260
_NUMBER: Final = "9999 9900 1234 5675"


def _face(
    language: Language,
    status: CardStatus = CardStatus.ACTIVE,
    kind: CardKind = CardKind.PHYSICAL,
    brand: int = _SEOGU,
) -> CardFace:
    shown = CardShown(1, bytes(16), "999999******5675", kind, int(status), 2410, _AT_US)
    return card_face(shown, brand, language)


def _card(status: CardStatus, kind: CardKind = CardKind.PHYSICAL, **more: object) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        issued = language.choose("2019년 10월 21일", "21 October 2019")
        return {
            "card": _face(language, status, kind),
            "issued": issued,
            "is_virtual": kind is CardKind.VIRTUAL,
            **more,
        }

    return values


def _delivery(state: DeliveryState) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        name = state.name.lower()
        found = Delivery(1, 1, state, _SEOGU, 1, 1, _AT_US, _AT_US)
        passed = [one for one in DeliveryState if one <= min(state, DeliveryState.REGISTERED)]
        if state > DeliveryState.REGISTERED:
            passed = [DeliveryState.ASKED, state]
        steps = [(one, _AT_US + place * _HOUR_US) for place, one in enumerate(passed)]
        return {
            "delivery": found,
            "steps": step_faces(found, steps, language),
            "state": name,
            "says": language.choose(*CARD_WORDS[f"say_{name}"]),
            "may_cancel": state <= DeliveryState.MAKING,
            "may_repeat": state in (DeliveryState.SENT, DeliveryState.ARRIVED),
            "demo": True,
        }

    return values


def _list(*statuses: CardStatus, past: bool = False, coming: bool = False) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        faces = [_face(language, status) for status in statuses]
        return {
            "large": faces[:3],
            "others": faces[3:],
            "past": [_face(language, CardStatus.CLOSED)] if past else [],
            "coming": {"delivery_id": 1} if coming else None,
            "coming_says": language.choose(*CARD_WORDS["say_sent"]),
        }

    return values


def _form(fault: str, wrong: str, **more: object) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        return {
            "fault": language.choose(*CARD_WORDS[fault]) if fault else "",
            "wrong": wrong,
            "card": _face(language),
            "brands": brand_faces(_SEOGU, language),
            "typed": {"name": language.choose("김두레", "Kim Dure"), "postcode": "2155"},
            "demo": True,
            **more,
        }

    return values


def _number(number: str) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        face = _face(language, kind=CardKind.VIRTUAL)
        return {"card": face, "number": number, "expires": "10/24", "code": "123"}

    return values


def _state(slug: str, ko: str, en: str, page: str, values: Values) -> State:
    return State(f"card-{slug}", (ko, en), f"citizen/cards/{page}.html", CARD_WORDS, values)


_ACTIVE: Final = CardStatus.ACTIVE

CARD_STATES: Final = (
    _state("none", "카드: 없음", "Cards: none", "cards", _list()),
    _state("many", "카드: 여러 장", "Cards: many", "cards",
           _list(*[_ACTIVE] * 4, CardStatus.BLOCKED, past=True, coming=True)),
    _state("active", "카드: 쓰는 중", "A card: in use", "card", _card(_ACTIVE)),
    _state("issued", "카드: 등록 전", "A card: not registered", "card", _card(CardStatus.ISSUED)),
    _state("blocked", "카드: 정지됨", "A card: blocked", "card", _card(CardStatus.BLOCKED)),
    _state("guarded", "카드: 보호자가 정지", "A card: blocked by a guardian", "card",
           _card(CardStatus.BLOCKED, guardian=True)),
    _state("closed", "카드: 해지됨", "A card: closed", "card", _card(CardStatus.CLOSED)),
    _state("lost", "카드: 잃어버림", "A card: lost", "lost", _card(_ACTIVE)),
    _state("lost-blocked", "카드: 잃어버려 정지됨", "A card: lost and blocked", "lost",
           _card(CardStatus.BLOCKED, CardKind.VIRTUAL)),
    _state("number", "가상카드: 번호", "A virtual card: its number", "number", _number(_NUMBER)),
    _state("number-shown", "가상카드: 번호를 이미 보임", "A virtual card: its number was shown",
           "number", _number("")),
    _state("too-many", "카드: 너무 많음", "Cards: too many", "virtual", _form("too_many", "")),
    _state("address-wrong", "신청: 주소가 틀림", "Applying: a wrong address", "order",
           _form("wrong_postcode", "postcode", replaces=None)),
    _state("code-wrong", "등록: 번호가 틀림", "Registering: a wrong code", "register",
           _form("not_recognized", "pan")),
    _state("pin-simple", "비밀번호: 너무 쉬움", "A PIN: too simple", "pin",
           _form("pin_too_simple", "pin")),
    *(
        _state(f"way-{state.name.lower().replace('_', '-')}",
               f"카드가 오는 길: {CARD_WORDS[f'step_{state.name.lower()}'][0]}",
               f"On its way: {CARD_WORDS[f'step_{state.name.lower()}'][1]}",
               "delivery", _delivery(state))
        for state in DeliveryState
    ),
)  # fmt: skip
