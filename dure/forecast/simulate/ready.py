"""Rules and a city's facts made ready: shops by what rules can tell apart, and by groups.

Note [Shops told apart]
Rules are asked about distinct facts, not about shops: sixty thousand shops have some thousands.
A shop's number is a fact only where an offer has a monthly ceiling or a rule counts shops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.facts import Records, facts_of, member_columns
from dure.forecast.history.sorting import MINUTE_US, next_month, start_of_month_us
from dure.forecast.simulate.layout import Integers, ShopView
from dure.policy.arrays.columns import Members
from dure.policy.arrays.layout import CHANNELS
from dure.policy.arrays.population import Population, make_population
from dure.policy.evaluate import RuleSet
from dure.policy.occasions import ShopFacts

UNKNOWN: Final = -2
CHANGES: Final = -1
_SECTOR_LETTERS: Final = 2


class Cell(NamedTuple):
    """A group of shops: district, sector (the first two digits of the KSIC code), sales band."""

    district: int
    sector: str
    sales_band: int


@dataclass(frozen=True, slots=True)
class Facts:
    """A history's shops and members, read once for all scenarios.

    `stretch_first` begins the stretches of each shop id, `cell_of` has the cell of each.
    """

    stretches: Records
    stretch_first: NDArray[np.int32]
    cell_of: NDArray[np.int32]
    cells: tuple[Cell, ...]
    members: Members
    member_ids: Integers
    distinct: tuple[tuple[ShopFacts, ...], NDArray[np.int32]]

    def told_apart(self, *, by_number: bool) -> tuple[tuple[ShopFacts, ...], NDArray[np.int32]]:
        """(facts that rules can tell apart, which of them each stretch has); see the note above."""
        return _told_apart(self.stretches, by_number=True) if by_number else self.distinct


@dataclass(frozen=True, slots=True)
class Ready:
    """The rules of a scenario for the city of a history; `row_of` is the population's shop for each
    stretch."""

    population: Population
    facts: Facts
    row_of: NDArray[np.int32]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The groups of shops."""
        return self.facts.cells


def facts_of_city(stretches: Records, members: Records) -> Facts:
    """Reads the tables of a history."""
    ids = stretches["shop_id"]
    first = np.searchsorted(ids, np.arange(int(ids.max(initial=-1)) + 2)).astype(np.int32)
    cells, cell_of = _cells(stretches)
    distinct = _told_apart(stretches, by_number=False)
    ids_of_members = np.ascontiguousarray(members["member_id"])
    columns = member_columns(members)
    return Facts(stretches, first, cell_of, cells, columns, ids_of_members, distinct)


def make_ready(rules: RuleSet, facts: Facts, from_month: int, until_month: int) -> Ready:
    """Makes the rules ready that hold in the months, for a history's shops and members."""
    counts_shops = any(rule.tally is not None for term in rules.terms for rule in term.rules)
    shops, row_of = facts.told_apart(by_number=counts_shops)
    population = make_population(
        rules, shops, facts.members, start_of_month_us(from_month), start_of_month_us(until_month)
    )
    return Ready(population, facts, row_of)


def _told_apart(
    stretches: Records, *, by_number: bool
) -> tuple[tuple[ShopFacts, ...], NDArray[np.int32]]:
    if not len(stretches):
        return (), np.zeros(0, np.int32)
    facts = stretches.copy()
    facts["from_us"] = 0
    if not by_number:
        facts["shop_id"][facts["month_won_max"] < 0] = 0
    raw = np.ascontiguousarray(facts).view(np.dtype((np.void, facts.dtype.itemsize)))
    _, chosen, row_of = np.unique(raw, return_index=True, return_inverse=True)
    shops = tuple(facts_of(facts[place]) for place in chosen.tolist())
    return shops, row_of.reshape(-1).astype(np.int32)


def _cells(stretches: Records) -> tuple[tuple[Cell, ...], NDArray[np.int32]]:
    sectors = stretches["sector"].astype(f"S{_SECTOR_LETTERS}")
    words, sector_of = np.unique(sectors, return_inverse=True)
    code = (stretches["district"].astype(np.int64) * 1000 + sector_of.reshape(-1)) * 10
    codes, cell_of = np.unique(code + stretches["sales_band"], return_inverse=True)
    cells = tuple(
        Cell(one // 10_000, words[one // 10 % 1000].decode(), one % 10) for one in codes.tolist()
    )
    return cells, cell_of.reshape(-1).astype(np.int32)


def terms_of(population: Population, month: int) -> tuple[list[int], Integers] | None:
    """(the population's terms that hold in a month, the minute of the month from which each does).

    None when rules change amid a minute, which a month's minutes cannot tell.
    """
    assert population.tables is not None, "rules without numbers are refused before"
    begin, end = start_of_month_us(month), start_of_month_us(next_month(month))
    starts, ends = population.tables.starts_us.tolist(), population.tables.ends_us.tolist()
    terms = [
        place
        for place, (start, until) in enumerate(zip(starts, ends, strict=True))
        if start < end and until > begin
    ]
    since = [max(0, starts[place] - begin) for place in terms]
    if any(one % MINUTE_US for one in since):
        return None
    return terms, np.array([one // MINUTE_US for one in since], np.int64)


def places_of(ready: Ready, terms: Sequence[int]) -> list[NDArray[np.int32]]:
    """For each term the place (class times channels) of each stretch."""
    tables = ready.population.tables
    assert tables is not None, "rules without numbers are refused before"
    return [tables.class_of[term][ready.row_of] * np.int32(CHANNELS) for term in terms]


def shop_view(
    facts: Facts, month: int, places: Sequence[NDArray[np.int32]], term_from: Integers
) -> ShopView:
    """The shops as a month's payments find them, with the place of each stretch in each term."""
    begin, end = start_of_month_us(month), start_of_month_us(next_month(month))
    first, from_us = facts.stretch_first, facts.stretches["from_us"]
    known = np.flatnonzero(np.diff(first) > 0)
    stretch_seen: NDArray[Any] = np.empty((len(places), len(from_us), 2), np.int32)
    for term, place in enumerate(places):
        stretch_seen[term, :, 0] = place
        stretch_seen[term, :, 1] = facts.cell_of * CHANNELS
    holds = holds_at(first, from_us, known, begin)
    changes = holds != holds_at(first, from_us, known, end - 1)
    seen: NDArray[Any] = np.full((len(places), len(first) - 1, 2), UNKNOWN, np.int32)
    seen[:, known] = stretch_seen[:, holds]
    seen[:, known[changes], 0] = CHANGES
    # A stretch that begins amid a minute begins at the next: offers begin at midnight.
    since = np.maximum(0, -(-(np.maximum(from_us, begin) - begin) // MINUTE_US))
    return ShopView(term_from, seen, first, since, stretch_seen)


def holds_at(
    first: NDArray[np.int32], from_us: Integers, known: NDArray[np.intp], at_us: int
) -> NDArray[np.intp]:
    """The stretch of each known shop that holds at an instant."""
    begun = np.concatenate([[0], np.cumsum(from_us <= at_us)])
    counted = begun[first[known + 1]] - begun[first[known]]
    found: NDArray[np.intp] = first[known] + np.maximum(counted, 1) - 1
    return found
