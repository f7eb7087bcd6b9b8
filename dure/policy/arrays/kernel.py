"""Machine code: payments one after another, by the same steps as `RulesInForce`.

Everything is whole numbers of 64 bits. Payments are below 2^31 won and rates at most 10,000 bp, so
that no product passes 2^45; `run` refuses populations whose sums could pass 2^62.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.arrays.amounts import amount, holds, offer_holds
from dure.policy.arrays.earning import earn, settle
from dure.policy.arrays.layout import (
    AMOUNT,
    CHANNELS,
    DISCOUNT,
    EARNING,
    PAYMENTS,
    Columns,
    Integers,
    Result,
    State,
    Tables,
)
from dure.policy.arrays.machine_code import inlined, machine_code
from dure.policy.lines import LimitedBy

ALL_KNOWN: Final = -1
_NONE: Final = int(LimitedBy.NONE)
_SHOP_MONTH_CAP: Final = int(LimitedBy.SHOP_MONTH_CAP)
_MINUTE_US: Final = 60_000_000
_DAY_MINUTES: Final = 1440
_EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday; a week begins with Monday, 0."""


@machine_code
def play(
    tables: Tables,
    columns: Columns,
    order: Integers,
    state: State,
    result: Result,
    first: int,
    until: int,
) -> int:
    """Evaluates the payments `order[first:until]` (without an order: the rows themselves).

    Each member's payments must come in the order of their instants. Changes `state` and adds to
    `result`. Returns `ALL_KNOWN`, or the first row with a number that the tables do not know; what
    was changed by then is of no use.
    """
    keeps = len(result.discount_won) == len(columns.at_us)
    ordered = len(order) > 0
    term = 0
    for place in range(first, until):
        row = int(order[place]) if ordered else place
        if not _is_known(tables, columns, state, row):
            return row
        term = _term_at(tables, term, columns.at_us[row])
        _pay(tables, columns, state, result, row, row if keeps else 0, term)
    return ALL_KNOWN


@inlined
def _is_known(tables: Tables, columns: Columns, state: State, row: int) -> bool:
    at_us = columns.at_us[row]
    return bool(
        0 <= columns.member[row] < len(state.members)
        and 0 <= columns.shop[row] < len(tables.district_of)
        and columns.channel[row] < CHANNELS
        and tables.starts_us[0] <= at_us < tables.ends_us[-1]
        and columns.amount_won[row] > 0
        and columns.paid_otherwise_won[row] >= 0
    )


@inlined
def _term_at(tables: Tables, term: int, at_us: int) -> int:
    """The term that holds at an instant, sought from that of the payment before."""
    while at_us >= tables.ends_us[term]:
        term += 1
    while at_us < tables.starts_us[term]:
        term -= 1
    return term


@inlined
def _pay(
    tables: Tables,
    columns: Columns,
    state: State,
    result: Result,
    row: int,
    kept: int,
    term: int,
) -> None:
    """One payment: the month it falls into, its discount, its lines; `kept` is its row there."""
    shop, member = columns.shop[row], columns.member[row]
    place = int(tables.class_of[term, shop]) * CHANNELS + int(columns.channel[row])
    state.now[0] = columns.at_us[row]
    city_us = columns.at_us[row] + SEOUL_OFFSET_US
    day = city_us // DAY_US
    minute = 0
    if tables.asks_minutes:
        minute = (day + _EPOCH_WEEKDAY) % 7 * _DAY_MINUTES + city_us // _MINUTE_US % _DAY_MINUTES
    month = tables.month_of_day[day - tables.first_day]
    _enter_month(tables, state, member, month)
    amount_won = int(columns.amount_won[row])
    discount_won = 0
    if tables.till_from[place] < tables.till_from[place + 1]:
        discount_won, rule = discount(tables, state, place, member, day, minute, amount_won)
        result.discount_rule[kept] = rule
        if rule >= 0:
            discount_won = below_ceiling(tables, state, result, shop, rule, month, discount_won)
    else:
        result.discount_rule[kept] = -1
    result.discount_won[kept] = discount_won
    due_won = amount_won - discount_won
    earning_won = max(0, due_won - int(columns.paid_otherwise_won[row]))
    written = 0
    if earning_won > 0:
        written = earn(
            tables,
            state,
            result,
            kept,
            place,
            shop,
            member,
            day,
            minute,
            month,
            due_won,
            earning_won,
        )
    district = tables.district_of[shop]
    outside = settle(tables, state, result, kept, written, shop, member, month)
    if not outside:
        state.members[member].month_net_won += earning_won
    result.totals[month, district, PAYMENTS] += 1
    result.totals[month, district, AMOUNT] += amount_won
    result.totals[month, district, DISCOUNT] += discount_won
    result.totals[month, district, EARNING] += earning_won


@inlined
def _enter_month(tables: Tables, state: State, member: int, month: int) -> None:
    """The sums of the month begin anew for a member whose last payment was in another one."""
    standing = state.members[member]
    if standing.month != month:
        standing.month = month
        standing.month_net_won = 0
        for place in tables.month_sums:
            state.sums[member, place] = 0


@inlined
def discount(
    tables: Tables, state: State, place: int, member: int, day: int, minute: int, price_won: int
) -> tuple[int, int]:
    """(won off the price, the rule) of the best offer that holds; the first of two alike."""
    best_won, best_rule = 0, -1
    for at in range(tables.till_from[place], tables.till_from[place + 1]):
        entry = tables.till[at]
        rule = tables.rules[entry.rule]
        if offer_holds(tables, entry, minute, price_won) and holds(
            tables, state, rule, member, day, minute, price_won
        ):
            won, _full_won = amount(tables, entry.scale, price_won, 0)
            if won > best_won:
                best_won, best_rule = won, int(entry.rule)
    return best_won, best_rule


@inlined
def below_ceiling(
    tables: Tables, state: State, result: Result, shop: int, rule: int, month: int, won: int
) -> int:
    """Counts a discount, which is no more than the shop's ceiling for the month leaves."""
    limited_by = _NONE
    account = tables.ceilings[shop].account
    if account >= 0:
        left_won = max(0, int(tables.ceilings[shop].month_won_max - state.gave[account, month]))
        if won > left_won:
            won, limited_by = left_won, _SHOP_MONTH_CAP
            result.at_ceiling[account] += 1
        state.gave[account, month] += won
    result.limited[rule, limited_by] += 1
    if won > 0:
        district = tables.district_of[shop]
        result.won[rule, month, district] += won
        result.payments[rule, month, district] += 1
    return won


@machine_code
def is_by_member(member: NDArray[np.int32], at_us: Integers) -> bool:
    """Whether payments lie in the order of members, each member's by their instants."""
    for row in range(1, len(member)):
        if member[row] < member[row - 1]:
            return False
        if member[row] == member[row - 1] and at_us[row] < at_us[row - 1]:
            return False
    return True


@machine_code
def is_rising(at_us: Integers) -> bool:
    """Whether no instant lies before the one above it."""
    for row in range(1, len(at_us)):  # noqa: SIM110
        if at_us[row] < at_us[row - 1]:
            return False
    return True
