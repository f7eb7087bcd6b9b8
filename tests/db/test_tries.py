"""What can be guessed is counted over all processes of the pages, and at no edge twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from dure.people import tries
from dure.people.tries import (
    HOUR_US,
    MINUTE_US,
    AskLimit,
    TryLimit,
    address_hash,
    asking_wait_s,
    forget_old_tries,
    forget_tries,
    may_try,
)

Connection = psycopg.Connection[tuple[Any, ...]]
FIVE: Final = TryLimit("trial", 5, HOUR_US)
BUCKET: Final = AskLimit("trial", burst=3, per_minute=6)
ANN, BEN = address_hash("ann"), address_hash("ben")


class Hands:
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.now_us = 1_571_648_400_000_000

    def __call__(self) -> int:
        return self.now_us


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(tries, "machine_now_us", hands)
    return hands


@pytest.fixture
def processes(db_url: str) -> Iterator[list[Connection]]:
    """Two processes of the pages, as the database sees them."""
    with (
        psycopg.connect(db_url, autocommit=True) as one,
        psycopg.connect(db_url, autocommit=True) as two,
    ):
        yield [one, two]


def test_it_gives_two_processes_no_more_tries_than_one(
    processes: list[Connection], clock: Hands
) -> None:
    said = [may_try(processes[turn % 2], FIVE, ANN) for turn in range(8)]
    assert said == [True] * 5 + [False] * 3
    assert may_try(processes[0], FIVE, BEN)
    forget_tries(processes[1], FIVE, ANN)
    assert may_try(processes[0], FIVE, ANN)


def test_it_counts_those_that_come_at_once(processes: list[Connection], clock: Hands) -> None:
    gate, allowed = threading.Barrier(2), list[bool]()

    def guess(connection: Connection) -> None:
        gate.wait(10)
        allowed.extend([may_try(connection, FIVE, ANN) for _ in range(20)])

    threads = [threading.Thread(target=guess, args=(one,)) for one in processes]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert (len(allowed), sum(allowed)) == (40, 5)


def test_it_lets_no_more_through_in_any_hour_whenever_the_tries_come(
    processes: list[Connection], clock: Hands
) -> None:
    began_us, allowed = clock.now_us, list[int]()
    for minute in range(180):
        clock.now_us = began_us + minute * MINUTE_US
        allowed += [minute for turn in range(2) if may_try(processes[turn], FIVE, ANN)]
    in_an_hour = [len([one for one in allowed if at <= one < at + 60]) for at in range(120)]
    assert set(in_an_hour) == {5}


def test_it_fills_one_bucket_for_all_processes(processes: list[Connection], clock: Hands) -> None:
    one, two = processes
    said = [asking_wait_s(turn, BUCKET, ANN) for turn in (one, two, one, two, one)]
    assert said == [0, 0, 0, 10, 10]
    assert asking_wait_s(two, BUCKET, BEN) == 0
    clock.now_us += 4_000_000
    assert asking_wait_s(one, BUCKET, ANN) == 6
    clock.now_us += 6_000_000
    assert [asking_wait_s(turn, BUCKET, ANN) for turn in (one, two)] == [0, 10]
    clock.now_us += HOUR_US
    assert [asking_wait_s(one, BUCKET, ANN) for _ in range(4)] == [0, 0, 0, 10]


def test_it_forgets_what_counts_no_more(processes: list[Connection], clock: Hands) -> None:
    (one, _) = processes
    assert may_try(one, FIVE, ANN)
    assert asking_wait_s(one, BUCKET, ANN) == 0
    count = "SELECT (SELECT count(*) FROM tried), (SELECT count(*) FROM asked_lately)"
    forget_old_tries(one)
    assert one.execute(count).fetchone() == (1, 1)
    clock.now_us += HOUR_US + 1
    forget_old_tries(one)
    assert one.execute(count).fetchone() == (0, 0)
