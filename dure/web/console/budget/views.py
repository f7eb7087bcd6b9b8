"""The budget's pages to look at: the tree at any date, and a line in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import psycopg
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.budget import reports
from dure.budget.appropriating import appropriations_of
from dure.budget.committing import all_commitments
from dure.budget.lines import COMMITMENT, Line, all_lines
from dure.budget.releasing import Release, releases_of
from dure.budget.transferring import Step, all_transfers
from dure.budget.tree import Branch, sums_of_year
from dure.kernel.calendar import day_of, start_of_day_us
from dure.web.console.budget.acting import (
    line_or_404,
    may_act_on,
)
from dure.web.console.budget.acts import acts_on
from dure.web.console.budget.line_face import (
    commitment_rows,
    given_rows,
    matching_face,
    release_rows,
    transfer_row,
)
from dure.web.console.budget.sheets import (
    appropriations_sheet,
    commitments_sheet,
    releases_sheet,
    tree_sheet,
)
from dure.web.console.budget.tree_face import rows_below, rows_of, sums_face, sums_of
from dure.web.console.budget.words import BUDGET_WORDS, LEVELS
from dure.web.console.export.sheets import wants_sheet
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

WAITING: Final = (Step.ASKED, Step.APPROVED)
PATIENCE_MS: Final = 5_000
"""A past day is added up from the journal; a page waits no longer for it."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """Of which day a page tells: `at_us` is its end, None for now; `said` what is wrong with it."""

    day: str
    at_us: int | None
    said: str = ""


@require_safe
@console_page()
def tree(request: HttpRequest) -> HttpResponse:
    """Every line of a year with its sums."""
    language = language_of_page(request)
    asked = _as_of(request, language)
    tops, asked = _tops(asked, language)
    years = reports.years_of(tops, None)
    year = _year(request, years)
    if wants_sheet(request):
        return tree_sheet(request, tops, year, asked.at_us)
    opened = request.GET.get("open", "")
    rows = rows_of(tops, year, language, _releases(request, tops, opened), _planned())
    values = {
        "years": [(one, one == year) for one in years],
        "year": year,
        "asked": asked,
        "rows": rows,
        "opened": opened,
        "total": sums_face(sums_of_year(tops, year), language) if rows else None,
        "waiting": sum(one.step in WAITING for one in all_transfers(database())),
    }
    title = language.choose(*BUDGET_WORDS["budget_title"])
    return console_answer(
        request, "console/budget/tree.html", values, words=BUDGET_WORDS, title=title
    )


def _as_of(request: HttpRequest, language: Language) -> AsOf:
    written = request.GET.get("at", "").strip()
    if not written:
        return AsOf("", None)
    try:
        day = date.fromisoformat(written)
        end_us = start_of_day_us(day + timedelta(days=1))
    except (ValueError, OverflowError):
        return AsOf("", None, language.choose(*BUDGET_WORDS["date_fault"]))
    if end_us > city_time(request):
        return AsOf(written, None)
    return AsOf(written, end_us)


def _tops(asked: AsOf, language: Language) -> tuple[list[Branch], AsOf]:
    """The tree of that day; of now where the journal up to it is too large for a page."""
    connection = database()
    if asked.at_us is None:
        return reports.tree(connection), asked
    try:
        with connection.transaction():
            connection.execute(
                "SELECT set_config('statement_timeout', %s, true)", (str(PATIENCE_MS),)
            )
            return reports.tree(connection, asked.at_us), asked
    except psycopg.errors.QueryCanceled:
        said = language.choose(*BUDGET_WORDS["too_large"])
        return reports.tree(connection), AsOf("", None, said)


def _year(request: HttpRequest, years: list[int]) -> int:
    """The year that is asked for, else the city's own, else the last there is."""
    written = request.GET.get("year", "")
    now = day_of(city_time(request)).year
    for wanted in (int(written) if written.isdecimal() and len(written) == 4 else 0, now):
        if wanted in years:
            return wanted
    return years[-1] if years else now


def _releases(request: HttpRequest, tops: list[Branch], opened: str) -> dict[int, list[Release]]:
    """The releases of the line whose months are asked for."""
    return {
        branch.line.line_id: releases_of(database(), branch.line, city_time(request))
        for top in tops
        for _, branch in top.walk()
        if opened and branch.line.code == opened
    }


def _planned() -> frozenset[int]:
    """The numbers of the lines that have releases."""
    rows = database().execute("SELECT DISTINCT line_id FROM budget_release")
    return frozenset(line_id for (line_id,) in rows)


@require_safe
@console_page()
def line(request: HttpRequest, code: str) -> HttpResponse:
    """A line in full."""
    language = language_of_page(request)
    shown = line_or_404(code)
    asked = _as_of(request, language)
    tops, asked = _tops(asked, language)
    branch = reports.find_branch(tops, code)
    connection, now_us = database(), asked.at_us or city_time(request)
    above = _above(shown, {one.line_id: one for one in all_lines(connection)})
    matched = reports.matching_reports(connection, tops, now_us)
    if wants_sheet(request):
        return _line_sheet(request, shown, now_us)
    can_act = may_act_on(official_of(request), shown)
    codes = {code, *(below.line.code for below in branch.below if below.line.role == COMMITMENT)}
    values = {
        "line": shown,
        "name": language.choose(shown.name_ko, shown.name_en),
        "level": language.choose(*LEVELS[shown.level]),
        "releases_sheet": "?as=xlsx&table=releases",
        "commitments_sheet": "?as=xlsx&table=commitments",
        "above": [(one.code, language.choose(one.name_ko, one.name_en)) for one in above],
        "asked": asked,
        "sums": sums_face(sums_of(branch), language),
        "below": rows_below(branch, language),
        "given": given_rows(appropriations_of(connection, shown), language),
        "releases": release_rows(releases_of(connection, shown, now_us), language),
        "commitments": commitment_rows(
            [one for one in all_commitments(connection) if one.line.code in codes], language
        ),
        "transfers": [
            transfer_row(one, language)
            for one in all_transfers(connection)
            if code in (one.from_line.code, one.to_line.code)
        ],
        "matchings": [
            matching_face(matched[one.code], language)
            for one in (shown, *above)
            if one.code in matched
        ],
        "acts": [(act.name, language.choose(*act.title)) for act in acts_on(shown)]
        if can_act
        else [],
    }
    title = language.choose(shown.name_ko, shown.name_en)
    return console_answer(
        request, "console/budget/line.html", values, words=BUDGET_WORDS, title=title
    )


def _line_sheet(request: HttpRequest, shown: Line, now_us: int) -> HttpResponse:
    """One of the line's tables as a spreadsheet: its appropriations unless another is named."""
    connection, table = database(), request.GET.get("table", "")
    if table == "releases":
        return releases_sheet(request, shown.code, releases_of(connection, shown, now_us))
    if table == "commitments":
        found = [
            one
            for one in all_commitments(connection)
            if shown.line_id in (one.line.line_id, one.line.parent_id)
        ]
        return commitments_sheet(request, shown.code, found)
    return appropriations_sheet(request, shown.code, appropriations_of(connection, shown))


def _above(line: Line, lines: dict[int, Line]) -> list[Line]:
    """The lines above one, the nearest first."""
    found = []
    while line.parent_id is not None:
        line = lines[line.parent_id]
        found.append(line)
    return found
