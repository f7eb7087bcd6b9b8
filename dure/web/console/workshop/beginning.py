"""Beginning to write: from a published version, from a plan that was found, or from a kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.forecast import work
from dure.forecast.results import Plan, Plans, decode
from dure.policy.districts import CITY
from dure.policy.kinds import KINDS
from dure.rulebook.officials import place_name
from dure.rulebook.restating import restate
from dure.rulebook.steps import STAGES_BEFORE, Step
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.frame import console_answer
from dure.web.console.workshop import addresses, copies
from dure.web.console.workshop.checks import shown
from dure.web.console.workshop.drafts import document_in, read_drafts
from dure.web.console.workshop.examples import TITLES, example_of
from dure.web.console.workshop.lives import period_text
from dure.web.console.workshop.reading import (
    Room,
    document_of,
    line_names,
    read_document,
    room_of,
    text_of,
)
from dure.web.console.workshop.words_editor import EDITOR_WORDS

_RULE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_RULE_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True)
class Begun:
    """A text to begin with, and of what it was made."""

    rule: str
    version: int
    scope: int
    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to begin from."""

    value: str
    name: str
    where: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@console_page()
def new(request: HttpRequest) -> HttpResponse:
    """What there is to begin from; with POST, or `?of=` a version, the copy itself."""
    room = room_of(request)
    if request.method == "POST":
        begun = _chosen(request, room)
        if begun is not None:
            return _start(request, room, begun)
    return _page(request, room)


def _start(request: HttpRequest, room: Room, begun: Begun) -> HttpResponse:
    official = official_of(request)
    if not official.may(Step.DRAFT, begun.scope):
        messages.error(request, room.language.choose(*EDITOR_WORDS["new_may_not"]))
        return _page(request, room, status=403)
    copy_id = copies.start(
        room.city,
        rule=begun.rule,
        version=begun.version,
        scope=begun.scope,
        text=begun.text,
        origin=begun.origin,
        by=official.id,
        at_us=room.now_us,
    )
    return HttpResponseRedirect(addresses.copy(request, copy_id))


def _chosen(request: HttpRequest, room: Room) -> Begun | None:
    of, kind = request.POST.get("of", ""), request.POST.get("kind", "")
    if of:
        return _of_version(room, of)
    if request.POST.get("tried"):
        return _of_tried(room, request.POST["tried"])
    if request.POST.get("plan"):
        return _of_plan(request, room)
    if kind not in KINDS:
        return None
    rule = request.POST.get("rule", "").strip()[:_RULE_CHARACTERS_MAX]
    rule = rule if _RULE.fullmatch(rule) else kind.replace("_", "-")
    places = [grant.place for grant in official_of(request).grants]
    scope = CITY if official_of(request).may(Step.DRAFT, CITY) else next(iter(places), CITY)
    lines = line_names(room.city)
    text = example_of(kind, rule, scope, room.now_us, next(iter(lines), "line"))
    return _named(room, text, f"kind:{kind}")


def _of_version(room: Room, key: str) -> Begun | None:
    """The version's text: under its own number while it is not published, else under the next."""
    life = room.lives.get(key)
    text = text_of(room.city, life.rule, life.version, life.sha256) if life else None
    if life is None or text is None:
        return None
    if life.stage in STAGES_BEFORE[Step.DRAFT]:
        return Begun(life.rule, life.version, life.scope, text, f"version:{key}")
    return Begun(
        life.rule,
        _next_version(room, life.rule),
        life.scope,
        restate(text, _next_version(room, life.rule), life.from_us, life.until_us),
        f"version:{key}",
    )


def _of_tried(room: Room, named: str) -> Begun | None:
    """A text that was tried and handed in nowhere."""
    drafts = read_drafts(room, [named])
    document = document_in(room, drafts[0]) if drafts else None
    return _named(room, document.text, f"tried:{named}") if document else None


def _next_version(room: Room, rule: str) -> int:
    return max((life.version for life in room.log.book.versions(rule)), default=0) + 1


def _of_plan(request: HttpRequest, room: Room) -> Begun | None:
    plan = _plan(room, request.POST.get("plan", ""), request.POST.get("name", ""))
    number = request.POST.get("document", "")
    if plan is None or not number.isdecimal() or int(number[:4]) >= len(plan.documents):
        messages.error(request, room.language.choose(*EDITOR_WORDS["new_plan_gone"]))
        return None
    origin = f"plan:{request.POST['plan']}:{plan.name}"
    return _named(room, plan.documents[int(number[:4])], origin)


def _named(room: Room, text: str, origin: str) -> Begun | None:
    """The text under a number that is free: versions that were handed in keep theirs."""
    document = read_document(text, "text")
    if document is None:
        return Begun("new-rule", 1, CITY, text, origin)
    version = max(document.version, _next_version(room, document.id))
    if version != document.version:
        text = restate(text, version, document.from_us, document.until_us)
    return Begun(document.id, version, document.scope, text, origin)


def _plan(room: Room, work_id: str, name: str) -> Plan | None:
    """The proposal of that name; None when it is not there."""
    if not work_id.isdecimal() or len(work_id) > 12:
        return None
    found = work.look(room.city, int(work_id))
    if found is None or found.kind != "plans" or found.result is None:
        return None
    plans = decode(found.result, Plans)
    return next((plan for plan in plans.proposals if plan.name == name), None)


def _page(request: HttpRequest, room: Room, *, status: int = 200) -> HttpResponse:
    plan_id, name = request.GET.get("plan", ""), request.GET.get("name", "")
    plan = _plan(room, plan_id, name) if plan_id else None
    if plan_id and plan is None:
        messages.error(request, room.language.choose(*EDITOR_WORDS["new_plan_gone"]))
    choose = room.language.choose
    values = {
        "versions": _versions(request, room),
        "asked": request.GET.get("of", ""),
        "kinds": [Choice(kind, choose(*TITLES.get(kind, KINDS[kind].noun))) for kind in KINDS],
        "plan_id": plan_id,
        "plan": plan,
        "plan_title": choose(plan.title_ko, plan.title_en) if plan else "",
        "documents": [
            Choice(str(place), _plan_title(room, text), text)
            for place, text in enumerate(plan.documents if plan else [])
        ],
        "rules_address": addresses.rules(request),
    }
    title = choose(*EDITOR_WORDS["new_title"])
    return console_answer(
        request, "console/workshop/new.html", values, words=EDITOR_WORDS, title=title, status=status
    )


def _plan_title(room: Room, text: str) -> str:
    document = read_document(text, "text")
    if document is None:
        return "?"
    return shown(f"{room.language.choose(document.title.ko, document.title.en)} ({document.key})")


def _versions(request: HttpRequest, room: Room) -> list[Choice]:
    """The latest published version of every rule that this official may write, and open drafts."""
    official = official_of(request)
    latest = {}
    for life in sorted(room.lives.values(), key=lambda one: (one.rule, one.version)):
        if official.may(Step.DRAFT, life.scope):
            if life.published_at_us is not None:
                latest[life.rule] = life
            elif life.stage in STAGES_BEFORE[Step.DRAFT]:
                latest[life.key] = life
    choices = []
    for life in sorted(latest.values(), key=lambda one: (one.scope, -one.from_us)):
        document = document_of(room.city, life)
        choose = room.language.choose
        name = choose(document.title.ko, document.title.en) if document else life.rule
        place = choose(*place_name(life.scope))
        where = f"{place} · {period_text(life, room.language)}"
        choices.append(Choice(life.key, shown(name), where))
    return choices
