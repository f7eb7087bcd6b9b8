"""Taking work from the list: leased to one at a time, renewed, told, finished, given back.

Every statement names the taking (`token`); after a lease has run out and another has taken the
work, whoever comes late changes nothing. See Note [Lease of a work] in the SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.forecast.outdated import BASIS
from dure.forecast.work import sha256_of

ATTEMPTS_MOST: Final = 3
"""How often a work is begun before it is given up."""

_TAKE: Final = f"""
UPDATE foresight_work SET state = 'running', taken_by = %(token)s, attempts = attempts + 1,
  lease_until = clock_timestamp() + %(lease_s)s * interval '1 second',
  progress = 0, stage_ko = '시작합니다', stage_en = 'starting', started_at_us = %(at_us)s,
  (basis_entry, basis_rules, basis_money) = (SELECT {BASIS})
WHERE work_id = (
  SELECT work_id FROM foresight_work
  WHERE (state = 'waiting' OR (state = 'running' AND lease_until < clock_timestamp()))
  AND cancelled_by IS NULL AND attempts < %(attempts)s
  AND (%(quick)s::boolean IS NULL OR %(quick)s =
    (kind = ANY(%(quick_kinds)s) OR coalesce(asked::jsonb ->> 'preview' = 'true', false)))
  ORDER BY work_id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING work_id, kind, asked, asked_by
""".encode()
_OWN: Final = "work_id = %(work_id)s AND taken_by = %(token)s AND state = 'running'"
_RENEW: Final = f"""
UPDATE foresight_work SET lease_until = clock_timestamp() + %(lease_s)s * interval '1 second'
WHERE {_OWN} RETURNING cancelled_by
"""
_STANDS: Final = f"SELECT cancelled_by FROM foresight_work WHERE {_OWN}"
_TELL: Final = f"""
UPDATE foresight_work SET progress = greatest(progress, %(progress)s),
  stage_ko = CASE WHEN cancelled_by IS NULL THEN %(korean)s ELSE stage_ko END,
  stage_en = CASE WHEN cancelled_by IS NULL THEN %(english)s ELSE stage_en END
WHERE {_OWN} RETURNING cancelled_by
"""
_OVER: Final = """taken_by = NULL, lease_until = NULL, finished_at_us = %(at_us)s,
  finished_at = clock_timestamp()"""
_KEEP: Final = """
INSERT INTO foresight_result (sha256, kind, result, kept_at_us)
SELECT %(sha256)s, kind, %(result)s, %(at_us)s FROM foresight_work WHERE work_id = %(work_id)s
ON CONFLICT DO NOTHING
"""
_FINISH: Final = f"""
UPDATE foresight_work SET state = 'done', progress = 10000, result_sha256 = %(sha256)s,
  stage_ko = '마쳤습니다', stage_en = 'done', {_OVER}
WHERE {_OWN} AND cancelled_by IS NULL RETURNING work_id
"""
_FAIL: Final = f"""
UPDATE foresight_work SET state = 'failed', error_ko = %(korean)s, error_en = %(english)s, {_OVER}
WHERE {_OWN} AND cancelled_by IS NULL RETURNING work_id
"""
_CANCELLED: Final = f"""
UPDATE foresight_work SET state = 'cancelled', stage_ko = '멈췄습니다', stage_en = 'stopped',
  {_OVER}
WHERE {_OWN} AND cancelled_by IS NOT NULL RETURNING work_id
"""
# What was taken by one who had to end is no fault of the work: the attempt is not counted.
_GIVE_BACK: Final = f"""
UPDATE foresight_work SET state = 'waiting', taken_by = NULL, lease_until = NULL, progress = 0,
  attempts = attempts - %(uncounted)s, stage_ko = '다시 기다립니다', stage_en = 'waiting again'
WHERE {_OWN} AND cancelled_by IS NULL RETURNING work_id
"""
_BURY_CANCELLED: Final = f"""
UPDATE foresight_work SET state = 'cancelled', stage_ko = '멈췄습니다', stage_en = 'stopped',
  {_OVER}
WHERE state = 'running' AND lease_until < clock_timestamp() AND cancelled_by IS NOT NULL
"""
_BURY_TRIED: Final = f"""
UPDATE foresight_work SET state = 'failed', error_ko = %(korean)s, error_en = %(english)s, {_OVER}
WHERE (state = 'waiting' OR (state = 'running' AND lease_until < clock_timestamp()))
AND attempts >= %(attempts)s
"""
_TRIED_OUT: Final = (
    "{attempts}번 시작했지만 그때마다 도중에 끊겼습니다. 메모리가 모자라지 않은지 "
    "log/analyst.log를 보고, 기간을 줄여 다시 요청하세요.",
    "it was begun {attempts} times and cut off each time; see log/analyst.log (is there too little "
    "memory?) and ask again for a shorter period",
)


class Taken(NamedTuple):
    """A work that is ours until the lease runs out; `asked` is JSON."""

    work_id: int
    kind: str
    asked: str
    asked_by: str
    token: str


class Gone(Exception):  # noqa: N818
    """The work is not ours any more: its lease ran out, and another may have taken it."""


def take(
    connection: Connection[Any],
    token: str,
    lease_s: float,
    at_us: int,
    *,
    quick: bool | None = None,
    quick_kinds: Sequence[str] = (),
) -> Taken | None:
    """Takes the oldest work that waits or whose lease ran out; None when there is none.

    With `quick` only work of quick kinds and previews, or only all other. Work that was begun too
    often is marked as failed, cancelled work whose lease ran out as cancelled.
    """
    attempts = ATTEMPTS_MOST
    ko, en = (sentence.format(attempts=attempts) for sentence in _TRIED_OUT)
    connection.execute(_BURY_CANCELLED, {"at_us": at_us})
    connection.execute(
        _BURY_TRIED, {"at_us": at_us, "attempts": attempts, "korean": ko, "english": en}
    )
    named = {
        "token": token, "lease_s": lease_s, "at_us": at_us, "attempts": attempts, "quick": quick,
        "quick_kinds": list(quick_kinds),
    }  # fmt: skip
    row = connection.execute(_TAKE, named).fetchone()
    return None if row is None else Taken._make((*row, token))


def renew(connection: Connection[Any], taken: Taken, lease_s: float) -> bool:
    """Renews the lease; whether somebody asked for it to stop. Raises Gone."""
    return _asked_to_stop(connection, _RENEW, _own(taken, lease_s=lease_s))


def is_cancelled(connection: Connection[Any], taken: Taken) -> bool:
    """Whether somebody asked for the work to stop. Raises Gone."""
    return _asked_to_stop(connection, _STANDS, _own(taken))


def tell(connection: Connection[Any], taken: Taken, progress: int, ko: str, en: str) -> bool:
    """Writes how far the work is (of 10,000; never less than before) and what goes on.

    Gives whether somebody asked for it to stop. Raises Gone.
    """
    progress = min(max(progress, 0), 9_999)
    named = _own(taken, progress=progress, korean=ko, english=en)
    return _asked_to_stop(connection, _TELL, named)


def finish(connection: Connection[Any], taken: Taken, result: str, at_us: int) -> str | None:
    """Keeps the result and gives its hash; None when the work was cancelled or is not ours."""
    sha256 = sha256_of(result)
    named = _own(taken, at_us=at_us, sha256=sha256, result=result)
    with connection.transaction():
        connection.execute(_KEEP, named)
        done = connection.execute(_FINISH, named).fetchone()
    return sha256 if done else None


def fail(connection: Connection[Any], taken: Taken, ko: str, en: str, at_us: int) -> bool:
    """Marks the work as failed, with why; False when it was cancelled or is not ours."""
    named = _own(taken, korean=ko, english=en, at_us=at_us)
    return connection.execute(_FAIL, named).fetchone() is not None


def close(connection: Connection[Any], taken: Taken, at_us: int, *, counted: bool = False) -> None:
    """Ends a taking without a result: cancelled where somebody asked for that, else given back.

    `counted`: the attempt counts among those after which the work is given up.
    """
    named = _own(taken, at_us=at_us, uncounted=0 if counted else 1)
    if connection.execute(_CANCELLED, named).fetchone() is None:
        connection.execute(_GIVE_BACK, named)


def _own(taken: Taken, **others: object) -> dict[str, object]:
    return {"work_id": taken.work_id, "token": taken.token, **others}


def _asked_to_stop(connection: Connection[Any], query: str, named: dict[str, object]) -> bool:
    row = connection.execute(query.encode(), named).fetchone()
    if row is None:
        raise Gone
    return row[0] is not None
