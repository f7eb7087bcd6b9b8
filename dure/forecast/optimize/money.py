"""The money of a plan: budget lines that are drawn on in shares, so that they end together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dure.forecast.optimize.refusals import NoMoneyError
from dure.forecast.projection import LineStanding
from dure.policy.funding import Funding

SHARES_WHOLE: Final = 10_000
LEVEL_UNIT_WON: Final = 1_000_000
"""Levels of ladders are whole millions: they are announced."""
ENDLESS_WON: Final = 10**15
"""What lines are given when it is asked what a rate would cost if money were no object."""


@dataclass(frozen=True, slots=True)
class Money:
    """The lines of a plan and the shares in which its rules draw on them.

    `later` has (day, won) of all lines together from the plan's first day to its last.
    """

    lines: tuple[LineStanding, ...]
    shares: tuple[int, ...]
    later: tuple[tuple[int, int], ...]

    @property
    def left_won(self) -> int:
        """What all lines have at the start of the first day."""
        return sum(line.left_won for line in self.lines)

    @property
    def later_won(self) -> int:
        return sum(won for _, won in self.later)

    @property
    def whole_won(self) -> int:
        """What there is to spend until the last day."""
        return self.left_won + self.later_won

    @property
    def spent_won(self) -> int:
        """What was spent of the lines' year before the first day."""
        return sum(line.spent_won for line in self.lines)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(line.line_id for line in self.lines)

    @property
    def funding(self) -> Funding:
        """The shares as a document writes them, without a common divisor."""
        return Funding(
            sum(self.shares),
            tuple((line.code, share) for line, share in zip(self.lines, self.shares, strict=True)),
        )

    @property
    def watched(self) -> LineStanding:
        """The line that ladders look at: that with the largest share."""
        return self.lines[self.shares.index(max(self.shares))]

    def level_won(self, left_won: int) -> int:
        """What the watched line has when all together have `left_won`, to the next million."""
        exact = -(-left_won * max(self.shares) // sum(self.shares))
        return -(-exact // LEVEL_UNIT_WON) * LEVEL_UNIT_WON


def money_of(lines: Sequence[LineStanding], codes: Sequence[str], last_day: int) -> Money:
    """The lines by their codes, in shares that empty them together. Raises NoMoneyError."""
    named = [line for line in lines if line.code in codes]
    later = [(day, won) for line in named for day, won in line.later if day <= last_day]
    ready = [(line, line.left_won + _coming(line, last_day)) for line in named]
    ready = [(line, won) for line, won in ready if won > 0]
    if not ready:
        raise NoMoneyError(list(codes))
    shares = _shares([won for _, won in ready])
    kept = [(line, share) for (line, _), share in zip(ready, shares, strict=True) if share]
    return Money(
        tuple(line for line, _ in kept),
        _reduced([share for _, share in kept]),
        tuple(sorted(later)),
    )


def endless(lines: Sequence[LineStanding], money: Money) -> list[LineStanding]:
    """The same lines, those of the plan with more money than anybody could spend."""
    return [
        replace(line, left_won=ENDLESS_WON, later=()) if line.line_id in money.ids else line
        for line in lines
    ]


def _coming(line: LineStanding, last_day: int) -> int:
    return sum(won for day, won in line.later if day <= last_day)


def _shares(amounts: Sequence[int]) -> list[int]:
    """Shares of `SHARES_WHOLE` by amount; the largest remainders get what is over."""
    whole = sum(amounts)
    shares = [amount * SHARES_WHOLE // whole for amount in amounts]
    rests = [amount * SHARES_WHOLE % whole for amount in amounts]
    over = SHARES_WHOLE - sum(shares)
    for place in sorted(range(len(amounts)), key=lambda at: (-rests[at], at))[:over]:
        shares[place] += 1
    return shares


def _reduced(shares: Sequence[int]) -> tuple[int, ...]:
    divisor = math.gcd(*shares)
    return tuple(share // divisor for share in shares)
