"""What each group of members, shops and channels gains and loses, from what was played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def breakdowns(before: Outcome, after: Outcome, members: Records, year: int) -> list[Breakdown]:
    """All dimensions; `year` is the one in which ages are counted."""
    cells = after.ready.cells
    where = [
        ("district", [str(cell.district) for cell in cells], district_names),
        ("sector", [cell.sector for cell in cells], sector_names),
        ("sales_band", [str(cell.sales_band) for cell in cells], BANDS.__getitem__),
    ]
    found = [_of_cells(name, keys, told, before, after) for name, keys, told in where]
    found.append(_of_channels(before, after))
    ages = _ages(members["birth_year"], year)
    found.append(_of_members("age_band", ages, AGES.__getitem__, before, after))
    districts = members["district"].astype(str)
    found.append(_of_members("member_district", districts, district_names, before, after))
    deciles = _deciles(after.member_amount, after.member_payments)
    found.append(_of_members("spend_decile", deciles, _decile_names, before, after))
    found.append(_of_months(before, after))
    return found


def _of_cells(
    dimension: str,
    keys: Sequence[str],
    told: Callable[[str], Names],
    before: Outcome,
    after: Outcome,
) -> Breakdown:
    each = np.repeat(np.array(keys, np.str_), CHANNELS)
    return Breakdown(dimension=dimension, rows=_rows(each, told, before.cells, after.cells))


def _of_channels(before: Outcome, after: Outcome) -> Breakdown:
    each = np.tile(np.arange(CHANNELS).astype(str), len(after.cells) // CHANNELS)
    rows = _rows(each, CHANNEL_NAMES.__getitem__, before.cells, after.cells)
    return Breakdown(dimension="channel", rows=rows)


def _rows(
    each: NDArray[np.str_], told: Callable[[str], Names], before: Integers, after: Integers
) -> list[GroupRow]:
    rows = []
    for key in np.unique(each).tolist():
        of_key = each == key
        payments, amount_won, after_won = after[of_key].sum(axis=0).tolist()
        if payments:
            ko, en = told(key)
            rows.append(
                GroupRow(
                    key=key, name_ko=ko, name_en=en, members=0, payments=payments,
                    amount_won=amount_won, after_won=after_won,
                    before_won=int(before[of_key, GIVEN].sum()),
                )
            )  # fmt: skip
    return rows


def _of_members(
    dimension: str,
    each: NDArray[np.str_],
    told: Callable[[str], Names],
    before: Outcome,
    after: Outcome,
) -> Breakdown:
    paid = after.member_payments > 0
    keys, group = np.unique(each, return_inverse=True)
    group, count = group.reshape(-1), len(keys)
    change = after.member_won - before.member_won
    members = np.bincount(group[paid], minlength=count)
    gain = np.bincount(group[change > 0], minlength=count)
    lose = np.bincount(group[change < 0], minlength=count)
    payments, amount, was, now = (
        _summed(group, column, count)
        for column in (
            after.member_payments, after.member_amount, before.member_won, after.member_won
        )
    )  # fmt: skip
    rows = []
    for place, key in enumerate(keys.tolist()):
        if members[place]:
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


def _summed(group: NDArray[np.intp], column: Integers, count: int) -> list[int]:
    """Sums of whole numbers by group; floats would lose won."""
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(count + 1))
    running = np.concatenate([[0], np.cumsum(column[order])])
    summed: list[int] = (running[edges[1:]] - running[edges[:-1]]).tolist()
    return summed


def _of_months(before: Outcome, after: Outcome) -> Breakdown:
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


def _ages(birth_year: NDArray[Any], year: int) -> NDArray[np.str_]:
    age = np.clip((year - birth_year.astype(np.int64)) // _AGE_STEP * _AGE_STEP, 10, _AGE_OLDEST)
    words: NDArray[np.str_] = np.where(birth_year > 0, age.astype(str), "0")
    return words


def _deciles(amount_won: Integers, payments: Integers) -> NDArray[np.str_]:
    """Ten parts of the members who paid, by what they paid; of equal sums the first come first."""
    found = np.zeros(len(amount_won), np.int64)
    paid = np.flatnonzero(payments)
    order = paid[np.argsort(amount_won[paid], kind="stable")]
    found[order] = np.arange(len(order)) * _DECILES // max(1, len(order)) + 1
    return found.astype(str).astype("U2")


def _decile_names(key: str) -> Names:
    return f"{key}분위", f"Decile {key}"
