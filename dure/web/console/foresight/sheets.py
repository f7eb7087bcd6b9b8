"""Forecasts and paces as spreadsheets: every line with its dates, and every day of a line."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from dure.forecast.results import Forecast, LineForecast, Pace
from dure.web.console.export.sheets import Cell, Column, Kind, spreadsheet
from dure.web.console.foresight.faces import by_risk
from dure.web.console.foresight.words import FORESIGHT_WORDS
from dure.web.shared.language import language_of_page


def forecast_sheet(request: HttpRequest, told: Forecast) -> HttpResponse:
    """Every line, the greatest risk first; an empty day says that the money lasts."""
    language = language_of_page(request)
    names = language.choose(
        "과목|코드|예산|집행|계획한 마지막 날|소진(가운데)|50% 이르게|50% 늦게|90% 이르게|90% 늦게"
        "|먼저 끝날 확률|불용(가운데)|5% 넘게 남을 확률",
        "Line|Code|Budget|Spent|Planned last day|Runs out (median)|50% early|50% late|90% early"
        "|90% late|Chance that it ends early|Unspent (median)|Chance of over 5% unspent",
    ).split("|")
    kinds = [Kind.TEXT, Kind.TEXT, Kind.WON, Kind.WON, *[Kind.DAY] * 6, *[Kind.RATE_BP] * 3]
    rows: list[list[Cell]] = [
        [
            language.choose(one.name_ko, one.name_en), one.code, one.appropriated_won,
            one.spent_won, one.planned_end, one.run_out.median, one.run_out.low50,
            one.run_out.high50, one.run_out.low90, one.run_out.high90, one.run_out.before_end_bp,
            one.unspent_bp, one.unspent_over_5_bp,
        ]
        for one in by_risk(told.lines)
    ]  # fmt: skip
    title = language.choose(*FORESIGHT_WORDS["forecast_title"])
    columns = [Column(name, kind) for name, kind in zip(names, kinds, strict=True)]
    return spreadsheet(request, title=title, columns=columns, rows=rows, at_us=told.as_of_us)


def line_sheet(request: HttpRequest, line: LineForecast, at_us: int) -> HttpResponse:
    """Every day that was foreseen of a line, cumulative from the beginning of its year."""
    language = language_of_page(request)
    names = language.choose(
        "날짜|90% 낮게|50% 낮게|가운데|50% 높게|90% 높게|쓸 수 있는 예산",
        "Day|90% low|50% low|Median|50% high|90% high|Money there is",
    ).split("|")
    columns = [Column(names[0], Kind.DAY), *(Column(name, Kind.WON) for name in names[1:])]
    spent = line.spent
    rows = zip(
        spent.days, spent.low90, spent.low50, spent.median, spent.high50, spent.high90,
        line.appropriated, strict=False,
    )  # fmt: skip
    title = f"{line.code} {language.choose(*FORESIGHT_WORDS['forecast_title'])}"
    return spreadsheet(request, title=title, columns=columns, rows=rows, at_us=at_us)


def paces_sheet(request: HttpRequest, lines: Sequence[Pace], at_us: int) -> HttpResponse:
    """Planned and actual burn of every line by day."""
    language = language_of_page(request)
    names = language.choose(
        "과목|코드|날짜|계획|허용 낮게|허용 높게|집행", "Line|Code|Day|Planned|Low|High|Actual"
    ).split("|")
    kinds = [Kind.TEXT, Kind.TEXT, Kind.DAY, *[Kind.WON] * 4]
    rows: list[list[Cell]] = [
        [
            language.choose(one.name_ko, one.name_en), one.code, day, one.planned[place],
            one.band_low[place], one.band_high[place],
            one.actual[place] if place < len(one.actual) else None,
        ]
        for one in lines
        for place, day in enumerate(one.days)
    ]  # fmt: skip
    title = language.choose(*FORESIGHT_WORDS["pace_title"])
    columns = [Column(name, kind) for name, kind in zip(names, kinds, strict=True)]
    return spreadsheet(request, title=title, columns=columns, rows=rows, at_us=at_us)
