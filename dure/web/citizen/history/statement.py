"""The yearly statement for the income deduction, as a page and on paper."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_safe

from dure.kernel.calendar import month_of
from dure.people.fields import installed_sealer
from dure.people.members import get_member
from dure.wallets.months import months_of
from dure.wallets.statement import Statement, statement_of, years_of
from dure.web.citizen.history.statement_face import statement_blocks, statement_face
from dure.web.citizen.history.views import MONTHS_MAX
from dure.web.citizen.history.words import STATEMENT_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.paper import FontMissingError, paper
from dure.web.shared.store import database


@require_safe
@member_page
def newest_statement(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The statement of the year that runs."""
    return _page(request, visitor, month_of(now_us()) // 100)


@require_safe
@member_page
def statement(request: HttpRequest, visitor: Visitor, year: int) -> HttpResponseBase:
    """The statement of a year."""
    return _page(request, visitor, year)


@require_safe
@member_page
def statement_paper(request: HttpRequest, visitor: Visitor, year: int) -> HttpResponseBase:
    """The statement of a year as a PDF file."""
    language = language_of_page(request)
    found = _statement(visitor, year)
    name = get_member(database(), installed_sealer(), visitor.member_id).name
    title = _title(year, language)
    try:
        body = paper(
            title,
            statement_face(found, language).so_far,
            statement_blocks(found, name, language),
            at_us=found.until_us,
            language=language,
        )
    except FontMissingError:
        messages.error(request, language.choose(*STATEMENT_WORDS["pdf_missing"]))
        return HttpResponseRedirect(f"{app_root(request)}/statement/{year}")
    answer = HttpResponse(body, content_type="application/pdf")
    file = quote(f"{title}.pdf", safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(request: HttpRequest, visitor: Visitor, year: int) -> HttpResponseBase:
    language = language_of_page(request)
    found = _statement(visitor, year)
    this_month = month_of(now_us())
    first = [one.month for one in months_of(database(), visitor.member_id, count=MONTHS_MAX)][-1:]
    values = {
        "face": statement_face(found, language),
        "year": year,
        "years": [one for one in years_of((first or [this_month])[0], this_month) if one != year],
    }
    return app_answer(
        request, visitor, "citizen/history/statement.html", values, words=STATEMENT_WORDS,
        title=_title(year, language),
    )  # fmt: skip


def _statement(visitor: Visitor, year: int) -> Statement:
    """The member's statement; Http404 for a year that has not come or before there was a city."""
    at_us = now_us()
    if not _FIRST_YEAR <= year <= month_of(at_us) // 100:
        raise Http404
    return statement_of(database(), visitor.member_id, year, at_us=at_us)


def _title(year: int, language: Language) -> str:
    word = language.choose(*STATEMENT_WORDS["statement"])
    return language.choose(f"{year}년 {word}", f"{word} {year}")


_FIRST_YEAR = 2018
