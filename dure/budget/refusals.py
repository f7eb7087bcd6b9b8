"""Why the office refuses: a closed list, each with what to do, in Korean and English."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class BudgetRefusal(StrEnum):
    """The reasons; `SENTENCES` has one pair of sentences for each."""

    LINE_UNKNOWN = "line_unknown"
    LINE_EXISTS = "line_exists"
    ROLE_MISSING = "role_missing"
    OTHER_DISTRICT = "other_district"
    PARENT_TOO_LOW = "parent_too_low"
    AMOUNT_INVALID = "amount_invalid"
    KIND_AND_SIGN = "kind_and_sign"
    MORE_THAN_UNSPENT = "more_than_unspent"
    MORE_THAN_FREE = "more_than_free"
    ENGINE_REFUSED = "engine_refused"
    TRANSFER_UNKNOWN = "transfer_unknown"
    TRANSFER_OVER = "transfer_over"
    SAME_OFFICIAL = "same_official"
    OTHER_PAYER = "other_payer"
    OTHER_YEAR = "other_year"
    NOT_A_COMMITMENT = "not_a_commitment"
    A_COMMITMENT = "a_commitment"
    COMMITMENT_TOO_SMALL = "commitment_too_small"
    RELEASE_EXISTS = "release_exists"
    RELEASED_IN_PAST = "released_in_past"
    SPENT_ALREADY = "spent_already"
    SHARES_INVALID = "shares_invalid"
    MATCHING_EXISTS = "matching_exists"


SENTENCES: Final[dict[BudgetRefusal, tuple[str, str]]] = {
    BudgetRefusal.LINE_UNKNOWN: (
        "'{code}'라는 예산 과목이 없습니다. 'dure budget tree'로 이름을 확인하세요.",
        "there is no budget line '{code}'; see 'dure budget tree' for the names",
    ),
    BudgetRefusal.LINE_EXISTS: (
        "'{code}'라는 예산 과목이 이미 있습니다. 다른 이름을 쓰세요.",
        "the budget line '{code}' exists already; choose another name",
    ),
    BudgetRefusal.ROLE_MISSING: (
        "'{official}'은(는) 조회만 할 수 있습니다. 시 또는 구의 예산 담당자에게 맡기세요.",
        "'{official}' may only look; leave it to a budget official of the city or the district",
    ),
    BudgetRefusal.OTHER_DISTRICT: (
        "'{code}'은(는) '{official}'이(가) 맡은 구의 과목이 아닙니다. 그 구나 시의 담당자에게"
        " 맡기세요.",
        "'{code}' is no line of the district of '{official}'; leave it to an official of that"
        " district or of the city",
    ),
    BudgetRefusal.PARENT_TOO_LOW: (
        "'{code}'은(는) '{parent}' 아래에 둘 수 없습니다. 같은 해의 더 높은 단계(국비 > 시비"
        " > 구비 > 사업) 아래에 두세요.",
        "'{code}' cannot lie below '{parent}'; put it below a higher level (state > city > district"
        " > programme) of the same year",
    ),
    BudgetRefusal.AMOUNT_INVALID: (
        "금액 {won}원은 쓸 수 없습니다. 1원 이상으로 적으세요.",
        "an amount of {won} won is not possible; write 1 won or more",
    ),
    BudgetRefusal.KIND_AND_SIGN: (
        "감액(reduction)만 음수입니다. {kind} {won}원은 종류나 부호를 고치세요.",
        "only a reduction is negative; correct the kind or the sign of {kind} {won} won",
    ),
    BudgetRefusal.MORE_THAN_UNSPENT: (
        "'{code}'에 남은 {left}원보다 많이 감액할 수 없습니다. {left}원 이하로 적으세요.",
        "'{code}' has {left} won unspent, and no more can be taken back; write {left} won or less",
    ),
    BudgetRefusal.MORE_THAN_FREE: (
        "'{code}'에서 쓸 수 있는 돈은 {left}원입니다. 금액을 줄이거나 배정·추경을 기다리세요.",
        "'{code}' has {left} won free; lower the amount, or wait for a release or a supplement",
    ),
    BudgetRefusal.ENGINE_REFUSED: (
        "처리되지 않았습니다(사유 {reason}). 잔액을 확인하고 새로 요청하세요.",
        "it was not carried out (reason {reason}); see what is left and ask anew",
    ),
    BudgetRefusal.TRANSFER_UNKNOWN: (
        "{transfer}번 전용 요청이 없습니다. 'dure budget transfers'로 확인하세요.",
        "there is no transfer {transfer}; see 'dure budget transfers'",
    ),
    BudgetRefusal.TRANSFER_OVER: (
        "{transfer}번 전용은 이미 끝났습니다({state}). 필요하면 새로 요청하세요.",
        "transfer {transfer} is over ({state}); ask for a new one where it is needed",
    ),
    BudgetRefusal.SAME_OFFICIAL: (
        "'{official}'은(는) 이 전용을 이미 요청했거나 승인했습니다. 다른 담당자가 승인해야 합니다.",
        "'{official}' has asked for this transfer or approved it; another official must approve",
    ),
    BudgetRefusal.OTHER_PAYER: (
        "'{code}'과(와) '{other}'은(는) 재원이 다릅니다. 국비·시비·구비 사이에는 전용할 수"
        " 없습니다.",
        "'{code}' and '{other}' are paid by different payers; money of state, city and district"
        " cannot be transferred to each other",
    ),
    BudgetRefusal.OTHER_YEAR: (
        "'{code}'과(와) '{other}'은(는) 회계연도가 다릅니다. 같은 해의 과목끼리만 전용할 수"
        " 있습니다.",
        "'{code}' and '{other}' are of different years; transfer within one fiscal year",
    ),
    BudgetRefusal.NOT_A_COMMITMENT: (
        "'{code}'은(는) 원인행위 과목이 아닙니다. 'dure budget commitments'로 확인하세요.",
        "'{code}' is no commitment; see 'dure budget commitments'",
    ),
    BudgetRefusal.A_COMMITMENT: (
        "'{code}'은(는) 원인행위 과목입니다. 원인행위를 늘리거나 되돌리는 명령을 쓰세요.",
        "'{code}' is a commitment; set money aside for it or return it instead",
    ),
    BudgetRefusal.COMMITMENT_TOO_SMALL: (
        "'{code}'에 남은 원인행위액은 {left}원입니다. {left}원 이하로 적으세요.",
        "the commitment '{code}' has {left} won left; write {left} won or less",
    ),
    BudgetRefusal.RELEASE_EXISTS: (
        "'{code}'의 {on} 배정이 이미 있습니다. 다른 날짜를 적으세요.",
        "'{code}' has a release on {on} already; name another date",
    ),
    BudgetRefusal.RELEASED_IN_PAST: (
        "배정 계획은 첫 배정 외에는 앞으로의 날짜여야 합니다({on}). 날짜를 고치세요.",
        "but for the first one, releases must lie ahead ({on}); correct the date",
    ),
    BudgetRefusal.SPENT_ALREADY: (
        "'{code}'에서 이미 {spent}원이 쓰였습니다. 지금까지의 배정을 그 이상으로 적으세요.",
        "'{code}' has spent or promised {spent} won; let the releases so far add up to that",
    ),
    BudgetRefusal.SHARES_INVALID: (
        "매칭 비율 {shares}은(는) 쓸 수 없습니다. 둘 이상의 재원을 0보다 크게 적으세요. 예: 4:2:0",
        "the shares {shares} are not possible; at least two payers must match, as 4:2:0",
    ),
    BudgetRefusal.MATCHING_EXISTS: (
        "'{code}'의 매칭 비율이 그 시각부터 이미 정해져 있습니다. 다른 시작 시각을 적으세요.",
        "'{code}' has a matching from that instant already; name another beginning",
    ),
}


class BudgetRefusedError(Exception):
    """An act of the budget was refused and nothing was moved; `korean` and `english` say why."""

    def __init__(self, refusal: BudgetRefusal, **params: object) -> None:
        self.refusal = refusal
        self.params = params
        shown = {
            name: f"{value:,}" if isinstance(value, int) and name != "transfer" else str(value)
            for name, value in params.items()
        }
        self.korean, self.english = (text.format_map(shown) for text in SENTENCES[refusal])
        super().__init__(f"{self.korean} / {self.english}")
