"""Machine code: won split over budget lines as Note [Fair split] says, and never beyond a line."""

from __future__ import annotations

from dure.policy.arrays.layout import Result, Row, State, Tables
from dure.policy.arrays.machine_code import inlined

_ENDLESS_WON = 1 << 40
"""More than any line pays for one payment: what the shop has, which is never used up."""


@inlined
def part(tables: Tables, rule: Row, share: int, rounds: int, rest: int) -> int:
    """What one line pays of so many whole rounds of shares and the rest of a round."""
    lines = rule.share_until - rule.share_from
    first = rule.first_from + rest * lines + share - rule.share_from
    return int(rounds * tables.share_won[share] + tables.firsts[first])


@inlined
def in_rounds(rule: Row, won: int) -> tuple[int, int]:
    """(whole rounds of shares, the rest) of an amount."""
    if rule.whole == 1:
        return won, 0
    rounds = int(won // rule.whole)
    return rounds, won - rounds * int(rule.whole)


@inlined
def pay(tables: Tables, state: State, result: Result, rule: Row, won: int, month: int) -> int:
    """Draws an amount from the lines of a rule, or what of it they can pay, which it returns."""
    if won == 0:
        return 0
    rounds, rest = in_rounds(rule, won)
    for share in range(rule.share_from, rule.share_until):
        line = tables.share_line[share]
        if line >= 0:
            wanted = part(tables, rule, share, rounds, rest)
            if wanted > 0 and state.left[line] < wanted:
                result.short[line] += 1
                won = _what_fits(tables, state, rule, won)
                rounds, rest = in_rounds(rule, won)
                break
    _move(tables, state, result, rule, rounds, rest, month, 1)
    return won


@inlined
def give_back(
    tables: Tables, state: State, result: Result, rule: Row, won: int, month: int
) -> None:
    """Puts what was drawn for a rule back on its lines."""
    rounds, rest = in_rounds(rule, won)
    _move(tables, state, result, rule, rounds, rest, month, -1)


@inlined
def take(tables: Tables, state: State, result: Result, rule: Row, won: int, month: int) -> None:
    """Draws an amount that is known to be there."""
    rounds, rest = in_rounds(rule, won)
    _move(tables, state, result, rule, rounds, rest, month, 1)


@inlined
def _move(
    tables: Tables,
    state: State,
    result: Result,
    rule: Row,
    rounds: int,
    rest: int,
    month: int,
    sign: int,
) -> None:
    for share in range(rule.share_from, rule.share_until):
        line = tables.share_line[share]
        if line >= 0:
            paid = sign * part(tables, rule, share, rounds, rest)
            state.left[line] -= paid
            result.drawn[line, month] += paid


@inlined
def _what_fits(tables: Tables, state: State, rule: Row, won: int) -> int:
    """Whole rounds, as many as the scarcest line can pay, and then as far as every line goes."""
    rounds = _ENDLESS_WON
    for share in range(rule.share_from, rule.share_until):
        rounds = min(rounds, _left_of(tables, state, share) // tables.share_won[share])
    further = rule.whole - 1
    for share in range(rule.share_from, rule.share_until):
        rest = _left_of(tables, state, share) - rounds * tables.share_won[share]
        further = min(further, _amount_with(tables, rule, share, rest))
    return int(min(won, rounds * rule.whole + further))


@inlined
def _amount_with(tables: Tables, rule: Row, share: int, rest: int) -> int:
    """The largest amount below a round of which the line pays no more than `rest`; by halving."""
    low, high = 0, rule.whole - 1
    while low < high:
        middle = (low + high + 1) // 2
        if part(tables, rule, share, 0, middle) <= rest:
            low = middle
        else:
            high = middle - 1
    return int(low)


@inlined
def _left_of(tables: Tables, state: State, share: int) -> int:
    line = tables.share_line[share]
    return min(_ENDLESS_WON, max(0, int(state.left[line]))) if line >= 0 else _ENDLESS_WON
