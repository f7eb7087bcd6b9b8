"""What a simulation refuses and what its reader must know, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dure.forecast.history.store import History
from dure.forecast.results import Warned
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.refusals import CannotSimulateError
from dure.policy.document import RuleDocument
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment

_PLAYED = (Moment.TILL, Moment.PURCHASE)


def nothing_paid() -> CannotSimulateError:
    """The history is empty."""
    return CannotSimulateError(
        "nothing_paid",
        "이력에 결제가 없습니다. 결제가 쌓인 뒤 다시 시도하세요.",
        "The history holds no payments. Try again once members have paid.",
    )


def no_months(from_month: int, until_month: int) -> CannotSimulateError:
    """The period is empty."""
    return CannotSimulateError(
        "no_months",
        f"기간이 비어 있습니다: {_ko(from_month)}부터 {_ko(until_month)} 전까지."
        " 끝 달은 시작 달보다 뒤여야 합니다.",
        f"The period is empty: from {_en(from_month)} to before {_en(until_month)}."
        " The end must lie after the beginning.",
    )


def months_missing(missing: Sequence[int], months: Sequence[int]) -> CannotSimulateError:
    """Some months are not in the history."""
    named_ko = ", ".join(map(_ko, missing[:6]))
    named_en = ", ".join(map(_en, missing[:6]))
    return CannotSimulateError(
        "months_missing",
        f"이력에 없는 달이 있습니다: {named_ko}. 이력은 {_ko(months[0])}부터 {_ko(months[-1])}"
        "까지입니다. 그 안에서 기간을 고르세요.",
        f"The history does not have {named_en}. It goes from {_en(months[0])} to"
        f" {_en(months[-1])}: choose a period within it.",
    )


def too_large(month: int, count: int) -> CannotSimulateError:
    """Payments that no column holds."""
    return CannotSimulateError(
        "too_large",
        f"{_ko(month)}에 21억 원이 넘는 결제가 {count:,}건 있어 정확히 계산할 수 없습니다."
        " 다른 달을 고르세요.",
        f"{_en(month)} has {count:,} payments above 2.1 billion won, which cannot be simulated"
        " exactly. Choose other months.",
    )


def unknown_line(name: str) -> CannotSimulateError:
    """A document names a line that the city does not have, or a version without a number."""
    return CannotSimulateError(
        "unknown_line",
        f"예산 과목 {name}이(가) 없습니다. 문서의 재원을 고치거나 과목을 먼저 만드세요.",
        f"There is no budget line {name}. Correct the document's funding, or open the line first.",
    )


def not_simulated(reason: str) -> CannotSimulateError:
    """Rules that the history cannot tell."""
    return CannotSimulateError(
        "not_simulated",
        f"이 규칙은 지난 결제로 정확히 계산할 수 없습니다 ({reason}). 그 규칙을 빼고 다시"
        " 시도하세요.",
        f"These rules cannot be simulated exactly over past payments: {reason}. Leave that rule"
        " out and try again.",
    )


def not_previewed(reason: str) -> CannotSimulateError:
    """Rules of which a preview would say nothing."""
    return CannotSimulateError(
        "not_previewed",
        f"미리보기로는 이 규칙을 어림할 수 없습니다 ({reason}). 정확한 시뮬레이션을 하세요.",
        f"A preview says nothing about these rules: {reason}. Ask for the exact simulation.",
    )


def too_many(payments: int, most: int, reason: str) -> CannotSimulateError:
    """More payments than can be played in the order in which they were decided."""
    return CannotSimulateError(
        "too_many",
        f"결제 순서대로 다시 계산해야 하는데 ({reason}) 결제가 {payments:,}건으로 한 번에 계산할 수"
        f" 있는 {most:,}건보다 많습니다. 기간을 줄이세요.",
        f"These rules must be played in the order in which payments were decided ({reason}), and"
        f" {payments:,} payments are more than the {most:,} that fit. Choose fewer months.",
    )


def begins_late(key: str, month: int) -> CannotSimulateError:
    """A rule counts from its beginning, which lies before the period."""
    return CannotSimulateError(
        "begins_late",
        f"{key} 규칙은 시작부터 회원별로 세어야 합니다. 기간을 {_ko(month)}부터로 고르세요.",
        f"{key} counts for each member from its beginning. Let the period begin with {_en(month)}.",
    )


def lines_too_small(lines: Iterable[str]) -> list[Warned]:
    """Lines whose money would not have been enough for what is told."""
    named = ", ".join(lines)
    if not named:
        return []
    return [
        Warned(
            code="line_too_small",
            korean=f"예산 과목 {named}의 돈이 모자랐을 수 있습니다. 여기 값은 모자라지 않았다고"
            " 보고 계산한 것입니다.",
            english=f"The money of {named} may not have been enough. These figures are what would"
            " have been given had it been.",
        )
    ]


def kinds_left_out(documents: Iterable[RuleDocument]) -> list[Warned]:
    """Rules that give for something other than a payment, which stay as they happened."""
    keys = sorted({one.key for one in documents if KINDS[one.kind].moment not in _PLAYED})
    if not keys:
        return []
    named = ", ".join(keys[:5]) + (" …" if len(keys) > 5 else "")
    return [
        Warned(
            code="kinds_left_out",
            korean=f"결제가 아닌 것에 주는 규칙은 계산에 넣지 않았습니다: {named}.",
            english=f"Rules that give for something other than a payment are left out: {named}.",
        )
    ]


def differs_from_journal(history: History, before: Outcome) -> list[Warned]:
    """Where the rules that were in force, as they are played, do not give what the journal says.

    That is so where a budget line ran out or a shop's or member's facts have changed since; the
    reader must know how far off it is. Months of which not all rules are played are not compared.
    """
    off = []
    for month, won in zip(before.months, before.won_by_rule, strict=True):
        entry = history.manifest.entry(month)
        assert entry is not None, "a month that was played is in the history"
        booked = {int(rule_id): given for rule_id, given in entry.given_won.items()}
        if not set(booked) <= set(won):
            return []
        difference = sum(won.values()) - sum(booked.values())
        if any(won.get(rule_id, 0) != booked.get(rule_id, 0) for rule_id in {*won, *booked}):
            off.append((month, difference))
    if not off:
        return []
    total = sum(difference for _, difference in off)
    first, last = off[0][0], off[-1][0]
    return [
        Warned(
            code="differs_from_journal",
            korean=f"당시 규칙으로 다시 계산한 값이 장부와 {total:+,}원 다릅니다"
            f" ({_ko(first)}~{_ko(last)}). 예산이 바닥났거나 가맹점·회원 정보가 그 뒤 바뀌었을 수"
            " 있습니다.",
            english=f"Under the rules that were in force this gives {total:+,} won more than the"
            f" journal ({_en(first)} to {_en(last)}): a budget line may have run out, or facts of"
            " shops or members have changed since.",
        )
    ]


def _ko(month: int) -> str:
    return f"{month // 100}년 {month % 100}월"


def _en(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"
