"""A whole demo city as `dure run` runs it, with a browser before it; what journeys share."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import psycopg
from playwright.sync_api import Browser, Page

from dure.kernel.database.process import free_port

READY_PATIENCE_S: Final = 90.0


class RunningCity:
    """A demo city on a database, in a home of its own; its clock runs as the world's does.

    With `pictures` every `picture` is left there.
    """

    def __init__(
        self, url: str, home: Path, browser: Browser, pictures: Path | None, *more: str
    ) -> None:
        self.url = url
        self.home = home
        self.browser = browser
        self.pictures = pictures
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._more = more
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a `dure` command in this city's home is started with."""
        return os.environ | {"DURE_HOME": str(self.home), "DATABASE_URL": self.url}

    def open(self) -> None:
        """Starts the city and waits until its pages answer."""
        args = ("run", "--port", str(self.port), "--members", "2000", "--speed", "1",
                *self._more, "--without", "traffic", "--without", "gateway")  # fmt: skip
        with (self.home / "run.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dure.config", *args],
                env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        give_up_at = time.monotonic() + READY_PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, (self.home / "run.log").read_text()
            assert time.monotonic() < give_up_at, (self.home / "run.log").read_text()
            time.sleep(0.1)

    def close(self) -> None:
        """Stops the city, and waits for its end."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(90)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def picture(self, page: Page, name: str) -> None:
        """Keeps how a page looks, where pictures are wanted."""
        if self.pictures is not None:
            page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    def set_clock(self, at_us: int) -> None:
        """The city's clock stands there now, and runs on as the world's does."""
        with psycopg.connect(self.url, autocommit=True) as city:
            city.execute(
                "UPDATE city_clock SET anchor_us = %s, started_at_us = %s, speed = 1",
                (time.time_ns() // 1000, at_us),
            )
