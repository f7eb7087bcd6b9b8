"""Everybody at once for too few coupons, on a real PostgreSQL: not one too many or too few."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import asyncpg
import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import RETRY_CAN_HELP
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Appropriate, ClaimCoupon
from dure.demo.races.rounds import play
from dure.engine.client import EngineClient, EngineGone
from dure.engine.opening import OpeningWallet, open_wallets
from dure.engine.settings import EngineSettings
from dure.kernel.calendar import SEOUL, to_us
from dure.policy.document import parse_document
from tests.engines import BEGUN_US, LINES, SEOGU, RunningEngine, new_key, running_engine, seed_city

COUPON = """\
id: rush-coupon
version: 1
kind: coupon
title: {ko: 선착순 쿠폰, en: First come}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
coupon: {amount_won: 5000, stock: 100, min_won: 10000, valid: {days: 30}}
funding: {of: 1, lines: {test-city: 1}}
sources: [https://example.org/rush]
"""
VERSION, STOCK, WORTH_WON, CITY_LINE = 9, 100, 5_000, 2
CLIENTS = 10_000
CONNECTIONS = 100
OPENED_US = to_us(datetime(2019, 9, 30, tzinfo=SEOUL))


def publish(url: str, text: str = COUPON, version: int = VERSION) -> None:
    document = parse_document(text, "coupon")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO rule_version VALUES (%s, %s, %s, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (version, document.id, document.version, text, text),
        )


async def _open(url: str, count: int) -> None:
    connection = await asyncpg.connect(url)
    wallets = [OpeningWallet(member, 2, SEOGU, 1980, 50_000) for member in range(1, count + 1)]
    await open_wallets(connection, wallets, OPENED_US)
    await connection.close()


@pytest.fixture
def city(db_url: str) -> str:
    """The database of a small city with a coupon; nobody has a wallet yet."""
    seed_city(db_url)
    publish(db_url)
    return db_url


def fill_lines(engine: RunningEngine) -> None:
    for line_id, _code, _payer, _district, won in LINES:
        request = Appropriate(
            key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won
        )
        assert engine.ask(request).approved


def claim(member_id: int, key: bytes | None = None) -> ClaimCoupon:
    return ClaimCoupon(
        key=key or new_key(), occurred_at_us=BEGUN_US, member_id=member_id,
        rule_version_id=VERSION, deadline_ms=60_000,
    )  # fmt: skip


def rush(paths: Sequence[Path], requests: Sequence[ClaimCoupon]) -> list[Answer]:
    """Every request is a client of its own; a member's engine is the one of its shard."""

    async def play_all() -> list[Answer]:
        lines = [[await EngineClient.connect(path) for _ in range(CONNECTIONS)] for path in paths]

        async def client(place: int, request: ClaimCoupon) -> Answer:
            owner = lines[request.member_id % 64 * len(paths) // 64]
            answer = await owner[place % CONNECTIONS].ask(request)
            while answer.reason in RETRY_CAN_HELP:
                answer = await owner[place % CONNECTIONS].ask(request)
            return answer

        asked = [client(place, request) for place, request in enumerate(requests)]
        answers = await asyncio.gather(*asked)
        for line in (line for group in lines for line in group):
            await line.close()
        return list(answers)

    return asyncio.run(play_all())


def counts(url: str) -> tuple[int, int, int, int]:
    """Coupons, those who have one, the stock's count, and what their line has spent."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM coupon), (SELECT count(DISTINCT member_id) FROM coupon),"
            " (SELECT coalesce(sum(issued), 0) FROM coupon_stock),"
            " (SELECT coalesce(sum(spent_won), 0) FROM budget_slice WHERE line_id = %s)",
            (CITY_LINE,),
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


@pytest.mark.timeout(120)
def test_it_gives_100_coupons_to_exactly_100_of_10000_clients(city: str) -> None:
    asyncio.run(_open(city, CLIENTS))
    with running_engine(city) as engine:
        fill_lines(engine)
        answers = rush([engine.path], [claim(member) for member in range(1, CLIENTS + 1)])
    reasons = Counter(answer.reason for answer in answers)
    assert reasons == {No.APPROVED: STOCK, No.COUPONS_GONE: CLIENTS - STOCK}
    assert counts(city) == (STOCK, STOCK, STOCK, STOCK * WORTH_WON)


def test_it_is_exact_in_every_round_of_the_races(db_url: str, tmp_path: Path) -> None:
    outcome = asyncio.run(play(db_url, tmp_path / "races.sock", rounds=25, seed=7))
    assert outcome.wrong == []
    assert (outcome.rounds, outcome.exact, outcome.books) == (25, 25, "hold")
    assert outcome.coupons > 100


def test_it_has_one_effect_of_one_key_from_a_hundred_clients(city: str) -> None:
    asyncio.run(_open(city, 8))
    with running_engine(city) as engine:
        fill_lines(engine)
        key = new_key()
        answers = rush([engine.path], [claim(5, key) for _ in range(100)])
        others = rush([engine.path], [claim(5) for _ in range(20)])
    assert {answer.movement_id for answer in answers if answer.approved} == {answers[0].movement_id}
    assert [answer.repeated for answer in answers].count(False) == 1
    assert {answer.reason for answer in others} == {No.COUPON_HAD_ALREADY}
    assert counts(city) == (1, 1, 1, WORTH_WON)


@pytest.mark.timeout(120)
def test_it_shares_the_stock_of_two_engines_to_the_last_coupon(city: str) -> None:
    members = 800
    asyncio.run(_open(city, members))
    with ExitStack() as stack:
        engines = [
            stack.enter_context(
                running_engine(city, EngineSettings(batch_max=16, shard_from=a, shard_until=b))
            )
            for a, b in ((0, 32), (32, 64))
        ]
        fill_lines(engines[0])
        paths = [engine.path for engine in engines]
        answers = rush(paths, [claim(member) for member in range(1, members + 1)])
    reasons = Counter(answer.reason for answer in answers)
    assert reasons[No.APPROVED] + reasons[No.COUPONS_GONE] == members
    assert reasons[No.APPROVED] == STOCK
    assert counts(city)[:3] == (STOCK, STOCK, STOCK)


@pytest.mark.timeout(120)
def test_it_reserves_a_line_of_two_engines_to_its_last_coupon(city: str) -> None:
    """The stock is larger than the money, which one of the engines may have leased whole."""
    members, enough_for = 200, 20
    asyncio.run(_open(city, members))
    with ExitStack() as stack:
        engines = [
            stack.enter_context(
                running_engine(city, EngineSettings(batch_max=8, shard_from=a, shard_until=b))
            )
            for a, b in ((0, 32), (32, 64))
        ]
        won = enough_for * WORTH_WON + WORTH_WON - 1
        given = Appropriate(
            key=new_key(), occurred_at_us=BEGUN_US, line_id=CITY_LINE, amount_won=won
        )
        assert engines[0].ask(given).approved
        paths = [engine.path for engine in engines]
        answers = rush(paths, [claim(member) for member in range(1, members + 1)])
    reasons = Counter(answer.reason for answer in answers)
    assert reasons == {
        No.APPROVED: enough_for, No.BUDGET_LINE_TOO_SMALL: members - enough_for,
    }  # fmt: skip
    assert counts(city) == (enough_for, enough_for, enough_for, enough_for * WORTH_WON)


class EngineProcess:
    """An engine that can be killed."""

    def __init__(self, url: str, path: Path, home: Path) -> None:
        environment = {**os.environ, "DATABASE_URL": url, "DURE_HOME": str(home)}
        command = [sys.executable, "-m", "dure.config", "engine", "--socket", str(path)]
        self.path = path
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    async def connect(self) -> EngineClient:
        until = time.monotonic() + 30
        while True:
            try:
                return await EngineClient.connect(self.path)
            except EngineGone:
                assert self.process.poll() is None, "the engine did not begin"
                assert time.monotonic() < until, "the engine did not begin in time"
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.mark.timeout(120)
def test_it_loses_and_doubles_no_coupon_when_the_engine_is_killed(
    city: str, tmp_path: Path
) -> None:
    """Clients who got no answer ask again, with the same key, of the engine that comes after."""
    asyncio.run(_open(city, 400))
    with running_engine(city) as engine:
        fill_lines(engine)
    requests = [claim(member) for member in range(1, 401)]
    path = tmp_path / "engine.sock"
    told: dict[bytes, Answer] = {}

    async def ask_until_killed(victim: EngineProcess, kill_after: int) -> None:
        client = await victim.connect()
        asked = [client.send(r) for r in requests if r.key not in told]
        heard = 0
        for waiting in asyncio.as_completed(asked):
            try:
                answer = await waiting
            except EngineGone:
                continue
            heard += 1
            told[answer.key] = answer
            if heard == kill_after:
                victim.kill()
        await client.close()

    for kill_after in (1, 40, 10_000):
        victim = EngineProcess(city, path, tmp_path)
        asyncio.run(ask_until_killed(victim, kill_after))
        victim.kill()
    assert len(told) == len(requests)
    with running_engine(city) as engine:
        again = rush([engine.path], requests)
    for answer in again:
        before = told[answer.key]
        assert (answer.reason, answer.movement_id) == (before.reason, before.movement_id)
    reasons = Counter(answer.reason for answer in again)
    assert reasons == {No.APPROVED: STOCK, No.COUPONS_GONE: 400 - STOCK}
    assert counts(city) == (STOCK, STOCK, STOCK, STOCK * WORTH_WON)
