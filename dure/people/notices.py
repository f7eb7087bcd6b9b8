"""Notices to members: told once, read in the app, and sent as text messages to who wants them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.types.json import Jsonb

from dure.people.notice_kinds import (
    WORDINGS,
    NoticeKind,
    Values,
    check_values,
    kind_of,
    leads_to,
    sentences_of,
)

PAGE: Final = 30
"""So many notices stand on a page."""
KEY_CHARACTERS_MAX: Final = 200


class Notice(NamedTuple):
    """A notice as its member reads it; `told_at_us` is of the city's clock."""

    notice_id: int
    kind: NoticeKind
    korean: str
    english: str
    leads_to: str
    told_at_us: int
    unread: bool


class NoticeKeyTooLongError(ValueError):
    """A key has at most KEY_CHARACTERS_MAX characters."""


# A member who has left, or a wallet taken over without a member, is told nothing.
_TELL: Final = """
INSERT INTO member_notice (member_id, kind, key, facts, told_at_us, sms)
SELECT m.member_id, %(kind)s, %(key)s, %(values)s, %(at_us)s,
       CASE WHEN m.phone_index IS NOT NULL AND (%(protects)s OR coalesce(w.by_sms, false))
            THEN 1 ELSE 0 END
FROM member m LEFT JOIN member_notice_wish w USING (member_id)
WHERE m.member_id = %(member_id)s AND m.status < 3
ON CONFLICT (member_id, key) DO NOTHING
"""


def tell(
    connection: Connection[Any],
    *,
    member_id: int,
    kind: str,
    values: Values,
    at_us: int,
    key: str,
) -> bool:
    """Tells a member something, once for each key; whether this call told it.

    It is written in the caller's transaction, so what is told has happened. `at_us` is the city's
    instant; `values` fill the sentence of the kind (`fields_of`). A member who has left, or a
    wallet without a member, is told nothing. Raises NoticeKindUnknownError,
    NoticeValuesMissingError, NoticeKeyTooLongError.
    """
    known = kind_of(kind)
    check_values(known, values)
    if len(key) > KEY_CHARACTERS_MAX:
        raise NoticeKeyTooLongError(key[:KEY_CHARACTERS_MAX])
    cursor = connection.execute(
        _TELL,
        {
            "member_id": member_id,
            "kind": known.value,
            "key": key,
            "values": Jsonb(dict(values)),
            "at_us": at_us,
            "protects": WORDINGS[known].protects,
        },
    )
    return cursor.rowcount == 1


def notices_of(
    connection: Connection[Any], member_id: int, *, before_id: int | None = None, count: int = PAGE
) -> list[Notice]:
    """A member's notices, the newest first; `before_id` goes on below that one."""
    rows = connection.execute(
        "SELECT notice_id, kind, facts, told_at_us, read_at_us IS NULL FROM member_notice "
        "WHERE member_id = %s AND notice_id < %s ORDER BY notice_id DESC LIMIT %s",
        (member_id, before_id or 2**63 - 1, count),
    ).fetchall()
    return [_notice(row) for row in rows]


def unread_count(connection: Connection[Any], member_id: int, *, at_most: int = 99) -> int:
    """How many notices the member has not read, counted no further than `at_most`."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM member_notice "
        "WHERE member_id = %s AND read_at_us IS NULL LIMIT %s) AS unread",
        (member_id, at_most),
    ).fetchone()
    return int(row[0]) if row else 0


def mark_read(
    connection: Connection[Any], *, member_id: int, notice_ids: Sequence[int], at_us: int
) -> None:
    """The member has read these of his notices; what is no notice of his stays as it is."""
    connection.execute(
        "UPDATE member_notice SET read_at_us = %s "
        "WHERE member_id = %s AND notice_id = ANY(%s) AND read_at_us IS NULL",
        (at_us, member_id, list(notice_ids)),
    )


def wants_sms(connection: Connection[Any], member_id: int) -> bool:
    """Whether the member wants every notice as a text message too."""
    row = connection.execute(
        "SELECT by_sms FROM member_notice_wish WHERE member_id = %s", (member_id,)
    ).fetchone()
    return bool(row and row[0])


def wish_sms(connection: Connection[Any], *, member_id: int, by_sms: bool, at_us: int) -> None:
    """From now on the member is, or is not, told by text message too."""
    connection.execute(
        "INSERT INTO member_notice_wish (member_id, by_sms, at_us) VALUES (%s, %s, %s) "
        "ON CONFLICT (member_id) DO UPDATE SET by_sms = excluded.by_sms, at_us = excluded.at_us",
        (member_id, by_sms, at_us),
    )


def _notice(row: tuple[Any, ...]) -> Notice:
    notice_id, name, facts, told_at_us, unread = row
    kind = kind_of(name)
    # Django's connection hands jsonb over as text.
    values: Values = json.loads(facts) if isinstance(facts, str) else facts
    korean, english = sentences_of(kind, values)
    return Notice(notice_id, kind, korean, english, leads_to(kind, values), told_at_us, unread)
