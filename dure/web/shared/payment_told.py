"""A payment that has happened, explained to an audience: what it gave, and why not more.

The lines are those of the journal. Why other rules gave nothing is worked out anew from the shop as
the registry has it for that day and from the member as the wallet has them now.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.reasons import DeclineReason
from dure.ledger.movement import PAYMENTS, MovementKind
from dure.policy.audiences import Audience, Line, Told, tell, tell_missing
from dure.policy.evaluate import CompiledRule, RuleSet
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Occasion
from dure.rulebook.asked_city import NotInCityError, payer_of, shop_of
from dure.wallets.history import HistoryLine

_PLENTY_WON: Final = 1 << 60
_COUPON: Final = """
SELECT c.rule_version_id FROM coupon_use u JOIN coupon c USING (shard, coupon_id)
WHERE u.shard = %(member_id)s %% 64 AND u.movement_id = %(movement_id)s
"""
_WITHOUT_SHOP: Final = frozenset({MovementKind.CHARGE, MovementKind.AWARD})


class PaymentTold(NamedTuple):
    """Discount and coupon (None where there was none), the lines, and what gave nothing."""

    discount: Told | None
    coupon: Told | None
    given: tuple[Told, ...]
    missing: tuple[Told, ...]


def explains(line: HistoryLine) -> bool:
    """Whether the movement earned: an approved payment, a top-up with a bonus, an award."""
    if line.reason != DeclineReason.APPROVED:
        return False
    return line.kind in PAYMENTS or (line.kind in _WITHOUT_SHOP and bool(line.incentive))


def tell_payment(
    conn: Connection[TupleRow],
    rules: tuple[CompiledRule, ...],
    *,
    member_id: int,
    line: HistoryLine,
    shop_code: str | None,
    usage_before_won: int,
    audience: Audience,
) -> PaymentTold:
    """Explains an approved payment; `usage_before_won` is the month's net before it.

    Of a top-up or an award only what it gave is told.

    A shop or member that the city no longer knows leaves out what gave nothing.
    """
    by_name = {(rule.document.id, rule.document.version): rule for rule in rules}
    lines = [
        Line(
            by_name[(one.rule, one.version)],
            one.won,
            one.full_won,
            one.limited_by,
            one.choice,
            line.occurred_at_us,
        )
        for one in line.incentive
        if (one.rule, one.version) in by_name
    ]
    if line.kind in _WITHOUT_SHOP:
        # An award was judged by the office; what it was measured on was enough.
        base_won = line.charged_won if line.kind == MovementKind.CHARGE else _PLENTY_WON
        return PaymentTold(None, None, tell(lines, base_won, usage_before_won, audience), ())
    earning_won = -line.charged_won
    given = tell(lines, earning_won, usage_before_won, audience)
    paid = _occasion(conn, member_id, line, shop_code, usage_before_won)
    if paid is None:
        return PaymentTold(None, None, given, ())
    price = paid._replace(amount_won=line.amount_won, earning_won=line.amount_won)
    at_till = _at_till(rules, price, line.discount_won)
    with_line = {one.rule.rule_id for one in lines}
    discount = None
    if at_till is not None:
        with_line.add(at_till.rule.rule_id)
        (discount,) = tell([at_till], line.amount_won, 0, audience)
    coupon, used_rule_id = _coupon(conn, rules, member_id, line, audience)
    with_line.add(used_rule_id)
    missing = tell_missing(rules, price, paid, with_line, audience)
    return PaymentTold(discount, coupon, given, missing)


def _occasion(
    conn: Connection[TupleRow],
    member_id: int,
    line: HistoryLine,
    shop_code: str | None,
    usage_before_won: int,
) -> Occasion | None:
    try:
        shop, _name = shop_of(conn, shop_code or "", line.occurred_at_us)
        payer = payer_of(conn, member_id, line.occurred_at_us)
    except NotInCityError:
        return None
    return Occasion(
        at_us=line.occurred_at_us,
        amount_won=-line.charged_won - line.cashback_won - line.allowance_won + _earned_won(line),
        earning_won=-line.charged_won,
        month_net_won=usage_before_won,
        shop=shop,
        member=payer.facts,
        channel=line.channel,
        # Why a rule does not hold never lies with the money: a line that is empty is a limit.
        budget_left=defaultdict(lambda: _PLENTY_WON),
    )


def _earned_won(line: HistoryLine) -> int:
    """The cashback that the payment brought: the purse's change has it in it."""
    return sum(one.won for one in line.incentive)


def _coupon(
    conn: Connection[TupleRow],
    rules: tuple[CompiledRule, ...],
    member_id: int,
    line: HistoryLine,
    audience: Audience,
) -> tuple[Told | None, int]:
    """The coupon that was used, and its rule's number; None and 0 without one."""
    if not line.coupon_won:
        return None, 0
    values = {"member_id": member_id, "movement_id": line.movement_id}
    row = conn.execute(_COUPON, values).fetchone()
    rule = next((rule for rule in rules if row and rule.rule_id == row[0]), None)
    if rule is None:
        return None, 0
    used = Line(rule, line.coupon_won, line.coupon_won, LimitedBy.NONE)
    (told,) = tell([used], line.amount_won - line.discount_won, 0, audience)
    return told, rule.rule_id


def _at_till(rules: tuple[CompiledRule, ...], price: Occasion, won: int) -> Line | None:
    """The rule that took the discount off, as it would do it again."""
    if not won:
        return None
    taken = (
        RuleSet(rule for rule in rules if rule.document.in_force).at(price.at_us).discount(price)
    )
    if taken is None:
        return None
    rule = next(rule for rule in rules if rule.rule_id == taken.rule_id)
    limited_by = LimitedBy.SHOP_MONTH_CAP if won < taken.won else LimitedBy.NONE
    return Line(rule, won, taken.won, limited_by, taken.offered_bp)
