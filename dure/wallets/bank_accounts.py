"""Members' linked bank accounts: a consent number of the bank's and a masked number for the eye."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection


class LinkedAccount(NamedTuple):
    """A bank account that a member has linked."""

    account_ref: str
    bank_name: str
    masked_number: str
    linked_at_us: int


class AccountTakenError(Exception):
    """The bank account is linked to another member."""


def link_account(
    connection: Connection[Any],
    *,
    member_id: int,
    account_ref: str,
    bank_name: str,
    masked_number: str,
    at_us: int,
) -> None:
    """Links a bank account to a member, or again after it was unlinked.

    Raises AccountTakenError when another member has it.
    """
    cursor = connection.execute(
        "INSERT INTO linked_account "
        "(account_ref, member_id, bank_name, masked_number, linked_at_us) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (account_ref) DO UPDATE "
        "SET unlinked_at_us = NULL, bank_name = excluded.bank_name, "
        "    masked_number = excluded.masked_number "
        "WHERE linked_account.member_id = excluded.member_id",
        (account_ref, member_id, bank_name, masked_number, at_us),
    )
    if not cursor.rowcount:
        raise AccountTakenError(account_ref)


def unlink_account(
    connection: Connection[Any], *, member_id: int, account_ref: str, at_us: int
) -> bool:
    """Ends a link and the automatic charge that used it; False when there was none.

    Transfers that are under way are carried out.
    """
    with connection.transaction():
        connection.execute(
            "UPDATE auto_charge SET active = false "
            "WHERE shard = %s %% 64 AND member_id = %s AND account_ref = %s",
            (member_id, member_id, account_ref),
        )
        cursor = connection.execute(
            "UPDATE linked_account SET unlinked_at_us = %s "
            "WHERE member_id = %s AND account_ref = %s AND unlinked_at_us IS NULL",
            (at_us, member_id, account_ref),
        )
    return bool(cursor.rowcount)


def linked_accounts(connection: Connection[Any], member_id: int) -> list[LinkedAccount]:
    """The accounts that a member has linked, the first linked first."""
    rows = connection.execute(
        "SELECT account_ref, bank_name, masked_number, linked_at_us FROM linked_account "
        "WHERE member_id = %s AND unlinked_at_us IS NULL ORDER BY linked_at_us, account_ref",
        (member_id,),
    ).fetchall()
    return [LinkedAccount(*row) for row in rows]
