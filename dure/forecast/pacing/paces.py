"""Pacing of the live city: every line's plan, burn, band and what would bring it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from psycopg import Connection

from dure.budget.lines import Line
from dure.forecast.city.standing import documents_now
from dure.forecast.demand.answer import CALENDAR
from dure.forecast.demand.days import PRIOR_MEAN as USUAL_CALENDAR
from dure.forecast.demand.days import calendar_columns, day_of_number
from dure.forecast.demand.demand import Demand
from dure.forecast.pacing.judged import AHEAD, Judged, judged, sentences
from dure.forecast.pacing.planned import EVEN_WEIGHT, LineBurn, band, planned
from dure.forecast.pacing.reading import burns, count_days
from dure.forecast.pacing.steering import Outlook, steps_for
from dure.forecast.projection.lines import LineStanding
from dure.forecast.results import Pace, Paces, Warned
from dure.kernel.calendar import day_number_of
from dure.policy.document import RuleDocument

AHEAD_OF_BAND: Final = "ahead_of_band"
ENDS_BEFORE_PLAN: Final = "ends_before_plan"


def paces(
    connection: Connection[Any],
    at_us: int,
    demand: Demand | None = None,
    *,
    lines: Sequence[LineStanding] = (),
    documents: Sequence[RuleDocument] | None = None,
) -> Paces:
    """How every line of the city's year burns at an instant of the city, as days were over then.

    With `demand` plans follow its season and rates are tried through the projection, for which
    `lines` are needed too; without it plans follow the usual season. `documents` are the rules as
    they hold; read from the rulebook where not given. Counts days into `line_day` on the way.
    """
    count_days(connection, at_us)
    held = documents_now(connection) if documents is None else documents
    today = day_number_of(at_us)
    outlook = Outlook(demand, lines, today) if demand is not None and lines else None
    told, warned = [], []
    for line, burn in burns(connection, at_us):
        weights = day_weights(burn, demand)
        pace, found = pace_of(line, burn, weights, held, at_us, outlook)
        told.append(pace)
        warned += alarms_of(line, burn, found)
    return Paces(as_of_us=at_us, lines=told, warnings=warned)


def day_weights(burn: LineBurn, demand: Demand | None) -> list[int]:
    """How much each day of the year is spent on against the mean, as whole numbers."""
    days = np.array(burn.days, dtype=np.int64)
    mean = USUAL_CALENDAR if demand is None else demand.best.belief.mean[CALENDAR]
    heights = np.exp(calendar_columns(days) @ mean)
    return [max(1, round(EVEN_WEIGHT * float(one))) for one in heights / heights.mean()]


def pace_of(
    line: Line,
    burn: LineBurn,
    weights: Sequence[int],
    documents: Sequence[RuleDocument],
    at_us: int,
    outlook: Outlook | None = None,
) -> tuple[Pace, Judged]:
    """One line's pace, and how it was judged; pure but for the projection."""
    plan = planned(burn, weights)
    low, high = band(burn, plan)
    found = judged(burn, plan, low, high, weights)
    korean, english = sentences(burn, plan, found)
    pace = Pace(
        line_id=line.line_id,
        code=line.code,
        name_ko=line.name_ko,
        name_en=line.name_en,
        days=[day_of_number(day).isoformat() for day in burn.days],
        planned=plan,
        band_low=low,
        band_high=high,
        actual=burn.actual,
        state=found.state,
        steps=steps_for(burn, line.code, found, documents, at_us, weights, outlook),
        sentence_ko=korean,
        sentence_en=english,
    )
    return pace, found


def alarms_of(line: Line, burn: LineBurn, found: Judged) -> list[Warned]:
    """What of a line must be seen: spent ahead of the band, or ending before the planned day."""
    alarms = []
    if found.state == AHEAD:
        alarms.append(
            Warned(
                code=AHEAD_OF_BAND,
                korean=f"{line.name_ko}: 허용 범위보다 빠르게 쓰고 있습니다. "
                "예고된 단계나 제안된 요율을 확인하세요.",
                english=f"{line.name_en}: it spends faster than the band allows; look at the "
                "announced steps or the rates proposed.",
            )
        )
    if found.ends_day is not None and found.ends_day < burn.last_day:
        day: date = day_of_number(found.ends_day)
        end = day_of_number(burn.last_day)
        alarms.append(
            Warned(
                code=ENDS_BEFORE_PLAN,
                korean=f"{line.name_ko}: 최근 속도로는 {end} 전인 {day}에 다 쓰게 됩니다. "
                "요율을 낮추거나 돈을 더 배정하세요.",
                english=f"{line.name_en}: at its recent pace the money ends on {day}, before "
                f"{end}; lower the rate or bring more money.",
            )
        )
    return alarms
