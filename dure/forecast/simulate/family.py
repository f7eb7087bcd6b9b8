"""Many scenarios over one history at once: one look at every payment, whatever their number.

Note [What scenarios share]
Where rules are plain, take nothing off the price and let every payment count into its month, the
month's net payments before a payment are the same under all of them. Then a payment that lies
within one bracket of every scale gives by its amount alone, and how many payments of each amount
there are, by what rules can tell apart (its kind) and by the stretch between two bracket edges,
says all: 212 million payments become some millions of counts. Payments that cross an edge, are paid
in part otherwise, are large, or are given back are kept one by one. Each scenario is then worked
out from counts and kept payments, to the won, as if it had been played.

Scenarios with caps of a month, discounts or rules outside the month are played one after another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.manifest import damaged
from dure.forecast.simulate.family_kernel import UNKNOWN_SHOP, collect, evaluate
from dure.forecast.simulate.layout import SLOT, Integers, PlainRules
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.plain import plain_rules, shares, why_not_plain
from dure.forecast.simulate.playing import parts_of, slots_needed, sparse_of, view_of
from dure.forecast.simulate.ready import Ready, shop_view, terms_of
from dure.forecast.simulate.refusals import StoppedError
from dure.forecast.simulate.running import Span, play
from dure.policy.arrays.layout import CHANNELS, NO_LIMIT

AMOUNTS: Final = 1 << 16
"""Payments below so many won are counted by their amount, or fewer where there are many groups."""
_COUNTS_MAX: Final = 1 << 25
"""So many counts a thread at most: 128 MiB."""
_EDGES_MAX: Final = 24
_EDGE_MAX: Final = 1 << 59
KEPT: Final = np.dtype(
    [
        ("kind", np.int32),
        ("due_won", np.int32),
        ("charged_won", np.int32),
        ("price_before", np.int32),
        ("charged_before", np.int32),
        ("price_after", np.int32),
        ("charged_after", np.int32),
        ("net_won", np.int64),
    ]
)
"""A payment that is kept (all `…_before` are -1), or a cancellation of one."""


class Scenarios(NamedTuple):
    """The scenarios of a month and their kinds: `place_of[s, k]` is where scenario s earns for a
    payment of kind k; `kind_of[row * channels + channel]` is the kind of a shop's row."""

    rules: Sequence[PlainRules]
    place_of: NDArray[np.int32]
    kind_of: NDArray[np.int32]


class Seen(NamedTuple):
    """What a month's payments come to: amounts and how many payments have each, by group (kind,
    traits and stretch between edges; `begins` says where each group begins), and kept payments."""

    begins: Integers
    amount_won: Integers
    times: Integers
    kept: NDArray[np.void]


def play_family(
    span: Span,
    readies: Sequence[Ready],
    *,
    tell: Callable[[int], None],
    stopped: Callable[[], bool],
) -> list[Outcome]:
    """What each scenario gives by month, rule and line; nothing by groups or members.

    `tell` is told how many months are done, of all scenarios. Lines are played as if they never
    ended. Raises as `play` does.
    """
    together = [place for place, ready in enumerate(readies) if _may_share(span, ready)]
    if together:
        traits = readies[together[0]].population.traits
        together = [p for p in together if np.array_equal(readies[p].population.traits, traits)]
    outcomes: dict[int, Outcome] = {}
    for portion in _portions([readies[place] for place in together], together):
        played = _play([readies[place] for place in portion], span, tell, stopped)
        outcomes |= dict(zip(portion, played, strict=True))
    for place, ready in enumerate(readies):
        if place not in outcomes:
            outcomes[place] = play(span, ready, tell=tell, stopped=stopped)
    return [outcomes[place] for place in range(len(readies))]


def _may_share(span: Span, ready: Ready) -> bool:
    """Whether a scenario is one of those that the note speaks of."""
    population = ready.population
    if population.tables is None or why_not_plain(population) is not None:
        return False
    rules = population.tables.rules
    if len(population.tables.till) or (rules["outside_month"] != 0).any():
        return False
    if (rules["month_won_max"] != NO_LIMIT).any() or (
        rules["month_payments_max"] != NO_LIMIT
    ).any():
        return False
    return all(
        terms is not None and len(terms[0]) == 1
        for terms in (terms_of(population, month) for month in span.months)
    )


def _edges(ready: Ready) -> set[int]:
    tables = ready.population.tables
    assert tables is not None, "a family has numbers"
    edges = {*tables.brackets["from_won"].tolist(), *tables.brackets["below_won"].tolist()}
    return {edge for edge in edges if 0 < edge < _EDGE_MAX}


def _portions(readies: Sequence[Ready], places: Sequence[int]) -> list[list[int]]:
    """Scenarios in portions that have few bracket edges together."""
    portions: list[list[int]] = []
    edges: set[int] = set()
    order = sorted(zip(places, readies, strict=True), key=lambda one: sorted(_edges(one[1])))
    for place, ready in order:
        own = _edges(ready)
        if not portions or len(edges | own) > _EDGES_MAX:
            portions.append([])
            edges = set()
        portions[-1].append(place)
        edges |= own
    return portions


def _play(
    readies: Sequence[Ready],
    span: Span,
    tell: Callable[[int], None],
    stopped: Callable[[], bool],
) -> list[Outcome]:
    outcomes = [Outcome(ready) for ready in readies]
    rules = [plain_rules(ready.population) for ready in readies]
    edges = np.array(sorted(set().union(*(_edges(ready) for ready in readies))), np.int64)
    patterns, pattern_of = np.unique(readies[0].population.traits, return_inverse=True)
    pattern = pattern_of.reshape(-1).astype(np.int32)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for month in span.months:
            if stopped():
                raise StoppedError
            scenarios = _scenarios(readies, rules, month)
            seen = _see(span, readies[0], scenarios, month, edges, pattern, len(patterns), pool)
            ends = [
                pool.submit(_close, outcome, scenarios, place, seen, edges, patterns)
                for place, outcome in enumerate(outcomes)
            ]
            back_won = int(span.history.month(month).back_won.sum(dtype=np.int64))
            entry = span.history.manifest.entry(month)
            assert entry is not None, "a month that is played is in the history"
            for outcome, end in zip(outcomes, ends, strict=True):
                end.result()
                outcome.months.append(month)
                outcome.members_paid.append(entry.members)
                outcome.payments.append(entry.payments)
                outcome.amount_won.append(entry.amount_won - back_won)
                outcome.discount_won.append(0)
            tell(len(outcomes[0].months))
    return outcomes


def _scenarios(readies: Sequence[Ready], rules: Sequence[PlainRules], month: int) -> Scenarios:
    """Rows and channels at which every scenario earns alike make one kind."""
    words: dict[tuple[tuple[int, int], ...], int] = {}
    columns, places = [], []
    for ready, one in zip(readies, rules, strict=True):
        terms = terms_of(ready.population, month)
        assert terms is not None, "a family's rules hold for whole months"
        assert ready.population.tables is not None, "a family has numbers"
        lists = np.array([
            words.setdefault(
                tuple(zip(
                    one.entry_rule[begin:end].tolist(), one.entry_scale[begin:end].tolist(),
                    strict=True,
                )),
                len(words),
            )
            for begin, end in zip(one.earn_from[:-1], one.earn_from[1:], strict=True)
        ], np.int32)  # fmt: skip
        of_row = ready.population.tables.class_of[terms[0][0]].astype(np.int32) * CHANNELS
        place = (of_row[:, None] + np.arange(CHANNELS, dtype=np.int32)).reshape(-1)
        places.append(place)
        columns.append(lists[place])
    table = np.stack(columns, axis=1)
    _, chosen, kind_of = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return Scenarios(rules, np.stack(places)[:, chosen], kind_of.reshape(-1).astype(np.int32))


def _see(
    span: Span,
    ready: Ready,
    scenarios: Scenarios,
    month: int,
    edges: Integers,
    pattern: NDArray[np.int32],
    patterns: int,
    pool: ThreadPoolExecutor,
) -> Seen:
    """Looks at every payment of a month once."""
    columns = span.history.month(month)
    view = view_of(columns, span.facts.member_ids)
    rows = [ready.row_of * np.int32(CHANNELS)]
    shops = shop_view(ready.facts, month, rows, np.zeros(1, np.int64))
    groups = scenarios.place_of.shape[1] * patterns * (len(edges) + 1)
    slots = slots_needed(columns)

    def look(part: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.void]]:
        counts = np.zeros((groups, min(AMOUNTS, max(1, _COUNTS_MAX // groups))), np.int32)
        room = int(view.first[part[1]] - view.first[part[0]])
        while True:
            kept = np.empty(room // 3 + 2 * len(view.back_row) + 64, KEPT)
            used = collect(
                view, shops, scenarios.kind_of, pattern, patterns, edges, np.zeros(slots, SLOT),
                counts, kept, *part, *sparse_of(view, part[0]),
            )  # fmt: skip
            if used == UNKNOWN_SHOP:
                raise damaged(span.history.folder / span.history.manifest.shops)
            if used >= 0:
                return counts, kept[:used]
            room *= 4
            counts[:] = 0

    found = list(pool.map(look, parts_of(view.first, len(os.sched_getaffinity(0)))))
    counts = found[0][0]
    for other, _kept in found[1:]:
        counts += other
    group, amount_won = np.nonzero(counts)
    begins = np.searchsorted(group, np.arange(groups + 1))
    times = counts[group, amount_won].astype(np.int64)
    kept = np.concatenate([kept for _, kept in found])
    return Seen(begins, amount_won.astype(np.int64), times, kept)


def _close(
    outcome: Outcome,
    scenarios: Scenarios,
    place: int,
    seen: Seen,
    edges: Integers,
    patterns: Integers,
) -> None:
    """Works a scenario's month out."""
    population = outcome.ready.population
    rules = scenarios.rules[place]
    won = np.zeros(len(rules.whole), np.int64)
    rests = np.zeros(max(1, int(rules.whole.sum())), np.int64)
    back = np.zeros(1, np.int64)
    starts = np.concatenate([[0], edges])
    evaluate(
        rules, np.ascontiguousarray(scenarios.place_of[place]), patterns, starts, seen.begins,
        seen.amount_won, seen.times, seen.kept, won, rests, back,
    )  # fmt: skip
    outcome.back_won += int(back[0])
    outcome.won_by_rule.append(dict(zip(population.rule_ids, won.tolist(), strict=True)))
    outcome.paid_by_line.append(shares(population, (), won, rests))
