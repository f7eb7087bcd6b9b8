"""Transfers between lines (전용): asked by one official, approved by two others, one movement.

The engine is asked only after the second approval is durable. A process that dies in between leaves
a transfer that is approved and under way; the worker asks the engine again under the same key.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import Connection

from dure.authorization.requests import TransferBudget, TransferPurpose
from dure.budget.lines import COMMITMENT, Line, all_lines, get_line, get_line_by_id
from dure.budget.office import Course, Office, Outcome, carry_out, outcome_of, outcome_told
from dure.budget.officials import BudgetOfficial, require
from dure.budget.positions import free_won_now
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError


class Step(IntEnum):
    """The steps of a transfer; the numbers are stored."""

    ASKED = 1
    APPROVED = 2
    APPROVED_TWICE = 3
    REFUSED = 9


STEP_NAMES: Final = {
    Step.ASKED: ("요청", "asked"),
    Step.APPROVED: ("1차 승인", "approved once"),
    Step.APPROVED_TWICE: ("2차 승인", "approved twice"),
    Step.REFUSED: ("반려", "refused"),
}
_LAST_OF_PEOPLE: Final = "a_transfer_is_asked_and_approved_by_three_people"
_OF_ORDER: Final = frozenset(
    {"the_steps_of_a_transfer_follow_each_other", "a_step_of_a_transfer_is_taken_once"}
)

_ADD: Final = """
INSERT INTO budget_transfer (from_line_id, to_line_id, amount_won, reason, request_key)
VALUES (%s, %s, %s, %s, coalesce(%s, uuid_send(gen_random_uuid())))
ON CONFLICT (request_key) DO NOTHING RETURNING transfer_id
"""
_FIND_BY_KEY: Final = "SELECT transfer_id FROM budget_transfer WHERE request_key = %s"
_ADD_STEP: Final = """
INSERT INTO budget_transfer_step (transfer_id, step, official_id, role, district, at_us, note)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_FIND: Final = """
SELECT transfer_id, from_line_id, to_line_id, amount_won, reason, request_key
FROM budget_transfer WHERE transfer_id = %s
"""
_ALL: Final = """
SELECT t.transfer_id, t.from_line_id, t.to_line_id, t.amount_won, t.reason, t.request_key, j.reason,
  j.movement_id
FROM budget_transfer t LEFT JOIN journal j ON j.shard = 0 AND j.request_key = t.request_key
ORDER BY t.transfer_id
"""
_ALL_STEPS: Final = """
SELECT transfer_id, step, official_id, at_us, note FROM budget_transfer_step
ORDER BY transfer_id, step
"""
_STEPS: Final = """
SELECT step, official_id, at_us, note FROM budget_transfer_step WHERE transfer_id = %s ORDER BY step
"""
_UNFINISHED: Final = """
SELECT t.transfer_id FROM budget_transfer t JOIN budget_transfer_step s USING (transfer_id)
WHERE s.step = 3
  AND NOT EXISTS (SELECT FROM journal j WHERE j.shard = 0 AND j.request_key = t.request_key)
ORDER BY t.transfer_id LIMIT %s
"""


class Taken(NamedTuple):
    """A step that was taken: by whom, when (microseconds), and with which remark."""

    step: Step
    official_id: str
    at_us: int
    note: str


class Transfer(NamedTuple):
    """A transfer with all its steps, and what the engine made of it."""

    transfer_id: int
    from_line: Line
    to_line: Line
    amount_won: int
    reason: str
    request_key: bytes
    steps: tuple[Taken, ...]
    outcome: Outcome

    @property
    def step(self) -> Step:
        return self.steps[-1].step

    @property
    def state(self) -> tuple[str, str]:
        """How far it came, in Korean and English."""
        if self.outcome.course is Course.DONE:
            return ("집행", "carried out")
        if self.outcome.course is Course.REFUSED:
            return ("잔액 부족으로 집행되지 않음", f"not carried out: {self.outcome.reason.name}")
        return STEP_NAMES[self.step]


def ask_transfer(
    office: Office,
    official: BudgetOfficial,
    *,
    from_code: str,
    to_code: str,
    amount_won: int,
    reason: str,
    key: bytes | None = None,
) -> Transfer:
    """Asks for a transfer between two lines of one year and payer. Raises BudgetRefusedError.

    With a `key` (16 bytes) the same asking counts once, however often it comes.
    """
    connection = office.connection
    if key is not None and (asked := connection.execute(_FIND_BY_KEY, (key,)).fetchone()):
        return get_transfer(connection, asked[0])
    giving, getting = get_line(connection, from_code), get_line(connection, to_code)
    require(official, giving, getting)
    _check(giving, getting, amount_won)
    free_won = free_won_now(connection, giving.line_id)
    if amount_won > free_won:
        raise BudgetRefusedError(BudgetRefusal.MORE_THAN_FREE, code=giving.code, left=free_won)
    with connection.transaction():
        row = connection.execute(
            _ADD, (giving.line_id, getting.line_id, amount_won, reason, key)
        ).fetchone()
        if row is not None:
            _take(office, row[0], Step.ASKED, official, reason)
    row = row or connection.execute(_FIND_BY_KEY, (key,)).fetchone()
    assert row is not None, "it was added now, or by who asked with the same key"
    return get_transfer(connection, row[0])


def _check(giving: Line, getting: Line, amount_won: int) -> None:
    if amount_won <= 0:
        raise BudgetRefusedError(BudgetRefusal.AMOUNT_INVALID, won=amount_won)
    for line in (giving, getting):
        if line.role == COMMITMENT:
            raise BudgetRefusedError(BudgetRefusal.A_COMMITMENT, code=line.code)
    both = {"code": giving.code, "other": getting.code}
    if giving.fiscal_year != getting.fiscal_year:
        raise BudgetRefusedError(BudgetRefusal.OTHER_YEAR, **both)
    if (giving.payer, giving.district) != (getting.payer, getting.district):
        raise BudgetRefusedError(BudgetRefusal.OTHER_PAYER, **both)


def approve_transfer(
    office: Office, official: BudgetOfficial, transfer_id: int, note: str = ""
) -> Transfer:
    """Approves as the first or the second one; after the second the engine carries it out.

    Raises BudgetRefusedError for whoever asked or has approved, for one that is over, and when the
    engine refuses because the giving line has not so much free any more.
    """
    transfer = _get_open(office, official, transfer_id)
    while not _take(office, transfer_id, Step(transfer.step + 1), official, note):
        transfer = _get_open(office, official, transfer_id)  # Another took this step meanwhile.
    if transfer.step is Step.APPROVED:
        carry_out_transfer(office, transfer_id)
    return get_transfer(office.connection, transfer_id)


def refuse_transfer(
    office: Office, official: BudgetOfficial, transfer_id: int, note: str = ""
) -> Transfer:
    """Refuses a transfer that was not approved twice; it is over then. Also its asker may."""
    _get_open(office, official, transfer_id)
    if not _take(office, transfer_id, Step.REFUSED, official, note):
        raise _over(get_transfer(office.connection, transfer_id))
    return get_transfer(office.connection, transfer_id)


def _get_open(office: Office, official: BudgetOfficial, transfer_id: int) -> Transfer:
    """A transfer that is neither refused nor approved twice, which the official may act on."""
    transfer = get_transfer(office.connection, transfer_id)
    require(official, transfer.from_line, transfer.to_line)
    if transfer.step not in (Step.ASKED, Step.APPROVED):
        raise _over(transfer)
    return transfer


def _take(
    office: Office, transfer_id: int, step: Step, official: BudgetOfficial, note: str
) -> bool:
    """Takes a step; False where it does not follow the last one any more.

    Raises BudgetRefusedError for an official who has taken another step of the transfer.
    """
    values = (
        transfer_id, step, official.id, official.role, official.district, office.now_us(), note,
    )  # fmt: skip
    try:
        office.connection.execute(_ADD_STEP, values)
    except (psycopg.errors.UniqueViolation, psycopg.errors.CheckViolation) as error:
        if error.diag.constraint_name == _LAST_OF_PEOPLE:
            raise BudgetRefusedError(BudgetRefusal.SAME_OFFICIAL, official=official.id) from error
        if error.diag.constraint_name in _OF_ORDER:
            return False
        raise
    return True


def _over(transfer: Transfer) -> BudgetRefusedError:
    return BudgetRefusedError(
        BudgetRefusal.TRANSFER_OVER,
        transfer=transfer.transfer_id,
        state=" · ".join(transfer.state),
    )


def carry_out_transfer(office: Office, transfer_id: int) -> None:
    """Has the engine move the money of a transfer that was approved twice; once, however often."""
    transfer = get_transfer(office.connection, transfer_id)
    assert transfer.step is Step.APPROVED_TWICE, "only what two have approved is carried out"
    carry_out(
        office,
        TransferBudget(
            key=transfer.request_key,
            occurred_at_us=transfer.steps[-1].at_us,
            from_line_id=transfer.from_line.line_id,
            to_line_id=transfer.to_line.line_id,
            amount_won=transfer.amount_won,
            purpose=TransferPurpose.TRANSFER,
        ),
    )


def get_transfer(connection: Connection[Any], transfer_id: int) -> Transfer:
    """The transfer with this number. Raises BudgetRefusedError(TRANSFER_UNKNOWN)."""
    row = connection.execute(_FIND, (transfer_id,)).fetchone()
    if row is None:
        raise BudgetRefusedError(BudgetRefusal.TRANSFER_UNKNOWN, transfer=transfer_id)
    steps = tuple(
        Taken(Step(step), *rest) for step, *rest in connection.execute(_STEPS, (transfer_id,))
    )
    return Transfer(
        transfer_id,
        get_line_by_id(connection, row[1]),
        get_line_by_id(connection, row[2]),
        row[3],
        row[4],
        row[5],
        steps,
        outcome_of(connection, row[5]),
    )


def all_transfers(connection: Connection[Any]) -> list[Transfer]:
    """Every transfer in the order of asking."""
    lines = {line.line_id: line for line in all_lines(connection)}
    steps: dict[int, list[Taken]] = {}
    for transfer_id, step, *rest in connection.execute(_ALL_STEPS):
        steps.setdefault(transfer_id, []).append(Taken(Step(step), *rest))
    return [
        Transfer(
            transfer_id, lines[giving], lines[getting], amount_won, reason, key,
            tuple(steps[transfer_id]), outcome_told(answered, movement_id),
        )
        for transfer_id, giving, getting, amount_won, reason, key, answered, movement_id
        in connection.execute(_ALL)
    ]  # fmt: skip


def finish_transfers(office: Office, count: int) -> int:
    """Carries out transfers that were approved twice and not answered; gives how many."""
    rows = office.connection.execute(_UNFINISHED, (count,)).fetchall()
    done = 0
    for (transfer_id,) in rows:
        try:
            carry_out_transfer(office, transfer_id)
            done += 1
        except BudgetRefusedError:
            continue  # The journal has it as refused now.
    return done
