"""What the member agreed to: each text with its version, the log, and withdrawal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.people.consents import ConsentLine, ConsentRequiredError, change_consent, consent_log
from dure.web.citizen.join.consent_texts import (
    CONSENT_TEXTS,
    ConsentShown,
    consents_shown,
    version_now,
)
from dure.web.citizen.join.settings import word
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.dates import day_and_time_text
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def consents(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Shows the texts and the log; gives or withdraws the one that was tapped."""
    if request.method == "POST":
        return _change(request, visitor)
    language = language_of_page(request)
    log = consent_log(database(), visitor.member_id)
    last: dict[str, ConsentLine] = {}
    for line in log:
        last.setdefault(line.purpose, line)
    titles = {each.purpose: language.choose(*each.title) for each in CONSENT_TEXTS}
    values = {
        "consents": [
            (each, *_standing(last.get(each.purpose), each)) for each in consents_shown(language)
        ],
        "log": [
            {
                "title": titles.get(line.purpose, line.purpose),
                "version": line.text_version,
                "given": line.given,
                "at": day_and_time_text(line.at_us, language),
            }
            for line in log
        ],
    }
    return app_answer(
        request, visitor, "citizen/join/consents.html", values, words=SETTINGS_WORDS,
        title=word(request, "consents_title"),
    )  # fmt: skip


def _standing(line: ConsentLine | None, text: ConsentShown) -> tuple[bool, bool]:
    """Whether it is given, and to the text that holds now."""
    if line is None or not line.given:
        return False, False
    return True, line.text_version == text.version


def _change(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    purpose, given = request.POST.get("purpose", ""), request.POST.get("given") == "yes"
    version = version_now(purpose)
    if version is not None:
        try:
            change_consent(
                database(), member_id=visitor.member_id, purpose=purpose, text_version=version,
                given=given, at_us=now_us(),
            )  # fmt: skip
        except ConsentRequiredError:
            messages.warning(request, word(request, "consent_needed"))
        else:
            messages.success(
                request, word(request, "consent_taken" if given else "consent_withdrawn")
            )
    return HttpResponseRedirect(f"{app_root(request)}/settings/consents")
