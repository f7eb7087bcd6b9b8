"""The sessions of an official: proved, listed, ended."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.contrib.sessions.models import Session
from django.http import HttpRequest
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.web.console.shell.proof import IDLE_S, WHOLE_S, proved_again
from dure.web.shared.address_limit import address_of

AGENT_CHARACTERS_MAX = 160
_MOVE: Final = """
UPDATE console_session SET session_key = %s, seen_at_us = %s WHERE session_key = %s
"""
_ADD: Final = """
INSERT INTO console_session (session_key, official, address, agent, began_at_us, seen_at_us)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_OF: Final = """
SELECT session_id, session_key, address, agent, began_at_us, seen_at_us FROM console_session
WHERE official = %s AND seen_at_us > %s AND began_at_us > %s ORDER BY seen_at_us DESC LIMIT 50
"""
_KEYS: Final = "SELECT session_key FROM console_session WHERE official = %s"
_FORGET: Final = "DELETE FROM console_session WHERE session_key = ANY(%s)"
SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Seat:
    """A session of an official; `is_this` marks the one that asks. Instants are the world's."""

    session_id: int
    address: str
    agent: str
    began_at_us: int
    seen_at_us: int
    is_this: bool


def prove(request: HttpRequest, connection: Connection[TupleRow]) -> None:
    """The second factor was shown just now: the session is good, under another id than before."""
    before = request.session.session_key
    proved_again(request)
    request.session.save()
    now_us = time.time_ns() // 1000
    key = request.session.session_key
    moved = connection.execute(_MOVE, (key, now_us, before)).rowcount if before else 0
    if not moved:
        agent = request.headers.get("User-Agent", "")[:AGENT_CHARACTERS_MAX]
        who = request.user.get_username()
        connection.execute(_ADD, (key, who, address_of(request), agent, now_us, now_us))


def seats(
    connection: Connection[TupleRow], official: str, this_key: str | None = None
) -> list[Seat]:
    """The official's sessions that are not over, the one used last first."""
    now_us = time.time_ns() // 1000
    rows = connection.execute(
        _OF, (official, now_us - IDLE_S * SECOND_US, now_us - WHOLE_S * SECOND_US)
    ).fetchall()
    return [Seat(row[0], row[2], row[3], row[4], row[5], row[1] == this_key) for row in rows]


def end_session(connection: Connection[TupleRow], official: str, session_id: int) -> bool:
    """Ends one session of the official; False when it is none of that official's."""
    row = connection.execute(
        "SELECT session_key FROM console_session WHERE official = %s AND session_id = %s",
        (official, session_id),
    ).fetchone()
    if row is None:
        return False
    _end(connection, [row[0]])
    return True


def end_sessions(
    connection: Connection[TupleRow], official: str, *, but: str | None = None
) -> None:
    """Ends all sessions of the official, except the one with the key `but`."""
    _end(connection, [row[0] for row in connection.execute(_KEYS, (official,)) if row[0] != but])


def forget_session(connection: Connection[TupleRow], key: str | None) -> None:
    """Takes a session off the list: its official signs out."""
    connection.execute(_FORGET, ([key],))


def _end(connection: Connection[TupleRow], keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    connection.execute(_FORGET, (keys,))
