"""Who may take which step: officials, their roles and the place for which they hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.rulebook.refusals import Refusal, Refused, refused
from dure.rulebook.steps import STEP_NAMES, Step


class Role(StrEnum):
    """What an official is; the words stand in the log and never change."""

    POLICY_OFFICER = "policy_officer"
    DISTRICT_OFFICER = "district_officer"
    APPROVER = "approver"
    OPERATOR = "operator"
    BUDGET_OFFICER = "budget_officer"
    AUDITOR = "auditor"


ROLE_NAMES: Final[Mapping[Role, tuple[str, str]]] = {
    Role.POLICY_OFFICER: ("시 정책 담당자", "a policy officer of the city"),
    Role.DISTRICT_OFFICER: ("구 담당자", "an officer of the district"),
    Role.APPROVER: ("승인자", "an approver"),
    Role.OPERATOR: ("운영자", "an operator"),
    Role.BUDGET_OFFICER: ("예산 담당자", "a budget officer of the city"),
    Role.AUDITOR: ("감사 담당자", "an auditor"),
}
_OFFICERS: Final = (Role.POLICY_OFFICER, Role.DISTRICT_OFFICER)
_ROLES: Final[Mapping[Step, tuple[Role, ...]]] = {
    Step.GRANT: (Role.OPERATOR,),
    Step.REVOKE: (Role.OPERATOR,),
    Step.NOTICE_DAYS: (Role.APPROVER,),
    Step.TAKE_OVER: (Role.OPERATOR,),
    Step.DRAFT: _OFFICERS,
    Step.CHECK: _OFFICERS,
    Step.SIMULATE: _OFFICERS,
    Step.APPROVE: (Role.APPROVER,),
    Step.NOTICE: _OFFICERS,
    Step.EMERGENCY: _OFFICERS,
    Step.SCHEDULE: _OFFICERS,
    Step.PUBLISH: (Role.OPERATOR,),
    Step.ASK_END: (Role.APPROVER,),
    Step.ROLL_BACK: (Role.APPROVER,),
    Step.WITHDRAW: _OFFICERS,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and where it holds: for a district by code, or for the city and all its districts."""

    role: Role
    place: int = CITY


@dataclass(frozen=True, slots=True)
class Official:
    """A person who acts: the id is what the log names, the key what signatures are checked with."""

    id: str
    name: str
    public_key: bytes
    grants: frozenset[Grant] = frozenset()


def can(official: Official, step: Step, scope: int) -> bool:
    """Whether the official may take the step for a rule of this scope (a district or `CITY`)."""
    roles = _ROLES[step]
    return any(grant.role in roles and grant.place in (CITY, scope) for grant in official.grants)


def why_not(official: Official, step: Step, scope: int) -> Refused | None:
    """Why the official may not take the step; None when `can`."""
    if can(official, step, scope):
        return None
    roles = _ROLES[step]
    own = [grant.place for grant in official.grants if grant.role in roles]
    if not own:
        return refused(
            Refusal.ROLE_MISSING,
            official=official.id,
            step_ko=STEP_NAMES[step][0],
            step_en=STEP_NAMES[step][1],
            roles_ko=" 또는 ".join(ROLE_NAMES[role][0] for role in roles),
            roles_en=" or ".join(ROLE_NAMES[role][1] for role in roles),
        )
    ko, en = place_name(scope)
    names = [place_name(place) for place in sorted(own)]
    return refused(
        Refusal.OTHER_DISTRICT,
        official=official.id,
        scope_ko=ko,
        scope_en=en,
        own_ko=", ".join(name for name, _ in names),
        own_en=", ".join(name for _, name in names),
    )


def place_name(scope: int) -> tuple[str, str]:
    """What a scope is called in Korean and in English."""
    return ("인천시", "the city") if scope == CITY else DISTRICT_NAMES[scope]


def fits(grant: Grant) -> bool:
    """Whether the role may hold at that place: officers of a district need one, others have none.

    An approver may be one for a single district.
    """
    if grant.role is Role.DISTRICT_OFFICER:
        return grant.place in DISTRICT_NAMES
    if grant.role is Role.APPROVER:
        return grant.place == CITY or grant.place in DISTRICT_NAMES
    return grant.place == CITY
