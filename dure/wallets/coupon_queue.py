"""The fair queue for coupons: a ticket for a tap, worked off in the order in which they came."""

# The order of tickets, and why none can be overtaken: Note [A fair queue] in 0021_promotion.sql.

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, ClaimCoupon

AskAll = Callable[[Sequence[AnyRequest]], list[Answer]]
"""Asks the engine several things in order, as `BlockingEngineClient.ask_all` does."""

TICKETS_A_MINUTE: Final = 10
"""So many tickets one member may draw in a minute of the machine's clock."""
PLACES_COUNTED: Final = 10_000
"""Beyond so many people before somebody, it is only said that there are more."""
_MINUTE_US: Final = 60_000_000
_AT_ONCE: Final = 64
_GATE: Final = 210_001
_DESK: Final = 210_002
"""Advisory locks (class, rule version): who draws shares the gate, who serves holds the desk."""


class TicketState(IntEnum):
    """Where a ticket stands."""

    WAITING = 1
    CLAIMED = 2
    REFUSED = 3


class Ticket(NamedTuple):
    """A member's place in the queue for one coupon; `reason` only of a refused one."""

    ticket_id: int
    member_id: int
    rule_version_id: int
    state: TicketState
    reason: int
    coupon_id: int | None
    drawn_at_us: int


class TooManyTicketsError(Exception):
    """The member has drawn TICKETS_A_MINUTE tickets in the last minute."""


_COLUMNS: Final = "ticket_id, member_id, rule_version_id, state, reason, coupon_id, drawn_at_us"
_DRAW: Final = """
INSERT INTO coupon_ticket (member_id, rule_version_id, drawn_at_us, drawn_machine_us, request_key)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_BY_KEY: Final = f"SELECT {_COLUMNS} FROM coupon_ticket WHERE request_key = %s AND member_id = %s"
_WAITING_OF: Final = f"""
SELECT {_COLUMNS} FROM coupon_ticket WHERE member_id = %s AND rule_version_id = %s AND state = 1
"""
_OF_MEMBER: Final = f"SELECT {_COLUMNS} FROM coupon_ticket WHERE ticket_id = %s AND member_id = %s"
_DRAWN_SINCE: Final = """
SELECT count(*) FROM (
  SELECT drawn_machine_us FROM coupon_ticket WHERE member_id = %s ORDER BY ticket_id DESC LIMIT %s
) AS latest WHERE drawn_machine_us > %s
"""
_FIRST: Final = f"""
SELECT {_COLUMNS} FROM coupon_ticket WHERE rule_version_id = %s AND state = 1
ORDER BY ticket_id LIMIT %s
"""
_BEFORE: Final = """
SELECT count(*) FROM (
  SELECT 1 FROM coupon_ticket WHERE rule_version_id = %s AND state = 1 AND ticket_id < %s LIMIT %s
) AS before
"""
_SERVED: Final = """
UPDATE coupon_ticket t SET state = u.state, reason = u.reason, coupon_id = u.coupon_id
FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::bigint[])
AS u(ticket_id, state, reason, coupon_id)
WHERE t.ticket_id = u.ticket_id AND t.state = 1
"""
_ALL_GONE: Final = """
UPDATE coupon_ticket SET state = 3, reason = %s WHERE rule_version_id = %s AND state = 1
"""
_UNTOLD: Final = f"""
SELECT {_COLUMNS} FROM coupon_ticket WHERE state > 1 AND NOT told AND drawn_machine_us < %s
ORDER BY drawn_machine_us LIMIT %s
"""
_QUEUES: Final = "SELECT DISTINCT rule_version_id FROM coupon_ticket WHERE state = 1"


def draw_ticket(
    connection: Connection[Any],
    *,
    key: bytes,
    member_id: int,
    rule_version_id: int,
    at_us: int,
    machine_us: int,
) -> Ticket:
    """A place at the end of the queue for a coupon; the same tap again gives the same place.

    Who waits already keeps the place that is there. Raises TooManyTicketsError.
    """
    known = _find(connection, _BY_KEY, (key, member_id))
    if known is not None:
        return known
    since = (member_id, TICKETS_A_MINUTE, machine_us - _MINUTE_US)
    drawn = connection.execute(_DRAWN_SINCE, since).fetchone()
    if drawn is not None and drawn[0] >= TICKETS_A_MINUTE:
        raise TooManyTicketsError
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", (_GATE, rule_version_id))
        connection.execute(_DRAW, (member_id, rule_version_id, at_us, machine_us, key))
    mine = _find(connection, _BY_KEY, (key, member_id))
    if mine is None:
        mine = _find(connection, _WAITING_OF, (member_id, rule_version_id))
    if mine is None:  # The other ticket of this member was served between the two looks.
        return draw_ticket(
            connection, key=key, member_id=member_id, rule_version_id=rule_version_id,
            at_us=at_us, machine_us=machine_us,
        )  # fmt: skip
    return mine


def find_ticket(connection: Connection[Any], member_id: int, ticket_id: int) -> Ticket | None:
    """The member's ticket of this number; None for anybody else's."""
    return _find(connection, _OF_MEMBER, (ticket_id, member_id))


def find_ticket_of_key(connection: Connection[Any], member_id: int, key: bytes) -> Ticket | None:
    """The ticket that this form has drawn before, if it has."""
    return _find(connection, _BY_KEY, (key, member_id))


def people_before(connection: Connection[Any], ticket: Ticket) -> int:
    """How many wait before this ticket, PLACES_COUNTED at most."""
    asked = (ticket.rule_version_id, ticket.ticket_id, PLACES_COUNTED)
    row = connection.execute(_BEFORE, asked).fetchone()
    return int(row[0]) if row else 0


def untold_tickets(
    connection: Connection[Any], *, before_machine_us: int, count: int
) -> list[Ticket]:
    """Tickets drawn before the instant that were answered while their members looked elsewhere."""
    rows = connection.execute(_UNTOLD.encode(), (before_machine_us, count)).fetchall()
    return [_ticket(row) for row in rows]


def ticket_told(connection: Connection[Any], ticket_id: int) -> None:
    """The member has seen what came of the ticket, or was told."""
    connection.execute(
        "UPDATE coupon_ticket SET told = true WHERE ticket_id = %s AND state > 1 AND NOT told",
        (ticket_id,),
    )


def queues_waiting(connection: Connection[Any]) -> list[int]:
    """The rule versions for which somebody waits."""
    return sorted(row[0] for row in connection.execute(_QUEUES))


def work_off(
    connection: Connection[Any],
    ask_all: AskAll,
    *,
    rule_version_id: int,
    patience_s: float,
    until_ticket: int | None = None,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> int:
    """Serves the queue from its front and gives how many tickets were answered.

    Returns when nobody waits, when `until_ticket` is served, when the patience is over (after at
    least one batch), or at once when somebody else is serving. Raises EngineGone when the engine
    did not answer: then the tickets wait on, and are asked under the same keys by who comes next.
    """
    give_up_at = monotonic_s() + patience_s
    served = 0
    with _desk(connection, rule_version_id) as ours:
        while ours:
            batch = _front(connection, rule_version_id)
            if not batch:
                break
            answered = _serve(connection, ask_all, batch)
            served += answered
            reached = until_ticket is not None and batch[-1].ticket_id >= until_ticket
            if answered < len(batch) or reached or monotonic_s() >= give_up_at:
                break
    return served


def _serve(connection: Connection[Any], ask_all: AskAll, batch: Sequence[Ticket]) -> int:
    """Asks the engine for each of the batch, in order, and keeps what it answered."""
    answers = ask_all([_claim(ticket) for ticket in batch])
    rows = [
        (
            ticket.ticket_id,
            int(TicketState.CLAIMED if answer.approved else TicketState.REFUSED),
            int(answer.reason),
            answer.movement_id if answer.approved else None,
        )
        for ticket, answer in zip(batch, answers, strict=True)
        if not answer.retry_can_help
    ]
    if rows:
        connection.execute(_SERVED, [list(column) for column in zip(*rows, strict=True)])
    gone = DeclineReason.COUPONS_GONE
    if any(answer.reason == gone for answer in answers):
        # The stock of a version never grows, so who still waits behind need not be asked for.
        cursor = connection.execute(_ALL_GONE, (int(gone), batch[0].rule_version_id))
        return len(batch) + cursor.rowcount
    return len(rows)


def _claim(ticket: Ticket) -> ClaimCoupon:
    """The same for a ticket whoever asks: the instant is that of the tap, not of the asking."""
    return ClaimCoupon(
        key=hashlib.sha256(f"coupon ticket {ticket.ticket_id}".encode()).digest()[:16],
        occurred_at_us=ticket.drawn_at_us,
        member_id=ticket.member_id,
        rule_version_id=ticket.rule_version_id,
    )


def _front(connection: Connection[Any], rule_version_id: int) -> list[Ticket]:
    """The first who wait. Behind the shut gate no lower number can still come to light."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_GATE, rule_version_id))
        rows = connection.execute(_FIRST, (rule_version_id, _AT_ONCE)).fetchall()
    return [_ticket(row) for row in rows]


@contextmanager
def _desk(connection: Connection[Any], rule_version_id: int) -> Iterator[bool]:
    """Whether we are the one who serves, until the end of the block."""
    place = (_DESK, rule_version_id)
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", place).fetchone()
    ours = bool(row and row[0])
    try:
        yield ours
    finally:
        if ours and not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", place)


def _find(connection: Connection[Any], query: str, values: Sequence[object]) -> Ticket | None:
    row = connection.execute(query.encode(), values).fetchone()
    return None if row is None else _ticket(row)


def _ticket(row: Sequence[Any]) -> Ticket:
    return Ticket(row[0], row[1], row[2], TicketState(row[3]), *row[4:])
