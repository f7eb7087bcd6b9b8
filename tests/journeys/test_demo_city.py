"""The synthetic city pays: card traffic through gateway and engine, across midnight and a crash."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dure.demo.city import City, draw_city
from dure.demo.load import load_city
from dure.demo.purses import Purses
from dure.demo.traffic import Pace, Traffic
from dure.engine.settings import EngineSettings, socket_path
from dure.gateway.engine_line import EngineLine
from dure.gateway.reception import Reception
from dure.gateway.server import Gateway
from dure.gateway.settings import GatewaySettings
from dure.kernel.calendar import day_of
from dure.kernel.clock import CityClock
from dure.kernel.keys import KeyRing
from dure.ledger.movement import MovementKind
from dure.report import live
from tests.engines import RunningEngine

Connection = psycopg.Connection[tuple[object, ...]]

MIDNIGHT_US = 1_571_670_000_000_000  # 2019-10-22 00:00 in Seoul
SPEED = 600
MEMBERS, SHOPS, SEED = 3_000, 600, 22


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def city(db_url: str, home: Path) -> City:
    return load_city(db_url, home, members=MEMBERS, shops=SHOPS, seed=SEED)


@pytest.fixture
def connection(db_url: str) -> Iterator[Connection]:
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


def _set_clock(connection: Connection, before_midnight_s: int) -> CityClock:
    clock = CityClock(time.time_ns() // 1_000, MIDNIGHT_US - before_midnight_s * 1_000_000, SPEED)
    connection.execute(
        "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, %s)",
        (clock.anchor_us, clock.started_at_us, clock.speed),
    )
    return clock


async def _evening(
    city: City, home: Path, clock: CityClock, pace: Pace, crash_after_s: float | None = None
) -> Traffic:
    """Gateway and traffic in this loop, the engine in its own thread."""
    line = EngineLine(socket_path(home))
    gateway = Gateway(Reception(KeyRing.open(home), clock, GatewaySettings()), line)
    keeper = asyncio.create_task(line.keep_up())
    port = await gateway.start("127.0.0.1", 0)
    traffic = Traffic(city, clock, Purses(city), {}, seed=1)
    playing = asyncio.create_task(traffic.play(home, "127.0.0.1", port, pace))
    if crash_after_s is not None:
        await asyncio.sleep(crash_after_s)
        await gateway.stop()
        gateway = Gateway(Reception(KeyRing.open(home), clock, GatewaySettings()), line)
        await gateway.start("127.0.0.1", port)
    await playing
    await gateway.stop()
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
    await line.close()
    return traffic


@pytest.fixture
def engine(db_url: str, home: Path, city: City) -> Iterator[RunningEngine]:
    running = RunningEngine(db_url, socket_path(home), EngineSettings(takeover_patience_s=5))
    yield running
    running.stop()


@pytest.mark.slow
def test_it_pays_on_through_midnight_when_the_rate_falls_to_three_percent(
    city: City, engine: RunningEngine, connection: Connection, home: Path
) -> None:
    """From 23:35 to half past midnight on the city's clock; no process is told anything."""
    clock = _set_clock(connection, before_midnight_s=1_500)
    engine.start()
    traffic = asyncio.run(_evening(city, home, clock, Pace(rate=12, seconds=6)))

    assert traffic.counts["00"] > 100
    assert traffic.counts["fault"] == 0
    versions = connection.execute(
        "SELECT r.version, bool_or(l.occurred_at_us >= %s), bool_or(l.occurred_at_us < %s)"
        " FROM incentive_line l JOIN rule_version r USING (rule_version_id)"
        " WHERE r.rule = 'incheon-city-cashback' AND l.won > 0 GROUP BY 1 ORDER BY 1",
        (MIDNIGHT_US, MIDNIGHT_US),
    ).fetchall()
    assert versions == [(2, False, True), (3, True, False)]
    _the_live_numbers_equal_the_journal(connection, clock)


@pytest.mark.slow
def test_it_goes_on_after_the_gateway_was_away(
    city: City, engine: RunningEngine, connection: Connection, home: Path
) -> None:
    clock = _set_clock(connection, before_midnight_s=4 * 3_600)
    engine.start()
    begun_us = clock.now_us()
    traffic = asyncio.run(_evening(city, home, clock, Pace(rate=2, seconds=6), crash_after_s=2))

    assert traffic.counts["00"] > 100
    assert traffic.counts["fault"] == 0
    after_us = begun_us + 4 * SPEED * 1_000_000
    row = connection.execute(
        "SELECT count(*) FROM journal WHERE kind = 1 AND reason = 0 AND movement_id > %s",
        (after_us,),
    ).fetchone()
    assert row is not None
    assert int(str(row[0])) > 0


def test_it_draws_the_city_again_that_was_loaded(city: City, connection: Connection) -> None:
    again = draw_city(MEMBERS, SHOPS, SEED)
    assert again.cards.pan.tolist() == city.cards.pan.tolist()
    assert again.cards.pin.tolist() == city.cards.pin.tolist()


def _the_live_numbers_equal_the_journal(connection: Connection, clock: CityClock) -> None:
    numbers = live.live_numbers(connection, clock.now_us())
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE reason = 0), count(*) FILTER (WHERE reason <> 0),"
        " coalesce(sum(amount_won) FILTER (WHERE reason = 0 AND kind IN (1, 3)), 0)::bigint"
        " FROM journal WHERE kind BETWEEN 1 AND 7"
    ).fetchone()
    total = numbers.since_opening
    assert row == (total.approved, total.declined, total.paid_won)
    days = [live.by_district(connection, day_of(MIDNIGHT_US + shift)) for shift in (-1, 0)]
    paid_won = sum(one.totals.paid_won for day in days for one in day)
    assert paid_won == total.paid_won
    spent = connection.execute(
        "SELECT (coalesce(sum(t.spent_won), 0))::bigint FROM live_line_tick t"
    ).fetchone()
    assert spent == (total.incentive_won,)
    assert connection.execute(
        "SELECT count(*) > 0 FROM journal WHERE kind = %s", (int(MovementKind.CHARGE),)
    ).fetchone() == (True,)
