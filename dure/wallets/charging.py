"""Top-ups from a bank account and withdrawals to one: asked for once, carried out exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.pq import TransactionStatus

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import (
    AnyRequest,
    Charge,
    ReturnCharge,
    SettleWithdrawal,
    Withdraw,
)
from dure.kernel.clock import Clock
from dure.kernel.shards import shard_of_member
from dure.ledger.movement import MovementKind
from dure.wallets.banking import Bank, BankAnswer, BankOutcome, BankSilentError
from dure.wallets.transfers import (
    Purpose,
    Transfer,
    TransferState,
    derived_key,
    find_return_of,
    find_transfer,
    get_transfer,
    insert_transfer,
    move,
    put_off,
)

Ask = Callable[[AnyRequest], Answer]

TOP_UP_WON_MAX = 10_000_000
USED_SHARE_BP = 6_000
"""How much of a charge must be used before the rest is paid out: 60%."""
USED_SHARE_SMALL_BP = 8_000
"""The same for small vouchers (10,000 won and less): 80%."""
SMALL_VOUCHER_WON = 10_000


class KeyUsedForAnotherTransferError(Exception):
    """The key was used before for a transfer of another amount, account or member."""


class AmountNotAllowedError(ValueError):
    """A transfer is of at least one won and of at most TOP_UP_WON_MAX."""


class OwnCommitsNeededError(Exception):
    """Each step must be durable before the next call: not inside somebody's transaction."""


class AccountNotLinkedError(LookupError):
    """The bank account is not (or no longer) linked to this member."""


@dataclass(frozen=True, slots=True)
class Till:
    """What carrying out a transfer needs: our connection (autocommit), bank, engine and clock."""

    connection: Connection[Any]
    bank: Bank
    ask: Ask
    clock: Clock


def request_top_up(
    connection: Connection[Any],
    *,
    key: bytes,
    member_id: int,
    amount_won: int,
    account_ref: str,
    at_us: int,
    automatic: bool = False,
) -> Transfer:
    """Records that a member wants to top up; `advance` carries it out.

    The same key again gives the transfer that is there. Raises AmountNotAllowedError,
    AccountNotLinkedError, KeyUsedForAnotherTransferError.
    """
    if not 0 < amount_won <= TOP_UP_WON_MAX:
        raise AmountNotAllowedError(amount_won)
    return _request(
        connection, Purpose.TOP_UP, key, member_id, amount_won, account_ref, at_us, automatic
    )


def request_withdrawal(
    connection: Connection[Any],
    *,
    key: bytes,
    member_id: int,
    account_ref: str,
    at_us: int,
    amount_won: int = 0,
    used_share_bp_min: int = USED_SHARE_BP,
) -> Transfer:
    """Records that a member wants charged money back; 0 won asks for all that may be refunded.

    The ordinance's ratio is `used_share_bp_min`; what was charged in the last seven days and not
    used is refunded in full (the engine knows the lots). Raises as `request_top_up` does.
    """
    if not 0 <= amount_won <= TOP_UP_WON_MAX:
        raise AmountNotAllowedError(amount_won)
    return _request(
        connection, Purpose.WITHDRAWAL, key, member_id, amount_won, account_ref, at_us,
        False, used_share_bp_min,
    )  # fmt: skip


def _request(
    connection: Connection[Any],
    purpose: Purpose,
    key: bytes,
    member_id: int,
    amount_won: int,
    account_ref: str,
    at_us: int,
    automatic: bool,
    used_share_bp_min: int = 0,
) -> Transfer:
    with connection.transaction():
        if not _is_linked(connection, member_id, account_ref):
            raise AccountNotLinkedError(account_ref)
        added = insert_transfer(
            connection, key=key, member_id=member_id, purpose=purpose, amount_won=amount_won,
            account_ref=account_ref, asked_at_us=at_us, automatic=automatic,
            used_share_bp_min=used_share_bp_min,
        )  # fmt: skip
        found = find_transfer(connection, key)
    if found is None:
        raise KeyUsedForAnotherTransferError(key.hex())
    same = (found.member_id, found.purpose, found.account_ref) == (member_id, purpose, account_ref)
    amount_is_open = purpose is Purpose.WITHDRAWAL and amount_won == 0
    if added is None and not (same and (amount_is_open or found.amount_won == amount_won)):
        raise KeyUsedForAnotherTransferError(key.hex())
    return found


def _is_linked(connection: Connection[Any], member_id: int, account_ref: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM linked_account "
        "WHERE account_ref = %s AND member_id = %s AND unlinked_at_us IS NULL",
        (account_ref, member_id),
    ).fetchone()
    return row is not None


def advance(till: Till, transfer_id: int) -> Transfer:
    """Takes a transfer as far as it goes now and gives it as it then stands.

    May be called at any time, by anybody, any number of times. A bank or engine that does not
    answer leaves the transfer for later; what the engine client raises when it has gone, passes.
    """
    idle = till.connection.info.transaction_status is TransactionStatus.IDLE
    if not (till.connection.autocommit and idle):
        raise OwnCommitsNeededError(transfer_id)
    transfer = get_transfer(till.connection, transfer_id)
    # A transfer has at most six steps; somebody else may do some of them meanwhile.
    while transfer.is_open:
        if not _step(till, transfer):
            put_off(till.connection, get_transfer(till.connection, transfer_id))
            break
        transfer = get_transfer(till.connection, transfer_id)
    if transfer.purpose is Purpose.TOP_UP and transfer.state is TransferState.RETURNED:
        given_back = find_return_of(till.connection, transfer_id)
        if given_back is not None and given_back.is_open:
            advance(till, given_back.transfer_id)
    return get_transfer(till.connection, transfer_id)


def _step(till: Till, transfer: Transfer) -> bool:
    """Does the next step; False when it must wait."""
    match transfer.purpose, transfer.state:
        case Purpose.WITHDRAWAL, TransferState.REQUESTED:
            return _take_from_purse(till, transfer)
        case _, TransferState.REQUESTED | TransferState.TAKEN:
            return _send(till, transfer)
        case _, TransferState.SENT | TransferState.UNKNOWN:
            return _find_out(till, transfer)
        case Purpose.TOP_UP, TransferState.CONFIRMED:
            return _book_top_up(till, transfer)
        case Purpose.RETURN, TransferState.CONFIRMED:
            return _book_return(till, transfer)
        case Purpose.WITHDRAWAL, TransferState.CONFIRMED | TransferState.FAILED:
            return _settle_withdrawal(till, transfer)
        case _:
            raise AssertionError(f"no step for {transfer}")


def _send(till: Till, transfer: Transfer) -> bool:
    # The mark comes before the call: a transfer that is not SENT is surely not at the bank.
    if move(till.connection, transfer, TransferState.SENT):
        return _order(till, get_transfer(till.connection, transfer.transfer_id))
    return True


def _order(till: Till, transfer: Transfer) -> bool:
    order = till.bank.debit if transfer.purpose is Purpose.TOP_UP else till.bank.credit
    try:
        answer = order(transfer.reference, transfer.account_ref, transfer.amount_won)
    except BankSilentError:
        return _not_known(till, transfer)
    return take_bank_answer(till, transfer, answer)


def _find_out(till: Till, transfer: Transfer) -> bool:
    """A transfer whose order may have reached the bank: ask what became of it.

    What the bank has not seen is ordered again under the same reference, so an order that is only
    slow on its way makes no second one.
    """
    try:
        answer = till.bank.inquire(transfer.reference)
    except BankSilentError:
        return _not_known(till, transfer)
    if answer.outcome is BankOutcome.NOT_SEEN:
        return _order(till, transfer)
    return take_bank_answer(till, transfer, answer)


def _not_known(till: Till, transfer: Transfer) -> bool:
    if transfer.state is TransferState.SENT:
        move(till.connection, transfer, TransferState.UNKNOWN)
    return False


def take_bank_answer(till: Till, transfer: Transfer, answer: BankAnswer) -> bool:
    """Takes an answer of the bank, first or repeated; False when it decides nothing yet."""
    if answer.outcome in (BankOutcome.PENDING, BankOutcome.NOT_SEEN):
        return _not_known(till, transfer)
    confirmed = answer.outcome is BankOutcome.CONFIRMED
    move(
        till.connection,
        transfer,
        TransferState.CONFIRMED if confirmed else TransferState.FAILED,
        settled_at_us=till.clock.now_us(),
        note=answer.why,
    )
    return True


def _settled_at_us(transfer: Transfer) -> int:
    return transfer.asked_at_us if transfer.settled_at_us is None else transfer.settled_at_us


def _book_top_up(till: Till, transfer: Transfer) -> bool:
    answer = till.ask(
        Charge(
            key=transfer.request_key,
            occurred_at_us=_settled_at_us(transfer),
            member_id=transfer.member_id,
            amount_won=transfer.amount_won,
        )
    )
    if answer.retry_can_help:
        return False
    if answer.approved:
        move(till.connection, transfer, TransferState.BOOKED, movement_id=answer.movement_id)
        return True
    _give_back(till, transfer, answer)
    return True


def _give_back(till: Till, transfer: Transfer, answer: Answer) -> None:
    """The engine did not take a top-up: note why, and order its return, in one transaction."""
    with till.connection.transaction():
        moved = move(
            till.connection,
            transfer,
            TransferState.RETURNED,
            reason=answer.reason,
            in_suspense=_is_in_suspense(till, transfer),
            movement_id=answer.movement_id,
        )
        if moved:
            insert_transfer(
                till.connection,
                key=derived_key(transfer.request_key, "return"),
                member_id=transfer.member_id,
                purpose=Purpose.RETURN,
                amount_won=transfer.amount_won,
                account_ref=transfer.account_ref,
                asked_at_us=_settled_at_us(transfer),
                returns=transfer.transfer_id,
            )


def _is_in_suspense(till: Till, transfer: Transfer) -> bool:
    """Whether the journal has the top-up in suspense; it has not where no wallet was known."""
    row = till.connection.execute(
        "SELECT kind FROM journal WHERE shard = %s AND request_key = %s",
        (shard_of_member(transfer.member_id), transfer.request_key),
    ).fetchone()
    return row is not None and row[0] == MovementKind.CHARGE_SUSPENDED


def _book_return(till: Till, transfer: Transfer) -> bool:
    assert transfer.returns is not None
    original = get_transfer(till.connection, transfer.returns)
    movement_id = None
    if original.in_suspense:
        answer = till.ask(
            ReturnCharge(
                key=transfer.request_key,
                occurred_at_us=_settled_at_us(transfer),
                member_id=transfer.member_id,
                amount_won=transfer.amount_won,
                original_key=original.request_key,
            )
        )
        if not answer.approved:
            _note_refusal(till, transfer, answer.reason)
            return False
        movement_id = answer.movement_id
    move(till.connection, transfer, TransferState.BOOKED, movement_id=movement_id)
    return True


def _take_from_purse(till: Till, transfer: Transfer) -> bool:
    answer = till.ask(
        Withdraw(
            key=transfer.request_key,
            occurred_at_us=transfer.asked_at_us,
            member_id=transfer.member_id,
            used_share_bp_min=transfer.used_share_bp_min,
            amount_won=transfer.amount_won,
        )
    )
    if answer.retry_can_help:
        return False
    if answer.approved:
        move(
            till.connection,
            transfer,
            TransferState.TAKEN,
            amount_won=answer.amount_won,
            movement_id=answer.movement_id,
        )
    else:
        move(till.connection, transfer, TransferState.REFUSED, reason=answer.reason)
    return True


def _settle_withdrawal(till: Till, transfer: Transfer) -> bool:
    paid = transfer.state is TransferState.CONFIRMED
    answer = till.ask(
        SettleWithdrawal(
            key=derived_key(transfer.request_key, "settle"),
            occurred_at_us=_settled_at_us(transfer),
            member_id=transfer.member_id,
            original_key=transfer.request_key,
            paid=paid,
        )
    )
    if not answer.approved:
        _note_refusal(till, transfer, answer.reason)
        return False
    move(till.connection, transfer, TransferState.BOOKED if paid else TransferState.RETURNED)
    return True


def _note_refusal(till: Till, transfer: Transfer, reason: DeclineReason) -> None:
    """The engine should not refuse this: keep the reason in sight and try again later."""
    till.connection.execute(
        "UPDATE bank_transfer SET reason = %s WHERE transfer_id = %s",
        (int(reason), transfer.transfer_id),
    )
