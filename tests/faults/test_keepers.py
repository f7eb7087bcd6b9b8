"""Who may write: one engine on a shard, and none whose database session has ended."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.engine.client import BlockingEngineClient, EngineClient
from dure.engine.connection import DatabaseLostError
from dure.engine.engine import Engine
from dure.engine.settings import EngineSettings
from tests.engines import RunningEngine, running_engine, seed_city
from tests.faults.shoppers import ask_all, keys_in_journal, payment, rich_member

IMPATIENT = EngineSettings(takeover_patience_s=0.3)


def engine_process(
    url: str, path: Path, *options: str, output: int | None = None
) -> subprocess.Popen[bytes]:
    """`dure engine` on a database and a socket."""
    command = [sys.executable, "-m", "dure.config", "engine", "--socket", str(path), *options]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)


def wait_for(what: Callable[[], bool], patience_s: float = 30) -> None:
    """Returns as soon as it is so."""
    until_s = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < until_s, "it did not happen in time"
        time.sleep(0.01)


def end_writing_session(url: str) -> None:
    """What an administrator does to a session that hangs."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND objid = 0 AND granted AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database())"
        )


def test_a_second_engine_waits_and_then_leaves_with_status_3(engine: RunningEngine) -> None:
    rich_member(engine)
    second = engine_process(engine.url, engine.path, "--patience", "0.3", output=subprocess.PIPE)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 3
    assert b"another engine owns shard 0" in said
    assert b"Traceback" not in said
    fresh = BlockingEngineClient(engine.path)
    assert fresh.ask(payment()).approved, "the first one's socket is still there"
    fresh.close()


def test_a_second_engine_takes_over_when_the_first_one_ends(db_url: str, tmp_path: Path) -> None:
    seed_city(db_url)
    with running_engine(db_url) as first:
        rich_member(first)
        second = engine_process(db_url, tmp_path / "second.sock", "--patience", "60")
        first.stop()
        try:
            wait_for((tmp_path / "second.sock").exists, 60)
            client = BlockingEngineClient(tmp_path / "second.sock")
            assert client.ask(payment()).approved
            client.close()
        finally:
            second.terminate()
            assert second.wait(30) == 0


def test_an_engine_whose_session_was_ended_begins_anew(engine: RunningEngine) -> None:
    rich_member(engine)
    assert engine.server.engine is not None
    term = engine.server.engine.term
    end_writing_session(engine.url)
    wait_for(lambda: engine.server.engine is not None and engine.server.engine.term > term)
    assert engine.ask(payment()).approved


def test_a_zombie_cannot_write_any_more(engine: RunningEngine) -> None:
    """Two engines by hand: the first believes that it still owns the shards."""
    rich_member(engine)
    engine.stop()
    told: list[Answer] = []
    late = payment()

    async def play() -> None:
        zombie_session = await asyncpg.connect(engine.url)
        heir_session = await asyncpg.connect(engine.url)
        zombie = await Engine.begin(zombie_session, IMPATIENT)
        await asyncio.to_thread(end_writing_session, engine.url)
        heir = await Engine.begin(heir_session, EngineSettings())
        assert heir.term > zombie.term
        zombie.submit(late, told.append)
        with pytest.raises(DatabaseLostError):
            await zombie.run()
        heir.stop()
        await heir.run()
        await heir_session.close()
        await zombie_session.close()

    asyncio.run(play())
    assert told == [], "what became of it is not known to the zombie, so it says nothing"
    assert late.key not in keys_in_journal(engine.url)


def test_a_graceful_stop_answers_all_that_was_taken(db_url: str, tmp_path: Path) -> None:
    seed_city(db_url)
    with running_engine(db_url) as first:
        for member_id in range(1, 21):
            rich_member(first, member_id)
    path = tmp_path / "engine.sock"
    process = engine_process(db_url, path)
    wait_for(path.exists, 60)
    requests = [payment(100, 1 + place % 20) for place in range(3_000)]
    before = len(keys_in_journal(db_url))

    async def play() -> list[object]:
        clients = [await EngineClient.connect(path) for _ in range(4)]
        first_answer = clients[0].send(requests[0])
        rest = asyncio.ensure_future(ask_all(clients, requests[1:]))
        await first_answer
        process.send_signal(signal.SIGTERM)
        answers = [first_answer.result(), *await rest]
        for client in clients:
            await client.close()
        return list(answers)

    answers = asyncio.run(play())
    assert process.wait(60) == 0
    approved = {a.key for a in answers if isinstance(a, Answer) and a.approved}
    others = {a.reason for a in answers if isinstance(a, Answer) and not a.approved}
    assert others <= {No.TRY_AGAIN}
    assert approved
    kept = keys_in_journal(db_url)
    assert len(kept) - before == len(approved), "nothing was booked and left unanswered"
    assert approved <= set(kept)
    assert not path.exists()
