"""Automatic top-ups: as soon as a wallet's free charged money is below what its member chose."""

from __future__ import annotations

import hashlib
from typing import Any

from psycopg import Connection

from dure.authorization.facts import WALLET_OPEN
from dure.kernel.calendar import DAY_US
from dure.kernel.shards import SHARDS, shard_of_member
from dure.wallets.charging import TOP_UP_WON_MAX, AccountNotLinkedError, AmountNotAllowedError
from dure.wallets.transfers import Purpose, insert_transfer

AUTO_CHARGE_WON_MIN = 10_000
"""Each automatic charge is a transfer that the city pays for: no wallet is filled won by won."""
FAILURES_MAX = 3
"""After so many refusals in a row the automatic charge waits for its member."""


def set_auto_charge(
    connection: Connection[Any],
    *,
    member_id: int,
    threshold_won: int,
    amount_won: int,
    account_ref: str,
) -> None:
    """Turns the automatic charge on, or changes it.

    Raises AmountNotAllowedError (below AUTO_CHARGE_WON_MIN too) and AccountNotLinkedError.
    """
    is_amount = AUTO_CHARGE_WON_MIN <= amount_won <= TOP_UP_WON_MAX
    if not (is_amount and 0 < threshold_won <= TOP_UP_WON_MAX):
        raise AmountNotAllowedError(amount_won)
    cursor = connection.execute(
        "INSERT INTO auto_charge (shard, member_id, threshold_won, amount_won, account_ref) "
        "SELECT %s, member_id, %s, %s, account_ref FROM linked_account "
        "WHERE account_ref = %s AND member_id = %s AND unlinked_at_us IS NULL "
        "ON CONFLICT (shard, member_id) DO UPDATE "
        "SET threshold_won = excluded.threshold_won, amount_won = excluded.amount_won, "
        "    account_ref = excluded.account_ref, active = true, failures = 0, not_before_us = 0",
        (shard_of_member(member_id), threshold_won, amount_won, account_ref, member_id),
    )
    if not cursor.rowcount:
        raise AccountNotLinkedError(account_ref)


def stop_auto_charge(connection: Connection[Any], member_id: int) -> bool:
    """Turns the automatic charge off; False when it was not on."""
    cursor = connection.execute(
        "UPDATE auto_charge SET active = false WHERE shard = %s AND member_id = %s AND active",
        (shard_of_member(member_id), member_id),
    )
    return bool(cursor.rowcount)


def request_due_auto_charges(
    connection: Connection[Any], *, at_us: int, shards: range = range(SHARDS), count: int = 100
) -> int:
    """Requests a top-up for wallets of these shards that have fallen below; gives how many.

    One automatic top-up of a member is under way at a time (a unique index sees to it too), and
    one that was refused is tried again a day later, FAILURES_MAX times in all. A locked wallet
    takes no charge, so nothing is debited for one: neither a thief's nor of who has left.
    """
    with connection.transaction():
        _learn_from_outcomes(connection, at_us, shards)
        due = connection.execute(
            "SELECT a.shard, a.member_id, a.amount_won, a.account_ref, a.times "
            "FROM auto_charge a JOIN wallet w ON w.shard = a.shard AND w.member_id = a.member_id "
            "WHERE a.shard >= %s AND a.shard < %s AND a.active AND a.under_way IS NULL "
            "AND w.status = %s "
            "AND a.not_before_us <= %s AND w.charged_won - w.held_won < a.threshold_won "
            "ORDER BY a.shard, a.member_id LIMIT %s FOR UPDATE OF a SKIP LOCKED",
            (shards.start, shards.stop, WALLET_OPEN, at_us, count),
        ).fetchall()
        for shard, member_id, amount_won, account_ref, times in due:
            transfer_id = insert_transfer(
                connection,
                key=_key_of(member_id, times),
                member_id=member_id,
                purpose=Purpose.TOP_UP,
                amount_won=amount_won,
                account_ref=account_ref,
                asked_at_us=at_us,
                automatic=True,
            )
            connection.execute(
                "UPDATE auto_charge SET times = times + 1, under_way = %s "
                "WHERE shard = %s AND member_id = %s",
                (transfer_id, shard, member_id),
            )
    return len(due)


def _key_of(member_id: int, times: int) -> bytes:
    return hashlib.sha256(f"auto-charge {member_id} {times}".encode()).digest()[:16]


def _learn_from_outcomes(connection: Connection[Any], at_us: int, shards: range) -> None:
    """Takes note of top-ups that have ended: who was refused is put off, and in the end stopped."""
    connection.execute(
        "UPDATE auto_charge a SET under_way = NULL, "
        "failures = CASE WHEN t.state = 7 THEN 0 ELSE a.failures + 1 END, "
        "active = a.active AND (t.state = 7 OR a.failures + 1 < %s), "
        "not_before_us = CASE WHEN t.state = 7 THEN a.not_before_us ELSE %s END "
        "FROM bank_transfer t WHERE t.transfer_id = a.under_way AND t.state > 5 "
        "AND a.shard >= %s AND a.shard < %s",
        (FAILURES_MAX, at_us + DAY_US, shards.start, shards.stop),
    )
