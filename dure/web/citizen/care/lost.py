"""Telephone, card and all are lost: the wallet is locked by a code, without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from dure.engine.client import EngineGone
from dure.people.desk_changes import end_all_sessions
from dure.people.fields import installed_sealer
from dure.people.lock_codes import TooManyLockCodesError, find_by_lock_code
from dure.people.members import MemberRefusedError, PersonalDataWrongError, find_by_phone
from dure.people.one_time_codes import (
    Asking,
    Beginning,
    CodeSaid,
    Medium,
    Purpose,
    TooManyCodesError,
    begin_way,
    check_code,
    end_way,
    find_way,
)
from dure.people.tries import address_hash
from dure.people.wallet_locks import Cause, Hand, lock_wallet
from dure.web.citizen.care.words import CARE_WORDS
from dure.web.citizen.shell.access import open_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import machine_now_us
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.address_limit import address_of
from dure.web.shared.engine import engine
from dure.web.shared.form_keys import FormKeyMissingError, key_again, key_for
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

TICKET_COOKIE: Final = "dure_lock_way"
_TICKET_S: Final = 30 * 60
_TYPED_MAX: Final = 24


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*CARE_WORDS[name])


@sensitive_post_parameters("phone", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def lost(request: HttpRequest) -> HttpResponseBase:
    """Asks for the telephone number and then for a code: one noted on paper, or one sent."""
    if request.method != "POST":
        return _ask(request, "lost", {"phone": ""})
    phone = request.POST.get("phone", "").strip()[:_TYPED_MAX]
    code = request.POST.get("code", "").strip()[:_TYPED_MAX]
    try:
        if request.POST.get("way") == "text":
            return _send(request, phone)
        if not code:
            return _ask(request, "lost_code", {"phone": phone, "way": "note"})
        return _with_note(request, phone, code)
    except PersonalDataWrongError:
        values = {"phone": phone, "fault": _word(request, "lost_phone_wrong")}
        return _ask(request, "lost", values, status=422)
    except (TooManyCodesError, TooManyLockCodesError):
        values = {"phone": phone, "fault": _word(request, "lost_too_many")}
        return _ask(request, "lost", values, status=429)


def _send(request: HttpRequest, phone: str) -> HttpResponseBase:
    """Sends a code, whether the number is a member's or not, and goes on to its page."""
    asking = Asking(
        address=address_hash(address_of(request)),
        korean=language_of_page(request).value == "ko",
        host=request.get_host().partition(":")[0],
    )
    beginning = Beginning(Purpose.LOCK, Medium.PHONE, phone)
    ticket = begin_way(database(), installed_sealer(), beginning, asking)
    answer = HttpResponseRedirect(f"{app_root(request)}/lock/lost/text")
    answer.set_cookie(
        TICKET_COOKIE, ticket, max_age=_TICKET_S, httponly=True, samesite="Lax",
        secure=settings.HTTPS,
    )  # fmt: skip
    return answer


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def lost_text(request: HttpRequest) -> HttpResponseBase:
    """Takes the code that was sent by text message, and locks."""
    sealer, ticket = installed_sealer(), request.COOKIES.get(TICKET_COOKIE, "")
    way = find_way(database(), sealer, ticket) if ticket else None
    if way is None or way.purpose is not Purpose.LOCK:
        return HttpResponseRedirect(f"{app_root(request)}/lock/lost")
    values: dict[str, object] = {"way": "text", "is_unsure": not way.is_confirmed}
    if request.method != "POST":
        return _ask(request, "lost_code", values)
    code = request.POST.get("code", "")[:_TYPED_MAX]
    said = check_code(database(), sealer, ticket, code)
    if said is not CodeSaid.RIGHT:
        word = "lost_wrong" if said is CodeSaid.WRONG else "lost_code_old"
        return _ask(request, "lost_code", {**values, "fault": _word(request, word)}, status=422)
    member = find_by_phone(database(), sealer, way.sent_to)
    if member is None:
        values["fault"] = _word(request, "lost_nobody")
        return _ask(request, "lost_code", values, status=422)
    answer = _locked(request, member.member_id, values)
    if answer.status_code == 302:
        end_way(database(), way.way_id)
        answer.delete_cookie(TICKET_COOKIE)
    return answer


def _with_note(request: HttpRequest, phone: str, code: str) -> HttpResponse:
    values: dict[str, object] = {"phone": phone, "way": "note"}
    member_id = find_by_lock_code(
        database(), installed_sealer(), phone=phone, code=code,
        address=address_hash(address_of(request)),
    )  # fmt: skip
    if member_id is None:
        values["fault"] = _word(request, "lost_wrong")
        return _ask(request, "lost_code", values, status=422)
    return _locked(request, member_id, values)


def _locked(request: HttpRequest, member_id: int, values: dict[str, object]) -> HttpResponse:
    """Locks the wallet and signs every telephone out; a lost answer may be asked for again."""
    language = language_of_page(request)
    try:
        lock_wallet(
            database(), engine().ask, key=key_for(request, f"lost:{member_id}", "lock"),
            member_id=member_id, hand=Hand(Cause.LOST, str(member_id)), at_us=now_us(),
            machine_now_us=machine_now_us(),
        )  # fmt: skip
    except (EngineGone, MemberRefusedError):
        values["fault"] = language.choose(*SHELL_WORDS["try_again"])
        values["once"] = key_again(request)
        return _ask(request, "lost_code", values, status=503)
    except FormKeyMissingError:
        values["fault"] = language.choose(*SHELL_WORDS["form_old"])
        return _ask(request, "lost_code", values, status=422)
    finally:
        # Before the engine has answered: a thief is signed out in any case.
        end_all_sessions(database(), member_id)
    return HttpResponseRedirect(f"{app_root(request)}/lock/lost/done")


@require_safe
@open_page
def lost_done(request: HttpRequest) -> HttpResponseBase:
    """What stands still now, and what is to be done next; tells nothing of anybody."""
    return _ask(request, "lost_done", {})


def _ask(
    request: HttpRequest, name: str, values: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    title = _word(request, "lost_done" if name == "lost_done" else "lost")
    template = f"citizen/care/{name}.html"
    return app_answer(request, None, template, values, words=CARE_WORDS, title=title, status=status)
