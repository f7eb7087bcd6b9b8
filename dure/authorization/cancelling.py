"""Giving a payment back, wholly or in part: reversals and refunds. Pure.

See Note [What remains] in `remains.py`.
"""

from __future__ import annotations

from dure.authorization.awards import keep_awards
from dure.authorization.coupons import coupon_won_of, give_coupon_back
from dure.authorization.effects import Cancelled, Decision, Remembered
from dure.authorization.facts import Facts, HoldState
from dure.authorization.holds import find_original, release_hold
from dure.authorization.identify import find_payer, find_shop
from dure.authorization.purchase import Change, count, shop_of
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.remains import what_remains
from dure.authorization.requests import Cancel, Refund
from dure.authorization.restoring import undo_refund
from dure.authorization.till import give_discount_back
from dure.ledger import recipes
from dure.ledger.movement import PAYMENTS, Movement, MovementKind
from dure.ledger.recipes import Split
from dure.policy.clawback import funding_given_back


def decide_cancel(request: Cancel, facts: Facts) -> Decision:
    """A reversal: undoes a payment or hold down to what shall remain of it.

    An original that is not known is remembered and refused when it comes. A reversal that finds
    nothing left to undo is accepted without effect: the network repeats it until it is.
    """
    movement = Movement(MovementKind.CANCEL, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, request.card, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    original = facts.prior(wallet.shard, request.original_key)
    if original is None:
        if request.rest_won:
            # Remembered, it would refuse the whole original: asked again when that has come.
            return decision.refuse(No.ORIGINAL_UNKNOWN)
        decision.effects.append(Remembered(request.original_key))
        return decision
    if original.member_id != wallet.member_id:
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    movement.original_id = original.movement_id
    movement.shop_id = original.shop_id
    movement.channel = original.channel
    if original.reason or original.kind == MovementKind.REVERSED_FIRST:
        return decision
    if original.kind == MovementKind.REFUND:
        return undo_refund(decision, facts, original, request.rest_won)
    if original.kind == MovementKind.HOLD:
        movement.kind = MovementKind.RELEASE
    elif original.kind not in PAYMENTS:
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    if request.rest_won < 0 or request.rest_won > original.amount_won:
        return decision.refuse(No.AMOUNT_INVALID)
    if original.kind == MovementKind.HOLD:
        hold = facts.hold(wallet.shard, original.movement_id)
        assert hold is not None, "an approved hold has its row"
        return release_hold(decision, hold, HoldState.RELEASED, request.rest_won)
    cancelled_won, _ = facts.cancelled(wallet.shard, original.movement_id)
    rest_won = original.amount_won - cancelled_won
    if request.rest_won >= rest_won:
        return decision
    return _give_back(decision, facts, original, rest_won, request.rest_won)


def decide_refund(request: Refund, facts: Facts) -> Decision:
    """A return of goods at the shop of the payment, for at most what is left of it."""
    movement = Movement(
        MovementKind.REFUND, request.key, 0, request.occurred_at_us, request.amount_won
    )
    decision = Decision(movement)
    wallet = find_payer(decision, facts, request.card, request.member_id)
    shop = find_shop(movement, facts, request.shop_code)
    if wallet is None or shop is None:
        return decision.refuse(movement.reason)
    if request.amount_won <= 0:
        return decision.refuse(No.AMOUNT_INVALID)
    original = find_original(
        decision, facts, request.original_key, request.approval_code, request.original_id
    )
    if (
        original is None
        or original.kind not in PAYMENTS
        or original.reason
        or original.shop_id != shop.shop_id
    ):
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    movement.original_id = original.movement_id
    movement.channel = original.channel
    cancelled_won, _ = facts.cancelled(wallet.shard, original.movement_id)
    rest_won = original.amount_won - cancelled_won
    if rest_won == 0:
        return decision.refuse(No.ALREADY_CANCELLED)
    if request.amount_won > rest_won:
        return decision.refuse(No.MORE_THAN_THE_ORIGINAL)
    return _give_back(decision, facts, original, rest_won, rest_won - request.amount_won)


def _give_back(
    decision: Decision, facts: Facts, original: Movement, before_won: int, after_won: int
) -> Decision:
    """Moves the difference between what stood and what shall remain of the payment."""
    wallet = decision.wallet
    assert wallet is not None, "a payment belongs to a wallet"
    before = what_remains(original, before_won, facts)
    after = what_remains(original, after_won, facts)
    movement = decision.movement
    movement.amount_won = before_won - after_won
    movement.discount_won = before.discount_won - after.discount_won
    ends = not after.split.charged_won and bool(before.split.charged_won)
    funding: list[tuple[int, int]] = []
    packed: list[int] = []
    changes: list[Change] = []
    for rule_id, stood_won in before.incentive.items():
        stays_won = after.incentive[rule_id]
        if stood_won > stays_won:
            funding += funding_given_back(facts.rules, rule_id, stood_won, stays_won)
            packed += (rule_id, stays_won - stood_won, 0, stays_won - stood_won)
        gone = -1 if stood_won and not stays_won else 0
        changes.append(Change(rule_id, stays_won - stood_won, gone, -1 if ends else 0))
    split = Split(
        tuple(
            (programme_id, was - now)
            for (programme_id, was), (_, now) in zip(
                before.split.allowances, after.split.allowances, strict=True
            )
        ),
        before.split.cashback_won - after.split.cashback_won,
        before.split.charged_won - after.split.charged_won,
        before.split.suspense_won - after.split.suspense_won,
    )
    movement.incentive = packed or None
    recipes.give_back(movement, split, movement.discount_won, funding, wallet.cashback_won)
    give_discount_back(decision, facts, original, movement.discount_won)
    if coupon_won_of(original):
        stood_won, stays_won = before.coupon_won, after.coupon_won
        give_coupon_back(decision, facts, original, stood_won, stays_won, ends=not after_won)
    movement.usage_month = original.usage_month
    movement.usage_before_won = original.usage_before_won
    movement.usage_won = -split.charged_won if original.usage_won else 0
    decision.effects.append(Cancelled(original.movement_id, movement.amount_won))
    keep_awards(decision, facts, original, after)
    shop = shop_of(original, facts)
    count(decision, facts.rules, changes, shop, paid_at_us=original.occurred_at_us)
    return decision
