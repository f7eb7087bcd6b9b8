"""The forecasts' pages: all lines by risk, a line in full, the pace of all lines."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.budget.lines import get_line
from dure.budget.refusals import BudgetRefusedError
from dure.forecast import work
from dure.forecast.results import Forecast, Pace
from dure.forecast.work import State, Work
from dure.kernel.calendar import seoul
from dure.web.console.export.sheets import wants_sheet
from dure.web.console.foresight.daily import daily_face
from dure.web.console.foresight.drawing import drawn
from dure.web.console.foresight.faces import pace_face, risk_face, risk_faces, warnings_of
from dure.web.console.foresight.reading import (
    city_forecast,
    city_paces,
    forecast_of,
    foreseen,
)
from dure.web.console.foresight.sheets import forecast_sheet, line_sheet, paces_sheet
from dure.web.console.foresight.words import FORESIGHT_WORDS
from dure.web.console.foresight.works import work_face, work_or_404
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.officials import ACTING
from dure.web.shared.charts_days import day_label
from dure.web.shared.charts_months import months_face
from dure.web.shared.charts_moves import moves_face
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

WORKS_SHOWN: Final = 8


@require_safe
@console_page()
def forecast(request: HttpRequest) -> HttpResponse:
    """All lines with when they run out, the greatest risk first."""
    language = language_of_page(request)
    shown = _asked_forecast(request)
    if shown is not None and wants_sheet(request):
        return forecast_sheet(request, shown[1])
    values: dict[str, object] = {
        "works": _works(request, "forecast", language),
        "may_run": bool(official_of(request).roles & ACTING),
    }
    if shown is not None:
        found, told = shown
        values |= made_of(found, told, language)
        values |= {
            "pictures": drawn(
                request,
                "console/foresight/risks.html",
                (found.result_sha256, found.work_id),
                lambda: {
                    "lines": risk_faces(told, language),
                    "months": months_face(told.months, language, "months") if told.months else None,
                    "is_what_if": bool(found.asked),
                    "work_number": found.work_id,
                },
            ),
            "warnings": warnings_of(told.warnings, language),
            "is_what_if": bool(found.asked),
        }
    title = language.choose(*FORESIGHT_WORDS["forecast_title"])
    return console_answer(
        request, "console/foresight/forecast.html", values, words=FORESIGHT_WORDS, title=title
    )


def _asked_forecast(request: HttpRequest) -> tuple[Work, Forecast] | None:
    """The forecast of the work that is asked for, else the city's own last one."""
    number = request.GET.get("work", "")
    if not (number.isdecimal() and len(number) < 16):
        return city_forecast(database())
    found = work_or_404(int(number))
    if found.kind != "forecast" or found.state is not State.DONE:
        raise Http404(f"work {number} is no finished forecast")
    return found, forecast_of(found)


def made_of(found: Work, told: Forecast, language: Language) -> dict[str, object]:
    """When and on what a forecast was made, for its page."""
    return {
        "made_at": f"{seoul(told.as_of_us):%Y-%m-%d %H:%M}",
        "history_until": day_label(told.history_until, language),
        "futures": f"{told.futures:,}",
        "outdated": language.choose(found.outdated_ko, found.outdated_en),
        "work_number": found.work_id,
    }


def _works(request: HttpRequest, kind: str, language: Language) -> list[object]:
    """The last works of a kind that somebody asked for."""
    official, root = official_of(request), console_root(request)
    return [
        work_face(one, official, root, language)
        for one in work.listed(database(), WORKS_SHOWN, kind)
    ]


@require_safe
@console_page()
def line(request: HttpRequest, code: str) -> HttpResponse:
    """One line: its fan, its spending by day, its pace, and how the forecast has moved."""
    language = language_of_page(request)
    try:
        known = get_line(database(), code)
    except BudgetRefusedError as unknown:
        raise Http404(str(unknown)) from unknown
    shown = _asked_forecast(request)
    told = shown and next((one for one in shown[1].lines if one.line_id == known.line_id), None)
    if shown is not None and told is not None and wants_sheet(request):
        return line_sheet(request, told, shown[1].as_of_us)
    pace, pace_sha256 = _pace_of(known.line_id)
    name = language.choose(known.name_ko, known.name_en)
    values: dict[str, object] = {
        "code": code,
        "name": name,
        "pace": pace_face(pace, language, "burn") if pace else None,
        "may_run": bool(official_of(request).roles & ACTING),
    }
    if shown is not None and told is not None:
        values |= made_of(shown[0], shown[1], language)
        earlier = foreseen(database(), known.line_id)
        forecast_told, line_told = shown[1], told
        values |= {
            "line": True,
            "pictures": drawn(
                request,
                "console/foresight/line_parts.html",
                (shown[0].result_sha256, pace_sha256, len(earlier), earlier[-1:], code),
                lambda: {
                    "line": risk_face(line_told, language, "fan", pace=pace),
                    "daily": daily_face(line_told, pace, language),
                    "pace": values["pace"],
                    "moves": moves_face(earlier, line_told.planned_end, language, "moves")
                    if earlier
                    else None,
                    "months": months_face(forecast_told.months, language, "months"),
                },
            ),
            "warnings": warnings_of(shown[1].warnings, language),
            "is_what_if": bool(shown[0].asked),
        }
    return console_answer(
        request, "console/foresight/line.html", values, words=FORESIGHT_WORDS, title=name
    )


def _pace_of(line_id: int) -> tuple[Pace | None, str | None]:
    """The line's pace, and the hash of the result that tells it."""
    paces = city_paces(database())
    if paces is None:
        return None, None
    found, told = paces
    return next((one for one in told.lines if one.line_id == line_id), None), found.result_sha256


@require_safe
@console_page()
def pace(request: HttpRequest) -> HttpResponse:
    """Planned burn against actual of every line; those outside their band first."""
    language = language_of_page(request)
    shown = city_paces(database())
    if shown is not None and wants_sheet(request):
        return paces_sheet(request, shown[1].lines, shown[1].as_of_us)
    values: dict[str, object] = {
        "works": _works(request, "paces", language),
        "may_run": bool(official_of(request).roles & ACTING),
    }
    if shown is not None:
        found, told = shown
        lines = sorted(told.lines, key=lambda one: (one.state == "within", one.state, one.code))
        values |= {
            "pictures": drawn(
                request,
                "console/foresight/paces.html",
                found.result_sha256,
                lambda: {
                    "paces": [
                        pace_face(one, language, f"burn-{place}") for place, one in enumerate(lines)
                    ]
                },
            ),
            "made_at": f"{seoul(told.as_of_us):%Y-%m-%d %H:%M}",
            "outdated": language.choose(found.outdated_ko, found.outdated_en),
            "warnings": warnings_of(told.warnings, language),
        }
    title = language.choose(*FORESIGHT_WORDS["pace_title"])
    return console_answer(
        request, "console/foresight/pace.html", values, words=FORESIGHT_WORDS, title=title
    )
