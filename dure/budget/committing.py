"""Commitments (원인행위): money of a line set aside for a named purpose, drawn on or returned.

Note [Commitments are lines]
A commitment is a line of its own below the one that it is taken from. What is set aside for it goes
there in one movement, never more than is free; a rule whose document names it in its `funding`
draws on it as on any line, to the last won and not beyond; what is left goes back in one movement.
So the engine needs nothing new to keep it, and what is free of a line is released - spent -
committed.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.requests import TransferBudget, TransferPurpose
from dure.budget.lines import (
    COMMITMENT,
    Line,
    add_line,
    all_lines,
    get_line,
    get_line_by_id,
)
from dure.budget.office import Office, Outcome, carry_out, outcome_told
from dure.budget.officials import BudgetOfficial, require
from dure.budget.positions import free_won_now
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError

_ADD: Final = """
INSERT INTO budget_commitment (line_id, amount_won, purpose, official_id, recorded_at_us,
  request_key)
VALUES (%s, %s, %s, %s, %s, coalesce(%s, uuid_send(gen_random_uuid())))
ON CONFLICT (request_key) DO NOTHING RETURNING request_key
"""
_FIND_BY_KEY: Final = """
SELECT line_id, amount_won FROM budget_commitment WHERE request_key = %s
"""
_ALL: Final = """
SELECT c.line_id, c.amount_won, c.purpose, c.official_id, c.recorded_at_us, j.reason, j.movement_id
FROM budget_commitment c LEFT JOIN journal j ON j.shard = 0 AND j.request_key = c.request_key
ORDER BY c.commitment_id
"""
_UNFINISHED: Final = """
SELECT line_id, amount_won, recorded_at_us, request_key FROM budget_commitment c
WHERE NOT EXISTS (SELECT FROM journal j WHERE j.shard = 0 AND j.request_key = c.request_key)
ORDER BY commitment_id LIMIT %s
"""


class Committed(NamedTuple):
    """Money set aside for a commitment (or returned, negative), by whom, when and what for."""

    line: Line
    amount_won: int
    purpose: str
    official_id: str
    recorded_at_us: int
    outcome: Outcome


def open_commitment(
    office: Office,
    official: BudgetOfficial,
    parent_code: str,
    *,
    code: str,
    name_ko: str,
    name_en: str,
    amount_won: int,
    purpose: str,
    key: bytes | None = None,
) -> Line:
    """Makes a commitment of the line and sets money aside for it. Raises BudgetRefusedError.

    Rules may name its `code` in their funding from now on. With a `key` (16 bytes) the same
    commitment is opened once, however often it is asked for.
    """
    if (opened := _find_by_key(office, key)) is not None:
        return get_line_by_id(office.connection, opened[0])
    parent = get_line(office.connection, parent_code)
    require(official, parent)
    _check(office, parent, amount_won)
    now_us = office.now_us()
    try:
        with office.connection.transaction():
            line = add_line(
                office.connection,
                code=code, name_ko=name_ko, name_en=name_en, payer=parent.payer,
                district=parent.district, fiscal_year=parent.fiscal_year, role=COMMITMENT,
                parent=parent,
            )  # fmt: skip
            stored = _enter(office, official, line, amount_won, purpose, now_us, key)
    except BudgetRefusedError:
        # The same may have been asked at this very moment: then who asked first books it.
        if (opened := _find_by_key(office, key)) is not None:
            return get_line_by_id(office.connection, opened[0])
        raise
    assert stored is not None, "a line that was added now has nothing set aside for it"
    _book(office, line, amount_won, now_us, stored)
    return line


def set_aside(
    office: Office,
    official: BudgetOfficial,
    code: str,
    amount_won: int,
    purpose: str,
    key: bytes | None = None,
) -> None:
    """Sets more money of its line aside for a commitment; once for each `key` (16 bytes).

    Raises BudgetRefusedError.
    """
    if _find_by_key(office, key) is not None:
        return
    line = _get_commitment(office.connection, code)
    require(official, line)
    _check(office, get_line_by_id(office.connection, line.parent_id or 0), amount_won)
    _move(office, official, line, amount_won, purpose, key)


def return_commitment(
    office: Office,
    official: BudgetOfficial,
    code: str,
    amount_won: int | None,
    purpose: str,
    key: bytes | None = None,
) -> int:
    """Returns what a commitment does not need (None: all that is left) to its line; gives the won.

    With a `key` (16 bytes) once, however often it is asked for. Raises BudgetRefusedError.
    """
    if (returned := _find_by_key(office, key)) is not None:
        return -returned[1]
    line = _get_commitment(office.connection, code)
    require(official, line)
    left_won = free_won_now(office.connection, line.line_id)
    won = left_won if amount_won is None else amount_won
    if won <= 0:
        raise BudgetRefusedError(BudgetRefusal.AMOUNT_INVALID, won=won)
    if won > left_won:
        raise BudgetRefusedError(BudgetRefusal.COMMITMENT_TOO_SMALL, code=code, left=left_won)
    _move(office, official, line, -won, purpose, key)
    return won


def _check(office: Office, parent: Line, amount_won: int) -> None:
    if amount_won <= 0:
        raise BudgetRefusedError(BudgetRefusal.AMOUNT_INVALID, won=amount_won)
    if parent.role == COMMITMENT:
        raise BudgetRefusedError(BudgetRefusal.A_COMMITMENT, code=parent.code)
    free_won = free_won_now(office.connection, parent.line_id)
    if amount_won > free_won:
        raise BudgetRefusedError(BudgetRefusal.MORE_THAN_FREE, code=parent.code, left=free_won)


def _get_commitment(connection: Connection[Any], code: str) -> Line:
    line = get_line(connection, code)
    if line.role != COMMITMENT:
        raise BudgetRefusedError(BudgetRefusal.NOT_A_COMMITMENT, code=code)
    return line


def _move(
    office: Office,
    official: BudgetOfficial,
    line: Line,
    amount_won: int,
    purpose: str,
    key: bytes | None,
) -> None:
    now_us = office.now_us()
    stored = _enter(office, official, line, amount_won, purpose, now_us, key)
    if (
        stored is not None
    ):  # Else the same was asked at this very moment, and is booked by who asked.
        _book(office, line, amount_won, now_us, stored)


def _enter(
    office: Office,
    official: BudgetOfficial,
    line: Line,
    amount_won: int,
    purpose: str,
    now_us: int,
    key: bytes | None,
) -> bytes | None:
    """Writes down what is asked for and gives its key; None when it was written down before."""
    values = (line.line_id, amount_won, purpose, official.id, now_us, key)
    row = office.connection.execute(_ADD, values).fetchone()
    return None if row is None else row[0]


def _find_by_key(office: Office, key: bytes | None) -> tuple[int, int] | None:
    """The line and the won of what was asked for under a key."""
    if key is None:
        return None
    row = office.connection.execute(_FIND_BY_KEY, (key,)).fetchone()
    return None if row is None else (row[0], row[1])


def _book(office: Office, line: Line, amount_won: int, now_us: int, key: bytes) -> None:
    assert line.parent_id is not None, "a commitment lies below its line"
    back = amount_won < 0
    carry_out(
        office,
        TransferBudget(
            key=key,
            occurred_at_us=now_us,
            from_line_id=line.line_id if back else line.parent_id,
            to_line_id=line.parent_id if back else line.line_id,
            amount_won=abs(amount_won),
            purpose=TransferPurpose.UNCOMMIT if back else TransferPurpose.COMMIT,
        ),
    )


def all_commitments(connection: Connection[Any]) -> list[Committed]:
    """Everything that was set aside and returned, in order, refused entries too."""
    lines = {line.line_id: line for line in all_lines(connection)}
    rows = connection.execute(_ALL).fetchall()
    return [
        Committed(lines[line_id], won, purpose, by, at_us, outcome_told(reason, movement_id))
        for line_id, won, purpose, by, at_us, reason, movement_id in rows
    ]


def finish_commitments(office: Office, count: int) -> int:
    """Books what was entered and not answered; gives how many."""
    rows = office.connection.execute(_UNFINISHED, (count,)).fetchall()
    done = 0
    for line_id, amount_won, recorded_at_us, key in rows:
        line = get_line_by_id(office.connection, line_id)
        try:
            _book(office, line, amount_won, recorded_at_us, key)
            done += 1
        except BudgetRefusedError:
            continue  # The journal has it as refused now.
    return done
