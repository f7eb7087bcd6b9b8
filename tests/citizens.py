"""Members who are signed in to the app, for tests: they join as people do, and carry a session."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from psycopg import Connection

from dure.people import members
from dure.people.members import Level, Member
from tests.engines import BEGUN_US, JUNGGU, RunningEngine, new_key

if TYPE_CHECKING:
    from django.test import Client

CONSENTS = {"terms": "2019-07", "privacy": "2019-07"}


def join(
    engine: RunningEngine,
    connection: Connection[Any],
    *,
    phone: str = "010-0000-0001",
    name: str = "김두레",
    district: int = JUNGGU,
    birth_date: date = date(1980, 5, 1),
    level: Level = Level.NAMED,
) -> Member:
    """Makes somebody a member of the small city, with an empty wallet; needs the pages' home."""
    from dure.people.fields import installed_sealer

    return members.join(
        connection, engine.ask, installed_sealer(), key=new_key(), name=name, phone=phone,
        birth_date=birth_date, district=district, consents=CONSENTS, at_us=BEGUN_US, level=level,
    )  # fmt: skip


def sign_in(connection: Connection[Any], member_id: int, *, proved: bool = True) -> Client:
    """A telephone on which the member is signed in, and has just proved to hold it."""
    from django.test import Client

    from dure.web.citizen.shell.sessions import COOKIE

    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE] = session_token(connection, member_id, proved=proved)
    return client


def session_token(connection: Connection[Any], member_id: int, *, proved: bool = True) -> str:
    """The token of a new session, for the cookie of a browser."""
    from dure.web.citizen.shell.sessions import begin_session

    return begin_session(
        connection, member_id=member_id, address="127.0.0.1", agent="", proved=proved
    )
