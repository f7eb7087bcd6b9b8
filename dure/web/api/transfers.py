"""Charges from a bank account and withdrawals to one, over the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from dure.wallets import charging
from dure.wallets.transfers import Purpose, TransferState, TransferUnknownError, get_transfer
from dure.wallets.transfers import Transfer as BankTransfer
from dure.web.api.bodies import MemberId, TopUp, Transfer, Withdrawal
from dure.web.api.calls import ONCE, Call, allow, do_once, instant, made
from dure.web.api.keys import Scope
from dure.web.api.members import require_wallet
from dure.web.api.once import Work
from dure.web.api.problems import Problem
from dure.web.api.refusals import PROBLEMS_DOCUMENTED, invalid
from dure.web.shared.bank import carry_on

router = Router(tags=["charges and withdrawals"])


@router.post(
    "/members/{member_id}/charges",
    response={201: Transfer, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def charge(request: HttpRequest, member_id: Path[MemberId], body: TopUp) -> HttpResponse:
    """Charges the wallet. When the bank is slow, `is_done` is false: ask for the state later."""
    return do_once(request, Scope.CHARGES_WRITE, lambda call: _charge(call, member_id, body))


def _charge(call: Call, member_id: int, body: TopUp) -> Work:
    require_wallet(call, member_id)
    try:
        transfer = charging.request_top_up(
            call.conn,
            key=call.key,
            member_id=member_id,
            amount_won=body.amount_won,
            account_ref=body.account_ref,
            at_us=call.now_us(),
        )
    except charging.AccountNotLinkedError:
        raise Problem("account_not_linked") from None
    except charging.KeyUsedForAnotherTransferError:
        raise Problem("idempotency_key_reused") from None
    except charging.AmountNotAllowedError:
        raise invalid("body.amount_won", "amount", call.language) from None
    return _as_far_as_it_goes(call, transfer)


@router.get(
    "/members/{member_id}/charges/{transfer_id}", response={200: Transfer, **PROBLEMS_DOCUMENTED}
)
def get_charge(
    request: HttpRequest, member_id: Path[MemberId], transfer_id: Path[MemberId]
) -> Transfer:
    """How far a charge is."""
    return _get(allow(request, Scope.WALLETS_READ), member_id, transfer_id, Purpose.TOP_UP)


@router.post(
    "/members/{member_id}/withdrawals",
    response={201: Transfer, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def withdraw(request: HttpRequest, member_id: Path[MemberId], body: Withdrawal) -> HttpResponse:
    """Pays charged money back to the bank account, by the ordinance's ratio."""
    return do_once(request, Scope.WITHDRAWALS_WRITE, lambda call: _withdraw(call, member_id, body))


def _withdraw(call: Call, member_id: int, body: Withdrawal) -> Work:
    require_wallet(call, member_id)
    try:
        transfer = charging.request_withdrawal(
            call.conn,
            key=call.key,
            member_id=member_id,
            account_ref=body.account_ref,
            at_us=call.now_us(),
            amount_won=body.amount_won or 0,
        )
    except charging.AccountNotLinkedError:
        raise Problem("account_not_linked") from None
    except charging.KeyUsedForAnotherTransferError:
        raise Problem("idempotency_key_reused") from None
    return _as_far_as_it_goes(call, transfer)


@router.get(
    "/members/{member_id}/withdrawals/{transfer_id}",
    response={200: Transfer, **PROBLEMS_DOCUMENTED},
)
def get_withdrawal(
    request: HttpRequest, member_id: Path[MemberId], transfer_id: Path[MemberId]
) -> Transfer:
    """How far a withdrawal is."""
    return _get(allow(request, Scope.WALLETS_READ), member_id, transfer_id, Purpose.WITHDRAWAL)


def _get(call: Call, member_id: int, transfer_id: int, purpose: Purpose) -> Transfer:
    try:
        transfer = get_transfer(call.conn, transfer_id)
    except TransferUnknownError:
        raise Problem("not_found") from None
    if transfer.member_id != member_id or transfer.purpose is not purpose:
        raise Problem("not_found")
    return _shown(transfer)


def _as_far_as_it_goes(call: Call, transfer: BankTransfer) -> Work:
    """Carries the transfer on now; where bank or engine are slow, the worker goes on with it."""
    transfer = carry_on(call.conn, call.ask, call.clock, transfer)
    return made(_shown(transfer), is_final=not transfer.is_open)


def _shown(transfer: BankTransfer) -> Transfer:
    refused = transfer.reason.name.lower() if transfer.reason else None
    return Transfer(
        transfer_id=transfer.transfer_id,
        member_id=transfer.member_id,
        amount_won=transfer.amount_won,
        state=TransferState(transfer.state).name.lower(),
        is_done=not transfer.is_open,
        reason=refused,
        asked_at=instant(transfer.asked_at_us),
    )
