"""Cards as plain values for templates."""

from __future__ import annotations

from dataclasses import dataclass

from dure.authorization.facts import CardStatus
from dure.policy.districts import DISTRICT_NAMES
from dure.wallets.card_delivery import Delivery, DeliveryState
from dure.wallets.card_life import is_blocked, is_live
from dure.wallets.cards import CardKind, CardShown
from dure.web.citizen.cards.brands import Brand, brand_of, brands
from dure.web.citizen.cards.words import CARD_WORDS
from dure.web.shared.dates import day_and_hour_text
from dure.web.shared.language import Language

_STATES = {
    CardStatus.ISSUED: "issued",
    CardStatus.ACTIVE: "active",
    CardStatus.BLOCKED: "blocked",
    CardStatus.BLOCKED_BEFORE_ACTIVATION: "blocked",
    CardStatus.CLOSED: "closed",
    CardStatus.REPLACED: "closed",
}


@dataclass(frozen=True, slots=True)
class CardFace:
    """A card of the member. `state` is issued, active, blocked or closed; `heard` says it all."""

    card_id: int
    brand: Brand
    brand_name: str
    number: str
    ending: str
    expires: str
    is_virtual: bool
    kind: str
    state: str
    state_text: str
    live: bool
    blocked: bool
    heard: str


@dataclass(frozen=True, slots=True)
class StepFace:
    """A step of a card's way: done when it has an instant, now when it is the last of these."""

    name: str
    when: str
    done: bool
    now: bool


@dataclass(frozen=True, slots=True)
class BrandFace:
    """A brand to choose, with the district it is of."""

    code: int
    name: str
    district: str
    brand: Brand
    chosen: bool


def card_face(card: CardShown, brand: int, language: Language) -> CardFace:
    """A card as its member sees it."""
    drawn, state = brand_of(brand), _STATES[CardStatus(card.status)]
    ending = card.masked_pan[-4:]
    kind = _word("virtual" if card.kind is CardKind.VIRTUAL else "physical", language)
    state_text = _word(f"state_{state}", language)
    name = drawn.name(language)
    return CardFace(
        card_id=card.card_id,
        brand=drawn,
        brand_name=name,
        number=spaced(card.masked_pan.replace("*", "•")),
        ending=ending,
        expires=expiry(card.expires_yymm),
        is_virtual=card.kind is CardKind.VIRTUAL,
        kind=kind,
        state=state,
        state_text=state_text,
        live=is_live(card),
        blocked=is_blocked(card),
        heard=language.choose(
            f"{name}, {kind}, 끝자리 {ending}, {state_text}",
            f"{name}, {kind}, ending in {ending}, {state_text}",
        ),
    )


def brand_faces(chosen: int, language: Language) -> list[BrandFace]:
    """The ten brands, the chosen one marked."""
    return [
        BrandFace(
            code,
            brand.name(language),
            language.choose(*DISTRICT_NAMES[code]),
            brand,
            code == chosen,
        )
        for code, brand in brands().items()
    ]


def step_faces(
    delivery: Delivery, steps: list[tuple[DeliveryState, int]], language: Language
) -> list[StepFace]:
    """The way of a card: the steps of the last attempt, and those that are still to come."""
    since = max(
        (n for n, (state, _) in enumerate(steps) if state is DeliveryState.ASKED), default=0
    )
    when = dict(steps[since:])
    way = [DeliveryState.ASKED, DeliveryState.MAKING, DeliveryState.SENT, DeliveryState.ARRIVED]
    if delivery.state in (DeliveryState.CAME_BACK, DeliveryState.CANCELLED):
        way = [state for state in way if state in when] + [delivery.state]
    else:
        way.append(DeliveryState.REGISTERED)
    return [
        StepFace(
            _word(f"step_{state.name.lower()}", language),
            day_and_hour_text(when[state], language) if state in when else "",
            state in when or state < delivery.state,
            state is delivery.state,
        )
        for state in way
    ]


def spaced(number: str) -> str:
    """A card number in fours."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def expiry(yymm: int) -> str:
    """The end of validity as it stands on a card: month/year."""
    return f"{yymm % 100:02d}/{yymm // 100:02d}"


def _word(name: str, language: Language) -> str:
    return language.choose(*CARD_WORDS[name])
