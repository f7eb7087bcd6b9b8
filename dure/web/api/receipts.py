"""Movements of a wallet as receipts: each won with its reason, in the reader's language."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.reasons import DeclineReason
from dure.policy.audiences import Audience, Told
from dure.policy.evaluate import CompiledRule
from dure.wallets.history import FoundMovement, HistoryLine, IncentiveReason
from dure.web.api.bodies import BudgetPart, NotGiven, Reason, Receipt
from dure.web.api.calls import instant
from dure.web.shared.explained import shown, text_of
from dure.web.shared.language import Language
from dure.web.shared.payment_told import explains, tell_payment
from dure.web.shared.refusals_told import tell_refusal
from dure.web.shared.rules import Rulebook

_rulebook = Rulebook()


def receipt_of(
    conn: Connection[TupleRow],
    member_id: int,
    line: HistoryLine,
    language: Language,
    found: FoundMovement | None = None,
    audience: Audience = Audience.CITIZEN,
) -> Receipt:
    """The movement as a receipt; one that was found alone is explained to the audience."""
    rules = _rulebook.rules(conn)
    told = None
    if found is not None and explains(line):
        told = tell_payment(
            conn,
            rules,
            member_id=member_id,
            line=line,
            shop_code=found.shop_code,
            usage_before_won=found.usage_before_won,
            audience=audience,
        )
    outcome = tell_refusal(line.reason, audience, language)
    return Receipt(
        receipt_id=receipt_id(member_id, line.movement_id),
        kind=line.kind.name.lower(),
        approved=line.reason == DeclineReason.APPROVED,
        reason=line.reason.name.lower(),
        reason_text=outcome.happened,
        remedy=outcome.remedy,
        occurred_at=instant(line.occurred_at_us),
        amount_won=line.amount_won,
        charged_won=line.charged_won,
        cashback_won=line.cashback_won,
        allowance_won=line.allowance_won,
        discount_won=line.discount_won,
        coupon_won=line.coupon_won,
        charged_after_won=line.charged_after_won,
        cashback_after_won=line.cashback_after_won,
        allowance_after_won=line.allowance_after_won,
        shop_name=line.shop_name_ko,
        original_id=receipt_id(member_id, line.original_id) if line.original_id else None,
        incentive=[reason_body(one, language) for one in told.given]
        if told
        else [_titled(one, rules, language) for one in line.incentive],
        discount=reason_body(told.discount, language) if told and told.discount else None,
        coupon=reason_body(told.coupon, language) if told and told.coupon else None,
        not_given=[not_given_body(one, language) for one in shown(told.missing, audience)]
        if told
        else [],
    )


def reason_body(told: Told, language: Language) -> Reason:
    """One rule's line as the API writes it."""
    return Reason(
        rule=told.rule,
        version=told.version,
        won=told.won,
        full_won=told.full_won,
        limited_by=told.limited_by,
        text=text_of(told, language),
        funding=[BudgetPart(line=name, won=won) for name, won in told.funding],
    )


def not_given_body(told: Told, language: Language) -> NotGiven:
    """A rule that gave nothing as the API writes it."""
    return NotGiven(
        rule=told.rule,
        version=told.version,
        title=language.choose(told.title.ko, told.title.en),
        reasons=list(told.reasons),
        text=text_of(told, language),
    )


def _titled(reason: IncentiveReason, rules: tuple[CompiledRule, ...], language: Language) -> Reason:
    """A line of a history, with the rule's title alone."""
    document = next(
        (
            rule.document
            for rule in rules
            if (rule.document.id, rule.document.version) == (reason.rule, reason.version)
        ),
        None,
    )
    title = language.choose(document.title.ko, document.title.en) if document else reason.rule
    return Reason(
        rule=reason.rule,
        version=reason.version,
        won=reason.won,
        full_won=reason.full_won,
        limited_by=reason.limited_by.name.lower(),
        text=title,
    )


def receipt_id(member_id: int, movement_id: int) -> str:
    """The name of a movement for partners: the member's number and the movement's."""
    return f"{member_id}-{movement_id}"


def read_receipt_id(text: str) -> tuple[int, int]:
    """Member and movement of a receipt's name; the pattern of the address has been checked."""
    member_id, _, movement_id = text.partition("-")
    return int(member_id), int(movement_id)
