"""The live numbers say what the journal says, however and how often they are read."""

import os
import random
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from dure.authorization.reasons import DeclineReason
from dure.ledger.accounts import Account, budget_account
from dure.ledger.movement import MovementKind
from dure.report import counting, live
from dure.report.legs import purses_of

# The rows are put into the journal by hand, without wallets behind them.
pytestmark = pytest.mark.breaks_books

Connection = psycopg.Connection[tuple[object, ...]]

EVENING_US = 1_571_648_400_000_000  # 2019-10-21 18:00 in Seoul
DAY = date(2019, 10, 21)
SHOP, DISTRICT, LINE = 3, 28260, 1


@pytest.fixture
def connection(db_url: str) -> Iterator[Connection]:
    with psycopg.connect(db_url, autocommit=True) as opened:
        opened.execute(
            "INSERT INTO shop (shop_id, district, sales_band, shop_code, business_number, name_ko,"
            " sector, mcc) VALUES (3, 28260, 1, 'DEMO00000000003', '1248100998', '가온식당 3호',"
            " '56111', '5812')"
        )
        opened.execute(
            "INSERT INTO budget_line VALUES"
            " (1, 'test-city', '시비', 'City', 'city', NULL, 2019, 1000000, 1000000)"
        )
        opened.execute("INSERT INTO budget_slice VALUES (0, 1, 1000000, 60)")
        yield opened


def _book(
    connection: Connection, at_us: int, *, kind: int = MovementKind.PURCHASE, reason: int = 0,
    member_id: int = 7, won: int = 1_000, earned_won: int = 60, shop: int | None = SHOP,
) -> None:  # fmt: skip
    accounts: list[int] = []
    amounts: list[int] = []
    if not reason:
        accounts = [
            int(Account.MEMBER_CHARGED),
            int(Account.SHOP_PAYABLE),
            budget_account(LINE),
            int(Account.MEMBER_CASHBACK),
        ]
        amounts = [won, -won, earned_won, -earned_won]
        if kind == MovementKind.CANCEL:
            amounts = [-amount for amount in amounts]
    connection.execute(
        "INSERT INTO movement (shard, kind, reason, movement_id, occurred_at_us, member_id,"
        " amount_won, shop_id, request_key, leg_count, figures)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (member_id % 64, kind, reason, at_us, at_us, member_id, won, shop, os.urandom(16),
         len(accounts), accounts + amounts),
    )  # fmt: skip


def test_it_counts_a_payment_once_however_often_it_is_read(connection: Connection) -> None:
    _book(connection, EVENING_US)
    for _ in range(3):
        numbers = live.live_numbers(connection, EVENING_US + 2_000_000)
    assert (numbers.approved, numbers.paid_won, numbers.incentive_won) == (1, 1_000, 60)
    assert numbers.today == numbers.since_opening
    assert numbers.today.net_won == 1_000


def test_it_parts_refusals_by_reason_and_leaves_their_money_out(connection: Connection) -> None:
    for at in range(3):
        _book(connection, EVENING_US + at, reason=DeclineReason.PIN_WRONG)
    _book(connection, EVENING_US + 9, reason=DeclineReason.SHOP_UNKNOWN, shop=None)
    numbers = live.live_numbers(connection, EVENING_US + 2_000_000)
    assert (numbers.approved, numbers.declined, numbers.today.paid_won) == (0, 4, 0)
    declines = live.declines_by_reason(connection, DAY)
    assert [(one.reason, one.count) for one in declines] == [
        (DeclineReason.PIN_WRONG, 3),
        (DeclineReason.SHOP_UNKNOWN, 1),
    ]


def test_it_takes_a_cancellation_off_the_net_and_the_incentive(connection: Connection) -> None:
    _book(connection, EVENING_US)
    _book(connection, EVENING_US + 1, kind=MovementKind.CANCEL)
    counting.advance(connection)
    (seogu,) = (one for one in live.by_district(connection, DAY) if one.district == DISTRICT)
    assert (seogu.totals.paid_won, seogu.totals.net_won, seogu.totals.incentive_won) == (
        1_000,
        0,
        0,
    )


def test_it_begins_a_new_day_at_midnight_in_the_city(connection: Connection) -> None:
    midnight_us = EVENING_US + 6 * 3_600_000_000
    _book(connection, midnight_us - 1)
    _book(connection, midnight_us, won=5_000)
    numbers = live.live_numbers(connection, midnight_us + 1_000_000)
    assert (numbers.today.paid_won, numbers.since_opening.paid_won) == (5_000, 6_000)


def test_it_lists_all_ten_districts_from_the_first_moment(connection: Connection) -> None:
    assert len(live.by_district(connection)) == 10


def test_it_says_what_a_line_has_left_and_when_it_ends(connection: Connection) -> None:
    for second in range(10):
        _book(connection, EVENING_US + second * 1_000_000)
    counting.advance(connection)
    (line,) = live.budget_lines(connection, EVENING_US + 10_000_000)
    assert (line.left_won, line.appropriated_won) == (999_940, 1_000_000)
    assert line.burn_won_per_hour == 600 * 360
    assert line.runs_out_us == EVENING_US + 10_000_000 + 999_940 * 3_600_000_000 // 216_000


def test_it_says_at_night_the_end_by_the_whole_day(connection: Connection) -> None:
    hour_us = 3_600_000_000
    connection.execute(
        "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (0, %s, 60)", (EVENING_US,)
    )
    for hour in range(40):
        _book(connection, EVENING_US + hour * hour_us, earned_won=0 if hour % 2 else 600)
    counting.advance(connection, speed=60)
    now_us = EVENING_US + 40 * hour_us
    (line,) = live.budget_lines(connection, now_us)
    assert line.burn_won_per_hour == 0
    assert line.judged_by_us == 24 * hour_us
    assert line.runs_out_us == now_us + 999_940 * 24 * hour_us // 7_200


def test_it_says_of_a_line_that_nobody_draws_on_no_end(connection: Connection) -> None:
    (line,) = live.budget_lines(connection, EVENING_US)
    assert (line.burn_won_per_hour, line.runs_out_us) == (0, None)


def test_it_shows_the_newest_first_with_every_won(connection: Connection) -> None:
    for place in range(30):
        _book(connection, EVENING_US + place, member_id=place, won=1_000 + place)
    latest = live.latest_authorizations(connection, 5)
    assert [one.amount_won for one in latest] == [1_029, 1_028, 1_027, 1_026, 1_025]
    first = latest[0]
    assert (first.charged_won, first.earned_won, first.funding) == (1_029, 60, (("test-city", 60),))
    assert (first.shop_name, first.district) == ("가온식당 3호", DISTRICT)


def test_it_steps_over_the_opening_where_it_is_told_to(connection: Connection) -> None:
    _book(connection, EVENING_US)
    counting.start_from_here(connection)
    _book(connection, EVENING_US + 5)
    numbers = live.live_numbers(connection, EVENING_US + 1_000_000)
    assert numbers.since_opening.approved == 1


def test_it_counts_the_same_again_after_it_forgot(connection: Connection) -> None:
    numbers = random.Random(5)
    for place in range(200):
        _book(
            connection, EVENING_US + place, member_id=numbers.randrange(500),
            reason=numbers.choice([0, 0, 0, DeclineReason.NOT_ENOUGH_MONEY]),
        )  # fmt: skip
        if place % 50 == 0:
            counting.advance(connection)
    counting.advance(connection)
    before = live.by_district(connection)
    counting.forget(connection)
    counting.advance(connection)
    assert live.by_district(connection) == before


def test_it_lets_one_reader_count_at_a_time(connection: Connection, db_url: str) -> None:
    _book(connection, EVENING_US)
    with psycopg.connect(db_url) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", (counting.ADVANCE_LOCK,))
        assert counting.advance(connection) is counting.Counted.BY_ANOTHER
        assert counting.catch_up(connection) is counting.Counted.BY_ANOTHER
    assert counting.advance(connection) is counting.Counted.WHOLLY


def test_it_catches_up_with_what_nobody_looked_at(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "ROWS_IN_ONE_ADVANCE", 64 * 10)
    for place in range(25):
        _book(connection, EVENING_US + place)
    assert counting.advance(connection) is counting.Counted.PARTLY
    numbers = live.live_numbers(connection, EVENING_US + 2_000_000)
    assert numbers.since_opening.approved == 25


def test_it_drops_what_is_older_than_the_curve(connection: Connection) -> None:
    _book(connection, EVENING_US)
    counting.advance(connection)
    _book(connection, EVENING_US + (counting.TICKS_KEPT + 2) * 1_000_000)
    counting.advance(connection)
    counting.advance(connection)
    assert len(live.ticks(connection, EVENING_US + 10**12, 10**6)) == 1


def test_it_reads_the_purses_off_the_legs() -> None:
    """Paid with 300 of cashback and 700 charged, earned 42: two legs on one account."""
    accounts = [2100, 2200, 2300, 5_000_001, 2200]
    paid = purses_of(accounts, [700, 300, -1_000, 42, -42], giving_back=False)
    assert (paid.charged_won, paid.cashback_won, paid.earned_won) == (700, 300, 42)
    back = purses_of([2100, 2200, 2300, 5_000_001], [-700, -258, 1_000, -42], giving_back=True)
    assert (back.charged_won, back.cashback_won, back.earned_won) == (700, 258, -42)
