"""What a payment would be with a part of it alone. Pure.

Note [What remains]
A cancellation is decided by what remains of the payment, not by what is taken off: the purses, the
discount, the coupon and the incentive of the rest are worked out as if only the rest had been paid,
and the difference to what stood before is given back. So the order of partial cancellations does
not matter, and cancelling everything restores every figure. What remains is paid from allowance,
then cashback, then charged money, the order in which a payment is taken; so charged money comes
back first. What was awarded for a payment later (a prize) is one more incentive of it.
"""

from __future__ import annotations

from typing import NamedTuple

from dure.authorization.coupons import coupon_won_of
from dure.authorization.facts import Facts
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import Movement
from dure.ledger.recipes import Split
from dure.policy.clawback import earned_on_rest
from dure.policy.lines import choice_of


class Remains(NamedTuple):
    """A payment cut down to a gross amount: discount, coupon, purses, incentive by rule version.

    `price_won` is what is paid with purses; `incentive` has what was awarded later as well.
    """

    discount_won: int
    coupon_won: int
    split: Split
    incentive: dict[int, int]
    price_won: int


def what_remains(original: Movement, gross_won: int, facts: Facts) -> Remains:
    """The payment as it would stand with only `gross_won` of it; see Note [What remains]."""
    discount_won = original.discount_won * gross_won // original.amount_won
    rest_won = gross_won - discount_won
    coupon_won = coupon_won_of(original)
    if coupon_won:
        # Of the price after the discount, not of the gross: so no part falls when more is left.
        coupon_won = coupon_won * rest_won // (original.amount_won - original.discount_won)
    rest_won = price_won = rest_won - coupon_won
    allowances = []
    for account, paid_won in original.legs_between(ALLOWANCE_BASE, BUDGET_BASE):
        won = min(paid_won, rest_won)
        allowances.append((account - ALLOWANCE_BASE, won))
        rest_won -= won
    cashback_won = min(_paid(original, Account.MEMBER_CASHBACK), rest_won)
    rest_won -= cashback_won
    charged_won = min(_paid(original, Account.MEMBER_CHARGED), rest_won)
    split = Split(tuple(allowances), cashback_won, charged_won, rest_won - charged_won)
    packed = original.incentive or []
    incentive = {
        packed[i]: earned_on_rest(
            facts.rules,
            packed[i],
            charged_won,
            original.usage_before_won,
            packed[i + 1],
            choice_of(packed[i + 2]),
            price_won,
        )
        for i in range(0, len(packed), 4)
    }
    for award in facts.awards(original.shard, original.movement_id):
        incentive[award.rule_id] = earned_on_rest(
            facts.rules,
            award.rule_id,
            charged_won,
            original.usage_before_won,
            award.won,
            award.choice,
            price_won,
        )
    return Remains(discount_won, coupon_won, split, incentive, price_won)


def _paid(original: Movement, account: int) -> int:
    """What a purse paid: its debits. (Its credits are what the payment earned.)"""
    return sum(
        amount
        for leg, amount in zip(original.accounts, original.amounts, strict=True)
        if leg == account and amount > 0
    )
