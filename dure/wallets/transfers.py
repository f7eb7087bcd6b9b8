"""Bank transfers as rows: their states, and the statements that move one from state to state."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from dure.authorization.reasons import DeclineReason


class Purpose(IntEnum):
    """Why money moves between a bank account and a wallet."""

    TOP_UP = 1
    WITHDRAWAL = 2
    RETURN = 3


class TransferState(IntEnum):
    """How far a transfer is: Note [States of a bank transfer] in 0003_charging.sql."""

    REQUESTED = 1
    TAKEN = 2
    SENT = 3
    UNKNOWN = 4
    CONFIRMED = 5
    FAILED = 6
    BOOKED = 7
    RETURNED = 8
    REFUSED = 9


class TransferUnknownError(LookupError):
    """No transfer has this number."""


@dataclass(slots=True)
class Transfer:
    """One transfer as it stands. Amounts in whole won, instants in microseconds since 1970 UTC.

    `reason` is the engine's, when it refused; `in_suspense` tells that a refused top-up stands in
    suspense; `returns` names the top-up that this one gives back.
    """

    transfer_id: int
    member_id: int
    amount_won: int
    purpose: Purpose
    state: TransferState
    reason: DeclineReason
    tries: int
    automatic: bool
    in_suspense: bool
    used_share_bp_min: int
    account_ref: str
    request_key: bytes
    returns: int | None
    movement_id: int | None
    asked_at_us: int
    settled_at_us: int | None

    def __post_init__(self) -> None:
        self.purpose = Purpose(self.purpose)
        self.state = TransferState(self.state)
        self.reason = DeclineReason(self.reason)

    @property
    def reference(self) -> str:
        """The name of the order at the bank."""
        return self.request_key.hex()

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state < TransferState.FAILED or (
            self.state is TransferState.FAILED and self.purpose is Purpose.WITHDRAWAL
        )


COLUMNS = (
    "transfer_id, member_id, amount_won, purpose, state, reason, tries, automatic, in_suspense, "
    "used_share_bp_min, account_ref, request_key, returns, movement_id, asked_at_us, settled_at_us"
)


def derived_key(key: bytes, word: str) -> bytes:
    """The 16 bytes under which a step of a request is asked; the same step has the same key."""
    return hashlib.sha256(word.encode() + key).digest()[:16]


def get_transfer(connection: Connection[Any], transfer_id: int) -> Transfer:
    """The transfer with this number; raises TransferUnknownError."""
    with connection.cursor(row_factory=class_row(Transfer)) as cursor:
        found = cursor.execute(
            f"SELECT {COLUMNS} FROM bank_transfer WHERE transfer_id = %s", (transfer_id,)
        ).fetchone()
    if found is None:
        raise TransferUnknownError(transfer_id)
    return found


def find_transfer(connection: Connection[Any], request_key: bytes) -> Transfer | None:
    """The transfer asked for with this key, when there is one."""
    with connection.cursor(row_factory=class_row(Transfer)) as cursor:
        return cursor.execute(
            f"SELECT {COLUMNS} FROM bank_transfer WHERE request_key = %s", (request_key,)
        ).fetchone()


def find_return_of(connection: Connection[Any], transfer_id: int) -> Transfer | None:
    """The transfer that gives a refused top-up back, when there is one."""
    with connection.cursor(row_factory=class_row(Transfer)) as cursor:
        return cursor.execute(
            f"SELECT {COLUMNS} FROM bank_transfer WHERE returns = %s", (transfer_id,)
        ).fetchone()


def insert_transfer(
    connection: Connection[Any],
    *,
    key: bytes,
    member_id: int,
    purpose: Purpose,
    amount_won: int,
    account_ref: str,
    asked_at_us: int,
    automatic: bool = False,
    used_share_bp_min: int = 0,
    returns: int | None = None,
) -> int | None:
    """Adds a transfer and gives its number; None when its key is there already.

    None also when another automatic top-up of the member is under way.
    """
    row = connection.execute(
        "INSERT INTO bank_transfer (request_key, member_id, purpose, amount_won, account_ref, "
        "asked_at_us, automatic, used_share_bp_min, returns) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING transfer_id",
        (
            key, member_id, int(purpose), amount_won, account_ref,
            asked_at_us, automatic, used_share_bp_min, returns,
        ),
    ).fetchone()  # fmt: skip
    return None if row is None else int(row[0])


def move(
    connection: Connection[Any],
    transfer: Transfer,
    state: TransferState,
    *,
    amount_won: int | None = None,
    reason: DeclineReason | None = None,
    in_suspense: bool | None = None,
    movement_id: int | None = None,
    settled_at_us: int | None = None,
    note: str | None = None,
) -> bool:
    """Moves a transfer on; False when somebody else has moved it meanwhile."""
    cursor = connection.execute(
        "UPDATE bank_transfer SET state = %s, tries = 0, due_at = now(), "
        "amount_won = coalesce(%s, amount_won), reason = coalesce(%s, reason), "
        "in_suspense = coalesce(%s, in_suspense), movement_id = coalesce(%s, movement_id), "
        "settled_at_us = coalesce(%s, settled_at_us), note = coalesce(%s, note) "
        "WHERE transfer_id = %s AND state = %s",
        (
            int(state), amount_won, None if reason is None else int(reason), in_suspense,
            movement_id, settled_at_us, note, transfer.transfer_id, int(transfer.state),
        ),
    )  # fmt: skip
    return bool(cursor.rowcount)


def put_off(connection: Connection[Any], transfer: Transfer) -> None:
    """Leaves a transfer for later: after 1, 2, 4, ... and at most 256 seconds of the real clock."""
    connection.execute(
        "UPDATE bank_transfer SET tries = tries + 1, "
        "due_at = now() + interval '1 second' * (1 << least(tries, 8)) "
        "WHERE transfer_id = %s AND state = %s",
        (transfer.transfer_id, int(transfer.state)),
    )


def claim_due(connection: Connection[Any], count: int, lease_seconds: int = 30) -> list[int]:
    """Takes up to `count` transfers that are due; nobody else gets them while the lease runs.

    A worker that dies leaves its lease to run out. Two workers on one transfer would do no harm,
    only the same work twice: Note [States of a bank transfer] in 0003_charging.sql.
    """
    rows = connection.execute(
        "UPDATE bank_transfer SET due_at = now() + %s * interval '1 second' "
        "WHERE transfer_id IN (SELECT transfer_id FROM bank_transfer "
        "  WHERE (state < 6 OR (state = 6 AND purpose = 2)) AND due_at <= now() "
        "  ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED) "
        "RETURNING transfer_id",
        (lease_seconds, count),
    ).fetchall()
    return [row[0] for row in rows]
