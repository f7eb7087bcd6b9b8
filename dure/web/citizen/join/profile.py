"""What a member changes about themselves: the district, and whether still a member."""

from __future__ import annotations

import hashlib
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.engine.client import EngineGone
from dure.people.changes import WalletNotEmptyError, change_district, change_level
from dure.people.fields import installed_sealer
from dure.people.leaving import MoneyUnderWayError, leave_for_good
from dure.people.members import Level, MemberRefusedError
from dure.people.tries import DAY_US, TryLimit, forget_tries, may_try
from dure.web.citizen.join.joining import districts_shown, read_district
from dure.web.citizen.join.settings import word
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import COOKIE, Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

_MOVES: Final = TryLimit("changes of district", 2, 30 * DAY_US)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def district(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Where the member lives; a residence that was checked is to be checked again."""
    if request.method != "POST":
        return _ask_district(request, visitor)
    chosen = read_district(request.POST.get("district", ""))
    if chosen is None:
        return _ask_district(request, visitor, word(request, "district_wrong"))
    if chosen == visitor.district:
        return _ask_district(request, visitor, word(request, "district_same"))
    try:
        key = request_key(request, visitor, f"district {chosen}")
    except FormKeyMissingError:
        return _ask_district(request, visitor, _form_old(request), 409)
    who = installed_sealer().index(str(visitor.member_id), "tries")
    if not may_try(database(), _MOVES, who):
        return _ask_district(request, visitor, word(request, "district_often"), 429)
    try:
        _move(visitor, chosen, key)
    except EngineGone:
        forget_tries(database(), _MOVES, who)
        return _ask_district(request, visitor, word(request, "engine_gone"), 503)
    except MemberRefusedError:
        return _ask_district(request, visitor, word(request, "refused"), 409)
    messages.success(request, word(request, "district_changed"))
    return HttpResponseRedirect(f"{app_root(request)}/settings")


def _form_old(request: HttpRequest) -> str:
    return language_of_page(request).choose(*SHELL_WORDS["form_old"])


def _move(visitor: Visitor, chosen: int, key: bytes) -> None:
    at_us = now_us()
    change_district(
        database(), engine().ask, key=key, member_id=visitor.member_id, district=chosen,
        at_us=at_us, by="member",
    )  # fmt: skip
    if visitor.level is Level.RESIDENT:
        change_level(
            database(), engine().ask, key=hashlib.sha256(b"level" + key).digest()[:16],
            member_id=visitor.member_id, level=Level.NAMED, at_us=at_us, by="member moved",
        )  # fmt: skip


def _ask_district(
    request: HttpRequest, visitor: Visitor, fault: str = "", status: int = 200
) -> HttpResponseBase:
    chosen = request.POST.get("district", "") or str(visitor.district)
    values = {"districts": districts_shown(request, chosen), "fault": fault}
    return app_answer(
        request, visitor, "citizen/join/district.html", values, words=SETTINGS_WORDS,
        title=word(request, "district_title"), status=status,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def leave(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Ends the membership, after a proof and a tick."""
    if request.method != "POST":
        return _ask_leave(request, visitor)
    require_proof(visitor)
    if request.POST.get("sure") != "yes":
        return _ask_leave(request, visitor, word(request, "leave_tick_missing"))
    try:
        key = request_key(request, visitor, "leave")
        leave_for_good(
            database(), engine().ask, key=key, member_id=visitor.member_id, at_us=now_us()
        )
    except MoneyUnderWayError:
        return _ask_leave(request, visitor, word(request, "leave_under_way"), 409)
    except WalletNotEmptyError:
        return _ask_leave(request, visitor, word(request, "leave_money"), 409)
    except MemberRefusedError:
        return _ask_leave(request, visitor, word(request, "refused"), 409)
    except FormKeyMissingError:
        return _ask_leave(request, visitor, _form_old(request), 409)
    except EngineGone:
        return _ask_leave(request, visitor, word(request, "engine_gone"), 503)
    messages.success(request, word(request, "left"))
    response = HttpResponseRedirect(f"{app_root(request)}/sign-in")
    response.delete_cookie(COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _ask_leave(
    request: HttpRequest, visitor: Visitor, fault: str = "", status: int = 200
) -> HttpResponseBase:
    return app_answer(
        request, visitor, "citizen/join/leave.html", {"fault": fault}, words=SETTINGS_WORDS,
        title=word(request, "leave_title"), status=status,
    )  # fmt: skip
