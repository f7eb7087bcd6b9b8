"""Payments by QR token, their cancellation and refund, receipts and history, over the API."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from dure.authorization.answers import Answer
from dure.authorization.requests import Cancel, Refund
from dure.kernel.clock import SystemClock
from dure.ledger.movement import PAYMENTS
from dure.policy.audiences import Audience
from dure.wallets import qr
from dure.wallets.history import FoundMovement, find_movement, member_history
from dure.web.api.bodies import (
    History,
    MemberId,
    Outcome,
    Qr,
    QrOrder,
    QrPurchase,
    Receipt,
    RefundOrder,
)
from dure.web.api.calls import ONCE, Call, allow, do_once, instant, made
from dure.web.api.keys import Scope
from dure.web.api.members import require_wallet
from dure.web.api.once import Work
from dure.web.api.problems import Declined, Problem
from dure.web.api.receipts import read_receipt_id, receipt_id, receipt_of
from dure.web.api.refusals import PROBLEMS_DOCUMENTED

router = Router(tags=["payments"])
_MACHINE = SystemClock()

ReceiptId = Annotated[str, Field(pattern=r"^[0-9]{1,18}-[0-9]{1,18}$")]
Cursor = Annotated[str, Field(pattern=r"^[0-9]{1,18}$", description="next_cursor of a page")]
Count = Annotated[int, Field(ge=1, le=100)]


@router.post("/members/{member_id}/qr-tokens", response={201: Qr, **PROBLEMS_DOCUMENTED})
def give_qr(request: HttpRequest, member_id: Path[MemberId], body: QrOrder) -> HttpResponse:
    """Gives the member's telephone a token that pays once. A lost answer: ask for another."""
    call = allow(request, Scope.QR_WRITE)
    require_wallet(call, member_id)
    token = qr.issue_token(
        call.conn, member_id=member_id, at_us=_MACHINE.now_us(), seconds=body.seconds
    )
    told = Qr(qr_token=token.token, expires_at=instant(token.expires_at_us))
    return HttpResponse(told.model_dump_json(), status=201, content_type="application/json")


@router.post(
    "/purchases", response={201: Outcome, **PROBLEMS_DOCUMENTED}, openapi_extra=ONCE, summary="Pay"
)
def pay(request: HttpRequest, body: QrPurchase) -> HttpResponse:
    """Takes a payment at a shop with the token that the member shows."""
    return do_once(request, Scope.PURCHASES_WRITE, lambda call: _pay(call, body))


def _pay(call: Call, body: QrPurchase) -> Work:
    try:
        answer = qr.pay_by_code(
            call.conn,
            call.ask,
            token=body.qr_token,
            shop_code=body.shop_code,
            amount_won=body.amount_won,
            key=call.key,
            machine_us=_MACHINE.now_us(),
            occurred_at_us=call.now_us(),
            coupon_id=body.coupon_id,
        )
    except qr.QrExpiredError:
        raise Problem("qr_expired") from None
    except qr.QrUsedError:
        raise Problem("qr_used") from None
    except qr.QrUnknownError:
        raise Problem("qr_unknown") from None
    return _outcome(answer, answer.member_id)


@router.get("/purchases/{receipt}", response={200: Receipt, **PROBLEMS_DOCUMENTED})
def get_receipt(
    request: HttpRequest, receipt: Path[ReceiptId], audience: Audience = Audience.CITIZEN
) -> Receipt:
    """The receipt of any movement; of a payment why every won came, and why others did not.

    The reasons are told to the citizen, or to the shop or the official where `audience` says so.
    """
    call = allow(request, Scope.HISTORY_READ)
    member_id, movement_id = read_receipt_id(receipt)
    found = find_movement(call.conn, member_id, movement_id)
    if found is None:
        raise Problem("not_found")
    return receipt_of(call.conn, member_id, found.line, call.language, found, audience)


@router.post(
    "/purchases/{receipt}/cancellation",
    response={201: Outcome, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def cancel(request: HttpRequest, receipt: Path[ReceiptId]) -> HttpResponse:
    """Undoes what is left of a payment: purses, incentive, budget and the month's bracket."""
    return do_once(request, Scope.PURCHASES_WRITE, lambda call: _cancel(call, receipt))


def _cancel(call: Call, receipt: str) -> Work:
    member_id, found = _get_payment(call, receipt)
    answer = call.ask(
        Cancel(
            key=call.key,
            occurred_at_us=call.now_us(),
            original_key=found.request_key,
            member_id=member_id,
        )
    )
    return _outcome(answer, member_id)


@router.post(
    "/purchases/{receipt}/refunds",
    response={201: Outcome, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def refund(request: HttpRequest, receipt: Path[ReceiptId], body: RefundOrder) -> HttpResponse:
    """Gives a part of a payment back, for goods that were returned."""
    return do_once(request, Scope.PURCHASES_WRITE, lambda call: _refund(call, receipt, body))


def _refund(call: Call, receipt: str, body: RefundOrder) -> Work:
    member_id, found = _get_payment(call, receipt)
    answer = call.ask(
        Refund(
            key=call.key,
            occurred_at_us=call.now_us(),
            amount_won=body.amount_won,
            shop_code=found.shop_code or "",
            original_id=found.line.movement_id,
            member_id=member_id,
        )
    )
    return _outcome(answer, member_id)


@router.get("/members/{member_id}/history", response={200: History, **PROBLEMS_DOCUMENTED})
def history(
    request: HttpRequest,
    member_id: Path[MemberId],
    cursor: Cursor | None = None,
    count: Count = 20,
) -> History:
    """The member's movements, the newest first; refused requests are among them."""
    call = allow(request, Scope.HISTORY_READ)
    require_wallet(call, member_id)
    before_id = int(cursor) if cursor else None
    lines = member_history(call.conn, member_id, before_id=before_id, count=count + 1)
    shown = lines[:count]
    return History(
        items=[receipt_of(call.conn, member_id, line, call.language) for line in shown],
        next_cursor=str(shown[-1].movement_id) if len(lines) > count else None,
    )


def _get_payment(call: Call, receipt: str) -> tuple[int, FoundMovement]:
    member_id, movement_id = read_receipt_id(receipt)
    found = find_movement(call.conn, member_id, movement_id)
    if found is None or found.line.kind not in PAYMENTS:
        raise Problem("not_found")
    return member_id, found


def _outcome(answer: Answer, member_id: int) -> Work:
    """What the engine answered; raises Declined when it refused."""
    if not answer.approved:
        raise Declined(answer.reason)
    return made(
        Outcome(
            receipt_id=receipt_id(member_id, answer.movement_id),
            approval_code=answer.approval_code,
            amount_won=answer.amount_won,
            charged_won=answer.charged_won,
            cashback_won=answer.cashback_won,
            allowance_won=answer.allowance_won,
            discount_won=answer.discount_won,
            coupon_won=answer.coupon_won,
            incentive_won=sum(line.won for line in answer.incentive),
            claim_won=answer.claim_won,
            charged_after_won=answer.charged_after_won,
            cashback_after_won=answer.cashback_after_won,
            allowance_after_won=answer.allowance_after_won,
        )
    )
