"""Sorts the rows of a month by member, and takes a sorted month apart into rows again."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.columns import (
    CHANNEL_BITS,
    CHANNELS,
    DAY_MINUTES,
    EARNS_NOT,
    HAS_BACK,
    HAS_PART,
    SPEND_BIN_WON,
    SPEND_BINS,
    Backs,
    Integers,
    Month,
    Rows,
    Source,
    Sums,
)
from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.arrays.machine_code import machine_code

MINUTE_US: Final = 60_000_000
_AS_IT_CAME: Final = np.uint8(CHANNEL_BITS | EARNS_NOT)


class RowsError(ValueError):
    """A cancellation names no payment of its member, or a payment does not lie in the month."""


def start_of_month_us(month: int) -> int:
    """The first midnight of a month (YYYYMM) in the city, in microseconds since 1970 UTC."""
    first = np.datetime64(f"{month // 100:04d}-{month % 100:02d}", "D")
    return int(first.astype(np.int64)) * DAY_US - SEOUL_OFFSET_US


def next_month(month: int) -> int:
    """The month after a month, both YYYYMM."""
    return month + 1 if month % 100 < 12 else month + 89


def months_between(from_month: int, until_month: int) -> list[int]:
    """The months from one to before another."""
    found = []
    month = from_month
    while month < until_month:
        found.append(month)
        month = next_month(month)
    return found


def sort_month(month: int, source: Source) -> Month:
    """The month's columns. Of each member the rows must come in the order of `movement`.

    Raises RowsError when a cancellation has no payment or a payment lies in another month.
    """
    rows = source.rows
    member, first, order = _by_member(rows.member)
    since_us = rows.at_us[order] - start_of_month_us(month)
    until_us = start_of_month_us(next_month(month)) - start_of_month_us(month)
    if len(since_us) and not 0 <= int(since_us.min()) <= int(since_us.max()) < until_us:
        raise RowsError(f"a payment does not lie in {month}")
    minute = (since_us // MINUTE_US).astype(np.uint16)
    micros = (since_us % MINUTE_US).astype(np.uint32)
    how = rows.how[order] & _AS_IT_CAME
    movement = rows.movement[order]
    part_row, part = _parts(rows, order)
    how[part_row] |= np.uint8(HAS_PART)
    backs = _backs(source.backs, member, first, movement)
    how[backs[0]] |= np.uint8(HAS_BACK)
    net_won, given_won = _sums(source.sums, member)
    days = np.zeros(len(member), np.uint8)
    _count_days(first, minute, days)
    return Month(
        member, first, net_won, given_won, days, rows.amount_won[order], rows.shop[order],
        minute, how, movement, micros, part_row, part, *backs, *_tills(rows), *_spend(net_won),
    )  # fmt: skip


def _tills(rows: Rows) -> tuple[Integers, Integers, Integers]:
    """(shop and channel, won, payments) of all shops and channels in which something was paid."""
    code = rows.shop.astype(np.int64) * CHANNELS + (rows.how & np.uint8(CHANNEL_BITS))
    if int(code.max(initial=0)) <= 8 * len(code) + 10_000_000:
        # Sums of a month stay far below 2^53, up to which floats are whole numbers.
        payments = np.bincount(code)
        won = np.bincount(code, weights=rows.amount_won)
        till = np.flatnonzero(payments)
        return till, won[till].astype(np.int64), payments[till]
    till, which = np.unique(code, return_inverse=True)
    won = np.bincount(which.reshape(-1), weights=rows.amount_won)
    return till, won.astype(np.int64), np.bincount(which.reshape(-1))


def _spend(net_won: Integers) -> tuple[Integers, Integers]:
    """(members, won) by what they paid in the month, in bins."""
    bins = np.clip(net_won // SPEND_BIN_WON, 0, SPEND_BINS)
    won = np.bincount(bins, weights=net_won, minlength=SPEND_BINS + 1)
    return np.bincount(bins, minlength=SPEND_BINS + 1), won.astype(np.int64)


def take_apart(month: int, sorted_month: Month) -> Source:
    """The rows of a sorted month, from which the same month is sorted again."""
    one = sorted_month
    member = np.repeat(one.member, np.diff(one.first))
    since_us = one.minute.astype(np.int64) * MINUTE_US + one.micros
    parts = np.zeros((one.payments, 3), np.int32)
    parts[one.part_row] = one.part
    rows = Rows(
        member, np.array(one.movement), start_of_month_us(month) + since_us,
        np.array(one.amount_won), np.array(one.shop), one.how & _AS_IT_CAME,
        *np.ascontiguousarray(parts.T),
    )  # fmt: skip
    backs = Backs(
        member[one.back_row], np.array(one.back_movement), rows.movement[one.back_row],
        np.array(one.back_won),
    )  # fmt: skip
    return Source(rows, backs, Sums(one.member, one.net_won, one.given_won))


def _by_member(member: Integers) -> tuple[Integers, Integers, Integers]:
    """(members, where the rows of each begin, the rows in that order)."""
    most = int(member.max(initial=0))
    if most <= 8 * len(member) + 1_000_000:
        counts = np.bincount(member, minlength=1)
        members = np.flatnonzero(counts)
        places = np.zeros(len(counts), np.int64)
        counted = counts[members]
        places[members] = np.cumsum(counted) - counted
        order = np.empty(len(member), np.int64)
        _place(member, places, order)
    else:
        members, counted = np.unique(member, return_counts=True)
        order = np.argsort(member, kind="stable")
    first = np.zeros(len(members) + 1, np.int64)
    np.cumsum(counted, out=first[1:])
    return members, first, order


@machine_code
def _place(member: Integers, places: Integers, order: Integers) -> None:
    for row in range(len(member)):
        one = member[row]
        order[places[one]] = row
        places[one] += 1


@machine_code
def _count_days(first: Integers, minute: NDArray[np.uint16], days: NDArray[np.uint8]) -> None:
    """On how many days each member paid: a bit for each of the month's days."""
    for member in range(len(first) - 1):
        seen = 0
        for row in range(first[member], first[member + 1]):
            seen |= 1 << (int(minute[row]) // DAY_MINUTES)
        count = 0
        while seen:
            seen &= seen - 1
            count += 1
        days[member] = count


def _parts(rows: Rows, order: Integers) -> tuple[Integers, NDArray[np.int32]]:
    has = (rows.coupon_won != 0) | (rows.first_won != 0) | (rows.beyond_won != 0)
    part_row = np.flatnonzero(has[order])
    chosen = order[part_row]
    columns = (rows.coupon_won[chosen], rows.first_won[chosen], rows.beyond_won[chosen])
    return part_row, np.ascontiguousarray(np.stack(columns, axis=1), np.int32)


def _backs(
    backs: Backs, member: Integers, first: Integers, movement: Integers
) -> tuple[Integers, Integers, Integers, NDArray[np.int32]]:
    """(row of the payment, row before which it comes, movement, won) in the order of Month."""
    count = len(backs.member)
    place = np.searchsorted(member, backs.member)
    known = place < len(member)
    if count and not (known.all() and np.array_equal(member[place], backs.member)):
        raise RowsError("a cancellation is of a member without payments in the month")
    row, at = np.empty(count, np.int64), np.empty(count, np.int64)
    found = _find(first, movement, place, backs.original, backs.movement, row, at)
    if found != count:
        raise RowsError(f"no payment {int(backs.original[found])} of the cancelled month")
    order = np.lexsort((backs.movement, at))
    return row[order], at[order], backs.movement[order], backs.won[order]


@machine_code
def _find(
    first: Integers,
    movement: Integers,
    place: Integers,
    original: Integers,
    cancelled: Integers,
    row: Integers,
    at: Integers,
) -> int:
    """Finds the payment of each cancellation and the row before which it comes, by halving.

    Returns how many there are, or the first whose payment is missing.
    """
    for one in range(len(place)):
        begin, end = first[place[one]], first[place[one] + 1]
        for wanted in range(2):
            low, high = begin, end
            sought = original[one] if wanted == 0 else cancelled[one]
            while low < high:
                middle = (low + high) // 2
                if movement[middle] < sought:
                    low = middle + 1
                else:
                    high = middle
            if wanted == 0:
                if low == end or movement[low] != sought:
                    return one
                row[one] = low
            else:
                at[one] = low
    return len(place)


def _sums(sums: Sums, member: Integers) -> tuple[Integers, Integers]:
    """The sums of each member; of a member all of whose payments were left out there are none."""
    net_won, given_won = np.zeros(len(member), np.int64), np.zeros(len(member), np.int64)
    place = np.searchsorted(member, sums.member)
    known = place < len(member)
    known[known] = member[place[known]] == sums.member[known]
    np.add.at(net_won, place[known], sums.net_won[known])
    np.add.at(given_won, place[known], sums.given_won[known])
    return net_won, given_won
