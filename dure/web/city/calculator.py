"""The calculator's page: what a payment at a shop would give now, for anybody, without script."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import psycopg
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.engine.client import EngineGone
from dure.policy.audiences import Audience
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.occasions import Channel
from dure.web.city.shop_search import (
    FOUND_MAX,
    ShopFound,
    TooManySearchesError,
    find_shops,
    get_shop,
)
from dure.web.shared.address_limit import CALCULATOR_LIMIT, address_of
from dure.web.shared.amounts import read_amount
from dure.web.shared.calculator import Calculation, calculate
from dure.web.shared.explained import ReceiptFace, calculation_face
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.pages import page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database
from dure.web.shared.words import CHANNELS, WORDS

log = logging.getLogger(__name__)

SHOP_CHARACTERS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Form:
    """What the reader has written; a fault is a sentence that says what to write instead."""

    shop: str
    amount: str
    channel: int
    shop_fault: str = ""
    amount_fault: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several shops of the name that was asked for."""

    name: str
    where: str
    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands below the form: a receipt, shops to choose from, or a sentence; all may be empty.

    `status` is that of the answer (RFC 9110).
    """

    receipt: ReceiptFace | None = None
    choices: tuple[Choice, ...] = ()
    said: str = ""
    remedy: str = ""
    status: int = 200


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """The form, and below it what it asks for."""
    language = language_of_page(request)
    form = read_form(request, language)
    shown = _shown(request, form, language)
    values = {
        "form": form,
        "shown": shown,
        "channels": [(int(one), language.choose(*CHANNELS[one])) for one in Channel],
        "action": language.choose("/calculator", "/en/calculator"),
    }
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    response = page(
        request,
        "city/calculator.html",
        values,
        status=shown.status,
        address_ko=f"/calculator{query}",
        address_en=f"/en/calculator{query}",
    )
    if shown.status == 429:
        response.headers["Retry-After"] = "60"
    return response


def read_form(request: HttpRequest, language: Language) -> Form:
    """The form's values as the address has them, each with what is wrong with it."""
    written = "".join(sign if sign.isprintable() else " " for sign in request.GET.get("shop", ""))
    shop = " ".join(written.split())[:SHOP_CHARACTERS_MAX]
    amount = request.GET.get("amount", "").strip()[:20]
    channel = request.GET.get("channel", "")
    known = {str(int(one)) for one in Channel}
    # A link may name the shop alone (a shop's own QR): then the amount is still to be written.
    asked = "shop" in request.GET and "amount" in request.GET
    return Form(
        shop=shop,
        amount=amount,
        channel=int(channel) if channel in known else int(Channel.CARD),
        shop_fault=language.choose(*WORDS["calculator_shop_fault"]) if asked and not shop else "",
        amount_fault=language.choose(*WORDS["calculator_amount_fault"])
        if asked and not read_amount(amount)
        else "",
    )


def _shown(request: HttpRequest, form: Form, language: Language) -> Shown:
    if form.shop_fault or form.amount_fault:
        return Shown(status=422)
    if not form.shop or not form.amount:
        return Shown()
    if CALCULATOR_LIMIT.wait_s(address_of(request)):
        return _said("calculator_too_often", language, 429)
    try:
        return _answer(form, language)
    except TooManySearchesError:
        return _said("calculator_busy", language, 503)
    except (EngineGone, DatabaseError, psycopg.Error) as error:
        log.warning("The calculator has no answer: %s", error)
        return _said("calculator_away", language, 503)


def _answer(form: Form, language: Language) -> Shown:
    conn = database()
    shop = get_shop(conn, form.shop.upper())
    if shop is None:
        found = find_shops(conn, form.shop)
        if not found:
            return _said("calculator_no_shop", language, 404)
        if len(found) > 1:
            return _choose(found, form, language)
        shop = found[0]
    calculation = calculate(
        conn,
        shop_code=shop.shop_code,
        price_won=read_amount(form.amount),
        channel=Channel(form.channel),
    )
    if not calculation.is_answered:
        return _refused(calculation, language)
    return Shown(calculation_face(calculation, Audience.CITIZEN, language, {}))


def _refused(calculation: Calculation, language: Language) -> Shown:
    sentence = sentence_or_number(calculation.reason, language)
    return Shown(said=f"{calculation.shop_name}: {sentence.happened}", remedy=sentence.remedy)


def _choose(found: list[ShopFound], form: Form, language: Language) -> Shown:
    action = language.choose("/calculator", "/en/calculator")
    choices = []
    for shop in found[:FOUND_MAX]:
        query = urlencode({"shop": shop.shop_code, "amount": form.amount, "channel": form.channel})
        where = language.choose(*DISTRICT_NAMES.get(shop.district, ("", "")))
        place = " · ".join(text for text in (where, shop.address) if text)
        choices.append(Choice(shop.name, place, f"{action}?{query}#answer"))
    more = len(found) > FOUND_MAX
    said = language.choose(*WORDS["calculator_many" if more else "calculator_choose"])
    return Shown(choices=tuple(choices), said=said)


def _said(word: str, language: Language, status: int) -> Shown:
    return Shown(said=language.choose(*WORDS[word]), status=status)
