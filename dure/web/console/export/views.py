"""Decisions as papers to keep: PDF with the evidence behind them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.budget.refusals import BudgetRefusedError
from dure.budget.transferring import get_transfer
from dure.rulebook.steps import version_key
from dure.web.console.export.budget_evidence import appropriation_paper, transfer_paper
from dure.web.console.export.rule_evidence import rule_paper
from dure.web.console.shell.access import console_page
from dure.web.console.shell.rulebook import LOG
from dure.web.shared.language import language_of_page
from dure.web.shared.paper import FontMissingError
from dure.web.shared.store import database


@require_safe
@console_page()
def rule_evidence(request: HttpRequest, rule: str, number: int) -> HttpResponse:
    """A version of a rule."""
    connection, language = database(), language_of_page(request)
    read = LOG.read(connection)
    life = read.book.lives.get(version_key(rule, number))
    if life is None:
        raise Http404(f"there is no {rule}@{number}")
    return _paper(request, f"{rule}-{number}", lambda: rule_paper(connection, read, life, language))


@require_safe
@console_page()
def transfer_evidence(request: HttpRequest, number: int) -> HttpResponse:
    """A transfer between budget lines."""
    connection, language = database(), language_of_page(request)
    try:
        transfer = get_transfer(connection, number)
    except BudgetRefusedError as unknown:
        raise Http404(str(unknown)) from unknown
    book = LOG.read(connection).book
    return _paper(request, f"transfer-{number}", lambda: transfer_paper(transfer, book, language))


@require_safe
@console_page()
def appropriation_evidence(request: HttpRequest, number: int) -> HttpResponse:
    """What a document of the council gave to a line, or took."""
    connection, language = database(), language_of_page(request)
    book = LOG.read(connection).book
    return _paper(
        request,
        f"appropriation-{number}",
        lambda: appropriation_paper(connection, number, book, language),
    )


def _paper(request: HttpRequest, name: str, make: Callable[[], bytes | None]) -> HttpResponse:
    try:
        body = make()
    except FontMissingError as missing:
        text = language_of_page(request).choose(missing.korean, missing.english)
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    if body is None:
        raise Http404(name)
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name, safe='')}.pdf"
    return answer
