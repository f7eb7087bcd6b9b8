"""What a payment would give now: decided as a payment is, on the same facts, and never recorded."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Final, cast

from dure.authorization.effects import CouponUsed, Decision
from dure.authorization.facts import Facts, Limits, Wallet
from dure.authorization.purchase import decide_purchase
from dure.authorization.quoted import Quoted
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Purchase, Quote
from dure.authorization.till import discount_at
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import LEG_WON_MAX, Movement
from dure.policy.occasions import MemberFacts, Occasion

_CHARGED: Final = int(Account.MEMBER_CHARGED)
_CASHBACK: Final = int(Account.MEMBER_CASHBACK)
_PLENTY_WON: Final = 10**13
"""More than any payment: what is put into a wallet to see what it lacks."""
NOBODY: Final = MemberFacts(district=0, birth_year=0, level=0)
"""A member of nowhere: rules that ask who the member is do not hold, and say so."""
_ANY_PAYMENT: Final = Limits(_PLENTY_WON, _PLENTY_WON, LEG_WON_MAX)


@dataclass(slots=True)
class Quotation(Decision):
    """A decision that is never recorded, with the facts that it was made on."""

    quoted: Quoted | None = None


def decide_quote(request: Quote, facts: Facts) -> Quotation:
    """Decides as `decide_purchase` would; moves nothing and is not recorded.

    With a member it is the member's own wallet, month and sums. A wallet with too little is refused
    as a payment would be (NOT_ENOUGH_MONEY), and quoted as if what it lacks had been charged.
    Without a member it is somebody of whom nothing is known and who has paid nothing this month.
    """
    seen = _Seen(facts, request.member_id)
    payment = Purchase(
        key=request.key,
        occurred_at_us=request.occurred_at_us,
        shop_code=request.shop_code,
        amount_won=request.amount_won,
        channel=request.channel,
        member_id=request.member_id,
        coupon_id=request.coupon_id,
    )
    decision = decide_purchase(payment, seen.facts)
    short_won = 0
    if decision.movement.reason == No.NOT_ENOUGH_MONEY and request.amount_won <= LEG_WON_MAX:
        available_won = seen.put_plenty()
        decision = decide_purchase(payment, seen.facts)
        short_won = _charged_won(decision.movement) - available_won
    movement = decision.movement
    quoted = None if movement.reason else _quoted(decision, payment, facts, seen, short_won)
    if short_won > 0:
        movement.reason = int(No.NOT_ENOUGH_MONEY)
    return Quotation(movement, recorded=False, quoted=quoted)


def _quoted(
    decision: Decision, payment: Purchase, facts: Facts, seen: _Seen, short_won: int
) -> Quoted:
    movement = decision.movement
    shop = facts.shop(payment.shop_code)
    wallet = seen.wallet(payment.member_id)
    assert shop is not None, "a payment that may happen has a shop"
    assert wallet is not None, "and somebody who pays"
    at_us = payment.occurred_at_us
    shop_facts = shop.facts_at(at_us)
    price = Occasion(
        at_us=at_us,
        amount_won=payment.amount_won,
        earning_won=payment.amount_won,
        month_net_won=movement.usage_before_won,
        shop=shop_facts,
        member=wallet.facts,
        channel=payment.channel,
        budget_left=facts.budget_left,
        used_won=facts.used_won,
        elsewhere_won=facts.elsewhere_won,
    )
    discount = discount_at(facts.rules.at(at_us), price, facts)
    return Quoted(
        at_us=at_us,
        shop=shop_facts,
        member=wallet.facts,
        channel=payment.channel,
        due_won=_due_won(movement),
        earning_won=_charged_won(movement),
        month_net_won=movement.usage_before_won,
        short_won=max(0, short_won),
        discount_rule_id=discount.rule_id if discount else 0,
        discount_choice=discount.offered_bp if discount else 0,
        discount_limited_by=discount.limited_by if discount else 0,
        discount_full_won=discount.full_won if discount else 0,
        coupon_rule_id=_coupon_rule_id(decision),
    )


def _coupon_rule_id(decision: Decision) -> int:
    used = (effect for effect in decision.effects if isinstance(effect, CouponUsed))
    return next((effect.coupon.rule_version_id for effect in used), 0)


def _charged_won(movement: Movement) -> int:
    """What the charged purse pays, which is the part that may earn."""
    legs = zip(movement.accounts, movement.amounts, strict=True)
    return sum(won for account, won in legs if account == _CHARGED)


def _due_won(movement: Movement) -> int:
    """What all purses pay together: the price after discount and coupon."""
    legs = zip(movement.accounts, movement.amounts, strict=True)
    return sum(
        won
        for account, won in legs
        if account == _CHARGED
        or (account == _CASHBACK and won > 0)
        or ALLOWANCE_BASE < account < BUDGET_BASE
    )


class _Seen:
    """The facts as a quotation sees them: all as they are but for the wallet that pays."""

    def __init__(self, facts: Facts, member_id: int) -> None:
        self._real = facts
        self._payer = facts.wallet(member_id) if member_id else _wallet_of_nobody()
        self._is_nobody = not member_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @property
    def facts(self) -> Facts:
        return cast("Facts", self)

    def wallet(self, _member_id: int) -> Wallet | None:
        return self._payer

    def limits(self, level: int, at_us: int) -> Limits:
        return _ANY_PAYMENT if self._is_nobody else self._real.limits(level, at_us)

    def put_plenty(self) -> int:
        """Pays from a copy of the wallet with more than enough; says what was there to pay with."""
        assert self._payer is not None, "who lacks money has a wallet"
        available_won = self._payer.charged_won - self._payer.held_won
        self._payer = copy.copy(self._payer)
        self._payer.charged_won += _PLENTY_WON
        return available_won


def _wallet_of_nobody() -> Wallet:
    wallet = Wallet(0, 0, NOBODY)
    wallet.charged_won = _PLENTY_WON
    return wallet
