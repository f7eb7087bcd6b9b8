"""One-time codes: whoever reads the messages of a telephone or a mailbox shows it with six digits.

A way in is known by a ticket that only the asker's browser has; the code alone is worth nothing in
another browser. Whether the number or the address is a member's makes no difference to the asker.
Instants are of the machine's clock, for a code is guessed and stolen in the world's time.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final

from psycopg import Connection

from dure.people.mail import MailSilentError, mail_post, normal_mail
from dure.people.members import PHONE_PURPOSE, normal_phone
from dure.people.sealing import Sealer
from dure.people.sms import SmsSilentError, sms_centre
from dure.people.tries import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    TryLimit,
    forget_old_tries,
    machine_now_us,
    may_try,
)

VALID_US: Final = 3 * MINUTE_US
WAY_US: Final = 30 * MINUTE_US
"""So long after its beginning a way in leads somewhere."""
WRONG_TRIES_MAX: Final = 5
AGAIN_AFTER_US: Final = 30_000_000
MAIL_PURPOSE: Final = "member.mail"
_CODE_PURPOSE: Final = "one-time code"
_SENT_PURPOSE: Final = "way.sent-to"
_HOURLY: Final = TryLimit("code to one receiver, hour", 5, HOUR_US)
_DAILY: Final = TryLimit("code to one receiver, day", 12, DAY_US)
_PLACE: Final = TryLimit("codes from one address", 120, HOUR_US)
"""Many telephones share one address of a telephone company: this stops machines, not people."""


class Purpose(IntEnum):
    """What the code is asked for."""

    SIGN_IN = 1
    JOIN = 2
    NEW_PIN = 3
    ADDRESS = 4
    LOCK = 5


class Medium(IntEnum):
    """Where the code goes."""

    PHONE = 1
    MAIL = 2


class CodeSaid(IntEnum):
    """What a code that was typed is."""

    RIGHT = 1
    WRONG = 2
    USED_UP = 3
    """Too many wrong ones, or too old: a new one is to be sent."""
    NO_WAY = 4
    """The ticket is not known, or the way in began too long ago."""


class TooManyCodesError(Exception):
    """This receiver, or this network address, was sent too many; later it goes on."""


class TooSoonError(Exception):
    """The last code was sent a moment ago; `wait_s` says how many seconds are left."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class CodeNotSentError(Exception):
    """The company or the post did not confirm: the code may come late, or another is to be sent."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """Somebody on the way in. `sent_to` is the normal form of the number or address."""

    way_id: int
    purpose: Purpose
    medium: Medium
    sent_to: str
    birth_date: date | None
    member_id: int | None
    provider: str | None
    subject: str | None
    sent_at_us: int
    is_proven: bool
    is_confirmed: bool
    """Whether the company or the post has taken the last code; else it may come late, or never."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a code: from which network address (`dure.people.tries.address_hash`), reading
    Korean or English, and on which host (for the telephone to fill the code in by itself)."""

    address: bytes
    korean: bool = True
    host: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known before the code is sent; see `way_in` in 0016_citizen.sql."""

    purpose: Purpose
    medium: Medium
    sent_to: str
    birth_date: date | None = None
    member_id: int | None = None
    provider: str | None = None
    subject: str | None = None


def begin_way(
    connection: Connection[Any], sealer: Sealer, beginning: Beginning, asking: Asking
) -> str:
    """Begins a way in, sends its code, and gives the ticket for the browser's cookie.

    Raises PersonalDataWrongError for what is no number or address, TooManyCodesError. Of a message
    that was not taken `WayIn.is_confirmed` tells the page, where `send_again` is.
    """
    is_phone = beginning.medium is Medium.PHONE
    sent_to = (normal_phone if is_phone else normal_mail)(beginning.sent_to)
    index = sealer.index(sent_to, PHONE_PURPOSE if is_phone else MAIL_PURPOSE)
    _count_sending(connection, index, asking)
    ticket = secrets.token_urlsafe(32)
    row = connection.execute(
        "INSERT INTO way_in (ticket_sha256, purpose, medium, sent_to, sent_to_index, birth_date, "
        "member_id, provider, subject, began_at_us) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " RETURNING way_id",
        (
            _hash(ticket), int(beginning.purpose), int(beginning.medium),
            sealer.seal(sent_to, _SENT_PURPOSE), index, beginning.birth_date, beginning.member_id,
            beginning.provider, beginning.subject, machine_now_us(),
        ),
    ).fetchone()  # fmt: skip
    assert row is not None
    with suppress(CodeNotSentError):
        _send(connection, sealer, int(row[0]), beginning.medium, sent_to, asking)
    return ticket


def send_again(connection: Connection[Any], sealer: Sealer, ticket: str, asking: Asking) -> None:
    """Sends another code; the one before is void.

    Raises LookupError where there is no such way in, TooSoonError, TooManyCodesError,
    CodeNotSentError.
    """
    way = find_way(connection, sealer, ticket)
    if way is None:
        raise LookupError("no such way in")
    wait_us = way.sent_at_us + AGAIN_AFTER_US - machine_now_us()
    if wait_us > 0:
        raise TooSoonError(-(-wait_us // 1_000_000))
    purpose = PHONE_PURPOSE if way.medium is Medium.PHONE else MAIL_PURPOSE
    _count_sending(connection, sealer.index(way.sent_to, purpose), asking)
    _send(connection, sealer, way.way_id, way.medium, way.sent_to, asking)


def check_code(connection: Connection[Any], sealer: Sealer, ticket: str, code: str) -> CodeSaid:
    """What the code is; a wrong one is counted before it is compared.

    The right one stays right in this browser until it is too old: a double tap is one success.
    """
    now_us = machine_now_us()
    row = connection.execute(
        "UPDATE way_in SET wrong_tries = wrong_tries + 1 WHERE ticket_sha256 = %s "
        "AND wrong_tries < %s AND sent_at_us > %s AND began_at_us > %s "
        "RETURNING way_id, code_index",
        (_hash(ticket), WRONG_TRIES_MAX, now_us - VALID_US, now_us - WAY_US),
    ).fetchone()
    if row is None:
        return CodeSaid.NO_WAY if find_way(connection, sealer, ticket) is None else CodeSaid.USED_UP
    typed = _code_index(sealer, row[0], "".join(code.split()))
    if row[1] is None or not hmac.compare_digest(bytes(row[1]), typed):
        return CodeSaid.WRONG
    connection.execute(
        "UPDATE way_in SET proven_at_us = %s, wrong_tries = 0 WHERE way_id = %s", (now_us, row[0])
    )
    return CodeSaid.RIGHT


def find_way(connection: Connection[Any], sealer: Sealer, ticket: str) -> WayIn | None:
    """The way in of a ticket; None where there is none, or it began too long ago."""
    row = connection.execute(
        "SELECT way_id, purpose, medium, sent_to, birth_date, member_id, provider, subject, "
        "sent_at_us, proven_at_us, is_confirmed FROM way_in "
        "WHERE ticket_sha256 = %s AND began_at_us > %s",
        (_hash(ticket), machine_now_us() - WAY_US),
    ).fetchone()
    if row is None:
        return None
    return WayIn(
        row[0], Purpose(row[1]), Medium(row[2]), sealer.open(bytes(row[3]), _SENT_PURPOSE),
        row[4], row[5], row[6], row[7], row[8], row[9] is not None, row[10],
    )  # fmt: skip


def note_birth_date(connection: Connection[Any], way_id: int, birth_date: date) -> None:
    """Keeps the birth date of somebody who is old enough, until the way in is at its end."""
    connection.execute("UPDATE way_in SET birth_date = %s WHERE way_id = %s", (birth_date, way_id))


def end_way(connection: Connection[Any], way_id: int) -> None:
    """The way in has led where it should; its code and its ticket open nothing more."""
    connection.execute("DELETE FROM way_in WHERE way_id = %s", (way_id,))


def forget_old_ways(connection: Connection[Any]) -> int:
    """Deletes what nobody can use any more; gives how many ways in it was.

    Counts whose window is over go too, and sessions that ended by themselves a month ago.
    """
    now_us = machine_now_us()
    before_us = now_us - DAY_US
    forget_old_tries(connection)
    connection.execute(
        "DELETE FROM member_session WHERE expires_at_us < %s", (now_us - 30 * DAY_US,)
    )
    connection.execute("DELETE FROM answered_challenge WHERE answered_at_us < %s", (before_us,))
    cursor = connection.execute("DELETE FROM way_in WHERE began_at_us < %s", (before_us,))
    return cursor.rowcount


def _count_sending(connection: Connection[Any], receiver: bytes, asking: Asking) -> None:
    # Each is counted on its own account; `all` of a list, for none may stop the others' counting.
    allowed = [
        may_try(connection, _PLACE, asking.address),
        may_try(connection, _HOURLY, receiver),
        may_try(connection, _DAILY, receiver),
    ]
    if not all(allowed):
        raise TooManyCodesError


def _send(
    connection: Connection[Any],
    sealer: Sealer,
    way_id: int,
    medium: Medium,
    sent_to: str,
    asking: Asking,
) -> None:
    code = f"{secrets.randbelow(1_000_000):06}"
    row = connection.execute(
        "UPDATE way_in SET code_index = %s, sent_at_us = %s, wrong_tries = 0, "
        "is_confirmed = false, times_sent = times_sent + 1 WHERE way_id = %s RETURNING times_sent",
        (_code_index(sealer, way_id, code), machine_now_us(), way_id),
    ).fetchone()
    assert row is not None
    key, text = f"code:{way_id}:{row[0]}", _text(code, asking)
    try:
        if medium is Medium.PHONE:
            sms_centre(connection).send(phone=sent_to, text=text, key=key)
        else:
            subject = "[두레] 인증번호" if asking.korean else "[Dure] Your code"
            mail_post(connection).send(address=sent_to, subject=subject, text=text, key=key)
    except (SmsSilentError, MailSilentError) as error:
        raise CodeNotSentError from error
    connection.execute("UPDATE way_in SET is_confirmed = true WHERE way_id = %s", (way_id,))


def _text(code: str, asking: Asking) -> str:
    """The message; its last line lets a telephone fill the code in (origin-bound codes, WICG)."""
    if asking.korean:
        told = f"[두레] 인증번호 {code}. 3분 안에 쓰세요. 누구에게도 알려 주지 마세요."
    else:
        told = f"[Dure] Your code is {code}. Use it within 3 minutes and tell it to nobody."
    return f"{told}\n\n@{asking.host} #{code}" if asking.host else told


def _code_index(sealer: Sealer, way_id: int, code: str) -> bytes:
    return sealer.index(f"{way_id}:{code}", _CODE_PURPOSE)


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
