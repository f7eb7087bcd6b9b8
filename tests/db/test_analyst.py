"""The analyst's process: it does work, survives what dies, and stops when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from dure.forecast import work
from dure.forecast.work import State, Work
from tests.db.conftest import Connection

PATIENCE_S = 60.0


@contextmanager
def analyst(url: str, lease_s: float = 2.0, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """An analyst in a process of its own, with the trial kinds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dure.config", "forecast", "analyst",
         "--kinds", "tests.db.trial_kinds", "--lease", str(lease_s), *more],
        env={**os.environ, "DATABASE_URL": url},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(connection: Connection, number: int, wanted: Callable[[Work], bool]) -> Work:
    """The work once it is as wanted."""
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        found = work.look(connection, number)
        assert found is not None
        if wanted(found):
            return found
        time.sleep(0.02)
    raise AssertionError(f"not so in {PATIENCE_S} s: {found}")


def is_over(found: Work) -> bool:
    return found.is_over


def is_under_way(found: Work) -> bool:
    return found.stage_en in ("patient", "deaf")


@pytest.fixture
def held(db_url: str) -> Iterator[Connection]:
    """A connection that holds the locks for which patient work waits."""
    with psycopg.connect(db_url, autocommit=True) as opened:
        opened.execute("SELECT pg_advisory_lock(1), pg_advisory_lock(2)")
        yield opened


def test_it_does_what_is_asked_and_keeps_the_result(db_url: str, connection: Connection) -> None:
    with analyst(db_url):
        number = work.ask(connection, "double", {"number": 21}, "kim")
        found = wait_for(connection, number, is_over)
    assert (found.state, found.progress) == (State.DONE, 10_000)
    assert found.result is not None
    assert '"answer":42' in found.result
    assert found.result_sha256 == work.sha256_of(found.result)


def test_it_goes_on_after_works_that_fail(db_url: str, connection: Connection) -> None:
    told = work.ask(connection, "fail", {"told": True}, "kim")
    untold = work.ask(connection, "fail", {}, "kim")
    unknown = work.ask(connection, "unknown", {}, "kim")
    good = work.ask(connection, "double", {"number": 2}, "kim")
    with analyst(db_url):
        failed = [wait_for(connection, number, is_over) for number in (told, untold, unknown)]
        assert wait_for(connection, good, is_over).state is State.DONE
    assert [one.state for one in failed] == [State.FAILED] * 3
    assert failed[0].error_ko == "이력이 없습니다."
    assert "ZeroDivisionError" in failed[1].error_en
    assert f"{untold}번" in failed[1].error_ko
    assert "does not know 'unknown'" in failed[2].error_en


def test_it_gives_up_work_that_kills_its_hand(db_url: str, connection: Connection) -> None:
    number = work.ask(connection, "die", {}, "kim")
    with analyst(db_url) as process:
        found = wait_for(connection, number, is_over)
        assert process.poll() is None
    assert found.state is State.FAILED
    assert "3번 시작했지만" in found.error_ko


def test_it_is_finished_by_another_when_an_analyst_is_killed(
    db_url: str, connection: Connection, held: Connection
) -> None:
    number = work.ask(connection, "patient", {"number": 1}, "kim")
    with analyst(db_url) as first:
        wait_for(connection, number, is_under_way)
        first.send_signal(signal.SIGKILL)
        first.wait()
        with analyst(db_url):
            again = "SELECT attempts FROM foresight_work WHERE work_id = %s"
            give_up_at = time.monotonic() + PATIENCE_S
            while connection.execute(again, (number,)).fetchone() == (1,):
                assert time.monotonic() < give_up_at
                time.sleep(0.02)
            held.execute("SELECT pg_advisory_unlock(1)")
            assert wait_for(connection, number, is_over).state is State.DONE


def test_it_comes_back_when_the_database_was_away(
    db_url: str, connection: Connection, held: Connection
) -> None:
    number = work.ask(connection, "patient", {"number": 1}, "kim")
    others = """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> ALL(%s)
    """
    own = [connection.info.backend_pid, held.info.backend_pid]
    with analyst(db_url) as process:
        wait_for(connection, number, is_under_way)
        connection.execute(others, (own,))
        held.execute("SELECT pg_advisory_unlock(1)")
        assert wait_for(connection, number, is_over).state is State.DONE
        assert process.poll() is None


def test_it_gives_work_back_at_once_when_it_is_told_to_end(
    db_url: str, connection: Connection, held: Connection
) -> None:
    number = work.ask(connection, "patient", {"number": 1}, "kim")
    with analyst(db_url, 600.0) as process:
        wait_for(connection, number, is_under_way)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    found = work.look(connection, number)
    assert found is not None
    assert found.state is State.WAITING


def test_it_stops_work_that_listens(db_url: str, connection: Connection, held: Connection) -> None:
    number = work.ask(connection, "patient", {"number": 1}, "kim")
    with analyst(db_url):
        wait_for(connection, number, is_under_way)
        assert work.cancel(connection, number, "kim")
        assert wait_for(connection, number, is_over).state is State.CANCELLED


def test_it_ends_a_hand_that_does_not_listen_and_goes_on(
    db_url: str, connection: Connection
) -> None:
    number = work.ask(connection, "deaf", {}, "kim")
    with analyst(db_url):
        wait_for(connection, number, is_under_way)
        asked_at = time.monotonic()
        work.cancel(connection, number, "kim")
        assert wait_for(connection, number, is_over).state is State.CANCELLED
        assert time.monotonic() - asked_at < 10
        good = work.ask(connection, "double", {"number": 2}, "kim")
        assert wait_for(connection, good, is_over).state is State.DONE


def test_it_does_quick_work_while_long_work_runs(
    db_url: str, connection: Connection, held: Connection
) -> None:
    slow = work.ask(connection, "patient", {"number": 1}, "kim")
    with analyst(db_url):
        wait_for(connection, slow, is_under_way)
        quick = work.ask(connection, "double", {"number": 2}, "kim")
        assert wait_for(connection, quick, is_over).state is State.DONE
        preview = work.ask(connection, "patient", {"number": 3, "preview": True}, "kim")
        assert wait_for(connection, preview, is_over).state is State.DONE
        found = work.look(connection, slow)
    assert found is not None
    assert found.state is State.RUNNING


def test_it_keeps_its_lease_while_it_works(
    db_url: str, connection: Connection, held: Connection
) -> None:
    number = work.ask(connection, "patient", {"number": 1}, "kim")
    until = "SELECT lease_until, attempts FROM foresight_work WHERE work_id = %s"
    with analyst(db_url, 2.0), analyst(db_url, 2.0):
        wait_for(connection, number, is_under_way)
        row = first = connection.execute(until, (number,)).fetchone()
        give_up_at = time.monotonic() + PATIENCE_S
        while row == first:
            row = connection.execute(until, (number,)).fetchone()
            assert time.monotonic() < give_up_at
        held.execute("SELECT pg_advisory_unlock(1)")
        assert wait_for(connection, number, is_over).state is State.DONE
    row = connection.execute(until, (number,)).fetchone()
    assert row is not None
    assert row[1] == 1
