"""Choosing what is compared: up to four of the rules in force, drafts, and plans found."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.forecast import work
from dure.forecast.results import Plans, decode
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.frame import console_answer
from dure.web.console.workshop import addresses
from dure.web.console.workshop.drafts import (
    are_of_different_rules,
    choices,
    drafts_asked,
    keep,
    read_drafts,
)
from dure.web.console.workshop.months import after, months_there, read_months
from dure.web.console.workshop.reading import Room, room_of
from dure.web.console.workshop.words_trying import TRYING_WORDS

SLOTS = 4
IN_FORCE = "in-force"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be put into a slot."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the scenarios, and what is chosen for it."""

    number: int
    chosen: str


@require_http_methods(["GET", "HEAD", "POST"])
@console_page()
def choose(request: HttpRequest) -> HttpResponse:
    """The slots; with POST the comparison is put on the list of work."""
    room = room_of(request)
    if request.method == "POST":
        return _asked(request, room)
    return _page(request, room)


def _page(request: HttpRequest, room: Room, *, status: int = 200) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    drafts = read_drafts(room, [*sent.getlist("draft"), *sent.getlist("scenario")])
    months, is_known = months_there(room)
    from_month, until_month = read_months(sent.get("from", ""), sent.get("until", ""), months)
    known = [
        Choice(IN_FORCE, _word(room, "compare_in_force")),
        *(Choice(face.named, f"{face.title} · {face.where}") for face in choices(room, drafts)),
        *_plan_choices(room, sent.get("plan", "")),
    ]
    asked = sent.getlist("scenario") or [IN_FORCE, *(draft.named for draft in drafts)]
    asked = asked + [one.value for one in known if one.value.startswith("plan:")]
    values = {
        "slots": [Slot(n + 1, asked[n] if n < len(asked) else "") for n in range(SLOTS)],
        "choices": known,
        "plan": sent.get("plan", ""),
        "months": months,
        "from_month": from_month,
        "until_month": until_month,
        "is_known": is_known,
        "rules_address": addresses.rules(request),
    }
    return console_answer(
        request,
        "console/workshop/side_by_side.html",
        values,
        words=TRYING_WORDS,
        title=_word(room, "compare_title"),
        status=status,
    )


def _asked(request: HttpRequest, room: Room) -> HttpResponse:
    named = [one for one in request.POST.getlist("scenario")[:SLOTS] if one]
    scenarios = [one for one in (_scenario(room, name) for name in dict.fromkeys(named)) if one]
    if len(scenarios) < 2:
        messages.error(request, _word(room, "compare_fault"))
        return _page(request, room, status=422)
    months, _ = months_there(room)
    from_month, until_month = read_months(
        request.POST.get("from", ""), request.POST.get("until", ""), months
    )
    if until_month < from_month:
        messages.error(request, _word(room, "try_months_fault"))
        return _page(request, room, status=422)
    asked: dict[str, object] = {"scenarios": scenarios}
    # Over the past a rule has one text for all months; a plan of dated steps has several.
    if all(are_of_different_rules(drafts_asked(one)) for one in scenarios):
        asked |= {"from_month": from_month, "until_month": after(until_month)}
    else:
        messages.info(request, _word(room, "compare_ahead_only"))
    number = work.ask(room.city, "comparison", asked, official_of(request).id)
    return HttpResponseRedirect(addresses.trial(request, number))


def _scenario(room: Room, value: str) -> dict[str, object] | None:
    """A scenario as a question names it; None for one that is not there."""
    if value == IN_FORCE:
        return {"name": _word(room, "compare_in_force"), "drafts": []}
    if value.startswith("plan:"):
        return _plan_scenario(room, value)
    drafts = read_drafts(room, [value])
    if not drafts:
        return None
    face = choices(room, drafts)
    title = next(one.title for one in face if one.named == drafts[0].named)
    return {"name": f"{title} ({drafts[0].key})", "drafts": [drafts[0].asked]}


def _plan_scenario(room: Room, value: str) -> dict[str, object] | None:
    """A proposal with the texts that would make it so, which are kept to be found."""
    _, work_id, name = value.split(":", 2)
    plans = _plans(room, work_id)
    plan = next((one for one in plans.proposals if one.name == name), None) if plans else None
    drafts = keep(room, plan.documents) if plan else []
    if plan is None or not drafts:
        return None
    title = room.language.choose(plan.title_ko, plan.title_en)
    return {"name": title, "drafts": [draft.asked for draft in drafts]}


def _plan_choices(room: Room, work_id: str) -> list[Choice]:
    plans = _plans(room, work_id)
    word = _word(room, "compare_plan")
    return [
        Choice(
            f"plan:{work_id}:{one.name}",
            f"{word} · {room.language.choose(one.title_ko, one.title_en)}",
        )
        for one in (plans.proposals if plans else [])
    ]


def _plans(room: Room, work_id: str) -> Plans | None:
    if not work_id.isdecimal() or len(work_id) > 12:
        return None
    found = work.look(room.city, int(work_id))
    if found is None or found.kind != "plans" or found.result is None:
        return None
    return decode(found.result, Plans)


def _word(room: Room, name: str) -> str:
    return room.language.choose(*TRYING_WORDS[name])
