"""Gifts from member to member, and donations to funds of the city. Pure.

Note [Gifts]
A gift is charged money that leaves the giver's purse at once and belongs to nobody until it is
taken: it cannot be spent twice, and it is there when it is taken. It ends once, in the purse of who
takes it or of who gave it; the database refuses a second end, so where taking and giving back come
together one wins, whichever engines they come to. It earns nothing and counts into no month.

It makes no cash of what the rules hold to be spent. What came as a gift is spent and never paid out
(`Lot.given`), and what still waits does not count as used when the giver asks for a refund
(`dure.authorization.money.refundable_won`): so no chain of gifts, taken or sent in vain, reaches
the ordinance's ratio without a purchase.

Nor does it make room: what still waits may come back, so it counts as held by who gave it when more
comes in, and nobody charges beyond the limit of the law by gifts that are called back.
"""

from __future__ import annotations

from dure.authorization.effects import CameIn, Decision, DonationMade, GiftEnded, GiftMade, LotMade
from dure.authorization.facts import Facts, Gift, GiftState
from dure.authorization.identify import check_wallet, find_payer
from dure.authorization.money import expiry_of
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest, Donate, ReturnGift, SendGift, TakeGift
from dure.kernel.shards import shard_of_member
from dure.ledger import recipes
from dure.ledger.accounts import donation_account
from dure.ledger.movement import Movement, MovementKind

FUND_ID_MAX = 99_999


def decide_send_gift(request: SendGift, facts: Facts) -> Decision:
    """Charged money that no hold reserves leaves the purse and waits to be taken."""
    movement = Movement(
        MovementKind.GIFT_SENT, request.key, 0, request.occurred_at_us, request.amount_won
    )
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    if request.amount_won <= 0 or request.until_us <= request.occurred_at_us:
        return decision.refuse(No.AMOUNT_INVALID)
    reason = check_wallet(wallet)
    if reason:
        return decision.refuse(reason)
    if request.amount_won > wallet.charged_won - wallet.held_won:
        return decision.refuse(No.NOT_ENOUGH_MONEY)
    recipes.send_gift(movement)
    gift = Gift(wallet.shard, 0, wallet.member_id, request.amount_won, request.until_us)
    decision.effects.append(GiftMade(gift))
    return decision


def decide_take_gift(request: TakeGift, facts: Facts) -> Decision:
    """The gift goes to the purse of the taker, who may hold no more than the level allows."""
    movement = Movement(MovementKind.GIFT_TAKEN, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return _not_taken(decision, movement.reason)
    gift = facts.gift(shard_of_member(request.giver_id), request.gift_id)
    if gift is None or gift.giver_id != request.giver_id or gift.giver_id == wallet.member_id:
        return _not_taken(decision, No.GIFT_UNKNOWN)
    if gift.state != GiftState.WAITING or gift.until_us <= request.occurred_at_us:
        return _not_taken(decision, No.GIFT_OVER)
    reason = check_wallet(wallet)
    if reason:
        return _not_taken(decision, reason)
    limits = facts.limits(wallet.facts.level, request.occurred_at_us)
    holds_won = wallet.charged_won + facts.gifts_waiting_won(wallet.member_id)
    if holds_won + gift.won > limits.holding_won_max:
        return _not_taken(decision, No.OVER_HOLDING_LIMIT)
    movement.amount_won = gift.won
    recipes.end_gift(movement)
    decision.effects += [
        CameIn(charged_won=gift.won),
        LotMade(expiry_of(request.occurred_at_us), given=True),
        GiftEnded(gift, GiftState.TAKEN),
    ]
    return decision


def _not_taken(decision: Decision, reason: int) -> Decision:
    decision.recorded = False
    return decision.refuse(reason)


def decide_return_gift(request: ReturnGift, facts: Facts) -> Decision:
    """What nobody took goes back where it came from, also to a wallet that is locked or full.

    It fills the charges again that it was taken from, as if it had never left.
    """
    movement = Movement(MovementKind.GIFT_RETURNED, request.key, 0, request.occurred_at_us)
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    gift = facts.gift(wallet.shard, request.gift_id)
    if gift is None or gift.giver_id != wallet.member_id:
        return decision.refuse(No.GIFT_UNKNOWN)
    if gift.state != GiftState.WAITING:
        return decision.refuse(No.GIFT_OVER)
    if not request.withdrawn and gift.until_us > request.occurred_at_us:
        return decision.refuse(No.GIFT_NOT_DUE)
    movement.original_id = gift.gift_id
    movement.amount_won = gift.won
    recipes.end_gift(movement)
    decision.effects.append(GiftEnded(gift, GiftState.RETURNED))
    return decision


def decide_donate(request: Donate, facts: Facts) -> Decision:
    """Charged money that no hold reserves, or cashback, goes to a fund; it earns nothing.

    The fund stands in `channel`. Cashback is never paid out, but the member may give it away.
    """
    movement = Movement(
        MovementKind.DONATION, request.key, 0, request.occurred_at_us, request.amount_won
    )
    decision = Decision(movement)
    wallet = find_payer(decision, facts, None, request.member_id)
    if wallet is None:
        return decision.refuse(movement.reason)
    if request.amount_won <= 0 or not 0 < request.fund_id <= FUND_ID_MAX:
        return decision.refuse(No.AMOUNT_INVALID)
    reason = check_wallet(wallet)
    if reason:
        return decision.refuse(reason)
    there_won = wallet.cashback_won if request.cashback else wallet.charged_won - wallet.held_won
    if request.amount_won > there_won:
        return decision.refuse(No.NOT_ENOUGH_MONEY)
    recipes.donate(movement, request.fund_id, cashback=request.cashback)
    decision.effects.append(DonationMade(request.fund_id, request.cashback))
    return decision


def same_gift(request: AnyRequest, prior: Movement, facts: Facts) -> bool:
    """Whether what was done under the request's key was done to the gift, or fund, it names now."""
    if prior.reason:
        return True
    if isinstance(request, TakeGift):
        gift = facts.gift(shard_of_member(request.giver_id), request.gift_id)
        return gift is not None and gift.ended_by == prior.movement_id
    if isinstance(request, ReturnGift):
        return prior.original_id == request.gift_id
    if isinstance(request, Donate):
        return donation_account(request.fund_id) in prior.accounts
    return True
