"""The page that is shown without a network, and the page that says how to install the app."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.web.citizen.pwa.words import PWA_WORDS
from dure.web.citizen.shell.access import open_page, visitor_of
from dure.web.citizen.shell.frame import app_answer
from dure.web.shared.language import language_of_page


@require_safe
@open_page
def offline(request: HttpRequest) -> HttpResponseBase:
    """Kept by the worker and shown when nothing can be reached; the same for everybody."""
    title = language_of_page(request).choose(*PWA_WORDS["offline_title"])
    return app_answer(request, None, "citizen/pwa/offline.html", {}, words=PWA_WORDS, title=title)


@require_safe
@open_page
def install(request: HttpRequest) -> HttpResponseBase:
    """How to put the app on the home screen of each kind of telephone."""
    title = language_of_page(request).choose(*PWA_WORDS["install_title"])
    return app_answer(
        request, visitor_of(request), "citizen/pwa/install.html", {}, words=PWA_WORDS, title=title
    )
