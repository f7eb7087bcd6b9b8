"""A bank for tests and demonstrations: its own durable books, and the failings of a real one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from psycopg import Connection

from dure.kernel.clock import Clock
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.wallets.banking import BankAnswer, BankOutcome, BankSilentError

CITY = "city"
LATE_US = 30 * 1_000_000


class Manner(IntEnum):
    """How the bank behaves on the first hearing of an order; every repeat is PROMPT."""

    PROMPT = 0
    LATE = 1
    FAILED = 2
    DUPLICATE = 3
    ANSWER_LOST = 4
    ORDER_LOST = 5


@dataclass(frozen=True, slots=True)
class Manners:
    """Shares of orders in basis points that go each way; which, the reference itself decides."""

    late_bp: int = 0
    failed_bp: int = 0
    duplicate_bp: int = 0
    answer_lost_bp: int = 0
    order_lost_bp: int = 0
    late_us: int = LATE_US

    def __call__(self, reference: str) -> Manner:
        draw = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:8], "big")
        left = draw % BASIS_POINTS_WHOLE
        shares = (
            (Manner.LATE, self.late_bp),
            (Manner.FAILED, self.failed_bp),
            (Manner.DUPLICATE, self.duplicate_bp),
            (Manner.ANSWER_LOST, self.answer_lost_bp),
            (Manner.ORDER_LOST, self.order_lost_bp),
        )
        for manner, share_bp in shares:
            if left < share_bp:
                return manner
            left -= share_bp
        return Manner.PROMPT


class SimulatedBank:
    """A bank with books of its own in the schema bank_simulator.

    It needs a connection of its own: what it has done stays done when its caller fails. The city's
    account holds what was debited and not yet credited back. It behaves as `behave` last said, in
    every process; `manner_of` overrules that for one.
    """

    def __init__(
        self,
        connection: Connection[Any],
        clock: Clock,
        manner_of: Callable[[str], Manner] | None = None,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._manner_of = manner_of

    def behave(self, manners: Manners) -> None:
        """From now on the bank behaves like this, whoever speaks to it."""
        self._connection.execute(
            "UPDATE bank_simulator.manners SET late_bp = %s, failed_bp = %s, duplicate_bp = %s, "
            "answer_lost_bp = %s, order_lost_bp = %s, late_us = %s",
            (
                manners.late_bp, manners.failed_bp, manners.duplicate_bp,
                manners.answer_lost_bp, manners.order_lost_bp, manners.late_us,
            ),
        )  # fmt: skip

    def open_account(self, account_ref: str, balance_won: int) -> None:
        """Opens an account, or sets the balance of one that is there."""
        with self._connection.transaction():
            self._connection.execute(
                "INSERT INTO bank_simulator.account VALUES (%s, %s) "
                "ON CONFLICT (account_ref) DO UPDATE SET balance_won = excluded.balance_won",
                (account_ref, balance_won),
            )

    def balance_won(self, account_ref: str) -> int:
        """What lies on the account, with all that is due by now; KeyError when there is none."""
        with self._one_at_a_time():
            self._carry_out_due()
            row = self._connection.execute(
                "SELECT balance_won FROM bank_simulator.account WHERE account_ref = %s",
                (account_ref,),
            ).fetchone()
        if row is None:
            raise KeyError(account_ref)
        return int(row[0])

    def debit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        return self._hear(reference, account_ref, amount_won)

    def credit(self, reference: str, account_ref: str, amount_won: int) -> BankAnswer:
        return self._hear(reference, account_ref, -amount_won)

    def inquire(self, reference: str) -> BankAnswer:
        with self._one_at_a_time():
            self._carry_out_due()
            return self._state_of(reference)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        # Two orders that each carry out what else is due could wait for each other.
        with self._connection.transaction():
            self._connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('bank_simulator', 0))"
            )
            yield

    def _manners(self) -> Manners:
        row = self._connection.execute(
            "SELECT late_bp, failed_bp, duplicate_bp, answer_lost_bp, order_lost_bp, late_us "
            "FROM bank_simulator.manners"
        ).fetchone()
        return Manners() if row is None else Manners(*row)

    def _hear(self, reference: str, account_ref: str, to_city_won: int) -> BankAnswer:
        with self._one_at_a_time():
            manners = self._manners()
            manner = self._mishap(reference, self._manner_of or manners)
            late_us = manners.late_us if manner is Manner.LATE else 0
            why = "refused by the bank" if manner is Manner.FAILED else None
            answer = None
            if manner is not Manner.ORDER_LOST:
                answer = self._take_order(reference, account_ref, to_city_won, late_us, why)
            if manner is Manner.DUPLICATE:
                answer = self._take_order(reference, account_ref, to_city_won, 0, None)
        if answer is None or manner in (Manner.LATE, Manner.ANSWER_LOST):
            raise BankSilentError(reference)
        if answer.outcome is BankOutcome.PENDING:
            raise BankSilentError(reference)
        return answer

    def _mishap(self, reference: str, manner_of: Callable[[str], Manner]) -> Manner:
        manner = manner_of(reference)
        if manner is Manner.PROMPT:
            return manner
        cursor = self._connection.execute(
            "INSERT INTO bank_simulator.mishap VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (reference, int(manner)),
        )
        return manner if cursor.rowcount else Manner.PROMPT

    def _take_order(
        self, reference: str, account_ref: str, to_city_won: int, late_us: int, why: str | None
    ) -> BankAnswer:
        self._connection.execute(
            "INSERT INTO bank_simulator.ordered "
            "(reference, account_ref, amount_won, done_at_us, failed_why) "
            "VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (reference) DO UPDATE SET times_heard = ordered.times_heard + 1",
            (
                reference,
                account_ref,
                to_city_won,
                self._clock.now_us() + late_us,
                why,
            ),
        )
        self._carry_out_due()
        return self._state_of(reference)

    def _state_of(self, reference: str) -> BankAnswer:
        row = self._connection.execute(
            "SELECT done, failed_why FROM bank_simulator.ordered WHERE reference = %s",
            (reference,),
        ).fetchone()
        if row is None:
            return BankAnswer(BankOutcome.NOT_SEEN)
        if row[1] is not None:
            return BankAnswer(BankOutcome.FAILED, row[1])
        return BankAnswer(BankOutcome.CONFIRMED if row[0] else BankOutcome.PENDING)

    def _carry_out_due(self) -> None:
        """Carries out, in order of their time, all orders whose time has come."""
        due = self._connection.execute(
            "SELECT reference, account_ref, amount_won FROM bank_simulator.ordered "
            "WHERE NOT done AND failed_why IS NULL AND done_at_us <= %s "
            "ORDER BY done_at_us, reference FOR UPDATE",
            (self._clock.now_us(),),
        ).fetchall()
        for reference, account_ref, to_city_won in due:
            giver, taker = (account_ref, CITY) if to_city_won > 0 else (CITY, account_ref)
            why = self._move(giver, taker, abs(to_city_won))
            self._connection.execute(
                "UPDATE bank_simulator.ordered SET done = %s, failed_why = %s WHERE reference = %s",
                (why is None, why, reference),
            )

    def _move(self, giver: str, taker: str, amount_won: int) -> str | None:
        """Moves money between two accounts; None when done, else why not."""
        balances = dict(
            self._connection.execute(
                "SELECT account_ref, balance_won FROM bank_simulator.account "
                "WHERE account_ref = ANY(%s) ORDER BY account_ref FOR UPDATE",
                ([giver, taker],),
            ).fetchall()
        )
        if len(balances) < 2:
            return "no such account"
        if balances[giver] < amount_won:
            return "not enough money on the account"
        self._connection.execute(
            "UPDATE bank_simulator.account SET balance_won = balance_won "
            "+ CASE WHEN account_ref = %s THEN %s ELSE -%s END WHERE account_ref = ANY(%s)",
            (taker, amount_won, amount_won, [giver, taker]),
        )
        return None
