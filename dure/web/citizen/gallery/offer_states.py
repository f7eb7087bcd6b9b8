"""A coupon on offer, coming, had or gone, and one that a member holds, used or has lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.web.citizen.coupons.faces import GiftFace, HeldFace, OfferFace
from dure.web.citizen.coupons.words import COUPON_WORDS
from dure.web.citizen.gallery.state import State, Values
from dure.web.citizen.gallery.words import GALLERY_WORDS
from dure.web.shared.language import Language


def _gift(language: Language, *, by_rate: bool = False) -> GiftFace:
    choose = language.choose
    return GiftFace(
        title=choose(*GALLERY_WORDS["coupon"]),
        giver=choose(*COUPON_WORDS["city"]),
        big="10%" if by_rate else "5,000",
        unit="" if by_rate else choose("원", "won"),
        most=choose("3,000원", "3,000 won") if by_rate else "",
        from_won=choose("20,000원", "20,000 won"),
        where=choose(*COUPON_WORDS["everywhere"]),
        when=choose("월·화요일 11:00–14:00", "Monday, Tuesday 11:00–14:00"),
        who=choose(*COUPON_WORDS["new_member"]),
    )


def _offer_face(language: Language, state: str) -> OfferFace:
    left = 0 if state == "gone" else 120
    return OfferFace(
        number=1, gift=_gift(language, by_rate=state == "had"), state=state, left=left, stock=1_000,
        left_text=f"{left:,}", stock_text="1,000", per_person=1,
        opens=language.choose("11월 11일 0시", "11 November, 0:00"),
        opens_machine="2019-11-11T00:00:00+09:00",
        claim_until=language.choose("2019년 11월 30일", "30 November 2019"),
        use_until=language.choose("받은 뒤 30일", "30 days after the claim"),
    )  # fmt: skip


def _offer(state: str) -> Values:
    return lambda language: {"offer": _offer_face(language, state), "opens_ms": 3_600_000}


def _offers(language: Language) -> Mapping[str, object]:
    faces = [_offer_face(language, state) for state in ("open", "had", "gone")]
    return {"offers": faces, "coming": [_offer_face(language, "coming")], "section": "offers"}


def _held_face(language: Language, state: str) -> HeldFace:
    return HeldFace(
        number=1, gift=_gift(language), state=state,
        worth=language.choose("5,000원", "5,000 won"),
        claimed=language.choose("2019년 10월 21일", "21 October 2019"),
        until=language.choose("2019년 11월 20일", "20 November 2019"),
        ends_soon=state == "open", receipt=1 if state == "used" else None,
        gave=language.choose("5,000원", "5,000 won") if state == "used" else "",
    )  # fmt: skip


def _held(state: str) -> Values:
    return lambda language: {"coupon": _held_face(language, state), "automatic": state != "open"}


def _mine(language: Language) -> Mapping[str, object]:
    return {"held": [_held_face(language, "open")], "automatic": False, "section": "mine"}


def _past(language: Language) -> Mapping[str, object]:
    return {"held": [_held_face(language, one) for one in ("used", "lapsed")], "section": "past"}


def _nothing(section: str) -> Values:
    return lambda language: {"held": [], "offers": [], "automatic": True, "section": section}


def _state(slug: str, ko: str, en: str, page: str, values: Values) -> State:
    return State(f"coupon-{slug}", (ko, en), f"citizen/coupons/{page}.html", COUPON_WORDS, values)


OFFER_STATES: Final = (
    _state("offers", "쿠폰: 받기", "Coupons to claim", "offers", _offers),
    _state(
        "no-offers", "쿠폰: 받을 것 없음", "Coupons: none to claim", "offers", _nothing("offers")
    ),
    _state("offer-open", "쿠폰: 받을 수 있음", "A coupon: to claim", "offer", _offer("open")),
    _state("offer-had", "쿠폰: 이미 받음", "A coupon: had already", "offer", _offer("had")),
    _state("offer-gone", "쿠폰: 모두 나감", "A coupon: all gone", "offer", _offer("gone")),
    _state("offer-coming", "쿠폰: 곧 열림", "A coupon: coming", "offer", _offer("coming")),
    _state("mine", "내 쿠폰", "My coupons", "mine", _mine),
    _state("mine-none", "내 쿠폰: 없음", "My coupons: none", "mine", _nothing("mine")),
    _state("past", "지난 쿠폰", "Past coupons", "past", _past),
    _state("past-none", "지난 쿠폰: 없음", "Past coupons: none", "past", _nothing("past")),
    _state("held-open", "쿠폰 한 장: 곧 끝남", "One coupon: ends soon", "held", _held("open")),
    _state("held-used", "쿠폰 한 장: 씀", "One coupon: used", "held", _held("used")),
    _state("held-lapsed", "쿠폰 한 장: 끝남", "One coupon: ended", "held", _held("lapsed")),
)
