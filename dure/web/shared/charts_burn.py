"""The pace of a budget line: planned burn, the band that is allowed, and what was spent."""

from __future__ import annotations

from dure.forecast.results import Pace
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
from dure.web.shared.charts_time import Band, Series, time_chart
from dure.web.shared.language import Language


def burn_face(pace: Pace, language: Language, ident: str) -> TimeFace:
    """Planned against actual burn with the allowed band."""
    first = pace.days[0] if pace.days else ""
    series = [Series("planned", first, pace.planned), Series("actual", first, pace.actual)]
    bands = [Band("band-pace", first, pace.band_low, pace.band_high)]
    over = len(pace.actual)
    today = pace.days[min(over, len(pace.days)) - 1] if over and pace.days else None
    chart = time_chart(Days(tuple(pace.days)), series, bands, today=today)
    return TimeFace(
        ident=ident,
        title=language.choose(f"{pace.name_ko} 집행 속도", f"{pace.name_en}, pace"),
        said=language.choose(pace.sentence_ko, pace.sentence_en),
        chart=chart,
        months=month_labels(chart, language),
        heights=height_labels(chart.heights, language),
        today=label_at(chart.today, language.choose("지금", "now")),
        run_out=None,
        keys=keys_of(["actual", "planned", "band-pace"], language),
        table=_burn_table(pace, language),
    )


def _burn_table(pace: Pace, language: Language) -> Table:
    heads = language.choose("날짜|계획|허용 범위|집행", "Day|Planned|Allowed|Actual")
    rows = []
    over = len(pace.actual)
    for place, day in enumerate(pace.days):
        is_last = place + 1 == len(pace.days)
        if not is_last and place + 1 != over and not pace.days[place + 1].endswith("-01"):
            continue
        low, high = (short_won(one[place], language) for one in (pace.band_low, pace.band_high))
        actual = short_won(pace.actual[place], language) if place < over else "–"
        planned = short_won(pace.planned[place], language)
        rows.append((day_label(day, language), planned, f"{low} ~ {high}", actual))
    return Table(tuple(heads.split("|")), tuple(rows))
