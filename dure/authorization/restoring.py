"""Undoing a refund: the payment stands again for what had been given back. Pure.

The till's reversal of a refund that it has heard no answer to must have its effect, or the goods
are refunded twice. What the payment takes again is the difference between what it would be with the
refunded part and what it is without (Note [What remains]), so later cancellations find it as if the
refund had never been. What the purses no longer have stays as a claim on the member. Where a budget
line, the sum of a rule or its release cannot pay the incentive again the reversal is refused:
nothing is spent that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable

from dure.authorization.awards import keep_awards
from dure.authorization.coupons import Again, coupon_again, coupon_won_of, take_coupon_again
from dure.authorization.effects import Cancelled, Decision
from dure.authorization.facts import Facts, Wallet
from dure.authorization.purchase import Change, count, shop_of
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.remains import Remains, what_remains
from dure.authorization.till import give_discount_back
from dure.ledger import recipes
from dure.ledger.movement import Movement, MovementKind
from dure.ledger.recipes import Split
from dure.policy.clawback import funding_given_back
from dure.policy.funding import SHOP_LINE_ID


def undo_refund(decision: Decision, facts: Facts, refund: Movement, rest_won: int) -> Decision:
    """Reverses a refund as a whole; a second time, or down to all of it, has no effect.

    A part of a refund cannot be reversed: `rest_won` is 0 or the refund's amount.
    """
    wallet = decision.wallet
    assert wallet is not None, "a refund belongs to a wallet"
    _, times = facts.cancelled(wallet.shard, refund.movement_id)
    if times or rest_won == refund.amount_won:
        return decision
    if rest_won:
        return decision.refuse(No.AMOUNT_INVALID)
    payment = facts.movement(wallet.shard, refund.original_id or 0)
    assert payment is not None, "a refund has its payment"
    cancelled_won, _ = facts.cancelled(wallet.shard, payment.movement_id)
    stands_won = payment.amount_won - cancelled_won
    before = what_remains(payment, stands_won, facts)
    after = what_remains(payment, stands_won + refund.amount_won, facts)
    return _take_again(decision, facts, wallet, refund, payment, before, after)


def _take_again(
    decision: Decision,
    facts: Facts,
    wallet: Wallet,
    refund: Movement,
    payment: Movement,
    before: Remains,
    after: Remains,
) -> Decision:
    movement = decision.movement
    movement.kind = MovementKind.REFUND_UNDONE
    movement.original_id = payment.movement_id
    movement.amount_won = refund.amount_won
    movement.discount_won = after.discount_won - before.discount_won
    charged_won = after.split.charged_won - before.split.charged_won
    split, claim_won = _what_is_there(before.split, after.split, wallet)
    funding: list[tuple[int, int]] = []
    packed: list[int] = []
    changes: list[Change] = []
    begins = not before.split.charged_won and bool(after.split.charged_won)
    for rule_id, again_won in after.incentive.items():
        won = again_won - before.incentive[rule_id]
        if won > 0:
            funding += funding_given_back(facts.rules, rule_id, again_won, again_won - won)
            packed += (rule_id, won, 0, won)
        begins_to_earn = int(won > 0 and not before.incentive[rule_id])
        changes.append(Change(rule_id, won, begins_to_earn, int(begins)))
    again: Again | None = None
    if coupon_won_of(payment):
        again = coupon_again(facts, payment, before.coupon_won, after.coupon_won)
        if again is None:
            return decision.refuse(No.COUPON_USED_ELSEWHERE)
    drawn = [*funding, *(again.funding if again is not None else ())]
    if not _is_there(facts, drawn, changes, payment.occurred_at_us):
        return decision.refuse(No.BUDGET_LINE_TOO_SMALL)
    reason = give_discount_back(decision, facts, payment, -movement.discount_won)
    if reason:
        return decision.refuse(reason)
    recipes.pay_with_claim(movement, split, movement.discount_won, claim_won)
    if again is not None:
        take_coupon_again(decision, again, payment)
    movement.incentive = packed or None
    recipes.earn(movement, funding, wallet.claim_won + claim_won)
    movement.usage_month = payment.usage_month
    movement.usage_before_won = payment.usage_before_won
    movement.usage_won = charged_won if payment.usage_won else 0
    decision.effects += [
        Cancelled(payment.movement_id, -refund.amount_won),
        Cancelled(refund.movement_id, refund.amount_won),
    ]
    keep_awards(decision, facts, payment, after)
    shop = shop_of(payment, facts)
    count(decision, facts.rules, changes, shop, paid_at_us=payment.occurred_at_us)
    return decision


def _is_there(
    facts: Facts, funding: Iterable[tuple[int, int]], changes: Iterable[Change], paid_at_us: int
) -> bool:
    """Whether lines, sums of rules and releases can pay the incentive again."""
    drawn: dict[int, int] = {}
    for line_id, won in funding:
        if line_id != SHOP_LINE_ID:
            drawn[line_id] = drawn.get(line_id, 0) + won
    if any(facts.budget_left[line_id] < won for line_id, won in drawn.items()):
        return False
    return all(
        change.won <= facts.rules.get_rule(change.rule_id).free_won(paid_at_us, facts.used_won)
        for change in changes
        if change.won > 0
    )


def _what_is_there(before: Split, after: Split, wallet: Wallet) -> tuple[Split, int]:
    """What the purses can pay of the difference, and what they lack."""
    lacks_won = after.suspense_won - before.suspense_won
    allowances = []
    left = wallet.allowances or {}
    for (programme_id, was_won), (_, won) in zip(before.allowances, after.allowances, strict=True):
        due_won = won - was_won
        there_won = min(due_won, left.get(programme_id, (0, 0))[0])
        allowances.append((programme_id, there_won))
        lacks_won += due_won - there_won
    due_won = after.cashback_won - before.cashback_won
    cashback_won = min(due_won, wallet.cashback_won)
    lacks_won += due_won - cashback_won
    due_won = after.charged_won - before.charged_won
    charged_won = min(due_won, wallet.charged_won - wallet.held_won)
    lacks_won += due_won - charged_won
    return Split(tuple(allowances), cashback_won, charged_won), lacks_won
