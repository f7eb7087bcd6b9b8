"""Which desks an official sits at, and whose work an official sees."""

from __future__ import annotations

from typing import Final

from dure.rulebook.officials import Role
from dure.web.console.shell.officials import ConsoleOfficial

DESK: Final = frozenset({Role.DISTRICT_OFFICER})
"""Who sits at a desk: an officer of a district, for its members."""
LOG_READERS: Final = frozenset({Role.DISTRICT_OFFICER, Role.OPERATOR, Role.AUDITOR})
COMPLAINT_READERS: Final = frozenset({Role.DISTRICT_OFFICER, Role.OPERATOR, Role.AUDITOR})
COMPLAINT_ACTORS: Final = frozenset({Role.DISTRICT_OFFICER, Role.OPERATOR})
_WHOLE_CITY: Final = frozenset({Role.OPERATOR, Role.AUDITOR})


def desks_of(official: ConsoleOfficial) -> frozenset[int]:
    """The districts at whose desks the official sits."""
    return frozenset(
        grant.place for grant in official.grants if grant.role is Role.DISTRICT_OFFICER
    )


def places_seen(official: ConsoleOfficial) -> frozenset[int] | None:
    """The districts whose log and complaints the official sees; None for the whole city."""
    return None if official.roles & _WHOLE_CITY else desks_of(official)
