"""The tree of a year with the sums of every line and of all below it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dure.budget.lines import COMMITMENT, Line
from dure.budget.positions import Position

_NOTHING = Position()
_WHOLE_BP = 10_000


class Sums(NamedTuple):
    """What a line (or a branch) has and does with it, in won.

    `budget_won` is what was appropriated, with transfers; of it `unreleased_won` is not to be spent
    yet. `committed_won` is set aside and not drawn. `spent_won` includes what was drawn.
    """

    budget_won: int = 0
    unreleased_won: int = 0
    committed_won: int = 0
    spent_won: int = 0

    @property
    def released_won(self) -> int:
        return self.budget_won - self.unreleased_won

    @property
    def free_won(self) -> int:
        """Released, not spent, not promised."""
        return self.released_won - self.committed_won - self.spent_won

    @property
    def unspent_won(self) -> int:
        """What would lapse if the year ended now (불용액)."""
        return self.budget_won - self.spent_won

    @property
    def execution_bp(self) -> int:
        """Spent over budget (집행률) in basis points, down; 0 without a budget."""
        return self.spent_won * _WHOLE_BP // self.budget_won if self.budget_won > 0 else 0

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(*(one + two for one, two in zip(self, other, strict=True)))


@dataclass(slots=True)
class Branch:
    """A line and all below it. `own` counts its commitments as its own, for they are its money."""

    line: Line
    position: Position
    below: list[Branch] = field(default_factory=list)

    @property
    def own(self) -> Sums:
        if self.line.role == COMMITMENT:
            left_won = self.position.left_won
            return Sums(0, self.position.unreleased_won, left_won, self.position.spent_won)
        own = Sums(
            self.position.appropriated_won + self.position.transferred_won,
            self.position.unreleased_won,
            0,
            self.position.spent_won,
        )
        for branch in self.below:
            if branch.line.role == COMMITMENT:
                own = own.plus(branch.own)
        return own

    @property
    def whole(self) -> Sums:
        """The line and everything below it."""
        sums = self.own
        for branch in self.below:
            if branch.line.role != COMMITMENT:
                sums = sums.plus(branch.whole)
        return sums

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Branch]]:
        """This branch and all below it, each with its depth."""
        yield depth, self
        for branch in self.below:
            yield from branch.walk(depth + 1)


def grow(lines: Sequence[Line], positions: Mapping[int, Position]) -> list[Branch]:
    """The tops of all trees, in the order of the lines; each line stands in one of them."""
    branches = {line.line_id: Branch(line, positions.get(line.line_id, _NOTHING)) for line in lines}
    tops = []
    for line in lines:
        branch = branches[line.line_id]
        if line.parent_id is None:
            tops.append(branch)
        else:
            branches[line.parent_id].below.append(branch)
    return tops


def sums_of_year(tops: Sequence[Branch], year: int) -> Sums:
    """All lines of a fiscal year together."""
    sums = Sums()
    for branch in tops:
        if branch.line.fiscal_year == year:
            sums = sums.plus(branch.whole)
    return sums
