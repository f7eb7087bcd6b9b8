"""What comes off a price before the purses pay: the shop's discount, then a coupon. Pure.

The discount is worked out on the full price, the coupon on what is left of it, and what is left of
that is what the purses pay and what earns.
"""

from __future__ import annotations

from dure.authorization.coupons import best_coupon
from dure.authorization.effects import Decision, ShopGave
from dure.authorization.facts import Coupon, Facts, Wallet
from dure.authorization.reasons import DeclineReason as No
from dure.kernel.calendar import month_of
from dure.ledger.movement import LEG_WON_MAX, Movement
from dure.policy.evaluate import RulesInForce
from dure.policy.lines import DiscountLine, LimitedBy
from dure.policy.occasions import Occasion

_SHOP_MONTH_CAP = int(LimitedBy.SHOP_MONTH_CAP)


def discount_at(rules: RulesInForce, price: Occasion, facts: Facts) -> DiscountLine | None:
    """The shop's discount of a price, no more than its monthly ceiling leaves; None when none.

    `price.amount_won` and `price.earning_won` are the price before it. A discount that the ceiling
    has cut says so in `limited_by`, be it to nothing.
    """
    line = rules.discount(price)
    offer = price.shop.offer
    if line is None or offer is None or offer.month_won_max is None:
        return line
    given_won = facts.shop_gave_won(price.shop.shop_id, month_of(price.at_us))
    left_won = max(0, offer.month_won_max - given_won)
    return line if line.won <= left_won else line._replace(won=left_won, limited_by=_SHOP_MONTH_CAP)


def take_discount(decision: Decision, rules: RulesInForce, price: Occasion, facts: Facts) -> int:
    """Notes the shop's discount on the movement; gives it in won."""
    line = discount_at(rules, price, facts)
    if line is None:
        return 0
    # Only an advice of tens of billions comes here: its row must still hold the discount.
    won = min(line.won, LEG_WON_MAX)
    decision.movement.discount_won = won
    offer = price.shop.offer
    if won and offer is not None and offer.month_won_max is not None:
        month = month_of(price.at_us)
        gave = ShopGave(price.shop.shop_id, month, won, offer.month_won_max)
        decision.effects.append(gave)
    return won


def choose_coupon(
    wallet: Wallet, price: Occasion, facts: Facts, coupon_id: int | None
) -> tuple[Coupon | None, int, int]:
    """The coupon to use for what is left of a price, what it gives, and 0 or why it cannot be used.

    Only a coupon that the request names can be refused; where none fits by itself, none is used.
    """
    found = best_coupon(wallet, price, facts.rules, coupon_id)
    if found is not None:
        return (*found, 0)
    if coupon_id is None:
        return None, 0, 0
    known = coupon_id in (wallet.coupons or {})
    return None, 0, No.COUPON_DOES_NOT_FIT if known else No.COUPON_UNKNOWN


def give_discount_back(decision: Decision, facts: Facts, payment: Movement, won: int) -> int:
    """The shop's month gets so much discount back, or (negative) gives it again; 0, or why not.

    What a month has counted is given back whatever the shop offers now. A discount that is given
    again, when a refund is undone, may find that others have used up the ceiling meanwhile.
    """
    if not won:
        return 0
    shop_id, month = payment.shop_id or 0, month_of(payment.occurred_at_us)
    given_won = facts.shop_gave_won(shop_id, month)
    if won > 0:
        if given_won:
            decision.effects.append(ShopGave(shop_id, month, -min(won, given_won)))
        return 0
    shop = facts.shop_by_id(shop_id)
    offer = None if shop is None else shop.facts_at(payment.occurred_at_us).offer
    if offer is None or offer.month_won_max is None:
        return 0
    if given_won - won > offer.month_won_max:
        return No.SHOP_MONTH_USED_UP
    decision.effects.append(ShopGave(shop_id, month, -won, offer.month_won_max))
    return 0
