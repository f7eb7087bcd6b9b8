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


# A gift comes back when nobody takes it, a transfer may still fail: somebody must be there then.
# States of transfers: Note [States of a bank transfer] in 0003_charging.sql.
_UNDER_WAY: Final = """
SELECT EXISTS (SELECT FROM gift
               WHERE shard = %(member)s %% 64 AND giver_id = %(member)s AND state = 1)
    OR EXISTS (SELECT FROM bank_transfer WHERE member_id = %(member)s
               AND (state < 6 OR (state = 6 AND purpose = 2)))
"""


class MoneyUnderWayError(Exception):
    """A gift that nobody has taken yet, or a bank transfer that has not ended."""


def leave_for_good(
    connection: Connection[Any], ask: Ask, *, key: bytes, member_id: int, at_us: int
) -> None:
    """Ends a membership, every session and every way in; asked again, it is as it was.

    Raises MoneyUnderWayError, WalletNotEmptyError, MemberRefusedError, and EngineGone when the
    engine did not answer.
    """
    if connection.execute(_UNDER_WAY, {"member": member_id}).fetchone() == (True,):
        raise MoneyUnderWayError(member_id)
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
