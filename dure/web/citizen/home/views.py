"""The first page: what I have, what I get, what the city has left, what happened last."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.kernel.calendar import day_of
from dure.web.citizen.history.passed_face import passed_face, shop_name
from dure.web.citizen.home.city_now import CITY_NOW
from dure.web.citizen.home.faces import line_faces, my_rate, purse_faces, unread_text
from dure.web.citizen.home.reading import last_payments, read_purses
from dure.web.citizen.home.words import HOME_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor, machine_now_us
from dure.web.citizen.shops.rate_for_me import MONEY
from dure.web.citizen.shops.shelf import shelf
from dure.web.citizen.shops.words import GROUPS
from dure.web.shared.amounts import percent
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

_SHELF_MAX = 6


@require_safe
@member_page
def home(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The first page of the app."""
    language, at_us = language_of_page(request), now_us()
    title = language.choose(*HOME_WORDS["home"])
    purses = read_purses(database(), visitor.member_id, at_us)
    if purses is None:
        return app_answer(
            request, visitor, "citizen/home/opening.html", {}, words=HOME_WORDS, title=title
        )
    city = CITY_NOW.get(database())
    values = {
        "together": f"{purses.together_won:,}",
        "together_won": purses.together_won,
        "shown_at_ms": machine_now_us() // 1000,
        "is_open": purses.is_open,
        "purses": purse_faces(purses, language),
        "rate": my_rate(purses, MONEY.get(database()), at_us, language),
        "lines": line_faces(city, purses.payer.facts.district, language),
        "next": city.rate(language),
        "last": [
            passed_face(one, language) for one in last_payments(database(), visitor.member_id)
        ],
        "unread": unread_text(purses.unread, language),
        "shelf": _shelf(visitor, at_us, language),
    }
    return app_answer(
        request, visitor, "citizen/home/home.html", values, words=HOME_WORDS, title=title
    )


def _shelf(visitor: Visitor, at_us: int, language: Language) -> list[dict[str, str]]:
    """The benefit-plus shops whose turn it is, as a template shows them."""
    shown = shelf(database(), visitor, day_of(at_us))[:_SHELF_MAX]
    faces = []
    for one in shown:
        name, tag = shop_name(one.name_ko, one.name_en, language)
        faces.append(
            {
                "code": one.shop_code,
                "name": name,
                "tag": tag,
                "group": language.choose(*GROUPS[one.group]),
                "off": language.choose(*HOME_WORDS["shelf_off"]).format(
                    rate=percent(one.discount_bp)
                ),
            }
        )
    return faces
