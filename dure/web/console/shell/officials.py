"""The official who is signed in: a name, the roles that the rulebook's log gives, what they allow.

The log is the one source of who holds which role where; an account adds only a way to sign in. Its
username is the official's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.budget.officials import BudgetOfficial, acting_on
from dure.policy.districts import CITY
from dure.rulebook.officials import Grant, Official, Role, can
from dure.rulebook.steps import Step

EVERYBODY: Final = frozenset(Role)
"""Every role there is: a page for all who are officials."""
ACTING: Final = EVERYBODY - {Role.AUDITOR}
"""Every role but the one that only looks."""


@dataclass(frozen=True, slots=True)
class ConsoleOfficial:
    """Who is signed in; `grants` are the roles and the places for which they hold."""

    id: str
    name: str
    grants: frozenset[Grant]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles, wherever they hold."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def districts(self) -> tuple[int, ...]:
        """The districts for which a role holds, by code."""
        return tuple(sorted({grant.place for grant in self.grants} - {CITY}))

    def holds(self, *roles: Role) -> bool:
        """Whether the official has one of the roles, wherever."""
        return any(grant.role in roles for grant in self.grants)

    def may(self, step: Step, scope: int = CITY) -> bool:
        """Whether the official may take the step for a rule of that scope (a district or `CITY`).

        For what a page offers; the rulebook decides again when the step is taken.
        """
        return can(Official(self.id, self.name, b"", self.grants), step, scope)

    def for_budget(self, district: int | None = None) -> BudgetOfficial:
        """Whom the budget sees: on a district's line an officer of that district may act."""
        return acting_on(self.id, self.grants, district)


def console_official(official: Official) -> ConsoleOfficial:
    """The official of the rulebook as the console knows one."""
    return ConsoleOfficial(official.id, official.name, official.grants)
