"""What the office gives later by a published rule: prizes for payments, gifts for a reason. Pure.

Note [Awards]
An award is whole or not at all: where a cap or a budget line is too small for it, it is refused and
may be asked for again when there is more. Its key is made of rule, member, payment and reason, so
it is given once, whoever asks and how often. What was awarded for a payment goes back with it: it
is one more incentive of the payment (Note [What remains] in `remains.py`).
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from dure.authorization.effects import AwardMade, AwardsStand, CameIn, Decision
from dure.authorization.facts import Facts, Wallet
from dure.authorization.identify import find_payer
from dure.authorization.purchase import Change, count, month_so_far, shop_of
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.remains import Remains, what_remains
from dure.authorization.requests import Award
from dure.kernel.calendar import month_of
from dure.ledger import recipes
from dure.ledger.movement import LEG_WON_MAX, PAYMENTS, Movement, MovementKind
from dure.policy.clawback import earned_on_rest
from dure.policy.compiled import CompiledRule
from dure.policy.evaluate import RuleSet
from dure.policy.funding import SHOP_LINE_ID
from dure.policy.kinds.kind import CHOICE_MAX, Moment
from dure.policy.lines import pack_limit
from dure.policy.occasions import NO_SHOP, Occasion


def award_key(rule_version_id: int, member_id: int, original_id: int = 0, about: int = 0) -> bytes:
    """The 16 bytes under which this award is asked for, and under no others."""
    text = f"award {rule_version_id} {member_id} {original_id} {about}"
    return hashlib.sha256(text.encode()).digest()[:16]


class _Due(NamedTuple):
    """An award as it would be: what it is measured on, and the most that it gives."""

    occasion: Occasion
    month: int
    won: int
    full_won: int


def decide_award(request: Award, facts: Facts) -> Decision:
    """Pays an award to the member's cashback purse (a claim first) from the rule's budget lines.

    Refused when there is no such rule or it is none of a later moment, when the payment is not
    there, is outside the rule's period or has too little left, and where a cap or a line has not
    enough for the whole of it; see Note [Awards].
    """
    movement = Movement(MovementKind.AWARD, request.key, 0, request.occurred_at_us)
    decision = Decision(movement, recorded=False)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    named = award_key(
        request.rule_version_id, request.member_id, request.original_id, request.about
    )
    if request.key != named:
        return decision.refuse(No.KEY_USED_FOR_ANOTHER_REQUEST)
    rule = _find_rule(facts.rules, request.rule_version_id)
    if rule is None:
        return decision.refuse(No.RULE_UNKNOWN)
    if not 0 <= request.choice <= CHOICE_MAX:
        return decision.refuse(No.AMOUNT_INVALID)
    if request.original_id:
        payment = _find_payment(wallet, request.original_id, facts)
        if payment is None:
            return decision.refuse(No.ORIGINAL_UNKNOWN)
        movement.original_id, movement.shop_id = payment.movement_id, payment.shop_id
        due = _due_for(payment, rule, request.choice, wallet, facts)
    else:
        due = _due_without(request, rule, wallet, facts)
    if due is None:
        return decision.refuse(No.AWARD_NOT_DUE)
    won, limited_by = rule.capped(due.won, 0, due.occasion, facts.budget_left)
    if won < due.won or limited_by:
        return decision.refuse(No.AWARD_OVER_CAP)
    return _pay(decision, facts, wallet, rule, request, due)


def _find_rule(rules: RuleSet, rule_id: int) -> CompiledRule | None:
    try:
        rule = rules.get_rule(rule_id)
    except KeyError:
        return None
    return rule if rule.moment is Moment.LATER else None


def _find_payment(wallet: Wallet, original_id: int, facts: Facts) -> Movement | None:
    """The member's own payment with this number, if it was made."""
    payment = facts.movement(wallet.shard, original_id)
    if payment is None or payment.kind not in PAYMENTS or payment.reason:
        return None
    return payment if payment.member_id == wallet.member_id else None


def _due_for(
    payment: Movement, rule: CompiledRule, choice: int, wallet: Wallet, facts: Facts
) -> _Due | None:
    """What the rule gives for what is left of the payment; None when that is too little."""
    document = rule.document
    if not document.from_us <= payment.occurred_at_us < document.until_us:
        return None
    cancelled_won, _ = facts.cancelled(wallet.shard, payment.movement_id)
    rest = what_remains(payment, payment.amount_won - cancelled_won, facts)
    before_won, earning_won = payment.usage_before_won, rest.split.charged_won
    won, full_won = rule.amount(earning_won, before_won, choice)
    stays_won = earned_on_rest(
        facts.rules, rule.rule_id, earning_won, before_won, won, choice, rest.price_won
    )
    cap_won = document.caps.payment_cashback_won_max
    if won <= 0 or stays_won < (won if cap_won is None else min(won, cap_won)):
        return None
    _, counters = month_so_far(wallet, payment.usage_month, facts)
    occasion = Occasion(
        payment.occurred_at_us, rest.price_won, earning_won, before_won,
        shop_of(payment, facts) or NO_SHOP, wallet.facts, payment.channel, facts.budget_left,
        counters, facts.used_won, facts.elsewhere_won,
    )  # fmt: skip
    return _Due(occasion, payment.usage_month, won, full_won)


def _due_without(request: Award, rule: CompiledRule, wallet: Wallet, facts: Facts) -> _Due | None:
    """What the rule gives for no payment. The office has judged what it is for: all is earned."""
    at_us = request.occurred_at_us
    if not request.about:
        return None
    won, full_won = rule.amount(LEG_WON_MAX, 0, request.choice)
    if won <= 0:
        return None
    month = month_of(at_us)
    usage_won, counters = month_so_far(wallet, month, facts)
    occasion = Occasion(
        at_us, won, won, usage_won, NO_SHOP, wallet.facts, 0, facts.budget_left, counters,
        facts.used_won, facts.elsewhere_won,
    )  # fmt: skip
    return _Due(occasion, month, won, full_won)


def _pay(
    decision: Decision, facts: Facts, wallet: Wallet, rule: CompiledRule, request: Award, due: _Due
) -> Decision:
    movement, won = decision.movement, due.won
    funding = rule.split(won)
    left = facts.budget_left
    if any(line_id != SHOP_LINE_ID and left[line_id] < part for line_id, part in funding):
        return decision.refuse(No.BUDGET_LINE_TOO_SMALL)
    decision.recorded = True
    movement.amount_won = won
    movement.usage_month = due.month
    movement.usage_before_won = due.occasion.month_net_won
    movement.incentive = [rule.rule_id, won, pack_limit(0, request.choice), due.full_won]
    cashback_won = recipes.earn(movement, funding, wallet.claim_won)
    decision.effects.append(CameIn(cashback_won=cashback_won))
    decision.effects.append(
        AwardMade(rule.rule_id, request.choice, won, request.original_id, request.about)
    )
    count(decision, facts.rules, [Change(rule.rule_id, won, 1, 0)], None)
    return decision


def keep_awards(decision: Decision, facts: Facts, payment: Movement, after: Remains) -> None:
    """Notes what stands of the awards of a payment of which `after` remains."""
    awards = facts.awards(payment.shard, payment.movement_id)
    if awards:
        stands_won = {award.rule_id: after.incentive[award.rule_id] for award in awards}
        decision.effects.append(AwardsStand(payment.movement_id, stands_won))
