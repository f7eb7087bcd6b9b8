"""The spending of a line day by day: what was, and what the median forecast expects."""

from __future__ import annotations

from dure.forecast.results import LineForecast, Pace
from dure.web.console.foresight.faces import daily_parts
from dure.web.console.foresight.words import FORESIGHT_WORDS
from dure.web.shared.amounts import short_won
from dure.web.shared.charts_days import day_label
from dure.web.shared.charts_parts import (
    Table,
    TimeFace,
    height_labels,
    keys_of,
    label_at,
    month_labels,
)
from dure.web.shared.charts_scale import Days
from dure.web.shared.charts_time import Series, time_chart
from dure.web.shared.language import Language

ROWS_EVERY = 7
"""The table behind the picture has a row for each week."""


def daily_face(line: LineForecast, pace: Pace | None, language: Language) -> TimeFace:
    """Two curves: days that are over, and days ahead."""
    days, each, over = daily_parts(line, pace)
    series = []
    if over:
        series.append(Series("actual", days[0], each[:over]))
    if days[over:]:
        series.append(Series("median", days[over], each[over:]))
    today = days[over] if over < len(days) else None
    chart = time_chart(Days(tuple(days)), series, today=today)
    return TimeFace(
        ident="daily",
        title=language.choose(*FORESIGHT_WORDS["daily"]),
        said=language.choose(*FORESIGHT_WORDS["daily_said"]),
        chart=chart,
        months=month_labels(chart, language),
        heights=height_labels(chart.heights, language),
        today=label_at(chart.today, language.choose("지금", "now")),
        run_out=None,
        keys=keys_of([one.kind for one in series], language),
        table=_table(days, each, over, language),
    )


def _table(days: list[str], each: list[int], over: int, language: Language) -> Table:
    heads = language.choose("날짜|하루 집행", "Day|Spent")
    return Table(
        tuple(heads.split("|")),
        tuple(
            (day_label(days[place], language), short_won(each[place], language))
            for place in range(0, len(each), ROWS_EVERY)
        ),
    )
