"""The steps in the life of a rule version, the stages between them, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """What an official does; the words stand in the log and never change."""

    GRANT = "grant"
    REVOKE = "revoke"
    NOTICE_DAYS = "notice_days"
    TAKE_OVER = "take_over"
    DRAFT = "draft"
    CHECK = "check"
    SIMULATE = "simulate"
    APPROVE = "approve"
    NOTICE = "notice"
    EMERGENCY = "emergency"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    ASK_END = "ask_end"
    ROLL_BACK = "roll_back"
    WITHDRAW = "withdraw"


class Stage(StrEnum):
    """Where a version stands. The last four are told by the clock and by ends, not by a step."""

    DRAFT = "draft"
    CHECKED = "checked"
    SIMULATED = "simulated"
    APPROVED_ONCE = "approved_once"
    APPROVED = "approved"
    NOTICED = "noticed"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"
    OVER = "over"
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled_back"


APPROVALS_NEEDED: Final = 2
REASONS_CHARACTERS_MIN: Final = 20
NOTICE_DAYS: Final = 20
"""Days between the notice and the beginning where the city has not set its own number.

Source: Administrative Procedures Act (행정절차법), article 46 (3): at least 20 days.
"""

_BEFORE_NOTICE: Final = (Stage.DRAFT, Stage.CHECKED, Stage.SIMULATED, Stage.APPROVED_ONCE)
_UNPUBLISHED: Final = (*_BEFORE_NOTICE, Stage.APPROVED, Stage.NOTICED, Stage.SCHEDULED)

STAGES_BEFORE: Final[Mapping[Step, tuple[Stage, ...]]] = {
    Step.DRAFT: _UNPUBLISHED,
    Step.CHECK: (Stage.DRAFT,),
    Step.SIMULATE: (Stage.CHECKED, Stage.SIMULATED, Stage.APPROVED_ONCE),
    Step.APPROVE: (Stage.CHECKED, Stage.SIMULATED, Stage.APPROVED_ONCE),
    Step.NOTICE: (Stage.APPROVED,),
    Step.EMERGENCY: (Stage.APPROVED,),
    Step.SCHEDULE: (Stage.NOTICED,),
    Step.PUBLISH: (Stage.SCHEDULED,),
    Step.ASK_END: (Stage.PUBLISHED,),
    Step.ROLL_BACK: (Stage.PUBLISHED,),
    Step.WITHDRAW: _UNPUBLISHED,
}
"""The stages from which a step about one version may be taken."""

STEP_NAMES: Final[Mapping[Step, tuple[str, str, str]]] = {
    Step.GRANT: ("역할 부여", "grant a role", "granted"),
    Step.REVOKE: ("역할 회수", "revoke a role", "revoked"),
    Step.NOTICE_DAYS: ("예고 기간 설정", "set the days of notice", "set"),
    Step.TAKE_OVER: ("기존 규칙 인수", "take rules over", "taken over"),
    Step.DRAFT: ("초안", "hand in a draft", "handed in"),
    Step.CHECK: ("검토", "check a draft", "checked"),
    Step.SIMULATE: ("모의실험", "record a simulation", "simulated"),
    Step.APPROVE: ("승인", "approve", "approved"),
    Step.NOTICE: ("시민 예고", "give notice", "announced"),
    Step.EMERGENCY: ("긴급 예고", "give notice in an emergency", "announced in an emergency"),
    Step.SCHEDULE: ("시행 예정", "schedule", "scheduled"),
    Step.PUBLISH: ("공포", "publish", "published"),
    Step.ASK_END: ("종료 요청", "ask for an end", "asked to end"),
    Step.ROLL_BACK: ("되돌림", "roll back", "rolled back"),
    Step.WITHDRAW: ("철회", "withdraw", "withdrawn"),
}
"""Each step as a noun in Korean, a verb in English, and what the version is afterwards."""

STAGE_NAMES: Final[Mapping[Stage, tuple[str, str]]] = {
    Stage.DRAFT: ("초안", "a draft"),
    Stage.CHECKED: ("검토됨", "checked"),
    Stage.SIMULATED: ("모의실험 마침", "simulated"),
    Stage.APPROVED_ONCE: ("한 사람이 승인함", "approved by one"),
    Stage.APPROVED: ("승인됨", "approved"),
    Stage.NOTICED: ("시민 예고 중", "announced"),
    Stage.SCHEDULED: ("시행 예정", "scheduled"),
    Stage.PUBLISHED: ("공포됨", "published"),
    Stage.WITHDRAWN: ("철회됨", "withdrawn"),
    Stage.IN_FORCE: ("시행 중", "in force"),
    Stage.OVER: ("기간 끝남", "over"),
    Stage.SUPERSEDED: ("새 판으로 바뀜", "superseded"),
    Stage.ROLLED_BACK: ("되돌림", "rolled back"),
}


def next_steps(stage: Stage) -> tuple[Step, ...]:
    """The steps that may follow a stage, without those that only start anew or give up."""
    return tuple(
        step
        for step, stages in STAGES_BEFORE.items()
        if stage in stages and step not in (Step.DRAFT, Step.WITHDRAW)
    )


def version_key(rule: str, version: int) -> str:
    """How a version is named, as `incheon-city-cashback@2`."""
    return f"{rule}@{version}"


def plain(text: str) -> str:
    """A text on one line that can be shown and stored anywhere: no control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A step as it is proposed, and as the log keeps it.

    `by` is the official's id, `at_us` the city's time; `rule`, `version` and `sha256` (of the
    document's text) are empty where the step is about no single version; `content` has what belongs
    to the step alone, as JSON can say it.
    """

    step: Step
    by: str
    at_us: int
    rule: str = ""
    version: int = 0
    sha256: str = ""
    content: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return version_key(self.rule, self.version)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number of the content."""
        value = self.content.get(name, default)
        return value if isinstance(value, int) else default

    def text(self, name: str) -> str:
        """A text of the content; empty when it is not there."""
        value = self.content.get(name, "")
        return value if isinstance(value, str) else ""
