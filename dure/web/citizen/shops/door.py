"""The page that a shop's QR at the door opens: what I get here, before I come in."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.merchants.guide import GUIDE
from dure.web.citizen.shell.access import open_page, visitor_of
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shops.finding import known_rates, rate_shown
from dure.web.citizen.shops.shop_face import find_shop, offer_sentences, shop_face
from dure.web.citizen.shops.shop_view import no_such_shop
from dure.web.citizen.shops.words import DOOR_WORDS, SHOP_WORDS
from dure.web.shared.address_limit import SharedLimit, address_of
from dure.web.shared.language import language_of_page
from dure.web.shared.qr_picture import qr_picture
from dure.web.shared.store import database

DOOR_LIMIT: Final = SharedLimit("doors of shops", burst=120, per_minute=300)
"""For strangers: a code can be guessed, and what stands behind it is public, but nobody shall read
them all. Many telephones share one address of their network."""
_KOREAN: Final = "/s/"
_ENGLISH: Final = "/en/s/"


@open_page
@require_safe
def door_page(request: HttpRequest, shop_code: str) -> HttpResponseBase:
    """The shop's door: for a member my own rate, for a stranger what anybody gets."""
    language = language_of_page(request)
    visitor = visitor_of(request)
    other = {"other_address": language.choose(_ENGLISH, _KOREAN) + shop_code}
    words = {**SHOP_WORDS, **DOOR_WORDS}
    if visitor is None and DOOR_LIMIT.wait_s(address_of(request)):
        said = language.choose(*SHOP_WORDS["too_often"])
        response = app_answer(
            request, visitor, "citizen/shops/too_often.html", other, words=words, title=said,
            status=429,
        )  # fmt: skip
        response.headers["Retry-After"] = "60"
        return response
    connection, at_us = database(), now_us()
    shop = find_shop(connection, shop_code)
    if shop is None:
        return no_such_shop(request, visitor, **other)
    guide = GUIDE.get(connection, at_us)
    place = guide.position.get(shop_code)
    rate: tuple[str, str] | None = None
    offer: tuple[str, ...] = ()
    face = shop_face(shop, language)
    if place is not None:
        member_id = None if visitor is None else visitor.member_id
        rates = known_rates(connection, guide, [place], member_id, at_us)
        rate = None if rates is None else rate_shown(rates.at(guide.facts(place)))
        offer = offer_sentences(guide.facts(place), language)
    values = {
        "shop": face,
        "is_open": place is not None,
        "rate": rate,
        "offer": offer,
        "door": qr_picture(request.build_absolute_uri(_KOREAN + shop_code)),
        "door_address": request.build_absolute_uri(_KOREAN + shop_code),
        "own_page": f"{app_root(request)}/shops/{shop_code}",
        "pay_address": f"{app_root(request)}/pay/shops/{shop_code}",
        "calculator": language.choose("/calculator", "/en/calculator") + f"?shop={shop_code}",
        **other,
    }
    return app_answer(
        request, visitor, "citizen/shops/door.html", values, words=words, title=face.name
    )
