"""The analyst's own process: takes work for its hands, keeps the leases, ends what must stop.

It does no analysis itself, so it always answers within a moment, whatever a hand computes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import Connection

from dure.forecast.analyst.hand import OVER
from dure.forecast.analyst.kinds import kinds_of
from dure.forecast.analyst.taking import Gone, Taken, close, renew, take
from dure.forecast.work import city_clock
from dure.kernel.database.process import die_with_parent

log = logging.getLogger("dure.analyst")

POLL_S: Final = 0.2
LEASE_S: Final = 20.0
LOOK_S: Final = 1.0
"""How often, at least, a lease is renewed and a wish to stop is looked for."""
STOP_PATIENCE_S: Final = 3.0
"""How long a hand may take to stop by itself before it is killed."""
WARM_AFTER_S: Final = 10.0
"""A hand is started so long after the analyst though nothing is asked: then a preview is quick."""
WORKS_OF_A_HAND: Final = 100
"""After so many works a hand is replaced: what long processes gather is given back."""

PROGRAM: Final = (sys.executable, "-m", "dure.config")


class Lane:
    """One hand, and the work it does; `quick` says which work it takes (None: all)."""

    def __init__(
        self, quick: bool | None, module: str, environment: Mapping[str, str], lease_s: float
    ) -> None:
        self._quick = quick
        self._module = module
        self._environment = environment
        self._lease_s = lease_s
        self._quick_kinds = [name for name, kind in kinds_of(module).items() if kind.quick]
        self._process: subprocess.Popen[str] | None = None
        self._taken: Taken | None = None
        self._renew_at = 0.0
        self._kill_at: float | None = None
        self._works = 0
        self._warm_at = time.monotonic() + WARM_AFTER_S

    def step(self, connection: Connection[Any]) -> None:
        """One look: at the work that is done, or for new work. What psycopg raises passes."""
        if self._taken is None:
            self._look_for_work(connection)
        elif self._process is None or self._process.poll() is not None:
            self._hand_died(connection)
        elif self._is_over():
            self._taken = None
            self._works += 1
            if self._works >= WORKS_OF_A_HAND:
                self.end()
        else:
            self._keep(connection)

    def ask_to_stop(self) -> None:
        """Asks the hand to stop what it does, and to end if it does nothing."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Ends the hand, by force if it does not obey."""
        process, self._process = self._process, None
        self._works = 0
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def close(self, connection: Connection[Any]) -> None:
        """Ends the hand and gives back what it had not finished."""
        self.ask_to_stop()
        self.end()
        if self._taken is not None:
            close(connection, self._taken, city_clock(connection).now_us())
            self._taken = None

    def _look_for_work(self, connection: Connection[Any]) -> None:
        token = f"{os.getpid()}-{uuid.uuid4().hex}"
        taken = take(
            connection, token, self._lease_s, city_clock(connection).now_us(),
            quick=self._quick, quick_kinds=self._quick_kinds,
        )  # fmt: skip
        if taken is None:
            if self._process is None and time.monotonic() >= self._warm_at:
                self._start()
            return
        self._taken = taken
        self._renew_at = time.monotonic() + min(LOOK_S, self._lease_s / 4)
        self._kill_at = None
        if self._process is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        log.info("work %d (%s) begins", taken.work_id, taken.kind)
        try:
            self._process.stdin.write(msgspec.json.encode(taken).decode() + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._hand_died(connection)

    def _start(self) -> None:
        self.end()
        self._process = subprocess.Popen(
            [*PROGRAM, "forecast", "hand", "--kinds", self._module],
            env={**os.environ, **self._environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            # Compiled code does not look at signals: when we die, it is to end at once.
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509
        )

    def _is_over(self) -> bool:
        """Whether the hand has said that the work is over."""
        assert self._process is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while selector.select(0):
                line = self._process.stdout.readline()
                if not line:
                    return False
                if line.strip() == OVER:
                    return True
        return False

    def _keep(self, connection: Connection[Any]) -> None:
        assert self._taken is not None
        now = time.monotonic()
        if self._kill_at is not None and now >= self._kill_at:
            self._kill()
            return
        if now < self._renew_at and self._kill_at is None:
            return
        self._renew_at = now + min(LOOK_S, self._lease_s / 4)
        try:
            must_stop = renew(connection, self._taken, self._lease_s)
        except Gone:
            must_stop = True
        if must_stop and self._kill_at is None:
            self.ask_to_stop()
            self._kill_at = now + STOP_PATIENCE_S

    def _kill(self) -> None:
        assert self._process is not None
        log.warning("a hand does not stop by itself and is ended")
        self._process.kill()
        self._process.wait()

    def _hand_died(self, connection: Connection[Any]) -> None:
        assert self._taken is not None
        if self._kill_at is None:
            log.error("the hand of work %d (%s) died", self._taken.work_id, self._taken.kind)
        close(connection, self._taken, city_clock(connection).now_us(), counted=True)
        self._taken = None
        self.end()


class Analyst:
    """Two lanes by default: what officials wait for, and what takes its time."""

    def __init__(
        self,
        url: str,
        module: str,
        stop: threading.Event,
        *,
        lanes: Sequence[bool | None] = (True, False),
        lease_s: float = LEASE_S,
        home: Path | None = None,
    ) -> None:
        self._url = url
        self._stop = stop
        environment = {"DATABASE_URL": url} | ({} if home is None else {"DURE_HOME": str(home)})
        self._lanes = [Lane(quick, module, environment, lease_s) for quick in lanes]

    def run(self) -> None:
        """Works until it is asked to stop, and comes back when the database was away."""
        back_off_s = 0.5
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    back_off_s = 0.5
                    self._work(connection)
            except psycopg.OperationalError as error:
                log.warning("the database is away (%s)", type(error).__name__)
                self._stop.wait(back_off_s)
                back_off_s = min(2 * back_off_s, 10.0)
        for lane in self._lanes:
            lane.end()

    def _work(self, connection: Connection[Any]) -> None:
        while not self._stop.is_set():
            for lane in self._lanes:
                lane.step(connection)
            self._stop.wait(POLL_S)
        for lane in self._lanes:
            lane.ask_to_stop()
        for lane in self._lanes:
            lane.close(connection)
