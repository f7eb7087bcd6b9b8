"""When a line's money may be spent: months or other dated releases; see Note [Releases] in the
SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.requests import ReleaseBudget
from dure.budget.lines import COMMITMENT, Line, get_line, get_line_by_id
from dure.budget.office import Office, alone_on, carry_out, request_key
from dure.budget.officials import BudgetOfficial, require
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError
from dure.kernel.calendar import day_of

_ADD: Final = """
INSERT INTO budget_release (line_id, on_us, amount_won, official_id, recorded_at_us)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_OF_LINE: Final = """
SELECT on_us, amount_won, on_us <= %s FROM budget_release WHERE line_id = %s ORDER BY on_us
"""
_LATER: Final = "SELECT count(*) FROM budget_release WHERE line_id = %s"
# What was set aside for commitments or went to other lines had been released before it went, so the
# money that came is told by adding it again.
_RECEIVED: Final = """
SELECT b.appropriated_won, b.unreleased_won,
  coalesce((SELECT sum(s.spent_won) FROM budget_slice s WHERE s.line_id = b.line_id), 0)::bigint,
  coalesce((SELECT sum(c.appropriated_won) FROM budget_line c
            WHERE c.parent_id = b.line_id AND c.role = 'commitment'), 0)::bigint
  + coalesce((SELECT sum(t.amount_won) FROM budget_transfer t
              JOIN journal j ON j.shard = 0 AND j.request_key = t.request_key AND j.reason = 0
              WHERE t.from_line_id = b.line_id), 0)::bigint AS gone_won
FROM budget_line b WHERE b.line_id = %s
"""
_PLANNED: Final = """
SELECT line_id FROM budget_line b WHERE unreleased_won > 0
UNION SELECT line_id FROM budget_release ORDER BY line_id
"""


class Release(NamedTuple):
    """Money that may be spent from an instant on; `is_due` says that it has come."""

    on_us: int
    amount_won: int
    is_due: bool = False


class Held(NamedTuple):
    """Of a line now: what it has received, what of it is held back, and what should be, in won.

    `used_won` is what was spent, set aside or transferred. `due_us` is the latest release that
    came.
    """

    received_won: int
    unreleased_won: int
    to_hold_won: int
    used_won: int
    due_us: int

    @property
    def free_won(self) -> int:
        return self.received_won - self.unreleased_won - self.used_won


def releases_of(connection: Connection[Any], line: Line, now_us: int) -> list[Release]:
    """The releases of a line in order; none says that it is released wholly."""
    return [Release(*row) for row in connection.execute(_OF_LINE, (now_us, line.line_id))]


def held_of(connection: Connection[Any], line_id: int, now_us: int, coming_won: int = 0) -> Held:
    """What a line holds back and should, once `coming_won` more (or less) has come to it."""
    row = connection.execute(_RECEIVED, (line_id,)).fetchone()
    assert row is not None, "the line was found before"
    appropriated_won, unreleased_won, spent_won, gone_won = row
    releases = connection.execute(_OF_LINE, (now_us, line_id)).fetchall()
    due = [(on_us, won) for on_us, won, is_due in releases if is_due]
    received_won = appropriated_won + gone_won + coming_won
    may_won = sum(won for _, won in due) if releases else received_won
    return Held(
        received_won,
        unreleased_won,
        max(0, received_won - may_won),
        spent_won + gone_won,
        max((on_us for on_us, _ in due), default=0),
    )


def plan_releases(
    office: Office, official: BudgetOfficial, code: str, releases: Sequence[Release]
) -> None:
    """Adds dated releases to a line, and holds back what is not released yet.

    Releases lie ahead, but for those that begin a plan: these say what was free from their date on.
    Raises BudgetRefusedError, also where the line has spent more than would be released by now.
    """
    line = get_line(office.connection, code)
    require(official, line)
    if line.role == COMMITMENT:
        raise BudgetRefusedError(BudgetRefusal.A_COMMITMENT, code=code)
    now_us = office.now_us()
    connection = office.connection
    with connection.transaction():
        connection.execute("LOCK TABLE budget_release IN SHARE ROW EXCLUSIVE MODE")
        row = connection.execute(_LATER, (line.line_id,)).fetchone()
        is_first = row is not None and row[0] == 0
        for release in sorted(releases):
            on = day_of(release.on_us)
            if release.amount_won <= 0:
                raise BudgetRefusedError(BudgetRefusal.AMOUNT_INVALID, won=release.amount_won)
            if release.on_us <= now_us and not is_first:
                raise BudgetRefusedError(BudgetRefusal.RELEASED_IN_PAST, on=on)
            added = connection.execute(
                _ADD, (line.line_id, release.on_us, release.amount_won, official.id, now_us)
            )
            if not added.rowcount:
                raise BudgetRefusedError(BudgetRefusal.RELEASE_EXISTS, code=code, on=on)
        held = held_of(connection, line.line_id, now_us)
        if held.used_won > held.received_won - held.to_hold_won:
            raise BudgetRefusedError(BudgetRefusal.SPENT_ALREADY, code=code, spent=held.used_won)
    set_held(office, line.line_id)


def set_held(office: Office, line_id: int) -> int:
    """Releases what is due of a line, or holds back what is not (as far as it is unspent).

    Gives the won released, less than nothing where money was held back. Asked again it has no
    further effect: the key names what was held when it was asked.
    """
    with alone_on(office, line_id):
        now_us = office.now_us()
        held = held_of(office.connection, line_id, now_us)
        released_won = max(held.unreleased_won - held.to_hold_won, -held.free_won)
        if released_won:
            key = request_key(
                "release", line_id, held.due_us, held.received_won, held.unreleased_won,
                released_won,
            )  # fmt: skip
            request = ReleaseBudget(
                key=key, occurred_at_us=now_us, line_id=line_id, amount_won=released_won
            )
            carry_out(office, request)
    return released_won


def release_due(office: Office) -> int:
    """Releases what is due of every line, and holds back what came beyond; gives for how many."""
    planned = office.connection.execute(_PLANNED).fetchall()
    return sum(set_held(office, line_id) != 0 for (line_id,) in planned)


def release_line(office: Office, official: BudgetOfficial, code: str) -> int:
    """Releases what is due of one line at once, without waiting for the worker; gives the won."""
    line = get_line(office.connection, code)
    require(official, line)
    return set_held(office, get_line_by_id(office.connection, line.line_id).line_id)
