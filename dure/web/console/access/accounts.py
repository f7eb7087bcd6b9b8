"""Accounts of officials: made, given a new password, a new second factor, closed and opened again.

Nobody signs up: an operator makes an account for an official, and hands the first password over.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.web.console.access import factors
from dure.web.console.access.events import Event, record
from dure.web.console.access.sessions import end_sessions

_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}", re.ASCII)
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody takes for another when a password is read out or copied from paper."""
_LAST: Final = """
SELECT DISTINCT ON (official) official, at_us FROM console_event WHERE kind = 'signed_in'
ORDER BY official, event_id DESC
"""


class AccountError(Exception):
    """The account could not be made or found; it says why and what to do, in both languages."""

    def __init__(self, korean: str, english: str) -> None:
        super().__init__(english)
        self.korean, self.english = korean, english


@dataclass(frozen=True, slots=True)
class Account:
    """An account as operators see it; `last_at_us` is the last sign-in in the world's time."""

    official: str
    is_active: bool
    has_factor: bool
    last_at_us: int | None


@dataclass(frozen=True, slots=True)
class Doing:
    """Who acts on accounts, and from which address."""

    connection: Connection[TupleRow]
    by: str
    address: str

    def note(self, event: Event, official: str) -> None:
        """Puts what was done into the log of accounts."""
        record(self.connection, event, official, by=self.by, address=self.address)


def new_password() -> str:
    """A first password: four groups of four letters and digits, 79 bits."""
    letters = [secrets.choice(_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


def make_account(
    doing: Doing, official: str, password: str | None = None, *, initial: bool = True
) -> str:
    """Makes the account of an official and gives its first password, which is to be changed at the
    first sign-in where it is `initial`. Raises AccountError."""
    if not _ID.fullmatch(official):
        raise AccountError(
            f"'{official}'은(는) 담당자 id가 아닙니다. 영문 소문자, 숫자, '-'로 적으세요.",
            f"'{official}' is not an id; use small letters, digits and '-'",
        )
    if User.objects.filter(username=official).exists():
        raise AccountError(
            f"'{official}'의 계정이 이미 있습니다. 비밀번호를 초기화하세요.",
            f"'{official}' has an account already; reset its password instead",
        )
    password = password or new_password()
    with transaction.atomic():
        User.objects.create_user(official, password=password)
        doing.connection.execute(
            "INSERT INTO console_account (official, initial_password, made_by, made_at_us) "
            "VALUES (%s, %s, %s, %s)",
            (official, initial, doing.by, time.time_ns() // 1000),
        )
        doing.note(Event.ACCOUNT_MADE, official)
    return password


def reset_password(doing: Doing, official: str) -> str:
    """Gives the official another first password and ends every session. Raises AccountError."""
    user = _user(official)
    password = new_password()
    with transaction.atomic():
        set_password(doing.connection, user, password, initial=True)
        end_sessions(doing.connection, official)
        doing.note(Event.PASSWORD_RESET, official)
    return password


def reset_factor(doing: Doing, official: str) -> None:
    """Takes the second factor away and ends every session. Raises AccountError."""
    user = _user(official)
    with transaction.atomic():
        factors.reset(user)
        end_sessions(doing.connection, official)
        doing.note(Event.FACTOR_RESET, official)


def set_active(doing: Doing, official: str, *, active: bool) -> None:
    """Closes an account, ending its sessions, or opens it again. Raises AccountError."""
    if not active and official == doing.by:
        raise AccountError(
            "자기 계정은 정지할 수 없습니다. 다른 운영자에게 맡기세요.",
            "nobody deactivates the own account; leave it to another operator",
        )
    user = _user(official)
    with transaction.atomic():
        user.is_active = active
        user.save(update_fields=["is_active"])
        end_sessions(doing.connection, official)
        doing.note(Event.ACTIVATED if active else Event.DEACTIVATED, official)


def set_password(
    connection: Connection[TupleRow], user: User, password: str, *, initial: bool = False
) -> None:
    """Sets a password; one that is `initial` is to be changed at the next sign-in."""
    user.set_password(password)
    user.save(update_fields=["password"])
    connection.execute(
        "UPDATE console_account SET initial_password = %s WHERE official = %s",
        (initial, user.get_username()),
    )


def has_initial_password(connection: Connection[TupleRow], official: str) -> bool:
    """Whether the official still has the password that an operator handed over."""
    row = connection.execute(
        "SELECT initial_password FROM console_account WHERE official = %s", (official,)
    ).fetchone()
    return row is not None and bool(row[0])


def accounts(connection: Connection[TupleRow]) -> dict[str, Account]:
    """All accounts by the official's id."""
    last: dict[str, int] = dict(connection.execute(_LAST).fetchall())
    proved = factors.with_factor()
    rows = User.objects.order_by("username").values_list("username", "is_active")
    return {name: Account(name, active, name in proved, last.get(name)) for name, active in rows}


def _user(official: str) -> User:
    try:
        return User.objects.get(username=official)
    except User.DoesNotExist:
        raise AccountError(
            f"'{official}'의 계정이 없습니다. 먼저 계정을 만드세요.",
            f"'{official}' has no account; make one first",
        ) from None
