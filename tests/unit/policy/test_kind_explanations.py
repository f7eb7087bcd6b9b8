"""What each kind tells of a payment: the amount, which variant held, and why nothing was given."""

from __future__ import annotations

from typing import Any

import pytest

from dure.policy.explain import explain, why_not
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Channel, Mark, OfferTerms, SalesBand, Trade
from tests.unit.policy.kinds_desk import compiled, document, line_of, occasion, rule_one
from tests.unit.policy.test_kind_ladder import LADDER

SEOGU = {"scope": "서구"}
MISSION = "stamps: 3\ngift_won: 10000\ndistinct: shop"
STAMPED = {"ever/stamp-mission/shop-7": 1, "ever/stamp-mission/shop-8": 2}
BANDS = "band_rates_bp: {up_to_300m: 1000, up_to_1bn: 500}"
MARKS = "mark_rates_bp: {traditional_market: 200, island: 300}"
OFFER = "shop_offer: {rate_bp_min: 300, rate_bp_max: 700}"

Told = tuple[str, str, dict[str, str], int, dict[str, Any], list[str]]
# Kind, its keys, the rest, won of the payment, facts of it, and all that is said in Korean.
TOLD: list[Told] = [
    ("flat_rate", "rate_bp: 650", {}, 10_000, {}, ["시 캐시백 6.5% × 10,000원 = 650원"]),
    (
        "flat_rate",
        "rate_bp: 600\nmonth_payments_won_max: 5000",
        {},
        10_000,
        {},
        ["시 캐시백 6% × 5,000원 = 300원", "이번 달 5,000원 한도를 넘는 부분은 적립되지 않습니다."],
    ),
    (
        "district_top_up",
        "brackets: [{from_won: 0, rate_bp: 400}]",
        SEOGU,
        10_000,
        {},
        ["서구 추가 캐시백 4% × 10,000원 = 400원"],
    ),
    (
        "offer_bonus",
        "rate_bp: 200",
        SEOGU,
        10_000,
        {"benefit_plus_bp": 500},
        ["서구 혜택+ 추가 캐시백 2% × 10,000원 = 200원"],
    ),
    (
        "shop_cashback",
        "rate_bp: 300",
        {"funding": "shop"},
        10_000,
        {},
        ["혜택+ 가맹점 추가 캐시백 3% × 10,000원 = 300원"],
    ),
    (
        "band_rate",
        BANDS,
        {},
        10_000,
        {"sales_band": SalesBand.UP_TO_1BN},
        [
            "시 매출구간 캐시백 5% × 10,000원 = 500원",
            "적용 요율: 연매출 5억~10억원 5%",
        ],
    ),
    (
        "area_boost",
        MARKS,
        {},
        10_000,
        {"marks": Mark.TRADITIONAL_MARKET},
        ["시 상권 추가 캐시백 2% × 10,000원 = 200원", "적용 요율: 전통시장 2%"],
    ),
    (
        "channel_rate",
        "channel_rates_bp: {qr: 100}",
        {},
        10_000,
        {"channel": Channel.QR},
        ["시 결제수단 캐시백 1% × 10,000원 = 100원", "적용 요율: QR 결제 1%"],
    ),
    (
        "local_maker",
        "rate_bp: 1000",
        {},
        10_000,
        {"trade": Trade.LOCAL_MAKER},
        [
            "시 지역생산품 캐시백 10% × 10,000원 = 1,000원",
            "이 결제는 이번 달 결제 한도에 들어가지 않습니다.",
        ],
    ),
    ("first_purchase", "gift_won: 5000", {}, 1, {}, ["시 첫 결제 축하금 5,000원"]),
    (
        "first_purchase",
        "gift_won: 5000",
        {},
        1,
        {"left": {1: 1_000}},
        [
            "시 첫 결제 축하금 5,000원",
            "시 예산이 모두 쓰였습니다.",
            "그래서 1,000원이 적립됩니다.",
        ],
    ),
    (
        "new_member",
        "gift_won: 3000\neligibility: {joined_within_days: 30}",
        {},
        1,
        {"joined_day": 18_290},
        ["시 가입 축하금 3,000원"],
    ),
    ("stamp_mission", MISSION, {}, 1, {}, ["도장 3개 가운데 1개를 모았습니다."]),
    (
        "stamp_mission",
        MISSION,
        {},
        1,
        {"counters": STAMPED, "shop_id": 8},
        ["이미 도장을 받은 가맹점입니다. 도장 3개 가운데 2개를 모았습니다."],
    ),
    (
        "stamp_mission",
        MISSION,
        {},
        1,
        {"counters": STAMPED, "shop_id": 9},
        ["시 도장 모으기 선물 10,000원", "도장 3개 가운데 3개를 모았습니다."],
    ),
    (
        "step_down_ladder",
        LADDER,
        {},
        10_000,
        {"left": {2: 1_000_000}},
        [
            "시 캐시백 10% × 10,000원 = 1,000원",
            "예산이 100만원 이상 남아 있는 동안 10%입니다.",
        ],
    ),
    (
        "step_down_ladder",
        LADDER,
        {},
        10_000,
        {"left": {2: 400_000}},
        [
            "시 캐시백 6% × 10,000원 = 600원",
            "남은 예산이 100만원보다 적어져 미리 알린 대로 6%로 낮아졌습니다.",
        ],
    ),
    (
        "step_down_ladder",
        LADDER,
        {},
        10_000,
        {"left": {2: 0}},
        ["남은 예산이 30만원보다 적어져 미리 알린 대로 0%로 낮아졌습니다."],
    ),
    (
        "step_down_ladder",
        "line: line-b\nsteps: [{left_from_won: 0, rate_bp: 300}]",
        {},
        10_000,
        {},
        ["시 캐시백 3% × 10,000원 = 300원"],
    ),
]


@pytest.mark.parametrize(("kind", "own", "parts", "won", "facts", "korean"), TOLD)
def test_it_tells_every_won(
    kind: str, own: str, parts: dict[str, str], won: int, facts: dict[str, Any], korean: list[str]
) -> None:
    rules = compiled([document(kind, own, **parts)])
    line = line_of(rules, occasion(won, **facts))
    assert line is not None
    said = explain(rule_one(rules), line.won, line.limited_by, won, 0, line.choice)
    assert [sentence.ko for sentence in said] == korean
    assert all(sentence.en and sentence.en != sentence.ko for sentence in said)
    assert f"{line.won:,}원" in "".join(korean) or line.won == 0


EVENING = OfferTerms(from_minute=1_080)
NOT_GIVEN: list[tuple[str, str, dict[str, str], dict[str, Any], str, str]] = [
    (
        "offer_bonus",
        "rate_bp: 200",
        SEOGU,
        {},
        "no_offer",
        "지금 즉시할인을 하는 혜택+ 가맹점에서만 받을 수 있습니다.",
    ),
    (
        "offer_bonus",
        "rate_bp: 200\noffer_bp_min: 300",
        SEOGU,
        {"benefit_plus_bp": 200},
        "offer_min",
        "가맹점의 즉시할인이 3% 이상일 때만 받을 수 있습니다.",
    ),
    (
        "offer_bonus",
        "rate_bp: 200",
        SEOGU,
        {"benefit_plus_bp": 200, "offer": EVENING},
        "offer_terms",
        "가맹점의 즉시할인이 없는 요일이나 시간입니다.",
    ),
    (
        "shop_cashback",
        OFFER,
        {"funding": "shop"},
        {"benefit_plus_bp": 299},
        "offer_min",
        "가맹점의 혜택이 3% 이상일 때만 받을 수 있습니다.",
    ),
    (
        "instant_discount",
        OFFER,
        {"funding": "shop"},
        {},
        "no_offer",
        "혜택+ 가맹점에서만 받을 수 있습니다.",
    ),
    (
        "instant_discount",
        OFFER,
        {"funding": "shop"},
        {"benefit_plus_bp": 500, "offer": EVENING},
        "offer_terms",
        "가맹점이 정한 요일·시간·최소 금액에 맞지 않습니다.",
    ),
    (
        "band_rate",
        BANDS,
        {},
        {"sales_band": SalesBand.ABOVE_3BN},
        "band",
        "연매출 3억원 이하, 연매출 5억~10억원 가맹점에서만 적립됩니다.",
    ),
    ("area_boost", MARKS, {}, {}, "mark", "전통시장, 도서 지역 가맹점에서만 적립됩니다."),
    (
        "channel_rate",
        "channel_rates_bp: {qr: 100, mall: 300}",
        {},
        {},
        "channel",
        "QR 결제, 쇼핑몰 결제에만 적립됩니다.",
    ),
    (
        "local_maker",
        "rate_bp: 1000",
        {},
        {},
        "local_maker",
        "지역 생산품 가맹점에서만 적립됩니다.",
    ),
    (
        "first_purchase",
        "gift_won: 5000",
        {},
        {"counters": {"ever/first-purchase/payments": 1}},
        "had",
        "이미 받으신 혜택입니다.",
    ),
    (
        "first_purchase",
        "gift_won: 5000\ntimes_max: 2",
        {},
        {"counters": {"ever/first-purchase/payments": 2}},
        "had",
        "한 사람이 2번까지만 받을 수 있습니다.",
    ),
    (
        "stamp_mission",
        MISSION,
        {},
        {"counters": {"ever/stamp-mission/payments": 1}},
        "had",
        "도장을 모두 모아 선물을 이미 받으셨습니다.",
    ),
    (
        "new_member",
        "gift_won: 3000\neligibility: {joined_within_days: 30}",
        {},
        {},
        "member_joined",
        "가입한 지 30일이 지나지 않은 회원만 받을 수 있습니다.",
    ),
]


@pytest.mark.parametrize(("kind", "own", "parts", "facts", "code", "korean"), NOT_GIVEN)
def test_it_tells_why_nothing_was_given(
    kind: str,
    own: str,
    parts: dict[str, str],
    facts: dict[str, Any],
    code: str,
    korean: str,
) -> None:
    rules = compiled([document(kind, own, **parts)])
    asked = occasion(10_000, **facts)
    assert line_of(rules, asked) is None
    (sentence,) = why_not(rule_one(rules), asked)
    assert (sentence.code, sentence.ko) == (code, korean)
    assert sentence.en != sentence.ko


def test_a_cap_is_told_after_the_amount_and_the_variant() -> None:
    own = f"{BANDS}\ncaps: {{per_payment: {{cashback_won_max: 700}}}}"
    rules = compiled([document("band_rate", own)])
    line = line_of(rules, occasion(10_000))
    assert line is not None
    said = explain(rule_one(rules), line.won, line.limited_by, 10_000, 0, line.choice)
    assert line.limited_by == LimitedBy.PAYMENT_CAP
    assert [s.code for s in said] == ["amount", "band", "payment_cap", "credited"]
    assert said[-1].en == "So 700 won is credited."


def test_every_kind_that_can_choose_nothing_says_why() -> None:
    choosing = {k.name for k in KINDS.values() if k.choose and k.moment is not Moment.CLAIM}
    always = {"step_down_ladder"}
    told = {kind for kind, *_ in NOT_GIVEN} - {"new_member"}
    assert choosing - always - {"new_member"} == told
