"""Machine code: payments and cancellations in the order in which they were decided, by any rules.

The steps are those of `policy.arrays.kernel`, with what a history knows besides: coupons, purses
that pay before charged money, and cancellations (Note [What remains] in `authorization`).
"""

from __future__ import annotations

from typing import Final

from dure.forecast.history.columns import CHANNEL_BITS, EARNS_NOT, HAS_BACK, HAS_PART
from dure.forecast.simulate.layout import (
    ALL_KNOWN,
    AMOUNT,
    GIVEN,
    PAYMENTS,
    Added,
    Events,
    Months,
)
from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.arrays.amounts import amount, stamp, unstamp
from dure.policy.arrays.earning import earn, settle
from dure.policy.arrays.kernel import below_ceiling, discount
from dure.policy.arrays.layout import CHANNELS, Integers, Records, Result, Row, State, Tables
from dure.policy.arrays.limits import recount
from dure.policy.arrays.machine_code import inlined, machine_code
from dure.policy.arrays.shares import give_back, take

_MINUTE_US: Final = 60_000_000
_DAY_MINUTES: Final = 1440
_EPOCH_WEEKDAY: Final = 3


@machine_code
def play_events(
    tables: Tables,
    events: Events,
    state: State,
    months: Months,
    kept: Records,
    result: Result,
    added: Added,
) -> int:
    """Plays all events. Row k + 1 of `result.lines` has the lines of `kept[k]`.

    Returns `ALL_KNOWN`, or a row whose shop or instant nobody knows.
    """
    rows, backs = len(events.amount_won), len(events.back_row)
    term = 0
    for place in range(len(events.order)):
        event = events.order[place]
        if event < rows:
            shop = _shop_of(events, event)
            at_us = events.at_us[event]
            if shop < 0 or not tables.starts_us[0] <= at_us < tables.ends_us[-1]:
                return int(event)
            while at_us >= tables.ends_us[term]:
                term += 1
            while at_us < tables.starts_us[term]:
                term -= 1
            _pay(tables, events, state, months, kept, result, added, event, shop, term)
        elif event < rows + backs:
            _cancel(tables, events, state, months, kept, result, added, event - rows)
        else:
            move = event - rows - backs
            state.left[events.moved_line[move]] += events.moved_won[move]
    return ALL_KNOWN


@inlined
def _shop_of(events: Events, row: int) -> int:
    """The stretch of a payment's shop; -1 for one that nobody knows."""
    shop = events.shop[row]
    if shop < 0 or shop + 1 >= len(events.stretch_first):
        return -1
    one, last = events.stretch_first[shop], events.stretch_first[shop + 1] - 1
    while one < last and events.stretch_from_us[one + 1] <= events.at_us[row]:
        one += 1
    return int(one) if one <= last else -1


@inlined
def _place_in(sorted_rows: Integers, row: int) -> int:
    """Where a row stands among some rows that have it."""
    low, high = 0, len(sorted_rows)
    while low < high:
        middle = (low + high) // 2
        if sorted_rows[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _enter(tables: Tables, state: State, months: Months, member: int, member_month: int) -> None:
    """Lays the month of the member that was under way aside, and takes up this one."""
    standing = state.members[member]
    before = standing.month
    if before == member_month:
        return
    for place in range(len(tables.month_sums)):
        held = tables.month_sums[place]
        if before >= 0:
            months.sums[before, place] = state.sums[member, held]
        state.sums[member, held] = months.sums[member_month, place]
    if before >= 0:
        months.net_won[before] = standing.month_net_won
    standing.month_net_won = months.net_won[member_month]
    standing.month = member_month


@inlined
def _pay(
    tables: Tables,
    events: Events,
    state: State,
    months: Months,
    kept: Records,
    result: Result,
    added: Added,
    row: int,
    stretch: int,
    term: int,
) -> None:
    member_month = events.member_month[row]
    member = events.place_of[member_month]
    _enter(tables, state, months, member, member_month)
    how = int(events.how[row])
    shop = events.stretch_row[stretch]
    place = int(tables.class_of[term, shop]) * CHANNELS + (how & CHANNEL_BITS)
    cell = int(events.stretch_cell[stretch]) * CHANNELS + (how & CHANNEL_BITS)
    state.now[0] = events.at_us[row]
    city_us = events.at_us[row] + SEOUL_OFFSET_US
    day = city_us // DAY_US
    minute = 0
    if tables.asks_minutes:
        minute = (day + _EPOCH_WEEKDAY) % 7 * _DAY_MINUTES + city_us // _MINUTE_US % _DAY_MINUTES
    month = tables.month_of_day[day - tables.first_day]
    amount_won = int(events.amount_won[row])
    discount_won = 0
    if tables.till_from[place] < tables.till_from[place + 1]:
        discount_won, rule = discount(tables, state, place, member, day, minute, amount_won)
        if rule >= 0:
            discount_won = below_ceiling(tables, state, result, shop, rule, month, discount_won)
    due_won = amount_won - discount_won
    coupon_won, first_won, charged_won = 0, 0, due_won
    if how & HAS_PART:
        part = _place_in(events.part_row, row)
        coupon_won = min(int(events.part[part, 0]), due_won)
        due_won -= coupon_won
        first_won = min(int(events.part[part, 1]), due_won)
        charged_won = max(0, due_won - first_won - int(events.part[part, 2]))
    net_won = state.members[member].month_net_won
    slot = _place_in(events.kept_row, row) if how & HAS_BACK else -1
    written = 0
    if charged_won > 0 and not how & EARNS_NOT:
        written = earn(
            tables, state, result, slot + 1, place, shop, member, day, minute, month, due_won,
            charged_won,
        )  # fmt: skip
    outside = settle(tables, state, result, slot + 1, written, shop, member, month)
    given_won = 0
    for at in range(written):
        given_won += result.lines[slot + 1, at].won
    if not outside:
        state.members[member].month_net_won += charged_won
    if slot >= 0:
        one = kept[slot]
        one.net_won, one.discount_won, one.coupon_won = net_won, discount_won, coupon_won
        one.first_won, one.charged_won, one.stands_won = first_won, charged_won, amount_won
        one.counts, one.cell, one.lines = int(not outside), cell, written
        one.shop, one.month = shop, month
    _count(added, cell, member, month, amount_won, given_won, discount_won)


@inlined
def _count(
    added: Added,
    cell: int,
    member: int,
    month: int,
    amount_won: int,
    given_won: int,
    discount_won: int,
) -> None:
    added.cells[cell, PAYMENTS] += 1
    added.cells[cell, AMOUNT] += amount_won
    added.cells[cell, GIVEN] += given_won
    added.member_won[member] += given_won
    added.member_amount[member] += amount_won
    added.member_payments[member] += 1
    added.payments[month] += 1
    added.amount_won[month] += amount_won
    added.discount_won[month] += discount_won


@inlined
def _cancel(
    tables: Tables,
    events: Events,
    state: State,
    months: Months,
    kept: Records,
    result: Result,
    added: Added,
    back: int,
) -> None:
    """Moves the difference between what stood and what remains of a payment."""
    row = events.back_row[back]
    state.now[0] = events.at_us[row]
    member_month = events.member_month[row]
    member = events.place_of[member_month]
    _enter(tables, state, months, member, member_month)
    slot = _place_in(events.kept_row, row)
    one = kept[slot]
    amount_won, back_won = int(events.amount_won[row]), int(events.back_won[back])
    before_won = one.stands_won
    one.stands_won = before_won - back_won
    discount_before, price_before, charged_before = _remains(one, amount_won, before_won)
    discount_after, price_after, charged_after = _remains(one, amount_won, one.stands_won)
    ends = int(charged_before == 0 and charged_after > 0) - int(
        charged_before > 0 and charged_after == 0
    )
    gone_won = 0
    for at in range(one.lines):
        line = result.lines[slot + 1, at]
        rule = tables.rules[line.rule]
        stood = _stays(tables, rule, line, one.net_won, price_before, charged_before)
        stays = _stays(tables, rule, line, one.net_won, price_after, charged_after)
        if rule.card >= 0 and ends < 0:
            unstamp(tables, state, rule, member, one.shop)
        elif rule.card >= 0 and ends > 0:
            stamp(tables, state, rule, member, one.shop)
        if stood != stays:
            give_back(tables, state, result, rule, stood, one.month)
            take(tables, state, result, rule, stays, one.month)
            change = stays - stood
            if rule.is_limited:
                earns = int(stays > 0) - int(stood > 0)
                recount(state, rule, line.rule, member, change, earns)
            result.won[line.rule, one.month, tables.district_of[one.shop]] += change
            gone_won -= change
    _give_discount_back(tables, state, one, discount_before - discount_after)
    state.members[member].month_net_won -= (charged_before - charged_after) * one.counts
    added.cells[one.cell, AMOUNT] -= back_won
    added.cells[one.cell, GIVEN] -= gone_won
    added.member_won[member] -= gone_won
    added.member_amount[member] -= back_won
    added.amount_won[one.month] -= back_won
    added.discount_won[one.month] -= discount_before - discount_after
    added.back_won[0] += max(0, gone_won)


@inlined
def _give_discount_back(tables: Tables, state: State, one: Row, won: int) -> None:
    """The shop's month gets so much of its ceiling back, or (negative) gives it again."""
    account = tables.ceilings[one.shop].account
    if account >= 0:
        state.gave[account, one.month] -= min(won, state.gave[account, one.month])


@inlined
def _remains(one: Row, amount_won: int, gross_won: int) -> tuple[int, int, int]:
    """(discount, price, charged won) of a payment of which so much stands."""
    discount_won = one.discount_won * gross_won // amount_won
    price_won = gross_won - discount_won
    if one.coupon_won > 0:
        price_won -= one.coupon_won * price_won // (amount_won - one.discount_won)
    rest_won = price_won - min(one.first_won, price_won)
    return discount_won, price_won, min(one.charged_won, rest_won)


@inlined
def _stays(
    tables: Tables, rule: Row, line: Row, net_won: int, price_won: int, charged_won: int
) -> int:
    """What stays of a line, as `earned_on_rest` says."""
    if charged_won <= 0 or price_won < rule.payment_won_min:
        return 0
    won, _full_won = amount(tables, line.scale, charged_won, net_won)
    return int(min(won, rule.payment_won_max, line.won))
