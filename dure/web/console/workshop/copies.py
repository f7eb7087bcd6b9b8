"""Working copies: a rule's text while officials write it, saved on the server, never lost.

See Note [Saved by two] in 0014_console.sql. All instants are the city's, in microseconds since 1970
UTC. All functions take a psycopg connection with autocommit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

City = Connection[TupleRow]

_START: Final = """
INSERT INTO rule_working_copy (rule, version, scope, origin, started_by, started_at_us)
VALUES (%(rule)s, %(version)s, %(scope)s, %(origin)s, %(by)s, %(at_us)s)
ON CONFLICT (rule, version) WHERE over_at_us IS NULL DO NOTHING RETURNING copy_id
"""
_OPEN_OF: Final = """
SELECT copy_id FROM rule_working_copy
WHERE rule = %(rule)s AND version = %(version)s AND over_at_us IS NULL
"""
_SAVE: Final = """
INSERT INTO rule_working_text (copy_id, revision, document, saved_by, saved_at_us)
VALUES (%(copy_id)s, %(revision)s, %(text)s, %(by)s, %(at_us)s)
"""
_COLUMNS: Final = """
c.copy_id, c.rule, c.version, c.scope, c.origin, c.started_by, c.started_at_us, c.over_at_us,
t.revision, t.document, t.saved_by, t.saved_at_us
"""
_LATEST: Final = """
JOIN LATERAL (SELECT * FROM rule_working_text w WHERE w.copy_id = c.copy_id
              ORDER BY w.revision DESC LIMIT 1) t ON true
"""
_GET: Final = f"SELECT {_COLUMNS} FROM rule_working_copy c {_LATEST} WHERE c.copy_id = %s"
_OPEN: Final = f"""
SELECT {_COLUMNS} FROM rule_working_copy c {_LATEST}
WHERE c.over_at_us IS NULL ORDER BY t.saved_at_us DESC, c.copy_id DESC
"""
_RELABEL: Final = """
UPDATE rule_working_copy SET rule = %(rule)s, version = %(version)s, scope = %(scope)s
WHERE copy_id = %(copy_id)s AND over_at_us IS NULL
"""
_OVER: Final = """
UPDATE rule_working_copy SET over_at_us = %(at_us)s WHERE copy_id = %(copy_id)s
AND over_at_us IS NULL
"""
_KEEP: Final = """
INSERT INTO rule_unsaved_text (copy_id, official, revision, document, typed_at_us)
VALUES (%(copy_id)s, %(by)s, %(revision)s, %(text)s, %(at_us)s)
ON CONFLICT (copy_id, official) DO UPDATE
SET revision = excluded.revision, document = excluded.document, typed_at_us = excluded.typed_at_us
"""
_KEPT: Final = """
SELECT revision, document, typed_at_us FROM rule_unsaved_text
WHERE copy_id = %(copy_id)s AND official = %(by)s
"""
_FORGET: Final = """
DELETE FROM rule_unsaved_text WHERE copy_id = %(copy_id)s AND official = %(by)s
"""
_EARLIER: Final = """
SELECT revision, document, saved_by, saved_at_us FROM rule_working_text
WHERE copy_id = %s ORDER BY revision DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A working copy with the text that was saved last, by whom and when.

    `over_at_us` is None while it is being written.
    """

    copy_id: int
    rule: str
    version: int
    scope: int
    origin: str
    started_by: str
    started_at_us: int
    over_at_us: int | None
    revision: int
    text: str
    saved_by: str
    saved_at_us: int

    @property
    def key(self) -> str:
        return f"{self.rule}@{self.version}"


@dataclass(frozen=True, slots=True)
class Revision:
    """A text as it was saved once."""

    revision: int
    text: str
    saved_by: str
    saved_at_us: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What an official has typed on top of a revision and not saved."""

    revision: int
    text: str
    typed_at_us: int


class SavedMeanwhileError(Exception):
    """Somebody else has saved since the text was opened; `copy` is what stands there now."""

    def __init__(self, copy: Copy) -> None:
        super().__init__(f"revision {copy.revision} was saved by {copy.saved_by}")
        self.copy = copy


def start(
    city: City, *, rule: str, version: int, scope: int, text: str, origin: str, by: str, at_us: int
) -> int:
    """Begins a copy and gives its number; that of the open copy where the version has one."""
    named = {"rule": rule, "version": version, "scope": scope, "origin": origin, "by": by}
    with city.transaction():
        row = city.execute(_START, {**named, "at_us": at_us}).fetchone()
        if row is not None:
            first = {"copy_id": row[0], "revision": 1, "text": text, "by": by, "at_us": at_us}
            city.execute(_SAVE, first)
            return int(row[0])
    found = city.execute(_OPEN_OF, named).fetchone()
    if found is not None:
        return int(found[0])
    # The open copy was closed between the two statements: now there is room for this one.
    return start(
        city,
        rule=rule, version=version, scope=scope, text=text, origin=origin, by=by, at_us=at_us,
    )  # fmt: skip


def find_copy(city: City, copy_id: int) -> Copy | None:
    """The copy as it stands; None when there is none of that number."""
    row = city.execute(_GET, (copy_id,)).fetchone()
    return None if row is None else Copy(*row)


def open_copies(city: City) -> list[Copy]:
    """All copies that are being written, the last saved first."""
    return [Copy(*row) for row in city.execute(_OPEN).fetchall()]


def revisions(city: City, copy_id: int) -> list[Revision]:
    """What was saved, the last first; at most 50."""
    return [Revision(*row) for row in city.execute(_EARLIER, (copy_id,)).fetchall()]


def save(city: City, copy: Copy, *, text: str, on: int, by: str, at_us: int) -> int:
    """Saves the text on top of revision `on` and gives the new revision's number.

    A text that is the saved one already is not saved twice. Raises SavedMeanwhileError where
    somebody has saved on top of that revision before.
    """
    named = {"copy_id": copy.copy_id, "by": by}
    if text == copy.text:
        city.execute(_FORGET, named)
        return copy.revision
    try:
        with city.transaction():
            if on != copy.revision:
                raise SavedMeanwhileError(copy)
            row = {**named, "revision": on + 1, "text": text, "at_us": at_us}
            city.execute(_SAVE, row)
            city.execute(_FORGET, named)
    except psycopg.errors.UniqueViolation as error:
        now = find_copy(city, copy.copy_id)
        assert now is not None, "a copy that was there does not go away"
        raise SavedMeanwhileError(now) from error
    return on + 1


def relabel(city: City, copy: Copy, labels: Mapping[str, Any]) -> bool:
    """Names the copy as its text names itself; False where another open copy has that name."""
    if (copy.rule, copy.version, copy.scope) == tuple(
        labels[name] for name in ("rule", "version", "scope")
    ):
        return True
    try:
        with city.transaction():
            city.execute(_RELABEL, {**labels, "copy_id": copy.copy_id})
    except psycopg.errors.UniqueViolation:
        return False
    return True


def close(city: City, copy_id: int, at_us: int) -> None:
    """The copy is written no more: it was handed in or given up. Its texts stay."""
    city.execute(_OVER, {"copy_id": copy_id, "at_us": at_us})


def keep_typed(city: City, copy_id: int, *, text: str, on: int, by: str, at_us: int) -> None:
    """Keeps what an official has typed on top of a revision."""
    named = {"copy_id": copy_id, "by": by, "revision": on, "text": text, "at_us": at_us}
    city.execute(_KEEP, named)


def typed(city: City, copy_id: int, by: str) -> Typed | None:
    """What the official has typed and not saved; None when there is nothing."""
    row = city.execute(_KEPT, {"copy_id": copy_id, "by": by}).fetchone()
    return None if row is None else Typed(*row)


def forget_typed(city: City, copy_id: int, by: str) -> None:
    """Throws away what the official has typed and not saved."""
    city.execute(_FORGET, {"copy_id": copy_id, "by": by})
