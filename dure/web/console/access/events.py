"""The log of accounts: who signed in, from where, and what was done to whose account."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow


class Event(StrEnum):
    """What happened; 0014_console.sql has the same words."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    PASSWORD_WRONG = "password_wrong"
    CODE_WRONG = "code_wrong"
    GUESSING_STOPPED = "guessing_stopped"
    PROVED = "proved"
    FACTOR_MADE = "factor_made"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    PASSWORD_CHANGED = "password_changed"
    SESSION_ENDED = "session_ended"
    ACCOUNT_MADE = "account_made"
    PASSWORD_RESET = "password_reset"
    FACTOR_RESET = "factor_reset"
    DEACTIVATED = "deactivated"
    ACTIVATED = "activated"


EVENT_NAMES: Final[dict[Event, tuple[str, str]]] = {
    Event.SIGNED_IN: ("로그인", "signed in"),
    Event.SIGNED_OUT: ("로그아웃", "signed out"),
    Event.PASSWORD_WRONG: ("틀린 비밀번호", "wrong password"),
    Event.CODE_WRONG: ("틀린 인증번호", "wrong code"),
    Event.GUESSING_STOPPED: ("너무 많은 시도를 막음", "too many attempts stopped"),
    Event.PROVED: ("본인 다시 확인", "confirmed again"),
    Event.FACTOR_MADE: ("2차 인증 등록", "second factor enrolled"),
    Event.RECOVERY_CODES_MADE: ("복구 번호 새로 만듦", "new recovery codes"),
    Event.PASSWORD_CHANGED: ("비밀번호 변경", "password changed"),
    Event.SESSION_ENDED: ("다른 접속 끊음", "ended a session"),
    Event.ACCOUNT_MADE: ("계정 만듦", "account made"),
    Event.PASSWORD_RESET: ("비밀번호 초기화", "password reset"),
    Event.FACTOR_RESET: ("2차 인증 초기화", "second factor reset"),
    Event.DEACTIVATED: ("계정 정지", "account deactivated"),
    Event.ACTIVATED: ("계정 다시 엶", "account activated"),
}
COMMAND: Final = "-"
"""Who acted, where it was somebody at the command line of the machine."""
_ADD: Final = """
INSERT INTO console_event (at_us, official, kind, by_official, address) VALUES (%s, %s, %s, %s, %s)
"""


def record(
    connection: Connection[TupleRow], event: Event, official: str, *, by: str, address: str
) -> None:
    """Adds to the log what happened to an official's account, now, and who did it."""
    now_us = time.time_ns() // 1000
    connection.execute(_ADD, (now_us, official, event.value, by, address))
