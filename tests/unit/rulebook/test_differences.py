"""Two versions of a rule, told apart in words that a citizen can read."""

from __future__ import annotations

import pytest

from dure.policy.differences import differences
from dure.policy.document import RuleDocument, parse_document
from dure.rulebook.directory import load_directory, packaged_documents
from dure.rulebook.notices import notice_of, notice_of_end

HEAD = """\
id: my-rule
version: 1
title: {ko: 시 캐시백, en: City cashback}
scope: city
period: {from: 2030-01-01, until: 2031-01-01}
sources: [https://example.org/]
"""
PAID = "funding: {of: 1, lines: {city-2030: 1}}\n"
BRACKETS = (
    HEAD
    + PAID
    + """\
kind: bracket_cashback
brackets:
  - {from_won: 0, below_won: 300000, rate_bp: 600}
  - {from_won: 300000, below_won: 500000, rate_bp: 200}
eligibility:
  trades: {excluded: [hypermarket, gambling]}
  channels: [card, qr]
caps:
  per_month: {cashback_won_max: 50000}
"""
)
LADDER = (
    HEAD
    + PAID
    + """\
kind: step_down_ladder
line: city-2030
steps: [{left_from_won: 1000000000, rate_bp: 600}, {left_from_won: 0, rate_bp: 300}]
"""
)
COUPON = (
    HEAD
    + PAID
    + """\
kind: coupon
coupon: {rate_bp: 1000, max_won: 5000, stock: 1000, min_won: 20000, valid: {days: 30}}
"""
)
BANDS = (
    HEAD
    + PAID
    + """\
kind: band_rate
band_rates_bp: {up_to_300m: 1000, up_to_1bn: 500}
"""
)
OFFER = (
    HEAD
    + "kind: instant_discount\nshop_offer: {rate_bp_min: 300, rate_bp_max: 700}\n"
    + ("funding: shop\n")
)


def read(text: str) -> RuleDocument:
    return parse_document(text, "rule.yaml")


@pytest.mark.parametrize(
    ("text", "good", "wrong", "ko", "en"),
    [
        (BRACKETS, "rate_bp: 600", "rate_bp: 300",
         "300,000원까지 6% → 3%", "Up to 300,000 won: 6% → 3%"),
        (BRACKETS, "rate_bp: 200", "rate_bp: 0",
         "300,000원부터 500,000원까지 2% → 적립 없음", "From 300,000 to 500,000 won: 2% → nothing"),
        (BRACKETS, "below_won: 500000", "below_won: open",
         "500,000원부터 적립 없음 → 2%", "From 500,000 won: nothing → 2%"),
        (BRACKETS, "50000}", "30000}",
         "한 달에 받는 최대 금액: 50,000원 → 30,000원", "Most in a month: 50,000 won → 30,000 won"),
        (BRACKETS, "per_month: {", "per_payment: {cashback_won_max: 1000}\n  per_month: {",
         "한 번 결제에 받는 최대 금액: 제한 없음 → 1,000원",
         "Most for one payment: no limit → 1,000 won"),
        (BRACKETS, "until: 2031-01-01", "until: open",
         "기간: 2030-01-01부터 2031-01-01 전까지 → 2030-01-01부터",
         "Period: from 2030-01-01 to before 2031-01-01 → from 2030-01-01"),
        (BRACKETS, "from: 2030-01-01", "from: 2030-01-01T06:30",
         "기간: 2030-01-01부터 2031-01-01 전까지 → 2030-01-01 06:30부터 2031-01-01 전까지",
         "Period: from 2030-01-01 to before 2031-01-01 → from 2030-01-01 06:30 to before "
         "2031-01-01"),
        (BRACKETS, "[hypermarket, gambling]", "[hypermarket, gold]",
         "제외되는 가맹점 유형: 귀금속점 추가, 사행업소 빠짐",
         "Trades that are left out: added gold shops; no longer gambling"),
        (BRACKETS, "channels: [card, qr]", "weekdays: [mon]\n  channels: [card, qr]",
         "요일: 제한 없음 → 월", "Days of the week: no limit → Mon"),
        (BRACKETS, "channels: [card, qr]", "channels: [qr]",
         "결제 방법: 카드 빠짐", "Ways of paying: no longer card"),
        (BRACKETS, "channels: [card, qr]", "payment_won_min: 5000\n  channels: [card, qr]",
         "최소 결제액: 제한 없음 → 5,000원", "Smallest payment: no limit → 5,000 won"),
        (BRACKETS, "1, lines: {city-2030: 1}}", "3, lines: {city-2030: 2, state-2030: 1}}",
         "재원 시비: 전부 → 2/3", "Paid by city money: all → 2 of 3"),
        (BRACKETS, "caps:", "stops_when: {until_sum_used_won: 1800000000}\ncaps:",
         "모두 쓰면 끝나는 금액: 없음 → 1,800,000,000원",
         "Ends when this sum is paid out: none → 1,800,000,000 won"),
        (BRACKETS, "caps:", "stacks_with: [other-rule]\ncaps:",
         "함께 받을 수 있는 혜택: 없음 → other-rule", "Goes together with: none → other-rule"),
        (BRACKETS, "시 캐시백, en", "시 보너스, en",
         "이름: 시 캐시백 → 시 보너스", "Name: City cashback → City cashback"),
        (LADDER, "rate_bp: 300", "rate_bp: 200",
         "단계 2 요율: 3% → 2%", "Step 2 rate: 3% → 2%"),
        (LADDER, "1000000000", "900000000",
         "단계 1 남은 예산: 1,000,000,000원 → 900,000,000원",
         "Step 1 money left from: 1,000,000,000 won → 900,000,000 won"),
        (LADDER, "line: city-2030", "line: state-2030",
         "기준이 되는 예산: 시비 → 국비", "Budget line that is watched: city money → state money"),
        (COUPON, "stock: 1000", "stock: 2_000", "쿠폰 수량: 1,000 → 2,000",
         "Coupon stock: 1,000 → 2,000"),
        (COUPON, "rate_bp: 1000", "rate_bp: 550", "쿠폰 요율: 10% → 5.5%",
         "Coupon rate: 10% → 5.5%"),
        (COUPON, "days: 30", "days: 7", "쿠폰 유효기간 기간: 30일 → 7일",
         "Coupon validity days: 30 days → 7 days"),
        (BANDS, "up_to_1bn: 500", "up_to_1bn: 300",
         "매출 구간별 요율 연매출 5억~10억원: 5% → 3%",
         "Rates by sales band yearly sales of 500 million to 1 billion won: 5% → 3%"),
        (OFFER, "rate_bp_max: 700", "rate_bp_max: 500", "가맹점 할인 최고: 7% → 5%",
         "The shop's discount largest: 7% → 5%"),
    ],
)  # fmt: skip
def test_it_says_each_changed_term(text: str, good: str, wrong: str, ko: str, en: str) -> None:
    assert good in text
    titles = {"city-2030": ("시비", "city money"), "state-2030": ("국비", "state money")}
    sentences = differences(read(text), read(text.replace(good, wrong)), titles)
    assert ko in [sentence.ko for sentence in sentences]
    if not ko.startswith("이름"):
        assert en in [sentence.en for sentence in sentences]


def test_it_says_nothing_where_only_number_sources_and_notes_differ() -> None:
    other = BRACKETS.replace("version: 1", "version: 2").replace("example.org", "example.com")
    assert differences(read(BRACKETS), read(other + "notes: [새 메모]\n")) == ()
    same_rates = BRACKETS.replace(
        "  - {from_won: 300000", "  - {from_won: 300000, below_won: 400000, rate_bp: 200}\n"
        "  - {from_won: 400000"
    )  # fmt: skip
    assert differences(read(BRACKETS), read(same_rates)) == ()


def test_it_compares_brackets_with_a_flat_rate() -> None:
    flat = HEAD + PAID + "kind: flat_rate\nrate_bp: 600\nmonth_payments_won_max: 300000\n"
    brackets = BRACKETS.replace("rate_bp: 200", "rate_bp: 100")
    told = [sentence.ko for sentence in differences(read(brackets), read(flat))]
    assert "300,000원부터 500,000원까지 1% → 적립 없음" in told
    assert not [sentence for sentence in told if sentence.startswith("300,000원까지")]


@pytest.mark.parametrize("document", load_directory(packaged_documents()), ids=lambda d: d.key)
def test_it_tells_a_rule_without_one_before_it_and_no_rule_differs_from_itself(
    document: RuleDocument,
) -> None:
    told = differences(None, document)
    assert told
    assert not [s for s in told if "→" in s.ko + s.en]
    assert differences(document, document) == ()


def test_a_notice_says_where_what_when_and_on_what_grounds() -> None:
    later = BRACKETS.replace("rate_bp: 600", "rate_bp: 300").replace("2030-01-01", "2030-06-01")
    notice = notice_of(read(BRACKETS), read(later), emergency_reasons="예산이 모자랍니다.")
    assert notice.ko.splitlines()[:3] == [
        "[인천시] 시 캐시백",
        "2030-06-01 00:00부터 이렇게 바뀝니다.",
        "긴급하게 시행하는 이유: 예산이 모자랍니다.",
    ]
    assert "- 300,000원까지 6% → 3%" in notice.ko
    assert "- Up to 300,000 won: 6% → 3%" in notice.en
    assert "한 달 동안 결제한 금액" in notice.ko
    assert notice.ko.endswith("근거: https://example.org/")
    assert "새로 시행합니다" in notice_of(None, read(BRACKETS)).ko
    ended = notice_of_end(read(BRACKETS), read(BRACKETS).from_us, "다시 정합니다.")
    assert "2030-01-01 00:00에 끝납니다." in ended.ko
