"""Simulations and what-ifs: asked for, watched, stopped, read, and recorded for approval."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from dure.forecast import work
from dure.forecast.work import State, Work
from dure.rulebook import workflow
from dure.web.console.export.sheets import wants_sheet
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.steps import signed_step
from dure.web.console.shell.words import told
from dure.web.console.workshop import addresses
from dure.web.console.workshop.comparison_faces import compared_values
from dure.web.console.workshop.drafts import (
    are_of_different_rules,
    choices,
    drafts_asked,
    read_drafts,
)
from dure.web.console.workshop.form import clean
from dure.web.console.workshop.months import after, months_there, read_months
from dure.web.console.workshop.reading import Room, room_of
from dure.web.console.workshop.sheets import result_sheet
from dure.web.console.workshop.simulation_faces import simulated_values
from dure.web.console.workshop.versions import missing
from dure.web.console.workshop.what_if_faces import forecast_values
from dure.web.console.workshop.words_trying import TRYING_WORDS

_NAME_CHARACTERS_MAX = 80
_STATES = {
    State.WAITING: "work_waiting",
    State.RUNNING: "work_running",
    State.DONE: "work_done",
    State.FAILED: "work_failed",
    State.CANCELLED: "work_cancelled",
}
_TITLES = {"simulation": "try_title", "forecast": "what_if_title", "comparison": "compare_title"}
_RESULTS: dict[str, tuple[str, Callable[[HttpRequest, Room, Work], dict[str, object]]]] = {
    "simulation": ("console/workshop/simulated.html", simulated_values),
    "forecast": ("console/workshop/what_if.html", forecast_values),
    "comparison": ("console/workshop/compared.html", compared_values),
}


@require_http_methods(["GET", "HEAD", "POST"])
@console_page()
def ask(request: HttpRequest) -> HttpResponse:
    """Which drafts, which months, how exactly; with POST the work is put on the list."""
    room = room_of(request)
    if request.method == "POST":
        return _asked(request, room)
    return _asking(request, room)


def _asking(request: HttpRequest, room: Room, *, status: int = 200) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    months, is_known = months_there(room)
    from_month, until_month = read_months(sent.get("from", ""), sent.get("until", ""), months)
    values = {
        "drafts": choices(room, read_drafts(room, sent.getlist("draft"))),
        "months": months,
        "from_month": from_month,
        "until_month": until_month,
        "is_known": is_known,
        "preview": sent.get("how") == "preview",
        "rules_address": addresses.rules(request),
    }
    title = _word(room, "try_title")
    return console_answer(
        request,
        "console/workshop/try_out.html",
        values,
        words=TRYING_WORDS,
        title=title,
        status=status,
    )


def _asked(request: HttpRequest, room: Room) -> HttpResponse:
    drafts = read_drafts(room, request.POST.getlist("draft"))
    if not drafts:
        messages.error(request, _word(room, "try_draft_fault"))
        return _asking(request, room, status=422)
    by = official_of(request).id
    if request.POST.get("do") == "forecast":
        texts = sorted(draft.sha256 for draft in drafts)
        number = work.ask(room.city, "forecast", {"document_sha256s": texts}, by)
        return HttpResponseRedirect(addresses.trial(request, number))
    if not are_of_different_rules(drafts):
        messages.error(request, _word(room, "try_twice_fault"))
        return _asking(request, room, status=422)
    months, _ = months_there(room)
    from_month, until_month = read_months(
        request.POST.get("from", ""), request.POST.get("until", ""), months
    )
    if until_month < from_month:
        messages.error(request, _word(room, "try_months_fault"))
        return _asking(request, room, status=422)
    asked = {
        "drafts": [draft.asked for draft in drafts],
        "from_month": from_month,
        "until_month": after(until_month),
        "preview": request.POST.get("how") == "preview",
    }
    return HttpResponseRedirect(
        addresses.trial(request, work.ask(room.city, "simulation", asked, by))
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console_page()
def trial(request: HttpRequest, work_id: int) -> HttpResponse:
    """How far the work is, and what it gave; with POST it is stopped, or its result recorded."""
    room = room_of(request)
    found = work.look(room.city, work_id)
    if found is None or found.kind not in _RESULTS:
        messages.error(request, _word(room, "try_missing"))
        return missing(request, room.language)
    if request.method == "POST":
        return _acted(request, room, found)
    title = _word(room, _TITLES[found.kind])
    values = {
        **_work_values(request, room, found),
        "rules_address": addresses.rules(request),
        "as_sheet": f"{addresses.trial(request, work_id)}?as=xlsx",
    }
    template = "console/workshop/trial.html"
    if found.state is State.DONE and found.result is not None:
        if wants_sheet(request):
            return result_sheet(request, room, found, title)
        template, make = _RESULTS[found.kind]
        values |= make(request, room, found)
    return console_answer(request, template, values, words=TRYING_WORDS, title=title)


@require_safe
@console_page()
def progress(request: HttpRequest, work_id: int) -> HttpResponse:
    """The part of the page that moves; the header X-Work-Over says whether it has ended."""
    room = room_of(request)
    found = work.look(room.city, work_id)
    if found is None:
        return HttpResponse(status=404)
    values = {
        **_work_values(request, room, found),
        "words": told(TRYING_WORDS, room.language),
    }
    response = render(request, "console/workshop/progress.html", values)
    response.headers["X-Work-Over"] = "1" if found.is_over else "0"
    return response


def _work_values(request: HttpRequest, room: Room, found: Work) -> dict[str, object]:
    choose = room.language.choose
    officials = room.log.book.officials
    by = found.asked_by
    return {
        "work": found,
        "state": _word(room, "work_stopping" if found.is_stopping else _STATES[found.state]),
        "stage": choose(found.stage_ko, found.stage_en),
        "error": choose(found.error_ko, found.error_en),
        "outdated": choose(found.outdated_ko, found.outdated_en) if found.outdated else "",
        "percent": found.progress // 100,
        "asked_by": officials[by].name if by in officials else by,
        "own_address": addresses.trial(request, found.work_id),
    }


def _acted(request: HttpRequest, room: Room, found: Work) -> HttpResponse:
    """Stops the work, runs it again, or records its result."""
    do = request.POST.get("do", "")
    by = official_of(request).id
    number = found.work_id
    if do == "cancel" and not work.cancel(room.city, found.work_id, by):
        messages.info(request, _word(room, "work_over_already"))
    elif do == "again":
        number = work.ask(room.city, found.kind, found.asked, by)
    elif do == "record":
        return _recorded(request, room, found)
    return HttpResponseRedirect(addresses.trial(request, number))


def _recorded(request: HttpRequest, room: Room, found: Work) -> HttpResponse:
    here = HttpResponseRedirect(addresses.trial(request, found.work_id))
    sha256, drafts = found.result_sha256, drafts_asked(found.asked)
    refusal = ""
    if found.outdated or sha256 is None:
        refusal = "record_outdated"
    elif found.asked.get("preview"):
        refusal = "record_preview"
    asked = request.POST.get("draft", "")
    draft = next((one for one in drafts if one.named == asked), None)
    life = room.lives.get(draft.key) if draft else None
    if draft is None or life is None or life.sha256 != draft.sha256:
        refusal = refusal or "record_first"
    if refusal or draft is None or sha256 is None:
        messages.error(request, _word(room, refusal))
        return here
    rule, version, result = draft.rule, draft.version, sha256
    name = clean(request.POST.get("name", ""))[:_NAME_CHARACTERS_MAX]
    entry = signed_step(
        request,
        lambda c, who: workflow.record_simulation(
            c, who, rule, version, name=name, result_sha256=result, made_at_us=found.started_at_us
        ),
    )
    if entry is None:
        return here
    messages.success(request, _word(room, "record_done"))
    return HttpResponseRedirect(addresses.version(request, rule, version))


def _word(room: Room, name: str) -> str:
    return room.language.choose(*TRYING_WORDS[name])
