"""Long work that somebody asked for: it waits, runs elsewhere, tells how far it is, can be stopped.

Pages and commands ask and look; the analyst's process takes and does (`analyst`). All functions
take a psycopg connection with autocommit.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
from psycopg import Connection


class State(StrEnum):
    """How far the work is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work. `progress` counts to 10,000; `stage_ko` and `stage_en` say what goes on.

    `result` is the JSON of `results.KINDS[kind]` when done, `result_sha256` its hash. `outdated` says
    that what it was asked about has changed since (another text of a draft, later history).
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


def ask(connection: Connection[Any], kind: str, asked: Mapping[str, Any], by: str) -> int:
    """Puts work on the list and gives its number; the same that still waits or runs is not put
    twice."""
    raise NotImplementedError


def look(connection: Connection[Any], work_id: int) -> Work | None:
    """The work as it stands; None when there is none of that number."""
    raise NotImplementedError


def latest(
    connection: Connection[Any], kind: str, asked: Mapping[str, Any] | None = None
) -> Work | None:
    """The last work of the kind that was done (about the same thing, when `asked` says which)."""
    raise NotImplementedError


def cancel(connection: Connection[Any], work_id: int, by: str) -> bool:
    """Asks for the work to stop; False when it is over already."""
    raise NotImplementedError
