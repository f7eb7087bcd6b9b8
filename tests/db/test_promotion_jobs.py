"""Due work of coupons: the queue served by the worker, and members told once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dure.authorization.requests import ClaimCoupon
from dure.jobs.desk import Desk
from dure.jobs.promotion import serve_coupons, tell_of_ending_coupons
from dure.kernel.calendar import DAY_US
from dure.kernel.clock import Clock
from dure.people import fields
from dure.people.members import Member
from dure.wallets.coupon_queue import draw_ticket
from dure.wallets.simulated_bank import SimulatedBank
from tests.citizens import join
from tests.db.test_coupon_races import VERSION, publish
from tests.engines import BEGUN_US, RunningEngine, new_key

Connection = psycopg.Connection[tuple[Any, ...]]


class SetClock(Clock):
    """A clock that stands where it was set."""

    def __init__(self, at_us: int) -> None:
        self.at_us = at_us

    def now_us(self) -> int:
        return self.at_us


@pytest.fixture
def connection(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    monkeypatch.setenv("DURE_HOME", str(tmp_path))
    fields.installed_sealer.cache_clear()
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened
    fields.installed_sealer.cache_clear()


@pytest.fixture
def member(engine: RunningEngine, connection: Connection, db_url: str) -> Member:
    publish(db_url)
    return join(engine, connection)


def desk(engine: RunningEngine, connection: Connection, at_us: int, mark: int = 0) -> Desk:
    clock = SetClock(at_us)
    return Desk(
        connection, SimulatedBank(connection, clock), engine.ask, clock, lambda: False, mark
    )


def notices(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT kind FROM member_notice ORDER BY 1")]


def test_it_serves_who_has_left_and_tells_it_once(
    engine: RunningEngine, connection: Connection, member: Member
) -> None:
    draw_ticket(
        connection, key=new_key(), member_id=member.member_id, rule_version_id=VERSION,
        at_us=BEGUN_US, machine_us=BEGUN_US,
    )  # fmt: skip
    for _ in range(3):
        serve_coupons(desk(engine, connection, BEGUN_US))
    assert connection.execute("SELECT count(*) FROM coupon").fetchone() == (1,)
    assert notices(connection) == ["coupon-claimed"]


@pytest.mark.parametrize(
    ("days", "told"), [(26, []), (28, ["coupon-lapses"]), (31, [])],
    ids=["not yet", "two days before", "over"],
)  # fmt: skip
def test_it_tells_once_of_a_coupon_that_ends_soon(
    engine: RunningEngine, connection: Connection, member: Member, days: int, told: list[str]
) -> None:
    claim = ClaimCoupon(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, rule_version_id=VERSION
    )
    assert engine.ask(claim).approved
    at_us = BEGUN_US + days * DAY_US
    first = tell_of_ending_coupons(desk(engine, connection, at_us))
    assert (first.more, first.mark) == (False, at_us // DAY_US)
    assert tell_of_ending_coupons(desk(engine, connection, at_us, first.mark)).units == 0
    tell_of_ending_coupons(desk(engine, connection, at_us))
    assert notices(connection) == told
