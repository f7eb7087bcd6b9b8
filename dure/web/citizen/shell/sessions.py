"""Sessions of members: begun, found by the cookie, proved, ended. Instants are the machine's."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from dure.people.members import Level

COOKIE: Final = "dure_member"
DAY_US: Final = 86_400_000_000
VALID_US: Final = 90 * DAY_US
"""A telephone stays signed in so long; paying wants a proof of its own."""
_SEEN_EVERY_US: Final = 10 * 60_000_000
_AGENT_CHARACTERS_MAX: Final = 200
_DIGITS: Final = re.compile(r"[0-9._]+", re.ASCII)
_FIND: Final = """
SELECT s.session_id, s.member_id, s.seen_at_us, s.proved_at_us, m.public_id, m.level, m.district,
       m.birth_date, s.began_by, s.began_at_us, s.agent, s.address
FROM member_session s JOIN member m USING (member_id)
WHERE s.token_sha256 = %s AND s.ended_at_us IS NULL AND s.expires_at_us > %s AND m.status = 2
"""


class BeganBy(IntEnum):
    """How somebody showed who they are when the session began."""

    PHONE = 1
    MAIL = 2
    PASSKEY = 3
    ELSEWHERE = 4


@dataclass(frozen=True, slots=True)
class Visitor:
    """The member who is signed in, as the row says; instants are of the machine's clock.

    `proved_at_us` is 0 where the session is used from another network address than the one it was
    proved from, and `is_moved` where it is used by another browser.
    """

    session_id: int
    member_id: int
    public_id: UUID
    level: Level
    district: int
    birth_date: date
    proved_at_us: int
    began_by: BeganBy = BeganBy.PHONE
    began_at_us: int = 0
    is_moved: bool = False


def begin_session(
    connection: Connection[Any],
    *,
    member_id: int,
    address: str,
    agent: str,
    proved: bool = False,
    began_by: BeganBy = BeganBy.PHONE,
) -> str:
    """Signs a member in and gives the token for the cookie, which is kept nowhere else.

    A browser that does not say what it is (an empty `agent`) is not told from another later.
    """
    token = secrets.token_urlsafe(32)
    now_us = machine_now_us()
    connection.execute(
        "INSERT INTO member_session (token_sha256, member_id, began_at_us, seen_at_us, "
        "proved_at_us, expires_at_us, address, agent, began_by) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            _hash(token), member_id, now_us, now_us, now_us if proved else 0, now_us + VALID_US,
            address, agent[:_AGENT_CHARACTERS_MAX], int(began_by),
        ),
    )  # fmt: skip
    return token


def find_visitor(
    connection: Connection[Any], token: str, *, address: str = "", agent: str = ""
) -> Visitor | None:
    """Who has this token, used from that address by that browser; None when the session is over,
    or the member has left."""
    now_us = machine_now_us()
    row = connection.execute(_FIND, (_hash(token), now_us)).fetchone()
    if row is None:
        return None
    session_id, member_id, seen_at_us, proved_at_us, public_id, level, district, born = row[:8]
    if now_us - seen_at_us > _SEEN_EVERY_US:
        connection.execute(
            "UPDATE member_session SET seen_at_us = %s WHERE session_id = %s", (now_us, session_id)
        )
    is_moved = _is_another(row[10], agent)
    if is_moved or row[11] != address:
        proved_at_us = 0
    return Visitor(
        session_id, member_id, public_id, Level(level), district, born, proved_at_us,
        BeganBy(row[8]), row[9], is_moved,
    )  # fmt: skip


def prove_session(
    connection: Connection[Any], session_id: int, *, address: str = "", agent: str = ""
) -> None:
    """The member has just shown the payment PIN or a passkey in this session, from here."""
    connection.execute(
        "UPDATE member_session SET proved_at_us = %s, address = %s, agent = %s "
        "WHERE session_id = %s",
        (machine_now_us(), address, agent[:_AGENT_CHARACTERS_MAX], session_id),
    )


def end_session(connection: Connection[Any], *, member_id: int, session_id: int) -> bool:
    """Ends one of the member's sessions; whether there was such."""
    cursor = connection.execute(
        "UPDATE member_session SET ended_at_us = %s "
        "WHERE session_id = %s AND member_id = %s AND ended_at_us IS NULL",
        (machine_now_us(), session_id, member_id),
    )
    return cursor.rowcount == 1


class SessionKept(NamedTuple):
    """An open session as the row says; instants are of the machine's clock."""

    session_id: int
    agent: str
    began_by: int
    began_at_us: int
    seen_at_us: int


def sessions_of(connection: Connection[Any], member_id: int) -> list[SessionKept]:
    """The member's open sessions, the one last seen first."""
    rows = connection.execute(
        "SELECT session_id, agent, began_by, began_at_us, seen_at_us FROM member_session "
        "WHERE member_id = %s AND ended_at_us IS NULL AND expires_at_us > %s "
        "ORDER BY seen_at_us DESC, session_id DESC LIMIT 50",
        (member_id, machine_now_us()),
    ).fetchall()
    return [SessionKept(*row) for row in rows]


def machine_now_us() -> int:
    """The machine's time in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def _is_another(kept: str, agent: str) -> bool:
    """Whether it is another browser; a newer version of the same has other digits alone."""
    if not kept:
        return False
    return _DIGITS.sub("", kept) != _DIGITS.sub("", agent[:_AGENT_CHARACTERS_MAX])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
