"""Guardians of minors: linked by papers at a desk, until the minor is of age.

A guardian sees the minor's cards and whether the wallet is locked, may block and lock, and never
sees a payment or a balance. A member of fourteen to eighteen is a minor (Civil Act, article 4: of
age at nineteen).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.errors import UniqueViolation

from dure.kernel.calendar import add_years, day_of
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell

OF_AGE: Final = 19
GUARDIANS_MAX: Final = 2
PAPERS_CHARACTERS_MAX: Final = 200


class Guardianship(NamedTuple):
    """Who is whose guardian; `minor_born` says until when."""

    guardianship_id: int
    guardian_id: int
    minor_id: int
    minor_born: date
    began_at_us: int


class NotAMinorError(Exception):
    """Who is of age has no guardian here."""


class GuardianTooYoungError(Exception):
    """A guardian is of age."""


class GuardiansFullError(Exception):
    """The minor has as many guardians as may be."""


class AlreadyGuardianError(Exception):
    """This member is the minor's guardian already."""


class PapersMissingError(ValueError):
    """A guardian is linked by papers, which are named."""


def is_minor(birth_date: date, at_us: int) -> bool:
    """Whether the nineteenth birthday has not come yet on the city's calendar."""
    return add_years(birth_date, OF_AGE) > day_of(at_us)


def link_guardian(
    connection: Connection[Any],
    *,
    key: bytes,
    guardian_id: int,
    minor_id: int,
    papers: str,
    official: str,
    at_us: int,
) -> int:
    """Links a guardian to a minor, by papers that an official has seen; gives the link's number.

    Raises NotAMinorError, GuardianTooYoungError, GuardiansFullError, AlreadyGuardianError,
    PapersMissingError. The same key again gives the same link.
    """
    papers = " ".join(papers.split())[:PAPERS_CHARACTERS_MAX]
    if not papers:
        raise PapersMissingError
    with connection.transaction():
        # The minor's row first: of two desks that link at once one waits and counts the other's.
        rows = connection.execute(
            "SELECT member_id, birth_date FROM member WHERE member_id = ANY(%s) "
            "ORDER BY member_id FOR UPDATE",
            ([guardian_id, minor_id],),
        ).fetchall()
        born = dict(rows)
        known = connection.execute(
            "SELECT guardianship_id FROM guardianship WHERE request_key = %s", (key,)
        ).fetchone()
        if known is not None:
            return int(known[0])
        if minor_id not in born or not is_minor(born[minor_id], at_us):
            raise NotAMinorError
        if guardian_id not in born or is_minor(born[guardian_id], at_us):
            raise GuardianTooYoungError
        if len(guardians_of(connection, minor_id, at_us)) >= GUARDIANS_MAX:
            raise GuardiansFullError
        try:
            with connection.transaction():
                row = connection.execute(
                    "INSERT INTO guardianship (guardian_id, minor_id, papers, linked_by, "
                    "began_at_us, request_key) VALUES (%s, %s, %s, %s, %s, %s) "
                    "RETURNING guardianship_id",
                    (guardian_id, minor_id, papers, official, at_us, key),
                ).fetchone()
        except UniqueViolation:
            raise AlreadyGuardianError from None
        assert row is not None
        _tell_both(connection, NoticeKind.GUARDIAN_LINKED, (guardian_id, minor_id), row[0], at_us)
    return int(row[0])


def _tell_both(
    connection: Connection[Any],
    kind: NoticeKind,
    members: tuple[int, int],
    guardianship_id: int,
    at_us: int,
) -> None:
    for member_id in members:
        tell(
            connection, member_id=member_id, kind=kind, values={}, at_us=at_us,
            key=f"{kind} {guardianship_id}",
        )  # fmt: skip


def end_guardianship(
    connection: Connection[Any], *, guardianship_id: int, by_whom: str, at_us: int
) -> bool:
    """Ends a link; whether it held before. Blocks by this guardian end with it."""
    with connection.transaction():
        row = connection.execute(
            "UPDATE guardianship SET ended_at_us = %s, ended_by = %s "
            "WHERE guardianship_id = %s AND ended_at_us IS NULL RETURNING guardian_id, minor_id",
            (at_us, by_whom, guardianship_id),
        ).fetchone()
        if row is None:
            return False
        connection.execute(
            "UPDATE guardian_block SET ended_at_us = %s "
            "WHERE guardian_id = %s AND minor_id = %s AND ended_at_us IS NULL",
            (at_us, *row),
        )
        both = (int(row[0]), int(row[1]))
        _tell_both(connection, NoticeKind.GUARDIAN_UNLINKED, both, guardianship_id, at_us)
    return True


_LINKS = (
    "SELECT g.guardianship_id, g.guardian_id, g.minor_id, m.birth_date, g.began_at_us "
    "FROM guardianship g JOIN member m ON m.member_id = g.minor_id "
    "WHERE g.ended_at_us IS NULL AND m.status = 2 AND "
)


def minors_of(connection: Connection[Any], guardian_id: int, at_us: int) -> list[Guardianship]:
    """The minors whose guardian the member is on the city's day; a minor of age is left out."""
    return _links(connection, "g.guardian_id = %s", guardian_id, at_us)


def guardians_of(connection: Connection[Any], minor_id: int, at_us: int) -> list[Guardianship]:
    """The links of a minor's guardians; none for who has come of age."""
    return _links(connection, "g.minor_id = %s", minor_id, at_us)


def find_guardianship(
    connection: Connection[Any], guardian_id: int, guardianship_id: int, at_us: int
) -> Guardianship | None:
    """The guardian's link of this number, while it holds."""
    for link in minors_of(connection, guardian_id, at_us):
        if link.guardianship_id == guardianship_id:
            return link
    return None


def _links(
    connection: Connection[Any], where: str, member_id: int, at_us: int
) -> list[Guardianship]:
    rows = connection.execute(
        _LINKS + where + " ORDER BY g.guardianship_id", (member_id,)
    ).fetchall()
    return [link for link in map(Guardianship._make, rows) if is_minor(link.minor_born, at_us)]


def note_block(
    connection: Connection[Any],
    *,
    card_id: int,
    minor_id: int,
    guardian_id: int,
    at_us: int,
    was_blocked: bool = False,
) -> None:
    """Keeps that a guardian has blocked a card, so that the minor cannot unblock it.

    `was_blocked`: the minor had blocked it before, and it stays so when the guardian's block ends.
    """
    connection.execute(
        "INSERT INTO guardian_block (card_id, minor_id, guardian_id, began_at_us, was_blocked) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (card_id, minor_id, guardian_id, at_us, was_blocked),
    )


def was_blocked_before(connection: Connection[Any], card_id: int) -> bool:
    """Whether the card that a guardian holds was blocked by the minor already."""
    return (
        connection.execute(
            "SELECT FROM guardian_block WHERE card_id = %s AND ended_at_us IS NULL AND was_blocked",
            (card_id,),
        ).fetchone()
        is not None
    )


def end_block(connection: Connection[Any], *, card_id: int, at_us: int) -> None:
    """The card is no longer blocked by a guardian."""
    connection.execute(
        "UPDATE guardian_block SET ended_at_us = %s WHERE card_id = %s AND ended_at_us IS NULL",
        (at_us, card_id),
    )


def blocked_by_guardian(connection: Connection[Any], member_id: int, at_us: int) -> set[int]:
    """The cards of a member (their numbers) that a guardian has blocked; of a minor alone."""
    if not guardians_of(connection, member_id, at_us):
        return set()
    rows = connection.execute(
        "SELECT card_id FROM guardian_block WHERE minor_id = %s AND ended_at_us IS NULL",
        (member_id,),
    ).fetchall()
    return {row[0] for row in rows}
