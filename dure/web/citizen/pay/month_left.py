"""How far the rate of a payment still reaches this month once it is paid, and what comes then."""

from __future__ import annotations

from dure.policy.occasions import Occasion
from dure.rulebook.asked_city import NotInCityError, payer_of
from dure.web.citizen.home.my_month import Reach, reach_of
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shops.rate_for_me import MONEY
from dure.web.shared.amounts import exact_won, percent
from dure.web.shared.calculator import Calculation
from dure.web.shared.language import Language
from dure.web.shared.store import database


def month_left(visitor: Visitor, calculation: Calculation, language: Language) -> str:
    """A sentence on the rest of the month at this shop; empty where the rate meets no end."""
    quoted = calculation.quoted
    if quoted is None:
        return ""
    try:
        payer = payer_of(database(), visitor.member_id, quoted.at_us)
    except NotInCityError:
        return ""
    money = MONEY.get(database())
    occasion = Occasion(
        at_us=quoted.at_us,
        amount_won=0,
        earning_won=0,
        month_net_won=quoted.month_net_won,
        shop=quoted.shop,
        member=quoted.member,
        channel=quoted.channel,
        budget_left=money.left_won,
        counters=payer.counters,
        used_won=money.used_won,
    )
    return left_text(
        reach_of(money.rules.at(quoted.at_us), occasion), calculation.charged_won, language
    )


def left_text(reach: Reach, earning_won: int, language: Language) -> str:
    """The sentence for a payment of which so many won earn; `reach` is that before it."""
    if reach.left_won is None or not reach.now_bp:
        return ""
    rate, then = percent(reach.now_bp), percent(reach.then_bp)
    left_won = reach.left_won - earning_won
    if left_won > 0:
        left = exact_won(left_won, language)
        return _said("left_more", language, won=left, rate=rate)
    return _said("left_then" if reach.then_bp else "left_none", language, rate=rate, then=then)


def _said(name: str, language: Language, **values: str) -> str:
    return language.choose(*PAY_WORDS[name]).format(**values)
