"""What changes of a member: how well known, where at home, and whether still a member."""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.errors import UniqueViolation

from dure.authorization.requests import ChangeWallet
from dure.people.members import Ask, Level, MemberNotFoundError, MemberRefusedError


class WalletNotEmptyError(Exception):
    """Who leaves has spent or withdrawn everything before."""


def change_level(
    connection: Connection[Any],
    ask: Ask,
    *,
    key: bytes,
    member_id: int,
    level: Level,
    at_us: int,
    by: str,
) -> None:
    """Changes how well a member is known, and so the limits. Raises MemberRefusedError."""
    request = ChangeWallet(key=key, occurred_at_us=at_us, member_id=member_id, level=int(level))
    _change(connection, ask, request, "level", int(level), by)


def change_district(
    connection: Connection[Any],
    ask: Ask,
    *,
    key: bytes,
    member_id: int,
    district: int,
    at_us: int,
    by: str,
) -> None:
    """Notes that a member has moved to another district. Raises MemberRefusedError."""
    request = ChangeWallet(key=key, occurred_at_us=at_us, member_id=member_id, district=district)
    _change(connection, ask, request, "district", district, by)


def leave(connection: Connection[Any], ask: Ask, *, key: bytes, member_id: int, at_us: int) -> None:
    """Ends a membership: the wallet is locked, the telephone number is free again.

    Raises WalletNotEmptyError, MemberRefusedError. What the law wants kept stays sealed.
    """
    row = connection.execute(
        "SELECT charged_won + cashback_won + allowance_won FROM wallet "
        "WHERE shard = %s %% 64 AND member_id = %s",
        (member_id, member_id),
    ).fetchone()
    if row is not None and row[0]:
        raise WalletNotEmptyError(member_id)
    request = ChangeWallet(key=key, occurred_at_us=at_us, member_id=member_id, locked=True)
    answer = ask(request)
    if not answer.approved:
        raise MemberRefusedError(answer.reason)
    connection.execute(
        "UPDATE member SET status = 3, left_at_us = %s, phone_index = NULL "
        "WHERE member_id = %s AND status < 3",
        (at_us, member_id),
    )


def _change(
    connection: Connection[Any], ask: Ask, request: ChangeWallet, what: str, became: int, by: str
) -> None:
    """The engine first, then the member's row: asked again, both are as they were."""
    column = {"level": "level", "district": "district"}[what]
    row = connection.execute(
        f"SELECT {column} FROM member WHERE member_id = %s", (request.member_id,)
    ).fetchone()
    if row is None:
        raise MemberNotFoundError(request.member_id)
    answer = ask(request)
    if not answer.approved:
        raise MemberRefusedError(answer.reason)
    with connection.transaction():
        try:
            with connection.transaction():
                connection.execute(
                    "INSERT INTO member_change (member_id, what, was, became, at_us, changed_by, "
                    "request_key) VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    (
                        request.member_id, what, str(row[0]), str(became),
                        request.occurred_at_us, by, request.key,
                    ),
                )  # fmt: skip
        except UniqueViolation:
            return
        connection.execute(
            f"UPDATE member SET {column} = %s WHERE member_id = %s", (became, request.member_id)
        )
