"""The fan of a budget line: what may be spent by when, the money there is, and where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dure.forecast.results import LineForecast, RunOut
from dure.web.shared.amounts import short_won
from dure.web.shared.charts_days import day_label, short_day_label
from dure.web.shared.charts_parts import (
    Known,
    Label,
    Table,
    TimeFace,
    height_labels,
    keys_of,
    label_at,
    month_labels,
)
from dure.web.shared.charts_scale import POINTS_MAX, Axis, Days
from dure.web.shared.charts_time import Band, Mark, Series, height_of, time_chart
from dure.web.shared.language import Language

POINTS_SMALL = 60


def fan_face(
    line: LineForecast,
    language: Language,
    ident: str,
    *,
    known: Known | None = None,
    planned: Known | None = None,
    height: Axis | None = None,
    is_small: bool = False,
) -> TimeFace:
    """The forecast of a line: bands, median, the money there is, today, and when it runs out."""
    first = line.spent.days[0] if line.spent.days else line.planned_end
    days = _days(line, known)
    series, bands = fan_parts(line, known, planned)
    kinds = [one.kind for one in series] + [band.kind for band in reversed(bands)]
    chart = time_chart(
        days, series, bands, today=first, run_out=line.run_out.median,
        run_out_bounds=_bounds(line.run_out, days), height=height,
        points=POINTS_SMALL if is_small else POINTS_MAX,
    )  # fmt: skip
    return TimeFace(
        ident=ident,
        title=language.choose(f"{line.name_ko} 집행 예측", f"{line.name_en}, spending ahead"),
        said=run_out_sentence(line.run_out, line.planned_end, language),
        chart=chart,
        months=month_labels(chart, language),
        heights=height_labels(chart.heights[-1:] if is_small else chart.heights, language),
        today=label_at(chart.today, language.choose("지금", "now") if known else ""),
        run_out=_run_out_label(chart.run_out, language),
        keys=keys_of(kinds, language),
        table=Table((), ()) if is_small else _fan_table(line, language),
        is_small=is_small,
    )


def fan_parts(
    line: LineForecast, known: Known | None = None, planned: Known | None = None
) -> tuple[list[Series], list[Band]]:
    """What a fan chart is made of, also to find a height that several charts share."""
    spent = line.spent
    first = spent.days[0] if spent.days else line.planned_end
    series = []
    if line.appropriated:
        series.append(Series("money", first, line.appropriated, is_stair=True))
    if planned is not None:
        series.append(Series("planned", planned.first_day, planned.values))
    series.append(Series("median", first, spent.median))
    if known is not None:
        series.append(Series("actual", known.first_day, known.values))
    bands = [
        Band("band90", first, spent.low90, spent.high90),
        Band("band50", first, spent.low50, spent.high50),
    ]
    return series, bands


def shared_height(lines: Sequence[LineForecast]) -> Axis:
    """One axis for charts that stand side by side."""
    parts = [fan_parts(line) for line in lines]
    return height_of(
        [one for series, _ in parts for one in series], [one for _, bands in parts for one in bands]
    )


def _days(line: LineForecast, known: Known | None) -> Days:
    """All days of the picture: those that are over, then those that are foreseen."""
    ahead = tuple(line.spent.days)
    if known is None or not ahead or known.first_day >= ahead[0]:
        return Days(ahead)
    return Days((*days_from(known.first_day, len(known.values), ahead[0]), *ahead))


def days_from(first_day: str, count: int, before: str) -> list[str]:
    """So many ISO dates from a day on, all earlier than another."""
    first = date.fromisoformat(first_day)
    found = [(first + timedelta(days=place)).isoformat() for place in range(count)]
    return [day for day in found if day < before]


def _bounds(run_out: RunOut, days: Days) -> list[tuple[str, str | None, str | None]]:
    if not days.days:
        return []
    bounds: list[tuple[str, str | None, str | None]] = []
    for kind, low, high in (
        ("span90", run_out.low90, run_out.high90),
        ("span50", run_out.low50, run_out.high50),
    ):
        if low is not None:
            bounds.append((kind, low, high))
    return bounds


def run_out_sentence(run_out: RunOut, planned_end: str, language: Language) -> str:
    """When the money ends, in one sentence, with the interval."""
    end = day_label(planned_end, language)
    if run_out.median is None and run_out.low90 is None:
        return language.choose(
            f"열에 아홉의 경우 {end}까지 남습니다.",
            f"In nine futures of ten it lasts until {end}.",
        )
    low, high = (
        None if day is None else day_label(day, language) for day in (run_out.low90, run_out.high90)
    )
    if run_out.median is None:
        return language.choose(
            f"대체로 {end}까지 남지만, 빠르면 {low}에 소진됩니다.",
            f"It most likely lasts until {end}, but may end as early as {low}.",
        )
    when = day_label(run_out.median, language)
    if high is None:
        return language.choose(
            f"{when}쯤 소진됩니다. 빠르면 {low}, 늦으면 {end}까지 남습니다.",
            f"It ends about {when}; as early as {low}, or it lasts until {end}.",
        )
    return language.choose(
        f"{when}쯤 소진됩니다(90% 구간 {low}~{high}).",
        f"It ends about {when} (90% interval: {low} to {high}).",
    )


def _fan_table(line: LineForecast, language: Language) -> Table:
    heads = language.choose(
        "날짜|90% 낮게|50% 낮게|가운데|50% 높게|90% 높게|쓸 수 있는 예산",
        "Day|90% low|50% low|Median|50% high|90% high|Money there is",
    )
    spent = line.spent
    last = len(spent.days) - 1
    rows = []
    for place, day in enumerate(spent.days):
        next_day = spent.days[place + 1] if place < last else ""
        if next_day and not next_day.endswith("-01") and day != line.run_out.median:
            continue
        values = (
            spent.low90[place], spent.low50[place], spent.median[place], spent.high50[place],
            spent.high90[place], line.appropriated[place],
        )  # fmt: skip
        rows.append((day_label(day, language), *(short_won(one, language) for one in values)))
    return Table(tuple(heads.split("|")), tuple(rows))


def _run_out_label(mark: Mark | None, language: Language) -> Label | None:
    if mark is None:
        return None
    when = short_day_label(mark.day, language)
    return Label(mark, language.choose(f"{when} 소진", f"ends {when}"))
