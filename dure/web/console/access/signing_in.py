"""Signing in and out: the password, the second factor, and its enrolment at the first time."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dure.web.console.access import factors
from dure.web.console.access.accounts import has_initial_password
from dure.web.console.access.events import Event, record
from dure.web.console.access.guesses import guessed_right, may_guess
from dure.web.console.access.sessions import forget_session, prove
from dure.web.console.access.words import ACCESS_WORDS
from dure.web.console.shell.addresses import console_root, next_address, with_next
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.proof import Standing, half_proved, standing_of
from dure.web.shared.address_limit import address_of
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

_SECRET = "console_new_secret"
SHOW_CODES = "console_show_codes"
TYPED_CHARACTERS_MAX = 200


def word(request: HttpRequest, name: str) -> str:
    """One of the words of signing in, in the reader's language."""
    return language_of_page(request).choose(*ACCESS_WORDS[name])


def note(request: HttpRequest, event: Event, official: str) -> None:
    """Puts what somebody did with the own account into the log of accounts."""
    record(database(), event, official, by=official, address=address_of(request))


@never_cache
@csrf_protect
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Asks for id and password; with both right goes on to the second factor."""
    standing = standing_of(request)
    if request.method == "POST":
        return _with_password(request)
    if standing is Standing.PROVED:
        return HttpResponseRedirect(next_address(request))
    return _ask(request, "console/access/sign_in.html", "sign_in_title", {"typed": ""})


def _with_password(request: HttpRequest) -> HttpResponseBase:
    typed = request.POST.get("official", "").strip()[:TYPED_CHARACTERS_MAX]
    password = request.POST.get("password", "")[:TYPED_CHARACTERS_MAX]
    fault = "wrong_pair"
    if not may_guess(request, typed):
        fault = "too_many"
        _note_known(request, Event.GUESSING_STOPPED, typed)
    else:
        user = authenticate(request, username=typed, password=password)
        if isinstance(user, User):
            guessed_right(typed)
            login(request, user)
            first = has_initial_password(database(), typed)
            half_proved(request, first_password=first)
            address = f"{console_root(request)}/second-factor"
            return HttpResponseRedirect(with_next(address, next_address(request)))
        _note_known(request, Event.PASSWORD_WRONG, typed)
    values = {"typed": typed, "fault": word(request, fault)}
    status = 429 if fault == "too_many" else 200
    return _ask(request, "console/access/sign_in.html", "sign_in_title", values, status)


def _note_known(request: HttpRequest, event: Event, typed: str) -> None:
    """Only names that exist: what is typed into the wrong field must not stand in a log."""
    if User.objects.filter(username=typed).exists():
        note(request, event, typed)


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """Asks for a code; who has no second factor yet enrols one here."""
    user = request.user
    standing = standing_of(request)
    if standing is Standing.UNKNOWN or not isinstance(user, User):
        return HttpResponseRedirect(f"{console_root(request)}/sign-in")
    if standing is not Standing.HALF:
        return HttpResponseRedirect(next_address(request))
    if not factors.has_factor(user):
        return _enrol(request, user)
    if request.method != "POST":
        return _ask(request, "console/access/code.html", "code_title", {})
    fault = wrong_code(request, user)
    if fault:
        return _ask(request, "console/access/code.html", "code_title", {"fault": fault})
    prove(request, database())
    note(request, Event.SIGNED_IN, user.get_username())
    return HttpResponseRedirect(next_address(request))


def wrong_code(request: HttpRequest, user: User) -> str:
    """Why the code that was sent is not taken; empty when it is the right one. Each is counted."""
    who = user.get_username()
    if not may_guess(request, f"code {who}"):
        note(request, Event.GUESSING_STOPPED, who)
        return word(request, "too_many")
    if not factors.check_code(user, request.POST.get("code", "")[:TYPED_CHARACTERS_MAX]):
        note(request, Event.CODE_WRONG, who)
        return word(request, "wrong_code")
    guessed_right(f"code {who}")
    return ""


def _enrol(request: HttpRequest, user: User) -> HttpResponseBase:
    secret = request.session.get(_SECRET) or factors.new_secret()
    request.session[_SECRET] = secret
    values: dict[str, object] = {
        "picture": factors.picture_of(user, secret),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    if request.method == "POST":
        code = request.POST.get("code", "")[:TYPED_CHARACTERS_MAX]
        if may_guess(request, f"code {user.get_username()}") and factors.activate(
            user, secret, code
        ):
            del request.session[_SECRET]
            request.session[SHOW_CODES] = True
            prove(request, database())
            note(request, Event.FACTOR_MADE, user.get_username())
            note(request, Event.SIGNED_IN, user.get_username())
            address = f"{console_root(request)}/recovery-codes"
            return HttpResponseRedirect(with_next(address, next_address(request)))
        values["fault"] = word(request, "wrong_code")
    return _ask(request, "console/access/enrol.html", "enrol_title", values)


@never_cache
@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ends this session."""
    if request.user.is_authenticated:
        forget_session(database(), request.session.session_key)
        note(request, Event.SIGNED_OUT, request.user.get_username())
    logout(request)
    messages.success(request, word(request, "signed_out"))
    return HttpResponseRedirect(f"{console_root(request)}/sign-in")


def _ask(
    request: HttpRequest,
    template: str,
    title: str,
    values: Mapping[str, object],
    status: int = 200,
) -> HttpResponseBase:
    shown = {"next": next_address(request), **values}
    return console_answer(
        request, template, shown, words=ACCESS_WORDS, title=word(request, title), status=status
    )
