"""The list of shops: by distance or by my rate, narrowed by name, trade, discount, favorites."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.merchants.guide import GUIDE
from dure.policy.districts import DISTRICT_NAMES
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shops.asking import DISCOUNTS_BP, HERE, Asked, read_asked
from dure.web.citizen.shops.finding import PAGE, ShopsFound, find
from dure.web.citizen.shops.words import GROUPS, LIST_WORDS
from dure.web.shared.amounts import percent
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

MAY_ASK_PLACE: Final = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"
"""Permissions-Policy of the pages that may ask where the reader is, which they do on a tap."""
Options = list[tuple[str, str, bool]]


@member_page
@require_safe
def shop_list(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """A page of shops, each with the rate for me now."""
    language = language_of_page(request)
    asked = read_asked(request.GET)
    connection, at_us = database(), now_us()
    guide = GUIDE.get(connection, at_us)
    found = find(
        connection, guide, asked, member_id=visitor.member_id,
        home_district=visitor.district, at_us=at_us, language=language,
    )  # fmt: skip
    values = {
        "asked": asked,
        "found": found,
        "found_text": _found_text(found, language),
        "groups": group_options(asked.group, language),
        "discounts": discount_options(asked.discount_bp_min, language),
        "origins": _origins(asked, visitor.district, language),
        "is_open": asked.is_narrowed and not asked.liked,
        "next": asked.address(page=asked.page + 1) if found.has_more else "",
        "next_text": language.choose(*LIST_WORDS["more"]).format(count=PAGE),
        "before": asked.address(page="" if asked.page == 2 else asked.page - 1)
        if asked.page > 1
        else "",
        "map_question": asked.address(page="", q="", order="", liked=""),
        "all_question": "",
    }
    title = language.choose(*LIST_WORDS["shops"])
    response = app_answer(
        request, visitor, "citizen/shops/list.html", values, words=LIST_WORDS, title=title
    )
    response.headers["Permissions-Policy"] = MAY_ASK_PLACE
    return response


def group_options(chosen: int | None, language: Language) -> Options:
    """What shops sell, as options of a choice."""
    every = ("", language.choose(*LIST_WORDS["group_any"]), chosen is None)
    return [every] + [
        (str(int(group)), language.choose(*both), chosen == group) for group, both in GROUPS.items()
    ]


def discount_options(chosen_bp: int, language: Language) -> Options:
    """What a shop's discount may be asked to be at least."""
    text = language.choose(*LIST_WORDS["discount_from"])
    every = ("", language.choose(*LIST_WORDS["discount_any"]), not chosen_bp)
    return [every] + [
        (str(rate_bp), text.format(percent=percent(rate_bp)), rate_bp == chosen_bp)
        for rate_bp in DISCOUNTS_BP
    ]


def _origins(asked: Asked, home_district: int, language: Language) -> Options:
    begun = asked.district or home_district
    here = [(HERE, language.choose(*LIST_WORDS["from_here"]), True)] if asked.here else []
    return here + [
        (str(code), language.choose(*both), not asked.here and code == begun)
        for code, both in DISTRICT_NAMES.items()
    ]


def _found_text(found: ShopsFound, language: Language) -> str:
    word = "found_one" if found.count == 1 else "found"
    return language.choose(*LIST_WORDS[word]).format(count=f"{found.count:,}")
