"""Plays payments against a population, by members on every core where nothing can run out.

Note [Request order]
Payments happen in the order of their instants, those of one instant in the order of their rows.
Members touch each other only through what can run out: budget lines, sums of a rule, levels of a
ladder. So payments that lie in the order of members are first played as if nothing ran out, in
parts, one thread each. When the sums show that nothing could have run out at any time (what was
drawn is not more than there was, and no level was passed) the result is that of request order.
Otherwise all is played again in request order, on one core.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.kernel.calendar import month_of
from dure.policy.arrays.columns import ColumnsError, Standing
from dure.policy.arrays.functions import play_by_functions
from dure.policy.arrays.kernel import ALL_KNOWN, is_by_member, is_rising, play
from dure.policy.arrays.layout import MEMBER, NONE, Columns, Integers, Result, State, Tables
from dure.policy.arrays.outcome import Outcome, beside, new_result
from dure.policy.arrays.population import Population
from dure.policy.arrays.rows import HELD

_ROWS_FOR_THREADS: Final = 100_000
"""With fewer payments than that a second thread costs more than it saves."""
_SUM_WON_MAX: Final = 1 << 61
_SUMS: Final = ("won", "payments", "limited", "drawn", "totals", "short", "ended", "at_ceiling")
_NO_ORDER: Final[Integers] = np.zeros(0, np.int64)


def evaluate_all(
    population: Population,
    payments: Columns,
    standing: Standing,
    *,
    keeps_rows: bool = True,
    threads: int | None = None,
) -> Outcome:
    """What the rules give for every payment: equal to `evaluate` to the won, one after another.

    A payment is discounted, then what is left of it and not paid otherwise earns, as the engine
    does it (Note [Request order] says in which order). Without `keeps_rows` only sums come out.
    `threads` is 1 where other work needs the cores; without it every core is used.

    Raises ColumnsError when a payment names a member, shop, channel or instant that the population
    does not have, or lies before the month of the standing; KeyError when the standing does not say
    what a budget line has left.
    """
    _check_standing(population, payments, standing)
    if population.tables is None:
        return play_by_functions(population, payments, standing, _order(payments.at_us))
    if is_by_member(payments.member, payments.at_us):
        count = threads or len(os.sched_getaffinity(0))
        parts = _parts(payments.member, count if len(payments.at_us) >= _ROWS_FOR_THREADS else 1)
        played = _play(
            population, population.tables, payments, _NO_ORDER, standing, parts, keeps_rows
        )
        if not _may_have_run_out(population, standing, played):
            return _outcome(population, payments, standing, played, in_request_order=False)
    order = _order(payments.at_us)
    whole = [(0, len(payments.at_us))]
    played = _play(population, population.tables, payments, order, standing, whole, keeps_rows)
    return _outcome(population, payments, standing, played, in_request_order=True)


def _check_standing(population: Population, payments: Columns, standing: Standing) -> None:
    members = len(population.members.district)
    if len(standing.month_net_won) != members:
        raise ColumnsError(
            f"the standing has {len(standing.month_net_won):,} of {members:,} members"
        )
    columns = (standing.month_net_won, *standing.sums.values())
    if any(int(np.abs(column).max(initial=0)) > _SUM_WON_MAX for column in columns):
        raise ColumnsError(f"the standing holds more than {_SUM_WON_MAX:,} won")
    if len(payments.at_us) and month_of(int(payments.at_us.min())) < standing.month:
        raise ColumnsError(f"a payment lies before the standing's month, {standing.month}")


def _order(at_us: Integers) -> Integers:
    """The rows in request order; empty when they lie in it."""
    return _NO_ORDER if is_rising(at_us) else np.argsort(at_us, kind="stable")


def _parts(member: NDArray[np.int32], count: int) -> list[tuple[int, int]]:
    """About equal parts of the rows, none of which ends amid a member."""
    rows = len(member)
    cuts = [rows * place // count for place in range(1, count)]
    edges = [0, *(int(np.searchsorted(member, member[cut])) for cut in cuts), rows]
    return list(pairwise(edges))


class _Played(NamedTuple):
    state: State
    result: Result


def _play(
    population: Population,
    tables: Tables,
    payments: Columns,
    order: Integers,
    standing: Standing,
    parts: Sequence[tuple[int, int]],
    keeps_rows: bool,
) -> _Played:
    state = new_state(population, tables, standing)
    result = new_result(population, len(payments.at_us), keeps_rows=keeps_rows)
    alone = [
        _Played(
            state._replace(
                left=state.left.copy(),
                used=state.used.copy(),
                gave=state.gave.copy(),
                best=state.best.copy(),
                now=state.now.copy(),
            ),
            beside(result, keeps_rows=keeps_rows),
        )
        for _ in parts
    ]
    with ThreadPoolExecutor(len(parts)) as threads:
        ends = [
            threads.submit(play, tables, payments, order, one.state, one.result, first, until)
            for one, (first, until) in zip(alone, parts, strict=True)
        ]
        unknown = [row for end in ends if (row := end.result()) != ALL_KNOWN]
    if unknown:
        raise ColumnsError(_what_is_unknown(population, payments, unknown[0]))
    used_before, gave_before = state.used.copy(), state.gave.copy()
    for one in alone:
        state.left[:] -= one.result.drawn.sum(axis=1)
        state.used[:] += one.state.used - used_before
        state.gave[:] += one.state.gave - gave_before
        for name in _SUMS:
            getattr(result, name)[...] += getattr(one.result, name)
    return _Played(state, result)


def new_state(population: Population, tables: Tables, standing: Standing) -> State:
    """What payments change, as it stands at first. Raises KeyError for a line without its won."""
    rows = len(standing.month_net_won)
    members = np.zeros(rows, MEMBER)
    members["month_net_won"] = standing.month_net_won
    members["traits"] = population.traits
    members["joined_day"] = population.members.joined_day
    months = population.months
    members["month"] = months.index(standing.month) if standing.month in months else NONE
    sums = np.zeros((rows, len(population.sum_names)), np.int64)
    for place, name in enumerate(population.sum_names):
        if name.startswith(HELD):
            front = name.removeprefix(HELD)
            stamps = [one > 0 for key, one in standing.sums.items() if key.startswith(front)]
            sums[:, place] = np.sum(stamps, axis=0) if stamps else 0
        elif name in standing.sums:
            sums[:, place] = standing.sums[name]
    left = np.array([standing.left_won[line_id] for line_id in population.line_ids], np.int64)
    keys = [*population.rule_ids, *(key for key, _ in population.accounts)]
    used = np.array([standing.used_won.get(key, 0) for key in keys], np.int64)
    gave = np.zeros((len(population.ceiling_shop_ids), len(months)), np.int64)
    if standing.month in months:
        gave_won = [standing.shop_gave_won.get(i, 0) for i in population.ceiling_shop_ids]
        gave[:, months.index(standing.month)] = gave_won
    best = np.full(max(1, tables.groups), NONE, np.int64)
    return State(members, sums, left, used, gave, best, np.zeros(1, np.int64))


def _may_have_run_out(population: Population, standing: Standing, played: _Played) -> bool:
    """Whether a limit that members share could have bound at some time; in doubt it could.

    What nobody has drawn on stood still: whatever it did to a payment it did in any order.
    """
    state, result = played
    for place, line_id in enumerate(population.line_ids):
        before, after = standing.left_won[line_id], int(state.left[place])
        levels = population.levels.get(line_id, ())
        passed = any(after < level <= before for level in levels)
        if after != before and (result.short[place] or after < 0 or passed):
            return True
    for place, rule_id in enumerate(population.rule_ids):
        most_won = population.rules.get_rule(rule_id).document.stops.until_sum_used_won
        before, after = standing.used_won.get(rule_id, 0), int(state.used[place])
        if most_won is not None and after != before and (result.ended[place] or after > most_won):
            return True
    if _release_may_have_run_out(population, standing, played):
        return True
    return _may_have_come_to_ceiling(population, state, result)


def _release_may_have_run_out(population: Population, standing: Standing, played: _Played) -> bool:
    """Whether a release may have been used up. One account for all releases is full at no time when
    what it has paid in the end is no more than what had been released at first.
    """
    state, result = played
    first = len(population.rule_ids)
    for place, (key, rule_place) in enumerate(population.accounts, first):
        rule = population.rules.get_rule(population.rule_ids[rule_place])
        release, before, after = rule.release, standing.used_won.get(key, 0), state.used[place]
        assert release is not None, "only rules with a release have accounts"
        if after == before:
            continue
        begin_us = max(population.from_us, rule.document.from_us, release.first_us)
        most_won = release.most_won(begin_us)
        if result.ended[rule_place] or after > most_won:
            return True
    return False


def _may_have_come_to_ceiling(population: Population, state: State, result: Result) -> bool:
    """Whether a shop may have given all of a month; a ceiling of 0 is the same in any order."""
    if not len(state.gave):
        return False
    assert population.tables is not None, "states belong to machine code"
    ceilings = population.tables.ceilings
    some = ceilings[ceilings["account"] >= 0]
    least = np.full(len(state.gave), _SUM_WON_MAX, np.int64)
    np.minimum.at(least, some["account"], some["month_won_max"])
    gave = state.gave.max(axis=1)
    return bool(np.any((gave > 0) & ((gave > least) | (result.at_ceiling > 0))))


def _outcome(
    population: Population,
    payments: Columns,
    standing: Standing,
    played: _Played,
    *,
    in_request_order: bool,
) -> Outcome:
    if not len(payments.at_us):
        return Outcome(population, standing, played.result, in_request_order)
    state = played.state
    month = month_of(int(payments.at_us.max()))
    lives = state.members["month"] == population.months.index(month)
    sums = {
        name: np.where(lives | (not name.startswith("month/")), state.sums[:, place], 0)
        for place, name in enumerate(population.sum_names)
        if not name.startswith(HELD)
    }
    kept = {
        name: won
        for name, won in standing.sums.items()
        if month == standing.month or not name.startswith("month/")
    }
    used = {
        rule_id: used_won
        for rule_id, used_won in zip(population.rule_ids, state.used.tolist(), strict=False)
        if population.rules.get_rule(rule_id).document.stops.until_sum_used_won is not None
    }
    accounts = [key for key, _ in population.accounts]
    used |= dict(zip(accounts, state.used[len(population.rule_ids) :].tolist(), strict=True))
    left = dict(zip(population.line_ids, state.left.tolist(), strict=True))
    after = Standing(
        month,
        np.where(lives, state.members["month_net_won"], 0),
        {**standing.left_won, **left},
        kept | sums,
        {**standing.used_won, **used},
        _gave(population, state, standing, month),
    )
    return Outcome(population, after, played.result, in_request_order)


def _gave(population: Population, state: State, standing: Standing, month: int) -> dict[int, int]:
    """What shops with a ceiling have given in the month that the standing ends in."""
    gave = dict(standing.shop_gave_won) if month == standing.month else {}
    column = state.gave[:, population.months.index(month)].tolist()
    return gave | dict(zip(population.ceiling_shop_ids, column, strict=True))


def _what_is_unknown(population: Population, payments: Columns, row: int) -> str:
    shown = ", ".join(f"{name} {int(column[row])}" for name, column in payments._asdict().items())
    return (
        f"row {row:,} ({shown}) is not one of {len(population.members.district):,} members,"
        f" {len(population.shops):,} shops, the channels, or {population.from_us} to"
        f" {population.until_us}"
    )
