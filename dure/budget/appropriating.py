"""Appropriations: money that a document gives to a line or takes from it, once and for ever."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.requests import Appropriate
from dure.budget.lines import COMMITMENT, Line, get_line
from dure.budget.office import Office, Outcome, alone_on, carry_out, outcome_of, request_key
from dure.budget.officials import BudgetOfficial, require
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError
from dure.budget.releasing import held_of

ORIGINAL, SUPPLEMENTARY, RESERVE, REDUCTION = "original", "supplementary", "reserve", "reduction"
KINDS: Final = (ORIGINAL, SUPPLEMENTARY, RESERVE, REDUCTION)
KIND_NAMES: Final = {
    ORIGINAL: ("본예산", "original budget"),
    SUPPLEMENTARY: ("추경", "supplementary budget"),
    RESERVE: ("예비비", "reserve"),
    REDUCTION: ("감액", "reduction"),
}

_ADD: Final = """
INSERT INTO budget_appropriation (line_id, kind, amount_won, decided_on, document_number,
  document_title, source, official_id, recorded_at_us, request_key)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (request_key) DO NOTHING
"""
_OF_LINE: Final = """
SELECT kind, amount_won, decided_on, document_number, document_title, source, official_id,
  recorded_at_us, request_key, appropriation_id
FROM budget_appropriation WHERE line_id = %s ORDER BY recorded_at_us, appropriation_id
"""
_UNFINISHED: Final = """
SELECT line_id, amount_won, recorded_at_us, request_key FROM budget_appropriation a
WHERE NOT EXISTS (SELECT FROM journal j WHERE j.shard = 0 AND j.request_key = a.request_key)
ORDER BY appropriation_id LIMIT %s
"""


class Appropriation(NamedTuple):
    """What a document gives (a reduction: takes, with a negative amount) in whole won."""

    kind: str
    amount_won: int
    decided_on: date
    document_number: str
    document_title: str
    source: str = ""


class Recorded(NamedTuple):
    """An appropriation as it was entered, by whom and when, and what the engine made of it.

    `number` is that of its row.
    """

    appropriation: Appropriation
    official_id: str
    recorded_at_us: int
    outcome: Outcome
    number: int = 0


def appropriate(
    office: Office, official: BudgetOfficial, code: str, given: Appropriation
) -> Answer:
    """Enters a document's appropriation and has the engine book it; the same twice counts once.

    What a line with releases is given beyond those that have come is held back. A reduction comes
    from what is held back first. Raises BudgetRefusedError, also for a reduction of more than is
    unspent; when the engine is away the appropriation stands and `finish_appropriations` books it.
    """
    line = get_line(office.connection, code)
    require(official, line)
    _check(line, given)
    if given.amount_won < 0:
        _check_unspent(office, line, given)
    now_us = office.now_us()
    key = request_key(
        "appropriation", line.code, given.kind, given.amount_won, given.decided_on,
        given.document_number,
    )  # fmt: skip
    office.connection.execute(_ADD, (line.line_id, *given, official.id, now_us, key))
    return _book(office, line.line_id, given.amount_won, now_us, key)


def _check(line: Line, given: Appropriation) -> None:
    if line.role == COMMITMENT:
        raise BudgetRefusedError(BudgetRefusal.A_COMMITMENT, code=line.code)
    if given.amount_won == 0:
        raise BudgetRefusedError(BudgetRefusal.AMOUNT_INVALID, won=0)
    if given.kind not in KINDS or (given.kind == REDUCTION) != (given.amount_won < 0):
        raise BudgetRefusedError(BudgetRefusal.KIND_AND_SIGN, kind=given.kind, won=given.amount_won)


def _check_unspent(office: Office, line: Line, given: Appropriation) -> None:
    """Refuses early and kindly what the engine would refuse; it has the last word."""
    held = held_of(office.connection, line.line_id, office.now_us())
    left_won = held.received_won - held.used_won
    if left_won + given.amount_won < 0:
        raise BudgetRefusedError(BudgetRefusal.MORE_THAN_UNSPENT, code=line.code, left=left_won)


def _book(office: Office, line_id: int, amount_won: int, now_us: int, key: bytes) -> Answer:
    with alone_on(office, line_id):
        held = held_of(office.connection, line_id, office.now_us(), amount_won)
        return carry_out(
            office,
            Appropriate(
                key=key,
                occurred_at_us=now_us,
                line_id=line_id,
                amount_won=amount_won,
                unreleased_won=held.to_hold_won - held.unreleased_won,
            ),
        )


def appropriations_of(connection: Connection[Any], line: Line) -> list[Recorded]:
    """All appropriations of a line in the order of their entry, refused ones too."""
    rows = connection.execute(_OF_LINE, (line.line_id,)).fetchall()
    return [
        Recorded(Appropriation(*row[:6]), row[6], row[7], outcome_of(connection, row[8]), row[9])
        for row in rows
    ]


def finish_appropriations(office: Office, count: int) -> int:
    """Books appropriations that were entered and not answered; gives how many."""
    rows = office.connection.execute(_UNFINISHED, (count,)).fetchall()
    done = 0
    for line_id, amount_won, recorded_at_us, key in rows:
        try:
            _book(office, line_id, amount_won, recorded_at_us, key)
            done += 1
        except BudgetRefusedError:
            continue  # The journal has it as refused now.
    return done
