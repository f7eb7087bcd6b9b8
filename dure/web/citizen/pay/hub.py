"""The doors to paying, and which money is spent first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from dure.authorization.facts import WALLET_OPEN
from dure.authorization.requests import ChangeWallet
from dure.engine.client import EngineGone
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

_ORDER = "SELECT spend_cashback FROM wallet WHERE shard = %s %% 64 AND member_id = %s"
_TO_SPEND = """
SELECT charged_won - held_won + allowance_won + CASE WHEN spend_cashback THEN cashback_won ELSE 0
  END, spend_cashback OR cashback_won = 0, status
FROM wallet WHERE shard = %s %% 64 AND member_id = %s
"""


@require_safe
@member_page
def pay(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """My code, or the shop's, and what there is to pay with."""
    language = language_of_page(request)
    row = database().execute(_TO_SPEND, (visitor.member_id, visitor.member_id)).fetchone()
    values = {
        "to_spend": exact_won(row[0], language) if row else "",
        "keeps": row is not None and not row[1],
        "is_locked": row is not None and row[2] != WALLET_OPEN,
    }
    return app_answer(
        request, visitor, "citizen/pay/pay.html", values, words=PAY_WORDS,
        title=language.choose(*PAY_WORDS["pay"]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def order(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Whether cashback is spent before charged money, or kept."""
    language = language_of_page(request)
    if request.method == "POST":
        _set_order(request, visitor)
        return HttpResponseRedirect(f"{app_root(request)}/pay/order")
    row = database().execute(_ORDER, (visitor.member_id, visitor.member_id)).fetchone()
    values = {"spends": bool(row and row[0])}
    title = language.choose(*PAY_WORDS["order"])
    return app_answer(
        request, visitor, "citizen/pay/order.html", values, words=PAY_WORDS, title=title
    )


def _set_order(request: HttpRequest, visitor: Visitor) -> None:
    language = language_of_page(request)
    try:
        answer = engine().ask(
            ChangeWallet(
                key=request_key(request, visitor, "spending order"),
                occurred_at_us=now_us(),
                member_id=visitor.member_id,
                spend_cashback=request.POST.get("first") != "charged",
            )
        )
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
    except EngineGone:
        messages.error(request, language.choose(*SHELL_WORDS["try_again"]))
    else:
        if answer.approved:
            messages.success(request, language.choose(*PAY_WORDS["order_saved"]))
        else:
            messages.error(request, sentence_or_number(answer.reason, language).happened)
