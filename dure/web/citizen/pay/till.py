"""A shop's till in the demo city: it reads members' codes, and shows the shop's own to be paid."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.engine.client import EngineGone
from dure.kernel.database.home import home_directory
from dure.merchants.payment_code import write_payment_code
from dure.people.sms import has_demo_keys
from dure.wallets import qr
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.access import open_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import machine_now_us
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.citizen.shops.shop_face import ShopKept, find_shop
from dure.web.shared.amounts import exact_won, read_amount
from dure.web.shared.engine import engine
from dure.web.shared.form_keys import FormKeyMissingError, form_key, key_for
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.qr_picture import qr_picture
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

SHOPS_OFFERED: Final = 12
_SOME: Final = """
SELECT s.shop_code, s.name_ko FROM shop s WHERE s.status = 2 ORDER BY s.shop_id LIMIT %s
"""


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def till(request: HttpRequest) -> HttpResponseBase:
    """The till of a shop; only in a city whose keys protect nothing."""
    if not has_demo_keys(home_directory()):
        raise Http404
    language = language_of_page(request)
    given = request.POST if request.method == "POST" else request.GET
    shop = find_shop(database(), given.get("shop", "").strip().upper())
    amount_won = read_amount(given.get("amount", "").strip()[:20])
    kept: dict[str, object] = {}
    if request.method == "POST":
        if shop is None:
            messages.error(request, language.choose(*PAY_WORDS["scan_no_shop"]))
        elif not _take(request, shop, amount_won, language):
            kept = {"once": form_key(request), "code": request.POST.get("code", "")}
        if not kept:
            asked = f"?shop={shop.code}&amount={amount_won or ''}" if shop else ""
            return HttpResponseRedirect(f"{app_root(request)}/demo/till{asked}")
    values: dict[str, object] = {
        "offered": database().execute(_SOME, (SHOPS_OFFERED,)).fetchall(),
        "shop": shop,
        "amount": amount_won or "",
        **kept,
    }
    if shop is not None:
        text = write_payment_code(
            shop_code=shop.code, name=shop.name_en, name_ko=shop.name_ko, amount_won=amount_won
        )
        values |= {"text": text, "picture": qr_picture(text)}
    title = language.choose(*PAY_WORDS["till"])
    return app_answer(
        request, None, "citizen/pay/till.html", values, words=PAY_WORDS, title=title,
        status=503 if kept else 200,
    )  # fmt: skip


def _take(request: HttpRequest, shop: ShopKept, amount_won: int, language: Language) -> bool:
    """Takes the payment and says what came of it; False where no answer came.

    The code is then this form's: only the same form may ask again.
    """
    digits = "".join(sign for sign in request.POST.get("code", "") if sign in "0123456789")
    wrong = {
        qr.QrUnknownError: "till_unknown",
        qr.QrExpiredError: "till_expired",
        qr.QrUsedError: "till_used",
    }
    try:
        answer = qr.pay_by_code(
            database(), engine().ask, token=digits, shop_code=shop.code, amount_won=amount_won,
            key=key_for(request, "demo till", shop.code), machine_us=machine_now_us(),
            occurred_at_us=now_us(),
        )  # fmt: skip
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
    except qr.QrRefusedError as error:
        messages.error(request, language.choose(*PAY_WORDS[wrong[type(error)]]))
    except EngineGone:
        messages.error(request, language.choose(*PAY_WORDS["till_late"]))
        return False
    else:
        if answer.approved:
            told = language.choose(*PAY_WORDS["till_taken"])
            won = exact_won(answer.amount_won, language)
            messages.success(request, told.format(won=won, code=answer.approval_code))
        else:
            messages.error(request, sentence_or_number(answer.reason, language).happened)
    return True
