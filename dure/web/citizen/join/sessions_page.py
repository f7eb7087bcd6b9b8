"""The member's sessions: where somebody is signed in, and how each is ended."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from dure.web.citizen.join.agents import agent_told
from dure.web.citizen.join.settings import word
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import (
    BeganBy,
    Visitor,
    end_session,
    machine_now_us,
    sessions_of,
)
from dure.web.shared.dates import day_and_time_text
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database


class SessionShown(NamedTuple):
    """A session as its member sees it."""

    session_id: int
    device: str
    began: str
    began_by: str
    seen: str
    is_this: bool


@require_safe
@member_page
def sessions(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """All sessions that are open, the one last seen first."""
    language = language_of_page(request)
    shown = [
        SessionShown(
            each.session_id,
            agent_told(each.agent, language),
            day_and_time_text(each.began_at_us, language),
            word(request, f"by_{BeganBy(each.began_by).name.lower()}"),
            day_and_time_text(each.seen_at_us, language),
            each.session_id == visitor.session_id,
        )
        for each in sessions_of(database(), visitor.member_id)
    ]
    values = {"sessions": shown, "has_others": len(shown) > 1}
    return app_answer(
        request, visitor, "citizen/join/sessions.html", values, words=SETTINGS_WORDS,
        title=word(request, "sessions_title"),
    )  # fmt: skip


@require_POST
@member_page
def end(request: HttpRequest, visitor: Visitor, session_id: int) -> HttpResponseBase:
    """Ends one session; one that is not the member's is not there."""
    if end_session(database(), member_id=visitor.member_id, session_id=session_id):
        messages.success(request, word(request, "session_ended"))
    return HttpResponseRedirect(f"{app_root(request)}/settings/sessions")


@require_POST
@member_page
def end_others(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Ends every session but this one."""
    database().execute(
        "UPDATE member_session SET ended_at_us = %s "
        "WHERE member_id = %s AND session_id <> %s AND ended_at_us IS NULL",
        (machine_now_us(), visitor.member_id, visitor.session_id),
    )
    messages.success(request, word(request, "sessions_ended"))
    return HttpResponseRedirect(f"{app_root(request)}/settings/sessions")
