"""The own account: roles, sessions, password, recovery codes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters

from dure.web.console.access import factors
from dure.web.console.access.events import Event
from dure.web.console.access.guesses import guessed_right, may_guess
from dure.web.console.access.passwords import changed_password
from dure.web.console.access.sessions import end_session, seats
from dure.web.console.access.signing_in import SHOW_CODES, TYPED_CHARACTERS_MAX, note, word
from dure.web.console.access.words import ACCESS_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root, next_address, with_next
from dure.web.console.shell.frame import console_answer, world_time_text
from dure.web.console.shell.officials import EVERYBODY
from dure.web.console.shell.proof import Standing, require_recent_proof, standing_of
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database


@sensitive_post_parameters("now", "new", "again")
@console_page(acts=EVERYBODY)
def own_account(request: HttpRequest) -> HttpResponseBase:
    """Shows the own account; ends a session, changes the password, makes new recovery codes."""
    user = request.user
    assert isinstance(user, User), "nobody else comes in"
    faults: list[str] = []
    if request.method == "POST":
        if "password" in request.POST:
            faults = _password(request, user)
        elif "codes" in request.POST:
            return _new_codes(request, user)
        else:
            _end(request)
        if not faults:
            return HttpResponseRedirect(f"{console_root(request)}/account")
    return _page(request, user, faults)


def _page(request: HttpRequest, user: User, faults: list[str]) -> HttpResponseBase:
    language = language_of_page(request)
    sessions = [
        {
            "id": seat.session_id,
            "address": seat.address,
            "agent": seat.agent,
            "began": world_time_text(seat.began_at_us, language),
            "seen": world_time_text(seat.seen_at_us, language),
            "is_this": seat.is_this,
        }
        for seat in seats(database(), user.get_username(), request.session.session_key)
    ]
    values = {
        "sessions": sessions,
        "faults": faults,
        "codes_left": len(factors.recovery_codes(user)),
    }
    title = word(request, "account_title")
    template = "console/access/account.html"
    return console_answer(request, template, values, words=ACCESS_WORDS, title=title)


def _password(request: HttpRequest, user: User) -> list[str]:
    who = f"now {user.get_username()}"
    if not may_guess(request, who):
        return [word(request, "too_many")]
    if not user.check_password(request.POST.get("now", "")[:TYPED_CHARACTERS_MAX]):
        note(request, Event.PASSWORD_WRONG, user.get_username())
        return [word(request, "password_wrong")]
    guessed_right(who)
    faults = changed_password(request, user)
    if not faults:
        messages.success(request, word(request, "password_done"))
    return faults


def _new_codes(request: HttpRequest, user: User) -> HttpResponseBase:
    require_recent_proof(request)
    factors.new_recovery_codes(user)
    note(request, Event.RECOVERY_CODES_MADE, user.get_username())
    request.session[SHOW_CODES] = True
    root = console_root(request)
    return HttpResponseRedirect(with_next(f"{root}/recovery-codes", f"{root}/account"))


def _end(request: HttpRequest) -> None:
    asked = request.POST.get("end", "")
    who = official_of(request).id
    if asked.isdecimal() and len(asked) < 19 and end_session(database(), who, int(asked)):
        note(request, Event.SESSION_ENDED, who)
        messages.success(request, word(request, "session_ended"))
    else:
        messages.error(request, word(request, "session_gone"))


def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Shows the recovery codes once, right after they were made."""
    user = request.user
    standing = standing_of(request)
    proved = standing in (Standing.PROVED, Standing.FIRST_PASSWORD)
    if not proved or not isinstance(user, User) or not request.session.pop(SHOW_CODES, False):
        return HttpResponseRedirect(f"{console_root(request)}/{standing.value}")
    values = {"codes": factors.recovery_codes(user), "next": next_address(request)}
    title = word(request, "recovery_title")
    template = "console/access/recovery_codes.html"
    return console_answer(request, template, values, words=ACCESS_WORDS, title=title)
