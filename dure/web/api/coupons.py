"""Coupons over the API: what may be claimed, claiming, and what a member has."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from dure.authorization.requests import ChangeWallet, ClaimCoupon
from dure.policy.kinds.coupon import CouponTerms
from dure.wallets.coupons import CouponHeld, CouponOnOffer, coupons_of, coupons_on_offer
from dure.web.api.bodies import MemberId, Sent
from dure.web.api.calls import ONCE, Call, allow, do_once, instant, made
from dure.web.api.keys import Scope
from dure.web.api.members import require_wallet
from dure.web.api.once import Work
from dure.web.api.problems import Declined
from dure.web.api.refusals import PROBLEMS_DOCUMENTED
from dure.web.shared.language import Language

router = Router(tags=["coupons"])

VERSION_MAX = 2_147_483_647


class Gift(Schema):
    """What a coupon gives: an amount, or a rate of the price (in basis points) up to `most_won`."""

    amount_won: int | None
    rate_bp: int | None
    most_won: int
    payment_won_min: int = Field(description="the price from which it may be used")


class Coupon(Schema):
    """A coupon that may be claimed now; `left` may be 0, and changes by the second."""

    coupon: int = Field(description="its number, for claiming")
    rule: str
    version: int
    title: str
    gives: Gift
    stock: int
    left: int
    per_person: int
    districts: list[int] = Field(description="of the shops where it may be used; empty: all")
    claim_until: str | None
    valid_days: int | None
    valid_until: str | None


class CouponClaim(Sent):
    """The coupon that the member wants."""

    coupon: Annotated[int, Field(strict=True, ge=1, le=VERSION_MAX)]


class CouponUse(Sent):
    """Whether the member's payments use coupons by themselves."""

    automatic: Annotated[bool, Field(strict=True)]


class ClaimedCoupon(Schema):
    """A coupon is the member's; the next payment that it fits uses it."""

    coupon_id: int
    worth_won: int


class MemberCoupon(Schema):
    """A coupon of a member."""

    coupon_id: int
    rule: str
    version: int
    title: str
    gives: Gift
    worth_won: int
    claimed_at: str
    valid_until: str
    state: Literal["open", "used", "lapsed"]


@router.get("/coupons", response={200: list[Coupon], **PROBLEMS_DOCUMENTED})
def list_coupons(request: HttpRequest) -> list[Coupon]:
    """The coupons that may be claimed now."""
    call = allow(request, Scope.WALLETS_READ)
    offers = coupons_on_offer(call.conn, call.now_us())
    return [_offer(offer, call.language) for offer in offers]


@router.post(
    "/members/{member_id}/coupons",
    response={201: ClaimedCoupon, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
    summary="Claim a coupon",
)
def claim_coupon(
    request: HttpRequest, member_id: Path[MemberId], body: CouponClaim
) -> HttpResponse:
    """Takes one of the coupons for the member; what it can cost is reserved from the budget."""
    return do_once(request, Scope.COUPONS_WRITE, lambda call: _claim(call, member_id, body))


def _claim(call: Call, member_id: int, body: CouponClaim) -> Work:
    require_wallet(call, member_id)
    answer = call.ask(
        ClaimCoupon(
            key=call.key,
            occurred_at_us=call.now_us(),
            member_id=member_id,
            rule_version_id=body.coupon,
        )
    )
    if not answer.approved:
        raise Declined(answer.reason)
    return made(ClaimedCoupon(coupon_id=answer.movement_id, worth_won=answer.amount_won))


@router.get(
    "/members/{member_id}/coupons", response={200: list[MemberCoupon], **PROBLEMS_DOCUMENTED}
)
def list_member_coupons(request: HttpRequest, member_id: Path[MemberId]) -> list[MemberCoupon]:
    """The member's coupons, the latest first."""
    call = allow(request, Scope.WALLETS_READ)
    require_wallet(call, member_id)
    return [_held(held, call.language) for held in coupons_of(call.conn, member_id)]


@router.post(
    "/members/{member_id}/coupon-use",
    response={201: CouponUse, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
    summary="Use coupons automatically, or only those that a payment names",
)
def set_coupon_use(
    request: HttpRequest, member_id: Path[MemberId], body: CouponUse
) -> HttpResponse:
    """Says whether payments use the member's best coupon by themselves, as they do at first."""
    return do_once(request, Scope.COUPONS_WRITE, lambda call: _set_use(call, member_id, body))


def _set_use(call: Call, member_id: int, body: CouponUse) -> Work:
    require_wallet(call, member_id)
    answer = call.ask(
        ChangeWallet(
            key=call.key,
            occurred_at_us=call.now_us(),
            member_id=member_id,
            use_coupons=body.automatic,
        )
    )
    if not answer.approved:
        raise Declined(answer.reason)
    return made(body)


def _gift(terms: CouponTerms) -> Gift:
    return Gift(
        amount_won=terms.amount_won or None,
        rate_bp=terms.rate_bp or None,
        most_won=terms.most_won,
        payment_won_min=terms.min_won,
    )


def _offer(offer: CouponOnOffer, language: Language) -> Coupon:
    document, terms = offer.document, offer.terms
    return Coupon(
        coupon=offer.rule_version_id,
        rule=document.id,
        version=document.version,
        title=language.choose(document.title.ko, document.title.en),
        gives=_gift(terms),
        stock=terms.stock,
        left=offer.left,
        per_person=terms.per_person,
        districts=sorted(document.eligibility.shop_districts),
        claim_until=None if offer.until_us is None else instant(offer.until_us),
        valid_days=terms.valid_days,
        valid_until=None if terms.until_us is None else instant(terms.until_us),
    )


def _held(held: CouponHeld, language: Language) -> MemberCoupon:
    document = held.document
    states: dict[str, Literal["open", "used", "lapsed"]]
    states = {"OPEN": "open", "USED": "used", "LAPSED": "lapsed"}
    return MemberCoupon(
        coupon_id=held.coupon_id,
        rule=document.id,
        version=document.version,
        title=language.choose(document.title.ko, document.title.en),
        gives=_gift(held.terms),
        worth_won=held.worth_won,
        claimed_at=instant(held.from_us),
        valid_until=instant(held.until_us),
        state=states[held.state.name],
    )
