"""What a desk changes of a member who stands before it: another telephone number, or none."""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.errors import UniqueViolation

from dure.people.members import (
    PHONE_PURPOSE,
    MemberNotFoundError,
    PhoneTakenError,
    normal_phone,
)
from dure.people.sealing import Sealer


def change_phone(
    connection: Connection[Any],
    sealer: Sealer,
    *,
    key: bytes,
    member_id: int,
    phone: str | None,
    at_us: int,
    by: str,
) -> str:
    """Gives a member another telephone number, and ends every session; gives the number before.

    Whoever holds the old telephone is signed out with it. None takes the number away. The same key
    again changes nothing and gives "". Raises PersonalDataWrongError, PhoneTakenError,
    MemberNotFoundError. The log of changes says that the number was changed, and not to what.
    """
    phone = None if phone is None else normal_phone(phone)
    index = None if phone is None else sealer.index(phone, PHONE_PURPOSE)
    with connection.transaction():
        row = connection.execute(
            "SELECT phone_sealed FROM member WHERE member_id = %s AND status = 2 FOR UPDATE",
            (member_id,),
        ).fetchone()
        if row is None:
            raise MemberNotFoundError(member_id)
        noted = connection.execute(
            "INSERT INTO member_change (member_id, what, was, became, at_us, changed_by, "
            "request_key) VALUES (%s, 'phone', '', '', %s, %s, %s) ON CONFLICT DO NOTHING",
            (member_id, at_us, by, key),
        )
        if noted.rowcount == 0:
            return ""
        try:
            with connection.transaction():
                connection.execute(
                    "UPDATE member SET phone_sealed = %s, phone_index = %s WHERE member_id = %s",
                    (sealer.seal(phone or "", PHONE_PURPOSE), index, member_id),
                )
        except UniqueViolation:
            raise PhoneTakenError from None
        end_all_sessions(connection, member_id)
    return sealer.open(bytes(row[0]), PHONE_PURPOSE) if bytes(row[0]) else ""


def end_all_sessions(connection: Connection[Any], member_id: int) -> int:
    """Signs a member out everywhere; gives how many telephones it was."""
    return connection.execute(
        "UPDATE member_session SET ended_at_us = (extract(epoch FROM clock_timestamp()) * 1e6)"
        "::bigint WHERE member_id = %s AND ended_at_us IS NULL",
        (member_id,),
    ).rowcount
