"""Matching (매칭): the shares that payers declared on a line, against what they gave and spent."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.budget.lines import get_line
from dure.budget.office import Office
from dure.budget.officials import BudgetOfficial, require
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError
from dure.budget.tree import Branch, Sums

PAYERS: Final = ("state", "city", "district")
_WHOLE_BP: Final = 10_000

_ADD: Final = """
INSERT INTO budget_matching (line_id, from_us, state_share, city_share, district_share, document,
  official_id)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_HOLDING: Final = """
SELECT DISTINCT ON (line_id) line_id, state_share, city_share, district_share, document
FROM budget_matching WHERE from_us <= %s ORDER BY line_id, from_us DESC
"""


class Matching(NamedTuple):
    """Declared shares of state, city and district, for example 4 : 2 : 0, and by which document."""

    shares: tuple[int, int, int]
    document: str


class Compared(NamedTuple):
    """One payer's part of a branch: declared and actual, in bp of all that match, and in won."""

    payer: str
    declared_bp: int
    budget_won: int
    budget_bp: int
    spent_won: int
    spent_bp: int
    should_be_won: int


class MatchingReport(NamedTuple):
    """Declared against actual. `is_inverted`: who declared more gave less than another."""

    matching: Matching
    payers: tuple[Compared, ...]
    is_inverted: bool


def declare_matching(
    office: Office,
    official: BudgetOfficial,
    code: str,
    shares: tuple[int, int, int],
    document: str,
    from_us: int | None = None,
) -> None:
    """Declares in which shares payers match on a line and all below it. Raises BudgetRefusedError.

    The declaration is compared and reported; what a rule draws from whom its own document says.
    """
    line = get_line(office.connection, code)
    require(official, line)
    if any(share < 0 for share in shares) or sum(share > 0 for share in shares) < 2:
        shown = ":".join(map(str, shares))
        raise BudgetRefusedError(BudgetRefusal.SHARES_INVALID, shares=shown)
    at_us = office.now_us() if from_us is None else from_us
    added = office.connection.execute(_ADD, (line.line_id, at_us, *shares, document, official.id))
    if not added.rowcount:
        raise BudgetRefusedError(BudgetRefusal.MATCHING_EXISTS, code=code)


def matchings(connection: Connection[Any], at_us: int) -> dict[int, Matching]:
    """The declaration that holds at the instant, by the number of its line."""
    return {
        row[0]: Matching((row[1], row[2], row[3]), row[4])
        for row in connection.execute(_HOLDING, (at_us,))
    }


def compare(branch: Branch, matching: Matching) -> MatchingReport:
    """What the payers of a branch gave and spent, against what they declared. Pure.

    A payer without a share is left out, as the city's money of a programme that only the state and
    a district match.
    """
    by_payer = dict.fromkeys(PAYERS, Sums())
    for _, part in branch.walk():
        by_payer[part.line.payer] = by_payer[part.line.payer].plus(_alone(part))
    declared = dict(zip(PAYERS, matching.shares, strict=True))
    matched = [payer for payer in PAYERS if declared[payer]]
    whole = sum(declared[payer] for payer in matched)
    budget_won = sum(by_payer[payer].budget_won for payer in matched)
    spent_won = sum(by_payer[payer].spent_won for payer in matched)
    compared = tuple(
        Compared(
            payer,
            declared[payer] * _WHOLE_BP // whole,
            by_payer[payer].budget_won,
            _share_bp(by_payer[payer].budget_won, budget_won),
            by_payer[payer].spent_won,
            _share_bp(by_payer[payer].spent_won, spent_won),
            budget_won * declared[payer] // whole,
        )
        for payer in matched
    )
    return MatchingReport(matching, compared, _is_inverted(compared))


def _alone(branch: Branch) -> Sums:
    """The line without its commitments, which the walk meets by themselves."""
    position = branch.position
    budget_won = position.appropriated_won + position.transferred_won
    return Sums(budget_won, position.unreleased_won, 0, position.spent_won)


def _share_bp(won: int, whole_won: int) -> int:
    return won * _WHOLE_BP // whole_won if whole_won > 0 else 0


def _is_inverted(compared: tuple[Compared, ...]) -> bool:
    return any(
        one.declared_bp > two.declared_bp and one.budget_won < two.budget_won
        for one in compared
        for two in compared
    )
