"""Which coupon a payment uses: the best that fits by itself, none, or the one the payer names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.authorization.facts import CouponState
from dure.wallets.coupons import CouponHeld, coupon_habits, coupons_of
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.frame import now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.amounts import exact_won, percent
from dure.web.shared.language import Language
from dure.web.shared.store import database

BY_ITSELF: Final = ""
NONE: Final = "0"
_DIGITS_MAX: Final = 18


@dataclass(frozen=True, slots=True)
class CouponDoor:
    """One of the choices: `value` stands in the page's address, `gives` is for real coupons."""

    value: str
    name: str
    gives: str
    is_chosen: bool


def asked_coupon(written: str) -> int | None:
    """The `coupon_id` of a request: None where the best is to be used by itself, 0 for none."""
    is_number = written.isascii() and written.isdigit() and len(written) <= _DIGITS_MAX
    return int(written) if is_number else None


def coupon_doors(
    visitor: Visitor, chosen: int | None, language: Language
) -> tuple[CouponDoor, ...]:
    """The choices of a member who holds coupons; nothing for any other.

    Who uses coupons by hand alone is not offered the best by itself: there none is used unasked.
    """
    at_us = now_us()
    held = [
        coupon
        for coupon in coupons_of(database(), visitor.member_id)
        if coupon.state is CouponState.OPEN and coupon.from_us <= at_us < coupon.until_us
    ]
    if not held:
        return ()
    doors = [_door(coupon, chosen, language) for coupon in held]
    automatic = coupon_habits(database(), visitor.member_id).automatic
    if automatic:
        doors.insert(0, CouponDoor(BY_ITSELF, _word("coupon_best", language), "", chosen is None))
    unused = chosen == 0 or (chosen is None and not automatic)
    return (*doors, CouponDoor(NONE, _word("coupon_none", language), "", unused))


def _door(coupon: CouponHeld, chosen: int | None, language: Language) -> CouponDoor:
    title, terms = coupon.document.title, coupon.terms
    gives = percent(terms.rate_bp) if terms.rate_bp else exact_won(coupon.worth_won, language)
    return CouponDoor(
        str(coupon.coupon_id),
        language.choose(title.ko, title.en),
        gives,
        chosen == coupon.coupon_id,
    )


def _word(name: str, language: Language) -> str:
    return language.choose(*PAY_WORDS[name])
