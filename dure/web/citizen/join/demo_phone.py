"""A telephone for demonstrations: what the simulated companies brought to a number or a mailbox."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.kernel.calendar import seoul
from dure.kernel.database.home import home_directory
from dure.people.mail import SimulatedPost
from dure.people.members import PersonalDataWrongError
from dure.people.sms import SimulatedSmsCentre, has_demo_keys
from dure.web.citizen.join.demo_citizens import kept
from dure.web.citizen.join.demo_words import DEMO_WORDS
from dure.web.citizen.shell.access import open_page
from dure.web.citizen.shell.frame import app_answer
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

_CODE = re.compile(r"(?<![0-9])([0-9]{6})(?![0-9])", re.ASCII)


def require_demo() -> None:
    """Raises Http404 where the key ring is not a demo's: nobody's messages are to be read there."""
    if not has_demo_keys(home_directory()):
        raise Http404


@require_safe
@open_page
def demo_phone(request: HttpRequest) -> HttpResponseBase:
    """What a telephone number, or a mailbox, received."""
    require_demo()
    number = request.GET.get("number", "")[:254]
    language = language_of_page(request)
    fault, received = "", []
    if number:
        try:
            received = _received(number)
        except PersonalDataWrongError:
            fault = language.choose(*DEMO_WORDS["demo_wrong"])
    numbers = [(phone, citizen["name"]) for phone, citizen in kept().items()]
    values = {"number": number, "received": received, "fault": fault, "numbers": numbers}
    title = language.choose(*DEMO_WORDS["demo_phone_title"])
    return app_answer(
        request, None, "citizen/join/demo_phone.html", values, words=DEMO_WORDS, title=title
    )


def _received(number: str) -> list[dict[str, str]]:
    """Each message with its time and, where it has one, its code; the newest first."""
    if "@" in number:
        letters = SimulatedPost(database()).received(number)
        listed = [(f"{each.subject}\n{each.text}", each.arrived_at_us) for each in letters]
    else:
        texts = SimulatedSmsCentre(database()).received(number)
        listed = [(each.text, each.arrived_at_us) for each in texts]
    shown = []
    for text, at_us in listed:
        found = _CODE.search(text)
        at = seoul(at_us).strftime("%H:%M:%S")
        shown.append({"text": text, "at": at, "code": found[1] if found else ""})
    return shown
