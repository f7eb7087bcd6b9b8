"""Paying at a shop whose code was scanned: the amount, what I get, and the one tap that pays."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.authorization.reasons import RETRY_CAN_HELP, DeclineReason
from dure.authorization.requests import Purchase
from dure.engine.client import EngineGone
from dure.ledger.movement import PAYMENTS
from dure.policy.occasions import Channel
from dure.wallets.history import find_movement_of_key, member_history
from dure.web.citizen.money.way_back import carrying
from dure.web.citizen.pay.coupon_choice import asked_coupon, coupon_doors
from dure.web.citizen.pay.faces import promise_of, sheet_face
from dure.web.citizen.pay.month_left import month_left
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, city_time_us, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, form_key, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.citizen.shops.shop_face import ShopKept, find_shop, shop_face
from dure.web.citizen.shops.shop_view import asked_of_engine
from dure.web.shared.amounts import exact_won, read_amount
from dure.web.shared.engine import engine
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

AMOUNT_CHARACTERS_MAX: Final = 20
JUST_NOW_US: Final = 3 * 60_000_000
"""A payment of the same amount at the same shop so long ago is asked about, in the world's time:
it is a person who remembers, whatever the city's clock does."""
_LOOKED_AT: Final = 5
"""Movements of other kinds may lie between: a charge that came by itself, a gift."""
QUICK_WON: Final = (5_000, 10_000, 30_000)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def pay_shop(request: HttpRequest, visitor: Visitor, shop_code: str) -> HttpResponseBase:
    """The sheet of a shop: asks for the amount, shows what it gives, and pays."""
    language = language_of_page(request)
    shop = find_shop(database(), shop_code)
    if shop is None:
        messages.error(request, language.choose(*PAY_WORDS["scan_no_shop"]))
        return HttpResponseRedirect(f"{app_root(request)}/pay/scan")
    if request.method == "POST":
        return _pay(request, visitor, shop)
    return _sheet(request, visitor, shop, request.GET.get("amount"))


def _sheet(
    request: HttpRequest,
    visitor: Visitor,
    shop: ShopKept,
    written: str | None,
    *,
    said: str = "",
    once: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with what there is so far; `said` stands above, `once` keeps the form's key."""
    language = language_of_page(request)
    face = shop_face(shop, language)
    coupon = (request.POST if request.method == "POST" else request.GET).get("coupon", "")
    is_set = request.GET.get("set") == "1" or request.POST.get("set") == "1"
    values: dict[str, object] = {
        "shop": face,
        "said": said,
        "is_set": is_set,
        "quick": [(won, exact_won(won, language)) for won in QUICK_WON],
    }
    if once is not None:
        values["once"] = once
    if written is not None:
        written = written.strip()[:AMOUNT_CHARACTERS_MAX]
        values["written"] = written
        price_won = read_amount(written)
        if price_won:
            values |= _worked_out(visitor, shop, price_won, asked_coupon(coupon), language)
            values["to_charge"] = _to_charge(request, shop, values)
        else:
            values["fault"] = language.choose(*PAY_WORDS["amount_fault"])
    return app_answer(
        request, visitor, "citizen/pay/sheet.html", values, words=PAY_WORDS, title=face.name,
        status=status,
    )  # fmt: skip


def _worked_out(
    visitor: Visitor, shop: ShopKept, price_won: int, coupon_id: int | None, language: Language
) -> dict[str, object]:
    calculation = asked_of_engine(visitor.member_id, shop.code, price_won, coupon_id)
    if calculation is None:
        return {"refused": language.choose(*PAY_WORDS["away"])}
    if not calculation.is_answered:
        sentence = sentence_or_number(calculation.reason, language)
        return {
            "refused": f"{sentence.happened} {sentence.remedy}",
            "is_locked": calculation.reason == DeclineReason.WALLET_LOCKED,
        }
    found: dict[str, object] = {
        "amount_won": price_won,
        "coupon": "" if coupon_id is None else str(coupon_id),
        "coupons": coupon_doors(visitor, coupon_id, language),
        "sheet": sheet_face(calculation, language),
        "month_left": month_left(visitor, calculation, language),
        "just_paid": _just_paid(visitor, shop, price_won),
    }
    if calculation.short_won:
        lacking = exact_won(calculation.short_won, language)
        found["short"] = language.choose(*PAY_WORDS["short"]).format(won=lacking)
        found["charge"] = language.choose(*PAY_WORDS["charge"]).format(won=lacking)
        found["short_won"] = calculation.short_won
    return found


def _to_charge(request: HttpRequest, shop: ShopKept, values: dict[str, object]) -> str:
    """The page that charges what is missing and leads back to just this sheet."""
    if "short_won" not in values:
        return ""
    asked = {"amount": values["amount_won"]}
    if values["coupon"]:
        asked["coupon"] = values["coupon"]
    if values["is_set"]:
        asked["set"] = 1
    root = app_root(request)
    sheet = f"{root}/pay/shops/{shop.code}?{urlencode(asked)}"
    return carrying(f"{root}/charge?amount={values['short_won']}", sheet)


def _pay(request: HttpRequest, visitor: Visitor, shop: ShopKept) -> HttpResponseBase:
    """Pays once for the form: asked again it shows what has come of it."""
    language, written = language_of_page(request), request.POST.get("amount", "")
    try:
        key, once = request_key(request, visitor, "pay"), form_key(request)
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return _sheet(request, visitor, shop, written, status=409)
    done = _done(request, visitor, key)
    if done is not None:
        return done
    require_proof(visitor)
    amount_won = read_amount(written.strip()[:AMOUNT_CHARACTERS_MAX])
    coupon_id = asked_coupon(request.POST.get("coupon", ""))
    if not amount_won:
        return _sheet(request, visitor, shop, written, once=once, status=409)
    calculation = asked_of_engine(visitor.member_id, shop.code, amount_won, coupon_id)
    if calculation is None:
        slow = language.choose(*PAY_WORDS["slow"])
        return _sheet(request, visitor, shop, written, said=slow, once=once, status=503)
    if promise_of(calculation) != request.POST.get("promise"):
        # Another tap on this form may be what has changed it; the engine answers nothing before
        # what came before it is written, so that payment is found now.
        done = _done(request, visitor, key)
        if done is not None:
            return done
        changed = language.choose(*PAY_WORDS["changed"])
        return _sheet(request, visitor, shop, written, said=changed, once=once, status=409)
    try:
        answer = engine().ask(
            Purchase(
                key=key,
                occurred_at_us=now_us(),
                shop_code=shop.code,
                amount_won=amount_won,
                channel=int(Channel.QR),
                member_id=visitor.member_id,
                coupon_id=coupon_id,
            )
        )
    except EngineGone:
        slow = language.choose(*PAY_WORDS["slow"])
        return _sheet(request, visitor, shop, written, said=slow, once=once, status=503)
    if answer.approved:
        return _to_done(request, answer.movement_id)
    sentence = sentence_or_number(answer.reason, language)
    told = f"{sentence.happened} {sentence.remedy}"
    again = once if answer.reason in RETRY_CAN_HELP else None
    return _sheet(request, visitor, shop, written, said=told, once=again, status=409)


def _done(request: HttpRequest, visitor: Visitor, key: bytes) -> HttpResponseRedirect | None:
    """On to the payment that this form has made, if it has."""
    found = find_movement_of_key(database(), visitor.member_id, key)
    if found is None or found.reason != DeclineReason.APPROVED:
        return None
    return _to_done(request, found.movement_id)


def _to_done(request: HttpRequest, movement_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{app_root(request)}/pay/done/{movement_id}")


def _just_paid(visitor: Visitor, shop: ShopKept, price_won: int) -> bool:
    """Whether this very payment is among the member's last movements, a moment ago."""
    since_us = now_us() - city_time_us(JUST_NOW_US)
    return any(
        line.kind in PAYMENTS
        and line.reason == DeclineReason.APPROVED
        and (line.shop_id, line.amount_won) == (shop.shop_id, price_won)
        and line.occurred_at_us > since_us
        for line in member_history(database(), visitor.member_id, count=_LOOKED_AT)
    )
