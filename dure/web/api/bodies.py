"""What partners send and get: amounts in whole won, instants as ISO 8601 with offset."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

AMOUNT_WON_MAX = 10_000_000
NO_CONTROL = r"^[^\x00-\x1f\x7f]+$"
MEMBER_ID_MAX = (1 << 62) - 1

Amount = Annotated[int, Field(strict=True, ge=1, le=AMOUNT_WON_MAX, description="whole won")]
MemberId = Annotated[int, Field(ge=1, le=MEMBER_ID_MAX)]
AccountRef = Annotated[
    str,
    Field(strict=True, pattern=r"^[0-9A-Za-z]{8,40}$", description="the bank's consent number"),
]


class Sent(Schema):
    """A body that a partner sends: nothing may be in it that we do not know."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"additionalProperties": False})


class Consents(Sent):
    """The version of each text that the member was shown and agreed to."""

    terms: Annotated[str, Field(strict=True, min_length=1, max_length=40)]
    privacy: Annotated[str, Field(strict=True, min_length=1, max_length=40)]
    marketing: Annotated[str, Field(strict=True, min_length=1, max_length=40)] | None = None


class Joining(Sent):
    """Somebody of fourteen or older who wants to become a member."""

    name: Annotated[str, Field(strict=True, pattern=NO_CONTROL, min_length=1, max_length=60)]
    phone: Annotated[str, Field(strict=True, pattern=r"^[+0-9() -]{9,20}$")]
    birth_date: Annotated[str, Field(strict=True, pattern=r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
    district: Annotated[
        int, Field(strict=True, ge=10_000, le=99_999, description="administrative code, as 28260")
    ]
    consents: Consents


class Member(Schema):
    """A member; the telephone number shows its last four digits alone."""

    member_id: int
    public_id: str
    status: str
    level: int
    district: int
    name: str
    phone_ending: str
    joined_at: str


class Wallet(Schema):
    """What is in a wallet, what it may hold, and what was charged when."""

    member_id: int
    level: int = Field(description="verified level: 1 unnamed, 2 named, 3 residence checked")
    locked: bool
    charged_won: int
    cashback_won: int
    allowance_won: int
    held_won: int = Field(description="the part of charged_won that open holds reserve")
    claim_won: int = Field(description="cashback still to be taken back")
    month_payments_won: int = Field(description="net payments of this month, for the brackets")
    limits: Limits
    lots: list[Lot]


class Limits(Schema):
    """The limits of the wallet's level at this instant."""

    holding_won_max: int
    charge_won_month_max: int
    payment_won_max: int


class Lot(Schema):
    """What is left of one charge, and until when it can be spent."""

    left_won: int
    expires_at: str


class CardOrder(Sent):
    """A card for a member's wallet."""

    kind: Literal["physical", "virtual"]


class Card(Schema):
    """A card. `card_number` is told once, when the card is issued; later it is null."""

    card_id: int
    masked_number: str
    kind: Literal["physical", "virtual"]
    status: str
    expires: str = Field(description="YYYY-MM")
    card_number: str | None = None


class AccountLink(Sent):
    """A bank account which the member's bank has given consent for."""

    account_ref: AccountRef
    bank_name: Annotated[str, Field(strict=True, pattern=NO_CONTROL, min_length=1, max_length=40)]
    masked_number: Annotated[
        str, Field(strict=True, pattern=r"^[0-9*-]*[*]{3}[0-9*-]*$", max_length=40)
    ]


class Account(Schema):
    """A linked bank account."""

    account_ref: str
    bank_name: str
    masked_number: str


class TopUp(Sent):
    """Charges the wallet from a linked bank account."""

    account_ref: AccountRef
    amount_won: Amount


class Withdrawal(Sent):
    """Pays charged money out; without an amount all that the ordinance lets go now."""

    account_ref: AccountRef
    amount_won: Amount | None = None


class Transfer(Schema):
    """A transfer between a bank account and a wallet, as far as it is."""

    transfer_id: int
    member_id: int
    amount_won: int
    state: str = Field(
        description="requested, taken, sent, unknown, confirmed, failed, booked, returned, refused"
    )
    is_done: bool
    reason: str | None = Field(description="why it was refused, as a code")
    asked_at: str


class QrOrder(Sent):
    """A one-time QR token for the member's telephone."""

    seconds: Annotated[int, Field(strict=True, ge=60, le=180)] = 180


class Qr(Schema):
    """A QR token of 24 digits; it pays once, until an instant of the world's clocks."""

    qr_token: str
    expires_at: str


class QrPurchase(Sent):
    """A payment at a shop with the QR token that the member shows."""

    qr_token: Annotated[str, Field(strict=True, pattern=r"^[0-9]{24}$")]
    shop_code: Annotated[str, Field(strict=True, pattern=r"^[0-9A-Z]{15}$")]
    amount_won: Amount
    coupon_id: (
        Annotated[int, Field(strict=True, ge=0, le=MEMBER_ID_MAX, description="0 uses none")] | None
    ) = None


class RefundOrder(Sent):
    """Goods given back: so much of the payment returns to the member."""

    amount_won: Amount


class BudgetPart(Schema):
    """What one budget line paid, by the line's name; `shop` is the shop of the payment."""

    line: str
    won: int


class Reason(Schema):
    """One line of incentive: which rule gave how much, and in words.

    `funding` is told to officials, and to a shop its own part.
    """

    rule: str
    version: int
    won: int
    full_won: int = Field(description="what it would have been without limits")
    limited_by: str
    text: str
    funding: list[BudgetPart] = Field(default_factory=list)


class NotGiven(Schema):
    """A rule that was in force and gave nothing, with the codes of the reasons and in words."""

    rule: str
    version: int
    title: str
    reasons: list[str]
    text: str


class Receipt(Schema):
    """A movement of a wallet with every won accounted for; what the purses paid is negative."""

    receipt_id: str
    kind: str
    approved: bool
    reason: str
    reason_text: str
    remedy: str = Field(description="what the reader can do about it")
    occurred_at: str
    amount_won: int
    charged_won: int
    cashback_won: int
    allowance_won: int
    discount_won: int
    coupon_won: int
    charged_after_won: int
    cashback_after_won: int
    allowance_after_won: int
    shop_name: str | None
    original_id: str | None
    incentive: list[Reason]
    discount: Reason | None = Field(None, description="the discount at the till, in words")
    coupon: Reason | None = Field(None, description="the coupon that was used, in words")
    not_given: list[NotGiven] = Field(
        default_factory=list, description="told of one payment alone, not in a history"
    )


class History(Schema):
    """A page of a member's movements, the newest first; `next_cursor` is null on the last."""

    items: list[Receipt]
    next_cursor: str | None


class Outcome(Schema):
    """What a payment or refund came to, as the engine answered it."""

    receipt_id: str
    approval_code: str
    amount_won: int
    charged_won: int
    cashback_won: int
    allowance_won: int
    discount_won: int
    coupon_won: int = 0
    incentive_won: int
    claim_won: int
    charged_after_won: int
    cashback_after_won: int
    allowance_after_won: int


class FieldError(Schema):
    """One value that was not accepted."""

    field: str
    message: str


class ProblemBody(Schema):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    remedy: str
    errors: list[FieldError] | None = None
