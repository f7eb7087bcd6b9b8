"""What goes in: payments, members and shops as columns, and how the members stand before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dure.policy.arrays.layout import Columns, Integers
from dure.policy.occasions import MemberFacts

PAYMENT_WON_MAX: Final = (1 << 31) - 1
"""The largest payment: what a row of the journal holds for one purse."""


class ColumnsError(ValueError):
    """A column holds a number that cannot be; the message names the column and the row."""


def payments(
    *,
    member: ArrayLike,
    at_us: ArrayLike,
    amount_won: ArrayLike,
    shop: ArrayLike,
    channel: ArrayLike,
    paid_otherwise_won: ArrayLike = 0,
) -> Columns:
    """Payments as columns of one length; a single number stands for a whole column.

    `member` and `shop` are places in the population's members and shops, `at_us` microseconds since
    1970 UTC, `amount_won` the price before any discount (1 to `PAYMENT_WON_MAX`),
    `paid_otherwise_won` what of it is paid with cashback or allowances, which earns nothing.
    Raises ColumnsError when a number does not fit or the lengths differ.
    """
    instants = _column("at_us", at_us, np.int64, 0)
    rows = len(instants)
    return Columns(
        _column("member", member, np.int32, rows),
        instants,
        _column("amount_won", amount_won, np.int32, rows, low=1),
        _column("paid_otherwise_won", paid_otherwise_won, np.int32, rows),
        _column("shop", shop, np.int32, rows),
        _column("channel", channel, np.uint8, rows),
    )


def _column(name: str, given: ArrayLike, dtype: Any, rows: int, low: int = 0) -> NDArray[Any]:
    values = np.atleast_1d(np.asarray(given))
    if values.dtype.kind not in "iu" and values.size:
        raise ColumnsError(f"{name}: whole numbers are needed, not {values.dtype}")
    if rows and len(values) == 1:
        values = np.broadcast_to(values, rows)
    if rows and len(values) != rows:
        raise ColumnsError(f"{name}: {len(values):,} rows, and the other columns have {rows:,}")
    if values.size:
        lowest, highest = int(values.min()), int(values.max())
        if lowest < low or highest > np.iinfo(dtype).max:
            wrong = int(np.argmax((values < low) | (values > np.iinfo(dtype).max)))
            raise ColumnsError(f"{name}: row {wrong} holds {int(values[wrong]):,}")
    return np.ascontiguousarray(values, dtype)


class Members(NamedTuple):
    """The facts of members, one row each, as `MemberFacts` has them."""

    district: NDArray[Any]
    birth_year: NDArray[Any]
    level: NDArray[Any]
    joined_day: NDArray[Any]

    @classmethod
    def of(cls, facts: Sequence[MemberFacts]) -> Members:
        """The columns of the facts of members."""
        table = np.array(facts, np.int64).reshape(len(facts), len(MemberFacts._fields))
        return cls(*np.ascontiguousarray(table.T))


@dataclass(frozen=True, slots=True)
class Standing:
    """How members, lines and rules stand at an instant, so that a year can be played by months.

    `month_net_won` (one row per member) and those of the `sums` whose names begin with `month/`
    belong to the city's `month` (YYYYMM); a sum that is absent is zero for everybody. `left_won` is
    what each budget line has left, by its id, `used_won` what each rule version that ends with a
    sum has paid, by its id, `shop_gave_won` what shops with a monthly ceiling have taken off prices
    in the month, by shop id.
    """

    month: int
    month_net_won: Integers
    left_won: Mapping[int, int]
    sums: Mapping[str, Integers] = field(default_factory=dict)
    used_won: Mapping[int, int] = field(default_factory=dict)
    shop_gave_won: Mapping[int, int] = field(default_factory=dict)


def at_first(members: int, left_won: Mapping[int, int]) -> Standing:
    """A standing in which nobody has paid anything yet."""
    return Standing(0, np.zeros(members, np.int64), dict(left_won))


def some_of(payments: Columns, rows: NDArray[np.intp]) -> Columns:
    """The payments of some rows, in that order."""
    return Columns(
        payments.member[rows],
        payments.at_us[rows],
        payments.amount_won[rows],
        payments.paid_otherwise_won[rows],
        payments.shop[rows],
        payments.channel[rows],
    )
