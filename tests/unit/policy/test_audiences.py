"""One payment, three audiences: what each is told, in codes, numbers and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dure.policy.audiences import Audience, Line, Told, funding_of, tell, tell_missing
from dure.policy.document import parse_document
from dure.policy.evaluate import LimitedBy, RuleSet, compile_rules
from tests.unit.policy.conftest import LINE_IDS, Desk, seoul_us

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Incheon

SHARED = """\
id: shop-gift
version: 1
kind: shop_cashback
title: {ko: 가맹점 캐시백, en: Shop cashback}
scope: city
period: {from: 2020-01-01, until: open}
rate_bp: 300
funding: shop
sources: [https://example.org/notice]
"""


def lines_of(rules: RuleSet, occasion: Any) -> list[Line]:
    return [
        Line(rules.get_rule(one.rule_id), one.won, one.full_won, one.limited_by, one.choice)
        for one in rules.at(occasion.at_us).evaluate(occasion)
    ]


def codes(told: Told) -> list[str]:
    return [sentence.code for sentence in told.sentences]


def test_it_tells_the_citizen_how_each_won_came_about(desk: Desk) -> None:
    rules = desk.rules({"brackets": "[{from_won: 0, below_won: 300000, rate_bp: 1000}]"})
    occasion = desk.occasion(20_000, 290_000)
    (told,) = tell(lines_of(rules, occasion), 20_000, 290_000, Audience.CITIZEN)
    assert (told.won, told.full_won, told.limited_by) == (1_000, 2_000, "bracket")
    assert codes(told) == ["amount", "bracket"]
    assert told.funding == ()


def test_it_tells_the_official_the_limit_and_who_pays(desk: Desk) -> None:
    rules = desk.rules({"funding": "{of: 3, lines: {line-a: 2, line-b: 1}}"})
    occasion = desk.occasion(20_000, left={1: 100, 2: 1_000})
    (told,) = tell(lines_of(rules, occasion), 20_000, 0, Audience.OFFICIAL)
    assert told.limited_by == "budget"
    assert told.funding == (("line-a", 100), ("line-b", 50))
    assert codes(told)[-2:] == ["limited_by", "funding"]
    assert told.sentences[-1].ko == "재원: line-a 100원, line-b 50원"


def test_it_tells_the_shop_nothing_of_what_its_customer_does_elsewhere(desk: Desk) -> None:
    rules = desk.rules(
        {
            "brackets": "[{from_won: 0, below_won: 300000, rate_bp: 1000}]",
            "caps": "{per_month: {cashback_won_max: 500}}",
        }
    )
    occasion = desk.occasion(20_000, 290_000)
    (told,) = tell(lines_of(rules, occasion), 20_000, 290_000, Audience.SHOP)
    assert told.won == 500
    assert told.limited_by == "none"
    said = " ".join(sentence.ko + sentence.en for sentence in told.sentences)
    assert codes(told) == ["customer_gets", "shop_pays_nothing"]
    assert "290" not in said
    assert "300,000" not in said


def test_it_tells_the_shop_its_own_part() -> None:
    document = parse_document(SHARED, "shared.yaml")
    rules = compile_rules([document], LINE_IDS, {document.key: 1})
    desk = Desk()
    occasion = desk.occasion(10_000)
    (told,) = tell(lines_of(rules, occasion), 10_000, 0, Audience.SHOP)
    assert told.won == 300
    assert told.funding == (("shop", 300),)
    assert told.sentences[1].en == "The shop pays 300 won of it."


def test_it_says_that_the_budget_is_used_up_to_all(desk: Desk) -> None:
    rules = desk.rules({})
    occasion = desk.occasion(20_000, left={1: 0})
    for audience in Audience:
        (told,) = tell(lines_of(rules, occasion), 20_000, 0, audience)
        assert (told.won, told.limited_by) == (0, "budget")
        assert any("예산이 모두 쓰였습니다" in sentence.ko for sentence in told.sentences)


def test_it_says_why_every_other_rule_in_force_gives_nothing(incheon: Incheon, desk: Desk) -> None:
    at_us = seoul_us("2020-05-01")
    occasion = desk.occasion(20_000, at_us=at_us)
    rules = [incheon.rules.get_rule(number) for number in _in_force(incheon)]
    given = {incheon.rule_ids["incheon-city-cashback@6"]}
    told = {
        one.key: one for one in tell_missing(rules, occasion, occasion, given, Audience.CITIZEN)
    }
    assert set(told) == {
        "incheon-instant-discount@1",
        "bupyeong-benefit-plus-top-up@1",
        "seogu-benefit-plus-top-up@1",
        "seogu-delivery-top-up@1",
    }
    assert told["bupyeong-benefit-plus-top-up@1"].is_elsewhere
    assert not told["seogu-delivery-top-up@1"].is_elsewhere
    assert told["seogu-delivery-top-up@1"].reasons == ("channel",)
    assert all(one.sentences for one in told.values())


def _in_force(incheon: Incheon) -> list[int]:
    return [incheon.rule_ids[one.key] for one in incheon.documents if one.in_force]


def test_it_says_nothing_of_the_member_to_the_shop(desk: Desk) -> None:
    rules = desk.rules(
        {"id": "for-the-old", "eligibility": "{birth_year_max: 1950}"},
        {"id": "for-the-near", "eligibility": "{member_districts: [서구], benefit_plus: required}"},
    )
    every = [rules.get_rule(1), rules.get_rule(2)]
    occasion = desk.occasion(20_000)
    near = tell_missing(every, occasion, occasion, (), Audience.SHOP)
    assert [one.reasons for one in near] == [("customer",), ("not_benefit_plus", "customer")]
    own = tell_missing(every, occasion, occasion, (), Audience.CITIZEN)
    assert own[0].reasons == ("member_birth_year",)


def test_it_tells_the_shop_what_it_could_do(desk: Desk) -> None:
    rules = desk.rules({"eligibility": "{benefit_plus: required}"})
    occasion = desk.occasion(20_000)
    (told,) = tell_missing([rules.get_rule(1)], occasion, occasion, (), Audience.SHOP)
    assert told.reasons == ("not_benefit_plus", "to_offer")


def test_it_says_that_only_charged_money_earns(desk: Desk) -> None:
    rules = desk.rules({})
    occasion = desk.occasion(0, amount_won=20_000)
    (told,) = tell_missing([rules.get_rule(1)], occasion, occasion, (), Audience.CITIZEN)
    assert told.reasons == ("nothing_earning",)


OFFERS = """\
id: {id}
version: 1
kind: instant_discount
title: {{ko: 즉시할인, en: Instant discount}}
scope: city
period: {{from: 2020-01-01, until: open}}
shop_offer: {{rate_bp_min: {low}, rate_bp_max: {high}}}
funding: shop
sources: [https://example.org/notice]
"""


def test_it_says_why_a_discount_that_holds_is_not_taken(desk: Desk) -> None:
    texts = [
        OFFERS.format(id="small", low=100, high=200),
        OFFERS.format(id="big", low=300, high=700),
    ]
    documents = [parse_document(text, "offers.yaml") for text in texts]
    rules = compile_rules(documents, LINE_IDS, {"small@1": 1, "big@1": 2})
    price = desk.occasion(10_000, shop=desk.shop._replace(benefit_plus_bp=500))
    both = [rules.get_rule(1), rules.get_rule(2)]
    (small,) = tell_missing(both, price, price, {2}, Audience.CITIZEN)
    assert small.reasons == ("better_discount",)
    tiny = price._replace(amount_won=1, earning_won=1)
    assert {one.reasons for one in tell_missing(both, tiny, tiny, (), Audience.CITIZEN)} == {
        ("less_than_a_won",)
    }


def test_it_names_lines_as_the_document_does(desk: Desk) -> None:
    rules = desk.rules({"funding": "{of: 6, lines: {line-b: 4, line-a: 2}}"})
    assert funding_of(rules.get_rule(1), 5) == (("line-b", 4), ("line-a", 1))
    assert funding_of(rules.get_rule(1), 0) == ()


def test_every_limit_has_a_word_for_every_audience(desk: Desk) -> None:
    rules = desk.rules(
        {
            "caps": "{per_payment: {cashback_won_max: 1500}, per_month: {cashback_won_max: 30000, "
            "payments_max: 10}, per_member: {payments_max: 3}}",
            "stops": "{until_sum_used_won: 120000000}",
        }
    )
    for limit in LimitedBy:
        for audience in Audience:
            line = Line(rules.get_rule(1), 0, 2_000, limit)
            (told,) = tell([line], 20_000, 0, audience)
            assert all(sentence.ko and sentence.en for sentence in told.sentences)
