"""What was paid and why it gave what it gave; and taking a payment back on its own day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import Cancel
from dure.engine.client import EngineGone
from dure.ledger.movement import PAYMENTS
from dure.policy.audiences import Audience
from dure.wallets.history import FoundMovement, PaymentBack, find_movement, given_back_of
from dure.web.citizen.history.receipt_face import MovementFace, movement_face
from dure.web.citizen.pay.taking_back import back_notes, back_rows, taking_back, why_not_alone
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.payment_told import explains, tell_payment
from dure.web.shared.rules import Rulebook
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

ID_MAX: Final = 2**63 - 1
_CASHBACK: Final = "SELECT cashback_won FROM wallet WHERE shard = %s %% 64 AND member_id = %s"
_rulebook = Rulebook()


@require_safe
@member_page
def done(request: HttpRequest, visitor: Visitor, movement_id: int) -> HttpResponseBase:
    """The page after a payment; it can be opened again, and is nobody else's."""
    language = language_of_page(request)
    found = _payment(visitor, movement_id)
    told = None
    if explains(found.line):
        told = tell_payment(
            database(), _rulebook.rules(database()), member_id=visitor.member_id, line=found.line,
            shop_code=found.shop_code, usage_before_won=found.usage_before_won,
            audience=Audience.CITIZEN,
        )  # fmt: skip
    backs = given_back_of(database(), visitor.member_id, movement_id)
    line = found.line
    one = movement_face(found, told, backs, language)
    earned_won = sum(one.won for one in line.incentive) + sum(back.earned_won for back in backs)
    values: dict[str, object] = {
        "one": one,
        "earned": exact_won(earned_won, language),
        "earns": earned_won > 0,
        "why_not": "" if backs else why_not_alone(found.line, now_us()),
        "is_back": bool(backs),
    }
    title = language.choose(*PAY_WORDS[_title(one)])
    values["headline"] = title
    return app_answer(
        request, visitor, "citizen/pay/done.html", values, words=PAY_WORDS, title=title
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def cancel(request: HttpRequest, visitor: Visitor, movement_id: int) -> HttpResponseBase:
    """Shows what taking the payment back would do, and does it."""
    language, root = language_of_page(request), app_root(request)
    found = _payment(visitor, movement_id)
    if request.method == "POST":
        return _cancel(request, visitor, found)
    backs = given_back_of(database(), visitor.member_id, movement_id)
    why_not = _was_back(found, backs) or why_not_alone(found.line, now_us())
    if why_not:
        messages.error(request, language.choose(*PAY_WORDS[why_not]))
        return HttpResponseRedirect(f"{root}/history/{movement_id}")
    line = found.line
    back = taking_back(line, _cashback_won(visitor))
    values = {
        "shop": line.shop_name_ko or "",
        "amount": exact_won(line.amount_won - line.discount_won - line.coupon_won, language),
        "rows": back_rows(back, language),
        "notes": back_notes(back, language),
        "movement_id": movement_id,
    }
    title = language.choose(*PAY_WORDS["cancel"])
    return app_answer(
        request, visitor, "citizen/pay/cancel.html", values, words=PAY_WORDS, title=title
    )


def _cancel(request: HttpRequest, visitor: Visitor, found: FoundMovement) -> HttpResponseBase:
    language, root = language_of_page(request), app_root(request)
    movement_id = found.line.movement_id
    back = HttpResponseRedirect(f"{root}/history/{movement_id}")
    try:
        key = request_key(request, visitor, f"cancel {movement_id}")
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return back
    require_proof(visitor)
    backs = given_back_of(database(), visitor.member_id, movement_id)
    partly = _was_back(found, backs) == "cancel_part"
    why_not = "cancel_part" if partly else why_not_alone(found.line, now_us())
    if why_not:
        messages.error(request, language.choose(*PAY_WORDS[why_not]))
        return back
    try:
        answer = engine().ask(
            Cancel(
                key=key,
                occurred_at_us=now_us(),
                original_key=found.request_key,
                member_id=visitor.member_id,
            )
        )
    except EngineGone:
        messages.error(request, language.choose(*SHELL_WORDS["try_again"]))
        return HttpResponseRedirect(f"{root}/pay/cancel/{movement_id}")
    if not answer.approved:
        sentence = sentence_or_number(answer.reason, language)
        messages.error(request, f"{sentence.happened} {sentence.remedy}")
        return back
    messages.success(request, language.choose(*PAY_WORDS["cancelled"]))
    return HttpResponseRedirect(f"{root}/history/{answer.movement_id or movement_id}")


def _cashback_won(visitor: Visitor) -> int:
    row = database().execute(_CASHBACK, (visitor.member_id, visitor.member_id)).fetchone()
    return int(row[0]) if row else 0


def _payment(visitor: Visitor, movement_id: int) -> FoundMovement:
    """The member's own approved payment; raises Http404 for everything else."""
    found = None
    if movement_id <= ID_MAX:
        found = find_movement(database(), visitor.member_id, movement_id)
    if (
        found is None
        or found.line.kind not in PAYMENTS
        or found.line.reason != DeclineReason.APPROVED
    ):
        raise Http404
    return found


def _title(one: MovementFace) -> str:
    if one.is_wholly_back:
        return "done_back"
    return "done_part" if one.backs else "done"


def _was_back(found: FoundMovement, backs: Sequence[PaymentBack]) -> str:
    """What to say of a payment of which something was given back already; "" of any other.

    After a part the shop goes on, which knows what was brought back: the rest is its to cancel.
    """
    if not backs:
        return ""
    back_won = sum(back.amount_won for back in backs)
    return "cancel_was" if back_won >= found.line.amount_won else "cancel_part"
