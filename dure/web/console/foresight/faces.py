"""Forecasts and paces in the reader's words: rows sorted by risk, a line's pictures, steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from dure.forecast.results import Forecast, LineForecast, Pace, PlanStep, RunOut, Warned
from dure.web.console.foresight.words import FORESIGHT_WORDS
from dure.web.shared.amounts import percent, short_won
from dure.web.shared.charts_burn import burn_face
from dure.web.shared.charts_days import day_label, days_between
from dure.web.shared.charts_fan import fan_face, run_out_sentence
from dure.web.shared.charts_parts import Known, TimeFace
from dure.web.shared.language import Language
from dure.web.shared.words import PAYERS

MAY_BP: Final = 500
"""A line whose money ends early in more futures than this is not sure to last."""
LIKELY_BP: Final = 5_000
BADGES: Final = {"end": "alarm", "may": "gold", "left": "sky", "fine": "accent"}
PACE_BADGES: Final = {"within": "accent", "ahead": "alarm", "behind": "sky"}


@dataclass(frozen=True, slots=True)
class RiskFace:
    """One line of the list, with its small picture."""

    code: str
    name: str
    payer: str
    alarm: str
    alarm_name: str
    badge: str
    run_out: str
    interval: str
    planned_end: str
    risk: str
    unspent: str
    unspent_over: str
    spent: str
    budget: str
    said: str
    fan: TimeFace


@dataclass(frozen=True, slots=True)
class StepFace:
    """Terms from a day on, as people say them."""

    on: str
    terms: str


@dataclass(frozen=True, slots=True)
class PaceFace:
    """The pace of a line with its picture and what would bring it back."""

    code: str
    name: str
    state: str
    state_name: str
    badge: str
    said: str
    burn: TimeFace
    steps: tuple[StepFace, ...]


def alarm_of(line: LineForecast) -> str:
    """`end` (likely ends before its planned day), `may`, `left` (likely unspent) or `fine`."""
    if line.run_out.before_end_bp >= LIKELY_BP:
        return "end"
    if line.run_out.before_end_bp > MAY_BP:
        return "may"
    return "left" if line.unspent_over_5_bp >= LIKELY_BP else "fine"


def by_risk(lines: Sequence[LineForecast]) -> list[LineForecast]:
    """The line that is the most likely to end early first; then what may be left over."""
    return sorted(
        lines,
        key=lambda line: (
            -line.run_out.before_end_bp,
            line.run_out.median or "9999",
            -line.unspent_over_5_bp,
            line.code,
        ),
    )


def risk_faces(forecast: Forecast, language: Language) -> tuple[RiskFace, ...]:
    """Every line, the greatest risk first."""
    return tuple(
        risk_face(line, language, f"fan-{place}", is_small=True)
        for place, line in enumerate(by_risk(forecast.lines))
    )


def risk_face(
    line: LineForecast,
    language: Language,
    ident: str,
    *,
    pace: Pace | None = None,
    is_small: bool = False,
) -> RiskFace:
    """A line's numbers and its fan; with its pace the picture shows the year from its beginning."""
    alarm = alarm_of(line)
    is_spent = 0 < line.appropriated_won <= line.spent_won
    all_spent = language.choose(*FORESIGHT_WORDS["all_spent"])
    known = planned = None
    if pace is not None and pace.days:
        known = Known(pace.days[0], pace.actual)
        planned = Known(pace.days[0], pace.planned)
    return RiskFace(
        code=line.code,
        name=language.choose(line.name_ko, line.name_en),
        payer=language.choose(*PAYERS.get(line.payer, (line.payer, line.payer))),
        alarm=alarm,
        alarm_name=all_spent if is_spent else language.choose(*FORESIGHT_WORDS[f"alarm_{alarm}"]),
        badge=BADGES[alarm],
        run_out=all_spent if is_spent else _day_or_lasts(line.run_out.median, language),
        interval=all_spent if is_spent else interval_text(line.run_out, language),
        planned_end=day_label(line.planned_end, language),
        risk=percent(line.run_out.before_end_bp),
        unspent=percent(line.unspent_bp),
        unspent_over=percent(line.unspent_over_5_bp),
        spent=short_won(line.spent_won, language),
        budget=short_won(line.appropriated_won, language),
        said=run_out_sentence(line.run_out, line.planned_end, language),
        fan=fan_face(line, language, ident, known=known, planned=planned, is_small=is_small),
    )


def interval_text(run_out: RunOut, language: Language) -> str:
    """The 90% interval; where both ends lie beyond, that it lasts."""
    low, high = (_day_or_lasts(day, language) for day in (run_out.low90, run_out.high90))
    return low if low == high else f"{low} ~ {high}"


def _day_or_lasts(day: str | None, language: Language) -> str:
    return day_label(day, language) if day else language.choose(*FORESIGHT_WORDS["lasts"])


def pace_face(pace: Pace, language: Language, ident: str) -> PaceFace:
    """A line's pace."""
    return PaceFace(
        code=pace.code,
        name=language.choose(pace.name_ko, pace.name_en),
        state=pace.state,
        state_name=language.choose(*FORESIGHT_WORDS[f"pace_{pace.state}"]),
        badge=PACE_BADGES[pace.state],
        said=language.choose(pace.sentence_ko, pace.sentence_en),
        burn=burn_face(pace, language, ident),
        steps=step_faces(pace.steps, language),
    )


def step_faces(steps: Sequence[PlanStep], language: Language) -> tuple[StepFace, ...]:
    """Terms by their day: "3% (30만 원까지), 1% (그 위)"."""
    return tuple(
        StepFace(day_label(one.from_day, language), terms_text(one, language)) for one in steps
    )


def terms_text(step: PlanStep, language: Language) -> str:
    """Brackets and the cap of a step in one line."""
    parts = []
    for place, (_, rate_bp) in enumerate(step.brackets):
        is_last = place + 1 == len(step.brackets)
        until_won = step.cap_won if is_last else step.brackets[place + 1][0]
        if until_won is None:
            parts.append(percent(rate_bp))
            continue
        until = short_won(until_won, language)
        parts.append(
            language.choose(f"월 {until}까지 {percent(rate_bp)}", f"{percent(rate_bp)} to {until}")
        )
    return language.choose(", ", ", ").join(parts) or "0%"


def daily_parts(line: LineForecast, pace: Pace | None) -> tuple[list[str], list[int], int]:
    """Days, what was or will be spent on each (median), and how many of them are over."""
    days, values = list(line.spent.days), list(line.spent.median)
    over = 0
    if pace is not None and pace.days and days and pace.days[0] < days[0]:
        over = min(len(pace.actual), days_between(pace.days[0], days[0]))
        first = date.fromisoformat(pace.days[0])
        days = [(first + timedelta(days=place)).isoformat() for place in range(over)] + days
        values = list(pace.actual[:over]) + values
    each = [max(0, after - before) for before, after in pairwise(values)]
    return days[1:], each, max(0, over - 1)


def warnings_of(warned: Sequence[Warned], language: Language) -> tuple[str, ...]:
    """What the reader must know, in words."""
    return tuple(language.choose(one.korean, one.english) for one in warned)
