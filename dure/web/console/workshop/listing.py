"""The list of rules: what is in force, what comes, what waits and for whom, what is written."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.rulebook.officials import place_name
from dure.rulebook.steps import Step
from dure.web.console.export.sheets import wants_sheet
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.frame import console_answer
from dure.web.console.workshop import addresses, copies
from dure.web.console.workshop.lives import by_place, face_of, instant_text
from dure.web.console.workshop.reading import Room, room_of
from dure.web.console.workshop.sheets import rules_sheet
from dure.web.console.workshop.words import RULE_WORDS


@dataclass(frozen=True, slots=True)
class CopyFace:
    """A working copy in the list."""

    address: str
    key: str
    place: str
    saved_by: str
    saved_at: str


@require_safe
@console_page()
def rules(request: HttpRequest) -> HttpResponse:
    """All rules of the city and its districts."""
    room = room_of(request)
    title = room.language.choose(*RULE_WORDS["rules_title"])
    if wants_sheet(request):
        return rules_sheet(request, room, title)
    faces = [(life, face_of(room, life)) for life in room.lives.values()]
    running = [(life, face) for life, face in faces if face.in_force]
    coming = [
        (life, face)
        for life, face in faces
        if not face.in_force and not face.is_over and life.published_at_us is not None
    ]
    waiting = [(life, face) for life, face in faces if face.waits]
    past = [(life, face) for life, face in faces if face.is_over]
    values = {
        "running": by_place(running),
        "coming": by_place(coming),
        "waiting": [face for _, face in sorted(waiting, key=lambda one: one[0].from_us)],
        "past": [face for _, face in sorted(past, key=lambda one: -one[0].from_us)],
        "copies": copy_faces(request, room),
        "may_write": _may_write(request),
        "rules_address": addresses.rules(request),
        "new_address": addresses.new(request),
        "compare_address": addresses.comparing(request),
        "try_address": addresses.trying(request),
        "as_sheet": f"{addresses.rules(request)}?as=xlsx",
    }
    return console_answer(
        request, "console/workshop/rules.html", values, words=RULE_WORDS, title=title
    )


def copy_faces(request: HttpRequest, room: Room) -> list[CopyFace]:
    """What is being written, by whom it was saved last."""
    officials = room.log.book.officials
    return [
        CopyFace(
            addresses.copy(request, copy.copy_id),
            copy.key,
            room.language.choose(*place_name(copy.scope)),
            officials[copy.saved_by].name if copy.saved_by in officials else copy.saved_by,
            instant_text(copy.saved_at_us),
        )
        for copy in copies.open_copies(room.city)
    ]


def _may_write(request: HttpRequest) -> bool:
    official = official_of(request)
    return any(official.may(Step.DRAFT, grant.place) for grant in official.grants)
