"""Two engines on one database, each with its own shards: a line that both draw on holds."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import asyncpg
import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Cancel,
    ChangeWallet,
    Charge,
    GrantAllowance,
    OpenWallet,
    Purchase,
    TransferBudget,
    TransferPurpose,
)
from dure.engine.client import EngineClient
from dure.engine.lease_statements import LINES
from dure.engine.leases import SLICE_WON, take_from_others
from dure.engine.opening import OpeningLine, open_lines
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


WAITS = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
LOW, HIGH, ALL = (0, 32), (32, 64), (0, 64)


@pytest.fixture
def city(db_url: str) -> str:
    """The database of a small city with the shared line; nobody has a wallet yet."""
    seed_city(db_url)
    asyncio.run(share_a_line(db_url))
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


async def share_a_line(url: str, rule: str = RULE) -> None:
    connection = await asyncpg.connect(url)
    line = OpeningLine(SHARED_LINE, "test-shared", "함께", "Shared", "city", None, 2019, LINE_WON)
    await open_lines(connection, [line], BEGUN_US - 1_000)
    await connection.execute("TRUNCATE city_clock")
    await connection.close()
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(
            "INSERT INTO rule_version VALUES (20, 'test-shared', 1, %s,"
            " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
            (rule, rule),
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
    assert slices_of(city) == [(0, 0, 0)], "an engine that ends gives back what it has leased"
    assert sums_of(city) == [(0, 0)]


def test_an_engine_takes_over_what_lies_on_its_own_shards_alone(city: str) -> None:
    with engines(city, (0, 16), (16, 32), HIGH):
        before = slices_of(city)
    assert before == [(0, SLICE_WON, 0), (16, SLICE_WON, 0), (32, SLICE_WON, 0)]
    leave_a_slice(city, 16, SLICE_WON)
    with engines(city, LOW):
        assert slices_of(city) == [(0, SLICE_WON, 0), (32, 0, 0)]


def test_an_engine_gives_back_what_another_spent_and_may_spend_that_again(city: str) -> None:
    first, again = (payments(range(member, member + 1))[0] for member in (40, 41))
    with engines(city, ALL) as (one,):
        for payment in (first, again):
            give_money(one, payment.member_id)
        assert incentive_won([one.ask(first)]) == PAID_WON
    with engines(city, LOW, HIGH) as (_, high):
        assert high.ask(cancel(first)).approved
        assert slices_of(city)[1] == (32, SLICE_WON, -PAID_WON)
        assert sums_of(city) == [(0, PAID_WON), (32, -PAID_WON)]
        assert incentive_won([high.ask(again)]) == PAID_WON
    assert slices_of(city) == [(0, PAID_WON, PAID_WON), (32, 0, 0)]


def leave_a_slice(url: str, shard: int, won: int) -> None:
    """What an engine that died had leased and had not spent."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE budget_line SET leased_won = leased_won + %s WHERE line_id = %s",
            (won, SHARED_LINE),
        )
        connection.execute(
            "INSERT INTO budget_slice VALUES (%s, %s, %s, 0) ON CONFLICT (shard, line_id)"
            " DO UPDATE SET leased_won = budget_slice.leased_won + excluded.leased_won",
            (shard, SHARED_LINE, won),
        )


def pay_each(engine: RunningEngine, members: range) -> list[int]:
    """Members pay one after another; what each was given of the shared line."""
    given = []
    for payment in payments(members):
        give_money(engine, payment.member_id)
        given.append(incentive_won([engine.ask(payment)]))
    return given


def test_an_idle_engine_leaves_its_money_to_the_one_that_pays(city: str) -> None:
    with engines(city, LOW, HIGH) as (_, high):
        given = pay_each(high, range(32, 61))
        assert sum(given) == LINE_WON
        assert given == [PAID_WON] * 27 + [PAID_WON // 2, 0], "only the last won are divided"
        assert slices_of(city) == [(0, 0, 0), (32, LINE_WON, LINE_WON)]


def test_the_money_of_an_engine_that_died_is_spent_by_another(city: str) -> None:
    leave_a_slice(city, 0, LINE_WON)
    with engines(city, HIGH) as (high,):
        assert sum(pay_each(high, range(32, 61))) == LINE_WON
        assert slices_of(city) == [(0, 0, 0), (32, LINE_WON, LINE_WON)]


def test_one_engine_that_becomes_two_gives_back_first(city: str) -> None:
    with engines(city, ALL):
        assert slices_of(city) == [(0, LINE_WON, 0)]
    leave_a_slice(city, 0, LINE_WON)  # as if it had died instead of ending
    with engines(city, LOW, HIGH):
        assert slices_of(city) == [(0, SLICE_WON, 0), (32, SLICE_WON, 0)]


def test_two_engines_in_turn_divide_the_last_won_between_them(city: str) -> None:
    with engines(city, LOW, HIGH) as (low, high):
        given: list[int] = []
        for place in range(30):
            engine, member = (low, 1 + place) if place % 2 else (high, 32 + place)
            given += pay_each(engine, range(member, member + 1))
        assert given == [PAID_WON] * 27 + [PAID_WON // 2, 0, 0]
        assert sum(spent for _, _, spent in slices_of(city)) == LINE_WON


SMALL_WON = 100


def small_payment(member_id: int) -> Purchase:
    """A payment so small that a member can make it many times."""
    return Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=SMALL_WON,
        channel=1, member_id=member_id, deadline_ms=30_000,
    )  # fmt: skip


SUM_WON = 2 * SLICE_WON + 1_234_567
RULE_WITH_SUM = RULE.replace("1000000000", str(SUM_WON))


def test_a_rule_ends_with_its_sum_to_the_won_though_two_engines_pay(db_url: str) -> None:
    seed_city(db_url)
    asyncio.run(share_a_line(db_url, RULE_WITH_SUM))
    with engines(db_url, LOW, HIGH) as (low, high):
        for member_id in range(1, 64):
            give_money(low if member_id < 32 else high, member_id)
        answers = asyncio.run(ask_both(low, high))
        assert incentive_won([*answers[0], *answers[1]]) == SUM_WON
        assert sum(won for _, won in sums_of(db_url)) == SUM_WON


def test_what_is_given_back_of_a_sum_can_be_given_again_by_the_other_engine(db_url: str) -> None:
    seed_city(db_url)
    asyncio.run(share_a_line(db_url, RULE_WITH_SUM))
    with engines(db_url, LOW, HIGH) as (low, high):
        first = payments(range(1, 2))[0]
        give_money(low, 1)
        assert incentive_won([low.ask(first)]) == PAID_WON
        assert sum(pay_each(high, range(32, 43))) == SUM_WON - PAID_WON
        assert low.ask(cancel(first)).approved
        give_money(high, 43)
        until = time.monotonic() + 20
        while not (given := incentive_won([high.ask(small_payment(43))])):
            assert time.monotonic() < until, "high looks once in a second what low holds"
        assert given == SMALL_WON
        assert pay_each(high, range(44, 46)) == [PAID_WON - SMALL_WON, 0]


def test_an_announced_step_speaks_of_the_whole_line_and_not_of_a_slice(db_url: str) -> None:
    seed_city(db_url)
    asyncio.run(share_a_line(db_url, LADDER))
    with engines(db_url, LOW, HIGH) as (low, high):
        for engine, member_id in ((low, 1), (high, 32)):
            give_money(engine, member_id)
            payment = payments(range(member_id, member_id + 1))[0]
            assert incentive_won([engine.ask(payment)]) == PAID_WON // 10
        assert slices_of(db_url)[0][1] < 30_000_000, "though an engine has less than the step asks"


LADDER = """\
id: test-shared
version: 1
kind: step_down_ladder
title: {ko: 단계, en: Steps}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
line: test-shared
steps:
  - {left_from_won: 30000000, rate_bp: 1000}
  - {left_from_won: 0, rate_bp: 500}
funding: {of: 1, lines: {test-shared: 1}}
sources: [https://example.org/shared]
"""


def budget_request(request: type[Appropriate] | type[TransferBudget], won: int) -> AnyRequest:
    if request is Appropriate:
        return Appropriate(
            key=new_key(), occurred_at_us=BEGUN_US, line_id=SHARED_LINE, amount_won=-won
        )
    return TransferBudget(
        key=new_key(), occurred_at_us=BEGUN_US, from_line_id=SHARED_LINE, to_line_id=2,
        amount_won=won, purpose=TransferPurpose.TRANSFER,
    )  # fmt: skip


def test_what_a_slice_is_too_small_for_is_taken_from_the_whole_line(city: str) -> None:
    with engines(city, LOW, HIGH) as (low, high):
        assert sum(pay_each(high, range(32, 34))) == 2 * PAID_WON
        too_much = low.ask(budget_request(Appropriate, LINE_WON - 2 * PAID_WON + 1))
        assert too_much.reason == No.BUDGET_LINE_TOO_SMALL
        assert low.ask(budget_request(Appropriate, LINE_WON - 2 * PAID_WON)).approved
        assert pay_each(high, range(34, 35)) == [0]
    with psycopg.connect(city) as connection:
        rows = connection.execute(
            "SELECT appropriated_won, leased_won FROM budget_line WHERE line_id = %s",
            (SHARED_LINE,),
        ).fetchall()
    assert rows == [(2 * PAID_WON, 2 * PAID_WON)]


ROUNDS = int(os.environ.get("DURE_RACE_ROUNDS", "12"))


def test_two_engines_race_for_the_last_won_round_after_round(city: str) -> None:
    """Each round gives the line a little and lets twenty members of both engines pay at once."""
    chance = random.Random(19)
    with engines(city, LOW, HIGH) as (low, high):
        assert low.ask(budget_request(Appropriate, LINE_WON)).approved
        members = [*range(1, 11), *range(32, 42)]
        for member_id in members:
            engine = low if member_id < 32 else high
            give_money(engine, member_id)
            keep = ChangeWallet(
                key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, spend_cashback=False
            )
            assert engine.ask(keep).approved, "what is paid with cashback earns nothing"
        appropriated = 0
        for _ in range(ROUNDS):
            won = chance.randint(1, 40 * SMALL_WON)
            more = Appropriate(
                key=new_key(), occurred_at_us=BEGUN_US, line_id=SHARED_LINE, amount_won=won
            )
            assert low.ask(more).approved
            high.run(look_again(high))
            appropriated += won
            given = asyncio.run(rush(low, high, members))
            expected = min(won, len(members) * SMALL_WON)
            assert given == expected
            appropriated -= given
            if appropriated:
                assert low.ask(budget_request(Appropriate, appropriated)).approved
                appropriated = 0


async def look_again(engine: RunningEngine) -> None:
    """As if the engine had heard of the money already: hearing takes a moment."""
    assert engine.server.engine is not None
    engine.server.engine.lines_changed()


async def rush(low: RunningEngine, high: RunningEngine, members: list[int]) -> int:
    """All pay at once; what they were given together."""
    lines = [await EngineClient.connect(engine.path) for engine in (low, high)]
    answers = await asyncio.gather(
        *[lines[member_id >= 32].ask(small_payment(member_id)) for member_id in members]
    )
    for line in lines:
        await line.close()
    assert all(answer.approved for answer in answers)
    return incentive_won(list(answers))


def test_a_grant_is_paid_with_what_the_other_engine_holds(city: str) -> None:
    with psycopg.connect(city) as connection:
        connection.execute(
            "INSERT INTO allowance_programme (programme_id, code, name_ko, name_en, line_id)"
            " VALUES (5, 'test-birth', '출생', 'Birth', %s)",
            (SHARED_LINE,),
        )
    with engines(city, LOW, HIGH) as (low, high):
        give_money(high, 40)
        reasons = []
        for _ in range(3):
            grant = GrantAllowance(
                key=new_key(), occurred_at_us=BEGUN_US, member_id=40, programme_id=5,
                amount_won=LINE_WON // 2, expires_at_us=BEGUN_US * 2,
            )  # fmt: skip
            reasons.append(high.ask(grant).reason)
        assert reasons == [No.APPROVED, No.APPROVED, No.BUDGET_LINE_TOO_SMALL]
        assert sum(pay_each(low, range(1, 2))) == 0


@pytest.mark.breaks_books
def test_money_is_taken_of_an_engine_that_has_just_taken_and_spent_more(city: str) -> None:
    """Constraints are tried on rows as they were: 10 million less 3.5 is less than the 9 spent."""
    million = 1_000_000
    leave_a_slice(city, 0, 7 * million)
    leave_a_slice(city, 32, 10 * million)

    async def take() -> None:
        connection = await asyncpg.connect(city)
        try:
            await take_from_others(connection, LINES, 0, SHARED_LINE, SLICE_WON, half=True)
        finally:
            await connection.close()

    change = "UPDATE budget_slice SET {} WHERE line_id = %s AND shard = %s"
    with psycopg.connect(city) as other, ThreadPoolExecutor(1) as pool:
        other.execute(change.format(f"spent_won = {9 * million}"), (SHARED_LINE, 32))
        other.commit()
        other.execute("SELECT 1 FROM budget_line WHERE line_id = %s FOR UPDATE", (SHARED_LINE,))
        for shard, won in ((0, -6 * million), (32, 6 * million)):
            other.execute(change.format(f"leased_won = leased_won + {won}"), (SHARED_LINE, shard))
        taken = pool.submit(asyncio.run, take())
        with psycopg.connect(city, autocommit=True) as watch:
            while not watch.execute(WAITS).fetchone():
                assert not taken.done()
        other.commit()
        taken.result(10)
    half = 3_500_000
    assert slices_of(city) == [(0, million + half, 0), (32, 16 * million - half, 9 * million)]
