"""Two engines on one database, each with its own shards: a line that both draw on holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Cancel, Charge, OpenWallet, Purchase
from dure.engine.client import EngineClient
from dure.engine.opening import OpeningLine, open_lines
from dure.engine.reference import SLICE_WON
from dure.engine.settings import EngineSettings
from tests.engines import (
    BEGUN_US,
    SEOGU,
    SHOP_JUNGGU,
    RunningEngine,
    new_key,
    running_engine,
    seed_city,
)

SHARED_LINE = 7
LINE_WON = 5 * SLICE_WON + SLICE_WON // 2
"""More than the slices of the beginning, and less than all members would be given."""
PAID_WON = 2_000_000
RULE = """\
id: test-shared
version: 1
kind: bracket_cashback
title: {ko: 함께, en: Shared}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: 10000000000, rate_bp: 10000}
stops_when: {until_sum_used_won: 1000000000}
funding: {of: 1, lines: {test-shared: 1}}
sources: [https://example.org/shared]
"""


@contextmanager
def engines(url: str, *shards: tuple[int, int]) -> Iterator[list[RunningEngine]]:
    """Engines of these shards, each from the first to before the second.

    Two payments make a batch: a batch may not want more than half a slice, or it is cut short.
    """
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                running_engine(
                    url, EngineSettings(batch_max=2, shard_from=first, shard_until=until)
                )
            )
            for first, until in shards
        ]


LOW, HIGH, ALL = (0, 32), (32, 64), (0, 64)


@pytest.fixture
def city(db_url: str) -> str:
    """The database of a small city with the shared line; nobody has a wallet yet."""
    seed_city(db_url)
    asyncio.run(_share_a_line(db_url))
    return db_url


@pytest.fixture
def two(city: str) -> Iterator[tuple[RunningEngine, RunningEngine]]:
    """Engines of shards 0 to 31 and 32 to 63; members 1 to 63 have 2,000,000 won each."""
    with engines(city, LOW, HIGH) as (low, high):
        for member_id in range(1, 64):
            give_money(low if member_id < 32 else high, member_id)
        yield low, high


def give_money(engine: RunningEngine, member_id: int) -> None:
    assert engine.ask(
        OpenWallet(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, level=2, district=SEOGU,
            birth_year=1980,
        )
    ).approved  # fmt: skip
    assert engine.ask(
        Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, amount_won=PAID_WON)
    ).approved


async def _share_a_line(url: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    line = OpeningLine(SHARED_LINE, "test-shared", "함께", "Shared", "city", None, 2019, LINE_WON)
    await open_lines(connection, [line], BEGUN_US - 1_000)
    await connection.execute("TRUNCATE city_clock")
    await connection.close()
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(
            "INSERT INTO rule_version VALUES (20, 'test-shared', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (RULE, RULE),
        )


def payments(members: range) -> list[Purchase]:
    return [
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=PAID_WON,
            channel=1, member_id=member_id, deadline_ms=30_000,
        )
        for member_id in members
    ]  # fmt: skip


async def ask_both(low: RunningEngine, high: RunningEngine) -> tuple[list[Answer], list[Answer]]:
    """All members of both engines pay at once."""
    lines = [await EngineClient.connect(engine.path) for engine in (low, high)]
    answers = await asyncio.gather(
        asyncio.gather(*[lines[0].ask(request) for request in payments(range(1, 32))]),
        asyncio.gather(*[lines[1].ask(request) for request in payments(range(32, 64))]),
    )
    for line in lines:
        await line.close()
    return answers


def incentive_won(answers: list[Answer]) -> int:
    return sum(line.won for a in answers for line in a.incentive if line.rule_version_id == 20)


def slices_of(url: str) -> list[tuple[int, int, int]]:
    """Of each slice of the shared line the shard, what is leased and what is spent."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT shard, leased_won, spent_won FROM budget_slice WHERE line_id = %s"
            " ORDER BY shard",
            (SHARED_LINE,),
        ).fetchall()


def sums_of(url: str) -> list[tuple[int, int]]:
    """Of each engine that the rule paid for, the home shard and the sum."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT shard, used_won FROM rule_use WHERE rule_version_id = 20 ORDER BY shard"
        ).fetchall()


def test_it_never_overspends_a_line_that_two_engines_share(
    two: tuple[RunningEngine, RunningEngine],
) -> None:
    low, high = two
    of_low, of_high = asyncio.run(ask_both(low, high))
    assert all(answer.approved for answer in [*of_low, *of_high])
    given_won = incentive_won(of_low) + incentive_won(of_high)
    slices = slices_of(low.url)
    assert [shard for shard, _, _ in slices] == [0, 32]
    assert sum(spent for _, _, spent in slices) == given_won
    assert sum(leased for _, leased, _ in slices) <= LINE_WON
    assert given_won == LINE_WON, "and what there was is given to the last won"


def test_it_refuses_a_member_of_the_other_engine_s_shards(
    two: tuple[RunningEngine, RunningEngine],
) -> None:
    low, high = two
    (request,) = payments(range(40, 41))
    assert low.ask(request).reason == No.SYSTEM_FAULT
    answer = high.ask(request)
    assert answer.approved
    assert not answer.repeated


def cancel(payment: Purchase) -> Cancel:
    return Cancel(
        key=new_key(), occurred_at_us=BEGUN_US, original_key=payment.key,
        member_id=payment.member_id,
    )  # fmt: skip


def test_one_engine_takes_over_the_slices_of_two(city: str) -> None:
    first, second, third = (payments(range(member, member + 1))[0] for member in (1, 40, 41))
    with engines(city, LOW, HIGH) as (low, high):
        for engine, payment in ((low, first), (high, second), (high, third)):
            give_money(engine, payment.member_id)
            assert incentive_won([engine.ask(payment)]) == PAID_WON
    spent = [(shard, spent) for shard, _, spent in slices_of(city)]
    assert spent == [(0, PAID_WON), (32, 2 * PAID_WON)]
    assert sums_of(city) == [(0, PAID_WON), (32, 2 * PAID_WON)]
    with engines(city, ALL) as (one,):
        assert slices_of(city) == [(0, LINE_WON, 3 * PAID_WON)]
        assert sums_of(city) == [(0, 3 * PAID_WON)]
        for payment in (first, second, third):
            assert one.ask(cancel(payment)).approved
    assert slices_of(city) == [(0, LINE_WON, 0)]
    assert sums_of(city) == [(0, 0)]


def test_an_engine_takes_over_what_lies_on_its_own_shards_alone(city: str) -> None:
    with engines(city, (0, 16), (16, 32), HIGH):
        pass
    before = slices_of(city)
    assert [shard for shard, _, _ in before] == [0, 16, 32]
    with engines(city, LOW):
        (home, leased_won, _), other = slices_of(city)
    assert (home, other) == (0, before[2])
    assert leased_won >= before[0][1] + before[1][1]


def test_an_engine_gives_back_what_another_spent_and_may_spend_that_again(city: str) -> None:
    first, again, more = (payments(range(member, member + 1))[0] for member in (40, 41, 42))
    with engines(city, ALL) as (one,):
        for payment in (first, again, more):
            give_money(one, payment.member_id)
        assert incentive_won([one.ask(first)]) == PAID_WON
    with engines(city, LOW, HIGH) as (_, high):
        assert high.ask(cancel(first)).approved
        assert slices_of(city) == [(0, LINE_WON, PAID_WON), (32, 0, -PAID_WON)]
        assert sums_of(city) == [(0, PAID_WON), (32, -PAID_WON)]
        assert incentive_won([high.ask(again)]) == PAID_WON
        assert incentive_won([high.ask(more)]) == 0, "and not a won more"
    assert slices_of(city) == [(0, LINE_WON, PAID_WON), (32, 0, 0)]
