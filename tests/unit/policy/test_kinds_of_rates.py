"""The kinds that give a rate: which one holds, on what, and up to where."""

from __future__ import annotations

from typing import Any

import pytest

from dure.policy.lines import LimitedBy
from dure.policy.occasions import (
    NO_SHOP,
    Channel,
    Mark,
    OfferTerms,
    SalesBand,
    ShopFacts,
    Trade,
)
from tests.unit.policy.kinds_desk import compiled, document, line_of, occasion, won_by

Rule = tuple[str, str, dict[str, str]]
FLAT: Rule = ("flat_rate", "rate_bp: 600\nmonth_payments_won_max: 500000", {})
ENDLESS: Rule = ("flat_rate", "rate_bp: 600", {})
TOP_UP: Rule = (
    "district_top_up",
    "brackets: [{from_won: 0, below_won: 300000, rate_bp: 400}]",
    {"scope": "서구"},
)
BONUS: Rule = (
    "offer_bonus",
    "rate_bp: 200\nmonth_payments_won_max: 300000\noffer_bp_min: 300",
    {"scope": "서구"},
)
BONUS_IN_BRACKETS: Rule = (
    "offer_bonus",
    "brackets: [{from_won: 0, below_won: 300000, rate_bp: 200}]",
    {"scope": "서구"},
)
BY_SHOP: Rule = ("shop_cashback", "rate_bp: 300", {"funding": "shop"})
BY_OFFER: Rule = (
    "shop_cashback",
    "shop_offer: {rate_bp_min: 300, rate_bp_max: 700}",
    {"funding": "shop"},
)
BANDS: Rule = (
    "band_rate",
    "band_rates_bp: {up_to_300m: 1000, up_to_1bn: 500}\nmonth_payments_won_max: 300000",
    {},
)
MARKS: Rule = ("area_boost", "mark_rates_bp: {traditional_market: 200, weak_street: 500}", {})
EVENINGS: Rule = (
    "area_boost",
    "mark_rates_bp: {traditional_market: 200}\neligibility: {weekdays: [mon], hours: "
    '[{from: "17:00", until: "24:00"}]}',
    {},
)
CHANNELS: Rule = ("channel_rate", "channel_rates_bp: {qr: 100, taxi: 300}", {})
MAKER: Rule = ("local_maker", "rate_bp: 1000", {})
LUNCH = OfferTerms(from_minute=660, until_minute=780, payment_won_min=30_000)
MARKET, STREET = Mark.TRADITIONAL_MARKET, Mark.WEAK_STREET

# The rule, the payment, the month before it, facts, and what it gives (None: no line at all).
CASES: list[tuple[Rule, int, int, dict[str, Any], int | None]] = [
    (FLAT, 10_019, 0, {}, 601),
    (FLAT, 10_000, 490_000, {}, 600),
    (FLAT, 10_001, 490_000, {}, 600),
    (FLAT, 20_000, 490_000, {}, 600),
    (FLAT, 20_000, 500_000, {}, 0),
    (FLAT, 20_000, 700_000, {}, 0),
    (FLAT, 20_000, -5_000, {}, 1_200),
    (ENDLESS, 20_000, 9_000_000, {}, 1_200),
    (TOP_UP, 20_000, 290_000, {}, 400),
    (TOP_UP, 20_000, 0, {"district": 28110}, None),
    (BONUS, 10_000, 0, {"benefit_plus_bp": 300}, 200),
    (BONUS, 10_000, 0, {"benefit_plus_bp": 299}, None),
    (BONUS, 10_000, 0, {}, None),
    (BONUS, 10_000, 295_000, {"benefit_plus_bp": 500}, 100),
    (BONUS, 10_000, 0, {"benefit_plus_bp": 500, "district": 28110}, None),
    (BONUS, 10_000, 0, {"benefit_plus_bp": 500, "offer": LUNCH}, 200),
    (BONUS, 10_000, 0, {"benefit_plus_bp": 500, "offer": LUNCH, "when": "2020-02-03T13:00"}, None),
    (BONUS_IN_BRACKETS, 10_000, 295_000, {"benefit_plus_bp": 1}, 100),
    (BY_SHOP, 10_019, 0, {}, 300),
    (BY_OFFER, 10_000, 0, {"benefit_plus_bp": 299}, None),
    (BY_OFFER, 10_000, 0, {"benefit_plus_bp": 300}, 300),
    (BY_OFFER, 10_000, 0, {"benefit_plus_bp": 900}, 700),
    (BANDS, 10_000, 0, {"sales_band": SalesBand.UP_TO_300M}, 1_000),
    (BANDS, 10_000, 0, {"sales_band": SalesBand.UP_TO_500M}, None),
    (BANDS, 10_000, 0, {"sales_band": SalesBand.UP_TO_1BN}, 500),
    (BANDS, 10_000, 0, {"sales_band": SalesBand.ABOVE_3BN}, None),
    (BANDS, 10_000, 295_000, {"sales_band": SalesBand.UP_TO_1BN}, 250),
    (MARKS, 10_000, 0, {"marks": MARKET}, 200),
    (MARKS, 10_000, 0, {"marks": STREET}, 500),
    (MARKS, 10_000, 0, {"marks": MARKET | STREET}, 500),
    (MARKS, 10_000, 0, {"marks": Mark.ISLAND}, None),
    (MARKS, 10_000, 0, {"marks": 0}, None),
    (EVENINGS, 10_000, 0, {"marks": MARKET, "when": "2020-02-03T16:59"}, None),
    (EVENINGS, 10_000, 0, {"marks": MARKET, "when": "2020-02-03T17:00"}, 200),
    (EVENINGS, 10_000, 0, {"marks": MARKET, "when": "2020-02-03T23:59"}, 200),
    (EVENINGS, 10_000, 0, {"marks": MARKET, "when": "2020-02-04T17:00"}, None),
    (CHANNELS, 10_000, 0, {"channel": Channel.QR}, 100),
    (CHANNELS, 10_000, 0, {"channel": Channel.TAXI}, 300),
    (CHANNELS, 10_000, 0, {"channel": Channel.CARD}, None),
    (MAKER, 10_000, 9_000_000, {"trade": Trade.LOCAL_MAKER}, 1_000),
    (MAKER, 10_000, 0, {}, None),
]


@pytest.mark.parametrize(("rule", "won", "month", "facts", "gives"), CASES)
def test_it_gives_the_rate_that_holds(
    rule: Rule,
    won: int,
    month: int,
    facts: dict[str, Any],
    gives: int | None,
) -> None:
    kind, own, parts = rule
    rules = compiled([document(kind, own, **parts)])
    assert won_by(rules, occasion(won, month, **facts)) == gives


@pytest.mark.parametrize(
    ("rule", "facts", "choice"),
    [
        (BANDS, {"sales_band": SalesBand.UP_TO_1BN}, SalesBand.UP_TO_1BN),
        (MARKS, {"marks": MARKET | STREET}, STREET),
        (CHANNELS, {"channel": Channel.TAXI}, Channel.TAXI),
        (BY_OFFER, {"benefit_plus_bp": 450}, 450),
        (FLAT, {}, 0),
    ],
)
def test_it_keeps_which_variant_held(rule: Rule, facts: dict[str, Any], choice: int) -> None:
    kind, own, parts = rule
    line = line_of(compiled([document(kind, own, **parts)]), occasion(10_000, **facts))
    assert line is not None
    assert line.choice == choice


def test_what_lies_beyond_the_month_is_a_limit() -> None:
    line = line_of(compiled([document("flat_rate", FLAT[1])]), occasion(20_000, 490_000))
    assert line is not None
    assert (line.won, line.full_won, line.limited_by) == (600, 1_200, LimitedBy.BRACKET)


def test_of_two_marks_with_one_rate_the_first_of_the_document_holds() -> None:
    own = "mark_rates_bp: {island: 300, traditional_market: 300}"
    line = line_of(
        compiled([document("area_boost", own)]), occasion(10_000, marks=MARKET | Mark.ISLAND)
    )
    assert line is not None
    assert line.choice == Mark.ISLAND


def test_a_shop_pays_its_cashback_alone() -> None:
    line = line_of(
        compiled([document("shop_cashback", "rate_bp: 300", funding="shop")]), occasion(10_000)
    )
    assert line is not None
    assert line.funding == ((0, 300),)


def test_payments_at_local_makers_stay_out_of_the_month() -> None:
    rules = compiled([document("local_maker", "rate_bp: 1000")])
    assert rules.at(occasion(1).at_us).outside_month


CHARGED = "rate_bp: 500\ncaps: {per_month: {cashback_won_max: 2000}}"


@pytest.mark.parametrize(
    ("charged_won", "had_won", "gives"),
    [(10_000, 0, 500), (40_000, 0, 2_000), (60_000, 0, 2_000), (10_000, 1_700, 300)],
)
def test_a_top_up_brings_its_bonus_up_to_the_month_s_cap(
    charged_won: int, had_won: int, gives: int
) -> None:
    rules = compiled([document("charge_bonus", CHARGED)])
    asked = occasion(
        charged_won, shop=NO_SHOP, counters={"month/charge-bonus/cashback_won": had_won}
    )
    (line,) = rules.at(asked.at_us).evaluate_charge(asked)
    assert line.won == gives
    assert rules.at(asked.at_us).evaluate(asked) == ()


@pytest.mark.parametrize(("home", "gives"), [(28260, [500]), (28200, [])])
def test_a_district_s_bonus_is_for_those_who_live_there(home: int, gives: list[int]) -> None:
    rules = compiled([document("charge_bonus", "rate_bp: 500", scope="서구")])
    asked = occasion(10_000, shop=NO_SHOP)
    asked = asked._replace(member=asked.member._replace(district=home))
    lines = rules.at(asked.at_us).evaluate_charge(asked)
    assert [line.won for line in lines] == gives


def test_a_shop_of_no_district_earns_the_city_s_rate_alone() -> None:
    rules = compiled([document("flat_rate", "rate_bp: 600"), document(*TOP_UP[:2], **TOP_UP[2])])
    elsewhere = ShopFacts(9, 0, "", "", 1)
    asked = occasion(10_000, shop=elsewhere)
    assert [line.won for line in rules.at(asked.at_us).evaluate(asked)] == [600]
