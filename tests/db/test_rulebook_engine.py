"""What the rulebook decides reaches an engine that is paying."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from dure.authorization.requests import Appropriate, Cancel, Charge, Purchase
from dure.kernel.calendar import seoul
from dure.kernel.clock import CityClock
from dure.rulebook import endings, workflow
from tests.engines import (
    BEGUN_US,
    LINES,
    SHOP_JUNGGU,
    RunningEngine,
    new_key,
    open_member,
    running_engine,
    seed_city,
)
from tests.rulebooks import CITY_RULE, LOWER, REASONS, acting, run, seed_officials, to_published

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

MEMBER, WATCHER = 1001, 1002


@pytest.fixture
def url(db_url: str) -> str:
    seed_city(db_url, rules=())
    seed_officials(db_url)
    return db_url


def city_time(url: str) -> int:
    """The city's present, in microseconds."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT anchor_us, started_at_us, speed FROM city_clock"
        ).fetchone()
    assert row is not None
    return CityClock(*row).now_us()


def charged(engine: RunningEngine, member_id: int) -> None:
    """Opens a wallet with 100,000 won."""
    open_member(engine, member_id)
    charge = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=100_000)
    assert engine.ask(charge).approved


def versions_asked(engine: RunningEngine, occurred_at_us: int) -> list[int]:
    """The rule versions that have a say in a payment now by a member who only looks."""
    answer = engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=occurred_at_us, shop_code=SHOP_JUNGGU, amount_won=10,
            channel=1, member_id=WATCHER,
        )
    )  # fmt: skip
    assert answer.approved
    return [line.rule_version_id for line in answer.incentive]


def wait_for(engine: RunningEngine, versions: list[int]) -> None:
    until = time.monotonic() + 15
    while versions_asked(engine, city_time(engine.url)) != versions:
        assert time.monotonic() < until, f"the engine did not come to {versions}"
        time.sleep(0.05)


def test_an_engine_hears_of_publication_supersession_and_roll_back(url: str) -> None:
    """The city's time is 18:00 on 21 October 2019 and runs on."""

    async def first(connection: AnyConnection) -> None:
        await to_published(connection, CITY_RULE, 1)

    async def second(connection: AnyConnection) -> None:
        """A newer version in an emergency, from three seconds on."""
        now_us = (await workflow.city_time(connection)).now_us()
        begins = (now_us // 1_000_000 + 3) * 1_000_000
        text = LOWER.replace("from: 2019-11-15", f'from: "{clock(begins)}"')
        writer = acting("writer", now_us)
        await workflow.draft(connection, writer, text, "draft.yaml")
        await workflow.check(connection, writer, "test-city", 2)
        for who in ("first", "second"):
            await workflow.approve(connection, acting(who, now_us), "test-city", 2)
        await workflow.give_notice(connection, writer, "test-city", 2, REASONS)
        await workflow.schedule(connection, writer, "test-city", 2)
        await workflow.publish_version(connection, acting("root", now_us), "test-city", 2)

    async def ended(connection: AnyConnection) -> None:
        now_us = (await workflow.city_time(connection)).now_us()
        asked = acting("first", now_us)
        await endings.ask_end(connection, asked, "test-city", 2, reasons=REASONS)
        await endings.confirm_end(connection, acting("second", now_us), "test-city", 2)

    with running_engine(url) as engine:
        charged(engine, WATCHER)
        assert versions_asked(engine, BEGUN_US) == []
        run(url, first)
        wait_for(engine, [1])
        run(url, second)
        wait_for(engine, [2])
        run(url, ended)
        wait_for(engine, [])
        assert engine.failure is None


def test_a_payment_before_the_end_is_cancelled_by_the_terms_it_was_made_on(url: str) -> None:
    """6% of 10,000 won are given, and taken back in two parts after the rule has ended."""

    async def begun(connection: AnyConnection) -> None:
        await to_published(connection, CITY_RULE, 1)

    async def ended(connection: AnyConnection) -> None:
        now_us = (await workflow.city_time(connection)).now_us()
        asked = acting("first", now_us)
        await endings.ask_end(connection, asked, "test-city", 1, reasons=REASONS)
        await endings.confirm_end(connection, acting("second", now_us), "test-city", 1)

    run(url, begun)
    with running_engine(url) as engine:
        for member_id in (MEMBER, WATCHER):
            charged(engine, member_id)
        for line_id, _, _, _, won in LINES:
            appropriated = Appropriate(
                key=new_key(), occurred_at_us=BEGUN_US, line_id=line_id, amount_won=won
            )
            assert engine.ask(appropriated).approved
        paid = Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=10_000,
            channel=1, member_id=MEMBER,
        )  # fmt: skip
        assert [line.won for line in engine.ask(paid).incentive] == [600]
        run(url, ended)
        wait_for(engine, [])
        for rest_won in (4_000, 0):
            cancelled = Cancel(
                key=new_key(), occurred_at_us=city_time(url), original_key=paid.key,
                rest_won=rest_won, member_id=MEMBER,
            )  # fmt: skip
            assert engine.ask(cancelled).approved
            with psycopg.connect(url) as connection:
                row = connection.execute(
                    "SELECT cashback_won FROM wallet WHERE member_id = %s", (MEMBER,)
                ).fetchone()
            assert row == (rest_won * 6 // 100,)


def clock(instant_us: int) -> str:
    return seoul(instant_us).isoformat(timespec="seconds")
