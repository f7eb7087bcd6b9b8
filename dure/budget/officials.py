"""Who acts on the budget, and on which lines. Named by a plain text until officials sign in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dure.budget.refusals import BudgetRefusal, BudgetRefusedError

if TYPE_CHECKING:
    from dure.budget.lines import Line


class BudgetRole(StrEnum):
    """What an official may do: act on all lines, on those of one district, or only look."""

    CITY = "city"
    DISTRICT = "district"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class BudgetOfficial:
    """A person who acts; `district` is the code of the one that an official of a district is of."""

    id: str
    role: BudgetRole = BudgetRole.CITY
    district: int | None = None


def may_act(official: BudgetOfficial, line: Line) -> bool:
    """Whether the official may act on the line: one of a district on that district's alone."""
    if official.role is BudgetRole.CITY:
        return True
    return (
        official.role is BudgetRole.DISTRICT
        and official.district is not None
        and official.district == line.district
    )


def require(official: BudgetOfficial, *lines: Line) -> None:
    """Raises BudgetRefusedError where the official may not act on one of the lines."""
    if official.role is BudgetRole.AUDITOR or not official.id:
        raise BudgetRefusedError(BudgetRefusal.ROLE_MISSING, official=official.id)
    for line in lines:
        if not may_act(official, line):
            raise BudgetRefusedError(
                BudgetRefusal.OTHER_DISTRICT, official=official.id, code=line.code
            )
