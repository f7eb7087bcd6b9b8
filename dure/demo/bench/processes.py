"""The processes of a measurement: started as a city starts them, ended in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from dure.kernel.database.process import die_with_parent

START_PATIENCE_S = 120.0
STOP_PATIENCE_S = 60.0


class ProcessFailedError(Exception):
    """A process of the measurement did not start or ended by itself; the message quotes it."""


class Measured:
    """A process under measurement; what it prints goes to a file in the home."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], home: Path
    ) -> None:
        self.name = name
        self._log = home / f"{name}.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Returns when it is ready. Raises ProcessFailedError."""
        give_up_at = time.monotonic() + START_PATIENCE_S
        while not ready():
            self.check()
            if time.monotonic() > give_up_at:
                raise ProcessFailedError(f"{self.name} was not ready: {self.last_words()}")
            time.sleep(0.02)

    def check(self) -> None:
        """Raises ProcessFailedError when the process has ended."""
        if self._process.poll() is not None:
            raise ProcessFailedError(
                f"{self.name} ended with status {self._process.returncode}: {self.last_words()}"
            )

    def last_words(self) -> str:
        """The end of what it printed."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-12:])

    def stop(self) -> None:
        """Asks it to end and waits; kills it when it takes too long."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Measured:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Generator:
    """A load generator's process: it prepares, says "ready", waits for our word, prints figures."""

    def __init__(
        self, module: str, args: Sequence[str], environment: Mapping[str, str], *, warms_up: bool
    ) -> None:
        self._warms_up = warms_up
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *args],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call
        )
        self._read("ready")

    def play(self, measuring: Callable[[], None]) -> dict[str, Any]:
        """Lets it play and returns its figures; calls `measuring` when its warm-up is over.

        Raises ProcessFailedError.
        """
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        if self._warms_up:
            self._read("measuring")
        measuring()
        figures: dict[str, Any] = json.loads(self._read("{"))
        self._process.wait()
        self._process.stdin.close()
        return figures

    def _read(self, begins: str) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(begins):
            self._process.kill()
            self._process.wait()
            raise ProcessFailedError(f"the load generator said {line!r}")
        return line
