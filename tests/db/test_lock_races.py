"""Locks, guardians and complaints under many hands at once: rows and engine never part."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dure.jobs.resealing import SEALED, seal_again
from dure.people import guardians
from dure.people.complaint_kinds import Kind, Outcome, Step
from dure.people.complaints import StepNotNowError, file_complaint, take_step
from dure.people.wallet_locks import Cause, Hand, lock_wallet, locks_of, unlock_wallet
from tests.citizens import join
from tests.engines import BEGUN_US, RunningEngine, new_key

Connection = psycopg.Connection[tuple[Any, ...]]
HANDS = tuple(Hand(cause, str(int(cause))) for cause in Cause)


@pytest.fixture
def connection(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    monkeypatch.setenv("DURE_HOME", str(tmp_path))
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


def at_once(url: str, works: list[Callable[[Connection], None]]) -> None:
    """Runs each in a thread with a connection of its own, all from the same moment."""
    gate, faults = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[Connection], None]) -> None:
        with psycopg.connect(url, autocommit=True) as own:
            gate.wait(10)
            try:
                work(own)
            except BaseException as fault:
                faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]


def test_it_keeps_rows_and_engine_together_when_hands_race(
    db_url: str, engine: RunningEngine, connection: Connection
) -> None:
    member_id = join(engine, connection).member_id

    def hand_at_work(hand: Hand) -> Callable[[Connection], None]:
        def work(own: Connection) -> None:
            for turn in range(6):
                lock_wallet(
                    own, engine.ask, key=new_key(), member_id=member_id, hand=hand,
                    at_us=BEGUN_US, machine_now_us=1,
                )  # fmt: skip
                for lock in locks_of(own, member_id):
                    # The desk's hand keeps its last lock.
                    is_own = (lock.cause, lock.by_whom) == hand
                    if is_own and (hand.cause is not Cause.DESK or turn < 5):
                        unlock_wallet(
                            own, engine.ask, key=new_key(), member_id=member_id,
                            lock_id=lock.lock_id, by_whom=hand.by_whom, at_us=BEGUN_US,
                        )  # fmt: skip
            engine.leave()

        return work

    at_once(db_url, [hand_at_work(hand) for hand in HANDS])
    (last,) = locks_of(connection, member_id)
    assert last.cause is Cause.DESK
    assert connection.execute("SELECT status FROM wallet").fetchall() == [(2,)]
    assert unlock_wallet(
        connection, engine.ask, key=new_key(), member_id=member_id, lock_id=last.lock_id,
        by_whom="x", at_us=BEGUN_US,
    )  # fmt: skip
    assert connection.execute("SELECT status FROM wallet").fetchall() == [(1,)]


def test_it_links_no_third_guardian_when_desks_race(
    db_url: str, engine: RunningEngine, connection: Connection
) -> None:
    minor = join(engine, connection, phone="010-6000-0000", birth_date=date(2004, 3, 2))
    adults = [join(engine, connection, phone=f"010-6000-000{n}").member_id for n in range(1, 6)]
    full = list[int]()

    def desk(guardian_id: int) -> Callable[[Connection], None]:
        def work(own: Connection) -> None:
            try:
                guardians.link_guardian(
                    own, key=new_key(), guardian_id=guardian_id, minor_id=minor.member_id,
                    papers="서류 1", official="haneul", at_us=BEGUN_US,
                )  # fmt: skip
            except guardians.GuardiansFullError:
                full.append(guardian_id)

        return work

    at_once(db_url, [desk(adult) for adult in adults])
    linked = guardians.guardians_of(connection, minor.member_id, BEGUN_US)
    assert (len(linked), len(full)) == (2, 3)


def test_it_answers_a_complaint_once_when_officials_race(
    db_url: str, engine: RunningEngine, connection: Connection
) -> None:
    from dure.people.fields import installed_sealer

    sealer, member_id = installed_sealer(), join(engine, connection).member_id
    number = file_complaint(
        connection, sealer, key=new_key(), member_id=member_id, kind=Kind.OTHER,
        text="확인해 주세요.", at_us=BEGUN_US,
    )  # fmt: skip
    late = list[str]()

    def official(name: str) -> Callable[[Connection], None]:
        def work(own: Connection) -> None:
            try:
                take_step(
                    own, sealer, key=new_key(), complaint_id=number, step=Step.ANSWERED,
                    at_us=BEGUN_US, official=name, text="답변입니다.", outcome=Outcome.EXPLAINED,
                )  # fmt: skip
            except StepNotNowError:
                late.append(name)

        return work

    at_once(db_url, [official(name) for name in ("a", "b", "c", "d")])
    answers = connection.execute("SELECT count(*) FROM complaint_step WHERE step = 5").fetchone()
    told = connection.execute("SELECT count(*) FROM member_notice").fetchone()
    assert (answers, told, len(late)) == ((1,), (1,), 3)


def test_it_opens_complaints_with_a_new_key_alone(
    db_url: str, engine: RunningEngine, connection: Connection
) -> None:
    import secrets

    from dure.people.complaint_reading import course_of, find_photo
    from dure.people.evidence import Photo
    from dure.people.sealing import Sealer

    index, first, second = (secrets.token_bytes(32) for _ in range(3))
    old, both, new = (
        Sealer({0: first}, index), Sealer({0: first, 1: second}, index), Sealer({1: second}, index)
    )  # fmt: skip
    number = file_complaint(
        connection, old, key=new_key(), member_id=join(engine, connection).member_id,
        kind=Kind.OTHER, text="확인해 주세요.", at_us=BEGUN_US, photos=[Photo(b"jpeg", 1, 1)],
    )  # fmt: skip
    of_complaints = [one for one in SEALED if one.table.startswith("complaint")]
    done = [sum(step.done for step in seal_again(connection, both, one)) for one in of_complaints]
    assert done == [1, 1]
    (step,) = course_of(connection, new, number)
    assert step.text == "확인해 주세요."
    assert find_photo(connection, new, number, step.photos[0]) == b"jpeg"
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("UPDATE complaint_step SET at_us = 0")
