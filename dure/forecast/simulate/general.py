"""Plays any rules over a history in the order in which payments were decided.

Note [Together or month by month]
A member's months touch each other only through sums that no month ends, members only through what
can run out. Where rules have neither, each month is played alone, its cancellations with it
whenever they came, and memory holds one month. Otherwise all months are played together, in the
order of their movements, with what came to the budget lines and went from them between; that many
payments must fit in memory (`TOGETHER_MAX`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.columns import HAS_BACK, Month
from dure.forecast.history.facts import Records
from dure.forecast.history.manifest import damaged
from dure.forecast.history.sorting import MINUTE_US, start_of_month_us
from dure.forecast.history.store import History
from dure.forecast.simulate.general_kernel import play_events
from dure.forecast.simulate.layout import (
    ALL_KNOWN,
    GROUPED,
    KEPT,
    Added,
    Events,
    Integers,
    Months,
)
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.ready import Ready
from dure.forecast.simulate.refusals import StoppedError
from dure.kernel.shards import SHARDS
from dure.policy.arrays.columns import at_first
from dure.policy.arrays.layout import CHANNELS, LINE, NONE, Result, State
from dure.policy.arrays.outcome import new_result
from dure.policy.arrays.run import new_state

TOGETHER_MAX: Final = 40_000_000
"""So many payments are played together at most; they take about 3 GB."""


class Moves(NamedTuple):
    """What came to lines (positive) or went from them while payments were made, by movement.

    `left_won` is what each line had before the first payment, `used_won` what rules that end with a
    sum had paid. Lines that are not in it are played as if they never ended.
    """

    left_won: Mapping[int, int]
    records: Records
    used_won: Mapping[int, int]


class _Sums(NamedTuple):
    state: State
    result: Result
    added: Added


def no_moves(history: History) -> Moves:
    """Lines that never end."""
    return Moves({}, history.budget()[:0], {})


def play_generally(
    history: History,
    ready: Ready,
    members: Records,
    months: Sequence[int],
    moves: Moves,
    *,
    together: bool,
    tell: Callable[[int], None],
    stopped: Callable[[], bool],
) -> Outcome:
    """Plays rules of every kind that has numbers. Raises StoppedError, HistoryError."""
    sums = _begin(ready, len(members), moves)
    paid: list[int] = []
    for place, group in enumerate([list(months)] if together else [[month] for month in months]):
        if stopped():
            raise StoppedError
        columns = [history.month(month) for month in group]
        records = moves.records if together else moves.records[:0]
        events, count = _events(ready, members, group, columns, records)
        _play(ready, events, count, sums, history)
        paid += [len(one.member) for one in columns]
        tell(len(months) if together else place + 1)
    return _outcome(ready, months, paid, sums, in_order=together)


def _begin(ready: Ready, members: int, moves: Moves) -> _Sums:
    population = ready.population
    endless = dict.fromkeys(population.line_ids, 1 << 60)
    standing = replace(
        at_first(members, endless | dict(moves.left_won)), used_won=dict(moves.used_won)
    )
    tables = population.tables
    assert tables is not None, "rules without numbers are refused before"
    months = len(population.months)

    def column(rows: int) -> Integers:
        return np.zeros(rows, np.int64)

    added = Added(
        np.zeros((max(1, len(ready.cells)) * CHANNELS, GROUPED), np.int64),
        column(members), column(members), column(members),
        column(months), column(months), column(months), column(1),
    )  # fmt: skip
    result = new_result(population, 1, keeps_rows=True)
    return _Sums(new_state(population, tables, standing), result, added)


def _events(
    ready: Ready,
    members: Records,
    months: Sequence[int],
    columns: Sequence[Month],
    records: Records,
) -> tuple[Events, int]:
    """The events of some months, and how many months of members they are."""
    rows = np.cumsum([0, *(one.payments for one in columns)])
    lives = np.cumsum([0, *(len(one.member) for one in columns)])

    member_month = [
        np.repeat(
            np.arange(len(one.member), dtype=np.int32) + np.int32(lives[at]), np.diff(one.first)
        )
        for at, one in enumerate(columns)
    ]
    at_us = [
        start_of_month_us(month) + one.minute.astype(np.int64) * MINUTE_US + one.micros
        for month, one in zip(months, columns, strict=True)
    ]
    place_of = [_places(members, one.member) for one in columns]
    shards = np.concatenate([one.member for one in columns]) % SHARDS
    member_month_all = np.concatenate(member_month)
    back_row = np.concatenate([one.back_row + rows[at] for at, one in enumerate(columns)])
    back_movement = np.concatenate([one.back_movement for one in columns])
    moves = records[np.isin(records["line_id"], ready.population.line_ids)]
    line_place = {line_id: place for place, line_id in enumerate(ready.population.line_ids)}
    keys = np.concatenate([
        np.concatenate([one.movement for one in columns]) * SHARDS + shards[member_month_all],
        back_movement * SHARDS + shards[member_month_all[back_row]],
        moves["movement"] * SHARDS + moves["shard"],
    ])  # fmt: skip
    how = np.concatenate([one.how for one in columns])
    events = Events(
        np.argsort(keys, kind="stable"),
        member_month_all,
        np.concatenate(at_us),
        np.concatenate([one.amount_won for one in columns]),
        np.concatenate([one.shop for one in columns]),
        how,
        np.concatenate([one.part_row + rows[at] for at, one in enumerate(columns)]),
        np.concatenate([one.part for one in columns]),
        np.flatnonzero(how & HAS_BACK),
        back_row,
        np.concatenate([one.back_won for one in columns]),
        np.array([line_place[line_id] for line_id in moves["line_id"].tolist()], np.int64),
        np.ascontiguousarray(moves["won"]),
        np.concatenate(place_of),
        ready.facts.stretch_first,
        np.ascontiguousarray(ready.facts.stretches["from_us"]),
        ready.row_of,
        ready.facts.cell_of,
    )
    return events, int(lives[-1])


def _places(members: Records, member: Integers) -> NDArray[np.int32]:
    place: NDArray[np.int32] = np.searchsorted(members["member_id"], member).astype(np.int32)
    return place


def _play(ready: Ready, events: Events, lives: int, sums: _Sums, history: History) -> None:
    population = ready.population
    tables = population.tables
    assert tables is not None, "rules without numbers are refused before"
    kept = len(events.kept_row)
    lines = np.full((kept + 1, max(1, population.lines_max)), NONE, LINE)
    aside = Months(np.zeros(lives, np.int64), np.zeros((lives, len(tables.month_sums)), np.int64))
    sums.state.members["month"] = NONE
    sums.state.members["month_net_won"] = 0
    result = sums.result._replace(lines=lines)
    memory = np.zeros(kept, KEPT)
    if play_events(tables, events, sums.state, aside, memory, result, sums.added) != ALL_KNOWN:
        raise damaged(history.folder / history.manifest.shops)


def _outcome(
    ready: Ready, months: Sequence[int], members_paid: list[int], sums: _Sums, *, in_order: bool
) -> Outcome:
    population, result, added = ready.population, sums.result, sums.added
    outcome = Outcome(ready, members_paid=members_paid, in_order=in_order)
    won = result.won.sum(axis=2)
    earning = {
        rule_id: place
        for place, rule_id in enumerate(population.rule_ids)
        if not population.rules.get_rule(rule_id).at_till
    }
    for month in months:
        at = population.months.index(month)
        outcome.months.append(month)
        outcome.payments.append(int(added.payments[at]))
        outcome.amount_won.append(int(added.amount_won[at]))
        outcome.discount_won.append(int(added.discount_won[at]))
        by_rule = {rule_id: int(won[place, at]) for rule_id, place in earning.items()}
        paid = dict(zip(population.line_ids, result.drawn[:, at].tolist(), strict=True))
        paid[0] = sum(by_rule.values()) - sum(paid.values())
        outcome.won_by_rule.append(by_rule)
        outcome.paid_by_line.append(paid)
    outcome.ended = bool(result.ended.any())
    outcome.cells, outcome.back_won = added.cells, int(added.back_won[0])
    outcome.member_won, outcome.member_amount = added.member_won, added.member_amount
    outcome.member_payments = added.member_payments
    return outcome
