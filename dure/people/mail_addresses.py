"""E-mail addresses of members: shown to be read by them, and found by a keyed hash."""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.errors import UniqueViolation

from dure.people.mail import normal_mail
from dure.people.members import Member, get_member
from dure.people.one_time_codes import MAIL_PURPOSE
from dure.people.sealing import Sealer
from dure.people.tries import machine_now_us


class MailTakenError(Exception):
    """Another member signs in with this address."""


def set_mail(connection: Connection[Any], sealer: Sealer, *, member_id: int, address: str) -> None:
    """Keeps the address that the member has just shown to read; the one before is forgotten.

    Raises MailTakenError, PersonalDataWrongError.
    """
    address = normal_mail(address)
    try:
        connection.execute(
            "INSERT INTO member_mail (member_id, mail_sealed, mail_index, proven_at_us) "
            "VALUES (%s, %s, %s, %s) ON CONFLICT (member_id) DO UPDATE SET "
            "mail_sealed = excluded.mail_sealed, mail_index = excluded.mail_index, "
            "proven_at_us = excluded.proven_at_us",
            (
                member_id, sealer.seal(address, MAIL_PURPOSE), sealer.index(address, MAIL_PURPOSE),
                machine_now_us(),
            ),
        )  # fmt: skip
    except UniqueViolation:
        raise MailTakenError from None


def mail_of(connection: Connection[Any], sealer: Sealer, member_id: int) -> str | None:
    """The member's address; None where there is none."""
    row = connection.execute(
        "SELECT mail_sealed FROM member_mail WHERE member_id = %s", (member_id,)
    ).fetchone()
    return None if row is None else sealer.open(bytes(row[0]), MAIL_PURPOSE)


def forget_mail(connection: Connection[Any], member_id: int) -> None:
    """The member signs in by e-mail no more."""
    connection.execute("DELETE FROM member_mail WHERE member_id = %s", (member_id,))


def find_by_mail(connection: Connection[Any], sealer: Sealer, address: str) -> Member | None:
    """The member who reads this address; None where nobody has shown to. Raises
    PersonalDataWrongError."""
    index = sealer.index(normal_mail(address), MAIL_PURPOSE)
    row = connection.execute(
        "SELECT member_id FROM member_mail WHERE mail_index = %s", (index,)
    ).fetchone()
    return None if row is None else get_member(connection, sealer, row[0])
