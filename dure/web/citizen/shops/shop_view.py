"""The page of one shop: the rate for me now, and what an amount would give, to the won and why."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import psycopg
from django.contrib import messages
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from dure.authorization.reasons import DeclineReason
from dure.engine.client import EngineGone
from dure.merchants.favorites import FAVORITES_MAX, TooManyFavoritesError, like, liked_by, unlike
from dure.merchants.guide import GUIDE
from dure.policy.audiences import Audience
from dure.policy.occasions import Channel
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shops.finding import known_rates, rate_shown
from dure.web.citizen.shops.shop_face import ShopFace, find_shop, offer_sentences, shop_face
from dure.web.citizen.shops.words import SHOP_WORDS
from dure.web.shared.amounts import exact_won, read_amount
from dure.web.shared.calculator import Calculation, calculate
from dure.web.shared.explained import ReceiptFace, calculation_face
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

log = logging.getLogger(__name__)
AMOUNT_CHARACTERS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What an amount would give: a receipt, or what is said in its place; all may be empty."""

    amount: str = ""
    fault: str = ""
    receipt: ReceiptFace | None = None
    short: str = ""
    said: str = ""
    remedy: str = ""


@member_page
@require_safe
def shop_page(request: HttpRequest, visitor: Visitor, shop_code: str) -> HttpResponseBase:
    """One shop; with ?amount= also what that would give."""
    language = language_of_page(request)
    connection, at_us = database(), now_us()
    shop = find_shop(connection, shop_code)
    if shop is None:
        return no_such_shop(request, visitor)
    guide = GUIDE.get(connection, at_us)
    place = guide.position.get(shop_code)
    rates = None
    if place is not None:
        rates = known_rates(connection, guide, [place], visitor.member_id, at_us)
    rate = None if rates is None or place is None else rates.at(guide.facts(place))
    face = shop_face(shop, language)
    answer = _answer(request, visitor, face, language)
    sum_asked = f"?{urlencode({'amount': answer.amount})}" if answer and answer.receipt else ""
    values = {
        "shop": face,
        "is_open": place is not None,
        "rate": None if rate is None else rate_shown(rate),
        "offer": () if place is None else offer_sentences(guide.facts(place), language),
        "answer": answer,
        "is_liked": shop.shop_id in liked_by(connection, visitor.member_id),
        "door_root": language.choose("/s/", "/en/s/"),
        "pay_address": f"{app_root(request)}/pay/shops/{shop_code}{sum_asked}",
        "closed": "" if place is not None else _why_closed(visitor, face, language),
    }
    return app_answer(
        request, visitor, "citizen/shops/shop.html", values, words=SHOP_WORDS, title=face.name
    )


@member_page
@require_POST
def favorite(request: HttpRequest, visitor: Visitor, shop_code: str) -> HttpResponseBase:
    """Puts the shop among the favorites, or takes it off; then shows its page again."""
    language = language_of_page(request)
    connection = database()
    shop = find_shop(connection, shop_code)
    if shop is None:
        return no_such_shop(request, visitor)
    word = "unliked_done"
    if request.POST.get("like") == "1":
        word = "liked_done"
        try:
            like(connection, member_id=visitor.member_id, shop_id=shop.shop_id, at_us=now_us())
        except TooManyFavoritesError:
            word = "liked_full"
    else:
        unlike(connection, member_id=visitor.member_id, shop_id=shop.shop_id)
    said = language.choose(*SHOP_WORDS[word]).format(count=FAVORITES_MAX)
    messages.add_message(
        request, messages.WARNING if word == "liked_full" else messages.SUCCESS, said
    )
    return HttpResponseRedirect(f"{app_root(request)}/shops/{shop_code}")


def no_such_shop(request: HttpRequest, visitor: Visitor | None, **more: str) -> HttpResponseBase:
    """The page for a code that is no shop's."""
    title = language_of_page(request).choose(*SHOP_WORDS["missing"])
    return app_answer(
        request, visitor, "citizen/shops/missing.html", more, words=SHOP_WORDS, title=title,
        status=404,
    )  # fmt: skip


def _answer(
    request: HttpRequest, visitor: Visitor, shop: ShopFace, language: Language
) -> Answer | None:
    written = request.GET.get("amount")
    if written is None:
        return None
    written = written.strip()[:AMOUNT_CHARACTERS_MAX]
    price_won = read_amount(written)
    if not price_won:
        return Answer(written, fault=language.choose(*SHOP_WORDS["ask_fault"]))
    calculation = asked_of_engine(visitor.member_id, shop.code, price_won)
    if calculation is None:
        return Answer(written, said=language.choose(*SHOP_WORDS["answer_away"]))
    if not calculation.is_answered:
        sentence = sentence_or_number(calculation.reason, language)
        return Answer(written, said=sentence.happened, remedy=sentence.remedy)
    short = ""
    if calculation.short_won:
        lacking = exact_won(calculation.short_won, language)
        short = language.choose(*SHOP_WORDS["answer_short"]).format(won=lacking)
    receipt = calculation_face(calculation, Audience.CITIZEN, language, {})
    return Answer(written, receipt=receipt, short=short)


def asked_of_engine(
    member_id: int, shop_code: str, price_won: int, coupon_id: int | None = None
) -> Calculation | None:
    """What the engine says such a payment would give; None, which is logged, when it is away.

    `coupon_id` is as in `Purchase`.
    """
    try:
        return calculate(
            database(), shop_code=shop_code, price_won=price_won, channel=Channel.QR,
            member_id=member_id, coupon_id=coupon_id,
        )  # fmt: skip
    except (EngineGone, DatabaseError, psycopg.Error) as error:
        log.warning("A shop's page has no answer: %s", error)
        return None


def _why_closed(visitor: Visitor, shop: ShopFace, language: Language) -> str:
    """Why the shop takes no payment, as the engine would say; a plain sentence when it is away."""
    calculation = asked_of_engine(visitor.member_id, shop.code, 1)
    closed = language.choose(*SHOP_WORDS["closed"])
    if calculation is None or calculation.reason in (
        DeclineReason.APPROVED, DeclineReason.NOT_ENOUGH_MONEY,
    ):  # fmt: skip
        return closed
    return sentence_or_number(calculation.reason, language).happened
