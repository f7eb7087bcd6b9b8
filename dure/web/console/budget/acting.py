"""Acting on the budget from a page: once for each form, with the engine there, refusals told."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.authorization.reasons import DeclineReason
from dure.budget.lines import COMMITMENT, Line, all_lines, get_line
from dure.budget.office import Office
from dure.budget.officials import may_act
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError
from dure.engine.client import EngineGone
from dure.rulebook.officials import Role
from dure.web.console.budget.acts import Act, acts_on, asking_key
from dure.web.console.budget.fields import FieldFace, face_of, read_all
from dure.web.console.budget.words import BUDGET_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.console.shell.officials import ConsoleOfficial
from dure.web.health import engine_answers
from dure.web.shared.engine import engine
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

OFFICERS = frozenset({Role.BUDGET_OFFICER, Role.DISTRICT_OFFICER})
_FORBIDDEN = frozenset({BudgetRefusal.ROLE_MISSING, BudgetRefusal.OTHER_DISTRICT})


def office_of(request: HttpRequest) -> Office:
    """Our connection, the engine and the city's time, for one request."""
    return Office(database(), engine().ask, lambda: city_time(request))


def line_or_404(code: str) -> Line:
    """The line with this code. Raises Http404."""
    try:
        return get_line(database(), code)
    except BudgetRefusedError as unknown:
        raise Http404(str(unknown)) from unknown


def may_act_on(official: ConsoleOfficial, *lines: Line) -> bool:
    """Whether the official may act on all of the lines."""
    return all(may_act(official.for_budget(line.district), line) for line in lines)


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(needs=OFFICERS, acts=OFFICERS)
def act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """The form of an act on a line, and doing it."""
    language = language_of_page(request)
    line = line_or_404(code)
    chosen = next((one for one in acts_on(line) if one.name == name), None)
    if chosen is None:
        raise Http404(f"no act {name} on {code}")
    chosen = _with_lines(chosen, line)
    if not may_act_on(official_of(request), line):
        refused = BudgetRefusedError(
            BudgetRefusal.OTHER_DISTRICT, official=official_of(request).name, code=code
        )
        return _form(request, line, chosen, said=language.choose(refused.korean, refused.english),
                     status=403)  # fmt: skip
    if request.method != "POST":
        return _form(request, line, chosen)
    values, faces = read_all(chosen.fields, request.POST.dict(), language)
    if any(face.fault for face in faces):
        return _form(request, line, chosen, faces, status=422)
    who = official_of(request)
    form_key = request.POST.get("key", "")[:64]
    key = asking_key(who.id, name, code, form_key, values)
    office, official = office_of(request), who.for_budget(line.district)

    def show(said: str, status: int) -> HttpResponse:
        return _form(request, line, chosen, faces, said=said, status=status)

    return carried_out(
        request,
        lambda: chosen.run(office, official, line, values, key),
        f"{console_root(request)}/budget/lines/{code}",
        show,
    )


def carried_out(
    request: HttpRequest,
    run: Callable[[], tuple[str, str]],
    address: str,
    show: Callable[[str, int], HttpResponse],
) -> HttpResponse:
    """Does an act and goes on to `address` with what was done, or shows why it was not.

    Without an engine nothing is begun. Where the engine goes away in between, what was asked for
    is written down and carried out by the worker, and the reader is told so.
    """
    language = language_of_page(request)
    if not engine_answers():
        return show(language.choose(*BUDGET_WORDS["engine_away"]), 503)
    try:
        done = run()
    except BudgetRefusedError as refused:
        status = 403 if refused.refusal in _FORBIDDEN else 409
        return show(refusal_told(refused, language), status)
    except EngineGone:
        messages.warning(request, language.choose(*BUDGET_WORDS["engine_gone"]))
        return HttpResponseRedirect(address)
    messages.success(request, language.choose(*done))
    return HttpResponseRedirect(address)


def refusal_told(refused: BudgetRefusedError, language: Language) -> str:
    """Why it was refused and what to do, in the reader's language."""
    if refused.refusal is BudgetRefusal.ENGINE_REFUSED:
        name = str(refused.params.get("reason", ""))
        if name in DeclineReason.__members__:
            sentence = sentence_or_number(DeclineReason[name], language)
            return f"{sentence.happened} {sentence.remedy}"
    return language.choose(refused.korean, refused.english)


def _with_lines(chosen: Act, line: Line) -> Act:
    """The act with the lines to choose from, where it asks for one: those of its year and payer."""
    fields = tuple(
        replace(field, choices=_choices(line)) if field.name == "to" else field
        for field in chosen.fields
    )
    return replace(chosen, fields=fields)


def _choices(line: Line) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (one.code, one.name_ko, one.name_en)
        for one in all_lines(database())
        if one.line_id != line.line_id
        and one.role != COMMITMENT
        and (one.fiscal_year, one.payer, one.district)
        == (line.fiscal_year, line.payer, line.district)
    )


def _form(
    request: HttpRequest,
    line: Line,
    chosen: Act,
    faces: list[FieldFace] | None = None,
    *,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    language = language_of_page(request)
    shown = faces or [face_of(field, {}, language) for field in chosen.fields]
    title = language.choose(*chosen.title)
    values = {
        "line": line,
        "line_name": language.choose(line.name_ko, line.name_en),
        "lead": language.choose(*chosen.lead),
        "button": language.choose(*chosen.button),
        "fields": shown,
        "key": request.POST.get("key", "")[:64] or secrets.token_hex(16),
        "said": said,
        "is_closed": status == 403,
    }
    return console_answer(
        request, "console/budget/act.html", values, words=BUDGET_WORDS, title=title, status=status
    )
