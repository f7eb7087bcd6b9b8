"""The reason behind every won, in Korean and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dure.policy.eligibility import NotEligible
from dure.policy.evaluate import LimitedBy, compile_rules
from dure.policy.explain import _REASONS, explain, korean_won, not_earning, percent, why_not
from dure.policy.occasions import Trade

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Desk, Incheon


def said(incheon: Incheon, key: str, won: int, limited_by: LimitedBy, *facts: int) -> list[str]:
    rule = incheon.rules.get_rule(incheon.rule_ids[key])
    sentences = explain(rule, won, limited_by, *facts)
    return [text for sentence in sentences for text in (sentence.ko, sentence.en)]


def test_it_shows_the_sum_behind_an_amount(incheon: Incheon) -> None:
    assert said(incheon, "incheon-city-cashback@2", 1_200, LimitedBy.NONE, 20_000, 0) == [
        "시 캐시백 6% × 20,000원 = 1,200원",
        "City cashback 6% × 20,000 won = 1,200 won",
    ]
    assert said(incheon, "seogu-top-up@2", 500, LimitedBy.NONE, 20_000, 290_000) == [
        "서구 캐시백 4% × 10,000원 + 1% × 10,000원 = 500원",
        "Seo-gu cashback 4% × 10,000 won + 1% × 10,000 won = 500 won",
    ]
    assert said(incheon, "incheon-instant-discount@1", 1_000, LimitedBy.NONE, 20_000, 0, 500) == [
        "혜택+ 가맹점 즉시할인 5% × 20,000원 = 1,000원",
        "Benefit-plus shop instant discount 5% × 20,000 won = 1,000 won",
    ]


def test_it_tells_of_the_part_beyond_the_bracket(incheon: Incheon) -> None:
    assert said(incheon, "incheon-city-cashback@4", 300, LimitedBy.BRACKET, 20_000, 290_000) == [
        "시 캐시백 3% × 10,000원 = 300원",
        "City cashback 3% × 10,000 won = 300 won",
        "이번 달 30만원 한도를 넘는 부분은 적립되지 않습니다.",
        "What goes beyond 300,000 won this month earns nothing.",
    ]
    wholly = said(incheon, "incheon-city-cashback@4", 0, LimitedBy.BRACKET, 20_000, 300_000)
    assert wholly[0] == "이번 달 30만원 한도를 넘는 부분은 적립되지 않습니다."


def test_it_tells_when_the_money_is_used_up(incheon: Incheon) -> None:
    assert said(incheon, "seogu-top-up@1", 300, LimitedBy.BUDGET, 20_000, 0) == [
        "서구 캐시백 4% × 20,000원 = 800원",
        "Seo-gu cashback 4% × 20,000 won = 800 won",
        "서구 예산이 모두 쓰였습니다.",
        "Seo-gu budget: the money is used up.",
        "그래서 300원이 적립됩니다.",
        "So 300 won is credited.",
    ]
    assert "시 예산이 모두 쓰였습니다." in said(
        incheon, "incheon-city-cashback@1", 0, LimitedBy.BUDGET, 20_000, 0
    )


@pytest.mark.parametrize(
    ("limited_by", "korean"),
    [
        (LimitedBy.PAYMENT_CAP, "한 번 결제에 1,500원까지만 적립됩니다."),
        (LimitedBy.MONTH_CAP, "한 달에 3만원까지만 적립됩니다."),
        (LimitedBy.PAYMENT_COUNT, "한 달에 결제 10번까지만 적립됩니다."),
        (LimitedBy.SUM_USED, "이 혜택에 정해진 1억 2,000만원이 모두 쓰였습니다."),
    ],
)
def test_it_names_the_cap_that_bound(desk: Desk, limited_by: LimitedBy, korean: str) -> None:
    rules = desk.rules(
        {
            "caps": "{per_payment: {cashback_won_max: 1500}, "
            "per_month: {cashback_won_max: 30000, payments_max: 10}}",
            "stops": "{until_sum_used_won: 120000000}",
        }
    )
    sentences = explain(rules.get_rule(1), 0, limited_by, 20_000)
    assert korean in [sentence.ko for sentence in sentences]
    assert sentences[-1].ko == "그래서 적립되는 금액이 없습니다."


def test_it_says_why_a_rule_does_not_hold(incheon: Incheon, desk: Desk) -> None:
    rule = incheon.rules.get_rule(incheon.rule_ids["yeonsu-benefit-plus-top-up@1"])
    shop = desk.shop._replace(sales_band=3, trade=Trade.GAMBLING)
    reasons = why_not(rule, desk.occasion(20_000, shop=shop))
    assert [reason.code for reason in reasons] == [
        NotEligible.OUTSIDE_PERIOD,
        NotEligible.SHOP_DISTRICT,
        NotEligible.NOT_BENEFIT_PLUS,
        NotEligible.SALES_BAND,
        NotEligible.TRADE,
    ]
    assert reasons[1].ko == "연수구에 있는 가맹점에서만 적립됩니다."
    assert reasons[1].en == "Only shops in Yeonsu-gu earn this."
    at_us = rule.document.from_us
    shop = desk.shop._replace(district=28185, benefit_plus_bp=500)
    assert why_not(rule, desk.occasion(20_000, shop=shop, at_us=at_us)) == ()


def test_it_tells_of_the_part_paid_with_cashback() -> None:
    assert not_earning(3_000).ko == "캐시백이나 정책수당으로 낸 3,000원은 적립되지 않습니다."


def test_every_reason_has_a_sentence() -> None:
    assert set(_REASONS) == set(NotEligible)


def test_rules_of_a_plan_are_not_compiled(incheon: Incheon) -> None:
    plan = incheon.document("namdong-top-up@1")
    assert not compile_rules([plan], incheon.line_ids, incheon.rule_ids).at(plan.from_us).rules


@pytest.mark.parametrize(
    ("won", "korean"),
    [
        (0, "0원"),
        (1_200, "1,200원"),
        (10_000, "1만원"),
        (300_000, "30만원"),
        (300_001, "300,001원"),
        (10_000_000, "1,000만원"),
        (100_000_000, "1억원"),
        (72_800_000_000, "728억원"),
        (120_000_000, "1억 2,000만원"),
    ],
)
def test_it_says_amounts_as_koreans_do(won: int, korean: str) -> None:
    assert korean_won(won) == korean


@pytest.mark.parametrize(
    ("rate_bp", "text"),
    [(600, "6%"), (150, "1.5%"), (25, "0.25%"), (5, "0.05%"), (10_000, "100%"), (0, "0%")],
)
def test_it_writes_a_rate_without_needless_zeros(rate_bp: int, text: str) -> None:
    assert percent(rate_bp) == text


@pytest.mark.parametrize(
    ("eligibility", "korean", "english"),
    [
        ("{sales_band_max: up_to_3bn}", "연매출 30억원 이하 가맹점에서만", "up to 3 billion won"),
        ("{sales_bands: [up_to_300m]}", "연매출 3억원 이하 가맹점에서만", "up to 300 million won"),
        ("{area_marks: [island, traditional_market]}", "전통시장, 도서 지역", "markets, islands"),
        ("{channels: [qr, mall]}", "QR, 쇼핑몰 결제에만", "by QR, mall"),
        ("{weekdays: [wed, mon]}", "월·수요일에만", "on Mon, Wed"),
        (
            '{hours: [{from: "07:00", until: "09:30"}, {from: "17:00", until: "24:00"}]}',
            "07:00–09:30, 17:00–24:00에만",
            "at 07:00–09:30, 17:00–24:00",
        ),
    ],
)
def test_it_names_what_a_rule_asks_for(
    desk: Desk, eligibility: str, korean: str, english: str
) -> None:
    rules = desk.rules({"eligibility": eligibility})
    shop = desk.shop._replace(sales_band=5)
    (reason,) = why_not(rules.get_rule(1), desk.occasion(20_000, shop=shop))
    assert korean in reason.ko
    assert english in reason.en
