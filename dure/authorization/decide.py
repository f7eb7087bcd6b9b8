"""The one entrance to decisions: repeats are answered as before, all else by its kind. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dure.authorization.answers import Answer, IncentivePaid, approval_code_of
from dure.authorization.awards import decide_award
from dure.authorization.budget import (
    decide_appropriate,
    decide_release_budget,
    decide_transfer_budget,
)
from dure.authorization.cancelling import decide_cancel, decide_refund
from dure.authorization.coupons import decide_claim_coupon, decide_expire_coupon
from dure.authorization.custody import (
    decide_change_card,
    decide_change_wallet,
    decide_issue_card,
    decide_open_wallet,
)
from dure.authorization.effects import CardCodeTried, CardTouched, Decision
from dure.authorization.facts import Card, Facts, Wallet
from dure.authorization.gifts import (
    decide_donate,
    decide_return_gift,
    decide_send_gift,
    decide_take_gift,
    same_gift,
)
from dure.authorization.holds import decide_capture, decide_expire_hold, decide_hold
from dure.authorization.identify import check_card, find_payer
from dure.authorization.money import (
    decide_charge,
    decide_expire_money,
    decide_grant,
    decide_return_charge,
    decide_settle_withdrawal,
    decide_withdraw,
)
from dure.authorization.purchase import decide_purchase
from dure.authorization.quote import Quotation, decide_quote
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Award,
    Cancel,
    Capture,
    ChangeCard,
    ChangeWallet,
    Charge,
    ClaimCoupon,
    Donate,
    ExpireCoupon,
    ExpireHold,
    ExpireMoney,
    GrantAllowance,
    Hold,
    Inquire,
    IssueCard,
    OpenWallet,
    Purchase,
    Quote,
    Refund,
    ReleaseBudget,
    ReturnCharge,
    ReturnGift,
    SendGift,
    SettleWithdrawal,
    TakeGift,
    TransferBudget,
    Withdraw,
)
from dure.kernel.shards import shard_of_member, shard_of_token
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import Movement
from dure.ledger.movement import MovementKind as Kind

AMOUNT_WON_MAX = 10**13
"""No single amount is larger: field 4 of ISO 8583 has 12 digits, a city's year fewer than 14."""

_HOME_SHARD = 0
"""Budget lines belong to no member; what happens to them is recorded in the first shard."""


def decide_inquire(request: Inquire, facts: Facts) -> Decision:
    """Tells the balances; nothing is recorded but a wrong PIN or code.

    That counts as at a payment: otherwise inquiries would try them out without end.
    """
    movement = Movement(Kind.INQUIRY, request.key, 0, request.occurred_at_us)
    decision = Decision(movement, recorded=False)
    wallet = find_payer(decision, facts, request.card, request.member_id)
    if wallet is None:
        return decision
    if request.card is not None:
        card = facts.card(request.card)
        assert card is not None, "a payer found by card has a card"
        movement.reason = check_card(decision, card, request.proof, request.occurred_at_us)
        decision.recorded = any(_counts_a_try(effect, card) for effect in decision.effects)
    _show_balances(decision, wallet)
    return decision


def _counts_a_try(effect: object, card: Card) -> bool:
    if isinstance(effect, CardTouched):
        return effect.pin_failures > card.pin_failures
    return isinstance(effect, CardCodeTried) and effect.failures > card.code_failures


def _show_balances(decision: Decision, wallet: Wallet) -> None:
    decision.movement.charged_after_won = wallet.charged_won
    decision.movement.cashback_after_won = wallet.cashback_won
    decision.movement.allowance_after_won = wallet.allowance_won
    decision.held_won = wallet.held_won


Decider = Callable[[Any, Facts], Decision]

# Which function decides a request, and what the journal then may say of it.
_DECIDERS: dict[type, tuple[Decider, frozenset[int]]] = {
    Purchase: (decide_purchase, frozenset({Kind.PURCHASE})),
    Hold: (decide_hold, frozenset({Kind.HOLD})),
    Capture: (decide_capture, frozenset({Kind.CAPTURE})),
    Cancel: (decide_cancel, frozenset({Kind.CANCEL, Kind.RELEASE, Kind.REFUND_UNDONE})),
    Refund: (decide_refund, frozenset({Kind.REFUND})),
    Inquire: (decide_inquire, frozenset({Kind.INQUIRY})),
    Quote: (decide_quote, frozenset()),
    Charge: (decide_charge, frozenset({Kind.CHARGE, Kind.CHARGE_SUSPENDED})),
    ReturnCharge: (decide_return_charge, frozenset({Kind.RETURN_CHARGE})),
    Withdraw: (decide_withdraw, frozenset({Kind.WITHDRAW})),
    SettleWithdrawal: (
        decide_settle_withdrawal,
        frozenset({Kind.WITHDRAW_PAID, Kind.WITHDRAW_FAILED}),
    ),
    GrantAllowance: (decide_grant, frozenset({Kind.GRANT})),
    Appropriate: (decide_appropriate, frozenset({Kind.APPROPRIATE})),
    ReleaseBudget: (decide_release_budget, frozenset({Kind.BUDGET_RELEASE})),
    TransferBudget: (
        decide_transfer_budget,
        frozenset({Kind.BUDGET_TRANSFER, Kind.BUDGET_COMMIT, Kind.BUDGET_UNCOMMIT}),
    ),
    ExpireHold: (decide_expire_hold, frozenset({Kind.EXPIRE_HOLD})),
    ExpireMoney: (decide_expire_money, frozenset({Kind.EXPIRE_MONEY})),
    OpenWallet: (decide_open_wallet, frozenset({Kind.OPEN_WALLET})),
    ChangeWallet: (decide_change_wallet, frozenset({Kind.CHANGE_WALLET})),
    IssueCard: (decide_issue_card, frozenset({Kind.ISSUE_CARD})),
    ChangeCard: (decide_change_card, frozenset({Kind.CHANGE_CARD})),
    ClaimCoupon: (decide_claim_coupon, frozenset({Kind.COUPON_CLAIM})),
    Award: (decide_award, frozenset({Kind.AWARD})),
    ExpireCoupon: (decide_expire_coupon, frozenset({Kind.COUPON_EXPIRE})),
    SendGift: (decide_send_gift, frozenset({Kind.GIFT_SENT})),
    TakeGift: (decide_take_gift, frozenset({Kind.GIFT_TAKEN})),
    ReturnGift: (decide_return_gift, frozenset({Kind.GIFT_RETURNED})),
    Donate: (decide_donate, frozenset({Kind.DONATION})),
}

_SAME_AMOUNT = (
    Purchase, Hold, Capture, Refund, Charge, ReturnCharge, GrantAllowance, Appropriate,
    TransferBudget, SendGift, Donate,
)  # fmt: skip
_CHARGED = int(Account.MEMBER_CHARGED)
_CASHBACK = int(Account.MEMBER_CASHBACK)
_CLAIMS = int(Account.MEMBER_CLAIMS)
_SUSPENSE = int(Account.SUSPENSE)
_PRICED = frozenset({Kind.PURCHASE, Kind.CAPTURE, Kind.CANCEL, Kind.REFUND})
_TO_PURSES = frozenset(
    {
        Kind.CANCEL,
        Kind.REFUND,
        Kind.CHARGE,
        Kind.WITHDRAW_FAILED,
        Kind.GRANT,
        Kind.AWARD,
        Kind.GIFT_TAKEN,
        Kind.GIFT_RETURNED,
    }
)


def shard_of(request: AnyRequest, facts: Facts) -> int:
    """The shard in whose journal the request is recorded."""
    token = getattr(request, "card", None)
    if token is not None:
        card = facts.card(token)
        if card is None:
            member_id = getattr(request, "member_id", 0)
            return shard_of_member(member_id) if member_id else shard_of_token(token)
        return shard_of_member(card.member_id)
    member_id = getattr(request, "member_id", None)
    return _HOME_SHARD if member_id is None else shard_of_member(member_id)


def decide(request: AnyRequest, facts: Facts) -> Decision:
    """Decides one request on the facts; the decision is not yet applied.

    A key that is known is answered as it was (`Decision.repeated`), one that is known for a
    different request is refused and nothing is recorded.
    """
    decider, kinds = _DECIDERS[type(request)]
    shard = shard_of(request, facts)
    prior = facts.prior(shard, request.key)
    if prior is not None:
        payer_id = _payer_id(request, facts)
        if payer_id and prior.member_id and payer_id != prior.member_id:
            kinds = frozenset()  # Another member's answer is nobody else's, whatever the key says.
        return _again(request, prior, kinds, facts)
    if not -AMOUNT_WON_MAX <= getattr(request, "amount_won", 0) <= AMOUNT_WON_MAX:
        return _absurd(request, shard)
    decision = decider(request, facts)
    if decision.wallet is None:
        decision.movement.shard = shard
    return decision


def _absurd(request: AnyRequest, shard: int) -> Decision:
    """An amount that no row and no purse can hold is refused before it is counted with."""
    movement = Movement(0, request.key, shard, request.occurred_at_us)
    movement.reason = No.AMOUNT_INVALID
    return Decision(movement, recorded=False)


def _payer_id(request: AnyRequest, facts: Facts) -> int:
    """The member whom the request names, by card or number; 0 where it names none."""
    token = getattr(request, "card", None)
    card = None if token is None else facts.card(token)
    member_id: int = getattr(request, "member_id", 0) if card is None else card.member_id
    return member_id


def _again(request: AnyRequest, prior: Movement, kinds: frozenset[int], facts: Facts) -> Decision:
    if prior.kind == Kind.REVERSED_FIRST and kinds:
        late = Movement(prior.kind, request.key, prior.shard, request.occurred_at_us)
        late.reason = No.ORIGINAL_WAS_REVERSED_FIRST
        return Decision(late, recorded=False)
    amount = getattr(request, "amount_won", None)
    same_amount = not isinstance(request, _SAME_AMOUNT) or prior.amount_won == amount
    same_thing = _same_rule(request, prior) and same_gift(request, prior, facts)
    if prior.kind in kinds and same_amount and same_thing:
        wallet = facts.wallet(prior.member_id or 0)
        # The journal does not say what was held then. What is held now may be more than there was.
        held_won = 0 if wallet is None else min(wallet.held_won, prior.charged_after_won)
        return Decision(prior, repeated=True, recorded=False, held_won=held_won)
    other = Movement(prior.kind, request.key, prior.shard, request.occurred_at_us)
    other.reason = No.KEY_USED_FOR_ANOTHER_REQUEST
    return Decision(other, recorded=False)


def _same_rule(request: AnyRequest, prior: Movement) -> bool:
    """Whether a claim that was granted was for the coupon that is asked for now."""
    if not isinstance(request, ClaimCoupon) or not prior.incentive:
        return True
    return prior.incentive[0] == request.rule_version_id


def answer_of(decision: Decision) -> Answer:
    """What the asker is told of a decision that has been applied (or was made before)."""
    movement = decision.movement
    reason = movement.reason
    if movement.kind == Kind.CHARGE_SUSPENDED:
        reason = movement.channel
    answer = Answer(
        key=movement.request_key,
        reason=No(reason),
        repeated=decision.repeated,
        movement_id=movement.movement_id,
        amount_won=movement.amount_won,
        discount_won=movement.discount_won,
        charged_after_won=movement.charged_after_won,
        cashback_after_won=movement.cashback_after_won,
        allowance_after_won=movement.allowance_after_won,
        held_after_won=decision.held_won,
        member_id=movement.member_id or 0,
        shop_id=movement.shop_id or 0,
    )
    if reason == 0 and movement.movement_id:
        answer.approval_code = approval_code_of(movement.movement_id)
    if movement.accounts:
        _tell_purses(answer, movement)
        if movement.kind in _PRICED:
            paid_won = answer.allowance_won + answer.cashback_won + answer.charged_won
            paid_won += answer.discount_won + answer.suspense_won
            answer.coupon_won = answer.amount_won - paid_won
    packed = movement.incentive
    if packed is not None:
        answer.incentive = IncentivePaid.unpack(packed)
    if isinstance(decision, Quotation):
        answer.quoted = decision.quoted
    return answer


def _tell_purses(answer: Answer, movement: Movement) -> None:
    """Of a payment what each purse paid, of a giving back or charge what each purse got."""
    sign = -1 if movement.kind in _TO_PURSES else 1
    for account, amount in zip(movement.accounts, movement.amounts, strict=True):
        won = amount * sign
        if account == _CLAIMS:
            answer.claim_won += amount
        elif won <= 0:
            continue
        elif account == _CHARGED:
            answer.charged_won += won
        elif account == _CASHBACK:
            answer.cashback_won += won
        elif account == _SUSPENSE:
            answer.suspense_won += won
        elif ALLOWANCE_BASE < account < BUDGET_BASE:
            answer.allowance_won += won


__all__ = ["Decider", "answer_of", "decide", "shard_of"]
