"""The receipt of one movement: every won explained, and what was taken back when it was undone."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from dure.authorization.reasons import DeclineReason
from dure.ledger.movement import PAYMENTS
from dure.policy.audiences import Audience
from dure.wallets.history import find_movement, given_back_of
from dure.web.citizen.history.receipt_face import movement_face
from dure.web.citizen.history.words import RECEIPT_WORDS
from dure.web.citizen.pay.taking_back import why_not_alone
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.language import language_of_page
from dure.web.shared.payment_told import explains, tell_payment
from dure.web.shared.rules import Rulebook
from dure.web.shared.store import database

ID_MAX: Final = 2**63 - 1
_rulebook = Rulebook()


@require_safe
@member_page
def receipt(request: HttpRequest, visitor: Visitor, movement_id: int) -> HttpResponseBase:
    """One of the member's movements; of anybody else's there is no page."""
    language = language_of_page(request)
    if movement_id > ID_MAX:
        raise Http404
    found = find_movement(database(), visitor.member_id, movement_id)
    if found is None:
        raise Http404
    line, told = found.line, None
    if explains(line):
        told = tell_payment(
            database(),
            _rulebook.rules(database()),
            member_id=visitor.member_id,
            line=line,
            shop_code=found.shop_code,
            usage_before_won=found.usage_before_won,
            audience=Audience.CITIZEN,
        )
    is_payment = line.kind in PAYMENTS and line.reason == DeclineReason.APPROVED
    backs = given_back_of(database(), visitor.member_id, movement_id) if is_payment else []
    values = {
        "one": movement_face(found, told, backs, language),
        "may_dispute": line.shop_id is not None,
        "may_cancel": is_payment and not backs and not why_not_alone(line, now_us()),
    }
    return app_answer(
        request, visitor, "citizen/history/receipt.html", values, words=RECEIPT_WORDS,
        title=language.choose(*RECEIPT_WORDS["receipt"]),
    )  # fmt: skip
