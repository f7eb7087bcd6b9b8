"""Long work that somebody asked for: it waits, runs elsewhere, tells how far it is, can be stopped.

Pages and commands ask and look; the analyst's process takes and does (`analyst`). All functions
take a psycopg connection with autocommit. Nothing here needs more than the database, so that a
page that looks at work costs no compiler and no statistics.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.forecast.outdated import Basis, why_outdated
from dure.kernel.clock import CityClock, Clock, SystemClock

CITY: Final = "dure"
"""Who asks for what the city's own nights bring."""

_CLOCK: Final = "SELECT anchor_us, started_at_us, speed FROM city_clock"
_ASK: Final = """
INSERT INTO foresight_work (kind, asked, asked_sha256, asked_by, asked_at_us)
VALUES (%(kind)s, %(asked)s, %(sha256)s, %(by)s, %(at_us)s)
ON CONFLICT (kind, asked_sha256)
  WHERE state IN ('waiting', 'running') AND cancelled_by IS NULL DO NOTHING
RETURNING work_id
"""
_ASKED_ALREADY: Final = """
SELECT work_id FROM foresight_work WHERE kind = %(kind)s AND asked_sha256 = %(sha256)s
AND state IN ('waiting', 'running') AND cancelled_by IS NULL
"""
_COLUMNS: Final = """
w.work_id, w.kind, w.asked, w.asked_by, w.asked_at_us, w.state, w.progress, w.stage_ko, w.stage_en,
w.error_ko, w.error_en, w.result_sha256, w.finished_at_us, w.started_at_us, w.cancelled_by,
w.basis_entry, w.basis_rules, w.basis_money
"""
_LOOK: Final = f"""
SELECT {_COLUMNS}, r.result FROM foresight_work w
LEFT JOIN foresight_result r ON r.sha256 = w.result_sha256 WHERE w.work_id = %s
"""
_LATEST: Final = f"""
SELECT {_COLUMNS}, r.result FROM foresight_work w
JOIN foresight_result r ON r.sha256 = w.result_sha256
WHERE w.kind = %(kind)s AND w.state = 'done'
AND (%(sha256)s::text IS NULL OR w.asked_sha256 = %(sha256)s)
ORDER BY w.work_id DESC LIMIT 1
"""
_LISTED: Final = f"""
SELECT {_COLUMNS}, NULL FROM foresight_work w
WHERE (%(kind)s::text IS NULL OR w.kind = %(kind)s) ORDER BY w.work_id DESC LIMIT %(count)s
"""
_FINISHED: Final = """
SELECT work_id, finished_at_us, result_sha256 FROM foresight_work
WHERE kind = %(kind)s AND asked_sha256 = %(sha256)s AND state = 'done'
ORDER BY work_id DESC LIMIT %(count)s
"""
_RESULT: Final = "SELECT result FROM foresight_result WHERE sha256 = %s"
_CANCEL: Final = """
UPDATE foresight_work SET cancelled_by = coalesce(cancelled_by, %(by)s),
  state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
  finished_at_us = CASE state WHEN 'waiting' THEN %(at_us)s END,
  finished_at = CASE state WHEN 'waiting' THEN clock_timestamp() END,
  stage_ko = '멈추는 중입니다', stage_en = 'stopping'
WHERE work_id = %(work_id)s AND state IN ('waiting', 'running') RETURNING state
"""


class State(StrEnum):
    """How far the work is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work. `progress` counts to 10,000; `stage_ko` and `stage_en` say what goes on.

    `result` is the JSON of `results.KINDS[kind]` when done, `result_sha256` its hash. `outdated`
    says that what it was asked about has changed since (another text of a draft, later rules or
    money), and `outdated_ko` and `outdated_en` what. All `_us` are the city's time. `is_stopping`:
    it runs, and somebody asked for it to stop.
    """

    work_id: int
    kind: str
    asked: Mapping[str, Any]
    asked_by: str
    asked_at_us: int
    state: State
    progress: int
    stage_ko: str
    stage_en: str
    error_ko: str
    error_en: str
    result: str | None
    result_sha256: str | None
    finished_at_us: int | None
    outdated: bool
    outdated_ko: str = ""
    outdated_en: str = ""
    started_at_us: int | None = None
    cancelled_by: str | None = None

    @property
    def is_over(self) -> bool:
        return self.state not in (State.WAITING, State.RUNNING)

    @property
    def is_stopping(self) -> bool:
        return self.state is State.RUNNING and self.cancelled_by is not None


def ask(connection: Connection[Any], kind: str, asked: Mapping[str, Any], by: str) -> int:
    """Puts work on the list and gives its number; the same that still waits or runs is not put
    twice."""
    text = canonical(asked)
    named = {
        "kind": kind,
        "asked": text,
        "sha256": sha256_of(text),
        "by": by,
        "at_us": city_clock(connection).now_us(),
    }
    while True:
        row = connection.execute(_ASK, named).fetchone()
        # The same work may come to its end between the two statements: then it is asked anew.
        row = row or connection.execute(_ASKED_ALREADY, named).fetchone()
        if row is not None:
            return int(row[0])


def look(connection: Connection[Any], work_id: int) -> Work | None:
    """The work as it stands; None when there is none of that number."""
    row = connection.execute(_LOOK, (work_id,)).fetchone()
    return None if row is None else _work(connection, row)


def latest(
    connection: Connection[Any], kind: str, asked: Mapping[str, Any] | None = None
) -> Work | None:
    """The last work of the kind that was done (about the same thing, when `asked` says which).

    `latest(connection, "forecast", {})` is the city's own forecast, without any what-if.
    """
    sha256 = None if asked is None else sha256_of(canonical(asked))
    row = connection.execute(_LATEST, {"kind": kind, "sha256": sha256}).fetchone()
    return None if row is None else _work(connection, row)


def listed(connection: Connection[Any], count: int = 20, kind: str | None = None) -> list[Work]:
    """The works that were asked for last, newest first, without their results."""
    rows = connection.execute(_LISTED, {"count": count, "kind": kind}).fetchall()
    return [_work(connection, row) for row in rows]


def finished(
    connection: Connection[Any], kind: str, asked: Mapping[str, Any], count: int
) -> list[tuple[int, int, str]]:
    """What was done about the same thing, newest first: (work, finished at us, result's hash)."""
    named = {"kind": kind, "sha256": sha256_of(canonical(asked)), "count": count}
    return list(connection.execute(_FINISHED, named).fetchall())


def result_of(connection: Connection[Any], sha256: str) -> str:
    """The JSON of a result that is kept under this hash."""
    row = connection.execute(_RESULT, (sha256,)).fetchone()
    assert row is not None, "results are only ever added"
    return str(row[0])


def cancel(connection: Connection[Any], work_id: int, by: str) -> bool:
    """Asks for the work to stop; False when it is over already."""
    named = {"work_id": work_id, "by": by, "at_us": city_clock(connection).now_us()}
    return connection.execute(_CANCEL, named).fetchone() is not None


def canonical(asked: Mapping[str, Any]) -> str:
    """What is asked as JSON with sorted keys: the same questions have the same text."""
    return msgspec.json.encode(asked, order="deterministic").decode()


def sha256_of(text: str) -> str:
    """The hash of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def city_clock(connection: Connection[Any]) -> Clock:
    """The city's clock, or the machine's own where the city has none."""
    row = connection.execute(_CLOCK).fetchone()
    return SystemClock() if row is None else CityClock(*row)


def _work(connection: Connection[Any], row: TupleRow) -> Work:
    (work_id, kind, asked_text, asked_by, asked_at_us, state, progress, stage_ko, stage_en,
     error_ko, error_en, result_sha256, finished_at_us, started_at_us, cancelled_by,
     entry, rules, money, result) = row  # fmt: skip
    asked = msgspec.json.decode(asked_text)
    reason = None
    if state == State.DONE:
        basis = Basis(entry, rules, money, started_at_us or asked_at_us)
        reason = why_outdated(connection, kind, asked, basis)
    return Work(
        work_id=work_id,
        kind=kind,
        asked=asked,
        asked_by=asked_by,
        asked_at_us=asked_at_us,
        state=State(state),
        progress=progress,
        stage_ko=stage_ko,
        stage_en=stage_en,
        error_ko=error_ko,
        error_en=error_en,
        result=result,
        result_sha256=result_sha256,
        finished_at_us=finished_at_us,
        outdated=reason is not None,
        outdated_ko="" if reason is None else reason.korean,
        outdated_en="" if reason is None else reason.english,
        started_at_us=started_at_us,
        cancelled_by=cancelled_by,
    )
