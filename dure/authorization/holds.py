"""Pre-authorizations: reserve charged money, capture it, let it go. Pure."""

from __future__ import annotations

from dure.authorization.effects import Decision, HoldCut, HoldEnded, HoldMade
from dure.authorization.facts import Facts, Hold, HoldState
from dure.authorization.identify import (
    check_card,
    check_shop,
    check_wallet,
    find_payer,
    find_shop,
)
from dure.authorization.purchase import settle_payment
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Capture, ExpireHold
from dure.authorization.requests import Hold as HoldRequest
from dure.kernel.shards import shard_of_member
from dure.ledger.movement import Movement, MovementKind


def decide_hold(request: HoldRequest, facts: Facts) -> Decision:
    """Reserves charged money at a shop; purses and incentive are decided at the capture."""
    movement = Movement(
        MovementKind.HOLD, request.key, 0, request.occurred_at_us, request.amount_won
    )
    movement.channel = request.channel
    decision = Decision(movement)
    shop = find_shop(movement, facts, request.shop_code)
    wallet = find_payer(decision, facts, request.card, request.member_id)
    if shop is None or wallet is None:
        return decision.refuse(movement.reason)
    if request.amount_won <= 0:
        return decision.refuse(No.AMOUNT_INVALID)
    if request.card is not None:
        card = facts.card(request.card)
        assert card is not None, "a payer found by card has a card"
        reason = check_card(decision, card, request.proof, request.occurred_at_us)
        if reason:
            return decision.refuse(reason)
    limits = facts.limits(wallet.facts.level, request.occurred_at_us)
    if request.amount_won > limits.payment_won_max:
        return decision.refuse(No.OVER_PAYMENT_LIMIT)
    reason = check_wallet(wallet) or check_shop(shop, request.occurred_at_us)
    if reason:
        return decision.refuse(reason)
    if request.amount_won > wallet.charged_won - wallet.held_won:
        return decision.refuse(No.NOT_ENOUGH_MONEY)
    hold = Hold(
        wallet.shard, 0, wallet.member_id, shop.shop_id, request.amount_won, request.expires_at_us
    )
    decision.effects.append(HoldMade(hold))
    return decision


def find_original(
    decision: Decision,
    facts: Facts,
    original_key: bytes | None,
    approval_code: str,
    original_id: int = 0,
) -> Movement | None:
    """The member's own approved movement named by key, id or approval code; None when unknown."""
    wallet = decision.wallet
    assert wallet is not None, "an original is looked for in a member's history"
    original = None
    if original_key is not None:
        original = facts.prior(wallet.shard, original_key)
    elif original_id:
        original = facts.movement(wallet.shard, original_id)
    elif approval_code:
        original = facts.by_approval_code(wallet.member_id, approval_code)
    if original is None or original.member_id != wallet.member_id:
        return None
    return original


def decide_capture(request: Capture, facts: Facts) -> Decision:
    """Turns an open hold into a payment of at most the held amount.

    A capture by advice has happened at the terminal: when the hold is over it is booked as a
    payment by advice, when it asks for more than was held the rest comes from the purses.
    """
    movement = Movement(
        MovementKind.CAPTURE, request.key, 0, request.occurred_at_us, request.amount_won
    )
    decision = Decision(movement)
    wallet = find_payer(decision, facts, request.card, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    original = find_original(decision, facts, request.original_key, request.approval_code)
    if original is None or original.kind != MovementKind.HOLD or original.reason:
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    movement.original_id = original.movement_id
    movement.channel = original.channel
    movement.shop_id = original.shop_id
    hold = facts.hold(wallet.shard, original.movement_id)
    assert hold is not None, "an approved hold has its row"
    if hold.state == HoldState.CAPTURED:
        return decision.refuse(No.HOLD_NOT_OPEN)
    is_open = hold.state == HoldState.OPEN
    if not is_open and not request.advice:
        return decision.refuse(No.HOLD_NOT_OPEN)
    if request.amount_won <= 0:
        return decision.refuse(No.AMOUNT_INVALID)
    if request.amount_won > hold.held_won and not request.advice:
        return decision.refuse(No.MORE_THAN_THE_ORIGINAL)
    shop = facts.shop_by_id(hold.shop_id)
    assert shop is not None, "a shop once known is never taken from the registry"
    # Also where the hold was over: the same payment told again under another key is not a second.
    decision.effects.append(HoldEnded(hold, HoldState.CAPTURED))
    return settle_payment(
        decision,
        facts,
        wallet,
        shop,
        forced=request.advice,
        held_won=hold.held_won if is_open else 0,
    )


def release_hold(decision: Decision, hold: Hold, state: HoldState, rest_won: int = 0) -> Decision:
    """Lets the money of an open hold go, all but the rest; a hold that is over stays as it is.

    A hold with a rest stays open, and no more than the rest may be captured of it.
    """
    movement = decision.movement
    movement.original_id = hold.movement_id
    movement.shop_id = hold.shop_id
    if hold.state != HoldState.OPEN or rest_won >= hold.held_won:
        return decision
    movement.amount_won = hold.held_won - rest_won
    decision.effects.append(HoldCut(hold, rest_won) if rest_won else HoldEnded(hold, state))
    return decision


def decide_expire_hold(request: ExpireHold, facts: Facts) -> Decision:
    """Releases a hold whose time is over; asked too early it is refused."""
    movement = Movement(MovementKind.EXPIRE_HOLD, request.key, 0, request.occurred_at_us)
    movement.shard = shard_of_member(request.member_id)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    hold = facts.hold(wallet.shard, request.hold_id)
    if hold is None or hold.member_id != wallet.member_id:
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    if hold.state != HoldState.OPEN or hold.expires_at_us > request.occurred_at_us:
        return decision.refuse(No.HOLD_NOT_OPEN)
    return release_hold(decision, hold, HoldState.EXPIRED)
