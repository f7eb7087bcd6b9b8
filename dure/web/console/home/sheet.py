"""The budget lines of the first page as a spreadsheet: what they have, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse

from dure.forecast.results import Forecast
from dure.web.console.export.sheets import Cell, Column, Kind, spreadsheet
from dure.web.console.home.reading import CityNumbers
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.words import PAYERS

_COLUMNS = (
    (("과목", "Budget line"), Kind.TEXT),
    (("이름", "Name"), Kind.TEXT),
    (("재원", "Payer"), Kind.TEXT),
    (("편성", "Appropriated"), Kind.WON),
    (("쓴 돈", "Spent"), Kind.WON),
    (("남은 돈", "Left"), Kind.WON),
    (("1시간에 쓰는 돈", "Spent in an hour"), Kind.WON),
    (("소진일", "Runs out"), Kind.DAY),
    (("90% 빠르면", "90% as early as"), Kind.DAY),
    (("90% 늦으면", "90% as late as"), Kind.DAY),
    (("계획보다 먼저 끝날 확률", "Ends before its planned day"), Kind.RATE_BP),
)


def lines_sheet(request: HttpRequest, city: CityNumbers, told: Forecast | None) -> HttpResponse:
    """Every line of the city; without a forecast its columns are empty."""
    language = language_of_page(request)
    return spreadsheet(
        request,
        title=language.choose("예산과 소진일", "Budget and run-out"),
        columns=[Column(language.choose(*names), kind) for names, kind in _COLUMNS],
        rows=_rows(city, told, language),
        source=language.choose("원장과 마지막 전망", "the journal and the last forecast"),
        at_us=city.numbers.now_us,
    )


def _rows(city: CityNumbers, told: Forecast | None, language: Language) -> Iterator[list[Cell]]:
    ends = {line.code: line.run_out for line in told.lines} if told else {}
    for line in city.lines:
        end = ends.get(line.code)
        yield [
            line.code,
            language.choose(line.name_ko, line.name_en),
            language.choose(*PAYERS.get(line.payer, (line.payer, line.payer))),
            line.appropriated_won,
            line.spent_won,
            line.left_won,
            line.burn_won_per_hour,
            *([end.median, end.low90, end.high90, end.before_end_bp] if end else [None] * 4),
        ]
