"""The fair queue for coupons on a real engine and PostgreSQL: order, stock, one effect."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest, Appropriate, ClaimCoupon
from dure.engine.client import BlockingEngineClient, EngineGone
from dure.wallets.coupon_queue import (
    TICKETS_A_MINUTE,
    Ticket,
    TicketState,
    TooManyTicketsError,
    draw_ticket,
    find_ticket,
    people_before,
    queues_waiting,
    work_off,
)
from tests.db.test_coupon_races import CITY_LINE, COUPON, STOCK, VERSION, _open, publish
from tests.engines import BEGUN_US, RunningEngine, new_key, open_member

CLIENTS = 5_000

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def connection(db_url: str) -> Iterator[Connection]:
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def client(engine: RunningEngine) -> Iterator[BlockingEngineClient]:
    opened = BlockingEngineClient(engine.path)
    yield opened
    opened.close()


def stock(engine: RunningEngine, url: str, stock: int, members: int) -> None:
    """A coupon with so many in stock, and members 1 to `members`."""
    publish(url, COUPON.replace(f"stock: {STOCK}", f"stock: {stock}"))
    assert engine.ask(
        Appropriate(key=new_key(), occurred_at_us=BEGUN_US, line_id=CITY_LINE, amount_won=2_000_000)
    ).approved
    for member_id in range(1, members + 1):
        open_member(engine, member_id)


def draw(connection: Connection, member_id: int, key: bytes | None = None) -> Ticket:
    return draw_ticket(
        connection, key=key or new_key(), member_id=member_id, rule_version_id=VERSION,
        at_us=BEGUN_US, machine_us=BEGUN_US,
    )  # fmt: skip


def states(connection: Connection) -> list[tuple[int, TicketState]]:
    rows = connection.execute("SELECT member_id, state FROM coupon_ticket ORDER BY ticket_id")
    return [(int(str(row[0])), TicketState(int(str(row[1])))) for row in rows]


def test_it_serves_in_the_order_of_tickets_and_exactly_the_stock(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    stock(engine, db_url, 5, 12)
    order = [7, 3, 12, 1, 9, 2, 11, 4, 8, 5, 10, 6]
    for member_id in order:
        draw(connection, member_id)
    served = work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=10)
    assert served == 12
    assert states(connection) == [
        (member, TicketState.CLAIMED if place < 5 else TicketState.REFUSED)
        for place, member in enumerate(order)
    ]
    row = connection.execute("SELECT count(*), count(DISTINCT member_id) FROM coupon").fetchone()
    assert row == (5, 5)
    assert queues_waiting(connection) == []


def test_it_gives_many_taps_of_one_member_one_ticket(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    stock(engine, db_url, 5, 1)
    key = new_key()
    first = draw(connection, 1, key)
    assert draw(connection, 1, key) == first
    assert draw(connection, 1) == first, "another telephone finds the place that is there"
    work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=10)
    again = draw(connection, 1, key)
    assert (again.ticket_id, again.state) == (first.ticket_id, TicketState.CLAIMED)
    assert find_ticket(connection, 2, first.ticket_id) is None


def test_it_counts_who_waits_before_somebody(
    engine: RunningEngine, connection: Connection, db_url: str
) -> None:
    stock(engine, db_url, 5, 3)
    tickets = [draw(connection, member) for member in (1, 2, 3)]
    assert [people_before(connection, ticket) for ticket in tickets] == [0, 1, 2]


def test_it_stops_one_member_who_draws_again_and_again(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    stock(engine, db_url, 1, 2)
    draw(connection, 2)
    for _ in range(TICKETS_A_MINUTE):
        draw(connection, 1)
        work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=10)
    with pytest.raises(TooManyTicketsError):
        draw(connection, 1)


def test_it_goes_on_where_a_desk_died_with_the_same_effect(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    stock(engine, db_url, 2, 4)
    for member in (1, 2, 3, 4):
        draw(connection, member)

    def dies_after_asking(requests: Sequence[AnyRequest]) -> list[Answer]:
        client.ask_all(requests)
        raise EngineGone("the answer was lost")

    with pytest.raises(EngineGone):
        work_off(connection, dies_after_asking, rule_version_id=VERSION, patience_s=10)
    assert {state for _, state in states(connection)} == {TicketState.WAITING}
    work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=10)
    assert [state for _, state in states(connection)] == [
        TicketState.CLAIMED, TicketState.CLAIMED, TicketState.REFUSED, TicketState.REFUSED,
    ]  # fmt: skip
    assert connection.execute("SELECT count(*) FROM coupon").fetchone() == (2,)


def test_it_lets_one_serve_at_a_time(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    stock(engine, db_url, 5, 2)
    draw(connection, 1)
    inside, over = threading.Event(), threading.Event()

    def waits(requests: Sequence[AnyRequest]) -> list[Answer]:
        inside.set()
        assert over.wait(30)
        own = BlockingEngineClient(engine.path)
        try:
            return own.ask_all(requests)
        finally:
            own.close()

    with ThreadPoolExecutor(1) as pool, psycopg.connect(db_url, autocommit=True) as other:
        serving = pool.submit(
            work_off, other, waits, rule_version_id=VERSION, patience_s=0.0
        )  # fmt: skip
        assert inside.wait(30)
        draw(connection, 2)
        assert not work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=9)
        over.set()
        assert serving.result(30) == 1
    assert work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=9) == 1
    assert [state for _, state in states(connection)] == [TicketState.CLAIMED] * 2


def test_it_never_serves_a_ticket_before_a_lower_one_that_comes_to_light_later(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    """Many draw at once while the queue is served: claims follow the numbers without a gap."""
    stock(engine, db_url, 40, 80)
    asked: list[int] = []

    def ask_all(requests: Sequence[AnyRequest]) -> list[Answer]:
        asked.extend(r.member_id for r in requests if isinstance(r, ClaimCoupon))
        return client.ask_all(requests)

    def one(members: range) -> None:
        with psycopg.connect(db_url, autocommit=True) as own:
            for member_id in members:
                draw(own, member_id)

    with ThreadPoolExecutor(4) as pool:
        drawing = [pool.submit(one, range(first, 81, 4)) for first in range(1, 5)]
        while not all(work.done() for work in drawing):
            work_off(connection, ask_all, rule_version_id=VERSION, patience_s=0)
        for work in drawing:
            work.result()
    work_off(connection, ask_all, rule_version_id=VERSION, patience_s=10)
    drawn = [member for member, _ in states(connection)]
    places = [drawn.index(member) for member in asked]
    assert places == sorted(places)
    claimed = [member for member, state in states(connection) if state is TicketState.CLAIMED]
    assert claimed == drawn[:40]


def test_it_refuses_what_the_engine_refuses_and_serves_the_next(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    stock(engine, db_url, 5, 2)
    ghost, real = draw(connection, 999), draw(connection, 2)
    work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=10)
    told = find_ticket(connection, 999, ghost.ticket_id)
    assert told is not None
    assert (told.state, told.reason) == (TicketState.REFUSED, No.MEMBER_UNKNOWN)
    served = find_ticket(connection, 2, real.ticket_id)
    assert served is not None
    assert served.state is TicketState.CLAIMED
    assert served.coupon_id is not None


@pytest.mark.campaign
def test_it_stays_fair_when_five_thousand_tap_at_once(
    engine: RunningEngine, client: BlockingEngineClient, connection: Connection, db_url: str
) -> None:
    """Sixteen hands tap as the app does, for 500 coupons; prints how fast the queue went."""
    stock(engine, db_url, 500, 0)
    asyncio.run(_open(db_url, CLIENTS))
    begun_s = time.monotonic()

    def taps(members: range) -> None:
        own = BlockingEngineClient(engine.path)
        with psycopg.connect(db_url, autocommit=True) as line:
            for member_id in members:
                ticket = draw(line, member_id)
                work_off(
                    line, own.ask_all, rule_version_id=VERSION, patience_s=0.8,
                    until_ticket=ticket.ticket_id,
                )  # fmt: skip
        own.close()

    with ThreadPoolExecutor(16) as pool:
        for hand in [pool.submit(taps, range(n + 1, CLIENTS + 1, 16)) for n in range(16)]:
            hand.result()
    work_off(connection, client.ask_all, rule_version_id=VERSION, patience_s=60)
    taken_s = time.monotonic() - begun_s
    print(
        f"\n{CLIENTS} taps, {500} coupons: {taken_s:.1f} s, {CLIENTS / taken_s:,.0f} taps a second"
    )
    drawn = states(connection)
    assert len(drawn) == CLIENTS
    assert [state for _, state in drawn[:500]] == [TicketState.CLAIMED] * 500
    assert {state for _, state in drawn[500:]} == {TicketState.REFUSED}
    assert connection.execute("SELECT count(*) FROM coupon").fetchone() == (500,)
