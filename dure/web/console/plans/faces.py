"""Proposals as cards side by side: terms by day, what they give whom, how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dure.forecast.results import LineForecast, Plan, Plans
from dure.web.console.foresight.faces import StepFace, step_faces
from dure.web.console.plans.words import PLANS_WORDS
from dure.web.shared.amounts import percent, short_won
from dure.web.shared.charts import bar_length
from dure.web.shared.charts_days import day_label
from dure.web.shared.charts_fan import fan_face, run_out_sentence, shared_height
from dure.web.shared.charts_frontier import letter_of
from dure.web.shared.charts_parts import TimeFace
from dure.web.shared.language import Language

_SURE_BP = 10_000


@dataclass(frozen=True, slots=True)
class PlanFace:
    """One proposal. `draft` is the question of the editor's address."""

    letter: str
    name: str
    title: str
    is_best: bool
    steps: tuple[StepFace, ...]
    broken: tuple[str, ...]
    said: str
    fan: TimeFace
    draft: str
    documents: tuple[str, ...]
    citizens: str
    risk: str
    left: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of one proposal with its bar of 1,000."""

    text: str
    length: int
    is_best: bool


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure of all proposals."""

    name: str
    cells: tuple[Cell, ...]


def plan_faces(plans: Plans, work_id: int, language: Language) -> tuple[PlanFace, ...]:
    """All proposals, best first, their pictures on one scale."""
    lines = [_as_line(plan, plans.constraints.last_day) for plan in plans.proposals]
    height = shared_height(lines)
    return tuple(
        PlanFace(
            letter=letter_of(place),
            name=plan.name,
            title=language.choose(plan.title_ko, plan.title_en),
            is_best=place == 0,
            steps=step_faces(plan.steps, language),
            broken=tuple(plan.broken_ko if language is Language.KOREAN else plan.broken_en),
            said=run_out_sentence(plan.run_out, plans.constraints.last_day, language),
            fan=fan_face(line, language, f"plan-{place}", height=height, is_small=True),
            draft=urlencode({"plan": work_id, "name": plan.name}),
            documents=tuple(plan.documents),
            citizens=short_won(plan.citizens_won, language),
            risk=percent(_SURE_BP - plan.lasts_bp),
            left=percent(plan.unspent_bp),
        )
        for place, (plan, line) in enumerate(zip(plans.proposals, lines, strict=True))
    )


def _as_line(plan: Plan, last_day: str) -> LineForecast:
    """A proposal as the fan of all its lines together."""
    return LineForecast(
        line_id=0,
        code="",
        name_ko=plan.title_ko,
        name_en=plan.title_en,
        payer="",
        district=None,
        fiscal_year=int(last_day[:4]),
        appropriated_won=0,
        spent_won=0,
        planned_end=last_day,
        run_out=plan.run_out,
        unspent_bp=plan.unspent_bp,
        unspent_over_5_bp=0,
        spent=plan.spent,
        appropriated=[],
    )


def measures(plans: Sequence[Plan], last_day: str, language: Language) -> tuple[MeasureRow, ...]:
    """What is compared, a row for each measure; the best of each row is marked."""

    def say(word: str) -> str:
        return language.choose(*PLANS_WORDS[word])

    def won(word: str, values: list[int]) -> MeasureRow:
        return _row(say(word), values, [short_won(one, language) for one in values], max(values))

    def share(word: str, values: list[int], *, most: bool = False) -> MeasureRow:
        best = max(values) if most else min(values)
        return _row(say(word), values, [percent(one) for one in values], best)

    if not plans:
        return ()
    ends = [one.run_out.median for one in plans]
    return (
        won("citizens", [one.citizens_won for one in plans]),
        won("shops", [one.shops_won for one in plans]),
        share("risk_of", [_SURE_BP - one.lasts_bp for one in plans]),
        share("left", [one.unspent_bp for one in plans]),
        share("effective", [one.effective_bp for one in plans], most=True),
        share("small_share", [one.small_shops_bp for one in plans], most=True),
        share("spread", [one.district_spread_bp for one in plans]),
        MeasureRow(
            say("run_out_of"),
            tuple(
                Cell(
                    day_label(end or last_day, language) if end else say("lasts_text"),
                    0,
                    is_best=False,
                )
                for end in ends
            ),
        ),
    )


def _row(name: str, values: list[int], texts: list[str], best: int) -> MeasureRow:
    largest = max(values)
    some_differ = len(set(values)) > 1
    return MeasureRow(
        name,
        tuple(
            Cell(text, bar_length(value, largest), is_best=some_differ and value == best)
            for value, text in zip(values, texts, strict=True)
        ),
    )
