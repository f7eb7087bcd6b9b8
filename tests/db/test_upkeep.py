"""The nightly sweep of the money tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.jobs.desk import Desk
from dure.jobs.upkeep import sweep_tables
from dure.kernel.calendar import SEOUL, to_us
from dure.kernel.clock import SetClock
from dure.wallets.simulated_bank import SimulatedBank


def at(day: int, hour: int) -> SetClock:
    return SetClock(to_us(datetime(2026, 11, day, hour, tzinfo=SEOUL)))


def no_request(request: AnyRequest) -> Answer:
    raise AssertionError("sweeping asks the engine nothing")


@pytest.fixture
def desk(db_url: str) -> Iterator[Callable[[int], Desk]]:
    with psycopg.connect(db_url, autocommit=True) as connection:
        clock = SetClock(0)
        bank = SimulatedBank(connection, clock)
        yield lambda mark: Desk(connection, bank, no_request, clock, lambda: False, mark)


def test_it_sweeps_at_once_when_it_never_was_done_and_then_not_before_the_next_night(
    desk: Callable[[int], Desk],
) -> None:
    first = sweep_tables(desk(0), at(1, 20))
    assert first.units == 4
    assert sweep_tables(desk(first.mark), at(1, 23)).units == 0
    assert sweep_tables(desk(first.mark), at(2, 3)).units == 0
    assert sweep_tables(desk(first.mark), at(2, 4)).units == 4


def test_it_tells_the_planner_about_the_tables(desk: Callable[[int], Desk], db_url: str) -> None:
    sweep_tables(desk(0), at(1, 20))
    with psycopg.connect(db_url) as connection:
        row = connection.execute(
            "SELECT reltuples >= 0 FROM pg_class WHERE relname = 'movement'"
        ).fetchone()
    assert row == (True,)
