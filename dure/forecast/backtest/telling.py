"""The back-test as rows for machines and as a table for people, in both languages."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from dure.forecast.backtest.cases import LATER_GIVEN, Question
from dure.forecast.backtest.running import Answered

_EOK_WON: Final = 100_000_000
_QUESTIONS: Final = {
    Question.RUN_OUT: ("예산 소진일", "last day with money"),
    Question.TWO_MONTHS: ("변경 뒤 두 달 결제", "two months after a change"),
    Question.YEAR: ("그해 결제", "the year's payments"),
    Question.SUPPLEMENT: ("그해 필요한 추경", "the year's supplements"),
}
_WIDTHS: Final = (12, 50, 12, 12, 26, 9, 4, 0)
_VERDICT_WIDTH: Final = 96
_FAR: Final = 0.20


def row(answered: Answered) -> dict[str, Any]:
    """One row as plain values: sums in won, days as ISO dates, errors as told by `error_unit`.

    `error` is in days for a run-out and otherwise a share of what came (0.05 is 5% too high);
    `inside` and `met` are None where there is nothing to hold the prediction against.
    """
    case = answered.case
    verdict_ko, verdict_en = verdict(answered)
    return {
        "case": f"{case.question.value} {case.name}",
        "as_of": case.as_of.isoformat(),
        "question": case.question.value,
        "period": [case.start.isoformat(), case.until.isoformat()],
        "predicted": _plain(answered.predicted),
        "low90": _plain(answered.low90),
        "high90": _plain(answered.high90),
        "actual": _plain(answered.actual),
        "error": None if answered.error is None else round(answered.error, 4),
        "error_unit": "days" if case.question is Question.RUN_OUT else "share",
        "target": case.target,
        "inside": answered.inside,
        "met": answered.met,
        "payments_known_until": _plain(answered.last_known),
        "budget_won": case.budget_won,
        "verdict_ko": verdict_ko,
        "verdict_en": verdict_en,
    }


def _plain(value: int | date | None) -> int | str | None:
    return value.isoformat() if isinstance(value, date) else value


def verdict(answered: Answered) -> tuple[str, str]:
    """Whether it held, and if not, where it fails; Korean and English."""
    case = answered.case
    if answered.last_known is None:
        return (
            "실패: 그날까지 알려진 결제가 하나도 없어 예측할 수 없습니다.",
            "fails: no payment was known by that day, so nothing can be said",
        )
    if answered.actual is None:
        return (
            "비교할 실제 값이 공표되지 않았습니다.",
            "no actual figure was published to compare",
        )
    if answered.lasts:
        return (
            "실패: 미래의 절반 넘게 예산이 남는다고 보았습니다.",
            "fails: more than half of the futures keep money to the end",
        )
    if answered.met is False:
        return ("실패: 목표 오차를 넘었습니다.", "fails: the error is over the target")
    if answered.inside is False:
        if case.changes_until is None and case.question is not Question.RUN_OUT:
            return (
                "실패: 90% 구간 밖입니다. 그날 알려진 요율이 이어진다고 본 예측이며, "
                "그 뒤에 정해진 요율 변경은 알 수 없었습니다.",
                "fails: outside the 90% interval; rates known that day were taken to go on, and "
                "what was decided later could not be known",
            )
        return ("실패: 90% 구간 밖입니다.", "fails: outside the 90% interval")
    if answered.error is not None and _is_far(case.question, answered.error):
        return (
            "구간 안이지만 중앙값이 20% 넘게 벗어났습니다.",
            "inside the interval, but the median is off by more than a fifth",
        )
    return ("맞음", "holds")


def _is_far(question: Question, error: float) -> bool:
    return question is not Question.RUN_OUT and abs(error) > _FAR


def table(rows: Sequence[Answered], korean: bool) -> str:
    """A table of all cases, and below it the totals: how many held, where it fails."""
    heads = (
        ("기준일", "질문", "예측", "실제", "90% 구간", "오차", "", "판정")
        if korean
        else ("as of", "question", "predicted", "actual", "90% interval", "error", "", "verdict")
    )
    lines = [_line(heads)]
    lines.append("─" * 132)
    lines += [_line(_cells(one, korean)) for one in rows]
    scored = [one for one in rows if one.inside is not None]
    inside = sum(bool(one.inside) for one in scored)
    aimed = [one for one in rows if one.met is not None]
    met = sum(bool(one.met) for one in aimed)
    lines.append("")
    if korean:
        text = (
            f"비교할 수 있는 {len(scored)}건 가운데 {inside}건이 90% 구간 안에 있고, "
            f"목표가 있는 {len(aimed)}건 가운데 {met}건이 목표를 지켰습니다. "
            "금액은 억 원입니다. 그날까지 공표된 수치만 썼습니다."
        )
    else:
        text = (
            f"Of {len(scored)} cases that can be compared {inside} lie inside the 90% interval; of "
            f"{len(aimed)} with a target {met} met it. Sums are in 100 million won. Only figures "
            "published by the day were used."
        )
    return "\n".join([*lines, *textwrap.wrap(text, _VERDICT_WIDTH)])


def _cells(answered: Answered, korean: bool) -> tuple[str, ...]:
    case = answered.case
    question = _QUESTIONS[case.question][0 if korean else 1]
    name = case.name if case.question is not Question.TWO_MONTHS else case.start.strftime("%Y-%m")
    if LATER_GIVEN in name:
        name = name.replace(LATER_GIVEN, "").strip()
        question += " (이후 변경 반영)" if korean else ", later rates given"
    low, high = _short(answered.low90), _short(answered.high90) or "…"
    error = answered.error
    unit = ("일" if korean else " d") if case.question is Question.RUN_OUT else "%"
    scale = 1 if case.question is Question.RUN_OUT else 100
    return (
        case.as_of.isoformat(),
        f"{name} {question}" if korean else f"{name}: {question}",
        _short(answered.predicted) or ("남음" if answered.lasts and korean else "-"),
        _short(answered.actual) or "-",
        f"{low} – {high}" if low else "-",
        "-" if error is None else f"{error * scale:+.0f}{unit}",
        "" if answered.inside is None else ("○" if answered.inside else "✗"),
        verdict(answered)[0 if korean else 1],
    )


def _short(value: int | date | None) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else f"{value / _EOK_WON:,.0f}"


def _line(cells: Sequence[str]) -> str:
    parts = []
    for cell, width in zip(cells, _WIDTHS, strict=True):
        wide = sum(unicodedata.east_asian_width(c) in "WF" for c in cell) + len(cell)
        parts.append(cell + " " * max(1, width - wide) if width else cell)
    return "".join(parts).rstrip()
