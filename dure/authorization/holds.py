"""Pre-authorizations: reserve charged money, capture it, let it go. Pure."""

from __future__ import annotations

from dure.authorization.effects import Decision, HoldCut, HoldEnded, HoldMade
from dure.authorization.facts import Facts, Hold, HoldState, Wallet
from dure.authorization.identify import check_shop, find_payer, find_shop
from dure.authorization.purchase import settle_payment, why_not
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Capture, ExpireHold
from dure.authorization.requests import Hold as HoldRequest
from dure.kernel.shards import shard_of_member
from dure.ledger.movement import PAYMENTS, Movement, MovementKind


def decide_hold(request: HoldRequest, facts: Facts) -> Decision:
    """Reserves charged money at a shop; purses and incentive are decided at the capture.

    An advice was granted in our stead: it reserves what is there, be it less or nothing.
    """
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
    held_won = min(request.amount_won, wallet.charged_won - wallet.held_won)
    if not request.advice:
        reason = why_not(decision, request, facts, wallet, shop)
        if not reason and held_won < request.amount_won:
            reason = No.NOT_ENOUGH_MONEY
        if reason:
            return decision.refuse(reason)
    hold = Hold(
        wallet.shard, 0, wallet.member_id, shop.shop_id, held_won or request.amount_won,
        request.expires_at_us,
    )  # fmt: skip
    decision.effects.append(HoldMade(hold))
    if not held_won:
        # Nothing to reserve: over as soon as it is made, and there to be captured by advice once.
        decision.effects.append(HoldEnded(hold, HoldState.RELEASED))
    return decision


def find_original(
    decision: Decision,
    facts: Facts,
    original_key: bytes | None,
    approval_code: str,
    original_id: int = 0,
) -> Movement | None:
    """The member's own movement named by key, id or approval code; None when unknown.

    Where several are given and the first is not known, the next is looked for.
    """
    wallet = decision.wallet
    assert wallet is not None, "an original is looked for in a member's history"
    original = None
    if original_key is not None:
        original = facts.prior(wallet.shard, original_key)
    if original is None and original_id:
        original = facts.movement(wallet.shard, original_id)
    if original is None and approval_code:
        original = facts.by_approval_code(wallet.member_id, approval_code)
    if original is None or original.member_id != wallet.member_id:
        return None
    return original


def decide_capture(request: Capture, facts: Facts) -> Decision:
    """Turns an open hold into a payment of at most the held amount.

    A capture by advice has happened at the terminal: when the hold is over, refused or not known
    it is booked as a payment by advice, when it asks for more than was held the rest comes from
    the purses. What somebody granted in our stead at a shop that might not take the currency then
    earns nothing.
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
        return _capture_without_hold(decision, request, facts, wallet, original)
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
        earns=not check_shop(shop, original.occurred_at_us),
    )


def _capture_without_hold(
    decision: Decision, request: Capture, facts: Facts, wallet: Wallet, named: Movement | None
) -> Decision:
    """Books a capture by advice as a payment by advice: what it names is no hold that was granted.

    Where it names a payment that stands it is that payment told again, and not a second one.
    """
    movement = decision.movement
    if not request.advice or not request.shop_code:
        return decision.refuse(No.ORIGINAL_UNKNOWN)
    if named is not None and named.kind in PAYMENTS and not named.reason:
        cancelled_won, _ = facts.cancelled(wallet.shard, named.movement_id)
        if cancelled_won < named.amount_won:
            return decision.refuse(No.HOLD_NOT_OPEN)
    movement.channel = request.channel
    shop = find_shop(movement, facts, request.shop_code)
    if shop is None:
        return decision.refuse(movement.reason)
    if request.amount_won <= 0:
        return decision.refuse(No.AMOUNT_INVALID)
    earns = not check_shop(shop, request.occurred_at_us)
    return settle_payment(decision, facts, wallet, shop, forced=True, earns=earns)


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
