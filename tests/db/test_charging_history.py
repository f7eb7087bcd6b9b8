"""A member's history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import Cancel, Purchase
from dure.kernel.calendar import start_of_day_us
from dure.ledger.movement import MovementKind
from dure.policy.lines import LimitedBy
from dure.wallets.charging import Till, advance, request_top_up
from dure.wallets.history import Balance, balance_at, member_history
from dure.wallets.lots import lots_expiring, open_lots
from tests.engines import BEGUN_US, SHOP_SEOGU, new_key

PAYMENT_KEY = b"payment number 1"


@pytest.fixture
def lived(till: Till, open_member: Callable[..., str]) -> Till:
    """Member 7 was charged 50,000 won, paid 10,000, was refused 90,000 and got the 10,000 back."""
    transfer = request_top_up(
        till.connection, key=b"t" * 16, member_id=7, amount_won=50_000,
        account_ref=open_member(7), at_us=BEGUN_US,
    )  # fmt: skip
    advance(till, transfer.transfer_id)
    for key, won in ((PAYMENT_KEY, 10_000), (new_key(), 90_000)):
        till.ask(
            Purchase(
                key=key, occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=won, channel=2,
                member_id=7,
            )
        )  # fmt: skip
    till.ask(Cancel(key=new_key(), occurred_at_us=BEGUN_US, original_key=PAYMENT_KEY, member_id=7))
    return till


def test_it_tells_every_movement_the_newest_first(lived: Till) -> None:
    lines = member_history(lived.connection, 7)
    assert [(line.kind, line.reason) for line in lines] == [
        (MovementKind.CANCEL, DeclineReason.APPROVED),
        (MovementKind.PURCHASE, DeclineReason.NOT_ENOUGH_MONEY),
        (MovementKind.PURCHASE, DeclineReason.APPROVED),
        (MovementKind.CHARGE, DeclineReason.APPROVED),
        (MovementKind.OPEN_WALLET, DeclineReason.APPROVED),
    ]


def test_it_gives_the_reason_for_every_won(lived: Till) -> None:
    """Of 10,000 won the city gives 6% and the district 4%."""
    paid = member_history(lived.connection, 7)[2]
    assert paid.shop_name_ko == "시험가게 2"
    assert (paid.amount_won, paid.discount_won, paid.charged_won) == (10_000, 0, -10_000)
    assert paid.cashback_won == 1_000
    assert [(line.rule, line.version, line.won, line.limited_by) for line in paid.incentive] == [
        ("test-city", 1, 600, LimitedBy.NONE),
        ("test-seogu", 1, 400, LimitedBy.NONE),
    ]


def test_it_is_read_in_pages(lived: Till) -> None:
    whole = member_history(lived.connection, 7)
    pages = []
    before = None
    while page := member_history(lived.connection, 7, before_id=before, count=2):
        pages += page
        before = page[-1].movement_id
    assert pages == whole


def test_it_is_nobody_elses(lived: Till, open_member: Callable[..., str]) -> None:
    open_member(71)  # The same shard as 7.
    first = member_history(lived.connection, 7)[0].movement_id
    assert member_history(lived.connection, 71, before_id=first) == []
    assert member_history(lived.connection, 999) == []


def test_it_knows_the_balance_at_every_instant(lived: Till) -> None:
    for line in member_history(lived.connection, 7):
        after = Balance(line.charged_after_won, line.cashback_after_won, line.allowance_after_won)
        assert balance_at(lived.connection, 7, line.movement_id) == after
    whole = member_history(lived.connection, 7)
    assert balance_at(lived.connection, 7, whole[-1].movement_id - 1) is None
    assert balance_at(lived.connection, 7, whole[2].movement_id) == Balance(40_000, 1_000, 0)
    assert balance_at(lived.connection, 7, whole[1].movement_id) == Balance(40_000, 1_000, 0)
    assert balance_at(lived.connection, 7, whole[0].movement_id) == Balance(50_000, 0, 0)


def test_it_shows_what_is_left_of_each_charge_and_until_when(
    till: Till, open_member: Callable[..., str]
) -> None:
    """Of 30,000 and 50,000 won 40,000 are spent: the first charge and 10,000 of the second."""
    account = open_member(7)
    for key, won in ((b"a" * 16, 30_000), (b"b" * 16, 50_000)):
        transfer = request_top_up(
            till.connection, key=key, member_id=7, amount_won=won, account_ref=account,
            at_us=BEGUN_US,
        )  # fmt: skip
        advance(till, transfer.transfer_id)
    till.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_SEOGU, amount_won=40_000,
            channel=2, member_id=7,
        )
    )  # fmt: skip
    (lot,) = open_lots(till.connection, 7)
    assert (lot.charged_won, lot.left_won) == (50_000, 40_000)
    in_five_years = start_of_day_us(date(2024, 10, 21))
    assert lot.expires_at_us == in_five_years
    expiring = lots_expiring(till.connection, from_us=in_five_years, until_us=in_five_years + 1)
    assert expiring == [lot]
    assert lots_expiring(till.connection, from_us=BEGUN_US, until_us=in_five_years) == []
