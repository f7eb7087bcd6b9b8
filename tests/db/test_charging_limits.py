"""The limits of a level, as the registry of limits and the engine see them."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg
import pytest

from dure.authorization.reasons import DeclineReason
from dure.wallets.charging import Till, advance, request_top_up
from dure.wallets.limits import NO_LIMIT_WON, LimitInThePastError, WalletLimit, limit_at, set_limit
from dure.wallets.transfers import TransferState
from tests.engines import BEGUN_US, new_key

Connection = psycopg.Connection[tuple[object, ...]]
YEAR_US = 365 * 86_400 * 1_000_000


@pytest.mark.parametrize(
    ("level", "at_us", "holding_won", "month_won"),
    [
        (1, BEGUN_US, 500_000, NO_LIMIT_WON),
        (2, BEGUN_US, 2_000_000, NO_LIMIT_WON),
        (3, BEGUN_US, 2_000_000, NO_LIMIT_WON),
        (1, BEGUN_US + 5 * YEAR_US, 500_000, 500_000),
        (2, BEGUN_US + 5 * YEAR_US, 1_500_000, 700_000),
    ],
)
def test_they_are_those_of_the_law_of_their_day(
    connection: Connection, level: int, at_us: int, holding_won: int, month_won: int
) -> None:
    limit = limit_at(connection, level, at_us)
    assert limit is not None
    assert (limit.holding_won_max, limit.charge_won_month_max) == (holding_won, month_won)
    assert limit.source


def test_they_do_not_change_the_past(connection: Connection) -> None:
    limit = WalletLimit(2, BEGUN_US - 1, 1, 1, 1, "test")
    with pytest.raises(LimitInThePastError):
        set_limit(connection, limit, now_us=BEGUN_US)
    assert limit_at(connection, 9, BEGUN_US) is None


def test_they_hold_in_the_engine_without_a_restart(
    till: Till, open_member: Callable[..., str]
) -> None:
    account = open_member(7)
    limit = WalletLimit(2, BEGUN_US, 30_000, NO_LIMIT_WON, NO_LIMIT_WON, "test")
    set_limit(till.connection, limit, now_us=BEGUN_US)
    until = time.monotonic() + 10
    while True:  # The engine hears of the limit in its own time.
        transfer = request_top_up(
            till.connection, key=new_key(), member_id=7, amount_won=30_001, account_ref=account,
            at_us=BEGUN_US,
        )  # fmt: skip
        done = advance(till, transfer.transfer_id)
        if done.state is TransferState.RETURNED:
            break
        assert time.monotonic() < until
    assert done.reason is DeclineReason.OVER_HOLDING_LIMIT
