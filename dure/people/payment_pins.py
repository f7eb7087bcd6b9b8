"""The payment PIN: six digits that only the member knows, kept as a slow hash, with few tries."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.people.sealing import Sealer
from dure.people.tries import machine_now_us

DIGITS: Final = 6
TRIES_MAX: Final = 5
_PURPOSE: Final = "member.payment-pin"
_COST: Final = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
"""About 16 MiB and 40 ms for each guess (RFC 7914); the keyed hash within does the rest."""


class PinState(Enum):
    """Whether a member can pay with a PIN."""

    NONE = "none"
    SET = "set"
    LOCKED = "locked"
    """Too many wrong ones in a row: a new one is to be set with a code by telephone."""


class PinFault(Enum):
    """Why six digits are no PIN."""

    NOT_SIX_DIGITS = "pin_not_six"
    SAME_DIGITS = "pin_same"
    IN_A_ROW = "pin_row"
    REPEATED = "pin_repeated"
    BIRTH_DATE = "pin_birth"
    PHONE = "pin_phone"


class PinRefusedError(ValueError):
    """Six digits that somebody would try first; `fault` says which."""

    def __init__(self, fault: PinFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class PinChecked(NamedTuple):
    """Whether it was right, and how many tries are left when it was not.

    `was_last` when it was this wrong one that locked the PIN.
    """

    is_right: bool
    tries_left: int
    was_last: bool = False


def fault_of(pin: str, *, birth_date: date, phone: str) -> PinFault | None:
    """Why a member should not have this PIN; None when it is one."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdecimal()):
        return PinFault.NOT_SIX_DIGITS
    steps = {(int(later) - int(former)) % 10 for former, later in pairwise(pin)}
    if steps == {0}:
        return PinFault.SAME_DIGITS
    if steps in ({1}, {9}):
        return PinFault.IN_A_ROW
    if pin[:2] * 3 == pin or pin[:3] * 2 == pin:
        return PinFault.REPEATED
    if pin in _of_birth(birth_date):
        return PinFault.BIRTH_DATE
    if pin in phone:
        return PinFault.PHONE
    return None


def set_pin(
    connection: Connection[Any],
    sealer: Sealer,
    *,
    member_id: int,
    pin: str,
    birth_date: date,
    phone: str,
    session_id: int = 0,
) -> None:
    """Sets the PIN; proofs that other sessions gave with the old one count no more.

    Raises PinRefusedError for one that is easily guessed.
    """
    fault = fault_of(pin, birth_date=birth_date, phone=phone)
    if fault is not None:
        raise PinRefusedError(fault)
    salt = secrets.token_bytes(16)
    hashed = _hashed(sealer, member_id, pin, salt)
    with connection.transaction():
        connection.execute(
            "INSERT INTO payment_pin (member_id, salt, pin_hash, set_at_us) "
            "VALUES (%s, %s, %s, %s) ON CONFLICT (member_id) DO UPDATE SET salt = excluded.salt, "
            "pin_hash = excluded.pin_hash, set_at_us = excluded.set_at_us, wrong_tries = 0",
            (member_id, salt, hashed, machine_now_us()),
        )
        connection.execute(
            "UPDATE member_session SET proved_at_us = 0 "
            "WHERE member_id = %s AND session_id <> %s AND ended_at_us IS NULL",
            (member_id, session_id),
        )


def check_pin(
    connection: Connection[Any], sealer: Sealer, *, member_id: int, pin: str
) -> PinChecked:
    """Whether it is the member's PIN. A try is counted before it is compared, so that a hundred at
    once are a hundred; a right one gives all tries back."""
    row = connection.execute(
        "UPDATE payment_pin SET wrong_tries = wrong_tries + 1 "
        "WHERE member_id = %s AND wrong_tries < %s RETURNING salt, pin_hash, wrong_tries",
        (member_id, TRIES_MAX),
    ).fetchone()
    if row is None:
        return PinChecked(is_right=False, tries_left=0)
    salt, kept, tried = bytes(row[0]), bytes(row[1]), int(row[2])
    if not hmac.compare_digest(kept, _hashed(sealer, member_id, pin, salt)):
        return PinChecked(False, TRIES_MAX - tried, was_last=tried == TRIES_MAX)
    connection.execute("UPDATE payment_pin SET wrong_tries = 0 WHERE member_id = %s", (member_id,))
    return PinChecked(is_right=True, tries_left=TRIES_MAX)


def pin_state(connection: Connection[Any], member_id: int) -> PinState:
    """Whether the member has a PIN, and may still try it."""
    row = connection.execute(
        "SELECT wrong_tries FROM payment_pin WHERE member_id = %s", (member_id,)
    ).fetchone()
    if row is None:
        return PinState.NONE
    return PinState.LOCKED if row[0] >= TRIES_MAX else PinState.SET


def _of_birth(birth_date: date) -> set[str]:
    """The day of birth as people write it in six digits, and the year with month or day."""
    formats = ("%y%m%d", "%d%m%y", "%m%d%y", "%Y%m", "%m%Y", "%y%d%m")
    return {birth_date.strftime(each) for each in formats}


def _hashed(sealer: Sealer, member_id: int, pin: str, salt: bytes) -> bytes:
    keyed = sealer.index(f"{member_id}:{pin}", _PURPOSE)
    return hashlib.scrypt(keyed, salt=salt, **_COST)
