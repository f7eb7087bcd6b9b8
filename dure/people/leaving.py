"""Leaving for good: the membership ends, and with it every way in."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

from dure.merchants.favorites import forget_favorites
from dure.people.changes import leave
from dure.people.members import Ask
from dure.people.tries import machine_now_us

_WAYS_IN: Final = (
    "passkey", "payment_pin", "member_mail", "outside_account", "member_identity", "way_in",
)  # fmt: skip


def leave_for_good(
    connection: Connection[Any], ask: Ask, *, key: bytes, member_id: int, at_us: int
) -> None:
    """Ends a membership, every session and every way in; asked again, it is as it was.

    Raises WalletNotEmptyError, MemberRefusedError, and EngineGone when the engine did not answer.
    """
    leave(connection, ask, key=key, member_id=member_id, at_us=at_us)
    with connection.transaction():
        connection.execute(
            "UPDATE member_session SET ended_at_us = %s "
            "WHERE member_id = %s AND ended_at_us IS NULL",
            (machine_now_us(), member_id),
        )
        for table in _WAYS_IN:
            connection.execute(f"DELETE FROM {table} WHERE member_id = %s", (member_id,))
        forget_favorites(connection, member_id)
