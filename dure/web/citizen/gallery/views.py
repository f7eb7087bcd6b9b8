"""The gallery: parts and pages of the app in every state, in a city with demo keys alone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.kernel.database.home import home_directory
from dure.people.sms import has_demo_keys
from dure.web.citizen.gallery.state import State
from dure.web.citizen.gallery.states import STATES
from dure.web.citizen.gallery.words import GALLERY_WORDS
from dure.web.citizen.shell.access import open_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.navigation import tabs
from dure.web.shared.language import language_of_page

ICONS = ("home", "history", "pay", "shops", "more")


@require_safe
@open_page
def gallery(request: HttpRequest) -> HttpResponseBase:
    """The parts, and a list of the states of pages."""
    _require_demo()
    language, root = language_of_page(request), app_root(request)
    values = {
        "icons": ICONS,
        "tabs": tabs(root, request.path_info, language),
        "states": [(f"{root}/gallery/{one.slug}", language.choose(*one.name)) for one in STATES],
    }
    title = language.choose(*GALLERY_WORDS["gallery"])
    return app_answer(
        request, None, "citizen/gallery/gallery.html", values, words=GALLERY_WORDS, title=title
    )


@require_safe
@open_page
def page_in_state(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A page of a room as it is in one state, with made-up values."""
    _require_demo()
    state = next((one for one in STATES if one.slug == slug), None)
    if state is None:
        raise Http404
    return _shown(request, state)


def _shown(request: HttpRequest, state: State) -> HttpResponseBase:
    language, root = language_of_page(request), app_root(request)
    values: dict[str, object] = {"tabs": tabs(root, request.path_info, language)}
    title = language.choose(*state.name)
    values |= state.values(language)
    return app_answer(request, None, state.template, values, words=state.words, title=title)


def _require_demo() -> None:
    """Raises Http404 in a city that is not a demo."""
    if not has_demo_keys(home_directory()):
        raise Http404
