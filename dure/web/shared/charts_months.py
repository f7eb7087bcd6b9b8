"""The city's payments month by month: what was, and what is expected with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.forecast.results import MonthForecast
from dure.web.shared.amounts import short_won
from dure.web.shared.charts_bars import ColumnChart, columns
from dure.web.shared.charts_days import day_label, month_label, short_month_label
from dure.web.shared.charts_parts import Label, Table, height_labels
from dure.web.shared.charts_time import Mark
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class ColumnFace:
    """Months as columns."""

    ident: str
    title: str
    said: str
    chart: ColumnChart
    names: tuple[Label, ...]
    heights: tuple[Label, ...]
    table: Table


def months_face(months: Sequence[MonthForecast], language: Language, ident: str) -> ColumnFace:
    """Payments of the city month by month: what was, and what is expected with its interval."""
    rows = [
        (one.low90_won, one.median_won, one.high90_won, False)
        if one.actual_won is None
        else (one.actual_won, one.actual_won, one.actual_won, True)
        for one in months
    ]
    chart = columns(rows)
    heads = language.choose("월|실적|예측|90% 구간", "Month|Actual|Forecast|90% interval")
    table = tuple(
        (
            _name(one, language),
            "–" if one.actual_won is None else short_won(one.actual_won, language),
            short_won(one.median_won, language),
            f"{short_won(one.low90_won, language)} ~ {short_won(one.high90_won, language)}",
        )
        for one in months
    )
    ahead = [one for one in months if one.actual_won is None]
    said = language.choose("앞으로의 결제액 예측이 없습니다.", "No month ahead is foreseen.")
    if ahead:
        name, won = _name(ahead[0], language), short_won(ahead[0].median_won, language)
        said = language.choose(
            f"{name} 결제액은 {won}으로 예측합니다.", f"{name}: {won} of payments are foreseen."
        )
    return ColumnFace(
        ident=ident,
        title=language.choose("달마다의 결제액", "Payments by month"),
        said=said,
        chart=chart,
        names=tuple(
            Label(
                Mark(column.middle, is_minor=len(months) > 8 and place % 3 != 0),
                short_month_label(one.month, language) + ("*" if one.from_day else ""),
            )
            for place, (column, one) in enumerate(zip(chart.columns, months, strict=True))
        ),
        heights=height_labels(chart.heights, language),
        table=Table(tuple(heads.split("|")), table),
    )


def _name(one: MonthForecast, language: Language) -> str:
    """The month, and from which day on where the rest of it alone is foreseen."""
    name = month_label(one.month, language)
    if one.from_day is None:
        return name
    day = day_label(one.from_day, language)
    return language.choose(f"{day}부터 {name} 말까지", f"From {day} to the end of {name}")
