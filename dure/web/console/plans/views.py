"""The wizard that finds plans: money and days, what to keep, the search, the proposals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from dure.budget.lines import SOURCE, Line, all_lines
from dure.forecast import work
from dure.forecast.results import Constraints, Plans, decode
from dure.forecast.work import State, Work
from dure.kernel.calendar import day_of
from dure.rulebook.officials import Role
from dure.rulebook.steps import Step
from dure.web.console.export.sheets import wants_sheet
from dure.web.console.foresight.drawing import drawn
from dure.web.console.foresight.reading import KeptByHash
from dure.web.console.foresight.works import begun, work_face, work_or_404
from dure.web.console.plans.constraints import (
    Money,
    default_limits,
    read_limits,
    read_money,
    told_limits,
    written_limits,
)
from dure.web.console.plans.faces import PlanFace, measures, plan_faces
from dure.web.console.plans.sheets import plans_sheet
from dure.web.console.plans.words import PLANS_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.console.shell.officials import ACTING, ConsoleOfficial
from dure.web.shared.charts_days import day_label
from dure.web.shared.charts_frontier import frontier_face
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

HISTORY_MAX: Final = 20
LIMITS_STEP: Final = "2"
_PLANS: Final[KeptByHash[Plans]] = KeptByHash(8)
_FACES: Final[KeptByHash[tuple[PlanFace, ...]]] = KeptByHash(8)


@require_safe
@console_page()
def plans(request: HttpRequest) -> HttpResponse:
    """What the wizard is for, and the plans that were looked for before."""
    language = language_of_page(request)
    official, root = official_of(request), console_root(request)
    values = {
        "works": [
            work_face(one, official, root, language)
            for one in work.listed(database(), HISTORY_MAX, "plans")
        ],
        "may_begin": bool(official.roles & ACTING),
    }
    title = language.choose(*PLANS_WORDS["plans_title"])
    return console_answer(
        request, "console/plans/plans.html", values, words=PLANS_WORDS, title=title
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(needs=ACTING)
def new(request: HttpRequest) -> HttpResponse:
    """The two steps of asking: GET shows them, POST starts the search."""
    language = language_of_page(request)
    lines = _lines(request)
    asked = request.POST if request.method == "POST" else request.GET
    first, last = _usual_days(request)
    begins_anew = "first_day" not in asked
    money = read_money(
        [line.code for line in lines if line.payer != "district"]
        if begins_anew
        else asked.getlist("line"),
        asked.get("first_day", first),
        asked.get("last_day", last),
        frozenset(line.code for line in lines),
        language,
    )
    if begins_anew or asked.get("step") != LIMITS_STEP or not money.is_sound:
        return _money_step(request, lines, money, begins_anew=begins_anew)
    if request.method != "POST":
        return _limits_step(request, money, default_limits(language, asked.dict()))
    constraints, faces = read_limits(request.POST.dict(), money, language)
    if constraints is None:
        return _limits_step(request, money, faces, status=422)
    return begun(request, "plans", msgspec.to_builtins(constraints))


def _lines(request: HttpRequest) -> list[Line]:
    """The lines of the city's year that pay by rules."""
    year = day_of(city_time(request)).year
    return [
        line for line in all_lines(database()) if line.fiscal_year == year and line.role == SOURCE
    ]


def _usual_days(request: HttpRequest) -> tuple[str, str]:
    """Tomorrow, and the year's last day."""
    today = day_of(city_time(request))
    return (today + timedelta(days=1)).isoformat(), date(today.year, 12, 31).isoformat()


def _money_step(
    request: HttpRequest, lines: list[Line], money: Money, *, begins_anew: bool
) -> HttpResponse:
    language = language_of_page(request)
    values = {
        "step": 1,
        "lines": [
            (line.code, language.choose(line.name_ko, line.name_en), line.code in money.line_codes)
            for line in lines
        ],
        "money": money,
        "shows_faults": not begins_anew,
        "limits": [
            (name, value)
            for name, value in request.GET.items()
            if name in written_limits(_nothing())
        ],
    }
    status = 200 if begins_anew or money.is_sound else 422
    return _wizard(request, values, status)


def _nothing() -> Constraints:
    return Constraints(line_codes=[], first_day="", last_day="")


def _limits_step(
    request: HttpRequest, money: Money, faces: tuple[object, ...], status: int = 200
) -> HttpResponse:
    language = language_of_page(request)
    names = {line.code: language.choose(line.name_ko, line.name_en) for line in _lines(request)}
    values = {
        "step": 2,
        "money": money,
        "line_names": [names[code] for code in money.line_codes],
        "first_day": day_label(money.first_day, language),
        "last_day": day_label(money.last_day, language),
        "limits": faces,
        "back": urlencode(
            [("line", code) for code in money.line_codes]
            + [("first_day", money.first_day), ("last_day", money.last_day)]
        ),
    }
    return _wizard(request, values, status)


def _wizard(request: HttpRequest, values: dict[str, object], status: int) -> HttpResponse:
    title = language_of_page(request).choose(*PLANS_WORDS["plans_title"])
    return console_answer(
        request, "console/plans/new.html", values, words=PLANS_WORDS, title=title, status=status
    )


@require_safe
@console_page()
def found(request: HttpRequest, number: int) -> HttpResponse:
    """The frontier and the proposals of a search that is done."""
    language = language_of_page(request)
    done = work_or_404(number)
    if done.kind != "plans" or done.state is not State.DONE:
        raise Http404(f"work {number} has found no plans")
    told = plans_of(done)
    if wants_sheet(request):
        return plans_sheet(request, number, told)
    constraints = told.constraints
    faces = _FACES.get(
        f"{done.result_sha256} {number} {language}", lambda: plan_faces(told, number, language)
    )
    names = request.GET.getlist("plan")
    chosen = [one for one in faces if one.name in names] or list(faces)
    kept = [one for one in told.proposals if one.name in {face.name for face in chosen}]
    may_draft = _may_draft(official_of(request))
    frontier = frontier_face(told, language, "frontier")
    values = {
        "number": number,
        "frontier_title": frontier.title,
        "frontier": drawn(
            request, "shared/charts/frontier.html", done.result_sha256, lambda: {"face": frontier}
        ),
        "cards": drawn(
            request,
            "console/plans/proposals.html",
            (done.result_sha256, number, may_draft),
            lambda: {"plans": faces, "may_draft": may_draft},
            PLANS_WORDS,
        ),
        "plans": faces,
        "chosen": chosen,
        "chosen_names": {face.name for face in chosen},
        "measures": measures(kept, constraints.last_day, language),
        "limits": told_limits(constraints, language),
        "first_day": day_label(constraints.first_day, language),
        "last_day": day_label(constraints.last_day, language),
        "line_names": _names(constraints, language),
        "warnings": [language.choose(one.korean, one.english) for one in told.warnings],
        "outdated": language.choose(done.outdated_ko, done.outdated_en),
        "asked_by": done.asked_by,
        "again": urlencode(_again(constraints)),
    }
    title = language.choose(f"계획 {number}", f"Plan {number}")
    return console_answer(
        request, "console/plans/found.html", values, words=PLANS_WORDS, title=title
    )


def _may_draft(official: ConsoleOfficial) -> bool:
    """Whether the official may draft rules, of the city or of a district."""
    return official.may(Step.DRAFT) or official.holds(Role.DISTRICT_OFFICER)


def plans_of(done: Work) -> Plans:
    """The proposals that a finished search gave."""
    assert done.result is not None, "a search that is done has a result"
    assert done.result_sha256 is not None, "a result has a hash"
    text = done.result
    return _PLANS.get(done.result_sha256, lambda: decode(text, Plans))


def _names(constraints: Constraints, language: Language) -> list[str]:
    lines = {line.code: line for line in all_lines(database())}
    return [
        language.choose(lines[code].name_ko, lines[code].name_en) if code in lines else code
        for code in constraints.line_codes
    ]


def _again(constraints: Constraints) -> list[tuple[str, str]]:
    """The question that opens the wizard with these constraints."""
    return [
        ("step", LIMITS_STEP),
        *(("line", code) for code in constraints.line_codes),
        ("first_day", constraints.first_day),
        ("last_day", constraints.last_day),
        *written_limits(constraints).items(),
    ]
