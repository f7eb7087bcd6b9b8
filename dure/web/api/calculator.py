"""The public calculator over the API: what a payment would give now. No key is needed."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from dure.authorization.reasons import DeclineReason
from dure.policy.audiences import Audience
from dure.policy.occasions import Channel
from dure.web.api.bodies import MEMBER_ID_MAX, NotGiven, Reason
from dure.web.api.calls import KeyAuth, instant
from dure.web.api.keys import Scope
from dure.web.api.problems import Declined, Problem
from dure.web.api.receipts import not_given_body, reason_body
from dure.web.api.refusals import PROBLEMS_DOCUMENTED
from dure.web.shared.address_limit import CALCULATOR_LIMIT, address_of
from dure.web.shared.calculator import calculate
from dure.web.shared.explained import shown
from dure.web.shared.language import language_of_program
from dure.web.shared.store import database

router = Router(tags=["calculator"])

AMOUNT_WON_MAX = 1_000_000_000


class Asked(Schema):
    """A payment at a shop now, by anybody or, with a key, by a member."""

    shop_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{15}$", description="the shop's code")]
    amount_won: Annotated[int, Field(ge=1, le=AMOUNT_WON_MAX, description="the price")]
    channel: Literal["card", "qr", "online", "taxi", "delivery", "market", "mall"] = "card"
    member_id: Annotated[
        int | None,
        Field(ge=1, le=MEMBER_ID_MAX, description="needs a key with the scope wallets:read"),
    ] = None
    audience: Annotated[Audience, Field(description="for whom the sentences are")] = (
        Audience.CITIZEN
    )


class Calculated(Schema):
    """What the payment would give. All amounts are whole won; nothing was recorded.

    Where `short_won` is not 0 the member's wallet lacks that much, and all else is as if it had
    been charged.
    """

    shop_code: str
    shop_name: str
    district: int
    at: str
    amount_won: int
    discount_won: int
    coupon_won: int
    due_won: int
    cashback_won: int
    month_payments_won: int = Field(description="the member's net payments of this month so far")
    short_won: int
    discount: list[Reason]
    incentive: list[Reason]
    not_given: list[NotGiven]


@router.get(
    "/calculator",
    auth=None,
    response={200: Calculated, **PROBLEMS_DOCUMENTED},
    summary="What would I get",
    openapi_extra={"security": [{}, {"KeyAuth": []}]},
)
def get_calculation(request: HttpRequest, asked: Query[Asked]) -> Calculated:
    """What a payment at the shop would give now, every won explained; nothing is recorded.

    Anybody may ask, so many times a minute from one address. With a member the answer counts the
    member's own month and limits, and a key is needed.
    """
    language = language_of_program(request)
    _allow(request, asked.member_id)
    found = calculate(
        database(),
        shop_code=asked.shop_code,
        price_won=asked.amount_won,
        channel=Channel[asked.channel.upper()],
        member_id=asked.member_id or 0,
        audience=asked.audience,
    )
    if not found.is_answered:
        raise _not_found_or_declined(found.reason)
    at_till = [told for told in found.given if told.is_off_price]
    return Calculated(
        shop_code=found.shop_code,
        shop_name=found.shop_name,
        district=found.district,
        at=instant(found.at_us),
        amount_won=found.price_won,
        discount_won=found.discount_won,
        coupon_won=found.coupon_won,
        due_won=found.due_won,
        cashback_won=found.earned_won,
        month_payments_won=found.month_net_won,
        short_won=found.short_won,
        discount=[reason_body(told, language) for told in at_till],
        incentive=[reason_body(told, language) for told in found.given if told not in at_till],
        not_given=[not_given_body(told, language) for told in shown(found.missing, asked.audience)],
    )


def _allow(request: HttpRequest, member_id: int | None) -> None:
    """Who names a member shows a key; all others are counted by their address. Raises Problem."""
    header = request.headers.get("Authorization", "")
    scheme, _, token = header.partition(" ")
    if header:
        key = KeyAuth().authenticate(request, token.strip() if scheme.lower() == "bearer" else "")
        if member_id is not None and Scope.WALLETS_READ not in key.scopes:
            raise Problem("scope_missing")
    elif member_id is not None:
        raise Problem("key_missing")
    elif CALCULATOR_LIMIT.wait_s(address_of(request)):
        raise Problem("too_many_requests")


def _not_found_or_declined(reason: DeclineReason) -> Problem:
    unknown = (DeclineReason.SHOP_UNKNOWN, DeclineReason.MEMBER_UNKNOWN)
    return Problem("not_found") if reason in unknown else Declined(reason)
