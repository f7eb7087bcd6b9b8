"""What browser tests share: the pages behind a real server, and Debian's Chromium."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from dure.authorization.requests import Charge, Purchase
from dure.engine.settings import socket_path
from dure.kernel.database.process import free_port
from tests.browser.nursery import Nursery, is_alive
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_SEOGU,
    RunningEngine,
    new_key,
    open_member,
)
from tests.examples import EVERY_LOOK

READY_PATIENCE_S = 30.0
FURTHEST_APART = ((390, "light"), (1280, "dark"))


def is_judged(width: int, scheme: str) -> bool:
    """Whether axe looks at a page so wide and so colored: half a second of a core each time."""
    return EVERY_LOOK or (width, scheme) in FURTHEST_APART


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium without a window, for one file of tests: while it lives, a loop runs in this thread.

    Django refuses to work in a thread with a loop unless it is told that nothing else runs there.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


class Pages:
    """`dure web` in a process of its own, on a test's database and engine."""

    def __init__(self, nursery: Nursery, url: str, home: Path) -> None:
        self._nursery = nursery
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = environment_of(home) | {"DATABASE_URL": url}
        self._pid = 0

    def start(self) -> None:
        self._pid = self._nursery.start(
            self._environment, "web", "--port", str(self.port), "--threads", "4"
        )
        give_up_at = time.monotonic() + READY_PATIENCE_S
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert time.monotonic() < give_up_at, "the pages did not start"
            assert is_alive(self._pid), "the pages ended"
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends server and workers at once: a graceful end takes a second."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):  # Why it ended tells the test itself.
                os.killpg(self._pid, signal.SIGKILL)
            self._pid = 0


def environment_of(home: Path) -> dict[str, str]:
    """The environment of a `dure` in a home, with hashed files."""
    return os.environ | {"DURE_HOME": str(home), "DURE_STATIC": "hashed"}


def start_dure(environment: dict[str, str], *args: str) -> subprocess.Popen[bytes]:
    """Starts a `dure` command that says nothing."""
    return subprocess.Popen(
        [sys.executable, "-m", "dure.config", *args],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hashed files, collected once."""
    home = tmp_path_factory.mktemp("static-home")
    collect = ("django", "collectstatic", "--noinput", "--verbosity=0")
    assert start_dure(environment_of(home), *collect).wait(60) == 0
    return home / "static"


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """What starts servers quickly."""
    started = Nursery()
    yield started
    started.close()


@pytest.fixture
def pages(
    nursery: Nursery, db_url: str, engine: RunningEngine, static_files: Path, tmp_path: Path
) -> Iterator[Pages]:
    """The pages of the small city."""
    with running_pages(nursery, db_url, engine, static_files, tmp_path / "home") as running:
        yield running


@contextlib.contextmanager
def running_pages(
    nursery: Nursery, url: str, engine: RunningEngine, static_files: Path, home: Path
) -> Iterator[Pages]:
    """The pages of a city in a home that is made for them."""
    home.mkdir()
    (home / "static").symlink_to(static_files)
    socket_path(home).symlink_to(engine.path)
    running = Pages(nursery, url, home)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def paying(engine: RunningEngine) -> RunningEngine:
    """A city in which a member has paid, got cashback, spent it, and was refused once."""
    pay_a_little(engine)
    return engine


def pay_a_little(engine: RunningEngine) -> None:
    """What `paying` says."""
    open_member(engine, 5)
    engine.ask(Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=5, amount_won=100_000))
    for won, shop in ((20_000, SHOP_SEOGU), (30_000, SHOP_JUNGGU), (900_000, SHOP_JUNGGU)):
        pay(engine, won, shop)


def pay(engine: RunningEngine, won: int, shop: str = SHOP_JUNGGU) -> None:
    """A payment of member 5 with the card."""
    engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=shop, amount_won=won, channel=1,
            member_id=5,
        )
    )  # fmt: skip


def set_clock(url: str, started_at_us: int, speed: int) -> None:
    """Sets the city's clock; it runs on from now."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "UPDATE city_clock SET anchor_us = %s, started_at_us = %s, speed = %s",
            (time.time_ns() // 1000, started_at_us, speed),
        )
