"""The log of consents as a member reads it, and the withdrawal of those that are not required."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

from dure.people.members import CONSENTS_REQUIRED, record_consent


class ConsentLine(NamedTuple):
    """One line of the log; `at_us` is of the city's clock."""

    purpose: str
    text_version: str
    given: bool
    at_us: int


class ConsentRequiredError(Exception):
    """Nobody is a member without this consent."""


def consent_log(connection: Connection[Any], member_id: int) -> list[ConsentLine]:
    """Every consent and every withdrawal of a member, the newest first."""
    rows = connection.execute(
        "SELECT purpose, text_version, given, at_us FROM consent WHERE member_id = %s "
        "ORDER BY consent_id DESC",
        (member_id,),
    ).fetchall()
    return [ConsentLine(*row) for row in rows]


def change_consent(
    connection: Connection[Any],
    *,
    member_id: int,
    purpose: str,
    text_version: str,
    given: bool,
    at_us: int,
) -> bool:
    """Adds to the log that a member agrees, or no longer does; whether that changed anything.

    Raises ConsentRequiredError for a withdrawal of what members need.
    """
    if not given and purpose in CONSENTS_REQUIRED:
        raise ConsentRequiredError(purpose)
    with connection.transaction():
        # Two taps at once would both find the state before.
        connection.execute("SELECT 1 FROM member WHERE member_id = %s FOR UPDATE", (member_id,))
        row = connection.execute(
            "SELECT given, text_version FROM consent WHERE member_id = %s AND purpose = %s "
            "ORDER BY consent_id DESC LIMIT 1",
            (member_id, purpose),
        ).fetchone()
        is_given = row is not None and bool(row[0])
        if is_given == given and (not given or row is None or row[1] == text_version):
            return False
        record_consent(
            connection, member_id=member_id, purpose=purpose, text_version=text_version,
            given=given, at_us=at_us,
        )  # fmt: skip
    return True
