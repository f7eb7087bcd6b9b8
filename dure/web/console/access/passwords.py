"""Choosing a password: the first one of one's own, or another one later."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dure.web.console.access.accounts import set_password
from dure.web.console.access.events import Event
from dure.web.console.access.sessions import end_sessions
from dure.web.console.access.signing_in import TYPED_CHARACTERS_MAX, note, word
from dure.web.console.access.words import ACCESS_WORDS
from dure.web.console.shell.addresses import console_root, next_address
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.proof import Standing, password_changed, standing_of
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database


@never_cache
@csrf_protect
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: HttpRequest) -> HttpResponseBase:
    """Asks for a password of one's own, in place of the one that an operator handed over."""
    standing, user = standing_of(request), request.user
    if standing is not Standing.FIRST_PASSWORD or not isinstance(user, User):
        return HttpResponseRedirect(f"{console_root(request)}/{standing.value}")
    faults: list[str] = []
    if request.method == "POST":
        faults = changed_password(request, user)
        if not faults:
            return HttpResponseRedirect(next_address(request))
    values = {"faults": faults, "next": next_address(request)}
    title = word(request, "first_password_title")
    template = "console/access/first_password.html"
    return console_answer(request, template, values, words=ACCESS_WORDS, title=title)


def changed_password(request: HttpRequest, user: User) -> list[str]:
    """Sets the password that was sent as `new` and `again`; gives why it cannot be, or nothing.

    Every other session of the official ends.
    """
    new = request.POST.get("new", "")[:TYPED_CHARACTERS_MAX]
    if new != request.POST.get("again", ""):
        return [word(request, "password_differs")]
    with override(language_of_page(request).value):
        try:
            validate_password(new, user)
        except ValidationError as error:
            return [str(message) for message in error.messages]
    set_password(database(), user, new)
    end_sessions(database(), user.get_username(), but=request.session.session_key)
    # Django's sessions hold a hash of the password: this one goes on, all others are void.
    before = request.session.session_key
    update_session_auth_hash(request, user)
    request.session.save()
    database().execute(
        "UPDATE console_session SET session_key = %s WHERE session_key = %s",
        (request.session.session_key, before),
    )
    password_changed(request)
    note(request, Event.PASSWORD_CHANGED, user.get_username())
    return []
