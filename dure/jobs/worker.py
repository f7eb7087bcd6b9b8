"""The worker: takes the jobs that are due, one at a time, until it is asked to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import structlog
from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.engine.client import EngineGone
from dure.jobs.desk import Desk, Outcome, city_clock
from dure.jobs.due import JOBS, Job
from dure.kernel.clock import Clock
from dure.wallets.banking import Bank

log = structlog.get_logger("dure.worker")

LEASE_SECONDS = 60
PAUSE_SECONDS = 0.2
BACK_OFF_SECONDS_MAX = 30

_REGISTER = "INSERT INTO due_job (job) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
# Note [Taking a job]
# The row is locked only while it is taken: due_at is put off by the lease, and that is what keeps
# other workers away. A worker that dies leaves the lease to run out. Should two ever do the same
# job, the keys of what they ask for are the same, and so is the effect.
_TAKE = """
UPDATE due_job SET due_at = now() + %s * interval '1 second', last_run_at = now()
WHERE job = (SELECT job FROM due_job WHERE due_at <= now() AND job = ANY(%s)
             ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING job, mark
"""
_DONE = """
UPDATE due_job SET due_at = now() + %s * interval '1 second', mark = greatest(mark, %s),
  last_done = %s, failures = 0, last_error = '' WHERE job = %s
"""
_FAILED = """
UPDATE due_job SET due_at = now() + least(%s, 1 << least(failures, 10)) * interval '1 second',
  failures = failures + 1, last_error = %s WHERE job = %s
"""


class Worker:
    """Does due work over one connection (autocommit) until `stop` is set."""

    def __init__(
        self,
        connection: Connection[Any],
        bank_of: Callable[[Clock], Bank],
        ask: Callable[[AnyRequest], Answer],
        stop: threading.Event,
        jobs: Sequence[Job] = JOBS,
        clock: Clock | None = None,
    ) -> None:
        self._connection = connection
        self._bank_of = bank_of
        self._ask = ask
        self._stop = stop
        self._jobs = {job.name: job for job in jobs}
        self._clock = clock
        connection.execute(_REGISTER, (list(self._jobs),))

    def run(self) -> None:
        """Works until it is asked to stop. What psycopg raises for a lost database passes."""
        while not self._stop.is_set():
            if not self.run_one():
                self._stop.wait(PAUSE_SECONDS)

    def run_one(self) -> bool:
        """Does the job that has been due for longest; False when none is."""
        row = self._connection.execute(_TAKE, (LEASE_SECONDS, list(self._jobs))).fetchone()
        if row is None:
            return False
        job = self._jobs[row[0]]
        try:
            outcome = self._do(job, row[1])
        except psycopg.OperationalError:
            raise
        except EngineGone as error:
            self._put_off(job, error)
            log.info("the engine is away", job=job.name)
        except Exception as error:
            # One job that fails must not keep the others from their work.
            self._put_off(job, error)
            log.exception("a job failed", job=job.name)
        else:
            wait_s = 0 if outcome.more else job.every_seconds
            self._connection.execute(_DONE, (wait_s, outcome.mark, outcome.units, job.name))
            if outcome.units:
                log.info("job done", job=job.name, units=outcome.units)
        return True

    def _do(self, job: Job, mark: int) -> Outcome:
        clock = self._clock or city_clock(self._connection)
        desk = Desk(
            self._connection, self._bank_of(clock), self._ask, clock, self._stop.is_set, mark
        )
        return job.run(desk)

    def _put_off(self, job: Job, error: Exception) -> None:
        # The error's kind alone: its text may hold what a log must not.
        self._connection.execute(_FAILED, (BACK_OFF_SECONDS_MAX, type(error).__name__, job.name))
