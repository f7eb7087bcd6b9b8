"""Coupons as plain values for templates: every amount and date a text in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.authorization.facts import CouponState
from dure.kernel.calendar import DAY_US, seoul
from dure.policy.asked_words import asked_words
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.policy.document import RuleDocument
from dure.policy.eligibility import district_names
from dure.policy.kinds.coupon import CouponTerms
from dure.wallets.coupons import CouponHabits, CouponHeld, CouponOnOffer
from dure.web.citizen.coupons.words import COUPON_WORDS
from dure.web.shared.amounts import percent
from dure.web.shared.dates import day_and_hour_text, day_text
from dure.web.shared.language import Language

_SOON_US: Final = 3 * DAY_US


@dataclass(frozen=True, slots=True)
class GiftFace:
    """What a coupon gives: `big` is "5,000" or "10%", `unit` what stands after it."""

    title: str
    giver: str
    big: str
    unit: str
    most: str
    from_won: str
    where: str
    when: str
    who: str


@dataclass(frozen=True, slots=True)
class OfferFace:
    """A coupon to claim. `state` is open, had, gone or coming; `left` and `stock` are counts."""

    number: int
    gift: GiftFace
    state: str
    left: int
    stock: int
    left_text: str
    stock_text: str
    per_person: int
    opens: str
    opens_machine: str
    claim_until: str
    use_until: str

    @property
    def share_left(self) -> int:
        """What share is left, in percent; at least 1 while one is left."""
        return max(1, self.left * 100 // self.stock) if self.left else 0


@dataclass(frozen=True, slots=True)
class HeldFace:
    """A coupon of the member. `state` is open, used or lapsed; `receipt` the payment by it."""

    number: int
    gift: GiftFace
    state: str
    worth: str
    claimed: str
    until: str
    ends_soon: bool
    receipt: int | None
    gave: str


def offer_face(
    offer: CouponOnOffer, habits: CouponHabits, now_us: int, language: Language
) -> OfferFace:
    """An offer as this member sees it now."""
    terms, document = offer.terms, offer.document
    return OfferFace(
        number=offer.rule_version_id,
        gift=gift_face(document, terms, language),
        state=state_of(offer, habits, now_us),
        left=offer.left,
        stock=terms.stock,
        left_text=f"{offer.left:,}",
        stock_text=f"{terms.stock:,}",
        per_person=terms.per_person,
        opens=day_and_hour_text(document.from_us, language),
        opens_machine=seoul(document.from_us).isoformat(timespec="seconds"),
        claim_until="" if offer.until_us is None else _until(offer.until_us, language),
        use_until=_validity(terms, language),
    )


def state_of(offer: CouponOnOffer, habits: CouponHabits, now_us: int) -> str:
    """Whether the member can claim it: "open", or why not: "coming", "had", "gone"."""
    if offer.document.from_us > now_us:
        return "coming"
    if habits.had(offer):
        return "had"
    return "open" if offer.left else "gone"


def held_face(held: CouponHeld, now_us: int, language: Language) -> HeldFace:
    """A coupon of the member as it stands now."""
    is_open = held.state is CouponState.OPEN and held.until_us > now_us
    used = held.state is CouponState.USED
    return HeldFace(
        number=held.coupon_id,
        gift=gift_face(held.document, held.terms, language),
        state="used" if used else "open" if is_open else "lapsed",
        worth=won_text(held.worth_won, language),
        claimed=day_text(held.from_us, language),
        until=_until(held.until_us, language),
        ends_soon=is_open and held.until_us - now_us < _SOON_US,
        receipt=held.used_by if used else None,
        gave=won_text(held.used_won, language) if used else "",
    )


def gift_face(document: RuleDocument, terms: CouponTerms, language: Language) -> GiftFace:
    """What a coupon gives, and where, when and to whom."""
    asked = document.eligibility
    words = asked_words(asked)
    suffix = language.value
    by_rate = terms.rate_bp > 0
    least_won = max(terms.min_won, asked.payment_won_min)
    where = [words[f"{name}_{suffix}"] for name in ("marks", "bands", "channels")]
    if asked.shop_districts:
        where.insert(0, _districts(asked.shop_districts, language))
    elif document.scope != CITY:
        where.insert(0, language.choose(*DISTRICT_NAMES[document.scope]))
    if asked.benefit_plus:
        where.append(_word("shop_only", language))
    listed = (asked.sectors, asked.mccs, asked.trades)
    if any(one.words and not one.excluded for one in listed):
        where.append(_word("listed_shops", language))
    when = [words[f"weekdays_{suffix}"], words[f"hours_{suffix}"]]
    return GiftFace(
        title=language.choose(document.title.ko, document.title.en),
        giver=_word("city", language)
        if document.scope == CITY
        else language.choose(*DISTRICT_NAMES[document.scope]),
        big=percent(terms.rate_bp) if by_rate else f"{terms.amount_won:,}",
        unit="" if by_rate else language.choose("원", "won"),
        most=won_text(terms.most_won, language) if by_rate else "",
        from_won=won_text(least_won, language) if least_won else "",
        where=", ".join(filter(None, where)) or _word("everywhere", language),
        when=" ".join(filter(None, when)),
        who=_who(document, language),
    )


def won_text(won: int, language: Language) -> str:
    """An amount as it stands in a sentence: "3,000원" or "3,000 won"."""
    return language.choose(f"{won:,}원", f"{won:,} won")


def _who(document: RuleDocument, language: Language) -> str:
    asked = document.eligibility
    told = []
    if asked.member_districts:
        told.append(_districts(asked.member_districts, language) + _word("live_in", language))
    if asked.member_level_min > 1:
        told.append(_word("level_up", language))
    if asked.birth_year_min is not None or asked.birth_year_max is not None:
        told.append(_word("of_age", language))
    if asked.joined_within_days is not None:
        told.append(_word("new_member", language))
    return ", ".join(told)


def _districts(codes: frozenset[int], language: Language) -> str:
    return language.choose(*district_names(codes))


def _word(name: str, language: Language) -> str:
    return language.choose(*COUPON_WORDS[name])


def _validity(terms: CouponTerms, language: Language) -> str:
    """Until when a coupon that is claimed may be used."""
    told = []
    if terms.valid_days is not None:
        days = terms.valid_days
        told.append(language.choose(f"받은 뒤 {days:,}일", f"{days:,} days after the claim"))
    if terms.until_us is not None:
        told.append(_until(terms.until_us, language))
    return language.choose(", 늦어도 ", ", at the latest ").join(told)


def _until(us: int, language: Language) -> str:
    """The last moment: a day for an end at midnight, else the day and the hour."""
    last = seoul(us)
    if last.hour == last.minute == 0:
        return day_text(us - 1, language)
    return day_and_hour_text(us, language)
