"""What would I get at this shop for this amount now: asked of the engine and explained.

One function for pages, API and other code. It is the engine that decides, by the same function as a
payment and on the same facts; here its answer is only explained.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.answers import Answer
from dure.authorization.quoted import Quoted
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import Quote
from dure.policy.audiences import Audience, Line, Told, tell, tell_missing
from dure.policy.evaluate import CompiledRule
from dure.policy.occasions import Channel, Occasion
from dure.report.live import city_clock
from dure.web.shared.engine import engine
from dure.web.shared.rules import Rulebook

_SHOP: Final = "SELECT name_ko, district FROM shop WHERE shop_code = %s"
_PLENTY_WON: Final = 1 << 60
_rulebook = Rulebook()


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a payment would give. Amounts are whole won.

    `reason` is APPROVED, NOT_ENOUGH_MONEY (then all is as if the missing `short_won` were charged),
    or why there can be no such payment. `month_net_won` is the member's net payments of the month
    so far, 0 without a member. Of `due_won` the three purses would pay what is named after them (of
    nobody's all is charged money). `given` has a line for every rule that holds, also where a limit
    left nothing of it; `missing` says of every other rule in force why it gives nothing;
    `quoted` are the facts that it was made on, None without amounts.
    """

    reason: DeclineReason
    at_us: int
    shop_code: str
    shop_name: str
    district: int
    price_won: int
    discount_won: int = 0
    coupon_won: int = 0
    due_won: int = 0
    earned_won: int = 0
    month_net_won: int = 0
    short_won: int = 0
    allowance_won: int = 0
    cashback_won: int = 0
    charged_won: int = 0
    given: tuple[Told, ...] = ()
    missing: tuple[Told, ...] = ()
    quoted: Quoted | None = None

    @property
    def is_answered(self) -> bool:
        """Whether there are amounts to show."""
        return self.reason in (DeclineReason.APPROVED, DeclineReason.NOT_ENOUGH_MONEY)


def calculate(
    conn: Connection[TupleRow],
    *,
    shop_code: str,
    price_won: int,
    channel: Channel = Channel.CARD,
    member_id: int = 0,
    coupon_id: int | None = None,
    audience: Audience = Audience.CITIZEN,
) -> Calculation:
    """Asks the engine what the payment would give now; nothing is recorded and nothing moves.

    Without a member the answer is for anybody who has paid nothing this month. `coupon_id` is as in
    `Purchase`. Raises EngineGone when the engine does not answer, psycopg.Error when the database
    does not.
    """
    at_us = city_clock(conn).now_us()
    answer = engine().ask(
        Quote(
            key=secrets.token_bytes(16),
            occurred_at_us=at_us,
            shop_code=shop_code,
            amount_won=price_won,
            channel=int(channel),
            member_id=member_id,
            coupon_id=coupon_id,
        )
    )
    found = conn.execute(_SHOP, (shop_code,)).fetchone()
    name, district = found if found is not None else ("", 0)
    given: tuple[Told, ...] = ()
    missing: tuple[Told, ...] = ()
    if answer.quoted is not None:
        given, missing = explained(answer, answer.quoted, _rulebook.rules(conn), audience)
    return Calculation(
        reason=DeclineReason(answer.reason),
        at_us=at_us,
        shop_code=shop_code,
        shop_name=name,
        district=district,
        price_won=price_won,
        discount_won=answer.discount_won,
        coupon_won=answer.coupon_won if answer.quoted else 0,
        due_won=answer.quoted.due_won if answer.quoted else 0,
        earned_won=sum(line.won for line in answer.incentive),
        month_net_won=answer.quoted.month_net_won if answer.quoted else 0,
        short_won=answer.quoted.short_won if answer.quoted else 0,
        allowance_won=answer.allowance_won if answer.quoted else 0,
        cashback_won=answer.cashback_won if answer.quoted else 0,
        charged_won=answer.charged_won if answer.quoted else 0,
        given=given,
        missing=missing,
        quoted=answer.quoted,
    )


def explained(
    answer: Answer, quoted: Quoted, rules: tuple[CompiledRule, ...], audience: Audience
) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """The lines of a quotation for an audience, and why every other rule in force gave nothing."""
    by_id = {rule.rule_id: rule for rule in rules}
    paid = Occasion(
        at_us=quoted.at_us,
        amount_won=quoted.due_won,
        earning_won=quoted.earning_won,
        month_net_won=quoted.month_net_won,
        shop=quoted.shop,
        member=quoted.member,
        channel=quoted.channel,
        # Why a rule does not hold never lies with the money: a line that is empty is a limit.
        budget_left=defaultdict(lambda: _PLENTY_WON),
    )
    price = paid._replace(amount_won=answer.amount_won, earning_won=answer.amount_won)
    lines = [
        Line(
            by_id[line.rule_version_id],
            line.won,
            line.full_won,
            line.limited_by,
            line.choice,
            quoted.at_us,
        )
        for line in answer.incentive
    ]
    told: tuple[Told, ...] = ()
    given = {line.rule.rule_id for line in lines} | {quoted.discount_rule_id, quoted.coupon_rule_id}
    if quoted.discount_rule_id:
        at_till = Line(
            by_id[quoted.discount_rule_id], answer.discount_won, quoted.discount_full_won,
            quoted.discount_limited_by, quoted.discount_choice,
        )  # fmt: skip
        told = tell([at_till], answer.amount_won, 0, audience)
    if quoted.coupon_rule_id:
        rule, won = by_id[quoted.coupon_rule_id], answer.coupon_won
        told += tell(
            [Line(rule, won, won, 0)], answer.amount_won - answer.discount_won, 0, audience
        )
    told += tell(lines, quoted.earning_won, quoted.month_net_won, audience)
    return told, tell_missing(rules, price, paid, given, audience)
