"""The rule of the shelf for everybody to read, with the counts that prove it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.kernel.calendar import day_of
from dure.merchants.shelf_views import shares
from dure.policy.districts import DISTRICT_NAMES
from dure.web.citizen.shell.access import open_page, visitor_of
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shops.words import SHELF_WORDS
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database


@open_page
@require_safe
def shelf_rule(request: HttpRequest) -> HttpResponseBase:
    """How benefit-plus shops take turns, and how often they were seen by district."""
    language = language_of_page(request)
    rows = [
        (
            language.choose(*DISTRICT_NAMES.get(one.district, ("", ""))),
            f"{one.shops:,}",
            f"{one.views_min:,}",
            f"{one.views_max:,}",
        )
        for one in shares(database(), day_of(now_us()))
    ]
    title = language.choose(*SHELF_WORDS["shelf_title"])
    return app_answer(
        request, visitor_of(request), "citizen/shops/shelf.html", {"rows": rows},
        words=SHELF_WORDS, title=title,
    )  # fmt: skip
