"""Why a step of a rule is refused: a closed list, each with what to do, in Korean and English."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Refusal(StrEnum):
    """The reasons; `SENTENCES` has one pair of sentences for each."""

    NOT_AN_OFFICIAL = "not_an_official"
    ROLE_MISSING = "role_missing"
    OTHER_DISTRICT = "other_district"
    CITY_MONEY = "city_money"
    VERSION_UNKNOWN = "version_unknown"
    OUT_OF_ORDER = "out_of_order"
    SAME_TEXT = "same_text"
    TEXT_CHANGED = "text_changed"
    SCOPE_CHANGED = "scope_changed"
    VERSION_PASSED = "version_passed"
    DRAFTER_APPROVES = "drafter_approves"
    APPROVED_ALREADY = "approved_already"
    NOTICE_TOO_SHORT = "notice_too_short"
    REASONS_MISSING = "reasons_missing"
    BEGINS_IN_PAST = "begins_in_past"
    ENDS_IN_PAST = "ends_in_past"
    ENDED_ALREADY = "ended_already"
    END_NOT_ASKED = "end_not_asked"
    END_NEEDS_ANOTHER = "end_needs_another"
    NOTHING_TO_RESTORE = "nothing_to_restore"
    NAME_OF_RESULT_MISSING = "name_of_result_missing"
    SIMULATION_OUTDATED = "simulation_outdated"
    NOT_AN_ID = "not_an_id"
    GRANT_TO_ONESELF = "grant_to_oneself"
    PLACE_OF_ROLE = "place_of_role"
    NOTHING_TO_REVOKE = "nothing_to_revoke"
    LAST_OPERATOR = "last_operator"
    KEY_UNKNOWN = "key_unknown"
    DAYS_OUT_OF_RANGE = "days_out_of_range"
    PUBLISHED_ALREADY = "published_already"
    TAKEN_OVER_TOO_LATE = "taken_over_too_late"


SENTENCES: Final[dict[Refusal, tuple[str, str]]] = {
    Refusal.NOT_AN_OFFICIAL: (
        "'{official}'은(는) 등록된 담당자가 아닙니다. 운영자에게 역할을 받으세요"
        "(dure policy grant).",
        "'{official}' is not a known official; have an operator grant a role (dure policy grant)",
    ),
    Refusal.ROLE_MISSING: (
        "'{official}'에게 이 단계({step_ko})의 권한이 없습니다. {roles_ko}에게 맡기세요.",
        "'{official}' may not {step_en}; leave it to {roles_en}",
    ),
    Refusal.OTHER_DISTRICT: (
        "{scope_ko}의 규칙입니다. '{official}'은(는) {own_ko}만 맡고 있으니 {scope_ko} 또는 시의 "
        "담당자에게 맡기세요.",
        "this is a rule of {scope_en}, and '{official}' acts for {own_en} only; leave it to an "
        "official of {scope_en} or of the city",
    ),
    Refusal.CITY_MONEY: (
        "{scope_ko}의 규칙이지만 다른 곳의 예산({lines})을 씁니다. 시 전체를 맡은 승인자가 "
        "승인하세요.",
        "this rule of {scope_en} draws on money that is not its own ({lines}); an approver for the "
        "whole city must approve it",
    ),
    Refusal.VERSION_UNKNOWN: (
        "'{key}'은(는) 없는 판입니다. 'dure policy status'로 확인하거나 먼저 초안을 내세요.",
        "there is no version '{key}'; see 'dure policy status', or hand in a draft first",
    ),
    Refusal.OUT_OF_ORDER: (
        "'{key}'은(는) 지금 '{stage_ko}'이어서 {step_ko} 단계로 갈 수 없습니다. 다음 단계: "
        "{next_ko}.",
        "'{key}' is {stage_en}, so it cannot be {done_en} now; what comes next: {next_en}",
    ),
    Refusal.SAME_TEXT: (
        "'{key}'의 글이 앞서 낸 초안과 같습니다. 고친 글을 내거나 다음 단계로 가세요.",
        "the text of '{key}' is the one handed in before; hand in a changed text or take the next "
        "step",
    ),
    Refusal.TEXT_CHANGED: (
        "'{key}'의 글이 바뀌었습니다(지금 {now}, 검토·승인된 글 {then}). 바뀐 글은 새 초안으로 "
        "내고 다시 승인을 받으세요.",
        "the text of '{key}' has changed (now {now}, decided on {then}); hand the changed text in "
        "as a draft and have it approved anew",
    ),
    Refusal.SCOPE_CHANGED: (
        "'{rule}'은(는) {other_ko}의 규칙입니다. {scope_ko}의 규칙은 다른 id로 만드세요.",
        "'{rule}' is a rule of {other_en}; give a rule of {scope_en} another id",
    ),
    Refusal.VERSION_PASSED: (
        "'{rule}'은(는) {latest}판까지 공포되었습니다. 'version: {next}'로 적으세요.",
        "'{rule}' is published up to version {latest}; write 'version: {next}'",
    ),
    Refusal.DRAFTER_APPROVES: (
        "'{official}'은(는) 이 초안을 낸 사람이라 승인할 수 없습니다. 다른 승인자 두 사람이 "
        "승인해야 합니다.",
        "'{official}' handed this draft in and cannot approve it; two other approvers must",
    ),
    Refusal.APPROVED_ALREADY: (
        "'{official}'은(는) 이미 승인했습니다. 두 번째 승인은 다른 사람이 해야 합니다.",
        "'{official}' has approved already; the second approval must be another person's",
    ),
    Refusal.NOTICE_TOO_SHORT: (
        "시민에게 {days}일 전에 알려야 하는데 시행({begins})까지 {left}일 남았습니다. 시작을 "
        "{earliest} 이후로 고치거나, 긴급하면 이유를 적어 긴급 예고를 하세요(--emergency).",
        "citizens must be told {days} days ahead, and {left} are left until {begins}; begin on "
        "{earliest} or later, or give the reasons of an emergency (--emergency)",
    ),
    Refusal.REASONS_MISSING: (
        "이유를 {least}자 이상 적으세요. 시민이 읽습니다.",
        "write the reasons, at least {least} characters; citizens will read them",
    ),
    Refusal.BEGINS_IN_PAST: (
        "시작 {begins}이(가) 이미 지났습니다(현재 {now}). 시작을 늦춘 글을 새 초안으로 내세요.",
        "it begins in the past ({begins}, now it is {now}); hand in a draft that begins later",
    ),
    Refusal.ENDS_IN_PAST: (
        "끝 {ends}이(가) 이미 지났습니다(현재 {now}). {now} 이후의 시각을 적으세요.",
        "the end {ends} is past (now it is {now}); name an instant from now on",
    ),
    Refusal.ENDED_ALREADY: (
        "'{key}'은(는) {ends}에 이미 끝납니다. 그보다 이른 시각을 적거나 그대로 두세요.",
        "'{key}' ends at {ends} already; name an earlier instant or leave it",
    ),
    Refusal.END_NOT_ASKED: (
        "'{key}'에 이렇게 요청된 종료가 없습니다. 먼저 승인자가 종료를 요청해야 합니다(rollback).",
        "nobody asked for this end of '{key}'; an approver must ask for it first (rollback)",
    ),
    Refusal.END_NEEDS_ANOTHER: (
        "'{official}'이(가) 요청한 종료입니다. 다른 승인자가 확인해야 합니다.",
        "'{official}' asked for this end; another approver must confirm it",
    ),
    Refusal.NOTHING_TO_RESTORE: (
        "'{key}' 앞에 공포된 판이 없어 되돌릴 조건이 없습니다. --restore 없이 종료만 하세요.",
        "no version before '{key}' was published, so there are no former terms; end it without "
        "--restore",
    ),
    Refusal.NAME_OF_RESULT_MISSING: (
        "모의실험 결과의 이름을 적으세요. 예: --name 2020-01-출발-시나리오",
        "name the result of the simulation, as --name january-scenario",
    ),
    Refusal.SIMULATION_OUTDATED: (
        "'{key}'의 모의실험 '{name}'은(는) 지난 것입니다(그 뒤 {why_ko}). 지금 규칙과 이력으로 "
        "다시 모의실험하고 기록한 뒤에 승인하세요.",
        "the simulation '{name}' of '{key}' is outdated: since then {why_en}; simulate again with "
        "the rules and the history as they are now, record it, and approve then",
    ),
    Refusal.NOT_AN_ID: (
        "'{official}'은(는) 담당자 id가 아닙니다. kim.jiyoung처럼 영문 소문자, 숫자, '.', '-'로 "
        "40자까지 적으세요.",
        "'{official}' is not an official's id; use up to 40 small letters, digits, '.' and '-', as "
        "kim.jiyoung",
    ),
    Refusal.GRANT_TO_ONESELF: (
        "자신에게 역할을 줄 수 없습니다. 다른 운영자에게 부탁하세요.",
        "nobody grants a role to oneself; ask another operator",
    ),
    Refusal.PLACE_OF_ROLE: (
        "'{role}' 역할의 범위가 맞지 않습니다. 구 담당자에게는 구를 적고(--district 서구), 시 정책 "
        "담당자와 운영자에게는 적지 마세요.",
        "the role '{role}' does not fit its place; name a district for a district officer "
        "(--district 서구), and none for a policy officer or an operator",
    ),
    Refusal.NOTHING_TO_REVOKE: (
        "'{official}'에게는 그런 역할이 없습니다. 'dure policy officials'로 확인하세요.",
        "'{official}' has no such role; see 'dure policy officials'",
    ),
    Refusal.LAST_OPERATOR: (
        "마지막 운영자의 역할은 거둘 수 없습니다. 먼저 다른 운영자를 두세요.",
        "this is the last operator; grant the role to another first",
    ),
    Refusal.KEY_UNKNOWN: (
        "'{official}'의 서명키가 이 설치본에 있는 것과 다릅니다. 서명키가 있는 곳에서 하거나 "
        "운영자에게 역할을 다시 받으세요.",
        "the signing key of '{official}' is not the one of this installation; act where the key "
        "is, or have an operator grant the role anew",
    ),
    Refusal.DAYS_OUT_OF_RANGE: (
        "예고 기간 {days}일은 쓸 수 없습니다. 1일부터 365일 사이로 적으세요.",
        "a notice of {days} days is not possible; name 1 to 365 days",
    ),
    Refusal.PUBLISHED_ALREADY: (
        "'{key}'은(는) 이미 공포되었습니다. 공포된 판은 바뀌지 않으니 새 판을 만드세요.",
        "'{key}' is published already and never changes; make a new version",
    ),
    Refusal.TAKEN_OVER_TOO_LATE: (
        "이미 공포된 규칙('{key}')이 있어 인수할 수 없습니다. 새 규칙은 초안부터 시작하세요.",
        "rules are published here already ('{key}'), so none can be taken over; begin with a draft",
    ),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal with the parameters of its sentences."""

    refusal: Refusal
    params: tuple[tuple[str, str], ...] = ()

    @property
    def korean(self) -> str:
        return SENTENCES[self.refusal][0].format_map(dict(self.params))

    @property
    def english(self) -> str:
        return SENTENCES[self.refusal][1].format_map(dict(self.params))

    def __str__(self) -> str:
        return f"{self.korean} / {self.english}"


class StepRefusedError(Exception):
    """A step was refused while it was carried out: nothing of it was written."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(str(refused))
        self.refused = refused


def refused(refusal: Refusal, **params: object) -> Refused:
    """A refusal with its parameters."""
    return Refused(refusal, tuple((name, str(value)) for name, value in params.items()))
