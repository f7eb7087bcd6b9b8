"""Who a member really is and where at home: asked of an agency, and what follows for the limits."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import IntEnum
from typing import Any, Final, NamedTuple, Protocol

from psycopg import Connection
from psycopg.errors import UniqueViolation

from dure.kernel.database.home import home_directory
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.people.changes import change_level
from dure.people.members import Ask, Level, get_member
from dure.people.sealing import Sealer
from dure.people.sms import has_demo_keys
from dure.people.tries import DAY_US, TryLimit, machine_now_us, may_try

_PERSON_PURPOSE: Final = "member.person"
_CHECKS: Final = TryLimit("identity checks of a member", 5, DAY_US)


class IdentitySaid(IntEnum):
    """What an agency says of what somebody tells about themselves."""

    SAME = 1
    DIFFERS = 2


class Identity(NamedTuple):
    """An answer; `person` is the person's number with the agency (CI), empty where it differs."""

    said: IdentitySaid
    person: str = ""


class AgencySilentError(Exception):
    """No answer came; nothing is known, and asking again costs nothing."""


class IdentityAgency(Protocol):
    """An agency for identities, as the Information and Communications Network Act knows it.

    `reference` names the inquiry: the same twice is one. Both raise AgencySilentError.
    """

    def identify(self, reference: str, *, phone: str, name: str, birth_date: date) -> Identity:
        """Whether the holder of the telephone has this name and birth date."""
        ...

    def lives_in(self, reference: str, *, phone: str, district: int) -> IdentitySaid:
        """Whether the holder of the telephone is registered in the district."""
        ...


class PersonKnownError(Exception):
    """This person is a member already, under another number."""


class IdentityDiffersError(Exception):
    """The agency has another name, birth date or district."""


class TooManyChecksError(Exception):
    """The member has asked too often today."""


class SimulatedAgency:
    """An agency with a register of its own in the schema identity_simulator.

    Of a telephone that stands in its register it knows the holder; for any other it believes what
    it is told. A share of inquiries, which the reference decides, is not answered the first time.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def register(self, *, phone: str, name: str, birth_date: date, district: int) -> None:
        """Notes who holds a telephone (its normal form), and where that person lives."""
        self._connection.execute(
            "INSERT INTO identity_simulator.person VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (phone) DO UPDATE SET name = excluded.name, "
            "birth_date = excluded.birth_date, district = excluded.district",
            (phone, name, birth_date, district),
        )

    def stay_silent(self, silent_bp: int) -> None:
        """From now on this share of inquiries, in basis points, is not answered."""
        self._connection.execute(
            "UPDATE identity_simulator.manners SET silent_bp = %s", (silent_bp,)
        )

    def identify(self, reference: str, *, phone: str, name: str, birth_date: date) -> Identity:
        """Answers as `IdentityAgency.identify` says."""
        self._maybe_silent(reference)
        row = self._connection.execute(
            "SELECT name, birth_date FROM identity_simulator.person WHERE phone = %s", (phone,)
        ).fetchone()
        if row is not None and (row[0], row[1]) != (name, birth_date):
            return Identity(IdentitySaid.DIFFERS)
        # Who holds two telephones in the register is one person.
        who = f"{name}:{birth_date}" if row is not None else phone
        return Identity(IdentitySaid.SAME, hashlib.sha256(who.encode()).hexdigest())

    def lives_in(self, reference: str, *, phone: str, district: int) -> IdentitySaid:
        """Answers as `IdentityAgency.lives_in` says."""
        self._maybe_silent(reference)
        row = self._connection.execute(
            "SELECT district FROM identity_simulator.person WHERE phone = %s", (phone,)
        ).fetchone()
        return IdentitySaid.SAME if row is None or row[0] == district else IdentitySaid.DIFFERS

    def _maybe_silent(self, reference: str) -> None:
        row = self._connection.execute(
            "SELECT silent_bp FROM identity_simulator.manners"
        ).fetchone()
        draw = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:8], "big")
        if row is not None and draw % BASIS_POINTS_WHOLE < row[0]:
            raise AgencySilentError(reference)


class NoAgency:
    """Where no agency is connected: nobody can be identified by telephone."""

    def identify(self, reference: str, *, phone: str, name: str, birth_date: date) -> Identity:
        """Raises AgencySilentError, always."""
        raise AgencySilentError("no agency is connected to this installation")

    def lives_in(self, reference: str, *, phone: str, district: int) -> IdentitySaid:
        """Raises AgencySilentError, always."""
        raise AgencySilentError("no agency is connected to this installation")


def identity_agency(connection: Connection[Any]) -> IdentityAgency:
    """The agency of this installation: the simulated one where the key ring is a demo's."""
    return SimulatedAgency(connection) if has_demo_keys(home_directory()) else NoAgency()


def identify(
    connection: Connection[Any],
    ask: Ask,
    sealer: Sealer,
    agency: IdentityAgency,
    *,
    key: bytes,
    member_id: int,
    at_us: int,
) -> None:
    """Makes a member a named one when the agency knows them as who they said they are.

    The engine is asked after the person is noted, under a key of its own: asked again, both are as
    they were. Raises IdentityDiffersError, PersonKnownError, TooManyChecksError, AgencySilentError,
    MemberRefusedError.
    """
    member = get_member(connection, sealer, member_id)
    _count(connection, sealer, member_id)
    found = agency.identify(
        key.hex(), phone=member.phone, name=member.name, birth_date=member.birth_date
    )
    if found.said is IdentitySaid.DIFFERS:
        raise IdentityDiffersError
    try:
        connection.execute(
            "INSERT INTO member_identity (member_id, person_index, identified_at_us) "
            "VALUES (%s, %s, %s) ON CONFLICT (member_id) DO NOTHING",
            (member_id, sealer.index(found.person, _PERSON_PURPOSE), machine_now_us()),
        )
    except UniqueViolation:
        raise PersonKnownError from None
    if member.level < Level.NAMED:
        _raise_to(connection, ask, key, member_id, Level.NAMED, at_us)


def confirm_residence(
    connection: Connection[Any],
    ask: Ask,
    sealer: Sealer,
    agency: IdentityAgency,
    *,
    key: bytes,
    member_id: int,
    at_us: int,
) -> None:
    """Makes a named member a resident when the register has them in their district.

    Raises IdentityDiffersError, TooManyChecksError, AgencySilentError, MemberRefusedError.
    """
    member = get_member(connection, sealer, member_id)
    if member.level < Level.NAMED:
        raise IdentityDiffersError
    _count(connection, sealer, member_id)
    said = agency.lives_in(key.hex(), phone=member.phone, district=member.district)
    if said is IdentitySaid.DIFFERS:
        raise IdentityDiffersError
    _raise_to(connection, ask, key, member_id, Level.RESIDENT, at_us)
    connection.execute(
        "UPDATE member_identity SET resident_at_us = %s WHERE member_id = %s",
        (machine_now_us(), member_id),
    )


def forget_person(connection: Connection[Any], member_id: int) -> None:
    """Who has left may join again, with the same limits as before."""
    connection.execute("DELETE FROM member_identity WHERE member_id = %s", (member_id,))


def _raise_to(
    connection: Connection[Any], ask: Ask, key: bytes, member_id: int, level: Level, at_us: int
) -> None:
    change_level(
        connection, ask, key=key, member_id=member_id, level=level, at_us=at_us, by="agency"
    )


def _count(connection: Connection[Any], sealer: Sealer, member_id: int) -> None:
    if not may_try(connection, _CHECKS, sealer.index(str(member_id), "tries")):
        raise TooManyChecksError
