"""What playing a scenario gives, whichever machine code played it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dure.forecast.simulate.layout import GROUPED, Integers
from dure.forecast.simulate.ready import Ready


def _nothing() -> Integers:
    return np.zeros(0, np.int64)


@dataclass
class Outcome:
    """What a scenario gave, discounts apart. Lists are by month; the `member_…` columns have a row
    for each of the city's members, `cells` one for each cell and channel.

    `amount_won` is what was paid less what was given back, `discount_won` what shops took off,
    `won_by_rule` the incentive of each rule, `paid_by_line` what of it each line (shops: 0) pays.
    `back_won` is what cancellations took back of incentive, `in_order` tells whether payments were
    played in the order in which they were decided, `ended` whether the sum of a rule was used up.
    `short_lines` are lines that had not enough money for it, though all was given.
    """

    ready: Ready
    months: list[int] = field(default_factory=list)
    members_paid: list[int] = field(default_factory=list)
    payments: list[int] = field(default_factory=list)
    amount_won: list[int] = field(default_factory=list)
    discount_won: list[int] = field(default_factory=list)
    won_by_rule: list[dict[int, int]] = field(default_factory=list)
    paid_by_line: list[dict[int, int]] = field(default_factory=list)
    cells: Integers = field(default_factory=lambda: np.zeros((0, GROUPED), np.int64))
    member_won: Integers = field(default_factory=_nothing)
    member_amount: Integers = field(default_factory=_nothing)
    member_payments: Integers = field(default_factory=_nothing)
    back_won: int = 0
    in_order: bool = False
    ended: bool = False
    short_lines: tuple[int, ...] = ()

    @property
    def given_won(self) -> int:
        """The incentive of all months."""
        return sum(sum(won.values()) for won in self.won_by_rule)

    @property
    def paid_won(self) -> dict[int, int]:
        """What each line pays of all months."""
        summed: dict[int, int] = {}
        for month in self.paid_by_line:
            for line_id, won in month.items():
                summed[line_id] = summed.get(line_id, 0) + won
        return summed
