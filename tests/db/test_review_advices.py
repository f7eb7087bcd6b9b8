"""What somebody granted in our stead, and originals named twice, through an engine that had to read
them: before every capture and refund the engine begins anew."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.facts import HoldState
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Cancel,
    Capture,
    Charge,
    Hold,
    Purchase,
    Refund,
)
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_SUSPENDED,
    new_key,
    open_member,
    running_engine,
    seed_city,
)

MEMBER = 1001
DAY_US = 86_400 * 1_000_000
CHARGED_WON = 20_000
UNKNOWN = b"nobody knows this"[:16]


@pytest.fixture
def url(db_url: str) -> str:
    """A city whose one member has 20,000 won."""
    seed_city(db_url)
    with running_engine(db_url) as engine:
        open_member(engine, MEMBER)
        assert engine.ask(Charge(**new(), amount_won=CHARGED_WON)).approved
    return db_url


def new() -> dict[str, Any]:
    return {"key": new_key(), "occurred_at_us": BEGUN_US, "member_id": MEMBER}


def ask(url: str, *requests: AnyRequest) -> list[Answer]:
    """Asks an engine that has nothing in memory."""
    with running_engine(url) as engine:
        return [engine.ask(request) for request in requests]


def hold(won: int, shop_code: str = SHOP_JUNGGU) -> Hold:
    return Hold(**new(), shop_code=shop_code, amount_won=won, channel=4,
                expires_at_us=BEGUN_US + DAY_US, advice=True)  # fmt: skip


def capture(won: int, shop_code: str = SHOP_JUNGGU, **named: Any) -> Capture:
    return Capture(**new(), amount_won=won, shop_code=shop_code, channel=4, advice=True, **named)


def holds(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT held_won, state, ended_by = movement_id FROM hold ORDER BY movement_id"
        ).fetchall()


def test_a_hold_granted_in_our_stead_reserves_what_is_there_and_is_captured_whole(url: str) -> None:
    granted = hold(30_000)
    (made,) = ask(url, granted)
    assert (made.reason, made.held_after_won) == (No.APPROVED, CHARGED_WON)
    assert holds(url) == [(CHARGED_WON, HoldState.OPEN, None)]
    taken = capture(25_000, original_key=granted.key)
    captured, told_again = ask(url, taken, capture(25_000, original_key=granted.key))
    assert (captured.charged_won, captured.suspense_won) == (CHARGED_WON, 5_000)
    assert (captured.held_after_won, told_again.reason) == (0, No.HOLD_NOT_OPEN)
    (undone,) = ask(url, Cancel(**new(), original_key=taken.key))
    assert undone.charged_after_won == CHARGED_WON


def test_a_hold_of_nothing_is_recorded_and_captured_by_its_approval_code(url: str) -> None:
    ask(url, hold(CHARGED_WON))
    granted = hold(8_000)
    (made,) = ask(url, granted)
    assert (made.reason, made.held_after_won) == (No.APPROVED, CHARGED_WON)
    assert holds(url) == [(CHARGED_WON, HoldState.OPEN, None), (8_000, HoldState.RELEASED, True)]
    (again,) = ask(url, granted)
    assert (again.repeated, again.approval_code) == (True, made.approval_code)
    (captured,) = ask(url, capture(8_000, approval_code=made.approval_code))
    assert (captured.suspense_won, captured.held_after_won) == (8_000, CHARGED_WON)
    assert holds(url)[1] == (8_000, HoldState.CAPTURED, False)


def test_a_capture_of_a_hold_that_nobody_knows_is_booked_once(url: str) -> None:
    request = capture(12_000, original_key=UNKNOWN, approval_code="STANDI")
    (booked,) = ask(url, request)
    assert (booked.reason, booked.charged_won) == (No.APPROVED, 12_000)
    assert booked.incentive
    (again,) = ask(url, request)
    assert (again.repeated, again.approval_code) == (True, booked.approval_code)
    assert again.charged_after_won == CHARGED_WON - 12_000


def test_a_capture_of_a_refused_hold_is_booked_and_earns_nothing_at_a_suspended_shop(
    url: str,
) -> None:
    refused = Hold(**new(), shop_code=SHOP_SUSPENDED, amount_won=5_000, channel=4,
                   expires_at_us=BEGUN_US + DAY_US)  # fmt: skip
    (answer,) = ask(url, refused)
    assert answer.reason == No.SHOP_SUSPENDED
    (booked,) = ask(url, capture(5_000, SHOP_SUSPENDED, original_key=refused.key))
    assert (booked.reason, booked.charged_won, booked.incentive) == (No.APPROVED, 5_000, ())


def test_a_payment_told_again_as_a_capture_is_booked_once(url: str) -> None:
    payment = Purchase(**new(), shop_code=SHOP_JUNGGU, amount_won=3_000, channel=1)
    (paid,) = ask(url, payment)
    by_key, by_code = ask(
        url,
        capture(3_000, original_key=payment.key),
        capture(3_000, approval_code=paid.approval_code),
    )
    assert by_key.reason == by_code.reason == No.HOLD_NOT_OPEN


def test_a_refund_whose_key_is_unknown_is_found_by_its_approval_code(url: str) -> None:
    payment = Purchase(**new(), shop_code=SHOP_JUNGGU, amount_won=6_000, channel=1)
    (paid,) = ask(url, payment)

    def refund(**named: Any) -> Refund:
        return Refund(**new(), shop_code=SHOP_JUNGGU, amount_won=2_000, **named)

    code = paid.approval_code
    (by_code,) = ask(url, refund(original_key=UNKNOWN, approval_code=code))
    assert (by_code.reason, by_code.charged_won) == (No.APPROVED, 2_000)
    (by_key,) = ask(url, refund(original_key=payment.key, approval_code="OTHERS"))
    assert by_key.approved
    (by_neither,) = ask(url, refund(original_key=UNKNOWN, approval_code="OTHERS"))
    assert by_neither.reason == No.ORIGINAL_UNKNOWN
