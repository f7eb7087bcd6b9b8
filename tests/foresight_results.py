"""Results of analyses for tests of pages: put on the list as if the analyst had made them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg

from dure.forecast import work
from dure.forecast.outdated import BASIS
from dure.forecast.results import encode
from tests.engines import BEGUN_US

_KEEP = "INSERT INTO foresight_result VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
_DONE = f"""
INSERT INTO foresight_work (kind, asked, asked_sha256, asked_by, asked_at_us, state, progress,
  started_at_us, finished_at_us, finished_at, result_sha256, basis_entry, basis_rules, basis_money)
SELECT %s, %s, %s, %s, %s, 'done', 10000, %s, %s, clock_timestamp(), %s, {BASIS}
RETURNING work_id
"""


def store_result(
    connection: psycopg.Connection[Any],
    kind: str,
    result: msgspec.Struct,
    asked: Mapping[str, Any] | None = None,
    *,
    by: str = work.CITY,
    at_us: int = BEGUN_US,
) -> int:
    """Keeps a result and the finished work that gave it; gives the work's number."""
    text, told = work.canonical(asked or {}), encode(result).decode()
    sha256 = work.sha256_of(told)
    connection.execute(_KEEP, (sha256, kind, told, at_us))
    row = connection.execute(
        _DONE, (kind, text, work.sha256_of(text), by, at_us, at_us, at_us, sha256)
    ).fetchone()
    assert row is not None
    return int(row[0])


def run_to(
    connection: psycopg.Connection[Any], work_id: int, progress: int, stage: tuple[str, str]
) -> None:
    """Lets a work that waits run, so far and at that stage."""
    connection.execute(
        "UPDATE foresight_work SET state = 'running', taken_by = 'test', progress = %s,"
        " lease_until = clock_timestamp() + interval '1 hour', stage_ko = %s, stage_en = %s"
        " WHERE work_id = %s",
        (progress, *stage, work_id),
    )


def fail(connection: psycopg.Connection[Any], work_id: int, korean: str, english: str) -> None:
    """Ends a work that could not be done."""
    connection.execute(
        "UPDATE foresight_work SET state = 'failed', error_ko = %s, error_en = %s,"
        " finished_at_us = asked_at_us, taken_by = NULL, lease_until = NULL WHERE work_id = %s",
        (korean, english, work_id),
    )
