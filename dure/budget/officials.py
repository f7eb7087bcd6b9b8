"""Who acts on the budget, and on which lines: at the command line as named, on pages by role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dure.budget.refusals import BudgetRefusal, BudgetRefusedError
from dure.rulebook.officials import Grant, Role

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


def acting_on(official_id: str, grants: Iterable[Grant], district: int | None) -> BudgetOfficial:
    """Whom the roles of the rulebook's log make an official for a line of that district.

    A budget officer acts for the city on every line, an officer of a district on its own; everybody
    else only looks. `district` is None for lines of the city and the state.
    """
    held = set(grants)
    if Grant(Role.BUDGET_OFFICER) in held:
        return BudgetOfficial(official_id)
    if district is not None and Grant(Role.DISTRICT_OFFICER, district) in held:
        return BudgetOfficial(official_id, BudgetRole.DISTRICT, district)
    return BudgetOfficial(official_id, BudgetRole.AUDITOR)
