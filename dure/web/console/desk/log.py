"""The desk's log: who looked at whom and why, for the desk itself, operators and auditors."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.people.desk_log import events_at
from dure.web.console.desk.member_faces import event_face
from dure.web.console.desk.places import LOG_READERS, places_seen
from dure.web.console.desk.words import DESK_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import console_answer
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

PAGE_ROWS = 50
_TYPED_MAX = 40


@require_safe
@console_page(needs=LOG_READERS)
def desk_log(request: HttpRequest) -> HttpResponseBase:
    """A page of the log, of one official or all; members are named by their number alone."""
    language, official = language_of_page(request), official_of(request)
    who = request.GET.get("who", "").strip().replace("\x00", "")[:_TYPED_MAX]
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
    events = events_at(
        database(), official=who, places=places_seen(official), before=before, count=PAGE_ROWS + 1
    )
    shown, root = events[:PAGE_ROWS], f"{console_root(request)}/desk/log"
    values = {
        "rows": [
            {**event_face(event, language), "member": event.member_id or ""} for event in shown
        ],
        "who": who,
        "older": f"{root}?before={shown[-1].event_id}{f'&who={quote(who)}' if who else ''}"
        if len(events) > PAGE_ROWS
        else "",
    }
    title = language.choose(*DESK_WORDS["log_title"])
    return console_answer(request, "console/desk/log.html", values, words=DESK_WORDS, title=title)
