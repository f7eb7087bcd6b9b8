"""Help: the doors for when something is lost or wrong; and who looked at a member's data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.kernel.calendar import seoul
from dure.people.desk_log import ACT_NAMES, REASON_NAMES, DeskEvent, events_about
from dure.policy.districts import DISTRICT_NAMES
from dure.web.citizen.care.words import CARE_WORDS
from dure.web.citizen.shell.access import member_page, open_page, visitor_of
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.dates import day_and_time_text
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database


@require_safe
@open_page
def help_page(request: HttpRequest) -> HttpResponseBase:
    """The doors to everything in this room; a stranger finds the lock and the desk."""
    title = language_of_page(request).choose(*CARE_WORDS["help"])
    visitor, template = visitor_of(request), "citizen/care/help.html"
    return app_answer(request, visitor, template, {}, words=CARE_WORDS, title=title)


@require_safe
@member_page
def looks(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """What officials saw of the member and did, by office and reason; no official is named."""
    language = language_of_page(request)
    events = events_about(database(), visitor.member_id)
    values = {"events": [_event_face(event, language) for event in events]}
    title, template = language.choose(*CARE_WORDS["looks"]), "citizen/care/looks.html"
    return app_answer(request, visitor, template, values, words=CARE_WORDS, title=title)


def _event_face(event: DeskEvent, language: Language) -> dict[str, str]:
    local = seoul(event.at_us)
    city = ("인천시", "The city")
    return {
        "act": language.choose(*ACT_NAMES[event.act]).capitalize(),
        "reason": language.choose(*REASON_NAMES[event.reason]),
        "place": language.choose(*DISTRICT_NAMES.get(event.place, city)),
        "when": day_and_time_text(event.at_us, language),
        "machine_time": local.isoformat(timespec="minutes"),
    }
