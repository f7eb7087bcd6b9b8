"""What remains of an incentive when a payment is cancelled in part, and who gets the rest back.

What remains depends only on the payment as it was and on the part of it that is left, and never
rises when less is left. So two partial cancellations take back the same, in either order, as one
of both parts; a law test holds this.
"""

from __future__ import annotations

from dure.policy.evaluate import RuleSet

Funding = tuple[tuple[int, int], ...]


def earned_on_rest(
    rules: RuleSet,
    rule_id: int,
    rest_earning_won: int,
    month_net_won: int,
    paid_won: int,
    choice: int = 0,
    rest_won: int | None = None,
) -> int:
    """The won of incentive that stay for the part of a payment that is left.

    The rule version that gave `paid_won` is asked again with the payment's own `month_net_won`
    (net payments of the month before it), its own `choice` and `rest_earning_won` (what is left of
    its earning part); never more than was paid, so a payment that the budget or a cap had cut gains
    nothing. Where the rule asks for a least payment, `rest_won` (what is left of the price after
    discounts; without it the earning part) must still reach it, or a gift for paying 10,000 won
    could be kept with a won of it.
    Raises KeyError when there is no such rule version.
    """
    rule = rules.get_rule(rule_id)
    if rest_earning_won <= 0:
        return 0
    least_won = rule.document.eligibility.payment_won_min
    if least_won and (rest_earning_won if rest_won is None else rest_won) < least_won:
        return 0
    won, _full = rule.amount(rest_earning_won, month_net_won, choice)
    cap_won = rule.document.caps.payment_cashback_won_max
    if cap_won is not None:
        won = min(won, cap_won)
    return min(won, paid_won)


def funding_given_back(rules: RuleSet, rule_id: int, before_won: int, after_won: int) -> Funding:
    """What each budget line gets back when an incentive falls from `before_won` to `after_won`.

    (line id, won) without zeros, none negative (Note [Fair split]); sums to the difference.
    """
    split = rules.get_rule(rule_id).split
    kept = dict(split(after_won))
    parts = [(line_id, won - kept.get(line_id, 0)) for line_id, won in split(before_won)]
    return tuple((line_id, won) for line_id, won in parts if won)
