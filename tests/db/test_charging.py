"""A top-up or withdrawal between a bank account and a wallet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, Purchase
from dure.engine.client import EngineGone
from dure.kernel.shards import shard_of_member
from dure.wallets.banking import BankAnswer, BankOutcome
from dure.wallets.charging import (
    USED_SHARE_BP,
    USED_SHARE_SMALL_BP,
    AccountNotLinkedError,
    AmountNotAllowedError,
    KeyUsedForAnotherTransferError,
    OwnCommitsNeededError,
    Till,
    advance,
    request_top_up,
    request_withdrawal,
    take_bank_answer,
)
from dure.wallets.simulated_bank import CITY, LATE_US, Manner, SimulatedBank
from dure.wallets.transfers import (
    Purpose,
    Transfer,
    TransferState,
    claim_due,
    find_return_of,
    get_transfer,
)
from tests.engines import SHOP_SEOGU, new_key

OpenMember = Callable[..., str]
KEY = b"top-up number  1"


def charged_won(till: Till, member_id: int) -> int:
    row = till.connection.execute(
        "SELECT charged_won FROM wallet WHERE shard = %s AND member_id = %s",
        (shard_of_member(member_id), member_id),
    ).fetchone()
    assert row is not None
    return int(row[0])


def cash_won(till: Till) -> int:
    row = till.connection.execute(
        "SELECT coalesce(sum(amount_won), 0) FROM entry WHERE account = 1100"
    ).fetchone()
    assert row is not None
    return int(row[0])


def top_up(
    till: Till, account: str, won: int = 50_000, key: bytes = KEY, **kwargs: Any
) -> Transfer:
    return request_top_up(
        till.connection,
        key=key,
        member_id=kwargs.pop("member_id", 7),
        amount_won=won,
        account_ref=account,
        at_us=till.clock.now_us(),
        **kwargs,
    )


def with_manner(till: Till, manner: Manner) -> Till:
    assert isinstance(till.bank, SimulatedBank)
    unruly = SimulatedBank(till.bank._connection, till.clock, lambda _: manner)
    return dataclasses.replace(till, bank=unruly)


def test_it_moves_money_from_the_bank_to_the_purse(
    till: Till, bank: SimulatedBank, open_member: OpenMember
) -> None:
    account = open_member(7)
    done = advance(till, top_up(till, account).transfer_id)
    assert done.state is TransferState.BOOKED
    assert charged_won(till, 7) == 50_000
    assert bank.balance_won(account) == 950_000
    assert bank.balance_won(CITY) == cash_won(till) == 50_000


def test_it_has_one_effect_when_asked_twice(
    till: Till, bank: SimulatedBank, open_member: OpenMember
) -> None:
    account = open_member(7)
    first = top_up(till, account)
    advance(till, first.transfer_id)
    again = top_up(till, account)
    assert again.transfer_id == first.transfer_id
    assert advance(till, again.transfer_id).state is TransferState.BOOKED
    assert charged_won(till, 7) == 50_000
    assert bank.balance_won(account) == 950_000


def test_it_is_refused_when_the_key_stands_for_another(till: Till, open_member: OpenMember) -> None:
    account = open_member(7)
    top_up(till, account)
    with pytest.raises(KeyUsedForAnotherTransferError):
        top_up(till, account, won=60_000)


@pytest.mark.parametrize("won", [0, -1, 10_000_001])
def test_it_is_refused_for_an_impossible_amount(
    till: Till, open_member: OpenMember, won: int
) -> None:
    with pytest.raises(AmountNotAllowedError):
        top_up(till, open_member(7), won=won)


def test_it_is_refused_for_an_account_of_somebody_else(till: Till, open_member: OpenMember) -> None:
    account = open_member(7)
    open_member(8)
    with pytest.raises(AccountNotLinkedError):
        top_up(till, account, member_id=8)


def test_it_commits_each_step_and_so_works_in_nobodys_transaction(
    till: Till, open_member: OpenMember
) -> None:
    transfer = top_up(till, open_member(7))
    with pytest.raises(OwnCommitsNeededError), till.connection.transaction():
        advance(till, transfer.transfer_id)


def test_it_fails_when_the_bank_account_is_empty(
    till: Till, bank: SimulatedBank, open_member: OpenMember
) -> None:
    account = open_member(7, bank_won=10_000)
    done = advance(till, top_up(till, account).transfer_id)
    assert done.state is TransferState.FAILED
    assert charged_won(till, 7) == 0
    assert bank.balance_won(account) == 10_000


@pytest.mark.parametrize("manner", [Manner.ANSWER_LOST, Manner.ORDER_LOST, Manner.DUPLICATE])
def test_it_arrives_once_though_the_network_fails(
    till: Till, bank: SimulatedBank, open_member: OpenMember, manner: Manner
) -> None:
    account = open_member(7)
    unruly = with_manner(till, manner)
    transfer = top_up(till, account)
    first = advance(unruly, transfer.transfer_id)
    expected = TransferState.BOOKED if manner is Manner.DUPLICATE else TransferState.UNKNOWN
    assert first.state is expected
    assert advance(unruly, transfer.transfer_id).state is TransferState.BOOKED
    assert charged_won(till, 7) == 50_000
    assert bank.balance_won(account) == 950_000


def test_it_waits_for_a_late_bank(till: Till, bank: SimulatedBank, open_member: OpenMember) -> None:
    account = open_member(7)
    unruly = with_manner(till, Manner.LATE)
    transfer = top_up(till, account)
    for _ in range(3):
        assert advance(unruly, transfer.transfer_id).state is TransferState.UNKNOWN
    assert bank.balance_won(account) == 1_000_000
    till.clock.advance(LATE_US)  # type: ignore[attr-defined]
    assert advance(unruly, transfer.transfer_id).state is TransferState.BOOKED
    assert bank.balance_won(account) == 950_000
    assert charged_won(till, 7) == 50_000


def test_it_is_put_off_while_the_bank_is_silent(till: Till, open_member: OpenMember) -> None:
    transfer = top_up(till, open_member(7))
    assert claim_due(till.connection, 10) == [transfer.transfer_id]
    assert claim_due(till.connection, 10) == []
    advance(with_manner(till, Manner.LATE), transfer.transfer_id)
    assert get_transfer(till.connection, transfer.transfer_id).tries == 1


def test_it_takes_a_repeated_answer_of_the_bank_once(till: Till, open_member: OpenMember) -> None:
    transfer = top_up(till, open_member(7))
    advance(with_manner(till, Manner.ANSWER_LOST), transfer.transfer_id)
    unknown = get_transfer(till.connection, transfer.transfer_id)
    for outcome in (BankOutcome.CONFIRMED, BankOutcome.CONFIRMED, BankOutcome.FAILED):
        take_bank_answer(till, unknown, BankAnswer(outcome))
    assert get_transfer(till.connection, transfer.transfer_id).state is TransferState.CONFIRMED


def test_it_goes_back_to_the_bank_when_it_is_over_a_limit(
    till: Till, bank: SimulatedBank, open_member: OpenMember
) -> None:
    account = open_member(7, level=1)  # Unnamed: 500,000 won at most.
    done = advance(till, top_up(till, account, won=500_001).transfer_id)
    assert done.state is TransferState.RETURNED
    assert done.reason is DeclineReason.OVER_HOLDING_LIMIT
    returned = find_return_of(till.connection, done.transfer_id)
    assert returned is not None
    assert returned.purpose is Purpose.RETURN
    assert returned.state is TransferState.BOOKED
    assert charged_won(till, 7) == 0
    assert bank.balance_won(account) == 1_000_000
    assert bank.balance_won(CITY) == cash_won(till) == 0


def test_it_never_goes_backward(till: Till, open_member: OpenMember) -> None:
    done = advance(till, top_up(till, open_member(7)).transfer_id)
    with pytest.raises(psycopg.errors.RestrictViolation):
        till.connection.execute(
            "UPDATE bank_transfer SET state = 1 WHERE transfer_id = %s", (done.transfer_id,)
        )
    with pytest.raises(psycopg.errors.RestrictViolation):
        till.connection.execute(
            "UPDATE bank_transfer SET amount_won = 1 WHERE transfer_id = %s", (done.transfer_id,)
        )


def withdraw(till: Till, account: str, won: int = 0, **kwargs: Any) -> Transfer:
    return request_withdrawal(
        till.connection,
        key=b"withdrawal num 1",
        member_id=7,
        account_ref=account,
        at_us=till.clock.now_us(),
        amount_won=won,
        **kwargs,
    )


def spend(till: Till, won: int) -> None:
    if won:
        answer = till.ask(
            Purchase(
                key=new_key(), occurred_at_us=till.clock.now_us(), shop_code=SHOP_SEOGU,
                amount_won=won, channel=2, member_id=7,
            )
        )  # fmt: skip
        assert answer.approved


@pytest.mark.parametrize(
    ("used_won", "share_bp", "given_won"),
    [
        (30_000, USED_SHARE_BP, 20_000),  # 60% of 50,000.
        (29_999, USED_SHARE_BP, None),
        (40_000, USED_SHARE_SMALL_BP, 10_000),
        (39_999, USED_SHARE_SMALL_BP, None),
    ],
)
def test_it_gives_the_rest_back_after_the_ordinance_s_share_is_used(
    till: Till, open_member: OpenMember, used_won: int, share_bp: int, given_won: int | None
) -> None:
    account = open_member(7)
    advance(till, top_up(till, account).transfer_id)
    spend(till, used_won)
    done = advance(till, withdraw(till, account, used_share_bp_min=share_bp).transfer_id)
    if given_won is None:
        assert done.reason is DeclineReason.REFUND_RATIO_NOT_REACHED
        assert charged_won(till, 7) == 50_000 - used_won
    else:
        assert (done.state, done.amount_won) == (TransferState.BOOKED, given_won)
        assert charged_won(till, 7) == 0


def test_it_gives_an_unused_charge_back_whole(
    till: Till, bank: SimulatedBank, open_member: OpenMember
) -> None:
    account = open_member(7)
    advance(till, top_up(till, account).transfer_id)
    done = advance(till, withdraw(till, account).transfer_id)
    assert done.state is TransferState.BOOKED
    assert done.amount_won == 50_000
    assert charged_won(till, 7) == 0
    assert bank.balance_won(account) == 1_000_000
    assert bank.balance_won(CITY) == cash_won(till) == 0


def test_it_gives_nothing_back_where_there_is_nothing(
    till: Till, bank: SimulatedBank, open_member: OpenMember
) -> None:
    account = open_member(7)
    done = advance(till, withdraw(till, account).transfer_id)
    assert done.state is TransferState.REFUSED
    assert done.reason is DeclineReason.REFUND_RATIO_NOT_REACHED
    assert bank.balance_won(account) == 1_000_000


@pytest.mark.parametrize("used_won", [0, 40_000])
def test_it_returns_to_the_purse_when_the_bank_cannot_pay_it_out(
    till: Till, bank: SimulatedBank, open_member: OpenMember, used_won: int
) -> None:
    """Whether the charge is given back unused, or as the rest after most of it was used."""
    account = open_member(7)
    advance(till, top_up(till, account).transfer_id)
    spend(till, used_won)
    transfer = withdraw(till, account)
    done = advance(with_manner(till, Manner.FAILED), transfer.transfer_id)
    assert done.state is TransferState.RETURNED
    assert charged_won(till, 7) == 50_000 - used_won
    assert bank.balance_won(account) == 950_000


class KilledError(BaseException):
    """Stands for kill -9: nothing after it runs."""


class Mortal:
    """A till whose process dies at one of its calls to bank or engine, before or after it."""

    def __init__(self, till: Till, dies_at: int, *, after: bool) -> None:
        self._till = till
        self._left = dies_at
        self._after = after
        self.till = dataclasses.replace(till, bank=self, ask=self.ask)

    def _call(self, call: Callable[[], Any]) -> Any:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise KilledError
        result = call()
        if self._left == 0:
            raise KilledError
        return result

    def ask(self, request: AnyRequest) -> Answer:
        answer: Answer = self._call(lambda: self._till.ask(request))
        return answer

    def debit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        answer: BankAnswer = self._call(
            lambda: self._till.bank.debit(reference, account_ref, amount_won)
        )
        return answer

    def credit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        answer: BankAnswer = self._call(
            lambda: self._till.bank.credit(reference, account_ref, amount_won)
        )
        return answer

    def inquire(self, reference: str) -> BankAnswer:
        answer: BankAnswer = self._call(lambda: self._till.bank.inquire(reference))
        return answer


def die_and_go_on(till: Till, transfer_id: int, dies_at: int, *, after: bool) -> bool:
    """Advances until death, then anew until nothing is open; whether it died at all."""
    died = False
    try:
        advance(Mortal(till, dies_at, after=after).till, transfer_id)
    except KilledError:
        died = True
    while claim := advance_due(till):
        assert claim < 10
    return died


def advance_due(till: Till) -> int:
    till.connection.execute("UPDATE bank_transfer SET due_at = now() - interval '1 second'")
    due = claim_due(till.connection, 10)
    for transfer_id in due:
        advance(till, transfer_id)
    return len(due)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("level", [1, 2])
def test_it_ends_exactly_once_wherever_the_process_is_killed(
    till: Till, bank: SimulatedBank, open_member: OpenMember, level: int, after: bool
) -> None:
    """Level 2 is charged and withdrawn again; level 1 is over its limit and sent back."""
    deaths = 0
    for dies_at in range(1, 10):
        member_id = 100 + dies_at
        account = open_member(member_id, level=level)
        key = member_id.to_bytes(16, "little")
        transfer = top_up(till, account, won=600_000, key=key, member_id=member_id)
        died = die_and_go_on(till, transfer.transfer_id, dies_at, after=after)
        deaths += died
        kept_won = 600_000 if level == 2 else 0
        assert charged_won(till, member_id) == kept_won
        assert bank.balance_won(account) == 1_000_000 - kept_won
        if level == 2:
            leaving = request_withdrawal(
                till.connection, key=key[::-1], member_id=member_id, account_ref=account,
                at_us=till.clock.now_us(),
            )  # fmt: skip
            died = die_and_go_on(till, leaving.transfer_id, dies_at, after=after)
            deaths += died
            assert charged_won(till, member_id) == 0
            assert bank.balance_won(account) == 1_000_000
        if not died:
            break
    assert deaths >= 4
    assert bank.balance_won(CITY) == cash_won(till) == 0


def test_it_waits_while_the_engine_is_away(
    till: Till, bank: SimulatedBank, open_member: OpenMember
) -> None:
    def gone(_: AnyRequest) -> Answer:
        raise EngineGone

    account = open_member(7)
    transfer = top_up(till, account)
    with pytest.raises(EngineGone):
        advance(dataclasses.replace(till, ask=gone), transfer.transfer_id)
    assert get_transfer(till.connection, transfer.transfer_id).state is TransferState.CONFIRMED
    assert advance(till, transfer.transfer_id).state is TransferState.BOOKED
    assert bank.balance_won(account) == 950_000
