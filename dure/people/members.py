"""Members: they join at fourteen or older, and are found again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any
from uuid import UUID

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, OpenWallet
from dure.kernel.calendar import add_years, day_of
from dure.people.sealing import Sealer

Ask = Callable[[AnyRequest], Answer]

AGE_MIN = 14
"""Younger people may not consent for themselves (Personal Information Protection Act, 22-2)."""
CONSENTS_REQUIRED = frozenset({"terms", "privacy"})
NAME_CHARACTERS_MAX = 60
NAME_PURPOSE, PHONE_PURPOSE = "member.name", "member.phone"


class Level(IntEnum):
    """How well a member is known; limits depend on it."""

    UNNAMED = 1
    NAMED = 2
    RESIDENT = 3


class MemberStatus(IntEnum):
    """Where a member stands."""

    OPENING = 1
    OPEN = 2
    LEFT = 3
    REFUSED = 4


@dataclass(frozen=True, slots=True)
class Member:
    """A member as an official or the member may see it."""

    member_id: int
    public_id: UUID
    status: MemberStatus
    level: Level
    district: int
    birth_date: date
    name: str
    phone: str
    joined_at_us: int


class TooYoungError(Exception):
    """Not fourteen yet on the city's calendar; nothing was stored."""


class PersonalDataWrongError(ValueError):
    """A name, telephone number or birth date that cannot be right; the message says which."""


class ConsentMissingError(Exception):
    """Without these consents nobody becomes a member."""


class PhoneTakenError(Exception):
    """A member has this telephone number already."""


class KeyUsedForAnotherMemberError(Exception):
    """The key was used before to let somebody else join."""


class MemberNotFoundError(LookupError):
    """No member has this number."""


class MemberRefusedError(Exception):
    """The engine did not take the command; `reason` says why."""

    def __init__(self, reason: DeclineReason) -> None:
        super().__init__(reason.name)
        self.reason = reason


def is_old_enough(birth_date: date, at_us: int) -> bool:
    """Whether the fourteenth birthday has come on the city's calendar."""
    return add_years(birth_date, AGE_MIN) <= day_of(at_us)


def join(
    connection: Connection[Any],
    ask: Ask,
    sealer: Sealer,
    *,
    key: bytes,
    name: str,
    phone: str | None,
    birth_date: date,
    district: int,
    consents: Mapping[str, str],
    at_us: int,
    level: Level = Level.NAMED,
) -> Member:
    """Makes somebody a member and opens the wallet.

    `consents` maps each purpose agreed to to the version of the text shown. Who has no telephone
    (None) joins at a desk and has a card alone. The same key again
    gives the member that is there, and opens the wallet where the engine had not answered. Raises
    TooYoungError before anything is stored, PersonalDataWrongError, ConsentMissingError,
    PhoneTakenError, KeyUsedForAnotherMemberError, MemberRefusedError.
    """
    if not is_old_enough(birth_date, at_us):
        raise TooYoungError
    phone = None if phone is None else normal_phone(phone)
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise PersonalDataWrongError("name")
    if not set(consents) >= CONSENTS_REQUIRED:
        raise ConsentMissingError(", ".join(sorted(CONSENTS_REQUIRED - set(consents))))
    phone_index = None if phone is None else sealer.index(phone, PHONE_PURPOSE)
    with connection.transaction():
        member_id = _insert(
            connection,
            (
                int(level), district, birth_date, sealer.seal(name, NAME_PURPOSE),
                sealer.seal(phone or "", PHONE_PURPOSE), phone_index, key, at_us,
            ),
        )  # fmt: skip
        if member_id is not None:
            for purpose, text_version in sorted(consents.items()):
                record_consent(
                    connection,
                    member_id=member_id,
                    purpose=purpose,
                    text_version=text_version,
                    given=True,
                    at_us=at_us,
                )
    if member_id is None:
        member_id = _joined_before(connection, key, phone_index)
    open_wallet(connection, ask, member_id)
    return get_member(connection, sealer, member_id)


def open_wallet(connection: Connection[Any], ask: Ask, member_id: int) -> None:
    """Opens the wallet of a member for whom the engine had not answered; else does nothing.

    Raises MemberRefusedError; who is refused leaves no personal data behind.
    """
    row = connection.execute(
        "SELECT request_key, joined_at_us, level, district, birth_date FROM member "
        "WHERE member_id = %s AND status = 1",
        (member_id,),
    ).fetchone()
    if row is None:
        return
    answer = ask(
        OpenWallet(
            key=hashlib.sha256(b"open" + bytes(row[0])).digest()[:16],
            occurred_at_us=row[1],
            member_id=member_id,
            level=row[2],
            district=row[3],
            birth_year=row[4].year,
        )
    )
    if answer.approved:
        connection.execute(
            "UPDATE member SET status = 2 WHERE member_id = %s AND status = 1", (member_id,)
        )
    elif not answer.retry_can_help:
        connection.execute(
            "UPDATE member SET status = 4, phone_index = NULL, name_sealed = '', phone_sealed = '' "
            "WHERE member_id = %s AND status = 1",
            (member_id,),
        )
        raise MemberRefusedError(answer.reason)


def openings_under_way(
    connection: Connection[Any], *, before_us: int, count: int = 100
) -> list[int]:
    """Members who joined before the instant and whose wallet the engine has not confirmed."""
    rows = connection.execute(
        "SELECT member_id FROM member WHERE status = 1 AND joined_at_us < %s "
        "ORDER BY joined_at_us LIMIT %s",
        (before_us, count),
    ).fetchall()
    return [row[0] for row in rows]


def record_consent(
    connection: Connection[Any],
    *,
    member_id: int,
    purpose: str,
    text_version: str,
    given: bool,
    at_us: int,
) -> None:
    """Adds to the log that a member agreed to a text, or no longer does."""
    connection.execute(
        "INSERT INTO consent (member_id, purpose, text_version, given, at_us) "
        "VALUES (%s, %s, %s, %s, %s)",
        (member_id, purpose, text_version, given, at_us),
    )


_MEMBER = (
    "SELECT member_id, public_id, status, level, district, birth_date, name_sealed, phone_sealed, "
    "joined_at_us FROM member WHERE "
)


def get_member(connection: Connection[Any], sealer: Sealer, member_id: int) -> Member:
    """The member with this number; raises MemberNotFoundError."""
    row = connection.execute(_MEMBER + "member_id = %s", (member_id,)).fetchone()
    if row is None:
        raise MemberNotFoundError(member_id)
    return _member(row, sealer)


def find_by_public_id(
    connection: Connection[Any], sealer: Sealer, public_id: UUID
) -> Member | None:
    """The member with this public number, if there is one."""
    row = connection.execute(_MEMBER + "public_id = %s", (public_id,)).fetchone()
    return None if row is None else _member(row, sealer)


def find_by_phone(connection: Connection[Any], sealer: Sealer, phone: str) -> Member | None:
    """The member with this telephone number, if there is one."""
    index = sealer.index(normal_phone(phone), PHONE_PURPOSE)
    row = connection.execute(_MEMBER + "phone_index = %s", (index,)).fetchone()
    return None if row is None else _member(row, sealer)


def normal_phone(phone: str) -> str:
    """A Korean mobile number as +8210...; raises PersonalDataWrongError for anything else."""
    digits = re.sub(r"[\s()-]", "", phone)
    found = re.fullmatch(r"(?:\+?82|0)(1[016789][0-9]{7,8})", digits, re.ASCII)
    if found is None:
        raise PersonalDataWrongError("phone")
    return "+82" + found[1]


def _member(row: tuple[Any, ...], sealer: Sealer) -> Member:
    name, phone = (
        sealer.open(bytes(sealed), purpose) if sealed else ""
        for sealed, purpose in ((row[6], NAME_PURPOSE), (row[7], PHONE_PURPOSE))
    )
    status, level = MemberStatus(row[2]), Level(row[3])
    return Member(row[0], row[1], status, level, row[4], row[5], name, phone, row[8])


def _insert(connection: Connection[Any], values: tuple[Any, ...]) -> int | None:
    """Adds the member; None when key or telephone number are there already."""
    row = connection.execute(
        "INSERT INTO member (level, district, birth_date, name_sealed, phone_sealed, phone_index, "
        "request_key, joined_at_us) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING RETURNING member_id",
        values,
    ).fetchone()
    return None if row is None else int(row[0])


def _joined_before(connection: Connection[Any], key: bytes, phone_index: bytes | None) -> int:
    row = connection.execute(
        "SELECT member_id, phone_index, status FROM member WHERE request_key = %s", (key,)
    ).fetchone()
    if row is None:
        raise PhoneTakenError
    known = None if row[1] is None else bytes(row[1])
    if row[2] == MemberStatus.REFUSED or known != phone_index:
        raise KeyUsedForAnotherMemberError(key.hex())
    return int(row[0])
