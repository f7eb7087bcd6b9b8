"""Complaints and disputes: filed with their evidence, handled by officials, answered in time.

Each step is one row that stays. What people write is sealed. Instants are of the city's clock.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.kernel.calendar import DAY_US, day_of, start_of_day_us
from dure.people.complaint_kinds import (
    OBJECTION_DAYS,
    STEPS,
    Kind,
    Outcome,
    State,
    Step,
)
from dure.people.evidence import Photo
from dure.people.notice_kinds import NoticeKind, Values
from dure.people.notices import tell
from dure.people.sealing import Sealer

TEXT_CHARACTERS_MIN: Final = 5
TEXT_CHARACTERS_MAX: Final = 2_000
PHOTOS_MAX: Final = 3
OPEN_MAX: Final = 20
"""So many complaints of one member may be open at once."""
TEXT_PURPOSE, PHOTO_PURPOSE = "complaint.text", "complaint.photo"
_TOLD: Final = {
    Step.TAKEN_UP: NoticeKind.COMPLAINT_TAKEN_UP,
    Step.ASKED_BACK: NoticeKind.COMPLAINT_ASKED_BACK,
    Step.ANSWERED: NoticeKind.COMPLAINT_ANSWERED,
}


class Complaint(NamedTuple):
    """A complaint as it stands; `movement_id` names the payment that it is about."""

    complaint_id: int
    member_id: int
    district: int
    kind: Kind
    state: State
    outcome: Outcome | None
    objected: bool
    movement_id: int | None
    filed_at_us: int
    due_at_us: int
    handled_by: str

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to come."""
        return self.state < State.ANSWERED

    @property
    def told_number(self) -> str:
        """The number as people say it: the year of filing and six digits."""
        return f"{day_of(self.filed_at_us).year}-{self.complaint_id:06d}"


class ComplaintTextError(ValueError):
    """What is written is too short or too long; `is_long` says which."""

    def __init__(self, *, is_long: bool) -> None:
        super().__init__("too long" if is_long else "too short")
        self.is_long = is_long


class PaymentMissingError(ValueError):
    """A dispute names one of the member's own payments."""


class TooManyComplaintsError(Exception):
    """The member has as many open complaints as may be."""


class StepNotNowError(Exception):
    """The complaint is in a state, or at a time, in which this step is not taken."""


class ComplaintNotFoundError(LookupError):
    """There is no such complaint."""


def file_complaint(
    connection: Connection[Any],
    sealer: Sealer,
    *,
    key: bytes,
    member_id: int,
    kind: Kind,
    text: str,
    at_us: int,
    movement_id: int | None = None,
    photos: Sequence[Photo] = (),
) -> int:
    """Files a complaint and gives its number; the same key again gives the same number.

    An answer is due at the end of the last day of the term. Raises ComplaintTextError,
    PaymentMissingError, TooManyComplaintsError.
    """
    text = checked_text(text)
    if movement_id is not None and not _is_own(connection, member_id, movement_id):
        raise PaymentMissingError
    if kind is Kind.PAYMENT and movement_id is None:
        raise PaymentMissingError
    with connection.transaction():
        # The member's row first, so that of two telephones one waits and counts the other's.
        row = connection.execute(
            "SELECT district FROM member WHERE member_id = %s FOR UPDATE", (member_id,)
        ).fetchone()
        assert row is not None, "who is signed in is a member"
        known = _by_key(connection, key)
        if known is not None:
            return known
        if _open_count(connection, member_id) >= OPEN_MAX:
            raise TooManyComplaintsError
        due_us = due_at(connection, kind, at_us)
        filed = connection.execute(
            "INSERT INTO complaint (member_id, district, kind, movement_id, filed_at_us, "
            "due_at_us, request_key) VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING complaint_id",
            (member_id, row[0], int(kind), movement_id, at_us, due_us, key),
        ).fetchone()
        assert filed is not None
        step_id = _add_step(connection, sealer, filed[0], Step.FILED, at_us, "", text, key)
        _keep_photos(connection, sealer, step_id, photos)
    return int(filed[0])


def take_step(
    connection: Connection[Any],
    sealer: Sealer,
    *,
    key: bytes,
    complaint_id: int,
    step: Step,
    at_us: int,
    official: str = "",
    text: str = "",
    outcome: Outcome | None = None,
    photos: Sequence[Photo] = (),
) -> Complaint:
    """Takes a step and gives the complaint after it; the same key again changes nothing.

    The member is told of an official's step. `official` is empty for a step of the member. Raises
    ComplaintNotFoundError, StepNotNowError, ComplaintTextError. Who may take it for whose
    complaint, the caller decides.
    """
    rule = STEPS[step]
    if rule.needs_text:
        text = checked_text(text)
    with connection.transaction():
        complaint = _read(connection, complaint_id, lock=True)
        done = connection.execute(
            "SELECT 1 FROM complaint_step WHERE request_key = %s", (key,)
        ).fetchone()
        if done is not None:
            return complaint
        if complaint.state not in rule.allowed or bool(official) is not rule.by_official:
            raise StepNotNowError(step.name)
        if step is Step.OBJECTED and not may_object(connection, complaint, at_us):
            raise StepNotNowError(step.name)
        step_id = _add_step(connection, sealer, complaint_id, step, at_us, official, text, key)
        _keep_photos(connection, sealer, step_id, photos)
        values = {
            "id": complaint_id,
            "state": int(rule.becomes or complaint.state),
            "outcome": int(outcome) if step is Step.ANSWERED and outcome else None,
            "objected": complaint.objected or step is Step.OBJECTED,
            "official": official,
            "due": due_at(connection, complaint.kind, at_us)
            if step is Step.OBJECTED
            else complaint.due_at_us,
        }
        connection.execute(
            "UPDATE complaint SET state = %(state)s, outcome = %(outcome)s, "
            "objected = %(objected)s, due_at_us = %(due)s, "
            "handled_by = coalesce(nullif(%(official)s::text, ''), handled_by) "
            "WHERE complaint_id = %(id)s",
            values,
        )
        if step in _TOLD:
            numbers: Values = {"complaint_id": complaint.told_number, "number": complaint_id}
            tell(
                connection, member_id=complaint.member_id, kind=_TOLD[step], values=numbers,
                at_us=at_us, key=f"complaint step {step_id}",
            )  # fmt: skip
        return _read(connection, complaint_id)


def may_object(connection: Connection[Any], complaint: Complaint, at_us: int) -> bool:
    """Whether the member may still object to the answer: once, within OBJECTION_DAYS of it."""
    if complaint.state is not State.ANSWERED or complaint.objected:
        return False
    row = connection.execute(
        "SELECT max(at_us) FROM complaint_step WHERE complaint_id = %s AND step = %s",
        (complaint.complaint_id, int(Step.ANSWERED)),
    ).fetchone()
    return row is not None and row[0] is not None and at_us < row[0] + OBJECTION_DAYS * DAY_US


def due_at(connection: Connection[Any], kind: Kind, at_us: int) -> int:
    """Until when a complaint of that day is answered: the end of the last day of its term."""
    row = connection.execute(
        "SELECT days FROM complaint_term WHERE kind = %s AND from_us <= %s "
        "ORDER BY from_us DESC LIMIT 1",
        (int(kind), at_us),
    ).fetchone()
    assert row is not None, "every kind has a term from the beginning"
    # The day of filing is not counted (Civil Act, article 157).
    return start_of_day_us(day_of(at_us)) + (int(row[0]) + 1) * DAY_US


def get_complaint(connection: Connection[Any], complaint_id: int) -> Complaint:
    """The complaint of this number; raises ComplaintNotFoundError."""
    return _read(connection, complaint_id)


def checked_text(text: str) -> str:
    """The text as it is kept: without what cannot be seen; raises ComplaintTextError."""
    kept = re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(letter for letter in kept if letter == "\n" or letter.isprintable())
    kept = re.sub(r"\n{3,}", "\n\n", kept).strip()
    if len(kept) < TEXT_CHARACTERS_MIN:
        raise ComplaintTextError(is_long=False)
    if len(kept) > TEXT_CHARACTERS_MAX:
        raise ComplaintTextError(is_long=True)
    return kept


COLUMNS: Final = (
    "complaint_id, member_id, district, kind, state, outcome, objected, movement_id, filed_at_us, "
    "due_at_us, handled_by"
)


def complaint_of(row: tuple[Any, ...]) -> Complaint:
    """A row of COLUMNS."""
    outcome = Outcome(row[5]) if row[5] else None
    kind, state = Kind(row[3]), State(row[4])
    return Complaint._make((*row[:3], kind, state, outcome, *row[6:]))


def _read(connection: Connection[Any], complaint_id: int, *, lock: bool = False) -> Complaint:
    row = connection.execute(
        f"SELECT {COLUMNS} FROM complaint WHERE complaint_id = %s{' FOR UPDATE' if lock else ''}",
        (complaint_id,),
    ).fetchone()
    if row is None:
        raise ComplaintNotFoundError(complaint_id)
    return complaint_of(row)


def _by_key(connection: Connection[Any], key: bytes) -> int | None:
    row = connection.execute(
        "SELECT complaint_id FROM complaint WHERE request_key = %s", (key,)
    ).fetchone()
    return None if row is None else int(row[0])


def _open_count(connection: Connection[Any], member_id: int) -> int:
    row = connection.execute(
        "SELECT count(*) FROM complaint WHERE member_id = %s AND state < 4", (member_id,)
    ).fetchone()
    return int(row[0]) if row else 0


def _is_own(connection: Connection[Any], member_id: int, movement_id: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM journal WHERE shard = %(member)s %% 64 AND movement_id = %(movement)s "
        "AND member_id = %(member)s",
        {"member": member_id, "movement": movement_id},
    ).fetchone()
    return row is not None


def _add_step(
    connection: Connection[Any],
    sealer: Sealer,
    complaint_id: int,
    step: Step,
    at_us: int,
    official: str,
    text: str,
    key: bytes,
) -> int:
    row = connection.execute(
        "INSERT INTO complaint_step (complaint_id, step, at_us, official, text_sealed, "
        "request_key) VALUES (%s, %s, %s, %s, %s, %s) RETURNING step_id",
        (complaint_id, int(step), at_us, official, sealer.seal(text, TEXT_PURPOSE), key),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _keep_photos(
    connection: Connection[Any], sealer: Sealer, step_id: int, photos: Sequence[Photo]
) -> None:
    for photo in photos[:PHOTOS_MAX]:
        sealed = sealer.seal(b64encode(photo.jpeg).decode("ascii"), PHOTO_PURPOSE)
        connection.execute(
            "INSERT INTO complaint_photo (step_id, jpeg_sealed, width, height) "
            "VALUES (%s, %s, %s, %s)",
            (step_id, sealed, photo.width, photo.height),
        )
