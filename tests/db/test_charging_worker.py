"""The worker: due work on a real database, with a real engine."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable

import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import (
    AnyRequest,
    ChangeWallet,
    GrantAllowance,
    Hold,
    Purchase,
)
from dure.engine.client import EngineGone
from dure.jobs.desk import Desk, Outcome
from dure.jobs.due import (
    JOBS,
    Job,
    expire_holds,
    expire_money,
    finish_transfers,
    request_auto_charges,
)
from dure.jobs.worker import Worker
from dure.kernel.calendar import DAY_US
from dure.kernel.clock import SetClock
from dure.wallets.auto_charge import FAILURES_MAX, set_auto_charge, stop_auto_charge
from dure.wallets.bank_accounts import unlink_account
from dure.wallets.charging import AmountNotAllowedError, Till, request_top_up
from dure.wallets.simulated_bank import Manners, SimulatedBank
from tests.engines import BEGUN_US, SHOP_SEOGU, new_key

OpenMember = Callable[..., str]


@pytest.fixture
def desk(till: Till) -> Desk:
    """A desk whose worker never stops."""
    return Desk(till.connection, till.bank, till.ask, till.clock, lambda: False)


def wallet(till: Till, member_id: int) -> tuple[int, int]:
    row = till.connection.execute(
        "SELECT charged_won, held_won FROM wallet WHERE member_id = %s", (member_id,)
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def charge(till: Till, account: str, member_id: int, won: int = 50_000) -> None:
    request_top_up(
        till.connection, key=new_key(), member_id=member_id, amount_won=won,
        account_ref=account, at_us=till.clock.now_us(),
    )  # fmt: skip


def test_it_finishes_hundreds_of_transfers_over_a_bad_bank(
    till: Till, bank: SimulatedBank, desk: Desk, open_member: OpenMember
) -> None:
    """Ten in a hundred fail, sixty go wrong in some other way; no won is lost or made."""
    account = open_member(7)
    manners = Manners(
        late_bp=1_500, failed_bp=1_000, duplicate_bp=1_500, answer_lost_bp=1_500,
        order_lost_bp=1_500,
    )  # fmt: skip
    bank.behave(manners)
    for _ in range(200):
        charge(till, account, 7, won=1_000)
    for _ in range(20):
        till.connection.execute("UPDATE bank_transfer SET due_at = now() - interval '1 second'")
        assert isinstance(till.clock, SetClock)
        till.clock.advance(31_000_000)
        if not finish_transfers(desk).more:
            till.connection.execute("UPDATE bank_transfer SET due_at = now() - interval '1 second'")
            if finish_transfers(desk).units == 0:
                break
    states = dict(
        till.connection.execute("SELECT state, count(*) FROM bank_transfer GROUP BY state")
    )
    assert set(states) == {6, 7}
    assert 5 < states[6] < 40
    assert wallet(till, 7) == (states[7] * 1_000, 0)
    assert bank.balance_won(account) == 1_000_000 - states[7] * 1_000


def test_it_tops_up_once_when_a_wallet_is_below(
    till: Till, bank: SimulatedBank, desk: Desk, open_member: OpenMember
) -> None:
    account = open_member(7)
    set_auto_charge(
        till.connection, member_id=7, threshold_won=10_000, amount_won=30_000, account_ref=account
    )
    assert request_auto_charges(desk).units == 1
    assert request_auto_charges(desk).units == 0
    finish_transfers(desk)
    assert request_auto_charges(desk).units == 0
    assert wallet(till, 7) == (30_000, 0)
    till.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=25_000,
            channel=2, member_id=7,
        )
    )  # fmt: skip
    assert request_auto_charges(desk).units == 1
    finish_transfers(desk)
    assert bank.balance_won(account) == 940_000


def test_it_stops_to_top_up_from_an_empty_account(
    till: Till, desk: Desk, open_member: OpenMember
) -> None:
    account = open_member(7, bank_won=0)
    set_auto_charge(
        till.connection, member_id=7, threshold_won=10_000, amount_won=30_000, account_ref=account
    )
    assert isinstance(till.clock, SetClock)
    for _ in range(FAILURES_MAX):
        assert request_auto_charges(desk).units == 1
        finish_transfers(desk)
        assert request_auto_charges(desk).units == 0
        till.clock.advance(DAY_US)
    assert request_auto_charges(desk).units == 0


@pytest.mark.parametrize("by", ["stopping", "unlinking"])
def test_it_does_not_top_up_what_was_turned_off(
    till: Till, desk: Desk, open_member: OpenMember, by: str
) -> None:
    account = open_member(7)
    set_auto_charge(
        till.connection, member_id=7, threshold_won=10_000, amount_won=30_000, account_ref=account
    )
    if by == "stopping":
        stop_auto_charge(till.connection, 7)
    else:
        unlink_account(till.connection, member_id=7, account_ref=account, at_us=BEGUN_US)
    assert request_auto_charges(desk).units == 0


def test_it_releases_holds_whose_time_is_over(
    till: Till, desk: Desk, open_member: OpenMember
) -> None:
    charge(till, open_member(7), 7)
    finish_transfers(desk)
    answer = till.ask(
        Hold(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=20_000,
            channel=4, expires_at_us=BEGUN_US + DAY_US, member_id=7,
        )
    )  # fmt: skip
    assert answer.approved
    assert expire_holds(desk).units == 0
    assert wallet(till, 7) == (50_000, 20_000)
    assert isinstance(till.clock, SetClock)
    till.clock.advance(DAY_US)
    assert expire_holds(desk).units == 1
    assert expire_holds(desk).units == 0
    assert wallet(till, 7) == (50_000, 0)


def test_it_lets_money_lapse_after_five_years_and_looks_once_a_day(
    till: Till, desk: Desk, open_member: OpenMember
) -> None:
    charge(till, open_member(7), 7)
    finish_transfers(desk)
    first = expire_money(desk)
    assert first.units == 0
    assert isinstance(till.clock, SetClock)
    till.clock.advance(5 * 366 * DAY_US)
    later = expire_money(dataclasses.replace(desk, mark=first.mark))
    assert later.units == 1
    assert wallet(till, 7) == (0, 0)
    again = expire_money(dataclasses.replace(desk, mark=later.mark))
    assert again == Outcome(mark=later.mark)


def test_it_gives_an_allowance_back_to_its_line(
    till: Till, desk: Desk, open_member: OpenMember
) -> None:
    open_member(7)
    till.connection.execute(
        "INSERT INTO allowance_programme (programme_id, code, name_ko, name_en, line_id) "
        "VALUES (1, 'birth', '출생', 'Birth', 2)"
    )
    for _ in range(500):  # The engine hears of the programme in its own time.
        answer = till.ask(
            GrantAllowance(
                key=new_key(), occurred_at_us=BEGUN_US, member_id=7, programme_id=1,
                amount_won=10_000, expires_at_us=BEGUN_US + DAY_US,
            )
        )  # fmt: skip
        if answer.approved:
            break
    assert answer.approved
    assert isinstance(till.clock, SetClock)
    till.clock.advance(2 * DAY_US)
    assert expire_money(desk).units == 1
    left = till.connection.execute("SELECT allowance_won FROM wallet WHERE member_id = 7")
    assert left.fetchone() == (0,)


def working(till: Till, jobs: tuple[Job, ...], stop: threading.Event | None = None) -> Worker:
    return Worker(
        till.connection, lambda _: till.bank, till.ask, stop or threading.Event(), jobs, till.clock
    )


def test_it_does_each_job_that_is_due(till: Till, open_member: OpenMember) -> None:
    charge(till, open_member(7), 7)
    worker = working(till, JOBS)
    assert sum(worker.run_one() for _ in JOBS) == len(JOBS)
    assert wallet(till, 7) == (50_000, 0)
    rows = till.connection.execute("SELECT count(*) FROM due_job WHERE failures = 0").fetchone()
    assert rows == (len(JOBS),)


def test_it_goes_on_with_the_others_when_one_job_fails(till: Till) -> None:
    def breaks(_: Desk) -> Outcome:
        raise RuntimeError("secret 010-1234-5678")

    def gone(_: Desk) -> Outcome:
        raise EngineGone

    worker = working(
        till,
        (Job("breaks", 1, breaks), Job("gone", 1, gone), Job("works", 1, lambda _: Outcome(3))),
    )
    assert [worker.run_one() for _ in range(4)] == [True, True, True, False]
    rows = till.connection.execute("SELECT job, failures, last_error, last_done FROM due_job")
    assert sorted(rows) == [
        ("breaks", 1, "RuntimeError", 0),
        ("gone", 1, "EngineGone", 0),
        ("works", 0, "", 3),
    ]


def test_it_leaves_a_job_that_another_worker_has_taken(till: Till) -> None:
    inside: list[bool] = []

    def slow(_: Desk) -> Outcome:
        inside.append(other.run_one())
        return Outcome(1)

    job = Job("slow", 1, slow)
    first, other = working(till, (job,)), working(till, (job,))
    assert first.run_one()
    assert inside == [False]


def test_it_stops_between_two_pieces_of_work(till: Till, open_member: OpenMember) -> None:
    account = open_member(7)
    for _ in range(5):
        charge(till, account, 7, won=1_000)
    stop = threading.Event()

    def ask(request: AnyRequest) -> Answer:
        stop.set()
        return till.ask(request)

    worker = Worker(
        till.connection, lambda _: till.bank, ask, stop,
        (Job("finish-transfers", 1, finish_transfers),), till.clock,
    )  # fmt: skip
    worker.run()
    assert wallet(till, 7) == (1_000, 0)


@pytest.mark.parametrize("locked", [True, False])
def test_it_takes_no_money_from_the_bank_for_a_locked_wallet(
    till: Till, bank: SimulatedBank, desk: Desk, open_member: OpenMember, locked: bool
) -> None:
    """Leaving locks the wallet too: who is no member any more is not debited."""
    account = open_member(7)
    set_auto_charge(
        till.connection, member_id=7, threshold_won=10_000, amount_won=30_000, account_ref=account
    )
    change = ChangeWallet(
        key=new_key(), occurred_at_us=till.clock.now_us(), member_id=7, locked=locked
    )
    assert till.ask(change).approved
    assert request_auto_charges(desk).units == (0 if locked else 1)
    finish_transfers(desk)
    orders = till.connection.execute("SELECT count(*) FROM bank_transfer").fetchone()
    assert orders == (0 if locked else 1,)
    assert bank.balance_won(account) == (1_000_000 if locked else 970_000)


def test_it_does_not_fill_a_wallet_won_by_won(till: Till, open_member: OpenMember) -> None:
    account = open_member(7)
    with pytest.raises(AmountNotAllowedError):
        set_auto_charge(
            till.connection, member_id=7, threshold_won=300_000, amount_won=1, account_ref=account
        )
