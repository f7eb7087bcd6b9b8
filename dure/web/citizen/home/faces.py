"""The parts of the first page in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.policy.districts import DISTRICT_NAMES
from dure.policy.evaluate import RulesInForce
from dure.policy.occasions import ANY_TIME, Channel, Occasion, ShopFacts
from dure.web.citizen.home.city_now import CityNow, LineLeft
from dure.web.citizen.home.my_month import reach_of
from dure.web.citizen.home.reading import Purses
from dure.web.citizen.home.words import HOME_WORDS
from dure.web.citizen.shops.rate_for_me import Money
from dure.web.shared.amounts import exact_won, percent, share_percent, short_won
from dure.web.shared.charts import bar_length
from dure.web.shared.language import Language

_OFFER_BP: Final = 500
"""The middle of what benefit-plus shops take off; what they earn beside it hardly depends on it."""
_BAR: Final = 1_000


@dataclass(frozen=True, slots=True)
class PurseFace:
    """One purse with something in it."""

    name: str
    won: str


@dataclass(frozen=True, slots=True)
class RateFace:
    """My rate now; texts are empty where there is nothing to say. The bar is of 1,000."""

    rate: str
    where: str
    reach: str
    then: str
    elsewhere: str
    plus: str
    paid: str
    earning: str
    bar: int


@dataclass(frozen=True, slots=True)
class LineFace:
    """A budget line: what is left of it; the bar is of 1,000."""

    name: str
    left: str
    share: str
    bar: int
    is_low: bool


def purse_faces(purses: Purses, language: Language) -> tuple[PurseFace, ...]:
    """The purses that hold something; charged money always."""
    cashback = "cashback" if purses.spends_cashback else "cashback_kept"
    rows = (
        ("charged", purses.charged_won - purses.held_won, True),
        (cashback, purses.cashback_won, False),
        ("allowance", purses.allowance_won, False),
        ("held", purses.held_won, False),
        ("claim", -purses.claim_won, False),
    )
    return tuple(
        PurseFace(language.choose(*HOME_WORDS[name]), exact_won(won, language))
        for name, won, always in rows
        if won or always
    )


def my_rate(purses: Purses, money: Money, at_us: int, language: Language) -> RateFace:
    """What a member's next payments earn: at home, elsewhere, and at benefit-plus shops."""
    rules = money.rules.at(at_us)
    home = purses.payer.facts.district
    occasion = _occasion(purses, money, at_us, _shop(home))
    reach = reach_of(rules, occasion)
    paid_won = purses.payer.month_net_won
    district = language.choose(*DISTRICT_NAMES.get(home, HOME_WORDS["home"]))
    whole_won = paid_won + (reach.left_won or 0)
    left = "" if reach.left_won is None else exact_won(reach.left_won, language)
    return RateFace(
        rate=percent(reach.now_bp),
        where=_said("rate_where", language, district=district),
        reach=_said("rate_left", language, won=left) if left else _said("rate_open", language),
        then="" if not left else _then(reach.then_bp, language),
        elsewhere=_elsewhere(rules, occasion, home, reach.now_bp),
        plus=_plus(rules, occasion, home, language),
        paid=exact_won(paid_won, language),
        earning=_said("month_of", language, won=short_won(whole_won, language)) if left else "",
        bar=bar_length(paid_won, whole_won, _BAR) if left else 0,
    )


def line_faces(city: CityNow, district: int, language: Language) -> tuple[LineFace, ...]:
    """The budget lines that pay for what the member may get now."""
    return tuple(_line_face(line, language) for line in city.lines_for(district))


def unread_text(count: int, language: Language) -> str:
    """How many notices wait; empty where none does."""
    if not count:
        return ""
    if count == 1:
        return _said("notices_one", language)
    if count >= 99:
        return _said("notices_more", language)
    return _said("notices_unread", language, count=str(count))


def _line_face(line: LineLeft, language: Language) -> LineFace:
    left_won = max(0, line.left_won)
    return LineFace(
        name=language.choose(line.name_ko, line.name_en),
        left=short_won(left_won, language),
        share=share_percent(left_won, line.given_won),
        bar=bar_length(left_won, line.given_won, _BAR),
        is_low=left_won * 10 < line.given_won,
    )


def _occasion(purses: Purses, money: Money, at_us: int, shop: ShopFacts) -> Occasion:
    return Occasion(
        at_us=at_us,
        amount_won=0,
        earning_won=0,
        month_net_won=purses.payer.month_net_won,
        shop=shop,
        member=purses.payer.facts,
        channel=int(Channel.CARD),
        budget_left=money.left_won,
        counters=purses.payer.counters,
        used_won=money.used_won,
    )


def _shop(district: int) -> ShopFacts:
    """An ordinary small shop: a restaurant, which every rule of 2019 and later takes."""
    return ShopFacts(0, district, "56111", "5812", 1)


def _then(then_bp: int, language: Language) -> str:
    if not then_bp:
        return _said("rate_then_none", language)
    return _said("rate_then", language, rate=percent(then_bp))


def _elsewhere(rules: RulesInForce, occasion: Occasion, home: int, now_bp: int) -> str:
    """The rate in a district that adds nothing of its own to mine; empty where it is the same."""
    away = [_rate(rules, occasion, _shop(code)) for code in DISTRICT_NAMES if code != home]
    lowest, highest = min(away, default=now_bp), max(away, default=now_bp)
    if lowest == highest == now_bp:
        return ""
    return percent(lowest) if lowest == highest else f"{percent(lowest)} – {percent(highest)}"


def _plus(rules: RulesInForce, occasion: Occasion, home: int, language: Language) -> str:
    shop = _shop(home)._replace(benefit_plus_bp=_OFFER_BP, offer=ANY_TIME)
    return _said("rate_plus_how", language, rate=percent(_rate(rules, occasion, shop)))


def _rate(rules: RulesInForce, occasion: Occasion, shop: ShopFacts) -> int:
    asked = occasion._replace(shop=shop, amount_won=10_000, earning_won=10_000)
    return sum(line.won for line in rules.evaluate(asked))


def _said(name: str, language: Language, **values: str) -> str:
    return language.choose(*HOME_WORDS[name]).format(**values)
