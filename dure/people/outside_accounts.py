"""Accounts elsewhere (Kakao, Naver) with which members sign in: known by keyed hashes alone."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.people.sealing import Sealer
from dure.people.tries import machine_now_us

_PURPOSE: Final = "outside.subject"


class LinkedAccount(NamedTuple):
    """An account that a member has linked, at an instant of the machine's clock."""

    provider: str
    linked_at_us: int


def subject_index(sealer: Sealer, provider: str, subject: str) -> bytes:
    """How an account of a provider is kept: nobody can tell the account from it."""
    return sealer.index(f"{provider}:{subject}", _PURPOSE)


def find_linked(connection: Connection[Any], provider: str, index: bytes) -> int | None:
    """The number of the member who has linked this account; None where nobody has."""
    row = connection.execute(
        "SELECT a.member_id FROM outside_account a JOIN member USING (member_id) "
        "WHERE provider = %s AND subject_index = %s AND status = 2",
        (provider, index),
    ).fetchone()
    return None if row is None else int(row[0])


def link_account(
    connection: Connection[Any], *, provider: str, subject_index: bytes, member_id: int
) -> bool:
    """Links an account; whether it is the member's now.

    An account that is another member's stays there; the member's account before is replaced.
    """
    connection.execute(
        "INSERT INTO outside_account (provider, subject_index, member_id, linked_at_us) "
        "SELECT %(provider)s, %(subject)s, %(member)s, %(now)s WHERE NOT EXISTS "
        "(SELECT FROM outside_account "
        "WHERE provider = %(provider)s AND subject_index = %(subject)s) "
        "ON CONFLICT (member_id, provider) DO UPDATE SET "
        "subject_index = excluded.subject_index, linked_at_us = excluded.linked_at_us",
        {
            "provider": provider, "subject": subject_index, "member": member_id,
            "now": machine_now_us(),
        },
    )  # fmt: skip
    return find_linked(connection, provider, subject_index) == member_id


def linked_accounts(connection: Connection[Any], member_id: int) -> list[LinkedAccount]:
    """What the member has linked."""
    rows = connection.execute(
        "SELECT provider, linked_at_us FROM outside_account WHERE member_id = %s ORDER BY provider",
        (member_id,),
    ).fetchall()
    return [LinkedAccount(*row) for row in rows]


def unlink_account(connection: Connection[Any], *, member_id: int, provider: str) -> None:
    """The member signs in with this provider no more."""
    connection.execute(
        "DELETE FROM outside_account WHERE member_id = %s AND provider = %s", (member_id, provider)
    )
