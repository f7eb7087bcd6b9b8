"""What each group of members, shops and channels gains and loses, from what was played."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dure.forecast.history.facts import Records
from dure.forecast.results import Breakdown, GroupRow
from dure.forecast.simulate.layout import GIVEN, Integers
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.words import (
    AGES,
    BANDS,
    CHANNEL_NAMES,
    Names,
    district_names,
    month_names,
    sector_names,
)
from dure.policy.arrays.layout import CHANNELS

_DECILES: Final = 10
_AGE_STEP: Final = 10
_AGE_OLDEST: Final = 70
_FLOATS_ARE_WHOLE: Final = 1 << 53


def breakdowns(before: Outcome, after: Outcome, members: Records, year: int) -> list[Breakdown]:
    """All dimensions; `year` is the one in which ages are counted."""
    cells = after.ready.cells
    districts = np.array([cell.district for cell in cells], np.int64)
    bands = np.array([cell.sales_band for cell in cells], np.int64)
    words = sorted({cell.sector for cell in cells})
    sectors = np.array([words.index(cell.sector) for cell in cells], np.int64)
    ages = _ages(members["birth_year"], year)
    deciles = _deciles(after.member_amount, after.member_payments)
    channels = np.tile(np.arange(CHANNELS), len(cells))
    sector_words = words.__getitem__
    return [
        _of_cells("district", np.repeat(districts, CHANNELS), str, district_names, before, after),
        _of_cells(
            "sector", np.repeat(sectors, CHANNELS), sector_words, sector_names, before, after
        ),
        _of_cells("sales_band", np.repeat(bands, CHANNELS), str, BANDS.__getitem__, before, after),
        _of_cells("channel", channels, str, CHANNEL_NAMES.__getitem__, before, after),
        _of_members("age_band", ages, AGES.__getitem__, before, after),
        _of_members("member_district", members["district"], district_names, before, after),
        _of_members("spend_decile", deciles, _decile_names, before, after),
        of_months(before, after),
    ]


def _of_cells(
    dimension: str,
    each: Integers,
    word: Callable[[int], str],
    told: Callable[[str], Names],
    before: Outcome,
    after: Outcome,
) -> Breakdown:
    rows = []
    for key in np.unique(each).tolist():
        of_key = each == key
        payments, amount_won, after_won = after.cells[: len(each)][of_key].sum(axis=0).tolist()
        if payments:
            ko, en = told(word(key))
            rows.append(
                GroupRow(
                    key=word(key), name_ko=ko, name_en=en, members=0, payments=payments,
                    amount_won=amount_won, after_won=after_won,
                    before_won=int(before.cells[: len(each)][of_key, GIVEN].sum()),
                )
            )  # fmt: skip
    return Breakdown(dimension=dimension, rows=rows)


def _of_members(
    dimension: str,
    each: NDArray[Any],
    told: Callable[[str], Names],
    before: Outcome,
    after: Outcome,
) -> Breakdown:
    lowest = int(each.min(initial=0))
    group = each.astype(np.int64) - lowest
    count = int(group.max(initial=0)) + 1
    change = after.member_won - before.member_won
    members = np.bincount(group[after.member_payments > 0], minlength=count)
    gain = np.bincount(group[change > 0], minlength=count)
    lose = np.bincount(group[change < 0], minlength=count)
    payments = _summed(group, after.member_payments, count)
    amount = _summed(group, after.member_amount, count)
    was, now = (_summed(group, one.member_won, count) for one in (before, after))
    rows = []
    for place in np.flatnonzero(members).tolist():
        key = str(place + lowest)
        ko, en = told(key)
        rows.append(
            GroupRow(
                key=key, name_ko=ko, name_en=en, members=int(members[place]),
                payments=payments[place], amount_won=amount[place], before_won=was[place],
                after_won=now[place], members_gain=int(gain[place]),
                members_lose=int(lose[place]),
            )
        )  # fmt: skip
    return Breakdown(dimension=dimension, rows=rows)


def _summed(group: Integers, column: Integers, count: int) -> list[int]:
    """Sums of whole numbers by group.

    They are added up as floats, which are exact as long as no sum passes 2^53; a city would have to
    pay 9,007 trillion won.
    """
    assert int(np.abs(column).sum()) < _FLOATS_ARE_WHOLE, "sums of won are whole"
    summed = np.bincount(group, weights=column, minlength=count)
    return [int(won) for won in summed]


def of_months(before: Outcome, after: Outcome) -> Breakdown:
    """What each month gives, of all members together."""
    rows = []
    for place, month in enumerate(after.months):
        ko, en = month_names(month)
        rows.append(
            GroupRow(
                key=str(month), name_ko=ko, name_en=en, members=after.members_paid[place],
                payments=after.payments[place], amount_won=after.amount_won[place],
                before_won=sum(before.won_by_rule[place].values()),
                after_won=sum(after.won_by_rule[place].values()),
            )
        )  # fmt: skip
    return Breakdown(dimension="month", rows=rows)


def _ages(birth_year: NDArray[Any], year: int) -> Integers:
    age = np.clip((year - birth_year.astype(np.int64)) // _AGE_STEP * _AGE_STEP, 10, _AGE_OLDEST)
    found: Integers = np.where(birth_year > 0, age, 0)
    return found


def _deciles(amount_won: Integers, payments: Integers) -> Integers:
    """Ten parts of the members who paid, by what they paid; equal sums share a part. 0 is none."""
    paid = amount_won[payments > 0]
    found = np.zeros(len(amount_won), np.int64)
    if len(paid):
        cuts = [len(paid) * tenth // _DECILES for tenth in range(1, _DECILES)]
        edges = np.partition(paid, cuts)[cuts]
        found[payments > 0] = np.searchsorted(edges, paid, side="right") + 1
    return found


def _decile_names(key: str) -> Names:
    return f"{key}분위", f"Decile {key}"
