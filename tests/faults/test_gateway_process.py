"""`dure gateway` as the operator's engineer runs it: a process, signals, exit statuses."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dure.demo.acquirer import Acquirer, AcquirerKeys
from dure.gateway.command import city_clock, main
from dure.kernel.clock import CityClock, SystemClock
from dure.kernel.keys import KeyRing

COMMAND = "import sys; from dure.gateway.command import main; sys.exit(main(sys.argv[1:]))"


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's, with a home of the test's own and no database."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"DURE_HOME": str(home)} | more


def gateway(home: Path, *args: str, **more: str) -> subprocess.Popen[str]:
    """Starts a gateway with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *args],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(home, **more),
    )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A gateway and its port."""
    process = gateway(tmp_path, "--port", "0")
    assert process.stderr is not None
    for text in process.stderr:
        event = json.loads(text) if text.startswith("{") else {}
        if event.get("event") == "listening":
            break
    yield process, int(event["port"])
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(
    running: tuple[subprocess.Popen[str], int], number: signal.Signals, tmp_path: Path
) -> None:
    process, port = running

    async def story() -> None:
        keys = AcquirerKeys.from_ring(KeyRing.open(tmp_path, {}), "990001")
        acquirer = await Acquirer.connect("127.0.0.1", port, "990001", keys)
        await acquirer.sign_on()
        await acquirer.echo()
        process.send_signal(number)
        await acquirer.lost.wait()

    asyncio.run(story())
    assert process.wait(10) == 0
    assert process.stderr is not None
    last = json.loads(process.stderr.read().splitlines()[-1])
    assert (last["event"], last["unanswered"]) == ("stopped", 0)


def test_it_says_why_it_cannot_listen(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = gateway(tmp_path, "--port", str(taken.getsockname()[1]))
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "cannot listen on 127.0.0.1" in errors


def test_it_does_not_start_under_another_master_key(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, {"DURE_MASTER_KEY": "ab" * 32})
    process = gateway(tmp_path, "--port", "0", DURE_MASTER_KEY="cd" * 32)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "another master key" in errors
    assert "Traceback" not in errors


def test_it_enrolls_an_acquirer(tmp_path: Path) -> None:
    process = gateway(tmp_path, "--enroll", "123456", DURE_MASTER_KEY="ab" * 32)
    told, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    ring = KeyRing.open(tmp_path, {"DURE_MASTER_KEY": "ab" * 32})
    assert ring.acquirers() == ["123456"]
    assert ring.key("mac:123456").hex() not in told


def test_it_goes_by_the_citys_clock(db_url: str, tmp_path: Path) -> None:
    assert isinstance(asyncio.run(city_clock(tmp_path)), SystemClock)
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (1, 2, 60)"
        )
    assert asyncio.run(city_clock(tmp_path)) == CityClock(1, 2, 60)


def test_it_goes_by_the_machines_clock_where_no_database_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert isinstance(asyncio.run(city_clock(tmp_path)), SystemClock)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--port", "70000"), "1부터 65535까지"),
        (("--enroll", "abc"), "at most eleven digits"),
        (("--enroll", "1234567890123"), "at most eleven digits"),
    ],
)
def test_it_refuses_what_is_no_port_and_no_acquirer(
    capsys: pytest.CaptureFixture[str], args: tuple[str, str], told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
