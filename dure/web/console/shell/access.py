"""Who may open a page of the console, who may act on it, and what is answered to all others."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from dure.rulebook.officials import ROLE_NAMES, Role
from dure.web.console.shell.addresses import console_root, with_return
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.officials import (
    ACTING,
    EVERYBODY,
    ConsoleOfficial,
    console_official,
)
from dure.web.console.shell.proof import ProofNeededError, Standing, standing_of
from dure.web.console.shell.rulebook import LOG
from dure.web.console.shell.words import SHELL_WORDS
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]
_LOOKING = ("GET", "HEAD")


def official_of(request: HttpRequest) -> ConsoleOfficial:
    """Who is signed in; for views under `console_page`."""
    official: ConsoleOfficial = request.console_official  # type: ignore[attr-defined]
    return official


def console_page(
    *, needs: frozenset[Role] = EVERYBODY, acts: frozenset[Role] = ACTING
) -> Callable[[View[Arguments]], View[Arguments]]:
    """Makes a view a page of the console.

    Without a sign-in and a second factor nobody comes in. `needs` names the roles of which one is
    needed to look (GET), `acts` those of which one is needed beside it to act (POST). What somebody
    may act *on* (a district, a line) is decided by the operation that the view calls. A signed step
    that wants a recent proof asks for it and is then taken as it was asked for.
    """

    def made(view: View[Arguments]) -> View[Arguments]:
        def answer(
            request: HttpRequest, /, *args: Arguments.args, **named: Arguments.kwargs
        ) -> HttpResponseBase:
            standing = standing_of(request)
            if standing is not Standing.PROVED:
                address = f"{console_root(request)}/{standing.value}"
                return HttpResponseRedirect(with_return(address, request))
            official = _known_official(request)
            request.console_official = official  # type: ignore[attr-defined]
            if not official.roles & needs:
                return forbidden(request, needs)
            if request.method not in _LOOKING and not official.roles & acts:
                return forbidden(request, needs & acts, acting=True)
            try:
                return view(request, *args, **named)
            except ProofNeededError:
                from dure.web.console.access.proving import ask_for_proof

                return ask_for_proof(request)

        update_wrapper(answer, view)
        return never_cache(csrf_protect(answer))

    return made


def forbidden(
    request: HttpRequest, roles: frozenset[Role], *, acting: bool = False
) -> HttpResponse:
    """The page that says who may look at it, or do it, instead."""
    language = language_of_page(request)
    name = "forbidden_act_title" if acting else "forbidden_title"
    values = {
        "who_may": [language.choose(*ROLE_NAMES[role]) for role in Role if role in roles],
    }
    title = language.choose(*SHELL_WORDS[name])
    return console_answer(request, "console/forbidden.html", values, title=title, status=403)


def _known_official(request: HttpRequest) -> ConsoleOfficial:
    """The signed-in account's official; without any role for one whom the log does not know."""
    name = request.user.get_username()
    found = LOG.read(database()).book.officials.get(name)
    return console_official(found) if found else ConsoleOfficial(name, name, frozenset())
