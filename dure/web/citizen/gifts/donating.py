"""Donating to a fund of the city, from charged money or cashback, with a receipt."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.views.decorators.http import require_http_methods, require_safe

from dure.authorization.requests import Donate
from dure.engine.client import EngineGone
from dure.wallets.donations import Donation, Fund, donations_of, find_donation, open_funds
from dure.wallets.history import find_movement_of_key
from dure.web.citizen.gifts.words import DONATION_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, form_key, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.standing import is_locked
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.amounts import exact_won, read_amount
from dure.web.shared.dates import day_and_time_text
from dure.web.shared.engine import engine
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

CASHBACK: Final = "cashback"
_ID_MAX: Final = 2**63 - 1
_HAS: Final = """
SELECT charged_won - held_won, cashback_won FROM wallet
WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s
"""


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def donate(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Asks for fund, money and amount; and gives, once for the form."""
    funds = open_funds(database(), now_us())
    if request.method != "POST":
        return _page(request, visitor, funds)
    language = language_of_page(request)
    try:
        key, once = request_key(request, visitor, "donate"), form_key(request)
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return HttpResponseRedirect(f"{app_root(request)}/donate")
    before = find_movement_of_key(database(), visitor.member_id, key)
    if before is not None and not before.reason:
        return HttpResponseRedirect(f"{app_root(request)}/donate/{before.movement_id}")
    fund = next((one for one in funds if str(one.fund_id) == request.POST.get("fund")), None)
    amount_won = read_amount(request.POST.get("amount", "").strip()[:20])
    if fund is None or not amount_won:
        name = "amount_fault" if fund else "fund_fault"
        return _page(request, visitor, funds, _word(name, language), status=400)
    require_proof(visitor)
    try:
        answer = engine().ask(
            Donate(
                key=key,
                occurred_at_us=now_us(),
                member_id=visitor.member_id,
                fund_id=fund.fund_id,
                amount_won=amount_won,
                cashback=request.POST.get("purse") == CASHBACK,
            )
        )
    except EngineGone:
        return _page(request, visitor, funds, _word("slow", language), once=once, status=503)
    if answer.approved:
        messages.success(request, _word("given_thanks", language))
        return HttpResponseRedirect(f"{app_root(request)}/donate/{answer.movement_id}")
    sentence = sentence_or_number(answer.reason, language)
    again = once if answer.retry_can_help else None
    said = f"{sentence.happened} {sentence.remedy}"
    return _page(request, visitor, funds, said, once=again, status=409)


def _page(
    request: HttpRequest,
    visitor: Visitor,
    funds: list[Fund],
    fault: str = "",
    *,
    once: str | None = None,
    status: int = 200,
) -> HttpResponse:
    language = language_of_page(request)
    row = database().execute(_HAS, {"member_id": visitor.member_id}).fetchone() or (0, 0)
    so_far = _word("fund_given", language)
    asked = request.POST.get("fund", "")
    values: dict[str, object] = {
        "funds": [
            {
                "fund_id": fund.fund_id,
                "name": language.choose(fund.name_ko, fund.name_en),
                "about": language.choose(fund.about_ko, fund.about_en),
                "given": so_far.format(won=exact_won(fund.given_won, language)),
                "is_chosen": str(fund.fund_id) == asked or (not asked and place == 0),
            }
            for place, fund in enumerate(funds)
        ],
        "charged": exact_won(row[0], language),
        "cashback": exact_won(row[1], language),
        "by_cashback": request.POST.get("purse") == CASHBACK,
        "written": request.POST.get("amount", "")[:20],
        "fault": fault,
        "is_locked": is_locked(visitor.member_id),
        "mine": [_face(one, language) for one in donations_of(database(), visitor.member_id)],
    }
    if once is not None:
        values["once"] = once
    return app_answer(
        request, visitor, "citizen/gifts/donate.html", values, words=DONATION_WORDS,
        title=_word("donate", language), status=status,
    )  # fmt: skip


@require_safe
@member_page
def donation(request: HttpRequest, visitor: Visitor, movement_id: int) -> HttpResponseBase:
    """The receipt of a donation of the member's."""
    language = language_of_page(request)
    found = find_donation(database(), visitor.member_id, min(movement_id, _ID_MAX))
    if found is None:
        raise Http404
    return app_answer(
        request, visitor, "citizen/gifts/donation.html", {"given": _face(found, language)},
        words=DONATION_WORDS, title=_word("given_title", language),
    )  # fmt: skip


def _face(given: Donation, language: Language) -> dict[str, object]:
    return {
        "movement_id": given.movement_id,
        "fund": language.choose(given.name_ko, given.name_en),
        "won": exact_won(given.won, language),
        "purse": _word("from_cashback" if given.cashback else "from_charged", language),
        "day": day_and_time_text(given.occurred_at_us, language),
    }


def _word(name: str, language: Language) -> str:
    return language.choose(*DONATION_WORDS[name])
