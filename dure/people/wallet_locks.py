"""Locked wallets: by the member, by who has lost everything, by a guardian, by a desk.

See Note [Locks of several hands] in 0022_desk.sql.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.reasons import RETRY_CAN_HELP
from dure.authorization.requests import ChangeWallet
from dure.people.members import Ask, MemberNotFoundError, MemberRefusedError
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell


class Cause(IntEnum):
    """Whose hand locked a wallet, and so who may end the lock."""

    MEMBER = 1
    LOST = 2
    """By a code, by somebody who could not sign in: telephone and card are gone."""
    GUARDIAN = 3
    DESK = 4


class Lock(NamedTuple):
    """A lock that holds. `by_whom` is a member's number or an official's id.

    `began_at_us` is of the city's clock, `began_machine_us` of the machine's.
    """

    lock_id: int
    cause: Cause
    by_whom: str
    began_at_us: int
    began_machine_us: int


class Hand(NamedTuple):
    """Who locks or unlocks: by which right, and as whom."""

    cause: Cause
    by_whom: str


def lock_wallet(
    connection: Connection[Any],
    ask: Ask,
    *,
    key: bytes,
    member_id: int,
    hand: Hand,
    at_us: int,
    machine_now_us: int,
) -> None:
    """Locks a wallet: no payment, charge or withdrawal until every lock has ended.

    A hand that holds a lock already keeps it. The lock is written before the engine is asked; where
    the engine does not answer, EngineGone is raised, and the due job asks again. Raises
    MemberNotFoundError, MemberRefusedError.
    """
    _require_member(connection, member_id)
    with _one_at_a_time(connection, member_id):
        connection.execute(
            "INSERT INTO wallet_lock (member_id, cause, by_whom, began_at_us, began_machine_us, "
            "request_key) VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (member_id, int(hand.cause), hand.by_whom, at_us, machine_now_us, key),
        )
        _carry_out(connection, ask, key, member_id, at_us)
    _tell(connection, NoticeKind.WALLET_LOCKED, member_id, key, at_us)


def unlock_wallet(
    connection: Connection[Any],
    ask: Ask,
    *,
    key: bytes,
    member_id: int,
    lock_id: int,
    by_whom: str,
    at_us: int,
) -> bool:
    """Ends one lock; whether the wallet is open now. Who may end which lock, the caller decides.

    Raises MemberNotFoundError, MemberRefusedError, EngineGone.
    """
    _require_member(connection, member_id)
    with _one_at_a_time(connection, member_id):
        connection.execute(
            "UPDATE wallet_lock SET ended_at_us = %s, ended_by = %s, end_key = %s, settled = false "
            "WHERE lock_id = %s AND member_id = %s AND ended_at_us IS NULL",
            (at_us, by_whom, key, lock_id, member_id),
        )
        is_open = not _carry_out(connection, ask, key, member_id, at_us)
    if is_open:
        _tell(connection, NoticeKind.WALLET_UNLOCKED, member_id, key, at_us)
    return is_open


def locks_of(connection: Connection[Any], member_id: int) -> list[Lock]:
    """The locks that hold a member's wallet, the oldest first."""
    rows = connection.execute(
        "SELECT lock_id, cause, by_whom, began_at_us, began_machine_us FROM wallet_lock "
        "WHERE member_id = %s AND ended_at_us IS NULL ORDER BY lock_id",
        (member_id,),
    ).fetchall()
    return [Lock(row[0], Cause(row[1]), *row[2:]) for row in rows]


def settle_locks(connection: Connection[Any], ask: Ask, *, at_us: int, count: int = 100) -> int:
    """Asks the engine for locks whose asker did not hear its answer; gives how many members.

    The wallet of a member who has left stays as leaving made it. What the engine refuses for good
    is not asked again.
    """
    connection.execute(
        "UPDATE wallet_lock l SET settled = true FROM member m "
        "WHERE NOT l.settled AND m.member_id = l.member_id AND m.status <> 2"
    )
    rows = connection.execute(
        "SELECT member_id, min(lock_id) FROM wallet_lock WHERE NOT settled "
        "GROUP BY member_id ORDER BY 2 LIMIT %s",
        (count,),
    ).fetchall()
    for member_id, _ in rows:
        with _one_at_a_time(connection, member_id):
            newest = connection.execute(
                "SELECT request_key, end_key FROM wallet_lock WHERE member_id = %s AND NOT settled "
                "ORDER BY lock_id DESC LIMIT 1",
                (member_id,),
            ).fetchone()
            if newest is None:
                continue
            try:
                _carry_out(connection, ask, bytes(newest[1] or newest[0]), member_id, at_us)
            except MemberRefusedError as refused:
                if refused.reason not in RETRY_CAN_HELP:
                    _note_settled(connection, member_id)
    return len(rows)


def _carry_out(
    connection: Connection[Any], ask: Ask, key: bytes, member_id: int, at_us: int
) -> bool:
    """Brings the engine to what the rows say; whether the wallet is locked then.

    The key is made of the act and of the locks that hold: after another lock has come or gone the
    engine is asked anew, and otherwise not twice.
    """
    holding = [lock.lock_id for lock in locks_of(connection, member_id)]
    words = f"locks {member_id} {holding} ".encode()
    answer = ask(
        ChangeWallet(
            key=hashlib.sha256(words + key).digest()[:16],
            occurred_at_us=at_us,
            member_id=member_id,
            locked=bool(holding),
        )
    )
    if not answer.approved:
        raise MemberRefusedError(answer.reason)
    _note_settled(connection, member_id)
    return bool(holding)


def _note_settled(connection: Connection[Any], member_id: int) -> None:
    connection.execute(
        "UPDATE wallet_lock SET settled = true WHERE member_id = %s AND NOT settled", (member_id,)
    )


def _tell(
    connection: Connection[Any], kind: NoticeKind, member_id: int, key: bytes, at_us: int
) -> None:
    tell(
        connection, member_id=member_id, kind=kind, values={}, at_us=at_us,
        key=f"{kind} {key.hex()}",
    )  # fmt: skip


def _require_member(connection: Connection[Any], member_id: int) -> None:
    row = connection.execute(
        "SELECT 1 FROM member WHERE member_id = %s AND status = 2", (member_id,)
    ).fetchone()
    if row is None:
        raise MemberNotFoundError(member_id)


@contextmanager
def _one_at_a_time(connection: Connection[Any], member_id: int) -> Iterator[None]:
    """Who locks and who unlocks the same wallet come one after the other, the engine's part too."""
    name = f"wallet lock {member_id}"
    connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))
