"""What brings a line back into its band: the announced steps of a ladder, or another rate.

Where a ladder stands among the rules, its steps are what was announced, so they alone are told,
each with the day on which the line passes its level at the pace of the last four weeks. Where none
does, the rates of the first rule by brackets are tried lower (or higher), by half a percent each:
through the projection where the demand is known, so that the members' answer to the rate counts;
otherwise in proportion to the pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dure.forecast.demand.days import day_of_number
from dure.forecast.demand.demand import Demand
from dure.forecast.pacing.judged import AHEAD, BEHIND, Judged
from dure.forecast.pacing.planned import LineBurn, recent_pace
from dure.forecast.projection.lines import LineStanding
from dure.forecast.results import PlanStep
from dure.policy.document import RuleDocument
from dure.policy.kinds import KINDS
from dure.policy.kinds.bracket_cashback import Brackets
from dure.policy.kinds.kind import Moment
from dure.policy.kinds.numbers import Numbers
from dure.policy.kinds.step_down_ladder import Ladder

STEP_BP: Final = 50
RATE_MOST_BP: Final = 1_000
_FUTURES: Final = 200
_SEED: Final = 1

Scale = tuple[tuple[int, int], ...]
"""(from won, rate in basis points) of each bracket."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The demand and the money of all lines, by which rates are tried."""

    demand: Demand
    lines: Sequence[LineStanding]
    from_day: int


def steps_for(
    burn: LineBurn,
    code: str,
    found: Judged,
    documents: Sequence[RuleDocument],
    at_us: int,
    weights: Sequence[int],
    outlook: Outlook | None = None,
) -> list[PlanStep]:
    """The announced steps that are still to come, or the terms that bring the line back.

    None for a line within its band that lasts, and where no rule that draws on the line says rates.
    """
    lasts = found.ends_day is None or found.ends_day >= burn.last_day
    if found.state not in (AHEAD, BEHIND) and lasts:
        return []
    drawing = [d for d in documents if _draws(d, code, at_us)]
    ladder = next((d for d in drawing if isinstance(d.terms, Ladder)), None)
    if ladder is not None and isinstance(ladder.terms, Ladder):
        return _announced(burn, ladder.terms, weights) if ladder.terms.line == code else []
    main = next((d for d in drawing if _scale(d)), None)
    if main is None or found.factor is None:
        return []
    factor = _by_projection(main, code, documents, outlook) if outlook else None
    return _proposed(burn, _scale(main), found.factor if factor is None else factor)


def _draws(document: RuleDocument, code: str, at_us: int) -> bool:
    in_force = document.in_force and document.from_us <= at_us < document.until_us
    is_bought = KINDS[document.kind].moment is Moment.PURCHASE
    return in_force and is_bought and code in document.funding.line_names


def _announced(burn: LineBurn, ladder: Ladder, weights: Sequence[int]) -> list[PlanStep]:
    """The steps below the one that holds, each from the day on which its level is passed."""
    over = len(burn.spent)
    left: float = burn.total_won - (burn.actual[-1] if over else 0)
    pace = recent_pace(burn, weights)
    base_bp = next((s.rate_bp for s in ladder.steps if left >= s.left_from_won), 0)
    place, steps, rate_bp = over, [], base_bp
    for above, step in zip(ladder.steps, ladder.steps[1:], strict=False):
        while place < len(burn.days) and left >= above.left_from_won:
            slowed = pace * rate_bp / base_bp if base_bp else 0.0
            left -= slowed * weights[place]
            place += 1
        if left >= above.left_from_won or place >= len(burn.days):
            break
        rate_bp = step.rate_bp
        if place > over:
            steps.append(
                PlanStep(
                    from_day=day_of_number(burn.first_day + place).isoformat(),
                    brackets=[(0, step.rate_bp)],
                    cap_won=ladder.rates.month_payments_won_max,
                    left_from_won=step.left_from_won,
                )
            )
    return steps


def _scale(document: RuleDocument) -> Scale:
    """The rates of a rule with one scale for all; none for any other."""
    kind = KINDS[document.kind]
    if kind.numbers is None or isinstance(document.terms, Ladder):
        return ()
    if not isinstance(document.terms, Brackets):
        return ()
    numbers: Numbers = kind.numbers(document.terms)
    return tuple((from_won, rate_bp) for from_won, _, rate_bp in numbers.scale(0).brackets)


def _proposed(burn: LineBurn, scale: Scale, factor: float) -> list[PlanStep]:
    """The rates times the factor, in whole steps, from the first day that is not over."""
    brackets = [(from_won, _stepped(rate_bp, factor)) for from_won, rate_bp in scale]
    if brackets == list(scale):
        return []
    day = min(burn.first_day + len(burn.spent) + 1, burn.last_day)
    return [PlanStep(from_day=day_of_number(day).isoformat(), brackets=brackets, cap_won=None)]


def _stepped(rate_bp: int, factor: float) -> int:
    return max(0, min(RATE_MOST_BP, int(rate_bp * factor) // STEP_BP * STEP_BP))


def _by_projection(
    main: RuleDocument, code: str, documents: Sequence[RuleDocument], outlook: Outlook
) -> float | None:
    """The largest of the tried factors with which half of the futures last; None if none does."""
    from dure.forecast.projection import project

    line = next((one for one in outlook.lines if one.code == code), None)
    if line is None or not isinstance(main.terms, Brackets):
        return None
    first_bp = max(1, main.terms.brackets[0].rate_bp)
    low, high, best = 1, min(RATE_MOST_BP, 2 * first_bp) // STEP_BP, None
    while low <= high:
        middle = (low + high) // 2
        factor = middle * STEP_BP / first_bp
        tried = [_with_factor(d, factor) if d.key == main.key else d for d in documents]
        told = project(
            outlook.demand, tried, outlook.lines, outlook.from_day, line.planned_end_day + 1,
            _FUTURES, _SEED,
        )  # fmt: skip
        ended = told.run_out_day[line.line_id]
        if np.mean((ended >= 0) & (ended <= line.planned_end_day)) <= 0.5:
            best, low = factor, middle + 1
        else:
            high = middle - 1
    return best


def _with_factor(document: RuleDocument, factor: float) -> RuleDocument:
    assert isinstance(document.terms, Brackets), "only rates by bracket are tried"
    brackets = tuple(
        replace(one, rate_bp=_stepped(one.rate_bp, factor)) for one in document.terms.brackets
    )
    return replace(document, terms=Brackets(brackets))
