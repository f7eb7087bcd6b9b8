"""Plays scenarios over a history: month after month, members on every core."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dure.forecast.history.columns import Month
from dure.forecast.history.manifest import damaged
from dure.forecast.history.store import History
from dure.forecast.simulate.layout import (
    ALL_KNOWN,
    CELL,
    GROUPED,
    SLOT,
    Integers,
    Memory,
    MonthView,
    PlainRules,
    Played,
    ShopView,
)
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.plain import plain_rules, shares
from dure.forecast.simulate.plain_kernel import play_plain
from dure.forecast.simulate.ready import Ready, places_of, shop_view, terms_of
from dure.forecast.simulate.refusals import StoppedError
from dure.policy.arrays.layout import CHANNELS
from dure.policy.arrays.machine_code import machine_code

_ROWS_FOR_THREADS = 100_000


def view_of(month: Month, member_ids: Integers) -> MonthView:
    """A month as machine code reads it. Raises ValueError for a member that the city lacks."""
    place = np.empty(len(month.member), np.int64)
    if find_places(member_ids, month.member, place) != ALL_KNOWN:
        raise ValueError("a member of the month is not among the members")
    return MonthView(
        month.first, place, month.amount_won, month.shop, month.minute, month.how,
        month.part_row, month.part, month.back_row, month.back_at, month.back_won,
    )  # fmt: skip


@machine_code
def find_places(member_ids: Integers, wanted: Integers, place: Integers) -> int:
    """Where each wanted member stands among all; both rise. `ALL_KNOWN`, or one without place."""
    at = 0
    for one in range(len(wanted)):
        while at < len(member_ids) and member_ids[at] < wanted[one]:
            at += 1
        if at == len(member_ids) or member_ids[at] != wanted[one]:
            return one
        place[one] = at
    return ALL_KNOWN


def new_played(ready: Ready, members: int) -> Played:
    """Sums of nothing."""
    tables = ready.population.tables
    assert tables is not None, "rules without numbers are refused before"
    return Played(
        np.zeros(max(1, len(ready.cells)) * CHANNELS, CELL),
        np.zeros(members, np.int64),
        np.zeros(members, np.int64),
        np.zeros(members, np.int64),
        np.zeros(len(tables.rules), np.int64),
        np.zeros(max(1, int(tables.rules["whole"].sum())), np.int64),
        np.zeros(4, np.int64),
    )


def parts_of(first: Integers, count: int) -> list[tuple[int, int]]:
    """Members in parts of about as many payments each."""
    members, rows = len(first) - 1, int(first[-1])
    if rows < _ROWS_FOR_THREADS:
        return [(0, members)]
    cuts = [int(np.searchsorted(first, rows * place // count)) for place in range(1, count)]
    return list(pairwise([0, *cuts, members]))


def sparse_of(month: MonthView, from_member: int) -> tuple[int, int]:
    """Where the parts and the cancellations of a member and those after him begin."""
    begin = month.first[from_member]
    return (
        int(np.searchsorted(month.part_row, begin)),
        int(np.searchsorted(month.back_at, begin, side="right")),
    )


def slots_needed(month: Month) -> int:
    """At least the payments of any one member of which something was given back."""
    if not len(month.back_row):
        return 1
    return int(np.bincount(np.searchsorted(month.first, month.back_row, side="right")).max())


def new_memory(ready: Ready, rules: PlainRules, slots: int) -> Memory:
    """Room for one thread."""
    lines = max(1, ready.population.lines_max)
    return Memory(
        np.zeros(len(rules.scale_from), np.int64),
        np.zeros(len(rules.whole), np.int64),
        np.zeros(len(rules.whole), np.int64),
        np.zeros(slots, SLOT),
        np.zeros((slots, lines), np.int32),
        np.zeros((slots, lines), np.int32),
        np.zeros((slots, lines), np.int64),
    )


def play_plainly(
    history: History,
    ready: Ready,
    months: Sequence[int],
    *,
    tell: Callable[[int], None],
    stopped: Callable[[], bool],
    threads: int | None = None,
) -> Outcome:
    """Plays plain rules over the months. Raises StoppedError, HistoryError."""
    rules = plain_rules(ready.population)
    count = threads or len(os.sched_getaffinity(0))
    alone = [new_played(ready, len(ready.facts.member_ids)) for _ in range(count)]
    outcome = Outcome(ready)
    with ThreadPoolExecutor(count) as pool:
        ahead = _prepared(history, ready, months[0], count) if months else None
        for place, month in enumerate(months):
            if stopped():
                raise StoppedError
            assert ahead is not None, "a month is prepared while the one before is played"
            paid, ends = len(ahead.members), _begun(ahead, ready, rules, alone, pool)
            following = place + 1 < len(months)
            ahead = _prepared(history, ready, months[place + 1], count) if following else None
            if any(end.result() != ALL_KNOWN for end in ends):
                raise damaged(history.folder / history.manifest.shops)
            _close_month(outcome, month, paid, alone)
            tell(len(outcome.months))
    cells = [one.cells.view(np.int64).reshape(-1, GROUPED) for one in alone]
    outcome.cells = np.sum(cells, axis=0)
    outcome.member_won = np.sum([one.member_won for one in alone], axis=0)
    outcome.member_amount = np.sum([one.member_amount for one in alone], axis=0)
    outcome.member_payments = np.sum([one.member_payments for one in alone], axis=0)
    return outcome


class _Prepared(NamedTuple):
    """A month that is ready to be played: its members, its views, the parts for threads."""

    members: Integers
    view: MonthView
    shops: ShopView
    slots: int
    parts: list[tuple[int, int]]


def _prepared(history: History, ready: Ready, month: int, count: int) -> _Prepared:
    columns = history.month(month)
    view = view_of(columns, ready.facts.member_ids)
    terms = terms_of(ready.population, month)
    assert terms is not None, "rules that change amid a minute are not played plainly"
    shops = shop_view(ready.facts, month, places_of(ready, terms[0]), terms[1])
    return _Prepared(
        columns.member, view, shops, slots_needed(columns), parts_of(columns.first, count)
    )


def _begun(
    month: _Prepared,
    ready: Ready,
    rules: PlainRules,
    alone: list[Played],
    pool: ThreadPoolExecutor,
) -> list[Future[int]]:
    """The parts of a month under way, a thread each."""
    return [
        pool.submit(
            play_plain, rules, month.shops, month.view, ready.population.traits,
            new_memory(ready, rules, month.slots), played, *part,
            *sparse_of(month.view, part[0]),
        )
        for played, part in zip(alone, month.parts, strict=False)
    ]  # fmt: skip


def _close_month(outcome: Outcome, month: int, members_paid: int, alone: list[Played]) -> None:
    """Takes the sums that are told by month out of what the threads have added up."""
    won = np.sum([one.won for one in alone], axis=0)
    rests = np.sum([one.rests for one in alone], axis=0)
    totals = np.sum([one.totals for one in alone], axis=0).tolist()
    for one in alone:
        for sums in (one.won, one.rests, one.totals):
            sums[:] = 0
    population = outcome.ready.population
    outcome.months.append(month)
    outcome.members_paid.append(members_paid)
    outcome.payments.append(totals[0])
    outcome.amount_won.append(totals[1])
    outcome.discount_won.append(totals[2])
    outcome.back_won += totals[3]
    at_till = {i for i in population.rule_ids if population.rules.get_rule(i).at_till}
    by_rule = dict(zip(population.rule_ids, won.tolist(), strict=True))
    outcome.won_by_rule.append({i: w for i, w in by_rule.items() if i not in at_till})
    outcome.paid_by_line.append(shares(population, at_till, won, rests))
