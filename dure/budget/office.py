"""What the budget works with: our connection, the engine, the city's time; and asking the
engine."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.reasons import RETRY_CAN_HELP, DeclineReason
from dure.authorization.requests import AnyRequest
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError

_PATIENCE: Final = 100
_PAUSE_S: Final = 0.05
"""An engine hears of a new line a moment after it was made; until then it does not know it."""

_LOCK_CLASS: Final = 0x62756467
"""The letters "budg": advisory locks of others use other classes."""

_OUTCOME: Final = """
SELECT reason, movement_id FROM journal WHERE shard = 0 AND request_key = %s
"""


@dataclass(frozen=True, slots=True)
class Office:
    """Our connection (autocommit), the engine that owns the first shard, and the city's time.

    `now_us` tells the time in microseconds since 1970 UTC.
    """

    connection: Connection[Any]
    ask: Callable[[AnyRequest], Answer]
    now_us: Callable[[], int]


class Course(StrEnum):
    """How far an act of the budget came: the journal tells."""

    UNDER_WAY = "under way"
    DONE = "done"
    REFUSED = "refused"


class Outcome(NamedTuple):
    """What became of a request: `reason` why the engine refused, `movement_id` its row or 0."""

    course: Course
    reason: DeclineReason = DeclineReason.APPROVED
    movement_id: int = 0


def request_key(*parts: object) -> bytes:
    """The 16 bytes under which an act is asked for, whoever asks and how often."""
    return hashlib.sha256("\x1f".join(map(str, ("budget", *parts))).encode()).digest()[:16]


@contextmanager
def alone_on(office: Office, line_id: int) -> Iterator[None]:
    """What is decided by what a line holds back is decided by one process at a time."""
    with office.connection.transaction():
        office.connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_LOCK_CLASS, line_id))
        yield


def outcome_of(connection: Connection[Any], key: bytes) -> Outcome:
    """What the journal says of the request with this key."""
    row = connection.execute(_OUTCOME, (key,)).fetchone()
    return outcome_told(*row) if row else Outcome(Course.UNDER_WAY)


def outcome_told(reason: int | None, movement_id: int | None) -> Outcome:
    """The same of a journal's row that was read beside the act; None where there is none."""
    if reason is None:
        return Outcome(Course.UNDER_WAY)
    course = Course.REFUSED if reason else Course.DONE
    return Outcome(course, DeclineReason(reason), movement_id or 0)


def carry_out(office: Office, request: AnyRequest) -> Answer:
    """Asks the engine; again, with the same key, while that can help.

    Raises BudgetRefusedError(ENGINE_REFUSED) when it refuses, and what the asker raises when the
    engine is away: the act is then under way, and `finish_due` carries it out.
    """
    for _ in range(_PATIENCE):
        answer = office.ask(request)
        if answer.reason not in RETRY_CAN_HELP | {DeclineReason.BUDGET_LINE_UNKNOWN}:
            break
        time.sleep(_PAUSE_S)
    if not answer.approved:
        raise BudgetRefusedError(BudgetRefusal.ENGINE_REFUSED, reason=answer.reason.name)
    return answer
