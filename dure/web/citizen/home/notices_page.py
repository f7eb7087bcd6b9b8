"""Notices to the member: read when they are shown; and whether they come as text messages too."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from dure.people.notices import PAGE, Notice, mark_read, notices_of, wants_sms, wish_sms
from dure.web.citizen.home.words import NOTICE_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.dates import day_and_hour_text
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

_ID_MAX = 2**63 - 1


@require_safe
@member_page
def notices(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The member's notices, the newest first; what is shown is read from now on."""
    language, root = language_of_page(request), app_root(request)
    before_id = _number(request.GET.get("before", ""))
    found = notices_of(database(), visitor.member_id, before_id=before_id, count=PAGE + 1)
    shown = found[:PAGE]
    unread = [one.notice_id for one in shown if one.unread]
    if unread:
        mark_read(database(), member_id=visitor.member_id, notice_ids=unread, at_us=now_us())
    values = {
        "notices": [_face(one, root, language) for one in shown],
        "older": shown[-1].notice_id if len(found) > PAGE else None,
        "is_first": before_id is None,
        "by_sms": wants_sms(database(), visitor.member_id),
        "public": language.choose("/notices", "/en/notices"),
    }
    return app_answer(
        request, visitor, "citizen/home/notices.html", values, words=NOTICE_WORDS,
        title=language.choose(*NOTICE_WORDS["notices"]),
    )  # fmt: skip


@require_POST
@member_page
def notices_by_sms(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Says whether notices come as text messages too."""
    language = language_of_page(request)
    wanted = request.POST.get("by_sms") == "on"
    wish_sms(database(), member_id=visitor.member_id, by_sms=wanted, at_us=now_us())
    said = NOTICE_WORDS["turned_on" if wanted else "turned_off"]
    messages.success(request, language.choose(*said))
    return HttpResponseRedirect(f"{app_root(request)}/notices")


def _face(notice: Notice, root: str, language: Language) -> dict[str, object]:
    return {
        "text": language.choose(notice.korean, notice.english),
        "address": root + notice.leads_to,
        "when": day_and_hour_text(notice.told_at_us, language),
        "is_new": notice.unread,
    }


def _number(text: str) -> int | None:
    """A notice's number out of an address; None where there is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_ID_MAX))):
        return None
    return min(int(text), _ID_MAX)
