"""One process that the supervisor keeps alive: start, watch, start again with patience, stop."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dure.config.children import Child
from dure.config.cli import UNAVAILABLE
from dure.kernel.database.process import die_with_parent

log = logging.getLogger("dure.run")

BACK_OFF_FIRST_S = 1.0
BACK_OFF_MAX_S = 30.0
HEALTHY_AFTER_S = 60.0
TAIL_BYTES = 16 * 1024
LOG_BYTES_MAX = 20 * 1024 * 1024


class KeptProcess:
    """A child's process. What it prints goes to `<logs>/<name>.log`; the terminal stays legible."""

    def __init__(
        self, program: Sequence[str], child: Child, environment: Mapping[str, str], logs: Path
    ) -> None:
        self._program = program
        self.child = child
        self._environment = environment
        self._log = logs / f"{child.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at = 0.0
        self._back_off_s = BACK_OFF_FIRST_S
        self.given_up = False

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process, so that it ends in order when we die."""
        self._process = start([*self._program, *self.child.args], self._environment, self._log)
        self._started_at = time.monotonic()

    def watch(self) -> None:
        """Notice that the process ended, and start it again when its time has come."""
        if self.given_up:
            return
        if self._process is not None:
            status = self._process.poll()
            if status is not None:
                self._process = None
                self._ended(status)
        elif time.monotonic() >= self._start_again_at:
            self.start()

    def stop(self) -> None:
        """Ask the process to finish, and kill it when it takes longer than its patience."""
        self.given_up = True
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(self.child.stop_patience_s)
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time and is killed", self.child.name)
            process.kill()
            process.wait()

    def _ended(self, status: int) -> None:
        if status == UNAVAILABLE or (status == 0 and self.child.may_end):
            self.given_up = True
            reason = "has finished" if status == 0 else "is not built yet"
            log.info("%s %s", self.child.name, reason)
            return
        if time.monotonic() - self._started_at >= HEALTHY_AFTER_S:
            self._back_off_s = BACK_OFF_FIRST_S
        log.warning(
            "%s ended with status %d; starting it again in %.0f s. Its last words (%s): %s",
            self.child.name,
            status,
            self._back_off_s,
            self._log,
            tail(self._log, 1),
        )
        self._start_again_at = time.monotonic() + self._back_off_s
        self._back_off_s = min(self._back_off_s * 2, BACK_OFF_MAX_S)


def start(
    command: Sequence[str], environment: Mapping[str, str], output: Path
) -> "subprocess.Popen[bytes]":
    """Start a command in a session of its own; what it prints is added to `output`."""
    if output.exists() and output.stat().st_size > LOG_BYTES_MAX:
        output.replace(output.with_suffix(".log.1"))
    with output.open("ab") as file:
        return subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # One system call, made ready before the fork: it cannot wait for another thread's lock.
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
        )


def tail(output: Path, lines: int) -> str:
    """Return the last lines of what a process printed; nothing when it printed nothing."""
    with output.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])
