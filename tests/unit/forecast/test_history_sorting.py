"""Rows of a month and its columns: sorted, added to, taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dure.forecast.history.columns import (
    EARNS_NOT,
    HAS_BACK,
    HAS_PART,
    Backs,
    Month,
    Rows,
    Source,
    Sums,
    joined,
    no_backs,
    no_source,
    no_sums,
)
from dure.forecast.history.sorting import (
    RowsError,
    months_between,
    next_month,
    sort_month,
    start_of_month_us,
    take_apart,
)
from dure.kernel.calendar import month_of

MONTH = 202002
BEGIN_US, END_US = start_of_month_us(MONTH), start_of_month_us(next_month(MONTH))


def rows_of(*columns: tuple[int, ...]) -> Rows:
    table = np.array(columns, np.int64).reshape(-1, 9).T
    types = (np.int64, np.int64, np.int64, np.int32, np.int32, np.uint8, *[np.int32] * 3)
    return Rows(*(one.astype(dtype) for one, dtype in zip(table, types, strict=True)))


@st.composite
def sources(draw: st.DrawFn, first_movement: int = 1) -> Source:
    """Some payments of a few members with rising movements, and cancellations of some."""
    count = draw(st.integers(0, 12))
    rows: list[tuple[int, ...]] = []
    backs: list[tuple[int, ...]] = []
    movement = first_movement
    for _ in range(count):
        member = draw(st.sampled_from([3, 64, 70_000_000_000]))
        at_us = draw(st.integers(BEGIN_US, END_US - 1))
        coupon, first, beyond = (draw(st.sampled_from([0, 0, 5])) for _ in range(3))
        how = draw(st.sampled_from([1, 7, 1 | EARNS_NOT]))
        amount = draw(st.integers(100, 2**31 - 1))
        rows.append(
            (member, movement, at_us, amount, draw(st.integers(1, 9)), how, coupon, first, beyond)
        )
        movement += draw(st.integers(1, 3))
        if draw(st.booleans()):
            back = draw(st.sampled_from(rows))
            backs.append((back[0], movement, back[1], draw(st.integers(-50, 50))))
            movement += 1
    table = np.array(backs, np.int64).reshape(-1, 4).T
    taken = Backs(table[0], table[1], table[2], table[3].astype(np.int32))
    members = np.array(sorted({row[0] for row in rows}), np.int64)
    return Source(rows_of(*rows), taken, Sums(members, members * 2, members % 7))


def same(one: Month, other: Month) -> None:
    for name in one._fields:
        here: NDArray[Any] = getattr(one, name)
        there: NDArray[Any] = getattr(other, name)
        assert here.dtype == there.dtype, name
        assert np.array_equal(here, there), name


@settings(deadline=None)
@given(sources())
def test_a_month_taken_apart_sorts_to_the_same_month(source: Source) -> None:
    month = sort_month(MONTH, source)
    same(sort_month(MONTH, take_apart(MONTH, month)), month)


@settings(deadline=None)
@given(sources(), sources(first_movement=1_000))
def test_what_is_added_later_lies_where_it_lay_had_it_come_at_once(
    one: Source, other: Source
) -> None:
    grown = sort_month(MONTH, joined(take_apart(MONTH, sort_month(MONTH, one)), other))
    same(grown, sort_month(MONTH, joined(one, other)))


@settings(deadline=None)
@given(sources())
def test_it_keeps_each_members_rows_in_their_order_with_their_cancellations(source: Source) -> None:
    month = sort_month(MONTH, source)
    assert month.first[-1] == month.payments == len(source.rows.member)
    for place, member in enumerate(month.member.tolist()):
        mine = slice(int(month.first[place]), int(month.first[place + 1]))
        assert month.movement[mine].tolist() == sorted(
            source.rows.movement[source.rows.member == member].tolist()
        )
    for row, at, movement in zip(month.back_row, month.back_at, month.back_movement, strict=True):
        member = int(np.searchsorted(month.first, row, side="right")) - 1
        begin, end = int(month.first[member]), int(month.first[member + 1])
        assert begin <= row < at <= end
        assert (month.movement[begin:at] < movement).all()
        assert (month.movement[at:end] > movement).all()
        assert month.how[row] & HAS_BACK
    assert np.flatnonzero(month.how & HAS_PART).tolist() == month.part_row.tolist()
    assert int(month.till_payments.sum()) == month.payments
    assert int(month.spend_members.sum()) == len(month.member)


def payment(**changed: int) -> Rows:
    asked: dict[str, int] = {
        "member": 1, "movement": 9, "at_us": BEGIN_US, "amount_won": 5, "shop": 1, "how": 1,
        "coupon_won": 0, "first_won": 0, "beyond_won": 0,
    }  # fmt: skip
    return rows_of(tuple((asked | changed).values()))


def back(**changed: Any) -> Backs:
    asked = {"member": 1, "movement": 10, "original": 9, "won": 5} | changed
    member, movement, original, won = (np.array([value], np.int64) for value in asked.values())
    return Backs(member, movement, original, won.astype(np.int32))


def test_it_refuses_a_payment_of_another_month() -> None:
    for at_us in (BEGIN_US - 1, END_US):
        with pytest.raises(RowsError, match="202002"):
            sort_month(MONTH, Source(payment(at_us=at_us), no_backs(), no_sums()))


@pytest.mark.parametrize("changed", [{"member": 2}, {"original": 8}])
def test_it_refuses_a_cancellation_without_its_payment(changed: dict[str, int]) -> None:
    with pytest.raises(RowsError):
        sort_month(MONTH, Source(payment(), back(**changed), no_sums()))


def test_a_month_in_which_nothing_happened_is_empty() -> None:
    month = sort_month(MONTH, no_source())
    assert month.payments == 0
    assert month.first.tolist() == [0]


def test_months_follow_each_other_over_the_year() -> None:
    assert months_between(201911, 202003) == [201911, 201912, 202001, 202002]
    for month in (201912, 202002):
        assert month_of(start_of_month_us(month)) == month
        assert month_of(start_of_month_us(next_month(month)) - 1) == month


def test_it_counts_the_days_on_which_a_member_paid() -> None:
    day = 86_400_000_000
    rows = rows_of(
        *[(1, n, BEGIN_US + at * day, 5, 1, 1, 0, 0, 0) for n, at in enumerate((0, 0, 28))]
    )
    assert sort_month(MONTH, Source(rows, no_backs(), no_sums())).active_days.tolist() == [2]
