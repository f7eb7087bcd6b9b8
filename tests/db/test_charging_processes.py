"""Transfers that several processes carry out, some of which are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg

from dure.engine.client import BlockingEngineClient
from dure.kernel.clock import SetClock
from dure.wallets.charging import Till, advance, request_top_up
from dure.wallets.simulated_bank import CITY, Manners, SimulatedBank
from dure.wallets.transfers import TransferState
from tests.engines import BEGUN_US, RunningEngine, new_key

OpenMember = Callable[..., str]


def ask_for(till: Till, account: str, count: int) -> None:
    for _ in range(count):
        request_top_up(
            till.connection, key=new_key(), member_id=7, amount_won=1_000, account_ref=account,
            at_us=BEGUN_US,
        )  # fmt: skip


def in_state(till: Till, state: TransferState) -> int:
    row = till.connection.execute(
        "SELECT count(*) FROM bank_transfer WHERE state = %s", (int(state),)
    ).fetchone()
    assert row is not None
    return int(row[0])


def charged_won(till: Till) -> int:
    row = till.connection.execute("SELECT charged_won FROM wallet WHERE member_id = 7").fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def worker(db_url: str, engine: RunningEngine) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "dure.config", "worker", "--socket", str(engine.path)],
        env={**os.environ, "DATABASE_URL": db_url},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert process.poll() is None, "the worker ended"
        assert time.monotonic() < until, "the worker did not do it"
        time.sleep(0.005)


def test_they_have_one_effect_when_many_carry_one_out_at_once(
    till: Till, bank: SimulatedBank, open_member: OpenMember, db_url: str, engine: RunningEngine
) -> None:
    account = open_member(7)
    bank.behave(Manners(duplicate_bp=5_000))
    ask_for(till, account, 1)

    def carry_out(_: int) -> TransferState:
        with (
            psycopg.connect(db_url, autocommit=True) as ours,
            psycopg.connect(db_url, autocommit=True) as banks,
            closing(BlockingEngineClient(engine.path)) as client,
        ):
            clock = SetClock(BEGUN_US)
            own = Till(ours, SimulatedBank(banks, clock), client.ask, clock)
            return advance(own, 1).state

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(carry_out, range(8))) == {TransferState.BOOKED}
    assert charged_won(till) == 1_000
    assert bank.balance_won(account) == 999_000


def test_they_are_finished_by_a_worker_that_stops_when_told(
    till: Till, bank: SimulatedBank, open_member: OpenMember, db_url: str, engine: RunningEngine
) -> None:
    ask_for(till, open_member(7), 5)
    with worker(db_url, engine) as process:
        wait_until(lambda: in_state(till, TransferState.BOOKED) == 5, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert charged_won(till) == 5_000


def test_they_lose_nothing_when_workers_are_killed(
    till: Till, bank: SimulatedBank, open_member: OpenMember, db_url: str, engine: RunningEngine
) -> None:
    """Five workers are killed in the middle of the work; a sixth finishes it."""
    account = open_member(7)
    bank.behave(Manners(answer_lost_bp=3_000, order_lost_bp=2_000, duplicate_bp=2_000))
    ask_for(till, account, 300)
    for kill in range(6):
        # What a dead worker had taken is free when its lease has run out.
        till.connection.execute("UPDATE due_job SET due_at = now()")
        till.connection.execute("UPDATE bank_transfer SET due_at = now()")
        goal = 40 * (kill + 1) if kill < 5 else 300
        with worker(db_url, engine) as process:
            if kill < 5:
                wait_until(lambda: in_state(till, TransferState.BOOKED) >= goal, process)  # noqa: B023
            else:
                wait_until(lambda: in_state(till, TransferState.BOOKED) == 300, process)
    assert charged_won(till) == 300_000
    assert bank.balance_won(account) == 700_000
    assert bank.balance_won(CITY) == 300_000
