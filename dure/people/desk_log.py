"""What officials did at a desk: every look at a member with its reason, and every act for one.

A look lets its official see the member for some minutes of the world; after that, or for another
official, it is looked anew, and logged anew.
"""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Any, Final, NamedTuple

from psycopg import Connection

LOOK_US: Final = 15 * 60_000_000
"""So long a look shows a member."""
NOTE_CHARACTERS_MAX: Final = 200


class Act(StrEnum):
    """What was done; 0022_desk.sql has the same words."""

    LOOKED = "looked"
    NOT_FOUND = "not_found"
    JOINED = "joined"
    CARD_HANDED = "card_handed"
    CARD_BLOCKED = "card_blocked"
    CARD_UNBLOCKED = "card_unblocked"
    CARD_LOST = "card_lost"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    GUARDIAN_LINKED = "guardian_linked"
    GUARDIAN_ENDED = "guardian_ended"
    PHONE_CHANGED = "phone_changed"
    DISTRICT_CHANGED = "district_changed"
    TEXTS_CHANGED = "texts_changed"
    ACCOUNT_LINKED = "account_linked"
    CHARGED = "charged"
    STATEMENT = "statement"
    COMPLAINT_READ = "complaint_read"


class Reason(StrEnum):
    """Why an official looks at a member."""

    AT_DESK = "at_desk"
    ON_TELEPHONE = "on_telephone"
    BY_LETTER = "by_letter"
    COMPLAINT = "complaint"
    BY_LAW = "by_law"


ACT_NAMES: Final[dict[Act, tuple[str, str]]] = {
    Act.LOOKED: ("회원 정보 열람", "looked at a member"),
    Act.NOT_FOUND: ("찾지 못한 조회", "searched and found nobody"),
    Act.JOINED: ("창구 가입", "joined at the desk"),
    Act.CARD_HANDED: ("카드 교부", "handed over a card"),
    Act.CARD_BLOCKED: ("카드 정지", "blocked a card"),
    Act.CARD_UNBLOCKED: ("카드 정지 해제", "unblocked a card"),
    Act.CARD_LOST: ("분실 카드 교체", "replaced a lost card"),
    Act.LOCKED: ("지갑 잠금", "locked the wallet"),
    Act.UNLOCKED: ("지갑 잠금 해제", "unlocked the wallet"),
    Act.GUARDIAN_LINKED: ("보호자 연결", "linked a guardian"),
    Act.GUARDIAN_ENDED: ("보호자 연결 끝냄", "ended a guardian's link"),
    Act.PHONE_CHANGED: ("전화번호 변경", "changed the telephone number"),
    Act.DISTRICT_CHANGED: ("거주 구 변경", "changed the district"),
    Act.TEXTS_CHANGED: ("결제 문자 바꿈", "changed the texts about payments"),
    Act.ACCOUNT_LINKED: ("은행 계좌 연결", "linked a bank account"),
    Act.CHARGED: ("충전 신청", "asked for a charge"),
    Act.STATEMENT: ("거래내역서 발급", "printed a statement"),
    Act.COMPLAINT_READ: ("민원 열람", "read a complaint"),
}
REASON_NAMES: Final[dict[Reason, tuple[str, str]]] = {
    Reason.AT_DESK: ("본인이 창구에 왔음", "the member is at the desk"),
    Reason.ON_TELEPHONE: ("본인이 전화했음", "the member is on the telephone"),
    Reason.BY_LETTER: ("서면 신청", "asked for in writing"),
    Reason.COMPLAINT: ("민원 처리", "a complaint is handled"),
    Reason.BY_LAW: ("법령에 따른 요청", "asked for by law"),
}


class Look(NamedTuple):
    """An official's open look at a member. `at_us` is of the machine's clock."""

    look_id: int
    official: str
    place: int
    member_id: int
    reason: Reason
    at_us: int


class DeskEvent(NamedTuple):
    """A row of the log. `at_us` is of the machine's clock."""

    event_id: int
    at_us: int
    official: str
    place: int
    member_id: int | None
    act: Act
    reason: Reason
    note: str


class NoteMissingError(ValueError):
    """A look by law names the paper that asks for it."""


def note_look(
    connection: Connection[Any],
    *,
    official: str,
    place: int,
    member_id: int,
    reason: Reason,
    note: str = "",
) -> int:
    """Logs that an official looks at a member, and gives the look's number.

    Raises NoteMissingError where the reason is the law and no paper is named.
    """
    if reason is Reason.BY_LAW and not note.strip():
        raise NoteMissingError
    return _add(connection, official, place, member_id, Act.LOOKED, reason, note)


def note_search(
    connection: Connection[Any], *, official: str, place: int, reason: Reason, note: str = ""
) -> None:
    """Logs a search that found nobody; what was searched for is not kept."""
    _add(connection, official, place, None, Act.NOT_FOUND, reason, note)


def note_act(
    connection: Connection[Any], look: Look, act: Act, *, key: bytes, note: str = ""
) -> None:
    """Logs what an official did for the member of an open look, once for each key."""
    _add(connection, look.official, look.place, look.member_id, act, look.reason, note, key)


def note_reading(
    connection: Connection[Any], *, official: str, place: int, member_id: int, note: str
) -> None:
    """Logs that an official read a member's complaint; the same one once in a look's time."""
    since_us = _machine_now_us() - LOOK_US
    known = connection.execute(
        "SELECT 1 FROM desk_event WHERE official = %s AND member_id = %s AND act = %s "
        "AND note = %s AND at_us > %s LIMIT 1",
        (official, member_id, Act.COMPLAINT_READ.value, note, since_us),
    ).fetchone()
    if known is None:
        _add(connection, official, place, member_id, Act.COMPLAINT_READ, Reason.COMPLAINT, note)


def find_look(connection: Connection[Any], look_id: int, official: str) -> Look | None:
    """The official's own look of this number, while it is open."""
    row = connection.execute(
        "SELECT event_id, official, place, member_id, reason, at_us FROM desk_event "
        "WHERE event_id = %s AND official = %s AND act IN ('looked', 'joined') AND at_us > %s",
        (look_id, official, _machine_now_us() - LOOK_US),
    ).fetchone()
    return None if row is None else Look._make((*row[:4], Reason(row[4]), row[5]))


def looks_open(connection: Connection[Any], official: str) -> list[Look]:
    """The official's looks that are still open, the newest first, one for each member."""
    rows = connection.execute(
        "SELECT DISTINCT ON (member_id) event_id, official, place, member_id, reason, at_us "
        "FROM desk_event WHERE official = %s AND act IN ('looked', 'joined') AND at_us > %s "
        "ORDER BY member_id, event_id DESC",
        (official, _machine_now_us() - LOOK_US),
    ).fetchall()
    looks = [Look._make((*row[:4], Reason(row[4]), row[5])) for row in rows]
    return sorted(looks, key=lambda look: -look.look_id)


_EVENTS = (
    "SELECT event_id, at_us, official, place, member_id, act, reason, note FROM desk_event WHERE "
)


def events_about(
    connection: Connection[Any], member_id: int, *, count: int = 50
) -> list[DeskEvent]:
    """What officials saw of a member and did for one, the newest first."""
    rows = connection.execute(
        _EVENTS + "member_id = %s ORDER BY event_id DESC LIMIT %s", (member_id, count)
    ).fetchall()
    return [_event(row) for row in rows]


def events_at(
    connection: Connection[Any],
    *,
    official: str = "",
    places: frozenset[int] | None = None,
    before: int | None = None,
    count: int = 50,
) -> list[DeskEvent]:
    """The log, the newest first, of one official or all, of some desks or (None) all."""
    rows = connection.execute(
        _EVENTS + "(%(official)s = '' OR official = %(official)s) "
        "AND (%(places)s::int[] IS NULL OR place = ANY(%(places)s)) "
        "AND (%(before)s::bigint IS NULL OR event_id < %(before)s) "
        "ORDER BY event_id DESC LIMIT %(count)s",
        {
            "official": official,
            "places": None if places is None else sorted(places),
            "before": before,
            "count": count,
        },
    ).fetchall()
    return [_event(row) for row in rows]


def _event(row: tuple[Any, ...]) -> DeskEvent:
    return DeskEvent._make((*row[:5], Act(row[5]), Reason(row[6]), row[7]))


def note_joining(
    connection: Connection[Any], *, official: str, place: int, member_id: int, papers: str
) -> int:
    """Logs that somebody joined at a desk; it is an open look as well, and gives its number."""
    known = connection.execute(
        "SELECT event_id FROM desk_event WHERE member_id = %s AND act = %s",
        (member_id, Act.JOINED.value),
    ).fetchone()
    if known is not None:
        return int(known[0])
    return _add(connection, official, place, member_id, Act.JOINED, Reason.AT_DESK, papers)


def _add(
    connection: Connection[Any],
    official: str,
    place: int,
    member_id: int | None,
    act: Act,
    reason: Reason,
    note: str,
    key: bytes | None = None,
) -> int:
    """The row's number; 0 where the key was logged before."""
    row = connection.execute(
        "INSERT INTO desk_event (at_us, official, place, member_id, act, reason, note, "
        "request_key) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING "
        "RETURNING event_id",
        (
            _machine_now_us(), official, place, member_id, act.value, reason.value,
            " ".join(note.split())[:NOTE_CHARACTERS_MAX], key,
        ),
    ).fetchone()  # fmt: skip
    return 0 if row is None else int(row[0])


def _machine_now_us() -> int:
    return time.time_ns() // 1000
