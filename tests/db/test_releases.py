"""Releases over real engines: midnight passes, two engines, a restart, cancellations late."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import Cancel, Charge, OpenWallet, Purchase, Quote, Refund
from dure.engine.client import EngineClient
from dure.engine.opening import OpeningLine, open_lines
from dure.engine.settings import EngineSettings
from dure.kernel.calendar import to_us
from dure.policy.lines import LimitedBy
from tests.engines import (
    SEOGU,
    SHOP_JUNGGU,
    RunningEngine,
    new_key,
    running_engine,
    seed_city,
)

LINE, RULE_ID = 8, 30
LINE_WON = 90_000_000
DAY_WON = 1_234_567
CARD_WON = 2_000_000
LOW, HIGH, ALL = (0, 32), (32, 64), (0, 64)


def rule(unused: str = "lapses") -> str:
    return f"""\
id: test-daily
version: 1
kind: flat_rate
title: {{ko: 매일, en: Daily}}
scope: city
period: {{from: 2019-10-01, until: 2020-01-01}}
rate_bp: 1000
release: {{each: day, won: {DAY_WON}, unused: {unused}}}
funding: {{of: 1, lines: {{test-daily: 1}}}}
sources: [https://example.org/daily]
"""


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(f"{text}+09:00"))


EVENING, MIDNIGHT = at("2019-10-21T23:59:59"), at("2019-10-22T00:00:00")
DAY_US = 86_400_000_000


@contextmanager
def engines(url: str, *shards: tuple[int, int]) -> Iterator[list[RunningEngine]]:
    """Engines of these shards, each from the first to before the second."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                running_engine(
                    url, EngineSettings(batch_max=4, shard_from=first, shard_until=until)
                )
            )
            for first, until in shards
        ]


def city_with(url: str, text: str) -> str:
    """A small city whose other rules have no money, and the rule with its line."""
    seed_city(url, ())

    async def open_line() -> None:
        import asyncpg

        connection = await asyncpg.connect(url)
        line = OpeningLine(LINE, "test-daily", "매일", "Daily", "city", None, 2019, LINE_WON)
        await open_lines(connection, [line], at("2019-10-01T00:00"))
        await connection.execute("TRUNCATE city_clock")
        await connection.close()

    asyncio.run(open_line())
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(
            "INSERT INTO rule_version VALUES (%s, 'test-daily', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (RULE_ID, text, text),
        )
    return url


@pytest.fixture
def city(db_url: str) -> str:
    return city_with(db_url, rule())


def give_money(engine: RunningEngine, member_id: int) -> None:
    begun = at("2019-10-02T00:00")
    opened = OpenWallet(
        key=new_key(), occurred_at_us=begun, member_id=member_id, level=2, district=SEOGU,
        birth_year=1980,
    )  # fmt: skip
    assert engine.ask(opened).approved
    charge = Charge(key=new_key(), occurred_at_us=begun, member_id=member_id, amount_won=CARD_WON)
    assert engine.ask(charge).approved


def payment(member_id: int, at_us: int, won: int = CARD_WON) -> Purchase:
    return Purchase(
        key=new_key(), occurred_at_us=at_us, shop_code=SHOP_JUNGGU, amount_won=won, channel=1,
        member_id=member_id, deadline_ms=30_000,
    )  # fmt: skip


def given(answer: Answer) -> int:
    assert answer.approved, answer
    return sum(line.won for line in answer.incentive)


def pay(engine: RunningEngine, member_id: int, at_us: int, won: int = CARD_WON) -> int:
    give_money(engine, member_id)
    return given(engine.ask(payment(member_id, at_us, won)))


def used(url: str) -> dict[int, int]:
    """What each release has paid, by its number; none passes what was released."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT release_key & 1048575, sum(used_won)::bigint, max(released_won)"
            " FROM release_use JOIN rule_release USING (release_key) GROUP BY release_key"
        ).fetchall()
    assert all(won <= released for _, won, released in rows)
    return {number: won for number, won, _ in rows if won}


def cancel(original: Purchase, at_us: int) -> Cancel:
    return Cancel(
        key=new_key(), occurred_at_us=at_us, original_key=original.key,
        member_id=original.member_id,
    )  # fmt: skip


def test_the_day_is_given_to_the_last_won_and_at_midnight_it_goes_on(city: str) -> None:
    with engines(city, ALL) as (one,):
        evening = [pay(one, member, EVENING) for member in range(1, 9)]
        assert evening == [200_000] * 6 + [DAY_WON - 1_200_000, 0]
        assert pay(one, 9, MIDNIGHT - 1) == 0
        assert pay(one, 10, MIDNIGHT) == 200_000
    assert used(city) == {21: DAY_WON, 22: 200_000}


def test_a_payment_in_one_batch_on_each_side_of_midnight_draws_on_its_own_day(city: str) -> None:
    with engines(city, ALL) as (one,):
        for member in range(1, 17):
            give_money(one, member)
        requests = [payment(m, EVENING if m % 2 else MIDNIGHT) for m in range(1, 17)]

        async def play() -> list[Answer]:
            client = await EngineClient.connect(one.path)
            answers = await asyncio.gather(*[client.ask(request) for request in requests])
            await client.close()
            return list(answers)

        answers = asyncio.run(play())
        for side in (0, 1):
            won = [given(a) for a, m in zip(answers, range(1, 17), strict=True) if m % 2 == side]
            assert sum(won) == DAY_WON
    assert used(city) == {21: DAY_WON, 22: DAY_WON}


def test_two_engines_give_each_day_to_the_won_and_not_one_more(city: str) -> None:
    with engines(city, LOW, HIGH) as (low, high):
        for member in range(1, 64):
            give_money(low if member < 32 else high, member)

        async def play(at_us: int, won: int) -> int:
            clients = [await EngineClient.connect(engine.path) for engine in (low, high)]
            answers = await asyncio.gather(
                *[clients[m >= 32].ask(payment(m, at_us, won)) for m in range(1, 64)]
            )
            for client in clients:
                await client.close()
            return sum(given(answer) for answer in answers)

        assert asyncio.run(play(EVENING, 500_000)) == DAY_WON
        assert asyncio.run(play(MIDNIGHT, 500_000)) == DAY_WON
        some = asyncio.run(play(MIDNIGHT + DAY_US, 100_000))
        assert 0 < some < DAY_WON, "what is paid with cashback earns nothing"
        assert asyncio.run(play(MIDNIGHT + DAY_US, 300_000)) == DAY_WON - some
    assert used(city) == {21: DAY_WON, 22: DAY_WON, 23: DAY_WON}


def test_an_engine_that_begins_again_knows_what_the_day_has_given(city: str) -> None:
    with engines(city, ALL) as (one,):
        assert pay(one, 1, EVENING) == 200_000
    with engines(city, LOW, HIGH) as (low, high):
        both = [pay(engine, member, EVENING) for engine, member in ((low, 2), (high, 40))]
        assert both == [200_000, 200_000]
    with engines(city, ALL) as (one,):
        assert sum(pay(one, member, EVENING) for member in range(3, 9)) == DAY_WON - 600_000
    assert used(city) == {21: DAY_WON}


def test_what_is_given_back_after_the_next_release_lapses_with_its_own(city: str) -> None:
    with engines(city, ALL) as (one,):
        first = payment(1, EVENING)
        give_money(one, 1)
        assert given(one.ask(first)) == 200_000
        assert sum(pay(one, member, EVENING) for member in range(2, 9)) == DAY_WON - 200_000
        assert pay(one, 9, MIDNIGHT) == 200_000
        assert one.ask(cancel(first, MIDNIGHT + 5)).approved
        assert used(city) == {21: DAY_WON - 200_000, 22: 200_000}
        assert sum(pay(one, member, MIDNIGHT + 9) for member in range(10, 20)) == DAY_WON - 200_000
        assert pay(one, 20, EVENING + 1) == 200_000, "one told late may still have it"
    with psycopg.connect(city) as connection:
        (spent,) = connection.execute(
            "SELECT sum(spent_won) FROM budget_slice WHERE line_id = %s", (LINE,)
        ).fetchone() or (0,)
    assert spent == 2 * DAY_WON, "the line has its money back each time"


def test_what_is_given_back_by_another_engine_than_paid_is_found(city: str) -> None:
    first = payment(40, EVENING)
    with engines(city, ALL) as (one,):
        give_money(one, 40)
        assert given(one.ask(first)) == 200_000
        assert sum(pay(one, member, EVENING) for member in range(1, 8)) == DAY_WON - 200_000
    with engines(city, LOW, HIGH) as (low, high):
        assert high.ask(cancel(first, MIDNIGHT + 5)).approved
        assert used(city) == {21: DAY_WON - 200_000}
        assert pay(low, 9, MIDNIGHT) == 200_000
        assert pay(low, 10, EVENING) == 200_000


def test_a_refund_is_not_undone_where_its_release_has_been_given_to_others(city: str) -> None:
    with engines(city, ALL) as (one,):
        give_money(one, 1)
        first = payment(1, EVENING)
        assert given(one.ask(first)) == 200_000
        refund = Refund(
            key=new_key(), occurred_at_us=EVENING, shop_code=SHOP_JUNGGU, amount_won=CARD_WON,
            original_key=first.key, member_id=1,
        )  # fmt: skip
        assert one.ask(refund).approved
        assert sum(pay(one, member, EVENING) for member in range(2, 10)) == DAY_WON
        undo = Cancel(key=new_key(), occurred_at_us=EVENING, original_key=refund.key, member_id=1)
        assert not one.ask(undo).approved
    assert used(city) == {21: DAY_WON}


def test_what_is_unused_is_carried_on_where_the_rule_says_so(db_url: str) -> None:
    city_with(db_url, rule("carried_on"))
    third = at("2019-10-03T10:00")
    with engines(db_url, LOW, HIGH) as (low, high):
        assert pay(low, 1, third) == 200_000
        later = [
            pay(high if m >= 32 else low, m, third + DAY_US)
            for m in (*range(2, 12), *range(32, 47))
        ]
        assert sum(later) == 4 * DAY_WON - 200_000
        first = payment(12, third + 2 * DAY_US)
        give_money(low, 12)
        assert given(low.ask(first)) == 200_000
        assert low.ask(cancel(first, third + 2 * DAY_US)).approved
    assert used(db_url) == {0: 4 * DAY_WON}


def test_a_quotation_knows_what_is_left_though_the_engine_has_just_begun(city: str) -> None:
    def quoted(engine: RunningEngine, at_us: int) -> int:
        request = Quote(
            key=new_key(), occurred_at_us=at_us, shop_code=SHOP_JUNGGU, amount_won=CARD_WON,
            channel=1,
        )  # fmt: skip
        return sum(line.won for line in engine.ask(request).incentive)

    with engines(city, ALL) as (one,):
        assert quoted(one, EVENING) == 200_000
        assert sum(pay(one, member, EVENING) for member in range(1, 8)) == DAY_WON
        assert quoted(one, EVENING) == 0
    with engines(city, ALL) as (one,):
        assert quoted(one, EVENING) == 0
        assert quoted(one, MIDNIGHT) == 200_000


def test_the_reason_stands_in_the_journal(city: str) -> None:
    with engines(city, ALL) as (one,):
        for member in range(1, 9):
            pay(one, member, EVENING)
    with psycopg.connect(city) as connection:
        rows = connection.execute(
            "SELECT limited_by, won FROM incentive_line ORDER BY movement_id DESC LIMIT 2"
        ).fetchall()
    released = int(LimitedBy.RELEASE_USED)
    assert rows == [(released, 0), (released, DAY_WON - 1_200_000)]
