"""The second factor once more, before a signed step; what was asked for is then done."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from dure.web.console.access.events import Event
from dure.web.console.access.sessions import prove
from dure.web.console.access.signing_in import note, word, wrong_code
from dure.web.console.access.words import ACCESS_WORDS
from dure.web.console.shell.access import console_page
from dure.web.console.shell.addresses import address_inside, console_root
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.officials import EVERYBODY
from dure.web.shared.store import database

_OWN_FIELDS = frozenset({"csrfmiddlewaretoken", "code", "proof_address"})


def ask_for_proof(request: HttpRequest, address: str = "", fault: str = "") -> HttpResponse:
    """The page that asks for the second factor, with all that was sent in it, unseen."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _OWN_FIELDS
        for value in values
    ]
    values = {"fields": fields, "address": address or request.get_full_path(), "fault": fault}
    title = word(request, "proof_title")
    return console_answer(
        request, "console/access/proof.html", values, words=ACCESS_WORDS, title=title
    )


@console_page(acts=EVERYBODY)
def proof(request: HttpRequest) -> HttpResponseBase:
    """Takes the code, and lets the browser send what it wanted to send again (status 307)."""
    address = address_inside(request.POST.get("proof_address", ""))
    user = request.user
    if request.method != "POST" or address is None or not isinstance(user, User):
        return HttpResponseRedirect(f"{console_root(request)}/")
    fault = wrong_code(request, user)
    if fault:
        return ask_for_proof(request, address, fault)
    prove(request, database())
    note(request, Event.PROVED, user.get_username())
    return HttpResponse(status=307, headers={"Location": address})
