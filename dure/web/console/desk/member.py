"""A member at the desk, shown while a look is open; and what is done for one there."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dure.engine.client import EngineGone
from dure.people.desk_log import Look, find_look
from dure.people.fields import installed_sealer
from dure.people.members import get_member
from dure.web.console.desk.acts import ACTS
from dure.web.console.desk.doing import ActRefusedError, Doing
from dure.web.console.desk.member_faces import member_face
from dure.web.console.desk.places import DESK, desks_of
from dure.web.console.desk.words import DESK_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.console.shell.proof import require_recent_proof
from dure.web.shared.form_keys import FormKeyMissingError, key_again, new_form_key
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*DESK_WORDS[name])


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@console_page(needs=DESK, acts=DESK)
def member(request: HttpRequest, look_id: int) -> HttpResponseBase:
    """The member of an open look; does what a button says. A look that is over leads back."""
    look = open_look(request, look_id)
    if look is None:
        messages.warning(request, _word(request, "look_over"))
        return HttpResponseRedirect(f"{console_root(request)}/desk")
    if request.method != "POST":
        return _page(request, look, "")
    try:
        said = _done(request, look)
    except ActRefusedError as error:
        return _page(request, look, error.sentence or _word(request, error.word), 422)
    except EngineGone:
        return _page(request, look, _word(request, "engine_gone"), 503)
    except FormKeyMissingError:
        return _page(request, look, _word(request, "form_old"), 422)
    messages.success(request, _word(request, said))
    return HttpResponseRedirect(f"{console_root(request)}/desk/looks/{look_id}")


def open_look(request: HttpRequest, look_id: int) -> Look | None:
    """The official's own look while it is open, at a desk that is still the official's."""
    official = official_of(request)
    look = find_look(database(), look_id, official.id)
    return look if look is not None and look.place in desks_of(official) else None


def _done(request: HttpRequest, look: Look) -> str:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise ActRefusedError("form_old")
    if act.needs_proof:
        require_recent_proof(request)
    return act.do(Doing(request, look, official_of(request).id, city_time(request)))


def _page(request: HttpRequest, look: Look, fault: str, status: int = 200) -> HttpResponse:
    language = language_of_page(request)
    one = get_member(database(), installed_sealer(), look.member_id)
    values: dict[str, Any] = {
        "look": look,
        "fault": fault,
        # Nobody knows what became of it: pressed again, the same form asks under the same key.
        "once": key_again(request) if status == HTTPStatus.SERVICE_UNAVAILABLE else new_form_key(),
        **member_face(one, look, city_time(request), language),
    }
    return console_answer(
        request, "console/desk/member.html", values, words=DESK_WORDS, title=one.name,
        status=status,
    )  # fmt: skip
