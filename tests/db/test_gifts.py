"""Gifts and donations through real engines: one end for every gift, whoever comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Charge,
    Donate,
    ExpireMoney,
    Purchase,
    ReturnGift,
    SendGift,
    TakeGift,
    Withdraw,
)
from dure.engine.settings import EngineSettings
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    RunningEngine,
    new_key,
    open_member,
    running_engine,
    seed_city,
)

DAY_US = 86_400 * 1_000_000
UNTIL_US = BEGUN_US + 3 * DAY_US
ANN, BEN = 1001, 40
"""Of shards 41 and 40: one engine of two has both, or with `HALVES` each has one."""
HALVES = ((0, 41), (41, 64))
Connection = psycopg.Connection[tuple[object, ...]]
Ask = Callable[[AnyRequest], Answer]


@pytest.fixture
def connection(db_url: str) -> Iterator[Connection]:
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def engines(db_url: str) -> Iterator[dict[int, RunningEngine]]:
    """Two engines, by the member that each has; the first member has 1,000,000 won."""
    seed_city(db_url)
    with ExitStack() as stack:
        low, high = [
            stack.enter_context(
                running_engine(db_url, EngineSettings(batch_max=8, shard_from=a, shard_until=b))
            )
            for a, b in HALVES
        ]
        of = {ANN: high, BEN: low}
        for member, engine in of.items():
            open_member(engine, member)
        charge(high, ANN, 1_000_000)
        yield of


def charge(engine: RunningEngine, member: int, won: int) -> None:
    request = Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=member, amount_won=won)
    assert engine.ask(request).approved


def send(engine: RunningEngine, won: int, member: int = ANN) -> int:
    answer = engine.ask(
        SendGift(key=new_key(), occurred_at_us=BEGUN_US, member_id=member, amount_won=won,
                 until_us=UNTIL_US)
    )  # fmt: skip
    assert answer.approved, answer
    return answer.movement_id


def take(gift_id: int, member: int = BEN, giver: int = ANN) -> TakeGift:
    return TakeGift(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=member, giver_id=giver, gift_id=gift_id
    )


def back(gift_id: int, at_us: int = BEGUN_US, *, withdrawn: bool = True) -> ReturnGift:
    return ReturnGift(
        key=new_key(), occurred_at_us=at_us, member_id=ANN, gift_id=gift_id, withdrawn=withdrawn
    )


def purses(connection: Connection) -> dict[int, int]:
    rows = connection.execute("SELECT member_id, charged_won FROM wallet").fetchall()
    return {int(str(member)): int(str(won)) for member, won in rows}


def at_once(asked: list[tuple[RunningEngine, AnyRequest]]) -> list[Answer]:
    """Asks everything at the same moment, each from a thread of its own."""
    answers: list[Answer | None] = [None] * len(asked)
    begin = threading.Barrier(len(asked))

    def ask(place: int, engine: RunningEngine, request: AnyRequest) -> None:
        begin.wait()
        answers[place] = engine.ask(request)
        engine.leave()

    threads = [
        threading.Thread(target=ask, args=(place, engine, request))
        for place, (engine, request) in enumerate(asked)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


def test_it_goes_from_engine_to_engine(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    gift = send(engines[ANN], 30_000)
    assert purses(connection) == {ANN: 970_000, BEN: 0}
    assert engines[BEN].ask(take(gift)).approved
    assert purses(connection) == {ANN: 970_000, BEN: 30_000}
    assert engines[ANN].ask(back(gift)).reason == No.GIFT_OVER
    assert engines[BEN].ask(take(gift)).reason == No.GIFT_OVER


def test_taking_and_giving_back_at_once_have_one_winner(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    gifts = [send(engines[ANN], 1_000) for _ in range(12)]
    taken = 0
    for gift in gifts:
        answers = at_once(
            [(engines[BEN], take(gift)), (engines[ANN], back(gift)), (engines[BEN], take(gift))]
        )
        assert [answer.approved for answer in answers].count(True) == 1
        assert all(a.approved or a.reason == No.GIFT_OVER for a in answers), answers
        taken += answers[0].approved or answers[2].approved
    assert purses(connection) == {ANN: 1_000_000 - 1_000 * taken, BEN: 1_000 * taken}


def test_a_lost_race_costs_the_others_of_its_batch_nothing(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    gift = send(engines[ANN], 5_000)
    charge(engines[BEN], BEN, 100_000)
    paid: list[tuple[RunningEngine, AnyRequest]] = [
        (
            engines[BEN],
            Purchase(key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU,
                     amount_won=1_000, channel=2, member_id=BEN),
        )
        for _ in range(6)
    ]  # fmt: skip
    answers = at_once([*paid, (engines[BEN], take(gift)), (engines[ANN], back(gift))])
    assert all(answer.approved for answer in answers[:6])
    assert answers[6].approved != answers[7].approved


def test_the_database_refuses_a_second_end(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    gift = send(engines[ANN], 5_000)
    assert engines[BEN].ask(take(gift)).approved
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute(
            "UPDATE gift SET state = 3, taker_id = giver_id WHERE gift_id = %s", (gift,)
        )
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("DELETE FROM gift")


def test_an_engine_that_begins_anew_knows_the_gifts_and_lots(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    gift, other = send(engines[ANN], 30_000), send(engines[ANN], 20_000)
    assert engines[BEN].ask(take(gift)).approved
    for engine in engines.values():
        engine.stop()
        engine.start()
    refund = Withdraw(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=BEN, used_share_bp_min=6_000
    )
    assert engines[BEN].ask(refund).reason == No.REFUND_RATIO_NOT_REACHED
    early = back(other, BEGUN_US + 2 * DAY_US, withdrawn=False)
    assert engines[ANN].ask(early).reason == No.GIFT_NOT_DUE
    assert engines[ANN].ask(back(other, UNTIL_US, withdrawn=False)).approved
    assert purses(connection) == {ANN: 970_000, BEN: 30_000}


def test_a_refund_leaves_a_gift_that_came_between_charges(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    charge(engines[BEN], BEN, 40_000)
    assert engines[BEN].ask(take(send(engines[ANN], 30_000))).approved
    charge(engines[BEN], BEN, 5_000)

    def ask_refund() -> Answer:
        return engines[BEN].ask(
            Withdraw(key=new_key(), occurred_at_us=BEGUN_US, member_id=BEN,
                     used_share_bp_min=6_000)
        )  # fmt: skip

    assert ask_refund().amount_won == 45_000
    assert ask_refund().reason == No.REFUND_RATIO_NOT_REACHED
    lots = connection.execute(
        "SELECT in_from_won, in_until_won, given FROM lot "
        "WHERE member_id = %s AND withdrawn_by IS NULL",
        (BEN,),
    ).fetchall()
    assert lots == [(0, 30_000, True)]


def test_a_gift_that_was_taken_lapses_after_five_years(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    assert engines[BEN].ask(take(send(engines[ANN], 30_000))).approved
    later_us = BEGUN_US + 5 * 366 * DAY_US
    assert engines[BEN].ask(
        ExpireMoney(key=new_key(), occurred_at_us=later_us, member_id=BEN)
    ).approved  # fmt: skip
    assert purses(connection)[BEN] == 0


def test_a_donation_goes_to_a_fund_that_the_city_has_named(
    engines: dict[int, RunningEngine], connection: Connection
) -> None:
    connection.execute("INSERT INTO donation_fund VALUES (1, '기금', 'Fund', '쓰임', 'Use', NULL)")

    def donate(fund_id: int) -> Answer:
        return engines[ANN].ask(
            Donate(key=new_key(), occurred_at_us=BEGUN_US, member_id=ANN, fund_id=fund_id,
                   amount_won=2_000)
        )  # fmt: skip

    assert donate(1).approved
    assert donate(2).reason == No.SYSTEM_FAULT, "the database knows no such fund"
    assert purses(connection)[ANN] == 998_000
    rows = connection.execute("SELECT member_id, fund_id, won, cashback FROM donation").fetchall()
    assert rows == [(ANN, 1, 2_000, False)]
