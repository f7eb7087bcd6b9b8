"""Long work as its pages show it: how far it is, stopping it, and where its result is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from dure.forecast import work
from dure.forecast.work import State, Work
from dure.kernel.calendar import seoul
from dure.rulebook.officials import Role
from dure.web.console.foresight.words import FORESIGHT_WORDS, STATE_BADGES
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.officials import ConsoleOfficial
from dure.web.console.shell.words import told
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

ASKED_HERE: Final = ("forecast", "paces")
"""What these pages ask for; plans are asked for by the wizard, simulations in the workshop."""


@dataclass(frozen=True, slots=True)
class WorkFace:
    """A piece of work in the reader's words."""

    number: int
    kind: str
    kind_name: str
    state: str
    state_name: str
    badge: str
    stage: str
    progress: int
    asked_by: str
    asked_at: str
    finished_at: str
    error: str
    outdated: str
    is_over: bool
    is_done: bool
    may_cancel: bool
    address: str
    result: str


def work_face(found: Work, official: ConsoleOfficial, root: str, language: Language) -> WorkFace:
    """How far the work is; `result` is where what it gave is shown (empty: nowhere)."""
    waits = found.state is State.WAITING
    return WorkFace(
        number=found.work_id,
        kind=found.kind,
        kind_name=language.choose(*FORESIGHT_WORDS[f"kind_{found.kind}"])
        if f"kind_{found.kind}" in FORESIGHT_WORDS
        else found.kind,
        state=str(found.state),
        state_name=language.choose(*FORESIGHT_WORDS[f"state_{found.state}"]),
        badge=STATE_BADGES[str(found.state)],
        stage=language.choose(*FORESIGHT_WORDS["waiting"])
        if waits and not found.stage_ko
        else language.choose(found.stage_ko, found.stage_en),
        progress=found.progress // 100,
        asked_by=found.asked_by,
        asked_at=f"{seoul(found.asked_at_us):%Y-%m-%d %H:%M}",
        finished_at=f"{seoul(found.finished_at_us):%Y-%m-%d %H:%M}" if found.finished_at_us else "",
        error=language.choose(found.error_ko, found.error_en),
        outdated=language.choose(found.outdated_ko, found.outdated_en),
        is_over=found.is_over,
        is_done=found.state is State.DONE,
        may_cancel=not found.is_over and not found.is_stopping and may_cancel(found, official),
        address=f"{root}/forecast/works/{found.work_id}",
        result=result_address(found, root) if found.state is State.DONE else "",
    )


def may_cancel(found: Work, official: ConsoleOfficial) -> bool:
    """Whoever asked for it, and operators."""
    return found.asked_by == official.id or official.holds(Role.OPERATOR)


def result_address(found: Work, root: str) -> str:
    """Where the result of a work is shown; empty where no page of ours does."""
    if found.kind == "forecast":
        is_own = not found.asked
        return f"{root}/forecast" if is_own else f"{root}/forecast?work={found.work_id}"
    return {"paces": f"{root}/pace", "plans": f"{root}/plans/{found.work_id}"}.get(found.kind, "")


@require_safe
@console_page()
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far a work is; goes on to its result when it is done."""
    language = language_of_page(request)
    found = work_or_404(number)
    face = work_face(found, official_of(request), console_root(request), language)
    if face.result and "stay" not in request.GET:
        return HttpResponseRedirect(face.result)
    values = {"work": face, "again": _again(found)}
    return console_answer(
        request, "console/foresight/work.html", values, words=FORESIGHT_WORDS, title=face.kind_name
    )


@require_safe
@console_page()
def state(request: HttpRequest, number: int) -> HttpResponse:
    """The part of the page that changes while the work runs."""
    language = language_of_page(request)
    face = work_face(work_or_404(number), official_of(request), console_root(request), language)
    values = {"work": face, "words": told(FORESIGHT_WORDS, language)}
    return render(request, "console/foresight/work_state.html", values)


@require_POST
@console_page()
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for a work to stop."""
    language = language_of_page(request)
    found = work_or_404(number)
    who = official_of(request)
    if not may_cancel(found, who):
        raise Http404("not this official's work")
    word = "cancelled" if work.cancel(database(), number, who.id) else "cancel_over"
    messages.info(request, language.choose(*FORESIGHT_WORDS[word]))
    return HttpResponseRedirect(f"{console_root(request)}/forecast/works/{number}")


@require_POST
@console_page()
def run(request: HttpRequest, kind: str) -> HttpResponse:
    """Asks for a forecast, or for a look at the pace, and shows how far it is."""
    if kind not in ASKED_HERE:
        raise Http404(f"{kind} is not asked for here")
    return begun(request, kind, {})


def begun(request: HttpRequest, kind: str, asked: Mapping[str, Any]) -> HttpResponse:
    """Asks for work and goes to its page; the same that waits or runs is not asked for twice."""
    number = work.ask(database(), kind, asked, official_of(request).id)
    return HttpResponseRedirect(f"{console_root(request)}/forecast/works/{number}")


def work_or_404(number: int) -> Work:
    """The work with this number. Raises Http404."""
    found = work.look(database(), number)
    if found is None:
        raise Http404(f"no work {number}")
    return found


def _again(found: Work) -> str:
    """What is asked for again by a button, where it is one of ours without particulars."""
    return found.kind if found.kind in ASKED_HERE and not found.asked else ""
