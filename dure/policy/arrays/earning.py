"""Machine code: the incentive lines of one payment, from rules that may draw on the same money."""

from __future__ import annotations

from typing import Final

from dure.policy.arrays.amounts import amount, holds, offer_holds, stamp, variant
from dure.policy.arrays.layout import Result, State, Tables
from dure.policy.arrays.limits import count, limited
from dure.policy.arrays.machine_code import inlined
from dure.policy.arrays.shares import give_back, pay
from dure.policy.lines import LimitedBy

_NONE: Final = int(LimitedBy.NONE)
_BRACKET: Final = int(LimitedBy.BRACKET)
_BUDGET: Final = int(LimitedBy.BUDGET)
_BETTER_RULE: Final = int(LimitedBy.BETTER_RULE)


@inlined
def earn(
    tables: Tables,
    state: State,
    result: Result,
    kept: int,
    place: int,
    shop: int,
    member: int,
    day: int,
    minute: int,
    month: int,
    due_won: int,
    earning_won: int,
) -> int:
    """Writes the lines of a payment to row `kept` and draws their won; returns how many there are.

    `place` is that of the shop's class and the channel. Of rules that compete the best so far has
    drawn, as in `evaluate`: what it drew is given back when another is asked.
    """
    lines = result.lines
    written = 0
    for group in range(tables.groups):
        state.best[group] = -1
    month_net_won = state.members[member].month_net_won
    for at in range(tables.earn_from[place], tables.earn_from[place + 1]):
        entry = tables.earn[at]
        rule = tables.rules[entry.rule]
        if not (
            holds(tables, state, rule, member, day, minute, due_won)
            and offer_holds(tables, entry, minute, due_won)
        ):
            continue
        group = rule.group
        before = state.best[group] if group >= 0 else -1
        if before >= 0:
            better = lines[kept, before]
            give_back(tables, state, result, tables.rules[better.rule], int(better.won), month)
        line = lines[kept, written]
        line.rule = entry.rule
        scale, choice = variant(tables, state, rule, entry, member, shop)
        line.choice = choice
        line.scale = scale
        won, full_won = amount(tables, scale, earning_won, month_net_won)
        limited_by = _NONE if won == full_won else _BRACKET
        line.full_won = full_won
        if rule.is_limited:
            won, limited_by = limited(state, result, rule, entry.rule, member, won, limited_by)
        paid_won = pay(tables, state, result, rule, won, month)
        line.won = paid_won
        line.limited_by = limited_by if paid_won == won else _BUDGET
        if before >= 0 and paid_won <= lines[kept, before].won:
            give_back(tables, state, result, rule, paid_won, month)
            better = lines[kept, before]
            pay(tables, state, result, tables.rules[better.rule], int(better.won), month)
        elif group >= 0:
            state.best[group] = written
        written += 1
    return written


@inlined
def settle(
    tables: Tables,
    state: State,
    result: Result,
    kept: int,
    written: int,
    shop: int,
    member: int,
    month: int,
) -> bool:
    """Counts what the lines of a payment pay; whether the payment stays out of the month's net."""
    outside = False
    lines = result.lines
    district = tables.district_of[shop]
    for at in range(written):
        line = lines[kept, at]
        rule = tables.rules[line.rule]
        if rule.group >= 0 and state.best[rule.group] != at:
            line.won = 0
            line.limited_by = _BETTER_RULE
        if rule.card >= 0:
            stamp(tables, state, rule, member, shop)
        won = line.won
        result.limited[line.rule, line.limited_by] += 1
        if won > 0:
            result.won[line.rule, month, district] += won
            result.payments[line.rule, month, district] += 1
            if rule.is_limited:
                count(state, rule, line.rule, member, won)
            if rule.outside_month:
                outside = True
    for at in range(written, lines.shape[1]):
        lines[kept, at].rule = -1
    return outside
