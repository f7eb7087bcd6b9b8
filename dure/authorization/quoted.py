"""The facts on which a quotation was made, so that whoever asked can explain every won of it."""

from __future__ import annotations

import msgspec

from dure.policy.occasions import MemberFacts, ShopFacts


class Quoted(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """The payment as the rules saw it. Amounts are whole won.

    `due_won` is the price after the shop's discount and any coupon, `earning_won` the part of it
    that may earn, `month_net_won` the member's net payments of the month before it. `short_won` is
    what the wallet lacks; the quotation is then made as if that had been charged. The discount is
    that of the rule version `discount_rule_id` (0 where no rule takes anything off), in its variant
    `discount_choice`, limited by `discount_limited_by`; the coupon that the member would use is of
    `coupon_rule_id` (0 without one).
    """

    at_us: int
    shop: ShopFacts
    member: MemberFacts
    channel: int
    due_won: int
    earning_won: int
    month_net_won: int
    short_won: int = 0
    discount_rule_id: int = 0
    discount_choice: int = 0
    discount_limited_by: int = 0
    discount_full_won: int = 0
    coupon_rule_id: int = 0
