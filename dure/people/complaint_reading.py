"""Complaints as pages show them: lists, the course of one, and its photographs."""

from __future__ import annotations

from base64 import b64decode
from typing import Any, NamedTuple

from psycopg import Connection

from dure.people.complaint_kinds import Step
from dure.people.complaints import (
    COLUMNS,
    PHOTO_PURPOSE,
    TEXT_PURPOSE,
    Complaint,
    complaint_of,
)
from dure.people.sealing import Sealer


class StepTold(NamedTuple):
    """A step with what was written; `photos` are the numbers of its photographs."""

    step: Step
    at_us: int
    official: str
    text: str
    photos: tuple[int, ...]


def complaints_by(
    connection: Connection[Any], member_id: int, *, count: int = 50
) -> list[Complaint]:
    """A member's complaints, the newest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM complaint WHERE member_id = %s ORDER BY complaint_id DESC LIMIT %s",
        (member_id, count),
    ).fetchall()
    return [complaint_of(row) for row in rows]


def find_own(connection: Connection[Any], member_id: int, complaint_id: int) -> Complaint | None:
    """The member's own complaint of this number, if there is one."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM complaint WHERE complaint_id = %s AND member_id = %s",
        (complaint_id, member_id),
    ).fetchone()
    return None if row is None else complaint_of(row)


def open_complaints(
    connection: Connection[Any], places: frozenset[int] | None, *, count: int = 100
) -> list[Complaint]:
    """What is to be answered in some districts or (None) in all, what is due first at the top."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM complaint WHERE state < 4 "
        "AND (%(places)s::int[] IS NULL OR district = ANY(%(places)s)) "
        "ORDER BY due_at_us, complaint_id LIMIT %(count)s",
        {"places": None if places is None else sorted(places), "count": count},
    ).fetchall()
    return [complaint_of(row) for row in rows]


def closed_complaints(
    connection: Connection[Any],
    places: frozenset[int] | None,
    *,
    before: int | None = None,
    count: int = 50,
) -> list[Complaint]:
    """What was answered or withdrawn, the newest first; `before` is a complaint's number."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM complaint WHERE state >= 4 "
        "AND (%(places)s::int[] IS NULL OR district = ANY(%(places)s)) "
        "AND (%(before)s::bigint IS NULL OR complaint_id < %(before)s) "
        "ORDER BY complaint_id DESC LIMIT %(count)s",
        {
            "places": None if places is None else sorted(places),
            "before": before,
            "count": count,
        },
    ).fetchall()
    return [complaint_of(row) for row in rows]


class Standing(NamedTuple):
    """How many complaints of some districts are open; how many of these are late, and how many
    wait for their members."""

    open_count: int
    late_count: int
    waiting_count: int


def standing(connection: Connection[Any], places: frozenset[int] | None, now_us: int) -> Standing:
    """How the work stands in some districts or (None) in all; waiting ones wait for the member."""
    row = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE due_at_us <= %(now)s AND state < 3), "
        "count(*) FILTER (WHERE state = 3) FROM complaint WHERE state < 4 "
        "AND (%(places)s::int[] IS NULL OR district = ANY(%(places)s))",
        {"places": None if places is None else sorted(places), "now": now_us},
    ).fetchone()
    assert row is not None
    return Standing(*row)


def course_of(connection: Connection[Any], sealer: Sealer, complaint_id: int) -> list[StepTold]:
    """All steps of a complaint, the first one first."""
    rows = connection.execute(
        "SELECT s.step, s.at_us, s.official, s.text_sealed, "
        "(SELECT coalesce(array_agg(p.photo_id ORDER BY p.photo_id), '{}') "
        " FROM complaint_photo p WHERE p.step_id = s.step_id) "
        "FROM complaint_step s WHERE s.complaint_id = %s ORDER BY s.step_id",
        (complaint_id,),
    ).fetchall()
    return [
        StepTold(
            Step(row[0]), row[1], row[2], sealer.open(bytes(row[3]), TEXT_PURPOSE), tuple(row[4])
        )
        for row in rows
    ]


def find_photo(
    connection: Connection[Any], sealer: Sealer, complaint_id: int, photo_id: int
) -> bytes | None:
    """The JPEG of a complaint's photograph, if the complaint has this one."""
    row = connection.execute(
        "SELECT p.jpeg_sealed FROM complaint_photo p JOIN complaint_step s USING (step_id) "
        "WHERE p.photo_id = %s AND s.complaint_id = %s",
        (photo_id, complaint_id),
    ).fetchone()
    return None if row is None else b64decode(sealer.open(bytes(row[0]), PHOTO_PURPOSE))
